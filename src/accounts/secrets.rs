//! Random secrets that are handed out once: set-up links and the session's change token.
//!
//! Only a secret's SHA-256 is stored, so that reading the database gives nobody an account.

use rand::RngExt;
use sha2::{Digest, Sha256};

/// How long a set-up link works.
pub const SETUP_LINK_HOURS: i64 = 72;

/// The secret in a set-up link. It has no `Debug`, so that it can't end up in a log.
#[derive(Clone)]
pub struct SetupToken(String);

impl SetupToken {
    pub fn fresh() -> SetupToken {
        SetupToken(fresh_secret())
    }

    /// What is stored in its place.
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// The token itself, for the link that is shown once.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SetupToken {
    fn from(given: String) -> Self {
        SetupToken(given)
    }
}

/// 32 random bytes in hexadecimal.
pub fn fresh_secret() -> String {
    hex::encode(rand::rng().random::<[u8; 32]>())
}

/// Whether two secrets are the same, in a time that does not tell how far they agree.
pub fn same_secret(given: &str, wanted: &str) -> bool {
    let digests = (
        Sha256::digest(given.as_bytes()),
        Sha256::digest(wanted.as_bytes()),
    );
    let differences = digests
        .0
        .iter()
        .zip(digests.1.iter())
        .fold(0u8, |all, (a, b)| all | (a ^ b));
    differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_never_repeat() {
        let (first, second) = (fresh_secret(), fresh_secret());
        assert_eq!(first.len(), 64);
        assert_ne!(first, second);
    }

    #[test]
    fn only_the_same_secret_is_the_same() {
        let secret = fresh_secret();
        assert!(same_secret(&secret, &secret.clone()));
        for other in ["", "0", &secret[1..], &format!("{secret}0")] {
            assert!(!same_secret(other, &secret), "{other:?}");
        }
    }

    #[test]
    fn the_stored_hash_is_sha_256() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(SetupToken::from("abc".to_owned()).sha256(), expected);
    }
}
