//! What clients send. Unknown fields are refused, so that a misspelt one is not silently dropped.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{Day, ReasonCode, Role, Time};
use crate::ids::{PersonId, VersionId};

/// A request for a draft.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ItemInput {
    Faq {
        question: String,
        audience: Option<String>,
        due_at: Option<Time>,
    },
    Newsletter {
        template: String,
        from: Day,
        to: Day,
        topics: Vec<String>,
        title: Option<String>,
        audience: Option<String>,
        due_at: Option<Time>,
    },
}

/// A reason in words; it goes into the record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonInput {
    pub reason: String,
}

/// What is said of a document besides its versions.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DocumentInput {
    /// What it is called, for citations made from now on; left out, it stays what it is.
    #[schema(max_length = 200)]
    pub title: Option<String>,
    /// The office that answers for it; left out, it stays what it is.
    #[schema(max_length = 200)]
    pub owner: Option<String>,
    #[schema(max_length = 100)]
    pub audience: String,
    /// Who looks after it: a source owner.
    #[schema(value_type = Option<String>)]
    pub owner_person: Option<PersonId>,
    /// Who does, once the owner has left.
    #[schema(value_type = Option<String>)]
    pub deputy_person: Option<PersonId>,
    /// At most 12, each of at most 40 characters; kept in lower case.
    pub topics: Vec<String>,
    /// The day by which somebody looks at it again.
    pub review_by: Option<Day>,
}

/// An approval of a version.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionApprovalInput {
    /// That the approver looked at the warnings about text which readers of the file do not see and about figures which its
    /// text lacks; a version with such warnings is not approved without.
    pub warnings_seen: bool,
}

/// The days of a version that waits for approval.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionDaysInput {
    /// The first day it is in force; from its approval on, if there is none.
    pub effective: Option<Day>,
    /// The last day it is in force; until it is replaced or revoked, if there is none.
    pub expires: Option<Day>,
}

/// The text of a new revision.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevisionInput {
    /// What is to head the public page of an FAQ answer; left out, it stays what it is.
    pub public_question: Option<String>,
    pub sections: Vec<SectionInput>,
    pub note: Option<String>,
}

/// An answer written by a person where there is no draft.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteByHandInput {
    /// What is to head the public page; left out, it is the asker's question.
    pub public_question: Option<String>,
    pub sections: Vec<SectionInput>,
}

/// One section of a text.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SectionInput {
    pub heading: Option<String>,
    pub sentences: Vec<SentenceInput>,
}

/// One sentence and what it cites.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SentenceInput {
    pub text: String,
    #[serde(default)]
    pub citations: Vec<CitationInput>,
}

/// A place in a version's text, by byte offsets.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CitationInput {
    #[schema(value_type = String)]
    pub version: VersionId,
    pub start: u64,
    pub end: u64,
}

/// A reviewer's decision on the text with this hash; all but an approval need a reason and a note.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionInput {
    pub decision: DecisionKindInput,
    pub reason: Option<ReasonCode>,
    pub note: Option<String>,
    pub revision_sha256: String,
}

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKindInput {
    Approve,
    RequestChanges,
    Reject,
}

/// The text that is to be published, by its hash.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishInput {
    pub revision_sha256: String,
}

/// Attention given to an item's page since the last heartbeat, at most 60 seconds.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivityInput {
    #[schema(minimum = 1, maximum = 60)]
    pub seconds: u32,
    #[serde(rename = "as")]
    pub capacity: CapacityInput,
}

/// In which capacity somebody works on an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CapacityInput {
    Requester,
    Reviewer,
}

/// A source that was opened beside an item.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceOpenedInput {
    #[schema(value_type = String)]
    pub version: VersionId,
    pub seconds: u32,
}

/// Who signs in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInInput {
    pub email: String,
    pub password: String,
}

/// The answer to a set-up link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupInput {
    #[schema(min_length = 12, max_length = 200)]
    pub password: String,
    pub name: Option<String>,
}

/// Somebody to invite.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPersonInput {
    pub name: String,
    pub email: String,
    pub roles: Vec<Role>,
}

/// The roles somebody is to have from now on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RolesInput {
    pub roles: Vec<Role>,
}

/// How long one piece of work took by hand, before the pilot.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineInput {
    pub task: super::ItemKind,
    pub minutes: f64,
    pub revision_rounds: Option<u32>,
    pub turnaround_hours: Option<f64>,
    pub note: Option<String>,
}

/// Up to which moment everything was read.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticesReadInput {
    pub until: Time,
}

/// The day from which items count; locking fixes the baselines.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LockInput {
    pub start_date: Day,
}
