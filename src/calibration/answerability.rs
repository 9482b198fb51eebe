//! The probability that the sources answer, fitted on what an evaluation kept of each question.
//!
//! `countersign eval` writes, question by question, what the probability was computed from and what the set says of
//! the question; this reads those records, so that no model is asked again and a fit takes seconds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::logistic::{Fit, Row};
use super::report::{WriteError, write_file};
use super::validation::{Judged, Point, auroc, cross_validated, point, threshold_keeping};
use crate::drafting::{
    AnswerProbe, AnswerSignals, AnswerabilityCalibration, LogisticModel, Outcome, PROMPT_VERSION,
};

/// Sets whose questions are marked as answerable or not, by the names of their record files.
const SETS: [&str; 4] = ["doc2dial", "squad2", "mtrag", "school_policies"];
/// The set that the probe of the model's state is fitted on.
const PROBED_SET: &str = "squad2";
/// The penalty: few features, few hundred questions, so weights stay moderate.
const L2: f64 = 20.0;
const FOLDS: usize = 5;
/// The share of answerable questions that the default threshold lets through, and at which the report says how many others
/// get through: where the product's targets are measured.
const ANSWERED_SHARE: f32 = 0.8;
const THRESHOLD_STEPS: u8 = 200;

/// A fit with what it is worth.
pub struct AnswerabilityFit {
    pub calibration: AnswerabilityCalibration,
    /// One line a set: cross-validated, by a model that saw none of its documents' questions.
    pub judgements: Vec<SetJudgement>,
    /// The same for a drafting model that no probe was fitted on.
    pub judgements_unprobed: Vec<SetJudgement>,
}

/// What the fit is worth on one set.
#[derive(Debug, Clone, PartialEq)]
pub struct SetJudgement {
    pub set: String,
    pub questions: usize,
    pub answerable: usize,
    /// Fitted on the other sets alone; absent where only one kind of question is there.
    pub auroc_unseen_set: Option<f64>,
    /// Fitted on the other documents of all sets.
    pub auroc: Option<f64>,
    /// At the threshold that lets through the wanted share of this set's answerable questions.
    pub at_answered_share: Point,
}

#[derive(Debug, thiserror::Error)]
pub enum RecordsError {
    #[error("{} cannot be read; nothing was written", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error(
        "{} holds no records of questions that the model was asked about; run `countersign eval` with this folder as \
         --out first",
        folder.display()
    )]
    Empty { folder: PathBuf },
}

/// A line of a record file, as far as it matters here.
#[derive(Deserialize)]
struct Line {
    id: String,
    result: Answered,
}

#[derive(Deserialize)]
struct Answered {
    answerable: bool,
    documents: Vec<String>,
    #[serde(default)]
    about: Option<String>,
    outcome: Result<Outcome, String>,
}

/// One question of a set.
struct Question {
    set: &'static str,
    signals: AnswerSignals,
    answerable: bool,
    /// The document that it is about.
    group: String,
}

/// A question as one of the models sees it.
struct Seen {
    set: &'static str,
    row: Row,
}

/// Fits on the records that an evaluation kept in `folder`.
pub fn fit_answerability(folder: &Path, fitted_on: Date) -> Result<AnswerabilityFit, RecordsError> {
    let (questions, sha256) = questions(folder)?;
    let probed = Fitted::on(&questions, &AnswerSignals::PROBED_NAMES, |signals| {
        signals.probed_features().unwrap_or_default().to_vec()
    });
    let unprobed = Fitted::on(&questions, &AnswerSignals::NAMES, |signals| {
        signals.features().to_vec()
    });
    let calibration = AnswerabilityCalibration {
        fitted_on,
        prompts: PROMPT_VERSION.to_owned(),
        examples_sha256: sha256,
        examples: questions.len(),
        threshold: default_threshold(&probed.questions, &probed.model),
        probed: probed.model.clone(),
        unprobed: unprobed.model.clone(),
    };
    Ok(AnswerabilityFit {
        calibration,
        judgements: probed.judgements(),
        judgements_unprobed: unprobed.judgements(),
    })
}

