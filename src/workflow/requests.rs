//! Asking for a draft. The gate reads the words before they are stored or shown to the model.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use super::items::enqueue_draft;
use super::risk::risks_of;
use super::templates::template;
use crate::accounts::Permission;
use crate::corpus::one_line;
use crate::drafting::{
    CleanQuestion, GateFinding, GateSettings, Refusal, Timing, Tokens, gate, question_gate, redacted,
    typed_line,
};
use crate::ids::ItemId;
use crate::review::{Actor, Command, ItemFacts, decide};
use crate::store::{Issue, IssueSection, ItemKind, ItemRow};

#[derive(Debug, Clone)]
pub struct FaqRequest {
    pub question: String,
    pub audience: Option<String>,
    pub due_at: Option<Timestamp>,
}

#[derive(Debug, Clone)]
pub struct NewsletterRequest {
    pub template: String,
    pub from: Date,
    pub until: Date,
    /// Each becomes a section; without any, the template's sections are used.
    pub topics: Vec<String>,
    pub title: Option<String>,
    pub audience: Option<String>,
    pub due_at: Option<Timestamp>,
}

const AUDIENCES: [&str; 3] = ["families", "staff", "public"];
const TITLE_CHARACTERS_MAX: usize = 120;
const TOPICS_MAX: usize = 12;
const TOPIC_CHARACTERS_MAX: usize = 200;

/// Takes a question. What the gate will not let through becomes a refused item without the words it found.
pub async fn request_faq(app: &App, caller: &Caller, request: FaqRequest) -> Result<ItemId, WorkflowError> {
    caller.needs(Permission::ItemRequest)?;
    // What the page does not show is taken out first: it could hide a number from the gate.
    let question = typed_line(&request.question);
    if question.is_empty() {
        return Err(WorkflowError::invalid(
            "question",
            "The question is empty; paste it as it came in.",
        ));
    }
    let max = app.config.drafting.question_characters_max;
    let length = question.chars().count();
    if length > max {
        let reason =
            format!("The question has {length} characters and may have {max}; shorten it to what is asked.");
        return Err(WorkflowError::invalid("question", reason));
    }
    let (question, refusal) = through(question_gate, app, &question);
    let asked = Asked {
        kind: ItemKind::Faq,
        title: title_of(&question),
        question,
        newsletter: None,
        refusal,
    };
    store(app, caller, asked, request.audience, request.due_at).await
}

/// Takes a newsletter's plan.
pub async fn request_newsletter(
    app: &App,
    caller: &Caller,
    request: NewsletterRequest,
) -> Result<ItemId, WorkflowError> {
    caller.needs(Permission::ItemRequest)?;
    let plan = plan(&request)?;
    let name = template(&plan.template).map_or_else(|| plan.template.clone(), |template| template.name);
    let title = match request.title.as_deref().map(one_line) {
        Some(title) if !title.is_empty() => shortened(&title, TITLE_CHARACTERS_MAX),
        _ => format!(
            "{name}, {} to {}",
            plan.from.strftime("%b %-d"),
            plan.to.strftime("%b %-d, %Y")
        ),
    };
    let topics: Vec<&str> = plan
        .sections
        .iter()
        .map(|section| section.topics.as_str())
        .collect();
    let question = format!("{title}: {}", topics.join("; "));
    let (question, refusal) = through(gate, app, &question);
    // A title that the gate would not let through is not kept either.
    let title = if refusal.is_some() {
        shortened(&question, TITLE_CHARACTERS_MAX)
    } else {
        title
    };
    let asked = Asked {
        kind: ItemKind::Newsletter,
        title,
        question,
        newsletter: Some(plan),
        refusal,
    };
    store(app, caller, asked, request.audience, request.due_at).await
}

fn plan(request: &NewsletterRequest) -> Result<Issue, WorkflowError> {
    let Some(chosen) = template(&request.template) else {
        let reason = format!(
            "There is no newsletter template \"{}\".",
            shortened(&request.template, 40)
        );
        return Err(WorkflowError::invalid("template", reason));
    };
    if request.until < request.from {
        return Err(WorkflowError::invalid(
            "to",
            "The last day is before the first one.",
        ));
    }
    let topics: Vec<String> = request
        .topics
        .iter()
        .map(|topic| one_line(topic))
        .filter(|topic| !topic.is_empty())
        .collect();
    if topics.len() > TOPICS_MAX
        || topics
            .iter()
            .any(|topic| topic.chars().count() > TOPIC_CHARACTERS_MAX)
    {
        let reason =
            format!("Name at most {TOPICS_MAX} topics of at most {TOPIC_CHARACTERS_MAX} characters each.");
        return Err(WorkflowError::invalid("topics", reason));
    }
    let section = |heading: &str, topics: &str| IssueSection {
        heading: heading.to_owned(),
        topics: topics.to_owned(),
    };
    let sections = if topics.is_empty() {
        chosen
            .sections
            .iter()
            .map(|planned| section(&planned.heading, &planned.topics))
            .collect()
    } else {
        topics
            .iter()
            .map(|topic| section(&capitalised(topic), topic))
            .collect()
    };
    Ok(Issue {
        template: chosen.id,
        from: request.from,
        to: request.until,
        topics,
        sections,
    })
}

