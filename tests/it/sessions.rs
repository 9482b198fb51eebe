//! Signing in and out, what ends a session, and what a change must carry.

use countersign::accounts::Role;
use serde_json::{Value, json};

use super::site::{Browser, PASSWORD, Site};

const SESSION: &str = "/api/v1/session";

async fn attempt(site: &Site, email: &str, password: &str) -> super::site::Answer {
    let given = json!({ "email": email, "password": password });
    site.call(&Browser::default(), "POST", SESSION, Some(given)).await
}

#[tokio::test]
async fn a_session_names_the_person_and_what_they_may() {
    let site = Site::open().await;
    let browser = site.browser("rosa", &[Role::Reviewer, Role::Publisher]).await;
    let session = site.get(&browser, SESSION).await.expect(200).json();
    assert_eq!(session["person"]["name"], "rosa");
    assert_eq!(session["person"]["roles"], json!(["reviewer", "publisher"]));
    let may = json!([
        "item.read", "item.edit", "item.review", "item.publish", "document.read"
    ]);
    assert_eq!(session["may"], may);
    assert_eq!(session["district"]["colour"], Value::Null);
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let site = Site::open().await;
    site.person("rosa", &[Role::Reviewer]).await;
    let answer = attempt(&site, "rosa@district.example", PASSWORD)
        .await
        .expect(200);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("countersign="), "{cookie}");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );
    assert!(
        !cookie.contains("Secure"),
        "plain http could not send it back: {cookie}"
    );

    let site = Site::with("[server]\npublic_url = \"https://answers.district.example\"\n").await;
    site.person("rosa", &[Role::Reviewer]).await;
    let answer = attempt(&site, "rosa@district.example", PASSWORD)
        .await
        .expect(200);
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-countersign=") && cookie.contains("Secure"),
        "{cookie}"
    );
    assert!(answer.header("strict-transport-security").contains("max-age="));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_look_the_same() {
    let site = Site::open().await;
    site.person("rosa", &[Role::Reviewer]).await;
    let wrong = attempt(&site, "rosa@district.example", "not the password")
        .await
        .expect(401);
    let unknown = attempt(&site, "nobody@district.example", "not the password")
        .await
        .expect(401);
    assert_eq!(wrong.problem(), "wrong-password");
    assert_eq!(wrong.json(), unknown.json());
    assert!(wrong.header("set-cookie").is_empty());
}

