//! Many documents at once: send them, follow what becomes of each, stop it; the watched folder.

use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use axum::Json;
use axum::body::HttpBody;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use utoipa_axum::router::UtoipaMethodRouterExt;
use utoipa_axum::routes;

use super::dto;
use super::extract::{Named, too_large};
use super::guard::Access;
use super::multipart::{broken, not_a_form, text_field, wrong};
use super::problem::{self, Problem};
use super::routes::Guarded;
use super::shown::{self, Names};
use crate::accounts::Permission;
use crate::corpus::imports::{Facts, Material};
use crate::ids::ImportId;
use crate::store::ImportOrigin;
use crate::workflow::{self, App, Caller, ImportOrder, WorkflowError};

const MIB: usize = 1024 * 1024;
/// Imports in a list.
const LISTED: u32 = 50;

pub fn routes() -> Vec<Guarded> {
    let read = Access::May(Permission::DocumentRead);
    let upload = Access::May(Permission::DocumentUpload);
    // It counts its own bytes, since its limit is a setting.
    let import = routes!(import_documents).map(|method| method.route_layer(DefaultBodyLimit::disable()));
    vec![
        Guarded::new(upload, import).long(),
        Guarded::new(read, routes!(list_imports)),
        Guarded::new(read, routes!(show_import)),
        Guarded::new(upload, routes!(stop_import)),
        Guarded::new(read, routes!(show_watch)),
        Guarded::new(upload, routes!(watch_seen)),
    ]
}

/// What came in the form.
struct Sent {
    name: String,
    material: Material,
    given: Facts,
}

/// Takes a ZIP or several files and begins to add them; the answer comes before that is done.
#[utoipa::path(post, path = "/documents/import", tag = "documents",
    request_body(content = dto::ImportUploadInput, content_type = "multipart/form-data"),
    responses((status = ACCEPTED, body = dto::Import)))]
async fn import_documents(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, Json<dto::Import>), Problem> {
    // Each import that waits holds its files on the disk, so not everybody's are taken.
    let admitted = workflow::admit_import(&app)?;
    let bytes_max = usize::try_from(app.config.documents.import_mib_max)
        .unwrap_or(usize::MAX)
        .saturating_mul(MIB);
    // A client that says how much it is going to send hears at once that it is too much.
    if request.body().size_hint().lower() > bytes_max.saturating_add(MIB) as u64 {
        return Err(too_large(bytes_max));
    }
    let form = Multipart::from_request(request, &app)
        .await
        .map_err(|rejection| not_a_form(rejection.status()))?;
    let sent = read_form(&app, form, bytes_max).await?;
    let import = workflow::begin_import(&app, &caller, &sent.name, ImportOrigin::Upload).await?;
    let order = ImportOrder {
        material: sent.material,
        given: sent.given,
        only: None,
    };
    let (background, by, id) = (app.clone(), caller.clone(), import.id.clone());
    // It goes on when the page that sent it is closed.
    tokio::spawn(async move {
        let _turn = admitted.turn(&background, &id).await;
        if let Err(error) = workflow::run_import(&background, &by, &id, &order, &|_| {}).await {
            tracing::error!(import = %id, error = %error, "an import could not be carried out");
        }
    });
    Ok((
        StatusCode::ACCEPTED,
        Json(import_now(&app, &caller, &import.id).await?),
    ))
}

async fn read_form(app: &App, mut form: Multipart, bytes_max: usize) -> Result<Sent, Problem> {
    let mut spool = Spool::open(app, bytes_max)?;
    let mut given = Facts::default();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => spool.take(field).await?,
            "owner" => given.owner = text_field(field).await?,
            "audience" => given.audience = text_field(field).await?,
            other => {
                return Err(wrong(
                    &other.chars().take(40).collect::<String>(),
                    "there is no such field",
                ));
            }
        }
    }
    spool.end(given)
}

/// Everything that was sent, one file after the other, in a file that has no name: nothing of it is left when the
/// process ends, however it ends, and no name that was sent ever names a file here.
struct Spool {
    file: File,
    parts: Vec<(String, Range<u64>)>,
    bytes: u64,
    bytes_max: usize,
}

