//! An e-mail message: its subject, its day and the body that its reader sees.
//!
//! Who wrote to whom is nobody's approved text; the day is, because "tomorrow" means nothing without it.
//! Attachments are documents of their own and are only named.

use std::borrow::Cow;

use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::package::broken;
use super::{html, plain, shown};
use crate::corpus::blocks::{BlockKind, Parsed, Reader};
use crate::corpus::extract::ExtractionError;
use crate::corpus::extracted::WarningKind;
use crate::corpus::rendition::{Rendition, Writer};

const MEDIA_TYPE: &str = "message/rfc822";
/// Messages forwarded inside messages, beyond what people do.
const NESTED_MAX: usize = 100;
const ATTACHMENTS_NAMED_MAX: usize = 20;
/// How much of a body is looked at to see whether it is encrypted.
const BEGINNING_CHARS: usize = 1_000;

pub(super) fn read(bytes: &[u8]) -> Result<Parsed, ExtractionError> {
    let bytes = without_mailbox_line(bytes);
    if nested(bytes) > NESTED_MAX {
        return Err(broken("it holds messages inside messages beyond any e-mail"));
    }
    let message = MessageParser::default()
        .parse(bytes)
        .filter(|message| !message.parts.is_empty())
        .ok_or_else(|| broken("it has no header lines, which every e-mail begins with"))?;
    let bodies = bodies(&message, bytes)?;
    if is_sealed(&message, &bodies) {
        return Err(unsupported(
            "an encrypted or sealed e-mail message; save its text as a document and upload that",
        ));
    }
    let has_text = bodies.iter().any(|body| !body.blocks.is_empty());
    if !has_text {
        return Err(if message.attachments.is_empty() {
            ExtractionError::NoText
        } else {
            unsupported("an e-mail message without text of its own; save what is attached and upload that")
        });
    }
    let mut reader = Reader::default();
    let subject = message.subject().map(str::to_owned);
    let has_subject = subject
        .as_ref()
        .is_some_and(|subject| subject.chars().any(char::is_alphanumeric));
    if let Some(subject) = &subject {
        reader.push(BlockKind::Heading(1), subject);
    }
    if let Some(day) = day(&message) {
        reader.push(BlockKind::Paragraph, &format!("Sent on {day}."));
    }
    for body in bodies {
        reader.append(body, u8::from(has_subject));
    }
    warn_attachments(&message, &mut reader);
    Ok(reader.finish(MEDIA_TYPE, subject, None))
}

fn unsupported(found: &str) -> ExtractionError {
    ExtractionError::UnsupportedType {
        found: found.to_owned(),
    }
}

/// Mailboxes begin each message with a line of their own, `From somebody Thu Aug 13`, which is no header.
pub(super) fn without_mailbox_line(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match bytes.strip_prefix(b"From ") {
        Some(rest) if !rest.trim_ascii_start().starts_with(b":") => {
            let end = bytes.iter().position(|b| *b == b'\n');
            &bytes[end.map_or(bytes.len(), |end| end + 1)..]
        }
        _ => bytes,
    }
}

/// How many messages it says are inside it.
fn nested(bytes: &[u8]) -> usize {
    let wanted = b"message/";
    bytes
        .windows(wanted.len())
        .filter(|window| window.eq_ignore_ascii_case(wanted))
        .count()
}

/// The message to be looked at: its subject, its day, and its bodies without anything that runs or is fetched.
pub(super) fn show(bytes: &[u8]) -> Result<Rendition, ExtractionError> {
    let bytes = without_mailbox_line(bytes);
    if nested(bytes) > NESTED_MAX {
        return Err(broken("it holds messages inside messages beyond any e-mail"));
    }
    let mut writer = Writer::default();
    let Some(message) = MessageParser::default().parse(bytes) else {
        return Ok(writer.finish());
    };
    if let Some(subject) = message.subject() {
        writer.piece("h1", subject);
    }
    if let Some(day) = day(&message) {
        writer.piece("p", &format!("Sent on {day}."));
    }
    for part in &message.html_body {
        let part = usize::try_from(*part)
            .ok()
            .and_then(|part| message.parts.get(part));
        match part.map(|part| (part, &part.body)) {
            Some((part, PartType::Html(text))) => writer.append(html::show(&characters(part, text, bytes)?)),
            Some((part, PartType::Text(text))) => writer.append(shown::text(&characters(part, text, bytes)?)),
            _ => {}
        }
    }
    Ok(writer.finish())
}

