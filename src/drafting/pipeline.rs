//! The way through drafting: gate, search, one job on the model's thread per section, then a draft or a
//! refusal with its record.

use std::time::Instant;

use jiff::civil::Date;
use tokio::sync::mpsc;

use super::answerable::AnswerSignals;
use super::calibration::calibration_version;
use super::check::run as check_sections;
use super::contact;
use super::draft::{Draft, DraftRecord, Flag, Outcome, Refusal, RefusalKind, Section, Timing, Tokens};
use super::flags;
use super::gate::{GateFinding, gate, question_gate};
use super::mask::MASK_VERSION;
use super::newsletter::{self, NewsletterTopic};
use super::progress::{Progress, Reporter, Step, StepStatus};
use super::prompts::PROMPT_VERSION;
use super::refusals::{self, Reason};
use super::section::{Ask, CHOICE_VERSION, Job, Written};
use super::settings::{DraftingContext, DraftingSettings};
use crate::engine::{Cancel, EngineError, ModelIdentity, Session, TokenUsage};
use crate::retrieval::{Hit, IndexError, SourcesInForce, another_district, searched, stemmed_words};

/// Passages looked at: more than the model reads, so that a refusal can name several documents.
const HITS_MAX: usize = 12;
/// Passages whose sentences are compared with the question, so that the best of them come first.
const RESCORED: usize = 8;

/// What is to be drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftingTask {
    Faq {
        question: String,
    },
    Newsletter {
        sections: Vec<NewsletterTopic>,
        from: Date,
        to: Date,
    },
}

