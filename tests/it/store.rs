//! The database: every topic on both engines, and what holds for every transaction.
#![expect(
    clippy::unwrap_used,
    reason = "a step of a test that fails is the test failing"
)]

mod documents;
mod items;
mod killed;
mod notices;
mod people;
mod pilot;
mod publications;
mod queue;
mod reading;
pub mod rows;
mod transactions;
mod upgrade;
mod work;
