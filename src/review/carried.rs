//! What became of a cited sentence in the version that replaced its source: it stands there word for word, it reads
//! differently, or it is gone.
//!
//! Only whole sentences are compared, and only under the same heading does a sentence say the same: "$20 a season" under
//! another sport is another rule.

use std::collections::BTreeSet;
use std::ops::Range;

use similar::TextDiff;

use super::compare::{Change, compare};
use crate::drafting::Citation;
use crate::ids::{DocumentId, VersionId};

/// Below this share of common words, from 0 to 1, two sentences are about different things.
const SIMILARITY_MIN: f32 = 0.5;
/// A sentence under the same heading is preferred to one that is a little more alike elsewhere.
const SAME_HEADING_BONUS: f32 = 0.15;
/// Longer sentences are compared for being the same only: how two of a book's length differ nobody would read.
const WORDS_COMPARED_MAX: usize = 400;
/// A citation of more sentences than this is not looked for as a whole.
const SENTENCES_TOGETHER_MAX: usize = 8;

/// A version's text with what a citation of it says.
#[derive(Debug, Clone)]
pub struct VersionText<'a> {
    pub version: &'a VersionId,
    pub document: &'a DocumentId,
    pub title: &'a str,
    pub text: &'a str,
    pub stretches: Vec<Stretch<'a>>,
}

/// Sentences under one heading and on one page.
#[derive(Debug, Clone)]
pub struct Stretch<'a> {
    /// Outermost first.
    pub heading: &'a [String],
    pub page: Option<u32>,
    /// Bytes of the version's text.
    pub sentences: Vec<Range<usize>>,
}

/// The fate of one citation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// The same words under the same heading.
    Unchanged(Citation),
    /// The sentence most like it, and how the words differ; none differ where only the heading does.
    Changed {
        now: Citation,
        changes: Vec<Change>,
    },
    Gone,
}

/// Looks for what `citation` cites, a part of `before`, in `after`.
pub fn carried(citation: &Citation, before: &VersionText<'_>, after: &VersionText<'_>) -> Carried {
    let (cited, together) = whole_sentences(citation, before);
    let said = words(&cited);
    let known: BTreeSet<&str> = said.iter().copied().collect();
    let mut nearest: Option<(f32, Citation)> = None;
    for stretch in &after.stretches {
        let same_heading = innermost(stretch.heading, after) == innermost(&citation.heading, before);
        for span in runs(stretch, together) {
            let Some(quote) = after.text.get(span.clone()) else {
                continue;
            };
            let now = || Citation {
                document: after.document.clone(),
                version: after.version.clone(),
                title: after.title.to_owned(),
                heading: stretch.heading.to_vec(),
                page: stretch.page,
                start: span.start,
                end: span.end,
                quote: quote.to_owned(),
            };
            let found = words(quote);
            if found == said && same_heading {
                return Carried::Unchanged(now());
            }
            let bonus = if same_heading { SAME_HEADING_BONUS } else { 0.0 };
            let worth_a_look = |most: f32| {
                most >= SIMILARITY_MIN && nearest.as_ref().is_none_or(|(best, _)| most + bonus > *best)
            };
            if said.len().max(found.len()) > WORDS_COMPARED_MAX
                || !worth_a_look(alike_at_most(&known, &said, &found))
            {
                continue;
            }
            let alike = TextDiff::from_slices(&said, &found).ratio();
            let weight = alike + bonus;
            if alike >= SIMILARITY_MIN && nearest.as_ref().is_none_or(|(best, _)| weight > *best) {
                nearest = Some((weight, now()));
            }
        }
    }
    match nearest {
        Some((_, now)) => Carried::Changed {
            changes: compare(&said.join(" "), &words(&now.quote).join(" ")),
            now,
        },
        None => Carried::Gone,
    }
}

/// The sentences that the citation touches, whole, and how many they are: a part of a sentence may stand unchanged in a
/// sentence that now says the opposite.
fn whole_sentences(citation: &Citation, before: &VersionText<'_>) -> (String, usize) {
    let touched: Vec<&Range<usize>> = before
        .stretches
        .iter()
        .flat_map(|stretch| &stretch.sentences)
        .filter(|span| span.start < citation.end && citation.start < span.end)
        .collect();
    let whole = match (touched.first(), touched.last()) {
        (Some(first), Some(last)) => before.text.get(first.start..last.end),
        _ => None,
    };
    let whole = whole.unwrap_or(&citation.quote).to_owned();
    (whole, touched.len().clamp(1, SENTENCES_TOGETHER_MAX))
}

/// Every run of so many sentences, and every single sentence.
fn runs(stretch: &Stretch<'_>, together: usize) -> Vec<Range<usize>> {
    let mut lengths = vec![together, 1];
    lengths.dedup();
    let of = |length: usize| {
        let windows = stretch.sentences.windows(length);
        windows.filter_map(|some| Some(some.first()?.start..some.last()?.end))
    };
    lengths.into_iter().flat_map(of).collect()
}

