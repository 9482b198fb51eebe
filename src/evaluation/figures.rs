//! The figures of one set: each a value, or null with the reason why it could not be computed.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

/// Named figures in the order in which they are read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures(Vec<(String, Result<Value, String>)>);

impl Figures {
    pub(super) fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.set(name, Ok(value.into()));
    }

    /// A figure that there may be nothing to compute from.
    pub(super) fn put_or(&mut self, name: &str, value: Option<f64>, reason: &str) {
        self.set(name, value.map(rounded).ok_or_else(|| reason.to_owned()));
    }

    pub(super) fn missing(&mut self, names: &[&str], reason: &str) {
        for name in names {
            self.set(name, Err(reason.to_owned()));
        }
    }

    /// Takes over the other's figures; one of the same name is replaced.
    pub(super) fn extend(&mut self, other: Figures) {
        for (name, value) in other.0 {
            self.set(&name, value);
        }
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.iter()
            .find(|(known, _)| *known == name)
            .and_then(|(_, value)| value.as_ref().ok())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Result<Value, String>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    fn set(&mut self, name: &str, value: Result<Value, String>) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }
}

/// Four decimals: more would be noise, and the same run prints the same bytes.
pub(super) fn rounded(value: f64) -> Value {
    Value::from((value * 10_000.0).round() / 10_000.0)
}

impl Serialize for Figures {
    /// A missing figure is null; `reason` beside them says why: one text if it is the same for all, else one
    /// text by figure.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut reasons: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, value) in self.iter() {
            match value {
                Ok(value) => map.serialize_entry(name, value)?,
                Err(reason) => {
                    reasons.insert(name, reason);
                    map.serialize_entry(name, &Value::Null)?;
                }
            }
        }
        let mut texts = reasons.values();
        match texts.next() {
            None => {}
            Some(first) if texts.all(|text| text == first) => map.serialize_entry("reason", first)?,
            Some(_) => map.serialize_entry("reason", &reasons)?,
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_missing_figure_is_null_with_its_reason() {
        let mut figures = Figures::default();
        figures.put("questions", 2);
        figures.put_or("recall", Some(2.0 / 3.0), "no documents");
        figures.missing(&["f1"], "no model");
        let value = serde_json::to_value(&figures).expect("JSON");
        assert_eq!(
            value,
            json!({"questions": 2, "recall": 0.6667, "f1": null, "reason": "no model"})
        );
        figures.missing(&["auroc"], "one kind only");
        let value = serde_json::to_value(&figures).expect("JSON");
        assert_eq!(
            value["reason"],
            json!({"f1": "no model", "auroc": "one kind only"})
        );
    }
}
