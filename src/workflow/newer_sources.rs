//! A text whose source was replaced: what became of each sentence it cites, and moving the text to the new version.

use std::sync::Arc;

use super::app::App;
use super::caller::Caller;
use super::editing::{SectionInput, SentenceInput, TextInput, edit};
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::drafting::{Citation, Section, cited_versions};
use crate::ids::{DocumentId, ItemId, VersionId};
use crate::review::{Carried, Stretch, VersionText, carried};
use crate::store::{DocumentRow, InForce, VersionDetail, VersionRow};

/// A cited version that is no longer in force, and what its sentences became.
#[derive(Debug, Clone)]
pub struct SourceChange {
    pub lost: VersionRow,
    pub title: String,
    /// The version in force in its place, if there is one.
    pub newer: Option<(VersionRow, String)>,
    pub sentences: Vec<CitedSentence>,
}

/// One citation of the lost version.
#[derive(Debug, Clone)]
pub struct CitedSentence {
    /// Places in the text, counted from 0.
    pub section: usize,
    pub sentence: usize,
    pub citation: Citation,
    /// Nothing where no version is in force in its place.
    pub carried: Option<Carried>,
}

/// What became of the sentences that a text cites from sources no longer in force, in the text's order.
pub(super) async fn source_changes(
    app: &App,
    sections: &[Section],
) -> Result<Vec<SourceChange>, WorkflowError> {
    let in_force = app.store.versions_in_force(app.config.today()).await?;
    let lost: Vec<VersionId> = cited_versions(sections)
        .into_iter()
        .filter(|cited| in_force.iter().all(|source| source.version != *cited))
        .collect();
    if lost.is_empty() {
        return Ok(Vec::new());
    }
    let documents = app.store.documents().await?;
    let sections = Arc::new(sections.to_vec());
    let mut changes = Vec::new();
    for id in lost {
        let Some(before) = app.store.version(&id).await? else {
            continue;
        };
        let after = match replacement(&before.row.document, &documents, &in_force) {
            Some(version) => app.store.version(&version).await?,
            None => None,
        };
        // Looking through a long document computes; it must not hold up the runtime's threads.
        let sections = sections.clone();
        let compared = tokio::task::spawn_blocking(move || change(&sections, before, after)).await;
        changes.push(compared.map_err(|_| {
            WorkflowError::Internal("comparing the sources stopped before it was done; try again".into())
        })?);
    }
    Ok(changes)
}

fn change(sections: &[Section], before: VersionDetail, after: Option<VersionDetail>) -> SourceChange {
    let sentences = cited(sections, &before.row.id)
        .map(|(section, sentence, citation)| CitedSentence {
            section,
            sentence,
            carried: after
                .as_ref()
                .map(|after| carried(citation, &text_of(&before), &text_of(after))),
            citation: citation.clone(),
        })
        .collect();
    SourceChange {
        sentences,
        newer: after.map(|after| (after.row, after.title)),
        lost: before.row,
        title: before.title,
    }
}

fn text_of(version: &VersionDetail) -> VersionText<'_> {
    VersionText {
        version: &version.row.id,
        document: &version.row.document,
        title: &version.title,
        text: &version.text,
        stretches: version
            .passages
            .iter()
            .map(|passage| Stretch {
                heading: &passage.heading,
                page: passage.page,
                sentences: passage
                    .sentences
                    .iter()
                    .map(|span| span.start..span.end)
                    .collect(),
            })
            .collect(),
    }
}

fn cited<'a>(
    sections: &'a [Section],
    version: &'a VersionId,
) -> impl Iterator<Item = (usize, usize, &'a Citation)> {
    sections.iter().enumerate().flat_map(move |(section, s)| {
        s.sentences.iter().enumerate().flat_map(move |(sentence, c)| {
            let of_it = c
                .citations
                .iter()
                .filter(move |citation| citation.version == *version);
            of_it.map(move |citation| (section, sentence, citation))
        })
    })
}

/// The version in force in the place of a document's: of the document itself, or of the one that replaced it.
fn replacement(document: &DocumentId, documents: &[DocumentRow], in_force: &[InForce]) -> Option<VersionId> {
    let mut looked_at = vec![document];
    let mut next = 0;
    while let Some(document) = looked_at.get(next).copied() {
        if let Some(source) = in_force.iter().find(|source| source.document == *document) {
            return Some(source.version.clone());
        }
        let replacing = documents
            .iter()
            .filter(|other| other.supersedes.as_ref() == Some(document));
        for other in replacing {
            if !looked_at.contains(&&other.id) {
                looked_at.push(&other.id);
            }
        }
        next += 1;
    }
    None
}

