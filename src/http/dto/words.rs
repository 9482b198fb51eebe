//! The closed vocabularies of the API. Each is matched by hand from the domain's, so that a new word there must
//! be given its name here before it compiles.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Declares an enumeration of the API and its two-way mapping from the domain's.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident = $domain:path { $($word:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($word),+ }

        impl From<$domain> for $name {
            fn from(word: $domain) -> Self {
                use $domain as Domain;
                match word { $(Domain::$word => Self::$word),+ }
            }
        }

        impl From<$name> for $domain {
            fn from(word: $name) -> Self {
                use $domain as Domain;
                match word { $($name::$word => Domain::$word),+ }
            }
        }
    };
}

words!(
    /// What a person may be asked to do; somebody may have several.
    Role = crate::accounts::Role {
        Requester,
        Reviewer,
        SourceOwner,
        Publisher,
        PilotLead,
        Administrator,
        Auditor,
    }
);

words!(
    /// Where an item is on its way to the public.
    ItemState = crate::review::State {
        Requested,
        Drafting,
        Refused,
        PendingReview,
        InReview,
        ChangesRequested,
        Rejected,
        Approved,
        Published,
        Withdrawn,
        Cancelled,
        Stale,
    }
);

words!(
    /// Why a reviewer sends an item back or rejects it.
    ReasonCode = crate::review::ReasonCode {
        Inaccurate,
        Unsupported,
        Incomplete,
        Tone,
        PolicyLegal,
        WrongAudience,
        OutOfDate,
        Duplicate,
        Other,
    }
);

words!(
    /// The verdict on one claim sentence.
    Support = crate::drafting::Support { Supported, Doubtful, Unsupported, PersonWritten }
);

words!(
    /// Something the reviewer should look at.
    FlagKind = crate::drafting::FlagKind {
        ReadingGrade,
        PersonalData,
        ConflictingSources,
        SourceExpiresSoon,
        Length,
        Jargon,
        Language,
    }
);

words!(
    /// A step of a drafting run.
    Step = crate::drafting::Step { Search, Read, Answerable, Write, Check }
);

words!(
    /// Whether a step goes on.
    StepStatus = crate::drafting::StepStatus { Running, Done }
);

words!(
    /// Why there is no draft.
    RefusalKind = crate::drafting::RefusalKind {
        NoRelevantSource,
        SourceDoesNotAnswer,
        ConflictingSources,
        NeedsClarification,
        OutOfScope,
        PersonalData,
    }
);

words!(
    /// What is asked for.
    ItemKind = crate::store::ItemKind { Faq, Newsletter }
);

words!(
    /// Whether a version may be drafted from today.
    Standing = crate::corpus::lifecycle::Standing {
        PendingApproval,
        Rejected,
        Scheduled,
        InForce,
        Expired,
        Superseded,
        Revoked,
    }
);

words!(
    /// What somebody is told.
    NoticeKind = crate::store::NoticeKind {
        ExpiresSoon,
        Expired,
        ReviewDue,
        ToApprove,
        OwnerLeft,
        ToCorrect,
        ApprovalLost,
        SentBack,
    }
);

words!(
    /// What a reviewer decided.
    DecisionKind = crate::store::DecisionKind { Approve, RequestChanges, Reject }
);

/// What makes an item due sooner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    Legal,
    Safety,
    Money,
    Personnel,
}

/// What can be done to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActionName {
    Cancel,
    WriteByHand,
    Claim,
    TakeOver,
    Release,
    Edit,
    SendToReview,
    RequestChanges,
    Reject,
    Approve,
    Publish,
    Withdraw,
    Redraft,
}
