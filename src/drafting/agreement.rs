//! Whether a claim and what it cites agree in the small words that turn a rule around: not, only, unless,
//! must, may, at least, all.

use crate::retrieval::{is_stop_word, stem, stemmed_words, words};

/// What a small word or phrase does to a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Marker {
    Not,
    Only,
    Except,
    Must,
    May,
    Should,
    AtLeast,
    AtMost,
    MoreThan,
    LessThan,
    All,
    Some,
    If,
    Before,
    After,
    Within,
    Until,
    Or,
}

impl Marker {
    /// The marker as a reviewer would read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Not => "\"not\"",
            Self::Only => "\"only\"",
            Self::Except => "an exception (\"unless\", \"except\")",
            Self::Must => "a duty (\"must\", \"shall\")",
            Self::May => "a permission (\"may\", \"can\")",
            Self::Should => "a recommendation (\"should\")",
            Self::AtLeast => "\"at least\"",
            Self::AtMost => "\"at most\"",
            Self::MoreThan => "\"more than\"",
            Self::LessThan => "\"less than\"",
            Self::All => "\"all\" or \"any\"",
            Self::Some => "\"some\" or \"most\"",
            Self::If => "a condition (\"if\", \"when\")",
            Self::Before => "\"before\"",
            Self::After => "\"after\"",
            Self::Within => "\"within\"",
            Self::Until => "\"until\"",
            Self::Or => "\"or\"",
        }
    }
}

/// Every marker, in a fixed order.
pub const MARKERS: &[Marker] = &[
    Marker::Not,
    Marker::Only,
    Marker::Except,
    Marker::Must,
    Marker::May,
    Marker::Should,
    Marker::AtLeast,
    Marker::AtMost,
    Marker::MoreThan,
    Marker::LessThan,
    Marker::All,
    Marker::Some,
    Marker::If,
    Marker::Before,
    Marker::After,
    Marker::Within,
    Marker::Until,
    Marker::Or,
];

/// Whether what a claim adds and drops turns the rule around: a denial, a restriction or an exception that only
/// one of the two has, or one strength or bound of the rule in the place of another. Other differences ("within"
/// for "no later than") are often only another way to say it.
pub fn turns_around(added: &[Marker], dropped: &[Marker]) -> bool {
    use Marker::{AtLeast, AtMost, Except, LessThan, May, MoreThan, Must, Not, Only, Should};
    let bounds = |all: &[Marker]| -> Vec<Marker> {
        let of = all.iter().filter(|marker| matches!(marker, Not | Only | Except));
        of.copied().collect()
    };
    // "Not … unless" and "only … if" are two ways to say the same.
    let (more, less) = (bounds(added), bounds(dropped));
    let alone = match (more.as_slice(), less.as_slice()) {
        ([Only], [Not, Except]) | ([Not, Except], [Only]) => false,
        _ => !(more.is_empty() && less.is_empty()),
    };
    let swapped = |group: &[Marker]| {
        added.iter().any(|marker| group.contains(marker))
            && dropped.iter().any(|marker| group.contains(marker))
    };
    alone || swapped(&[Must, May, Should]) || swapped(&[AtLeast, AtMost]) || swapped(&[MoreThan, LessThan])
}

