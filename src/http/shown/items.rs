//! Items as their pages show them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Names, item_sources};
use crate::config::Config;
use crate::drafting::{Citation, ClaimSentence, Flag, Refusal, Section};
use crate::http::dto;
use crate::review::{Approval, Change, ChangeKind, Lease, State};
use crate::store::{
    Checks, DecisionRow, ItemKind, ItemRow, PublicationRow, QueueRow, RevisionRow, RevisionSummary,
};
use crate::workflow::{ActionName, ItemView};

/// States in which nothing more is expected of anybody, so that nothing can be overdue.
const DONE: [State; 4] = [
    State::Rejected,
    State::Published,
    State::Withdrawn,
    State::Cancelled,
];

/// Everything an item's page shows.
pub fn item(view: ItemView, config: &Config, now: Timestamp) -> dto::Item {
    let names = Names::from(view.names);
    let row = view.row;
    let publication = view.publication.map(|row| publication(row, config, &names));
    dto::Item {
        summary: summary(&row, &names, now),
        question: row.question.clone(),
        newsletter: row.newsletter.as_ref().map(|issue| dto::NewsletterOrder {
            template: issue.template.clone(),
            from: issue.from.into(),
            to: issue.to.into(),
            topics: issue.topics.clone(),
        }),
        revision: view.revision.map(|row| revision(row, &names)),
        refusal: row.refusal.as_ref().map(refusal),
        sources: view.sources.into_iter().map(item_sources::panel).collect(),
        source_changes: view
            .source_changes
            .into_iter()
            .map(item_sources::change)
            .collect(),
        decisions: view
            .decisions
            .into_iter()
            .map(|row| decision(row, &names))
            .collect(),
        actions: view.actions.into_iter().filter_map(action).collect(),
        approval: row.facts.approval.as_ref().map(|given| approval(given, &names)),
        stale_reason: row.stale_reason,
        publication,
        record: row.record.as_ref().and_then(fields),
        timing_ms: row.timing_ms.as_ref().and_then(fields),
        tokens: row.tokens.as_ref().and_then(fields),
        revisions: view
            .revisions
            .into_iter()
            .map(|row| revision_summary(row, &names))
            .collect(),
    }
}

/// A record's fields by their names.
fn fields<T: serde::de::DeserializeOwned>(record: &impl Serialize) -> Option<BTreeMap<String, T>> {
    serde_json::to_value(record).and_then(serde_json::from_value).ok()
}

fn summary(row: &ItemRow, names: &Names, now: Timestamp) -> dto::ItemSummary {
    dto::ItemSummary {
        id: row.id.to_string(),
        kind: row.kind.into(),
        title: row.title.clone(),
        state: row.facts.state.into(),
        risk: risks(&row.risk),
        audience: row.audience.clone(),
        due_at: row.due_at.into(),
        overdue: is_overdue(row.facts.state, row.due_at, now),
        requester: names.of(&row.facts.requester),
        held_by: row
            .facts
            .lease
            .as_ref()
            .and_then(|lease| held_by(lease, names.of(&lease.person), now)),
        checks: row.checks.as_ref().map(checks),
        refusal_kind: row.refusal.as_ref().map(|refusal| refusal.kind.into()),
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
        version: row.version,
    }
}

/// One row of the queue.
pub fn queue_row(row: QueueRow, now: Timestamp) -> dto::ItemSummary {
    let holder = |lease: &Lease| dto::PersonRef {
        id: lease.person.to_string(),
        name: row
            .holder_name
            .clone()
            .unwrap_or_else(|| lease.person.to_string()),
    };
    dto::ItemSummary {
        held_by: row
            .lease
            .as_ref()
            .and_then(|lease| held_by(lease, holder(lease), now)),
        id: row.id.to_string(),
        kind: row.kind.into(),
        title: row.title,
        state: row.state.into(),
        risk: risks(&row.risk),
        audience: row.audience,
        due_at: row.due_at.into(),
        overdue: is_overdue(row.state, row.due_at, now),
        requester: dto::PersonRef {
            id: row.requester.to_string(),
            name: row.requester_name,
        },
        checks: row.checks.as_ref().map(checks),
        refusal_kind: row
            .refusal_kind
            .and_then(|kind| serde_json::from_value(kind.into()).ok()),
        created_at: row.created_at.into(),
        updated_at: row.updated_at.into(),
        version: row.version,
    }
}

fn is_overdue(state: State, due_at: Timestamp, now: Timestamp) -> bool {
    due_at < now && !DONE.contains(&state)
}

fn held_by(lease: &Lease, person: dto::PersonRef, now: Timestamp) -> Option<dto::HeldBy> {
    lease.holds(now).then(|| {
        let seconds = lease.until.duration_since(now).as_secs();
        dto::HeldBy {
            person,
            until: lease.until.into(),
            minutes: (seconds + 59) / 60,
        }
    })
}

fn risks(words: &[String]) -> Vec<dto::Risk> {
    words
        .iter()
        .filter_map(|word| serde_json::from_value(word.as_str().into()).ok())
        .collect()
}

fn checks(checks: &Checks) -> dto::Checks {
    dto::Checks {
        supported: checks.supported,
        doubtful: checks.doubtful,
        unsupported: checks.unsupported,
        person_written: checks.person_written,
        sections: checks.sections,
    }
}

