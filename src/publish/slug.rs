//! Stable names for public pages, made from titles.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub const SLUG_CHARACTERS_MAX: usize = 80;

/// Room kept for a number when another page already has the name.
const NUMBER_CHARACTERS_MAX: usize = 6;

/// A title in lower-case ASCII words joined by hyphens, at most 80 characters; `page` where nothing is left.
pub fn slug(title: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let plain: String = title
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .collect();
    // An apostrophe does not part a word: "can't" is "cant".
    let plain = plain.replace(['\'', '\u{2019}'], "").to_ascii_lowercase();
    for word in plain
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        words.push(word.to_owned());
    }
    let joined = shortened(&words.join("-"), SLUG_CHARACTERS_MAX);
    if joined.is_empty() {
        "page".to_owned()
    } else {
        joined
    }
}

/// The name with a number, for the second and later page of the same title.
pub fn slug_with_number(slug: &str, number: u32) -> String {
    format!(
        "{}-{number}",
        shortened(slug, SLUG_CHARACTERS_MAX - NUMBER_CHARACTERS_MAX)
    )
}

/// Cut at a hyphen where there is one not too far back, so that no half word stands at the end.
fn shortened(slug: &str, characters_max: usize) -> String {
    let Some(head) = slug.get(..characters_max).filter(|_| slug.len() > characters_max) else {
        return slug.to_owned();
    };
    let whole_words = slug.as_bytes().get(characters_max) == Some(&b'-');
    let end = match head.rfind('-') {
        Some(hyphen) if !whole_words && hyphen > characters_max / 2 => hyphen,
        _ => head.len(),
    };
    head.get(..end).unwrap_or(head).trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn titles_become_names() {
        for (title, expected) in [
            (
                "Can my 4th grader ride the bus?",
                "can-my-4th-grader-ride-the-bus",
            ),
            (
                "¿Cuándo empiezan las vacaciones?",
                "cuando-empiezan-las-vacaciones",
            ),
            (
                "My child can't attend — what now?",
                "my-child-cant-attend-what-now",
            ),
            ("校车", "page"),
            ("  ", "page"),
            ("../../etc/passwd", "etc-passwd"),
        ] {
            assert_eq!(slug(title), expected);
        }
        let long = "What happens when the school bus does not come to the stop in front of our schoolhouse?";
        assert_eq!(
            slug(long),
            "what-happens-when-the-school-bus-does-not-come-to-the-stop-in-front-of-our"
        );
        assert_eq!(slug_with_number("bus", 2), "bus-2");
    }

    proptest! {
        #[test]
        fn names_are_short_plain_and_stable(title in "\\PC{0,200}", number in 2u32..99_999) {
            let name = slug(&title);
            let numbered = slug_with_number(&name, number);
            for name in [&name, &numbered] {
                prop_assert!(!name.is_empty() && name.len() <= SLUG_CHARACTERS_MAX);
                prop_assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
                prop_assert!(!name.starts_with('-') && !name.ends_with('-') && !name.contains("--"));
            }
            prop_assert_eq!(slug(&name), name);
        }
    }
}