/// One model with what it was fitted on.
struct Fitted {
    questions: Vec<Seen>,
    fit: Fit,
    model: LogisticModel,
}

impl Fitted {
    fn on(questions: &[Question], names: &[&str], features: impl Fn(&AnswerSignals) -> Vec<f32>) -> Self {
        let seen = |question: &Question| Seen {
            set: question.set,
            row: Row {
                features: features(&question.signals),
                label: question.answerable,
                group: question.group.clone(),
            },
        };
        let questions: Vec<Seen> = questions.iter().map(seen).collect();
        let fit = Fit {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            l2: L2,
            state_l2: L2,
        };
        let (centred, means) = centred(&questions, names.len());
        let rows: Vec<&Row> = centred.iter().map(|question| &question.row).collect();
        let model = LogisticModel {
            means,
            ..fit.on(&rows)
        };
        Self {
            questions,
            fit,
            model,
        }
    }

    fn judgements(&self) -> Vec<SetJudgement> {
        let (centred, _) = centred(&self.questions, self.fit.names.len());
        let rows: Vec<Row> = centred.iter().map(|question| question.row.clone()).collect();
        let judged = cross_validated(&self.fit, &rows, FOLDS);
        SETS.iter()
            .filter_map(|set| judgement(set, &self.fit, &centred, &judged))
            .collect()
    }
}

/// The highest threshold at which the wanted share of answerable questions gets through, in the mean over the sets: no set's
/// many questions count for more than another's few.
fn default_threshold(questions: &[Seen], model: &LogisticModel) -> f32 {
    let mut of_sets: BTreeMap<&str, Vec<Judged>> = BTreeMap::new();
    for question in questions {
        of_sets.entry(question.set).or_default().push(Judged {
            probability: model.probability(&question.row.features),
            label: question.row.label,
        });
    }
    let kept = |threshold: f32| -> f32 {
        let shares = of_sets.values().map(|judged| point(judged, threshold).yes_kept);
        shares.sum::<f32>() / of_sets.len().max(1) as f32
    };
    let steps = (1..THRESHOLD_STEPS).map(|step| f32::from(step) / f32::from(THRESHOLD_STEPS));
    steps
        .rev()
        .find(|threshold| kept(*threshold) >= ANSWERED_SHARE)
        .unwrap_or(0.5)
}

/// The questions with their features taken from the mean of their own set, and the mean of those means. Sets differ in how
/// much the model likes their style and in how near their unanswerable questions are; what is to be learned is what tells
/// questions of one set apart. Rows of a set stay in their order by any model.
fn centred(questions: &[Seen], width: usize) -> (Vec<Seen>, Vec<f32>) {
    let mean_of = |set: &str| -> Vec<f32> {
        let rows: Vec<&Row> = questions
            .iter()
            .filter(|q| q.set == set)
            .map(|q| &q.row)
            .collect();
        let sum = |place: usize| rows.iter().filter_map(|row| row.features.get(place)).sum::<f32>();
        (0..width)
            .map(|place| sum(place) / rows.len().max(1) as f32)
            .collect()
    };
    let means: BTreeMap<&str, Vec<f32>> = questions.iter().map(|q| (q.set, mean_of(q.set))).collect();
    let taken = questions
        .iter()
        .map(|question| {
            let mean = means.get(question.set).map_or(&[][..], Vec::as_slice);
            let features = question.row.features.iter().zip(mean).map(|(x, mean)| x - mean);
            Seen {
                set: question.set,
                row: Row {
                    features: features.collect(),
                    ..question.row.clone()
                },
            }
        })
        .collect();
    let sum = |place: usize| means.values().filter_map(|mean| mean.get(place)).sum::<f32>();
    let all = (0..width)
        .map(|place| sum(place) / means.len().max(1) as f32)
        .collect();
    (taken, all)
}