/// Drafting could not come to an outcome. A refusal is an outcome and no error.
#[derive(Debug, thiserror::Error)]
pub enum DraftingError {
    #[error("the documents could not be searched")]
    Index(#[from] IndexError),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("the search stopped unexpectedly")]
    Stopped(#[source] tokio::task::JoinError),
}

/// Drafts from the sources in force. `progress` is called on the caller's task.
pub async fn draft(
    context: &DraftingContext,
    task: &DraftingTask,
    in_force: &SourcesInForce,
    cancel: Cancel,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Outcome, DraftingError> {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let run = Run::new(context, in_force, cancel, Reporter::new(sender));
    let mut work = std::pin::pin!(async move {
        match task {
            DraftingTask::Faq { question } => run.faq(question).await,
            DraftingTask::Newsletter { sections, from, to } => run.newsletter(sections, (*from, *to)).await,
        }
    });
    loop {
        tokio::select! {
            biased;
            Some(event) = receiver.recv() => progress(event),
            outcome = &mut work => {
                while let Ok(event) = receiver.try_recv() {
                    progress(event);
                }
                return outcome;
            }
        }
    }
}

/// Checks a text again, for example after a person edited it, and flags it anew.
pub async fn check(
    context: &DraftingContext,
    mut sections: Vec<Section>,
    cancel: Cancel,
) -> Result<(Vec<Section>, Vec<Flag>), DraftingError> {
    let settings = context.settings.clone();
    let flags = flags::flags(&sections, &settings);
    let job = move |session: &mut Session| {
        check_sections(Some(session), &mut sections, &settings)?;
        Ok(sections)
    };
    Ok((context.engine.run(cancel, job).await?, flags))
}

/// The same by rules alone, where the model is absent; the notes say that it was not asked.
pub fn check_without_model(mut sections: Vec<Section>) -> (Vec<Section>, Vec<Flag>) {
    let settings = DraftingSettings::default();
    let flags = flags::flags(&sections, &settings);
    // Without a model nothing can fail: the only errors are the model's.
    let checked = check_sections(None, &mut sections, &settings);
    debug_assert!(checked.is_ok(), "rules need no model");
    (sections, flags)
}

/// One run with what it has gathered so far.
struct Run<'a> {
    context: &'a DraftingContext,
    in_force: &'a SourcesInForce,
    cancel: Cancel,
    reporter: Reporter,
    timing: Timing,
    tokens: Tokens,
    identity: Option<ModelIdentity>,
    answerability: Option<f32>,
    signals: Option<AnswerSignals>,
    evidence_sha256: Vec<String>,
}

impl<'a> Run<'a> {
    fn new(
        context: &'a DraftingContext,
        in_force: &'a SourcesInForce,
        cancel: Cancel,
        reporter: Reporter,
    ) -> Self {
        Self {
            context,
            in_force,
            cancel,
            reporter,
            timing: Timing::default(),
            tokens: Tokens::default(),
            identity: None,
            answerability: None,
            signals: None,
            evidence_sha256: Vec::new(),
        }
    }

    async fn faq(mut self, question: &str) -> Result<Outcome, DraftingError> {
        let clean = match question_gate(question, &self.context.settings.gate()) {
            Ok(clean) => clean,
            Err(finding) => return Ok(self.refused(of_gate(finding))),
        };
        let question = clean.as_str().to_owned();
        let ask = Ask {
            query: searched(&question, &self.context.settings.district_names),
            question,
            heading: None,
            window: None,
        };
        Ok(match self.section(ask).await? {
            Ok(mut section) => {
                self.close(&mut section).await?;
                self.drafted(vec![section])
            }
            Err(reason) => self.refused(reason),
        })
    }

    /// Adds whom to ask, from the document that answers first.
    async fn close(&self, section: &mut Section) -> Result<(), DraftingError> {
        let cited = section
            .sentences
            .iter()
            .find_map(|sentence| sentence.citations.first());
        let Some(cited) = cited.filter(|_| self.context.settings.contact_line) else {
            return Ok(());
        };
        let (index, version, in_force) = (
            self.context.index.clone(),
            cited.version.clone(),
            self.in_force.clone(),
        );
        let read = tokio::task::spawn_blocking(move || index.passages(&version, &in_force));
        let passages = read.await.map_err(DraftingError::Stopped)??;
        contact::close(section, contact::contact_line(&passages));
        Ok(())
    }

    async fn newsletter(
        mut self,
        topics: &[NewsletterTopic],
        window: (Date, Date),
    ) -> Result<Outcome, DraftingError> {
        let mut asks = Vec::with_capacity(topics.len());
        for topic in topics {
            match gate(&topic.topics, &self.context.settings.gate()) {
                Ok(clean) => asks.push(newsletter::ask(topic, clean.as_str(), window)),
                Err(finding) => return Ok(self.refused(of_gate(finding))),
            }
        }
        let mut sections = Vec::with_capacity(asks.len());
        let mut first_reason = None;
        for (topic, ask) in topics.iter().zip(asks) {
            match self.section(ask).await? {
                Ok(section) => {
                    self.reporter.sentences_before += section.sentences.len();
                    sections.push(section);
                }
                Err(reason) if reason.kind == RefusalKind::ConflictingSources => {
                    let mut section = newsletter::empty(topic, window);
                    section.not_covered = vec![format!("{}: {}", topic.topics.trim(), reason.reason)];
                    sections.push(section);
                    first_reason.get_or_insert(reason);
                }
                Err(reason) => {
                    sections.push(newsletter::empty(topic, window));
                    first_reason.get_or_insert(reason);
                }
            }
        }
        match first_reason {
            Some(reason) if sections.iter().all(|section| section.sentences.is_empty()) => {
                Ok(self.refused(match reason.kind {
                    RefusalKind::SourceDoesNotAnswer => {
                        refusals::says_nothing(&newsletter::nothing(topics, window), reason.nearest)
                    }
                    _ => reason,
                }))
            }
            _ => Ok(self.drafted(sections)),
        }
    }

    async fn section(&mut self, ask: Ask) -> Result<Result<Section, Reason>, DraftingError> {
        let (hits, nearness) = self.search(&ask).await?;
        if !is_relevant(&ask.query, &hits, &self.context.settings) {
            return Ok(Err(refusals::no_relevant_source(
                self.in_force.len(),
                &ask.query,
                &hits,
            )));
        }
        let ours = &self.context.settings.district_names;
        let found = hits.iter().flat_map(|hit| [&hit.text, &hit.title, &hit.owner]);
        if let Some(name) = another_district(&ask.question, ours, found) {
            return Ok(Err(refusals::another_district(&name, &ask.question, &hits)));
        }
        let (hits, nearness) = match ask.window {
            Some(window) => newsletter::within(hits, nearness, window),
            None => (hits, nearness),
        };
        let job = Job {
            ask,
            hits,
            nearness,
            in_force: self.in_force.clone(),
            settings: self.context.settings.clone(),
            reporter: self.reporter.clone(),
        };
        let done = self.context.engine.run(self.cancel.clone(), move |session| {
            session.reset_usage();
            let written = job.run(session)?;
            Ok((written, session.usage(), session.identity().clone()))
        });
        let (written, usage, identity) = done.await?;
        self.identity = Some(identity);
        self.count(&written, usage);
        Ok(written.result)
    }

    /// The best passages, and for the first of them how near each sentence is to the question.
    async fn search(&mut self, ask: &Ask) -> Result<(Vec<Hit>, Vec<Vec<f32>>), DraftingError> {
        let started = Instant::now();
        let detail = format!("searching {} documents", self.in_force.len());
        self.reporter.report(Step::Search, StepStatus::Running, detail, 0);
        let index = self.context.index.clone();
        let (ask, in_force) = (ask.clone(), self.in_force.clone());
        let searched = tokio::task::spawn_blocking(move || {
            let hits = index.search(&ask.query, &in_force, HITS_MAX)?;
            index.by_nearest_sentence(&ask.query, &in_force, hits, RESCORED)
        });
        let (hits, nearness) = searched.await.map_err(DraftingError::Stopped)??;
        self.timing.retrieve += milliseconds(started);
        self.reporter.report(
            Step::Search,
            StepStatus::Done,
            format!("{} passages found", hits.len()),
            0,
        );
        Ok((hits, nearness))
    }

    fn count(&mut self, written: &Written, usage: TokenUsage) {
        self.evidence_sha256.push(written.evidence_sha256.clone());
        if self
            .answerability
            .is_none_or(|before| written.answerability.is_some_and(|now| now > before))
        {
            self.answerability = written.answerability;
            self.signals = written.signals;
        }
        self.timing.prefill += written.timing.prefill;
        self.timing.answerable += written.timing.answerable;
        self.timing.compose += written.timing.compose;
        self.timing.check += written.timing.check;
        self.tokens.prompt += usage.prompt;
        self.tokens.prefilled += usage.prefilled;
        self.tokens.generated += usage.generated;
        self.tokens.accepted_by_lookup += usage.accepted_by_lookup;
    }

    fn drafted(mut self, sections: Vec<Section>) -> Outcome {
        self.timing.total = milliseconds(self.reporter.started());
        Outcome::Draft(Draft {
            flags: flags::flags(&sections, &self.context.settings),
            sections,
            answerability: self.answerability,
            signals: self.signals,
            record: self.record(),
            timing_ms: self.timing,
            tokens: self.tokens,
        })
    }

    fn refused(mut self, reason: Reason) -> Outcome {
        self.timing.total = milliseconds(self.reporter.started());
        let record = self.identity.is_some().then(|| self.record());
        Outcome::Refusal(Refusal {
            kind: reason.kind,
            reason: reason.reason,
            nearest: reason.nearest,
            answerability: self.answerability,
            signals: self.signals,
            record,
            timing_ms: self.timing,
            tokens: self.tokens,
        })
    }

    fn record(&self) -> DraftRecord {
        let identity = self.identity.as_ref();
        let evidence_sha256 = match self.evidence_sha256.as_slice() {
            [one] => one.clone(),
            many => crate::retrieval::content_sha256(&many.join("\n")),
        };
        DraftRecord {
            model: identity.map(|model| model.name.clone()).unwrap_or_default(),
            model_sha256: identity
                .map(|model| model.file_sha256.clone())
                .unwrap_or_default(),
            tokenizer_sha256: identity
                .map(|model| model.tokenizer_sha256.clone())
                .unwrap_or_default(),
            prompt: PROMPT_VERSION.to_owned(),
            mask: bounds_version(&self.context.settings),
            calibration: calibration_version(),
            settings_sha256: self.context.settings.sha256(),
            index: self.context.index.stamp(),
            evidence_sha256,
            // Decoding is greedy: there is no chance to seed.
            seed: 0,
        }
    }
}

fn of_gate(finding: GateFinding) -> Reason {
    Reason {
        kind: finding.kind,
        reason: finding.reason,
        nearest: Vec::new(),
    }
}

/// Whether the passages touch the question's subject at all, by meaning or by any of its words.
fn is_relevant(query: &str, hits: &[Hit], settings: &DraftingSettings) -> bool {
    let near = hits.iter().any(|hit| hit.dense >= settings.relevant_dense_min);
    near && !(stemmed_words(query).is_empty() || hits.is_empty())
}

/// Names the prompts, the masks and the fitted weights: with the same rules, model, evidence and settings a draft comes out
/// the same.
pub fn rules_version(settings: &DraftingSettings) -> String {
    format!(
        "{PROMPT_VERSION} {} {}",
        bounds_version(settings),
        calibration_version()
    )
}

/// The rules of what may be chosen, the mask's, and the glossary that it takes words from.
fn bounds_version(settings: &DraftingSettings) -> String {
    let words: Vec<String> = settings
        .glossary
        .iter()
        .map(|(formal, plain)| format!("{formal}\t{plain}"))
        .collect();
    let mut hash = crate::retrieval::content_sha256(&words.join("\n"));
    hash.truncate(8);
    format!("{CHOICE_VERSION} {MASK_VERSION}+{hash}")
}

fn milliseconds(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
