//! Many files at once: a ZIP, a folder or several files become versions that wait for approval, one file after the other.
//!
//! One bad file never costs the others: each is noted with what became of it. An import can be stopped between two
//! files, and what was done by then stays; adding the same again takes up where it ended, because a file that is there
//! already is unchanged.

mod described;
mod looking_after;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit};

use super::adding::{Added, How, ImportPlace, NewDocument, add_document, cleaned, extraction_limits};
use super::app::{App, IMPORTS_MAX};
use super::caller::Caller;
use super::error::WorkflowError;
use crate::accounts::Permission;
use crate::corpus::ExtractionError;
use crate::corpus::imports::{Facts, Fate, Found, ImportLimits, Material, file_of};
use crate::ids::ImportId;
use crate::store::{
    ImportCounts, ImportFileRow, ImportOrigin, ImportRow, ImportState, KnownBy, Outcome, StoreError,
};
use described::{Described, describe};
use looking_after::LookingAfter;

/// How many times its packed size a file of a ZIP may unpack to; the formats that are read are packed already.
const RATIO_MAX: u64 = 200;
/// An import that nobody renewed for this long beside the time of one file has lost its process.
const LEASE: Duration = Duration::from_secs(120);
const MIB: u64 = 1024 * 1024;
const DETAIL_CHARACTERS_MAX: usize = 2_000;

/// What somebody adds at once.
#[derive(Debug, Clone)]
pub struct ImportOrder {
    pub material: Material,
    /// What holds for every file that a manifest does not say otherwise of.
    pub given: Facts,
    /// Only the files of these paths, where not all that are there are meant.
    pub only: Option<BTreeSet<String>>,
}

/// A place among the imports that this process holds. Dropping it gives the place back.
#[derive(Debug)]
pub struct Admitted {
    importing: Arc<Mutex<()>>,
    _place: OwnedSemaphorePermit,
}

/// Takes a place for an import that is about to be sent.
///
/// # Errors
/// Too many are held already.
pub fn admit_import(app: &App) -> Result<Admitted, WorkflowError> {
    let place = app.imports_taken.clone().try_acquire_owned();
    let place = place.map_err(|_| WorkflowError::Busy {
        waiting: IMPORTS_MAX as u64,
        retry_after_seconds: 30,
    })?;
    Ok(Admitted {
        importing: app.importing.clone(),
        _place: place,
    })
}

impl Admitted {
    /// Waits until it is this import's turn, and keeps it from being taken for lost meanwhile.
    pub async fn turn(&self, app: &App, id: &ImportId) -> OwnedMutexGuard<()> {
        loop {
            let waited = tokio::time::timeout(LEASE / 2, self.importing.clone().lock_owned()).await;
            if let Ok(turn) = waited {
                return turn;
            }
            let until = lease(app, Timestamp::now());
            if let Err(error) = app.store.renew_import(id, until, None, None).await {
                tracing::warn!(import = %id, error = %error, "an import that waits could not be renewed");
            }
        }
    }
}

/// Notes that an import begins, so that it can be followed from its first file.
pub async fn begin_import(
    app: &App,
    caller: &Caller,
    name: &str,
    origin: ImportOrigin,
) -> Result<ImportRow, WorkflowError> {
    caller.needs(Permission::DocumentUpload)?;
    let now = Timestamp::now();
    let row = ImportRow {
        id: ImportId::fresh(),
        name: cleaned(name),
        origin,
        state: ImportState::Running,
        started_by: caller.person.clone(),
        started_at: now,
        ended_at: None,
        lease_until: lease(app, now),
        cancel_requested: false,
        total: None,
        reading: None,
        reason: None,
    };
    let mut tx = app.store.write().await?;
    tx.insert_import(&row).await?;
    let entry = caller.entry("import.started", row.id.as_str(), json!({ "origin": origin }));
    tx.commit(vec![entry]).await?;
    Ok(row)
}

fn lease(app: &App, now: Timestamp) -> Timestamp {
    let documents = &app.config.documents;
    let file = documents
        .seconds_max
        .saturating_mul(4)
        .saturating_add(documents.ocr_seconds_max);
    now.checked_add(LEASE.saturating_add(Duration::from_secs(file)))
        .unwrap_or(Timestamp::MAX)
}

