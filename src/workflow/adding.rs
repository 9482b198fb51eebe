//! A file's way in: what it is among the documents that are there, and its version, which waits for approval.

mod file;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};

use self::file::File;
use super::app::App;
use super::caller::Caller;
use super::care::{may_look_after, topics_of};
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::audit::NewEntry;
use crate::corpus::imports::{Because, Dates, Known, KnownVersion, Plan, file_title};
use crate::corpus::lifecycle::VersionState;
use crate::corpus::{
    Extracted, ExtractionError, ExtractionLimits, Recognition, extract, extract_recognising, one_line,
};
use crate::ids::{DocumentId, PersonId, VersionId};
use crate::store::{DocumentRow, NewVersion, VersionRow, WriteTx};

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
    /// Where in an import it came from; none for a file that was added by itself.
    pub place: Option<ImportPlace>,
}

/// A file's path within an import, and the paths of those that came with it.
#[derive(Debug, Clone)]
pub struct ImportPlace {
    pub path: String,
    pub siblings: Arc<BTreeSet<String>>,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    pub document: DocumentId,
    pub version: VersionId,
    pub how: How,
    /// By what the document was known, whether the file was there already, and what was not taken over. Sentences.
    pub said: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    NewDocument,
    NewVersion,
    /// The newest version of the document is this file; nothing was added.
    Unchanged,
}

const MIB: u64 = 1024 * 1024;
pub(super) const NAME_CHARACTERS_MAX: usize = 200;

/// Reads the file in a process of its own and stores it as a version waiting for approval.
///
/// An unchanged file adds nothing: its version is given back as it is. With other dates it is a new version all the
/// same, or what ends could not be given another year. Two people who add the same file at once get
/// the same version, because what the file is gets decided once more inside the transaction that stores it.
pub async fn add_document(app: &App, caller: &Caller, new: NewDocument) -> Result<Added, WorkflowError> {
    caller.needs(Permission::DocumentUpload)?;
    check_dates(&new)?;
    topics_of(&new.topics)?;
    let sha256 = hex::encode(Sha256::digest(&new.bytes));
    let file = File::of(&new, &sha256);
    let known = app.store.known_documents(&file.known_by(None)).await?;
    if let planned @ Plan::Unchanged { .. } = file.decided(None, &known)? {
        return unchanged(app, caller, &new, &planned, &known).await;
    }
    let extracted = read(app, &new).await?;
    let mut tx = app.store.write().await?;
    let found_title = extracted.title.as_deref().map(cleaned);
    let known = tx.known_documents(&file.known_by(found_title.as_deref())).await?;
    let planned = file.decided(found_title.as_deref(), &known)?;
    let (document, newest) = match &planned {
        Plan::Unchanged { .. } => {
            drop(tx);
            return unchanged(app, caller, &new, &planned, &known).await;
        }
        Plan::NewVersion { document, .. } => {
            let known = known.iter().find(|known| known.document == *document);
            (document.clone(), known.and_then(|known| known.newest.as_ref()))
        }
        Plan::NewDocument { .. } => (insert_document(&mut tx, &new, &extracted).await?, None),
    };
    let stored = store_version(tx, caller, &new, document, newest, sha256, extracted).await?;
    Ok(Added {
        said: said(&planned, &new, &known, newest, &stored),
        how: match planned {
            Plan::NewDocument { .. } => How::NewDocument,
            _ => How::NewVersion,
        },
        document: stored.document,
        version: stored.id,
    })
}

/// The file's text, with that of scanned pages where the district has switched recognition on.
async fn read(app: &App, new: &NewDocument) -> Result<Extracted, ExtractionError> {
    let (documents, limits) = (&app.config.documents, extraction_limits(app));
    if !documents.ocr {
        return extract(&new.bytes, &new.file_name, &limits).await;
    }
    let recognition = Recognition {
        language: documents.ocr_language.clone(),
        seconds_max: documents.ocr_seconds_max,
    };
    extract_recognising(&new.bytes, &new.file_name, &limits, &recognition).await
}