impl Spool {
    fn open(app: &App, bytes_max: usize) -> Result<Spool, Problem> {
        let file = tempfile::tempfile_in(app.data.as_ref()).map_err(|error| full(&error))?;
        Ok(Spool {
            file,
            parts: Vec::new(),
            bytes: 0,
            bytes_max,
        })
    }

    async fn take(&mut self, mut field: Field<'_>) -> Result<(), Problem> {
        let name = field.file_name().unwrap_or("document").to_owned();
        let start = self.bytes;
        while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
            self.bytes += chunk.len() as u64;
            if self.bytes > self.bytes_max as u64 {
                return Err(too_large(self.bytes_max));
            }
            self.file.write_all(&chunk).map_err(|error| full(&error))?;
        }
        self.parts.push((name, start..self.bytes));
        Ok(())
    }

    fn end(self, given: Facts) -> Result<Sent, Problem> {
        let file = Arc::new(self.file);
        match self.parts.as_slice() {
            [] => Err(wrong("file", "choose a ZIP or several files")),
            [(name, _)] if name.to_lowercase().ends_with(".zip") => Ok(Sent {
                name: name.clone(),
                material: Material::Archive(file),
                given,
            }),
            parts => Ok(Sent {
                name: match parts.len() {
                    1 => parts.first().map_or_else(String::new, |(name, _)| name.clone()),
                    files => format!("{files} files"),
                },
                material: Material::Spool(file, self.parts),
                given,
            }),
        }
    }
}

fn full(error: &std::io::Error) -> Problem {
    tracing::error!(error = %error, "an upload could not be kept");
    problem::on_our_side()
}

async fn import_now(app: &App, caller: &Caller, id: &ImportId) -> Result<dto::Import, Problem> {
    let view = workflow::import_view(app, caller, id).await?;
    Ok(shown::import(view, Timestamp::now()))
}

/// The newest imports.
#[utoipa::path(get, path = "/imports", tag = "documents", responses((status = OK, body = dto::ImportSummaryList)))]
async fn list_imports(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<dto::ImportSummaryList>, Problem> {
    let (imports, names) = workflow::import_list(&app, &caller, LISTED).await?;
    let (names, now) = (Names::from(names), Timestamp::now());
    let entries = imports
        .into_iter()
        .map(|(row, counts)| shown::import_summary(row, counts, &names, now))
        .collect();
    Ok(Json(dto::ImportSummaryList { entries }))
}

#[utoipa::path(get, path = "/imports/{id}", tag = "documents", params(("id" = String, Path)),
    responses((status = OK, body = dto::Import)))]
async fn show_import(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<ImportId>,
) -> Result<Json<dto::Import>, Problem> {
    Ok(Json(import_now(&app, &caller, &id).await?))
}

/// Stops an import after the file under way. What was added by then stays.
#[utoipa::path(post, path = "/imports/{id}/stop", tag = "documents", params(("id" = String, Path)),
    responses((status = OK, body = dto::Import)))]
async fn stop_import(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<ImportId>,
) -> Result<Json<dto::Import>, Problem> {
    workflow::cancel_import(&app, &caller, &id).await?;
    Ok(Json(import_now(&app, &caller, &id).await?))
}

/// What there is to say of the watched folder.
#[utoipa::path(get, path = "/documents/watch", tag = "documents", responses((status = OK, body = dto::Watch)))]
async fn show_watch(State(app): State<App>, caller: Caller) -> Result<Json<dto::Watch>, Problem> {
    Ok(Json(shown::watch(workflow::watch_view(&app, &caller).await?)))
}

/// Says that somebody has seen which files are gone; they are not said again.
#[utoipa::path(post, path = "/documents/watch/seen", tag = "documents", responses((status = OK, body = dto::Watch)))]
async fn watch_seen(State(app): State<App>, caller: Caller) -> Result<Json<dto::Watch>, Problem> {
    if app.config.documents.watch.is_empty() {
        return Err(WorkflowError::NotFound("watched folder").into());
    }
    workflow::forget_vanished(&app, &caller).await?;
    Ok(Json(shown::watch(workflow::watch_view(&app, &caller).await?)))
}
