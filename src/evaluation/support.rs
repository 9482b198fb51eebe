//! Support sets: claims with cited text and people's verdicts on them, held against the product's own check.
//!
//! The score is the check's: the model's probability where it was asked, 1 where the claim is the source word for
//! word, 0 where a rule alone found it wrong.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::answering::drafting_fingerprint;
use super::error::EvaluationError;
use super::figures::{Figures, rounded};
use super::measures::{area_under_curve, share};
use super::progress::Progress;
use super::run::Evaluation;
use super::sets::Set;
use crate::drafting::{ClaimSentence, DraftingContext, Section, Support, check};
use crate::engine::ModelIdentity;
use crate::retrieval::Index;

mod claims;

use claims::{Claim, Item, load};

/// The check's verdict on one claim.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Checked {
    claim: String,
    support: Support,
    probability: Option<f32>,
    note: Option<String>,
}

impl Checked {
    fn score(&self) -> f64 {
        match (self.probability, self.support) {
            (Some(probability), _) => f64::from(probability),
            (None, Support::Supported) => 1.0,
            (None, Support::Doubtful) => 0.5,
            (None, Support::Unsupported | Support::PersonWritten) => 0.0,
        }
    }
}

/// An item with the verdicts on its claims.
struct Judged<'a> {
    item: &'a Item,
    checked: Vec<&'a Checked>,
}

impl Judged<'_> {
    /// A text is as well supported as its worst sentence.
    fn score(&self) -> f64 {
        self.checked
            .iter()
            .map(|checked| checked.score())
            .fold(1.0, f64::min)
    }

    fn is_called_supported(&self) -> bool {
        self.checked
            .iter()
            .all(|checked| checked.support == Support::Supported)
    }
}

pub(super) async fn run(
    evaluation: &Evaluation<'_>,
    set: Set,
    model: &Result<ModelIdentity, String>,
) -> Result<Figures, EvaluationError> {
    let items = load(evaluation, set)?;
    let mut figures = Figures::default();
    figures.put("items", items.len());
    let tools = &evaluation.tools;
    let (embedding, engine, model) = match (&tools.embedding, &tools.engine, model) {
        (Ok(embedding), Ok(engine), Ok(model)) => (embedding, engine, model),
        (Err(reason), _, _) | (_, Err(reason), _) | (_, _, Err(reason)) => {
            figures.missing(names(set), reason);
            return Ok(figures);
        }
    };
    // The check reads only what is cited; the index is there because a drafting context has one.
    let empty = evaluation.out.join("index").join("empty");
    let context = DraftingContext {
        engine: engine.clone(),
        index: Index::open(&empty, embedding.clone())?.into(),
        settings: tools.settings.clone(),
    };
    let made_with = drafting_fingerprint(model, &tools.settings, "support 1");
    let mut records = evaluation.records::<Checked>(set.name(), &made_with)?;
    let total = items.iter().map(|item| item.claims.len()).sum();
    let what = format!("{}: claims checked", set.name());
    let mut progress = Progress::new(evaluation.tell, what, total);
    for claim in items.iter().flat_map(|item| &item.claims) {
        evaluation.check_interrupted()?;
        if records.get(&claim.id).is_some() {
            progress.kept();
            continue;
        }
        let checked = checked(evaluation, &context, claim).await?;
        records.add(&claim.id, checked)?;
        progress.done(1);
    }
    let judged: Vec<Judged<'_>> = items
        .iter()
        .map(|item| Judged {
            item,
            checked: item
                .claims
                .iter()
                .filter_map(|claim| records.get(&claim.id))
                .collect(),
        })
        .collect();
    figures.extend(judge(set, &judged));
    Ok(figures)
}

async fn checked(
    evaluation: &Evaluation<'_>,
    context: &DraftingContext,
    claim: &Claim,
) -> Result<Checked, EvaluationError> {
    let cited: Vec<&str> = claim.cited.iter().map(String::as_str).collect();
    let section = Section {
        sentences: vec![ClaimSentence::unplaced(&claim.text, &cited)],
        ..Section::default()
    };
    let (sections, _) = check(context, vec![section], evaluation.cancel.clone()).await?;
    let sentence = sections.into_iter().flat_map(|section| section.sentences).next();
    Ok(Checked {
        claim: claim.text.clone(),
        support: sentence
            .as_ref()
            .map_or(Support::Unsupported, |sentence| sentence.support),
        probability: sentence
            .as_ref()
            .and_then(|sentence| sentence.support_probability),
        note: sentence.and_then(|sentence| sentence.note),
    })
}

fn names(set: Set) -> &'static [&'static str] {
    match set {
        Set::Wordings => &[
            "support_auroc",
            "wrong_not_supported_rate",
            "right_supported_rate",
            "by_kind",
        ],
        Set::RagtruthQa => &["support_auroc", "sentence_support_auroc"],
        _ => &["support_auroc"],
    }
}

fn judge(set: Set, judged: &[Judged<'_>]) -> Figures {
    let mut figures = Figures::default();
    let one_kind = "it needs supported and unsupported items";
    let scores = |wanted: bool| -> Vec<f64> {
        let of_kind = judged.iter().filter(|one| one.item.supported == Some(wanted));
        of_kind.map(Judged::score).collect()
    };
    let area = area_under_curve(&scores(true), &scores(false));
    figures.put_or("support_auroc", area, one_kind);
    match set {
        Set::Wordings => figures.extend(at_the_threshold(judged)),
        Set::RagtruthQa => {
            let scores = |wanted: bool| -> Vec<f64> {
                let pairs = judged
                    .iter()
                    .flat_map(|one| one.item.claims.iter().zip(&one.checked));
                pairs
                    .filter(|(claim, _)| claim.supported == Some(wanted))
                    .map(|(_, checked)| checked.score())
                    .collect()
            };
            let area = area_under_curve(&scores(true), &scores(false));
            figures.put_or("sentence_support_auroc", area, one_kind);
        }
        _ => {}
    }
    figures
}

/// The product's own verdicts: of the wrong ones, those not called supported; of the right ones, those that are.
fn at_the_threshold(judged: &[Judged<'_>]) -> Figures {
    let mut figures = Figures::default();
    let rate = |supported: bool, kind: Option<&str>| {
        let of_kind = judged.iter().filter(|one| {
            one.item.supported == Some(supported) && kind.is_none_or(|kind| one.item.kind == kind)
        });
        share(of_kind.map(|one| one.is_called_supported() == supported))
    };
    let none = "there is no item of this kind";
    figures.put_or("wrong_not_supported_rate", rate(false, None), none);
    figures.put_or("right_supported_rate", rate(true, None), none);
    let kinds: BTreeMap<&str, bool> = judged
        .iter()
        .filter_map(|one| Some((one.item.kind.as_str(), one.item.supported?)))
        .collect();
    let by_kind: Map<String, Value> = kinds
        .into_iter()
        .filter_map(|(kind, supported)| Some((kind.to_owned(), rounded(rate(supported, Some(kind))?))))
        .collect();
    figures.put("by_kind", by_kind);
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_follows_the_check() {
        let checked = |support, probability| Checked {
            claim: String::new(),
            support,
            probability,
            note: None,
        };
        assert_eq!(checked(Support::Supported, None).score(), 1.0);
        assert_eq!(checked(Support::Unsupported, None).score(), 0.0);
        assert_eq!(checked(Support::Doubtful, Some(0.25)).score(), 0.25);
    }
}
