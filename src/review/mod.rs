//! States of an item, decisions, leases and differences. The only maker of an approved draft.

mod approved;
mod carried;
mod compare;
mod decide;
mod difference;
mod state;
#[cfg(test)]
mod tests;

pub use approved::{ApprovedDraft, CitedVersion, approved_draft, source_set_sha256};
pub use carried::{Carried, Stretch, VersionText, carried};
pub use compare::{Change, ChangeKind, compare, plain_text};
pub use decide::{Actor, Command, Decided, LEASE, Reason, ReasonCode, Refused, decide};
pub use difference::{Difference, FigureChange, Part, difference};
pub use state::{Approval, ItemFacts, Lease, RevisionFacts, State};
