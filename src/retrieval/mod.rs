//! The index: BM25 and dense vectors over sources in force. The only user of tantivy.
//!
//! [`Index::search`] sees only the versions that its caller says are in force at that moment, so a revoked
//! or expired document cannot reach a draft even before the index hears of it.

mod about;
mod directory;
mod embedding;
mod fusion;
mod generation;
mod held;
mod history;
mod index;
mod indexed;
mod institutions;
mod names;
mod rough;
mod search;
mod searched;
mod stored;
mod vocabulary;
mod words;

pub use embedding::Embedding;
pub use history::{search_texts, word_beginnings};
pub use index::{Beside, Counts, Index, IndexError};
pub use indexed::{Hit, IndexedVersion, SourcesInForce, content_sha256};
pub use institutions::{another_district, is_same, schools, schools_called};
pub use names::{names, names_among, office_named};
pub use searched::{is_a_name, searched};
pub use vocabulary::Vocabulary;
pub use words::{is_stop_word, stem, stemmed_words, words};
