//! Imports, re-saved versions and the watched folder as their pages show them.

use jiff::Timestamp;

use super::Names;
use super::documents::{Day, version_summary};
use crate::http::dto;
use crate::ids::VersionId;
use crate::store::{ImportCounts, ImportOrigin, ImportRow, ImportState, Outcome, WatchedFileState};
use crate::workflow::{ImportFileView, ImportView, Resaved, WatchView, is_lost};

/// An import with its files.
pub fn import(view: ImportView, now: Timestamp) -> dto::Import {
    let names = Names::from(view.names);
    dto::Import {
        summary: import_summary(view.row, view.counts, &names, now),
        files: view.files.into_iter().map(file).collect(),
    }
}

pub fn import_summary(
    row: ImportRow,
    counts: ImportCounts,
    names: &Names,
    now: Timestamp,
) -> dto::ImportSummary {
    let state = match row.state {
        ImportState::Running if is_lost(&row, now) => dto::ImportState::Lost,
        ImportState::Running => dto::ImportState::Running,
        ImportState::Done => dto::ImportState::Done,
        ImportState::Cancelled => dto::ImportState::Cancelled,
        ImportState::Failed => dto::ImportState::Failed,
    };
    dto::ImportSummary {
        id: row.id.to_string(),
        name: row.name,
        origin: match row.origin {
            ImportOrigin::Upload => dto::ImportOrigin::Upload,
            ImportOrigin::Terminal => dto::ImportOrigin::Terminal,
            ImportOrigin::Watched => dto::ImportOrigin::Watched,
        },
        state,
        started_by: names.of(&row.started_by),
        started_at: row.started_at.into(),
        ended_at: row.ended_at.map(dto::Time::from),
        total: row.total,
        reading: row.reading,
        stopping: row.cancel_requested,
        reason: row.reason,
        counts: dto::ImportCounts {
            new_documents: counts.new_documents,
            new_versions: counts.new_versions,
            unchanged: counts.unchanged,
            passed_over: counts.passed_over,
            failed: counts.failed,
            not_reached: counts.not_reached,
        },
    }
}

fn file(view: ImportFileView) -> dto::ImportFile {
    dto::ImportFile {
        path: view.file.path,
        outcome: match view.file.outcome {
            Outcome::Failed => dto::ImportOutcome::Failed,
            Outcome::NotReached => dto::ImportOutcome::NotReached,
            Outcome::NewDocument => dto::ImportOutcome::NewDocument,
            Outcome::NewVersion => dto::ImportOutcome::NewVersion,
            Outcome::Unchanged => dto::ImportOutcome::Unchanged,
            Outcome::PassedOver => dto::ImportOutcome::PassedOver,
        },
        detail: view.file.detail,
        document: view.file.document.map(|id| id.to_string()),
        version: view.file.version.map(|id| id.to_string()),
        title: view.title,
        standing: view.standing.map(dto::Standing::from),
        resaved: view.resaved,
        approved_before: view.approved_before,
    }
}

pub fn resaved(found: Resaved, names: &Names, day: Day) -> dto::ResavedVersion {
    dto::ResavedVersion {
        title: found.title,
        pending: version_summary(found.pending, names, day),
        in_force: version_summary(found.in_force, names, day),
        allowed: found.allowed.is_ok(),
        reason: found.allowed.err(),
    }
}

pub fn resaved_approval((id, outcome): (VersionId, Result<(), String>)) -> dto::ResavedApproval {
    dto::ResavedApproval {
        id: id.to_string(),
        approved: outcome.is_ok(),
        reason: outcome.err(),
    }
}

pub fn watch(view: Option<WatchView>) -> dto::Watch {
    let Some(view) = view else {
        return dto::Watch {
            folder: None,
            looked_at: None,
            notice: None,
            notice_at: None,
            emptied: false,
            files: Vec::new(),
        };
    };
    let emptied = view.is_emptied();
    let (notice, notice_at) = view.folder.notice.unzip();
    let titles = view.titles;
    dto::Watch {
        folder: Some(view.folder.folder),
        looked_at: view.folder.looked_at.map(dto::Time::from),
        notice,
        notice_at: notice_at.map(dto::Time::from),
        emptied,
        files: view
            .files
            .into_iter()
            .map(|file| dto::WatchedFile {
                path: file.path,
                gone: file.state == WatchedFileState::Vanished,
                detail: file.detail,
                since: file.since.into(),
                title: file.document.as_ref().and_then(|id| titles.get(id)).cloned(),
                document: file.document.map(|id| id.to_string()),
            })
            .collect(),
    }
}
