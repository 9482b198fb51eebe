//! People by name.

use std::collections::HashMap;

use crate::http::dto;
use crate::ids::PersonId;
use crate::store::PersonRow;

/// Names of people, to be shown instead of their ids.
#[derive(Debug, Clone, Default)]
pub struct Names(HashMap<PersonId, String>);

impl Names {
    /// Somebody by name. An id without a row can't come from this database, so it is shown as it is.
    pub fn of(&self, id: &PersonId) -> dto::PersonRef {
        let name = self.0.get(id).cloned().unwrap_or_else(|| id.to_string());
        dto::PersonRef {
            id: id.to_string(),
            name,
        }
    }

    pub fn maybe(&self, id: Option<&PersonId>) -> Option<dto::PersonRef> {
        id.map(|id| self.of(id))
    }

    /// The person whom an actor's text names, if it names one.
    pub fn of_actor(&self, actor: &str) -> Option<dto::PersonRef> {
        actor.parse().ok().map(|id| self.of(&id))
    }
}

impl From<HashMap<PersonId, String>> for Names {
    fn from(names: HashMap<PersonId, String>) -> Self {
        Names(names)
    }
}

impl From<Vec<PersonRow>> for Names {
    fn from(rows: Vec<PersonRow>) -> Self {
        Names(rows.into_iter().map(|row| (row.id, row.name)).collect())
    }
}

pub fn person(row: PersonRow) -> dto::Person {
    dto::Person {
        id: row.id.to_string(),
        name: row.name,
        email: row.email,
        roles: row.roles.into_iter().map(dto::Role::from).collect(),
        disabled: row.disabled,
        created_at: row.created_at.into(),
    }
}
