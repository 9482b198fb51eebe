//! FAQ pages and newsletters from approved drafts, and from nothing else.
