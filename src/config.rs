//! Every setting: file, environment and flags, validated once.
