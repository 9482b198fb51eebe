//! A scripted stand-in for the model: tests say what it answers to which prompt, and see what it was asked.

use super::draft::Citation;
use super::evidence::{Budget, build};
use super::model::Model;
use super::prompts::Prompt;
use crate::corpus::Span;
use crate::engine::{EngineError, Generated, Grammar, Stop};
use crate::ids::{DocumentId, VersionId};
use crate::retrieval::{Hit, SourcesInForce, content_sha256};

/// Answers by what a prompt contains; the first entry that fits wins.
#[derive(Default)]
pub(super) struct Scripted {
    pub yes: Vec<(&'static str, f32)>,
    pub write: Vec<(&'static str, &'static str)>,
    pub prompts: Vec<String>,
}

impl Model for Scripted {
    fn count_tokens(&self, text: &str) -> usize {
        text.split_whitespace().count()
    }

    fn read(&mut self, prompt: &Prompt) -> Result<(), EngineError> {
        self.prompts.push(prompt.text());
        Ok(())
    }

    fn yes_probability(&mut self, prompt: &Prompt) -> Result<f32, EngineError> {
        let text = prompt.text();
        let answer = self
            .yes
            .iter()
            .find(|(part, _)| text.contains(part))
            .map_or(0.0, |(_, p)| *p);
        self.prompts.push(text);
        Ok(answer)
    }

    fn yes_with_state(&mut self, prompt: &Prompt, _: usize) -> Result<(f32, Vec<f32>), EngineError> {
        Ok((self.yes_probability(prompt)?, Vec::new()))
    }

    fn file_sha256(&self) -> &str {
        "scripted"
    }

    fn write(&mut self, prompt: &Prompt, _: &Grammar, _: usize) -> Result<Generated, EngineError> {
        let text = prompt.text();
        let answer = self
            .write
            .iter()
            .find(|(part, _)| text.contains(part))
            .map_or("NONE", |(_, answer)| answer);
        self.prompts.push(text);
        Ok(Generated {
            text: answer.to_owned(),
            tokens: answer.len(),
            stop: Stop::Grammar,
        })
    }

    fn tokens(&self) -> u64 {
        0
    }
}

/// A hit that holds the whole of a small version, one sentence per line.
pub(super) fn hit(title: &str, owner: &str, lines: &[&str]) -> Hit {
    let text = lines.join("\n");
    let mut sentences = Vec::new();
    let mut start = 0;
    for line in lines {
        sentences.push(Span {
            start,
            end: start + line.len(),
        });
        start += line.len() + 1;
    }
    Hit {
        document: DocumentId::fresh(),
        version: VersionId::fresh(),
        title: title.to_owned(),
        owner: owner.to_owned(),
        heading: vec![title.to_owned(), "Rules".to_owned()],
        page: Some(2),
        start: 0,
        end: text.len(),
        content_sha256: content_sha256(&text),
        text,
        sentences,
        score: 1.0,
        bm25: 1.0,
        dense: 0.7,
        highlights: Vec::new(),
    }
}

/// A sentence as it would be cited.
pub(super) fn cited(title: &str, heading: &str, sentence: &str) -> Citation {
    let mut found = hit(title, "Office", &[sentence]);
    found.heading = vec![heading.to_owned()];
    let hits = [found];
    let budget = Budget {
        passages_max: 1,
        tokens_max: usize::MAX,
    };
    let evidence = build(&hits, &[], &in_force(&hits), &budget, &|_| 0);
    evidence.sentences[0].citation.clone()
}

pub(super) fn in_force(hits: &[Hit]) -> SourcesInForce {
    hits.iter()
        .map(|hit| (hit.version.clone(), hit.content_sha256.clone()))
        .collect()
}
