//! The approved draft: the only thing `publish` takes, and only made here.

use super::decide::{Refused, approved_revision};
use super::state::ItemFacts;
use crate::drafting::{Section, text_sha256};
use crate::ids::{PersonId, VersionId};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// A text with a valid approval for exactly these words and these sources.
#[derive(Debug, Clone, PartialEq)]
pub struct ApprovedDraft {
    public_question: Option<String>,
    sections: Vec<Section>,
    text_sha256: String,
    source_set_sha256: String,
    approved_by: PersonId,
    approved_at: Timestamp,
}

/// A version that a text cites, with the hash of its content and whether it is in force today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedVersion {
    pub version: VersionId,
    pub content_sha256: String,
    pub in_force: bool,
}

impl ApprovedDraft {
    /// What heads the page of an FAQ answer.
    pub fn public_question(&self) -> Option<&str> {
        self.public_question.as_deref()
    }

    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    pub fn text_sha256(&self) -> &str {
        &self.text_sha256
    }

    pub fn source_set_sha256(&self) -> &str {
        &self.source_set_sha256
    }

    pub fn approved_by(&self) -> &PersonId {
        &self.approved_by
    }

    pub fn approved_at(&self) -> Timestamp {
        self.approved_at
    }
}

/// SHA-256 over the cited versions' ids and content hashes, in the order of their ids.
pub fn source_set_sha256(cited: &[CitedVersion]) -> String {
    let mut lines: Vec<String> = cited
        .iter()
        .map(|source| format!("{} {}\n", source.version, source.content_sha256))
        .collect();
    lines.sort();
    lines.dedup();
    let mut hash = Sha256::new();
    hash.update(b"countersign sources v1\n");
    lines.iter().for_each(|line| hash.update(line.as_bytes()));
    hex::encode(hash.finalize())
}

/// Turns a text into an approved draft if the item's approval is for these bytes and every source still stands.
pub fn approved_draft(
    facts: &ItemFacts,
    public_question: Option<String>,
    sections: Vec<Section>,
    cited: &[CitedVersion],
) -> Result<ApprovedDraft, Refused> {
    let revision = approved_revision(facts)?;
    let text = text_sha256(public_question.as_deref(), &sections);
    let sources = source_set_sha256(cited);
    if text != revision.text_sha256 || sources != revision.source_set_sha256 {
        return Err(Refused::Changed(
            "The stored text or its sources differ from what was approved; it must be reviewed again.".into(),
        ));
    }
    if let Some(lost) = cited.iter().find(|source| !source.in_force) {
        return Err(Refused::Changed(format!(
            "The source {} is no longer in force, so the approval is void; the text must be reviewed again.",
            lost.version
        )));
    }
    let Some(approval) = &facts.approval else {
        return Err(Refused::Changed("There is no approval.".into()));
    };
    Ok(ApprovedDraft {
        public_question,
        sections,
        text_sha256: text,
        source_set_sha256: sources,
        approved_by: approval.by.clone(),
        approved_at: approval.at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RevisionId;
    use crate::review::{Approval, RevisionFacts, State};

    fn approved_text(question: Option<&str>, sections: &[Section]) -> ItemFacts {
        let revision = RevisionFacts {
            id: RevisionId::fresh(),
            text_sha256: text_sha256(question, sections),
            source_set_sha256: source_set_sha256(&[]),
        };
        let mut facts = ItemFacts::requested_by(PersonId::fresh());
        facts.state = State::Approved;
        facts.approval = Some(Approval {
            by: PersonId::fresh(),
            at: Timestamp::UNIX_EPOCH,
            revision: revision.id.clone(),
            text_sha256: revision.text_sha256.clone(),
            source_set_sha256: revision.source_set_sha256.clone(),
        });
        facts.revision = Some(revision);
        facts
    }

    #[test]
    fn an_approval_is_for_the_public_question_too() {
        let sections = vec![Section::default()];
        let facts = approved_text(Some("Is lunch free?"), &sections);
        for (question, stands) in [
            (Some("Is lunch free?"), true),
            (Some("Is lunch free for all?"), false),
            (None, false),
        ] {
            let made = approved_draft(&facts, question.map(str::to_owned), sections.clone(), &[]);
            assert_eq!(made.is_ok(), stands, "{question:?}: {made:?}");
        }
    }
}
