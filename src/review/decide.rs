//! The one table of what may happen to an item: `decide(facts, actor, command, now)`.
//!
//! It is pure. `workflow` loads the facts, asks here, and saves the outcome with its audit entry in one
//! transaction; the screens ask the same function what they may offer, so that a disabled button can say why.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::state::{Approval, ItemFacts, Lease, RevisionFacts, State};
use crate::accounts::{Role, Roles};
use crate::ids::PersonId;

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
        Command::StartDrafting => machine_step(
            facts,
            &[State::Requested, State::Drafting],
            State::Drafting,
            "item.drafting",
        ),
        Command::DraftMade { revision } => draft_made(facts, revision),
        Command::Refuse => machine_step(facts, &[State::Drafting], State::Refused, "item.refused"),
        Command::DraftFailed => {
            machine_step(facts, &[State::Drafting], State::Requested, "item.draft_failed")
        }
        Command::Redraft => redraft(facts, actor),
        Command::Cancel { reason } => cancel(facts, actor, reason),
        Command::WriteByHand { revision } => write_by_hand(facts, actor, revision),
        Command::Claim => claim(facts, actor, now),
        Command::TakeOver { reason } => take_over(facts, actor, reason, now),
        Command::RenewLease => renew(facts, actor, now),
        Command::Release => release(facts, actor, now),
        Command::Edit { revision } => edit(facts, actor, revision, now),
        Command::SendToReview => send_to_review(facts, actor),
        Command::RequestChanges { reason } => return_to_author(facts, actor, reason, now),
        Command::Reject { reason } => reject(facts, actor, reason, now),
        Command::Approve { text_sha256 } => approve(facts, actor, text_sha256, now),
        Command::Publish { text_sha256 } => publish(facts, actor, text_sha256),
        Command::Withdraw { reason } => withdraw(facts, actor, reason),
        Command::SourceLost { reason } => source_lost(facts, reason),
    }
}

fn moved(facts: &ItemFacts, state: State, action: &'static str) -> Decided {
    Decided {
        facts: ItemFacts {
            state,
            ..facts.clone()
        },
        action,
    }
}

fn in_state(facts: &ItemFacts, wanted: &[State], doing: &str) -> Result<(), Refused> {
    if wanted.contains(&facts.state) {
        return Ok(());
    }
    let wanted: Vec<&str> = wanted.iter().map(|state| state.in_words()).collect();
    Err(Refused::WrongState(format!(
        "This item is {}; it can be {doing} only while it is {}.",
        facts.state.in_words(),
        wanted.join(" or ")
    )))
}

fn role(actor: &Actor, role: Role, doing: &str) -> Result<(), Refused> {
    if actor.has(role) {
        return Ok(());
    }
    Err(Refused::WrongPerson(format!(
        "Only somebody with the role {} can {doing}; an administrator can give it to you.",
        role.as_str().replace('_', " ")
    )))
}

fn given(reason: &str, doing: &str) -> Result<(), Refused> {
    if reason.trim().is_empty() {
        return Err(Refused::MissingReason(format!(
            "Say why you {doing}; the reason goes into the record."
        )));
    }
    Ok(())
}

fn machine_step(
    facts: &ItemFacts,
    from: &[State],
    to: State,
    action: &'static str,
) -> Result<Decided, Refused> {
    in_state(facts, from, "drafted")?;
    Ok(moved(facts, to, action))
}

fn draft_made(facts: &ItemFacts, revision: &RevisionFacts) -> Result<Decided, Refused> {
    in_state(facts, &[State::Drafting], "given a draft")?;
    let mut decided = moved(facts, State::PendingReview, "item.drafted");
    decided.facts.revision = Some(revision.clone());
    Ok(decided)
}

