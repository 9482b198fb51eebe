//! What one round through the watched folder comes to: pure, from what was seen before and what is there now.

use jiff::Timestamp;

use crate::store::{WatchedFile, WatchedFileState};

/// A file as it is there now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    pub path: String,
    pub bytes: u64,
    pub changed_at: Timestamp,
    /// Whether it can't be read; what lies below such a folder can't be seen.
    pub is_failed: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Round {
    /// What is to be remembered now.
    pub changed: Vec<WatchedFile>,
    /// Files that are the same as in the round before and are not yet added.
    pub take: Vec<WatchedFile>,
    /// Whether everything that was there is gone. Then nothing is said of single files.
    pub emptied: bool,
}

/// Compares. A file is taken when it is the same in two rounds, so that one that is still being written waits; one
/// that was refused is tried again only once it has changed; one that is gone is said once.
pub(super) fn round(before: &[WatchedFile], now: &[Look], at: Timestamp) -> Round {
    let mut result = Round::default();
    for look in now {
        let seen = before.iter().find(|seen| seen.path == look.path);
        let same = seen.filter(|seen| (seen.bytes, seen.changed_at) == (look.bytes, look.changed_at));
        match same.map(|seen| (seen, seen.state)) {
            Some((_, WatchedFileState::Taken | WatchedFileState::Refused)) => {}
            Some((seen, WatchedFileState::Settling)) => result.take.push(seen.clone()),
            Some((_, WatchedFileState::Vanished)) | None => result.changed.push(WatchedFile {
                path: look.path.clone(),
                bytes: look.bytes,
                changed_at: look.changed_at,
                state: WatchedFileState::Settling,
                detail: None,
                since: at,
                document: seen.and_then(|seen| seen.document.clone()),
            }),
        }
    }
    // What a manifest says of a file may be what it was refused for.
    if result.take.iter().any(|file| is_manifest(&file.path)) {
        let there = |seen: &&WatchedFile| {
            now.iter().any(|look| {
                look.path == seen.path && (look.bytes, look.changed_at) == (seen.bytes, seen.changed_at)
            })
        };
        let refused = before
            .iter()
            .filter(|seen| seen.state == WatchedFileState::Refused);
        result.take.extend(refused.filter(there).cloned());
    }
    let there_before = || {
        before
            .iter()
            .filter(|seen| seen.state != WatchedFileState::Vanished)
    };
    let gone: Vec<&WatchedFile> = there_before()
        .filter(|seen| {
            !now.iter()
                .any(|look| look.path == seen.path || covers(look, &seen.path))
        })
        .collect();
    result.emptied = now.is_empty() && !gone.is_empty();
    if !result.emptied {
        result.changed.extend(gone.into_iter().map(|seen| WatchedFile {
            state: WatchedFileState::Vanished,
            detail: None,
            since: at,
            ..seen.clone()
        }));
    }
    result
}

/// Whether the file is the one that describes the others.
pub(super) fn is_manifest(path: &str) -> bool {
    matches!(path.to_lowercase().as_str(), "manifest.toml" | "manifest.csv")
}

/// Whether the file may still lie in a folder that can't be read just now.
fn covers(look: &Look, path: &str) -> bool {
    look.is_failed
        && path
            .strip_prefix(&look.path)
            .is_some_and(|below| below.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn look(path: &str, bytes: u64) -> Look {
        Look {
            path: path.into(),
            bytes,
            changed_at: at(bytes as i64),
            is_failed: false,
        }
    }

    fn seen(path: &str, bytes: u64, state: WatchedFileState) -> WatchedFile {
        WatchedFile {
            path: path.into(),
            bytes,
            changed_at: at(bytes as i64),
            state,
            detail: None,
            since: at(0),
            document: None,
        }
    }

    fn told(round: &Round) -> (Vec<(&str, WatchedFileState)>, Vec<&str>) {
        (
            round
                .changed
                .iter()
                .map(|file| (file.path.as_str(), file.state))
                .collect(),
            round.take.iter().map(|file| file.path.as_str()).collect(),
        )
    }

    #[test]
    fn each_file_goes_its_way() {
        use WatchedFileState::{Refused, Settling, Taken, Vanished};
        let cases = [
            (None, Some(1), Some(Settling), false),
            (Some((1, Settling)), Some(1), None, true),
            // Still being written.
            (Some((1, Settling)), Some(2), Some(Settling), false),
            (Some((1, Taken)), Some(1), None, false),
            (Some((1, Taken)), Some(2), Some(Settling), false),
            (Some((1, Refused)), Some(1), None, false),
            (Some((1, Refused)), Some(2), Some(Settling), false),
            (Some((1, Vanished)), Some(1), Some(Settling), false),
            (Some((1, Settling)), None, Some(Vanished), false),
            (Some((1, Taken)), None, Some(Vanished), false),
            // What is gone was said already.
            (Some((1, Vanished)), None, None, false),
            (None, None, None, false),
        ];
        for (before, now, wanted, taken) in cases {
            let before: Vec<WatchedFile> = before
                .into_iter()
                .map(|(bytes, state)| seen("a.md", bytes, state))
                .collect();
            let mut there = vec![look("other.md", 9)];
            there.extend(now.map(|bytes| look("a.md", bytes)));
            let mut known = vec![seen("other.md", 9, Taken)];
            known.extend(before.clone());
            let round = round(&known, &there, at(5));
            let (changed, take) = told(&round);
            assert_eq!(
                changed,
                wanted
                    .map(|state| ("a.md", state))
                    .into_iter()
                    .collect::<Vec<_>>(),
                "{before:?} {now:?}"
            );
            assert_eq!(take.len(), usize::from(taken), "{before:?} {now:?}");
            assert!(!round.emptied);
        }
    }

    #[test]
    fn a_folder_that_empties_itself_is_one_thing_and_no_file_is_said_to_be_gone() {
        let fifty: Vec<WatchedFile> = (0..50)
            .map(|n| seen(&format!("{n}.md"), 1, WatchedFileState::Taken))
            .collect();
        let round = round(&fifty, &[], at(5));
        assert!(round.emptied && round.changed.is_empty() && round.take.is_empty());
        assert_eq!(super::round(&[], &[], at(5)), Round::default());
        let gone = [seen("a.md", 1, WatchedFileState::Vanished)];
        assert_eq!(super::round(&gone, &[], at(5)), Round::default());
    }

    #[test]
    fn a_manifest_that_changed_gives_refused_files_another_try() {
        let before = [
            seen("manifest.csv", 2, WatchedFileState::Settling),
            seen("a.md", 1, WatchedFileState::Refused),
            seen("b.md", 1, WatchedFileState::Taken),
        ];
        let there = [look("manifest.csv", 2), look("a.md", 1), look("b.md", 1)];
        let round = round(&before, &there, at(5));
        assert_eq!(told(&round).1, ["manifest.csv", "a.md"]);
    }

    #[test]
    fn what_lies_in_a_folder_that_can_t_be_read_just_now_is_not_gone() {
        let before = [
            seen("share/a.md", 1, WatchedFileState::Taken),
            seen("shared.md", 1, WatchedFileState::Taken),
        ];
        let failed = Look {
            is_failed: true,
            ..look("share", 0)
        };
        let round = round(&before, &[failed], at(5));
        let (changed, _) = told(&round);
        assert_eq!(
            changed,
            [
                ("share", WatchedFileState::Settling),
                ("shared.md", WatchedFileState::Vanished)
            ]
        );
    }
}
