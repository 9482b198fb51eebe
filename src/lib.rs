//! Countersign: a bounded drafting assistant with a human review queue, for school districts.
//!
//! The rooms, in reading order. Data flows one way: corpus → retrieval → drafting → review → publish.
//! Who may import whom is a table in `tests/it/architecture.rs`.

pub mod config;
pub mod ids;

pub mod corpus;
pub mod engine;
pub mod retrieval;

pub mod calibration;
pub mod drafting;
pub mod evaluation;
pub mod review;

pub mod publish;

pub mod accounts;
pub mod audit;
pub mod pilot;

pub mod store;
pub mod workflow;

pub mod commands;
pub mod http;
pub mod jobs;
