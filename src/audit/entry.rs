//! One entry of the audit log and the bytes that its hash is taken over.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What stands as `prev_hash` in the first entry, where there is none before it.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Names the layout below. A changed layout gets a new name, so that old entries verify as they were written.
const LAYOUT: &str = "countersign audit entry v1";

/// What somebody did, before it has a place in the log.
///
/// `detail` carries ids, hashes, counts and codes. Personal text does not belong in it, since the log outlives
/// every retention period.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEntry {
    pub at: Timestamp,
    /// A person's id, or `countersign` for the machine, or `public`.
    pub actor: String,
    pub role: String,
    pub action: String,
    /// The id of what it was done to.
    pub object: String,
    pub content_sha256: Option<String>,
    pub request_id: Option<String>,
    /// `done` or `refused`.
    pub result: String,
    pub detail: serde_json::Value,
}

/// An entry in its place: numbered without gaps and chained to the one before it by hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub seq: u64,
    pub at: Timestamp,
    pub actor: String,
    pub role: String,
    pub action: String,
    pub object: String,
    pub content_sha256: Option<String>,
    pub request_id: Option<String>,
    pub result: String,
    /// JSON exactly as it is stored: two spellings of one value have different hashes.
    pub detail: String,
    pub prev_hash: String,
    pub hash: String,
}

impl NewEntry {
    /// Puts the entry in its place in the log and hashes it.
    ///
    /// The time is cut to microseconds, which is what the database keeps.
    pub fn sealed(self, seq: u64, prev_hash: &str) -> Entry {
        let mut entry = Entry {
            seq,
            at: whole_microseconds(self.at),
            actor: self.actor,
            role: self.role,
            action: self.action,
            object: self.object,
            content_sha256: self.content_sha256,
            request_id: self.request_id,
            result: self.result,
            detail: self.detail.to_string(),
            prev_hash: prev_hash.to_owned(),
            hash: String::new(),
        };
        entry.hash = hex::encode(entry_hash(&entry));
        entry
    }
}

fn whole_microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

impl Entry {
    /// The detail as a value; `null` when the stored text is not JSON.
    pub fn detail_value(&self) -> serde_json::Value {
        serde_json::from_str(&self.detail).unwrap_or_default()
    }
}

/// Every field of an entry except its own hash, as bytes that no other entry has.
///
/// The layout's name and each text are preceded by their length (8 bytes, big-endian); numbers are 8 bytes,
/// big-endian; a text that may be absent is preceded by a byte 0 (absent) or 1 (present).
pub fn canonical_bytes(entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    put_text(&mut bytes, LAYOUT);
    bytes.extend(entry.seq.to_be_bytes());
    bytes.extend(entry.at.as_microsecond().to_be_bytes());
    put_text(&mut bytes, &entry.actor);
    put_text(&mut bytes, &entry.role);
    put_text(&mut bytes, &entry.action);
    put_text(&mut bytes, &entry.object);
    put_optional(&mut bytes, entry.content_sha256.as_deref());
    put_optional(&mut bytes, entry.request_id.as_deref());
    put_text(&mut bytes, &entry.result);
    put_text(&mut bytes, &entry.detail);
    put_text(&mut bytes, &entry.prev_hash);
    bytes
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_be_bytes());
    bytes.extend(text.as_bytes());
}

fn put_optional(bytes: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => bytes.push(0),
        Some(text) => {
            bytes.push(1);
            put_text(bytes, text);
        }
    }
}

/// SHA-256 over a zero byte and the canonical bytes: the leaf hash of RFC 6962, section 2.1, so that the chain's
/// hashes are also the leaves of a Merkle tree over the same log.
pub fn entry_hash(entry: &Entry) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([0u8]);
    hash.update(canonical_bytes(entry));
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> NewEntry {
        NewEntry {
            at: "2026-03-02T08:15:30.123456Z".parse().unwrap(),
            actor: "per_0001".into(),
            role: "reviewer".into(),
            action: "item.approved".into(),
            object: "req_0001".into(),
            content_sha256: Some("ab".repeat(32)),
            request_id: None,
            result: "done".into(),
            detail: serde_json::json!({"revision": "rev_0001"}),
        }
    }

    #[test]
    fn the_canonical_bytes_are_these() {
        let entry = example().sealed(7, GENESIS);
        let parts: [&[u8]; 17] = [
            b"\0\0\0\0\0\0\0\x1acountersign audit entry v1",
            b"\0\0\0\0\0\0\0\x07",
            &1_772_439_330_123_456_i64.to_be_bytes(),
            b"\0\0\0\0\0\0\0\x08per_0001",
            b"\0\0\0\0\0\0\0\x08reviewer",
            b"\0\0\0\0\0\0\0\x0ditem.approved",
            b"\0\0\0\0\0\0\0\x08req_0001",
            b"\x01",
            b"\0\0\0\0\0\0\0\x40",
            b"abababababababababababababababab",
            b"abababababababababababababababab",
            b"\0",
            b"\0\0\0\0\0\0\0\x04done",
            b"\0\0\0\0\0\0\0\x17",
            b"{\"revision\":\"rev_0001\"}",
            b"\0\0\0\0\0\0\0\x40",
            GENESIS.as_bytes(),
        ];
        assert_eq!(canonical_bytes(&entry), parts.concat());
    }

    /// The expected hash was computed apart from this code, by another program (Python, `hashlib`) over the bytes of the test above
    /// with a zero byte in front.
    #[test]
    fn the_hash_of_a_known_entry_stays_what_it_was() {
        let entry = example().sealed(7, GENESIS);
        assert_eq!(
            entry.hash,
            "420d46761678f6eade32fcd6036df9b1026faabe0fe97feb942bc6c5bd83b97a"
        );
    }

    #[test]
    fn absent_and_empty_differ() {
        let absent = example().sealed(1, GENESIS);
        let mut given = example();
        given.request_id = Some(String::new());
        assert_ne!(absent.hash, given.sealed(1, GENESIS).hash);
    }

    #[test]
    fn text_cannot_move_from_one_field_to_the_next() {
        let mut left = example();
        left.actor = "per_1re".into();
        left.role = "viewer".into();
        let mut right = example();
        right.actor = "per_1".into();
        right.role = "reviewer".into();
        assert_ne!(left.sealed(1, GENESIS).hash, right.sealed(1, GENESIS).hash);
    }
}
