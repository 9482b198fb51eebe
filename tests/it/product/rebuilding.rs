//! The index is built anew beside the one in use, and a power cut in the middle of it costs nothing.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::home::{Home, INES, MARCUS, Weights};
use super::server::real_models;

const PATIENCE: Duration = Duration::from_secs(300);

/// A document that takes the embedding model some seconds.
fn long_document(subject: &str) -> String {
    let paragraph = |number: usize| {
        format!(
            "## Rule {number}\n\nStudents who wish to use the {subject} in room {number} ask the teacher of that room \
             first, sign the list at the door, and leave the room as they found it before the next group comes in.\n\n"
        )
    };
    format!("# {subject}\n\n{}", (1..120).map(paragraph).collect::<String>())
}

fn generations(home: &Home) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(home.data().join("index")) else {
        return Vec::new();
    };
    let paths = entries.flatten().map(|entry| entry.path());
    paths.filter(|path| path.is_dir()).collect()
}

fn finds(home: &Home, words: &str) -> usize {
    let found = home.run(["search", words, "--json"]).json();
    found.as_array().expect("hits").len()
}

#[test]
fn a_rebuild_that_is_killed_leaves_the_index_in_use_and_the_next_one_ends_the_work() {
    if !real_models() {
        return;
    }
    let home = Home::fresh(Weights::Real);
    home.add_team();
    for subject in ["kiln", "darkroom"] {
        let file = home
            .write(&format!("{subject}.md"), long_document(subject))
            .display()
            .to_string();
        let add = [
            "documents", "add", &file, "--as", MARCUS.email, "--approve-as", INES.email, "--json",
        ];
        home.run(add).json();
    }
    assert!(finds(&home, "Who may use the kiln?") > 0);
    let before = home.run(["index", "status", "--json"]).json();
    assert_eq!(
        (&before["complete"], &before["versions"]),
        (&true.into(), &2.into()),
        "{before}"
    );
    assert_eq!(generations(&home).len(), 1);

    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command.args(["index", "rebuild", "--data"]).arg(home.data());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    home.dress(&mut command);
    let mut rebuilding = command.spawn().expect("the binary starts");
    let begun = Instant::now();
    while generations(&home).len() < 2 {
        assert!(begun.elapsed() < PATIENCE, "no second index was begun");
        assert!(
            rebuilding.try_wait().expect("can be asked").is_none(),
            "it ended before it could be killed"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    rebuilding.kill().expect("can be killed");
    rebuilding.wait().expect("has ended");

    let after = home.run(["index", "status", "--json"]).json();
    assert_eq!(after, before);
    assert!(finds(&home, "Who may use the darkroom?") > 0);
    let rebuilt = home.run(["index", "rebuild", "--json"]).json();
    assert_eq!(rebuilt["versions"], 2, "{rebuilt}");
    assert_eq!(home.run(["index", "status", "--json"]).json(), before);
    assert_eq!(generations(&home).len(), 1);
}
