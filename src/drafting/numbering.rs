//! What stands before a sentence of a document and is no part of what it says: bullets and section numbers.

const BULLETS: [char; 7] = ['-', '•', '*', '–', '▪', '◦', '·'];

/// The sentence without its bullet, and without a section number of at least two parts ("8.4.4.2"). A lone number stays:
/// it may be the first word of the sentence.
pub(super) fn without_numbering(sentence: &str) -> &str {
    let sentence = sentence.trim().trim_start_matches(BULLETS).trim_start();
    let Some((first, rest)) = sentence.split_once(char::is_whitespace) else {
        return sentence;
    };
    let parts: Vec<&str> = first.trim_end_matches('.').split('.').collect();
    let numbered = parts.len() >= 2
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let rest = rest.trim_start();
    if numbered && rest.starts_with(char::is_uppercase) {
        rest
    } else {
        sentence
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_is_no_part_of_the_sentence_goes() {
        for (sentence, expected) in [
            ("5.4.5.1 The principal shall begin.", "The principal shall begin."),
            ("8.4. The District pays.", "The District pays."),
            ("- a lease;", "a lease;"),
            ("10 days are excused.", "10 days are excused."),
            ("1.5 miles is the limit.", "1.5 miles is the limit."),
            ("4.30 p.m. is late.", "4.30 p.m. is late."),
            ("3.1", "3.1"),
            ("", ""),
        ] {
            assert_eq!(without_numbering(sentence), expected, "{sentence}");
        }
    }

    proptest! {
        #[test]
        fn what_stays_is_the_end_of_the_sentence(sentence in "\\PC{0,40}") {
            prop_assert!(sentence.trim().ends_with(without_numbering(&sentence)));
        }
    }
}
