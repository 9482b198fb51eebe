//! What a document is called, who looks after it, whom it is for, what it is filed under, and when somebody looks at it again.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::adding::NAME_CHARACTERS_MAX;
use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use crate::accounts::{Permission, may};
use crate::corpus::{one_line, topics};
use crate::ids::{DocumentId, PersonId};
use crate::store::{DocumentRow, PersonRow, WriteTx};

const AUDIENCE_CHARACTERS_MAX: usize = 100;

/// What can be said of a document besides its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentCare {
    /// As it is cited from now on; what was drafted or published before keeps the title that it had.
    /// Left out, it stays what it is.
    pub title: Option<String>,
    /// The office that answers for it; likewise.
    pub owner: Option<String>,
    pub audience: String,
    pub owner_person: Option<PersonId>,
    pub deputy_person: Option<PersonId>,
    /// As they were typed.
    pub topics: Vec<String>,
    pub review_by: Option<Date>,
}

/// Whether somebody can look after documents: their account was set up and is open, and they may upload a new version.
fn acts(person: &PersonRow) -> bool {
    !person.disabled && person.password_hash.is_some() && may(&person.roles, Permission::DocumentUpload)
}

/// Those who can look after documents.
pub fn acting(people: &[PersonRow]) -> BTreeSet<PersonId> {
    let acting = people.iter().filter(|person| acts(person));
    acting.map(|person| person.id.clone()).collect()
}

/// Changes what is said of a document that is still as the caller saw it. What stays the same makes no entry.
pub async fn change_document(
    app: &App,
    caller: &Caller,
    id: &DocumentId,
    expected: i64,
    care: DocumentCare,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::DocumentEdit)?;
    let mut tx = app.store.write().await?;
    let before = tx
        .document(id)
        .await?
        .ok_or(WorkflowError::NotFound("document"))?;
    if before.version != expected {
        return Err(WorkflowError::Stale);
    }
    let after = changed(&before, care, app.config.today())?;
    // Whoever was named before may have left since; that stands in the way of no other change.
    if let Some(owner) = after
        .owner_person
        .as_ref()
        .filter(|_| after.owner_person != before.owner_person)
    {
        may_look_after(&mut tx, owner, "owner_person").await?;
    }
    if let Some(deputy) = after
        .deputy_person
        .as_ref()
        .filter(|_| after.deputy_person != before.deputy_person)
    {
        may_look_after(&mut tx, deputy, "deputy_person").await?;
    }
    let (was, is) = (in_the_log(&before), in_the_log(&after));
    if was == is {
        return Ok(());
    }
    tx.update_document(&after, expected).await?;
    let entry = caller.entry(
        "document.changed",
        id.as_str(),
        json!({ "before": was, "after": is }),
    );
    tx.commit(vec![entry]).await?;
    Ok(())
}

/// The document as it will be, if what was sent can be taken.
fn changed(before: &DocumentRow, care: DocumentCare, today: Date) -> Result<DocumentRow, WorkflowError> {
    let audience = one_line(&care.audience);
    if audience.is_empty() || audience.chars().count() > AUDIENCE_CHARACTERS_MAX {
        let reason = format!("Say whom it is for, in at most {AUDIENCE_CHARACTERS_MAX} characters.");
        return Err(WorkflowError::invalid("audience", reason));
    }
    let title = named("title", &care.title, &before.title, "what the document is called")?;
    let owner = named("owner", &care.owner, &before.owner, "which office answers for it")?;
    if care.owner_person.is_some() && care.owner_person == care.deputy_person {
        let reason =
            "The deputy stands in for the owner, so it must be another person; choose one or leave it empty.";
        return Err(WorkflowError::invalid("deputy_person", reason));
    }
    let is_past = care.review_by.is_some_and(|day| day < today);
    if is_past && care.review_by != before.review_by {
        let reason = format!("The day to look at it again is over; choose {today} or a later one.");
        return Err(WorkflowError::invalid("review_by", reason));
    }
    Ok(DocumentRow {
        title,
        owner,
        audience,
        owner_person: care.owner_person,
        deputy_person: care.deputy_person,
        topics: topics_of(&care.topics)?,
        review_by: care.review_by,
        ..before.clone()
    })
}

/// A title or an office as it is kept.
fn named(
    field: &'static str,
    typed: &Option<String>,
    before: &str,
    what: &str,
) -> Result<String, WorkflowError> {
    let Some(typed) = typed else {
        return Ok(before.to_owned());
    };
    let name = one_line(typed);
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
        let reason = format!("Say {what}, in at most {NAME_CHARACTERS_MAX} characters.");
        return Err(WorkflowError::invalid(field, reason));
    }
    Ok(name)
}

