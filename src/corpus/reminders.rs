//! What somebody should be told about a document: that it ends soon, that it ended, that it is to be looked at again, that
//! a version waits for approval, that its owner left; whom, and when again.
//!
//! Pure: the day, what is known of the documents and what was told already go in; what to tell comes out. A reminder has
//! a name made of what it is about ([`Reminder::about`]), so that a clock set back, or another process, can find the
//! same thing again and see that it was told.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::lifecycle::{Standing, VersionFacts, expires_soon, standing};
use super::owners::in_charge;
use crate::ids::{DocumentId, PersonId, VersionId};

#[cfg(test)]
mod tests;

/// The same thing is told to the same person again after this many days at the earliest.
pub const REPEAT_DAYS: i32 = 7;
/// Whoever did not replace what expired within a month of being told has decided not to.
const EXPIRED_TIMES_MAX: u32 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReminderKind {
    ExpiresSoon,
    Expired,
    ReviewDue,
    ToApprove,
    OwnerLeft,
}

impl ReminderKind {
    pub const ALL: [ReminderKind; 5] = [
        ReminderKind::ExpiresSoon,
        ReminderKind::Expired,
        ReminderKind::ReviewDue,
        ReminderKind::ToApprove,
        ReminderKind::OwnerLeft,
    ];

    fn name(self) -> &'static str {
        match self {
            ReminderKind::ExpiresSoon => "expires_soon",
            ReminderKind::Expired => "expired",
            ReminderKind::ReviewDue => "review_due",
            ReminderKind::ToApprove => "to_approve",
            ReminderKind::OwnerLeft => "owner_left",
        }
    }

    /// How often it is told at most, while it stays so.
    fn times_max(self) -> u32 {
        match self {
            ReminderKind::ExpiresSoon | ReminderKind::ReviewDue => u32::MAX,
            ReminderKind::Expired => EXPIRED_TIMES_MAX,
            // These stand in the list until they are done with; saying them again adds nothing.
            ReminderKind::ToApprove | ReminderKind::OwnerLeft => 1,
        }
    }
}

/// Something for one person to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    pub kind: ReminderKind,
    pub person: PersonId,
    pub document: DocumentId,
    /// The version it is about, where it is about one.
    pub version: Option<VersionId>,
    /// The last day of the version, or the day of review.
    pub day: Option<Date>,
    /// Who left.
    pub left: Option<PersonId>,
}

impl Reminder {
    /// What it is about, in words that stay the same from day to day.
    pub fn about(&self) -> String {
        let thing = self
            .version
            .as_ref()
            .map_or(self.document.as_str(), VersionId::as_str);
        let mut about = format!("{}:{thing}", self.kind.name());
        if let Some(day) = self.day {
            about.push_str(&format!(":{day}"));
        }
        if let Some(left) = &self.left {
            about.push_str(&format!(":{left}"));
        }
        about
    }
}

/// What is known of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFacts {
    pub document: DocumentId,
    pub owner: Option<PersonId>,
    pub deputy: Option<PersonId>,
    pub review_by: Option<Date>,
    /// The newest first.
    pub versions: Vec<(VersionId, VersionFacts)>,
}

/// Who can do something about a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Staff {
    /// Source owners whose account is open.
    pub acting: BTreeSet<PersonId>,
    /// Administrators whose account is open; they can name somebody.
    pub administrators: BTreeSet<PersonId>,
}

/// When something was told to somebody, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub on: Date,
    pub times: u32,
}

/// Everything that is so on this day and that somebody should know, whether or not it was told before.
pub fn due(today: Date, soon: i32, documents: &[DocumentFacts], staff: &Staff) -> Vec<Reminder> {
    documents
        .iter()
        .flat_map(|document| {
            let found = of_document(today, soon, document);
            found.into_iter().flat_map(move |(kind, version, day)| {
                let left = document.owner.clone().filter(|_| kind == ReminderKind::OwnerLeft);
                recipients(kind, document, version, staff)
                    .into_iter()
                    .map(move |person| Reminder {
                        kind,
                        person,
                        document: document.document.clone(),
                        version: version.cloned(),
                        day,
                        left: left.clone(),
                    })
            })
        })
        .collect()
}

