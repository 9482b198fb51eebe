//! One function per use case: load, decide, save state and audit entry in one transaction.
