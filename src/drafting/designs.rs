//! Ways to word one approved sentence, side by side, so that the one in use was chosen by measurement.
//!
//! `countersign calibrate --wordings` has sentences worded by each and reports what became of them.

use super::agreement::{disagreement, uncovered};
use super::check::{check_sentence, lost_literals};
use super::compose::{self, Statement};
use super::draft::{ClaimSentence, Support};
use super::evidence::Evidence;
use super::prompts;
use super::readability::grade;
use super::settings::DraftingSettings;
use crate::engine::{EngineError, Grammar, Session};

/// One line of whatever the model likes to write.
const ONE_LINE: &str = r"start: /[^\n]+/";

/// How a chosen sentence becomes a sentence of the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// As it is approved.
    Verbatim,
    /// In the model's words under the closed-vocabulary mask; dropped for the approved sentence by rules.
    ClosedVocabulary,
    /// In the model's own words without a mask; dropped for the approved sentence where the check finds it unsupported.
    Free,
}

impl Design {
    pub const ALL: [Self; 3] = [Self::Verbatim, Self::ClosedVocabulary, Self::Free];
}

/// What a design made of one sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Worded {
    /// What would stand in the draft.
    pub text: String,
    /// Whether it is in other words than the approved sentence.
    pub reworded: bool,
    pub support: Support,
    pub grade: f32,
    /// Small words that carry a rule ("not", "only", "if") which one has and the other has not.
    pub rule_words_differ: bool,
    /// Whether a number, date or address of the approved sentence is missing.
    pub literals_lost: bool,
    /// Of the approved sentence's content words, the share that is left, 0 to 1.
    pub kept: f32,
    /// Of the new sentence's content words, the share that the approved one does not have, 0 to 1.
    pub added: f32,
}

/// Words an approved sentence by one design and judges it as the check would.
pub fn worded(
    session: &mut Session,
    approved: &str,
    design: Design,
    settings: &DraftingSettings,
) -> Result<Worded, EngineError> {
    let evidence = Evidence {
        text: format!("S1: {approved}\n"),
        ..Evidence::default()
    };
    let statement = Statement {
        places: vec![0],
        text: approved.to_owned(),
    };
    let plainer = match design {
        Design::Verbatim => None,
        Design::ClosedVocabulary => compose::reword(session, &evidence, &statement, settings)?,
        Design::Free => {
            let prompt = prompts::reword(&evidence.text, approved);
            let mask = Grammar::lark(ONE_LINE);
            let written = session.generate(
                &prompt.segments(),
                Some(&mask),
                settings.wording_tokens_max,
                &mut |_| {},
            )?;
            Some(written.text.trim().to_owned())
        }
    };
    let mut sentence = ClaimSentence::unplaced(plainer.as_deref().unwrap_or(approved), &[approved]);
    check_sentence(Some(session), &mut sentence, settings)?;
    if sentence.support == Support::Unsupported {
        sentence = ClaimSentence::unplaced(approved, &[approved]);
        check_sentence(Some(session), &mut sentence, settings)?;
    }
    let (lost, of) = uncovered(approved, &sentence.text, &settings.glossary);
    let (new, among) = uncovered(&sentence.text, approved, &settings.glossary);
    let (more, fewer) = disagreement(&sentence.text, approved);
    Ok(Worded {
        reworded: sentence.text != approved,
        support: sentence.support,
        grade: grade([sentence.text.as_str()]).unwrap_or_default(),
        rule_words_differ: !more.is_empty() || !fewer.is_empty(),
        literals_lost: !lost_literals(&sentence.text, approved).is_empty(),
        kept: 1.0 - share(lost.len(), of),
        added: share(new.len(), among),
        text: sentence.text,
    })
}

fn share(part: usize, whole: usize) -> f32 {
    match whole {
        0 => 0.0,
        _ => part as f32 / whole as f32,
    }
}
