//! What a page about an item or a version needs, gathered, with what this person may do and why not.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::app::App;
use super::caller::Caller;
use super::comparing::compared_with;
use super::error::WorkflowError;
use super::newer_sources::{SourceChange, source_changes};
use super::sources::passage_of;
use crate::accounts::Permission;
use crate::corpus::Passage;
use crate::corpus::lifecycle::{self, Standing, VersionCommand};
use crate::drafting::{Citation, Section};
use crate::ids::{ItemId, PersonId, RevisionId, VersionId};
use crate::review::{Command, Reason, ReasonCode, Refused, RevisionFacts, decide};
use crate::store::{
    CitingText, DecisionRow, ItemRow, PublicationRow, RevisionRow, RevisionSummary, VersionDetail, VersionRow,
};

/// Everything about one item.
#[derive(Debug, Clone)]
pub struct ItemView {
    pub row: ItemRow,
    pub revision: Option<RevisionRow>,
    pub revisions: Vec<RevisionSummary>,
    pub decisions: Vec<DecisionRow>,
    pub sources: Vec<SourcePanel>,
    /// What became of the cited sentences of sources that left force.
    pub source_changes: Vec<SourceChange>,
    /// What this person may do now; where not, why not.
    pub actions: Vec<(ActionName, Result<(), String>)>,
    pub publication: Option<PublicationRow>,
    pub names: HashMap<PersonId, String>,
}

/// One cited version: the passages around its cited sentences, in the document's order.
#[derive(Debug, Clone)]
pub struct SourcePanel {
    pub version: VersionRow,
    pub title: String,
    pub owner: String,
    pub standing: Standing,
    /// Days left, where it is in force and ends soon.
    pub expires_soon: Option<i32>,
    pub passages: Vec<(Passage, String)>,
}

/// Everything about one version.
#[derive(Debug, Clone)]
pub struct VersionView {
    pub version: VersionDetail,
    pub standing: Standing,
    pub actions: Vec<(ActionName, Result<(), String>)>,
    pub used_by: Vec<CitingText>,
    /// The number of the version to compare it with.
    pub compare_with: Option<u32>,
    pub names: HashMap<PersonId, String>,
}

/// What a person can do on the page of an item or a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActionName {
    Cancel,
    WriteByHand,
    Claim,
    TakeOver,
    Release,
    Edit,
    SendToReview,
    RequestChanges,
    Reject,
    Approve,
    Publish,
    Withdraw,
    Redraft,
    Revoke,
    SetDays,
}

impl ActionName {
    pub fn as_str(self) -> &'static str {
        match self {
            ActionName::Cancel => "cancel",
            ActionName::WriteByHand => "write_by_hand",
            ActionName::Claim => "claim",
            ActionName::TakeOver => "take_over",
            ActionName::Release => "release",
            ActionName::Edit => "edit",
            ActionName::SendToReview => "send_to_review",
            ActionName::RequestChanges => "request_changes",
            ActionName::Reject => "reject",
            ActionName::Approve => "approve",
            ActionName::Publish => "publish",
            ActionName::Withdraw => "withdraw",
            ActionName::Redraft => "redraft",
            ActionName::Revoke => "revoke",
            ActionName::SetDays => "set_days",
        }
    }
}

pub async fn item_view(app: &App, caller: &Caller, id: &ItemId) -> Result<ItemView, WorkflowError> {
    caller.needs(Permission::ItemRead)?;
    let row = app.store.item(id).await?.ok_or(WorkflowError::NotFound("item"))?;
    let revision = match &row.facts.revision {
        Some(facts) => app.store.revision(&facts.id).await?,
        None => None,
    };
    let sections = revision.as_ref().map_or(&[][..], |revision| &revision.sections);
    let sources = source_panels(app, sections).await?;
    let source_changes = source_changes(app, sections).await?;
    Ok(ItemView {
        revisions: app.store.revisions(id).await?,
        decisions: app.store.decisions(id).await?,
        publication: app.store.publication_of_item(id).await?,
        actions: item_actions(caller, &row),
        names: names(app).await?,
        sources,
        source_changes,
        revision,
        row,
    })
}

pub(super) async fn names(app: &App) -> Result<HashMap<PersonId, String>, WorkflowError> {
    Ok(app
        .store
        .people()
        .await?
        .into_iter()
        .map(|person| (person.id, person.name))
        .collect())
}

/// The passages that hold cited sentences, by version, in the order in which the text cites the versions.
async fn source_panels(app: &App, sections: &[Section]) -> Result<Vec<SourcePanel>, WorkflowError> {
    let citations: Vec<&Citation> = sections
        .iter()
        .flat_map(|s| &s.sentences)
        .flat_map(|s| &s.citations)
        .collect();
    let mut order: Vec<&VersionId> = Vec::new();
    for citation in &citations {
        if !order.contains(&&citation.version) {
            order.push(&citation.version);
        }
    }
    let mut panels = Vec::new();
    for id in order {
        let Some(detail) = app.store.version(id).await? else {
            continue;
        };
        let mut cited: BTreeMap<u32, (Passage, String)> = BTreeMap::new();
        for citation in citations.iter().filter(|citation| citation.version == *id) {
            if let Some(passage) = passage_of(&detail.passages, citation.start, citation.end) {
                let text = detail
                    .text
                    .get(passage.start..passage.end)
                    .unwrap_or_default()
                    .to_owned();
                cited.insert(passage.ordinal, (passage.clone(), text));
            }
        }
        panels.push(SourcePanel {
            standing: detail.row.standing(app.config.today()),
            expires_soon: detail
                .row
                .expires_soon(app.config.today(), app.config.review.expires_soon_days),
            title: detail.title,
            owner: detail.owner,
            passages: cited.into_values().collect(),
            version: detail.row,
        });
    }
    Ok(panels)
}

