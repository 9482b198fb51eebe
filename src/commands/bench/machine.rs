//! What the machine itself can do: how fast its memory is, and how much of it this process holds.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

/// Larger than any cache, so that memory is what is measured.
const BUFFER_WORDS: usize = 64 << 20;

/// The best of so many passes: what disturbs a pass only ever slows it down.
const PASSES: usize = 5;

/// Bytes per second when all threads read one large buffer from end to end.
pub fn bandwidth_bytes_per_s() -> f64 {
    // Ones and not zeros: untouched zeros would all be the same page of memory.
    let buffer = vec![1u64; BUFFER_WORDS];
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let pass = || {
        let started = Instant::now();
        thread::scope(|scope| {
            for part in buffer.chunks(BUFFER_WORDS.div_ceil(threads)) {
                scope.spawn(move || black_box(part.iter().fold(0, |sum: u64, word| sum ^ word)));
            }
        });
        size_of_val(buffer.as_slice()) as f64 / started.elapsed().as_secs_f64()
    };
    (0..PASSES).map(|_| pass()).fold(0.0, f64::max)
}

/// Memory that this process holds now; none where the system does not say (only Linux does).
pub fn resident_bytes() -> Option<u64> {
    status("VmRSS:")
}

/// The most that it ever held.
pub fn peak_bytes() -> Option<u64> {
    status("VmHWM:")
}

fn status(key: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
