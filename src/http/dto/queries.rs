//! Query parameters of the API's lists.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{ItemKind, ItemState};

/// What the queue shows.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// One state, or several separated by commas.
    pub state: Option<String>,
    pub kind: Option<ItemKind>,
    /// Held by me, or by nobody.
    pub held: Option<Held>,
    /// Only what I asked for.
    pub mine: Option<bool>,
    /// Only what is public and rests on a source that left force.
    pub to_correct: Option<bool>,
    /// Words of the title or the question.
    pub q: Option<String>,
    pub sort: Option<QueueSort>,
    pub cursor: Option<String>,
    /// 1 to 200; 50 unless told.
    pub limit: Option<u32>,
}

/// Who holds an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    Me,
    Free,
}

/// In which order the queue comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueueSort {
    /// Earliest due first.
    Due,
    /// Last asked for first.
    Newest,
    /// Last changed first.
    Updated,
}

/// Which two revisions to compare.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CompareQuery {
    pub from: u32,
    pub to: u32,
}

/// Which documents to list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DocumentsQuery {
    pub standing: Option<StandingFilter>,
    /// A topic, as it is kept.
    pub topic: Option<String>,
    /// A person's id, `me`, or `nobody` for documents that nobody can look after.
    pub owner: Option<String>,
    /// Words of the title, the owner or a topic.
    pub q: Option<String>,
    pub sort: Option<DocumentSort>,
    pub cursor: Option<String>,
    /// 1 to 200; 50 unless told.
    pub limit: Option<u32>,
}

/// Where a listed document stands. Beside the standings there are two things to look for that are none: what is in force
/// and ends soon, and what somebody should look at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StandingFilter {
    /// Also of documents in force of which a newer version waits.
    PendingApproval,
    Rejected,
    Scheduled,
    InForce,
    ExpiresSoon,
    ReviewDue,
    Expired,
    Superseded,
    Revoked,
}

/// In which order documents come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentSort {
    Title,
    /// What ends first comes first.
    Expires,
    /// What is to be looked at first comes first.
    Review,
    /// What was uploaded last comes first.
    Newest,
}

/// What of the notices to list, the newest first.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoticesQuery {
    /// Also what is no longer so.
    pub all: Option<bool>,
    pub cursor: Option<String>,
    /// 1 to 200; 50 unless told.
    pub limit: Option<u32>,
}

/// Which versions to look through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchWithin {
    /// What drafts are made from today.
    InForce,
    /// Every version that was ever approved, by its words.
    History,
}

/// What to look for in the documents.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    pub q: String,
    /// Only documents of this owner, as it is written there.
    pub owner: Option<String>,
    /// Only documents that are filed under this topic.
    pub topic: Option<String>,
    /// In force unless told.
    pub within: Option<SearchWithin>,
    /// 1 to 50; 10 unless told.
    pub limit: Option<u32>,
}

/// Which entries of the audit log to list, newest first.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// An id.
    pub object: Option<String>,
    /// A person's id, `countersign` or `public`.
    pub actor: Option<String>,
    /// For example `item.approved`.
    pub action: Option<String>,
    pub cursor: Option<String>,
    /// 1 to 200; 50 unless told.
    pub limit: Option<u32>,
}

/// The states that a queue query names.
pub fn states(given: Option<&str>) -> Result<Vec<ItemState>, String> {
    let words = given
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    words
        .map(|word| {
            crate::review::State::parse(word)
                .map(ItemState::from)
                .ok_or_else(|| {
                    format!(
                        "there is no state \"{}\"",
                        word.chars().take(40).collect::<String>()
                    )
                })
        })
        .collect()
}
