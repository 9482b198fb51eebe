//! The known sets, and which of them a folder holds.

use std::path::{Path, PathBuf};

use super::error::EvaluationError;

/// One set of evaluation data, laid out as its makers' README says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Set {
    Scifact,
    Doc2dial,
    Mtrag,
    Squad2,
    SchoolPolicies,
    Wice,
    Wordings,
    RagtruthQa,
    Bipia,
    CybersecevalPi,
    Pii,
    Covidq,
    Ingest,
}

impl Set {
    pub const ALL: [Set; 13] = [
        Set::Scifact,
        Set::Doc2dial,
        Set::Mtrag,
        Set::Squad2,
        Set::SchoolPolicies,
        Set::Wice,
        Set::Wordings,
        Set::RagtruthQa,
        Set::Bipia,
        Set::CybersecevalPi,
        Set::Pii,
        Set::Covidq,
        Set::Ingest,
    ];

    /// Its folder's name, and its key in the report.
    pub fn name(self) -> &'static str {
        match self {
            Set::Scifact => "scifact",
            Set::Doc2dial => "doc2dial",
            Set::Mtrag => "mtrag",
            Set::Squad2 => "squad2",
            Set::SchoolPolicies => "school_policies",
            Set::Wice => "wice",
            Set::Wordings => "wordings",
            Set::RagtruthQa => "ragtruth_qa",
            Set::Bipia => "bipia",
            Set::CybersecevalPi => "cyberseceval_pi",
            Set::Pii => "pii",
            Set::Covidq => "covidq",
            Set::Ingest => "ingest",
        }
    }

    pub fn folder(self, dir: &Path) -> PathBuf {
        dir.join(self.name())
    }

    fn named(name: &str) -> Option<Set> {
        Set::ALL.into_iter().find(|set| set.name() == name)
    }
}

/// The sets to run, in the order of the report: those of `wanted` (all where it is empty) that `dir` holds.
pub(super) fn chosen(dir: &Path, wanted: &[String]) -> Result<Vec<Set>, EvaluationError> {
    let known = || Set::ALL.map(Set::name).join(", ");
    let mut sets = Vec::new();
    for name in wanted {
        sets.push(
            Set::named(name.trim()).ok_or_else(|| EvaluationError::UnknownSet {
                name: name.clone(),
                known: known(),
            })?,
        );
    }
    if wanted.is_empty() {
        sets.extend(Set::ALL);
    }
    sets.sort_unstable();
    sets.dedup();
    sets.retain(|set| set.folder(dir).is_dir());
    if sets.is_empty() {
        return Err(EvaluationError::NoSets {
            dir: dir.to_owned(),
            known: if wanted.is_empty() {
                known()
            } else {
                wanted.join(", ")
            },
        });
    }
    Ok(sets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_there_is_chosen() {
        let dir = tempfile::tempdir().expect("a folder");
        let names = |wanted: &[&str]| {
            let wanted: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
            chosen(dir.path(), &wanted).map(|sets| sets.into_iter().map(Set::name).collect::<Vec<_>>())
        };
        assert!(names(&[]).expect_err("empty").to_string().contains("scifact"));
        for set in ["squad2", "scifact", "notes"] {
            std::fs::create_dir(dir.path().join(set)).expect("a folder");
        }
        assert_eq!(names(&[]).expect("two"), ["scifact", "squad2"]);
        assert_eq!(names(&["squad2", "wice"]).expect("one"), ["squad2"]);
        assert!(names(&["wice"]).expect_err("absent").to_string().contains("wice"));
        assert!(
            names(&["squad"])
                .expect_err("unknown")
                .to_string()
                .contains("squad2")
        );
    }
}
