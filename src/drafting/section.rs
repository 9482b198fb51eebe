//! One question, its hits and the model: to checked sentences or a reason for none. This is the bounded part
//! of drafting, and it runs as one job on the model's thread.

use std::time::Instant;

use jiff::civil::Date;

use super::answer_type;
use super::answerable;
use super::check;
use super::compose::{self, Statement};
use super::conflicts;
use super::draft::{Section, Support, Timing};
use super::evidence::{self, Budget, Evidence, Labelled};
use super::model::Model;
use super::newsletter;
use super::parts::{self, Part};
use super::progress::{Reporter, Step, StepStatus};
use super::prompts;
use super::refusals::{self, Reason};
use super::settings::DraftingSettings;
use crate::engine::EngineError;
use crate::retrieval::{Hit, SourcesInForce};

#[cfg(test)]
mod tests;

/// What is asked for one section.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ask {
    /// As it is put to the model.
    pub question: String,
    /// As it is looked up in the index.
    pub query: String,
    pub heading: Option<String>,
    /// The first and last day that the answer is about, where it is about a stretch of time.
    pub window: Option<(Date, Date)>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    pub result: Result<Section, Reason>,
    pub evidence_sha256: String,
    /// The highest score over the parts of the question; absent where the model was not asked.
    pub answerability: Option<f32>,
    pub timing: Timing,
}

/// Everything one section's job works with; owned, since the job moves to the model's thread.
pub(super) struct Job {
    pub ask: Ask,
    pub hits: Vec<Hit>,
    pub in_force: SourcesInForce,
    pub settings: DraftingSettings,
    pub reporter: Reporter,
}

impl Job {
    pub fn run(&self, model: &mut dyn Model) -> Result<Written, EngineError> {
        let mut timing = Timing::default();
        let evidence = timed(&mut timing.prefill, || self.read(model))?;
        let evidence_sha256 = evidence.sha256();
        let mut answerability = None;
        let result = self.answer(model, &evidence, &mut timing, &mut answerability)?;
        Ok(Written {
            result,
            evidence_sha256,
            answerability,
            timing,
        })
    }

    fn read(&self, model: &mut dyn Model) -> Result<Evidence, EngineError> {
        let budget = Budget {
            passages_max: self.settings.passages_max,
            tokens_max: self.settings.evidence_tokens_max,
        };
        let evidence = evidence::build(&self.hits, &self.in_force, &budget, &|text| {
            model.count_tokens(text)
        });
        let detail = format!("reading {} passages", evidence.passages);
        self.reporter
            .report(Step::Read, StepStatus::Running, &*detail, model.tokens());
        model.read(&prompts::evidence(&evidence.text))?;
        self.reporter
            .report(Step::Read, StepStatus::Done, detail, model.tokens());
        Ok(evidence)
    }

    fn answer(
        &self,
        model: &mut dyn Model,
        evidence: &Evidence,
        timing: &mut Timing,
        answerability: &mut Option<f32>,
    ) -> Result<Result<Section, Reason>, EngineError> {
        let question = self.ask.question.as_str();
        let mut parts = timed(&mut timing.answerable, || self.answerable(model, evidence))?;
        *answerability = parts.best_score;
        if parts.covered.is_empty() {
            return Ok(Err(refusals::does_not_answer(question, &self.hits)));
        }
        let composed = timed(&mut timing.compose, || self.compose(model, evidence, &mut parts))?;
        let (statements, texts) = match composed {
            Composed::Nothing => return Ok(Err(refusals::does_not_answer(question, &self.hits))),
            Composed::Conflict(reason) => return Ok(Err(reason)),
            Composed::Statements(statements, texts) => (statements, texts),
        };
        let section = Section {
            heading: self.ask.heading.clone(),
            sentences: Vec::new(),
            not_covered: parts.not_covered,
        };
        timed(&mut timing.check, || {
            self.check(model, evidence, &statements, texts, section)
        })
        .map(Ok)
    }

    /// Which parts of the question the evidence answers.
    fn answerable(&self, model: &mut dyn Model, evidence: &Evidence) -> Result<Parts, EngineError> {
        let best_dense = self.hits.iter().map(|hit| hit.dense).fold(0.0, f32::max);
        let all = parts::parts(&self.ask.question);
        let count = all.len();
        let mut parts = Parts::default();
        self.reporter.report(
            Step::Answerable,
            StepStatus::Running,
            "do the sources say?",
            model.tokens(),
        );
        for part in all {
            let yes = model.yes_probability(&prompts::answerable(&evidence.text, &part.asked))?;
            let score = answerable::score(yes, best_dense);
            tracing::debug!(yes, best_dense, score, "answerability");
            parts.best_score = Some(parts.best_score.map_or(score, |best| best.max(score)));
            if score >= self.settings.answerable_threshold {
                parts.covered.push(part);
            } else {
                parts.not_covered.push(part.words);
            }
        }
        let detail = match (parts.covered.len(), parts.not_covered.len()) {
            (0, _) => "the sources do not say".to_owned(),
            (_, 0) => "the sources say".to_owned(),
            (some, _) => format!("the sources answer {some} of {count} parts"),
        };
        self.reporter
            .report(Step::Answerable, StepStatus::Done, detail, model.tokens());
        Ok(parts)
    }

