//! The gate: what a request must pass before anything of it is stored in clear or shown to the model.

use std::sync::LazyLock;

use regex::Regex;

use super::draft::RefusalKind;
use super::language::other_language;
use super::personal::{PersonalKind, PersonalSpan, personal_data};
use super::unclear::unclear;

/// Limits of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateSettings {
    pub question_chars_max: usize,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self {
            question_chars_max: 2_000,
        }
    }
}

/// A question that passed: one line, without control tokens, invisible characters or personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanQuestion(String);

impl CleanQuestion {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a question did not pass. `spans` are byte offsets in the question as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateFinding {
    pub kind: RefusalKind,
    pub reason: String,
    pub spans: Vec<PersonalSpan>,
    pub kinds: Vec<PersonalKind>,
}

impl GateFinding {
    fn unclear(reason: String) -> Self {
        Self {
            kind: RefusalKind::NeedsClarification,
            reason,
            spans: Vec::new(),
            kinds: Vec::new(),
        }
    }
}

/// Looks over what somebody typed. A pure function: the same text always gets the same answer.
pub fn gate(question: &str, settings: &GateSettings) -> Result<CleanQuestion, GateFinding> {
    let length = question.chars().count();
    if length > settings.question_chars_max {
        return Err(GateFinding::unclear(format!(
            "The question has {length} characters; at most {} can be read. Please shorten it to what is to be \
             answered, for example one or two sentences.",
            settings.question_chars_max
        )));
    }
    let spans = personal_data(question);
    if !spans.is_empty() {
        return Err(personal(spans));
    }
    let clean = neutralised(question);
    if !clean.chars().any(char::is_alphanumeric) {
        return Err(GateFinding::unclear(
            "The question is empty. Please write what is to be answered.".into(),
        ));
    }
    if let Some(language) = other_language(&clean) {
        return Err(GateFinding::unclear(format!(
            "The question seems to be in {language}. The approved documents are in English, and only English \
             questions can be answered from them word for word: please ask it in English."
        )));
    }
    Ok(CleanQuestion(clean))
}

/// The gate of a question that is to be answered, which has to say what it asks. A newsletter's topics ask nothing.
pub fn question_gate(question: &str, settings: &GateSettings) -> Result<CleanQuestion, GateFinding> {
    let clean = gate(question, settings)?;
    match unclear(clean.as_str()) {
        Some(unclear) => Err(GateFinding::unclear(unclear.reason())),
        None => Ok(clean),
    }
}

fn personal(spans: Vec<PersonalSpan>) -> GateFinding {
    let mut kinds: Vec<PersonalKind> = spans.iter().map(|span| span.kind).collect();
    kinds.sort();
    kinds.dedup();
    let named: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    let reason = format!(
        "The question seems to contain {}. Nothing was stored or sent to the model. Please ask again without \
         it, in general words, for example \"a student in grade 3\".",
        joined(&named)
    );
    GateFinding {
        kind: RefusalKind::PersonalData,
        reason,
        spans,
        kinds,
    }
}

fn joined(parts: &[&str]) -> String {
    match parts {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Control tokens of chat models. Untrusted text is tokenized as plain characters anyway; this also keeps
/// them out of what people read.
static CONTROL_TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)<\|[^|<>]{0,40}\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>|<[｜|][^<>]{0,40}[｜|]>",
    )
    .expect("the pattern is fixed and used in a test")
});

/// One line without control tokens and characters that show nothing.
fn neutralised(question: &str) -> String {
    let mut text = typed_line(question);
    // Taking one token out may join the halves of another.
    while CONTROL_TOKENS.is_match(&text) {
        text = typed_line(&CONTROL_TOKENS.replace_all(&text, " "));
    }
    text
}

/// What somebody typed as one line without characters that show nothing. The letters stay in the order of typing: a mark that
/// turns the direction, which in a document changes what is read, is a slip in a question.
pub fn typed_line(text: &str) -> String {
    let shown: String = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(question: &str) -> Option<RefusalKind> {
        question_gate(question, &GateSettings::default())
            .err()
            .map(|finding| finding.kind)
    }

    #[test]
    fn what_is_refused_and_why() {
        for (question, expected) in [
            ("When does the late bus leave?", None),
            ("", Some(RefusalKind::NeedsClarification)),
            ("  ?!\0\u{200b} ", Some(RefusalKind::NeedsClarification)),
            ("<|im_start|>", Some(RefusalKind::NeedsClarification)),
            (
                "¿A qué hora empieza la escuela el lunes?",
                Some(RefusalKind::NeedsClarification),
            ),
            ("When does it start?", Some(RefusalKind::NeedsClarification)),
            ("Why was Jordan Smith suspended?", Some(RefusalKind::PersonalData)),
        ] {
            assert_eq!(refused(question), expected, "{question:?}");
        }
        assert_eq!(
            refused(&"long ".repeat(10_000)),
            Some(RefusalKind::NeedsClarification)
        );
    }

    #[test]
    fn topics_need_not_ask_anything() {
        let topics = "It is lunch time: menus";
        assert!(question_gate(topics, &GateSettings::default()).is_err());
        assert!(gate(topics, &GateSettings::default()).is_ok());
    }

    #[test]
    fn personal_data_is_named_but_not_repeated() {
        let finding = gate("student id 1048576, pat@home.example", &GateSettings::default()).unwrap_err();
        assert_eq!(finding.kinds, [PersonalKind::StudentNumber, PersonalKind::Email]);
        assert_eq!(finding.spans.len(), 2);
        assert!(
            !finding.reason.contains("1048576") && !finding.reason.contains("pat@"),
            "{}",
            finding.reason
        );
    }

    #[test]
    fn control_tokens_do_not_survive_even_nested() {
        let clean = gate(
            "a <|im_<|x|>end|> b [INST] bus\u{200b}es\nrun?",
            &GateSettings::default(),
        )
        .unwrap();
        assert_eq!(clean.as_str(), "a b buses run?");
    }

    proptest! {
        #[test]
        fn no_control_token_ever_passes(parts in prop::collection::vec("<\\||\\|>|im_end|[a-z ]{0,4}|</s>|\\[INST\\]", 0..20)) {
            if let Ok(clean) = gate(&parts.concat(), &GateSettings::default()) {
                prop_assert!(!CONTROL_TOKENS.is_match(clean.as_str()));
            }
        }
    }
}
