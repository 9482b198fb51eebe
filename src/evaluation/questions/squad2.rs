//! SQuAD 2.0: encyclopedia articles, with questions that only seem to be answered by them.

use std::path::Path;

use serde::Deserialize;

use super::{Gold, NamedCorpus, Question, QuestionSet, Range, files};
use crate::evaluation::error::EvaluationError;
use crate::evaluation::jsonl;

const CORPUS: &str = "squad2";

#[derive(Deserialize)]
struct Line {
    id: String,
    question: String,
    #[serde(default)]
    answers: Vec<String>,
    answerable: bool,
    doc: String,
    paragraph: Range,
}

pub(super) fn load(folder: &Path) -> Result<QuestionSet, EvaluationError> {
    let docs = folder.join("docs");
    let lines: Vec<Line> = jsonl::read(&folder.join("questions.jsonl"))?;
    Ok(QuestionSet {
        corpora: vec![NamedCorpus {
            name: CORPUS.to_owned(),
            sources: files(&docs, &docs, &[".md", ".txt"])?,
        }],
        questions: lines.into_iter().map(question).collect(),
        follow_ups: Vec::new(),
    })
}

fn question(line: Line) -> Question {
    // An unanswerable question is also about a paragraph, but that one does not answer it.
    let answered = line.answerable.then(|| line.doc.clone());
    Question {
        gold: answered
            .iter()
            .map(|document| Gold {
                document: document.clone(),
                characters: Some(line.paragraph.into()),
            })
            .collect(),
        documents: answered.into_iter().collect(),
        about: Some(line.doc),
        id: line.id,
        text: line.question,
        corpus: CORPUS.to_owned(),
        answerable: line.answerable,
        answers: line.answers,
        ..Question::default()
    }
}
