//! What a person was told, and that they read it. Reading changes nothing that anybody else rests on, so it makes no entry.

use jiff::Timestamp;

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use crate::ids::{DocumentId, ItemId, NoticeId, VersionId};
use crate::store::{NoticeRow, Page};

/// What a notice leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeObject {
    Document(DocumentId),
    Version(VersionId),
    Item(ItemId),
}

/// Something a person was told, with what it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub row: NoticeRow,
    pub leads_to: Option<NoticeObject>,
}

impl From<NoticeRow> for Notice {
    fn from(row: NoticeRow) -> Notice {
        let object = &row.notice.object;
        let document = || object.parse().ok().map(NoticeObject::Document);
        let version = || object.parse().ok().map(NoticeObject::Version);
        let item = || object.parse().ok().map(NoticeObject::Item);
        Notice {
            leads_to: document().or_else(version).or_else(item),
            row,
        }
    }
}

/// What the caller was told, the newest first; with `open`, only what still is so.
pub async fn notices(
    app: &App,
    caller: &Caller,
    open: bool,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Page<Notice>, WorkflowError> {
    let page = app.store.notices(&caller.person, open, cursor, limit).await?;
    Ok(Page {
        entries: page.entries.into_iter().map(Notice::from).collect(),
        next_cursor: page.next_cursor,
        total: page.total,
    })
}

/// How much the caller has not read.
pub async fn notices_unread(app: &App, caller: &Caller) -> Result<u64, WorkflowError> {
    Ok(app.store.notices_unread(&caller.person).await?)
}

/// Marks one of the caller's notices as read.
pub async fn read_notice(app: &App, caller: &Caller, id: &NoticeId) -> Result<(), WorkflowError> {
    if app
        .store
        .read_notice(&caller.person, id, Timestamp::now())
        .await?
    {
        Ok(())
    } else {
        Err(WorkflowError::NotFound("notice"))
    }
}

/// Marks everything as read that the caller was told up to a moment.
pub async fn read_notices_until(app: &App, caller: &Caller, until: Timestamp) -> Result<(), WorkflowError> {
    app.store
        .read_notices_until(&caller.person, until, Timestamp::now())
        .await?;
    Ok(())
}
