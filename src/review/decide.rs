//! The one table of what may happen to an item: `decide(facts, actor, command, now)`.
//!
//! It is pure. `workflow` loads the facts, asks here, and saves the outcome with its audit entry in one
//! transaction; the screens ask the same function what they may offer, so that a disabled button can say why.

mod claims;
mod decisions;
mod drafts;
mod edits;
mod publications;
mod rules;

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::state::{ItemFacts, RevisionFacts, State};
use crate::accounts::{Role, Roles};
use crate::ids::PersonId;

pub(super) use publications::approved_revision;

/// How long a claim holds without a heartbeat.
pub const LEASE: Duration = Duration::from_secs(15 * 60);

/// Who acts. The machine and the calendar act too: a worker drafts, a revoked source voids an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    Person { id: PersonId, roles: Roles },
    Countersign,
}

impl Actor {
    fn person(&self) -> Option<&PersonId> {
        match self {
            Actor::Person { id, .. } => Some(id),
            Actor::Countersign => None,
        }
    }

    fn has(&self, role: Role) -> bool {
        matches!(self, Actor::Person { roles, .. } if roles.contains(&role))
    }

    fn is(&self, person: &PersonId) -> bool {
        self.person() == Some(person)
    }
}

/// Why a reviewer sends an item back or rejects it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    Inaccurate,
    Unsupported,
    Incomplete,
    Tone,
    PolicyLegal,
    WrongAudience,
    OutOfDate,
    Duplicate,
    Other,
}

/// A reason code with the reviewer's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub code: ReasonCode,
    pub note: String,
}

/// What somebody wants to do to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    StartDrafting,
    DraftMade {
        revision: RevisionFacts,
    },
    Refuse,
    /// Drafting broke off without a result (the server stopped, the model was missing); it may be tried again.
    DraftFailed,
    Redraft,
    Cancel {
        reason: String,
    },
    WriteByHand {
        revision: RevisionFacts,
    },
    Claim,
    TakeOver {
        reason: String,
    },
    RenewLease,
    Release,
    Edit {
        revision: RevisionFacts,
    },
    SendToReview,
    RequestChanges {
        reason: Reason,
    },
    Reject {
        reason: Reason,
    },
    Approve {
        text_sha256: String,
    },
    Publish {
        text_sha256: String,
    },
    Withdraw {
        reason: String,
    },
    /// A cited source was revoked, expired or superseded.
    SourceLost {
        reason: String,
    },
}

/// Why a command may not be carried out, and who or what could.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Refused {
    #[error("{0}")]
    WrongState(String),
    #[error("{0}")]
    WrongPerson(String),
    #[error("{0}")]
    MissingReason(String),
    #[error("{0}")]
    Changed(String),
}

/// The item after a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub facts: ItemFacts,
    /// The audit log's name of what happened, for example `item.approved`.
    pub action: &'static str,
}

/// Decides one command. Neither the clock nor the database is read: the same arguments give the same answer.
pub fn decide(
    facts: &ItemFacts,
    actor: &Actor,
    command: &Command,
    now: Timestamp,
) -> Result<Decided, Refused> {
    match command {
        Command::StartDrafting => drafts::machine_step(
            facts,
            &[State::Requested, State::Drafting],
            State::Drafting,
            "item.drafting",
        ),
        Command::DraftMade { revision } => drafts::draft_made(facts, revision),
        Command::Refuse => drafts::machine_step(facts, &[State::Drafting], State::Refused, "item.refused"),
        Command::DraftFailed => {
            drafts::machine_step(facts, &[State::Drafting], State::Requested, "item.draft_failed")
        }
        Command::Redraft => drafts::redraft(facts, actor),
        Command::Cancel { reason } => drafts::cancel(facts, actor, reason),
        Command::WriteByHand { revision } => edits::write_by_hand(facts, actor, revision),
        Command::Claim => claims::claim(facts, actor, now),
        Command::TakeOver { reason } => claims::take_over(facts, actor, reason, now),
        Command::RenewLease => claims::renew(facts, actor, now),
        Command::Release => claims::release(facts, actor, now),
        Command::Edit { revision } => edits::edit(facts, actor, revision, now),
        Command::SendToReview => edits::send_to_review(facts, actor),
        Command::RequestChanges { reason } => decisions::return_to_author(facts, actor, reason, now),
        Command::Reject { reason } => decisions::reject(facts, actor, reason, now),
        Command::Approve { text_sha256 } => decisions::approve(facts, actor, text_sha256, now),
        Command::Publish { text_sha256 } => publications::publish(facts, actor, text_sha256),
        Command::Withdraw { reason } => publications::withdraw(facts, actor, reason),
        Command::SourceLost { reason } => publications::source_lost(facts, reason),
    }
}
