//! What families see: server-rendered pages without a script, each at an address that stays.

mod faq;
mod health;
mod layout;
mod matching;
mod newsletters;
mod structured;

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use super::web::Web;

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/faq", get(faq::list))
        .route("/faq/{slug}", get(faq::answer))
        .route("/newsletters", get(newsletters::list))
        .route("/newsletters/{slug}", get(newsletters::issue))
        .route("/public.css", get(layout::style))
        .route("/robots.txt", get(robots))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
}

/// Search engines are welcome to what is published and have no business in the rest.
async fn robots() -> impl IntoResponse {
    let text = "User-agent: *\nAllow: /faq\nAllow: /newsletters\nAllow: /public.css\nDisallow: /\n";
    (
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=3600"),
        ],
        text,
    )
}
