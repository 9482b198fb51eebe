//! A document's way in: add, approve by another person, reject, revoke.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::app::App;
use super::caller::Caller;
use super::care::{may_look_after, topics_of};
use super::error::WorkflowError;
use super::sources::lose;
use crate::accounts::Permission;
use crate::corpus::lifecycle::{VersionCommand, VersionState, decide};
use crate::corpus::{Extracted, ExtractionLimits, extract};
use crate::ids::{DocumentId, PersonId, VersionId};
use crate::store::{DocumentRow, NewVersion, VersionDecision, VersionRow, WriteTx};

/// A file with what its owner says of it.
#[derive(Debug, Clone, Default)]
pub struct NewDocument {
    pub bytes: Vec<u8>,
    pub file_name: String,
    pub title: Option<String>,
    pub owner: Option<String>,
    pub audience: Option<String>,
    /// Who looks after a document that is new.
    pub owner_person: Option<PersonId>,
    /// As they were typed; a new document is filed under them.
    pub topics: Vec<String>,
    pub effective: Option<Date>,
    pub expires: Option<Date>,
    /// The document of which this is a new version.
    pub document: Option<DocumentId>,
    /// The document that this one replaces once it takes effect.
    pub supersedes: Option<DocumentId>,
}

const MIB: u64 = 1024 * 1024;
const NAME_CHARACTERS_MAX: usize = 200;

/// Reads the file in a process of its own and stores it as a version waiting for approval.
///
/// An unchanged file of the same document adds nothing: its version is given back as it is. With other dates it is a
/// new version all the same, or what ends could not be given another year.
pub async fn add_document(
    app: &App,
    caller: &Caller,
    new: NewDocument,
) -> Result<(DocumentId, VersionId), WorkflowError> {
    caller.needs(Permission::DocumentUpload)?;
    check_dates(&new)?;
    topics_of(&new.topics)?;
    let sha256 = hex::encode(Sha256::digest(&new.bytes));
    if let Some(document) = &new.document
        && let Some(known) = app.store.document(document).await?
        && let Some(same) = known.versions.into_iter().find(|version| {
            version.sha256 == sha256 && is_open(version.state) && has_its_dates(&new, version)
        })
    {
        return Ok((same.document, same.id));
    }
    let extracted = extract(&new.bytes, &new.file_name, &limits(app)).await?;
    let mut tx = app.store.write().await?;
    let document = document_of(&mut tx, &new, &extracted).await?;
    let known = tx
        .document(&document)
        .await?
        .map_or(0, |document| document.versions.len());
    let number = u32::try_from(known).unwrap_or(u32::MAX).saturating_add(1);
    let version = version(caller, &new, document.clone(), number, sha256, extracted);
    let id = version.row.id.clone();
    let mut entry = caller.entry(
        "version.added",
        id.as_str(),
        json!({ "document": document, "number": number, "warnings": version.row.warnings.len(), "text_sha256": version.row.text_sha256 }),
    );
    entry.content_sha256 = Some(version.row.sha256.clone());
    tx.insert_version(&version).await?;
    tx.commit(vec![entry]).await?;
    Ok((document, id))
}

/// Whether the dates that were given, if any, are those of the version.
fn has_its_dates(new: &NewDocument, version: &VersionRow) -> bool {
    (new.effective.is_none() || new.effective == version.effective)
        && (new.expires.is_none() || new.expires == version.expires)
}

fn is_open(state: VersionState) -> bool {
    matches!(state, VersionState::Pending | VersionState::Approved)
}

pub(super) fn limits(app: &App) -> ExtractionLimits {
    let documents = &app.config.documents;
    ExtractionLimits {
        bytes_max: app.config.server.upload_mib_max * MIB,
        seconds_max: documents.seconds_max,
        memory_max_bytes: documents.memory_mib_max * MIB,
        text_bytes_max: documents.text_mib_max * MIB,
    }
}

fn check_dates(new: &NewDocument) -> Result<(), WorkflowError> {
    match (new.effective, new.expires) {
        (Some(effective), Some(expires)) if expires < effective => Err(WorkflowError::invalid(
            "expires",
            "The document would expire before it takes effect.",
        )),
        _ => Ok(()),
    }
}

async fn document_of(
    tx: &mut WriteTx,
    new: &NewDocument,
    extracted: &Extracted,
) -> Result<DocumentId, WorkflowError> {
    for named in [&new.document, &new.supersedes].into_iter().flatten() {
        if tx.document(named).await?.is_none() {
            return Err(WorkflowError::NotFound("document"));
        }
    }
    if let Some(document) = &new.document {
        return Ok(document.clone());
    }
    if let Some(person) = &new.owner_person {
        may_look_after(tx, person, "owner_person").await?;
    }
    let from_name = || {
        new.file_name
            .rsplit_once('.')
            .map_or(new.file_name.as_str(), |(stem, _)| stem)
            .to_owned()
    };
    let title = [new.title.clone(), extracted.title.clone()]
        .into_iter()
        .flatten()
        .find(|title| !title.trim().is_empty());
    let row = DocumentRow {
        id: DocumentId::fresh(),
        title: cleaned(&title.unwrap_or_else(from_name)),
        owner: cleaned(new.owner.as_deref().unwrap_or("District office")),
        audience: cleaned(new.audience.as_deref().unwrap_or("families")),
        supersedes: new.supersedes.clone(),
        owner_person: new.owner_person.clone(),
        deputy_person: None,
        topics: topics_of(&new.topics)?,
        review_by: None,
        created_at: Timestamp::now(),
        version: 1,
        versions: Vec::new(),
    };
    tx.insert_document(&row).await?;
    Ok(row.id)
}

