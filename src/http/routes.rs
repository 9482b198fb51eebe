//! The one table of the API's routes: each with who may use it and how long it may take.
//!
//! The router, the API's description and the list that the tests walk are all made from it, so that no route can
//! be without its guard.

use std::time::Duration;

use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt};

use super::guard::{Access, guard};
use super::web::Web;
use super::{
    audit, comparisons, conflicts, document_care, document_list, documents, imports, item_changes, items,
    notices, observations, openapi, originals, people, pilot, progress, search, session, status,
};

/// A page that has not come after this long is not worth waiting for.
const QUICK_TIMEOUT: Duration = Duration::from_secs(30);

/// A route with its guard.
pub struct Guarded {
    access: Access,
    /// Uploads, checks by the model and streams take as long as they take.
    long: bool,
    routes: UtoipaMethodRouter<Web>,
}

impl Guarded {
    pub fn new(access: Access, routes: UtoipaMethodRouter<Web>) -> Guarded {
        Guarded {
            access,
            long: false,
            routes,
        }
    }

    pub fn long(mut self) -> Guarded {
        self.long = true;
        self
    }
}

/// One operation of the API.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RouteInfo {
    pub method: &'static str,
    /// The whole path, with `{…}` where ids stand.
    pub path: String,
    pub access: Access,
}

fn table() -> Vec<Guarded> {
    [
        session::routes(),
        status::routes(),
        items::routes(),
        item_changes::routes(),
        observations::routes(),
        progress::routes(),
        document_list::routes(),
        documents::routes(),
        comparisons::routes(),
        conflicts::routes(),
        document_care::routes(),
        imports::routes(),
        originals::routes(),
        search::routes(),
        notices::routes(),
        pilot::routes(),
        audit::routes(),
        people::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every operation of the API with who may use it.
pub fn api_routes() -> Vec<RouteInfo> {
    let mut routes = Vec::new();
    for guarded in table() {
        for (path, item) in &guarded.routes.1.paths {
            let methods = [
                ("GET", &item.get),
                ("POST", &item.post),
                ("PUT", &item.put),
                ("DELETE", &item.delete),
            ];
            for (method, _) in methods.into_iter().filter(|(_, operation)| operation.is_some()) {
                routes.push(RouteInfo {
                    method,
                    path: format!("{}{path}", openapi::API),
                    access: guarded.access,
                });
            }
        }
    }
    routes.sort();
    routes
}

/// The API's description.
pub fn description() -> utoipa::openapi::OpenApi {
    let described = OpenApiRouter::<Web>::with_openapi(openapi::opening()).nest(openapi::API, api());
    openapi::complete(described.into_openapi())
}

/// The API's routes, each behind its guard.
pub fn api() -> OpenApiRouter<Web> {
    let mut router = OpenApiRouter::new();
    for Guarded { access, long, routes } in table() {
        let guarded = routes.map(|method| {
            let method = method.route_layer(from_fn_with_state(access, guard));
            if long {
                return method;
            }
            method.route_layer(TimeoutLayer::with_status_code(
                StatusCode::SERVICE_UNAVAILABLE,
                QUICK_TIMEOUT,
            ))
        });
        router = router.routes(guarded);
    }
    router
}