type Found<'a> = (ReminderKind, Option<&'a VersionId>, Option<Date>);

fn of_document(today: Date, soon: i32, document: &DocumentFacts) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let standings: Vec<(&VersionId, &VersionFacts, Standing)> = document
        .versions
        .iter()
        .map(|(id, facts)| (id, facts, standing(facts, today)))
        .collect();
    let is_alive = standings
        .iter()
        .any(|(_, _, standing)| matches!(standing, Standing::InForce | Standing::Scheduled));
    for (id, facts, standing) in &standings {
        match standing {
            Standing::InForce if expires_soon(facts, today, soon).is_some() => {
                found.push((ReminderKind::ExpiresSoon, Some(*id), facts.expires));
            }
            Standing::PendingApproval => found.push((ReminderKind::ToApprove, Some(*id), None)),
            _ => {}
        }
    }
    // What expired and was followed by another version needs nobody.
    let expired = standings
        .iter()
        .find(|(_, _, standing)| *standing == Standing::Expired);
    if let Some((id, facts, _)) = expired.filter(|_| !is_alive) {
        found.push((ReminderKind::Expired, Some(*id), facts.expires));
    }
    if is_alive && document.review_by.is_some_and(|day| day <= today) {
        found.push((ReminderKind::ReviewDue, None, document.review_by));
    }
    if is_alive && document.owner.is_some() {
        // Whether the owner really left is for whom it is told to: nobody is where the owner can act.
        found.push((ReminderKind::OwnerLeft, None, None));
    }
    found
}

/// Who is to know: whoever looks after the document, and where nobody does, those who can name somebody.
fn recipients(
    kind: ReminderKind,
    document: &DocumentFacts,
    version: Option<&VersionId>,
    staff: &Staff,
) -> Vec<PersonId> {
    let acts = |person: &PersonId| staff.acting.contains(person);
    let administrators = || staff.administrators.iter().cloned().collect();
    let in_charge = in_charge(document.owner.as_ref(), document.deputy.as_ref(), acts).person();
    match kind {
        ReminderKind::OwnerLeft if document.owner.as_ref().is_some_and(acts) => Vec::new(),
        ReminderKind::ToApprove => {
            let uploader = document
                .versions
                .iter()
                .find(|(id, _)| Some(id) == version)
                .map(|(_, facts)| &facts.uploaded_by);
            let may_approve = |person: &&PersonId| acts(person) && Some(*person) != uploader;
            let asked = [document.owner.as_ref(), document.deputy.as_ref()];
            if let Some(person) = asked.into_iter().flatten().find(may_approve) {
                return vec![person.clone()];
            }
            let others: Vec<PersonId> = staff.acting.iter().filter(may_approve).cloned().collect();
            if others.is_empty() {
                administrators()
            } else {
                others
            }
        }
        _ => in_charge.map_or_else(administrators, |person| vec![person.clone()]),
    }
}

/// Of what is so today, what is told today: what nobody told the person yet, and what was told a week ago or longer.
///
/// A clock that was set back finds what it told on a day to come, and says nothing until a week after that day.
pub fn to_tell(today: Date, due: Vec<Reminder>, told: &HashMap<(PersonId, String), Told>) -> Vec<Reminder> {
    due.into_iter()
        .filter(|reminder| {
            let before = told.get(&(reminder.person.clone(), reminder.about()));
            is_time(today, reminder.kind, before)
        })
        .collect()
}

fn is_time(today: Date, kind: ReminderKind, before: Option<&Told>) -> bool {
    before.is_none_or(|told| told.times < kind.times_max() && (today - told.on).get_days() >= REPEAT_DAYS)
}
