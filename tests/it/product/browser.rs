//! The staff application in a real browser, driven by `tests/browser/scenario.mjs` against a demo of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::home::{Home, Weights};
use super::server::{Server, real_models};

/// The browser, where Debian puts it or where the environment says.
fn chromium() -> PathBuf {
    std::env::var_os("COUNTERSIGN_CHROMIUM").map_or_else(|| "/usr/bin/chromium".into(), PathBuf::from)
}

/// What the test needs and this machine lacks.
fn missing() -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wanted = [
        chromium(),
        root.join("review-ui/node_modules/playwright-core/package.json"),
        root.join("review-ui/dist/index.html"),
    ];
    let node = Command::new("node")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !node.is_ok_and(|status| status.success()) {
        return Some("node is not installed".to_owned());
    }
    let absent = wanted.into_iter().find(|path| !path.exists())?;
    Some(format!("{} is not there", absent.display()))
}

#[test]
fn an_answer_goes_from_question_to_public_page_in_a_browser() {
    if let Some(missing) = missing() {
        let in_ci = std::env::var_os("CI").is_some_and(|ci| ci == "true");
        assert!(!in_ci, "the browser test can't run: {missing}");
        eprintln!("SKIPPED: the browser test, because {missing}");
        return;
    }
    if !real_models() {
        return;
    }
    let home = Home::fresh(Weights::Real);
    let server = Server::demo(&home);
    let pictures = home.path("pictures");
    std::fs::create_dir(&pictures).expect("a folder for pictures");
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/scenario.mjs"))
        .arg(&server.url)
        .arg(&pictures)
        .output()
        .expect("node runs");
    let told = [output.stdout, output.stderr].concat();
    let told = String::from_utf8_lossy(&told);
    assert!(
        output.status.success(),
        "the browser scenario failed:\n{told}\nserver log:\n{}",
        server.log()
    );
    println!("{told}");
}
