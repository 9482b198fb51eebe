//! Two versions of a document, compared, as their page shows them.

use jiff::civil::Date;

use super::items::changed_words;
use crate::http::dto;
use crate::review::{Change, FigureChange, Part};
use crate::store::VersionRow;
use crate::workflow::{Line, VersionComparison};

/// Of a run that stayed, so many sentences are given; nobody looks through more of them for what did not change.
const SAME_LINES_MAX: usize = 100;

pub fn version_comparison(compared: VersionComparison, today: Date) -> dto::VersionComparison {
    let VersionComparison {
        from,
        to,
        before,
        after,
        difference,
    } = compared;
    let parts = difference.parts.into_iter();
    dto::VersionComparison {
        title: to.title,
        from: version(&from.row, today),
        to: version(&to.row, today),
        figures: difference.figures.into_iter().map(figure).collect(),
        parts: parts.map(|found| part(found, &before, &after)).collect(),
        left_out: difference.left_out as u64,
    }
}

fn version(row: &VersionRow, today: Date) -> dto::ComparedVersion {
    dto::ComparedVersion {
        version: row.id.to_string(),
        number: row.number,
        standing: row.standing(today).into(),
        sentences: u32::try_from(row.sentences).unwrap_or(u32::MAX),
    }
}

fn figure(change: FigureChange) -> dto::FigureChange {
    dto::FigureChange {
        part: u32::try_from(change.part).unwrap_or(u32::MAX),
        kind: change.kind.to_owned(),
        before: change.before,
        after: change.after,
    }
}

fn part(part: Part, before: &[Line], after: &[Line]) -> dto::DifferencePart {
    let one = |kind, lines: &[Line], place: usize, changed: Vec<Change>| dto::DifferencePart {
        kind,
        lines: lines.get(place).map(line).into_iter().collect(),
        more: 0,
        changes: changed.into_iter().map(changed_words).collect(),
    };
    match part {
        Part::Same { after: run, .. } => {
            let given = after.get(run.clone()).unwrap_or_default();
            dto::DifferencePart {
                kind: dto::DifferenceKind::Same,
                lines: given.iter().take(SAME_LINES_MAX).map(line).collect(),
                more: run.len().saturating_sub(SAME_LINES_MAX) as u64,
                changes: Vec::new(),
            }
        }
        Part::Changed {
            after: place,
            changes: words,
            ..
        } => one(dto::DifferenceKind::Changed, after, place, words),
        Part::Removed(place) => one(dto::DifferenceKind::Removed, before, place, Vec::new()),
        Part::Added(place) => one(dto::DifferenceKind::Added, after, place, Vec::new()),
    }
}

fn line(line: &Line) -> dto::DifferenceLine {
    dto::DifferenceLine {
        text: line.text.clone(),
        is_heading: line.is_heading,
        page: line.page,
        start: line.start as u64,
    }
}
