//! Questions with known answers, whichever set they come from.

use std::path::Path;

use serde::Deserialize;

use super::error::EvaluationError;
use super::jsonl;
use super::set_corpus::Source;
use super::sets::Set;

mod doc2dial;
mod mtrag;
mod school_policies;
mod squad2;

/// A question and what a good answer to it rests on.
#[derive(Debug, Clone, Default)]
pub(super) struct Question {
    pub id: String,
    pub text: String,
    /// Earlier turns of the conversation, `user:…` and `agent:…`, oldest first.
    pub history: Vec<String>,
    /// The name of the corpus it is put to.
    pub corpus: String,
    pub answerable: bool,
    pub answers: Vec<String>,
    /// Documents that hold the answer.
    pub documents: Vec<String>,
    /// The document that it was written about, where the set says so of a question that it does not answer.
    pub about: Option<String>,
    pub gold: Vec<Gold>,
    pub must_include: Vec<String>,
    pub must_not: Vec<String>,
}

/// A stretch of a document that states the answer: characters of the set's file, or all of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gold {
    pub document: String,
    pub characters: Option<(usize, usize)>,
}

/// The documents that a set's questions are put to.
pub(super) struct NamedCorpus {
    pub name: String,
    pub sources: Vec<Source>,
}

/// A set of questions with its documents.
pub(super) struct QuestionSet {
    pub corpora: Vec<NamedCorpus>,
    /// Questions that stand alone: retrieval, answerability and drafting are measured on them.
    pub questions: Vec<Question>,
    /// Later turns of conversations: only retrieval is measured on them.
    pub follow_ups: Vec<Question>,
}

pub(super) fn load(dir: &Path, set: Set) -> Result<QuestionSet, EvaluationError> {
    let folder = set.folder(dir);
    match set {
        Set::Doc2dial => doc2dial::load(&folder),
        Set::Mtrag => mtrag::load(&folder),
        Set::SchoolPolicies => school_policies::load(&folder),
        _ => squad2::load(&folder),
    }
}

/// The later question with what was said before it, newest first: a search reads the beginning best.
pub(super) fn with_history(question: &Question) -> String {
    let turns = question.history.iter().rev().map(|turn| {
        let (_, said) = turn.split_once(':').unwrap_or(("", turn));
        said.trim()
    });
    let lines: Vec<&str> = std::iter::once(question.text.as_str()).chain(turns).collect();
    lines.join("\n")
}

/// All files with one of the endings below a folder, named by their path inside `base`, in the order of the names.
pub(super) fn files(base: &Path, folder: &Path, endings: &[&str]) -> Result<Vec<Source>, EvaluationError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let unreadable = |source| EvaluationError::Unreadable {
            path: folder.clone(),
            source,
        };
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let file_name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if endings.iter().any(|ending| file_name.ends_with(ending)) {
                found.push(Source {
                    name: path.strip_prefix(base).unwrap_or(&path).display().to_string(),
                    file_name,
                    title: None,
                    office: None,
                    body: jsonl::text(&path)?,
                });
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// A start and an end, as the sets write them.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Range(pub usize, pub usize);

impl From<Range> for (usize, usize) {
    fn from(Range(start, end): Range) -> Self {
        (start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_turn_comes_first() {
        let question = Question {
            text: "And on Mondays?".into(),
            history: vec!["user:When does the bus leave?".into(), "agent: At four.".into()],
            ..Question::default()
        };
        assert_eq!(
            with_history(&question),
            "And on Mondays?\nAt four.\nWhen does the bus leave?"
        );
    }
}
