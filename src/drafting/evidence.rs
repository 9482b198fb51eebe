//! The evidence: labelled sentences of the best passages, under a token budget, exactly as the model reads them.

use std::collections::BTreeSet;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::draft::Citation;
use super::rows::is_row;
use crate::retrieval::{Hit, SourcesInForce, words};

#[cfg(test)]
mod tests;

/// What the model reads, and what each label stands for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Evidence {
    /// Byte for byte what is put into the prompt.
    pub text: String,
    pub sentences: Vec<Labelled>,
    pub passages: usize,
}

/// One sentence of the evidence.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Labelled {
    pub label: String,
    pub citation: Citation,
    pub owner: String,
    /// The place in `sentences` of the line that introduces this list item ("Bring one of these:").
    pub lead_in: Option<usize>,
    /// Cosine with the question; 0 where it was not computed.
    pub near: f32,
    /// Which passage it is of, counted from 0.
    pub passage: usize,
    /// Whether it can be an answer: a question cannot, nor can a heading, however near to what is asked.
    pub states_something: bool,
    /// Whether the sentence before it in the evidence is the one before it in its paragraph.
    pub goes_on: bool,
}

/// A line without a full stop and with fewer words is taken for a heading or a label.
const STATEMENT_WORDS_MIN: usize = 6;

impl Evidence {
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(self.text.as_bytes()))
    }

    pub fn labels(&self) -> Vec<String> {
        self.sentences
            .iter()
            .map(|sentence| sentence.label.clone())
            .collect()
    }

    /// The place itself if its sentence states something; for a heading or a question, which cannot be an answer, the first
    /// sentence of the passage behind it that does.
    pub fn statement_from(&self, place: usize) -> Option<usize> {
        let chosen = self.sentences.get(place)?;
        (place..self.sentences.len())
            .take_while(|other| {
                self.sentences
                    .get(*other)
                    .is_some_and(|other| other.passage == chosen.passage)
            })
            .find(|other| {
                self.sentences
                    .get(*other)
                    .is_some_and(|other| other.states_something)
            })
    }

    /// A sentence under what it stands: the heading above it and the line that introduces its list.
    pub fn in_its_place(&self, place: usize) -> String {
        let Some(sentence) = self.sentences.get(place) else {
            return String::new();
        };
        let lead_in = sentence.lead_in.and_then(|place| self.sentences.get(place));
        let above = sentence.citation.heading.last().map(String::as_str);
        let lead_in = lead_in.map(|lead_in| lead_in.citation.quote.as_str());
        let all = [above, lead_in, Some(&sentence.citation.quote)];
        all.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }

    /// The cosine with the question of the nearest sentence; 0 for none.
    pub fn nearest(&self) -> f32 {
        let near = self.sentences.iter().map(|sentence| sentence.near);
        near.fold(0.0, f32::max)
    }

    /// Whether the evidence has the word in just this spelling: one that it writes small is no name.
    pub fn has_word(&self, word: &str) -> bool {
        words(&self.text).any(|(said, _)| said == word)
    }

    /// The places of the labels in a model's answer, in its order, each once.
    pub fn places(&self, answer: &str) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        answer
            .split(',')
            .filter_map(|label| {
                self.sentences
                    .iter()
                    .position(|sentence| sentence.label == label.trim())
            })
            .filter(|place| seen.insert(*place))
            .collect()
    }
}

/// Bounds of the evidence.
pub(super) struct Budget {
    pub passages_max: usize,
    pub tokens_max: usize,
}

/// Lays out the hits, best first, until the budget is used up; a passage too long for what is left is cut
/// after its last sentence that fits. Hits whose version is no longer in force are left out, whatever the
/// index said. `nearness` has the cosine with the question of each sentence of the first hits.
pub(super) fn build(
    hits: &[Hit],
    nearness: &[Vec<f32>],
    in_force: &SourcesInForce,
    budget: &Budget,
    count_tokens: &dyn Fn(&str) -> usize,
) -> Evidence {
    let mut evidence = Evidence::default();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut tokens = 0;
    for (number, hit) in hits
        .iter()
        .enumerate()
        .filter(|(_, hit)| in_force.hold(&hit.version, &hit.content_sha256))
    {
        if evidence.passages == budget.passages_max {
            break;
        }
        let header = header(hit);
        let header_tokens = count_tokens(&header);
        let mut block = Block::default();
        for (place, span) in hit.sentences.iter().enumerate() {
            let Some(quote) = hit.slice(*span).filter(|quote| !quote.trim().is_empty()) else {
                continue;
            };
            if !seen.insert(quote.to_lowercase()) {
                continue;
            }
            let label = format!("S{}", evidence.sentences.len() + block.sentences.len() + 1);
            let line = format!("{label}: {}\n", quote.replace('\n', " "));
            let cost = count_tokens(&line)
                + if block.sentences.is_empty() {
                    header_tokens
                } else {
                    0
                };
            if tokens + cost > budget.tokens_max {
                break;
            }
            tokens += cost;
            block.text.push_str(&line);
            block.places.push(place);
            block.sentences.push(Labelled {
                label,
                citation: citation(hit, span.start, span.end, quote),
                owner: hit.owner.clone(),
                lead_in: None,
                near: nearness
                    .get(number)
                    .and_then(|cosines| cosines.get(place).copied())
                    .unwrap_or_default(),
                passage: evidence.passages,
                states_something: true,
                goes_on: false,
            });
        }
        evidence.push(hit, &header, block);
    }
    evidence
}

/// The lines of one passage.
#[derive(Default)]
struct Block {
    text: String,
    sentences: Vec<Labelled>,
    /// Each sentence's place among the hit's sentences.
    places: Vec<usize>,
}

