//! Words that turn a meaning round when one stands for the other, and words that overstate or soften.

use super::reading::Reading;
use crate::retrieval::stem;

/// A claim that has one where its source has the other says something else.
const OPPOSITES: &[(&str, &str)] = &[
    ("before", "after"),
    ("first", "last"),
    ("earlier", "later"),
    ("sooner", "later"),
    ("more", "less"),
    ("more", "fewer"),
    ("most", "least"),
    ("minimum", "maximum"),
    ("include", "exclude"),
    ("allow", "prohibit"),
    ("permit", "prohibit"),
    ("start", "end"),
    ("start", "conclusion"),
    ("begin", "end"),
    ("open", "close"),
    ("enter", "leave"),
    ("accept", "reject"),
    ("accept", "refuse"),
    ("approve", "deny"),
    ("approve", "reject"),
    ("always", "never"),
    ("free", "charge"),
    ("increase", "decrease"),
    ("public", "private"),
    ("required", "optional"),
    ("above", "below"),
    ("over", "under"),
    ("before", "during"),
    ("all", "some"),
    ("any", "only"),
    ("day", "month"),
    ("day", "week"),
    ("week", "month"),
    ("month", "year"),
    ("day", "year"),
    ("week", "year"),
    ("semester", "year"),
    ("hour", "day"),
    ("school", "calendar"),
    ("business", "calendar"),
    ("school", "business"),
    ("am", "pm"),
    ("morning", "afternoon"),
    ("elementary", "secondary"),
    ("elementary", "high"),
    ("middle", "high"),
    ("written", "verbal"),
    ("written", "oral"),
    ("and", "or"),
    ("in", "out"),
    ("with", "without"),
];
const OVERSTATING: &[&str] = &[
    "whatever", "every", "always", "never", "nothing", "nobody", "anyone", "anybody", "whoever", "anything",
    "everyone", "everybody", "no", "any", "all", "alone", "regardless", "straight", "immediately", "forever",
    "simply", "just", "automatically", "guaranteed", "whether", "anywhere", "everything", "everywhere",
];
const SOFTENING: &[&str] = &[
    "try", "tries", "helps", "possible", "likely", "usually", "wish", "want", "choose", "choice", "option",
    "optional", "advised", "suggest", "suggested", "hope", "encouraged", "caution", "prefer", "might",
    "perhaps", "welcome", "ideally", "normally", "typically",
];
const CONDITIONS: &[&str] = &[
    "if", "when", "unless", "only", "except", "provided", "until", "while", "where", "after", "before",
    "once", "without", "apart", "who", "which", "whose",
];

#[derive(Debug, Default)]
pub(super) struct Contrasts {
    pub swapped: usize,
    overstated: usize,
    softened: usize,
    conditions_more: f32,
}

impl Contrasts {
    pub fn new(said: &Reading, known: &Reading) -> Self {
        let stems =
            |reading: &Reading| -> Vec<String> { reading.words.iter().map(|word| stem(word)).collect() };
        let (here, there) = (stems(said), stems(known));
        let only = |word: &str, this: &[String], other: &[String]| {
            let word = stem(word);
            this.contains(&word) && !other.contains(&word)
        };
        let swapped = OPPOSITES.iter().filter(|(left, right)| {
            only(left, &here, &there) && only(right, &there, &here)
                || only(right, &here, &there) && only(left, &there, &here)
        });
        let new = |list: &[&str]| {
            let added = list
                .iter()
                .filter(|word| said.has_word(word) && !known.has_word(word));
            added.count()
        };
        let conditions = |reading: &Reading| {
            let found = reading
                .words
                .iter()
                .filter(|word| CONDITIONS.contains(&word.as_str()));
            found.count() as f32
        };
        Self {
            swapped: swapped.count(),
            overstated: new(OVERSTATING),
            softened: new(SOFTENING),
            conditions_more: conditions(said) - conditions(known),
        }
    }

    pub fn features(&self, add: &mut impl FnMut(&str, f32)) {
        add("opposites", self.swapped as f32);
        add("overstating_words", self.overstated as f32);
        add("softening_words", self.softened as f32);
        add("conditions_more", self.conditions_more);
        add("conditions_lost", (-self.conditions_more).max(0.0));
    }
}
