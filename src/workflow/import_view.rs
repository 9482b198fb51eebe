//! What the page of an import needs: the import, its files, and what can be done about each now.

use std::collections::HashMap;

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use super::resaved::may_be_together;
use crate::accounts::Permission;
use crate::corpus::lifecycle::{Standing, VersionState};
use crate::ids::{DocumentId, ImportId, PersonId, VersionId};
use crate::store::{DocumentRow, ImportCounts, ImportFileRow, ImportRow, Outcome, VersionRow};

/// One import with its files, those that need somebody first.
#[derive(Debug, Clone)]
pub struct ImportView {
    pub row: ImportRow,
    pub counts: ImportCounts,
    pub files: Vec<ImportFileView>,
    pub names: HashMap<PersonId, String>,
}

#[derive(Debug, Clone)]
pub struct ImportFileView {
    pub file: ImportFileRow,
    pub title: Option<String>,
    /// Of the version that the file became, or is.
    pub standing: Option<Standing>,
    /// Whether it waits for approval and differs from the version in force in its file alone.
    pub resaved: bool,
    /// Whether exactly these bytes were approved before and wait for approval again.
    pub approved_before: bool,
}

/// The newest imports, each with how its files fared, and the people's names.
pub async fn import_list(
    app: &App,
    caller: &Caller,
    limit: u32,
) -> Result<(Vec<(ImportRow, ImportCounts)>, HashMap<PersonId, String>), WorkflowError> {
    caller.needs(Permission::DocumentRead)?;
    Ok((app.store.imports(limit).await?, super::views::names(app).await?))
}

pub async fn import_view(app: &App, caller: &Caller, id: &ImportId) -> Result<ImportView, WorkflowError> {
    caller.needs(Permission::DocumentRead)?;
    let row = app
        .store
        .import(id)
        .await?
        .ok_or(WorkflowError::NotFound("import"))?;
    let mut rows = app.store.import_files(id).await?;
    rows.sort_by_key(|file| (file.outcome, file.ordinal));
    let documents = app.store.documents().await?;
    let by_id: HashMap<&DocumentId, &DocumentRow> = documents
        .iter()
        .map(|document| (&document.id, document))
        .collect();
    let today = app.config.today();
    let view = |file: ImportFileRow| {
        let document = file.document.as_ref().and_then(|id| by_id.get(id)).copied();
        let version = document.and_then(|document| version_of(document, file.version.as_ref()));
        let waits = version.is_some_and(|version| version.state == VersionState::Pending);
        ImportFileView {
            title: document.map(|document| document.title.clone()),
            standing: version.map(|version| version.standing(today)),
            resaved: waits
                && document
                    .zip(version)
                    .is_some_and(|(document, version)| may_be_together(document, version, today).is_ok()),
            approved_before: waits && version.is_some_and(|version| approved_before(&documents, version)),
            file,
        }
    };
    Ok(ImportView {
        counts: counted(&rows),
        files: rows.into_iter().map(view).collect(),
        names: super::views::names(app).await?,
        row,
    })
}

fn version_of<'d>(document: &'d DocumentRow, id: Option<&VersionId>) -> Option<&'d VersionRow> {
    document.versions.iter().find(|version| Some(&version.id) == id)
}

fn approved_before(documents: &[DocumentRow], version: &VersionRow) -> bool {
    documents
        .iter()
        .flat_map(|document| &document.versions)
        .any(|other| {
            other.id != version.id && other.sha256 == version.sha256 && other.state == VersionState::Approved
        })
}

fn counted(files: &[ImportFileRow]) -> ImportCounts {
    let of = |outcome| files.iter().filter(|file| file.outcome == outcome).count() as u64;
    ImportCounts {
        new_documents: of(Outcome::NewDocument),
        new_versions: of(Outcome::NewVersion),
        unchanged: of(Outcome::Unchanged),
        passed_over: of(Outcome::PassedOver),
        failed: of(Outcome::Failed),
        not_reached: of(Outcome::NotReached),
    }
}
