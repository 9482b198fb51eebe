//! The roles of product.md. A person may have several.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Requester,
    Reviewer,
    SourceOwner,
    Publisher,
    PilotLead,
    Administrator,
    Auditor,
}

/// The roles one person has.
pub type Roles = BTreeSet<Role>;

impl Role {
    pub const ALL: [Role; 7] = [
        Role::Requester,
        Role::Reviewer,
        Role::SourceOwner,
        Role::Publisher,
        Role::PilotLead,
        Role::Administrator,
        Role::Auditor,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Role::Requester => "requester",
            Role::Reviewer => "reviewer",
            Role::SourceOwner => "source_owner",
            Role::Publisher => "publisher",
            Role::PilotLead => "pilot_lead",
            Role::Administrator => "administrator",
            Role::Auditor => "auditor",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no role \"{0}\"; the roles are requester, reviewer, source_owner, publisher, pilot_lead, administrator and auditor"
)]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        Role::ALL
            .into_iter()
            .find(|role| role.as_str() == word)
            .ok_or_else(|| UnknownRole(word.chars().take(40).collect()))
    }
}