/// A topic as a heading: people type "school meals".
fn capitalised(topic: &str) -> String {
    let mut rest = topic.chars();
    rest.next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// The clean question as it may be stored, and the refusal if it may not be drafted.
fn through(
    gate: fn(&str, &GateSettings) -> Result<CleanQuestion, GateFinding>,
    app: &App,
    question: &str,
) -> (String, Option<Refusal>) {
    let settings = GateSettings {
        question_chars_max: app.config.drafting.question_characters_max,
    };
    match gate(question, &settings) {
        Ok(clean) => (clean.as_str().to_owned(), None),
        Err(finding) => {
            let refusal = Refusal {
                kind: finding.kind,
                reason: finding.reason.clone(),
                nearest: Vec::new(),
                answerability: None,
                signals: None,
                record: None,
                timing_ms: Timing::default(),
                tokens: Tokens::default(),
            };
            (redacted(question, &finding.spans), Some(refusal))
        }
    }
}

struct Asked {
    kind: ItemKind,
    title: String,
    question: String,
    newsletter: Option<Issue>,
    refusal: Option<Refusal>,
}

async fn store(
    app: &App,
    caller: &Caller,
    asked: Asked,
    audience: Option<String>,
    due_at: Option<Timestamp>,
) -> Result<ItemId, WorkflowError> {
    let audience = audience.map_or_else(
        || AUDIENCES[0].to_owned(),
        |audience| audience.trim().to_lowercase(),
    );
    if !AUDIENCES.contains(&audience.as_str()) {
        let reason = format!("The audience is one of {}.", AUDIENCES.join(", "));
        return Err(WorkflowError::invalid("audience", reason));
    }
    let now = Timestamp::now();
    let id = ItemId::fresh();
    let mut row = ItemRow {
        id: id.clone(),
        kind: asked.kind,
        facts: ItemFacts::requested_by(caller.person.clone()),
        title: asked.title,
        risk: risks_of(&asked.question)
            .into_iter()
            .map(|risk| risk.as_str().to_owned())
            .collect(),
        question: asked.question,
        newsletter: asked.newsletter,
        audience,
        due_at: due_at.map_or_else(|| default_due(app, now), Ok)?,
        refusal: None,
        record: None,
        timing_ms: None,
        tokens: None,
        stale_reason: None,
        checks: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let mut tx = app.store.write().await?;
    let mut entries = vec![caller.entry(
        "item.requested",
        id.as_str(),
        json!({ "kind": row.kind, "risk": row.risk }),
    )];
    if let Some(entry) = entries.first_mut() {
        entry.content_sha256 = Some(hex::encode(Sha256::digest(row.question.as_bytes())));
    }
    tx.insert_item(&row).await?;
    if let Some(refusal) = asked.refusal {
        let drafting = decide(&row.facts, &Actor::Countersign, &Command::StartDrafting, now)?;
        row.facts = decide(&drafting.facts, &Actor::Countersign, &Command::Refuse, now)?.facts;
        entries.push(super::caller::own_entry(
            "item.refused",
            id.as_str(),
            json!({ "kind": refusal.kind, "at": "gate" }),
        ));
        row.refusal = Some(refusal);
        tx.save_item(&row, row.version).await?;
    } else {
        enqueue_draft(app, &mut tx, &id).await?;
    }
    tx.commit(entries).await?;
    Ok(id)
}

/// The end of the working day, some days ahead, where the district is.
fn default_due(app: &App, now: Timestamp) -> Result<Timestamp, WorkflowError> {
    let due = now
        .to_zoned(app.config.time_zone())
        .date()
        .checked_add(app.config.review.due_days.days())
        .and_then(|day| day.at(17, 0, 0, 0).to_zoned(app.config.time_zone()));
    due.map(|due| due.timestamp())
        .map_err(|error| WorkflowError::Internal(format!("no due date could be set: {error}")))
}

/// The name of an answer in the queue: the question it is for.
pub(super) fn title_of(question: &str) -> String {
    shortened(question, TITLE_CHARACTERS_MAX)
}

/// The first line of a text, cut at a word.
pub(super) fn shortened(text: &str, characters_max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= characters_max {
        return line;
    }
    let cut: String = line.chars().take(characters_max - 1).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{whole}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_cut_at_a_word() {
        assert_eq!(
            shortened("Can my child\nride the bus?", 40),
            "Can my child ride the bus?"
        );
        assert_eq!(shortened("Can my child ride the bus?", 15), "Can my child…");
        assert_eq!(shortened(&"x".repeat(50), 10), format!("{}…", "x".repeat(9)));
    }

    #[test]
    fn a_newsletter_without_topics_takes_the_templates_sections() {
        let day = |text: &str| text.parse().expect("a day");
        let request = |topics: &[&str], until: &str| NewsletterRequest {
            template: "family-weekly".into(),
            from: day("2026-11-23"),
            until: day(until),
            topics: topics.iter().map(|t| (*t).to_owned()).collect(),
            title: None,
            audience: None,
            due_at: None,
        };
        assert!(plan(&request(&[], "2026-11-30")).expect("a plan").sections.len() >= 3);
        let typed = plan(&request(&["late bus", " "], "2026-11-30")).expect("a plan");
        let section = |heading: &str, topics: &str| IssueSection {
            heading: heading.to_owned(),
            topics: topics.to_owned(),
        };
        assert_eq!(typed.sections, [section("Late bus", "late bus")]);
        assert!(plan(&request(&[], "2026-11-01")).is_err());
        assert!(plan(&request(&["x"; 13], "2026-11-30")).is_err());
    }
}
