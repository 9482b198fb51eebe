//! `countersign queue` and `countersign show`: items on the terminal.

use serde_json::{Value, json};

use super::arguments::{Place, QueueArguments};
use super::opening::{DATABASE_ONLY, open, terminal_caller};
use super::terminal::{Failure, place_words, print, print_json, table};
use crate::drafting::Section;
use crate::ids::ItemId;
use crate::review::State;
use crate::store::QueueFilter;
use crate::workflow::{ItemView, item_view};

pub async fn queue(place: &Place, arguments: QueueArguments) -> Result<(), Failure> {
    let states = match arguments.state.as_deref() {
        None => Vec::new(),
        Some(word) => vec![State::parse(word).ok_or_else(|| unknown_state(word))?],
    };
    let app = open(place, DATABASE_ONLY).await?;
    let filter = QueueFilter {
        states,
        ..QueueFilter::default()
    };
    let limit = u32::try_from(arguments.limit).unwrap_or(u32::MAX);
    let page = app.store.queue(&filter, None, limit).await?;
    if place.json {
        let row = |row: &crate::store::QueueRow| {
            json!({ "id": row.id, "kind": row.kind, "title": row.title, "state": row.state, "risk": row.risk,
                    "due_at": row.due_at, "requester": row.requester_name, "held_by": row.holder_name })
        };
        return print_json(&page.entries.iter().map(row).collect::<Vec<_>>());
    }
    if page.entries.is_empty() {
        return print("The queue is empty; `countersign draft \"a question\"` asks for the first draft.");
    }
    let mut lines = vec![
        ["due", "item", "state", "risk", "held by", "title"]
            .map(String::from)
            .to_vec(),
    ];
    for row in page.entries {
        let due = row
            .due_at
            .to_zoned(app.config.time_zone())
            .strftime("%b %-d, %H:%M")
            .to_string();
        lines.push(vec![
            due,
            row.id.to_string(),
            row.state.in_words().to_owned(),
            row.risk.join(", "),
            row.holder_name.unwrap_or_else(|| "–".to_owned()),
            row.title,
        ]);
    }
    print(&table(&lines))?;
    print(&format!("{} of {} items", lines.len() - 1, page.total))
}

fn unknown_state(word: &str) -> Failure {
    let states: Vec<&str> = State::ALL.iter().map(|state| state.as_str()).collect();
    Failure::new(format!(
        "There is no state \"{word}\"; the states are {}.",
        states.join(", ")
    ))
}

pub async fn show(place: &Place, id: &str) -> Result<(), Failure> {
    let id: ItemId = id.parse()?;
    let app = open(place, DATABASE_ONLY).await?;
    let caller = terminal_caller(&app).await?;
    let view = item_view(&app, &caller, &id).await?;
    if place.json {
        print_json(&item_json(&view))
    } else {
        print(&item_text(&view))
    }
}

/// The item as `draft --json` prints it, with its state.
pub fn item_json(view: &ItemView) -> Value {
    let row = &view.row;
    let mut value = json!({
        "outcome": null,
        "item": row.id,
        "state": row.facts.state,
        "kind": row.kind,
        "question": row.question,
        "timing_ms": row.timing_ms,
        "tokens": row.tokens,
    });
    let more = match (&view.revision, &row.refusal) {
        (Some(revision), _) => {
            let not_covered: Vec<&String> = revision
                .sections
                .iter()
                .flat_map(|section| &section.not_covered)
                .collect();
            let sentences: Vec<Value> = revision
                .sections
                .iter()
                .flat_map(|section| &section.sentences)
                .map(|sentence| json!(sentence))
                .collect();
            json!({
                "outcome": "draft",
                "public_question": revision.public_question,
                "sentences": sentences,
                "sections": revision.sections.iter().map(|section| json!(section)).collect::<Vec<_>>(),
                "not_covered": not_covered,
                "flags": revision.flags,
                "record": row.record,
            })
        }
        (None, Some(refusal)) => json!({
            "outcome": "refusal",
            "kind": refusal.kind,
            "reason": refusal.reason,
            "nearest": refusal.nearest,
        }),
        (None, None) => json!({ "reason": row.stale_reason }),
    };
    if let (Some(value), Some(more)) = (value.as_object_mut(), more.as_object()) {
        value.extend(more.clone());
    }
    value
}

/// The item for a person at a terminal.
pub fn item_text(view: &ItemView) -> String {
    let row = &view.row;
    let mut lines = vec![
        format!("{}  {}", row.id, row.facts.state.in_words()),
        row.question.clone(),
        String::new(),
    ];
    match (&view.revision, &row.refusal) {
        (Some(revision), _) => {
            let public = revision.public_question.as_deref();
            lines.extend(
                public
                    .filter(|question| *question != row.question)
                    .map(|question| format!("Public question: {question}")),
            );
            revision
                .sections
                .iter()
                .for_each(|section| section_text(section, &mut lines));
            lines.extend(
                revision
                    .flags
                    .iter()
                    .map(|flag| format!("Look at: {}", flag.detail)),
            );
        }
        (None, Some(refusal)) => {
            lines.push(format!("Refused ({}): {}", refusal.kind.as_str(), refusal.reason));
            for near in &refusal.nearest {
                lines.push(format!(
                    "  nearest: {} (ask {}): \"{}\"",
                    near.title, near.owner, near.quote
                ));
            }
        }
        (None, None) => lines.extend(row.stale_reason.clone()),
    }
    lines.join("\n")
}

fn section_text(section: &Section, lines: &mut Vec<String>) {
    lines.extend(section.heading.iter().map(|heading| format!("## {heading}")));
    for sentence in &section.sentences {
        let support = json!(sentence.support);
        lines.push(format!(
            "{}  [{}]",
            sentence.text,
            support.as_str().unwrap_or_default()
        ));
        for citation in &sentence.citations {
            let place = place_words(&citation.title, &citation.heading, citation.page);
            lines.push(format!("    {place}: \"{}\"", citation.quote.replace('\n', " ")));
        }
    }
    lines.extend(
        section
            .not_covered
            .iter()
            .map(|part| format!("Not covered: {part}")),
    );
}

/// Whether an item ended in a draft or a refusal, which are both a command's work done.
pub fn has_outcome(view: &ItemView) -> bool {
    view.revision.is_some() || view.row.refusal.is_some()
}
