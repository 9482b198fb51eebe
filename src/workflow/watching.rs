//! The watched folder: what appears or changes in it becomes a version that waits for approval.
//!
//! It is looked through again and again instead of being told of changes, because network shares, where school offices
//! keep their files, tell nobody. What disappears is said once and changes nothing: only a person takes a document out
//! of force.

mod round;

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use super::imports::{ImportOrder, begin_import, import_limits, run_import};
use crate::accounts::Permission;
use crate::corpus::imports::{Facts, Fate, Found, Material};
use crate::ids::DocumentId;
use crate::store::{ImportOrigin, Outcome, WatchedFile, WatchedFileState, WatchedFolder};
use round::{Look, Round, is_manifest, round};

/// A round that takes long holds its turn for this; if its process is lost, another takes over then.
const HOLD: Duration = Duration::from_secs(15 * 60);
/// Names in one line of the log.
const NAMES_MAX: usize = 10;

/// What the documents page says of the watched folder.
#[derive(Debug, Clone)]
pub struct WatchView {
    pub folder: WatchedFolder,
    /// The files that could not be taken or are gone.
    pub files: Vec<WatchedFile>,
    pub titles: HashMap<DocumentId, String>,
}

impl WatchView {
    /// Whether all files that were in the folder are gone.
    pub fn is_emptied(&self) -> bool {
        self.folder
            .notice
            .as_ref()
            .is_some_and(|(words, _)| words == EMPTIED)
    }
}

/// What there is to say of the watched folder; nothing where none is watched.
pub async fn watch_view(app: &App, caller: &Caller) -> Result<Option<WatchView>, WorkflowError> {
    caller.needs(Permission::DocumentRead)?;
    let name = app.config.documents.watch.as_str();
    if name.is_empty() {
        return Ok(None);
    }
    let folder = app.store.watched_folder(name).await?.unwrap_or(WatchedFolder {
        folder: name.to_owned(),
        looked_at: None,
        notice: None,
    });
    let files: Vec<WatchedFile> = app
        .store
        .watched_files(name)
        .await?
        .into_iter()
        .filter(|file| matches!(file.state, WatchedFileState::Refused | WatchedFileState::Vanished))
        .collect();
    let titles = app.store.documents().await?;
    Ok(Some(WatchView {
        folder,
        files,
        titles: titles
            .into_iter()
            .map(|document| (document.id, document.title))
            .collect(),
    }))
}

/// Somebody has seen which files are gone; they are not said again. Their documents stay as they are.
pub async fn forget_vanished(app: &App, caller: &Caller) -> Result<(), WorkflowError> {
    caller.needs(Permission::DocumentUpload)?;
    let folder = app.config.documents.watch.as_str();
    let emptied = app
        .store
        .watched_folder(folder)
        .await?
        .and_then(|watched| watched.notice)
        .is_some_and(|(words, _)| words == EMPTIED);
    app.store.forget_vanished(folder, emptied).await?;
    if emptied {
        app.store
            .note_watched_folder(folder, Timestamp::now(), None)
            .await?;
    }
    Ok(())
}

const EMPTIED: &str = "All files that were in the watched folder are gone. Nothing was revoked and no document has changed. If \
                       the folder was moved or its share is away, bring it back; if the documents are not to be used any more, \
                       revoke them one by one.";

/// One round through the folder, if one is due and nobody else makes it. Gives whether it was made.
pub async fn watch_round(app: &App) -> Result<bool, WorkflowError> {
    let folder = app.config.documents.watch.as_str();
    if folder.is_empty() {
        return Ok(false);
    }
    let now = Timestamp::now();
    let later = |wait: Duration| Timestamp::now().checked_add(wait).unwrap_or(Timestamp::MAX);
    if !app.store.take_watch_turn(folder, now, later(HOLD)).await? {
        return Ok(false);
    }
    let made = one_round(app, folder).await;
    let next = later(Duration::from_secs(app.config.documents.watch_seconds));
    app.store.end_watch_turn(folder, next).await?;
    made.map(|()| true)
}

async fn one_round(app: &App, folder: &str) -> Result<(), WorkflowError> {
    let caller = match watcher(app).await? {
        Ok(caller) => caller,
        Err(why) => return tell_of_folder(app, folder, Some(why)).await,
    };
    let material = Material::Folder(PathBuf::from(folder));
    let found = match material.list(&import_limits(app)).await {
        Ok(found) => found,
        Err(unread) => {
            let why = format!(
                "{unread} Nothing was revoked; the documents stay as they are until the folder is back."
            );
            return tell_of_folder(app, folder, Some(why)).await;
        }
    };
    let before = app.store.watched_files(folder).await?;
    let Round {
        changed,
        take,
        emptied,
    } = round(&before, &looked_at(found).await, Timestamp::now());
    tell_of_folder(app, folder, emptied.then(|| EMPTIED.to_owned())).await?;
    let vanished: Vec<&str> = changed
        .iter()
        .filter(|file| file.state == WatchedFileState::Vanished)
        .map(|file| file.path.as_str())
        .collect();
    if !vanished.is_empty() {
        let (files, named) = (vanished.len(), named(&vanished));
        tracing::warn!(
            folder,
            files,
            named,
            "files are gone from the watched folder; nothing was revoked"
        );
    }
    for file in &changed {
        app.store.note_watched_file(folder, file).await?;
    }
    if take.is_empty() {
        Ok(())
    } else {
        taken(app, &caller, folder, material, take).await
    }
}

