//! Documents, versions and search hits as their pages show them.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

use super::Names;
use crate::config::Config;
use crate::corpus::lifecycle::{Standing, VersionState};
use crate::corpus::owners::in_charge;
use crate::corpus::{ExtractionWarning, Fidelity, FidelityVerdict, Passage, Span};
use crate::http::dto;
use crate::ids::{PersonId, VersionId};
use crate::retrieval::Hit;
use crate::store::{CitingText, DocumentRow, VersionRow};
use crate::workflow::{ActionName, Found, VersionView};

/// What is shown of a document depends on the day and on who can act.
#[derive(Debug)]
pub struct Seen {
    pub names: Names,
    /// Those who can look after documents.
    pub acting: BTreeSet<PersonId>,
    pub day: Day,
}

/// A day, and how many days ahead an end is soon.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    pub today: Date,
    pub soon: i32,
}

impl Day {
    pub fn of(config: &Config) -> Day {
        Day {
            today: config.today(),
            soon: config.review.expires_soon_days,
        }
    }
}

/// A document with its versions, newest first; `None` for one without any, which nothing makes.
pub fn document(row: DocumentRow, seen: &Seen) -> Option<dto::Document> {
    let Day { today, soon } = seen.day;
    let in_charge = in_charge(row.owner_person.as_ref(), row.deputy_person.as_ref(), |person| {
        seen.acting.contains(person)
    });
    let in_charge = seen.names.maybe(in_charge.person());
    let looks_after = |person: &PersonId| {
        let dto::PersonRef { id, name } = seen.names.of(person);
        let acts = seen.acting.contains(person);
        dto::LooksAfter { id, name, acts }
    };
    let mut versions = row.versions;
    versions.sort_by_key(|version| std::cmp::Reverse(version.number));
    let standings: Vec<Standing> = versions.iter().map(|version| version.standing(today)).collect();
    let in_force = standings
        .iter()
        .position(|standing| *standing == Standing::InForce);
    let standing = *in_force.map_or_else(|| standings.first(), |place| standings.get(place))?;
    let waiting = versions
        .first()
        .filter(|newest| newest.state == VersionState::Pending);
    Some(dto::Document {
        id: row.id.to_string(),
        title: row.title,
        owner: row.owner,
        audience: row.audience,
        supersedes: row.supersedes.map(|id| id.to_string()),
        owner_person: row.owner_person.as_ref().map(looks_after),
        deputy_person: row.deputy_person.as_ref().map(looks_after),
        in_charge,
        topics: row.topics,
        review_by: row.review_by.map(dto::Day::from),
        review_due: row.review_by.is_some_and(|day| day <= today),
        expires_in_days: in_force.and_then(|place| versions.get(place)?.expires_soon(today, soon)),
        waiting: waiting.map(|version| version.id.to_string()),
        version: row.version,
        versions: versions
            .into_iter()
            .map(|version| version_summary(version, &seen.names, seen.day))
            .collect(),
        standing: standing.into(),
    })
}

pub(super) fn version_summary(row: VersionRow, names: &Names, day: Day) -> dto::VersionSummary {
    dto::VersionSummary {
        standing: row.standing(day.today).into(),
        expires_in_days: row.expires_soon(day.today, day.soon),
        id: row.id.to_string(),
        document: row.document.to_string(),
        number: row.number,
        file_name: row.file_name,
        media_type: row.media_type,
        bytes: row.bytes,
        sha256: row.sha256,
        pages: row.pages,
        sentences: u32::try_from(row.sentences).unwrap_or(u32::MAX),
        uploaded_by: names.of(&row.uploaded_by),
        uploaded_at: row.uploaded_at.into(),
        decided_by: names.maybe(row.decided_by.as_ref()),
        decided_at: row.decided_at.map(dto::Time::from),
        effective: row.effective.map(dto::Day::from),
        expires: row.expires.map(dto::Day::from),
        reason: row.reason,
        warnings: u32::try_from(row.warnings.len()).unwrap_or(u32::MAX),
        version: row.version,
    }
}

/// A version with its text and what may be done to it.
pub fn version(view: VersionView, day: Day) -> dto::Version {
    let names = Names::from(view.names);
    let detail = view.version;
    let used_by = view.used_by.into_iter();
    dto::Version {
        used_by: used_by.map(|text| usage(text, &detail.row.id)).collect(),
        warning_list: detail.row.warnings.iter().map(warning).collect(),
        fidelity: detail.row.fidelity.as_ref().map(fidelity),
        summary: version_summary(detail.row, &names, day),
        title: detail.title,
        owner: detail.owner,
        text: detail.text,
        passages: detail.passages.into_iter().map(passage).collect(),
        compare_with: view.compare_with,
        actions: view.actions.into_iter().filter_map(action).collect(),
    }
}

