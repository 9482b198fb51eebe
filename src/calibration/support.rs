//! The fit of the check of claims: two kinds of claims, each judged with and without the drafting model's answers.

use jiff::civil::Date;

use super::examples::Example;
use super::logistic::{Fit, Row, folded};
use super::validation::{Judged, Point, auroc, cross_validated, point, threshold_holding, threshold_keeping};
use crate::drafting::{
    DraftingSettings, LogisticModel, StateProbe, SupportBounds, SupportCalibration, SupportModel,
    SupportModels, SupportReadings, breaks_a_support_rule, support_features, support_names,
};
use crate::engine::ModelIdentity;

const FOLDS: usize = 10;
/// Penalties that are tried; the one with the best cross-validated AUROC is taken.
const PENALTIES: &[f64] = &[3.0, 10.0, 30.0, 100.0, 300.0];
/// The same for the numbers of a state, where there are some.
const STATE_PENALTIES: &[f64] = &[300.0, 1000.0, 3000.0];
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
    /// The layer of it whose state was looked at.
    pub layer: usize,
    pub examples_sha256: String,
}

/// One kind of claims: how well its models judge claims they have not seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    pub set: &'static str,
    pub examples: usize,
    pub right: usize,
    /// Cross-validated by document: with answers and the state they come from, with answers (where the model was asked), and
    /// from words alone.
    pub auroc_with_state: Option<f64>,
    pub auroc_with_answers: Option<f64>,
    pub auroc_words_alone: Option<f64>,
    /// On this set by the models fitted on the other set.
    pub auroc_from_other_set: Option<f64>,
    pub penalty: f64,
    /// On the numbers of the state; 0 where there are none.
    pub state_penalty: f64,
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
    /// Empty where the model was not asked about all of them, likewise the next.
    answered: Vec<Row>,
    /// With the state behind the other features.
    stated: Vec<Row>,
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
        layer: provenance.layer,
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
    /// Whose state was looked at.
    layer: usize,
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
        stated: Vec::new(),
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
        if let Some(reading) = reading {
            let answered = row(Some(reading));
            let mut stated = answered.clone();
            stated.features.extend(&reading.state);
            rows.answered.push(answered);
            rows.stated.push(stated);
        }
        rows.words.push(row(None));
        rows.broken
            .push(breaks_a_support_rule(&example.claim, &cited, settings));
        rows.examples.push(example);
    }
    if rows.answered.len() < rows.words.len() {
        rows.answered.clear();
        rows.stated.clear();
    }
    rows
}

/// The models for one kind of claims, and how they judge its set.
fn kind(set: &'static str, own: &Rows<'_>, other: &Rows<'_>, names: &Names) -> (SupportModels, Judgement) {
    let words = Way::new(&own.words, &own.broken, &names.words, 0);
    let answered = Way::new(&own.answered, &own.broken, &names.answered, 0);
    let state_width = own
        .stated
        .first()
        .map_or(0, |row| row.features.len() - names.answered.len());
    let stated = Way::new(&own.stated, &own.broken, &names.answered, state_width);
    let gain = answered.auroc().unwrap_or_default() - words.auroc().unwrap_or_default();
    let asks = gain >= ANSWERS_GAIN_MIN;
    let used = if asks { &stated } else { &words };
    let models = SupportModels {
        with_state: asks.then(|| stated.model(names.layer)),
        with_answers: asks.then(|| answered.model(names.layer)),
        words_alone: words.model(names.layer),
    };
    let judgement = Judgement {
        set,
        examples: used.rows.len(),
        right: used.rows.iter().filter(|row| row.label).count(),
        auroc_with_state: stated.auroc(),
        auroc_with_answers: answered.auroc(),
        auroc_words_alone: words.auroc(),
        auroc_from_other_set: foreign(&words.fit, &other.words, &own.words),
        penalty: used.fit.l2,
        state_penalty: used.fit.state_l2,
        asks,
        supported: used.supported(),
        unsupported: used.unsupported(),
        held_by_kind: held_by_kind(own, &used.product, used.supported().threshold),
        curve: (1..20)
            .map(|step| point(&used.product, step as f32 / 20.0))
            .collect(),
    };
    (models, judgement)
}

/// One way of judging the claims of a set, with what it made of documents that it was not fitted on.
struct Way<'a> {
    rows: &'a [Row],
    names: &'a [String],
    fit: Fit,
    judged: Vec<Judged>,
    /// The same with the rules before it: a claim that breaks one never counts as supported.
    product: Vec<Judged>,
}

impl<'a> Way<'a> {
    /// On features with these names, and so many numbers of a state behind them.
    fn new(rows: &'a [Row], broken: &[bool], names: &'a [String], state_width: usize) -> Self {
        let all: Vec<String> = names
            .iter()
            .cloned()
            .chain(std::iter::repeat_n(String::new(), state_width))
            .collect();
        let (fit, judged) = best(rows, &all);
        let product = judged.iter().zip(broken).map(|(judged, broken)| Judged {
            probability: if *broken { 0.0 } else { judged.probability },
            label: judged.label,
        });
        Self {
            rows,
            names,
            product: product.collect(),
            fit,
            judged,
        }
    }

    fn auroc(&self) -> Option<f64> {
        auroc(&self.judged)
    }

    fn supported(&self) -> Point {
        threshold_holding(&self.product, WRONG_HELD)
    }

    fn unsupported(&self) -> Point {
        let kept = threshold_keeping(&self.judged, RIGHT_KEPT);
        point(&self.product, kept.threshold.min(self.supported().threshold))
    }

    /// Fitted on all of them.
    fn model(&self, layer: usize) -> SupportModel {
        let whole = self.fit.on(&self.rows.iter().collect::<Vec<_>>());
        let (model, weights, bias) = split(whole, self.names);
        SupportModel {
            bounds: SupportBounds {
                supported_min: self.supported().threshold,
                unsupported_below: self.unsupported().threshold,
            },
            model,
            state: (!weights.is_empty()).then_some(StateProbe { layer, bias, weights }),
        }
    }
}

/// The model of the named features, and what is left of it as weights for a state as it is.
fn split(whole: LogisticModel, names: &[String]) -> (LogisticModel, Vec<f32>, f32) {
    let count = names.len();
    let (weights, bias) = folded(&whole, count);
    let first = |mut values: Vec<f32>| {
        values.truncate(count);
        values
    };
    let model = LogisticModel {
        names: names.to_vec(),
        means: first(whole.means),
        scales: first(whole.scales),
        weights: first(whole.weights),
        bias: whole.bias,
    };
    (model, weights, bias)
}

/// The way of fitting that judges unseen documents best, and its judgements.
fn best(rows: &[Row], names: &[String]) -> (Fit, Vec<Judged>) {
    let state_penalties = match names.last().is_some_and(String::is_empty) {
        true => STATE_PENALTIES,
        false => &[0.0],
    };
    let mut best: Option<(f64, Fit, Vec<Judged>)> = None;
    for (l2, state_l2) in PENALTIES
        .iter()
        .flat_map(|l2| state_penalties.iter().map(move |state_l2| (*l2, *state_l2)))
    {
        let fit = Fit {
            names: names.to_vec(),
            l2,
            state_l2,
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
                state_l2: 1.0,
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
