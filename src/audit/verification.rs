//! Checks a log entry by entry, and names the first one that is not as it was written.
//!
//! What the chain alone cannot show: entries cut off at the end together with the head, and a log rewritten
//! as a whole with valid hashes. Those need a checkpoint that somebody else holds.

use serde::{Deserialize, Serialize};

use super::entry::{Entry, GENESIS, entry_hash};

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// How many entries were read.
    pub entries: u64,
    /// Number and hash of the last good entry.
    pub head: Option<(u64, String)>,
    pub first_bad: Option<BadEntry>,
}

impl Verification {
    pub fn ok(&self) -> bool {
        self.first_bad.is_none()
    }
}

/// The first entry that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadEntry {
    pub seq: u64,
    pub reason: String,
}

/// Verifies a stream of entries, given in order of `seq`, without holding more than one of them.
#[derive(Debug, Default)]
pub struct Verifier {
    entries: u64,
    head: Option<(u64, String)>,
    first_bad: Option<BadEntry>,
}

impl Verifier {
    pub fn new() -> Verifier {
        Verifier::default()
    }

    /// The number that the next entry must have.
    pub fn next_seq(&self) -> u64 {
        self.head.as_ref().map_or(1, |(seq, _)| seq + 1)
    }

    /// Takes the next entry. After the first bad one, entries are only counted.
    pub fn feed(&mut self, entry: &Entry) {
        self.entries += 1;
        if self.first_bad.is_some() {
            return;
        }
        let expected = self.next_seq();
        match self.flaw(entry, expected) {
            None => self.head = Some((entry.seq, entry.hash.clone())),
            Some(reason) => self.fail(expected, reason),
        }
    }

    /// Takes the next entry where the row could not even be read as one.
    pub fn feed_unreadable(&mut self, cause: &str) {
        self.entries += 1;
        let expected = self.next_seq();
        self.fail(expected, format!("the entry cannot be read: {cause}"));
    }

    /// Ends with what is kept apart as the log's head: number and hash of the last entry, `(0, GENESIS)` for an
    /// empty log.
    pub fn finish_at(mut self, seq: u64, hash: &str) -> Verification {
        let (last, last_hash) = match &self.head {
            Some((seq, hash)) => (*seq, hash.as_str()),
            None => (0, GENESIS),
        };
        if (last, last_hash) != (seq, hash) {
            let reason = if seq > last {
                format!("the log ends at entry {last}, but its head says that there are {seq}")
            } else {
                "the last entry and the log's head differ".to_owned()
            };
            self.fail(last.max(1), reason);
        }
        self.finish()
    }

    pub fn finish(self) -> Verification {
        Verification {
            entries: self.entries,
            head: self.head,
            first_bad: self.first_bad,
        }
    }

    fn flaw(&self, entry: &Entry, expected: u64) -> Option<String> {
        if entry.seq != expected {
            return Some(format!(
                "entry {expected} is missing; the next one found is {}",
                entry.seq
            ));
        }
        let before = self.head.as_ref().map_or(GENESIS, |(_, hash)| hash);
        if entry.prev_hash != before {
            return Some("it does not continue the entry before it: prev_hash differs".to_owned());
        }
        if entry.hash != hex::encode(entry_hash(entry)) {
            return Some("its content does not have its hash: something in it was changed".to_owned());
        }
        None
    }

    fn fail(&mut self, seq: u64, reason: String) {
        if self.first_bad.is_none() {
            self.first_bad = Some(BadEntry { seq, reason });
        }
    }
}

/// Verifies a whole log that is at hand.
pub fn verify(entries: impl IntoIterator<Item = Entry>) -> Verification {
    let mut verifier = Verifier::new();
    for entry in entries {
        verifier.feed(&entry);
    }
    verifier.finish()
}

#[cfg(test)]
mod tests {
    use super::super::entry::NewEntry;
    use super::*;
    use proptest::prelude::*;

