//! Files that can't be documents: each is refused with what it is and what to do, and nothing is added.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::client::{file_part, multipart_type};
use super::files::{encrypted_pdf, nested_html, nested_pdf, picture, program};
use super::home::{Home, MARCUS, Weights};
use super::server::{Server, plain_server};

const MIB: usize = 1024 * 1024;
const TOO_LARGE_BYTES: usize = 200 * MIB;

/// Uploads a file that is refused, and asserts that no document was added for it.
async fn refused(title: &str, file_name: &str, bytes: &[u8], status: u16, words: &[&str]) {
    let marcus = plain_server().await.client(&MARCUS).await;
    let problem = marcus.upload(title, file_name, bytes).await.says(status, words);
    assert!(
        problem["kept"].is_string(),
        "it does not say what was kept: {problem}"
    );
    let listed = marcus
        .get(&format!("/documents?q={}", title.replace(' ', "%20")))
        .await
        .ok();
    assert_eq!(listed["total"], 0, "{listed}");
}

#[tokio::test]
async fn a_picture_named_pdf_is_refused_as_the_picture_it_is() {
    refused(
        "Picture in Disguise",
        "scan.pdf",
        &picture(),
        415,
        &["image/png", "upload a pdf"],
    )
    .await;
}

#[tokio::test]
async fn a_program_is_refused() {
    refused(
        "Program in Disguise",
        "setup.exe",
        &program(),
        415,
        &["upload a pdf"],
    )
    .await;
}

#[tokio::test]
async fn an_empty_file_is_refused() {
    refused("Empty File", "empty.pdf", b"", 422, &["empty", "again"]).await;
}

#[tokio::test]
async fn an_encrypted_pdf_is_refused_with_what_to_save() {
    refused(
        "Locked File",
        "locked.pdf",
        &encrypted_pdf(),
        422,
        &["password", "save a copy"],
    )
    .await;
}

#[tokio::test]
async fn a_pdf_that_overflows_its_parser_is_refused_and_the_server_lives_on() {
    refused(
        "Nested Arrays",
        "nested.pdf",
        &nested_pdf(),
        422,
        &["save it again"],
    )
    .await;
    assert!(plain_server().await.is_healthy());
}

#[tokio::test]
async fn a_page_nested_a_hundred_thousand_deep_is_read_or_refused_in_time() {
    let server = plain_server().await;
    let marcus = server.client(&MARCUS).await;
    let begun = Instant::now();
    let answer = marcus.upload("Deep Page", "deep.html", &nested_html()).await;
    println!(
        "answered {} after {:.1} s",
        answer.status,
        begun.elapsed().as_secs_f64()
    );
    // Either is right; an empty document, a crash or a hang is not.
    if answer.status == 201 {
        let version = answer.json()["versions"][0]["id"]
            .as_str()
            .expect("a version")
            .to_owned();
        let text = marcus.get(&format!("/versions/{version}")).await.ok()["text"].to_string();
        assert!(text.contains("The office opens at eight."), "{text:?}");
    } else {
        answer.problem(422);
    }
    assert!(server.is_healthy());
}

#[tokio::test]
async fn a_form_without_a_file_is_asked_for_one() {
    let marcus = plain_server().await.client(&MARCUS).await;
    let body = file_part("x.md").replace("name=\"file\"; filename=\"x.md\"", "name=\"title\"");
    let body = format!("{body}Only a title\r\n--countersign-test-boundary--\r\n");
    let answer = marcus
        .raw(
            reqwest::Method::POST,
            "/documents",
            Default::default(),
            &multipart_type(),
            body,
        )
        .await;
    answer.says(422, &["file"]);
}

#[tokio::test]
async fn a_form_that_breaks_off_adds_nothing() {
    let marcus = plain_server().await.client(&MARCUS).await;
    let body = format!("{}# Half a\n\nThe document is cut", file_part("half.md"));
    let answer = marcus
        .raw(
            reqwest::Method::POST,
            "/documents",
            Default::default(),
            &multipart_type(),
            body,
        )
        .await;
    assert!(matches!(answer.status, 400 | 422), "{}", answer.text);
    answer.problem(answer.status);
    assert_eq!(marcus.get("/documents?q=Half").await.ok()["total"], 0);
}