fn in_the_log(row: &DocumentRow) -> Value {
    json!({
        "title": row.title, "owner": row.owner,
        "audience": row.audience, "owner_person": row.owner_person, "deputy_person": row.deputy_person,
        "topics": row.topics, "review_by": row.review_by,
    })
}

/// Topics as they are kept.
pub(super) fn topics_of(typed: &[String]) -> Result<Vec<String>, WorkflowError> {
    topics::normalised(typed.iter().map(String::as_str))
        .map_err(|problem| WorkflowError::invalid("topics", problem.to_string()))
}

/// Refuses a person who can't look after a document.
pub(super) async fn may_look_after(
    tx: &mut WriteTx,
    person: &PersonId,
    field: &'static str,
) -> Result<(), WorkflowError> {
    let reason = match tx.person(person).await? {
        Some(row) if acts(&row) => return Ok(()),
        Some(row) if row.disabled => format!(
            "The account of {} is disabled, so nobody would be told of this document; choose somebody else.",
            row.name
        ),
        Some(row) if row.password_hash.is_none() => format!(
            "{} has not set up their account yet; choose somebody else until they have.",
            row.name
        ),
        Some(row) => format!(
            "{} is not a source owner and could not upload a new version; an administrator can give the role.",
            row.name
        ),
        None => "There is no such person; choose one from the list.".to_owned(),
    };
    Err(WorkflowError::invalid(field, reason))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const TODAY: Date = date(2026, 11, 27);

    fn before() -> DocumentRow {
        DocumentRow {
            id: DocumentId::fresh(),
            title: "Bus rules".into(),
            owner: "Transportation".into(),
            audience: "families".into(),
            supersedes: None,
            owner_person: None,
            deputy_person: None,
            topics: Vec::new(),
            review_by: Some(date(2026, 10, 1)),
            import_path: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            version: 4,
            versions: Vec::new(),
        }
    }

    fn care() -> DocumentCare {
        DocumentCare {
            title: Some(" Rules on\nthe bus ".into()),
            owner: None,
            audience: " staff\tand families ".into(),
            owner_person: Some(PersonId::fresh()),
            deputy_person: None,
            topics: vec!["Buses, late bus".into()],
            review_by: Some(date(2027, 5, 1)),
        }
    }

    #[test]
    fn what_can_be_taken_is_kept_in_order() {
        let after = changed(&before(), care(), TODAY).unwrap();
        assert_eq!(after.audience, "staff and families");
        assert_eq!(after.topics, ["buses", "late bus"]);
        assert_eq!(after.review_by, Some(date(2027, 5, 1)));
        assert_eq!(
            (after.title.as_str(), after.owner.as_str()),
            ("Rules on the bus", "Transportation")
        );
        assert_eq!(after.version, 4);
    }

    #[test]
    fn a_name_holds_nothing_but_what_it_shows() {
        let hidden = DocumentCare {
            title: Some("Bus\u{200b} rules \u{202e}gnp.\u{202c}".into()),
            owner: Some("\u{2066}Bus office\u{2069}\u{feff}".into()),
            audience: "fam\u{e0041}ilies".into(),
            ..care()
        };
        let after = changed(&before(), hidden, TODAY).unwrap();
        assert_eq!(
            (
                after.title.as_str(),
                after.owner.as_str(),
                after.audience.as_str()
            ),
            ("Bus rules .png", "Bus office", "families")
        );
    }

    #[test]
    fn what_can_not_be_taken_names_its_field() {
        let person = PersonId::fresh();
        let cases = [
            (
                "title",
                DocumentCare {
                    title: Some("a".repeat(201)),
                    ..care()
                },
            ),
            (
                "owner",
                DocumentCare {
                    owner: Some(" \u{7}".into()),
                    ..care()
                },
            ),
            (
                "audience",
                DocumentCare {
                    audience: " ".into(),
                    ..care()
                },
            ),
            (
                "audience",
                DocumentCare {
                    audience: "a".repeat(101),
                    ..care()
                },
            ),
            (
                "deputy_person",
                DocumentCare {
                    owner_person: Some(person.clone()),
                    deputy_person: Some(person),
                    ..care()
                },
            ),
            (
                "review_by",
                DocumentCare {
                    review_by: Some(date(2026, 11, 26)),
                    ..care()
                },
            ),
            (
                "topics",
                DocumentCare {
                    topics: vec!["<b>".into()],
                    ..care()
                },
            ),
        ];
        for (wanted, given) in cases {
            match changed(&before(), given, TODAY) {
                Err(WorkflowError::Invalid { field, .. }) => assert_eq!(field, wanted),
                other => panic!("{wanted}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_day_of_review_that_has_passed_may_stay() {
        let same_day = DocumentCare {
            review_by: Some(date(2026, 10, 1)),
            ..care()
        };
        assert!(changed(&before(), same_day, TODAY).is_ok());
    }
}
