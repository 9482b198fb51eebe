//! Builds the staff application when its inputs changed, so that one `cargo run` is enough.
//!
//! `COUNTERSIGN_UI=skip` builds the API and the public pages alone, for a machine without npm.

use std::fs::File;
use std::path::Path;
use std::process::{Command, exit};
use std::time::{Duration, SystemTime};

const INPUTS: [&str; 7] = [
    "src",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig.json",
];

fn main() {
    println!("cargo:rerun-if-env-changed=COUNTERSIGN_UI");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/store/migrations");
    let ui = Path::new("review-ui");
    for input in INPUTS.iter().filter(|input| ui.join(input).exists()) {
        println!("cargo:rerun-if-changed=review-ui/{input}");
    }
    let dist = ui.join("dist");
    if std::env::var("COUNTERSIGN_UI").is_ok_and(|value| value == "skip") {
        // The embedding macro wants the folder to be there; without an index.html the server says what is missing.
        let _ = std::fs::create_dir_all(&dist);
        return;
    }
    // Not said above: cargo takes a file that is missing for changed, and would build everything anew each time.
    println!("cargo:rerun-if-changed=review-ui/dist/index.html");
    if newest(&dist.join("index.html")) > newest_input(ui) {
        return;
    }
    if !installed(ui) {
        npm(ui, &["ci", "--no-audit", "--no-fund"]);
    }
    npm(ui, &["run", "build"]);
    settle(ui, &dist.join("index.html"));
}

/// Dates what was just built right after its newest input. Cargo compares what is watched with the time at which this program
/// began: a file written by it would have everything built once more at the next call.
fn settle(ui: &Path, built: &Path) {
    if let (Some(inputs), Ok(file)) = (newest_input(ui), File::options().write(true).open(built)) {
        // Without it the next call builds longer, and that is all.
        let _ = file.set_modified(inputs + Duration::from_secs(1));
    }
}

fn newest_input(ui: &Path) -> Option<SystemTime> {
    INPUTS.iter().map(|input| newest(&ui.join(input))).max().flatten()
}

/// The time of the newest file at or below a path; `None` where there is nothing.
fn newest(path: &Path) -> Option<SystemTime> {
    let metadata = std::fs::metadata(path).ok()?;
    if metadata.is_file() {
        return metadata.modified().ok();
    }
    let entries = std::fs::read_dir(path).ok()?;
    entries.flatten().filter_map(|entry| newest(&entry.path())).max()
}

fn installed(ui: &Path) -> bool {
    let modules = newest(&ui.join("node_modules/.package-lock.json"));
    modules.is_some() && modules >= newest(&ui.join("package-lock.json"))
}

fn npm(ui: &Path, arguments: &[&str]) {
    let way_out = "Install Node.js 20 or later with npm, or set COUNTERSIGN_UI=skip to build without the staff application.";
    match Command::new("npm").args(arguments).current_dir(ui).output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            let text = [output.stdout, output.stderr].concat();
            eprintln!("{}", String::from_utf8_lossy(&text));
            eprintln!("`npm {}` failed in review-ui. {way_out}", arguments.join(" "));
            exit(1);
        }
        Err(reason) => {
            eprintln!("npm could not be started ({reason}). {way_out}");
            exit(1);
        }
    }
}