/// The parts that a mail program shows: of a body in two forms, the one with layout.
fn bodies(message: &Message<'_>, bytes: &[u8]) -> Result<Vec<Parsed>, ExtractionError> {
    let mut bodies = Vec::new();
    for part in &message.html_body {
        let Some(part) = usize::try_from(*part)
            .ok()
            .and_then(|part| message.parts.get(part))
        else {
            continue;
        };
        match &part.body {
            PartType::Html(text) => bodies.push(html::read(&characters(part, text, bytes)?)?),
            PartType::Text(text) => bodies.push(plain::read(&unquoted(
                &characters(part, text, bytes)?,
                is_flowed(part),
            ))),
            _ => {}
        }
    }
    Ok(bodies)
}

/// The text of a part; where nothing says how its bytes are to be read, they are read as in any text file.
fn characters<'m>(
    part: &MessagePart<'_>,
    text: &'m str,
    bytes: &'m [u8],
) -> Result<Cow<'m, str>, ExtractionError> {
    let unsaid = part
        .content_type()
        .is_none_or(|kind| kind.attribute("charset").is_none());
    if unsaid && part.encoding == Encoding::None && text.contains(char::REPLACEMENT_CHARACTER) {
        let place = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX);
        if let Some(raw) = bytes.get(place(part.offset_body)..place(part.offset_end)) {
            return plain::decode(raw);
        }
    }
    Ok(Cow::Borrowed(text))
}

fn is_flowed(part: &MessagePart<'_>) -> bool {
    part.content_type()
        .and_then(|kind| kind.attribute("format"))
        .is_some_and(|format| format.eq_ignore_ascii_case("flowed"))
}

/// Lines without the marks of a quotation, which would stand in the middle of sentences; flowed lines joined.
fn unquoted(text: &str, flowed: bool) -> String {
    let mut said = String::with_capacity(text.len());
    for line in text.lines() {
        let quoted = line.starts_with('>');
        let line = if quoted {
            line.trim_start_matches(['>', ' '])
        } else {
            line
        };
        let goes_on = flowed && line.ends_with(' ') && line != "-- ";
        said.push_str(line);
        if !goes_on {
            said.push('\n');
        }
    }
    said
}

/// The day it was sent, where its sender was.
fn day(message: &Message<'_>) -> Option<String> {
    let sent = message.date().filter(|date| date.is_valid())?;
    let date = jiff::civil::Date::new(
        i16::try_from(sent.year).ok()?,
        i8::try_from(sent.month).ok()?,
        i8::try_from(sent.day).ok()?,
    );
    Some(date.ok()?.strftime("%A, %B %-d, %Y").to_string())
}

fn is_sealed(message: &Message<'_>, bodies: &[Parsed]) -> bool {
    let sealed = message.parts.iter().take(2).any(|part| {
        part.content_type().is_some_and(|kind| {
            let subtype = kind.subtype().unwrap_or_default().to_ascii_lowercase();
            matches!(subtype.as_str(), "encrypted" | "pkcs7-mime" | "x-pkcs7-mime")
        })
    });
    let beginning = bodies
        .iter()
        .flat_map(|body| &body.blocks)
        .flat_map(|block| block.text.chars());
    let beginning: String = beginning.take(BEGINNING_CHARS).collect();
    sealed || beginning.contains("BEGIN PGP MESSAGE")
}

fn warn_attachments(message: &Message<'_>, reader: &mut Reader) {
    let names: Vec<String> = message
        .attachments()
        .take(ATTACHMENTS_NAMED_MAX)
        .map(name_of)
        .collect();
    let more = message.attachments.len().saturating_sub(names.len());
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    reader.warn_left_out(
        WarningKind::UnreadablePages,
        "Attachments are not read; upload each that matters as a document of its own",
        &format!("{}{more}", names.join(", ")),
    );
}

fn name_of(part: &MessagePart<'_>) -> String {
    if let Some(name) = part.attachment_name() {
        return name.to_owned();
    }
    if part.is_message() {
        return "a forwarded message".into();
    }
    match part.content_type() {
        Some(kind) => {
            let subtype = kind
                .subtype()
                .map(|subtype| format!("/{subtype}"))
                .unwrap_or_default();
            format!("a nameless part of the type {}{subtype}", kind.ctype())
        }
        None => "a nameless part".into(),
    }
}

#[cfg(test)]
mod tests;
