//! One question, its hits and the model: to checked sentences or a reason for none. This is the bounded part
//! of drafting, and it runs as one job on the model's thread.

use std::time::Instant;

use jiff::civil::Date;

use super::answer_probe::says_yes;
use super::answer_type;
use super::answerable::{self, AnswerSignals, Reply};
use super::awaited;
use super::check;
use super::compose::{self, Statement};
use super::contraries::{self, Asked};
use super::draft::{Section, Support, Timing};
use super::evidence::{self, Budget, Evidence};
use super::lead;
use super::leaning;
use super::model::Model;
use super::newsletter;
use super::parts::{self, Part};
use super::progress::{Reporter, Step, StepStatus};
use super::prompts;
use super::refusals::{self, Reason};
use super::settings::DraftingSettings;
use crate::engine::EngineError;
use crate::retrieval::{Hit, SourcesInForce};

mod conflict;
#[cfg(test)]
mod tests;

/// Names the rules of this file and of those that it asks what may be chosen.
pub(super) const CHOICE_VERSION: &str = "choice-6";

/// A choice that is judged to answer this surely is taken without looking at another.
const JUDGED_ENOUGH: f32 = 0.5;
/// A sentence that the model did not choose takes its choice's place only if it is judged better by this much: the model
/// chose with all of the evidence before it, and a judgement of one sentence is no more exact than that.
const JUDGED_BETTER: f32 = 0.1;

/// From this share of the threshold on, what was chosen is not sure enough to be an answer but is about what was asked: if
/// another source contradicts it, that is worth more to the asker than that nothing was found.
const DOUBTED_SHARE: f32 = 0.5;

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
    /// How surely the sources answer, and what that was computed from, for the part of the question that they answer
    /// best; absent where the model was not asked.
    pub answerability: Option<f32>,
    pub signals: Option<AnswerSignals>,
    pub timing: Timing,
}

/// Everything one section's job works with; owned, since the job moves to the model's thread.
pub(super) struct Job {
    pub ask: Ask,
    pub hits: Vec<Hit>,
    /// Cosines with the question of the sentences of the first hits.
    pub nearness: Vec<Vec<f32>>,
    pub in_force: SourcesInForce,
    pub settings: DraftingSettings,
    pub reporter: Reporter,
}

impl Job {
    pub fn run(&self, model: &mut dyn Model) -> Result<Written, EngineError> {
        let mut timing = Timing::default();
        let evidence = timed(&mut timing.prefill, || self.read(model))?;
        let evidence_sha256 = evidence.sha256();
        let mut signals = None;
        let result = self.answer(model, &evidence, &mut timing, &mut signals)?;
        Ok(Written {
            result,
            evidence_sha256,
            answerability: signals.as_ref().map(|signals| self.score(signals)),
            signals,
            timing,
        })
    }

    fn read(&self, model: &mut dyn Model) -> Result<Evidence, EngineError> {
        let budget = Budget {
            passages_max: self.settings.passages_max,
            tokens_max: self.settings.evidence_tokens_max,
        };
        let evidence = evidence::build(&self.hits, &self.nearness, &self.in_force, &budget, &|text| {
            model.count_tokens(text)
        });
        let detail = format!("reading {} passages", evidence.passages);
        self.reporter
            .report(Step::Read, StepStatus::Running, &*detail, model.tokens());
        model.read(&prompts::evidence(&evidence.text))?;
        self.reporter
            .report(Step::Read, StepStatus::Done, detail, model.tokens());
        tracing::trace!(text = evidence.text, "evidence");
        Ok(evidence)
    }

    fn answer(
        &self,
        model: &mut dyn Model,
        evidence: &Evidence,
        timing: &mut Timing,
        signals: &mut Option<AnswerSignals>,
    ) -> Result<Result<Section, Reason>, EngineError> {
        let chosen = self.choose(model, evidence, timing)?;
        *signals = chosen.best;
        if chosen.places.is_empty() {
            if let Some(reason) = self.conflict(evidence, &chosen.doubted) {
                return Ok(Err(reason));
            }
            if let Some(awaited) = chosen.awaited.and_then(|place| evidence.sentences.get(place)) {
                let reason = refusals::still_to_come(awaited, &self.ask.question, &self.hits);
                return Ok(Err(reason));
            }
            return timed(&mut timing.answerable, || self.no_answer(model)).map(Err);
        }
        if let Some(reason) = self.conflict(evidence, &chosen.places) {
            return Ok(Err(reason));
        }
        let places = leaning::with_what_they_lean_on(evidence, &chosen.places, self.topic(), |place| {
            self.may_be_quoted(evidence, place)
        });
        let statements = compose::statements(evidence, &places);
        let texts = timed(&mut timing.compose, || self.word(model, evidence, &statements))?;
        let section = Section {
            heading: self.ask.heading.clone(),
            sentences: Vec::new(),
            not_covered: chosen.not_covered,
        };
        timed(&mut timing.check, || {
            self.check(model, evidence, &statements, texts, section)
        })
        .map(Ok)
    }

