//! An evaluation from beginning to end on tiny sets, without a drafting model; and what it says of bad input.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use countersign::corpus::{ExtractionLimits, name_extractor};
use countersign::drafting::DraftingSettings;
use countersign::engine::Cancel;
use countersign::evaluation::{Evaluation, EvaluationError, Report, Tools, evaluate};
use countersign::retrieval::{Embedding, stemmed_words};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::product::home::{Home, Weights};

const DIMENSIONS: usize = 64;

/// A stand-in for the embedding model: each stem adds to one place of the vector. It counts what it was given.
#[derive(Default)]
struct Words {
    embedded: AtomicUsize,
}

impl Embedding for Words {
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Box<dyn Error + Send + Sync>> {
        self.embedded.fetch_add(texts.len(), Ordering::Relaxed);
        let vector = |text: &&str| {
            let mut vector = vec![0.0; DIMENSIONS];
            for (word, _) in stemmed_words(text) {
                let place = word
                    .bytes()
                    .fold(7usize, |sum, b| (sum * 31 + b as usize) % DIMENSIONS);
                vector[place] += 1.0;
            }
            vector
        };
        Ok(texts.iter().map(vector).collect())
    }

    fn sha256(&self) -> &str {
        "words"
    }

    fn dimensions(&self) -> usize {
        DIMENSIONS
    }
}

async fn run(dir: &Path, out: &Path, embedding: Arc<Words>) -> Result<Report, EvaluationError> {
    name_extractor(env!("CARGO_BIN_EXE_countersign"));
    evaluate(&Evaluation {
        dir: dir.to_owned(),
        out: out.to_owned(),
        sets: Vec::new(),
        sample: None,
        fresh: false,
        commit: None,
        tools: Tools {
            embedding: Ok(embedding),
            engine: Err("the drafting model is not installed".to_owned()),
            settings: DraftingSettings::default(),
            limits: ExtractionLimits::default(),
        },
        cancel: Cancel::new(),
        tell: &|_| {},
    })
    .await
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
    fs::write(path, text).expect("a file can be written");
}

fn lines(values: &[Value]) -> String {
    values.iter().map(|value| format!("{value}\n")).collect()
}

fn scifact(dir: &Path) {
    let set = dir.join("scifact");
    fs::create_dir_all(&set).expect("a folder");
    let file = fs::File::create(set.join("corpus.jsonl.gz")).expect("a file");
    let mut packer = GzEncoder::new(file, Compression::fast());
    let corpus = lines(&[
        json!({"_id": "1", "title": "Buses", "sentences": ["Buses are yellow.", "They stop."]}),
        json!({"_id": "2", "title": "Meals", "sentences": ["Lunch is served at noon."]}),
    ]);
    std::io::Write::write_all(&mut packer, corpus.as_bytes()).expect("packed");
    packer.finish().expect("packed");
    write(
        &set.join("qrels.tsv"),
        "query-id\tcorpus-id\tscore\n7\t1\t1\n8\t2\t1\n",
    );
    let claims = [
        json!({"id": "7", "question": "A bus is yellow."}),
        json!({"id": "8", "question": "Lunch is at noon."}),
        json!({"id": "9", "question": "Nobody judged this."}),
    ];
    write(&set.join("questions.jsonl"), &lines(&claims));
}

fn doc2dial(dir: &Path) {
    let set = dir.join("doc2dial");
    let page =
        "\n\nLate Buses \nThe late bus leaves at 4:30 p.m. on Mondays. \n\nMeals \nLunch costs $2.75. ";
    write(&set.join("docs/buses.txt"), page);
    write(
        &set.join("docs/plates.txt"),
        "\n\nPlates \nSurrender your plates to the office. ",
    );
    let start = page.find("The late").expect("it is there");
    let question = |id: &str, text: &str, first: bool, doc: Option<&str>| {
        json!({
            "id": id, "question": text, "first_turn": first, "answerable": doc.is_some(), "doc": doc,
            "history": if first { json!([]) } else { json!(["user:When does the late bus leave?"]) },
            "answers": ["at 4:30 p.m."],
            "spans": if doc.is_some() { json!([[start, start + 20]]) } else { json!([]) },
        })
    };
    let questions = [
        question("a", "When does the late bus leave?", true, Some("buses.txt")),
        question("b", "How do I become a pilot?", true, None),
        question("c", "And on Mondays?", false, Some("buses.txt")),
    ];
    write(&set.join("questions.jsonl"), &lines(&questions));
}

