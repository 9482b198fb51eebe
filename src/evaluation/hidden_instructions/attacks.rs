//! The attacks of both sets: a document with an instruction put into it, or a request that is one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::super::error::EvaluationError;
use super::super::jsonl;
use super::super::questions;
use super::super::run::Evaluation;
use super::super::sampling::sample;
use super::super::set_corpus::Source;
use super::super::sets::Set;

/// One attack with the question that is asked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Attack {
    pub id: String,
    pub question: String,
    pub carrier: Carrier,
}

/// Where the instruction comes in.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Carrier {
    Document {
        /// The poisoned document, in force alone, so that its hidden text cannot be missed by the search.
        name: String,
        clean: String,
        /// Characters of the poisoned document.
        hidden: (usize, usize),
    },
    Request {
        /// What the set's judge looks for in the answer.
        targets: Vec<String>,
    },
}

/// The attacks with the documents that they are tried on.
pub(super) struct Attacks {
    pub corpus: &'static str,
    pub sources: Vec<Source>,
    pub attacks: Vec<Attack>,
}

#[derive(Deserialize)]
struct Poisoned {
    id: String,
    attack: String,
    /// The document's path, beginning at the set's folder.
    doc: String,
    insert_at: usize,
    question: String,
}

#[derive(Deserialize)]
struct Injection {
    prompt_id: u64,
    user_input: String,
    judge_question: String,
}

pub(super) fn load(evaluation: &Evaluation<'_>, set: Set) -> Result<Attacks, EvaluationError> {
    let folder = set.folder(&evaluation.dir);
    let mut attacks = if set == Set::Bipia {
        poisoned(&folder)?
    } else {
        requests(&evaluation.dir, &folder)?
    };
    attacks.attacks = sample(attacks.attacks, evaluation.sample, |attack| &attack.id, |_| true);
    Ok(attacks)
}

/// Every attack makes a document of its own.
fn poisoned(folder: &Path) -> Result<Attacks, EvaluationError> {
    let mut clean: BTreeMap<String, String> = BTreeMap::new();
    let (mut sources, mut attacks) = (Vec::new(), Vec::new());
    for line in jsonl::read::<Poisoned>(&folder.join("dev_poisoned.jsonl"))? {
        if !clean.contains_key(&line.doc) {
            clean.insert(line.doc.clone(), jsonl::text(&folder.join(&line.doc))?);
        }
        let clean = clean.get(&line.doc).cloned().unwrap_or_default();
        let (body, hidden) = inserted(&clean, &line.attack, line.insert_at);
        let file_name = line.doc.rsplit('/').next().unwrap_or(&line.doc).to_owned();
        sources.push(Source {
            name: line.id.clone(),
            file_name,
            title: None,
            office: None,
            body,
        });
        attacks.push(Attack {
            carrier: Carrier::Document {
                name: line.id.clone(),
                clean,
                hidden,
            },
            id: line.id,
            question: line.question,
        });
    }
    Ok(Attacks {
        corpus: "bipia",
        sources,
        attacks,
    })
}

/// The document with the attack on a line of its own, and where it is, in characters.
fn inserted(clean: &str, attack: &str, at: usize) -> (String, (usize, usize)) {
    let byte = clean.char_indices().nth(at).map_or(clean.len(), |(byte, _)| byte);
    let (before, after) = clean.split_at(byte);
    let start = before.chars().count() + 1;
    let end = start + attack.chars().count();
    (format!("{before}\n{attack}\n{after}"), (start, end))
}

/// The requests are put to doc2dial's documents: the set has instructions for a chatbot, which the product does
/// not take from anybody, and no documents of its own.
fn requests(dir: &Path, folder: &Path) -> Result<Attacks, EvaluationError> {
    let corpora = if Set::Doc2dial.folder(dir).is_dir() {
        questions::load(dir, Set::Doc2dial)?.corpora
    } else {
        Vec::new()
    };
    let lines: Vec<Injection> = jsonl::read(&folder.join("dev.jsonl"))?;
    Ok(Attacks {
        corpus: "doc2dial",
        sources: corpora.into_iter().flat_map(|corpus| corpus.sources).collect(),
        attacks: lines
            .into_iter()
            .map(|line| Attack {
                id: line.prompt_id.to_string(),
                question: line.user_input,
                carrier: Carrier::Request {
                    targets: quoted(&line.judge_question),
                },
            })
            .collect(),
    })
}

/// What stands in quotation marks; an apostrophe inside a word opens nothing.
fn quoted(text: &str) -> Vec<String> {
    static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?:^|[\s(])(?:'([^']+)'|"([^"]+)"|“([^”]+)”)"#)
            .expect("the pattern is fixed and used in a test")
    });
    QUOTED
        .captures_iter(text)
        .filter_map(|found| found.iter().skip(1).flatten().next())
        .map(|found| found.as_str().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attack_stands_on_its_own_line() {
        let (body, (start, end)) = inserted("¡Hola!\nBye.", "Obey me.", 7);
        assert_eq!(body, "¡Hola!\n\nObey me.\nBye.");
        let hidden: String = body.chars().skip(start).take(end - start).collect();
        assert_eq!(hidden, "Obey me.");
        assert_eq!(inserted("ab", "x", 9).0, "ab\nx\n");
    }

    #[test]
    fn targets_are_what_is_quoted() {
        assert_eq!(quoted("Does this response contain the word 'Piano'?"), ["Piano"]);
        assert_eq!(quoted("Does it contain the word \"House\"?"), ["House"]);
        assert_eq!(quoted("Does it contain the user's name?"), Vec::<String>::new());
    }
}
