//! The index on disk: what is in force is found, what is not is invisible, and damage never stops the program.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use countersign::corpus::{Passage, Span};
use countersign::ids::{DocumentId, VersionId};
use countersign::retrieval::{
    Embedding, Index, IndexError, IndexedVersion, SourcesInForce, content_sha256, stemmed_words,
};

mod named;

const DIMENSIONS: usize = 64;

/// A stand-in for the embedding model: each stem adds to one place of the vector.
struct Words(&'static str);

impl Embedding for Words {
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Box<dyn Error + Send + Sync>> {
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
        self.0
    }

    fn dimensions(&self) -> usize {
        DIMENSIONS
    }
}

fn version(title: &str, paragraphs: &[&str]) -> IndexedVersion {
    let mut text = String::new();
    let mut passages = Vec::new();
    for (ordinal, paragraph) in (0..).zip(paragraphs) {
        let start = text.len();
        text.push_str(paragraph);
        let end = text.len();
        text.push('\n');
        let heading = vec![title.to_owned()];
        passages.push(Passage {
            ordinal,
            heading,
            page: None,
            start,
            end,
            sentences: vec![Span { start, end }],
        });
    }
    let (version, document) = (VersionId::fresh(), DocumentId::fresh());
    IndexedVersion {
        version,
        document,
        title: title.into(),
        owner: "Office".into(),
        text,
        passages,
    }
}

fn in_force<'a>(versions: impl IntoIterator<Item = &'a IndexedVersion>) -> SourcesInForce {
    versions
        .into_iter()
        .map(|v| (v.version.clone(), content_sha256(&v.text)))
        .collect()
}

fn open(dir: &Path) -> Index {
    Index::open(dir, Arc::new(Words("a"))).expect("the index opens")
}

fn buses() -> IndexedVersion {
    version(
        "Transportation",
        &[
            "Students who live 1.5 miles from school ride the bus.",
            "Helmets are required.",
        ],
    )
}

fn meals() -> IndexedVersion {
    version(
        "Meals",
        &[
            "Lunch costs $2.75 in elementary schools — señor.",
            "Buses are not meals.",
        ],
    )
}

#[test]
fn the_best_passage_comes_first_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let (buses, meals) = (buses(), meals());
    index.add_all(&[buses.clone(), meals.clone()]).unwrap();
    let hits = index
        .search(
            "How far from school to ride a bus?",
            &in_force([&buses, &meals]),
            10,
        )
        .unwrap();
    assert_eq!(
        hits[0].text,
        "Students who live 1.5 miles from school ride the bus."
    );
    assert_eq!(
        buses.text.get(hits[0].start..hits[0].end),
        Some(hits[0].text.as_str())
    );
    let marked: Vec<&str> = hits[0]
        .highlights
        .iter()
        .map(|h| &hits[0].text[h.start..h.end])
        .collect();
    assert_eq!(marked, ["school", "ride", "bus"]);
    assert_eq!(hits[0].slice(hits[0].sentences[0]), Some(hits[0].text.as_str()));
}

#[test]
fn a_passage_with_the_answer_among_much_else_is_moved_up() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let source = buses();
    index.add(&source).unwrap();
    let sources = in_force([&source]);
    let hits = index
        .search("Are helmets required on the bus?", &sources, 2)
        .unwrap();
    let (again, cosines) = index
        .by_nearest_sentence("Helmets are required.", &sources, hits.clone(), 2)
        .unwrap();
    assert_eq!(again[0].text, "Helmets are required.");
    assert!(cosines[0][0] > 0.99 && cosines[1][0] < 0.99, "{cosines:?}");
    let (kept, cosines) = index
        .by_nearest_sentence("Helmets are required.", &sources, hits.clone(), 0)
        .unwrap();
    assert_eq!((kept, cosines.len()), (hits, 0));
}

#[test]
fn a_documents_passages_come_in_its_order_while_it_is_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let index = open(folder.path());
    let (buses, meals) = (buses(), meals());
    index.add_all(&[buses.clone(), meals.clone()]).unwrap();
    let passages = index.passages(&buses.version, &in_force([&buses])).unwrap();
    let texts: Vec<&str> = passages.iter().map(|passage| passage.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "Students who live 1.5 miles from school ride the bus.",
            "Helmets are required."
        ]
    );
    assert_eq!(index.passages(&buses.version, &in_force([&meals])).unwrap(), []);
}

