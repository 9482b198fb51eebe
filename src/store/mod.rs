//! The database: SQL, migrations, rows. The only user of sqlx.
//!
//! One SQL text serves SQLite and PostgreSQL. What changes a state goes through a [`WriteTx`], which cannot be
//! committed without audit entries; there is one writer at a time on both engines, so that reading and then
//! writing inside one is safe. Measurements and the bookkeeping of work (heartbeats, leases, sessions) are single
//! conditional statements on [`Store`] itself.

mod activity;
mod audit;
mod columns;
mod conflicts;
mod connect;
mod documents;
mod error;
mod history;
mod imports;
mod items;
mod jobs;
mod leases;
mod migrate;
mod notices;
mod people;
mod pilot;
mod publications;
mod queue;
mod resting;
mod revisions;
mod sessions;
mod versions;
mod watched;
mod write;

pub use activity::{ActivityRow, Capacity, SourceOpenRow};
pub use audit::AuditFilter;
pub use conflicts::DismissalRow;
pub use connect::{Database, Store};
pub use documents::{DocumentRow, KnownBy};
pub use error::StoreError;
pub use imports::{ImportCounts, ImportFileRow, ImportOrigin, ImportRow, ImportState, Outcome};
pub use items::{Checks, Issue, IssueSection, ItemKind, ItemRow};
pub use jobs::{Heartbeat, JobCounts, JobEnd, JobRow, JobState, Progress};
pub use notices::{NewNotice, NoticeKind, NoticeRow};
pub use people::{PersonRow, SetupLinkRow};
pub use pilot::{BaselineRow, PilotRow};
pub use publications::{PublicationRow, StalePublication};
pub use queue::{Held, Page, QueueFilter, QueueRow, QueueSort};
pub use resting::{CitingText, PublicText};
pub use revisions::{CitedSource, DecisionKind, DecisionRow, RevisionRow, RevisionSummary};
pub use versions::{InForce, NewVersion, Resting, VersionDecision, VersionDetail, VersionRow};
pub use watched::{WatchedFile, WatchedFileState, WatchedFolder};
pub use write::WriteTx;
