//! What a draft or a refusal was worth, held against the set's own answers.

use std::collections::BTreeMap;

use serde_json::Value;

use super::retrieved::place;
use super::{Answered, Retrieved, Set, SetCorpus};
use crate::drafting::{Citation, Draft, DraftingSettings, Outcome, Refusal, is_contact, literals_outside};
use crate::evaluation::figures::Figures;
use crate::evaluation::measures::{
    CurvePoint, answering_curve, area_under_curve, best_f1, mean, percentile, says, share, share_at_or_above,
    threshold_at_share,
};
use crate::evaluation::questions::Question;

pub(super) const FIGURES: [&str; 10] = [
    "answerability_auroc",
    "answer_rate",
    "false_answer_rate",
    "false_answer_rate_at_80_percent_answered",
    "citation_precision",
    "answer_f1",
    "literals_outside",
    "foreign_citations",
    "seconds_per_draft_p50",
    "seconds_per_draft_p95",
];

const ANSWERED_SHARE: f64 = 0.8;

/// One question with its verdict.
pub(super) struct Judged<'a> {
    question: &'a Question,
    result: Verdict<'a>,
    /// The answerability score; 0 where the model was not asked.
    score: f64,
    /// The same, but 0 where the question was refused for another reason than the score.
    answering_score: f64,
}

enum Verdict<'a> {
    Draft {
        text: String,
        draft: &'a Draft,
        literals_outside: usize,
        foreign: usize,
        /// For each citation, whether it rests on a gold span; empty where no gold span is known.
        precise: Vec<bool>,
    },
    Refusal(&'a Refusal),
    Failure,
}

impl<'a> Judged<'a> {
    pub fn of(
        question: &'a Question,
        answered: &'a Answered,
        found: &Retrieved,
        corpus: &SetCorpus,
        settings: &DraftingSettings,
    ) -> Self {
        let (score, result) = match &answered.outcome {
            Ok(Outcome::Draft(draft)) => (draft.answerability, judged_draft(question, draft, found, corpus)),
            Ok(Outcome::Refusal(refusal)) => (refusal.answerability, Verdict::Refusal(refusal)),
            Err(_) => (None, Verdict::Failure),
        };
        let for_another_reason = !matches!(result, Verdict::Draft { .. })
            && score.is_some_and(|score| score >= settings.answerable_threshold);
        let score = f64::from(score.unwrap_or_default());
        Self {
            question,
            result,
            score,
            answering_score: if for_another_reason { 0.0 } else { score },
        }
    }

    fn is_answered(&self) -> bool {
        matches!(self.result, Verdict::Draft { .. })
    }

    fn text(&self) -> Option<&str> {
        match &self.result {
            Verdict::Draft { text, .. } => Some(text),
            _ => None,
        }
    }
}

fn judged_draft<'a>(
    question: &Question,
    draft: &'a Draft,
    found: &Retrieved,
    corpus: &SetCorpus,
) -> Verdict<'a> {
    let sentences: Vec<_> = draft
        .sections
        .iter()
        .flat_map(|section| &section.sentences)
        .collect();
    // A closing line says whom to ask; it is no answer that could be right or wrong, and was not searched for.
    let (answer, closing) = match sentences.split_last() {
        Some((last, rest)) if !rest.is_empty() && last.citations.iter().all(is_contact) => {
            (rest, Some(*last))
        }
        _ => (sentences.as_slice(), None),
    };
    let citations = || answer.iter().flat_map(|sentence| &sentence.citations);
    let closing = closing.iter().flat_map(|line| &line.citations);
    let gold: Vec<(&str, (usize, usize))> = question
        .gold
        .iter()
        .filter_map(|gold| Some((gold.document.as_str(), place(gold, corpus)?)))
        .collect();
    let precise = |citation: &Citation| {
        let document = corpus.name_of(&citation.version);
        gold.iter()
            .any(|(name, (start, end))| *name == document && citation.start < *end && *start < citation.end)
    };
    Verdict::Draft {
        text: sentences
            .iter()
            .map(|sentence| sentence.text.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        literals_outside: sentences
            .iter()
            .map(|sentence| {
                let quotes: Vec<&str> = sentence.citations.iter().map(|c| c.quote.as_str()).collect();
                literals_outside(&sentence.text, &quotes).len()
            })
            .sum(),
        foreign: citations()
            .filter(|citation| !is_retrieved(citation, found, corpus) || is_foreign(citation, corpus))
            .chain(closing.filter(|citation| is_foreign(citation, corpus)))
            .count(),
        precise: if gold.is_empty() {
            Vec::new()
        } else {
            citations().map(precise).collect()
        },
        draft,
    }
}

/// Whether a citation is of a version not in force, or is not the sentence that it says it is.
fn is_foreign(citation: &Citation, corpus: &SetCorpus) -> bool {
    let in_force = corpus
        .in_force
        .versions()
        .any(|version| *version == citation.version);
    let Some(document) = corpus.document(&citation.version).filter(|_| in_force) else {
        return true;
    };
    let sliced = document.extracted.text.get(citation.start..citation.end);
    let is_sentence = document
        .extracted
        .passages
        .iter()
        .flat_map(|passage| &passage.sentences)
        .any(|span| (span.start, span.end) == (citation.start, citation.end));
    sliced != Some(citation.quote.as_str()) || !is_sentence
}

