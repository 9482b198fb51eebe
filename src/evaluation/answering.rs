//! Question sets: each question is searched for and drafted exactly as the product would, and then judged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::error::EvaluationError;
use super::figures::Figures;
use super::measures::CurvePoint;
use super::progress::Progress;
use super::questions::{Question, QuestionSet, load, with_history};
use super::records::{Records, fingerprint};
use super::run::Evaluation;
use super::sampling::sample;
use super::set_corpus::{SetCorpus, build};
use super::sets::Set;
use crate::drafting::{
    DraftingContext, DraftingSettings, DraftingTask, Outcome, Progress as Step, draft, gate, rules_version,
};
use crate::engine::{Engine, ModelIdentity};
use crate::retrieval::SourcesInForce;

mod judged;
mod retrieved;

use judged::Judged;
use retrieved::retrieval_figures;

/// Passages that drafting looks at; a citation of anything else was not retrieved.
pub(super) const PASSAGES_LOOKED_AT: usize = 12;
/// Passages searched for, so that five different documents are among them.
const PASSAGES: usize = 60;

/// What the search found for one question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Retrieved {
    /// Different documents, best first.
    pub documents: Vec<String>,
    /// The passages that drafting looks at, best first.
    pub passages: Vec<Place>,
}

/// Bytes of a document's extracted text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    pub document: String,
    pub start: usize,
    pub end: usize,
}

/// What drafting made of one question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Answered {
    pub question: String,
    /// What the set says of it, so that a record can be read by itself.
    pub answerable: bool,
    pub documents: Vec<String>,
    #[serde(default)]
    pub about: Option<String>,
    pub outcome: Result<Outcome, String>,
}

pub(super) async fn run(
    evaluation: &Evaluation<'_>,
    set: Set,
    model: &Result<ModelIdentity, String>,
) -> Result<(Figures, Vec<CurvePoint>), EvaluationError> {
    let QuestionSet {
        corpora,
        questions,
        follow_ups,
    } = load(&evaluation.dir, set)?;
    let questions = sample(
        questions,
        evaluation.sample,
        |question| &question.id,
        |question| question.answerable,
    );
    let follow_ups: Vec<Question> = follow_ups
        .into_iter()
        .filter(|question| question.answerable)
        .collect();
    let follow_ups = sample(follow_ups, evaluation.sample, |question| &question.id, |_| true);
    let mut figures = Figures::default();
    figures.put("questions", questions.len());
    let embedding = match &evaluation.tools.embedding {
        Ok(embedding) => embedding,
        Err(reason) => {
            figures.missing(&retrieved::FIGURES, reason);
            figures.missing(&judged::FIGURES, reason);
            return Ok((figures, Vec::new()));
        }
    };
    let mut built = BTreeMap::new();
    for corpus in corpora {
        let one = build(evaluation, embedding, &corpus.name, corpus.sources).await?;
        built.insert(corpus.name, one);
    }
    let searcher = Searcher {
        settings: DraftingSettings {
            // No set's documents are one district's.
            district_names: Vec::new(),
            ..evaluation.tools.settings.clone()
        },
        evaluation,
        set,
        corpora: &built,
    };
    let found = searcher
        .search(&questions, "search", |question| question.text.clone())
        .await?;
    figures.extend(retrieval_figures(&searcher, &questions, &found, &follow_ups).await?);
    let (engine, model) = match (&evaluation.tools.engine, model) {
        (Ok(engine), Ok(model)) => (engine, model),
        (Err(reason), _) | (_, Err(reason)) => {
            figures.missing(&judged::FIGURES, reason);
            return Ok((figures, Vec::new()));
        }
    };
    let answered = searcher.draft(&questions, engine, model).await?;
    let judged: Vec<Judged<'_>> = questions
        .iter()
        .filter_map(|question| {
            let corpus = built.get(&question.corpus)?;
            let answered = answered.get(&question.id)?;
            Some(Judged::of(
                question,
                answered,
                found.get(&question.id)?,
                corpus,
                &searcher.settings,
            ))
        })
        .collect();
    figures.extend(judged::figures(set, &judged));
    Ok((figures, judged::curve(&judged)))
}

/// Puts a set's questions to its corpora.
struct Searcher<'a> {
    settings: DraftingSettings,
    evaluation: &'a Evaluation<'a>,
    set: Set,
    corpora: &'a BTreeMap<String, SetCorpus>,
}

