//! SciFact: how well the search ranks abstracts for scientific claims; the set with published figures.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::EvaluationError;
use super::figures::Figures;
use super::jsonl;
use super::measures::{mean, ndcg, recall};
use super::progress::Progress;
use super::records::{Records, fingerprint};
use super::run::Evaluation;
use super::sampling::sample;
use super::set_corpus::{SetCorpus, Source, build};
use super::sets::Set;

/// Passages looked at; enough to hold ten different documents.
const PASSAGES: usize = 100;
const DEPTH: usize = 10;
const FIGURES: [&str; 2] = ["ndcg_at_10", "recall_at_10"];

#[derive(Deserialize)]
struct Abstract {
    #[serde(rename = "_id")]
    id: String,
    title: String,
    sentences: Vec<String>,
}

#[derive(Deserialize)]
struct Claim {
    id: String,
    question: String,
}

/// The documents that a search found, best first.
#[derive(Serialize, Deserialize)]
struct Ranking {
    documents: Vec<String>,
}

/// For each claim, its relevant documents with their grades.
type Judgements = BTreeMap<String, BTreeMap<String, u32>>;

pub(super) async fn run(evaluation: &Evaluation<'_>) -> Result<Figures, EvaluationError> {
    let name = Set::Scifact.name();
    let folder = Set::Scifact.folder(&evaluation.dir);
    let judgements = judgements(&folder.join("qrels.tsv"))?;
    let claims: Vec<Claim> = jsonl::read(&folder.join("questions.jsonl"))?;
    let judged: Vec<Claim> = claims
        .into_iter()
        .filter(|claim| judgements.contains_key(&claim.id))
        .collect();
    let claims = sample(judged, evaluation.sample, |claim| &claim.id, |_| true);
    let mut figures = Figures::default();
    let embedding = match &evaluation.tools.embedding {
        Ok(embedding) => embedding,
        Err(reason) => {
            figures.missing(&FIGURES, reason);
            figures.put("queries", claims.len());
            return Ok(figures);
        }
    };
    let sources = jsonl::read::<Abstract>(&folder.join("corpus.jsonl.gz"))?
        .into_iter()
        .map(source)
        .collect();
    let corpus = build(evaluation, embedding, name, sources).await?;
    let records = rank(evaluation, &corpus, &claims).await?;
    figures.extend(judge(&claims, &judgements, &records));
    Ok(figures)
}

fn source(found: Abstract) -> Source {
    Source {
        file_name: format!("{}.txt", found.id),
        name: found.id,
        office: None,
        title: Some(found.title),
        body: found.sentences.join(" "),
    }
}

async fn rank(
    evaluation: &Evaluation<'_>,
    corpus: &SetCorpus,
    claims: &[Claim],
) -> Result<Records<Ranking>, EvaluationError> {
    let made_with = fingerprint(&["ranking 1", &corpus.fingerprint()]);
    let mut records: Records<Ranking> = evaluation.records(Set::Scifact.name(), &made_with)?;
    let mut progress = Progress::new(evaluation.tell, "scifact: claims searched", claims.len());
    for claim in claims {
        evaluation.check_interrupted()?;
        if records.get(&claim.id).is_some() {
            progress.kept();
            continue;
        }
        let mut documents: Vec<String> = Vec::new();
        for hit in corpus.search(&claim.question, PASSAGES).await? {
            let name = corpus.name_of(&hit.version);
            if documents.len() < DEPTH && !documents.contains(&name) {
                documents.push(name);
            }
        }
        records.add(&claim.id, Ranking { documents })?;
        progress.done(1);
    }
    Ok(records)
}

fn judge(claims: &[Claim], judgements: &Judgements, records: &Records<Ranking>) -> Figures {
    let (mut gains, mut recalls) = (Vec::new(), Vec::new());
    for claim in claims {
        let (Some(relevant), Some(ranking)) = (judgements.get(&claim.id), records.get(&claim.id)) else {
            continue;
        };
        let ranked: Vec<&str> = ranking.documents.iter().map(String::as_str).collect();
        let grades: BTreeMap<&str, u32> = relevant
            .iter()
            .map(|(document, grade)| (document.as_str(), *grade))
            .collect();
        let wanted: Vec<&str> = grades.keys().copied().collect();
        gains.extend(ndcg(&ranked, &grades, DEPTH));
        recalls.extend(recall(&ranked, &wanted, DEPTH));
    }
    let mut figures = Figures::default();
    let queries = gains.len();
    let reason = "no claim has a relevant document";
    figures.put_or("ndcg_at_10", mean(gains), reason);
    figures.put_or("recall_at_10", mean(recalls), reason);
    figures.put("queries", queries);
    figures
}

/// Reads `query-id corpus-id score`, tab-separated under a heading; documents of grade 0 are not relevant.
fn judgements(path: &Path) -> Result<Judgements, EvaluationError> {
    let mut judgements = Judgements::new();
    for (number, line) in (1..).zip(jsonl::text(path)?.lines()).skip(1) {
        let malformed = |reason: &str| EvaluationError::Malformed {
            path: path.to_owned(),
            line: number,
            reason: reason.to_owned(),
        };
        if line.trim().is_empty() {
            continue;
        }
        let mut cells = line.split('\t');
        let (Some(query), Some(document), Some(grade)) = (cells.next(), cells.next(), cells.next()) else {
            return Err(malformed("three cells with tabs between them were expected"));
        };
        let grade: u32 = grade
            .trim()
            .parse()
            .map_err(|_| malformed("the score is not a whole number"))?;
        if grade > 0 {
            judgements
                .entry(query.to_owned())
                .or_default()
                .insert(document.to_owned(), grade);
        }
    }
    Ok(judgements)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_judgement_is_named() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("qrels.tsv");
        std::fs::write(&path, "query-id\tcorpus-id\tscore\n1\t2\t1\n1\t3\t0\n").expect("written");
        let read = judgements(&path).expect("well formed");
        assert_eq!(read["1"], BTreeMap::from([("2".to_owned(), 1)]));
        std::fs::write(&path, "query-id\tcorpus-id\tscore\n1\t2\n").expect("written");
        let error = judgements(&path).expect_err("two cells").to_string();
        assert!(error.contains("line 2"), "{error}");
    }
}
