//! Entries, their canonical bytes, the hash chain and its verification.
