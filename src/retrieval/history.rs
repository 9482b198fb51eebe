//! Search in versions that are not, or no longer, sources: by words alone, and beside the index, which holds only what drafts
//! may be made from.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::indexed::{Hit, IndexedVersion, content_sha256};
use super::words;
use crate::corpus::Passage;

/// A question is read up to here; what it asks is said by then.
const QUESTION_CHARS_MAX: usize = 2_000;
/// So many different words are looked up.
const TERMS_MAX: usize = 6;
/// What a word in a title or heading weighs beside one in the text.
const HEADING_WEIGHT: f32 = 0.3;

/// A passage that has some of the question's words.
struct Fitting<'a> {
    version: usize,
    passage: &'a Passage,
    text: &'a str,
    in_text: BTreeSet<String>,
    /// Those in its title and headings.
    above: BTreeSet<String>,
}

/// Beginnings of words, in lower case, of which a text that fits the question has at least one. The ends of stems that no
/// word has ("polici") are cut off.
pub fn word_beginnings(question: &str) -> Vec<String> {
    let question: String = question.chars().take(QUESTION_CHARS_MAX).collect();
    words::terms(&question, TERMS_MAX)
        .into_iter()
        .map(|stem| {
            let cut = stem.trim_end_matches(['i', 'e']);
            if cut.is_empty() { stem } else { cut.to_owned() }
        })
        .collect()
}

/// The passages of `versions` that have the question's words, those with the rarest and most of them first; of a passage that
/// stands word for word in several versions of a document, the one in the version that comes first.
pub fn search_texts(question: &str, versions: &[IndexedVersion], limit: usize) -> Vec<Hit> {
    let question: String = question.chars().take(QUESTION_CHARS_MAX).collect();
    let terms = words::terms(&question, TERMS_MAX);
    let mut told: HashSet<(&str, &str)> = HashSet::new();
    let mut found: Vec<Fitting<'_>> = Vec::new();
    for (place, version) in versions.iter().enumerate() {
        for passage in &version.passages {
            let text = version.text.get(passage.start..passage.end).unwrap_or_default();
            let in_text = having(text, &terms);
            if in_text.is_empty() || !told.insert((version.document.as_str(), text)) {
                continue;
            }
            let above = format!("{} {}", version.title, passage.heading.join(" "));
            found.push(Fitting {
                version: place,
                passage,
                text,
                above: having(&above, &terms),
                in_text,
            });
        }
    }
    let mut frequency: BTreeMap<&str, usize> = BTreeMap::new();
    for term in found.iter().flat_map(|fitting| &fitting.in_text) {
        *frequency.entry(term).or_default() += 1;
    }
    let weight = |term: &String| {
        let count = frequency.get(term.as_str()).copied().unwrap_or(0);
        (1.0 + found.len() as f32 / (1 + count) as f32).ln()
    };
    let all: f32 = terms.iter().map(weight).sum::<f32>() * (1.0 + HEADING_WEIGHT);
    let mut scored: Vec<(f32, usize)> = found
        .iter()
        .enumerate()
        .map(|(at, fitting)| {
            let text: f32 = fitting.in_text.iter().map(weight).sum();
            let heading: f32 = fitting.above.iter().map(weight).sum();
            ((text + HEADING_WEIGHT * heading) / all.max(f32::EPSILON), at)
        })
        .collect();
    scored.sort_by(|(one, place), (other, behind)| other.total_cmp(one).then(place.cmp(behind)));
    scored
        .into_iter()
        .take(limit)
        .map(|(score, at)| {
            let fitting = &found[at];
            hit(
                &versions[fitting.version],
                fitting.passage,
                fitting.text,
                score,
                &terms,
            )
        })
        .collect()
}

fn having(text: &str, terms: &[String]) -> BTreeSet<String> {
    words::stemmed_words(text)
        .into_iter()
        .map(|(stem, _)| stem)
        .filter(|stem| terms.contains(stem))
        .collect()
}

fn hit(version: &IndexedVersion, passage: &Passage, text: &str, score: f32, terms: &[String]) -> Hit {
    Hit {
        document: version.document.clone(),
        version: version.version.clone(),
        title: version.title.clone(),
        owner: version.owner.clone(),
        heading: passage.heading.clone(),
        page: passage.page,
        start: passage.start,
        end: passage.end,
        text: text.to_owned(),
        sentences: passage.sentences.clone(),
        content_sha256: content_sha256(&version.text),
        score,
        bm25: 0.0,
        dense: 0.0,
        highlights: words::highlights(text, terms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Span;
    use crate::ids::{DocumentId, VersionId};

    fn version(document: &DocumentId, title: &str, sentences: &[&str]) -> IndexedVersion {
        let (mut text, mut passages) = (String::new(), Vec::new());
        for (ordinal, sentence) in (0..).zip(sentences) {
            let start = text.len();
            text.push_str(sentence);
            let span = Span {
                start,
                end: text.len(),
            };
            passages.push(Passage {
                ordinal,
                heading: vec![title.to_owned()],
                page: None,
                start,
                end: text.len(),
                sentences: vec![span],
            });
            text.push('\n');
        }
        IndexedVersion {
            version: VersionId::fresh(),
            document: document.clone(),
            title: title.to_owned(),
            owner: "Office".to_owned(),
            text,
            passages,
        }
    }

    #[test]
    fn more_and_rarer_words_come_first_and_the_same_words_once() {
        let document = DocumentId::fresh();
        let versions = [
            version(
                &document,
                "Fees",
                &[
                    "The late bus fee is $5.",
                    "The bus leaves at 3.",
                    "Lunch is free.",
                ],
            ),
            version(
                &document,
                "Fees",
                &["The late bus fee is $4.", "The bus leaves at 3."],
            ),
        ];
        let hits = search_texts("What is the fee for late buses?", &versions, 10);
        let said: Vec<&str> = hits.iter().map(|hit| hit.text.as_str()).collect();
        assert_eq!(
            said,
            [
                "The late bus fee is $5.",
                "The late bus fee is $4.",
                "The bus leaves at 3."
            ]
        );
        assert_eq!(hits[1].version, versions[1].version);
        let lit: Vec<&str> = hits[0]
            .highlights
            .iter()
            .map(|span| &hits[0].text[span.start..span.end])
            .collect();
        assert_eq!(lit, ["late", "bus", "fee"]);
        assert!(search_texts("the", &versions, 10).is_empty());
        assert_eq!(search_texts("bus", &versions, 1).len(), 1);
    }

    #[test]
    fn every_form_of_a_word_begins_as_it_is_looked_up() {
        for (question, forms) in [
            ("policies", ["policy", "policies"]),
            ("making", ["make", "making"]),
            ("happy", ["happy", "happiness"]),
            ("buses", ["bus", "buses"]),
        ] {
            let beginnings = word_beginnings(question);
            for form in forms {
                assert!(
                    form.starts_with(&beginnings[0]),
                    "{form} does not begin with {beginnings:?}"
                );
            }
        }
    }
}
