//! The product from outside: the real binary on a fresh data directory, spoken to over HTTP and the command line.
//!
//! Everything else in this folder tests a room by itself. Here nothing is replaced, so that what a person would meet
//! (a clear error, a kept request, a log that verifies) is what is asserted.

mod at_once;
mod bad_calls;
mod bad_questions;
mod bad_uploads;
mod browser;
mod client;
mod command_line;
mod crash;
mod figures;
mod files;
pub mod home;
mod imports;
mod missing_models;
mod path;
mod postgres;
mod reading;
mod rebuilding;
mod server;
mod superseded;
mod two_people;
