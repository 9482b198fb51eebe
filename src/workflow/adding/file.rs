//! A file that is added, by what tells which document it is.

use super::{NewDocument, cleaned};
use crate::corpus::imports::{Candidate, Dates, Known, Plan, Undecided, plan};
use crate::ids::DocumentId;
use crate::store::KnownBy;
use crate::workflow::error::WorkflowError;

/// A file by what tells which document it is.
pub(super) struct File<'a> {
    new: &'a NewDocument,
    sha256: &'a str,
    name: String,
    /// The title that a person gave.
    title: Option<String>,
}

impl<'a> File<'a> {
    pub fn of(new: &'a NewDocument, sha256: &'a str) -> Self {
        let title = new.title.as_deref().map(cleaned);
        Self {
            new,
            sha256,
            name: cleaned(&new.file_name),
            title: title.filter(|title| !title.is_empty()),
        }
    }

    /// Whatever the plan for it may look at; `found_title` is what the file itself bears, once it is read.
    pub fn known_by<'f>(&'f self, found_title: Option<&'f str>) -> KnownBy<'f> {
        KnownBy {
            ids: [&self.new.document, &self.new.supersedes].map(|id| id.as_ref().map(DocumentId::as_str)),
            titles: [self.title.as_deref(), found_title],
            import_path: self.new.place.as_ref().map(|place| place.path.as_str()),
            file_name: Some(&self.name),
            sha256: Some(self.sha256),
        }
    }

    pub fn decided(&self, found_title: Option<&str>, known: &[Known]) -> Result<Plan, WorkflowError> {
        let new = self.new;
        let given = Dates {
            effective: new.effective,
            expires: new.expires,
        };
        let candidate = Candidate {
            sha256: self.sha256,
            file_name: &self.name,
            place: new
                .place
                .as_ref()
                .map(|place| (place.path.as_str(), place.siblings.as_ref())),
            document: new.document.as_ref(),
            title: self.title.as_deref(),
            found_title,
            dates: (given != Dates::default()).then_some(given),
        };
        if let Some(replaced) = &new.supersedes
            && !known.iter().any(|known| known.document == *replaced)
        {
            return Err(WorkflowError::NotFound("document"));
        }
        plan(&candidate, known).map_err(|undecided| match undecided {
            Undecided::NoSuchDocument(_) if new.place.is_none() => WorkflowError::NotFound("document"),
            undecided => WorkflowError::invalid("document", undecided.to_string()),
        })
    }
}