/// The limits under which a file is read.
pub(super) fn extraction_limits(app: &App) -> ExtractionLimits {
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

/// Nothing is added; a document whose file has moved remembers where it is now.
async fn unchanged(
    app: &App,
    caller: &Caller,
    new: &NewDocument,
    planned: &Plan,
    known: &[Known],
) -> Result<Added, WorkflowError> {
    let Plan::Unchanged {
        document,
        version,
        because,
    } = planned
    else {
        return Err(WorkflowError::Internal(
            "a changed file was taken for an unchanged one".into(),
        ));
    };
    let there = known.iter().find(|known| known.document == *document);
    let newest = there.and_then(|known| known.newest.as_ref());
    if let (Some(place), Some(there)) = (&new.place, there)
        && has_moved(place, there)
    {
        let mut tx = app.store.write().await?;
        tx.set_import_path(document, &place.path).await?;
        let entry = caller.entry("document.moved", document.as_str(), json!({ "version": version }));
        tx.commit(vec![entry]).await?;
    }
    let mut said = match newest {
        Some(newest) => same_file(app, newest).await?,
        None => "The same file is here already; nothing was added.".to_owned(),
    };
    if matches!(because, Because::Content | Because::Title)
        && let Some(there) = there
    {
        said.push_str(&format!(
            " It belongs to \"{}\", known by {}.",
            there.title,
            because.in_words()
        ));
    }
    if let Some(differs) = there.and_then(|there| title_differs(new, there)) {
        said.push_str(&differs);
    }
    Ok(Added {
        document: document.clone(),
        version: version.clone(),
        how: How::Unchanged,
        said,
    })
}

/// Whether the document's path is to become this one. One whose own file is part of the import stays where it is.
fn has_moved(place: &ImportPlace, there: &Known) -> bool {
    match &there.import_path {
        Some(path) => *path != place.path && !place.siblings.contains(path),
        None => true,
    }
}

async fn same_file(app: &App, newest: &KnownVersion) -> Result<String, WorkflowError> {
    let by = app.store.person(&newest.uploaded_by).await?;
    let by = by.map_or_else(String::new, |person| format!(" by {}", person.name));
    let day = newest.uploaded_at.to_zoned(app.config.time_zone()).date();
    Ok(format!(
        "The same file is here already as version {}, added{by} on {day}; nothing was added.",
        newest.number
    ))
}

async fn insert_document(
    tx: &mut WriteTx,
    new: &NewDocument,
    extracted: &Extracted,
) -> Result<DocumentId, WorkflowError> {
    if let Some(person) = &new.owner_person {
        may_look_after(tx, person, "owner_person").await?;
    }
    let title = [new.title.clone(), extracted.title.clone()]
        .into_iter()
        .flatten()
        .find(|title| !cleaned(title).is_empty());
    let row = DocumentRow {
        id: DocumentId::fresh(),
        title: cleaned(&title.unwrap_or_else(|| file_title(&new.file_name).to_owned())),
        owner: cleaned(new.owner.as_deref().unwrap_or("District office")),
        audience: cleaned(new.audience.as_deref().unwrap_or("families")),
        supersedes: new.supersedes.clone(),
        owner_person: new.owner_person.clone(),
        deputy_person: None,
        topics: topics_of(&new.topics)?,
        review_by: None,
        import_path: new.place.as_ref().map(|place| place.path.clone()),
        created_at: Timestamp::now(),
        version: 1,
        versions: Vec::new(),
    };
    tx.insert_document(&row).await?;
    Ok(row.id)
}

async fn store_version(
    mut tx: WriteTx,
    caller: &Caller,
    new: &NewDocument,
    document: DocumentId,
    newest: Option<&KnownVersion>,
    sha256: String,
    extracted: Extracted,
) -> Result<VersionRow, WorkflowError> {
    let known = tx
        .document(&document)
        .await?
        .map_or(0, |document| document.versions.len());
    let number = u32::try_from(known).unwrap_or(u32::MAX).saturating_add(1);
    let version = version(caller, new, document, number, newest, sha256, extracted);
    let row = version.row.clone();
    let mut entry: NewEntry = caller.entry(
        "version.added",
        row.id.as_str(),
        json!({ "document": row.document, "number": number, "warnings": row.warnings.len(), "text_sha256": row.text_sha256 }),
    );
    entry.content_sha256 = Some(row.sha256.clone());
    if let Some(place) = &new.place {
        tx.set_import_path(&row.document, &place.path).await?;
    }
    tx.insert_version(&version).await?;
    tx.commit(vec![entry]).await?;
    Ok(row)
}

/// A text as a title, an owner or a name can be: one line of bounded length.
pub(super) fn cleaned(text: &str) -> String {
    let line: String = one_line(text).chars().take(NAME_CHARACTERS_MAX).collect();
    line.trim_end().to_owned()
}

fn version(
    caller: &Caller,
    new: &NewDocument,
    document: DocumentId,
    number: u32,
    newest: Option<&KnownVersion>,
    sha256: String,
    extracted: Extracted,
) -> NewVersion {
    let text_sha256 = hex::encode(Sha256::digest(extracted.text.as_bytes()));
    let given = Dates {
        effective: new.effective,
        expires: new.expires,
    };
    let dates = dates(given, new.place.is_some(), &text_sha256, newest);
    let row = VersionRow {
        id: VersionId::fresh(),
        document,
        number,
        state: VersionState::Pending,
        file_name: cleaned(&new.file_name),
        media_type: extracted.media_type,
        bytes: new.bytes.len() as u64,
        sha256,
        text_sha256,
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
        effective: dates.effective,
        expires: dates.expires,
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

/// The days of a new version. An import gives none for most files: where the text is the same as before, so are its
/// days; where it is another text, nobody has said until when that is right, and the result says so.
fn dates(given: Dates, imported: bool, text_sha256: &str, newest: Option<&KnownVersion>) -> Dates {
    match newest {
        Some(newest) if imported && given == Dates::default() && newest.text_sha256 == text_sha256 => {
            newest.dates
        }
        _ => given,
    }
}

/// What whoever added the file should know of it.
fn said(
    planned: &Plan,
    new: &NewDocument,
    known: &[Known],
    newest: Option<&KnownVersion>,
    stored: &VersionRow,
) -> String {
    let mut said = Vec::new();
    match planned {
        Plan::NewDocument { same_title } if *same_title > 0 && new.place.is_some() => said.push(format!(
            "A new document; {same_title} other {} this title and can't be told from it. If it is a new version of one, \
             name that one in a manifest.",
            if *same_title == 1 { "document has" } else { "documents have" }
        )),
        Plan::NewDocument { .. } => said.push("A new document; it waits for another person's approval.".to_owned()),
        Plan::NewVersion { document, because } => {
            let there = known.iter().find(|known| known.document == *document);
            let title = there.map_or("", |there| there.title.as_str());
            said.push(format!(
                "Version {} of \"{title}\", known by {}; it waits for another person's approval.",
                stored.number,
                because.in_words()
            ));
            if newest.is_some_and(|newest| newest.text_sha256 == stored.text_sha256) {
                said.push("Its text is the same as before; only the file differs.".to_owned());
            } else if let Some(before) = newest.and_then(|newest| newest.dates.expires)
                && stored.expires.is_none()
            {
                said.push(format!(
                    "No last day was given for it; the version before it ends on {before}. Look at that before you approve it."
                ));
            }
            if let Some(differs) = there.and_then(|there| title_differs(new, there)) {
                said.push(differs.trim().to_owned());
            }
        }
        Plan::Unchanged { .. } => {}
    }
    if !stored.warnings.is_empty() {
        said.push(match stored.warnings.len() {
            1 => "1 warning about its text.".to_owned(),
            warnings => format!("{warnings} warnings about its text."),
        });
    }
    said.join(" ")
}

/// A title that was given for a document that has another is not taken over behind its owner's back.
fn title_differs(new: &NewDocument, there: &Known) -> Option<String> {
    let title = new.title.as_deref().map(cleaned)?;
    (new.place.is_some() && !title.is_empty() && title != there.title)
        .then(|| format!(" The document keeps its title \"{}\".", there.title))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_kept_only_with_the_text_they_were_given_for() {
        let until = |year| Dates {
            effective: None,
            expires: Some(date(year, 7, 31)),
        };
        let newest = KnownVersion {
            id: VersionId::fresh(),
            number: 1,
            state: VersionState::Approved,
            sha256: "a".into(),
            text_sha256: "t".into(),
            dates: until(2027),
            uploaded_by: PersonId::fresh(),
            uploaded_at: Timestamp::UNIX_EPOCH,
        };
        let none = Dates::default();
        for (given, imported, text, newest, wanted) in [
            (none, true, "t", Some(&newest), until(2027)),
            (none, true, "u", Some(&newest), none),
            (none, false, "t", Some(&newest), none),
            (until(2028), true, "t", Some(&newest), until(2028)),
            (none, true, "t", None, none),
        ] {
            assert_eq!(dates(given, imported, text, newest), wanted);
        }
    }
}
