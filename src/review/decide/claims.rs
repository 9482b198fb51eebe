//! Who holds an item while it is in review.

use jiff::Timestamp;

use super::rules::{given, in_state, moved, role};
use super::{Actor, Decided, LEASE, Refused};
use crate::accounts::Role;
use crate::review::state::{ItemFacts, Lease, State};

pub(super) fn claim(facts: &ItemFacts, actor: &Actor, now: Timestamp) -> Result<Decided, Refused> {
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

pub(super) fn take_over(
    facts: &ItemFacts,
    actor: &Actor,
    reason: &str,
    now: Timestamp,
) -> Result<Decided, Refused> {
    in_state(facts, &[State::InReview], "taken over")?;
    role(actor, Role::Reviewer, "take it over")?;
    if facts.lease.as_ref().is_some_and(|lease| actor.is(&lease.person)) {
        return Err(Refused::WrongPerson("You already hold this item.".into()));
    }
    given(reason, "take it over")?;
    hold(facts, actor, now, "item.taken_over")
}

pub(super) fn renew(facts: &ItemFacts, actor: &Actor, now: Timestamp) -> Result<Decided, Refused> {
    in_state(facts, &[State::InReview], "held")?;
    holder(facts, actor, now, "keep your claim")?;
    hold(facts, actor, now, "item.claim_renewed")
}

pub(super) fn release(facts: &ItemFacts, actor: &Actor, now: Timestamp) -> Result<Decided, Refused> {
    in_state(facts, &[State::InReview], "released")?;
    holder(facts, actor, now, "release it")?;
    let mut decided = moved(facts, State::PendingReview, "item.released");
    decided.facts.lease = None;
    Ok(decided)
}

/// The one whose live lease it is. An ended lease must be claimed again, since somebody else may have read on.
pub(super) fn holder(facts: &ItemFacts, actor: &Actor, now: Timestamp, doing: &str) -> Result<(), Refused> {
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