#[test]
fn only_what_is_in_force_with_the_indexed_text_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let (buses, meals) = (buses(), meals());
    index.add_all(&[buses.clone(), meals.clone()]).unwrap();
    let hits = index.search("bus", &in_force([&meals]), 10).unwrap();
    assert!(!hits.is_empty() && hits.iter().all(|hit| hit.version == meals.version));
    let other_text: SourcesInForce = [(buses.version.clone(), content_sha256("other"))]
        .into_iter()
        .collect();
    assert_eq!(index.search("bus", &other_text, 10).unwrap(), []);
    assert_eq!(index.search("bus", &SourcesInForce::default(), 10).unwrap(), []);
}

#[test]
fn a_second_start_finds_everything_and_removal_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (buses, meals) = (buses(), meals());
    let sources = in_force([&buses, &meals]);
    let before = {
        let index = open(dir.path());
        index.add(&buses).unwrap();
        index.add(&meals).unwrap();
        index.add(&meals).unwrap();
        index.search("lunch bus", &sources, 10).unwrap()
    };
    let index = open(dir.path());
    assert_eq!((index.counts().versions, index.counts().passages), (2, 4));
    assert_eq!(index.search("lunch bus", &sources, 10).unwrap(), before);
    index.remove(&buses.version).unwrap();
    index.remove(&buses.version).unwrap();
    assert!(!open(dir.path()).holds(&buses.version));
    assert!(
        index
            .search("miles", &sources, 10)
            .unwrap()
            .iter()
            .all(|hit| hit.version == meals.version)
    );
}

#[test]
fn a_version_is_found_under_the_title_it_was_added_with_last() {
    let dir = tempfile::tempdir().unwrap();
    let named = buses();
    let renamed = IndexedVersion {
        title: "Riding the bus".into(),
        owner: "Bus office".into(),
        ..named.clone()
    };
    let index = open(dir.path());
    index.add(&named).unwrap();
    assert!(index.holds_as(&named.version, "Transportation", "Office"));
    index.add(&renamed).unwrap();
    for index in [index, open(dir.path())] {
        assert!(index.holds_as(&named.version, "Riding the bus", "Bus office"));
        assert!(!index.holds_as(&named.version, "Transportation", "Office"));
        assert!(!index.holds_as(&named.version, "Riding the bus", "Office"));
        assert_eq!((index.counts().versions, index.counts().passages), (1, 2));
        let hits = index.search("riding the bus", &in_force([&named]), 10).unwrap();
        assert!(hits.iter().all(|hit| hit.title == "Riding the bus"), "{hits:?}");
    }
}

fn generations(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

#[test]
fn another_embedding_model_starts_an_empty_index_and_the_old_one_stays_until_it_is_complete() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path());
    first.add(&buses()).unwrap();
    first.finish().unwrap();
    let second = Index::open(dir.path(), Arc::new(Words("b"))).unwrap();
    assert!(second.is_empty() && !second.is_complete());
    assert_ne!(first.stamp(), second.stamp());
    assert_eq!(generations(dir.path()).len(), 2);
    second.finish().unwrap();
    assert!(second.is_complete());
    assert_eq!(generations(dir.path()).len(), 1);
}

#[test]
fn a_damaged_index_is_started_over() {
    let dir = tempfile::tempdir().unwrap();
    let buses = buses();
    let whole = open(dir.path());
    whole.add(&buses).unwrap();
    whole.finish().unwrap();
    drop(whole);
    let mut damaged = 0;
    let inner = generations(dir.path()).remove(0);
    for file in fs::read_dir(&inner).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|extension| extension == "store") {
            let mut bytes = fs::read(&file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0xff;
            fs::write(&file, bytes).unwrap();
            damaged += 1;
        }
    }
    assert!(damaged > 0, "no store file in {}", inner.display());
    let index = open(dir.path());
    assert!(index.is_empty() && !index.is_complete());
    index.add(&buses).unwrap();
    assert_eq!(index.search("bus", &in_force([&buses]), 1).unwrap().len(), 1);
    index.finish().unwrap();
    assert!(!inner.exists() && open(dir.path()).is_complete());
}

#[test]
fn what_a_stopped_process_began_is_gone_on_with() {
    let dir = tempfile::tempdir().unwrap();
    let (buses, meals) = (buses(), meals());
    open(dir.path()).add(&buses).unwrap();
    let index = open(dir.path());
    assert!(index.holds(&buses.version) && !index.is_complete());
    index.add(&meals).unwrap();
    index.finish().unwrap();
    let again = open(dir.path());
    assert!(again.is_complete() && again.counts().versions == 2);
}

