//! A text on its way into a revision, whoever wrote it.

use jiff::Timestamp;

use super::app::App;
use super::error::WorkflowError;
use super::sources::cited_sources;
use crate::corpus::one_line;
use crate::drafting::{Citation, Flag, Section, public_question_flags, reading_grade, text_sha256, words};
use crate::ids::{PersonId, RevisionId, VersionId};
use crate::review::{CitedVersion, RevisionFacts, source_set_sha256};
use crate::store::{CitedSource, ItemRow, RevisionRow, WriteTx};

/// What the review rules may know of a revision.
pub(super) fn facts_of(revision: &RevisionRow) -> RevisionFacts {
    RevisionFacts {
        id: revision.id.clone(),
        text_sha256: revision.text_sha256.clone(),
        source_set_sha256: revision.source_set_sha256.clone(),
    }
}

/// A text on its way into a revision.
pub(super) struct Written {
    pub author: Option<PersonId>,
    pub public_question: Option<String>,
    pub sections: Vec<Section>,
    pub flags: Vec<Flag>,
    pub note: Option<String>,
}

impl Written {
    /// Inserts the next revision of the item and gives it back as stored.
    pub async fn insert(
        self,
        app: &App,
        tx: &mut WriteTx,
        row: &ItemRow,
    ) -> Result<RevisionRow, WorkflowError> {
        let sources = cited_sources(app, tx, &self.sections).await?;
        if let Some(lost) = sources.iter().find(|source| !source.in_force) {
            let reason = format!(
                "The source {} is no longer in force; cite another or leave the sentence out.",
                lost.version
            );
            return Err(WorkflowError::invalid("citations", reason));
        }
        let public_question = self.public_question;
        let mut flags = self.flags;
        if let Some(question) = &public_question {
            flags.extend(public_question_flags(question, &self.sections));
        }
        let revision = RevisionRow {
            id: RevisionId::fresh(),
            item: row.id.clone(),
            number: tx.next_revision_number(&row.id).await?,
            author: self.author,
            created_at: Timestamp::now(),
            text_sha256: text_sha256(public_question.as_deref(), &self.sections),
            source_set_sha256: source_set_sha256(&sources),
            words: words(&self.sections),
            reading_grade: reading_grade(&self.sections),
            sources: stored_sources(&self.sections, &sources),
            public_question,
            sections: self.sections,
            flags,
            note: self
                .note
                .map(|note| one_line(&note))
                .filter(|note| !note.is_empty()),
        };
        tx.insert_revision(&revision).await?;
        Ok(revision)
    }
}

/// The cited versions with their documents, as the revision keeps them.
fn stored_sources(sections: &[Section], sources: &[CitedVersion]) -> Vec<CitedSource> {
    let citations: Vec<&Citation> = sections
        .iter()
        .flat_map(|s| &s.sentences)
        .flat_map(|s| &s.citations)
        .collect();
    let document_of = |version: &VersionId| {
        citations
            .iter()
            .find(|citation| citation.version == *version)
            .map(|c| c.document.clone())
    };
    let stored = |source: &CitedVersion| {
        Some(CitedSource {
            document: document_of(&source.version)?,
            version: source.version.clone(),
            content_sha256: source.content_sha256.clone(),
        })
    };
    sources.iter().filter_map(stored).collect()
}
