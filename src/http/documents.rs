//! Documents and their versions: show, upload, correct the days, approve, reject, revoke.

use axum::Json;
use axum::body::HttpBody;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use utoipa_axum::router::UtoipaMethodRouterExt;
use utoipa_axum::routes;

use super::dto;
use super::error::answered;
use super::extract::{IfMatch, Named, Sent, too_large};
use super::guard::Access;
use super::multipart::{broken, not_a_form, read_field, text_field, wrong};
use super::problem::Problem;
use super::routes::Guarded;
use super::shown::{self, Names};
use crate::accounts::Permission;
use crate::ids::{DocumentId, VersionId};
use crate::workflow::{self, App, Caller, How, NewDocument, WorkflowError};

const MIB: usize = 1024 * 1024;
/// Everything of a form but its file.
const FORM_BYTES_MAX: usize = 64 * 1024;

pub fn routes() -> Vec<Guarded> {
    let read = Access::May(Permission::DocumentRead);
    let approve = Access::May(Permission::DocumentApprove);
    // The upload counts its own bytes, since its limit is a setting.
    let upload = routes!(upload_document).map(|method| method.route_layer(DefaultBodyLimit::disable()));
    vec![
        Guarded::new(Access::May(Permission::DocumentUpload), upload).long(),
        Guarded::new(read, routes!(show_document)),
        Guarded::new(read, routes!(list_resaved)),
        Guarded::new(approve, routes!(approve_resaved)).long(),
        Guarded::new(read, routes!(show_version)),
        // Approving and revoking bring the index up to date, which reads whole documents.
        Guarded::new(approve, routes!(approve_version)).long(),
        Guarded::new(approve, routes!(reject_version)),
        Guarded::new(Access::May(Permission::DocumentUpload), routes!(set_version_days)),
        Guarded::new(approve, routes!(revoke_version)).long(),
    ]
}

#[utoipa::path(get, path = "/documents/{id}", tag = "documents", params(("id" = String, Path)),
    responses((status = OK, body = dto::Document)))]
async fn show_document(
    State(app): State<App>,
    Named(id): Named<DocumentId>,
) -> Result<Json<dto::Document>, Problem> {
    Ok(Json(document_now(&app, &id).await?))
}

/// What the page of a document depends on besides the document.
pub(super) async fn seen_now(app: &App) -> Result<shown::Seen, Problem> {
    let people = app.store.people().await?;
    Ok(shown::Seen {
        acting: workflow::acting(&people),
        names: Names::from(people),
        day: shown::Day::of(&app.config),
    })
}

pub(super) async fn document_now(app: &App, id: &DocumentId) -> Result<dto::Document, Problem> {
    let seen = seen_now(app).await?;
    let row = app.store.document(id).await?;
    let shown = row.and_then(|row| shown::document(row, &seen));
    shown.ok_or_else(|| WorkflowError::NotFound("document").into())
}

#[utoipa::path(get, path = "/versions/{id}", tag = "documents", params(("id" = String, Path)),
    responses((status = OK, body = dto::Version)))]
async fn show_version(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<VersionId>,
) -> Result<Json<dto::Version>, Problem> {
    Ok(Json(version_now(&app, &caller, &id).await?))
}

async fn version_now(app: &App, caller: &Caller, id: &VersionId) -> Result<dto::Version, Problem> {
    let view = workflow::version_view(app, caller, id).await?;
    Ok(shown::version(view, shown::Day::of(&app.config)))
}

#[utoipa::path(post, path = "/documents", tag = "documents",
    request_body(content = dto::DocumentUploadInput, content_type = "multipart/form-data"),
    responses((status = CREATED, body = dto::Document), (status = OK, body = dto::Document,
        description = "The same file was there already; nothing was added.")))]
async fn upload_document(
    State(app): State<App>,
    caller: Caller,
    request: Request,
) -> Result<(StatusCode, Json<dto::Document>), Problem> {
    let bytes_max = usize::try_from(app.config.server.upload_mib_max)
        .unwrap_or(usize::MAX)
        .saturating_mul(MIB);
    // A client that says how much it is going to send hears at once that it is too much.
    if request.body().size_hint().lower() > bytes_max.saturating_add(FORM_BYTES_MAX) as u64 {
        return Err(too_large(bytes_max));
    }
    let form = Multipart::from_request(request, &app)
        .await
        .map_err(|rejection| not_a_form(rejection.status()))?;
    let mut new = read_form(form, bytes_max).await?;
    // Somebody looks after a document from its first day on.
    new.owner_person.get_or_insert_with(|| caller.person.clone());
    let added = workflow::add_document(&app, &caller, new).await?;
    let status = match added.how {
        How::Unchanged => StatusCode::OK,
        How::NewDocument | How::NewVersion => StatusCode::CREATED,
    };
    Ok((status, Json(document_now(&app, &added.document).await?)))
}

async fn read_form(mut form: Multipart, bytes_max: usize) -> Result<NewDocument, Problem> {
    let mut new = NewDocument::default();
    let mut has_file = false;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            new.file_name = field.file_name().unwrap_or("document").to_owned();
            new.bytes = read_field(field, bytes_max).await?;
            has_file = true;
            continue;
        }
        let text = text_field(field).await?.unwrap_or_default();
        set_field(&mut new, &name, &text)?;
    }
    if has_file {
        Ok(new)
    } else {
        Err(wrong("file", "choose a file to upload"))
    }
}

