//! The parts of a question that asks several things, so that each is answered or named as not covered.

/// More parts than this are answered as one question.
const PARTS_MAX: usize = 3;
/// A shorter piece is no question of its own ("what time and where").
const WORDS_MIN: usize = 3;

/// Words that begin a question after "and".
const STARTERS: &[&str] = &[
    "how", "what", "what's", "when", "where", "who", "who's", "whom", "which", "why", "is", "are", "do",
    "does", "did", "can", "could", "will", "would", "should", "must", "may",
];

fn pieces(question: &str) -> Vec<String> {
    let pieces: Vec<String> = question
        .split_inclusive('?')
        .filter(|piece| piece.contains('?'))
        .flat_map(|piece| asked(last_sentence(piece)))
        .collect();
    let each_stands = pieces
        .iter()
        .all(|piece| piece.split_whitespace().count() >= WORDS_MIN);
    if (2..=PARTS_MAX).contains(&pieces.len()) && each_stands {
        pieces
    } else {
        vec![question.to_owned()]
    }
}

/// One part of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// In the asker's words.
    pub words: String,
    /// As it is put to the model: the whole question for context, then the part.
    pub asked: String,
}

/// The parts of the question; a question that asks one thing is its own only part.
pub(super) fn parts(question: &str) -> Vec<Part> {
    let pieces = pieces(question);
    let several = pieces.len() > 1;
    let part = |words: String| Part {
        asked: if several {
            format!("{question} Answer only this part: {words}")
        } else {
            question.to_owned()
        },
        words,
    };
    pieces.into_iter().map(part).collect()
}

/// The question itself, without statements before it ("My son has asthma. Can he …?").
pub(super) fn last_sentence(piece: &str) -> &str {
    let trimmed = piece.trim();
    let start = [". ", "! "]
        .iter()
        .filter_map(|stop| trimmed.rfind(stop).map(|at| at + stop.len()))
        .max();
    start
        .and_then(|start| trimmed.get(start..))
        .unwrap_or(trimmed)
        .trim()
}

/// Cuts at "and", "or" and "also" where a new question begins.
fn asked(sentence: &str) -> Vec<String> {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let mut pieces: Vec<Vec<&str>> = vec![Vec::new()];
    for (at, word) in words.iter().enumerate() {
        let joins = matches!(word.to_lowercase().as_str(), "and" | "or" | "also" | "&");
        let next = words.get(at + 1).map(|next| next.to_lowercase());
        let begins = next.is_some_and(|next| STARTERS.contains(&next.as_str()));
        match pieces.last_mut() {
            Some(current) if joins && begins && current.len() >= WORDS_MIN => pieces.push(Vec::new()),
            Some(current) => current.push(word),
            None => {}
        }
    }
    let worded = |piece: Vec<&str>| {
        let text = piece.join(" ");
        format!("{}?", text.trim_end_matches(['?', ',', '.', ' ', '!']))
    };
    pieces
        .into_iter()
        .filter(|piece| !piece.is_empty())
        .map(worded)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn several_questions_are_told_apart() {
        for (question, expected) in [
            (
                "When does the late bus leave?",
                vec!["When does the late bus leave?"],
            ),
            (
                "How far ahead do I have to ask and who do I write to?",
                vec!["How far ahead do I have to ask?", "who do I write to?"],
            ),
            (
                "What does lunch cost? Is breakfast free?",
                vec!["What does lunch cost?", "Is breakfast free?"],
            ),
            (
                "We moved. Can he stay, and will the bus come?",
                vec!["Can he stay?", "will the bus come?"],
            ),
            (
                "Are cats and dogs allowed on the bus?",
                vec!["Are cats and dogs allowed on the bus?"],
            ),
            ("What time and where?", vec!["What time and where?"]),
            ("late bus times", vec!["late bus times"]),
            ("Why? Why? Why? Why?", vec!["Why? Why? Why? Why?"]),
        ] {
            assert_eq!(pieces(question), expected, "{question}");
        }
    }

    proptest! {
        #[test]
        fn there_is_always_at_least_one_part(question in "\\PC{0,120}") {
            let count = pieces(&question).len();
            prop_assert!((1..=PARTS_MAX).contains(&count));
        }
    }
}
