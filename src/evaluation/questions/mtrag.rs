//! MTRAG: conversations over four collections of passages; a question is put to its own collection.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{Gold, NamedCorpus, Question, QuestionSet};
use crate::evaluation::error::EvaluationError;
use crate::evaluation::jsonl;
use crate::evaluation::set_corpus::Source;

#[derive(Deserialize)]
struct Line {
    id: String,
    question: String,
    #[serde(default)]
    history: Vec<String>,
    #[serde(default)]
    answers: Vec<String>,
    answerable: bool,
    collection: String,
    #[serde(default)]
    relevant: Vec<String>,
}

#[derive(Deserialize)]
struct Passage {
    id: String,
    collection: String,
    #[serde(default)]
    title: String,
    text: String,
}

pub(super) fn load(folder: &Path) -> Result<QuestionSet, EvaluationError> {
    let mut collections: BTreeMap<String, Vec<Source>> = BTreeMap::new();
    for passage in jsonl::read::<Passage>(&folder.join("passages.jsonl"))? {
        collections
            .entry(corpus(&passage.collection))
            .or_default()
            .push(Source {
                // A passage has no file; as one without a title it must not be titled by its number.
                file_name: "Passage.txt".to_owned(),
                name: passage.id,
                title: Some(passage.title),
                office: None,
                body: passage.text,
            });
    }
    let lines: Vec<Line> = jsonl::read(&folder.join("questions.jsonl"))?;
    Ok(QuestionSet {
        corpora: collections
            .into_iter()
            .map(|(name, sources)| NamedCorpus { name, sources })
            .collect(),
        questions: lines.into_iter().map(question).collect(),
        follow_ups: Vec::new(),
    })
}

fn corpus(collection: &str) -> String {
    format!("mtrag-{collection}")
}

fn question(line: Line) -> Question {
    Question {
        gold: line
            .relevant
            .iter()
            .map(|document| Gold {
                document: document.clone(),
                characters: None,
            })
            .collect(),
        id: line.id,
        text: line.question,
        history: line.history,
        corpus: corpus(&line.collection),
        answerable: line.answerable,
        answers: line.answers,
        documents: line.relevant,
        ..Question::default()
    }
}
