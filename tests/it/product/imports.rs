//! Many documents at once, from outside: what is bad in an import costs only itself, and the server stays up.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use super::client::{Answer, Client, file_part, multipart_type};
use super::home::{Home, INES, MARCUS, Weights};
use super::server::{Server, plain_server};
use crate::scans::{Page, blank_picture, pdf};

const PATIENCE: Duration = Duration::from_secs(180);
const MIB: usize = 1024 * 1024;

/// A ZIP of these files.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("an entry");
        writer.write_all(bytes).expect("its bytes");
    }
    writer.finish().expect("an archive").into_inner()
}

async fn send(client: &Client, files: &[(&str, &[u8])]) -> Answer {
    let mut body = Vec::new();
    for (name, bytes) in files {
        body.extend_from_slice(file_part(name).as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--countersign-test-boundary--\r\n");
    client
        .raw(
            reqwest::Method::POST,
            "/documents/import",
            Default::default(),
            &multipart_type(),
            body,
        )
        .await
}

/// The import when it has ended.
async fn ended(client: &Client, begun: &Value) -> Value {
    let id = begun["id"].as_str().expect("an id");
    let since = Instant::now();
    loop {
        let import = client.get(&format!("/imports/{id}")).await.ok();
        if import["state"] != "running" {
            return import;
        }
        assert!(since.elapsed() < PATIENCE, "still running: {import}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn import(client: &Client, files: &[(&str, &[u8])]) -> Value {
    let answer = send(client, files).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    ended(client, &answer.json()).await
}

fn file<'a>(import: &'a Value, path: &str) -> &'a Value {
    import["files"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|file| file["path"] == path)
        .unwrap_or_else(|| panic!("nothing is said of {path}: {import}"))
}

fn says(import: &Value, path: &str, outcome: &str, word: &str) {
    let file = file(import, path);
    assert_eq!(file["outcome"], outcome, "{file}");
    assert!(
        file["detail"].as_str().is_some_and(|said| said.contains(word)),
        "{file}"
    );
}

#[tokio::test]
async fn a_zip_with_a_bomb_a_zip_and_a_way_out_adds_the_one_document_in_it() {
    let server = plain_server().await;
    let marcus = server.client(&MARCUS).await;
    let inner = zipped(&[("x.md", b"# X")]);
    let bomb = vec![b' '; 45 * MIB];
    let zip = zipped(&[
        (
            "Crossing guards.md",
            b"# Crossing guards\n\nThey stand at six corners.",
        ),
        ("bomb.txt", &bomb),
        ("inner.zip", &inner),
        ("../../../etc/cron.d/x", b"# X"),
    ]);
    println!("{} bytes unpack to {}", zip.len(), bomb.len());
    let before = server.peak_memory_mib();
    let done = import(&marcus, &[("All.zip", &zip)]).await;
    println!("{} MiB more memory", server.peak_memory_mib() - before);
    assert_eq!(
        (&done["state"], &done["name"]),
        (&json!("done"), &json!("All.zip"))
    );
    says(&done, "Crossing guards.md", "new_document", "new document");
    says(&done, "bomb.txt", "failed", "bomb");
    says(&done, "inner.zip", "failed", "not opened");
    says(&done, "../../../etc/cron.d/x", "failed", "outside");
    // Those that need somebody come first.
    assert_eq!(done["files"][0]["outcome"], "failed");
    assert!(!std::path::Path::new("/etc/cron.d/x").exists());
    assert!(server.is_healthy());
    let again = import(&marcus, &[("All.zip", &zip)]).await;
    says(&again, "Crossing guards.md", "unchanged", "version 1");
    let listed = marcus.get("/imports").await.ok();
    assert!(
        listed["entries"]
            .as_array()
            .is_some_and(|entries| entries.len() >= 2),
        "{listed}"
    );
}

#[tokio::test]
async fn several_files_with_their_folders_are_an_import_and_bad_ones_cost_only_themselves() {
    let marcus = plain_server().await.client(&MARCUS).await;
    let done = import(
        &marcus,
        &[
            ("Fields/Trips.md", b"# Field trips\n\nSlips are due on Friday."),
            ("Fields/scan.pdf", &pdf(&[blank_picture()])),
            ("Fields/empty.md", b""),
            (
                "Fields/manifest.csv",
                b"file,owner\nTrips.md,Trip office\nnone.md,Nobody\n",
            ),
        ],
    )
    .await;
    says(&done, "Trips.md", "new_document", "new document");
    says(&done, "scan.pdf", "failed", "searchable PDF");
    says(&done, "empty.md", "failed", "empty");
    says(&done, "none.md", "failed", "line 3");
    let document = file(&done, "Trips.md")["document"]
        .as_str()
        .expect("a document")
        .to_owned();
    let document = marcus.get(&format!("/documents/{document}")).await.ok();
    assert_eq!(document["owner"], "Trip office");
}

#[tokio::test]
async fn a_form_that_is_no_import_is_refused() {
    let marcus = plain_server().await.client(&MARCUS).await;
    send(&marcus, &[]).await.problem(422);
    let failed = import(&marcus, &[("broken.zip", b"PK\x03\x04 and then nothing")]).await;
    assert_eq!(failed["state"], "failed");
    assert!(
        failed["reason"]
            .as_str()
            .is_some_and(|said| said.contains("damaged")),
        "{failed}"
    );
    marcus
        .get("/imports/imp_0000000000000000000000")
        .await
        .problem(404);
    let stopped = marcus
        .post(
            &format!("/imports/{}/stop", failed["id"].as_str().expect("an id")),
            None,
        )
        .await;
    stopped.says(409, &["ended already"]);
}

#[tokio::test]
async fn a_pdf_of_300_mb_is_refused_by_name_and_never_in_memory() {
    let home = Home::fresh(Weights::Absent);
    let team = home.add_team();
    let server = Server::serve(&home, &["--workers", "0"]);
    server.set_passwords(team).await;
    let marcus = server.client(&MARCUS).await;
    let (before, begun) = (server.peak_memory_mib(), Instant::now());
    // It is made as it is sent.
    let head = format!("{}%PDF-1.7\n", file_part("huge.pdf")).into_bytes();
    let tail = format!(
        "\r\n{}# Good\n\nThe office opens at eight.\r\n--countersign-test-boundary--\r\n",
        file_part("good.md")
    );
    let chunks = std::iter::once(head)
        .chain(std::iter::repeat_n(vec![b'0'; MIB], 300))
        .chain(std::iter::once(tail.into_bytes()))
        .map(Ok::<_, std::io::Error>);
    let body = reqwest::Body::wrap_stream(futures::stream::iter(chunks));
    let path = "/documents/import";
    let answer = marcus
        .raw(
            reqwest::Method::POST,
            path,
            Default::default(),
            &multipart_type(),
            body,
        )
        .await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let done = ended(&marcus, &answer.json()).await;
    let grown = server.peak_memory_mib() - before;
    println!("{grown} MiB more memory, {:.1} s", begun.elapsed().as_secs_f64());
    says(&done, "huge.pdf", "failed", "bytes and may have");
    says(&done, "good.md", "new_document", "new document");
    // The reader of forms takes what has arrived, which is some dozens of MiB from a sender on the same machine.
    assert!(grown <= 100, "its memory grew by {grown} MiB");
    let left: Vec<_> = std::fs::read_dir(home.data())
        .expect("the data directory")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.contains("import") || name.starts_with(".tmp"))
        .collect();
    assert!(left.is_empty(), "something is left on the disk: {left:?}");

    // A single upload of as much is refused at once, and on the command line before it is read.
    let huge = home.path("huge.pdf");
    std::fs::File::create(&huge)
        .expect("a file")
        .set_len(300 * MIB as u64)
        .expect("it is sparse");
    let begun = Instant::now();
    let ran = home.run(["documents".as_ref(), "add".as_ref(), huge.as_os_str()]);
    ran.refused(&["1 of 1"]);
    assert!(ran.stderr.contains("314572800 bytes"), "{}", ran.stderr);
    println!("on the command line {:.1} s", begun.elapsed().as_secs_f64());
}

#[tokio::test]
async fn a_pdf_of_10_000_pages_is_read_within_the_limits_or_refused_and_the_server_stays_up() {
    let server = plain_server().await;
    let marcus = server.client(&MARCUS).await;
    // Pages that say the same at the same place are running heads, so each says something of its own.
    let who = [
        "A teacher",
        "The principal",
        "Each bus driver",
        "A parent",
        "The nurse",
        "Every coach",
        "A visitor",
    ];
    let does = [
        "signs", "collects", "returns", "orders", "checks", "files", "posts", "keeps", "counts", "reads",
        "sends",
    ];
    let what = [
        "the blue form", "two tickets", "a spare key", "the lunch list", "every badge", "a map",
        "the bell plan", "one pass",
    ];
    let texts: Vec<String> = (1..=10_000usize)
        .map(|page| {
            let (who, does, what) = (who[page % 7], does[page / 7 % 11], what[page / 77 % 8]);
            format!("Rule {page} of the long handbook.\n{who} {does} {what} by noon.")
        })
        .collect();
    let pages: Vec<Page> = texts.iter().map(|text| Page::Text(text)).collect();
    let bytes = pdf(&pages);
    let begun = Instant::now();
    let answer = marcus.upload("Long handbook", "long.pdf", &bytes).await;
    println!(
        "{} MiB, {} after {:.1} s",
        bytes.len() / MIB,
        answer.status,
        begun.elapsed().as_secs_f64()
    );
    if answer.status == 201 {
        let version = answer.json()["versions"][0].clone();
        assert_eq!(version["pages"], 10_000);
        let id = version["id"].as_str().expect("an id");
        let text = marcus.get(&format!("/versions/{id}")).await.ok()["text"].to_string();
        assert_eq!(text.matches("by noon").count(), 10_000, "pages are missing");
    } else {
        answer.says(422, &["simpler file"]);
    }
    assert!(server.is_healthy());
}

#[tokio::test]
async fn the_same_file_sent_by_two_people_at_once_is_one_version() {
    let server = plain_server().await;
    let (marcus, ines) = (server.client(&MARCUS).await, server.client(&INES).await);
    let bytes = b"# Lost mittens\n\nMittens are kept in the office for ten days.";
    let (one, two) = tokio::join!(
        marcus.upload_with(&[], "mittens.md", bytes),
        ines.upload_with(&[], "mittens.md", bytes)
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201], "{} {}", one.text, two.text);
    assert_eq!(one.json()["id"], two.json()["id"]);
    assert_eq!(marcus.get("/documents?q=Lost%20mittens").await.ok()["total"], 1);
}

