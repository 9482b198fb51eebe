//! Saying how far a part is and about how long it still takes, not more often than anybody reads.

use std::time::{Duration, Instant};

const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Takes one line for the person who waits.
pub type Tell<'a> = &'a (dyn Fn(&str) + Send + Sync);

/// The progress of one part of one set.
pub(super) struct Progress<'a> {
    tell: Tell<'a>,
    what: String,
    total: usize,
    done: usize,
    /// Those that were kept from an earlier run say nothing about the time that the others take.
    kept: usize,
    started: Instant,
    told: Option<Instant>,
}

impl<'a> Progress<'a> {
    pub fn new(tell: Tell<'a>, what: impl Into<String>, total: usize) -> Self {
        Self {
            tell,
            what: what.into(),
            total,
            done: 0,
            kept: 0,
            started: Instant::now(),
            told: None,
        }
    }

    pub fn kept(&mut self) {
        self.kept += 1;
        self.done += 1;
    }

    pub fn done(&mut self, count: usize) {
        self.done += count;
        let now = Instant::now();
        let due = self.told.is_none_or(|told| now - told >= BETWEEN_LINES);
        if due || self.done >= self.total {
            self.told = Some(now);
            (self.tell)(&self.line(now - self.started));
        }
    }

    fn line(&self, elapsed: Duration) -> String {
        let made = self.done - self.kept;
        let left = self.total.saturating_sub(self.done);
        let mut line = format!("{}: {} of {}", self.what, self.done, self.total);
        if left > 0 && made > 0 {
            let seconds = elapsed.as_secs_f64() / made as f64 * left as f64;
            line.push_str(&format!(", about {} left", in_words(seconds)));
        }
        line
    }
}

fn in_words(seconds: f64) -> String {
    if seconds < 90.0 {
        format!("{seconds:.0} s")
    } else if seconds < 90.0 * 60.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3600.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_counts_only_what_was_made_now() {
        let nobody = |_: &str| {};
        let mut progress = Progress::new(&nobody, "squad2", 10);
        progress.kept();
        progress.kept();
        progress.done(2);
        let line = progress.line(Duration::from_secs(60));
        assert_eq!(line, "squad2: 4 of 10, about 3 min left");
    }
}