fn redraft(facts: &ItemFacts, actor: &Actor) -> Result<Decided, Refused> {
    in_state(
        facts,
        &[
            State::Refused,
            State::Requested,
            State::ChangesRequested,
            State::Stale,
        ],
        "drafted again",
    )?;
    requester_only(facts, actor, "ask for a new draft")?;
    let mut decided = moved(facts, State::Requested, "item.redraft_requested");
    decided.facts.approval = None;
    decided.facts.lease = None;
    Ok(decided)
}

fn requester_only(facts: &ItemFacts, actor: &Actor, doing: &str) -> Result<(), Refused> {
    if actor.is(&facts.requester) {
        return Ok(());
    }
    Err(Refused::WrongPerson(format!(
        "Only the person who asked for this item can {doing}."
    )))
}

fn cancel(facts: &ItemFacts, actor: &Actor, reason: &str) -> Result<Decided, Refused> {
    let open = [
        State::Requested,
        State::Drafting,
        State::Refused,
        State::PendingReview,
        State::InReview,
        State::ChangesRequested,
        State::Approved,
        State::Stale,
    ];
    in_state(facts, &open, "cancelled")?;
    requester_only(facts, actor, "cancel it")?;
    given(reason, "cancel it")?;
    let mut decided = moved(facts, State::Cancelled, "item.cancelled");
    decided.facts.lease = None;
    decided.facts.approval = None;
    Ok(decided)
}

fn write_by_hand(facts: &ItemFacts, actor: &Actor, revision: &RevisionFacts) -> Result<Decided, Refused> {
    in_state(facts, &[State::Refused], "answered by hand")?;
    role(actor, Role::Requester, "answer by hand")?;
    let mut decided = moved(facts, State::PendingReview, "item.written_by_hand");
    put_revision(&mut decided.facts, actor, revision);
    Ok(decided)
}

fn put_revision(facts: &mut ItemFacts, actor: &Actor, revision: &RevisionFacts) {
    facts.revision = Some(revision.clone());
    facts.approval = None;
    if let Some(person) = actor.person() {
        facts.authors.insert(person.clone());
    }
}

fn claim(facts: &ItemFacts, actor: &Actor, now: Timestamp) -> Result<Decided, Refused> {
    in_state(facts, &[State::PendingReview, State::InReview], "claimed")?;
    role(actor, Role::Reviewer, "claim it")?;
    if let Some(lease) = facts.live_lease(now)
        && !actor.is(&lease.person)
    {
        return Err(Refused::WrongPerson(
            "Somebody else is reviewing this item; you can take it over with a reason, or wait until their claim ends.".into(),
        ));
    }
    hold(facts, actor, now, "item.claimed")
}

fn hold(facts: &ItemFacts, actor: &Actor, now: Timestamp, action: &'static str) -> Result<Decided, Refused> {
    let Some(person) = actor.person() else {
        return Err(Refused::WrongPerson("Only a person can review.".into()));
    };
    let mut decided = moved(facts, State::InReview, action);
    let until = now.checked_add(LEASE).unwrap_or(now);
    decided.facts.lease = Some(Lease {
        person: person.clone(),
        until,
    });
    Ok(decided)
}

fn take_over(facts: &ItemFacts, actor: &Actor, reason: &str, now: Timestamp) -> Result<Decided, Refused> {
    in_state(facts, &[State::InReview], "taken over")?;
    role(actor, Role::Reviewer, "take it over")?;
    if facts.lease.as_ref().is_some_and(|lease| actor.is(&lease.person)) {
        return Err(Refused::WrongPerson("You already hold this item.".into()));
    }
    given(reason, "take it over")?;
    hold(facts, actor, now, "item.taken_over")
}

fn renew(facts: &ItemFacts, actor: &Actor, now: Timestamp) -> Result<Decided, Refused> {
    in_state(facts, &[State::InReview], "held")?;
    holder(facts, actor, now, "keep your claim")?;
    hold(facts, actor, now, "item.claim_renewed")
}

