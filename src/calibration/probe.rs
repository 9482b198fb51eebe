//! The probe of the state in which the model says whether the evidence states the answer, fitted on questions whose
//! paragraph is known: half of them are answered by it, half only seem to be.
//!
//! Each paragraph is read once, with a neighbour of its article behind it as far as the evidence's budget goes, and several
//! questions are put to it: so a thousand questions take a quarter of an hour.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use jiff::civil::Date;

use super::kept::{Kept, KeptError, key};
use super::logistic::{Fit, Row, folded};
use super::paragraphs::{ParagraphQuestion, ParagraphQuestions};
use super::report::{WriteError, write_file};
use super::validation::{Judged, auroc, cross_validated};
use crate::drafting::{AnswerProbe, PROMPT_VERSION, StateProbe, answer_state};
use crate::engine::{Cancel, Engine, EngineError, ModelIdentity, Session};

/// Penalties that are tried; the one with the best cross-validated AUROC is taken.
const PENALTIES: [f64; 4] = [100.0, 300.0, 1000.0, 3000.0];
const FOLDS: usize = 8;

/// The state about each question and the layer that it is of, from the file or from the model; `tell` hears how many of how
/// many are done.
pub async fn states(
    engine: &Engine,
    questions: &[ParagraphQuestion],
    path: &Path,
    tell: &dyn Fn(usize, usize),
) -> Result<(Vec<Vec<f32>>, usize), KeptError> {
    let model = engine.ready().await?.file_sha256;
    let layer = probed_layer(engine).await?;
    let mut kept = Kept::open(path)?;
    let mut all = Vec::with_capacity(questions.len());
    for (done, question) in questions.iter().enumerate() {
        let made_with = [
            &model,
            PROMPT_VERSION,
            &layer.to_string(),
            &question.title,
            &question.question,
        ];
        let key = key(made_with
            .into_iter()
            .chain(question.paragraphs.iter().map(String::as_str)));
        let state = match kept.take(&key) {
            Some(state) => state,
            None => kept.keep(key, ask(engine, question.clone(), layer).await?)?,
        };
        all.push(state);
        tell(done + 1, questions.len());
    }
    Ok((all, layer))
}

/// The layer of the loaded model whose state is looked at.
pub async fn probed_layer(engine: &Engine) -> Result<usize, EngineError> {
    let job = |session: &mut Session| Ok(StateProbe::layer_of(session.layers()));
    engine.run(Cancel::new(), job).await
}

async fn ask(engine: &Engine, question: ParagraphQuestion, layer: usize) -> Result<Vec<f32>, EngineError> {
    let job = move |session: &mut Session| {
        let paragraphs: Vec<&str> = question.paragraphs.iter().map(String::as_str).collect();
        answer_state(session, &question.title, &paragraphs, &question.question, layer)
    };
    engine.run(Cancel::new(), job).await
}

/// A fitted probe with what it is worth.
pub struct ProbeFit {
    pub probe: AnswerProbe,
    pub penalty: f64,
    /// On questions about articles that the judging probe was not fitted on.
    pub auroc: Option<f64>,
    pub by_article: Vec<(String, usize, Option<f64>)>,
}

/// Fits on the questions and their states, which are in the same order.
pub fn fit_probe(
    questions: &ParagraphQuestions,
    states: &[Vec<f32>],
    layer: usize,
    model: &ModelIdentity,
    fitted_on: Date,
) -> ProbeFit {
    let rows: Vec<Row> = questions
        .all
        .iter()
        .zip(states)
        .map(|(question, state)| Row {
            features: state.clone(),
            label: question.answerable,
            group: question.article.clone(),
        })
        .collect();
    let width = states.first().map_or(0, Vec::len);
    let fit = |l2: f64| Fit {
        names: vec![String::new(); width],
        l2,
        state_l2: l2,
    };
    let tried = PENALTIES.map(|penalty| (penalty, cross_validated(&fit(penalty), &rows, FOLDS)));
    let (penalty, judged) = tried
        .into_iter()
        .max_by(|(_, a), (_, b)| auroc(a).unwrap_or(0.0).total_cmp(&auroc(b).unwrap_or(0.0)))
        .unwrap_or_default();
    let fitted = fit(penalty).on(&rows.iter().collect::<Vec<_>>());
    let (weights, bias) = folded(&fitted, 0);
    ProbeFit {
        probe: AnswerProbe {
            fitted_on,
            prompts: PROMPT_VERSION.to_owned(),
            model_sha256: model.file_sha256.clone(),
            examples_sha256: questions.sha256.clone(),
            examples: rows.len(),
            left_out: questions.left_out.clone(),
            probe: StateProbe {
                layer,
                bias: fitted.bias + bias,
                weights,
            },
        },
        penalty,
        auroc: auroc(&judged),
        by_article: by_article(&questions.all, &judged),
    }
}

