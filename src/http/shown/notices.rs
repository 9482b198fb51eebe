//! What people are told, as their page shows it.

use crate::http::dto;
use crate::workflow::{Notice, NoticeObject};

pub fn notice(Notice { row, leads_to }: Notice) -> dto::Notice {
    use dto::NoticeTargetKind::{Document, Item, Version};
    let target = leads_to.map(|object| match object {
        NoticeObject::Document(id) => (Document, id.to_string()),
        NoticeObject::Version(id) => (Version, id.to_string()),
        NoticeObject::Item(id) => (Item, id.to_string()),
    });
    dto::Notice {
        id: row.id.to_string(),
        kind: row.notice.kind.into(),
        title: row.notice.title,
        reason: row.notice.reason,
        day: row.notice.day.map(dto::Day::from),
        leads_to: target.map(|(kind, id)| dto::NoticeTarget { kind, id }),
        first_at: row.first_at.into(),
        told_at: row.told_at.into(),
        times: row.times,
        read: row.read_at.is_some(),
        settled: row.settled_at.is_some(),
    }
}
