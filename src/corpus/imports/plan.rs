//! Which document a file belongs to: pure, and in one order of trust.
//!
//! What a person named goes first, then where the file came from last time, then its bytes, then its title if only one
//! document has it. A title that a person gave must agree with the document's: two schools may both have a
//! `handbook.pdf`. Only the newest version of a document that is open (waiting or approved) can make a file unchanged:
//! a file that went back to an older text has changed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::corpus::lifecycle::VersionState;
use crate::ids::{DocumentId, PersonId, VersionId};

/// What is known of a file. Its text may not be read yet.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    pub sha256: &'a str,
    pub file_name: &'a str,
    /// Its path within the import, and those of the files that came with it; none for a file that came by itself.
    pub place: Option<(&'a str, &'a BTreeSet<String>)>,
    /// The document that a person named.
    pub document: Option<&'a DocumentId>,
    /// The title that a person gave.
    pub title: Option<&'a str>,
    /// The title that the file itself bears, once it is read.
    pub found_title: Option<&'a str>,
    /// The days that a person gave.
    pub dates: Option<Dates>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    pub effective: Option<Date>,
    pub expires: Option<Date>,
}

impl Dates {
    /// Whether those of them that were given are the other's.
    fn agree(self, other: Dates) -> bool {
        (self.effective.is_none() || self.effective == other.effective)
            && (self.expires.is_none() || self.expires == other.expires)
    }
}

/// A document that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub document: DocumentId,
    pub title: String,
    /// The path it was last imported under.
    pub import_path: Option<String>,
    /// The names of all its versions' files.
    pub file_names: Vec<String>,
    /// Its newest version that waits for approval or is approved.
    pub newest: Option<KnownVersion>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownVersion {
    pub id: VersionId,
    pub number: u32,
    pub state: VersionState,
    pub sha256: String,
    pub text_sha256: String,
    pub dates: Dates,
    pub uploaded_by: PersonId,
    pub uploaded_at: Timestamp,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    NewDocument {
        /// How many other documents bear its title, none of which could be told to be it.
        same_title: usize,
    },
    NewVersion {
        document: DocumentId,
        because: Because,
    },
    /// The newest version of the document is this file.
    Unchanged {
        document: DocumentId,
        version: VersionId,
        because: Because,
    },
}

/// By what a file was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    Named,
    Path,
    FileName,
    Content,
    Title,
}

impl Because {
    /// To complete "known by …".
    pub fn in_words(self) -> &'static str {
        match self {
            Because::Named => "the document that was named for it",
            Because::Path => "its path in an earlier import",
            Because::FileName => "its file name",
            Because::Content => "its bytes",
            Because::Title => "its title, which no other document has",
        }
    }
}

/// Why no plan can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    #[error("there is no document {0}. Correct its id where it is named")]
    NoSuchDocument(DocumentId),
    #[error(
        "several documents came from this path before ({}). Name the one that is meant in a manifest, by its title or as \
         `document`",
        listed(.0)
    )]
    Several(Vec<DocumentId>),
}

fn listed(ids: &[DocumentId]) -> String {
    ids.iter().map(DocumentId::as_str).collect::<Vec<_>>().join(", ")
}

/// Decides what the file is among the documents that are there.
pub fn plan(file: &Candidate, known: &[Known]) -> Result<Plan, Undecided> {
    let found = match same_document(file, known)? {
        Some((document, because)) => (document, because),
        None => return Ok(by_content_or_title(file, known)),
    };
    Ok(of_document(file, found.0, found.1))
}

/// The document that a person or the file's place says it is.
fn same_document<'k>(
    file: &Candidate,
    known: &'k [Known],
) -> Result<Option<(&'k Known, Because)>, Undecided> {
    if let Some(named) = file.document {
        let document = known.iter().find(|known| known.document == *named);
        let document = document.ok_or_else(|| Undecided::NoSuchDocument(named.clone()))?;
        return Ok(Some((document, Because::Named)));
    }
    let Some((path, _)) = file.place else {
        return Ok(None);
    };
    let agrees = |known: &&Known| file.title.is_none_or(|title| title == known.title);
    let there: Vec<&Known> = known
        .iter()
        .filter(|known| known.import_path.as_deref() == Some(path))
        .filter(agrees)
        .collect();
    match there.as_slice() {
        [] => {}
        [one] => return Ok(Some((one, Because::Path))),
        several => {
            let ids = several.iter().map(|known| known.document.clone()).collect();
            return Err(Undecided::Several(ids));
        }
    }
    // Documents that came one by one have no path; the name of their file stands for it.
    let mut by_name = known
        .iter()
        .filter(|known| {
            known.import_path.is_none() && known.file_names.iter().any(|name| name == file.file_name)
        })
        .filter(agrees);
    Ok(match (by_name.next(), by_name.next()) {
        (Some(one), None) => Some((one, Because::FileName)),
        _ => None,
    })
}

