//! What becomes of an approval: publication, withdrawal, and the loss of a source.

use super::decisions::same_text;
use super::rules::{given, in_state, moved, role};
use super::{Actor, Decided, Refused};
use crate::accounts::Role;
use crate::review::state::{ItemFacts, RevisionFacts, State};

pub(super) fn publish(facts: &ItemFacts, actor: &Actor, text_sha256: &str) -> Result<Decided, Refused> {
    in_state(facts, &[State::Approved], "published")?;
    role(actor, Role::Publisher, "publish")?;
    let revision = approved_revision(facts)?;
    same_text(revision, text_sha256, "publish")?;
    Ok(moved(facts, State::Published, "item.published"))
}

pub(super) fn withdraw(facts: &ItemFacts, actor: &Actor, reason: &str) -> Result<Decided, Refused> {
    in_state(facts, &[State::Published, State::Stale], "withdrawn")?;
    role(actor, Role::Publisher, "withdraw it")?;
    given(reason, "withdraw it")?;
    let mut decided = moved(facts, State::Withdrawn, "item.withdrawn");
    decided.facts.approval = None;
    Ok(decided)
}

pub(super) fn source_lost(facts: &ItemFacts, reason: &str) -> Result<Decided, Refused> {
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

/// The revision, if the approval is for exactly it and for the sources it rests on.
pub(in crate::review) fn approved_revision(facts: &ItemFacts) -> Result<&RevisionFacts, Refused> {
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
