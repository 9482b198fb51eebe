//! Two versions of a document beside each other, as the texts that drafts are made from.

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::corpus::lifecycle::{Standing, VersionState};
use crate::ids::DocumentId;
use crate::review::{Difference, difference};
use crate::store::{DocumentRow, VersionDetail, VersionRow};

/// One sentence or heading of a version's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub is_heading: bool,
    pub page: Option<u32>,
    /// Where it begins in the text, in bytes; of a heading, where what stands under it begins.
    pub start: usize,
}

/// What changed between two versions.
#[derive(Debug, Clone)]
pub struct VersionComparison {
    pub from: VersionDetail,
    pub to: VersionDetail,
    pub before: Vec<Line>,
    pub after: Vec<Line>,
    pub difference: Difference,
}

/// Compare two versions of a document by their numbers.
pub async fn compare_versions(
    app: &App,
    caller: &Caller,
    document: &DocumentId,
    from: u32,
    to: u32,
) -> Result<VersionComparison, WorkflowError> {
    caller.needs(Permission::DocumentRead)?;
    let row = app.store.document(document).await?;
    let row = row.ok_or(WorkflowError::NotFound("document"))?;
    let detail = async |number: u32| -> Result<VersionDetail, WorkflowError> {
        let version = row.versions.iter().find(|version| version.number == number);
        let missing = WorkflowError::NotFound("version");
        let Some(version) = version else {
            return Err(missing);
        };
        app.store.version(&version.id).await?.ok_or(missing)
    };
    let (from, to) = (detail(from).await?, detail(to).await?);
    // Aligning two long texts computes; it must not hold up the runtime's threads.
    let compared = tokio::task::spawn_blocking(move || {
        let (before, after) = (lines(&from), lines(&to));
        let difference = difference(&texts(&before), &texts(&after));
        VersionComparison {
            from,
            to,
            before,
            after,
            difference,
        }
    });
    compared.await.map_err(|_| {
        WorkflowError::Internal("comparing the versions stopped before it was done; try again".into())
    })
}

fn texts(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

/// A version's sentences in order, each heading before what stands under it.
fn lines(version: &VersionDetail) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut under: &[String] = &[];
    for passage in &version.passages {
        let kept = under
            .iter()
            .zip(&passage.heading)
            .take_while(|(one, other)| one == other)
            .count();
        for heading in &passage.heading[kept..] {
            lines.push(Line {
                text: heading.clone(),
                is_heading: true,
                page: passage.page,
                start: passage.start,
            });
        }
        under = &passage.heading;
        lines.extend(passage.sentences.iter().map(|span| {
            Line {
                text: version
                    .text
                    .get(span.start..span.end)
                    .unwrap_or_default()
                    .to_owned(),
                is_heading: false,
                page: passage.page,
                start: span.start,
            }
        }));
    }
    lines
}

/// The number of the version that somebody who decides on `row` compares it with: the one in force beside it, else the
/// last that was approved before it.
pub(super) fn compared_with(app: &App, document: &DocumentRow, row: &VersionRow) -> Option<u32> {
    let others = || document.versions.iter().filter(|other| other.id != row.id);
    let in_force = others().find(|other| other.standing(app.config.today()) == Standing::InForce);
    let approved = others()
        .filter(|other| other.number < row.number)
        .filter(|other| matches!(other.state, VersionState::Approved | VersionState::Revoked))
        .max_by_key(|other| other.number);
    in_force
        .filter(|other| other.number < row.number)
        .or(approved)
        .map(|other| other.number)
}