/// Carries the import out, telling each file as soon as it is done. Afterwards the import has ended, however that was.
///
/// # Errors
/// Only what is not about the files: the caller's rights, the database.
pub async fn run_import(
    app: &App,
    caller: &Caller,
    id: &ImportId,
    order: &ImportOrder,
    told: &(dyn Fn(&ImportFileRow) + Sync),
) -> Result<(ImportState, ImportCounts), WorkflowError> {
    caller.needs(Permission::DocumentUpload)?;
    let mut run = Run {
        app,
        caller,
        id,
        told,
        ordinal: 0,
        looking_after: LookingAfter::of(app, caller).await?,
        added: Vec::new(),
    };
    let (state, reason) = match run.all(order).await {
        Ok(state) => (state, None),
        Err(Stopped::Whole(reason)) => (ImportState::Failed, Some(reason)),
        Err(Stopped::Broken(error)) => {
            let reason = "The server could not go on; what was added by then stays. Add the same again: what is there \
                          already is left as it is.";
            run.end(ImportState::Failed, Some(reason)).await?;
            return Err(error);
        }
    };
    let counts = run.end(state, reason.as_deref()).await?;
    Ok((state, counts))
}

/// Why an import ended before its last file.
enum Stopped {
    /// The whole of it can't be read; in words for whoever added it.
    Whole(String),
    Broken(WorkflowError),
}

impl From<WorkflowError> for Stopped {
    fn from(error: WorkflowError) -> Self {
        Stopped::Broken(error)
    }
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Stopped::Broken(error.into())
    }
}

struct Run<'a> {
    app: &'a App,
    caller: &'a Caller,
    id: &'a ImportId,
    told: &'a (dyn Fn(&ImportFileRow) + Sync),
    ordinal: u64,
    /// Who looks after the documents that are new.
    looking_after: LookingAfter,
    /// The files that became something, by path, for the documents that others replace.
    added: Vec<(String, Added)>,
}

