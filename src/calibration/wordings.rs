//! Ways to word approved sentences, side by side: what each does to reading ease, rules and figures, and how long it takes.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::examples::Example;
use super::report::{WriteError, write_file};
use crate::drafting::{Design, DraftingSettings, Support, Worded, worded};
use crate::engine::{Cancel, Engine, EngineError, ModelIdentity};

/// Sentences that are printed with all their wordings, for a person to read.
const SHOWN: usize = 5;

/// One approved sentence with what each design of [`Design::ALL`] made of it.
pub struct Comparison {
    pub approved: String,
    pub worded: Vec<Timed>,
}

/// A wording and the seconds it took.
pub struct Timed {
    pub worded: Worded,
    pub seconds: f64,
}

/// At most `sample` of the different single sentences that the examples cite, always the same ones.
pub fn approved_sentences(examples: &[Example], sample: usize) -> Vec<String> {
    let single = examples.iter().filter(|example| example.evidence.len() == 1);
    let different: BTreeSet<(String, &String)> = single
        .flat_map(|example| &example.evidence)
        .map(|sentence| (hex::encode(Sha256::digest(sentence.as_bytes())), sentence))
        .collect();
    different
        .into_iter()
        .take(sample)
        .map(|(_, sentence)| sentence.clone())
        .collect()
}

/// Has every sentence worded by every design. `tell` hears how many of how many are done.
pub async fn compare_wordings(
    engine: &Engine,
    settings: &DraftingSettings,
    sentences: &[String],
    tell: &dyn Fn(usize, usize),
) -> Result<Vec<Comparison>, EngineError> {
    let settings = Arc::new(settings.clone());
    let mut all = Vec::with_capacity(sentences.len());
    for (done, approved) in sentences.iter().enumerate() {
        let mut made = Vec::with_capacity(Design::ALL.len());
        for design in Design::ALL {
            let (settings, approved) = (settings.clone(), approved.clone());
            let started = Instant::now();
            let job =
                move |session: &mut crate::engine::Session| worded(session, &approved, design, &settings);
            let worded = engine.run(Cancel::new(), job).await?;
            made.push(Timed {
                worded,
                seconds: started.elapsed().as_secs_f64(),
            });
        }
        all.push(Comparison {
            approved: approved.clone(),
            worded: made,
        });
        tell(done + 1, sentences.len());
    }
    Ok(all)
}

/// What is measured of one wording.
type Figure<'a> = &'a dyn Fn(&Timed) -> f64;

/// Writes `wordings.md` into `folder`.
pub fn write_wordings(
    folder: &Path,
    compared: &[Comparison],
    model: &ModelIdentity,
    on: Date,
) -> Result<(), WriteError> {
    write_file(folder, "wordings.md", &report(compared, model, on))
}

fn report(compared: &[Comparison], model: &ModelIdentity, on: Date) -> String {
    let mut text = format!(
        "# Three ways to word an approved sentence\n\nWritten by `countersign calibrate --wordings` on {on}; do not edit. {} \
         approved sentences, each worded three ways by {} and judged by the check as a draft's would be. A wording \
         that a design drops is the approved sentence again, so every line is what a draft would hold.\n\n| figure | {} |\n\
         |---|---|---|---|\n",
        compared.len(),
        model.name,
        Design::ALL.map(name).join(" | "),
    );
    let rows: [(&str, Figure<'_>); 9] = [
        ("in other words than the approved sentence, share", &|one| {
            f64::from(u8::from(one.worded.reworded))
        }),
        ("supported, share", &|one| is(one, Support::Supported)),
        ("doubtful, share: a reviewer has to look", &|one| {
            is(one, Support::Doubtful)
        }),
        (
            "a rule word added or lost (not, only, if, must …), share",
            &|one| f64::from(u8::from(one.worded.rule_words_differ)),
        ),
        ("a figure, date or address lost, share", &|one| {
            f64::from(u8::from(one.worded.literals_lost))
        }),
        ("content words kept, mean share", &|one| {
            f64::from(one.worded.kept)
        }),
        ("content words added, mean share", &|one| {
            f64::from(one.worded.added)
        }),
        ("reading grade, mean", &|one| f64::from(one.worded.grade)),
        ("seconds, mean", &|one| one.seconds),
    ];
    for (row, value) in rows {
        let _ = write!(text, "| {row} |");
        for design in 0..Design::ALL.len() {
            let values = compared
                .iter()
                .filter_map(|one| one.worded.get(design))
                .map(value);
            let mean = values.sum::<f64>() / compared.len().max(1) as f64;
            let _ = write!(text, " {mean:.2} |");
        }
        text.push('\n');
    }
    let _ = write!(text, "\n## {} to read\n", SHOWN.min(compared.len()));
    let reworded = |one: &&Comparison| one.worded.iter().any(|timed| timed.worded.reworded);
    for one in compared.iter().filter(reworded).take(SHOWN) {
        text.push('\n');
        for (design, timed) in Design::ALL.into_iter().zip(&one.worded) {
            let note = match (design, timed.worded.reworded) {
                (Design::Verbatim, _) | (_, true) => "",
                (_, false) => " (its wording was dropped)",
            };
            let _ = writeln!(text, "- {}{note}: {}", name(design), timed.worded.text);
        }
    }
    text
}

fn is(one: &Timed, support: Support) -> f64 {
    f64::from(u8::from(one.worded.support == support))
}

fn name(design: Design) -> &'static str {
    match design {
        Design::Verbatim => "verbatim",
        Design::ClosedVocabulary => "closed vocabulary",
        Design::Free => "free, then checked",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(evidence: &[&str]) -> Example {
        Example {
            set: "wordings",
            group: String::new(),
            kind: String::new(),
            evidence: evidence.iter().map(|line| (*line).to_owned()).collect(),
            claim: String::new(),
            supported: true,
        }
    }

    #[test]
    fn each_sentence_is_taken_once_and_always_the_same_ones() {
        let examples = [
            example(&["A."]),
            example(&["B."]),
            example(&["A."]),
            example(&["C.", "D."]),
        ];
        let all = approved_sentences(&examples, 9);
        assert_eq!(all.len(), 2);
        assert_eq!(approved_sentences(&examples, 1), all[..1]);
    }

    #[test]
    fn the_report_names_each_design_and_shows_what_it_wrote() {
        let worded = |text: &str, reworded| Timed {
            worded: Worded {
                text: text.to_owned(),
                reworded,
                support: Support::Supported,
                grade: 7.0,
                rule_words_differ: false,
                literals_lost: false,
                kept: 1.0,
                added: 0.0,
            },
            seconds: 1.0,
        };
        let compared = [Comparison {
            approved: "Pupils shall sit.".to_owned(),
            worded: vec![
                worded("Pupils shall sit.", false),
                worded("Students must sit.", true),
                worded("Pupils shall sit.", false),
            ],
        }];
        let model = ModelIdentity {
            name: "m".to_owned(),
            file_sha256: String::new(),
            tokenizer_sha256: String::new(),
        };
        let text = report(&compared, &model, Date::default());
        assert!(
            text.contains("| supported, share | 1.00 | 1.00 | 1.00 |"),
            "{text}"
        );
        assert!(text.contains("- closed vocabulary: Students must sit."), "{text}");
        assert!(
            text.contains("- free, then checked (its wording was dropped): Pupils"),
            "{text}"
        );
    }
}
