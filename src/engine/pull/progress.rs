//! How a download tells where it is: a bar for somebody watching, now and then a line for a log.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Takes what a download has to say. Calls of `bytes` are frequent; the rest is rare.
pub trait Progress: Send {
    /// What is asked now: a hub, a package.
    fn source(&mut self, text: &str);
    /// How much of a file is there.
    fn bytes(&mut self, file: &str, done: u64, total: u64);
    /// One line that should be read.
    fn note(&mut self, line: &str);
}

/// The right way to show progress on this process's standard error.
pub fn stderr_progress() -> Box<dyn Progress> {
    if std::io::stderr().is_terminal() {
        Box::new(Bar::default())
    } else {
        Box::new(Lines::new(std::io::stderr()))
    }
}

/// A bar on the terminal, one per file.
#[derive(Default)]
pub struct Bar {
    current: Option<(String, ProgressBar)>,
}

impl Bar {
    fn say(&self, line: &str) {
        match &self.current {
            Some((_, bar)) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }
}

impl Progress for Bar {
    fn source(&mut self, text: &str) {
        match &self.current {
            Some((_, bar)) => bar.set_message(text.to_owned()),
            None => eprintln!("from {text}"),
        }
    }

    fn bytes(&mut self, file: &str, done: u64, total: u64) {
        if self.current.as_ref().is_none_or(|(shown, _)| shown != file) {
            let style = ProgressStyle::with_template(
                "{prefix} {wide_bar} {binary_bytes}/{binary_total_bytes} {binary_bytes_per_sec} {eta}\n{msg}",
            );
            let bar = ProgressBar::new(total)
                .with_prefix(file.to_owned())
                .with_position(done);
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.reset_eta();
            self.current = Some((file.to_owned(), bar));
        }
        if let Some((_, bar)) = &self.current {
            bar.set_position(done);
        }
        if done >= total
            && let Some((_, bar)) = self.current.take()
        {
            bar.finish_and_clear();
            eprintln!("{}", line(file, done, total));
        }
    }

    fn note(&mut self, line: &str) {
        self.say(line);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some((_, bar)) = &self.current {
            bar.abandon();
        }
    }
}

/// A file below this is there before anybody wonders; it gets one line, at its end.
const SMALL_FILE_BYTES: u64 = 16 << 20;

/// Plain lines, one for every tenth of a file or every few seconds, whichever comes first.
pub struct Lines<W> {
    out: W,
    every: Duration,
    shown: Option<Shown>,
}

struct Shown {
    file: String,
    tenths: u64,
    at: Instant,
}

impl<W: Write + Send> Lines<W> {
    pub fn new(out: W) -> Self {
        Lines {
            out,
            every: Duration::from_secs(5),
            shown: None,
        }
    }

    fn write(&mut self, line: &str) {
        // A closed log is no reason to stop a download.
        let _ = writeln!(self.out, "{line}");
    }
}

impl<W: Write + Send> Progress for Lines<W> {
    fn source(&mut self, text: &str) {
        self.write(&format!("from {text}"));
    }

    fn bytes(&mut self, file: &str, done: u64, total: u64) {
        if total < SMALL_FILE_BYTES && done < total {
            return;
        }
        let tenths = tenths(done, total);
        let old = self.shown.as_ref().is_some_and(|shown| {
            shown.file == file && shown.tenths == tenths && (tenths == 10 || shown.at.elapsed() < self.every)
        });
        if old {
            return;
        }
        self.shown = Some(Shown {
            file: file.to_owned(),
            tenths,
            at: Instant::now(),
        });
        self.write(&line(file, done, total));
    }

    fn note(&mut self, line: &str) {
        self.write(line);
    }
}

fn tenths(done: u64, total: u64) -> u64 {
    done.saturating_mul(10).checked_div(total).unwrap_or(10)
}

fn line(file: &str, done: u64, total: u64) -> String {
    let mebibytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let percent = done.saturating_mul(100).checked_div(total).unwrap_or(100);
    format!(
        "{file}: {:.1} of {:.1} MiB ({percent} %)",
        mebibytes(done),
        mebibytes(total)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_at_every_tenth_and_not_at_every_call() {
        let mut out = Vec::new();
        let mut lines = Lines {
            out: &mut out,
            every: Duration::from_secs(3600),
            shown: None,
        };
        lines.source("a hub");
        for mebibytes in 0..=1000 {
            lines.bytes("large.gguf", mebibytes << 20, 1000 << 20);
        }
        for done in 0..=1000 {
            lines.bytes("small.json", done, 1000);
        }
        lines.note("one line");
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 1 + 11 + 1 + 1, "{text}");
        assert!(
            text.starts_with("from a hub\nlarge.gguf: 0.0 of 1000.0 MiB (0 %)\n"),
            "{text}"
        );
        assert!(
            text.ends_with("small.json: 0.0 of 0.0 MiB (100 %)\none line\n"),
            "{text}"
        );
    }

    #[test]
    fn lines_come_after_a_while_even_without_a_tenth() {
        let mut out = Vec::new();
        let mut lines = Lines {
            out: &mut out,
            every: Duration::ZERO,
            shown: None,
        };
        for done in 0..5 {
            lines.bytes("large.gguf", done, 1000 << 20);
        }
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), 5);
    }

    #[test]
    fn an_empty_file_is_complete() {
        assert_eq!(tenths(0, 0), 10);
    }
}
