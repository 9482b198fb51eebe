//! The uploaded file of a version, and what can be shown of it beside its text.

use super::adding::extraction_limits;
use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::corpus::{ExtractionError, Rendition, show};
use crate::ids::VersionId;
use crate::store::VersionDetail;

/// A version with its file.
pub async fn original(
    app: &App,
    caller: &Caller,
    id: &VersionId,
) -> Result<(VersionDetail, Vec<u8>), WorkflowError> {
    caller.needs(Permission::DocumentRead)?;
    let missing = || WorkflowError::NotFound("version");
    let version = app.store.version(id).await?.ok_or_else(missing)?;
    let bytes = app.store.version_bytes(id).await?.ok_or_else(missing)?;
    Ok((version, bytes))
}

/// The file as HTML of our own making, with an anchor `s{n}` where the text's sentence `n`, counted from 0, comes from. The
/// file is read again in a process of its own.
pub async fn rendition(app: &App, version: VersionDetail, bytes: &[u8]) -> Result<String, ExtractionError> {
    let shown: Rendition = show(bytes, &version.row.file_name, &extraction_limits(app)).await?;
    // Finding the sentences of a long file computes; it must not hold up the runtime's threads.
    let placed = tokio::task::spawn_blocking(move || {
        let spans = version.passages.iter().flat_map(|passage| &passage.sentences);
        let sentences: Vec<&str> = spans
            .map(|span| version.text.get(span.start..span.end).unwrap_or_default())
            .collect();
        shown.html(&sentences)
    });
    placed
        .await
        .map_err(|_| ExtractionError::Crashed("placing its sentences stopped".into()))
}
