//! Questions that nobody could answer as they stand: nothing is asked ("Hello, can you help me?"), or what is asked about is
//! only pointed at ("When does it start?"). The model would answer them all the same, about whatever stands nearest.
//!
//! Only what leaves no doubt counts. "They" and "he" are the school and a child in most questions of families, and the
//! answer is the same whoever they are; "it" may stand for nothing ("How long does it take to enroll?"); a sentence before
//! the question may have said what is meant.

use super::parts::last_sentence;
use crate::retrieval::{is_stop_word, words};

/// What keeps a question from being answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unclear {
    NothingAsked,
    /// The word that points at something that the question does not name.
    PointsAt(&'static str),
}

impl Unclear {
    pub fn reason(self) -> String {
        match self {
            Self::NothingAsked => {
                "The text does not say what it asks about. Please write what is to be answered, for \
                 example \"How do I replace a lost bus pass?\"."
                    .to_owned()
            }
            Self::PointsAt(word) => format!(
                "The question says \"{word}\" without saying what that is. Please ask again with its name, for example \
                 \"When does summer school start?\" instead of \"When does it start?\"."
            ),
        }
    }
}

/// Words of greetings and of asking for help in general.
const COURTESIES: &[&str] = &[
    "advice", "afternoon", "anybody", "anyone", "ask", "day", "evening", "get", "good", "greetings", "hello",
    "help", "hey", "hi", "info", "information", "inquiry", "know", "like", "more", "morning", "need", "ok",
    "okay", "please", "query", "question", "questions", "someone", "something", "thank", "thanks", "want",
    "wondering", "yes",
];

/// Words that say what is done or wanted of a thing, not what thing it is.
const OF_ANYTHING: &[&str] = &[
    "allowed", "apply", "begin", "begins", "buy", "call", "cancel", "change", "close", "closes", "come",
    "cost", "costs", "did", "does", "due", "early", "end", "ends", "expire", "expires", "far", "fast",
    "file", "find", "free", "give", "go", "happen", "happens", "held", "include", "kind", "late", "long",
    "look", "lose", "lost", "make", "mandatory", "mean", "means", "much", "old", "open", "opens", "optional",
    "over", "pay", "renew", "replace", "required", "return", "see", "send", "soon", "start", "starts",
    "submit", "take", "takes", "time", "turn", "type", "use", "work", "works",
];

/// What "IT" in capitals stands for.
const COMPUTING: &str = "computing";
/// What "it" is part of where it is a department's name.
const OF_COMPUTING: &[&str] = &[
    "department", "desk", "help", "office", "services", "staff", "support", "team", "technician",
];

/// Behind an "it" that stands for nothing: it takes … to, it is … that, if it snows.
const OF_EMPTY_IT: &[&str] = &[
    "cold", "dark", "for", "hot", "if", "matter", "matters", "possible", "rain", "rains", "safe", "snow",
    "snows", "that", "to", "too", "when", "where", "who",
];

/// A question that has more words of content than this behind the one that points is taken to say what it is about.
const CONTENT_MAX: usize = 2;
/// Nouns that say nothing more than "this" alone.
const OF_THIS: &[&str] = &[
    "document", "event", "fee", "form", "letter", "meeting", "message", "notice", "page", "person", "place",
    "policy", "program", "rule", "thing",
];

/// Why the question cannot be answered as it stands, if so. A pure function of its words.
pub(super) fn unclear(question: &str) -> Option<Unclear> {
    let all = lower(question);
    if !all.is_empty() && all.iter().all(|word| says_nothing(word)) {
        return Some(Unclear::NothingAsked);
    }
    let asked = last_sentence(question);
    let before = question.trim().strip_suffix(asked).unwrap_or_default();
    if lower(before).iter().any(|word| !says_nothing(word)) {
        return None;
    }
    pointed_at(&lower(asked)).map(Unclear::PointsAt)
}

