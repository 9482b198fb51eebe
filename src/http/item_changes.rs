//! Everything that changes an item. Each answers with the item as it stands afterwards; a conflict carries it too.

use axum::Json;
use axum::extract::{FromRef, FromRequestParts, State};
use axum::http::request::Parts;
use jiff::Timestamp;
use utoipa_axum::routes;

use super::dto;
use super::error::{answered, invalid};
use super::extract::{IfMatch, Named, Sent};
use super::guard::Access;
use super::problem::Problem;
use super::routes::Guarded;
use super::shown;
use super::web::Web;
use crate::accounts::Permission;
use crate::ids::ItemId;
use crate::review::Reason;
use crate::workflow::{self, App, Caller, Decision, SectionInput, SentenceInput, TextInput, WorkflowError};

pub fn routes() -> Vec<Guarded> {
    let request = Access::May(Permission::ItemRequest);
    let edit = Access::May(Permission::ItemEdit);
    let review = Access::May(Permission::ItemReview);
    let publish = Access::May(Permission::ItemPublish);
    vec![
        Guarded::new(request, routes!(cancel_item)),
        Guarded::new(request, routes!(redraft_item)),
        Guarded::new(review, routes!(claim_item)),
        Guarded::new(review, routes!(take_over_item)),
        Guarded::new(review, routes!(release_item)),
        Guarded::new(review, routes!(heartbeat_item)),
        Guarded::new(review, routes!(decide_item)),
        // The check of what a person wrote asks the model, which takes seconds.
        Guarded::new(edit, routes!(write_item_by_hand)).long(),
        Guarded::new(edit, routes!(edit_item)).long(),
        Guarded::new(edit, routes!(move_item_to_newer_sources)).long(),
        Guarded::new(edit, routes!(send_item_to_review)),
        Guarded::new(publish, routes!(publish_item)),
        Guarded::new(publish, routes!(withdraw_item)),
    ]
}

type Changed = Result<Json<dto::Item>, Problem>;

/// The item as this person sees it now.
pub async fn item_now(app: &App, caller: &Caller, id: &ItemId) -> Result<dto::Item, Problem> {
    let view = workflow::item_view(app, caller, id).await?;
    Ok(shown::item(view, &app.config, Timestamp::now()))
}

/// A change of an item: by whom, of which, and based on which state of it.
struct Change {
    app: App,
    caller: Caller,
    id: ItemId,
    expected: i64,
}

impl FromRequestParts<Web> for Change {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, web).await?;
        let Named(id) = Named::from_request_parts(parts, web).await?;
        let IfMatch(expected) = IfMatch::from_request_parts(parts, web).await?;
        Ok(Change {
            app: App::from_ref(web),
            caller,
            id,
            expected,
        })
    }
}

impl Change {
    async fn answer(&self, done: impl Future<Output = Result<(), WorkflowError>>) -> Changed {
        changed(&self.app, &self.caller, &self.id, done.await).await
    }
}

/// The item after a change; where it was refused because of what stands there, with what stands there.
async fn changed(app: &App, caller: &Caller, id: &ItemId, done: Result<(), WorkflowError>) -> Changed {
    answered(done, item_now(app, caller, id)).await
}

#[utoipa::path(post, path = "/items/{id}/cancel", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::ReasonInput,
    responses((status = OK, body = dto::Item)))]
async fn cancel_item(change: Change, Sent(given): Sent<dto::ReasonInput>) -> Changed {
    let done = workflow::cancel(
        &change.app, &change.caller, &change.id, change.expected, given.reason,
    );
    change.answer(done).await
}

#[utoipa::path(post, path = "/items/{id}/redraft", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = OK, body = dto::Item)))]
async fn redraft_item(change: Change) -> Changed {
    let done = workflow::redraft(&change.app, &change.caller, &change.id, change.expected);
    change.answer(done).await
}

#[utoipa::path(post, path = "/items/{id}/claim", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = OK, body = dto::Item)))]
async fn claim_item(change: Change) -> Changed {
    let done = workflow::claim(&change.app, &change.caller, &change.id, change.expected);
    change.answer(done).await
}

#[utoipa::path(post, path = "/items/{id}/take-over", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::ReasonInput,
    responses((status = OK, body = dto::Item)))]
async fn take_over_item(change: Change, Sent(given): Sent<dto::ReasonInput>) -> Changed {
    let done = workflow::take_over(
        &change.app, &change.caller, &change.id, change.expected, given.reason,
    );
    change.answer(done).await
}

#[utoipa::path(post, path = "/items/{id}/release", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = OK, body = dto::Item)))]
async fn release_item(change: Change) -> Changed {
    let done = workflow::release(&change.app, &change.caller, &change.id, change.expected);
    change.answer(done).await
}

#[utoipa::path(post, path = "/items/{id}/heartbeat", tag = "items", params(("id" = String, Path)),
    responses((status = OK, body = dto::Item)))]