fn cleaned(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(NAME_CHARACTERS_MAX)
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn version(
    caller: &Caller,
    new: &NewDocument,
    document: DocumentId,
    number: u32,
    sha256: String,
    extracted: Extracted,
) -> NewVersion {
    let row = VersionRow {
        id: VersionId::fresh(),
        document,
        number,
        state: VersionState::Pending,
        file_name: cleaned(&new.file_name),
        media_type: extracted.media_type,
        bytes: new.bytes.len() as u64,
        sha256,
        text_sha256: hex::encode(Sha256::digest(extracted.text.as_bytes())),
        extraction_ok: true,
        pages: extracted.pages,
        sentences: extracted
            .passages
            .iter()
            .map(|passage| passage.sentences.len() as u64)
            .sum(),
        warnings: extracted.warnings,
        fidelity: extracted.fidelity,
        uploaded_by: caller.person.clone(),
        uploaded_at: Timestamp::now(),
        decided_by: None,
        decided_at: None,
        reason: None,
        effective: new.effective,
        expires: new.expires,
        superseded_on: None,
        version: 1,
    };
    NewVersion {
        row,
        text: extracted.text,
        passages: extracted.passages,
        original: new.bytes.clone(),
    }
}

/// Puts a version into force from its effective date; the version it replaces ends on that day. With
/// `warnings_seen` the approver says that they looked at the text that readers of the file do not see, and at the figures
/// that its text lacks.
pub async fn approve_version(
    app: &App,
    caller: &Caller,
    id: &VersionId,
    expected: i64,
    warnings_seen: bool,
) -> Result<(), WorkflowError> {
    decide_version(
        app,
        caller,
        id,
        expected,
        VersionCommand::Approve { warnings_seen },
    )
    .await
}

pub async fn reject_version(
    app: &App,
    caller: &Caller,
    id: &VersionId,
    expected: i64,
    reason: String,
) -> Result<(), WorkflowError> {
    decide_version(app, caller, id, expected, VersionCommand::Reject { reason }).await
}

/// Ends a version's force now. Approvals that rest on it are void in the same transaction.
pub async fn revoke_version(
    app: &App,
    caller: &Caller,
    id: &VersionId,
    expected: i64,
    reason: String,
) -> Result<(), WorkflowError> {
    decide_version(app, caller, id, expected, VersionCommand::Revoke { reason }).await
}

async fn decide_version(
    app: &App,
    caller: &Caller,
    id: &VersionId,
    expected: i64,
    command: VersionCommand,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::DocumentApprove)?;
    let mut tx = app.store.write().await?;
    let row = tx
        .version(id)
        .await?
        .ok_or(WorkflowError::NotFound("version"))?
        .row;
    if row.version != expected {
        return Err(WorkflowError::Stale);
    }
    let (action, reason) = match &command {
        VersionCommand::Approve { .. } => ("version.approved", None),
        VersionCommand::Reject { reason } => ("version.rejected", Some(reason.clone())),
        VersionCommand::Revoke { reason } => ("version.revoked", Some(reason.clone())),
    };
    let state = decide(&row.facts(), &caller.person, command)
        .map_err(|refused| WorkflowError::RefusedDocument(refused.to_string()))?;
    let decision = VersionDecision {
        state,
        by: caller.person.clone(),
        at: Timestamp::now(),
        reason: reason.clone(),
    };
    tx.set_version_state(id, expected, &decision).await?;
    let mut details = json!({ "document": row.document, "reason_given": reason.is_some() });
    if state == VersionState::Approved {
        // An approval stands only if what readers do not see, or the model would not, was looked at; the record says how
        // much that was.
        details["warnings_accepted"] = json!(row.to_be_seen().count());
    }
    let mut entry = caller.entry(action, id.as_str(), details);
    entry.content_sha256 = Some(row.sha256.clone());
    let mut entries = vec![entry];
    if state == VersionState::Approved {
        supersede_older(app, &mut tx, &row).await?;
    }
    if state == VersionState::Revoked {
        let title = tx
            .document(&row.document)
            .await?
            .map_or_else(String::new, |document| document.title);
        let words = format!("The source \"{title}\" was revoked.");
        entries.extend(lose(app, &mut tx, id, &words).await?);
    }
    tx.commit(entries).await?;
    // The index follows by itself (`library::sync`), and what it still holds of a lost source no search can see.
    super::sources::void_lost_sources(app).await?;
    Ok(())
}

/// Older approved versions of this document, and of the one it replaces, end when this one takes effect.
async fn supersede_older(app: &App, tx: &mut WriteTx, row: &VersionRow) -> Result<(), WorkflowError> {
    let from = row.effective.map_or_else(
        || app.config.today(),
        |effective| effective.max(app.config.today()),
    );
    tx.set_superseded(&row.document, Some(&row.id), from).await?;
    if let Some(replaced) = tx
        .document(&row.document)
        .await?
        .and_then(|document| document.supersedes)
    {
        tx.set_superseded(&replaced, None, from).await?;
    }
    Ok(())
}
