//! A person's words: who may write when, and what an edit undoes.

use jiff::Timestamp;

use super::claims::holder;
use super::rules::{in_state, moved, role};
use super::{Actor, Decided, Refused};
use crate::accounts::Role;
use crate::review::state::{ItemFacts, RevisionFacts, State};

pub(super) fn write_by_hand(
    facts: &ItemFacts,
    actor: &Actor,
    revision: &RevisionFacts,
) -> Result<Decided, Refused> {
    in_state(facts, &[State::Refused], "answered by hand")?;
    role(actor, Role::Requester, "answer by hand")?;
    let mut decided = moved(facts, State::PendingReview, "item.written_by_hand");
    put_revision(&mut decided.facts, actor, revision);
    Ok(decided)
}

pub(super) fn edit(
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

pub(super) fn send_to_review(facts: &ItemFacts, actor: &Actor) -> Result<Decided, Refused> {
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

fn put_revision(facts: &mut ItemFacts, actor: &Actor, revision: &RevisionFacts) {
    facts.revision = Some(revision.clone());
    facts.approval = None;
    if let Some(person) = actor.person() {
        facts.authors.insert(person.clone());
    }
}
