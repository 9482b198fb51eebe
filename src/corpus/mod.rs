//! Documents and versions: extraction, sentences, approval and lifecycle.
