//! Sentences that say the opposite of what is asked: who "does not need a pass" is not told by who needs one, and the highest
//! fee is not the lowest.

use crate::drafting::parts::last_sentence;

/// Phrases of which one turns a question round when it stands for the other. Fewer than those that tell a wording from its
/// source (`support/contrasts.rs`): there each is weighed, here each decides.
const OPPOSITES: &[&[&str]] = &[
    &["minimum", "maximum"],
    &["least", "most"],
    &["lowest", "highest"],
    &["smallest", "largest"],
    &["oldest", "youngest", "newest"],
    &["earliest", "latest"],
    &["north", "south", "east", "west"],
    &["northern", "southern", "eastern", "western"],
    &["increase", "decrease"],
    &["internal", "external"],
    &["more", "less", "fewer"],
    &["best", "worst"],
    &["first day", "last day"],
    &["short", "long"],
    &["small", "large"],
];

/// Behind these a word is part of a bound or of a measure: "at least two days" is no opposite of "most", nor is "how long" of a
/// "short form".
const BEFORE_BOUNDS: &[&str] = &["as", "at", "how", "no", "not", "or"];

/// Words that begin what is asked for.
const ASKING: &[&str] = &["what", "which", "who", "whom", "whose", "where", "when", "how"];
/// What may stand before them there; behind any other word ("students who do not …") they only say more of it.
const BEFORE_ASKING: &[&str] = &[
    "and", "but", "so", "or", "then", "in", "on", "at", "for", "to", "by", "of", "from", "with", "under",
    "during", "about", "me", "know", "say", "tell", "wondering",
];
/// Words that begin a clause of its own: a "not" behind them says under which condition something is asked, or what for
/// ("when do I have to be there so I am not late?").
const CLAUSES: &[&str] = &[
    "if", "while", "because", "that", "who", "whose", "unless", "since", "until", "although", "though",
    "when", "without", "where", "which", "so", "to", "and", "but", "before", "after", "case",
];
/// Questions about a reason or a condition have their answer in sentences without a "not".
const OF_CONDITIONS: &[&str] = &[
    "why",
    "how come",
    "what if",
    "what happens if",
    "what happens when",
];

/// Words that say that something is not so, or only so for some.
const NEGATIVE: &[&str] = &[
    "not", "never", "no", "none", "without", "cannot", "neither", "nor", "nobody", "nothing", "only",
    "unless", "instead", "rather", "than", "few", "fewer", "hardly", "free", "against", "closed", "banned",
    "bans", "off", "holiday", "holidays", "break", "vacation",
];
const NEGATIVE_BEGINNINGS: &[&str] = &[
    "cancel", "except", "exempt", "prohibit", "forbid", "forbad", "exclu", "refus", "lack", "fail", "avoid",
    "rare", "waiv", "miss", "inab", "inel", "inval", "incompl", "inact", "insuff", "incorr", "inappr",
    "inadmiss", "disallow", "disqual", "discont", "disappr", "disagree", "discard", "dismiss",
];
/// Words that begin with "un" and deny nothing.
const NOT_DENIED: &[&str] = &["until", "under", "union", "unit", "univers", "unique"];

/// Whether a sentence, with what it stands under, says the opposite of what a question asks.
pub fn is_opposite(question: &str, said: &str) -> bool {
    let (asked, said) = (tokens(last_sentence(question)), tokens(said));
    asks_what_is_not(&asked) && !said.iter().any(|word| denies(word)) || is_turned_round(&asked, &said)
}

fn is_turned_round(asked: &[String], said: &[String]) -> bool {
    OPPOSITES.iter().any(|phrases| {
        let named = |words: &[String]| -> Vec<&str> {
            let named = phrases.iter().filter(|phrase| names(words, phrase));
            named.copied().collect()
        };
        let (asked, said) = (named(asked), named(said));
        !asked.is_empty() && !said.is_empty() && !asked.iter().any(|phrase| said.contains(phrase))
    })
}

fn names(words: &[String], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words.windows(phrase.len()).enumerate().any(|(at, run)| {
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        run.iter().eq(&phrase) && !before.is_some_and(|before| BEFORE_BOUNDS.contains(&before.as_str()))
    })
}

