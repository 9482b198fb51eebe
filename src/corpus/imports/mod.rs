//! Many files at once: what a ZIP or a folder holds, what its manifest says, and which document each file belongs to.
//!
//! Nothing here trusts a name from an archive: names are judged ([`names`]), shown and remembered, and never become a
//! path on this machine. [`material`] lists what there is and reads one file after the other, a ZIP's in a child
//! process; [`plan`] decides what each file is.

mod archive;
mod archive_child;
mod folder;
mod manifest;
mod material;
mod names;
mod plan;

pub use archive::ArchiveError;
pub use archive_child::run_archive_child;
pub use manifest::{Facts, Manifest, ManifestEntry, ManifestError, ManifestProblem, read_manifest};
pub use material::{Fate, Found, ImportLimits, Material, Unread, file_of, file_title, name_of_file};
pub use plan::{Because, Candidate, Dates, Known, KnownVersion, Plan, Undecided, plan};
