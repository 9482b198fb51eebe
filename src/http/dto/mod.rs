//! The shapes of the JSON API, apart from the domain's types so that neither can change the other unseen.
//!
//! Every answer sends every field (`null` where there is nothing); what a client sends ends in `Input`.

mod audit;
mod comparisons;
mod conflicts;
mod documents;
mod imports;
mod inputs;
mod item_sources;
mod items;
mod notices;
mod people;
mod pilot;
mod progress;
mod queries;
mod words;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

pub use audit::{AuditEntry, BadEntry, Head, Verification};
pub use comparisons::{
    ComparedVersion, DifferenceKind, DifferenceLine, DifferencePart, FigureChange, VersionComparison,
};
pub use conflicts::{Conflict, ConflictDismissal, ConflictReport, ConflictSide};
pub use documents::{
    CitedSpan, CitingSentence, Document, DocumentChoices, DocumentUploadInput, Fidelity, FidelityVerdict,
    Hit, LooksAfter, MissingFigure, Span, TopicCount, Usage, Version, VersionAction, VersionActionName,
    VersionPassage, VersionSummary, Warning,
};
pub use imports::{
    Import, ImportCounts, ImportFile, ImportOrigin, ImportOutcome, ImportState, ImportSummary,
    ImportUploadInput, ResavedApproval, ResavedApprovalInput, ResavedVersion, Watch, WatchedFile,
};
pub use inputs::{
    ActivityInput, BaselineInput, CapacityInput, DecisionInput, DecisionKindInput, DocumentInput, ItemInput,
    LockInput, NewPersonInput, NoticesReadInput, PublishInput, ReasonInput, RevisionInput, RolesInput,
    SectionInput, SentenceInput, SetupInput, SignInInput, SourceOpenedInput, VersionApprovalInput,
    VersionDaysInput, WriteByHandInput,
};
pub use item_sources::{CitedSentence, NewerVersion, PassageText, SentenceFate, SourceChange, SourcePanel};
pub use items::{
    Action, Approval, Change, ChangeKind, Checks, Citation, ClaimSentence, Comparison, Decision, Flag,
    HeldBy, HistoryEntry, Item, ItemSummary, Nearest, NewsletterOrder, NewsletterTemplate, Publication,
    Refusal, Revision, RevisionSummary, Section, TemplateSection,
};
pub use notices::{Notice, NoticeTarget, NoticeTargetKind};
pub use people::{
    DistrictInfo, IndexProgress, IndexStatus, JobsStatus, ModelState, ModelStatus, NewPerson, Person,
    PersonRef, Session, SetupInvitation, SetupLink, Status,
};
pub use pilot::{Baseline, Difference, Funnel, Measure, Pilot, RefusalShare, Sample, Unit};
pub use progress::{EndEvent, ProgressEvent, SentenceEvent};
pub use queries::{
    AuditQuery, CompareQuery, DocumentSort, DocumentsQuery, Held, NoticesQuery, QueueQuery, QueueSort,
    SearchQuery, SearchWithin, StandingFilter, states,
};
pub use words::{
    ActionName, DecisionKind, FlagKind, ItemKind, ItemState, NoticeKind, ReasonCode, RefusalKind, Risk, Role,
    Standing, Step, StepStatus, Support,
};

/// A moment, as RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = DateTime, example = "2026-09-14T15:40:00Z")]
pub struct Time(pub jiff::Timestamp);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        written(given, "a time such as 2026-09-14T15:40:00Z").map(Time)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        written(given, "a day such as 2026-09-14").map(Day)
    }
}

/// Reads a text as what it should be; the parser's own words would tell a person nothing.
fn written<'de, D: Deserializer<'de>, T: std::str::FromStr>(given: D, wanted: &str) -> Result<T, D::Error> {
    let text = String::deserialize(given)?;
    text.parse().map_err(|_| {
        let shown: String = text.chars().take(40).collect();
        serde::de::Error::custom(format_args!("\"{shown}\" is not {wanted}"))
    })
}

impl From<jiff::Timestamp> for Time {
    fn from(at: jiff::Timestamp) -> Self {
        Self(at)
    }
}

/// A day, `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = Date, example = "2026-09-14")]
pub struct Day(pub jiff::civil::Date);

impl From<jiff::civil::Date> for Day {
    fn from(day: jiff::civil::Date) -> Self {
        Self(day)
    }
}

/// The bytes of a file.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct FileBytes(#[expect(dead_code, reason = "only its schema is used")] Vec<u8>);

/// Declares one page of a list. A generic type would do in Rust, but the API's description would then spell the
/// entries out again instead of naming them.
macro_rules! page_of {
    ($name:ident, $entry:ident) => {
        #[doc = concat!("One page of a list of ", stringify!($entry), ".")]
        #[derive(Debug, Serialize, ToSchema)]
        pub struct $name {
            pub entries: Vec<$entry>,
            /// Send it as `cursor` to get the next page; `null` on the last one.
            pub next_cursor: Option<String>,
            /// How many there are on all pages.
            pub total: u64,
        }
    };
}

page_of!(ItemPage, ItemSummary);
page_of!(DocumentPage, Document);
page_of!(NoticePage, Notice);
page_of!(AuditPage, AuditEntry);

/// Declares a list that is always sent whole.
macro_rules! list_of {
    ($name:ident, $entry:ident) => {
        #[doc = concat!("A whole list of ", stringify!($entry), ".")]
        #[derive(Debug, Serialize, ToSchema)]
        pub struct $name {
            pub entries: Vec<$entry>,
        }
    };
}

list_of!(HistoryList, HistoryEntry);
list_of!(HitList, Hit);
list_of!(ImportSummaryList, ImportSummary);
list_of!(NewsletterTemplateList, NewsletterTemplate);
list_of!(PersonList, Person);
list_of!(ResavedApprovalList, ResavedApproval);
list_of!(ResavedVersionList, ResavedVersion);