/// Adds the files that have come to rest, as one import, and notes what became of each.
async fn taken(
    app: &App,
    caller: &Caller,
    folder: &str,
    material: Material,
    take: Vec<WatchedFile>,
) -> Result<(), WorkflowError> {
    // What a manifest says of a file may have changed although the file has not.
    let whole = take.iter().any(|file| is_manifest(&file.path));
    let only: BTreeSet<String> = take.iter().map(|file| file.path.clone()).collect();
    let order = ImportOrder {
        material,
        given: Facts {
            owner: Some(app.config.documents.watch_owner.clone()).filter(|owner| !owner.is_empty()),
            ..Facts::default()
        },
        only: (!whole).then_some(only),
    };
    let import = begin_import(app, caller, folder, ImportOrigin::Watched).await?;
    run_import(app, caller, &import.id, &order, &|_| {}).await?;
    let whole = app
        .store
        .import(&import.id)
        .await?
        .and_then(|import| import.reason);
    let files = app.store.import_files(&import.id).await?;
    let now = Timestamp::now();
    let mut refused = Vec::new();
    for mut watched in take {
        let file = files.iter().find(|file| file.path == watched.path);
        let why = match (file, &whole) {
            // It is tried again in the next round.
            (Some(file), _) if file.outcome == Outcome::NotReached => continue,
            (Some(file), _) if file.outcome == Outcome::Failed => Some(file.detail.clone()),
            (Some(_), _) => None,
            // The manifest can't be read; every file waits until that has changed.
            (None, Some(reason)) => Some(reason.clone()),
            (None, None) => continue,
        };
        watched.since = now;
        watched.document = file.and_then(|file| file.document.clone());
        watched.state = match &why {
            Some(_) => WatchedFileState::Refused,
            None => WatchedFileState::Taken,
        };
        if why.is_some() {
            refused.push(watched.path.clone());
        }
        watched.detail = why;
        app.store.note_watched_file(folder, &watched).await?;
    }
    if !refused.is_empty() {
        let names: Vec<&str> = refused.iter().map(String::as_str).collect();
        let (files, named) = (refused.len(), named(&names));
        tracing::warn!(folder, files, named, import = %import.id, "files of the watched folder could not be added");
    }
    Ok(())
}

/// The account in whose name files are added, or what is the matter with it.
async fn watcher(app: &App) -> Result<Result<Caller, String>, WorkflowError> {
    let email = app.config.documents.watch_as.as_str();
    let person = app
        .store
        .person_by_email(email)
        .await?
        .filter(|person| !person.disabled);
    let Some(person) = person else {
        return Ok(Err(format!(
            "The watched folder is not looked into, because there is no account {email}, or it is disabled. Name another under \
             documents.watch_as, or enable it."
        )));
    };
    let caller = Caller {
        person: person.id,
        name: person.name,
        roles: person.roles,
        request_id: None,
    };
    Ok(match caller.needs(Permission::DocumentUpload) {
        Ok(()) => Ok(caller),
        Err(_) => Err(format!(
            "The watched folder is not looked into, because the account {email} may not upload documents. Make it a source owner, \
             or name another under documents.watch_as."
        )),
    })
}

/// Notes what is the matter with the folder as a whole. The same thing keeps its time and is in the log once.
async fn tell_of_folder(app: &App, folder: &str, notice: Option<String>) -> Result<(), WorkflowError> {
    let now = Timestamp::now();
    let before = app
        .store
        .watched_folder(folder)
        .await?
        .and_then(|watched| watched.notice);
    let notice = match (notice, before) {
        (Some(words), Some((said, at))) if words == said => Some((words, at)),
        (Some(words), _) => {
            tracing::warn!(folder, notice = words, "the watched folder");
            Some((words, now))
        }
        (None, _) => None,
    };
    Ok(app
        .store
        .note_watched_folder(folder, now, notice.as_ref())
        .await?)
}

/// When each file was last changed, as far as this machine knows.
async fn looked_at(found: Vec<Found>) -> Vec<Look> {
    let look = move || {
        found
            .into_iter()
            .filter(|found| !matches!(found.fate, Fate::PassedOver(_)))
            .map(|found| {
                let changed = found
                    .file()
                    .and_then(|file| file.metadata().ok()?.modified().ok());
                Look {
                    changed_at: changed
                        .and_then(|at| Timestamp::try_from(at).ok())
                        .and_then(|at| Timestamp::from_microsecond(at.as_microsecond()).ok())
                        .unwrap_or(Timestamp::UNIX_EPOCH),
                    is_failed: matches!(found.fate, Fate::Failed(_)),
                    path: found.path,
                    bytes: found.bytes,
                }
            })
            .collect()
    };
    tokio::task::spawn_blocking(look).await.unwrap_or_default()
}

/// Some names for the log, with what would break its line shown as an escape.
fn named(names: &[&str]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(NAMES_MAX)
        .map(|name| format!("{name:?}"))
        .collect();
    shown.join(", ")
}
