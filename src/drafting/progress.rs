//! What a person who waits for a draft sees of the work.

use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::UnboundedSender;

use super::draft::Support;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub step: Step,
    pub status: StepStatus,
    /// What is being done, in words: "reading 6 passages".
    pub detail: String,
    /// Since drafting began.
    pub seconds: f64,
    /// Prompt tokens read and tokens written so far.
    pub tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sentence: Option<SentenceProgress>,
}

/// A sentence of the draft as it stands; it comes again when its check is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentenceProgress {
    pub index: usize,
    pub text: String,
    /// The verdict, once there is one.
    pub support: Option<Support>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Search,
    Read,
    Answerable,
    Write,
    Check,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    Running,
    Done,
}

/// Sends progress to whoever waits; work goes on if nobody does.
#[derive(Clone)]
pub(super) struct Reporter {
    started: Instant,
    sender: UnboundedSender<Progress>,
    /// Sentences that earlier sections have already shown.
    pub sentences_before: usize,
}

impl Reporter {
    pub fn new(sender: UnboundedSender<Progress>) -> Self {
        Self {
            started: Instant::now(),
            sender,
            sentences_before: 0,
        }
    }

    pub fn started(&self) -> Instant {
        self.started
    }

    pub fn report(&self, step: Step, status: StepStatus, detail: impl Into<String>, tokens: u64) {
        self.send(step, status, detail.into(), tokens, None);
    }

    pub fn sentence(&self, step: Step, index: usize, text: &str, support: Option<Support>, tokens: u64) {
        let index = self.sentences_before + index;
        let sentence = SentenceProgress {
            index,
            text: text.to_owned(),
            support,
        };
        self.send(
            step,
            StepStatus::Running,
            format!("sentence {}", index + 1),
            tokens,
            Some(sentence),
        );
    }

    fn send(
        &self,
        step: Step,
        status: StepStatus,
        detail: String,
        tokens: u64,
        sentence: Option<SentenceProgress>,
    ) {
        let seconds = self.started.elapsed().as_secs_f64();
        // The receiver is gone when the caller has dropped the whole run; there is nobody left to tell.
        let _ = self.sender.send(Progress {
            step,
            status,
            detail,
            seconds,
            tokens,
            sentence,
        });
    }
}
