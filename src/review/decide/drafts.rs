//! Asking for a draft, making it, and giving the request up.

use super::rules::{given, in_state, moved, requester_only};
use super::{Actor, Decided, Refused};
use crate::review::state::{ItemFacts, RevisionFacts, State};

pub(super) fn machine_step(
    facts: &ItemFacts,
    from: &[State],
    to: State,
    action: &'static str,
) -> Result<Decided, Refused> {
    in_state(facts, from, "drafted")?;
    Ok(moved(facts, to, action))
}

pub(super) fn draft_made(facts: &ItemFacts, revision: &RevisionFacts) -> Result<Decided, Refused> {
    in_state(facts, &[State::Drafting], "given a draft")?;
    let mut decided = moved(facts, State::PendingReview, "item.drafted");
    decided.facts.revision = Some(revision.clone());
    Ok(decided)
}

pub(super) fn redraft(facts: &ItemFacts, actor: &Actor) -> Result<Decided, Refused> {
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

pub(super) fn cancel(facts: &ItemFacts, actor: &Actor, reason: &str) -> Result<Decided, Refused> {
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