/// An empty field of a form is one that was not filled in.
fn set_field(new: &mut NewDocument, name: &str, text: &str) -> Result<(), Problem> {
    let given = || Some(text.to_owned()).filter(|text| !text.is_empty());
    match name {
        "title" => new.title = given(),
        "owner" => new.owner = given(),
        "audience" => new.audience = given(),
        "owner_person" => new.owner_person = parsed(name, text, "it must be a person's id")?,
        "topics" => new.topics = given().into_iter().collect(),
        "effective" => new.effective = parsed(name, text, "write the day as 2026-08-01")?,
        "expires" => new.expires = parsed(name, text, "write the day as 2027-07-31")?,
        "document" => new.document = parsed(name, text, "it must be a document's id")?,
        "supersedes" => new.supersedes = parsed(name, text, "it must be a document's id")?,
        other => {
            return Err(wrong(
                &other.chars().take(40).collect::<String>(),
                "there is no such field",
            ));
        }
    }
    Ok(())
}

fn parsed<T: std::str::FromStr>(name: &str, text: &str, advice: &str) -> Result<Option<T>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| wrong(name, advice))
}

type Changed = Result<Json<dto::Version>, Problem>;

/// The version after a change; where it was refused because of what stands there, with what stands there.
async fn changed(app: &App, caller: &Caller, id: &VersionId, done: Result<(), WorkflowError>) -> Changed {
    answered(done, version_now(app, caller, id)).await
}

#[utoipa::path(post, path = "/versions/{id}/approve", tag = "documents",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::VersionApprovalInput,
    responses((status = OK, body = dto::Version)))]
async fn approve_version(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<VersionId>,
    IfMatch(expected): IfMatch,
    Sent(given): Sent<dto::VersionApprovalInput>,
) -> Changed {
    let done = workflow::approve_version(&app, &caller, &id, expected, given.warnings_seen).await;
    changed(&app, &caller, &id, done).await
}

/// Corrects the days of a version that waits for approval; whoever uploaded it can.
#[utoipa::path(put, path = "/versions/{id}/days", tag = "documents",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::VersionDaysInput,
    responses((status = OK, body = dto::Version)))]
async fn set_version_days(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<VersionId>,
    IfMatch(expected): IfMatch,
    Sent(given): Sent<dto::VersionDaysInput>,
) -> Changed {
    let days = (given.effective.map(|day| day.0), given.expires.map(|day| day.0));
    let done = workflow::set_version_days(&app, &caller, &id, expected, days).await;
    changed(&app, &caller, &id, done).await
}

/// The versions that wait for approval and differ from the one in force in their files alone.
#[utoipa::path(get, path = "/versions/resaved", tag = "documents", responses((status = OK, body = dto::ResavedVersionList)))]
async fn list_resaved(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<dto::ResavedVersionList>, Problem> {
    let names = Names::from(app.store.people().await?);
    let found = workflow::resaved_versions(&app, &caller).await?;
    let day = shown::Day::of(&app.config);
    let entries = found
        .into_iter()
        .map(|found| shown::resaved(found, &names, day))
        .collect();
    Ok(Json(dto::ResavedVersionList { entries }))
}

/// Approves several such versions at once; any other is left as it is and named.
#[utoipa::path(post, path = "/versions/resaved/approve", tag = "documents", request_body = dto::ResavedApprovalInput,
    responses((status = OK, body = dto::ResavedApprovalList)))]
async fn approve_resaved(
    State(app): State<App>,
    caller: Caller,
    Sent(given): Sent<dto::ResavedApprovalInput>,
) -> Result<Json<dto::ResavedApprovalList>, Problem> {
    let asked: Vec<(VersionId, i64)> = given
        .versions
        .into_iter()
        .map(|held| (held.id, held.version))
        .collect();
    let outcomes = workflow::approve_resaved(&app, &caller, &asked).await?;
    let entries = outcomes.into_iter().map(shown::resaved_approval).collect();
    Ok(Json(dto::ResavedApprovalList { entries }))
}

#[utoipa::path(post, path = "/versions/{id}/reject", tag = "documents",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::ReasonInput,
    responses((status = OK, body = dto::Version)))]
async fn reject_version(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<VersionId>,
    IfMatch(expected): IfMatch,
    Sent(given): Sent<dto::ReasonInput>,
) -> Changed {
    let done = workflow::reject_version(&app, &caller, &id, expected, given.reason).await;
    changed(&app, &caller, &id, done).await
}

#[utoipa::path(post, path = "/versions/{id}/revoke", tag = "documents",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::ReasonInput,
    responses((status = OK, body = dto::Version)))]
async fn revoke_version(
    State(app): State<App>,
    caller: Caller,
    Named(id): Named<VersionId>,
    IfMatch(expected): IfMatch,
    Sent(given): Sent<dto::ReasonInput>,
) -> Changed {
    let done = workflow::revoke_version(&app, &caller, &id, expected, given.reason).await;
    changed(&app, &caller, &id, done).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_fields_are_checked() {
        let mut new = NewDocument::default();
        for (name, text, fits) in [
            ("title", "Handbook", true),
            ("effective", "2026-08-01", true),
            ("expires", "", true),
            ("expires", "next year", false),
            ("document", "req_0", false),
            ("colour", "red", false),
        ] {
            assert_eq!(set_field(&mut new, name, text).is_ok(), fits, "{name}={text}");
        }
        assert_eq!(new.title.as_deref(), Some("Handbook"));
        assert_eq!(new.effective, Some(jiff::civil::date(2026, 8, 1)));
    }
}