    /// For each part of the question the sentences that state its answer, if the evidence has one.
    fn choose(
        &self,
        model: &mut dyn Model,
        evidence: &Evidence,
        timing: &mut Timing,
    ) -> Result<Chosen, EngineError> {
        let running = |model: &dyn Model| {
            let detail = "do the sources say?";
            self.reporter
                .report(Step::Answerable, StepStatus::Running, detail, model.tokens());
        };
        running(model);
        let all = parts::parts(&self.ask.question);
        let count = all.len();
        let (mut chosen, mut answered) = (Chosen::default(), 0);
        for part in all {
            let weighed = self.weigh(model, evidence, &part, timing)?;
            tracing::debug!(part = part.words, signals = ?weighed.signals, "answerability");
            chosen.best = AnswerSignals::better(chosen.best, weighed.signals);
            if weighed.awaited.is_some() {
                chosen.awaited = chosen.awaited.or(weighed.awaited);
                chosen.not_covered.push(part.words);
            } else if weighed.places.is_empty() || self.score(&weighed.signals) < self.score_min() {
                if self.score(&weighed.signals) >= DOUBTED_SHARE * self.score_min() {
                    chosen.doubted.extend(weighed.places);
                }
                chosen.not_covered.push(part.words);
            } else {
                answered += 1;
                chosen.places.extend(weighed.places);
            }
        }
        chosen.places.sort_unstable();
        chosen.places.dedup();
        let detail = match answered {
            0 => "the sources do not say".to_owned(),
            all if all == count => "the sources say".to_owned(),
            some => format!("the sources answer {some} of {count} parts"),
        };
        self.reporter
            .report(Step::Answerable, StepStatus::Done, detail, model.tokens());
        Ok(chosen)
    }

    /// Chooses sentences for one part and gathers what speaks for their being its answer.
    ///
    /// The model's choice is not trusted alone: it likes a heading-like sentence of the right passage. Where its choice
    /// is judged not to answer, the sentence nearest to the question is judged too, and takes its place if it is judged better.
    fn weigh(
        &self,
        model: &mut dyn Model,
        evidence: &Evidence,
        part: &Part,
        timing: &mut Timing,
    ) -> Result<Weighed, EngineError> {
        let (yes, probed) = timed(&mut timing.answerable, || {
            says_yes(model, &prompts::answerable(&evidence.text, &part.asked))
        })?;
        let (mut places, mut contrary) = timed(&mut timing.compose, || self.select(model, evidence, part))?;
        let mut judged = timed(&mut timing.answerable, || {
            self.judge(model, evidence, part, &places)
        })?;
        if judged < JUDGED_ENOUGH
            && self.ask.window.is_none()
            && let Some(nearest) = self.nearest(evidence, part, &places)
        {
            let other = timed(&mut timing.answerable, || {
                self.judge(model, evidence, part, &[nearest])
            })?;
            if other > judged + JUDGED_BETTER {
                (places, judged, contrary) = (vec![nearest], other, false);
            }
        }
        let awaited = match self.ask.window {
            Some(_) => None,
            None => awaited::awaited(&part.words, evidence, &places),
        };
        let reply = Reply::of(evidence, &places);
        let signals = AnswerSignals {
            yes,
            judged,
            near: self.hits.iter().map(|hit| hit.dense).fold(0.0, f32::max),
            nearest: evidence.nearest(),
            covered: reply.map_or(0.0, |reply| answerable::covered(&part.words, &reply)),
            yes_or_no: f32::from(u8::from(lead::is_yes_or_no(&part.words))),
            probed,
            contrary,
        };
        Ok(Weighed {
            places,
            signals,
            awaited,
        })
    }

    /// The model's probability that these sentences, seen alone, answer the part; 0 for none.
    fn judge(
        &self,
        model: &mut dyn Model,
        evidence: &Evidence,
        part: &Part,
        places: &[usize],
    ) -> Result<f32, EngineError> {
        match Reply::of(evidence, places) {
            Some(reply) if self.ask.window.is_none() => {
                let prompt = prompts::judged(&part.words, &reply.heading, &reply.text);
                let judged = model.yes_probability(&prompt)?;
                tracing::debug!(part = part.words, reply = reply.text, judged, "judged");
                Ok(judged)
            }
            _ => Ok(0.0),
        }
    }

    /// The sentence nearest to the question, if it is not among the chosen ones and could be an answer.
    fn nearest(&self, evidence: &Evidence, part: &Part, places: &[usize]) -> Option<usize> {
        let nearness = |place: &usize| {
            evidence
                .sentences
                .get(*place)
                .map_or(0.0, |sentence| sentence.near)
        };
        let states_something = |place: &usize| {
            let sentence = evidence.sentences.get(*place);
            sentence.is_some_and(|sentence| sentence.states_something)
        };
        let nearest = (0..evidence.sentences.len())
            .filter(|place| nearness(place) > 0.0 && states_something(place))
            .filter(|place| !contraries::is_contrary(self.asked(part), evidence, *place))
            .max_by(|a, b| nearness(a).total_cmp(&nearness(b)))?;
        (!places.contains(&nearest) && self.has_what_is_asked(evidence, part, &[nearest])).then_some(nearest)
    }

