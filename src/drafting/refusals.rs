//! Why there is no draft, in words a school secretary can act on, and the passages that came nearest.

use std::collections::BTreeSet;

use super::conflicts::Disagreement;
use super::draft::{Nearest, RefusalKind};
use super::evidence::{Labelled, is_fragment};
use crate::retrieval::{Hit, stemmed_words};

const NEAREST_MAX: usize = 3;

/// A refusal before it is stamped with record and timing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reason {
    pub kind: RefusalKind,
    pub reason: String,
    pub nearest: Vec<Nearest>,
}

/// Nothing in the documents touches the subject.
pub(super) fn no_relevant_source(documents: usize, question: &str, hits: &[Hit]) -> Reason {
    let reason = if documents == 0 {
        "There are no approved documents in force yet. Add a document and have it approved, then ask again."
            .to_owned()
    } else {
        "None of the approved documents in force is about this. If the district has a document on it, add it \
         and have it approved; otherwise this is a question for the office in charge."
            .to_owned()
    };
    Reason {
        kind: RefusalKind::NoRelevantSource,
        reason,
        nearest: nearest(question, hits),
    }
}

/// The documents come near but do not state the answer.
pub(super) fn does_not_answer(question: &str, hits: &[Hit]) -> Reason {
    let nothing = "The approved documents do not state the answer to this question.";
    says_nothing(nothing, nearest(question, hits))
}

/// The documents come near but say nothing of what is asked for, which `nothing` says in a sentence.
pub(super) fn says_nothing(nothing: &str, nearest: Vec<Nearest>) -> Reason {
    let whom = nearest.first().map(|first| {
        format!(
            " The nearest is \"{}\"; its owner, {}, would be the one to ask.",
            first.title, first.owner
        )
    });
    Reason {
        kind: RefusalKind::SourceDoesNotAnswer,
        reason: format!("{nothing}{}", whom.unwrap_or_default()),
        nearest,
    }
}

/// A document says itself that the answer is still to come; its own sentence is shown first.
pub(super) fn still_to_come(sentence: &Labelled, question: &str, hits: &[Hit]) -> Reason {
    let first = of_sentence(sentence);
    let reason = format!(
        "The approved documents say that this is still to come: \"{}\" When it is settled, {} can add it to \"{}\".",
        first.quote.replace('\n', " "),
        first.owner,
        first.title,
    );
    let others = nearest(question, hits);
    let others = others
        .into_iter()
        .filter(|other| other.document != first.document);
    let nearest = std::iter::once(first.clone())
        .chain(others)
        .take(NEAREST_MAX)
        .collect();
    Reason {
        kind: RefusalKind::SourceDoesNotAnswer,
        reason,
        nearest,
    }
}

/// The question is no matter of a school district.
pub(super) fn out_of_scope(question: &str, hits: &[Hit]) -> Reason {
    let reason = "This does not look like a question for the district: its schools, students, families, staff or \
                  services. If it is, ask again and name the school, service or rule it is about.";
    Reason {
        kind: RefusalKind::OutOfScope,
        reason: reason.to_owned(),
        nearest: nearest(question, hits),
    }
}

/// The question names another district. What this one's documents say is no answer about that one.
pub(super) fn another_district(name: &str, question: &str, hits: &[Hit]) -> Reason {
    Reason {
        kind: RefusalKind::OutOfScope,
        reason: format!(
            "This asks about another district, {name}, which no approved document here mentions. If it was meant for this \
             district, ask again without that name; otherwise the asker is best sent to that district."
        ),
        nearest: nearest(question, hits),
    }
}

/// Two sources in force state different figures.
pub(super) fn conflicting(left: &Labelled, right: &Labelled, difference: &Disagreement) -> Reason {
    let owners: BTreeSet<&str> = [left.owner.as_str(), right.owner.as_str()].into_iter().collect();
    let owners: Vec<&str> = owners.into_iter().collect();
    let reason = format!(
        "Two approved documents in force disagree: \"{}\" says {} and \"{}\" says {}. Ask {} which holds; the \
         other document needs a new version.",
        left.citation.title,
        difference.left.join(" and "),
        right.citation.title,
        difference.right.join(" and "),
        owners.join(" and "),
    );
    let nearest = [left, right].into_iter().map(of_sentence).collect();
    Reason {
        kind: RefusalKind::ConflictingSources,
        reason,
        nearest,
    }
}

fn of_sentence(sentence: &Labelled) -> Nearest {
    let citation = &sentence.citation;
    Nearest {
        document: citation.document.clone(),
        version: citation.version.clone(),
        title: citation.title.clone(),
        owner: sentence.owner.clone(),
        heading: citation.heading.clone(),
        page: citation.page,
        quote: citation.quote.clone(),
    }
}

/// The best passage of each of the nearest documents, by the sentence that shares most with the question.
pub(super) fn nearest(question: &str, hits: &[Hit]) -> Vec<Nearest> {
    let asked: BTreeSet<String> = stemmed_words(question)
        .into_iter()
        .map(|(stem, _)| stem)
        .collect();
    let mut documents = BTreeSet::new();
    hits.iter()
        .filter(|hit| documents.insert(&hit.document))
        .take(NEAREST_MAX)
        .map(|hit| Nearest {
            document: hit.document.clone(),
            version: hit.version.clone(),
            title: hit.title.clone(),
            owner: hit.owner.clone(),
            heading: hit.heading.clone(),
            page: hit.page,
            quote: nearest_sentence(hit, &asked).to_owned(),
        })
        .collect()
}

/// Of the sentences that share the most words with the question the first; a line that is only a heading or a page's header
/// shares many, and tells the reader nothing, so it is taken only where there is nothing else.
fn nearest_sentence<'a>(hit: &'a Hit, asked: &BTreeSet<String>) -> &'a str {
    let shared = |text: &str| {
        stemmed_words(text)
            .iter()
            .filter(|(stem, _)| asked.contains(stem))
            .count()
    };
    let sentences = hit.sentences.iter().filter_map(|span| hit.slice(*span));
    let ranked = sentences.map(|text| ((!is_fragment(text), shared(text)), text));
    let best = ranked.reduce(|best, other| if other.0 > best.0 { other } else { best });
    best.map_or(hit.text.as_str(), |(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drafting::test_model::hit;

    #[test]
    fn a_sentence_is_shown_rather_than_a_pages_header() {
        const HEADER: &str = "Quillhaven Unified School District Student Fee Schedule";
        let asked = "What are the fees in Quillhaven School District?";
        for (lines, expected) in [
            (
                vec![
                    HEADER,
                    "Lab fees are due in the second week.",
                    "A fee can be waived.",
                ],
                "Lab fees are due in the second week.",
            ),
            (
                vec![HEADER, "Lockers are free of charge."],
                "Lockers are free of charge.",
            ),
            (vec![HEADER], HEADER),
        ] {
            let found = nearest(asked, &[hit("Fees", "Business Office", &lines)]);
            assert_eq!(found[0].quote, expected);
        }
    }
}
