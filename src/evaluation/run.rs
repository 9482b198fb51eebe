//! One evaluation from beginning to end: which sets, one after the other, into one report.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::EvaluationError;
use super::figures::Figures;
use super::progress::Tell;
use super::records::{Records, RecordsFolder};
use super::report::{Report, SetReport};
use super::sampling::Sample;
use super::sets::{Set, chosen};
use super::{answering, hidden_instructions, ingest, personal_data, scifact, support};
use crate::corpus::ExtractionLimits;
use crate::drafting::DraftingSettings;
use crate::engine::{Cancel, Engine, ModelIdentity};
use crate::retrieval::Embedding;

/// The product's parts as they are on this machine; what is missing is missing with a reason.
pub struct Tools {
    pub embedding: Result<Arc<dyn Embedding>, String>,
    pub engine: Result<Engine, String>,
    pub settings: DraftingSettings,
    pub limits: ExtractionLimits,
}

/// What is to be evaluated, and with what.
pub struct Evaluation<'a> {
    /// The folder with the sets' folders.
    pub dir: PathBuf,
    /// Where indexes, records and the report are written.
    pub out: PathBuf,
    /// Names of sets; all where it is empty.
    pub sets: Vec<String>,
    /// Questions of a set at most.
    pub sample: Option<Sample>,
    /// Whether everything is measured anew, whatever an earlier run kept.
    pub fresh: bool,
    /// The source that the program was built from, where that is known.
    pub commit: Option<String>,
    pub tools: Tools,
    pub cancel: Cancel,
    pub tell: Tell<'a>,
}

impl Evaluation<'_> {
    /// The kept results of one part of one set.
    pub(super) fn records<T: Serialize + DeserializeOwned>(
        &self,
        name: &str,
        fingerprint: &str,
    ) -> Result<Records<T>, EvaluationError> {
        let folder = RecordsFolder {
            path: self.out.join("records"),
            commit: self.commit.clone(),
            fresh: self.fresh,
        };
        let records = Records::open(&folder, name, fingerprint)?;
        if records.by_other_builds > 0 {
            (self.tell)(&format!(
                "{name}: {} results are kept from another build of the program; --fresh measures them anew",
                records.by_other_builds
            ));
        }
        Ok(records)
    }

    pub(super) fn check_interrupted(&self) -> Result<(), EvaluationError> {
        if self.cancel.is_cancelled() {
            Err(EvaluationError::Interrupted {
                kept: self.out.clone(),
            })
        } else {
            Ok(())
        }
    }
}

/// Runs the sets and writes `report.json` and `report.md`. A run that was interrupted goes on from its records.
pub async fn evaluate(evaluation: &Evaluation<'_>) -> Result<Report, EvaluationError> {
    let sets = chosen(&evaluation.dir, &evaluation.sets)?;
    fs::create_dir_all(&evaluation.out).map_err(|source| EvaluationError::Unwritable {
        path: evaluation.out.clone(),
        source,
    })?;
    let model = drafting_model(evaluation).await;
    let mut report = Report {
        model: model.as_ref().ok().map(|model| model.name.clone()),
        model_sha256: model.as_ref().ok().map(|model| model.file_sha256.clone()),
        commit: evaluation.commit.clone(),
        sample: evaluation.sample,
        answerable_threshold: evaluation.tools.settings.answerable_threshold,
        sets: Vec::new(),
    };
    for set in sets {
        evaluation.check_interrupted()?;
        (evaluation.tell)(&format!("{}: begins", set.name()));
        let run = run_set(evaluation, set, &model).await;
        let (figures, curve) = match run {
            // A cancelled model call is the interruption coming through.
            Err(_) if evaluation.cancel.is_cancelled() => {
                return evaluation.check_interrupted().map(|()| report);
            }
            run => run?,
        };
        report.sets.push(SetReport { set, figures, curve });
        // Written after every set, so that a long run can be looked at before it ends.
        report.write(&evaluation.out)?;
    }
    Ok(report)
}

async fn drafting_model(evaluation: &Evaluation<'_>) -> Result<ModelIdentity, String> {
    let engine = evaluation.tools.engine.as_ref().map_err(Clone::clone)?;
    engine.ready().await.map_err(|error| error.to_string())
}

type Measured = (Figures, Vec<super::measures::CurvePoint>);

async fn run_set(
    evaluation: &Evaluation<'_>,
    set: Set,
    model: &Result<ModelIdentity, String>,
) -> Result<Measured, EvaluationError> {
    let plain = |figures: Figures| (figures, Vec::new());
    match set {
        Set::Scifact => scifact::run(evaluation).await.map(plain),
        Set::Doc2dial | Set::Mtrag | Set::Squad2 | Set::SchoolPolicies => {
            answering::run(evaluation, set, model).await
        }
        Set::Wice | Set::Wordings | Set::RagtruthQa => support::run(evaluation, set, model).await.map(plain),
        Set::Bipia | Set::CybersecevalPi => hidden_instructions::run(evaluation, set, model).await.map(plain),
        Set::Pii => personal_data::run(evaluation).map(plain),
        Set::Covidq => {
            let mut figures = Figures::default();
            let reason = "this version does not group recurring questions yet";
            figures.missing(&["b_cubed_f1", "pairwise_f1"], reason);
            Ok(plain(figures))
        }
        Set::Ingest => ingest::run(evaluation).await.map(plain),
    }
}