    /// How surely the sources answer. A newsletter's section asks for whatever they say of a topic: there no single
    /// answer can be judged, only whether they touch it.
    fn score(&self, signals: &AnswerSignals) -> f32 {
        match self.ask.window {
            Some(_) => signals.touch(),
            None => signals.probability(),
        }
    }

    fn score_min(&self) -> f32 {
        match self.ask.window {
            Some(_) => self.settings.topic_threshold,
            None => self.settings.answerable_threshold,
        }
    }

    /// The sentences that the model says state the answer to one part; none if they hold nothing of the kind it asks
    /// for. With them, whether it chose some and all of them are about another case or say the opposite.
    fn select(
        &self,
        model: &mut dyn Model,
        evidence: &Evidence,
        part: &Part,
    ) -> Result<(Vec<usize>, bool), EngineError> {
        let chosen = compose::select(model, evidence, &part.asked, self.settings.sentences_max)?;
        let mut places: Vec<usize> = chosen
            .into_iter()
            .filter_map(|place| evidence.statement_from(place))
            .collect();
        places.retain(|place| !self.is_outside(evidence, *place));
        let chosen = places.len();
        let places = match self.ask.window {
            Some(_) => places,
            None => contraries::without(self.asked(part), evidence, &places),
        };
        let contrary = chosen > 0 && places.is_empty();
        let mut places = compose::in_prose(evidence, places);
        if !self.has_what_is_asked(evidence, part, &places) {
            places.clear();
        }
        Ok((places, contrary))
    }

    fn asked<'a>(&'a self, part: &'a Part) -> Asked<'a> {
        Asked {
            question: &self.ask.question,
            part: &part.words,
            named: &self.ask.query,
        }
    }

    /// Whether the sentences hold something of the kind that the part asks for, where its words say which.
    fn has_what_is_asked(&self, evidence: &Evidence, part: &Part, places: &[usize]) -> bool {
        answer_type::asked_for(&part.words).is_none_or(|kind| {
            compose::statements(evidence, places)
                .iter()
                .any(|statement| answer_type::has(kind, &statement.text))
        })
    }

    /// Why there is no draft: the documents do not say, or it is no matter of a school district at all.
    fn no_answer(&self, model: &mut dyn Model) -> Result<Reason, EngineError> {
        let question = self.ask.question.as_str();
        let ours = match self.ask.window {
            Some(_) => 1.0,
            None => model.yes_probability(&prompts::scope(question))?,
        };
        tracing::debug!(ours, "scope");
        Ok(if ours < self.settings.scope_min {
            refusals::out_of_scope(question, &self.hits)
        } else {
            refusals::does_not_answer(question, &self.hits)
        })
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
        if let [only] = section.sentences.as_slice()
            && let Some(lead) = lead::lead(&self.ask.question, &only.text)
        {
            section.sentences.insert(0, lead::claim(lead, only));
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

    /// Whether the sentence may stand beside what was chosen, or against it: it is not about another time, case or school.
    fn may_be_quoted(&self, evidence: &Evidence, place: usize) -> bool {
        let asked = Asked {
            question: &self.ask.question,
            part: &self.ask.question,
            named: &self.ask.query,
        };
        !self.is_outside(evidence, place)
            && (self.ask.window.is_some() || !contraries::is_contrary(asked, evidence, place))
    }

    /// What a newsletter's section is about.
    fn topic(&self) -> Option<&str> {
        self.ask.window.and(Some(self.ask.query.as_str()))
    }

    /// Whether the sentence is dated, and dated outside the stretch of time that is asked about.
    fn is_outside(&self, evidence: &Evidence, place: usize) -> bool {
        match (self.ask.window, evidence.sentences.get(place)) {
            (Some(window), Some(sentence)) => newsletter::is_outside(&sentence.citation.quote, window),
            _ => false,
        }
    }
}

/// What was chosen for a question.
#[derive(Default)]
struct Chosen {
    /// Places in the evidence, in its order, each once.
    places: Vec<usize>,
    /// Likewise, of parts for which this was not sure enough.
    doubted: Vec<usize>,
    /// The parts without an answer, in the asker's words.
    not_covered: Vec<String>,
    /// The place of a sentence that says that what is asked for is still to come.
    awaited: Option<usize>,
    /// What spoke for the best answered part.
    best: Option<AnswerSignals>,
}

/// One part of the question with what was chosen for it.
struct Weighed {
    places: Vec<usize>,
    signals: AnswerSignals,
    awaited: Option<usize>,
}

fn timed<T>(milliseconds: &mut u64, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let result = work();
    *milliseconds += u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    result
}
