//! Documents and their versions: list, upload, approve, reject, revoke.

use axum::Json;
use axum::body::HttpBody;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State};
use axum::http::StatusCode;
use utoipa_axum::router::UtoipaMethodRouterExt;
use utoipa_axum::routes;

use super::dto;
use super::error::invalid;
use super::extract::{Asked, IfMatch, Named, Sent, page_limit, too_large};
use super::guard::Access;
use super::problem::Problem;
use super::routes::Guarded;
use super::shown::{self, Names};
use crate::accounts::Permission;
use crate::ids::{DocumentId, VersionId};
use crate::workflow::{self, App, Caller, NewDocument, WorkflowError};

const MIB: usize = 1024 * 1024;
/// Titles, owners, dates: anything longer was put into the wrong field.
const FIELD_BYTES_MAX: usize = 4 * 1024;
/// Everything of a form but its file.
const FORM_BYTES_MAX: usize = 64 * 1024;

pub fn routes() -> Vec<Guarded> {
    let read = Access::May(Permission::DocumentRead);
    let approve = Access::May(Permission::DocumentApprove);
    // The upload counts its own bytes, since its limit is a setting.
    let upload = routes!(upload_document).map(|method| method.route_layer(DefaultBodyLimit::disable()));
    vec![
        Guarded::new(read, routes!(list_documents)),
        Guarded::new(Access::May(Permission::DocumentUpload), upload).long(),
        Guarded::new(read, routes!(show_document)),
        Guarded::new(read, routes!(show_version)),
        // Approving and revoking bring the index up to date, which reads whole documents.
        Guarded::new(approve, routes!(approve_version)).long(),
        Guarded::new(approve, routes!(reject_version)),
        Guarded::new(approve, routes!(revoke_version)).long(),
    ]
}

#[utoipa::path(get, path = "/documents", tag = "documents", params(dto::DocumentsQuery),
    responses((status = OK, body = dto::DocumentPage)))]
async fn list_documents(
    State(app): State<App>,
    Asked(query): Asked<dto::DocumentsQuery>,
) -> Result<Json<dto::DocumentPage>, Problem> {
    let limit = page_limit(query.limit)?;
    let names = Names::from(app.store.people().await?);
    let today = app.config.today();
    let rows = app.store.documents().await?.into_iter();
    let documents = rows
        .filter_map(|row| shown::document(row, &names, today))
        .collect();
    Ok(Json(page(documents, &query, limit as usize)))
}

/// The documents that a query asks for, by title. A district has hundreds, so they are filtered here.
fn page(documents: Vec<dto::Document>, query: &dto::DocumentsQuery, limit: usize) -> dto::DocumentPage {
    let wanted = query.q.as_deref().unwrap_or_default().trim().to_lowercase();
    let mut matching: Vec<dto::Document> = documents
        .into_iter()
        .filter(|document| {
            query
                .standing
                .is_none_or(|standing| document.standing == standing)
        })
        .filter(|document| {
            document.title.to_lowercase().contains(&wanted) || document.owner.to_lowercase().contains(&wanted)
        })
        .collect();
    matching.sort_by_cached_key(|document| (document.title.to_lowercase(), document.id.clone()));
    let total = matching.len() as u64;
    // The cursor is the id of the last document seen; one that has gone begins the list again.
    let seen = query
        .cursor
        .as_ref()
        .and_then(|last| matching.iter().position(|document| document.id == *last));
    let mut entries = matching.split_off(seen.map_or(0, |place| place + 1));
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next_cursor = entries
        .last()
        .filter(|_| more)
        .map(|document| document.id.clone());
    dto::DocumentPage {
        entries,
        next_cursor,
        total,
    }
}

#[utoipa::path(get, path = "/documents/{id}", tag = "documents", params(("id" = String, Path)),
    responses((status = OK, body = dto::Document)))]
async fn show_document(
    State(app): State<App>,
    Named(id): Named<DocumentId>,
) -> Result<Json<dto::Document>, Problem> {
    Ok(Json(document_now(&app, &id).await?))
}

async fn document_now(app: &App, id: &DocumentId) -> Result<dto::Document, Problem> {
    let names = Names::from(app.store.people().await?);
    let row = app.store.document(id).await?;
    let shown = row.and_then(|row| shown::document(row, &names, app.config.today()));
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
    Ok(shown::version(view, app.config.today()))
}

