//! People, roles, passwords and the permission table.