#[test]
fn on_the_command_line_a_folder_and_a_zip_are_added_with_their_failures_named() {
    let home = Home::fresh(Weights::Absent);
    std::fs::create_dir_all(home.path("handbooks/north")).expect("folders");
    home.write("handbooks/north/bus.md", "# North bus\n\nIt leaves at seven.\n");
    home.write("handbooks/scan.pdf", pdf(&[blank_picture()]));
    home.write(
        "handbooks/manifest.toml",
        "[[document]]\nfile = \"north/bus.md\"\ntitle = \"Bus North\"\n",
    );
    let folder = home.path("handbooks").display().to_string();
    let ran = home.run(["documents", "add", &folder, "--json"]);
    ran.refused(&["1 of 2 files were not added"]);
    assert!(
        ran.stderr
            .contains(&format!("{folder}/scan.pdf: The file is a scan")),
        "{}",
        ran.stderr
    );
    let told: Value = serde_json::from_str(&ran.stdout).expect("JSON, the failed file in it");
    assert_eq!(told.as_array().map(Vec::len), Some(2), "{told}");

    let zip = zipped(&[
        ("handbooks/north/bus.md", b"# North bus\n\nIt leaves at seven.\n"),
        ("handbooks/south/bus.md", b"# South bus\n\nIt leaves at eight.\n"),
        (
            "handbooks/manifest.toml",
            b"[[document]]\nfile = \"north/bus.md\"\ntitle = \"Bus North\"\n",
        ),
    ]);
    let zip = home.write("handbooks.zip", zip).display().to_string();
    let topics = ["--topics", "Buses, late bus"];
    let added = home
        .run(["documents", "add", &zip, "--json", topics[0], topics[1]])
        .json();
    let outcomes: Vec<&str> = added
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|file| file["outcome"].as_str())
        .collect();
    assert_eq!(outcomes, ["unchanged", "new_document"], "{added}");
    let listed = home.run(["documents", "list", "--json"]).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2), "{listed}");
    let about_buses = listed.as_array().into_iter().flatten();
    let about_buses = about_buses.filter(|document| document["topics"] == json!(["buses", "late bus"]));
    assert_eq!(about_buses.count(), 1, "{listed}");
    let broken = home.write("broken.zip", "no zip").display().to_string();
    home.run(["documents", "add", &broken])
        .refused(&["broken.zip", "damaged"]);
    assert_eq!(home.run(["audit", "verify", "--json"]).json()["ok"], true);
}
