//! Names from archives and folders: which may name a document, which are other programs' leavings, which are a trap.

use unicode_normalization::UnicodeNormalization;

/// A longer name is no file's that a person saved.
const NAME_BYTES_MAX: usize = 400;
/// Folders in folders; deeper than this is no filing system.
const DEPTH_MAX: usize = 12;
/// Files that hold other files. They are not opened, because what a ZIP in a ZIP holds can't be bounded by looking at it.
const ARCHIVES: [&str; 8] = ["zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz"];
/// Files that belong to the sample district beside its documents.
const NOT_DOCUMENTS: [&str; 2] = ["inquiries.csv", "questions.toml"];
const MANIFESTS: [&str; 2] = ["manifest.toml", "manifest.csv"];

/// Why a name is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameFate {
    /// Nobody expects a document of it.
    PassedOver(&'static str),
    /// Somebody may have meant it as a document.
    Failed(&'static str),
}

/// The name as it is remembered: parts with `/` between them, composed (NFC), relative.
pub(super) fn judged(raw: &str) -> Result<String, NameFate> {
    // Windows programs part names with the other stroke.
    let name: String = raw.replace('\\', "/").nfc().collect();
    if name.chars().any(char::is_control) {
        return Err(NameFate::Failed(
            "its name holds control characters. Rename the file and add it again",
        ));
    }
    if name.chars().any(turns_direction) {
        return Err(NameFate::Failed(
            "its name holds characters that make it show as another name. Rename the file and add it again",
        ));
    }
    let parts: Vec<&str> = name
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    let has_drive = parts
        .first()
        .is_some_and(|first| first.as_bytes().get(1) == Some(&b':'));
    if name.starts_with('/') || has_drive || parts.contains(&"..") {
        return Err(NameFate::Failed(
            "its name leads outside the folder it came in, so it was not read. Make the ZIP again from the files themselves",
        ));
    }
    let Some(last) = parts.last() else {
        return Err(NameFate::PassedOver("it has no name"));
    };
    if let Some(leaving) = leaving(&parts, last) {
        return Err(NameFate::PassedOver(leaving));
    }
    let joined = parts.join("/");
    if joined.len() > NAME_BYTES_MAX || parts.len() > DEPTH_MAX {
        return Err(NameFate::Failed(
            "its name is too long, or it lies too many folders deep. Move the file up and add it again",
        ));
    }
    if ending(last).is_some_and(|ending| ARCHIVES.contains(&ending.as_str())) {
        return Err(NameFate::Failed(
            "it is an archive inside what was added, and is not opened. Unpack it and add the files in it",
        ));
    }
    Ok(joined)
}

/// Whether the name is the manifest's, at the top.
pub(super) fn is_manifest(name: &str) -> bool {
    MANIFESTS.contains(&name.to_lowercase().as_str())
}

/// What another program left there.
fn leaving(parts: &[&str], last: &str) -> Option<&'static str> {
    if parts.contains(&"__MACOSX") || *last == *".DS_Store" || last.starts_with("._") {
        return Some("left there by macOS beside the files; it is no document");
    }
    if last.eq_ignore_ascii_case("thumbs.db") || last.eq_ignore_ascii_case("desktop.ini") {
        return Some("Windows put it there beside the files; it is no document");
    }
    if last.starts_with("~$") || last.starts_with(".~lock.") {
        return Some("an Office program put it there while a file was open; it is no document");
    }
    if parts.iter().any(|part| part.starts_with('.')) {
        return Some("its name begins with a dot, which hides it");
    }
    NOT_DOCUMENTS
        .contains(&last)
        .then_some("it is no document of the district")
}

/// Whether the character changes the order in which a name shows.
pub(super) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

fn ending(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    (!stem.is_empty()).then(|| ending.to_lowercase())
}

/// The one folder that everything lies in, if it does: a ZIP of a folder holds what the folder itself holds.
pub(super) fn common_folder<'a>(paths: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut common: Option<&str> = None;
    for path in paths {
        let (first, _) = path.split_once('/')?;
        if common.is_some_and(|common| common != first) {
            return None;
        }
        common = Some(first);
    }
    common.map(|folder| format!("{folder}/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_judged() {
        let cases = [
            ("Handbook.pdf", Ok("Handbook.pdf")),
            ("a\\b\\c.docx", Ok("a/b/c.docx")),
            ("./a//b.md", Ok("a/b.md")),
            ("Cafe\u{301}.md", Ok("Caf\u{e9}.md")),
            ("a..b/c.md", Ok("a..b/c.md")),
            ("../etc/passwd", Err("outside")),
            ("a/../../b.md", Err("outside")),
            ("/etc/passwd", Err("outside")),
            ("C:\\windows\\a.pdf", Err("outside")),
            ("..\\a.pdf", Err("outside")),
            ("a\0.pdf", Err("control")),
            ("fdp.\u{202e}exe", Err("another name")),
            ("old/all.ZIP", Err("archive inside")),
            ("notes.tar.gz", Err("archive inside")),
            ("__MACOSX/._a.pdf", Err("macOS")),
            ("a/.DS_Store", Err("macOS")),
            ("Thumbs.db", Err("Windows")),
            ("~$Handbook.docx", Err("Office")),
            (".git/config", Err("dot")),
            ("", Err("no name")),
        ];
        for (raw, wanted) in cases {
            match (judged(raw), wanted) {
                (Ok(name), Ok(wanted)) => assert_eq!(name, wanted),
                (Err(NameFate::Failed(said) | NameFate::PassedOver(said)), Err(word)) => {
                    assert!(said.contains(word), "{raw:?}: {said}");
                }
                (got, _) => panic!("{raw:?} gave {got:?}"),
            }
        }
        assert!(judged(&"a/".repeat(13)).is_err());
        assert!(judged(&"a".repeat(401)).is_err());
    }

    #[test]
    fn a_folder_that_holds_everything_is_not_part_of_the_names() {
        let common = |paths: &[&str]| common_folder(paths.iter().copied());
        assert_eq!(common(&["H/a.md", "H/b/c.md"]).as_deref(), Some("H/"));
        assert_eq!(common(&["H/a.md", "K/c.md"]), None);
        assert_eq!(common(&["H/a.md", "c.md"]), None);
        assert_eq!(common(&[]), None);
    }

    proptest! {
        #[test]
        fn what_is_accepted_stays_inside(raw in "\\PC{0,60}|[./\\\\a-c:]{0,20}") {
            if let Ok(name) = judged(&raw) {
                prop_assert!(!name.starts_with('/'));
                prop_assert!(name.split('/').all(|part| !part.is_empty() && part != ".." && part != "."));
                prop_assert_eq!(judged(&name), Ok(name));
            }
        }
    }
}
