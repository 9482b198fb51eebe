//! When a version of a document may be drafted from, and who may change that.
//!
//! Pure: a version's stored state and its dates go in, its standing on a day or a refusal comes out.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::PersonId;

#[cfg(test)]
mod tests;

/// What is stored about a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    Pending,
    Approved,
    Rejected,
    Revoked,
}

/// What a version is on a given day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    PendingApproval,
    Rejected,
    /// Approved, and its effective date is still to come.
    Scheduled,
    /// Approved and valid: a source.
    InForce,
    Expired,
    Superseded,
    Revoked,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionFacts {
    pub state: VersionState,
    pub uploaded_by: PersonId,
    pub approved_by: Option<PersonId>,
    /// The first day it is valid; none means from its approval on.
    pub effective: Option<Date>,
    /// The last day it is valid.
    pub expires: Option<Date>,
    /// The day a newer approved version of the same document, or an approved document that names this one as
    /// superseded, took or takes effect.
    pub superseded_on: Option<Date>,
    /// Whether the file could be read; what could not be read cannot be approved.
    pub extraction_ok: bool,
    /// Whether so many of the file's figures are missing from its text that the text is not the document.
    pub low_fidelity: bool,
    /// Whether the file holds text that its readers do not see, or figures that are not in its text.
    pub to_be_seen: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionCommand {
    /// `warnings_seen`: the approver says that they looked at what the file holds and its readers do not see, and at the
    /// figures that its text lacks.
    Approve {
        warnings_seen: bool,
    },
    Reject {
        reason: String,
    },
    Revoke {
        reason: String,
    },
}

/// Why a command was not carried out, and who or what could.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error(
        "you uploaded this version, so another person with the right to approve documents must decide on it"
    )]
    OwnUpload,
    #[error("the text of this file could not be read; its owner can upload it again in a readable form")]
    Unreadable,
    #[error(
        "too many of this file's figures are missing from its text, so the text is not the document; its owner can save \
         the file again in another form and upload that"
    )]
    LowFidelity,
    #[error("this version would expire before it takes effect; whoever uploaded it can correct its days")]
    DatesContradict,
    #[error(
        "this file holds text that its readers do not see, or figures that are not in its text; look at the warnings of \
         this version, and approve it with the word that you have seen them"
    )]
    WarningsNotSeen,
    #[error("this version was already approved; someone with the right to approve documents can revoke it")]
    AlreadyApproved,
    #[error("this version was already rejected; its owner can upload a new one")]
    AlreadyRejected,
    #[error("this version was already revoked; its owner can upload a new one")]
    AlreadyRevoked,
    #[error(
        "this version is not approved yet, so there is nothing to revoke; it can be rejected by another person"
    )]
    NotYetApproved,
    #[error(
        "its days were decided on with it; whoever wants other days for this text uploads the same file with them, and \
         another person approves that version"
    )]
    DaysDecided,
    #[error(
        "only whoever uploaded this version can correct its days, so that another person decides on them; you can reject \
         it and say what is wrong with them"
    )]
    DaysOfAnother,
    #[error("a reason is needed, so that the owner knows what to change; write one and send it again")]
    ReasonMissing,
}

/// What the version is on the day `today` of the district's calendar.
pub fn standing(facts: &VersionFacts, today: Date) -> Standing {
    match facts.state {
        VersionState::Pending => Standing::PendingApproval,
        VersionState::Rejected => Standing::Rejected,
        VersionState::Revoked => Standing::Revoked,
        VersionState::Approved if facts.superseded_on.is_some_and(|day| day <= today) => Standing::Superseded,
        VersionState::Approved if facts.expires.is_some_and(|last| last < today) => Standing::Expired,
        VersionState::Approved if facts.effective.is_some_and(|first| first > today) => Standing::Scheduled,
        VersionState::Approved => Standing::InForce,
    }
}

/// Days from `today` to the last day of a version that is in force then; 0 on the last day itself. Nothing where it has
/// no last day, or where an approved version takes its place before it would run out.
pub fn days_left(facts: &VersionFacts, today: Date) -> Option<i32> {
    let last = facts.expires?;
    let taken_over = facts
        .superseded_on
        .is_some_and(|day| (day - last).get_days() <= 1);
    (standing(facts, today) == Standing::InForce && !taken_over).then(|| (last - today).get_days())
}

/// The days left, where they are no more than `within`. To end soon is a thing to know of a version in force and not a
/// standing of its own: until its last day it is drafted from and searched like any other, so whatever asks whether a
/// version is a source goes on asking one question.
pub fn expires_soon(facts: &VersionFacts, today: Date, within: i32) -> Option<i32> {
    days_left(facts, today).filter(|days| *days <= within)
}

