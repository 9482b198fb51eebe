//! Passwords: what may be chosen, and Argon2id off the async threads.
//!
//! Long and not well known is all that is asked; rules about kinds of characters make worse passwords.

use std::collections::HashSet;
use std::sync::LazyLock;

use tokio::sync::Semaphore;

pub const PASSWORD_CHARACTERS_MIN: usize = 12;
/// Longer ones would only make hashing an attacker's way to keep the server busy.
pub const PASSWORD_CHARACTERS_MAX: usize = 200;

/// Each check takes about 20 MB and a core for a while; more at once would starve the rest.
const CHECKS_AT_ONCE: usize = 4;

static CHECKS: Semaphore = Semaphore::const_new(CHECKS_AT_ONCE);

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("common_passwords.txt")
        .lines()
        .filter(|line| !line.is_empty())
        .collect()
});

/// What an unknown e-mail is checked against, so that its answer takes as long as a known one's.
static NOBODY: LazyLock<String> = LazyLock::new(|| password_auth::generate_hash("nobody has this password"));

/// Why a password can't be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    #[error(
        "the password has {characters} characters; choose one with at least {PASSWORD_CHARACTERS_MIN}, for example four words"
    )]
    TooShort { characters: usize },
    #[error("the password has {characters} characters; choose one with at most {PASSWORD_CHARACTERS_MAX}")]
    TooLong { characters: usize },
    #[error(
        "that password is among the first that anybody would guess; choose another, for example four words"
    )]
    WellKnown,
}

/// The thread that hashes broke off, which only happens while the server stops.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be looked at because the server is stopping; try again in a minute")]
pub struct HashingFailed(#[from] tokio::task::JoinError);

/// Whether a person may choose this password.
pub fn check_password(password: &str) -> Result<(), PasswordProblem> {
    let characters = password.chars().count();
    if characters < PASSWORD_CHARACTERS_MIN {
        return Err(PasswordProblem::TooShort { characters });
    }
    if characters > PASSWORD_CHARACTERS_MAX {
        return Err(PasswordProblem::TooLong { characters });
    }
    let lower = password.trim().to_lowercase();
    let different: HashSet<char> = lower.chars().collect();
    if COMMON.contains(lower.as_str()) || different.len() < 3 {
        return Err(PasswordProblem::WellKnown);
    }
    Ok(())
}

/// The Argon2id hash to store, as a PHC string. Takes tens of milliseconds on a blocking thread.
pub async fn hash_password(password: String) -> Result<String, HashingFailed> {
    let _turn = CHECKS.acquire().await;
    Ok(tokio::task::spawn_blocking(move || password_auth::generate_hash(password)).await?)
}

/// Whether the password is the one whose hash is stored; `None` where the account or its password does not exist.
///
/// The time taken does not tell the two apart.
pub async fn password_matches(password: String, stored_hash: Option<String>) -> Result<bool, HashingFailed> {
    if password.chars().count() > PASSWORD_CHARACTERS_MAX {
        return Ok(false);
    }
    let _turn = CHECKS.acquire().await;
    let looked = tokio::task::spawn_blocking(move || {
        let nobody = LazyLock::force(&NOBODY);
        let known = stored_hash.is_some();
        let hash = stored_hash.as_deref().unwrap_or(nobody);
        let matches = password_auth::verify_password(password, hash).is_ok();
        matches && known
    });
    Ok(looked.await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_chosen() {
        let long = "x1y".repeat(67);
        for (password, expected) in [
            ("correct horse battery", Ok(())),
            ("naïve café señor", Ok(())),
            ("elevenchars", Err(PasswordProblem::TooShort { characters: 11 })),
            ("éééééé", Err(PasswordProblem::TooShort { characters: 6 })),
            (long.as_str(), Err(PasswordProblem::TooLong { characters: 201 })),
            ("PasswordPassword", Err(PasswordProblem::WellKnown)),
            ("aaaaaaaaaaaaaaa", Err(PasswordProblem::WellKnown)),
        ] {
            assert_eq!(check_password(password), expected, "{password:?}");
        }
    }

    #[test]
    fn the_common_list_only_holds_what_the_length_rule_lets_through() {
        for password in COMMON.iter() {
            assert!(
                password.chars().count() >= PASSWORD_CHARACTERS_MIN,
                "{password:?} is too short to matter"
            );
            assert_eq!(password.to_lowercase(), **password, "the list is in lower case");
        }
        assert!(COMMON.len() >= 90);
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_matches() {
        let hash = hash_password("four quiet green words".into())
            .await
            .expect("hashes");
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        for (password, stored, expected) in [
            ("four quiet green words", Some(hash.clone()), true),
            ("four quiet green word", Some(hash.clone()), false),
            ("", Some(hash.clone()), false),
            ("nobody has this password", None, false),
            ("four quiet green words", Some("not a hash".into()), false),
        ] {
            let given = password_matches(password.into(), stored).await.expect("checks");
            assert_eq!(given, expected, "{password:?}");
        }
    }
}
