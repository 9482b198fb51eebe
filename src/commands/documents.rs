//! `countersign documents` and `countersign search`: sources on the terminal.

use serde_json::{Value, json};

use super::arguments::{DocumentsCommand, Place, SearchArguments};
use super::opening::{DATABASE_ONLY, WITH_SEARCH, caller_named, open, terminal_caller};
use super::terminal::{Failure, place_words, print, print_json, table};
use crate::corpus::lifecycle::Standing;
use crate::ids::{DocumentId, VersionId};
use crate::store::{DocumentRow, VersionRow};
use crate::workflow::{App, Conflict, ConflictSide, Found, SearchFilter, revoke_version, sync, version_view};

pub async fn run(place: &Place, command: DocumentsCommand) -> Result<(), Failure> {
    match command {
        DocumentsCommand::Add(arguments) => super::adding::add(place, arguments).await,
        DocumentsCommand::List => list(place).await,
        DocumentsCommand::Revoke { id, reason, person } => {
            revoke(place, &id, reason, person.as_deref()).await
        }
        DocumentsCommand::Conflicts => conflicts(place).await,
        DocumentsCommand::Show { id } => show(place, &id).await,
    }
}

async fn list(place: &Place) -> Result<(), Failure> {
    let app = open(place, DATABASE_ONLY).await?;
    let documents = app.store.documents().await?;
    if place.json {
        return print_json(
            &documents
                .iter()
                .map(|row| document_json(&app, row))
                .collect::<Vec<_>>(),
        );
    }
    if documents.is_empty() {
        return print("There are no documents yet; `countersign documents add FILE` adds the first.");
    }
    let mut lines = vec![
        ["document", "version", "standing", "effective", "expires", "title"]
            .map(String::from)
            .to_vec(),
    ];
    for document in &documents {
        for version in &document.versions {
            lines.push(vec![
                document.id.to_string(),
                version.id.to_string(),
                standing(&app, version),
                version.effective.map(|day| day.to_string()).unwrap_or_default(),
                version.expires.map(|day| day.to_string()).unwrap_or_default(),
                document.title.clone(),
            ]);
        }
    }
    print(&table(&lines))
}

fn standing(app: &App, version: &VersionRow) -> String {
    in_words(version.standing(app.config.today()))
}

fn in_words(standing: Standing) -> String {
    json!(standing).as_str().unwrap_or_default().replace('_', " ")
}

fn document_json(app: &App, row: &DocumentRow) -> Value {
    let version = |version: &VersionRow| {
        json!({ "id": version.id, "number": version.number, "standing": version.standing(app.config.today()),
                "file_name": version.file_name, "media_type": version.media_type, "sha256": version.sha256,
                "effective": version.effective, "expires": version.expires, "warnings": version.warnings })
    };
    json!({ "id": row.id, "title": row.title, "owner": row.owner, "audience": row.audience,
            "owner_person": row.owner_person, "deputy_person": row.deputy_person, "topics": row.topics,
            "review_by": row.review_by,
            "versions": row.versions.iter().map(version).collect::<Vec<_>>() })
}

async fn show(place: &Place, id: &str) -> Result<(), Failure> {
    let app = open(place, DATABASE_ONLY).await?;
    if let Ok(document) = id.parse::<DocumentId>() {
        let row = app.store.document(&document).await?;
        let row = row.ok_or_else(|| Failure::new(format!("There is no such document: {document}.")))?;
        return print_json(&document_json(&app, &row));
    }
    let version: VersionId = id.parse()?;
    let caller = terminal_caller(&app).await?;
    let view = version_view(&app, &caller, &version).await?;
    if place.json {
        return print_json(&json!({
            "id": version, "document": view.version.row.document, "title": view.version.title,
            "standing": view.standing, "text": view.version.text, "passages": view.version.passages,
            "warnings": view.version.row.warnings,
            "used_by": view.used_by.iter().map(|item| &item.item).collect::<Vec<_>>(),
        }));
    }
    print(&view.version.text)
}

