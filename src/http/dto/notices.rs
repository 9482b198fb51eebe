//! What people are told, as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Day, NoticeKind, Time};

/// Something the signed-in person was told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Notice {
    pub id: String,
    pub kind: NoticeKind,
    /// Of the document or item.
    pub title: String,
    /// What happened to a source, or who left.
    pub reason: Option<String>,
    /// The last day of a version, or the day of review.
    pub day: Option<Day>,
    /// What it leads to.
    pub leads_to: Option<NoticeTarget>,
    pub first_at: Time,
    pub told_at: Time,
    /// How often it was told; again after a week at the earliest.
    pub times: u32,
    pub read: bool,
    /// Whether it is no longer so.
    pub settled: bool,
}

/// Something with a page of its own.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeTarget {
    pub kind: NoticeTargetKind,
    pub id: String,
}

/// Which page it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeTargetKind {
    Document,
    Version,
    Item,
}
