//! Places where sources disagree, as their page shows them.

use super::Names;
use super::documents::span;
use crate::http::dto;
use crate::workflow::{ConflictSide, Conflicts};

pub fn conflicts(all: Conflicts) -> dto::ConflictReport {
    let names = Names::from(all.names);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    dto::ConflictReport {
        open: count(all.found.iter().filter(|found| found.dismissal.is_none()).count()),
        sources: count(all.sources),
        sentences: all.sentences as u64,
        entries: all
            .found
            .into_iter()
            .map(|found| dto::Conflict {
                id: found.id.to_string(),
                kind: found.kind.to_owned(),
                left: side(found.left),
                right: side(found.right),
                dismissal: found.dismissal.map(|row| dto::ConflictDismissal {
                    by: names.of(&row.by),
                    at: row.at.into(),
                    reason: row.reason,
                }),
            })
            .collect(),
    }
}

fn side(side: ConflictSide) -> dto::ConflictSide {
    dto::ConflictSide {
        document: side.document.to_string(),
        version: side.version.to_string(),
        title: side.title,
        owner: side.owner,
        heading: side.heading,
        page: side.page,
        span: span(side.span),
        text: side.text,
        figures: side.figures,
    }
}