#[tokio::test]
async fn tiny_sets_are_measured_and_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let (data, out) = (dir.path().join("sets"), dir.path().join("out"));
    scifact(&data);
    doc2dial(&data);
    write(&data.join("covidq/dev.jsonl"), "");
    write(&data.join("ingest/text/note.txt"), "The bus stops.");
    write(&data.join("ingest/text/table.csv"), "bus,stop\n4,Canal Street\n");
    let embedding = Arc::new(Words::default());
    run(&data, &out, embedding.clone()).await.expect("it runs");
    let report: Value =
        serde_json::from_slice(&fs::read(out.join("report.json")).expect("written")).expect("JSON");
    let sets = &report["sets"];
    assert_eq!(
        sets["scifact"],
        json!({"ndcg_at_10": 1.0, "recall_at_10": 1.0, "queries": 2})
    );
    let found = &sets["doc2dial"];
    assert_eq!(found["doc_recall_at_5"], json!(1.0));
    assert_eq!(found["passage_recall_at_5"], json!(1.0));
    assert_eq!(found["follow_up_doc_recall_at_5"], json!(1.0));
    assert_eq!(
        (&found["questions"], &found["follow_ups"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(found["answerability_auroc"], json!(null));
    assert_eq!(found["reason"], json!("the drafting model is not installed"));
    assert_eq!(sets["covidq"]["b_cubed_f1"], json!(null));
    assert!(sets["covidq"]["reason"].is_string(), "{}", sets["covidq"]);
    assert_eq!(
        (&sets["ingest"]["ok"], &sets["ingest"]["refused"]),
        (&json!(1), &json!(1))
    );
    assert!(sets.get("squad2").is_none(), "a set that is absent is left out");
    let text = fs::read_to_string(out.join("report.md")).expect("written");
    assert!(
        text.contains("| ndcg_at_10 | 1.000 | at least 0.73 | yes |"),
        "{text}"
    );

    let before = embedding.embedded.load(Ordering::Relaxed);
    let again = run(&data, &out, embedding.clone()).await.expect("it runs again");
    assert_eq!(
        embedding.embedded.load(Ordering::Relaxed),
        before,
        "something was embedded again"
    );
    // Through text like the first report: a number's shortest spelling reads back as another float.
    let again: Value = serde_json::from_str(&serde_json::to_string(&again).expect("JSON")).expect("JSON");
    assert_eq!(again, report);
}

#[tokio::test]
async fn an_interrupted_run_says_what_was_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    scifact(dir.path());
    name_extractor(env!("CARGO_BIN_EXE_countersign"));
    let cancel = Cancel::new();
    cancel.cancel();
    let evaluation = Evaluation {
        dir: dir.path().to_owned(),
        out: dir.path().join("out"),
        sets: Vec::new(),
        sample: None,
        fresh: false,
        commit: None,
        tools: Tools {
            embedding: Ok(Arc::new(Words::default())),
            engine: Err("absent".to_owned()),
            settings: DraftingSettings::default(),
            limits: ExtractionLimits::default(),
        },
        cancel,
        tell: &|_| {},
    };
    let error = evaluate(&evaluation).await.expect_err("it was interrupted");
    assert!(matches!(error, EvaluationError::Interrupted { .. }), "{error}");
    assert!(error.to_string().contains("goes on from there"), "{error}");
}

#[test]
fn bad_input_is_one_clear_line() {
    let home = Home::fresh(Weights::Absent);
    let eval = |dir: &Path, more: &[&str]| {
        let dir = dir.display().to_string();
        home.run(["eval", &dir].iter().chain(more))
    };
    eval(&home.path("nowhere"), &[]).refused(&["nowhere", "none of the known sets"]);
    eval(&home.path("nowhere"), &["--sets", "squad"]).refused(&["\"squad\"", "squad2"]);
    let data = home.path("sets");
    doc2dial(&data);
    let file = home.write("a-file", "text").display().to_string();
    eval(&data, &["--out", &format!("{file}/report")]).refused(&["a-file/report", "--out"]);
    write(&data.join("doc2dial/questions.jsonl"), "{\"id\": \"a\"\n");
    eval(&data, &[]).refused(&["questions.jsonl", "line 1"]);
    let ran = eval(&data, &["--sample", "0"]);
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
}

#[test]
fn without_models_every_figure_is_null_with_the_reason() {
    let home = Home::fresh(Weights::Absent);
    let data = home.path("sets");
    doc2dial(&data);
    let report = home.run(["eval", &data.display().to_string(), "--json"]).json();
    let found = &report["sets"]["doc2dial"];
    assert_eq!(found["doc_recall_at_5"], json!(null));
    assert!(
        found["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("models pull")),
        "{found}"
    );
    assert_eq!(report["model"], json!(null));
}
