//! A made-up library of any size: documents whose words are spread as those of real text are, and vectors that cost nothing.
//! How fast a search is depends on how much there is, not on what it says.

use std::error::Error;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use super::prompts;
use crate::corpus::{Passage, Span};
use crate::ids::{DocumentId, InvalidId, VersionId};
use crate::retrieval::{Embedding, IndexedVersion};

/// Passages of one document, about those of a handbook of fifteen pages.
pub const PASSAGES_PER_DOCUMENT: usize = 50;
/// A passage as extraction cuts it: five sentences, a hundred words.
const SENTENCES: usize = 5;
const WORDS_PER_SENTENCE: usize = 20;
/// Different words of the library.
const WORDS: usize = 20_000;
const DIMENSIONS: usize = 384;

/// Makes up vectors, or asks the real model where that is what is measured.
pub struct MadeUpVectors {
    model: Option<Arc<dyn Embedding>>,
    asks_model: AtomicBool,
}

impl MadeUpVectors {
    pub fn beside(model: Option<Arc<dyn Embedding>>) -> Self {
        Self {
            model,
            asks_model: AtomicBool::new(false),
        }
    }

    pub fn ask_model(&self, asks: bool) {
        self.asks_model.store(asks, Ordering::Relaxed);
    }
}

impl Embedding for MadeUpVectors {
    fn embed(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Box<dyn Error + Send + Sync>> {
        match &self.model {
            Some(model) if self.asks_model.load(Ordering::Relaxed) => model.embed(texts),
            _ => Ok(texts.iter().map(|text| vector_of(text)).collect()),
        }
    }

    fn sha256(&self) -> &str {
        "made up"
    }

    fn dimensions(&self) -> usize {
        DIMENSIONS
    }
}

fn vector_of(text: &str) -> Vec<f32> {
    let mut chance = Chance::of(text);
    // The sum of three even numbers is near enough to the bell curve that the coordinates of real vectors follow.
    let coordinate = |_| (0..3).map(|_| chance.share() - 0.5).sum();
    (0..DIMENSIONS).map(coordinate).collect()
}

/// The words of a library, the most frequent first.
pub struct Library {
    words: Vec<String>,
}

impl Library {
    pub fn new() -> Self {
        // The frequent words are real ones, so that real questions find them.
        let mut words: Vec<String> = Vec::new();
        for word in prompts::evidence_words() {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        words.extend((words.len()..WORDS).map(|number| format!("word{number}")));
        Self { words }
    }

    /// The document of this number; always the same text under the same ids.
    pub fn document(&self, number: usize) -> IndexedVersion {
        let mut chance = Chance::of(&format!("document {number}"));
        let mut text = String::new();
        let passages = (0..PASSAGES_PER_DOCUMENT).map(|ordinal| {
            let start = text.len();
            let sentences = (0..SENTENCES).map(|_| {
                let start = text.len();
                text.push_str(&self.some(&mut chance, WORDS_PER_SENTENCE));
                text.push('.');
                let end = text.len();
                text.push(' ');
                Span { start, end }
            });
            let sentences: Vec<Span> = sentences.collect();
            Passage {
                ordinal: u32::try_from(ordinal).unwrap_or(u32::MAX),
                heading: vec![format!("Part {}", ordinal / 5)],
                page: None,
                start,
                end: sentences.last().map_or(start, |last| last.end),
                sentences,
            }
        });
        let passages = passages.collect();
        IndexedVersion {
            version: id(VersionId::PREFIX, number),
            document: id(DocumentId::PREFIX, number),
            title: format!("Handbook {number}"),
            owner: "District office".to_owned(),
            text,
            passages,
        }
    }

    /// A question of this number, of eight words.
    pub fn question(&self, number: usize) -> String {
        self.some(&mut Chance::of(&format!("question {number}")), 8)
    }

    /// A text of so many words.
    pub fn text(&self, number: usize, words: usize) -> String {
        self.some(&mut Chance::of(&format!("text {number}")), words)
    }

    /// The word of rank r comes about 1/r as often as the first (Zipf's law).
    fn some(&self, chance: &mut Chance, count: usize) -> String {
        let highest = (self.words.len() as f32).ln();
        let words = (0..count).map(|_| {
            let rank = (chance.share() * highest).exp() as usize;
            self.words[rank.min(self.words.len()) - 1].as_str()
        });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// The same in every process, so that one can search what another built.
fn id<I: FromStr<Err = InvalidId>>(prefix: &str, number: usize) -> I {
    format!("{prefix}{number:016}")
        .parse()
        .expect("digits behind the prefix are an id")
}

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn of(seed: &str) -> Self {
        let hash = Sha256::digest(seed);
        Self(
            hash.iter()
                .take(8)
                .fold(1, |sum, byte| (sum << 8) | u64::from(*byte))
                | 1,
        )
    }

    /// Between 0 and 1 (xorshift, Marsaglia 2003).
    fn share(&mut self) -> f32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 40) as f32 / (1u64 << 24) as f32
    }
}
