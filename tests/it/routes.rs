//! Who may use which route: walked from the router's own list, with every role, nobody and a disabled account.

use countersign::accounts::{Permission, Role, Roles};
use countersign::http::{Access, RouteInfo, api_routes};
use countersign::ids::{ConflictId, DocumentId, ImportId, ItemId, NoticeId, PersonId, VersionId};
use serde_json::json;

use super::site::{Browser, Site};

/// The permission of every route, written out by hand a second time: a route that is missing here fails the test.
const EXPECTED: &str = "
GET /audit audit.read
POST /audit/verify audit.read
GET /conflicts document.read
POST /conflicts/{id}/dismissal document.approve
DELETE /conflicts/{id}/dismissal document.approve
GET /documents document.read
POST /documents document.upload
POST /documents/import document.upload
GET /documents/watch document.read
POST /documents/watch/seen document.upload
GET /document-choices document.read
GET /documents/{id} document.read
GET /documents/{id}/compare document.read
PUT /documents/{id} document.edit
GET /imports document.read
GET /imports/{id} document.read
POST /imports/{id}/stop document.upload
GET /items item.read
POST /items item.request
GET /items/{id} item.read
POST /items/{id}/activity item.read
POST /items/{id}/cancel item.request
POST /items/{id}/claim item.review
GET /items/{id}/compare item.read
POST /items/{id}/decision item.review
POST /items/{id}/heartbeat item.review
POST /items/{id}/newer-sources item.edit
GET /items/{id}/history item.read
GET /items/{id}/progress item.read
POST /items/{id}/publish item.publish
POST /items/{id}/redraft item.request
POST /items/{id}/release item.review
PUT /items/{id}/revision item.edit
GET /items/{id}/revisions/{number} item.read
POST /items/{id}/send-to-review item.edit
POST /items/{id}/source-opened item.read
POST /items/{id}/take-over item.review
POST /items/{id}/withdraw item.publish
POST /items/{id}/write-by-hand item.edit
GET /newsletter-templates item.request
GET /notices signed_in
POST /notices/read signed_in
POST /notices/{id}/read signed_in
GET /openapi.json anyone
GET /people people.manage
POST /people people.manage
POST /people/{id}/disable people.manage
POST /people/{id}/enable people.manage
POST /people/{id}/roles people.manage
POST /people/{id}/setup-link people.manage
GET /pilot pilot.read
POST /pilot/baselines pilot.write
DELETE /pilot/baselines/{id} pilot.write
GET /pilot/items.csv pilot.read
POST /pilot/lock pilot.write
GET /search document.read
GET /session signed_in
POST /session anyone
DELETE /session signed_in
GET /setup/{token} anyone
POST /setup/{token} anyone
GET /status signed_in
GET /versions/resaved document.read
POST /versions/resaved/approve document.approve
GET /versions/{id} document.read
POST /versions/{id}/approve document.approve
PUT /versions/{id}/days document.upload
GET /versions/{id}/original document.read
GET /versions/{id}/preview document.read
POST /versions/{id}/reject document.approve
POST /versions/{id}/revoke document.approve
";

fn access_name(access: Access) -> &'static str {
    match access {
        Access::Anyone => "anyone",
        Access::SignedIn => "signed_in",
        Access::May(permission) => permission.name(),
    }
}

#[test]
fn each_route_needs_what_the_table_says() {
    let mut given: Vec<String> = api_routes()
        .into_iter()
        .map(|route| {
            let path = route.path.trim_start_matches("/api/v1").to_owned();
            format!("{} {path} {}", route.method, access_name(route.access))
        })
        .collect();
    let mut expected: Vec<String> = EXPECTED.trim().lines().map(str::to_owned).collect();
    given.sort();
    expected.sort();
    assert_eq!(given, expected);
}

/// A route of the API that bypasses the table could not be seen from the list, so no file may add one.
#[test]
fn only_the_public_pages_add_routes_outside_the_table() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let mut outside = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs")
                && std::fs::read_to_string(&path)
                    .expect("a source file")
                    .contains(".route(")
            {
                outside.push(path);
            }
        }
    }
    assert_eq!(outside.len(), 1, "{outside:?}");
    assert!(outside[0].ends_with("src/http/public/mod.rs"), "{outside:?}");
}

