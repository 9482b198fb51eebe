//! States of an item, decisions, leases and differences. The only maker of an approved draft.
