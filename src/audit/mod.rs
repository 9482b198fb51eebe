//! Entries, their canonical bytes, the hash chain and its verification.
//!
//! The room is pure: `store` keeps the rows and appends them in the transaction of what they record, and the
//! offline verifier runs the same code over an export.

mod entry;
mod verification;

pub use entry::{Entry, GENESIS, NewEntry, canonical_bytes, entry_hash};
pub use verification::{BadEntry, Verification, Verifier, verify};
