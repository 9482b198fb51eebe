//! The question as the index is asked: without the district's own name. Every document is the district's, so its name says
//! nothing of what is asked for, and pulls in whatever passage happens to spell it out. So does an office's name among the
//! office's own documents.

use std::sync::LazyLock;

use regex::Regex;

/// Words that every district's name may have; a name of nothing else ("District", before anybody set it) names none.
const COMMON: [&str; 13] = [
    "the", "your", "our", "school", "schools", "district", "public", "unified", "union", "county", "city",
    "independent", "consolidated",
];

/// The question without `names`, each a name of the district or of an office. A name that goes on ("Quillhaven High") is
/// another's and stays. Whose question is nothing but names is looked up as it is.
pub fn searched(question: &str, names: &[String]) -> String {
    let mut names: Vec<&str> = names
        .iter()
        .map(|name| name.trim())
        .filter(|name| is_a_name(name))
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let any: Vec<String> = names.iter().map(|name| regex::escape(name)).collect();
    let pattern = format!(
        r"(?i)(?:\bthe\s+)?\b(?:{})\b(?:\s+(?:public\s+|unified\s+)?(?:school\s+)?district\b)?(?:['’]s\b)?",
        any.join("|")
    );
    let Some(named) = (!names.is_empty()).then(|| Regex::new(&pattern).ok()).flatten() else {
        return question.to_owned();
    };
    let mut kept = String::with_capacity(question.len());
    let mut end = 0;
    for name in named.find_iter(question) {
        if goes_on(question.get(name.end()..).unwrap_or_default()) {
            continue;
        }
        kept.push_str(question.get(end..name.start()).unwrap_or_default());
        end = name.end();
    }
    if end == 0 {
        return question.to_owned();
    }
    kept.push_str(question.get(end..).unwrap_or_default());
    let kept = without_loose_prepositions(&kept);
    if kept.chars().any(char::is_alphanumeric) {
        kept
    } else {
        question.to_owned()
    }
}

/// Whether a district's name, as it is set, has words of its own.
pub fn is_a_name(name: &str) -> bool {
    name.split_whitespace().any(|word| {
        word.chars().any(char::is_alphanumeric) && !COMMON.contains(&word.to_lowercase().as_str())
    })
}

/// Whether what follows a name makes it a part of a longer one: a word that begins with a capital letter.
fn goes_on(rest: &str) -> bool {
    let word = rest.strip_prefix(' ').unwrap_or_default();
    word.chars().next().is_some_and(char::is_uppercase)
        && !word.starts_with("School")
        && !word.starts_with("I ")
}

static LOOSE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\s+(?:at|by|for|from|in|of|to|under|with)\s*([?.!,;:)]|$)")
        .expect("the pattern is fixed and used in a test")
});

/// "in West Ada?" leaves "in ?" behind.
fn without_loose_prepositions(text: &str) -> String {
    let text = LOOSE.replace_all(text, "$1");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names() -> Vec<String> {
        ["Quillhaven Unified School District", "Quillhaven"]
            .map(str::to_owned)
            .to_vec()
    }

    #[test]
    fn the_districts_name_is_left_out() {
        for (question, expected) in [
            (
                "Are caps allowed at Quillhaven schools?",
                "Are caps allowed at schools?",
            ),
            ("What is the punishment in Quillhaven?", "What is the punishment?"),
            ("What is Quillhaven's dress code?", "What is dress code?"),
            (
                "Does the Quillhaven Unified School District close, or not?",
                "Does close, or not?",
            ),
            ("does quillhaven have buses", "does have buses"),
            ("What does the Quillhaven school district pay?", "What does pay?"),
            (
                "When does Quillhaven High start?",
                "When does Quillhaven High start?",
            ),
            ("When do Quillhaven Schools open?", "When do Schools open?"),
            ("Quillhaven?", "Quillhaven?"),
            ("What time is lunch?", "What time is lunch?"),
            ("What is  the late bus for?", "What is  the late bus for?"),
        ] {
            assert_eq!(searched(question, &names()), expected, "{question}");
        }
    }

    #[test]
    fn without_names_a_question_stays_as_it_is() {
        for names in [vec![], vec![String::new()], vec!["  ".to_owned()]] {
            assert_eq!(searched("What of in ?", &names), "What of in ?");
        }
        let unset = ["Your School District", "District"].map(str::to_owned);
        assert_eq!(
            searched("Does the district decide?", &unset),
            "Does the district decide?"
        );
    }

    proptest! {
        #[test]
        fn any_text_and_any_name_give_something_to_look_up(question in "\\PC{1,80}", name in "\\PC{0,12}") {
            let found = searched(&question, &[name]);
            prop_assert_eq!(found.trim().is_empty(), question.trim().is_empty());
        }
    }
}
