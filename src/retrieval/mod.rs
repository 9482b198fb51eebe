//! The index: BM25 and dense vectors over sources in force. The only user of tantivy.
