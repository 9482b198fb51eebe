//! A manifest as TOML: one `[[document]]` for each file. Other tables are other readers' business.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::{Spanned, Value};

use super::{Line, unknown_key};

#[derive(Deserialize)]
struct File {
    #[serde(rename = "document")]
    documents: Vec<Spanned<BTreeMap<Spanned<String>, Spanned<Value>>>>,
}

pub(super) fn read(text: &str) -> Result<Vec<Line>, (usize, String)> {
    let line_of = |span: &Range<usize>| {
        1 + text
            .bytes()
            .take(span.start)
            .filter(|byte| *byte == b'\n')
            .count()
    };
    let file: File = toml::from_str(text).map_err(|error| {
        let reason = match error.message() {
            message if message.contains("missing field `document`") => "it has no [[document]]".to_owned(),
            message => message.trim_end_matches('.').to_owned(),
        };
        (error.span().map_or(1, |span| line_of(&span)), reason)
    })?;
    let line = |document: &Spanned<BTreeMap<Spanned<String>, Spanned<Value>>>| {
        let mut line = Line {
            number: line_of(&document.span()),
            ..Line::default()
        };
        for (key, value) in document.get_ref() {
            let number = line_of(&key.span());
            let text = match value.get_ref() {
                Value::String(text) => Some(text.clone()),
                Value::Datetime(day) => Some(day.to_string()),
                Value::Array(topics) if key.get_ref() == "topics" => topics
                    .iter()
                    .map(Value::as_str)
                    .collect::<Option<Vec<_>>>()
                    .map(|topics| topics.join(", ")),
                _ => None,
            };
            let wrong = match &text {
                None => Some(format!("`{}` must be a text", key.get_ref())),
                Some(_) => unknown_key(key.get_ref()),
            };
            line.wrong = line.wrong.or_else(|| wrong.map(|reason| (number, reason)));
            line.values
                .push((key.get_ref().clone(), text.unwrap_or_default(), number));
        }
        line
    };
    Ok(file.documents.iter().map(line).collect())
}
