//! The figures together, for a program (as they are, in JSON) and for a person (a table).

use serde::Serialize;

use super::drafts::MeasuredDraft;
use super::machine;
use super::speed::{Load, Rate, Speed};

#[derive(Debug, Serialize)]
pub struct Report {
    threads: usize,
    bandwidth_bytes_per_s: f64,
    load: Load,
    /// With both models loaded and nothing read yet.
    resident_bytes: Option<u64>,
    peak_bytes: Option<u64>,
    /// What writing one token reads of memory, behind the measured prompt.
    bytes_per_token: f64,
    /// The speed of writing, if nothing but reading memory took time.
    decode_tokens_per_s_at_bandwidth: f64,
    #[serde(flatten)]
    speed: Speed,
    drafts: Vec<MeasuredDraft>,
}

impl Report {
    pub fn new(
        bandwidth_bytes_per_s: f64,
        load: Load,
        resident_bytes: Option<u64>,
        speed: Speed,
        drafts: Vec<MeasuredDraft>,
    ) -> Self {
        let bytes_per_token = speed.weight_bytes_per_token as f64
            + speed.cache_bytes_per_token as f64 * speed.context_tokens as f64;
        Self {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            bandwidth_bytes_per_s,
            load,
            resident_bytes,
            peak_bytes: machine::peak_bytes(),
            bytes_per_token,
            decode_tokens_per_s_at_bandwidth: bandwidth_bytes_per_s / bytes_per_token,
            speed,
            drafts,
        }
    }

    /// A row for each figure: its name, the value with its unit.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let speed = &self.speed;
        let rate = |rate: &Rate| format!("{:.1} tokens/s", rate.tokens_per_s);
        let gigabytes = |bytes: Option<u64>| match bytes {
            Some(bytes) => format!("{:.2} GB", bytes as f64 / 1e9),
            None => "not known on this system".to_owned(),
        };
        let mask = &speed.mask;
        let mut rows = vec![
            ("model", speed.model.name.clone()),
            ("threads", self.threads.to_string()),
            ("loading the drafting model", seconds(self.load.drafting_model_s)),
            ("loading both models", seconds(self.load.both_models_s)),
            ("start to first token", seconds(self.load.first_token_s)),
            ("memory at rest, both models", gigabytes(self.resident_bytes)),
            ("memory at most", gigabytes(self.peak_bytes)),
            ("reading (prefill)", rate(&speed.prefill)),
            ("writing (decode)", rate(&speed.decode)),
            ("writing with look-up", rate(&speed.decode_with_lookup)),
            ("accepted by look-up", percent(speed.accepted_by_lookup)),
            (
                "mask, compiling at most",
                format!("{:.2} ms", mask.compile_ms_max),
            ),
            (
                "mask, each token",
                format!("{:.3} ms", mask.tokens_ms / mask.tokens.max(1) as f64),
            ),
            ("mask, slower writing", percent(speed.mask_slowdown)),
            (
                "read of memory per token",
                format!("{:.2} GB", self.bytes_per_token / 1e9),
            ),
            (
                "memory bandwidth",
                format!("{:.1} GB/s", self.bandwidth_bytes_per_s / 1e9),
            ),
            (
                "writing, of what the bandwidth allows",
                percent(speed.decode.tokens_per_s / self.decode_tokens_per_s_at_bandwidth),
            ),
        ];
        rows.extend(self.draft_rows());
        (rows.into_iter())
            .map(|(name, value)| vec![name.to_owned(), value])
            .collect()
    }

    /// Each stage's median over the drafts, and the whole draft's median and worst.
    fn draft_rows(&self) -> Vec<(&'static str, String)> {
        if self.drafts.is_empty() {
            return Vec::new();
        }
        let sorted = |of: fn(&MeasuredDraft) -> u64| {
            let mut all: Vec<f64> = self.drafts.iter().map(|draft| of(draft) as f64 / 1e3).collect();
            all.sort_by(f64::total_cmp);
            all
        };
        let median = |of| seconds(middle(&sorted(of)));
        let totals = sorted(|draft| draft.timing_ms.total);
        vec![
            ("drafts", self.drafts.len().to_string()),
            ("a draft, median", seconds(middle(&totals))),
            (
                "a draft, slowest",
                seconds(totals.last().copied().unwrap_or_default()),
            ),
            ("of it: search", median(|draft| draft.timing_ms.retrieve)),
            (
                "of it: reading the evidence",
                median(|draft| draft.timing_ms.prefill),
            ),
            ("of it: answerable?", median(|draft| draft.timing_ms.answerable)),
            ("of it: writing", median(|draft| draft.timing_ms.compose)),
            ("of it: checking", median(|draft| draft.timing_ms.check)),
        ]
    }
}

fn middle(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.1} s")
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}
