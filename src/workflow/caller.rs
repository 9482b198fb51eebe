//! Who asks for something to be done.

use crate::accounts::{Permission, Roles, may};
use crate::audit::NewEntry;
use crate::ids::PersonId;
use crate::review::Actor;

use super::error::WorkflowError;

/// The person behind a call, as the session or the terminal knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub person: PersonId,
    pub name: String,
    pub roles: Roles,
    pub request_id: Option<String>,
}

impl Caller {
    /// Refuses what none of the caller's roles may do.
    pub fn needs(&self, permission: Permission) -> Result<(), WorkflowError> {
        if may(&self.roles, permission) {
            return Ok(());
        }
        Err(WorkflowError::Forbidden(format!(
            "Your account may not {}; an administrator can give you a role that may.",
            permission.in_words()
        )))
    }

    /// The caller as the review rules see them.
    pub(super) fn actor(&self) -> Actor {
        Actor::Person {
            id: self.person.clone(),
            roles: self.roles.clone(),
        }
    }

    /// An audit entry in the caller's name.
    pub(super) fn entry(&self, action: &str, object: &str, detail: serde_json::Value) -> NewEntry {
        NewEntry {
            at: jiff::Timestamp::now(),
            actor: self.person.to_string(),
            role: role_names(&self.roles),
            action: action.to_owned(),
            object: object.to_owned(),
            content_sha256: None,
            request_id: self.request_id.clone(),
            result: "done".to_owned(),
            detail,
        }
    }
}

/// Roles as an audit entry names them.
pub(super) fn role_names(roles: &Roles) -> String {
    let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    names.join("+")
}

/// An entry for what the product does by itself: a worker's draft, a source that expired.
pub(super) fn own_entry(action: &str, object: &str, detail: serde_json::Value) -> NewEntry {
    NewEntry {
        at: jiff::Timestamp::now(),
        actor: "countersign".to_owned(),
        role: "system".to_owned(),
        action: action.to_owned(),
        object: object.to_owned(),
        content_sha256: None,
        request_id: None,
        result: "done".to_owned(),
        detail,
    }
}