/// Asks the review rules about each thing a page offers, so that the page and the rules can't differ.
fn item_actions(caller: &Caller, row: &ItemRow) -> Vec<(ActionName, Result<(), String>)> {
    let now = Timestamp::now();
    let ask = |(name, permission, command): (ActionName, Permission, Command)| {
        let allowed: Result<(), Refused> = decide(&row.facts, &caller.actor(), &command, now).map(|_| ());
        let allowed = allowed.map_err(|refused| refused.to_string());
        let permitted = || caller.needs(permission).map_err(|error| error.to_string());
        (name, allowed.and_then(|()| permitted()))
    };
    commands(row).into_iter().map(ask).collect()
}

/// Each action with what it takes and an example of its command, good enough to ask whether it is allowed.
fn commands(row: &ItemRow) -> [(ActionName, Permission, Command); 13] {
    let reason = || "asked by the page".to_owned();
    let decision = || Reason {
        code: ReasonCode::Other,
        note: reason(),
    };
    let standing = row.facts.revision.as_ref();
    let text_sha256 = standing
        .map(|revision| revision.text_sha256.clone())
        .unwrap_or_default();
    let written = || RevisionFacts {
        id: RevisionId::fresh(),
        text_sha256: String::new(),
        source_set_sha256: String::new(),
    };
    [
        (
            ActionName::Cancel,
            Permission::ItemRequest,
            Command::Cancel { reason: reason() },
        ),
        (
            ActionName::WriteByHand,
            Permission::ItemEdit,
            Command::WriteByHand { revision: written() },
        ),
        (ActionName::Claim, Permission::ItemReview, Command::Claim),
        (
            ActionName::TakeOver,
            Permission::ItemReview,
            Command::TakeOver { reason: reason() },
        ),
        (ActionName::Release, Permission::ItemReview, Command::Release),
        (
            ActionName::Edit,
            Permission::ItemEdit,
            Command::Edit { revision: written() },
        ),
        (
            ActionName::SendToReview,
            Permission::ItemEdit,
            Command::SendToReview,
        ),
        (
            ActionName::RequestChanges,
            Permission::ItemReview,
            Command::RequestChanges { reason: decision() },
        ),
        (
            ActionName::Reject,
            Permission::ItemReview,
            Command::Reject { reason: decision() },
        ),
        (
            ActionName::Approve,
            Permission::ItemReview,
            Command::Approve {
                text_sha256: text_sha256.clone(),
            },
        ),
        (
            ActionName::Publish,
            Permission::ItemPublish,
            Command::Publish { text_sha256 },
        ),
        (
            ActionName::Withdraw,
            Permission::ItemPublish,
            Command::Withdraw { reason: reason() },
        ),
        (ActionName::Redraft, Permission::ItemRequest, Command::Redraft),
    ]
}

pub async fn version_view(app: &App, caller: &Caller, id: &VersionId) -> Result<VersionView, WorkflowError> {
    caller.needs(Permission::DocumentRead)?;
    let version = app
        .store
        .version(id)
        .await?
        .ok_or(WorkflowError::NotFound("version"))?;
    let document = app.store.document(&version.row.document).await?;
    Ok(VersionView {
        compare_with: document.and_then(|document| compared_with(app, &document, &version.row)),
        standing: version.row.standing(app.config.today()),
        actions: version_actions(caller, &version.row),
        used_by: app.store.citing_texts(id).await?,
        names: names(app).await?,
        version,
    })
}

fn version_actions(caller: &Caller, row: &VersionRow) -> Vec<(ActionName, Result<(), String>)> {
    let reason = || "asked by the page".to_owned();
    let facts = row.facts();
    let decided = |command| lifecycle::decide(&facts, &caller.person, command).map(|_| ());
    let (approve, upload) = (Permission::DocumentApprove, Permission::DocumentUpload);
    let asked = [
        // Whether the warnings were seen is said with the approval itself.
        (
            ActionName::Approve,
            approve,
            decided(VersionCommand::Approve { warnings_seen: true }),
        ),
        (
            ActionName::Reject,
            approve,
            decided(VersionCommand::Reject { reason: reason() }),
        ),
        (
            ActionName::Revoke,
            approve,
            decided(VersionCommand::Revoke { reason: reason() }),
        ),
        // Which days is said with the change itself.
        (
            ActionName::SetDays,
            upload,
            lifecycle::may_set_days(&facts, &caller.person, (None, None)),
        ),
    ];
    let ask = |(name, permission, allowed): (ActionName, Permission, Result<(), lifecycle::Refused>)| {
        let permitted = caller.needs(permission).map_err(|error| error.to_string());
        (
            name,
            permitted.and_then(|()| allowed.map_err(|refused| refused.to_string())),
        )
    };
    asked.into_iter().map(ask).collect()
}
