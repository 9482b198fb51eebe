//! Routes, extractors, data shapes, error mapping and public pages. The only user of axum.