/// An address of the route with names that name nothing.
fn address(route: &RouteInfo) -> String {
    let id = match route.path.split('/').nth(3) {
        Some("conflicts") => ConflictId::fresh().to_string(),
        Some("items") => ItemId::fresh().to_string(),
        Some("documents") => DocumentId::fresh().to_string(),
        Some("versions") => VersionId::fresh().to_string(),
        Some("people") => PersonId::fresh().to_string(),
        Some("notices") => NoticeId::fresh().to_string(),
        Some("imports") => ImportId::fresh().to_string(),
        _ => "bas_0".to_owned(),
    };
    let path = route
        .path
        .replace("{id}", &id)
        .replace("{number}", "1")
        .replace("{token}", "0");
    match path.as_str() {
        "/api/v1/search" => format!("{path}?q="),
        path if path.ends_with("/compare") => format!("{path}?from=1&to=2"),
        path => path.to_owned(),
    }
}

async fn walk(site: &Site, who: &str, roles: Option<&Roles>, browser: &Browser) {
    for route in api_routes() {
        let at = address(&route);
        let body = (route.method != "GET").then(|| json!({}));
        let answer = site
            .send(browser, route.method, &at, &[("if-match", "\"1\"")], body)
            .await;
        let status = answer.status.as_u16();
        let about = format!(
            "{who}: {} {} gave {status}: {}",
            route.method,
            route.path,
            answer.text()
        );
        match (route.access.admits(roles), roles) {
            (false, None) => assert_eq!(
                (status, answer.problem().as_str()),
                (401, "not-signed-in"),
                "{about}"
            ),
            (false, Some(_)) => {
                assert_eq!((status, answer.problem().as_str()), (403, "forbidden"), "{about}")
            }
            (true, _) if route.access == Access::Anyone => assert!(status < 500, "{about}"),
            (true, _) => assert!(status != 401 && status != 403 && status < 500, "{about}"),
        }
    }
}

/// The session ends with `DELETE /session` in the middle of a walk, so that route is walked last.
async fn walk_signed_in(site: &Site, who: &str, roles: &[Role]) {
    let browser = site.browser(who, roles).await;
    let set: Roles = roles.iter().copied().collect();
    for route in api_routes()
        .into_iter()
        .filter(|route| route.method != "DELETE" || !route.path.ends_with("/session"))
    {
        let at = address(&route);
        let body = (route.method != "GET").then(|| json!({}));
        let answer = site
            .send(&browser, route.method, &at, &[("if-match", "\"1\"")], body)
            .await;
        let status = answer.status.as_u16();
        let about = format!(
            "{who}: {} {} gave {status}: {}",
            route.method,
            route.path,
            answer.text()
        );
        if !route.access.admits(Some(&set)) {
            assert_eq!((status, answer.problem().as_str()), (403, "forbidden"), "{about}");
        } else if route.access == Access::Anyone {
            assert!(status < 500, "{about}");
        } else {
            assert!(status != 401 && status != 403, "{about}");
            // What is not there in this process (the search index) says so; nothing breaks.
            assert!(status < 500 || status == 503, "{about}");
        }
    }
    site.call(&browser, "DELETE", "/api/v1/session", None)
        .await
        .expect(204);
    site.get(&browser, "/api/v1/session").await.expect(401);
}

#[tokio::test]
async fn nobody_gets_past_the_guard() {
    let site = Site::open().await;
    walk(&site, "nobody", None, &Browser::default()).await;
    let forged = Browser {
        cookie: Some("countersign=AAAAAAAAAAAAAAAAAAAAAA".into()),
        csrf_token: Some("0".into()),
    };
    walk(&site, "a forged cookie", None, &forged).await;
}

#[tokio::test]
async fn each_role_gets_as_far_as_its_permissions() {
    let site = Site::open().await;
    for role in Role::ALL {
        walk_signed_in(&site, role.as_str(), &[role]).await;
    }
    walk_signed_in(&site, "everything", &Role::ALL).await;
}

#[tokio::test]
async fn a_disabled_account_is_nobody_at_once() {
    let site = Site::open().await;
    let administrator = site.browser("administrator", &[Role::Administrator]).await;
    let person = site.person("leaver", &Role::ALL).await;
    let browser = site.sign_in("leaver").await;
    site.get(&browser, "/api/v1/items").await.expect(200);
    site.call(
        &administrator,
        "POST",
        &format!("/api/v1/people/{person}/disable"),
        None,
    )
    .await
    .expect(200);
    walk(&site, "a disabled account", None, &browser).await;
}

#[test]
fn every_permission_guards_a_route() {
    for permission in Permission::ALL {
        let used = api_routes()
            .iter()
            .any(|route| route.access == Access::May(permission));
        assert!(used, "{permission} guards nothing");
    }
}
