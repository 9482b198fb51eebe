//! The vectors in memory, by version: exact search is fast enough for a district and never misses.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::embedding::dot;
use super::indexed::SourcesInForce;
use crate::ids::VersionId;

/// The vectors of one version's passages.
#[derive(Debug)]
pub(super) struct HeldVersion {
    pub content_sha256: String,
    pub slots: Vec<u64>,
    /// One after the other, in the order of `slots`.
    pub vectors: Vec<f32>,
}

/// All vectors; cloning copies pointers only, so that a search keeps its view while versions come and go.
#[derive(Debug, Clone, Default)]
pub(super) struct Held(pub BTreeMap<VersionId, Arc<HeldVersion>>);

/// A passage's cosine with the question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Near {
    pub slot: u64,
    pub dense: f32,
}

impl Held {
    pub fn passages(&self) -> usize {
        self.0.values().map(|version| version.slots.len()).sum()
    }

    /// The versions that are both held and in force with the very text that was indexed.
    pub fn visible<'a>(
        &'a self,
        in_force: &'a SourcesInForce,
    ) -> impl Iterator<Item = (&'a VersionId, &'a Arc<HeldVersion>)> {
        self.0
            .iter()
            .filter(|(version, held)| in_force.hold(version, &held.content_sha256))
    }

    /// Every visible passage's cosine, nearest first; ties by slot, so that the order is always the same.
    pub fn nearest(&self, question: &[f32], in_force: &SourcesInForce) -> Vec<Near> {
        let mut near: Vec<Near> = Vec::new();
        for (_, held) in self.visible(in_force) {
            let vectors = held.vectors.chunks_exact(question.len().max(1));
            near.extend(held.slots.iter().zip(vectors).map(|(slot, v)| Near {
                slot: *slot,
                dense: dot(question, v),
            }));
        }
        near.sort_by(|a, b| b.dense.total_cmp(&a.dense).then(a.slot.cmp(&b.slot)));
        near
    }
}