/// What the ratio of two sentences' common words can be at most, without looking at their order.
fn alike_at_most(known: &BTreeSet<&str>, said: &[&str], found: &[&str]) -> f32 {
    let common = found.iter().filter(|word| known.contains(*word)).count();
    2.0 * common.min(said.len()) as f32 / (said.len() + found.len()).max(1) as f32
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// The innermost heading; nothing where it is the document's own title, which often carries the year.
fn innermost<'a>(heading: &'a [String], of: &VersionText<'_>) -> Option<&'a str> {
    let innermost = heading.last().map(String::as_str)?;
    (heading.len() > 1 && innermost != of.title).then_some(innermost)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::review::ChangeKind;

    /// A version of sentences under headings, as extraction would lay it out.
    struct Made {
        version: VersionId,
        document: DocumentId,
        text: String,
        sections: Vec<(Vec<String>, Vec<Range<usize>>)>,
    }

    impl Made {
        fn of(sections: &[(&str, &[&str])]) -> Self {
            let (mut text, mut placed) = (String::new(), Vec::new());
            for (heading, sentences) in sections {
                let mut spans = Vec::new();
                for sentence in *sentences {
                    let begins = text.len();
                    text.push_str(sentence);
                    spans.push(begins..text.len());
                    text.push(' ');
                }
                placed.push((vec!["Fees".to_owned(), (*heading).to_owned()], spans));
            }
            Self {
                version: VersionId::fresh(),
                document: DocumentId::fresh(),
                text,
                sections: placed,
            }
        }

        fn view(&self) -> VersionText<'_> {
            VersionText {
                version: &self.version,
                document: &self.document,
                title: "Fees",
                text: &self.text,
                stretches: self
                    .sections
                    .iter()
                    .map(|(heading, sentences)| Stretch {
                        heading,
                        page: None,
                        sentences: sentences.clone(),
                    })
                    .collect(),
            }
        }

        fn cite(&self, quote: &str) -> Citation {
            let start = self.text.find(quote).expect("the quote is of the text");
            let within = |spans: &[Range<usize>]| spans.iter().any(|span| span.contains(&start));
            let section = self.sections.iter().find(|(_, spans)| within(spans));
            let (heading, _) = section.expect("a section holds it");
            Citation {
                document: self.document.clone(),
                version: self.version.clone(),
                title: "Fees".to_owned(),
                heading: heading.clone(),
                page: None,
                start,
                end: start + quote.len(),
                quote: quote.to_owned(),
            }
        }
    }

    fn swimming(sentences: &[&str]) -> Made {
        Made::of(&[("Swimming", sentences)])
    }

    const FEE: &str = "The fee is $20 for a season.";

    #[test]
    fn the_same_words_under_the_same_heading_are_unchanged() {
        let (before, after) = (
            swimming(&[FEE]),
            swimming(&["Welcome.", "The fee  is $20 for a season."]),
        );
        let Carried::Unchanged(now) = carried(&before.cite(FEE), &before.view(), &after.view()) else {
            panic!("it stands there");
        };
        assert_eq!(
            (now.version, now.quote.as_str()),
            (after.version.clone(), "The fee  is $20 for a season.")
        );
        assert_eq!(
            after.text.get(now.start..now.end),
            Some("The fee  is $20 for a season.")
        );
    }

    #[test]
    fn another_figure_is_shown_word_by_word() {
        let (before, after) = (
            swimming(&[FEE]),
            swimming(&["The fee is $25 for a season.", "Bring a towel."]),
        );
        let Carried::Changed { now, changes } = carried(&before.cite(FEE), &before.view(), &after.view())
        else {
            panic!("it reads differently");
        };
        assert_eq!(now.quote, "The fee is $25 for a season.");
        let of = |kind| {
            changes
                .iter()
                .filter(|change| change.kind == kind)
                .map(|change| change.text.trim())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            (of(ChangeKind::Delete), of(ChangeKind::Insert)),
            (vec!["$20"], vec!["$25"])
        );
    }

    #[test]
    fn the_same_words_under_another_heading_are_another_rule() {
        let before = swimming(&[FEE]);
        let after = Made::of(&[
            ("Chess", &[FEE][..]),
            ("Swimming", &["There is no fee for swimming."][..]),
        ]);
        let found = carried(&before.cite(FEE), &before.view(), &after.view());
        assert!(
            matches!(&found, Carried::Changed { now, changes }
            if now.heading.last().is_some_and(|heading| heading == "Chess") && changes.iter().all(|change| change.kind == ChangeKind::Equal)),
            "{found:?}"
        );
    }

    #[test]
    fn a_part_of_a_sentence_is_looked_for_with_its_whole_sentence() {
        let before = swimming(&["Phones may be used."]);
        let after = swimming(&["Phones may be used only at lunch."]);
        let found = carried(&before.cite("Phones may be"), &before.view(), &after.view());
        assert!(matches!(found, Carried::Changed { .. }), "{found:?}");
    }

    #[test]
    fn what_nothing_resembles_is_gone() {
        let (before, after) = (swimming(&[FEE]), swimming(&["The pool is closed on Sundays."]));
        assert_eq!(
            carried(&before.cite(FEE), &before.view(), &after.view()),
            Carried::Gone
        );
    }

    #[test]
    fn sentences_cited_together_stay_together() {
        let both = "Call the office. Ask for Ms. Lee.";
        let before = swimming(&["Call the office.", "Ask for Ms. Lee."]);
        let after = swimming(&["Hello.", "Call the office.", "Ask for Ms. Lee.", "Bye."]);
        let found = carried(&before.cite(both), &before.view(), &after.view());
        assert!(
            matches!(&found, Carried::Unchanged(now) if now.quote == both),
            "{found:?}"
        );
    }

    proptest! {
        #[test]
        fn a_version_carries_every_sentence_of_itself(sentences in prop::collection::hash_set("[A-Z][a-z]{1,8}( [a-z0-9$]{1,6}){1,6}\\.", 1..12)) {
            let sentences: Vec<&str> = sentences.iter().map(String::as_str).collect();
            let (before, after) = (swimming(&sentences), swimming(&sentences));
            for sentence in &sentences {
                let found = carried(&before.cite(sentence), &before.view(), &after.view());
                let unchanged = matches!(&found, Carried::Unchanged(now) if words(&now.quote) == words(sentence));
                prop_assert!(unchanged, "{sentence}: {found:?}");
            }
        }
    }
}
