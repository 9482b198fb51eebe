//! The vectors in memory, by version. The search over them is exact: it never misses what it would find by looking at each.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::embedding::dot;
use super::indexed::SourcesInForce;
use super::rough::{Bounds, RoughQuestion, RoughVectors};
use crate::ids::VersionId;

/// Versions that one thread looks through before it takes the next.
const VERSIONS_AT_ONCE: usize = 256;

/// What a version's passages are shown under; unlike their text, it can change while the version is in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub title: String,
    pub owner: String,
}

/// The vectors of one version's passages.
#[derive(Debug)]
pub(super) struct HeldVersion {
    pub id: VersionId,
    pub content_sha256: String,
    pub named: Named,
    /// Of the passages, rising.
    slots: Vec<u64>,
    /// One after the other, in the order of `slots`.
    vectors: Vec<f32>,
    rough: RoughVectors,
}

impl HeldVersion {
    pub fn new(
        id: VersionId,
        content_sha256: String,
        named: Named,
        mut passages: Vec<(u64, Vec<f32>)>,
    ) -> Self {
        passages.sort_by_key(|(slot, _)| *slot);
        let width = passages.first().map_or(0, |(_, vector)| vector.len());
        let slots = passages.iter().map(|(slot, _)| *slot).collect();
        let mut vectors = Vec::with_capacity(passages.len() * width);
        passages
            .iter()
            .for_each(|(_, vector)| vectors.extend_from_slice(vector));
        Self {
            id,
            content_sha256,
            named,
            slots,
            rough: RoughVectors::of(&vectors, width),
            vectors,
        }
    }

    pub fn slots(&self) -> &[u64] {
        &self.slots
    }

    fn near(&self, row: usize, question: &[f32]) -> Option<Near> {
        let start = row * question.len();
        let vector = self.vectors.get(start..start + question.len())?;
        Some(Near {
            slot: *self.slots.get(row)?,
            dense: dot(question, vector),
        })
    }
}

/// All vectors; cloning copies pointers only, so that a search keeps its view while versions come and go.
#[derive(Debug, Clone, Default)]
pub(super) struct Held {
    versions: BTreeMap<VersionId, Arc<HeldVersion>>,
    /// By the first of their slots. A version's slots were given at once, so those of two never mix.
    by_slot: BTreeMap<u64, Arc<HeldVersion>>,
}

/// A passage's cosine with the question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Near {
    pub slot: u64,
    pub dense: f32,
}

impl Held {
    pub fn insert(&mut self, version: HeldVersion) {
        self.remove(&version.id);
        let version = Arc::new(version);
        if let Some(first) = version.slots.first() {
            self.by_slot.insert(*first, version.clone());
        }
        self.versions.insert(version.id.clone(), version);
    }

    /// Whether it was there.
    pub fn remove(&mut self, version: &VersionId) -> bool {
        let removed = self.versions.remove(version);
        if let Some(first) = removed.as_ref().and_then(|version| version.slots.first()) {
            self.by_slot.remove(first);
        }
        removed.is_some()
    }

    pub fn get(&self, version: &VersionId) -> Option<&HeldVersion> {
        self.versions.get(version).map(Arc::as_ref)
    }

    pub fn ids(&self) -> impl Iterator<Item = &VersionId> {
        self.versions.keys()
    }

    /// The first slot of the version that a passage is of.
    pub fn first_slot(&self, slot: u64) -> Option<u64> {
        self.by_slot.range(..=slot).next_back().map(|(first, _)| *first)
    }

    pub fn len(&self) -> usize {
        self.versions.len()
    }

    pub fn passages(&self) -> usize {
        self.versions.values().map(|version| version.slots.len()).sum()
    }

    /// The versions that are both held and in force with the very text that was indexed, and the others.
    pub fn parted(&self, in_force: &SourcesInForce) -> (Vec<&HeldVersion>, Vec<&HeldVersion>) {
        let (mut visible, mut hidden) = (Vec::with_capacity(self.versions.len()), Vec::new());
        // Both are in the order of their ids, so one pass over both does.
        let mut sources = in_force.iter().peekable();
        for (id, held) in &self.versions {
            while sources.next_if(|(source, _)| *source < id).is_some() {}
            match sources.peek() {
                Some((source, sha256)) if *source == id && **sha256 == held.content_sha256 => {
                    visible.push(&**held)
                }
                _ => hidden.push(&**held),
            }
        }
        (visible, hidden)
    }

    /// The passages of these slots that are in force.
    pub fn at<'a>(
        &'a self,
        slots: impl Iterator<Item = u64> + 'a,
        question: &'a [f32],
        in_force: &'a SourcesInForce,
    ) -> impl Iterator<Item = Near> + 'a {
        slots.filter_map(move |slot| {
            let (_, held) = self.by_slot.range(..=slot).next_back()?;
            let row = held.slots.binary_search(&slot).ok()?;
            let visible = in_force.hold(&held.id, &held.content_sha256);
            visible.then(|| held.near(row, question)).flatten()
        })
    }
}

