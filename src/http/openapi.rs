//! What the routes alone cannot say in the API's description: its name, its errors, its security, its events.

use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, Object, OpenApi, Ref, RefOr, ResponseBuilder, Schema, SecurityRequirement,
};
use utoipa::{OpenApi as _, ToSchema};

use super::dto::{
    DocumentSort, EndEvent, Held, ProgressEvent, QueueSort, SearchWithin, SentenceEvent, StandingFilter,
};
use super::problem::ProblemDocument;

/// Where the API lives.
pub const API: &str = "/api/v1";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Countersign",
        description = "Bounded drafting with a human review queue. Errors are RFC 9457 problem documents. \
                       Changes of an item or a version carry the `version` they were based on as `If-Match`; \
                       a stale one is answered with 409 and the state that stands.",
        license(name = "Apache-2.0 OR MIT")
    ),
    components(schemas(
        ProblemDocument, ProgressEvent, SentenceEvent, EndEvent, Held, QueueSort, SearchWithin, DocumentSort,
        StandingFilter
    ))
)]
struct Described;

/// The description to which the routes are added.
pub fn opening() -> OpenApi {
    Described::openapi()
}

/// Adds what holds for every operation and every answer.
pub fn complete(mut api: OpenApi) -> OpenApi {
    let components = api.components.get_or_insert_with(Components::new);
    add_security(components);
    for (name, schema) in &mut components.schemas {
        if !name.ends_with("Input") && *name != ProblemDocument::name() {
            all_fields_are_sent(schema);
        }
    }
    for item in api.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            describe_responses(operation);
        }
    }
    api.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(
        "session",
        [],
    )]);
    api
}

fn add_security(components: &mut Components) {
    let cookie = ApiKeyValue::with_description(
        "countersign",
        "Set by POST /session; named `__Host-countersign` where the site is served over https.",
    );
    let token = ApiKeyValue::with_description("X-CSRF-Token", "Needed for every change; from GET /session.");
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    components.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(token)));
}

/// Every operation may fail, and the format wants a description of every response.
fn describe_responses(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = match status.as_str() {
                "201" => "Made.",
                "204" => "Done.",
                _ => "As it stands now.",
            }
            .to_owned();
        }
    }
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(problem_response()));
}

fn problem_response() -> utoipa::openapi::Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ProblemDocument::name())))
        .build();
    ResponseBuilder::new()
        .description("What went wrong, what was kept and what to do.")
        .content("application/problem+json", content)
        .build()
}

/// Answers send every field, `null` where there is nothing, so that clients need not tell missing from null.
fn all_fields_are_sent(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Object(object) => require_all(object),
        Schema::AllOf(all) => all.items.iter_mut().for_each(all_fields_are_sent),
        _ => {}
    }
}

fn require_all(object: &mut Object) {
    object.required = object.properties.keys().cloned().collect();
}
