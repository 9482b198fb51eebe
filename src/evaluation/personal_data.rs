//! Personal data: what the gate's patterns find in texts whose personal data is marked.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::error::EvaluationError;
use super::figures::{Figures, rounded};
use super::jsonl;
use super::measures::share;
use super::run::Evaluation;
use super::sampling::sample;
use super::sets::Set;
use crate::drafting::{PersonalKind, PersonalSpan, personal_data};

#[derive(Deserialize)]
struct Line {
    #[serde(deserialize_with = "any_id")]
    id: String,
    text: String,
    spans: Vec<Marked>,
}

/// Characters of the text that people marked.
#[derive(Deserialize)]
struct Marked {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: String,
}

/// Ids are numbers in one set and texts in another.
fn any_id<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => text,
        other => other.to_string(),
    })
}

/// The set's type for what the product finds; nothing for kinds that the set does not mark.
fn marked_as(kind: PersonalKind) -> Option<&'static str> {
    match kind {
        PersonalKind::StudentName => Some("PERSON"),
        PersonalKind::SocialSecurityNumber => Some("US_SSN"),
        PersonalKind::DateOfBirth => Some("DATE_TIME"),
        PersonalKind::Email => Some("EMAIL_ADDRESS"),
        PersonalKind::Phone => Some("PHONE_NUMBER"),
        PersonalKind::HomeAddress => Some("STREET_ADDRESS"),
        PersonalKind::PaymentCard => Some("CREDIT_CARD"),
        PersonalKind::StudentNumber | PersonalKind::Secret => None,
    }
}

pub(super) fn run(evaluation: &Evaluation<'_>) -> Result<Figures, EvaluationError> {
    let path = Set::Pii.folder(&evaluation.dir).join("dev.jsonl");
    let lines = sample(
        jsonl::read::<Line>(&path)?,
        evaluation.sample,
        |line| &line.id,
        |line| !line.spans.is_empty(),
    );
    Ok(judge(&lines))
}

fn judge(lines: &[Line]) -> Figures {
    let mut found: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    let mut found_as_anything: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    let mut right: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for line in lines {
        let spans = personal_data(&line.text);
        for marked in &line.spans {
            let (start, end) = bytes(&line.text, marked);
            let meets = |span: &&PersonalSpan| span.start < end && start < span.end;
            let of_kind = spans
                .iter()
                .filter(meets)
                .any(|span| marked_as(span.kind) == Some(marked.kind.as_str()));
            found.entry(&marked.kind).or_default().push(of_kind);
            let as_anything = spans.iter().any(|span| meets(&span));
            found_as_anything
                .entry(&marked.kind)
                .or_default()
                .push(as_anything);
        }
        for span in &spans {
            let is_right = line.spans.iter().any(|marked| {
                let (start, end) = bytes(&line.text, marked);
                let same = marked_as(span.kind).is_none_or(|kind| kind == marked.kind);
                same && span.start < end && start < span.end
            });
            right
                .entry(marked_as(span.kind).unwrap_or(span.kind.name()))
                .or_default()
                .push(is_right);
        }
    }
    let mut figures = Figures::default();
    figures.put("texts", lines.len());
    figures.put("recall", by_type(&found));
    figures.put("recall_as_anything", by_type(&found_as_anything));
    figures.put("precision", by_type(&right));
    let counts: Map<String, Value> = found
        .iter()
        .map(|(kind, flags)| ((*kind).to_owned(), Value::from(flags.len())))
        .collect();
    figures.put("marked", counts);
    figures
}

fn by_type(flags: &BTreeMap<&str, Vec<bool>>) -> Map<String, Value> {
    flags
        .iter()
        .filter_map(|(kind, flags)| Some(((*kind).to_owned(), rounded(share(flags.iter().copied())?))))
        .collect()
}

fn bytes(text: &str, marked: &Marked) -> (usize, usize) {
    let byte = |character: usize| {
        text.char_indices()
            .nth(character)
            .map_or(text.len(), |(byte, _)| byte)
    };
    (byte(marked.start), byte(marked.end))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn recall_and_precision_are_by_type() {
        let line: Line = serde_json::from_value(json!({
            "id": 1,
            "text": "¿Sí? reply to pat@home.example or 208-555-0142 in Boise",
            "spans": [
                {"start": 14, "end": 30, "type": "EMAIL_ADDRESS"},
                {"start": 50, "end": 55, "type": "GPE"},
            ],
        }))
        .expect("a line");
        let figures = judge(&[line]);
        assert_eq!(
            figures.get("recall"),
            Some(&json!({"EMAIL_ADDRESS": 1.0, "GPE": 0.0}))
        );
        assert_eq!(
            figures.get("precision"),
            Some(&json!({"EMAIL_ADDRESS": 1.0, "PHONE_NUMBER": 0.0}))
        );
    }
}