/// Sends 200 MB of a file as fast as the server takes it; gives the answer and how much was sent.
fn send_too_much(server: &Server, cookie: &str, token: &str, sized: bool) -> (String, usize) {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).expect("the server listens");
    stream
        .set_write_timeout(Some(Duration::from_secs(20)))
        .expect("a socket");
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .expect("a socket");
    let part = file_part("huge.txt");
    let length = if sized {
        format!("Content-Length: {}", part.len() + TOO_LARGE_BYTES)
    } else {
        "Transfer-Encoding: chunked".to_owned()
    };
    let head = format!(
        "POST /api/v1/documents HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nCookie: {cookie}\r\nX-CSRF-Token: {token}\r\n\
         Content-Type: {}\r\n{length}\r\nConnection: close\r\n\r\n",
        server.port,
        multipart_type()
    );
    let chunk = "The office opens at eight in the morning. ".repeat(MIB / 42);
    let framed = |text: &str| {
        if sized {
            text.to_owned()
        } else {
            format!("{:x}\r\n{text}\r\n", text.len())
        }
    };
    stream
        .write_all(format!("{head}{}", framed(&part)).as_bytes())
        .expect("the head is taken");
    let chunk = framed(&chunk);
    let mut sent = 0;
    // A server that has seen enough answers and closes; what can't be sent any more is not sent.
    while sent < TOO_LARGE_BYTES && stream.write_all(chunk.as_bytes()).is_ok() {
        sent += chunk.len();
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    (String::from_utf8_lossy(&answer).into_owned(), sent)
}

async fn too_much_is_refused(sized: bool, growth_mib_max: u64) {
    let home = Home::fresh(Weights::Absent);
    let team = home.add_team();
    let server = Server::serve(&home, &["--workers", "0"]);
    server.set_passwords(team).await;
    let session = server.client(&MARCUS).await.session().clone();
    let (before, begun) = (server.peak_memory_mib(), Instant::now());
    let (answer, sent) = send_too_much(&server, &session.cookie, &session.csrf_token, sized);
    let grown = server.peak_memory_mib() - before;
    println!(
        "{} MiB taken, {grown} MiB more memory, {:.1} s",
        sent / MIB,
        begun.elapsed().as_secs_f64()
    );
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer:?}");
    assert!(
        answer.contains("urn:countersign:too-large") && answer.contains("50 MiB"),
        "{answer}"
    );
    assert!(grown <= growth_mib_max, "its memory grew by {grown} MiB");
    assert!(server.is_healthy());
}

#[tokio::test]
async fn an_upload_of_200_mb_is_refused_before_it_is_read() {
    too_much_is_refused(true, 16).await;
}

#[tokio::test]
async fn an_upload_of_200_mb_that_hides_its_length_is_refused_at_the_limit() {
    // Up to the limit it is a file like any other and is held; twice the limit is room for a growing buffer.
    too_much_is_refused(false, 120).await;
}

#[test]
fn on_the_command_line_bad_files_are_named_with_their_reasons_and_the_good_one_is_added() {
    let home = Home::fresh(Weights::Absent);
    let good = home.write("good.md", "# Hours\n\nThe office opens at eight.\n");
    let bad = [
        (home.write("scan.pdf", picture()), "image/png"),
        (home.write("empty.txt", ""), "empty"),
        (home.write("locked.pdf", encrypted_pdf()), "password"),
        (home.write("nested.pdf", nested_pdf()), "save it again"),
    ];
    let mut arguments = vec!["documents".into(), "add".into(), good.into_os_string()];
    arguments.extend(bad.iter().map(|(path, _)| path.clone().into_os_string()));
    let ran = home.run(arguments);
    ran.refused(&["4 of 5"]);
    for (path, reason) in bad {
        let name = path.display().to_string();
        let line = ran.stderr.lines().find(|line| line.starts_with(&name));
        assert!(
            line.is_some_and(|line| line.contains(reason)),
            "{name} without {reason:?}: {}",
            ran.stderr
        );
    }
    let listed = home.run(["documents", "list", "--json"]).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
}

#[test]
fn on_the_command_line_a_file_that_is_not_there_is_named() {
    let home = Home::fresh(Weights::Absent);
    home.run(["documents", "add", "no-such-file.md"])
        .refused(&["no-such-file.md"]);
}
