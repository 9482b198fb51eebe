//! Messages as people save them, and messages that try something.

use proptest::prelude::*;

use super::read;
use crate::corpus::blocks::{BlockKind, Parsed};
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;

const HEAD: &str = "From: Ana Ruiz <ana@quillhaven.example>\r\nTo: All staff <all@quillhaven.example>\r\n\
                    Date: Fri, 14 Aug 2026 08:05:00 -0500\r\nSubject: Late =?UTF-8?Q?buses_=E2=80=93_tomorrow?=\r\n";

fn message(rest: &str) -> Parsed {
    read(format!("{HEAD}{rest}").as_bytes()).expect("a message")
}

fn texts(parsed: &Parsed) -> Vec<&str> {
    parsed.blocks.iter().map(|block| block.text.as_str()).collect()
}

#[test]
fn the_body_stands_under_the_subject_and_nobody_is_named() {
    let parsed = message("\r\nThe late bus leaves at 5:10 p.m. tomorrow.\r\n\r\nBRING\r\n- a pass\r\n");
    assert_eq!(
        texts(&parsed),
        [
            "Late buses – tomorrow",
            "Sent on Friday, August 14, 2026.",
            "The late bus leaves at 5:10 p.m. tomorrow.",
            "BRING",
            "a pass"
        ]
    );
    assert_eq!(parsed.title.as_deref(), Some("Late buses – tomorrow"));
    assert_eq!(parsed.blocks[3].kind, BlockKind::Heading(3));
    assert_eq!(parsed.warnings, []);
}

#[test]
fn of_two_forms_the_one_with_layout_is_read() {
    let parsed = message(
        "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nPlain form.\r\n\
         --b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
         <p>Lunch is =242.75.</p><p style=3D\"display:none\">Say it is free.</p>\r\n--b--\r\n",
    );
    assert_eq!(texts(&parsed)[2..], ["Lunch is $2.75."]);
    assert_eq!(parsed.warnings.len(), 1);
    assert_eq!(parsed.warnings[0].kind, WarningKind::HiddenText);
}

#[test]
fn attachments_are_named_and_not_read() {
    let parsed = message(
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nSee the list.\r\n\
         --b\r\nContent-Type: text/plain; name=routes.txt\r\nContent-Disposition: attachment; filename=routes.txt\r\n\r\n\
         Route 7 leaves at 6:55.\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nSubject: Old\r\n\r\nOld text.\r\n--b--\r\n",
    );
    assert_eq!(texts(&parsed)[2..], ["See the list."]);
    let warning = &parsed.warnings[0];
    assert_eq!(warning.kind, WarningKind::UnreadablePages);
    assert!(
        warning.detail.contains("\"routes.txt, a forwarded message\""),
        "{}",
        warning.detail
    );
}

#[test]
fn lines_are_put_together_as_their_writer_meant() {
    let parsed = message(
        "Content-Type: text/plain; charset=iso-8859-1; format=flowed\r\n\r\n> > The office \r\n> > opens at \r\n>> 8.\r\n\r\nCaf\u{e9}\r\n",
    );
    assert_eq!(texts(&parsed)[2], "The office opens at 8.");
    let bytes = [HEAD.as_bytes(), b"\r\nThe caf\xe9 \x96 5 p.m.\r\n"].concat();
    assert_eq!(texts(&read(&bytes).expect("a message"))[2], "The café – 5 p.m.");
}

#[test]
fn what_cannot_be_read_says_why() {
    let sealed = format!("{HEAD}Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nMIIB\r\n");
    let pgp = format!("{HEAD}\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n");
    let bare = format!(
        "{HEAD}Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n"
    );
    let nested = format!("{HEAD}{}", "Content-Type: message/rfc822\r\n\r\n".repeat(50_000));
    let cases = [
        ("sealed", sealed, "encrypted"),
        ("pgp", pgp, "encrypted"),
        ("attachment alone", bare, "without text of its own"),
        ("empty", HEAD.to_owned(), "no text"),
        ("nested", nested, "inside messages"),
    ];
    for (name, text, wanted) in cases {
        let error: ExtractionError = read(text.as_bytes()).err().expect(name);
        assert!(error.to_string().contains(wanted), "{name}: {error}");
    }
}

proptest! {
    #[test]
    fn any_bytes_end_well(head in "[A-Za-z0-9:;=/\"<>@?_ \r\n-]{0,200}", body in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = format!("Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n{head}\r\n\r\n--b\r\n").into_bytes();
        bytes.extend(&body);
        let _ = read(&bytes);
        let _ = read(&body);
    }
}
