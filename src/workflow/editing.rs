//! A person's words: every save makes a revision, is checked like the machine's, and voids an approval.

use jiff::Timestamp;
use serde_json::json;

use super::app::App;
use super::caller::Caller;
use super::error::WorkflowError;
use super::items::{load, save};
use super::public_question;
use super::requests::title_of;
use super::sources::passage_of;
use super::written::{Written, facts_of};
use crate::accounts::Permission;
use crate::corpus::one_line;
use crate::drafting::{Citation, ClaimSentence, Flag, Section, Support, check, check_without_model};
use crate::engine::Cancel;
use crate::ids::{ItemId, RevisionId, VersionId};
use crate::review::{Command, RevisionFacts, decide};
use crate::store::{Checks, ItemRow, RevisionRow};

/// A section as a person wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionInput {
    pub heading: Option<String>,
    pub sentences: Vec<SentenceInput>,
}

/// A sentence with the spans of sources it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentenceInput {
    pub text: String,
    pub citations: Vec<(VersionId, usize, usize)>,
}

const SECTIONS_MAX: usize = 20;
const SENTENCES_MAX: usize = 200;
const SENTENCE_CHARACTERS_MAX: usize = 2_000;
const CITATIONS_MAX: usize = 10;

/// A text as a person wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextInput {
    /// What is to head the public page; left out, it stays what it is.
    pub public_question: Option<String>,
    pub sections: Vec<SectionInput>,
    /// Why, for the history.
    pub note: Option<String>,
}

/// Saves a person's edit as a new revision. What they typed is only refused, never changed.
pub async fn edit(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
    input: TextInput,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemEdit)?;
    write(app, caller, id, expected, input, |revision| Command::Edit {
        revision,
    })
    .await
}

/// Answers a refused item by hand.
pub async fn write_by_hand(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
    input: TextInput,
) -> Result<(), WorkflowError> {
    caller.needs(Permission::ItemEdit)?;
    write(app, caller, id, expected, input, |revision| {
        Command::WriteByHand { revision }
    })
    .await
}

async fn write(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
    input: TextInput,
    command: impl Fn(RevisionFacts) -> Command,
) -> Result<(), WorkflowError> {
    check_sizes(&input.sections)?;
    let seen = may_write(app, caller, id, expected, &command).await?;
    let standing = standing_revision(app, &seen).await?;
    let before = public_question::standing(&seen, standing.as_ref());
    let public_question = public_question::given(input.public_question, &before)?;
    let edited = public_question != before;
    let standing = standing.map_or_else(Vec::new, |revision| revision.sections);
    let sections = sections_from(app, input.sections, standing).await?;
    // The check may ask the model, which takes seconds; the database is not held meanwhile.
    let (sections, flags) = checked(app, sections).await?;
    let (mut tx, mut row) = load(app, id, Some(expected)).await?;
    let revision = Written {
        author: Some(caller.person.clone()),
        public_question,
        sections,
        flags,
        note: input.note,
    };
    let revision = revision.insert(app, &mut tx, &row).await?;
    let decided = decide(
        &row.facts,
        &caller.actor(),
        &command(facts_of(&revision)),
        Timestamp::now(),
    )?;
    row.facts = decided.facts;
    row.stale_reason = None;
    if let Some(question) = &revision.public_question {
        row.title = title_of(question);
    }
    let detail = json!({
        "revision": revision.number,
        "state": row.facts.state,
        "checks": Checks::of(&revision.sections),
        // Its words may be personal, so the log says only that they changed; `content_sha256` covers them.
        "public_question_edited": edited,
    });
    let mut entry = caller.entry(decided.action, id.as_str(), detail);
    entry.content_sha256 = Some(revision.text_sha256);
    save(tx, row, vec![entry]).await
}

/// Asks the rules before the model is asked, so that a refusal comes at once. Gives the item as it stands.
async fn may_write(
    app: &App,
    caller: &Caller,
    id: &ItemId,
    expected: i64,
    command: &impl Fn(RevisionFacts) -> Command,
) -> Result<ItemRow, WorkflowError> {
    let row = app.store.item(id).await?.ok_or(WorkflowError::NotFound("item"))?;
    if row.version != expected {
        return Err(WorkflowError::Stale);
    }
    let any = RevisionFacts {
        id: RevisionId::fresh(),
        text_sha256: String::new(),
        source_set_sha256: String::new(),
    };
    decide(&row.facts, &caller.actor(), &command(any), Timestamp::now())?;
    Ok(row)
}

