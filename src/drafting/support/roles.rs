//! Who a rule is about: the people and bodies that a claim and its source name.

use std::collections::BTreeSet;

use super::reading::Reading;
use crate::retrieval::stem;

/// People and bodies; words in one line are one role in plain language.
const ROLES: &[&str] = &[
    "student pupil child kid learner",
    "parent guardian family caregiver mother father",
    "principal headmaster",
    "board trustee trustees",
    "superintendent",
    "teacher instructor faculty",
    "staff employee personnel worker",
    "counselor counsellor advisor",
    "nurse clinician",
    "director",
    "chair chairperson chairman",
    "committee panel",
    "council",
    "coach trainer",
    "administrator administration",
    "secretary clerk receptionist",
    "officer police sheriff",
    "court judge",
    "coordinator",
    "department office",
    "supervisor manager",
    "designee",
    "driver",
    "visitor guest",
    "volunteer",
    "resident taxpayer citizen",
    "treasurer auditor accountant",
    "doctor physician",
    "state federal",
    "contractor vendor",
    "librarian custodian",
];

#[derive(Debug, Default)]
pub(super) struct Roles {
    /// Roles of the claim that the source does not name, and the other way round.
    pub added: usize,
    dropped: usize,
    first_differs: bool,
    first_is_new: bool,
}

impl Roles {
    pub fn new(said: &Reading, known: &Reading) -> Self {
        let (here, there) = (roles(said), roles(known));
        let (set, other): (BTreeSet<usize>, BTreeSet<usize>) =
            (here.iter().copied().collect(), there.iter().copied().collect());
        let first = here.first();
        Self {
            added: set.difference(&other).count(),
            dropped: other.difference(&set).count(),
            first_differs: first.is_some() && !there.is_empty() && first != there.first(),
            first_is_new: first.is_some_and(|role| !other.contains(role)),
        }
    }

    pub fn features(&self, add: &mut impl FnMut(&str, f32)) {
        add("roles_added", self.added as f32);
        add("roles_dropped", self.dropped as f32);
        add("roles_swapped", self.added.min(self.dropped) as f32);
        add("role_first_differs", f32::from(self.first_differs));
        add("role_first_new", f32::from(self.first_is_new));
    }
}

/// The roles that a text names, in order.
fn roles(reading: &Reading) -> Vec<usize> {
    let stems: Vec<Vec<String>> = ROLES
        .iter()
        .map(|line| line.split(' ').map(stem).collect())
        .collect();
    let role = |word: &String| stems.iter().position(|line| line.contains(word));
    reading.content.iter().filter_map(role).collect()
}
