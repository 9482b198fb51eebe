//! Documents, versions and search hits as their pages show them.

use jiff::civil::Date;
use serde::Serialize;

use super::Names;
use crate::corpus::lifecycle::Standing;
use crate::corpus::{ExtractionWarning, Fidelity, FidelityVerdict, Passage, Span};
use crate::http::dto;
use crate::retrieval::Hit;
use crate::store::{DocumentRow, Resting, VersionRow};
use crate::workflow::{ActionName, Found, VersionView};

/// A document with its versions, newest first; `None` for one without any, which nothing makes.
pub fn document(row: DocumentRow, names: &Names, today: Date) -> Option<dto::Document> {
    let mut versions = row.versions;
    versions.sort_by_key(|version| std::cmp::Reverse(version.number));
    let standings: Vec<Standing> = versions.iter().map(|version| version.standing(today)).collect();
    let in_force = standings.iter().find(|standing| **standing == Standing::InForce);
    let standing = *in_force.or_else(|| standings.first())?;
    Some(dto::Document {
        id: row.id.to_string(),
        title: row.title,
        owner: row.owner,
        audience: row.audience,
        supersedes: row.supersedes.map(|id| id.to_string()),
        versions: versions
            .into_iter()
            .map(|version| version_summary(version, names, today))
            .collect(),
        standing: standing.into(),
    })
}

fn version_summary(row: VersionRow, names: &Names, today: Date) -> dto::VersionSummary {
    dto::VersionSummary {
        standing: row.standing(today).into(),
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
pub fn version(view: VersionView, today: Date) -> dto::Version {
    let names = Names::from(view.names);
    let detail = view.version;
    dto::Version {
        warning_list: detail.row.warnings.iter().map(warning).collect(),
        fidelity: detail.row.fidelity.as_ref().map(fidelity),
        summary: version_summary(detail.row, &names, today),
        title: detail.title,
        owner: detail.owner,
        text: detail.text,
        passages: detail.passages.into_iter().map(passage).collect(),
        compare_with: view.compare_with,
        actions: view.actions.into_iter().filter_map(action).collect(),
        used_by: view.used_by.into_iter().map(usage).collect(),
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
        _ => return None,
    };
    Some(dto::VersionAction {
        action,
        allowed: allowed.is_ok(),
        reason: allowed.err(),
    })
}

fn usage(resting: Resting) -> dto::Usage {
    dto::Usage {
        item: resting.item.to_string(),
        title: resting.title,
        state: resting.state.into(),
    }
}

/// A passage that a search found.
pub fn hit(found: Found) -> dto::Hit {
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