fn check_sizes(input: &[SectionInput]) -> Result<(), WorkflowError> {
    let sentences: Vec<&SentenceInput> = input.iter().flat_map(|section| &section.sentences).collect();
    if !sentences.iter().any(|sentence| !sentence.text.trim().is_empty()) {
        return Err(WorkflowError::invalid(
            "sections",
            "The text is empty; write at least one sentence.",
        ));
    }
    if input.len() > SECTIONS_MAX || sentences.len() > SENTENCES_MAX {
        let reason =
            format!("A text may have {SECTIONS_MAX} sections and {SENTENCES_MAX} sentences; split it up.");
        return Err(WorkflowError::invalid("sections", reason));
    }
    let too_long = |text: &str| text.chars().count() > SENTENCE_CHARACTERS_MAX;
    let headings_too_long = input
        .iter()
        .filter_map(|section| section.heading.as_deref())
        .any(too_long);
    if headings_too_long || sentences.iter().any(|sentence| too_long(&sentence.text)) {
        let reason =
            format!("A sentence may have {SENTENCE_CHARACTERS_MAX} characters; split the longer one.");
        return Err(WorkflowError::invalid("sections", reason));
    }
    if sentences
        .iter()
        .any(|sentence| sentence.citations.len() > CITATIONS_MAX)
    {
        let reason = format!("A sentence may cite {CITATIONS_MAX} sentences of sources.");
        return Err(WorkflowError::invalid("citations", reason));
    }
    Ok(())
}

async fn standing_revision(app: &App, row: &ItemRow) -> Result<Option<RevisionRow>, WorkflowError> {
    match &row.facts.revision {
        Some(revision) => Ok(app.store.revision(&revision.id).await?),
        None => Ok(None),
    }
}

async fn sections_from(
    app: &App,
    input: Vec<SectionInput>,
    standing: Vec<Section>,
) -> Result<Vec<Section>, WorkflowError> {
    let mut sections = Vec::new();
    for (place, section) in input.into_iter().enumerate() {
        let mut sentences = Vec::new();
        for sentence in section
            .sentences
            .into_iter()
            .filter(|sentence| !sentence.text.trim().is_empty())
        {
            sentences.push(sentence_from(app, sentence).await?);
        }
        let heading = section
            .heading
            .map(|heading| one_line(&heading))
            .filter(|heading| !heading.is_empty());
        // What the machine found not covered stays with its section until a new draft is made.
        let not_covered = standing
            .get(place)
            .map_or_else(Vec::new, |section| section.not_covered.clone());
        if heading.is_some() || !sentences.is_empty() {
            sections.push(Section {
                heading,
                sentences,
                not_covered,
            });
        }
    }
    Ok(sections)
}

async fn sentence_from(app: &App, input: SentenceInput) -> Result<ClaimSentence, WorkflowError> {
    let mut citations: Vec<Citation> = Vec::new();
    for (version, start, end) in input.citations {
        let citation = citation(app, version, start, end).await?;
        if !citations.contains(&citation) {
            citations.push(citation);
        }
    }
    let text = one_line(&input.text);
    Ok(ClaimSentence {
        text,
        support: Support::PersonWritten,
        support_probability: None,
        citations,
        note: None,
    })
}

/// Freezes what a span of a source says now. Only sources in force can be cited anew.
async fn citation(
    app: &App,
    version: VersionId,
    start: usize,
    end: usize,
) -> Result<Citation, WorkflowError> {
    let wrong = |reason: &str| WorkflowError::invalid("citations", reason);
    let source = app
        .store
        .version(&version)
        .await?
        .ok_or(WorkflowError::NotFound("version"))?;
    let quote = source
        .text
        .get(start..end)
        .filter(|quote| !quote.trim().is_empty());
    let quote = quote
        .ok_or_else(|| wrong("A citation must be a piece of the source's text."))?
        .to_owned();
    let passage = passage_of(&source.passages, start, end)
        .ok_or_else(|| wrong("A citation must lie within one passage of the source."))?;
    Ok(Citation {
        document: source.row.document.clone(),
        version,
        title: source.title.clone(),
        heading: passage.heading.clone(),
        page: passage.page,
        start,
        end,
        quote,
    })
}

async fn checked(app: &App, sections: Vec<Section>) -> Result<(Vec<Section>, Vec<Flag>), WorkflowError> {
    match app.models.drafting_now() {
        Some(context) => check(&context, sections, Cancel::new())
            .await
            .map_err(|error| WorkflowError::Unavailable(format!("The text could not be checked: {error}."))),
        None => Ok(check_without_model(sections)),
    }
}
