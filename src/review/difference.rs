//! What changed from one version of a document to the next: sentence by sentence, within a changed sentence word by word,
//! and the figures first, because they are what families act on.

use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::compare::{Change, compare};
use crate::drafting::{Literal, literals};

#[cfg(test)]
mod tests;

/// Below this share of common words, from 0 to 1, two sentences are not one that changed.
const SIMILARITY_MIN: f32 = 0.5;
/// So many pairs of sentences are looked at in all; what is left then stands as removed and added.
const PAIRS_MAX: usize = 250_000;
/// How the words of longer sentences differ nobody would read.
const WORDS_COMPARED_MAX: usize = 600;
/// More changes than this are counted and not given.
const CHANGES_MAX: usize = 2_000;
/// Texts that differ everywhere are not aligned any better after this long.
const ALIGNING_MAX: Duration = Duration::from_secs(2);

/// The difference between two lists of sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In the order of both texts.
    pub parts: Vec<Part>,
    pub figures: Vec<FigureChange>,
    /// How many further changes there are behind the last part.
    pub left_out: usize,
}

/// A run of sentences that stayed, or one that did not. Numbers count the sentences of each text from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Same {
        before: Range<usize>,
        after: Range<usize>,
    },
    Changed {
        before: usize,
        after: usize,
        changes: Vec<Change>,
    },
    Removed(usize),
    Added(usize),
}

/// Figures of a changed sentence that only one of the texts has, as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureChange {
    /// Which of the parts it is in.
    pub part: usize,
    /// What kind of figure, as a reviewer would name it.
    pub kind: &'static str,
    pub before: Vec<String>,
    pub after: Vec<String>,
}

/// Compare two texts given as their sentences.
pub fn difference(before: &[&str], after: &[&str]) -> Difference {
    let mut parts = Vec::new();
    let mut pairs_left = PAIRS_MAX;
    let deadline = Instant::now() + ALIGNING_MAX;
    for op in capture_diff_slices_deadline(Algorithm::Myers, before, after, Some(deadline)) {
        let (old, new) = (op.old_range(), op.new_range());
        match op {
            DiffOp::Equal { .. } => same(&mut parts, old, new),
            _ => differing(&mut parts, before, after, old, new, &mut pairs_left),
        }
    }
    let left_out = cut(&mut parts);
    Difference {
        figures: figures(&parts, before, after),
        parts,
        left_out,
    }
}

fn same(parts: &mut Vec<Part>, old: Range<usize>, new: Range<usize>) {
    match parts.last_mut() {
        Some(Part::Same { before, after }) => {
            before.end = old.end;
            after.end = new.end;
        }
        _ => parts.push(Part::Same {
            before: old,
            after: new,
        }),
    }
}

/// Two stretches without a common sentence: those most alike, in order, are one sentence that changed.
fn differing(
    parts: &mut Vec<Part>,
    before: &[&str],
    after: &[&str],
    old: Range<usize>,
    new: Range<usize>,
    pairs_left: &mut usize,
) {
    let (mut from, mut to) = (old.start, new.start);
    for (removed, added) in pairs(&before[old.clone()], &after[new.clone()], pairs_left) {
        let (removed, added) = (old.start + removed, new.start + added);
        parts.extend((from..removed).map(Part::Removed));
        parts.extend((to..added).map(Part::Added));
        parts.push(Part::Changed {
            before: removed,
            after: added,
            changes: word_changes(before[removed], after[added]),
        });
        (from, to) = (removed + 1, added + 1);
    }
    parts.extend((from..old.end).map(Part::Removed));
    parts.extend((to..new.end).map(Part::Added));
}

fn word_changes(before: &str, after: &str) -> Vec<Change> {
    use super::compare::ChangeKind::{Delete, Insert};
    let words = |text: &str| text.split_whitespace().count();
    if words(before).max(words(after)) <= WORDS_COMPARED_MAX {
        return compare(before, after);
    }
    [(Delete, before), (Insert, after)]
        .map(|(kind, text)| Change {
            kind,
            text: text.to_owned(),
        })
        .to_vec()
}

