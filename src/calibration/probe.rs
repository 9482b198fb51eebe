//! The probe of the state in which the model says whether the evidence states the answer, fitted on questions whose
//! paragraph is known: half of them are answered by it, half only seem to be.
//!
//! Each paragraph is read once, with a neighbour of its article behind it as far as the evidence's budget goes, and several
//! questions are put to it: so a thousand questions take a quarter of an hour.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::kept_states::{KeptStates, StatesError};
use super::logistic::{Fit, Row, folded};
use super::report::{WriteError, write_file};
use super::validation::{Judged, auroc, cross_validated};
use crate::drafting::{AnswerProbe, PROMPT_VERSION, StateProbe, answer_state};
use crate::engine::{Cancel, Engine, ModelIdentity};

/// Questions of each kind that are put to one paragraph.
const OF_EACH_KIND: usize = 3;
/// One article of so many is left for the fit that weighs what the probe says: a probe is too sure of what it was fitted on.
const LEFT_OUT_OF: usize = 4;
/// Penalties that are tried; the one with the best cross-validated AUROC is taken.
const PENALTIES: [f64; 4] = [100.0, 300.0, 1000.0, 3000.0];
const FOLDS: usize = 8;

/// A question with the paragraph that it was written for.
#[derive(Debug, Clone, PartialEq)]
pub struct ParagraphQuestion {
    pub article: String,
    pub title: String,
    /// The paragraph, then its neighbour: what is cut off for want of room must not be the paragraph.
    pub paragraphs: Vec<String>,
    pub question: String,
    pub answerable: bool,
}