/// Longer phrases first: "no more than" holds a "no" that denies nothing.
const PHRASES: &[(&str, Marker)] = &[
    ("with the exception of", Marker::Except),
    ("no more than", Marker::AtMost),
    ("not more than", Marker::AtMost),
    ("not to exceed", Marker::AtMost),
    ("no longer than", Marker::AtMost),
    ("not longer than", Marker::AtMost),
    ("not extend beyond", Marker::AtMost),
    ("not go over", Marker::AtMost),
    ("no greater than", Marker::AtMost),
    ("no later than", Marker::Before),
    ("not later than", Marker::Before),
    ("at the latest", Marker::Before),
    ("no less than", Marker::AtLeast),
    ("no fewer than", Marker::AtLeast),
    ("not less than", Marker::AtLeast),
    ("not fewer than", Marker::AtLeast),
    ("no earlier than", Marker::After),
    ("not earlier than", Marker::After),
    ("no sooner than", Marker::After),
    ("in excess of", Marker::MoreThan),
    ("at no time", Marker::Not),
    ("whether or not", Marker::All),
    ("has the right", Marker::May),
    ("have the right", Marker::May),
    ("in the event", Marker::If),
    ("as long as", Marker::If),
    ("not exceed", Marker::AtMost),
    ("not exceeding", Marker::AtMost),
    ("cannot exceed", Marker::AtMost),
    ("at most", Marker::AtMost),
    ("up to", Marker::AtMost),
    ("or less", Marker::AtMost),
    ("or fewer", Marker::AtMost),
    ("or under", Marker::AtMost),
    ("prior to", Marker::Before),
    ("in advance", Marker::Before),
    ("ahead of", Marker::Before),
    ("earlier than", Marker::Before),
    ("at least", Marker::AtLeast),
    ("or more", Marker::AtLeast),
    ("or older", Marker::AtLeast),
    ("or higher", Marker::AtLeast),
    ("or better", Marker::AtLeast),
    ("or longer", Marker::AtLeast),
    ("later than", Marker::After),
    ("more than", Marker::MoreThan),
    ("greater than", Marker::MoreThan),
    ("longer than", Marker::MoreThan),
    ("older than", Marker::MoreThan),
    ("less than", Marker::LessThan),
    ("fewer than", Marker::LessThan),
    ("shorter than", Marker::LessThan),
    ("younger than", Marker::LessThan),
    ("may not", Marker::Not),
    ("must not", Marker::Not),
    ("shall not", Marker::Not),
    ("should not", Marker::Not),
    ("will not", Marker::Not),
    ("can not", Marker::Not),
    ("no longer", Marker::Not),
    ("fails to", Marker::Not),
    ("may never", Marker::Not),
    ("must never", Marker::Not),
    ("not over", Marker::AtMost),
    ("not more", Marker::AtMost),
    ("fail to", Marker::Not),
    ("failed to", Marker::Not),
    ("failure to", Marker::Not),
    ("other than", Marker::Except),
    ("apart from", Marker::Except),
    ("aside from", Marker::Except),
    ("limited to", Marker::Only),
    ("have to", Marker::Must),
    ("has to", Marker::Must),
    ("need to", Marker::Must),
    ("needs to", Marker::Must),
    ("able to", Marker::May),
    ("free to", Marker::May),
    ("welcome to", Marker::May),
    ("right to", Marker::May),
    ("try to", Marker::Should),
    ("hope to", Marker::Should),
    ("every effort", Marker::Should),
    ("all efforts", Marker::Should),
    ("in case", Marker::If),
    ("provided that", Marker::If),
    ("maximum", Marker::AtMost),
    ("before", Marker::Before),
    ("beforehand", Marker::Before),
    ("ahead", Marker::Before),
    ("minimum", Marker::AtLeast),
    ("after", Marker::After),
    ("afterwards", Marker::After),
    ("following", Marker::After),
    ("thereafter", Marker::After),
    ("once", Marker::After),
    ("exceed", Marker::MoreThan),
    ("exceeds", Marker::MoreThan),
    ("exceeding", Marker::MoreThan),
    ("over", Marker::MoreThan),
    ("above", Marker::MoreThan),
    ("under", Marker::LessThan),
    ("below", Marker::LessThan),
    ("not", Marker::Not),
    ("cannot", Marker::Not),
    ("never", Marker::Not),
    ("no", Marker::Not),
    ("none", Marker::Not),
    ("nobody", Marker::Not),
    ("nothing", Marker::Not),
    ("nowhere", Marker::Not),
    ("nor", Marker::Not),
    ("neither", Marker::Not),
    ("without", Marker::Not),
    ("unable", Marker::Not),
    ("fails", Marker::Not),
    ("failed", Marker::Not),
    ("fail", Marker::Not),
    ("ineligible", Marker::Not),
    ("prohibited", Marker::Not),
    ("prohibit", Marker::Not),
    ("prohibits", Marker::Not),
    ("forbidden", Marker::Not),
    ("forbid", Marker::Not),
    ("forbids", Marker::Not),
    ("banned", Marker::Not),
    ("unless", Marker::Except),
    ("except", Marker::Except),
    ("exception", Marker::Except),
    ("exceptions", Marker::Except),
    ("excluding", Marker::Except),
    ("excepted", Marker::Except),
    ("exempt", Marker::Except),
    ("all", Marker::All),
    ("every", Marker::All),
    ("each", Marker::All),
    ("any", Marker::All),
    ("always", Marker::All),
    ("both", Marker::All),
    ("anyone", Marker::All),
    ("everyone", Marker::All),
    ("whatever", Marker::All),
    ("whoever", Marker::All),
    ("only", Marker::Only),
    ("solely", Marker::Only),
    ("exclusively", Marker::Only),
    ("must", Marker::Must),
    ("shall", Marker::Must),
    ("will", Marker::Must),
    ("required", Marker::Must),
    ("require", Marker::Must),
    ("requires", Marker::Must),
    ("mandatory", Marker::Must),
    ("mandated", Marker::Must),
    ("obliged", Marker::Must),
    ("obligated", Marker::Must),
    ("may", Marker::May),
    ("can", Marker::May),
    ("could", Marker::May),
    ("might", Marker::May),
    ("allowed", Marker::May),
    ("allow", Marker::May),
    ("allows", Marker::May),
    ("permitted", Marker::May),
    ("permits", Marker::May),
    ("optional", Marker::May),
    ("entitled", Marker::May),
    ("should", Marker::Should),
    ("encouraged", Marker::Should),
    ("recommended", Marker::Should),
    ("ought", Marker::Should),
    ("advised", Marker::Should),
    ("preferably", Marker::Should),
    ("some", Marker::Some),
    ("most", Marker::Some),
    ("many", Marker::Some),
    ("usually", Marker::Some),
    ("generally", Marker::Some),
    ("often", Marker::Some),
    ("sometimes", Marker::Some),
    ("if", Marker::If),
    ("when", Marker::If),
    ("whenever", Marker::If),
    ("until", Marker::Until),
    ("till", Marker::Until),
    ("within", Marker::Within),
    ("or", Marker::Or),
    ("either", Marker::Or),
];

