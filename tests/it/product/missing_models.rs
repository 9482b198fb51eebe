//! Without usable models the product still answers, says what is missing, and keeps what was asked.

use std::time::{Duration, Instant, UNIX_EPOCH};

use countersign::engine::catalog::{Catalog, CatalogEntry, ModelRole};
use serde_json::Value;

use super::client::Client;
use super::home::{DANA, Home, Weights};
use super::server::{Server, plain_server, real_models};

const PULL: &str = "countersign models pull";
/// Generous, so that a busy machine does not fail it; what was measured is printed.
const PAGES_MAX: Duration = Duration::from_secs(10);
/// A gigabyte is read before the loader can tell; on a busy machine that takes a while.
const LOAD_MAX: Duration = Duration::from_secs(120);

/// The status once the server has looked for its model, which happens beside the pages.
async fn settled(client: &Client, patience: Duration) -> Value {
    let begun = Instant::now();
    loop {
        let status = client.get("/status").await.ok();
        if status["model"]["state"] != "loading" {
            return status;
        }
        assert!(begun.elapsed() < patience, "{status}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn without_models_pages_are_answered_and_the_status_says_how_to_get_them() {
    let server = plain_server().await;
    let dana = server.client(&DANA).await;
    let status = settled(&dana, PAGES_MAX).await;
    assert_eq!(status["model"]["state"], "absent", "{status}");
    let reason = status["model"]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains(PULL), "{reason:?} does not say {PULL:?}");
    let page = Client::anonymous(&server.url)
        .raw(reqwest::Method::GET, "!/faq", Default::default(), "", "")
        .await;
    assert_eq!(page.status, 200, "{}", page.text);
}

#[tokio::test]
async fn without_models_a_search_says_how_to_get_them() {
    let dana = plain_server().await.client(&DANA).await;
    // The index says so once it has looked, which happens beside the pages.
    let begun = Instant::now();
    loop {
        let problem = dana.get("/search?q=bus").await.problem(503);
        if problem["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains(PULL))
        {
            return;
        }
        assert!(begun.elapsed() < PAGES_MAX, "{problem}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[test]
fn without_models_a_draft_is_refused_and_its_request_kept() {
    let home = Home::fresh(Weights::Absent);
    let question = "When does the late bus run?";
    home.run(["draft", question]).refused(&[PULL, "kept"]);
    kept(&home, question);
}

fn kept(home: &Home, question: &str) {
    let queue = home.run(["queue", "--json"]).json();
    let id = queue[0]["id"].as_str().expect("the request is in the queue");
    let item = home.run(["show", id, "--json"]).json();
    assert_eq!(
        (&item["question"], &item["state"]),
        (&Value::from(question), &Value::from("requested")),
        "{item}"
    );
}

/// The default drafting model.
fn drafting_entry() -> CatalogEntry {
    let catalog = Catalog::embedded().expect("the catalog is valid");
    catalog
        .default_for(ModelRole::Drafting)
        .expect("a default")
        .clone()
}

/// A drafting model of the right size that holds nothing but zeros; as a sparse file it takes no room.
fn with_zeros_for_a_model(home: &Home) -> std::path::PathBuf {
    let entry = drafting_entry();
    let folder = home.models().join(&entry.id);
    std::fs::create_dir(&folder).expect("a folder for the model");
    let path = folder.join(&entry.files[0].name);
    let file = std::fs::File::create(&path).expect("a file");
    file.set_len(entry.files[0].bytes).expect("a sparse file");
    path
}

#[test]
fn a_damaged_model_is_named_and_the_request_kept() {
    let home = Home::fresh(Weights::Absent);
    let path = with_zeros_for_a_model(&home);
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    let question = "When does the late bus run?";
    home.run(["draft", question])
        .refused(&[&name, "damaged", PULL, "kept"]);
    kept(&home, question);
}

#[test]
fn models_verify_names_a_damaged_model() {
    let home = Home::fresh(Weights::Absent);
    with_zeros_for_a_model(&home);
    let ran = home.run(["models", "verify"]);
    ran.refused(&[PULL]);
    assert!(ran.stdout.contains("damaged"), "{}", ran.stdout);
}

/// A disk may damage a file after it was checked; then only the loader can notice.
#[tokio::test]
async fn a_model_that_was_damaged_after_its_check_fails_in_words_and_pages_are_answered() {
    let home = Home::fresh(Weights::Absent);
    let path = with_zeros_for_a_model(&home);
    let meta = std::fs::metadata(&path).expect("the file is there");
    let modified = meta
        .modified()
        .expect("a time")
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    let file = &drafting_entry().files[0];
    let stamp = format!(
        "[files.\"{}\"]\nbytes = {}\nmodified_ns = {}\nsha256 = \"{}\"\n",
        file.name,
        file.bytes,
        modified.as_nanos(),
        file.sha256
    );
    std::fs::write(path.with_file_name(".verified.toml"), stamp).expect("a stamp");
    let team = home.add_team();
    let server = Server::serve(&home, &["--workers", "1"]);
    server.set_passwords(team).await;
    let dana = server.client(&DANA).await;
    let status = settled(&dana, LOAD_MAX).await;
    assert_eq!(status["model"]["state"], "failed", "{status}");
    let reason = status["model"]["reason"].as_str();
    assert!(reason.is_some_and(|reason| !reason.is_empty()), "{status}");
    assert!(server.is_healthy());
}

/// A cache that was copied here has no stamp, so the whole model is hashed; that must not keep anybody waiting.
#[tokio::test]
async fn pages_do_not_wait_until_a_model_without_a_stamp_is_hashed() {
    let home = Home::fresh(Weights::Absent);
    with_zeros_for_a_model(&home);
    let team = home.add_team();
    let server = Server::serve(&home, &["--workers", "1"]);
    let healthy = server.started.elapsed();
    server.set_passwords(team).await;
    let dana = server.client(&DANA).await;
    let state = dana.get("/status").await.ok()["model"]["state"].clone();
    println!(
        "healthy after {:.2} s, while the model was {state}",
        healthy.as_secs_f64()
    );
    let status = settled(&dana, LOAD_MAX).await;
    assert_eq!(status["model"]["state"], "absent", "{status}");
    let reason = status["model"]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("damaged") && reason.contains(PULL), "{reason:?}");
}

#[tokio::test]
async fn pages_and_sign_in_do_not_wait_for_the_model() {
    if !real_models() {
        return;
    }
    let home = Home::fresh(Weights::Real);
    let team = home.add_team();
    let server = Server::serve(&home, &[]);
    let healthy = server.started.elapsed();
    server.set_passwords(team).await;
    let dana = server.client(&DANA).await;
    let signed_in = server.started.elapsed();
    let state = dana.get("/status").await.ok()["model"]["state"].clone();
    println!(
        "healthy after {:.2} s, signed in after {:.2} s, while the model was {state}",
        healthy.as_secs_f64(),
        signed_in.as_secs_f64()
    );
    assert!(
        signed_in < PAGES_MAX,
        "signing in took {signed_in:?} from the start"
    );
}
