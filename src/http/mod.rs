//! Routes, extractors, data shapes, error mapping and public pages. The only user of axum.
//!
//! Handlers are thin: they take a request apart, call one use case of `workflow`, and shape its answer.

mod audit;
mod comparisons;
mod conflicts;
mod document_care;
mod document_list;
mod documents;
mod dto;
mod error;
mod extract;
mod guard;
mod headers;
mod imports;
mod item_changes;
mod items;
mod multipart;
mod notices;
mod nul;
mod observations;
mod openapi;
mod originals;
mod people;
mod pilot;
mod problem;
mod progress;
mod public;
mod request_id;
mod routes;
mod search;
mod session;
mod sessions;
mod shown;
mod staff;
mod status;
mod web;

use std::any::Any;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};

pub use guard::Access;
pub use routes::{RouteInfo, api_routes};
pub use status::openapi_json;

use headers::Defaults;
use problem::Problem;
use web::Web;

use crate::config::Config;
use crate::workflow::App;

/// Requests under way are given this long to finish once the server is asked to stop. A page that follows a draft
/// would otherwise keep it up for minutes.
const FINISH_MAX: Duration = Duration::from_secs(5);

/// Answers requests until `stop` ends; those under way are finished first, within bounds.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    // Sign-in attempts are told apart by the address they come from.
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stopped) = oneshot::channel();
    let stop = async move {
        stop.await;
        // The receiver is only gone when the server has ended already.
        let _ = stopping.send(());
    };
    let too_long = async move {
        let _ = stopped.await;
        tokio::time::sleep(FINISH_MAX).await;
    };
    tokio::select! {
        served = axum::serve(listener, service).with_graceful_shutdown(stop) => served,
        () = too_long => Ok(()),
    }
}

/// Everything that this process answers over HTTP.
pub fn router(app: App) -> Router {
    let config = app.config.clone();
    let web = Web::new(app.clone());
    let group = |content_security_policy, cache_control| {
        let defaults = Defaults {
            content_security_policy,
            cache_control,
            https: config.is_https(),
        };
        from_fn_with_state(defaults, headers::add)
    };
    let public = public::routes().layer(group(headers::PUBLIC_CSP, "no-cache"));
    let api = api(&app).layer(group(headers::API_CSP, "no-store"));
    Router::new()
        .fallback(staff::fallback)
        .layer(group(headers::STAFF_CSP, "no-cache"))
        .merge(public)
        .nest(openapi::API, api)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new())
        .layer(from_fn(nul::refuse_in_address))
        .layer(from_fn(request_id::number))
        .with_state(web)
}

fn api(app: &App) -> Router<Web> {
    let (routes, _) = routes::api().split_for_parts();
    routes
        .fallback(async || problem::no_such_address())
        .method_not_allowed_fallback(async || problem::of_status(StatusCode::METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::max(extract::JSON_BYTES_MAX))
        .layer(sessions::layer(app))
        .layer(same_origin(&app.config))
        .layer(map_response(as_problem))
}

/// Refuses changes that another site's page makes a browser send.
fn same_origin(config: &Config) -> CsrfLayer<impl Fn(ProtectionError) -> Response + Clone + use<>> {
    let refuse = |_: ProtectionError| {
        Problem::new(
            StatusCode::FORBIDDEN,
            "cross-origin",
            "Not from this page",
            "The request came from another site's page, so nothing was changed.",
        )
        .into_response()
    };
    let layer = CsrfLayer::new().with_rejection_response(refuse);
    // Behind a proxy that rewrites Host, the browser's Origin is still the address that people use.
    let site = config.server.public_url.trim_end_matches('/');
    match layer.clone().add_trusted_origin(site) {
        Ok(trusting) if !site.is_empty() => trusting,
        _ => layer,
    }
}

/// Puts what libraries answer with a bare status into the one shape of an error.
async fn as_problem(response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || problem::is_problem(&response) {
        return response;
    }
    let allowed = response.headers().get(axum::http::header::ALLOW).cloned();
    let mut answer = problem::of_status(status).into_response();
    if let Some(allowed) = allowed {
        answer.headers_mut().insert(axum::http::header::ALLOW, allowed);
    }
    answer
}

/// A fault in the program ends one request, not the server. The message went to the log with the panic itself.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    problem::on_our_side().into_response()
}