async fn heartbeat_item(State(app): State<App>, caller: Caller, Named(id): Named<ItemId>) -> Changed {
    let done = workflow::heartbeat(&app, &caller, &id).await;
    changed(&app, &caller, &id, done).await
}

#[utoipa::path(post, path = "/items/{id}/write-by-hand", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::WriteByHandInput,
    responses((status = OK, body = dto::Item)))]
async fn write_item_by_hand(change: Change, Sent(given): Sent<dto::WriteByHandInput>) -> Changed {
    let text = TextInput {
        public_question: given.public_question,
        sections: sections(given.sections)?,
        note: None,
    };
    let done = workflow::write_by_hand(&change.app, &change.caller, &change.id, change.expected, text);
    change.answer(done).await
}

#[utoipa::path(put, path = "/items/{id}/revision", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::RevisionInput,
    responses((status = OK, body = dto::Item)))]
async fn edit_item(change: Change, Sent(given): Sent<dto::RevisionInput>) -> Changed {
    let text = TextInput {
        public_question: given.public_question,
        sections: sections(given.sections)?,
        note: given.note,
    };
    let done = workflow::edit(&change.app, &change.caller, &change.id, change.expected, text);
    change.answer(done).await
}

/// Saves the text as a new revision on the versions that replaced its sources; its words stay as they are.
#[utoipa::path(post, path = "/items/{id}/newer-sources", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = OK, body = dto::Item)))]
async fn move_item_to_newer_sources(change: Change) -> Changed {
    let done = workflow::move_to_newer_sources(&change.app, &change.caller, &change.id, change.expected);
    change.answer(done).await
}

fn sections(given: Vec<dto::SectionInput>) -> Result<Vec<SectionInput>, Problem> {
    let offset = |offset: u64| {
        usize::try_from(offset).map_err(|_| invalid("A citation's offset is too large.").field("citations"))
    };
    let sentence = |given: dto::SentenceInput| -> Result<SentenceInput, Problem> {
        let citations = given.citations.into_iter();
        let citations = citations.map(|cited| Ok((cited.version, offset(cited.start)?, offset(cited.end)?)));
        Ok(SentenceInput {
            text: given.text,
            citations: citations.collect::<Result<_, Problem>>()?,
        })
    };
    given
        .into_iter()
        .map(|section| {
            let sentences = section
                .sentences
                .into_iter()
                .map(sentence)
                .collect::<Result<_, Problem>>()?;
            Ok(SectionInput {
                heading: section.heading,
                sentences,
            })
        })
        .collect()
}

#[utoipa::path(post, path = "/items/{id}/send-to-review", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), responses((status = OK, body = dto::Item)))]
async fn send_item_to_review(change: Change) -> Changed {
    let done = workflow::send_to_review(&change.app, &change.caller, &change.id, change.expected);
    change.answer(done).await
}

#[utoipa::path(post, path = "/items/{id}/decision", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::DecisionInput,
    responses((status = OK, body = dto::Item)))]
async fn decide_item(change: Change, Sent(given): Sent<dto::DecisionInput>) -> Changed {
    let done = workflow::decide_item(
        &change.app,
        &change.caller,
        &change.id,
        change.expected,
        decision(given)?,
    );
    change.answer(done).await
}

/// An approval is for a text; the others need to say why.
fn decision(given: dto::DecisionInput) -> Result<Decision, Problem> {
    if given.decision == dto::DecisionKindInput::Approve {
        return Ok(Decision::Approve {
            text_sha256: given.revision_sha256,
        });
    }
    let code = given
        .reason
        .ok_or_else(|| invalid("Choose a reason; it goes into the record.").field("reason"))?;
    let reason = Reason {
        code: code.into(),
        note: given.note.unwrap_or_default(),
    };
    Ok(match given.decision {
        dto::DecisionKindInput::Reject => Decision::Reject(reason),
        _ => Decision::RequestChanges(reason),
    })
}

#[utoipa::path(post, path = "/items/{id}/publish", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::PublishInput,
    responses((status = OK, body = dto::Item)))]
async fn publish_item(change: Change, Sent(given): Sent<dto::PublishInput>) -> Changed {
    let done = workflow::publish(
        &change.app,
        &change.caller,
        &change.id,
        change.expected,
        given.revision_sha256,
    );
    change.answer(done).await
}

#[utoipa::path(post, path = "/items/{id}/withdraw", tag = "items",
    params(("id" = String, Path), ("If-Match" = String, Header)), request_body = dto::ReasonInput,
    responses((status = OK, body = dto::Item)))]
async fn withdraw_item(change: Change, Sent(given): Sent<dto::ReasonInput>) -> Changed {
    let done = workflow::withdraw(
        &change.app, &change.caller, &change.id, change.expected, given.reason,
    );
    change.answer(done).await
}
