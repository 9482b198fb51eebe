//! `countersign calibrate`: fits the probabilities that drafting relies on from judged examples.

use jiff::Zoned;

use super::arguments::{CalibrateArguments, Place};
use super::terminal::{Failure, print, progress};
use crate::calibration::{
    Provenance, approved_sentences, compare_wordings, examples, fit, fit_answerability, fit_probe,
    paragraph_questions, probed_layer, readings, states, write, write_answerability, write_probe,
    write_wordings,
};
use crate::config::Config;
use crate::drafting::{DraftingSettings, PROMPT_VERSION};
use crate::workflow::start_engine;

/// Progress is told every so many examples.
const TOLD_EVERY: usize = 25;

fn tell(done: usize, of: usize, what: &str) {
    if done.is_multiple_of(TOLD_EVERY) || done == of {
        progress(&format!("{done} of {of} {what} read"));
    }
}

pub async fn run(place: &Place, arguments: CalibrateArguments) -> Result<(), Failure> {
    match arguments.wordings {
        Some(count) => wordings(place, &arguments, count).await,
        None if arguments.answers => answers(&arguments),
        None if arguments.probe => probe(place, &arguments).await,
        None => claims(place, arguments).await,
    }
}

/// The ways to word an approved sentence, side by side.
async fn wordings(place: &Place, arguments: &CalibrateArguments, count: u64) -> Result<(), Failure> {
    let judged = examples(&arguments.dir)?;
    let sentences = approved_sentences(&judged.all, usize::try_from(count).unwrap_or(usize::MAX));
    let config = Config::load(place.config.as_deref(), &place.data)?;
    let engine = start_engine(&config.models.drafting).map_err(Failure::new)?;
    let model = engine.ready().await?;
    let tell = |done, of| progress(&format!("{done} of {of} sentences worded"));
    let compared = compare_wordings(&engine, &DraftingSettings::default(), &sentences, &tell).await?;
    write_wordings(&arguments.out, &compared, &model, Zoned::now().date())?;
    print(&format!("{}", arguments.out.join("wordings.md").display()))
}

/// When the sources answer, from the records of an evaluation.
fn answers(arguments: &CalibrateArguments) -> Result<(), Failure> {
    let fitted = fit_answerability(&arguments.dir, Zoned::now().date())?;
    write_answerability(&arguments.out, &fitted)?;
    for one in &fitted.judgements {
        print(&format!(
            "{}: AUROC {:.3}; where 80 % of {} answerable questions get through, {:.0} % of {} others do",
            one.set,
            one.auroc.unwrap_or_default(),
            one.answerable,
            100.0 * (1.0 - one.at_answered_share.no_held),
            one.questions - one.answerable,
        ))?;
    }
    written(arguments)
}

/// What the model's state says of an answer, from questions whose paragraph is known.
async fn probe(place: &Place, arguments: &CalibrateArguments) -> Result<(), Failure> {
    let questions = paragraph_questions(&arguments.dir)?;
    let config = Config::load(place.config.as_deref(), &place.data)?;
    let engine = start_engine(&config.models.drafting).map_err(Failure::new)?;
    let model = engine.ready().await?;
    let tell = |done, of| tell(done, of, "questions");
    let (states, layer) = states(&engine, &questions.all, &arguments.cache, &tell).await?;
    progress("fitting");
    let fitted = fit_probe(&questions, &states, layer, &model, Zoned::now().date());
    write_probe(&arguments.out, &fitted, &model)?;
    print(&format!(
        "AUROC {:.3} over {} questions about articles not fitted on",
        fitted.auroc.unwrap_or_default(),
        fitted.probe.examples,
    ))?;
    written(arguments)
}

fn written(arguments: &CalibrateArguments) -> Result<(), Failure> {
    print(&format!(
        "Written to {}; build the program again to use it.",
        arguments.out.display()
    ))
}

/// Whether sentences support a claim, from judged claims.
async fn claims(place: &Place, arguments: CalibrateArguments) -> Result<(), Failure> {
    let judged = examples(&arguments.dir)?;
    let settings = DraftingSettings::default();
    let (answers, model, layer) = match arguments.words_alone {
        true => (vec![None; judged.all.len()], None, 0),
        false => {
            let config = Config::load(place.config.as_deref(), &place.data)?;
            let engine = start_engine(&config.models.drafting).map_err(Failure::new)?;
            let model = engine.ready().await?;
            let tell = |done, of| tell(done, of, "claims");
            let answers = readings(&engine, &settings, &judged.all, &arguments.cache, &tell).await?;
            let layer = probed_layer(&engine).await?;
            (answers, Some(model), layer)
        }
    };
    let provenance = Provenance {
        fitted_on: Zoned::now().date(),
        prompts: PROMPT_VERSION.to_owned(),
        model,
        layer,
        examples_sha256: judged.sha256,
    };
    progress("fitting");
    let fitted = fit(&judged.all, &answers, &settings, &provenance);
    write(&arguments.out, &fitted, &provenance)?;
    for judgement in &fitted.judgements {
        print(&format!(
            "{}: AUROC {:.3}; at the bound of \"supported\" {:.1} % of wrong claims below, {:.1} % of right ones above",
            judgement.set,
            judgement
                .auroc_with_state
                .or(judgement.auroc_words_alone)
                .unwrap_or_default(),
            100.0 * judgement.supported.no_held,
            100.0 * judgement.supported.yes_kept,
        ))?;
    }
    written(&arguments)
}