/// The state a command leads to. The uploader never approves or rejects, whatever their roles; anyone with
/// the right may revoke, the uploader too, because taking a text out of use must never wait for a second person.
pub fn decide(
    facts: &VersionFacts,
    actor: &PersonId,
    command: VersionCommand,
) -> Result<VersionState, Refused> {
    match command {
        VersionCommand::Approve { warnings_seen } => {
            open_for(facts, actor)?;
            if !facts.extraction_ok {
                return Err(Refused::Unreadable);
            }
            if facts.low_fidelity {
                return Err(Refused::LowFidelity);
            }
            in_order(facts.effective, facts.expires)?;
            if facts.to_be_seen && !warnings_seen {
                return Err(Refused::WarningsNotSeen);
            }
            Ok(VersionState::Approved)
        }
        VersionCommand::Reject { reason } => {
            open_for(facts, actor)?;
            given(&reason)?;
            Ok(VersionState::Rejected)
        }
        VersionCommand::Revoke { reason } => {
            match facts.state {
                VersionState::Approved => {}
                VersionState::Pending => return Err(Refused::NotYetApproved),
                VersionState::Rejected => return Err(Refused::AlreadyRejected),
                VersionState::Revoked => return Err(Refused::AlreadyRevoked),
            }
            given(&reason)?;
            Ok(VersionState::Revoked)
        }
    }
}

/// Whether `actor` may give a version these first and last days of its force. They are part of what is approved, so they
/// change only before, and only by the person who cannot approve it.
pub fn may_set_days(
    facts: &VersionFacts,
    actor: &PersonId,
    (effective, expires): (Option<Date>, Option<Date>),
) -> Result<(), Refused> {
    if facts.state != VersionState::Pending {
        return Err(Refused::DaysDecided);
    }
    if facts.uploaded_by != *actor {
        return Err(Refused::DaysOfAnother);
    }
    in_order(effective, expires)
}

/// A last day that is before the first is a slip of the pen.
fn in_order(effective: Option<Date>, expires: Option<Date>) -> Result<(), Refused> {
    match (effective, expires) {
        (Some(first), Some(last)) if last < first => Err(Refused::DatesContradict),
        _ => Ok(()),
    }
}

/// What of a version would have to be looked at anew if it differed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Substance<'a> {
    pub text_sha256: &'a str,
    /// How much was warned of, in words; a hidden text is not part of the text.
    pub warnings: &'a [String],
    pub effective: Option<Date>,
    pub expires: Option<Date>,
}

/// Why a version is more than another file of the text in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotResaved {
    #[error(
        "no version of this document is in force, so there is nothing it could be the same as; approve it by itself"
    )]
    NothingInForce,
    #[error("its text differs from the one in force; look at the difference and approve it by itself")]
    OtherText,
    #[error(
        "what was warned of differs from the version in force; look at its warnings and approve it by itself"
    )]
    OtherWarnings,
    #[error("its days differ from those of the version in force; look at them and approve it by itself")]
    OtherDays,
}

/// Whether only the file of a version differs from the one in force, as when it was saved again. Such versions may be
/// approved together, because a person has looked at everything that a person can look at; anything else is looked at
/// one by one.
pub fn resaved(pending: &Substance, in_force: Option<&Substance>) -> Result<(), NotResaved> {
    let in_force = in_force.ok_or(NotResaved::NothingInForce)?;
    if pending.text_sha256 != in_force.text_sha256 {
        return Err(NotResaved::OtherText);
    }
    if pending.warnings != in_force.warnings {
        return Err(NotResaved::OtherWarnings);
    }
    if (pending.effective, pending.expires) != (in_force.effective, in_force.expires) {
        return Err(NotResaved::OtherDays);
    }
    Ok(())
}

/// Whether `actor` may decide on a pending version.
fn open_for(facts: &VersionFacts, actor: &PersonId) -> Result<(), Refused> {
    match facts.state {
        VersionState::Approved => Err(Refused::AlreadyApproved),
        VersionState::Rejected => Err(Refused::AlreadyRejected),
        VersionState::Revoked => Err(Refused::AlreadyRevoked),
        VersionState::Pending if facts.uploaded_by == *actor => Err(Refused::OwnUpload),
        VersionState::Pending => Ok(()),
    }
}

fn given(reason: &str) -> Result<(), Refused> {
    if reason.trim().is_empty() {
        Err(Refused::ReasonMissing)
    } else {
        Ok(())
    }
}
