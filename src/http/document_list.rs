//! The list of documents: narrowed down, sorted, page by page.

use std::cmp::Reverse;

use axum::Json;
use axum::extract::State;
use utoipa_axum::routes;

use super::documents::seen_now;
use super::dto::{self, DocumentSort, StandingFilter};
use super::extract::{Asked, page_limit};
use super::guard::Access;
use super::problem::Problem;
use super::routes::Guarded;
use super::shown;
use crate::accounts::Permission;
use crate::workflow::{App, Caller};

pub fn routes() -> Vec<Guarded> {
    vec![Guarded::new(
        Access::May(Permission::DocumentRead),
        routes!(list_documents),
    )]
}

#[utoipa::path(get, path = "/documents", tag = "documents", params(dto::DocumentsQuery),
    responses((status = OK, body = dto::DocumentPage)))]
async fn list_documents(
    State(app): State<App>,
    caller: Caller,
    Asked(query): Asked<dto::DocumentsQuery>,
) -> Result<Json<dto::DocumentPage>, Problem> {
    let limit = page_limit(query.limit)?;
    let seen = seen_now(&app).await?;
    let rows = app.store.documents().await?.into_iter();
    let documents = rows.filter_map(|row| shown::document(row, &seen)).collect();
    Ok(Json(page(
        documents,
        &query,
        caller.person.as_str(),
        limit as usize,
    )))
}

/// The documents that a query asks for. A district has hundreds, and where one stands depends on the day, so they are
/// filtered here.
fn page(
    documents: Vec<dto::Document>,
    query: &dto::DocumentsQuery,
    me: &str,
    limit: usize,
) -> dto::DocumentPage {
    let mut matching: Vec<dto::Document> = documents
        .into_iter()
        .filter(|document| is_asked_for(document, query, me))
        .collect();
    sort(&mut matching, query.sort.unwrap_or(DocumentSort::Title));
    let total = matching.len() as u64;
    // The cursor is the id of the last document seen; one that has gone begins the list again.
    let seen = query
        .cursor
        .as_ref()
        .and_then(|last| matching.iter().position(|document| document.id == *last));
    let mut entries = matching.split_off(seen.map_or(0, |place| place + 1));
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next_cursor = entries
        .last()
        .filter(|_| more)
        .map(|document| document.id.clone());
    dto::DocumentPage {
        entries,
        next_cursor,
        total,
    }
}

fn is_asked_for(document: &dto::Document, query: &dto::DocumentsQuery, me: &str) -> bool {
    let person = document.in_charge.as_ref().map(|person| person.id.as_str());
    let owner = query.owner.as_deref().filter(|owner| !owner.is_empty());
    let wanted = query.q.as_deref().unwrap_or_default().trim().to_lowercase();
    let in_words = || {
        let of_topics = document.topics.iter().map(String::as_str);
        let of_person = document.in_charge.iter().map(|person| person.name.as_str());
        let mut texts = [document.title.as_str(), &document.owner]
            .into_iter()
            .chain(of_topics)
            .chain(of_person);
        texts.any(|text| text.to_lowercase().contains(&wanted))
    };
    query.standing.is_none_or(|standing| stands(document, standing))
        && query
            .topic
            .as_ref()
            .is_none_or(|topic| document.topics.contains(topic))
        && owner.is_none_or(|owner| match owner {
            "me" => person == Some(me),
            "nobody" => person.is_none(),
            id => person == Some(id),
        })
        && in_words()
}

fn stands(document: &dto::Document, standing: StandingFilter) -> bool {
    match standing {
        // What is in force goes on being so while its next version waits; it is looked for all the same.
        StandingFilter::PendingApproval => document.waiting.is_some(),
        StandingFilter::ExpiresSoon => document.expires_in_days.is_some(),
        StandingFilter::ReviewDue => document.review_due,
        StandingFilter::Rejected => document.standing == dto::Standing::Rejected,
        StandingFilter::Scheduled => document.standing == dto::Standing::Scheduled,
        StandingFilter::InForce => document.standing == dto::Standing::InForce,
        StandingFilter::Expired => document.standing == dto::Standing::Expired,
        StandingFilter::Superseded => document.standing == dto::Standing::Superseded,
        StandingFilter::Revoked => document.standing == dto::Standing::Revoked,
    }
}