/// A revision with its text.
pub fn revision(row: RevisionRow, names: &Names) -> dto::Revision {
    dto::Revision {
        id: row.id.to_string(),
        number: row.number,
        author: names.maybe(row.author.as_ref()),
        created_at: row.created_at.into(),
        sha256: row.text_sha256,
        public_question: row.public_question,
        sections: row.sections.into_iter().map(section).collect(),
        flags: row.flags.into_iter().map(flag).collect(),
        words: row.words,
        reading_grade: row.reading_grade,
    }
}

fn revision_summary(row: RevisionSummary, names: &Names) -> dto::RevisionSummary {
    dto::RevisionSummary {
        id: row.id.to_string(),
        number: row.number,
        author: names.maybe(row.author.as_ref()),
        created_at: row.created_at.into(),
        note: row.note,
    }
}

fn section(section: Section) -> dto::Section {
    dto::Section {
        heading: section.heading,
        sentences: section.sentences.into_iter().map(sentence).collect(),
        not_covered: section.not_covered,
    }
}

fn sentence(sentence: ClaimSentence) -> dto::ClaimSentence {
    dto::ClaimSentence {
        text: sentence.text,
        support: sentence.support.into(),
        support_probability: sentence.support_probability,
        citations: sentence.citations.into_iter().map(citation).collect(),
        note: sentence.note,
    }
}

pub(super) fn citation(citation: Citation) -> dto::Citation {
    dto::Citation {
        document: citation.document.to_string(),
        version: citation.version.to_string(),
        title: citation.title,
        heading: citation.heading,
        page: citation.page,
        start: citation.start as u64,
        end: citation.end as u64,
        quote: citation.quote,
    }
}

fn flag(flag: Flag) -> dto::Flag {
    dto::Flag {
        kind: flag.kind.into(),
        detail: flag.detail,
    }
}

fn refusal(refusal: &Refusal) -> dto::Refusal {
    let nearest = refusal.nearest.iter().map(|near| dto::Nearest {
        document: near.document.to_string(),
        version: near.version.to_string(),
        title: near.title.clone(),
        owner: near.owner.clone(),
        quote: near.quote.clone(),
        heading: near.heading.clone(),
        page: near.page,
    });
    dto::Refusal {
        kind: refusal.kind.into(),
        reason: refusal.reason.clone(),
        nearest: nearest.collect(),
    }
}

fn decision(row: DecisionRow, names: &Names) -> dto::Decision {
    dto::Decision {
        id: row.id.to_string(),
        decision: row.decision.into(),
        reason: row.reason.map(dto::ReasonCode::from),
        note: row.note,
        by: names.of(&row.by),
        at: row.at.into(),
        revision_number: row.revision_number,
    }
}

fn action((name, allowed): (ActionName, Result<(), String>)) -> Option<dto::Action> {
    let action = serde_json::from_value(name.as_str().into()).ok()?;
    Some(dto::Action {
        action,
        allowed: allowed.is_ok(),
        reason: allowed.err(),
    })
}

fn approval(approval: &Approval, names: &Names) -> dto::Approval {
    dto::Approval {
        by: names.of(&approval.by),
        at: approval.at.into(),
        revision: approval.revision.to_string(),
        revision_sha256: approval.text_sha256.clone(),
        source_set_sha256: approval.source_set_sha256.clone(),
    }
}

fn publication(row: PublicationRow, config: &Config, names: &Names) -> dto::Publication {
    let folder = match row.kind {
        ItemKind::Faq => "faq",
        ItemKind::Newsletter => "newsletters",
    };
    dto::Publication {
        id: row.id.to_string(),
        url: format!(
            "{}/{folder}/{}",
            config.server.public_url.trim_end_matches('/'),
            row.slug
        ),
        slug: row.slug,
        published_at: row.published_at.into(),
        published_by: names.of(&row.published_by),
        sha256: row.content_sha256,
        withdrawn_at: row.withdrawn_at.map(dto::Time::from),
    }
}

/// What changed from one revision to another.
pub fn comparison(from: u32, to: u32, changes: Vec<Change>) -> dto::Comparison {
    dto::Comparison {
        from,
        to,
        changes: changes.into_iter().map(changed_words).collect(),
    }
}

pub(super) fn changed_words(change: Change) -> dto::Change {
    dto::Change {
        kind: match change.kind {
            ChangeKind::Equal => dto::ChangeKind::Equal,
            ChangeKind::Insert => dto::ChangeKind::Insert,
            ChangeKind::Delete => dto::ChangeKind::Delete,
        },
        text: change.text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_work_is_overdue() {
        let (before, now) = (
            Timestamp::UNIX_EPOCH,
            Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(1),
        );
        for state in State::ALL {
            assert_eq!(is_overdue(state, before, now), !DONE.contains(&state), "{state}");
            assert!(!is_overdue(state, now, before), "{state} is not due yet");
        }
    }

    #[test]
    fn minutes_held_are_rounded_up_and_end_with_the_claim() {
        let now = Timestamp::UNIX_EPOCH;
        let person = crate::ids::PersonId::fresh();
        for (seconds, expected) in [
            (1, Some(1)),
            (60, Some(1)),
            (61, Some(2)),
            (900, Some(15)),
            (0, None),
            (-5, None),
        ] {
            let until = now + jiff::SignedDuration::from_secs(seconds);
            let lease = Lease {
                person: person.clone(),
                until,
            };
            let held = held_by(
                &lease,
                dto::PersonRef {
                    id: String::new(),
                    name: String::new(),
                },
                now,
            );
            assert_eq!(held.map(|held| held.minutes), expected, "{seconds} s");
        }
    }
}
