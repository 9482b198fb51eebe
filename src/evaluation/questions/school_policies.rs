//! School policies: two districts' manuals, with questions as people ask them and the sentences that answer.

use std::path::Path;

use serde::Deserialize;

use super::{Gold, NamedCorpus, Question, QuestionSet, files};
use crate::evaluation::error::EvaluationError;
use crate::evaluation::jsonl;
use crate::evaluation::set_corpus::Source;

const CORPUS: &str = "school_policies";

/// Which folders are sources; the others (drafts of policies) must never be drafted from and are left out.
#[derive(Deserialize)]
struct Folders {
    sources: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    question: String,
    answerable: bool,
    #[serde(default)]
    answers: Vec<String>,
    #[serde(default)]
    support: Vec<Quote>,
    #[serde(default)]
    must_include: Vec<String>,
    #[serde(default)]
    must_not: Vec<String>,
}

#[derive(Deserialize)]
struct Quote {
    doc: String,
    start: usize,
    end: usize,
}

pub(super) fn load(folder: &Path) -> Result<QuestionSet, EvaluationError> {
    let folders: Folders = jsonl::read_one(&folder.join("corpus.json"))?;
    let mut sources = Vec::new();
    for name in &folders.sources {
        // Each folder is one district's manual. Its name is how a question's district is told from the other one's.
        let theirs = files(folder, &folder.join(name), &[".md", ".txt"])?;
        sources.extend(theirs.into_iter().map(|source| Source {
            office: Some(name.clone()),
            ..source
        }));
    }
    let lines: Vec<Line> = jsonl::read(&folder.join("questions.jsonl"))?;
    Ok(QuestionSet {
        corpora: vec![NamedCorpus {
            name: CORPUS.to_owned(),
            sources,
        }],
        questions: lines.into_iter().map(question).collect(),
        follow_ups: Vec::new(),
    })
}

fn question(line: Line) -> Question {
    let mut documents: Vec<String> = line.support.iter().map(|quote| quote.doc.clone()).collect();
    documents.sort();
    documents.dedup();
    Question {
        gold: line
            .support
            .into_iter()
            .map(|quote| Gold {
                document: quote.doc,
                characters: Some((quote.start, quote.end)),
            })
            .collect(),
        id: line.id,
        text: line.question,
        corpus: CORPUS.to_owned(),
        answerable: line.answerable,
        answers: line.answers,
        documents,
        must_include: line.must_include,
        must_not: line.must_not,
        ..Question::default()
    }
}
