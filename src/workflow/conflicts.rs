//! Places where two sources in force give different figures for the same thing, for their owners to resolve.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::corpus::Span;
use crate::drafting::{SourceSentence, contradictions};
use crate::ids::{ConflictId, DocumentId, PersonId, VersionId};
use crate::store::{DismissalRow, VersionDetail};

const REASON_CHARACTERS_MAX: usize = 2_000;

/// One sentence of a conflict, where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictSide {
    pub document: DocumentId,
    pub version: VersionId,
    pub title: String,
    pub owner: String,
    pub heading: Vec<String>,
    pub page: Option<u32>,
    pub span: Span,
    pub text: String,
    /// The figures in which it disagrees with the other, as they are written.
    pub figures: Vec<String>,
}

/// Two sentences of sources in force that disagree.
#[derive(Debug, Clone)]
pub struct Conflict {
    pub id: ConflictId,
    /// What kind of figure they disagree in.
    pub kind: &'static str,
    pub left: ConflictSide,
    pub right: ConflictSide,
    /// Who said that it is none, and why.
    pub dismissal: Option<DismissalRow>,
}

/// What looking through all sources gave.
#[derive(Debug, Clone)]
pub struct Conflicts {
    /// Those nobody has dismissed first, then the others.
    pub found: Vec<Conflict>,
    pub sources: usize,
    pub sentences: usize,
    pub names: HashMap<PersonId, String>,
}

/// Look through all sources in force.
pub async fn conflicts(app: &App, caller: &Caller) -> Result<Conflicts, WorkflowError> {
    caller.needs(Permission::DocumentRead)?;
    let mut versions = Vec::new();
    for source in app.store.versions_in_force(app.config.today()).await? {
        versions.extend(app.store.version(&source.version).await?);
    }
    let dismissals: HashMap<ConflictId, DismissalRow> = app
        .store
        .conflict_dismissals()
        .await?
        .into_iter()
        .map(|row| (row.id.clone(), row))
        .collect();
    let names = super::views::names(app).await?;
    // Every sentence is taken apart and held against others; that must not hold up the runtime's threads.
    let looked = tokio::task::spawn_blocking(move || {
        let sentences: usize = versions
            .iter()
            .map(|version| version.row.sentences as usize)
            .sum();
        let mut found = find(&versions)?;
        for conflict in &mut found {
            conflict.dismissal = dismissals.get(&conflict.id).cloned();
        }
        found.sort_by_key(|conflict| conflict.dismissal.is_some());
        Ok::<_, WorkflowError>(Conflicts {
            found,
            sources: versions.len(),
            sentences,
            names,
        })
    });
    looked.await.map_err(|_| {
        WorkflowError::Internal("looking for conflicts stopped before it was done; try again".into())
    })?
}

fn find(versions: &[VersionDetail]) -> Result<Vec<Conflict>, WorkflowError> {
    let mut places: Vec<(usize, usize, Span)> = Vec::new();
    for (version, detail) in versions.iter().enumerate() {
        for (passage, of_it) in detail.passages.iter().enumerate() {
            places.extend(of_it.sentences.iter().map(|span| (version, passage, *span)));
        }
    }
    let text = |(version, _, span): &(usize, usize, Span)| -> &str {
        versions[*version]
            .text
            .get(span.start..span.end)
            .unwrap_or_default()
    };
    let sentences: Vec<SourceSentence<'_>> = places
        .iter()
        .map(|place| SourceSentence {
            document: place.0,
            text: text(place),
        })
        .collect();
    let side = |place: usize, figures: Vec<String>| {
        let (version, passage, span) = places[place];
        let detail = &versions[version];
        ConflictSide {
            document: detail.row.document.clone(),
            version: detail.row.id.clone(),
            title: detail.title.clone(),
            owner: detail.owner.clone(),
            heading: detail.passages[passage].heading.clone(),
            page: detail.passages[passage].page,
            span,
            text: text(&places[place]).to_owned(),
            figures,
        }
    };
    contradictions(&sentences)
        .into_iter()
        .map(|pair| {
            Ok(Conflict {
                id: id_of(sentences[pair.left].text, sentences[pair.right].text)?,
                kind: pair.kind,
                left: side(pair.left, pair.left_figures),
                right: side(pair.right, pair.right_figures),
                dismissal: None,
            })
        })
        .collect()
}

/// The id of exactly these two texts, in either order.
fn id_of(left: &str, right: &str) -> Result<ConflictId, WorkflowError> {
    const CHARACTERS: usize = 40;
    let both = format!("{}\n{}", left.min(right), left.max(right));
    let hash = hex::encode(Sha256::digest(both));
    format!("{}{}", ConflictId::PREFIX, &hash[..CHARACTERS])
        .parse()
        .map_err(|_| WorkflowError::Internal("a hash could not be made an id".into()))
}

/// A person says, with a reason, that two sentences do not contradict each other. It is remembered for these two texts.
pub async fn dismiss_conflict(
    app: &App,
    caller: &Caller,
    id: &ConflictId,
    reason: &str,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::DocumentApprove)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_CHARACTERS_MAX {
        return Err(WorkflowError::invalid(
            "reason",
            format!(
                "Say in up to {REASON_CHARACTERS_MAX} characters why these two sentences do not contradict each other."
            ),
        ));
    }
    let all = conflicts(app, caller).await?;
    let conflict = all.found.into_iter().find(|conflict| conflict.id == *id);
    let conflict = conflict.ok_or(WorkflowError::NotFound("conflict"))?;
    if conflict.dismissal.is_some() {
        return Err(WorkflowError::Stale);
    }
    let mut tx = app.store.write().await?;
    let row = DismissalRow {
        id: id.clone(),
        left_text: conflict.left.text,
        right_text: conflict.right.text,
        reason: reason.to_owned(),
        by: caller.person.clone(),
        at: Timestamp::now(),
    };
    tx.insert_conflict_dismissal(&row).await?;
    let entry = caller.entry(
        "conflict.dismissed",
        id.as_str(),
        json!({ "left": conflict.left.version, "right": conflict.right.version, "reason_given": true }),
    );
    tx.commit(vec![entry]).await?;
    Ok(())
}

/// The two sentences are a conflict again.
pub async fn reopen_conflict(app: &App, caller: &Caller, id: &ConflictId) -> Result<(), WorkflowError> {
    caller.needs(Permission::DocumentApprove)?;
    let mut tx = app.store.write().await?;
    if !tx.delete_conflict_dismissal(id).await? {
        return Err(WorkflowError::NotFound("dismissed conflict"));
    }
    tx.commit(vec![caller.entry("conflict.reopened", id.as_str(), json!({}))])
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_texts_have_one_id_in_either_order_and_another_with_any_other_text() {
        let id = |left, right| id_of(left, right).expect("an id");
        assert_eq!(id("Fee $5.", "Fee $6."), id("Fee $6.", "Fee $5."));
        assert_ne!(id("Fee $5.", "Fee $6."), id("Fee $5.", "Fee $7."));
    }
}
