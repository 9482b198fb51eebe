//! How many words two texts share, and in what order.

use std::collections::BTreeSet;

use super::reading::Reading;

/// Longer texts are compared by their first words only; the comparison in order grows with the square.
const WORDS_MAX: usize = 400;

#[derive(Debug, Default)]
pub(super) struct Overlap {
    /// Share of the claim's content words that the source has, and the other way round.
    pub coverage: f32,
    pub coverage_of_source: f32,
    /// Content words of the claim that the source lacks, and the other way round.
    pub uncovered: usize,
    pub lost: usize,
    /// Longest stretches of such words.
    uncovered_run: usize,
    lost_run: usize,
    /// The longest common subsequence of all words, as a share of the shorter text.
    pub alike: f32,
    /// The same for content words, as a share of the claim's.
    in_order: f32,
    pairs: f32,
    triples: f32,
    words: (usize, usize),
}

impl Overlap {
    pub fn new(said: &Reading, known: &Reading) -> Self {
        let unknown: Vec<bool> = said.content.iter().map(|stem| !known.has(stem)).collect();
        let unsaid: Vec<bool> = known.content.iter().map(|stem| !said.has(stem)).collect();
        let count = |missing: &[bool]| missing.iter().filter(|missing| **missing).count();
        let (uncovered, lost) = (count(&unknown), count(&unsaid));
        let share = |missing: usize, all: usize| (all - missing) as f32 / all.max(1) as f32;
        let shorter = said.words.len().min(known.words.len()).max(1);
        Self {
            coverage: share(uncovered, unknown.len()),
            coverage_of_source: share(lost, unsaid.len()),
            uncovered,
            lost,
            uncovered_run: longest_run(&unknown),
            lost_run: longest_run(&unsaid),
            alike: common_subsequence(&said.words, &known.words) as f32 / shorter as f32,
            in_order: common_subsequence(&said.content, &known.content) as f32
                / said.content.len().max(1) as f32,
            pairs: shared_windows(&said.words, &known.words, 2),
            triples: shared_windows(&said.words, &known.words, 3),
            words: (said.content.len(), known.content.len()),
        }
    }

    pub fn features(&self, add: &mut impl FnMut(&str, f32)) {
        let (said, known) = (self.words.0 as f32, self.words.1 as f32);
        add("coverage", self.coverage);
        add("coverage_of_source", self.coverage_of_source);
        add("added_words", self.uncovered as f32);
        add("lost_words", self.lost as f32);
        add("added_run", self.uncovered_run as f32);
        add("lost_run", self.lost_run as f32);
        add("alike", self.alike);
        add("in_order", self.in_order);
        add("out_of_order", self.coverage - self.in_order);
        add("shared_pairs", self.pairs);
        add("shared_triples", self.triples);
        add("length_ratio_log", ((said + 1.0) / (known + 1.0)).ln());
        add("claim_words", said);
        add("source_words", known);
    }
}

fn longest_run(missing: &[bool]) -> usize {
    missing
        .split(|missing| !missing)
        .map(<[bool]>::len)
        .max()
        .unwrap_or(0)
}

/// The length of the longest common subsequence of the beginnings of both.
pub(super) fn common_subsequence(left: &[String], right: &[String]) -> usize {
    let right = right.get(..WORDS_MAX.min(right.len())).unwrap_or_default();
    let mut lengths = vec![0_usize; right.len() + 1];
    for word in left.iter().take(WORDS_MAX) {
        let mut diagonal = 0;
        for (place, other) in right.iter().enumerate() {
            let above = lengths.get(place + 1).copied().unwrap_or_default();
            let before = lengths.get(place).copied().unwrap_or_default();
            let here = if word == other {
                diagonal + 1
            } else {
                above.max(before)
            };
            if let Some(slot) = lengths.get_mut(place + 1) {
                *slot = here;
            }
            diagonal = above;
        }
    }
    lengths.last().copied().unwrap_or_default()
}

/// The share of the claim's stretches of `width` words that the source has as they are.
fn shared_windows(said: &[String], known: &[String], width: usize) -> f32 {
    let all: BTreeSet<&[String]> = known.windows(width).collect();
    let windows = said.windows(width);
    let count = windows.len().max(1);
    windows.filter(|window| all.contains(window)).count() as f32 / count as f32
}
