//! The district's questions and answers: the list with its search, and the page of each.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;

use super::layout::{self, Page, contact, time};
use super::matching::Wanted;
use super::structured;
use crate::config::Config;
use crate::ids::ItemId;
use crate::publish::{answer_only, html};
use crate::review::State as ItemState;
use crate::store::{ItemKind, PublicationRow, QueueFilter, StoreError};
use crate::workflow::App;

/// More answers than a district will ever publish.
const ANSWERS_MAX: u32 = 10_000;
const QUERY_CHARACTERS_MAX: usize = 200;

/// The audiences in the order in which they are shown; others follow under their own name.
const AUDIENCES: [(&str, &str); 3] = [
    ("families", "For families"),
    ("staff", "For staff"),
    ("public", "For everybody"),
];

#[derive(Debug, Default, Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    q: String,
}

/// One answer in the list.
struct Listed {
    row: PublicationRow,
    audience: String,
}

pub async fn list(State(app): State<App>, Query(query): Query<ListQuery>, request: HeaderMap) -> Response {
    let asked: String = query.q.trim().chars().take(QUERY_CHARACTERS_MAX).collect();
    let wanted = Wanted::new(&asked);
    match matching(&app, &wanted).await {
        Ok(answers) => {
            let main = format!(
                "{}{}",
                search_form(&asked),
                results(&app.config, &answers, &asked, &wanted)
            );
            let modified = answers.iter().map(|answer| answer.row.published_at).max();
            let mut page = Page::new("Questions and answers", main);
            page.modified = modified;
            layout::respond(&app.config, &request, page)
        }
        Err(error) => layout::failed(&app.config, &request, &error),
    }
}

/// The answers that fit, best first; without words all of them by title.
async fn matching(app: &App, wanted: &Wanted) -> Result<Vec<Listed>, StoreError> {
    let mut audiences = audiences(app).await?;
    let rows = app.store.published(ItemKind::Faq, "").await?;
    let mut fitting: Vec<(usize, Listed)> = rows
        .into_iter()
        .filter_map(|row| {
            let fit = wanted.fit(&row.title, &row.markdown)?;
            let audience = audiences.remove(&row.item).unwrap_or_default();
            Some((fit, Listed { row, audience }))
        })
        .collect();
    fitting.sort_by_cached_key(|(fit, listed)| (std::cmp::Reverse(*fit), listed.row.title.to_lowercase()));
    Ok(fitting.into_iter().map(|(_, listed)| listed).collect())
}

/// Whom each published answer is for.
async fn audiences(app: &App) -> Result<HashMap<ItemId, String>, StoreError> {
    let filter = QueueFilter {
        states: vec![ItemState::Published, ItemState::Stale],
        kind: Some(ItemKind::Faq),
        ..QueueFilter::default()
    };
    let page = app.store.queue(&filter, None, ANSWERS_MAX).await?;
    Ok(page
        .entries
        .into_iter()
        .map(|row| (row.id, row.audience))
        .collect())
}

fn search_form(asked: &str) -> String {
    format!(
        "<h1>Questions and answers</h1>\n<form class=\"search\" role=\"search\" action=\"/faq\" method=\"get\">\n\
         <label for=\"q\">Search the answers</label>\n\
         <div class=\"row\"><input id=\"q\" name=\"q\" type=\"search\" value=\"{}\" maxlength=\"{QUERY_CHARACTERS_MAX}\" \
         autocomplete=\"off\"><button type=\"submit\">Search</button></div>\n</form>\n",
        html(asked)
    )
}

fn results(config: &Config, answers: &[Listed], asked: &str, wanted: &Wanted) -> String {
    if !wanted.is_empty() {
        return found(config, answers, asked);
    }
    if answers.is_empty() {
        return format!(
            "<p>No answers have been published yet. Please come back later.</p>\n{}",
            contact(config)
        );
    }
    grouped(config, answers)
}

fn found(config: &Config, answers: &[Listed], asked: &str) -> String {
    let asked = html(asked);
    let count = match answers.len() {
        0 => format!("No answer has all of these words: “{asked}”."),
        1 => format!("1 answer for “{asked}”"),
        many => format!("{many} answers for “{asked}”"),
    };
    let all = "<p><a href=\"/faq\">See all questions and answers</a></p>\n";
    let hint = if answers.is_empty() {
        "<p>Try fewer or other words.</p>\n"
    } else {
        ""
    };
    format!(
        "<p class=\"count\" role=\"status\">{count}</p>\n{hint}{}{all}",
        items(config, answers.iter())
    )
}

