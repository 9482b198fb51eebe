//! Texts brought to one form, so that "Two (2) weeks." and "two weeks" say the same.

use std::sync::LazyLock;

use regex::Regex;

/// A number word with its figure in brackets, as policies write it.
static DOUBLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(\p{L}+)\s*\(\s*\d[\d,.]*\s*\)").expect("the pattern is fixed and used in a test")
});

/// The words of a text in lower case, without punctuation, one space between them. Money, percent and section
/// signs stay, since "$" alone can be what a text must not say, and so does the point inside a number.
pub fn folded(text: &str) -> String {
    let lower = text.to_lowercase();
    let single = DOUBLED.replace_all(&lower, "$1");
    let characters: Vec<char> = single.chars().collect();
    let mut spaced = String::with_capacity(single.len());
    for (at, c) in characters.iter().copied().enumerate() {
        let digit = |place: Option<usize>| {
            place
                .and_then(|place| characters.get(place))
                .is_some_and(char::is_ascii_digit)
        };
        match c {
            '.' | ',' if digit(at.checked_sub(1)) && digit(Some(at + 1)) => {
                if c == '.' {
                    spaced.push(c);
                }
            }
            '.' | '\'' | '’' => {}
            '$' | '%' | '§' => spaced.extend([' ', c, ' ']),
            c if c.is_alphanumeric() => spaced.push(c),
            _ => spaced.push(' '),
        }
    }
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the text has the phrase's words one after the other.
pub fn says(text: &str, phrase: &str) -> bool {
    let phrase = folded(phrase);
    !phrase.is_empty() && format!(" {} ", folded(text)).contains(&format!(" {phrase} "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn phrases_are_found_in_other_dress() {
        for (text, phrase, wanted) in [
            ("At least two weeks before.", "two (2) weeks", true),
            ("At least two (2) weeks before.", "Two weeks", true),
            ("It costs $1,250.50.", "$", true),
            ("It costs $1,250.50.", "1250.50", true),
            ("The meeting is at 7:00 pm.", "7:00 p.m.", true),
            ("Door-to-door sales", "door to door", true),
            ("The network is down", "two", false),
            ("Ask the principal", "assistant principal", false),
            ("anything", "…", false),
        ] {
            assert_eq!(says(text, phrase), wanted, "{text} / {phrase}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = folded(&text);
            prop_assert_eq!(folded(&once), once.clone());
        }
    }
}
