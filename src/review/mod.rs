//! States of an item, decisions, leases and differences. The only maker of an approved draft.

mod approved;
mod decide;
mod state;

pub use approved::{ApprovedDraft, CitedVersion, approved_draft, source_set_sha256};
pub use decide::{Actor, Command, Decided, LEASE, Reason, ReasonCode, Refused, decide};
pub use state::{Approval, ItemFacts, Lease, RevisionFacts, State};
