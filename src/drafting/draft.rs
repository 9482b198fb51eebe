//! What drafting gives: a draft whose every sentence names what it rests on, or a typed refusal.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::answerable::AnswerSignals;
use crate::ids::{DocumentId, VersionId};

/// The end of a drafting run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    Draft(Draft),
    Refusal(Refusal),
}

/// A drafted text together with what it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    pub sections: Vec<Section>,
    pub flags: Vec<Flag>,
    /// How surely the sources state the answer, 0 to 1; the highest over the parts of the question.
    #[serde(default)]
    pub answerability: Option<f32>,
    /// What that was computed from; absent where the model was not asked.
    #[serde(default)]
    pub signals: Option<AnswerSignals>,
    pub record: DraftRecord,
    pub timing_ms: Timing,
    pub tokens: Tokens,
}

/// A part of a text. An FAQ answer has one section without a heading; a newsletter has one per topic.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Section {
    pub heading: Option<String>,
    pub sentences: Vec<ClaimSentence>,
    /// Parts of the question that the sources do not state, in the asker's words.
    pub not_covered: Vec<String>,
}

/// One sentence of a text with the verdict on it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimSentence {
    pub text: String,
    pub support: Support,
    /// The model's probability that the cited sentences support this one; absent where it was not asked.
    pub support_probability: Option<f32>,
    pub citations: Vec<Citation>,
    /// Why the verdict is what it is, in words for the reviewer.
    pub note: Option<String>,
}

impl ClaimSentence {
    /// A claim outside any draft, to be checked against sentences of no document.
    pub fn unplaced(text: &str, cited: &[&str]) -> Self {
        let citation = |quote: &&str| Citation {
            document: DocumentId::fresh(),
            version: VersionId::fresh(),
            title: String::new(),
            heading: Vec::new(),
            page: None,
            start: 0,
            end: quote.len(),
            quote: (*quote).to_owned(),
        };
        Self {
            text: text.to_owned(),
            support: Support::Doubtful,
            support_probability: None,
            citations: cited.iter().map(citation).collect(),
            note: None,
        }
    }
}

/// The verdict of the check on one claim sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    Supported,
    Doubtful,
    Unsupported,
    /// A person wrote it without a source; only a reviewer can vouch for it.
    PersonWritten,
}

/// The exact sentence of a source that a claim sentence rests on, frozen with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    pub document: DocumentId,
    pub version: VersionId,
    pub title: String,
    pub heading: Vec<String>,
    pub page: Option<u32>,
    /// Byte offsets into the version's extracted text; `quote` is that slice.
    pub start: usize,
    pub end: usize,
    pub quote: String,
}

/// Why there is no draft, and whom to ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub kind: RefusalKind,
    pub reason: String,
    pub nearest: Vec<Nearest>,
    /// How surely the sources state the answer, 0 to 1; absent where the model was not asked.
    #[serde(default)]
    pub answerability: Option<f32>,
    /// What that was computed from; absent where the model was not asked.
    #[serde(default)]
    pub signals: Option<AnswerSignals>,
    pub record: Option<DraftRecord>,
    pub timing_ms: Timing,
    pub tokens: Tokens,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalKind {
    NoRelevantSource,
    SourceDoesNotAnswer,
    ConflictingSources,
    NeedsClarification,
    OutOfScope,
    PersonalData,
}

impl RefusalKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRelevantSource => "no_relevant_source",
            Self::SourceDoesNotAnswer => "source_does_not_answer",
            Self::ConflictingSources => "conflicting_sources",
            Self::NeedsClarification => "needs_clarification",
            Self::OutOfScope => "out_of_scope",
            Self::PersonalData => "personal_data",
        }
    }
}

/// A passage near the question, and the office that owns its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nearest {
    pub document: DocumentId,
    pub version: VersionId,
    pub title: String,
    pub owner: String,
    pub heading: Vec<String>,
    pub page: Option<u32>,
    pub quote: String,
}

/// Something the reviewer should look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    pub kind: FlagKind,
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagKind {
    ReadingGrade,
    PersonalData,
    ConflictingSources,
    SourceExpiresSoon,
    Length,
    Jargon,
    Language,
}

/// What made the draft, so that the same inputs can be shown to give the same draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRecord {
    pub model: String,
    pub model_sha256: String,
    pub tokenizer_sha256: String,
    /// Version of the prompts.
    pub prompt: String,
    /// Version of the masks.
    pub mask: String,
    /// Version of the fitted probabilities; empty in drafts from before it was recorded.
    #[serde(default)]
    pub calibration: String,
    /// SHA-256 of the settings of drafting; empty likewise.
    #[serde(default)]
    pub settings_sha256: String,
    /// Stamp of the index.
    pub index: String,
    pub evidence_sha256: String,
    pub seed: u64,
}

/// Milliseconds per stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    pub retrieve: u64,
    pub prefill: u64,
    pub answerable: u64,
    pub compose: u64,
    pub check: u64,
    pub total: u64,
}

/// Token counts of one drafting run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    pub prompt: u64,
    pub prefilled: u64,
    pub generated: u64,
    pub accepted_by_lookup: u64,
}

/// SHA-256 over a text, in hexadecimal: what an approval is bound to. The public question is what heads the page of
/// an FAQ answer; a newsletter has none, nor has a text that was written before answers had one.
///
/// Verdicts are left out, since a re-run of the check must not void an approval; the words and what they
/// cite are in. Every part is length-prefixed, so that no two different texts share their bytes.
pub fn text_sha256(public_question: Option<&str>, sections: &[Section]) -> String {
    let mut hash = Sha256::new();
    let mut put = |part: &str| {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    };
    put("countersign text v1");
    if let Some(question) = public_question {
        put("public question");
        put(question);
    }
    for section in sections {
        put("section");
        put(section.heading.as_deref().unwrap_or_default());
        for sentence in &section.sentences {
            put("sentence");
            put(&sentence.text);
            for citation in &sentence.citations {
                put(citation.version.as_str());
                put(&format!("{}..{}", citation.start, citation.end));
                put(&citation.quote);
            }
        }
        for part in &section.not_covered {
            put("not covered");
            put(part);
        }
    }
    hex::encode(hash.finalize())
}

/// The versions a text cites, sorted, without repeats.
pub fn cited_versions(sections: &[Section]) -> Vec<VersionId> {
    let mut versions: Vec<VersionId> = sections
        .iter()
        .flat_map(|s| &s.sentences)
        .flat_map(|s| &s.citations)
        .map(|c| c.version.clone())
        .collect();
    versions.sort();
    versions.dedup();
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sections(heading: Option<&str>) -> Vec<Section> {
        vec![Section {
            heading: heading.map(str::to_owned),
            ..Section::default()
        }]
    }

    #[test]
    fn the_hash_is_over_the_public_question_too() {
        let text = sections(None);
        let hashes = [
            text_sha256(None, &text),
            text_sha256(Some(""), &text),
            text_sha256(Some("Is lunch free?"), &text),
            text_sha256(Some("Is lunch free ?"), &text),
            text_sha256(None, &sections(Some("Is lunch free?"))),
        ];
        let different: std::collections::BTreeSet<&String> = hashes.iter().collect();
        assert_eq!(different.len(), hashes.len(), "{hashes:?}");
    }

    /// Approvals given before texts had a public question stay approvals of the same text.
    #[test]
    fn a_text_without_a_public_question_keeps_its_first_hash() {
        assert_eq!(
            text_sha256(None, &sections(Some("Meals"))),
            "045366738b5baf25bd254845d200457364e83c0e217a3fdfdfbc01696dcd6053"
        );
    }
}
