//! The topics of a document: a few short words under which the district files it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A document under more topics than this is under none.
pub const TOPICS_MAX: usize = 12;
pub const TOPIC_CHARACTERS_MAX: usize = 40;
/// Signs that words of a topic may have in them, beside letters and figures.
const SIGNS: &str = "-'’&/.+";

/// Why topics can't be taken as they were typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TopicsProblem {
    #[error(
        "A document may have {} topics, and {found} were given; keep those that people would look for.",
        TOPICS_MAX
    )]
    TooMany { found: usize },
    #[error(
        "The topic \"{begins}…\" has more than {} characters; make it a word or two.",
        TOPIC_CHARACTERS_MAX
    )]
    TooLong { begins: String },
    #[error(
        "The topic \"{topic}\" has the sign {sign:?} in it; use letters, figures, spaces, hyphens and ' & / . +"
    )]
    Sign { topic: String, sign: char },
}

/// Topics as they are kept: in lower case, each once, sorted, so that the same topic typed twice is the same topic.
/// Commas, semicolons and line breaks part one from the next.
pub fn normalised<'a>(given: impl IntoIterator<Item = &'a str>) -> Result<Vec<String>, TopicsProblem> {
    let mut topics = Vec::new();
    for typed in given.into_iter().flat_map(|text| text.split([',', ';', '\n'])) {
        let lower: String = typed.to_lowercase().nfc().collect();
        let topic = lower.split_whitespace().collect::<Vec<_>>().join(" ");
        if topic.is_empty() {
            continue;
        }
        if topic.chars().count() > TOPIC_CHARACTERS_MAX {
            let begins = topic.chars().take(TOPIC_CHARACTERS_MAX / 2).collect();
            return Err(TopicsProblem::TooLong { begins });
        }
        // Invisible and direction-changing signs would make two topics that look the same.
        if let Some(sign) = topic.chars().find(|sign| !is_taken(*sign)) {
            return Err(TopicsProblem::Sign { topic, sign });
        }
        topics.push(topic);
    }
    topics.sort();
    topics.dedup();
    if topics.len() > TOPICS_MAX {
        return Err(TopicsProblem::TooMany { found: topics.len() });
    }
    Ok(topics)
}

fn is_taken(sign: char) -> bool {
    sign.is_alphanumeric() || sign == ' ' || is_combining_mark(sign) || SIGNS.contains(sign)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn topics_are_kept_once_in_lower_case_and_in_order() {
        for (given, kept) in [
            (vec![], vec![]),
            (vec!["  Late   Bus "], vec!["late bus"]),
            (vec!["meals, Buses;meals\nBUSES"], vec!["buses", "meals"]),
            (vec!["Élèves", "e\u{301}le\u{300}ves"], vec!["élèves"]),
            (vec!["K-12 & pre-K", " , "], vec!["k-12 & pre-k"]),
        ] {
            assert_eq!(normalised(given.clone()).unwrap(), kept, "{given:?}");
        }
    }

    #[test]
    fn what_can_not_be_a_topic_is_said() {
        let too_long = "a".repeat(41);
        let many: Vec<String> = (0..13).map(|n| format!("topic {n}")).collect();
        for (given, said) in [
            (vec![too_long.as_str()], "more than 40 characters"),
            (many.iter().map(String::as_str).collect(), "13 were given"),
            (vec!["bus\u{202e}es"], "\\u{202e}"),
            (vec!["bus\u{200b}es"], "\\u{200b}"),
            (vec!["<b>bus</b>"], "'<'"),
        ] {
            let problem = normalised(given.clone()).expect_err("not topics").to_string();
            assert!(problem.contains(said), "{problem} does not say {said}");
        }
    }

    proptest! {
        #[test]
        fn topics_kept_once_stay_what_they_are(given in proptest::collection::vec("\\PC{0,12}", 0..6)) {
            if let Ok(kept) = normalised(given.iter().map(String::as_str)) {
                prop_assert!(kept.len() <= TOPICS_MAX);
                prop_assert!(kept.is_sorted());
                let again = normalised(kept.iter().map(String::as_str));
                prop_assert_eq!(again, Ok(kept));
            }
        }
    }
}
