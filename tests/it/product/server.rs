//! The real server on a free port, and the ones that many tests share.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use super::client::{Client, Session};
use super::home::{Home, Person, Weights};
use crate::models::{drafting_model, embedding_files};

/// A plain server answers within this; it loads nothing before it listens.
const PLAIN_START: Duration = Duration::from_secs(60);
/// The demo reads and indexes the whole sample district first, on a machine that is busy with other tests.
const DEMO_START: Duration = Duration::from_secs(900);
const LOOK: Duration = Duration::from_millis(20);
const STARTS_MAX: usize = 3;

/// Starts the server beside itself and ends it when its own standard input ends: also when the tests are killed,
/// and for servers in a static, which are never dropped. `$1` is the log, `$2` a folder to remove at the end.
const WATCHDOG: &str = r#"log=$1 remove=$2; shift 2
"$@" >>"$log" 2>&1 &
server=$!
echo "$server"
cat >/dev/null
kill -9 "$server" 2>/dev/null
wait 2>/dev/null
[ -z "$remove" ] || rm -rf "$remove""#;

/// A running server. Dropping it kills it.
pub struct Server {
    pub url: String,
    pub port: u16,
    pub pid: u32,
    /// When the process was started.
    pub started: Instant,
    pub sessions: Mutex<HashMap<&'static str, Session>>,
    log: PathBuf,
    watchdog: Child,
    watched: Option<ChildStdin>,
}

impl Server {
    /// `countersign serve` on this home, up and answering.
    pub fn serve(home: &Home, arguments: &[&str]) -> Server {
        Server::start(home, "serve", arguments, PLAIN_START, false)
    }

    /// `countersign demo` on this home, with the whole sample district loaded.
    pub fn demo(home: &Home) -> Server {
        Server::start(home, "demo", &[], DEMO_START, false)
    }

    fn start(home: &Home, command: &str, arguments: &[&str], patience: Duration, remove: bool) -> Server {
        for _ in 0..STARTS_MAX {
            let server = Server::spawn(home, command, arguments, remove);
            match server.wait_until_it_answers(patience) {
                Ok(()) => return server,
                // Another program may take a port between our choosing and our using it.
                Err(line) if line.contains("is in use") => {}
                Err(line) => panic!("the server did not start: {line}"),
            }
        }
        panic!("no port stayed free for the server");
    }

    fn spawn(home: &Home, command: &str, arguments: &[&str], remove: bool) -> Server {
        let port = free_port();
        let log = home.path(&format!("server-{port}.log"));
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "sh"]).arg(&log);
        watchdog.arg(if remove {
            home.folder.path().as_os_str()
        } else {
            "".as_ref()
        });
        watchdog.args([
            env!("CARGO_BIN_EXE_countersign"),
            command,
            "--port",
            &port.to_string(),
        ]);
        watchdog.args(arguments).arg("--data").arg(home.data());
        home.dress(&mut watchdog);
        let started = Instant::now();
        let mut watchdog = watchdog
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let mut first = String::new();
        let said = watchdog.stdout.take().expect("stdout is piped");
        BufReader::new(said)
            .read_line(&mut first)
            .expect("the watchdog says the process's number");
        Server {
            url: format!("http://127.0.0.1:{port}"),
            port,
            pid: first.trim().parse().expect("a process number"),
            started,
            sessions: Mutex::default(),
            log,
            watched: watchdog.stdin.take(),
            watchdog,
        }
    }

    fn wait_until_it_answers(&self, patience: Duration) -> Result<(), String> {
        while self.started.elapsed() < patience {
            if self.is_healthy() {
                return Ok(());
            }
            if let Some(line) = self.log().lines().find(|line| line.starts_with("countersign: ")) {
                return Err(line.to_owned());
            }
            std::thread::sleep(LOOK);
        }
        Err(format!(
            "no answer after {} s: {}",
            patience.as_secs(),
            self.log()
        ))
    }

    /// Whether /healthz answers 200 now.
    pub fn is_healthy(&self) -> bool {
        let ask = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
    }

    /// What the server has printed so far.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Whether the process is gone; as a zombie it waits only for the watchdog's shell.
    pub fn has_ended(&self) -> bool {
        std::fs::read_to_string(format!("/proc/{}/stat", self.pid)).map_or(true, |stat| {
            stat.rsplit_once(") ")
                .is_some_and(|(_, state)| state.starts_with('Z'))
        })
    }

    /// Ends it as a power cut would.
    pub fn kill(self) {
        drop(self);
    }

    /// The most memory it has held so far, in MiB.
    pub fn peak_memory_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid)).expect("the server runs");
        let line = status
            .lines()
            .find(|line| line.starts_with("VmHWM:"))
            .expect("Linux says the peak");
        let kib: u64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|kib| kib.parse().ok())
            .expect("a figure");
        kib / 1024
    }

    /// A client signed in as this person; the same session for the same person.
    pub async fn client(&self, person: &Person) -> Client {
        let known = self
            .sessions
            .lock()
            .expect("no test panicked here")
            .get(person.email)
            .cloned();
        if let Some(session) = known {
            return Client::with_session(&self.url, session);
        }
        let mut client = Client::anonymous(&self.url);
        client.sign_in(person.email, person.password).await;
        let session = client.session().clone();
        self.sessions
            .lock()
            .expect("no test panicked here")
            .insert(person.email, session);
        client
    }

    /// Sets the passwords of accounts that `Home::add_team` made.
    pub async fn set_passwords(&self, team: Vec<(&'static Person, String)>) {
        let client = Client::anonymous(&self.url);
        for (person, token) in team {
            let body = serde_json::json!({ "password": person.password });
            client.post(&format!("/setup/{token}"), Some(body)).await.ok();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.watched = None;
        let _ = self.watchdog.wait();
    }
}

/// A port that nobody listens on just now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// A server without models and workers that all tests share which need neither.
pub async fn plain_server() -> &'static Server {
    static PLAIN: OnceLock<Server> = OnceLock::new();
    static READY: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
    let mut team = Vec::new();
    let server = PLAIN.get_or_init(|| {
        let home = Home::fresh(Weights::Absent);
        team = home.add_team();
        shared(home, "serve", &["--workers", "0"], PLAIN_START)
    });
    // Whoever started it sets the passwords; the others wait for that.
    if team.is_empty() {
        while !READY.initialized() {
            tokio::time::sleep(LOOK).await;
        }
    } else {
        READY.get_or_init(|| server.set_passwords(team)).await;
    }
    server
}

/// The demo with the whole sample district and the real models, or none where the models are missing.
pub fn demo_server() -> Option<&'static Server> {
    static DEMO: OnceLock<Option<Server>> = OnceLock::new();
    let start = || real_models().then(|| shared(Home::fresh(Weights::Real), "demo", &[], DEMO_START));
    DEMO.get_or_init(start).as_ref()
}

/// Whether both models are here. Without them a test is skipped aloud, and under `CI=true` it fails.
pub fn real_models() -> bool {
    drafting_model().is_some() && embedding_files().is_some()
}

/// A server that outlives the test that started it; its folder goes when the tests have ended.
fn shared(home: Home, command: &str, arguments: &[&str], patience: Duration) -> Server {
    let server = Server::start(&home, command, arguments, patience, true);
    std::mem::forget(home);
    server
}
