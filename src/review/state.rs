//! The states of an item and the facts a decision about it may look at.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{PersonId, RevisionId};

/// Where an item is. The words are those of the design's state diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Requested,
    Drafting,
    Refused,
    PendingReview,
    InReview,
    ChangesRequested,
    Rejected,
    Approved,
    Published,
    Withdrawn,
    Cancelled,
    /// A source it rests on left force after it was approved or published.
    Stale,
}

impl State {
    pub const ALL: [State; 12] = [
        State::Requested,
        State::Drafting,
        State::Refused,
        State::PendingReview,
        State::InReview,
        State::ChangesRequested,
        State::Rejected,
        State::Approved,
        State::Published,
        State::Withdrawn,
        State::Cancelled,
        State::Stale,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            State::Requested => "requested",
            State::Drafting => "drafting",
            State::Refused => "refused",
            State::PendingReview => "pending_review",
            State::InReview => "in_review",
            State::ChangesRequested => "changes_requested",
            State::Rejected => "rejected",
            State::Approved => "approved",
            State::Published => "published",
            State::Withdrawn => "withdrawn",
            State::Cancelled => "cancelled",
            State::Stale => "stale",
        }
    }

    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// The state in a sentence that a person reads.
    pub fn in_words(self) -> &'static str {
        match self {
            State::Requested => "waiting to be drafted",
            State::Drafting => "being drafted",
            State::Refused => "refused",
            State::PendingReview => "waiting for review",
            State::InReview => "in review",
            State::ChangesRequested => "sent back",
            State::Rejected => "rejected",
            State::Approved => "approved",
            State::Published => "published",
            State::Withdrawn => "withdrawn",
            State::Cancelled => "cancelled",
            State::Stale => "stale because a source left force",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A reviewer holding an item until a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    pub person: PersonId,
    pub until: Timestamp,
}

impl Lease {
    pub fn holds(&self, now: Timestamp) -> bool {
        self.until > now
    }
}

/// The text that stands now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionFacts {
    pub id: RevisionId,
    /// Hash of the words and their citations.
    pub text_sha256: String,
    /// Hash of the versions it cites, by id and content hash.
    pub source_set_sha256: String,
}

/// What an approver put their name to: these bytes, resting on these sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub by: PersonId,
    pub at: Timestamp,
    pub revision: RevisionId,
    pub text_sha256: String,
    pub source_set_sha256: String,
}

/// Everything about an item that `decide` may look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemFacts {
    pub state: State,
    pub requester: PersonId,
    pub lease: Option<Lease>,
    pub revision: Option<RevisionFacts>,
    /// Everybody who made a human edit of this item's text, the last editor included.
    pub authors: BTreeSet<PersonId>,
    pub approval: Option<Approval>,
}

impl ItemFacts {
    /// An item just asked for.
    pub fn requested_by(requester: PersonId) -> ItemFacts {
        ItemFacts {
            state: State::Requested,
            requester,
            lease: None,
            revision: None,
            authors: BTreeSet::new(),
            approval: None,
        }
    }

    /// The lease, if it still holds.
    pub fn live_lease(&self, now: Timestamp) -> Option<&Lease> {
        self.lease.as_ref().filter(|lease| lease.holds(now))
    }
}