fn judgement(set: &str, fit: &Fit, questions: &[Seen], judged: &[Judged]) -> Option<SetJudgement> {
    let of_set: Vec<Judged> = questions
        .iter()
        .zip(judged)
        .filter(|(question, _)| question.set == set)
        .map(|(_, judged)| *judged)
        .collect();
    if of_set.is_empty() {
        return None;
    }
    let others: Vec<&Row> = questions
        .iter()
        .filter(|q| q.set != set)
        .map(|q| &q.row)
        .collect();
    let unseen = (!others.is_empty()).then(|| fit.on(&others));
    let unseen: Vec<Judged> = questions
        .iter()
        .filter(|question| question.set == set)
        .filter_map(|question| {
            Some(Judged {
                probability: unseen.as_ref()?.probability(&question.row.features),
                label: question.row.label,
            })
        })
        .collect();
    Some(SetJudgement {
        set: set.to_owned(),
        questions: of_set.len(),
        answerable: of_set.iter().filter(|one| one.label).count(),
        auroc_unseen_set: auroc(&unseen),
        auroc: auroc(&of_set),
        at_answered_share: threshold_keeping(&of_set, ANSWERED_SHARE),
    })
}

/// Every question that the model was asked about, and a hash of the files they came from. A later line of a question
/// replaces an earlier one.
fn questions(folder: &Path) -> Result<(Vec<Question>, String), RecordsError> {
    let mut questions = Vec::new();
    let mut hash = Sha256::new();
    for set in SETS {
        let path = folder.join("records").join(format!("{set}.jsonl"));
        if !path.is_file() {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|source| RecordsError::Read {
            path: path.clone(),
            source,
        })?;
        hash.update(text.as_bytes());
        let mut of_set = BTreeMap::new();
        // A line of another build may lack what is needed; it counts as not there.
        for line in text
            .lines()
            .filter_map(|line| serde_json::from_str::<Line>(line).ok())
        {
            if let Some(question) = question(set, &line) {
                of_set.insert(line.id, question);
            }
        }
        questions.extend(of_set.into_values());
    }
    if questions.is_empty() {
        return Err(RecordsError::Empty {
            folder: folder.to_owned(),
        });
    }
    Ok((questions, hex::encode(hash.finalize())))
}

fn question(set: &'static str, line: &Line) -> Option<Question> {
    let answered = &line.result;
    let signals = match answered.outcome.as_ref().ok()? {
        Outcome::Draft(draft) => draft.signals?,
        Outcome::Refusal(refusal) => refusal.signals?,
    };
    // Without the probe it is of another build or of another model.
    signals.probed?;
    // What a rule decides is not weighed.
    if signals.contrary {
        return None;
    }
    let about = answered.documents.first().or(answered.about.as_ref());
    let probe_saw_it = set == PROBED_SET
        && AnswerProbe::embedded()
            .zip(about)
            .is_some_and(|(probe, about)| !probe.left_out.contains(about));
    (!probe_saw_it).then(|| Question {
        set,
        signals,
        answerable: answered.answerable,
        group: format!("{set}/{}", about.unwrap_or(&line.id)),
    })
}

/// Writes `answerability.json` and `answerability.md`.
pub fn write_answerability(folder: &Path, fit: &AnswerabilityFit) -> Result<(), WriteError> {
    let json = serde_json::to_string_pretty(&fit.calibration)?;
    write_file(folder, "answerability.md", &report(fit))?;
    write_file(folder, "answerability.json", &format!("{json}\n"))
}

fn report(fit: &AnswerabilityFit) -> String {
    let AnswerabilityCalibration {
        fitted_on,
        prompts,
        examples,
        probed,
        unprobed,
        threshold,
        ..
    } = &fit.calibration;
    let mut text = format!(
        "# When the sources answer a question\n\nFitted on {fitted_on} by `countersign calibrate --answers`, on \
         {examples} questions that a `countersign eval` run had put to the default model (prompts {prompts}). The \
         default threshold, {threshold:.3}, is the highest that lets four fifths of the answerable questions through, \
         in the mean over the sets. Features are taken from the mean of their set, so that what is learned is what tells the \
         questions of one set apart. The figures are cross-validated by document; of squad2 only questions about articles \
         that the [probe](answer_probe.md) was not fitted on are here.\n"
    );
    for (heading, judgements, model) in [
        ("With the probe of the model's state", &fit.judgements, probed),
        (
            "Without, for a model that it was not fitted on",
            &fit.judgements_unprobed,
            unprobed,
        ),
    ] {
        section(&mut text, heading, judgements, model);
    }
    text
}