async fn revoke(place: &Place, id: &str, reason: String, person: Option<&str>) -> Result<(), Failure> {
    let app = open(place, DATABASE_ONLY).await?;
    let caller = caller_named(&app, person).await?;
    let version = match id.parse::<DocumentId>() {
        Ok(document) => approved_version(&app, &document).await?,
        Err(_) => id.parse::<VersionId>()?,
    };
    let row = app.store.version(&version).await?.map(|detail| detail.row);
    let row = row.ok_or_else(|| Failure::new(format!("There is no such version: {version}.")))?;
    let resting = app.store.rests_on(&version).await?;
    revoke_version(&app, &caller, &version, row.version, reason).await?;
    print(&format!(
        "{version} is revoked; {} items rested on it.",
        resting.len()
    ))?;
    for item in resting {
        print(&format!(
            "  {}  {}  {}",
            item.item,
            item.state.in_words(),
            item.title
        ))?;
    }
    Ok(())
}

async fn conflicts(place: &Place) -> Result<(), Failure> {
    let app = open(place, DATABASE_ONLY).await?;
    let caller = terminal_caller(&app).await?;
    let all = crate::workflow::conflicts(&app, &caller).await?;
    if place.json {
        let side = |side: &ConflictSide| {
            json!({ "document": side.document, "version": side.version, "title": side.title, "owner": side.owner,
                    "heading": side.heading, "page": side.page, "start": side.span.start, "end": side.span.end,
                    "text": side.text, "figures": side.figures })
        };
        let conflict = |found: &Conflict| {
            json!({ "id": found.id, "kind": found.kind, "left": side(&found.left), "right": side(&found.right),
                    "dismissed": found.dismissal.as_ref().map(|row| json!({ "reason": row.reason, "by": row.by, "at": row.at })) })
        };
        return print_json(&json!({ "sources": all.sources, "sentences": all.sentences,
            "conflicts": all.found.iter().map(conflict).collect::<Vec<_>>() }));
    }
    let open: Vec<&Conflict> = all
        .found
        .iter()
        .filter(|found| found.dismissal.is_none())
        .collect();
    print(&format!(
        "{} places where {} sources in force disagree.",
        open.len(),
        all.sources
    ))?;
    for found in open {
        print(&format!("\n{}  ({})", found.id, found.kind))?;
        for side in [&found.left, &found.right] {
            print(&format!(
                "  {} ({}): {}",
                place_words(&side.title, &side.heading, side.page),
                side.owner,
                side.text.replace('\n', " ")
            ))?;
        }
    }
    Ok(())
}

async fn approved_version(app: &App, document: &DocumentId) -> Result<VersionId, Failure> {
    let row = app.store.document(document).await?;
    let row = row.ok_or_else(|| Failure::new(format!("There is no such document: {document}.")))?;
    let approved = |version: &&VersionRow| version.state == crate::corpus::lifecycle::VersionState::Approved;
    let newest = row
        .versions
        .iter()
        .filter(approved)
        .max_by_key(|version| version.number);
    newest
        .map(|version| version.id.clone())
        .ok_or_else(|| Failure::new("No version of this document is approved."))
}

pub async fn search(place: &Place, arguments: SearchArguments) -> Result<(), Failure> {
    let app = open(place, WITH_SEARCH).await?;
    sync(&app).await?;
    let caller = terminal_caller(&app).await?;
    let limit = usize::try_from(arguments.limit).unwrap_or(usize::MAX);
    let filter = SearchFilter {
        owner: arguments.owner,
        topic: arguments.topic,
        history: arguments.history,
    };
    let hits = crate::workflow::search(&app, &caller, &arguments.words, &filter, limit).await?;
    if place.json {
        let hit = |found: &Found| {
            let hit = &found.hit;
            json!({ "standing": found.standing, "number": found.number, "document": hit.document, "version": hit.version, "title": hit.title, "owner": hit.owner,
                    "heading": hit.heading, "page": hit.page, "start": hit.start, "end": hit.end, "text": hit.text,
                    "score": hit.score })
        };
        return print_json(&hits.iter().map(hit).collect::<Vec<_>>());
    }
    if hits.is_empty() {
        return print(if filter.history {
            "Nothing found in any version that was ever approved; try other words."
        } else {
            "Nothing found in the documents in force; try other words, or --history."
        });
    }
    for Found {
        hit,
        standing,
        number,
    } in hits
    {
        let version = match standing {
            Standing::InForce => String::new(),
            other => format!(" (version {number}, {})", in_words(other)),
        };
        print(&format!(
            "{:.2}  {}{version}\n      {}",
            hit.score,
            place_words(&hit.title, &hit.heading, hit.page),
            hit.text.replace('\n', " ")
        ))?;
    }
    Ok(())
}