/// The word that points, where nothing before it is named and little behind it.
fn pointed_at(words: &[String]) -> Option<&'static str> {
    let at = words
        .iter()
        .position(|word| matches!(word.as_str(), "it" | "this" | "these"))?;
    let (before, behind) = (words.get(..at)?, words.get(at + 1..)?);
    let next = behind.first().map(String::as_str);
    let is_empty = || behind.iter().any(|word| OF_EMPTY_IT.contains(&word.as_str()));
    let of_this = next.is_some_and(|next| OF_THIS.contains(&next));
    let word = match words.get(at)?.as_str() {
        "it" if is_empty() || next.is_some_and(|next| OF_COMPUTING.contains(&next)) => return None,
        "it" => "it",
        _ if next.is_some_and(names_a_thing) && !of_this => return None,
        "these" => "these",
        _ => "this",
    };
    let named_behind = behind
        .iter()
        .skip(usize::from(of_this))
        .filter(|word| names_a_thing(word));
    let named_before = before.iter().any(|word| names_a_thing(word));
    (!named_before && named_behind.count() <= CONTENT_MAX).then_some(word)
}

fn names_a_thing(word: &str) -> bool {
    !says_nothing(word) && !OF_ANYTHING.contains(&word)
}

fn lower(text: &str) -> Vec<String> {
    let all_capitals = !text.chars().any(char::is_lowercase);
    words(text)
        .map(|(word, _)| match word {
            "IT" if !all_capitals => COMPUTING.to_owned(),
            word => word.to_lowercase(),
        })
        .collect()
}

fn says_nothing(word: &str) -> bool {
    let is_letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    // The rest of "I'd", "what's", "I'll", "you're" and "I've".
    let is_ending = matches!(word, "ll" | "re" | "ve");
    is_letter || is_ending || is_stop_word(word) || COURTESIES.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_asks_nothing() {
        for question in [
            "hi",
            "Hello! I have a question.",
            "Good morning, can someone help me please?",
            "I'd like more information",
        ] {
            assert_eq!(unclear(question), Some(Unclear::NothingAsked), "{question}");
        }
        for question in [
            "",
            "?",
            "Hello, lunch?",
            "meteoroid",
            "2026?",
            "I need help with lunch",
        ] {
            assert_eq!(unclear(question), None, "{question}");
        }
    }

    #[test]
    fn what_is_only_pointed_at_is_unclear() {
        for (question, word) in [
            ("When does it start?", "it"),
            ("How much is it?", "it"),
            ("Hi! Where do I send it, please?", "it"),
            ("Does it include the holidays as well?", "it"),
            ("Do I need this form?", "this"),
            ("What does this mean?", "this"),
            ("Who do I call about this?", "this"),
            ("When are these due?", "these"),
            ("HOW MUCH IS IT?", "it"),
        ] {
            assert_eq!(unclear(question), Some(Unclear::PointsAt(word)), "{question}");
        }
    }

    #[test]
    fn what_is_named_or_stands_for_nothing_is_clear() {
        for question in [
            "When does school start?",
            "I lost my bus pass, how do I replace it?",
            "My son has asthma. Can he carry it?",
            "How long does it take to get a transcript?",
            "How much does it cost to ride the bus?",
            "Are the buses running if it snows?",
            "Is it too late for a transfer?",
            "Is it open when school is closed?",
            "Do they serve breakfast?",
            "Can he bring medicine to school?",
            "Who do I call about IT?",
            "Where is the it department?",
            "Is school open this Friday?",
            "What is this technology fee?",
            "What is happening this week at Lincoln?",
            "Does it cover laptops that students take home over the summer?",
            "What time is early dismissal this year?",
        ] {
            assert_eq!(unclear(question), None, "{question}");
        }
    }

    #[test]
    fn the_reason_quotes_the_word_and_no_more_of_the_question() {
        assert!(Unclear::PointsAt("it").reason().contains("says \"it\" without"));
        assert!(Unclear::NothingAsked.reason().contains("lost bus pass"));
    }
}
