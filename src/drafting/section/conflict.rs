//! When a document in force contradicts a chosen sentence, so that there is no draft.

use super::Job;
use crate::drafting::conflicts;
use crate::drafting::evidence::{self, Budget, Evidence};
use crate::drafting::refusals::{self, Reason};
use crate::retrieval::{names_among, office_named};

impl Job {
    /// A chosen sentence that another document in force contradicts. All hits are looked through, not only what the model
    /// reads: a contradiction matters wherever it stands. What is not about what was asked contradicts nothing.
    pub(super) fn conflict(&self, evidence: &Evidence, chosen: &[usize]) -> Option<Reason> {
        let whole = Budget {
            passages_max: usize::MAX,
            tokens_max: usize::MAX,
        };
        let found = evidence::build(&self.hits, &[], &self.in_force, &whole, &|_| 0);
        let names = names_among(&self.ask.query, self.hits.iter().map(|hit| hit.owner.as_str()));
        for left in chosen.iter().filter_map(|place| evidence.sentences.get(*place)) {
            let of_office = office_named(&left.owner, &names).map(|named| named.words);
            for (place, right) in found.sentences.iter().enumerate() {
                if right.citation.document != left.citation.document
                    && let Some(difference) =
                        conflicts::disagreement(&left.citation.quote, &right.citation.quote)
                    && office_named(&right.owner, &names).map(|named| named.words) >= of_office
                    && self.may_be_quoted(&found, place)
                {
                    return Some(refusals::conflicting(left, right, &difference));
                }
            }
        }
        None
    }
}
