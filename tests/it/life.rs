//! The life of a document as people meet it: what is revoked, superseded or expired is out of every search and draft at
//! once, what rested on it is taken back, and its people are told. Days go by, and back, by a clock that the test sets.

mod clock;
mod district;
mod lost;
mod renamed;
mod told;