impl Searcher<'_> {
    fn corpus(&self, question: &Question) -> Option<&SetCorpus> {
        self.corpora.get(&question.corpus)
    }

    /// What each question finds, under `query`'s wording of it.
    async fn search(
        &self,
        questions: &[Question],
        part: &str,
        query: impl Fn(&Question) -> String,
    ) -> Result<Records<Retrieved>, EvaluationError> {
        let name = format!("{}.{part}", self.set.name());
        let prints: Vec<String> = self.corpora.values().map(SetCorpus::fingerprint).collect();
        let made_with = fingerprint(&["search 3", &prints.join(" ")]);
        let mut records: Records<Retrieved> = self.evaluation.records(&name, &made_with)?;
        let what = format!("{}: questions searched ({part})", self.set.name());
        let mut progress = Progress::new(self.evaluation.tell, what, questions.len());
        for question in questions {
            self.evaluation.check_interrupted()?;
            if records.get(&question.id).is_some() {
                progress.kept();
                continue;
            }
            let Some(corpus) = self.corpus(question) else {
                continue;
            };
            let asked = as_searched(&query(question), &self.settings);
            let hits = corpus.search(&asked, PASSAGES).await?;
            let mut found = Retrieved::default();
            for hit in &hits {
                let document = corpus.name_of(&hit.version);
                if found.passages.len() < PASSAGES_LOOKED_AT {
                    found.passages.push(Place {
                        document: document.clone(),
                        start: hit.start,
                        end: hit.end,
                    });
                }
                if !found.documents.contains(&document) {
                    found.documents.push(document);
                }
            }
            records.add(&question.id, found)?;
            progress.done(1);
        }
        Ok(records)
    }

    async fn draft(
        &self,
        questions: &[Question],
        engine: &Engine,
        model: &ModelIdentity,
    ) -> Result<Records<Answered>, EvaluationError> {
        let settings = &self.settings;
        let prints: Vec<String> = self.corpora.values().map(SetCorpus::fingerprint).collect();
        let made_with = drafting_fingerprint(model, settings, &prints.join(" "));
        let mut records: Records<Answered> = self.evaluation.records(self.set.name(), &made_with)?;
        let what = format!("{}: questions drafted", self.set.name());
        let mut progress = Progress::new(self.evaluation.tell, what, questions.len());
        for question in questions {
            self.evaluation.check_interrupted()?;
            if records.get(&question.id).is_some() {
                progress.kept();
                continue;
            }
            let Some(corpus) = self.corpus(question) else {
                continue;
            };
            let context = DraftingContext {
                engine: engine.clone(),
                index: corpus.index.clone(),
                settings: settings.clone(),
            };
            let outcome = drafted(self.evaluation, &context, &question.text, &corpus.in_force).await?;
            let answered = Answered {
                question: question.text.clone(),
                answerable: question.answerable,
                documents: question.documents.clone(),
                about: question.about.clone(),
                outcome,
            };
            records.add(&question.id, answered)?;
            progress.done(1);
        }
        Ok(records)
    }
}

/// One question through the product. A failure of drafting is a result like any other; an interruption is not.
pub(super) async fn drafted(
    evaluation: &Evaluation<'_>,
    context: &DraftingContext,
    question: &str,
    in_force: &SourcesInForce,
) -> Result<Result<Outcome, String>, EvaluationError> {
    let task = DraftingTask::Faq {
        question: question.to_owned(),
    };
    let outcome = draft(context, &task, in_force, evaluation.cancel.clone(), &|_: Step| {}).await;
    evaluation.check_interrupted()?;
    Ok(outcome.map_err(|error| error.to_string()))
}

/// Everything that a draft depends on besides the question.
pub(super) fn drafting_fingerprint(
    model: &ModelIdentity,
    settings: &DraftingSettings,
    corpora: &str,
) -> String {
    fingerprint(&[
        "draft 1",
        &model.file_sha256,
        &model.tokenizer_sha256,
        &rules_version(settings),
        &settings.sha256(),
        corpora,
    ])
}

/// The question as drafting looks it up; one that the gate sends back is searched as it is.
fn as_searched(question: &str, settings: &DraftingSettings) -> String {
    match gate(question, &settings.gate()) {
        Ok(clean) => clean.as_str().to_owned(),
        Err(_) => question.to_owned(),
    }
}