#[utoipa::path(post, path = "/documents", tag = "documents",
    request_body(content = dto::DocumentUploadInput, content_type = "multipart/form-data"),
    responses((status = CREATED, body = dto::Document)))]
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
        .map_err(|rejection| {
            let status = rejection.status();
            Problem::new(
                status,
                "not-a-form",
                "Not a form",
                "This address takes multipart/form-data with a file in it.",
            )
        })?;
    let new = read_form(form, bytes_max).await?;
    let (document, _) = workflow::add_document(&app, &caller, new).await?;
    Ok((StatusCode::CREATED, Json(document_now(&app, &document).await?)))
}

async fn read_form(mut form: Multipart, bytes_max: usize) -> Result<NewDocument, Problem> {
    let mut new = NewDocument {
        bytes: Vec::new(),
        file_name: String::new(),
        title: None,
        owner: None,
        audience: None,
        effective: None,
        expires: None,
        document: None,
        supersedes: None,
    };
    let mut has_file = false;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            new.file_name = field.file_name().unwrap_or("document").to_owned();
            new.bytes = read_field(field, bytes_max).await?;
            has_file = true;
            continue;
        }
        let bytes = read_field(field, FIELD_BYTES_MAX).await?;
        let text = String::from_utf8(bytes).map_err(|_| wrong(&name, "it must be text in UTF-8"))?;
        set_field(&mut new, &name, text.trim())?;
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

fn wrong(field: &str, advice: &str) -> Problem {
    invalid(format!("The field \"{field}\" can't be taken: {advice}.")).field(field)
}

/// Reads a field piece by piece and stops at once where it grows too large.
async fn read_field(mut field: Field<'_>, bytes_max: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > bytes_max {
            return Err(if bytes_max == FIELD_BYTES_MAX {
                wrong(field.name().unwrap_or_default(), "it is too long")
            } else {
                too_large(bytes_max)
            });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn broken(error: &MultipartError) -> Problem {
    Problem::new(
        error.status(),
        "broken-upload",
        "The upload broke off",
        "The upload did not arrive whole, so nothing was added.",
    )
    .next("Send it again.")
}

type Changed = Result<Json<dto::Version>, Problem>;

/// The version after a change; where it was refused because of what stands there, with what stands there.
async fn changed(app: &App, caller: &Caller, id: &VersionId, done: Result<(), WorkflowError>) -> Changed {
    let Err(error) = done else {
        return Ok(Json(version_now(app, caller, id).await?));
    };
    let problem = Problem::from(error);
    if problem.status != StatusCode::CONFLICT.as_u16() {
        return Err(problem);
    }
    let current = version_now(app, caller, id)
        .await
        .ok()
        .and_then(|version| serde_json::to_value(version).ok());
    Err(match current {
        Some(current) => problem.current(current),
        None => problem,
    })
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

    fn document(title: &str, standing: dto::Standing) -> dto::Document {
        dto::Document {
            id: format!("doc_{}", title.to_lowercase()),
            title: title.into(),
            owner: "Office".into(),
            audience: "families".into(),
            supersedes: None,
            versions: vec![],
            standing,
        }
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repeat() {
        let all = || {
            ["E", "B", "D", "A", "C"]
                .map(|title| document(title, dto::Standing::InForce))
                .to_vec()
        };
        let mut query = dto::DocumentsQuery::default();
        let mut seen = Vec::new();
        loop {
            let page = page(all(), &query, 2);
            assert_eq!(page.total, 5);
            seen.extend(page.entries.into_iter().map(|document| document.title));
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
        assert_eq!(seen, ["A", "B", "C", "D", "E"]);
    }

    #[test]
    fn standing_and_words_narrow_the_list() {
        let all = || {
            vec![
                document("Bus", dto::Standing::InForce),
                document("Meals", dto::Standing::Expired),
            ]
        };
        for (standing, q, expected) in [
            (Some(dto::Standing::Expired), None, vec!["Meals"]),
            (None, Some("bus"), vec!["Bus"]),
            (None, Some("OFFICE"), vec!["Bus", "Meals"]),
            (Some(dto::Standing::InForce), Some("meals"), vec![]),
        ] {
            let query = dto::DocumentsQuery {
                standing,
                q: q.map(str::to_owned),
                ..Default::default()
            };
            let titles: Vec<String> = page(all(), &query, 10)
                .entries
                .into_iter()
                .map(|found| found.title)
                .collect();
            assert_eq!(titles, expected);
        }
    }

    #[test]
    fn form_fields_are_checked() {
        let mut new = NewDocument {
            bytes: vec![],
            file_name: "a.pdf".into(),
            title: None,
            owner: None,
            audience: None,
            effective: None,
            expires: None,
            document: None,
            supersedes: None,
        };
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
