//! People, roles, passwords and the permission table.
//!
//! Everything here is free of database and transport: `store` keeps what it makes, `workflow` and `http` ask it.

mod attempts;
mod passwords;
mod permissions;
mod roles;
mod secrets;

pub use attempts::{SignInAttempts, Wait};
pub use passwords::{
    HashingFailed, PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN, PasswordProblem, check_password,
    hash_password, password_matches,
};
pub use permissions::{Permission, may, permissions, roles_with};
pub use roles::{Role, Roles};
pub use secrets::{SETUP_LINK_HOURS, SetupToken, fresh_secret, same_secret};
