//! A client of the API as a browser is one: it keeps a cookie and sends the session's token with what it changes.

use std::time::Duration;

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, IF_MATCH, SET_COOKIE};
use serde_json::{Value, json};

const BOUNDARY: &str = "countersign-test-boundary";
/// Longer than the server gives any file to be read.
const TIMEOUT: Duration = Duration::from_secs(120);

/// What the server answered.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// What was asked, for messages.
    pub asked: String,
}

impl Answer {
    fn media_type(&self) -> &str {
        let given = self
            .headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        given.unwrap_or_default().split(';').next().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        let given = self.headers.get(name).and_then(|value| value.to_str().ok());
        given.unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| {
            panic!(
                "{} answered {} with {error}: {}",
                self.asked, self.status, self.text
            )
        })
    }

    /// Asserts success and gives the body.
    pub fn ok(&self) -> Value {
        assert!(
            (200..300).contains(&self.status),
            "{} answered {}: {}",
            self.asked,
            self.status,
            self.text
        );
        if self.text.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// Asserts a complete problem document with this status and gives it.
    pub fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text);
        assert_eq!(
            self.media_type(),
            "application/problem+json",
            "{}: {}",
            self.asked,
            self.text
        );
        let problem = self.json();
        let text = |key: &str| problem[key].as_str().unwrap_or_default();
        assert!(
            text("type").starts_with("urn:countersign:"),
            "{}: {problem}",
            self.asked
        );
        assert!(
            !text("title").is_empty() && !text("detail").is_empty(),
            "{}: {problem}",
            self.asked
        );
        assert_eq!(problem["status"], status, "{}: {problem}", self.asked);
        problem
    }

    /// Asserts a problem whose detail or next step says each of `words`.
    pub fn says(&self, status: u16, words: &[&str]) -> Value {
        let problem = self.problem(status);
        let said = format!("{} {}", problem["detail"], problem["next"]).to_lowercase();
        for word in words {
            assert!(
                said.contains(&word.to_lowercase()),
                "{}: {said:?} does not say {word:?}",
                self.asked
            );
        }
        problem
    }
}

/// Who is signed in, as a browser remembers it.
#[derive(Clone)]
pub struct Session {
    pub cookie: String,
    pub csrf_token: String,
}

/// One person's browser.
pub struct Client {
    http: reqwest::Client,
    url: String,
    session: Option<Session>,
}

impl Client {
    pub fn anonymous(url: &str) -> Client {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build();
        Client {
            http: http.expect("an HTTP client"),
            url: url.to_owned(),
            session: None,
        }
    }

    pub fn with_session(url: &str, session: Session) -> Client {
        Client {
            session: Some(session),
            ..Client::anonymous(url)
        }
    }

    pub fn session(&self) -> &Session {
        self.session.as_ref().expect("the client is signed in")
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) {
        let body = json!({ "email": email, "password": password });
        let answer = self.post("/session", Some(body)).await;
        let csrf_token = answer.ok()["csrf_token"].as_str().expect("a token").to_owned();
        let set = answer
            .headers
            .get(SET_COOKIE)
            .expect("a cookie")
            .to_str()
            .expect("ASCII");
        let cookie = set.split(';').next().expect("a pair").to_owned();
        self.session = Some(Session { cookie, csrf_token });
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, HeaderMap::new(), None).await
    }

    pub async fn post(&self, path: &str, body: Option<Value>) -> Answer {
        self.call(Method::POST, path, HeaderMap::new(), body).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, HeaderMap::new(), None).await
    }

    /// Changes something, based on the state of it that is at hand.
    pub async fn change(&self, method: Method, path: &str, based_on: &Value, body: Option<Value>) -> Answer {
        let version = based_on["version"]
            .as_i64()
            .expect("what is changed has a version");
        let mut headers = HeaderMap::new();
        headers.insert(IF_MATCH, format!("\"{version}\"").parse().expect("a header"));
        self.call(method, path, headers, body).await
    }

    /// Does something to an item, based on the state of it that is at hand.
    pub async fn act(&self, item: &Value, action: &str, body: Option<Value>) -> Answer {
        let id = item["id"].as_str().expect("an item has an id");
        let method = if action == "revision" {
            Method::PUT
        } else {
            Method::POST
        };
        self.change(method, &format!("/items/{id}/{action}"), item, body)
            .await
    }

    pub async fn item(&self, id: &str) -> Value {
        self.get(&format!("/items/{id}")).await.ok()
    }

    pub async fn upload(&self, title: &str, file_name: &str, bytes: &[u8]) -> Answer {
        self.upload_with(&[("title", title)], file_name, bytes).await
    }

    /// Uploads a file with the form's other fields.
    pub async fn upload_with(&self, fields: &[(&str, &str)], file_name: &str, bytes: &[u8]) -> Answer {
        let mut body = String::new();
        for (name, value) in fields {
            body.push_str(&format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str(&file_part(file_name));
        let mut body = body.into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        self.raw(
            Method::POST,
            "/documents",
            HeaderMap::new(),
            &multipart_type(),
            body,
        )
        .await
    }

    async fn call(&self, method: Method, path: &str, headers: HeaderMap, body: Option<Value>) -> Answer {
        match body {
            Some(body) => {
                self.raw(method, path, headers, "application/json", body.to_string())
                    .await
            }
            None => self.raw(method, path, headers, "", "").await,
        }
    }

    /// Sends exactly these bytes. A path that begins with `/api` or another top-level name is taken as it is.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let asked = format!("{method} {path}");
        let url = match path.strip_prefix('!') {
            Some(whole) => format!("{}{whole}", self.url),
            None => format!("{}/api/v1{path}", self.url),
        };
        let mut request = self.http.request(method, url).headers(headers);
        if !content_type.is_empty() {
            request = request.header(CONTENT_TYPE, content_type).body(body);
        }
        if let Some(session) = &self.session {
            request = request
                .header(COOKIE, &session.cookie)
                .header("x-csrf-token", &session.csrf_token);
        }
        let response = request
            .send()
            .await
            .unwrap_or_else(|error| panic!("{asked}: {error:?}"));
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response
                .text()
                .await
                .unwrap_or_else(|error| panic!("{asked}: {error:?}")),
            asked,
        }
    }
}

pub fn multipart_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

/// The head of a form's last part, the file.
pub fn file_part(file_name: &str) -> String {
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
}