/// The pairs that are most alike in all, none crossing another.
fn pairs(before: &[&str], after: &[&str], left: &mut usize) -> Vec<(usize, usize)> {
    let Some(rest) = before
        .len()
        .checked_mul(after.len())
        .and_then(|pairs| left.checked_sub(pairs))
    else {
        return Vec::new();
    };
    *left = rest;
    let (old, new): (Vec<_>, Vec<_>) = (
        before.iter().map(|text| bag(text)).collect(),
        after.iter().map(|text| bag(text)).collect(),
    );
    let width = new.len() + 1;
    let mut best = vec![0.0f32; (old.len() + 1) * width];
    let mut alike = vec![0.0f32; old.len() * new.len()];
    for i in 0..old.len() {
        for j in 0..new.len() {
            let similarity = similarity(&old[i], &new[j]);
            alike[i * new.len() + j] = similarity;
            let without = best[i * width + j + 1].max(best[(i + 1) * width + j]);
            let paired = if similarity >= SIMILARITY_MIN {
                best[i * width + j] + similarity
            } else {
                0.0
            };
            best[(i + 1) * width + j + 1] = without.max(paired);
        }
    }
    let mut found = Vec::new();
    let (mut i, mut j) = (old.len(), new.len());
    while i > 0 && j > 0 {
        let here = best[i * width + j];
        if here == best[(i - 1) * width + j] {
            i -= 1;
        } else if here == best[i * width + j - 1] {
            j -= 1;
        } else {
            found.push((i - 1, j - 1));
            (i, j) = (i - 1, j - 1);
        }
    }
    found.reverse();
    found
}

/// A sentence's words with how often each occurs, and how many there are.
struct Bag<'t> {
    words: HashMap<&'t str, usize>,
    count: usize,
}

fn bag(text: &str) -> Bag<'_> {
    let mut bag = Bag {
        words: HashMap::new(),
        count: 0,
    };
    for word in text.split_whitespace() {
        *bag.words.entry(word).or_default() += 1;
        bag.count += 1;
    }
    bag
}

/// The share of common words of both sentences' words.
fn similarity(one: &Bag<'_>, other: &Bag<'_>) -> f32 {
    let common: usize = one
        .words
        .iter()
        .map(|(word, count)| other.words.get(word).map_or(0, |others| *count.min(others)))
        .sum();
    2.0 * common as f32 / (one.count + other.count).max(1) as f32
}

/// Leave out what is behind the last change that is given; how many changes that were.
fn cut(parts: &mut Vec<Part>) -> usize {
    let is_change = |part: &&Part| !matches!(part, Part::Same { .. });
    let changes = parts.iter().filter(is_change).count();
    if changes <= CHANGES_MAX {
        return 0;
    }
    let mut given = 0;
    let end = parts
        .iter()
        .position(|part| {
            given += usize::from(is_change(&part));
            given > CHANGES_MAX
        })
        .unwrap_or(parts.len());
    parts.truncate(end);
    changes - CHANGES_MAX
}

fn figures(parts: &[Part], before: &[&str], after: &[&str]) -> Vec<FigureChange> {
    let mut found: Vec<FigureChange> = Vec::new();
    for (part, changed) in parts.iter().enumerate() {
        let Part::Changed {
            before: old,
            after: new,
            ..
        } = changed
        else {
            continue;
        };
        let (old, new) = (before[*old], after[*new]);
        let (was, is) = (literals(old), literals(new));
        let only = |text: &str, own: &[Literal], others: &[Literal]| -> Vec<(&'static str, String)> {
            own.iter()
                .filter(|literal| {
                    !others
                        .iter()
                        .any(|other| (other.kind, &other.value) == (literal.kind, &literal.value))
                })
                .filter_map(|literal| {
                    Some((
                        literal.kind.name(),
                        text.get(literal.start..literal.end)?.to_owned(),
                    ))
                })
                .collect()
        };
        let (gone, come) = (only(old, &was, &is), only(new, &is, &was));
        let mut kinds: Vec<&'static str> = gone.iter().chain(&come).map(|(kind, _)| *kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let of_kind = |all: &[(&'static str, String)], wanted: &str| -> Vec<String> {
            let own = all.iter().filter(|(kind, _)| *kind == wanted);
            own.map(|(_, text)| text.clone()).collect()
        };
        found.extend(kinds.into_iter().map(|kind| FigureChange {
            part,
            kind,
            before: of_kind(&gone, kind),
            after: of_kind(&come, kind),
        }));
    }
    found
}