/// The one whose live lease it is. An ended lease must be claimed again, since somebody else may have read on.
fn holder(facts: &ItemFacts, actor: &Actor, now: Timestamp, doing: &str) -> Result<(), Refused> {
    match facts.live_lease(now) {
        Some(lease) if actor.is(&lease.person) => Ok(()),
        Some(_) => Err(Refused::WrongPerson(format!(
            "Somebody else holds this item, so only they can {doing}; you can take it over with a reason."
        ))),
        None => Err(Refused::WrongPerson(format!(
            "Nobody holds this item; claim it first to {doing}."
        ))),
    }
}

fn release(facts: &ItemFacts, actor: &Actor, now: Timestamp) -> Result<Decided, Refused> {
    in_state(facts, &[State::InReview], "released")?;
    holder(facts, actor, now, "release it")?;
    let mut decided = moved(facts, State::PendingReview, "item.released");
    decided.facts.lease = None;
    Ok(decided)
}

fn edit(
    facts: &ItemFacts,
    actor: &Actor,
    revision: &RevisionFacts,
    now: Timestamp,
) -> Result<Decided, Refused> {
    match facts.state {
        State::InReview => {
            role(actor, Role::Reviewer, "edit it in review")?;
            holder(facts, actor, now, "edit it")?;
        }
        State::PendingReview | State::ChangesRequested | State::Stale | State::Approved => {
            author(facts, actor)?
        }
        _ => in_state(
            facts,
            &[
                State::PendingReview,
                State::InReview,
                State::ChangesRequested,
                State::Approved,
                State::Stale,
            ],
            "edited",
        )?,
    }
    let state = match facts.state {
        // An approval is for the bytes that were read; other bytes need another reading.
        State::Approved => State::PendingReview,
        State::Stale => State::ChangesRequested,
        state => state,
    };
    let mut decided = moved(facts, state, "item.edited");
    put_revision(&mut decided.facts, actor, revision);
    Ok(decided)
}

fn author(facts: &ItemFacts, actor: &Actor) -> Result<(), Refused> {
    let wrote = actor
        .person()
        .is_some_and(|person| facts.authors.contains(person));
    if actor.is(&facts.requester) || wrote {
        return Ok(());
    }
    Err(Refused::WrongPerson(
        "Only its requester or somebody who has edited it can edit it now; a reviewer can claim it first."
            .into(),
    ))
}

fn send_to_review(facts: &ItemFacts, actor: &Actor) -> Result<Decided, Refused> {
    in_state(facts, &[State::ChangesRequested], "sent to review")?;
    author(facts, actor)?;
    if facts.revision.is_none() {
        return Err(Refused::WrongState(
            "There is no text yet; write it or ask for a draft first.".into(),
        ));
    }
    let mut decided = moved(facts, State::PendingReview, "item.sent_to_review");
    decided.facts.lease = None;
    Ok(decided)
}

fn reviewing(facts: &ItemFacts, actor: &Actor, now: Timestamp, doing: &str) -> Result<(), Refused> {
    in_state(facts, &[State::InReview], doing)?;
    role(actor, Role::Reviewer, "decide")?;
    holder(facts, actor, now, "decide")
}

fn return_to_author(
    facts: &ItemFacts,
    actor: &Actor,
    reason: &Reason,
    now: Timestamp,
) -> Result<Decided, Refused> {
    reviewing(facts, actor, now, "sent back")?;
    given(&reason.note, "send it back")?;
    let mut decided = moved(facts, State::ChangesRequested, "item.changes_requested");
    decided.facts.lease = None;
    Ok(decided)
}

fn reject(facts: &ItemFacts, actor: &Actor, reason: &Reason, now: Timestamp) -> Result<Decided, Refused> {
    reviewing(facts, actor, now, "rejected")?;
    given(&reason.note, "reject it")?;
    let mut decided = moved(facts, State::Rejected, "item.rejected");
    decided.facts.lease = None;
    Ok(decided)
}

