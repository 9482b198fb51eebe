//! Sentences that cannot be the answer, whatever the model makes of them: they are about another case, school or year than
//! the question, or say the opposite of what it asks. A small model takes them for answers, since every other word agrees.

mod cases;
mod opposites;
mod schools;
mod years;

use self::cases::Stands;
use super::evidence::Evidence;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Which case and which year: any part of a question may say so for all of it.
    pub question: &'a str,
    /// The part that the sentences are to answer.
    pub part: &'a str,
    /// The question without the district's own name, which a school may have, too.
    pub named: &'a str,
}

/// Whether the sentence at `place` cannot be the answer.
pub(super) fn is_contrary(asked: Asked<'_>, evidence: &Evidence, place: usize) -> bool {
    let Some(sentence) = evidence.sentences.get(place) else {
        return false;
    };
    cases::stands(asked.question, &sentence.citation) == Stands::Another
        || schools::stands(asked.named, evidence, sentence) == Stands::Another
        || years::is_of_another(asked.question, &sentence.citation)
        || opposites::is_opposite(asked.part, &evidence.in_its_place(place))
}

/// The places without those that cannot be the answer. The model often finds the right table and takes the wrong row of
/// it: the row of the asked case or school in the same passage takes its place.
pub(super) fn without(asked: Asked<'_>, evidence: &Evidence, places: &[usize]) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::with_capacity(places.len());
    for place in places {
        let fitting = if is_contrary(asked, evidence, *place) {
            row_beside(asked, evidence, *place)
        } else {
            Some(*place)
        };
        kept.extend(fitting.filter(|place| !kept.contains(place)));
    }
    kept
}

fn row_beside(asked: Asked<'_>, evidence: &Evidence, place: usize) -> Option<usize> {
    let passage = evidence.sentences.get(place)?.passage;
    let is_the_case = |other: &usize| {
        evidence.sentences.get(*other).is_some_and(|sentence| {
            let is_the_case = cases::stands(asked.question, &sentence.citation) == Stands::Same;
            let is_the_school = schools::stands(asked.named, evidence, sentence) == Stands::Same;
            sentence.passage == passage && (is_the_case || is_the_school)
        })
    };
    (0..evidence.sentences.len())
        .filter(is_the_case)
        .find(|other| !is_contrary(asked, evidence, *other))
}