#[tokio::test]
async fn too_many_attempts_wait_and_say_how_long() {
    let site = Site::open().await;
    site.person("rosa", &[Role::Reviewer]).await;
    for _ in 0..5 {
        attempt(&site, "rosa@district.example", "wrong").await.expect(401);
    }
    let refused = attempt(&site, "ROSA@district.example ", PASSWORD)
        .await
        .expect(429);
    assert_eq!(refused.problem(), "too-many-attempts");
    let seconds: u64 = refused
        .header("retry-after")
        .parse()
        .expect("a number of seconds");
    assert!((1..=900).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn signing_in_again_gives_a_new_session_and_ends_the_old_one() {
    let site = Site::open().await;
    let first = site.browser("rosa", &[Role::Reviewer]).await;
    let given = json!({ "email": "rosa@district.example", "password": PASSWORD });
    let answer = site.call(&first, "POST", SESSION, Some(given)).await.expect(200);
    let second = answer.header("set-cookie").split(';').next().map(str::to_owned);
    assert_ne!(second, first.cookie, "the id is a new one");
    site.get(&first, SESSION).await.expect(401);
    site.get(
        &Browser {
            cookie: second,
            csrf_token: None,
        },
        SESSION,
    )
    .await
    .expect(200);
}

#[tokio::test]
async fn new_roles_end_the_session_at_once() {
    let site = Site::open().await;
    let administrator = site.browser("administrator", &[Role::Administrator]).await;
    let person = site.person("rosa", &[Role::Reviewer]).await;
    let browser = site.sign_in("rosa").await;
    let roles = json!({ "roles": ["auditor"] });
    site.call(
        &administrator,
        "POST",
        &format!("/api/v1/people/{person}/roles"),
        Some(roles),
    )
    .await
    .expect(200);
    site.get(&browser, SESSION).await.expect(401);
    let again = site.sign_in("rosa").await;
    assert_eq!(
        site.get(&again, SESSION).await.json()["person"]["roles"],
        json!(["auditor"])
    );
}

#[tokio::test]
async fn a_change_needs_this_sessions_token() {
    let site = Site::open().await;
    let rosa = site.browser("rosa", &[Role::Requester]).await;
    let other = site.browser("other", &[Role::Requester]).await;
    let asked = || Some(json!({ "kind": "faq", "question": "When does school start?" }));
    for token in [None, Some(String::new()), other.csrf_token.clone()] {
        let browser = Browser {
            csrf_token: token,
            ..rosa.clone()
        };
        let refused = site
            .call(&browser, "POST", "/api/v1/items", asked())
            .await
            .expect(403);
        assert_eq!(refused.problem(), "csrf");
    }
    site.call(&rosa, "POST", "/api/v1/items", asked())
        .await
        .expect(201);
}

#[tokio::test]
async fn a_change_from_another_sites_page_is_refused_even_when_signing_in() {
    let site = Site::with("[server]\npublic_url = \"https://answers.district.example\"\n").await;
    site.person("rosa", &[Role::Requester]).await;
    let given = || Some(json!({ "email": "rosa@district.example", "password": PASSWORD }));
    for (headers, status) in [
        (
            [
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://evil.example"),
            ],
            403,
        ),
        (
            [
                ("sec-fetch-site", "same-site"),
                ("origin", "https://other.district.example"),
            ],
            403,
        ),
        ([("x-unused", ""), ("origin", "https://evil.example")], 403),
        ([("x-unused", ""), ("origin", "null")], 403),
        (
            [
                ("sec-fetch-site", "same-origin"),
                ("origin", "https://answers.district.example"),
            ],
            200,
        ),
        (
            [("x-unused", ""), ("origin", "https://answers.district.example")],
            200,
        ),
        ([("x-unused", ""), ("origin", "http://localhost")], 200),
    ] {
        let answer = site
            .send(&Browser::default(), "POST", SESSION, &headers, given())
            .await
            .expect(status);
        if status == 403 {
            assert_eq!(answer.problem(), "cross-origin");
        }
    }
}

#[tokio::test]
async fn a_set_up_link_works_once() {
    let site = Site::open().await;
    let administrator = site.browser("administrator", &[Role::Administrator]).await;
    let new = json!({ "name": "Ann Lee", "email": "Ann@District.example", "roles": ["requester"] });
    let made = site
        .call(&administrator, "POST", "/api/v1/people", Some(new))
        .await
        .expect(201)
        .json();
    let url = made["setup_url"].as_str().expect("a link");
    let token = url.rsplit('/').next().expect("a token");
    let address = format!("/api/v1/setup/{token}");
    let nobody = Browser::default();
    assert_eq!(
        site.get(&nobody, &address).await.expect(200).json()["email"],
        "ann@district.example"
    );
    let too_short = site
        .call(&nobody, "POST", &address, Some(json!({ "password": "short" })))
        .await
        .expect(422);
    assert_eq!(too_short.json()["field"], "password");
    let chosen = || Some(json!({ "password": "another four words here" }));
    site.call(&nobody, "POST", &address, chosen()).await.expect(204);
    site.call(&nobody, "POST", &address, chosen()).await.expect(403);
    site.get(&nobody, &address).await.expect(403);
    attempt(&site, "ann@district.example", "another four words here")
        .await
        .expect(200);
}

#[tokio::test]
async fn errors_of_every_kind_are_problem_documents() {
    let site = Site::open().await;
    let rosa = site.browser("rosa", &[Role::Requester]).await;
    site.get(&rosa, "/api/v1/nothing").await.expect(404).problem();
    site.get(&rosa, "/api/v2/items").await.expect(404).problem();
    let wrong_method = site.call(&rosa, "PUT", "/api/v1/items", None).await.expect(405);
    assert_eq!(wrong_method.problem(), "method-not-allowed");
    assert!(
        wrong_method.header("allow").contains("GET"),
        "{:?}",
        wrong_method.headers
    );
    site.get(&rosa, "/api/v1/items/not-an-id")
        .await
        .expect(404)
        .problem();
    site.get(&rosa, "/api/v1/items?colour=red")
        .await
        .expect(400)
        .problem();
    site.get(&rosa, "/api/v1/items?limit=0")
        .await
        .expect(400)
        .problem();
    site.get(&rosa, "/api/v1/items?state=asleep")
        .await
        .expect(422)
        .problem();
    site.get(&rosa, "/api/v1/items?cursor=nonsense")
        .await
        .expect(400)
        .problem();
    let large = json!({ "kind": "faq", "question": "x".repeat(1024 * 1024) });
    let too_large = site
        .call(&rosa, "POST", "/api/v1/items", Some(large))
        .await
        .expect(413);
    assert!(
        too_large.json()["detail"]
            .as_str()
            .is_some_and(|said| said.contains("1 MiB"))
    );
}

#[tokio::test]
async fn an_upload_without_a_file_or_too_large_is_refused() {
    let site = Site::with("[server]\nupload_mib_max = 1\n").await;
    let browser = site.browser("sam", &[Role::SourceOwner]).await;
    let upload = async |name: &str, file_name: &str, content: &[u8]| {
        let mut body = format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--b--\r\n");
        let request = axum::http::Request::post("/api/v1/documents")
            .header("content-type", "multipart/form-data; boundary=b")
            .header("cookie", browser.cookie.clone().unwrap_or_default())
            .header("x-csrf-token", browser.csrf_token.clone().unwrap_or_default())
            .body(axum::body::Body::from(body))
            .expect("a request");
        site.request(request).await
    };
    let large = upload("file", "large.txt", &vec![b'a'; 1024 * 1024 + 1])
        .await
        .expect(413);
    assert!(
        large.json()["detail"]
            .as_str()
            .is_some_and(|said| said.contains("1 MiB")),
        "{}",
        large.text()
    );
    assert_eq!(
        upload("picture", "a.txt", b"text").await.expect(422).json()["field"],
        "picture"
    );
    let not_a_form = site
        .call(&browser, "POST", "/api/v1/documents", Some(json!({})))
        .await;
    assert_eq!(not_a_form.expect(400).problem(), "not-a-form");
}
