//! Reminders about documents: told by the upkeep of any process, once however many there are.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use serde_json::json;

use super::app::App;
use super::caller::own_entry;
use super::care::acting;
use super::error::WorkflowError;
use crate::accounts::Role;
use crate::corpus::reminders::{
    DocumentFacts, REPEAT_DAYS, Reminder, ReminderKind, Staff, Told, due, to_tell,
};
use crate::ids::{DocumentId, PersonId, VersionId};
use crate::store::{DocumentRow, NewNotice, NoticeKind, NoticeRow, PersonRow};

/// The day and the length of the log at the last look. Nothing that a reminder rests on changes without an entry, so
/// that there is nothing to find before one of the two is another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LastLook(Option<(Date, u64)>);

const KINDS: [NoticeKind; 5] = [
    NoticeKind::ExpiresSoon,
    NoticeKind::Expired,
    NoticeKind::ReviewDue,
    NoticeKind::ToApprove,
    NoticeKind::OwnerLeft,
];

fn kind_of(kind: ReminderKind) -> NoticeKind {
    match kind {
        ReminderKind::ExpiresSoon => NoticeKind::ExpiresSoon,
        ReminderKind::Expired => NoticeKind::Expired,
        ReminderKind::ReviewDue => NoticeKind::ReviewDue,
        ReminderKind::ToApprove => NoticeKind::ToApprove,
        ReminderKind::OwnerLeft => NoticeKind::OwnerLeft,
    }
}

/// Tells everybody what is due today and was not told within a week, and marks what is no longer so. Gives how many
/// notices were told.
pub async fn remind(app: &App, last: &mut LastLook) -> Result<usize, WorkflowError> {
    let today = app.config.today();
    let look = Some((today, app.store.audit_length().await?));
    if last.0 == look {
        return Ok(0);
    }
    let documents = app.store.documents().await?;
    let people = app.store.people().await?;
    let facts: Vec<DocumentFacts> = documents.iter().map(facts_of).collect();
    let soon = app.config.review.expires_soon_days;
    let due = due(today, soon, &facts, &staff_of(&people));
    let known = app.store.notices_of(&KINDS).await?;
    settle(app, &due, &known).await?;
    let reminders = to_tell(today, due, &told_before(known));
    let told = tell(app, today, reminders, &documents, &people).await?;
    last.0 = look;
    Ok(told)
}

fn facts_of(row: &DocumentRow) -> DocumentFacts {
    let version = |version: &crate::store::VersionRow| (version.id.clone(), version.facts());
    DocumentFacts {
        document: row.id.clone(),
        owner: row.owner_person.clone(),
        deputy: row.deputy_person.clone(),
        review_by: row.review_by,
        versions: row.versions.iter().map(version).collect(),
    }
}

fn staff_of(people: &[PersonRow]) -> Staff {
    let administrators = people.iter().filter(|person| {
        !person.disabled && person.password_hash.is_some() && person.roles.contains(&Role::Administrator)
    });
    Staff {
        acting: acting(people),
        administrators: administrators.map(|person| person.id.clone()).collect(),
    }
}

/// When what is due was told. That an owner left can happen a second time, so what is over does not count there; what
/// hangs on the clock may only seem to be over.
fn told_before(known: Vec<NoticeRow>) -> HashMap<(PersonId, String), Told> {
    known
        .into_iter()
        .filter(|row| row.notice.kind != NoticeKind::OwnerLeft || row.settled_at.is_none())
        .map(|row| {
            let told = Told {
                on: row.told_on,
                times: row.times,
            };
            ((row.notice.person, row.notice.about), told)
        })
        .collect()
}

/// Keeps apart what still is so from what is over. What is so again was told before and is not told by this.
async fn settle(app: &App, due: &[Reminder], known: &[NoticeRow]) -> Result<(), WorkflowError> {
    let now = Timestamp::now();
    let still: HashSet<(&PersonId, String)> = due
        .iter()
        .map(|reminder| (&reminder.person, reminder.about()))
        .collect();
    for row in known {
        let is_so = still.contains(&(&row.notice.person, row.notice.about.clone()));
        match row.settled_at {
            None if !is_so => app.store.settle_notice(&row.id, Some(now)).await?,
            // That an owner left once more is told anew instead.
            Some(_) if is_so && row.notice.kind != NoticeKind::OwnerLeft => {
                app.store.settle_notice(&row.id, None).await?;
            }
            _ => {}
        }
    }
    app.store.settle_notices_of_items(now).await?;
    Ok(())
}

async fn tell(
    app: &App,
    today: Date,
    reminders: Vec<Reminder>,
    documents: &[DocumentRow],
    people: &[PersonRow],
) -> Result<usize, WorkflowError> {
    if reminders.is_empty() {
        return Ok(0);
    }
    let titles: HashMap<&DocumentId, &str> = documents
        .iter()
        .map(|row| (&row.id, row.title.as_str()))
        .collect();
    let name = |id: &PersonId| {
        people
            .iter()
            .find(|person| person.id == *id)
            .map(|person| person.name.clone())
    };
    let now = Timestamp::now();
    let a_week_ago = today.saturating_sub(Span::new().days(REPEAT_DAYS));
    let mut tx = app.store.write().await?;
    let mut told: BTreeMap<String, (Reminder, Vec<PersonId>)> = BTreeMap::new();
    for reminder in reminders {
        let notice = NewNotice {
            person: reminder.person.clone(),
            kind: kind_of(reminder.kind),
            about: reminder.about(),
            object: object_of(&reminder).to_owned(),
            title: titles
                .get(&reminder.document)
                .map(|title| (*title).to_owned())
                .unwrap_or_default(),
            reason: reminder.left.as_ref().and_then(name),
            day: reminder.day,
        };
        // Another process may have been quicker since the notices were read: the row decides.
        if tx.tell(&notice, Some(a_week_ago), today, now).await? {
            let (_, people) = told
                .entry(notice.about)
                .or_insert_with(|| (reminder.clone(), Vec::new()));
            people.push(reminder.person);
        }
    }
    if told.is_empty() {
        return Ok(0);
    }
    let count = told.values().map(|(_, people)| people.len()).sum();
    let entries = told.into_iter().map(|(about, (reminder, people))| {
        let detail = json!({ "about": about, "people": people });
        own_entry("notice.told", reminder.document.as_str(), detail)
    });
    tx.commit(entries.collect()).await?;
    Ok(count)
}

/// What the notice leads to: the version where one waits for a decision, else the document.
fn object_of(reminder: &Reminder) -> &str {
    match (&reminder.version, reminder.kind) {
        (Some(version), ReminderKind::ToApprove) => VersionId::as_str(version),
        _ => reminder.document.as_str(),
    }
}