/// Saves the text as a new revision that cites the versions in force in the place of the lost ones. Its words stay: a sentence whose
/// source reads differently now fails its check and is for a person to change.
pub async fn move_to_newer_sources(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemEdit)?;
    let row = app.store.item(id).await?.ok_or(WorkflowError::NotFound("item"))?;
    if row.version != expected {
        return Err(WorkflowError::Stale);
    }
    let revision = match &row.facts.revision {
        Some(facts) => app.store.revision(&facts.id).await?,
        None => None,
    };
    let sections = revision.map_or_else(Vec::new, |revision| revision.sections);
    let changes = source_changes(app, &sections).await?;
    if changes.iter().all(|change| change.newer.is_none()) {
        return Err(WorkflowError::invalid(
            "sources",
            "No source of this text was replaced by a version in force; edit the text or draft it again.",
        ));
    }
    let input = TextInput {
        public_question: None,
        note: Some(note(&changes)),
        sections: moved(sections, &changes),
    };
    edit(app, caller, id, expected, input).await
}

fn moved(sections: Vec<Section>, changes: &[SourceChange]) -> Vec<SectionInput> {
    let now = |citation: Citation| -> Option<(VersionId, usize, usize)> {
        let sentences = changes.iter().flat_map(|change| &change.sentences);
        let mut of_it = sentences.filter(|cited| cited.citation == citation);
        match of_it.next() {
            None => Some((citation.version, citation.start, citation.end)),
            Some(cited) => match &cited.carried {
                Some(Carried::Unchanged(now) | Carried::Changed { now, .. }) => {
                    Some((now.version.clone(), now.start, now.end))
                }
                // What nothing in force says any more cannot be cited.
                Some(Carried::Gone) | None => None,
            },
        }
    };
    sections
        .into_iter()
        .map(|section| SectionInput {
            heading: section.heading,
            sentences: section
                .sentences
                .into_iter()
                .map(|sentence| SentenceInput {
                    text: sentence.text,
                    citations: sentence.citations.into_iter().filter_map(now).collect(),
                })
                .collect(),
        })
        .collect()
}

/// For the history: what was moved, in counts.
fn note(changes: &[SourceChange]) -> String {
    let count = |of: fn(&Option<Carried>) -> bool| {
        let sentences = changes.iter().flat_map(|change| &change.sentences);
        sentences.filter(|cited| of(&cited.carried)).count()
    };
    let unchanged = count(|carried| matches!(carried, Some(Carried::Unchanged(_))));
    let sentences = if unchanged == 1 { "sentence" } else { "sentences" };
    format!(
        "Moved to the newer versions of its sources: {unchanged} cited {sentences} unchanged, {} changed, {} gone.",
        count(|carried| matches!(carried, Some(Carried::Changed { .. }))),
        count(|carried| matches!(carried, Some(Carried::Gone) | None)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(supersedes: Option<&DocumentId>) -> DocumentRow {
        DocumentRow {
            id: DocumentId::fresh(),
            title: String::new(),
            owner: String::new(),
            audience: String::new(),
            supersedes: supersedes.cloned(),
            owner_person: None,
            deputy_person: None,
            topics: Vec::new(),
            review_by: None,
            import_path: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            version: 1,
            versions: Vec::new(),
        }
    }

    fn source(document: &DocumentId) -> InForce {
        InForce {
            version: VersionId::fresh(),
            document: document.clone(),
            title: String::new(),
            owner: String::new(),
            content_sha256: String::new(),
            effective: None,
            expires: None,
            days_left: None,
        }
    }

    #[test]
    fn what_stands_in_the_place_of_a_document_is_found_through_those_that_replaced_it() {
        let first = document(None);
        let second = document(Some(&first.id));
        let third = document(Some(&second.id));
        let documents = [first, second, third];
        let [first, second, third] = &documents;
        let own = source(&first.id);
        let last = source(&third.id);
        let found = |in_force: &[InForce]| replacement(&first.id, &documents, in_force);
        assert_eq!(found(&[last.clone(), own.clone()]), Some(own.version));
        assert_eq!(found(std::slice::from_ref(&last)), Some(last.version));
        assert!(found(&[source(&second.id)]).is_some());
        // One that was never approved and claims the same stands in nobody's way.
        let rival = document(Some(&first.id));
        let with_rival = [rival, first.clone(), second.clone(), third.clone()];
        let last = source(&third.id);
        let past_it = replacement(&first.id, &with_rival, std::slice::from_ref(&last));
        assert_eq!(past_it, Some(last.version));
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn documents_that_replace_each_other_in_a_circle_end_the_search() {
        let mut first = document(None);
        let second = document(Some(&first.id));
        first.supersedes = Some(second.id.clone());
        let start = first.id.clone();
        assert_eq!(replacement(&start, &[first, second], &[]), None);
    }
}