impl Evidence {
    fn push(&mut self, hit: &Hit, header: &str, mut block: Block) {
        if block.sentences.is_empty() {
            return;
        }
        let first = self.sentences.len();
        for at in 0..block.sentences.len() {
            let lead_in = lead_in(hit, &block.places, at).map(|lead| first + lead);
            let states_something = (lead_in.is_some() || states_something(&block.sentences, at))
                && !block.sentences.get(at).is_some_and(names_its_place);
            let goes_on = lead_in.is_none() && goes_on(hit, &block, at);
            if let Some(sentence) = block.sentences.get_mut(at) {
                sentence.lead_in = lead_in;
                sentence.states_something = states_something;
                sentence.goes_on = goes_on;
            }
        }
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{header}{}", block.text);
        self.sentences.append(&mut block.sentences);
        self.passages += 1;
    }
}

/// Whether a line goes on where the one before it ends: behind it in the passage, with nothing between them but at most one
/// end of a line, and both of them prose.
fn goes_on(hit: &Hit, block: &Block, at: usize) -> bool {
    let pair = |before: usize| {
        let (left, right) = (block.sentences.get(before)?, block.sentences.get(at)?);
        let (first, second) = (*block.places.get(before)?, *block.places.get(at)?);
        let (first_span, second_span) = (hit.sentences.get(first)?, hit.sentences.get(second)?);
        let between = hit.text.get(first_span.end..second_span.start)?;
        let prose = [left, right].iter().all(|line| {
            line.lead_in.is_none()
                && is_sentence(ended(&line.citation.quote))
                && !is_row(&line.citation.quote)
        });
        Some(first + 1 == second && prose && between.matches('\n').count() <= 1)
    };
    at.checked_sub(1).and_then(pair).unwrap_or_default()
}

/// Whether a line says something by itself. Fragments side by side are the items of a list and may be chosen; one alone
/// before a sentence is a heading.
fn states_something(lines: &[Labelled], at: usize) -> bool {
    let is_fragment_at = |place: Option<usize>| {
        place
            .and_then(|place| lines.get(place))
            .is_some_and(|line| is_fragment(&line.citation.quote))
    };
    match lines.get(at) {
        Some(line) if ended(&line.citation.quote).ends_with('?') => false,
        Some(line) if is_fragment(&line.citation.quote) => {
            is_fragment_at(at.checked_sub(1)) || is_fragment_at(Some(at + 1))
        }
        _ => true,
    }
}

/// Whether a line is a title again: no sentence, and no word in it that the title and the headings over it do not have. In a
/// file without marked headings they are lines like any other, and the nearest ones to the question.
fn names_its_place(line: &Labelled) -> bool {
    let text = ended(&line.citation.quote);
    if is_sentence(text) {
        return false;
    }
    let above = place(&line.citation.title, &line.citation.heading);
    let above: BTreeSet<String> = words(&above).map(|(word, _)| word.to_lowercase()).collect();
    words(text).all(|(word, _)| above.contains(&word.to_lowercase()))
}

fn is_sentence(text: &str) -> bool {
    text.ends_with(['.', '!', '?', ':', ';', '…'])
}

/// Whether a line is a heading, a label or a part of a sentence rather than one.
pub(super) fn is_fragment(quote: &str) -> bool {
    let text = ended(quote);
    if is_sentence(text) || text.contains(": ") {
        return false;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let small = words
        .iter()
        .filter(|word| word.starts_with(|c: char| c.is_lowercase()));
    // In a heading most words are capitals, however many there are.
    words.len() < STATEMENT_WORDS_MIN || 2 * small.count() < words.len()
}

/// The text up to its last sign that is no closing bracket, quotation mark or emphasis.
fn ended(quote: &str) -> &str {
    quote.trim_end_matches(|c: char| c.is_whitespace() || "\"'”’)]*_".contains(c))
}

fn header(hit: &Hit) -> String {
    format!("[{}]\n", place(&hit.title, &hit.heading))
}

/// Where a passage stands: the document's title and the headings under it, on one line.
pub(super) fn place(title: &str, headings: &[String]) -> String {
    let below = headings
        .iter()
        .map(String::as_str)
        .filter(|heading| *heading != title);
    let path: Vec<&str> = std::iter::once(title).chain(below).collect();
    path.join(" › ").replace('\n', " ")
}

/// A sentence of a passage as it is cited.
pub(super) fn citation(hit: &Hit, start: usize, end: usize, quote: &str) -> Citation {
    Citation {
        document: hit.document.clone(),
        version: hit.version.clone(),
        title: hit.title.clone(),
        heading: hit.heading.clone(),
        page: hit.page,
        start,
        end,
        quote: quote.to_owned(),
    }
}

/// The sentence of the block that ends with a colon and introduces the one at `at`: only items of one list, each on
/// a line of its own, lie between them. A blank line after an item ends its list, so that the paragraph behind the
/// list is not taken for one more item.
fn lead_in(hit: &Hit, places: &[usize], at: usize) -> Option<usize> {
    let mut lower = at;
    while lower > 0 {
        let (place, before) = (*places.get(lower)?, *places.get(lower - 1)?);
        let (span, earlier) = (hit.sentences.get(place)?, hit.sentences.get(before)?);
        let gap = hit
            .text
            .get(earlier.end.checked_sub(hit.start)?..span.start.checked_sub(hit.start)?)?;
        if before + 1 != place || !gap.contains('\n') {
            return None;
        }
        lower -= 1;
        if hit.slice(*earlier)?.trim_end().ends_with(':') {
            return Some(lower);
        }
        if gap.matches('\n').count() > 1 {
            return None;
        }
    }
    None
}
