//! Which published answers a visitor's words find. A district publishes hundreds, so all of them are looked at.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words looked for; more than a person would type only cost time.
const WORDS_MAX: usize = 12;

/// The visitor's words, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted(Vec<String>);

impl Wanted {
    pub fn new(query: &str) -> Wanted {
        let folded = fold(query);
        let words = folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        Wanted(words.take(WORDS_MAX).map(stem).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How well a page fits: words in its title count three, in its text one; `None` where a word is in neither.
    pub fn fit(&self, title: &str, text: &str) -> Option<usize> {
        let (title, text) = (fold(title), fold(text));
        self.0
            .iter()
            .map(
                |word| match (title.contains(word.as_str()), text.contains(word.as_str())) {
                    (true, _) => Some(3),
                    (false, true) => Some(1),
                    (false, false) => None,
                },
            )
            .sum()
    }
}

/// Lower case without accents: "matricula" finds "Matrícula".
fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .collect::<String>()
        .to_lowercase()
}

/// "buses" should find "bus": the usual plural endings are not looked for.
fn stem(word: &str) -> String {
    let shorter = word.strip_suffix("es").or_else(|| word.strip_suffix('s'));
    shorter
        .filter(|shorter| shorter.chars().count() >= 3)
        .unwrap_or(word)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_words_must_be_there_and_the_title_counts_more() {
        let (title, text) = (
            "Can my 4th grader ride the bus?",
            "Students who live more than a mile away. Matrícula.",
        );
        for (query, expected) in [
            ("bus", Some(3)),
            ("BUSES", Some(3)),
            ("students", Some(1)),
            ("bus mile", Some(4)),
            ("matricula", Some(1)),
            ("bus lunch", None),
            ("", Some(0)),
            ("?!", Some(0)),
        ] {
            assert_eq!(Wanted::new(query).fit(title, text), expected, "{query}");
        }
        assert!(Wanted::new(" ?").is_empty());
    }
}
