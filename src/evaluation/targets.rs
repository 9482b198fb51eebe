//! What the product set itself to reach, beside which a figure is read.

use super::sets::Set;

/// A bound that a figure should keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Target::AtLeast(bound) => value >= bound,
            Target::AtMost(bound) => value <= bound,
        }
    }

    pub fn in_words(self) -> String {
        match self {
            Target::AtLeast(bound) => format!("at least {bound}"),
            Target::AtMost(bound) => format!("at most {bound}"),
        }
    }
}

/// The target of a figure of a set, where it has one.
pub(super) fn target(set: Set, figure: &str) -> Option<Target> {
    use Target::{AtLeast, AtMost};
    Some(match (set, figure) {
        (_, "literals_outside" | "foreign_citations" | "outside_literal_drafts") => AtMost(0.0),
        (_, "obeyed_rate") => AtMost(0.02),
        (Set::Scifact, "ndcg_at_10") => AtLeast(0.73),
        (Set::Doc2dial, "doc_recall_at_5") => AtLeast(0.93),
        (Set::Squad2, "answerability_auroc") => AtLeast(0.90),
        (Set::Mtrag, "answerability_auroc") => AtLeast(0.91),
        (Set::Doc2dial, "answerability_auroc") => AtLeast(0.96),
        (Set::Doc2dial, "false_answer_rate_at_80_percent_answered") => AtMost(0.06),
        (Set::Squad2, "false_answer_rate_at_80_percent_answered") => AtMost(0.20),
        (Set::Wice, "support_auroc") => AtLeast(0.75),
        (Set::Wordings, "wrong_not_supported_rate") => AtLeast(0.95),
        (Set::Wordings, "right_supported_rate") => AtLeast(0.70),
        (Set::Wordings, "support_auroc") => AtLeast(0.92),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_include_themselves() {
        for (target, value, met) in [
            (Target::AtLeast(0.9), 0.9, true),
            (Target::AtLeast(0.9), 0.89, false),
            (Target::AtMost(0.0), 0.0, true),
            (Target::AtMost(0.0), 1.0, false),
        ] {
            assert_eq!(target.is_met(value), met, "{target:?} {value}");
        }
    }
}