/// Nearest first; ties by slot, so that the order is always the same. Each passage once.
pub(super) fn in_order(mut near: Vec<Near>) -> Vec<Near> {
    near.sort_by(|a, b| b.dense.total_cmp(&a.dense).then(a.slot.cmp(&b.slot)));
    near.dedup_by_key(|near| near.slot);
    near
}

/// The `count` passages nearest to the question, and some more in no order: all that might be among the `count` nearest.
pub(super) fn nearest(visible: &[&HeldVersion], question: &[f32], count: usize) -> Vec<Near> {
    nearest_by_parts(visible, question, count, VERSIONS_AT_ONCE)
}

fn nearest_by_parts(visible: &[&HeldVersion], question: &[f32], count: usize, versions: usize) -> Vec<Near> {
    let rough = RoughQuestion::of(question);
    // Each thread keeps what might be among the nearest of its own versions: the nearest of all are among those.
    let kept: Vec<Vec<(Bounds, &HeldVersion, usize)>> = visible
        .par_chunks(versions)
        .map(|versions| {
            let (mut whole, mut bounds) = (Vec::new(), Vec::new());
            for version in versions {
                version.rough.products(&rough, &mut whole, &mut bounds);
            }
            let Some(least) = least_of_best(bounds.iter().map(|bound| bound.low), count) else {
                return Vec::new();
            };
            let mut bounds = bounds.into_iter();
            let mut kept = Vec::with_capacity(2 * count);
            for version in versions {
                let rows = bounds.by_ref().take(version.slots.len()).enumerate();
                let near = rows.filter(|(_, bound)| bound.high >= least);
                kept.extend(near.map(|(row, bound)| (bound, *version, row)));
            }
            kept
        })
        .collect();
    let kept = || kept.iter().flatten();
    let Some(least) = least_of_best(kept().map(|(bound, ..)| bound.low), count) else {
        return Vec::new();
    };
    kept()
        .filter(|(bound, ..)| bound.high >= least)
        .filter_map(|(_, version, row)| version.near(*row, question))
        .collect()
}

/// The least of the `count` largest values, or of all where there are fewer; nothing where nothing is wanted or there.
fn least_of_best(values: impl Iterator<Item = f32>, count: usize) -> Option<f32> {
    let mut values: Vec<f32> = values.collect();
    let place = count.min(values.len()).checked_sub(1)?;
    let (_, least, _) = values.select_nth_unstable_by(place, |a, b| b.total_cmp(a));
    Some(*least)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::embedding::normalised;
    use super::*;

    fn vector() -> impl Strategy<Value = Vec<f32>> {
        prop::collection::vec(-1.0f32..1.0, 16).prop_map(normalised)
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_looking_at_each_finds(
            versions in prop::collection::vec((prop::collection::vec(vector(), 0..6), any::<bool>()), 0..40),
            question in vector(),
            count in 0usize..12,
            also in prop::collection::vec(0u64..120, 0..4),
            versions_at_once in 1usize..50,
        ) {
            let mut held = Held::default();
            let (mut in_force, mut all, mut slot) = (Vec::new(), Vec::new(), 0);
            for (vectors, visible) in versions {
                let passages: Vec<(u64, Vec<f32>)> = (slot..).zip(vectors).collect();
                slot += passages.len() as u64;
                let id = VersionId::fresh();
                if visible {
                    in_force.push((id.clone(), "text".to_owned()));
                    all.extend(passages.iter().map(|(slot, vector)| Near { slot: *slot, dense: dot(&question, vector) }));
                }
                held.insert(HeldVersion::new(id, "text".to_owned(), Named::default(), passages));
            }
            all.sort_by(|a, b| b.dense.total_cmp(&a.dense).then(a.slot.cmp(&b.slot)));
            let in_force: SourcesInForce = in_force.into_iter().collect();
            let mut found = nearest_by_parts(&held.parted(&in_force).0, &question, count, versions_at_once);
            found.extend(held.at(also.iter().copied(), &question, &in_force));
            let found = in_order(found);
            let best: Vec<Near> = all.iter().take(count).copied().collect();
            prop_assert_eq!(&found[..best.len().min(found.len())], &best[..]);
            for near in all.iter().filter(|near| also.contains(&near.slot)) {
                prop_assert!(found.contains(near));
            }
            prop_assert!(found.iter().all(|near| all.contains(near)));
        }
    }

    #[test]
    fn a_version_that_was_replaced_or_removed_is_found_no_more() {
        let (id, mut held) = (VersionId::fresh(), Held::default());
        let in_force: SourcesInForce = [(id.clone(), "text".to_owned())].into_iter().collect();
        let version = |slot| {
            let passages = vec![(slot, vec![1.0, 0.0])];
            HeldVersion::new(id.clone(), "text".to_owned(), Named::default(), passages)
        };
        held.insert(version(1));
        held.insert(version(7));
        let slots = |held: &Held| -> Vec<u64> {
            let mut near = nearest(&held.parted(&in_force).0, &[1.0, 0.0], 5);
            near.extend(held.at([1, 7].into_iter(), &[1.0, 0.0], &in_force));
            in_order(near).iter().map(|near| near.slot).collect()
        };
        assert_eq!(slots(&held), [7]);
        assert!(held.remove(&id) && !held.remove(&id));
        assert_eq!(slots(&held), Vec::<u64>::new());
    }
}
