//! Publishing approved text, and taking it back.

use jiff::Timestamp;
use serde_json::json;

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use super::items::{load, save};
use super::sources::cited_sources;
use crate::accounts::Permission;
use crate::ids::{ItemId, PublicationId};
use crate::publish::{
    NewsletterMeta, PublishedPage, faq_page, heading, newsletter_page, slug, slug_with_number,
};
use crate::review::{ApprovedDraft, Command, Refused, approved_draft, decide};
use crate::store::{ItemKind, ItemRow, PublicationRow, WriteTx};

/// Slugs tried with a number before giving up.
const SLUG_NUMBERS_MAX: u32 = 1_000;

/// Publishes the approved text. Both hashes of the approval are checked again in the transaction that publishes.
pub async fn publish(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
    text_sha256: String,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemPublish)?;
    let (mut tx, mut row) = load(app, id, Some(expected)).await?;
    let now = Timestamp::now();
    let decided = decide(
        &row.facts,
        &caller.actor(),
        &Command::Publish { text_sha256 },
        now,
    )?;
    let standing = row
        .facts
        .revision
        .clone()
        .ok_or_else(|| Refused::WrongState("There is no text to publish.".into()))?;
    let revision = tx
        .revision(&standing.id)
        .await?
        .ok_or(WorkflowError::NotFound("revision"))?;
    let sources = cited_sources(app, &mut tx, &revision.sections).await?;
    let approved = approved_draft(&row.facts, revision.public_question, revision.sections, &sources)?;
    let title = title(&row, &approved);
    let page = page(app, &row, &approved);
    // A text published before keeps its address; what stood there is in the revisions.
    let before = tx.publication_of_item(id).await?;
    let slug = match &before {
        Some(before) => before.slug.clone(),
        None => free_slug(&mut tx, &title).await?,
    };
    let publication = PublicationRow {
        id: before
            .as_ref()
            .map_or_else(PublicationId::fresh, |before| before.id.clone()),
        item: id.clone(),
        revision: standing.id,
        slug,
        kind: row.kind,
        title,
        text_sha256: approved.text_sha256().to_owned(),
        content_sha256: page.content_sha256.clone(),
        html: page.html_body,
        markdown: page.markdown,
        published_by: caller.person.clone(),
        published_at: now,
        reviewed_at: approved.approved_at(),
        approved_by: approved.approved_by().clone(),
        withdrawn_at: None,
        withdrawn_reason: None,
        stale_reason: None,
    };
    match before {
        Some(_) => tx.replace_publication(&publication).await?,
        None => tx.insert_publication(&publication).await?,
    }
    row.facts = decided.facts;
    let detail = json!({
        "publication": publication.id,
        "slug": publication.slug,
        "text_sha256": publication.text_sha256,
        "source_set_sha256": approved.source_set_sha256(),
    });
    let mut entry = caller.entry(decided.action, id.as_str(), detail);
    entry.content_sha256 = Some(page.content_sha256);
    save(tx, row, vec![entry]).await
}

/// What names the publication in lists and in its address.
fn title(row: &ItemRow, approved: &ApprovedDraft) -> String {
    match row.kind {
        ItemKind::Newsletter => row.title.clone(),
        ItemKind::Faq => heading(approved, &row.question).to_owned(),
    }
}

fn page(app: &App, row: &ItemRow, approved: &ApprovedDraft) -> PublishedPage {
    let Some(issue) = &row.newsletter else {
        return faq_page(approved, &row.question);
    };
    let district = app.config.district.name.clone();
    let meta = NewsletterMeta {
        title: row.title.clone(),
        district,
        from: issue.from,
        to: issue.to,
    };
    newsletter_page(approved, &meta)
}

async fn free_slug(tx: &mut WriteTx, title: &str) -> Result<String, WorkflowError> {
    let base = slug(title);
    for number in 1..=SLUG_NUMBERS_MAX {
        let candidate = if number == 1 {
            base.clone()
        } else {
            slug_with_number(&base, number)
        };
        if tx.slug_is_free(&candidate).await? {
            return Ok(candidate);
        }
    }
    Err(WorkflowError::Internal(
        "too many pages share this title; give the item another".into(),
    ))
}

/// Takes a publication back; its page stays and says so.
pub async fn withdraw(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
    reason: String,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemPublish)?;
    let (mut tx, mut row) = load(app, id, Some(expected)).await?;
    let now = Timestamp::now();
    let command = Command::Withdraw {
        reason: reason.clone(),
    };
    let decided = decide(&row.facts, &caller.actor(), &command, now)?;
    let publication = tx.publication_of_item(id).await?;
    let publication = publication.ok_or_else(|| {
        Refused::WrongState("It was never published, so nothing can be withdrawn; cancel it instead.".into())
    })?;
    tx.withdraw_publication(&publication.id, &reason, now).await?;
    row.facts = decided.facts;
    let mut entry = caller.entry(
        decided.action,
        id.as_str(),
        json!({ "publication": publication.id, "reason_given": true }),
    );
    entry.content_sha256 = Some(publication.content_sha256);
    save(tx, row, vec![entry]).await
}