fn section(text: &mut String, heading: &str, judgements: &[SetJudgement], model: &LogisticModel) {
    let shown = |auroc: Option<f64>| auroc.map_or("–".to_owned(), |auroc| format!("{auroc:.3}"));
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "\n## {heading}\n\n| set | questions | answerable | AUROC, set not seen | AUROC | unanswerable let through at 80 % |\n\
         |---|---|---|---|---|---|"
    );
    for one in judgements {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {:.0} % |",
            one.set,
            one.questions,
            one.answerable,
            shown(one.auroc_unseen_set),
            shown(one.auroc),
            100.0 * (1.0 - one.at_answered_share.no_held)
        );
    }
    text.push_str("\n| what speaks for an answer | weight |\n|---|---|\n");
    for (name, weight) in model.names.iter().zip(&model.weights) {
        let _ = writeln!(text, "| {name} | {weight:.2} |");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drafting::{Refusal, RefusalKind};

    /// A record as an evaluation writes it, of a question whose chosen sentences were judged so.
    fn record(id: usize, answerable: bool, judged: f32) -> String {
        let signals = AnswerSignals {
            yes: 0.6,
            judged,
            near: 0.5,
            nearest: 0.5,
            covered: 0.5,
            probed: Some(4.0 * judged - 2.0),
            ..AnswerSignals::default()
        };
        let refusal = Refusal {
            kind: RefusalKind::SourceDoesNotAnswer,
            reason: String::new(),
            nearest: Vec::new(),
            answerability: Some(signals.probability()),
            signals: Some(signals),
            record: None,
            timing_ms: Default::default(),
            tokens: Default::default(),
        };
        let outcome: Result<Outcome, String> = Ok(Outcome::Refusal(refusal));
        serde_json::json!({
            "id": id.to_string(), "fingerprint": "", "commit": null,
            "result": {"question": "", "answerable": answerable, "documents": [format!("d{id}")], "outcome": outcome},
        })
        .to_string()
    }

    #[test]
    fn what_tells_answers_apart_gets_the_weight() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("records")).unwrap();
        let lines: Vec<String> = (0..40)
            .map(|id| record(id, id % 2 == 0, if id % 2 == 0 { 0.8 } else { 0.2 }))
            .collect();
        fs::write(folder.path().join("records/doc2dial.jsonl"), lines.join("\n")).unwrap();
        // The probe saw these articles, so what it says of them is no measure of what it says of others.
        fs::write(folder.path().join("records/squad2.jsonl"), lines.join("\n")).unwrap();
        let fit = fit_answerability(folder.path(), Date::default()).unwrap();
        let judged = AnswerSignals::NAMES
            .iter()
            .position(|name| *name == "judged_log_odds")
            .unwrap();
        assert!(fit.calibration.unprobed.weights[judged] > 0.5);
        assert!(
            fit.calibration.probed.weights[0].abs() < 0.1,
            "every yes is the same"
        );
        assert_eq!(fit.judgements[0].auroc, Some(1.0));
        assert_eq!(fit.calibration.examples, 40);
        write_answerability(folder.path(), &fit).unwrap();
        assert!(
            report(&fit).contains("| doc2dial | 40 | 20 | – | 1.000 | 0 % |"),
            "{}",
            report(&fit)
        );
    }

    #[test]
    fn a_folder_without_records_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = fit_answerability(folder.path(), Date::default()).err().unwrap();
        assert!(error.to_string().contains("holds no records"), "{error}");
    }
}