fn approve(facts: &ItemFacts, actor: &Actor, text_sha256: &str, now: Timestamp) -> Result<Decided, Refused> {
    // Who may never approve is said before what state it is in: the answer to "why not me?" does not change.
    two_people(facts, actor)?;
    reviewing(facts, actor, now, "approved")?;
    let (Some(revision), Some(person)) = (&facts.revision, actor.person()) else {
        return Err(Refused::WrongState("There is no text to approve.".into()));
    };
    same_text(revision, text_sha256, "approve")?;
    let mut decided = moved(facts, State::Approved, "item.approved");
    decided.facts.lease = None;
    decided.facts.approval = Some(Approval {
        by: person.clone(),
        at: now,
        revision: revision.id.clone(),
        text_sha256: revision.text_sha256.clone(),
        source_set_sha256: revision.source_set_sha256.clone(),
    });
    Ok(decided)
}

/// Rule 1 of the design: the approver neither asked for the text nor had a hand in it.
fn two_people(facts: &ItemFacts, actor: &Actor) -> Result<(), Refused> {
    if actor.is(&facts.requester) {
        return Err(Refused::WrongPerson(
            "You asked for this item; someone else must approve it.".into(),
        ));
    }
    if actor
        .person()
        .is_some_and(|person| facts.authors.contains(person))
    {
        return Err(Refused::WrongPerson(
            "You edited this text; someone else must approve it.".into(),
        ));
    }
    Ok(())
}

fn same_text(revision: &RevisionFacts, text_sha256: &str, doing: &str) -> Result<(), Refused> {
    if revision.text_sha256 == text_sha256 {
        return Ok(());
    }
    Err(Refused::Changed(format!(
        "The text changed since you read it, so nothing was done; read it as it stands now, then {doing} it."
    )))
}

fn publish(facts: &ItemFacts, actor: &Actor, text_sha256: &str) -> Result<Decided, Refused> {
    in_state(facts, &[State::Approved], "published")?;
    role(actor, Role::Publisher, "publish")?;
    let revision = approved_revision(facts)?;
    same_text(revision, text_sha256, "publish")?;
    Ok(moved(facts, State::Published, "item.published"))
}

/// The revision, if the approval is for exactly it and for the sources it rests on.
pub(super) fn approved_revision(facts: &ItemFacts) -> Result<&RevisionFacts, Refused> {
    let void = || {
        Refused::Changed(
            "The approval is for another text than the one that stands; it must be reviewed again.".into(),
        )
    };
    let (Some(revision), Some(approval)) = (&facts.revision, &facts.approval) else {
        return Err(void());
    };
    let same = approval.revision == revision.id
        && approval.text_sha256 == revision.text_sha256
        && approval.source_set_sha256 == revision.source_set_sha256;
    if same { Ok(revision) } else { Err(void()) }
}

fn withdraw(facts: &ItemFacts, actor: &Actor, reason: &str) -> Result<Decided, Refused> {
    in_state(facts, &[State::Published, State::Stale], "withdrawn")?;
    role(actor, Role::Publisher, "withdraw it")?;
    given(reason, "withdraw it")?;
    let mut decided = moved(facts, State::Withdrawn, "item.withdrawn");
    decided.facts.approval = None;
    Ok(decided)
}

fn source_lost(facts: &ItemFacts, reason: &str) -> Result<Decided, Refused> {
    given(reason, "void the approval")?;
    let open = [State::PendingReview, State::InReview, State::ChangesRequested];
    let state = if open.contains(&facts.state) {
        // Text that rests on a lost source goes back to its author; nobody should go on reviewing it.
        State::ChangesRequested
    } else {
        in_state(
            facts,
            &[State::Approved, State::Published, State::Stale],
            "made stale",
        )?;
        State::Stale
    };
    let mut decided = moved(facts, state, "item.source_lost");
    decided.facts.approval = None;
    decided.facts.lease = None;
    Ok(decided)
}
