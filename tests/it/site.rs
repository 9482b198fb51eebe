//! A whole site in this process: a fresh database, people with their roles, and browsers signed in as them.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use countersign::accounts::{Role, Roles};
use countersign::config::{Clock, Config};
use countersign::http::router;
use countersign::ids::PersonId;
use countersign::workflow::{App, Options, ensure_person};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

pub const PASSWORD: &str = "four quiet green words";

pub struct Site {
    pub app: App,
    router: Router,
    _folder: TempDir,
}

/// A browser with its cookie and the token that its page would send.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    pub cookie: Option<String>,
    pub csrf_token: Option<String>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The slug of a problem document.
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text()
        );
        let kind = self.json()["type"].as_str().unwrap_or_default().to_owned();
        kind.trim_start_matches("urn:countersign:").to_owned()
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }
}

impl Site {
    pub async fn open() -> Site {
        Site::with("").await
    }

    /// A site with settings of its own.
    pub async fn with(settings: &str) -> Site {
        let without_models = Options {
            drafting: false,
            search: false,
        };
        Site::on(settings, without_models, Clock::default()).await
    }

    /// A site with models, or with a clock that the test sets.
    pub async fn on(settings: &str, options: Options, clock: Clock) -> Site {
        let folder = TempDir::new().expect("a folder");
        std::fs::write(folder.path().join("countersign.toml"), settings).expect("settings");
        let mut config = Config::load(None, folder.path()).expect("the settings load");
        config.clock = clock;
        let app = App::open(config, folder.path(), options)
            .await
            .expect("the application opens");
        Site {
            router: router(app.clone()),
            app,
            _folder: folder,
        }
    }

    pub async fn person(&self, name: &str, roles: &[Role]) -> PersonId {
        let roles: Roles = roles.iter().copied().collect();
        let email = format!("{name}@district.example");
        let row = ensure_person(&self.app, name, &email, roles, Some(PASSWORD.to_owned())).await;
        row.expect("a person").id
    }

    /// Somebody with these roles, signed in.
    pub async fn browser(&self, name: &str, roles: &[Role]) -> Browser {
        self.person(name, roles).await;
        self.sign_in(name).await
    }

    pub async fn sign_in(&self, name: &str) -> Browser {
        let given = json!({ "email": format!("{name}@district.example"), "password": PASSWORD });
        let answer = self
            .call(&Browser::default(), "POST", "/api/v1/session", Some(given))
            .await
            .expect(200);
        let cookie = answer.header("set-cookie").split(';').next().map(str::to_owned);
        let csrf_token = answer.json()["csrf_token"].as_str().map(str::to_owned);
        Browser { cookie, csrf_token }
    }

    pub async fn get(&self, browser: &Browser, path: &str) -> Answer {
        self.call(browser, "GET", path, None).await
    }

    pub async fn call(&self, browser: &Browser, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.send(browser, method, path, &[], body).await
    }

    /// A change based on a version of an item.
    pub async fn change(&self, browser: &Browser, path: &str, version: &Value, body: Value) -> Answer {
        let version = format!("\"{version}\"");
        self.send(browser, "POST", path, &[("if-match", &version)], Some(body))
            .await
    }

    pub async fn send(
        &self,
        browser: &Browser,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost");
        if let Some(cookie) = &browser.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(token) = &browser.csrf_token {
            request = request.header("x-csrf-token", token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.request(request.body(body).expect("a request")).await
    }

    pub async fn request(&self, request: Request<Body>) -> Answer {
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("the router answers");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 * 1024 * 1024).await.expect("a body").to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}