fn by_content_or_title(file: &Candidate, known: &[Known]) -> Plan {
    let agrees = |known: &&Known| file.title.is_none_or(|title| title == known.title);
    let same_bytes = known.iter().filter(agrees).find(|known| {
        known
            .newest
            .as_ref()
            .is_some_and(|newest| newest.sha256 == file.sha256)
    });
    if let Some(same) = same_bytes {
        return of_document(file, same, Because::Content);
    }
    let title = file.title.or(file.found_title);
    let mut titled = known
        .iter()
        .filter(|known| title.is_some_and(|title| title == known.title));
    let same_title = titled.clone().count();
    let one = titled.next().filter(|_| same_title == 1);
    match (one, file.place) {
        // A document whose own file is part of this import is that file, and not another one of the same title.
        (Some(one), Some((_, siblings)))
            if one
                .import_path
                .as_ref()
                .is_none_or(|path| !siblings.contains(path)) =>
        {
            of_document(file, one, Because::Title)
        }
        _ => Plan::NewDocument { same_title },
    }
}

fn of_document(file: &Candidate, known: &Known, because: Because) -> Plan {
    let unchanged = known.newest.as_ref().filter(|newest| {
        newest.sha256 == file.sha256 && file.dates.is_none_or(|dates| dates.agree(newest.dates))
    });
    match unchanged {
        Some(version) => Plan::Unchanged {
            document: known.document.clone(),
            version: version.id.clone(),
            because,
        },
        None => Plan::NewVersion {
            document: known.document.clone(),
            because,
        },
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn known(title: &str, path: Option<&str>, file_name: &str, sha256: &str) -> Known {
        Known {
            document: DocumentId::fresh(),
            title: title.into(),
            import_path: path.map(str::to_owned),
            file_names: vec![file_name.into()],
            newest: Some(KnownVersion {
                id: VersionId::fresh(),
                number: 1,
                state: VersionState::Approved,
                sha256: sha256.into(),
                text_sha256: sha256.into(),
                dates: Dates::default(),
                uploaded_by: PersonId::fresh(),
                uploaded_at: Timestamp::UNIX_EPOCH,
            }),
        }
    }

    fn siblings(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    fn file<'a>(path: &'a str, siblings: &'a BTreeSet<String>, sha256: &'a str) -> Candidate<'a> {
        Candidate {
            sha256,
            file_name: super::super::file_of(path),
            place: Some((path, siblings)),
            document: None,
            title: None,
            found_title: None,
            dates: None,
        }
    }

    #[test]
    fn a_file_is_known_in_the_order_of_trust() {
        let all = [
            known("Bus", Some("north/bus.md"), "bus.md", "b1"),
            known("Meals", None, "meals.md", "m1"),
            known("Calendar", Some("old/cal.md"), "cal.md", "c1"),
            known("Twins", None, "t1.md", "t1"),
            known("Twins", None, "t2.md", "t2"),
        ];
        let [bus, meals, calendar, ..] = &all;
        let paths = siblings(&["north/bus.md", "x/meals.md", "new.md"]);
        let at = |path, sha256| file(path, &paths, sha256);
        let version = |known: &Known, because| {
            Ok(Plan::NewVersion {
                document: known.document.clone(),
                because,
            })
        };
        let unchanged = |known: &Known, because| {
            Ok(Plan::Unchanged {
                document: known.document.clone(),
                version: known.newest.as_ref().expect("a version").id.clone(),
                because,
            })
        };
        let fresh = |same_title| Ok(Plan::NewDocument { same_title });
        let titled = |mut file: Candidate<'static>, title| {
            file.title = Some(title);
            file
        };
        assert_eq!(plan(&at("north/bus.md", "b2"), &all), version(bus, Because::Path));
        assert_eq!(
            plan(&at("north/bus.md", "b1"), &all),
            unchanged(bus, Because::Path)
        );
        assert_eq!(
            plan(&at("x/meals.md", "m2"), &all),
            version(meals, Because::FileName)
        );
        assert_eq!(
            plan(&at("new.md", "c1"), &all),
            unchanged(calendar, Because::Content)
        );
        assert_eq!(plan(&at("south/bus.md", "b2"), &all), fresh(0));
        let empty: &'static BTreeSet<String> = Box::leak(Box::default());
        let by = |title| plan(&titled(file("new.md", empty, "n"), title), &all);
        assert_eq!(by("Calendar"), version(calendar, Because::Title));
        assert_eq!(by("Twins"), fresh(2));
        assert_eq!(by("Nothing"), fresh(0));
        // A title that was given must agree, whatever else does.
        let another = plan(&titled(file("north/bus.md", empty, "b1"), "South Bus"), &all);
        assert_eq!(another, fresh(0));
        let mut named = file("new.md", empty, "b1");
        named.document = Some(&meals.document);
        assert_eq!(plan(&named, &all), version(meals, Because::Named));
        let unknown = DocumentId::fresh();
        named.document = Some(&unknown);
        assert_eq!(
            plan(&named, &all),
            Err(Undecided::NoSuchDocument(unknown.clone()))
        );
    }

    #[test]
    fn a_document_whose_own_file_came_too_is_not_taken_by_its_title() {
        let all = [known("Letter", Some("a.docx"), "a.docx", "a1")];
        let paths = siblings(&["a.docx", "b.docx"]);
        let mut second = file("b.docx", &paths, "b1");
        second.found_title = Some("Letter");
        assert_eq!(plan(&second, &all), Ok(Plan::NewDocument { same_title: 1 }));
        let alone = siblings(&["b.docx"]);
        let mut renamed = file("b.docx", &alone, "b1");
        renamed.found_title = Some("Letter");
        assert!(matches!(
            plan(&renamed, &all),
            Ok(Plan::NewVersion {
                because: Because::Title,
                ..
            })
        ));
    }

    #[test]
    fn a_file_that_came_by_itself_is_known_by_its_bytes_alone() {
        let all = [known("Bus", Some("bus.md"), "bus.md", "b1")];
        let mut alone = file("bus.md", Box::leak(Box::default()), "b2");
        alone.place = None;
        alone.found_title = Some("Bus");
        assert_eq!(plan(&alone, &all), Ok(Plan::NewDocument { same_title: 1 }));
        alone.sha256 = "b1";
        assert!(matches!(plan(&alone, &all), Ok(Plan::Unchanged { .. })));
    }

    #[test]
    fn several_documents_of_one_path_and_other_days_are_told_apart() {
        let all = [
            known("A", Some("a.md"), "a.md", "1"),
            known("B", Some("a.md"), "a.md", "2"),
        ];
        let paths = siblings(&["a.md"]);
        assert!(
            matches!(plan(&file("a.md", &paths, "1"), &all), Err(Undecided::Several(ids)) if ids.len() == 2)
        );
        let mut dated = file("a.md", &paths, "1");
        dated.title = Some("A");
        dated.dates = Some(Dates {
            effective: None,
            expires: Some(date(2027, 7, 31)),
        });
        assert!(matches!(
            plan(&dated, &all),
            Ok(Plan::NewVersion {
                because: Because::Path,
                ..
            })
        ));
    }

    proptest! {
        /// Adding the same import twice does nothing the second time, whatever the files are called.
        #[test]
        fn a_second_time_is_unchanged(names in proptest::collection::btree_set("[a-c]{1,2}(/[a-c]{1,2})?", 1..6), title in "[AB]") {
            let paths: BTreeSet<String> = names;
            let mut all: Vec<Known> = Vec::new();
            for round in 0..2 {
                for path in &paths {
                    let sha256 = format!("bytes of {path}");
                    let mut candidate = file(path, &paths, &sha256);
                    candidate.found_title = Some(&title);
                    match plan(&candidate, &all) {
                        Ok(Plan::NewDocument { .. }) => {
                            prop_assert_eq!(round, 0);
                            all.push(known(&title, Some(path), super::super::file_of(path), &sha256));
                        }
                        Ok(Plan::Unchanged { .. }) => prop_assert_eq!(round, 1),
                        other => prop_assert!(false, "{:?}", other),
                    }
                }
            }
            prop_assert_eq!(all.len(), paths.len());
        }
    }
}
