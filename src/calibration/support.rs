//! The fit of the check of claims: two kinds of claims, each judged with and without the drafting model's answers.

use jiff::civil::Date;

use super::examples::Example;
use super::logistic::{Fit, Row};
use super::validation::{Judged, Point, auroc, cross_validated, point, threshold_holding, threshold_keeping};
use crate::drafting::{
    DraftingSettings, LogisticModel, SupportCalibration, SupportModels, SupportReadings,
    breaks_a_support_rule, support_features, support_names,
};
use crate::engine::ModelIdentity;

const FOLDS: usize = 10;
/// Penalties that are tried; the one with the best cross-validated AUROC is taken.
const PENALTIES: &[f64] = &[3.0, 10.0, 30.0, 100.0, 300.0];
/// The model is asked only where that raises the AUROC by this much: a question costs a second.
const ANSWERS_GAIN_MIN: f64 = 0.01;
/// This share of wrong claims must lie below the bound of "supported", and this share of right ones at or above the
/// bound of "unsupported".
const WRONG_HELD: f32 = 0.96;
const RIGHT_KEPT: f32 = 0.96;

/// Where the examples and the answers came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    pub fitted_on: Date,
    pub prompts: String,
    /// The drafting model that was asked, if one was.
    pub model: Option<ModelIdentity>,
    pub examples_sha256: String,
}

/// One kind of claims: how well its models judge claims they have not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    pub set: &'static str,
    pub examples: usize,
    pub right: usize,
    /// Cross-validated by document, with answers (where the model was asked) and from words alone.
    pub auroc_with_answers: Option<f64>,
    pub auroc_words_alone: Option<f64>,
    /// On this set by the models fitted on the other set.
    pub auroc_from_other_set: Option<f64>,
    pub penalty: f64,
    /// Whether the model's answers are among the features.
    pub asks: bool,
    pub supported: Point,
    pub unsupported: Point,
    /// Share of the wrong claims below the bound of "supported", by what they get wrong.
    pub held_by_kind: Vec<(String, f32, usize)>,
    pub curve: Vec<Point>,
}

/// What came of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    pub calibration: SupportCalibration,
    pub judgements: Vec<Judgement>,
}

/// The examples of one set as rows, in two forms.
struct Rows<'a> {
    examples: Vec<&'a Example>,
    /// Empty where the model was not asked about all of them.
    answered: Vec<Row>,
    words: Vec<Row>,
    broken: Vec<bool>,
}

/// Fits all models. `readings` are the model's answers about `examples`, in their order, where it was asked.
pub fn fit(
    examples: &[Example],
    readings: &[Option<SupportReadings>],
    settings: &DraftingSettings,
    provenance: &Provenance,
) -> Calibrated {
    let of = |set: &str| rows(examples, readings, settings, set);
    let (wordings, wice) = (of("wordings"), of("wice"));
    let names = Names {
        answered: support_names(readings.iter().flatten().next()),
        words: support_names(None),
    };
    let (sentence, on_sentences) = kind("wordings", &wordings, &wice, &names);
    let (passage, on_passages) = kind("wice", &wice, &wordings, &names);
    Calibrated {
        calibration: SupportCalibration {
            fitted_on: provenance.fitted_on,
            prompts: provenance.prompts.clone(),
            model_sha256: provenance.model.as_ref().map(|model| model.file_sha256.clone()),
            examples_sha256: provenance.examples_sha256.clone(),
            examples: examples.len(),
            sentence,
            passage,
        },
        judgements: vec![on_sentences, on_passages],
    }
}

struct Names {
    answered: Vec<String>,
    words: Vec<String>,
}

fn rows<'a>(
    examples: &'a [Example],
    readings: &[Option<SupportReadings>],
    settings: &DraftingSettings,
    set: &str,
) -> Rows<'a> {
    let mut rows = Rows {
        examples: Vec::new(),
        answered: Vec::new(),
        words: Vec::new(),
        broken: Vec::new(),
    };
    for (example, reading) in examples.iter().zip(readings).filter(|(one, _)| one.set == set) {
        let cited: Vec<&str> = example.evidence.iter().map(String::as_str).collect();
        let row = |reading| Row {
            features: support_features(&example.claim, &cited, settings, reading),
            label: example.supported,
            group: example.group.clone(),
        };
        rows.answered
            .extend(reading.iter().map(|reading| row(Some(reading))));
        rows.words.push(row(None));
        rows.broken
            .push(breaks_a_support_rule(&example.claim, &cited, settings));
        rows.examples.push(example);
    }
    if rows.answered.len() < rows.words.len() {
        rows.answered.clear();
    }
    rows
}

