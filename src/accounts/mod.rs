//! People, roles, passwords and the permission table.

mod roles;

pub use roles::{Role, Roles};
