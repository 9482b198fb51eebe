//! What every command asks first: the state, the role, the reason.

use super::{Actor, Decided, Refused};
use crate::accounts::Role;
use crate::review::state::{ItemFacts, State};

pub(super) fn moved(facts: &ItemFacts, state: State, action: &'static str) -> Decided {
    Decided {
        facts: ItemFacts {
            state,
            ..facts.clone()
        },
        action,
    }
}

pub(super) fn in_state(facts: &ItemFacts, wanted: &[State], doing: &str) -> Result<(), Refused> {
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

pub(super) fn role(actor: &Actor, role: Role, doing: &str) -> Result<(), Refused> {
    if actor.has(role) {
        return Ok(());
    }
    Err(Refused::WrongPerson(format!(
        "Only somebody with the role {} can {doing}; an administrator can give it to you.",
        role.as_str().replace('_', " ")
    )))
}

pub(super) fn given(reason: &str, doing: &str) -> Result<(), Refused> {
    if reason.trim().is_empty() {
        return Err(Refused::MissingReason(format!(
            "Say why you {doing}; the reason goes into the record."
        )));
    }
    Ok(())
}

pub(super) fn requester_only(facts: &ItemFacts, actor: &Actor, doing: &str) -> Result<(), Refused> {
    if actor.is(&facts.requester) {
        return Ok(());
    }
    Err(Refused::WrongPerson(format!(
        "Only the person who asked for this item can {doing}."
    )))
}