fn grouped(config: &Config, answers: &[Listed]) -> String {
    let mut written = String::new();
    let known = |audience: &str| AUDIENCES.iter().any(|(name, _)| *name == audience);
    let group = |heading: &str, inside: Vec<&Listed>| match inside.is_empty() {
        true => String::new(),
        false => format!(
            "<h2>{}</h2>\n{}",
            html(heading),
            items(config, inside.into_iter())
        ),
    };
    for (name, heading) in AUDIENCES {
        written.push_str(&group(
            heading,
            answers.iter().filter(|answer| answer.audience == name).collect(),
        ));
    }
    written.push_str(&group(
        "Other",
        answers.iter().filter(|answer| !known(&answer.audience)).collect(),
    ));
    written
}

fn items<'a>(config: &Config, answers: impl Iterator<Item = &'a Listed>) -> String {
    let lines: String = answers
        .map(|Listed { row, .. }| {
            let state = if row.stale_reason.is_some() {
                "Under review since a source changed"
            } else {
                "Last reviewed"
            };
            format!(
                "<li><a href=\"/faq/{}\">{}</a> <span class=\"meta\">{state} {}</span></li>\n",
                html(&row.slug),
                html(&row.title),
                if row.stale_reason.is_some() {
                    String::new()
                } else {
                    time(config, row.reviewed_at)
                }
            )
        })
        .collect();
    if lines.is_empty() {
        lines
    } else {
        format!("<ul class=\"answers\">\n{lines}</ul>\n")
    }
}

pub async fn answer(State(app): State<App>, Path(slug): Path<String>, request: HeaderMap) -> Response {
    match app.store.publication_by_slug(&slug).await {
        Ok(Some(row)) if row.kind == ItemKind::Faq => {
            layout::respond(&app.config, &request, answer_page(&app.config, &row))
        }
        Ok(_) => layout::not_found(&app.config, &request),
        Err(error) => layout::failed(&app.config, &request, &error),
    }
}

fn answer_page<'a>(config: &Config, row: &'a PublicationRow) -> Page<'a> {
    if row.withdrawn_at.is_some() {
        return withdrawn(config, row);
    }
    let reviewed = time(config, row.reviewed_at);
    let notice = stale_notice(row);
    let main = format!(
        "<p class=\"back\"><a href=\"/faq\">All questions and answers</a></p>\n{notice}<article>\n{}</article>\n\
         <p class=\"meta\">Last reviewed {reviewed}</p>\n",
        row.html
    );
    let mut page = Page::new(&row.title, main);
    if row.stale_reason.is_none() {
        let reviewed_on = row.reviewed_at.to_zoned(config.time_zone()).date().to_string();
        page.structured = Some(structured::faq_page(
            &row.title,
            &answer_only(&row.html),
            &reviewed_on,
        ));
    }
    page.modified = Some(row.published_at);
    page
}

/// Said above a text whose source has changed since it was approved.
pub fn stale_notice(row: &PublicationRow) -> String {
    if row.stale_reason.is_none() {
        return String::new();
    }
    "<div class=\"notice\" role=\"note\"><p><strong>This page is under review.</strong> A document that it rests on has \
     changed since it was approved, so parts of it may no longer be right.</p></div>\n"
        .to_owned()
}

/// A page that stays to say that its text was taken back.
pub fn withdrawn<'a>(config: &Config, row: &'a PublicationRow) -> Page<'a> {
    let on = row
        .withdrawn_at
        .map(|at| format!(" on {}", time(config, at)))
        .unwrap_or_default();
    let back = match row.kind {
        ItemKind::Faq => "<a href=\"/faq\">All questions and answers</a>",
        ItemKind::Newsletter => "<a href=\"/newsletters\">All newsletters</a>",
    };
    let main = format!(
        "<p class=\"back\">{back}</p>\n<h1>{}</h1>\n\
         <div class=\"notice\" role=\"note\"><p><strong>This page was withdrawn{on}.</strong> Please do not rely on \
         copies of it.</p></div>\n",
        html(&row.title)
    );
    let mut page = Page::new(&row.title, main);
    page.status = StatusCode::GONE;
    page
}