/// What has no day comes after what has one; the title and the id decide what is left open.
fn sort(documents: &mut [dto::Document], by: DocumentSort) {
    documents.sort_by_cached_key(|document| {
        let shown = document
            .versions
            .iter()
            .find(|version| version.standing == document.standing);
        let days = match by {
            DocumentSort::Title | DocumentSort::Newest => None,
            DocumentSort::Expires => shown.and_then(|version| version.expires),
            DocumentSort::Review => document.review_by,
        };
        let uploaded = document
            .versions
            .first()
            .filter(|_| by == DocumentSort::Newest)
            .map(|newest| newest.uploaded_at.0);
        (
            (days.is_none(), days.map(|day| day.0)),
            Reverse(uploaded),
            document.title.to_lowercase(),
            document.id.clone(),
        )
    });
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;

    fn document(title: &str, standing: dto::Standing) -> dto::Document {
        dto::Document {
            id: format!("doc_{}", title.to_lowercase()),
            title: title.into(),
            owner: "Office".into(),
            audience: "families".into(),
            supersedes: None,
            owner_person: None,
            deputy_person: None,
            in_charge: None,
            topics: vec![],
            review_by: None,
            review_due: false,
            versions: vec![],
            standing,
            expires_in_days: None,
            waiting: None,
            version: 1,
        }
    }

    fn titles(documents: Vec<dto::Document>, query: &dto::DocumentsQuery) -> Vec<String> {
        let page = page(documents, query, "per_me", 10);
        page.entries.into_iter().map(|found| found.title).collect()
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_repeat() {
        let all = || {
            ["E", "B", "D", "A", "C"]
                .map(|title| document(title, dto::Standing::InForce))
                .to_vec()
        };
        let mut query = dto::DocumentsQuery::default();
        let mut seen = Vec::new();
        loop {
            let page = page(all(), &query, "per_me", 2);
            assert_eq!(page.total, 5);
            seen.extend(page.entries.into_iter().map(|document| document.title));
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
        assert_eq!(seen, ["A", "B", "C", "D", "E"]);
    }

    fn district() -> Vec<dto::Document> {
        let person = |id: &str, name: &str| {
            let (id, name) = (id.to_owned(), name.to_owned());
            Some(dto::PersonRef { id, name })
        };
        vec![
            dto::Document {
                topics: vec!["late bus".into()],
                in_charge: person("per_me", "Marcus Bell"),
                expires_in_days: Some(3),
                ..document("Bus", dto::Standing::InForce)
            },
            dto::Document {
                waiting: Some("ver_2".into()),
                in_charge: person("per_other", "Ines Novak"),
                review_due: true,
                ..document("Calendar", dto::Standing::InForce)
            },
            document("Meals", dto::Standing::Expired),
        ]
    }

    #[test]
    fn each_filter_narrows_the_list() {
        let of = |standing| dto::DocumentsQuery {
            standing: Some(standing),
            ..Default::default()
        };
        let owner = |owner: &str| dto::DocumentsQuery {
            owner: Some(owner.into()),
            ..Default::default()
        };
        let words = |q: &str| dto::DocumentsQuery {
            q: Some(q.into()),
            ..Default::default()
        };
        for (query, expected) in [
            (of(StandingFilter::Expired), vec!["Meals"]),
            (of(StandingFilter::InForce), vec!["Bus", "Calendar"]),
            (of(StandingFilter::ExpiresSoon), vec!["Bus"]),
            (of(StandingFilter::ReviewDue), vec!["Calendar"]),
            (of(StandingFilter::PendingApproval), vec!["Calendar"]),
            (owner("me"), vec!["Bus"]),
            (owner("per_other"), vec!["Calendar"]),
            (owner("nobody"), vec!["Meals"]),
            (owner(""), vec!["Bus", "Calendar", "Meals"]),
            (words("bus"), vec!["Bus"]),
            (words("LATE"), vec!["Bus"]),
            (words("OFFICE"), vec!["Bus", "Calendar", "Meals"]),
            (words("novak"), vec!["Calendar"]),
            (
                dto::DocumentsQuery {
                    topic: Some("late bus".into()),
                    ..words("cal")
                },
                vec![],
            ),
            (
                dto::DocumentsQuery {
                    topic: Some("late bus".into()),
                    ..Default::default()
                },
                vec!["Bus"],
            ),
        ] {
            assert_eq!(titles(district(), &query), expected, "{query:?}");
        }
    }

    #[test]
    fn what_has_no_day_comes_last() {
        let reviewed = |title: &str, day: Option<Date>| dto::Document {
            review_by: day.map(dto::Day::from),
            ..document(title, dto::Standing::InForce)
        };
        let all = vec![
            reviewed("A", None),
            reviewed("B", Some(date(2027, 2, 1))),
            reviewed("C", Some(date(2027, 1, 1))),
        ];
        let query = dto::DocumentsQuery {
            sort: Some(DocumentSort::Review),
            ..Default::default()
        };
        assert_eq!(titles(all, &query), ["C", "B", "A"]);
    }
}
