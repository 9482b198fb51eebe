//! From a question and its evidence to a draft whose every sentence is checked, or to a typed refusal.