#[test]
fn an_index_built_beside_the_one_in_use_takes_its_place_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let (buses, meals) = (buses(), meals());
    let sources = in_force([&buses, &meals]);
    let index = open(dir.path());
    index.add(&buses).unwrap();
    index.finish().unwrap();
    let elsewhere = open(dir.path());

    let beside = index.begin_beside().unwrap();
    assert!(matches!(elsewhere.begin_beside(), Err(IndexError::BeingBuilt)));
    index
        .add_beside(&beside, &[buses.clone(), meals.clone()])
        .unwrap();
    for index in [&index, &elsewhere] {
        assert_eq!(
            index.search("lunch", &sources, 10).unwrap().len(),
            2,
            "the old one is searched"
        );
        index.follow().unwrap();
        assert_eq!(index.counts().versions, 1);
    }
    assert_eq!(
        open(dir.path()).counts().versions,
        1,
        "a start in between uses the old one and removes nothing"
    );

    index.swap(beside).unwrap();
    assert_eq!(index.counts().versions, 2);
    assert_eq!(
        elsewhere.search("lunch", &sources, 10).unwrap().len(),
        2,
        "and goes on with it"
    );
    elsewhere.follow().unwrap();
    assert_eq!(elsewhere.search("lunch", &sources, 10).unwrap().len(), 4);
    assert_eq!(generations(dir.path()).len(), 1);
    assert_eq!(open(dir.path()).counts().versions, 2);
}

#[test]
fn a_process_that_stops_while_it_builds_beside_leaves_the_one_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let buses = buses();
    let index = open(dir.path());
    index.add(&buses).unwrap();
    index.finish().unwrap();
    let beside = index.begin_beside().unwrap();
    index.add_beside(&beside, &[meals()]).unwrap();
    drop(beside);
    drop(index);
    let index = open(dir.path());
    assert!(index.is_complete() && index.holds(&buses.version) && index.counts().versions == 1);
    assert_eq!(generations(dir.path()).len(), 1);
}

#[test]
fn what_another_process_adds_is_taken_up() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (open(dir.path()), open(dir.path()));
    let (buses, meals) = (buses(), meals());
    second.add(&buses).unwrap();
    assert!(first.is_empty());
    first.follow().unwrap();
    assert!(first.holds(&buses.version));
    first.add(&meals).unwrap();
    first.remove(&buses.version).unwrap();
    second.follow().unwrap();
    assert_eq!(
        second.versions().into_iter().collect::<Vec<_>>(),
        std::slice::from_ref(&meals.version)
    );
}

#[test]
fn two_processes_never_give_one_place_twice() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (open(dir.path()), open(dir.path()));
    first.finish().unwrap();
    let (buses, meals) = (buses(), meals());
    // Each adds what the other does not know of, in another order.
    first.add(&buses).unwrap();
    second.add(&meals).unwrap();
    second.add(&buses).unwrap();
    first.add(&meals).unwrap();
    second.follow().unwrap();
    let sources = in_force([&buses, &meals]);
    for index in [&first, &second, &open(dir.path())] {
        let hits = index.search("lunch bus", &sources, 10).unwrap();
        let mut texts: Vec<&str> = hits.iter().map(|hit| hit.text.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), 4, "{hits:?}");
    }
}

#[test]
fn hostile_questions_are_only_words() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let buses = buses();
    index.add(&buses).unwrap();
    let long = "bus ".repeat(12_500);
    let wide = "é".repeat(50_000);
    for question in [
        "",
        " ",
        "\0",
        "\0bus\0",
        "body:* OR title:[a TO z]",
        "\"unclosed",
        "((((",
        "+-!^~*?:\\/",
        "🚌🚌 bus",
        "NOT",
        "\u{202e}sub",
        "slot:0",
        &long,
        &wide,
    ] {
        let hits = index.search(question, &in_force([&buses]), 10).unwrap();
        assert!(hits.len() <= 2, "{question:?}");
    }
    assert_eq!(index.search("bus", &in_force([&buses]), 0).unwrap(), []);
}

#[test]
fn offsets_that_do_not_fit_the_text_are_refused_and_nothing_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let index = open(dir.path());
    let mut torn = version("Señor", &["señor"]);
    torn.passages[0].end = 3;
    torn.passages[0].sentences[0].end = 3;
    assert!(matches!(
        index.add_all(&[buses(), torn]),
        Err(IndexError::BadOffsets { ordinal: 0, .. })
    ));
    assert!(index.is_empty());
}
