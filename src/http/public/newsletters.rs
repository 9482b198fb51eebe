//! Published newsletters: the list, the page of each, and each as Markdown and as a file that stands alone.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::faq::{stale_notice, withdrawn};
use super::layout::{self, Page, contact, time};
use crate::config::Config;
use crate::http::headers::FILE_CSP;
use crate::publish::{html, newsletter_file};
use crate::store::{ItemKind, PublicationRow};
use crate::workflow::App;

pub async fn list(State(app): State<App>, request: HeaderMap) -> Response {
    let rows = match app.store.published(ItemKind::Newsletter, "").await {
        Ok(rows) => rows,
        Err(error) => return layout::failed(&app.config, &request, &error),
    };
    let lines: String = rows
        .iter()
        .map(|row| {
            let published = time(&app.config, row.published_at);
            let (slug, title) = (html(&row.slug), html(&row.title));
            format!("<li><a href=\"/newsletters/{slug}\">{title}</a> <span class=\"meta\">Published {published}</span></li>\n")
        })
        .collect();
    let main = if lines.is_empty() {
        format!(
            "<h1>Newsletters</h1>\n<p>No newsletters have been published yet. Please come back later.</p>\n{}",
            contact(&app.config)
        )
    } else {
        format!("<h1>Newsletters</h1>\n<ul class=\"answers\">\n{lines}</ul>\n")
    };
    let mut page = Page::new("Newsletters", main);
    page.modified = rows.iter().map(|row| row.published_at).max();
    layout::respond(&app.config, &request, page)
}

/// `{slug}`, `{slug}.md` and `{slug}.html`: slugs have no full stop, so the ending is clear.
pub async fn issue(State(app): State<App>, Path(name): Path<String>, request: HeaderMap) -> Response {
    let (slug, ending) = name
        .split_once('.')
        .map_or((name.as_str(), None), |(slug, ending)| (slug, Some(ending)));
    let row = match app.store.publication_by_slug(slug).await {
        Ok(Some(row)) if row.kind == ItemKind::Newsletter => row,
        Ok(_) => return layout::not_found(&app.config, &request),
        Err(error) => return layout::failed(&app.config, &request, &error),
    };
    if row.withdrawn_at.is_some() {
        return layout::respond(&app.config, &request, withdrawn(&app.config, &row));
    }
    match ending {
        None => layout::respond(&app.config, &request, issue_page(&app.config, &row)),
        Some("md") => markdown_file(row),
        Some("html") => html_file(&row),
        Some(_) => layout::not_found(&app.config, &request),
    }
}

fn issue_page<'a>(config: &Config, row: &'a PublicationRow) -> Page<'a> {
    let published = time(config, row.published_at);
    let slug = html(&row.slug);
    let main = format!(
        "<p class=\"back\"><a href=\"/newsletters\">All newsletters</a></p>\n{}<article>\n{}</article>\n\
         <p class=\"meta\">Published {published} · <a href=\"/newsletters/{slug}.html\" download>Download as a web page</a> · \
         <a href=\"/newsletters/{slug}.md\" download>as Markdown</a></p>\n",
        stale_notice(row),
        row.html
    );
    let mut page = Page::new(&row.title, main);
    page.modified = Some(row.published_at);
    page
}

fn markdown_file(row: PublicationRow) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/markdown; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (StatusCode::OK, headers, row.markdown).into_response()
}

fn html_file(row: &PublicationRow) -> Response {
    let headers = HeaderMap::from_iter([
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(FILE_CSP),
        ),
    ]);
    (headers, newsletter_file(&row.title, &row.html)).into_response()
}
