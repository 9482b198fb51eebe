//! A data directory of its own, and the binary run on it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Somebody with one role. They are the demo's people, so that a test reads the same on both kinds of server.
pub struct Person {
    pub name: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    role: &'static str,
}

const fn person(
    name: &'static str,
    email: &'static str,
    password: &'static str,
    role: &'static str,
) -> Person {
    Person {
        name,
        email,
        password,
        role,
    }
}

pub const DANA: Person = person(
    "Dana Whitfield",
    "dana@quillhaven.example",
    "requester-demo-2026",
    "requester",
);
pub const ROSA: Person = person(
    "Rosa Ortiz",
    "rosa@quillhaven.example",
    "reviewer-demo-2026",
    "reviewer",
);
pub const SAM: Person = person(
    "Sam Okafor",
    "sam@quillhaven.example",
    "second-reviewer-demo-2026",
    "reviewer",
);
pub const MARCUS: Person = person(
    "Marcus Bell",
    "marcus@quillhaven.example",
    "source-owner-demo-2026",
    "source_owner",
);
pub const INES: Person = person(
    "Ines Duarte",
    "ines@quillhaven.example",
    "second-owner-demo-2026",
    "source_owner",
);
pub const PRIYA: Person = person(
    "Priya Raman",
    "priya@quillhaven.example",
    "publisher-demo-2026",
    "publisher",
);
pub const JOAN: Person = person(
    "Joan Fisher",
    "joan@quillhaven.example",
    "auditor-demo-2026",
    "auditor",
);
pub const TEAM: [Person; 7] = [DANA, ROSA, SAM, MARCUS, INES, PRIYA, JOAN];

/// What a command printed and how it ended.
pub struct Ran {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Asserts that it failed with status 1 and one line that says each of `words`.
    pub fn refused(&self, words: &[&str]) {
        assert_eq!(
            self.status,
            Some(1),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        assert!(
            !self.stderr.contains('\u{1b}'),
            "a pipe gets no colours: {}",
            self.stderr
        );
        let lines: Vec<&str> = self
            .stderr
            .lines()
            .filter(|line| line.starts_with("countersign: "))
            .collect();
        let [line] = lines.as_slice() else {
            panic!("not one line that says why: {}", self.stderr)
        };
        for word in words {
            assert!(line.contains(word), "{line:?} does not say {word:?}");
        }
    }

    /// Asserts that it succeeded and gives what it printed as JSON.
    pub fn json(&self) -> Value {
        assert_eq!(
            self.status,
            Some(0),
            "stdout: {}\nstderr: {}",
            self.stdout,
            self.stderr
        );
        serde_json::from_str(&self.stdout).expect("the command prints JSON")
    }
}

/// Which models a home sees.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// The machine's cache.
    Real,
    /// An empty cache.
    Absent,
}

/// A data directory with the environment that its commands run in. The folder is gone when it is dropped.
pub struct Home {
    pub folder: TempDir,
    environment: Vec<(&'static str, String)>,
}

impl Home {
    pub fn fresh(weights: Weights) -> Home {
        let folder = tempfile::Builder::new()
            .prefix("countersign-test-")
            .tempdir()
            .expect("a temporary folder");
        let mut environment = Vec::new();
        if weights == Weights::Absent {
            let models = folder.path().join("models");
            std::fs::create_dir(&models).expect("an empty folder for models");
            environment.push(("COUNTERSIGN_MODELS", models.display().to_string()));
        }
        Home { folder, environment }
    }

    pub fn with(mut self, variable: &'static str, value: impl Into<String>) -> Home {
        self.environment.push((variable, value.into()));
        self
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The empty folder that stands for the model cache.
    pub fn models(&self) -> PathBuf {
        self.folder.path().join("models")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file beside the data directory.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a test file can be written");
        path
    }

    /// Sets this home's environment for a program.
    pub fn dress(&self, command: &mut Command) {
        // A desktop would open a browser on the demo, and settings of this shell are not the test's.
        for variable in [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "COUNTERSIGN_DATABASE_URL",
            "COUNTERSIGN_DATA",
        ] {
            command.env_remove(variable);
        }
        command.current_dir(self.folder.path());
        command.envs(self.environment.iter().map(|(key, value)| (*key, value)));
    }

    /// Runs one command to its end on this home's data.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        self.run_on(&self.data(), arguments)
    }

    pub fn run_on<A: AsRef<OsStr>>(&self, data: &Path, arguments: impl IntoIterator<Item = A>) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
        command
            .args(arguments)
            .arg("--data")
            .arg(data)
            .stdin(Stdio::null());
        self.dress(&mut command);
        let output = command.output().expect("the binary starts");
        Ran {
            status: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Adds the team's accounts; gives each person's one-time token.
    pub fn add_team(&self) -> Vec<(&'static Person, String)> {
        const PEOPLE: &[Person; 7] = &TEAM;
        PEOPLE
            .iter()
            .map(|person| (person, self.add_person(person)))
            .collect()
    }

    fn add_person(&self, person: &Person) -> String {
        let added = self.run([
            "people", "add", person.email, "--name", person.name, "--roles", person.role, "--json",
        ]);
        let url = added.json()["setup_url"]
            .as_str()
            .expect("a set-up link")
            .to_owned();
        url.rsplit_once('/')
            .expect("the link ends in a token")
            .1
            .to_owned()
    }
}
