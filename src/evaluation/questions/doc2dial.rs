//! doc2dial: pages of public offices with conversations grounded in them.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::{Gold, NamedCorpus, Question, QuestionSet, Range, files};
use crate::evaluation::error::EvaluationError;
use crate::evaluation::jsonl;

const CORPUS: &str = "doc2dial";

#[derive(Deserialize)]
struct Line {
    id: String,
    question: String,
    #[serde(default)]
    history: Vec<String>,
    first_turn: bool,
    #[serde(default)]
    answers: Vec<String>,
    answerable: bool,
    doc: Option<String>,
    #[serde(default)]
    spans: Vec<Range>,
    /// False where the set's makers could not place the answer in the text.
    #[serde(default = "yes")]
    offset_ok: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct Title {
    title: String,
}

pub(super) fn load(folder: &Path) -> Result<QuestionSet, EvaluationError> {
    let titles_file = folder.join("titles.json");
    let titles: BTreeMap<String, Title> = if titles_file.is_file() {
        jsonl::read_one(&titles_file)?
    } else {
        BTreeMap::new()
    };
    let docs = folder.join("docs");
    let mut sources = files(&docs, &docs, &[".txt", ".md"])?;
    for source in &mut sources {
        source.title = titles
            .get(&source.name)
            .map(|title| without_number(&title.title).to_owned());
    }
    let lines: Vec<Line> = jsonl::read(&folder.join("questions.jsonl"))?;
    let (first, later): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.first_turn);
    Ok(QuestionSet {
        corpora: vec![NamedCorpus {
            name: CORPUS.to_owned(),
            sources,
        }],
        questions: first.into_iter().map(question).collect(),
        follow_ups: later.into_iter().map(question).collect(),
    })
}

fn question(line: Line) -> Question {
    let gold = |document: &String| -> Vec<Gold> {
        line.spans
            .iter()
            .filter(|_| line.offset_ok)
            .map(|span| Gold {
                document: document.clone(),
                characters: Some((*span).into()),
            })
            .collect()
    };
    Question {
        gold: line.doc.as_ref().map(gold).unwrap_or_default(),
        documents: line.doc.into_iter().collect(),
        id: line.id,
        text: line.question,
        history: line.history,
        corpus: CORPUS.to_owned(),
        answerable: line.answerable,
        answers: line.answers,
        ..Question::default()
    }
}

/// The set's titles end in a number of its own, such as `#1_0`, that no page shows.
fn without_number(title: &str) -> &str {
    match title.rsplit_once('#') {
        Some((words, number)) if number.chars().all(|c| c.is_ascii_digit() || c == '_') => words,
        _ => title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sets_own_number_goes() {
        assert_eq!(without_number("About VA | Affairs#1_0"), "About VA | Affairs");
        assert_eq!(without_number("Form #12a"), "Form #12a");
    }
}