/// The models for one kind of claims, and how they judge its set.
fn kind(set: &'static str, own: &Rows<'_>, other: &Rows<'_>, names: &Names) -> (SupportModels, Judgement) {
    let (words, by_words) = best(&own.words, &names.words);
    let (answered, by_answers) = best(&own.answered, &names.answered);
    let auroc_words_alone = auroc(&by_words);
    let auroc_with_answers = auroc(&by_answers);
    let gain = auroc_with_answers.unwrap_or_default() - auroc_words_alone.unwrap_or_default();
    let asks = gain >= ANSWERS_GAIN_MIN;
    let (fit, rows, judged) = if asks {
        (&answered, &own.answered, &by_answers)
    } else {
        (&words, &own.words, &by_words)
    };
    // A claim that breaks a rule never counts as supported.
    let product: Vec<Judged> = judged
        .iter()
        .zip(&own.broken)
        .map(|(judged, broken)| Judged {
            probability: if *broken { 0.0 } else { judged.probability },
            label: judged.label,
        })
        .collect();
    let supported = threshold_holding(&product, WRONG_HELD);
    let unsupported = threshold_keeping(judged, RIGHT_KEPT);
    let unsupported = point(&product, unsupported.threshold.min(supported.threshold));
    let models = SupportModels {
        with_answers: asks.then(|| answered.on(&own.answered.iter().collect::<Vec<_>>())),
        words_alone: words.on(&own.words.iter().collect::<Vec<_>>()),
        supported_min: supported.threshold,
        unsupported_below: unsupported.threshold,
    };
    let judgement = Judgement {
        set,
        examples: rows.len(),
        right: rows.iter().filter(|row| row.label).count(),
        auroc_with_answers,
        auroc_words_alone,
        auroc_from_other_set: foreign(&words, &other.words, &own.words),
        penalty: fit.l2,
        asks,
        supported,
        unsupported,
        held_by_kind: held_by_kind(own, &product, supported.threshold),
        curve: (1..20).map(|step| point(&product, step as f32 / 20.0)).collect(),
    };
    (models, judgement)
}

/// The way of fitting that judges unseen documents best, and its judgements.
fn best(rows: &[Row], names: &[String]) -> (Fit, Vec<Judged>) {
    let mut best: Option<(f64, Fit, Vec<Judged>)> = None;
    for l2 in PENALTIES {
        let fit = Fit {
            names: names.to_vec(),
            l2: *l2,
        };
        let judged = cross_validated(&fit, rows, FOLDS);
        let reached = auroc(&judged).unwrap_or_default();
        if best.as_ref().is_none_or(|(before, ..)| reached > *before) {
            best = Some((reached, fit, judged));
        }
    }
    best.map_or_else(
        || {
            let fit = Fit {
                names: names.to_vec(),
                l2: 1.0,
            };
            (fit, Vec::new())
        },
        |(_, fit, judged)| (fit, judged),
    )
}

/// How a model of the other set judges this one.
fn foreign(fit: &Fit, learned: &[Row], judged: &[Row]) -> Option<f64> {
    let model: LogisticModel = fit.on(&learned.iter().collect::<Vec<_>>());
    let judged: Vec<Judged> = judged
        .iter()
        .map(|row| Judged {
            probability: model.probability(&row.features),
            label: row.label,
        })
        .collect();
    auroc(&judged)
}

fn held_by_kind(rows: &Rows<'_>, judged: &[Judged], threshold: f32) -> Vec<(String, f32, usize)> {
    let mut kinds: Vec<&str> = rows
        .examples
        .iter()
        .map(|example| example.kind.as_str())
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let share = |kind: &str| {
        let of: Vec<&Judged> = rows
            .examples
            .iter()
            .zip(judged)
            .filter(|(example, _)| example.kind == kind)
            .map(|(_, judged)| judged)
            .collect();
        let below = of.iter().filter(|one| one.probability < threshold).count();
        (kind.to_owned(), below as f32 / of.len().max(1) as f32, of.len())
    };
    kinds.into_iter().map(share).collect()
}