fn by_article(questions: &[ParagraphQuestion], judged: &[Judged]) -> Vec<(String, usize, Option<f64>)> {
    let mut of_articles: BTreeMap<&str, Vec<Judged>> = BTreeMap::new();
    for (question, judged) in questions.iter().zip(judged) {
        of_articles.entry(&question.article).or_default().push(*judged);
    }
    of_articles
        .into_iter()
        .map(|(article, judged)| (article.to_owned(), judged.len(), auroc(&judged)))
        .collect()
}

/// Writes `answer_probe.json` and `answer_probe.md`.
pub fn write_probe(folder: &Path, fit: &ProbeFit, model: &ModelIdentity) -> Result<(), WriteError> {
    let json = serde_json::to_string(&fit.probe)?;
    write_file(folder, "answer_probe.md", &report(fit, model))?;
    write_file(folder, "answer_probe.json", &(json + "\n"))
}

fn report(fit: &ProbeFit, model: &ModelIdentity) -> String {
    let shown = |auroc: Option<f64>| auroc.map_or("–".to_owned(), |auroc| format!("{auroc:.3}"));
    let mut text = format!(
        "# The probe of the model's state about an answer\n\nFitted on {} by `countersign calibrate --probe` on {} questions of \
         squad2, for {} (SHA-256 `{}`, prompts {}), whose layer {} it reads; penalty {}. A paragraph and \
         its neighbour were the evidence. {} are left for the fit of [answerability](answerability.md). Every figure is on questions about articles that the judging probe was not fitted on; the penalty \
         was chosen by the same cross-validation, which flatters the figures a little.\n\nAUROC over all: {}.\n\n\
         | article | questions | AUROC |\n|---|---|---|\n",
        fit.probe.fitted_on,
        fit.probe.examples,
        model.name,
        fit.probe.model_sha256,
        fit.probe.prompts,
        fit.probe.probe.layer,
        fit.penalty,
        fit.probe.left_out.join(" and "),
        shown(fit.auroc),
    );
    for (article, questions, auroc) in &fit.by_article {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| {article} | {questions} | {} |", shown(*auroc));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_answers_apart_is_found_in_the_state() {
        let question = |number: usize| ParagraphQuestion {
            article: format!("a{}", number % 8),
            title: String::new(),
            paragraphs: Vec::new(),
            question: String::new(),
            answerable: number.is_multiple_of(3),
        };
        let questions = ParagraphQuestions {
            all: (0..400).map(question).collect(),
            left_out: Vec::new(),
            sha256: String::new(),
        };
        // The second number tells, on a scale and from a middle of its own; the others do not.
        let states: Vec<Vec<f32>> = (0..400usize)
            .map(|number| {
                let sign = if number.is_multiple_of(3) { 1.0 } else { -1.0 };
                vec![(number % 7) as f32, 500.0 + 40.0 * sign, (number % 5) as f32]
            })
            .collect();
        let model = ModelIdentity {
            name: "tiny".to_owned(),
            file_sha256: "f".to_owned(),
            tokenizer_sha256: "t".to_owned(),
        };
        let fit = fit_probe(&questions, &states, 4, &model, Date::default());
        assert_eq!(fit.auroc, Some(1.0));
        assert_eq!(fit.by_article.len(), 8);
        let all_of = |answerable: bool| {
            let pairs = questions.all.iter().zip(&states);
            pairs
                .filter(move |(question, _)| question.answerable == answerable)
                .filter_map(|(_, state)| fit.probe.probe.log_odds(state))
        };
        let least = all_of(true).fold(f32::INFINITY, f32::min);
        let most = all_of(false).fold(f32::NEG_INFINITY, f32::max);
        assert!(least > most, "{least} {most}");
        assert!(report(&fit, &model).contains("AUROC over all: 1.000"));
    }
}
