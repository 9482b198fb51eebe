//! The database: every topic on both engines, and what holds for every transaction.

mod documents;
mod items;
mod people;
mod pilot;
mod publications;
mod queue;
pub mod rows;
mod transactions;
mod work;
