//! A type for every id. Ids are prefixed (`doc_`, `ver_`, …) so that a log line or a URL says what it names.

use std::fmt;
use std::str::FromStr;

use rand::RngExt;
use serde::{Deserialize, Serialize};

/// Lower-case Crockford base32: no `i`, `l`, `o`, `u`, so that an id can be read over the telephone.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Eleven characters of time (microseconds, so that ids sort by age) and eleven of chance (55 bits).
const TIME_CHARACTERS: u32 = 11;
const RANDOM_CHARACTERS: usize = 11;

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{given}\" is not an id of this kind; it should look like {prefix}…")]
pub struct InvalidId {
    given: String,
    prefix: &'static str,
}

fn fresh(prefix: &str) -> String {
    let now = jiff::Timestamp::now().as_microsecond().unsigned_abs();
    let mut id = String::with_capacity(prefix.len() + TIME_CHARACTERS as usize + RANDOM_CHARACTERS);
    id.push_str(prefix);
    for place in (0..TIME_CHARACTERS).rev() {
        id.push(letter((now >> (5 * place)) & 31));
    }
    let mut rng = rand::rng();
    for _ in 0..RANDOM_CHARACTERS {
        id.push(letter(rng.random_range(0..32u64)));
    }
    id
}

fn letter(value: u64) -> char {
    char::from(ALPHABET[(value & 31) as usize])
}

fn check(given: &str, prefix: &'static str) -> Result<(), InvalidId> {
    let fits = given.strip_prefix(prefix).is_some_and(|rest| {
        !rest.is_empty() && rest.len() <= 40 && rest.bytes().all(|b| ALPHABET.contains(&b))
    });
    if fits {
        Ok(())
    } else {
        let given = given.chars().take(60).collect();
        Err(InvalidId { given, prefix })
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub const PREFIX: &'static str = $prefix;

            /// A new id; later ones sort after earlier ones.
            pub fn fresh() -> Self {
                Self(fresh($prefix))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(given: &str) -> Result<Self, InvalidId> {
                check(given, $prefix)?;
                Ok(Self(given.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(given: String) -> Result<Self, InvalidId> {
                given.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    };
}

id!(/** A document: a thing the district owns. */ DocumentId, "doc_");
id!(/** One uploaded, immutable state of a document. */ VersionId, "ver_");
id!(/** Two sentences that may contradict each other, named by their texts. */ ConflictId, "cfl_");
id!(/** An item of the queue: a request and everything that became of it. */ ItemId, "req_");
id!(/** One immutable state of an item's text. */ RevisionId, "rev_");
id!(/** A reviewer's decision. */ DecisionId, "dec_");
id!(/** Something that was published. */ PublicationId, "pub_");
id!(/** A person with an account. */ PersonId, "per_");
id!(/** A piece of background work. */ JobId, "job_");
id!(/** Many files that were added at once. */ ImportId, "imp_");
id!(/** A baseline sample of the pilot. */ BaselineId, "bas_");
id!(/** Something that a person is told. */ NoticeId, "not_");
id!(/** A stretch of active time, from a page's heartbeats. */ ActivityId, "act_");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_ids_differ_and_parse_back() {
        let first = DocumentId::fresh();
        let second = DocumentId::fresh();
        assert_ne!(first, second);
        assert_eq!(first.as_str().parse::<DocumentId>().as_ref(), Ok(&first));
    }

    #[test]
    fn another_kind_or_hostile_text_is_refused() {
        let version = VersionId::fresh();
        for given in [
            version.as_str(),
            "",
            "doc_",
            "doc_../../etc",
            "doc_\u{202e}",
            "doc_il",
        ] {
            assert!(given.parse::<DocumentId>().is_err(), "accepted {given:?}");
        }
    }
}