/// The markers in a text, sorted, each once.
pub fn markers(text: &str) -> Vec<Marker> {
    let mut found = Vec::new();
    let lower = text
        .to_lowercase()
        .replace('’', "'")
        .replace("can't", "cannot")
        .replace("won't", "will not")
        .replace("n't", " not");
    let tokens: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .collect();
    let mut at = 0;
    while at < tokens.len() {
        let rest = tokens.get(at..).unwrap_or_default();
        let here = PHRASES.iter().find_map(|(phrase, marker)| {
            let parts: Vec<&str> = phrase.split(' ').collect();
            rest.starts_with(&parts).then_some((*marker, parts.len()))
        });
        match here {
            Some((marker, length)) => {
                found.push(marker);
                at += length;
            }
            None => at += 1,
        }
    }
    found.sort();
    found.dedup();
    found
}

/// The markers that only one of the two has: `(added by the claim, dropped by it)`.
pub fn disagreement(claim: &str, cited: &str) -> (Vec<Marker>, Vec<Marker>) {
    let (said, known) = (markers(claim), markers(cited));
    let only_in = |left: &[Marker], right: &[Marker]| -> Vec<Marker> {
        left.iter()
            .filter(|marker| !right.contains(marker))
            .copied()
            .collect()
    };
    (only_in(&said, &known), only_in(&known, &said))
}

/// The content words of the claim that no cited sentence has in any inflection, and no plain-language
/// word of the glossary stands for; with how many content words there are.
pub fn uncovered(claim: &str, cited: &str, glossary: &[(String, String)]) -> (Vec<String>, usize) {
    let mut known: Vec<String> = stemmed_words(cited).into_iter().map(|(stem, _)| stem).collect();
    let cited_lower = cited.to_lowercase();
    for (formal, plain) in glossary {
        if cited_lower.contains(&formal.to_lowercase()) {
            known.extend(words(plain).map(|(word, _)| stem(word)));
        }
    }
    let content: Vec<(String, String)> = words(claim)
        .map(|(word, _)| word.to_lowercase())
        .filter(|word| word.chars().any(char::is_alphabetic) && !is_stop_word(word) && !is_marker_word(word))
        .map(|word| (stem(&word), word))
        .collect();
    let missing = content
        .iter()
        .filter(|(stem, _)| !known.contains(stem))
        .map(|(_, word)| word.clone());
    (missing.collect(), content.len())
}

fn is_marker_word(word: &str) -> bool {
    PHRASES.iter().any(|(phrase, _)| *phrase == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_read_as_a_whole() {
        assert_eq!(markers("no more than two"), [Marker::AtMost]);
        // "May not" forbids like "shall not": neither permits nor leaves it open.
        assert_eq!(markers("Students MAY NOT ride"), [Marker::Not]);
        assert_eq!(markers("not less than two"), [Marker::AtLeast]);
        assert_eq!(markers("whoever doesn't pay"), [Marker::Not, Marker::All]);
        assert_eq!(markers("can’t"), [Marker::Not]);
        assert_eq!(markers("in any notable canopy"), [Marker::All]);
    }

    #[test]
    fn a_changed_rule_disagrees_and_a_plainer_one_does_not() {
        let cited = "Pupils shall not be excluded unless the principal approves.";
        assert_eq!(
            disagreement(
                "Students must not be kept out unless the principal approves.",
                cited
            ),
            (vec![], vec![])
        );
        assert_eq!(
            disagreement("Students must be kept out.", cited),
            (vec![Marker::Must], vec![Marker::Not, Marker::Except])
        );
    }

    #[test]
    fn inflections_and_the_glossary_cover_words() {
        let glossary = vec![("pupil".to_owned(), "student".to_owned())];
        let cited = "Pupils riding buses wear belts.";
        assert_eq!(
            uncovered("Students ride the bus with a belt.", cited, &glossary),
            (vec![], 4)
        );
        assert_eq!(
            uncovered("Students wear helmets.", cited, &glossary),
            (vec!["helmets".to_owned()], 3)
        );
    }
}