/// The questions, in the order of their paragraphs, and a hash of the file they came from.
#[derive(Debug, Clone, PartialEq)]
pub struct ParagraphQuestions {
    pub all: Vec<ParagraphQuestion>,
    /// Articles without a question among them.
    pub left_out: Vec<String>,
    pub sha256: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ParagraphQuestionsError {
    #[error("{} cannot be read; nothing was written", path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("line {line} of {} is not as the set's description has it; nothing was written", path.display())]
    Line {
        path: PathBuf,
        line: usize,
        #[source]
        source: serde_json::Error,
    },
    #[error("{} has no questions with a paragraph in their article; nothing was written", path.display())]
    None { path: PathBuf },
}

#[derive(Deserialize)]
struct Line {
    id: String,
    question: String,
    answerable: bool,
    doc: String,
    /// Characters of the article.
    paragraph: (usize, usize),
}

/// The questions of the set `squad2` in `folder`, a few of each kind for every paragraph of three articles in four.
pub fn paragraph_questions(folder: &Path) -> Result<ParagraphQuestions, ParagraphQuestionsError> {
    let folder = folder.join("squad2");
    let path = folder.join("questions.jsonl");
    let text = read(&path)?;
    let mut of_paragraphs: BTreeMap<(String, usize, usize), Vec<Line>> = BTreeMap::new();
    for (number, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let line: Line = serde_json::from_str(line).map_err(|source| ParagraphQuestionsError::Line {
            path: path.clone(),
            line: number + 1,
            source,
        })?;
        let (start, end) = line.paragraph;
        of_paragraphs
            .entry((line.doc.clone(), start, end))
            .or_default()
            .push(line);
    }
    let names: BTreeSet<String> = of_paragraphs
        .keys()
        .map(|(article, ..)| article.clone())
        .collect();
    let left_out = left_out(names);
    of_paragraphs.retain(|(article, ..), _| !left_out.contains(article));
    let mut articles: BTreeMap<String, String> = BTreeMap::new();
    let mut all = Vec::new();
    for ((article, start, end), mut lines) in of_paragraphs {
        if !articles.contains_key(&article) {
            articles.insert(article.clone(), read(&folder.join("docs").join(&article))?);
        }
        let text = articles.get(&article).map_or("", String::as_str);
        let Some((title, paragraphs)) = paragraphs(text, start, end) else {
            continue;
        };
        lines.sort_by_key(|line| Sha256::digest(&line.id).to_vec());
        for answerable in [true, false] {
            let kind = lines.iter().filter(|line| line.answerable == answerable);
            all.extend(kind.take(OF_EACH_KIND).map(|line| ParagraphQuestion {
                article: article.clone(),
                title: title.clone(),
                paragraphs: paragraphs.clone(),
                question: line.question.clone(),
                answerable,
            }));
        }
    }
    match all.is_empty() {
        true => Err(ParagraphQuestionsError::None { path }),
        false => Ok(ParagraphQuestions {
            all,
            left_out,
            sha256: hex::encode(Sha256::digest(&text)),
        }),
    }
}

/// Every fourth article, in the order of the hashes of their names, so that neither their subjects nor their lengths choose.
fn left_out(articles: BTreeSet<String>) -> Vec<String> {
    let mut hashed: Vec<(Vec<u8>, String)> = articles
        .into_iter()
        .map(|name| (Sha256::digest(&name).to_vec(), name))
        .collect();
    hashed.sort();
    let every = hashed.into_iter().skip(LEFT_OUT_OF - 1).step_by(LEFT_OUT_OF);
    every.map(|(_, name)| name).collect()
}

fn read(path: &Path) -> Result<String, ParagraphQuestionsError> {
    fs::read_to_string(path).map_err(|source| ParagraphQuestionsError::Read {
        path: path.to_owned(),
        source,
    })
}

/// The article's title, and the paragraph between two characters with a neighbour.
fn paragraphs(article: &str, start: usize, end: usize) -> Option<(String, Vec<String>)> {
    let wanted: String = article
        .chars()
        .skip(start)
        .take(end.checked_sub(start)?)
        .collect();
    let mut blocks = article
        .split("\n\n")
        .map(str::trim)
        .filter(|block| !block.is_empty());
    let title = blocks.next()?.trim_start_matches(['#', ' ']).to_owned();
    let blocks: Vec<&str> = blocks.collect();
    let first = wanted.split("\n\n").next()?.trim();
    let place = blocks.iter().position(|block| *block == first)?;
    let neighbour = blocks
        .get(place + 1)
        .or_else(|| place.checked_sub(1).and_then(|before| blocks.get(before)));
    let behind = neighbour.map(|neighbour| (*neighbour).to_owned());
    let read = std::iter::once(wanted.trim().to_owned()).chain(behind);
    Some((title, read.collect()))
}

/// The state about each question, from the file or from the model; `tell` hears how many of how many are done.
pub async fn states(
    engine: &Engine,
    questions: &[ParagraphQuestion],
    path: &Path,
    tell: &dyn Fn(usize, usize),
) -> Result<(Vec<Vec<f32>>, usize), StatesError> {
    let model = engine.ready().await?;
    let layer = engine
        .run(Cancel::new(), |session| {
            Ok(StateProbe::layer_of(session.layers()))
        })
        .await?;
    let mut kept = KeptStates::open(path)?;
    let mut all = Vec::with_capacity(questions.len());
    for (done, question) in questions.iter().enumerate() {
        let key = key(&model, layer, question);
        let state = match kept.take(&key) {
            Some(state) => state,
            None => {
                let question = question.clone();
                let job = move |session: &mut crate::engine::Session| {
                    let paragraphs: Vec<&str> = question.paragraphs.iter().map(String::as_str).collect();
                    answer_state(session, &question.title, &paragraphs, &question.question, layer)
                };
                let state = engine.run(Cancel::new(), job).await?;
                kept.keep(key, &state)?;
                state
            }
        };
        all.push(state);
        tell(done + 1, questions.len());
    }
    Ok((all, layer))
}

fn key(model: &ModelIdentity, layer: usize, question: &ParagraphQuestion) -> String {
    let mut hash = Sha256::new();
    let layer = layer.to_string();
    let parts = [
        model.file_sha256.as_str(),
        PROMPT_VERSION,
        &layer,
        &question.title,
        &question.question,
    ];
    for part in parts
        .into_iter()
        .chain(question.paragraphs.iter().map(String::as_str))
    {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
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
    fn a_paragraph_is_found_by_its_characters_and_has_a_neighbour() {
        let article = "# Über Bären\n\nBären schlafen.\n\nSie fressen Honig.\n";
        let start = article.chars().position(|c| c == 'B').unwrap();
        let first = article[..article.find("Bären schlafen").unwrap()].chars().count();
        assert!(first > start);
        let (title, read) = paragraphs(article, first, first + "Bären schlafen.".chars().count()).unwrap();
        assert_eq!(title, "Über Bären");
        assert_eq!(read, ["Bären schlafen.", "Sie fressen Honig."]);
        assert_eq!(
            paragraphs(article, 3, 1),
            None,
            "an end before its start is no paragraph"
        );
        assert_eq!(paragraphs(article, 9000, 9001), None);
    }

    #[test]
    fn every_fourth_article_is_left_out_in_an_order_of_no_meaning() {
        let names = |count: usize| (0..count).map(|number| format!("{number}.md")).collect();
        assert_eq!(left_out(names(3)), Vec::<String>::new());
        assert_eq!(left_out(names(9)).len(), 2);
        assert_ne!(left_out(names(9)), ["3.md", "7.md"]);
    }

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