    fn compose(
        &self,
        model: &mut dyn Model,
        evidence: &Evidence,
        parts: &mut Parts,
    ) -> Result<Composed, EngineError> {
        self.reporter.report(
            Step::Write,
            StepStatus::Running,
            "choosing sentences",
            model.tokens(),
        );
        let mut chosen: Vec<usize> = Vec::new();
        for part in std::mem::take(&mut parts.covered) {
            let places = self.choose(model, evidence, &part)?;
            if places.is_empty() {
                parts.not_covered.push(part.words);
            }
            chosen.extend(places);
        }
        chosen.sort_unstable();
        chosen.dedup();
        if let Some(reason) = self.conflict(evidence, &chosen) {
            return Ok(Composed::Conflict(reason));
        }
        let statements = compose::statements(evidence, &chosen);
        if statements.is_empty() {
            return Ok(Composed::Nothing);
        }
        let texts = self.word(model, evidence, &statements)?;
        let detail = format!("{} sentences written", texts.len());
        self.reporter
            .report(Step::Write, StepStatus::Done, detail, model.tokens());
        Ok(Composed::Statements(statements, texts))
    }

    /// The sentences that state the answer to one part; none if they hold nothing of the kind it asks for.
    fn choose(
        &self,
        model: &mut dyn Model,
        evidence: &Evidence,
        part: &Part,
    ) -> Result<Vec<usize>, EngineError> {
        let mut places = compose::select(model, evidence, &part.asked, self.settings.sentences_max)?;
        places.retain(|place| !self.is_outside(evidence, *place));
        if let Some(kind) = answer_type::asked_for(&part.words) {
            let statements = compose::statements(evidence, &places);
            if !statements
                .iter()
                .any(|statement| answer_type::has(kind, &statement.text))
            {
                places.clear();
            }
        }
        Ok(places)
    }

    fn word(
        &self,
        model: &mut dyn Model,
        evidence: &Evidence,
        statements: &[Statement],
    ) -> Result<Vec<String>, EngineError> {
        let mut tries_left = self.settings.reworded_max;
        let mut texts = Vec::with_capacity(statements.len());
        for (index, statement) in statements.iter().enumerate() {
            let mut text = statement.text.clone();
            if tries_left > 0 && compose::wants_rewording(statement, &self.settings) {
                tries_left -= 1;
                if let Some(plainer) = compose::reword(model, evidence, statement, &self.settings)? {
                    text = plainer;
                }
            }
            self.reporter
                .sentence(Step::Write, index, &text, None, model.tokens());
            texts.push(text);
        }
        Ok(texts)
    }

    /// Checks each sentence; one that its source does not support gives way to the approved words.
    fn check(
        &self,
        model: &mut dyn Model,
        evidence: &Evidence,
        statements: &[Statement],
        texts: Vec<String>,
        mut section: Section,
    ) -> Result<Section, EngineError> {
        let detail = format!("checking {} sentences", texts.len());
        self.reporter
            .report(Step::Check, StepStatus::Running, detail, model.tokens());
        section.sentences = statements
            .iter()
            .zip(texts)
            .map(|(s, text)| compose::claim(evidence, s, text))
            .collect();
        check::run(Some(model), std::slice::from_mut(&mut section), &self.settings)?;
        for (sentence, statement) in section.sentences.iter_mut().zip(statements) {
            if sentence.support == Support::Unsupported {
                *sentence = compose::claim(evidence, statement, statement.text.clone());
                check::check_sentence(None, sentence, &self.settings)?;
            }
        }
        for (index, sentence) in section.sentences.iter().enumerate() {
            let support = Some(sentence.support);
            self.reporter
                .sentence(Step::Check, index, &sentence.text, support, model.tokens());
        }
        self.reporter
            .report(Step::Check, StepStatus::Done, "checked", model.tokens());
        Ok(section)
    }

    /// Whether the sentence is dated, and dated outside the stretch of time that is asked about.
    fn is_outside(&self, evidence: &Evidence, place: usize) -> bool {
        match (self.ask.window, evidence.sentences.get(place)) {
            (Some(window), Some(sentence)) => newsletter::is_outside(&sentence.citation.quote, window),
            _ => false,
        }
    }

    /// A chosen sentence that another document in force contradicts.
    fn conflict(&self, evidence: &Evidence, chosen: &[usize]) -> Option<Reason> {
        let chosen: Vec<&Labelled> = chosen
            .iter()
            .filter_map(|place| evidence.sentences.get(*place))
            .collect();
        for left in &chosen {
            for right in evidence
                .sentences
                .iter()
                .filter(|s| s.citation.document != left.citation.document)
            {
                if let Some(found) = conflicts::disagreement(&left.citation.quote, &right.citation.quote) {
                    return Some(refusals::conflicting(left, right, &found));
                }
            }
        }
        None
    }
}

/// The parts of a question that the evidence answers, and those it does not, in the asker's words.
#[derive(Default)]
struct Parts {
    covered: Vec<Part>,
    not_covered: Vec<String>,
    best_score: Option<f32>,
}

enum Composed {
    Nothing,
    Conflict(Reason),
    Statements(Vec<Statement>, Vec<String>),
}

fn timed<T>(milliseconds: &mut u64, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let result = work();
    *milliseconds += u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    result
}