/// Whether a citation lies in a passage that was found for the question.
fn is_retrieved(citation: &Citation, found: &Retrieved, corpus: &SetCorpus) -> bool {
    let name = corpus.name_of(&citation.version);
    found.passages.iter().any(|passage| {
        passage.document == name && passage.start <= citation.start && citation.end <= passage.end
    })
}

fn scores(judged: &[Judged<'_>], answerable: bool, score: impl Fn(&Judged<'_>) -> f64) -> Vec<f64> {
    judged
        .iter()
        .filter(|one| one.question.answerable == answerable)
        .map(score)
        .collect()
}

/// What other thresholds on the score would have let through.
pub(super) fn curve(judged: &[Judged<'_>]) -> Vec<CurvePoint> {
    answering_curve(
        &scores(judged, true, |one| one.answering_score),
        &scores(judged, false, |one| one.answering_score),
    )
}

pub(super) fn figures(set: Set, judged: &[Judged<'_>]) -> Figures {
    let mut figures = answering(judged);
    figures.extend(drafts(judged));
    if set == Set::SchoolPolicies {
        figures.extend(phrases(judged));
    }
    figures
}

fn answering(judged: &[Judged<'_>]) -> Figures {
    let mut figures = Figures::default();
    let both = "it needs answerable and unanswerable questions";
    let area = area_under_curve(
        &scores(judged, true, |one| one.score),
        &scores(judged, false, |one| one.score),
    );
    figures.put_or("answerability_auroc", area, both);
    let answered = |answerable: bool| {
        let of_kind = judged.iter().filter(|one| one.question.answerable == answerable);
        share(of_kind.map(Judged::is_answered))
    };
    figures.put_or("answer_rate", answered(true), "no question is answerable");
    figures.put_or(
        "false_answer_rate",
        answered(false),
        "no question is unanswerable",
    );
    let threshold = threshold_at_share(&scores(judged, true, |one| one.answering_score), ANSWERED_SHARE);
    let rate = threshold.and_then(|threshold| {
        share_at_or_above(&scores(judged, false, |one| one.answering_score), threshold)
    });
    figures.put_or("false_answer_rate_at_80_percent_answered", rate, both);
    figures.put(
        "answerable_questions",
        scores(judged, true, |one| one.score).len(),
    );
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for one in judged {
        let kind = match &one.result {
            Verdict::Draft { .. } => "draft",
            Verdict::Refusal(refusal) => refusal.kind.as_str(),
            Verdict::Failure => "failure",
        };
        *kinds.entry(kind).or_default() += 1;
    }
    figures.put("outcomes", serde_json::to_value(kinds).unwrap_or(Value::Null));
    figures
}

fn drafts(judged: &[Judged<'_>]) -> Figures {
    let mut figures = Figures::default();
    let (mut precise, mut overlaps, mut seconds) = (Vec::new(), Vec::new(), Vec::new());
    let (mut outside, mut foreign_citations) = (0, 0);
    for one in judged {
        let Verdict::Draft {
            text,
            draft,
            literals_outside,
            foreign,
            precise: cited,
        } = &one.result
        else {
            continue;
        };
        outside += literals_outside;
        foreign_citations += foreign;
        seconds.push(draft.timing_ms.total as f64 / 1000.0);
        if one.question.answerable {
            precise.extend(cited.iter().copied());
            overlaps.extend(best_f1(text, &one.question.answers));
        }
    }
    let no_draft = "no answerable question was drafted";
    figures.put_or("citation_precision", share(precise), no_draft);
    figures.put_or("answer_f1", mean(overlaps), no_draft);
    figures.put("literals_outside", outside);
    figures.put("foreign_citations", foreign_citations);
    let nothing = "nothing was drafted";
    figures.put_or("seconds_per_draft_p50", percentile(seconds.clone(), 0.5), nothing);
    figures.put_or("seconds_per_draft_p95", percentile(seconds, 0.95), nothing);
    figures
}

/// Of the drafts, how many say all that they must and how many say something they must not.
fn phrases(judged: &[Judged<'_>]) -> Figures {
    let mut figures = Figures::default();
    let including = judged.iter().filter_map(|one| {
        let text = one.text().filter(|_| !one.question.must_include.is_empty())?;
        Some(one.question.must_include.iter().all(|phrase| says(text, phrase)))
    });
    let violating = judged.iter().filter_map(|one| {
        let text = one.text().filter(|_| !one.question.must_not.is_empty())?;
        Some(one.question.must_not.iter().any(|phrase| says(text, phrase)))
    });
    let reason = "no draft answers a question with such phrases";
    figures.put_or("must_include_rate", share(including), reason);
    figures.put_or("must_not_rate", share(violating), reason);
    figures
}
