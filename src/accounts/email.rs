//! E-mail addresses as account names: one spelling each, so that an account is found however it is typed.

/// Longest address that mail servers carry (RFC 5321).
const CHARACTERS_MAX: usize = 254;

/// A text that can't be an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("that is not an e-mail address; it should look like name@district.example")]
pub struct InvalidEmail;

/// The address without surrounding blanks and in lower case, if it can be one.
pub fn normal_email(given: &str) -> Result<String, InvalidEmail> {
    let email = given.trim().to_lowercase();
    let (local, domain) = email.split_once('@').ok_or(InvalidEmail)?;
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| !c.is_whitespace() && !c.is_control() && !"@<>,;\"".contains(c))
    };
    let fits = email.chars().count() <= CHARACTERS_MAX && plain(local) && plain(domain);
    if fits && !domain.starts_with('.') && !domain.ends_with('.') {
        Ok(email)
    } else {
        Err(InvalidEmail)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_spelling_each() {
        for (given, expected) in [
            (
                " R.Ortiz@District.Example ",
                Ok("r.ortiz@district.example".to_owned()),
            ),
            ("ann@localhost", Ok("ann@localhost".to_owned())),
            ("", Err(InvalidEmail)),
            ("ann", Err(InvalidEmail)),
            ("ann@", Err(InvalidEmail)),
            ("@district.example", Err(InvalidEmail)),
            ("ann@b@c", Err(InvalidEmail)),
            ("ann smith@district.example", Err(InvalidEmail)),
            ("ann@district.example\nBcc: x@y", Err(InvalidEmail)),
        ] {
            assert_eq!(normal_email(given), expected, "{given:?}");
        }
        assert!(normal_email(&format!("{}@b.example", "a".repeat(300))).is_err());
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(given in "\\PC{1,20}@\\PC{1,20}") {
            if let Ok(once) = normal_email(&given) {
                prop_assert_eq!(normal_email(&once), Ok(once.clone()));
            }
        }
    }
}
