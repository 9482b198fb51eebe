//! A reviewer's decision, and the rule of two people.

use jiff::Timestamp;

use super::claims::holder;
use super::rules::{given, in_state, moved, role};
use super::{Actor, Decided, Reason, Refused};
use crate::accounts::Role;
use crate::review::state::{Approval, ItemFacts, RevisionFacts, State};

pub(super) fn return_to_author(
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

pub(super) fn reject(
    facts: &ItemFacts,
    actor: &Actor,
    reason: &Reason,
    now: Timestamp,
) -> Result<Decided, Refused> {
    reviewing(facts, actor, now, "rejected")?;
    given(&reason.note, "reject it")?;
    let mut decided = moved(facts, State::Rejected, "item.rejected");
    decided.facts.lease = None;
    Ok(decided)
}

pub(super) fn approve(
    facts: &ItemFacts,
    actor: &Actor,
    text_sha256: &str,
    now: Timestamp,
) -> Result<Decided, Refused> {
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

fn reviewing(facts: &ItemFacts, actor: &Actor, now: Timestamp, doing: &str) -> Result<(), Refused> {
    in_state(facts, &[State::InReview], doing)?;
    role(actor, Role::Reviewer, "decide")?;
    holder(facts, actor, now, "decide")
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

pub(super) fn same_text(revision: &RevisionFacts, text_sha256: &str, doing: &str) -> Result<(), Refused> {
    if revision.text_sha256 == text_sha256 {
        return Ok(());
    }
    Err(Refused::Changed(format!(
        "The text changed since you read it, so nothing was done; read it as it stands now, then {doing} it."
    )))
}