    fn log(length: u64) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for seq in 1..=length {
            let prev = entries
                .last()
                .map_or(GENESIS.to_owned(), |last| last.hash.clone());
            let entry = NewEntry {
                at: jiff::Timestamp::from_microsecond(1_780_000_000_000_000 + seq as i64).unwrap(),
                actor: "per_0001".into(),
                role: "reviewer".into(),
                action: "item.claimed".into(),
                object: format!("req_{seq:04}"),
                content_sha256: Some("cd".repeat(32)),
                request_id: Some(format!("request-{seq}")),
                result: "done".into(),
                detail: serde_json::json!({"n": seq}),
            };
            entries.push(entry.sealed(seq, &prev));
        }
        entries
    }

    /// The fields that are text, by number.
    fn text_field(entry: &mut Entry, field: usize) -> &mut String {
        match field {
            0 => &mut entry.actor,
            1 => &mut entry.role,
            2 => &mut entry.action,
            3 => &mut entry.object,
            4 => entry.content_sha256.as_mut().unwrap(),
            5 => entry.request_id.as_mut().unwrap(),
            6 => &mut entry.result,
            7 => &mut entry.detail,
            8 => &mut entry.prev_hash,
            _ => &mut entry.hash,
        }
    }

    #[test]
    fn an_untouched_log_verifies() {
        let found = verify(log(20));
        assert!(found.ok(), "{found:?}");
        assert_eq!(found.entries, 20);
        assert_eq!(found.head.map(|(seq, _)| seq), Some(20));
        assert!(verify(Vec::new()).ok());
    }

    proptest! {
        #[test]
        fn a_changed_bit_of_any_text_names_its_entry(
            at in 0..20usize, field in 0..10usize, byte in 0..1000usize, bit in 0..7u32
        ) {
            let mut entries = log(20);
            let text = text_field(&mut entries[at], field);
            let mut bytes = text.clone().into_bytes();
            let place = byte % bytes.len();
            bytes[place] ^= 1 << bit;
            *text = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(verify(entries).first_bad.map(|bad| bad.seq), Some(at as u64 + 1));
        }

        #[test]
        fn a_changed_time_names_its_entry(at in 0..20usize, bit in 0..40u32) {
            let mut entries = log(20);
            let changed = entries[at].at.as_microsecond() ^ (1 << bit);
            entries[at].at = jiff::Timestamp::from_microsecond(changed).unwrap();
            prop_assert_eq!(verify(entries).first_bad.map(|bad| bad.seq), Some(at as u64 + 1));
        }

        #[test]
        fn a_deleted_entry_is_named(at in 0..19usize) {
            let mut entries = log(20);
            entries.remove(at);
            prop_assert_eq!(verify(entries).first_bad.map(|bad| bad.seq), Some(at as u64 + 1));
        }

        #[test]
        fn swapped_entries_are_named(at in 0..19usize) {
            let mut entries = log(20);
            entries.swap(at, at + 1);
            prop_assert_eq!(verify(entries).first_bad.map(|bad| bad.seq), Some(at as u64 + 1));
        }

        #[test]
        fn a_doubled_entry_is_named(at in 0..20usize) {
            let mut entries = log(20);
            entries.insert(at + 1, entries[at].clone());
            prop_assert_eq!(verify(entries).first_bad.map(|bad| bad.seq), Some(at as u64 + 2));
        }
    }

    #[test]
    fn a_cut_end_shows_against_the_head() {
        let entries = log(20);
        let (seq, hash) = (20, entries[19].hash.clone());
        let mut verifier = Verifier::new();
        entries[..17].iter().for_each(|entry| verifier.feed(entry));
        let found = verifier.finish_at(seq, &hash);
        assert_eq!(found.first_bad.map(|bad| bad.seq), Some(17));
    }

    #[test]
    fn the_right_head_is_accepted() {
        let entries = log(3);
        let mut verifier = Verifier::new();
        entries.iter().for_each(|entry| verifier.feed(entry));
        assert!(verifier.finish_at(3, &entries[2].hash).ok());
        assert!(Verifier::new().finish_at(0, GENESIS).ok());
    }
}
