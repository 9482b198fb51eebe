//! What makes a question one to be careful with: words of law, safety, money and personnel.

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    Legal,
    Safety,
    Money,
    Personnel,
}

impl Risk {
    pub fn as_str(self) -> &'static str {
        match self {
            Risk::Legal => "legal",
            Risk::Safety => "safety",
            Risk::Money => "money",
            Risk::Personnel => "personnel",
        }
    }
}

/// Stems that raise each risk. A question is read by its words, so that "fees" counts and "coffee" does not.
const SIGNS: [(Risk, &[&str]); 4] = [
    (
        Risk::Legal,
        &[
            "law", "legal", "lawyer", "attorney", "sue", "rights", "policy", "expel", "suspend",
            "discriminat", "504", "iep", "ferpa", "custody", "subpoena", "complaint",
        ],
    ),
    (
        Risk::Safety,
        &[
            "safety", "lockdown", "weapon", "threat", "bully", "harass", "medic", "allerg", "epipen",
            "inhaler", "emergenc", "injur", "evacuat", "immuniz", "vaccin", "abuse",
        ],
    ),
    (
        Risk::Money,
        &[
            "fee", "fees", "cost", "pay", "paid", "charge", "price", "refund", "free", "reduced", "money",
            "dollar", "fine", "waiver", "debt",
        ],
    ),
    (
        Risk::Personnel,
        &[
            "salary", "hire", "hiring", "fired", "employee", "staff", "teacher's", "resign", "personnel",
            "contract",
        ],
    ),
];

/// Stems of five letters and more also match longer words; shorter ones only themselves.
const STEM_LETTERS_MIN: usize = 5;

/// The risks a text raises, each once.
pub fn risks_of(text: &str) -> Vec<Risk> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|word| !word.is_empty())
        .collect();
    let raised = |signs: &[&str]| {
        words.iter().any(|word| {
            signs
                .iter()
                .any(|sign| word == sign || (sign.len() >= STEM_LETTERS_MIN && word.starts_with(sign)))
        }) || lower.contains('$') && signs.contains(&"dollar")
    };
    SIGNS
        .iter()
        .filter(|(_, signs)| raised(signs))
        .map(|(risk, _)| *risk)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn risks_by_words() {
        for (text, expected) in [
            ("Can my 4th grader ride the bus?", vec![]),
            ("Where can I get coffee?", vec![]),
            ("What does lunch cost?", vec![Risk::Money]),
            ("Is it $3?", vec![Risk::Money]),
            (
                "May the nurse give medication, and is there a fee?",
                vec![Risk::Safety, Risk::Money],
            ),
            ("Can you fire Mr. Hill? He is staff.", vec![Risk::Personnel]),
            ("My lawyer asks for the IEP", vec![Risk::Legal]),
        ] {
            assert_eq!(risks_of(text), expected, "{text}");
        }
    }
}