fn fidelity(found: &Fidelity) -> dto::Fidelity {
    dto::Fidelity {
        verdict: match found.verdict {
            FidelityVerdict::Full => dto::FidelityVerdict::Full,
            FidelityVerdict::SomeMissing => dto::FidelityVerdict::SomeMissing,
            FidelityVerdict::Low => dto::FidelityVerdict::Low,
        },
        figures: found.figures,
        missing: found.missing,
        named: found
            .named
            .iter()
            .map(|missing| dto::MissingFigure {
                figure: missing.figure.clone(),
                page: missing.page,
                context: missing.context.clone(),
            })
            .collect(),
    }
}

fn warning(warning: &ExtractionWarning) -> dto::Warning {
    dto::Warning {
        kind: word(&warning.kind),
        detail: warning.detail.clone(),
        must_be_seen: warning.kind.must_be_seen(),
    }
}

/// The word by which an enumeration is written in JSON.
fn word(kind: &impl Serialize) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(word)) => word,
        _ => "other".to_owned(),
    }
}

fn passage(passage: Passage) -> dto::VersionPassage {
    dto::VersionPassage {
        heading: passage.heading,
        page: passage.page,
        start: passage.start as u64,
        end: passage.end as u64,
        sentences: passage.sentences.into_iter().map(span).collect(),
    }
}

pub(super) fn span(span: Span) -> dto::Span {
    dto::Span {
        start: span.start as u64,
        end: span.end as u64,
    }
}

fn action((name, allowed): (ActionName, Result<(), String>)) -> Option<dto::VersionAction> {
    let action = match name {
        ActionName::Approve => dto::VersionActionName::Approve,
        ActionName::Reject => dto::VersionActionName::Reject,
        ActionName::Revoke => dto::VersionActionName::Revoke,
        ActionName::SetDays => dto::VersionActionName::SetDays,
        _ => return None,
    };
    Some(dto::VersionAction {
        action,
        allowed: allowed.is_ok(),
        reason: allowed.err(),
    })
}

/// A text with those of its sentences that cite the version.
fn usage(text: CitingText, version: &VersionId) -> dto::Usage {
    let sentences = text.sections.iter().flat_map(|section| {
        section.sentences.iter().filter_map(|sentence| {
            let of_it = sentence
                .citations
                .iter()
                .filter(|citation| citation.version == *version);
            let cites: Vec<dto::CitedSpan> = of_it
                .map(|citation| dto::CitedSpan {
                    start: citation.start as u64,
                    end: citation.end as u64,
                    quote: citation.quote.clone(),
                })
                .collect();
            (!cites.is_empty()).then(|| dto::CitingSentence {
                heading: section.heading.clone(),
                text: sentence.text.clone(),
                cites,
            })
        })
    });
    dto::Usage {
        sentences: sentences.collect(),
        item: text.item.to_string(),
        title: text.title,
        state: text.state.into(),
        stands: text.stands,
        to_correct: text
            .public
            .as_ref()
            .is_some_and(|public| public.stale_reason.is_some()),
        slug: text.public.map(|public| public.slug),
    }
}

/// A passage that a search found, and the days left of its version where it ends soon.
pub fn hit(found: Found, expires_in_days: Option<i32>) -> dto::Hit {
    let hit = found.hit;
    dto::Hit {
        at: best_sentence(&hit) as u64,
        standing: found.standing.into(),
        number: found.number,
        document: hit.document.to_string(),
        version: hit.version.to_string(),
        title: hit.title,
        owner: hit.owner,
        heading: hit.heading,
        page: hit.page,
        start: hit.start as u64,
        end: hit.end as u64,
        text: hit.text,
        score: hit.score,
        expires_in_days,
        highlights: hit.highlights.into_iter().map(span).collect(),
    }
}

/// Where the first of the sentences with the most words of the search begins.
fn best_sentence(hit: &Hit) -> usize {
    let lit = |sentence: &Span| {
        let inside = |word: &&Span| {
            let at = hit.start + word.start;
            sentence.start <= at && at < sentence.end
        };
        hit.highlights.iter().filter(inside).count()
    };
    let best = hit.sentences.iter().rev().max_by_key(|sentence| lit(sentence));
    best.map_or(hit.start, |sentence| sentence.start)
}
