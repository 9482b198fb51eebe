//! The report of an evaluation: `report.json` for programs, `report.md` for people.

use std::fs;
use std::path::Path;

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::error::EvaluationError;
use super::figures::Figures;
use super::measures::CurvePoint;
use super::sampling::Sample;
use super::sets::Set;

mod meanings;
mod text;

/// What was measured on one set.
#[derive(Debug, Clone, PartialEq)]
pub struct SetReport {
    pub set: Set,
    pub figures: Figures,
    /// Thresholds on the answerability score; empty for sets without such questions.
    pub curve: Vec<CurvePoint>,
}

/// All that was measured, and with what.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The drafting model; absent where it is not installed.
    pub model: Option<String>,
    pub model_sha256: Option<String>,
    pub commit: Option<String>,
    pub sample: Option<Sample>,
    pub answerable_threshold: f32,
    #[serde(serialize_with = "by_name")]
    pub sets: Vec<SetReport>,
}

impl Report {
    /// Writes both files into the folder.
    pub fn write(&self, out: &Path) -> Result<(), EvaluationError> {
        let write = |name: &str, text: String| {
            let path = out.join(name);
            fs::write(&path, text).map_err(|source| EvaluationError::Unwritable { path, source })
        };
        let json = serde_json::to_string_pretty(self).map_err(|error| EvaluationError::Unwritable {
            path: out.join("report.json"),
            source: error.into(),
        })?;
        write("report.json", json + "\n")?;
        write("report.md", text::markdown(self))
    }
}

fn by_name<S: Serializer>(sets: &[SetReport], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(sets.len()))?;
    for set in sets {
        map.serialize_entry(set.set.name(), &Flat(set))?;
    }
    map.end()
}

/// The set's figures with its curve beside them.
struct Flat<'a>(&'a SetReport);

impl Serialize for Flat<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut figures = self.0.figures.clone();
        if !self.0.curve.is_empty() {
            let curve = serde_json::to_value(&self.0.curve).map_err(serde::ser::Error::custom)?;
            figures.put("curve", curve);
        }
        figures.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report() -> Report {
        let mut figures = Figures::default();
        figures.put_or("ndcg_at_10", Some(0.7249), "");
        figures.put("queries", 809);
        let mut drafted = Figures::default();
        drafted.missing(&["answerability_auroc"], "the drafting model is not installed");
        let curve = vec![CurvePoint {
            threshold: 0.5,
            answered: 0.8,
            false_answers: 0.1,
        }];
        Report {
            model: None,
            model_sha256: None,
            commit: Some("abc".into()),
            sample: Some(Sample { size: 20, skip: 40 }),
            answerable_threshold: 0.45,
            sets: vec![
                SetReport {
                    set: Set::Scifact,
                    figures,
                    curve: Vec::new(),
                },
                SetReport {
                    set: Set::Squad2,
                    figures: drafted,
                    curve,
                },
            ],
        }
    }

    #[test]
    fn the_json_has_each_set_by_name() {
        let value = serde_json::to_value(report()).expect("JSON");
        assert_eq!(
            value["sets"]["scifact"],
            json!({"ndcg_at_10": 0.7249, "queries": 809})
        );
        let squad2 = &value["sets"]["squad2"];
        assert_eq!(squad2["answerability_auroc"], json!(null));
        assert_eq!(squad2["reason"], json!("the drafting model is not installed"));
        assert_eq!(squad2["curve"][0]["answered"], json!(0.8));
    }

    #[test]
    fn the_text_holds_figures_beside_their_targets() {
        let text = text::markdown(&report());
        for part in [
            "| ndcg_at_10 | 0.725 | at least 0.73 | no |",
            "| answerability_auroc | – | at least 0.9 | – |",
            "the drafting model is not installed",
            "| 0.500 | 80 % | 10 % |",
            "sample of 20",
            "first 40 of the set's order",
        ] {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
    }
}
