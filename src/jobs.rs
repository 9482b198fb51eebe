//! Background work: leased jobs that draft and index.