impl Run<'_> {
    async fn all(&mut self, order: &ImportOrder) -> Result<ImportState, Stopped> {
        let limits = import_limits(self.app);
        let listed = order.material.list(&limits).await;
        let found = listed.map_err(|unread| Stopped::Whole(unread.to_string()))?;
        let described = describe(&order.material, found, &limits, &order.given).await;
        let Described { mut files, mut loose } = described.map_err(Stopped::Whole)?;
        let siblings: Arc<BTreeSet<String>> =
            Arc::new(files.iter().map(|(found, _)| found.path.clone()).collect());
        if let Some(only) = &order.only {
            files.retain(|(found, _)| only.contains(&found.path));
            loose.clear();
        }
        let total = (files.len() + loose.len()) as u64;
        for (path, why) in &loose {
            self.note(path, Outcome::Failed, why, None).await?;
        }
        let mut bytes_left = limits.all_bytes_max;
        let mut replaces = Vec::new();
        let mut files = files.into_iter();
        while let Some((found, facts)) = files.next() {
            let until = lease(self.app, Timestamp::now());
            if !self
                .app
                .store
                .renew_import(self.id, until, Some(total), Some(&found.path))
                .await?
            {
                let why =
                    "The import was stopped before this file; it was not read. Add the same again to go on.";
                self.not_reached(std::iter::once(found).chain(files.map(|(found, _)| found)), why)
                    .await?;
                return Ok(ImportState::Cancelled);
            }
            if matches!(found.fate, Fate::Read(_)) && found.bytes > bytes_left {
                let why = format!(
                    "The files before it come to the most that is read at once ({} MiB), so it was not read. Add the rest by itself.",
                    limits.all_bytes_max / MIB
                );
                self.not_reached(std::iter::once(found).chain(files.map(|(found, _)| found)), &why)
                    .await?;
                break;
            }
            if let Some(replaced) = facts.supersedes.clone() {
                replaces.push((found.path.clone(), replaced));
            }
            let read = self
                .one(&order.material, &found, facts, &limits, &siblings)
                .await?;
            bytes_left = bytes_left.saturating_sub(read);
        }
        self.replace(&replaces).await?;
        Ok(ImportState::Done)
    }

    /// One file: reads it, adds it and notes what became of it. Gives how many bytes that took.
    async fn one(
        &mut self,
        material: &Material,
        found: &Found,
        facts: Facts,
        limits: &ImportLimits,
        siblings: &Arc<BTreeSet<String>>,
    ) -> Result<u64, Stopped> {
        match &found.fate {
            Fate::PassedOver(why) => {
                self.note(&found.path, Outcome::PassedOver, &sentence(why), None)
                    .await?;
                return Ok(0);
            }
            Fate::Failed(why) => {
                self.note(&found.path, Outcome::Failed, &sentence(why), None)
                    .await?;
                return Ok(0);
            }
            Fate::Read(_) => {}
        }
        let bytes = match material.read(found, limits).await {
            Ok(bytes) => bytes,
            Err(why) => {
                self.note(&found.path, Outcome::Failed, &sentence(&why), None)
                    .await?;
                // However little it said that it was, it may have taken all that one file may.
                return Ok(limits.extraction.bytes_max);
            }
        };
        let read = bytes.len() as u64;
        let (owner_person, nobody) = self.looking_after.whoever(facts.owner_email.as_deref());
        let unknown = facts.owner_email.filter(|_| nobody);
        let new = NewDocument {
            bytes,
            file_name: file_of(&found.path).to_owned(),
            title: facts.title,
            owner: facts.owner,
            audience: facts.audience,
            owner_person,
            topics: facts.topics,
            effective: facts.effective,
            expires: facts.expires,
            document: facts.document,
            supersedes: None,
            place: Some(ImportPlace {
                path: found.path.clone(),
                siblings: siblings.clone(),
            }),
        };
        match add_document(self.app, self.caller, new).await {
            Ok(added) => {
                let outcome = match added.how {
                    How::NewDocument => Outcome::NewDocument,
                    How::NewVersion => Outcome::NewVersion,
                    How::Unchanged => Outcome::Unchanged,
                };
                let mut said = added.said.clone();
                if let Some(email) = unknown.filter(|_| outcome == Outcome::NewDocument) {
                    said.push_str(&looking_after::unknown(&email));
                }
                self.note(&found.path, outcome, &said, Some(&added)).await?;
                self.added.push((found.path.clone(), added));
            }
            Err(error) if is_the_files_own(&error) => {
                self.note(&found.path, Outcome::Failed, &sentence(&error.to_string()), None)
                    .await?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(read)
    }

    async fn note(
        &mut self,
        path: &str,
        outcome: Outcome,
        detail: &str,
        added: Option<&Added>,
    ) -> Result<(), StoreError> {
        let file = ImportFileRow {
            ordinal: self.ordinal,
            path: path.to_owned(),
            outcome,
            detail: detail.chars().take(DETAIL_CHARACTERS_MAX).collect(),
            document: added.map(|added| added.document.clone()),
            version: added.map(|added| added.version.clone()),
        };
        self.ordinal += 1;
        self.app.store.note_import_file(self.id, &file).await?;
        (self.told)(&file);
        Ok(())
    }

    async fn not_reached(&mut self, files: impl Iterator<Item = Found>, why: &str) -> Result<(), StoreError> {
        for found in files {
            if matches!(found.fate, Fate::Read(_)) {
                self.note(&found.path, Outcome::NotReached, why, None).await?;
            }
        }
        Ok(())
    }

    /// Names the documents that others replace, once all are there: a file may come before the one it replaces.
    async fn replace(&mut self, replaces: &[(String, String)]) -> Result<(), Stopped> {
        for (path, named) in replaces {
            let Some((_, added)) = self.added.iter().find(|(added, _)| added == path) else {
                continue;
            };
            let document = added.document.clone();
            let here = self.added.iter().find(|(other, _)| other == named);
            let mut tx = self.app.store.write().await?;
            let by = KnownBy {
                ids: [Some(named), None],
                import_path: Some(named),
                file_name: Some(named),
                ..KnownBy::default()
            };
            let known = tx.known_documents(&by).await?;
            let replaced = here.map(|(_, other)| other.document.clone()).or_else(|| {
                let mut there = known.iter().filter(|known| {
                    known.document.as_str() == named
                        || known.import_path.as_deref() == Some(named.as_str())
                        || known.import_path.is_none() && known.file_names.iter().any(|name| name == named)
                });
                let one = there.next().map(|known| known.document.clone());
                one.filter(|_| there.next().is_none())
            });
            match replaced.filter(|replaced| *replaced != document) {
                None => {
                    drop(tx);
                    let why = format!(
                        "The manifest says that it replaces \"{named}\", and no other document can be told by that. The file itself was \
                         added; name the replaced document by its id."
                    );
                    self.note(path, Outcome::Failed, &why, None).await?;
                }
                Some(replaced) => {
                    let row = tx.document(&document).await?;
                    if row.is_some_and(|row| row.supersedes.as_ref() == Some(&replaced)) {
                        continue;
                    }
                    tx.set_supersedes(&document, &replaced).await?;
                    let detail = json!({ "replaced": replaced });
                    let entry = self
                        .caller
                        .entry("document.supersedes", document.as_str(), detail);
                    tx.commit(vec![entry]).await?;
                }
            }
        }
        Ok(())
    }

    async fn end(&self, state: ImportState, reason: Option<&str>) -> Result<ImportCounts, WorkflowError> {
        let mut tx = self.app.store.write().await?;
        let counts = tx.end_import(self.id, state, reason, Timestamp::now()).await?;
        let detail = json!({
            "state": state, "new_documents": counts.new_documents, "new_versions": counts.new_versions,
            "unchanged": counts.unchanged, "failed": counts.failed, "not_reached": counts.not_reached,
        });
        let entry = self.caller.entry("import.ended", self.id.as_str(), detail);
        tx.commit(vec![entry]).await?;
        Ok(counts)
    }
}

/// Whether the next file may fare better.
fn is_the_files_own(error: &WorkflowError) -> bool {
    if let WorkflowError::Extraction(extraction) = error {
        return !matches!(extraction, ExtractionError::Child(_));
    }
    matches!(
        error,
        WorkflowError::Invalid { .. }
            | WorkflowError::NotFound(_)
            | WorkflowError::RefusedDocument(_)
            | WorkflowError::Stale
    )
}

/// A clause as a sentence of its own.
fn sentence(clause: &str) -> String {
    let mut characters = clause.trim().chars();
    let first: String = characters
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    let stop = if clause.trim_end().ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{stop}", characters.as_str())
}

/// The limits of one import.
pub fn import_limits(app: &App) -> ImportLimits {
    ImportLimits {
        entries_max: app.config.documents.import_files_max,
        all_bytes_max: app.config.documents.import_mib_max * MIB,
        ratio_max: RATIO_MAX,
        extraction: extraction_limits(app),
    }
}

/// Asks for an import to be stopped after the file under way. Whoever may upload may stop one.
pub async fn cancel_import(app: &App, caller: &Caller, id: &ImportId) -> Result<(), WorkflowError> {
    caller.needs(Permission::DocumentUpload)?;
    let row = app
        .store
        .import(id)
        .await?
        .ok_or(WorkflowError::NotFound("import"))?;
    if row.state != ImportState::Running {
        return Err(WorkflowError::RefusedDocument(
            "this import has ended already, so there is nothing to stop; what it did is listed".to_owned(),
        ));
    }
    let mut tx = app.store.write().await?;
    tx.request_import_cancel(id).await?;
    // A process that was lost can't end its import; whoever stops it does.
    let mut entries = vec![caller.entry("import.stop_asked", id.as_str(), json!({}))];
    if is_lost(&row, Timestamp::now()) {
        tx.end_import(id, ImportState::Cancelled, Some(LOST), Timestamp::now())
            .await?;
        entries.push(caller.entry(
            "import.ended",
            id.as_str(),
            json!({ "state": ImportState::Cancelled }),
        ));
    }
    tx.commit(entries).await?;
    Ok(())
}

const LOST: &str =
    "The server was stopped in the middle of it. What was added by then stays; add the same again to go on.";

/// Whether an import that should be running has nobody left who works on it.
pub fn is_lost(row: &ImportRow, now: Timestamp) -> bool {
    row.state == ImportState::Running && row.lease_until < now
}