/// Whether the clause that asks is itself denied: "which days are not", but not "what if I do not".
fn asks_what_is_not(asked: &[String]) -> bool {
    let spaced = format!("{} ", asked.join(" "));
    if OF_CONDITIONS
        .iter()
        .any(|words| spaced.starts_with(&format!("{words} ")))
    {
        return false;
    }
    let begins = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| asked.get(before));
        before.is_none_or(|before| is_sign(before) || BEFORE_ASKING.contains(&before.as_str()))
    };
    (0..asked.len())
        .filter(|at| ASKING.contains(&asked[*at].as_str()) && begins(*at))
        .any(|at| {
            asked[at + 1..]
                .iter()
                .take_while(|word| !is_sign(word) && !CLAUSES.contains(&word.as_str()))
                .zip(&asked[at..])
                .any(|(word, before)| {
                    before != "or"
                        && (matches!(word.as_str(), "not" | "never" | "cannot") || word.ends_with("n't"))
                })
        })
}

fn denies(word: &str) -> bool {
    NEGATIVE.contains(&word)
        || word.ends_with("n't")
        || NEGATIVE_BEGINNINGS
            .iter()
            .any(|beginning| word.starts_with(beginning))
        || (word.len() > 6 && word.ends_with("less"))
        || (word.len() > 4
            && word.starts_with("un")
            && !NOT_DENIED.iter().any(|other| word.starts_with(other)))
}

fn is_sign(token: &str) -> bool {
    !token.starts_with(char::is_alphanumeric)
}

/// Words in lower case with their apostrophes, and the signs that end a clause.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if matches!(c, '\'' | '’') && !word.is_empty() {
            word.push('\'');
        } else {
            if !word.is_empty() {
                tokens.push(std::mem::take(&mut word));
            }
            if matches!(c, ',' | ';' | ':' | '.' | '?' | '!') {
                tokens.push(c.to_string());
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn judge(cases: &[(&str, &str, bool)]) {
        for (question, said, expected) in cases {
            assert_eq!(is_opposite(question, said), *expected, "{question} {said}");
        }
    }

    #[test]
    fn what_is_not_so_is_not_told_by_what_is() {
        const NO_PASS: &str = "Which students do not need a bus pass?";
        const MISSING: &str = "What happens if I don't have a pass?";
        judge(&[
            (NO_PASS, "Students of grades 6 to 12 need a bus pass.", true),
            (NO_PASS, "Students of grades K to 5 ride without a pass.", false),
            (NO_PASS, "Only students of grades 6 to 12 need a pass.", false),
            (NO_PASS, "Kindergartners are exempt from the pass.", false),
            (NO_PASS, "No pass needed: kindergarten.", false),
            (MISSING, "The driver writes a note to the office.", false),
            (
                "I can't find it. Where is the form?",
                "It is at the office.",
                false,
            ),
            (
                "Who isn’t allowed on it?",
                "Students with a pass may ride it.",
                true,
            ),
            ("Why is school not open on Monday?", "Monday is Labor Day.", false),
            (
                "In which months is never school?",
                "School is from August to June.",
                true,
            ),
            (
                "Is there a fee for students who do not ride?",
                "The fee is $2.",
                false,
            ),
            ("Can I say whether or not he rides?", "Call the office.", false),
            ("What tells whether he rides or not?", "The office does.", false),
            (
                "What time do I come so I'm not late?",
                "The bell rings at 8:05.",
                false,
            ),
            (
                "How often can he miss before he does not pass?",
                "Seven times.",
                false,
            ),
            ("Which days are we not in school?", "Labor Day: holiday.", false),
        ]);
    }

    #[test]
    fn the_lowest_is_not_told_by_the_highest() {
        judge(&[
            ("What is the minimum age?", "The maximum age is 21.", true),
            (
                "What is the minimum age?",
                "The minimum age is 5, the maximum 21.",
                false,
            ),
            (
                "Who pays the lowest fee?",
                "Families at the highest step pay $320.",
                true,
            ),
            (
                "Does it take more time?",
                "Ask no less than ten days before.",
                false,
            ),
            ("What do most families pay?", "At least $10 a year.", false),
            (
                "How long does it take?",
                "The short form takes ten minutes.",
                false,
            ),
            (
                "When is the last day to apply?",
                "First come, first served.",
                false,
            ),
            (
                "When is the last day of school?",
                "The first day is August 26.",
                true,
            ),
            ("We live in the north. Which bus is it?", "The south bus.", false),
            ("What is the fee?", "The highest fee is $320.", false),
        ]);
    }

    proptest! {
        #[test]
        fn a_sentence_that_repeats_the_question_is_never_its_opposite(question in "[a-zA-Z' ,.?]{0,80}") {
            prop_assert!(!is_opposite(&question, &question));
        }

        #[test]
        fn no_text_is_too_strange(question in "\\PC{0,80}", said in "\\PC{0,80}") {
            let _ = is_opposite(&format!("who not {question}"), &said);
        }
    }
}
