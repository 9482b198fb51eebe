//! Drafting with the real models over a small handbook: it answers from it, refuses beyond it, and stops when told.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use countersign::corpus::{Passage, sentences};
use countersign::drafting::{
    Citation, ClaimSentence, Draft, DraftingContext, DraftingError, DraftingSettings, DraftingTask,
    NewsletterTopic, Outcome, Progress, Refusal, RefusalKind, Section, Step, Support, check, draft,
};
use countersign::engine::embedder::Embedder;
use countersign::engine::{Cancel, Engine, EngineError, EngineSettings};
use countersign::ids::{DocumentId, VersionId};
use countersign::retrieval::{Index, IndexedVersion, SourcesInForce, content_sha256};

use crate::models::{drafting_model, embedding_files};

const TRANSPORTATION: &[(&str, &str)] = &[
    (
        "Who may ride",
        "Students in grades K-5 who live 1.0 mile or more from school may ride the bus. Students in grades 6-8 who \
         live 1.5 miles or more from school may ride the bus.",
    ),
    (
        "At the stop",
        "Students must be at the stop five minutes before the scheduled time. Drivers do not wait.",
    ),
    (
        "Late bus",
        "The late bus leaves Stonebridge Middle School at 5:15 p.m. on Monday, Tuesday and Thursday. A late-bus pass \
         is required, and it is free.",
    ),
];

const TECHNOLOGY: &[(&str, &str)] = &[
    (
        "Repairs",
        "The second accidental Chromebook repair in the same school year costs $50 with the protection plan.",
    ),
    (
        "Loss",
        "Report a lost Chromebook to the school library within two school days.",
    ),
];

const FEES: &[(&str, &str)] = &[(
    "Devices",
    "The second accidental Chromebook repair in the same school year costs $45 with the protection plan.",
)];

struct District {
    context: DraftingContext,
    in_force: SourcesInForce,
    texts: Vec<(VersionId, String)>,
    _directory: tempfile::TempDir,
}

fn version(title: &str, owner: &str, parts: &[(&str, &str)]) -> IndexedVersion {
    let mut text = String::new();
    let mut passages = Vec::new();
    for (ordinal, (heading, body)) in (0..).zip(parts) {
        let start = text.len();
        text.push_str(body);
        let end = text.len();
        text.push_str("\n\n");
        let shifted = |mut span: countersign::corpus::Span| {
            span.start += start;
            span.end += start;
            span
        };
        passages.push(Passage {
            ordinal,
            heading: vec![title.to_owned(), (*heading).to_owned()],
            page: None,
            start,
            end,
            sentences: sentences(body).into_iter().map(shifted).collect(),
        });
    }
    IndexedVersion {
        version: VersionId::fresh(),
        document: DocumentId::fresh(),
        title: title.to_owned(),
        owner: owner.to_owned(),
        text,
        passages,
    }
}

/// One district for all tests, because loading the model takes seconds and memory.
fn district() -> Option<&'static District> {
    static DISTRICT: OnceLock<Option<District>> = OnceLock::new();
    DISTRICT.get_or_init(open).as_ref()
}

fn open() -> Option<District> {
    let (model_file, embedding) = (drafting_model()?, embedding_files()?);
    let directory = tempfile::tempdir().unwrap();
    let index = Index::open(directory.path(), Arc::new(Embedder::load(&embedding).unwrap())).unwrap();
    let versions = [
        version("Transportation Handbook", "Transportation Office", TRANSPORTATION),
        version("Device Guide", "Technology Services", TECHNOLOGY),
        version("Fee Schedule", "Business Office", FEES),
    ];
    index.add_all(&versions).unwrap();
    let engine = Engine::start(EngineSettings {
        model_file,
        queue_max: 8,
        context_tokens_max: 2048,
    });
    Some(District {
        context: DraftingContext {
            engine,
            index: Arc::new(index),
            settings: DraftingSettings::default(),
        },
        in_force: versions
            .iter()
            .map(|v| (v.version.clone(), content_sha256(&v.text)))
            .collect(),
        texts: versions.into_iter().map(|v| (v.version, v.text)).collect(),
        _directory: directory,
    })
}

fn faq(question: &str) -> DraftingTask {
    DraftingTask::Faq {
        question: question.to_owned(),
    }
}

async fn outcome(district: &District, task: &DraftingTask) -> Outcome {
    draft(
        &district.context,
        task,
        &district.in_force,
        Cancel::new(),
        &|_| {},
    )
    .await
    .unwrap()
}

fn drafted(outcome: Outcome) -> Draft {
    match outcome {
        Outcome::Draft(draft) => draft,
        Outcome::Refusal(refusal) => panic!("refused: {refusal:?}"),
    }
}

fn refused(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refusal(refusal) => refusal,
        Outcome::Draft(draft) => panic!("drafted: {:?}", draft.sections),
    }
}

#[tokio::test]
async fn an_answer_rests_on_exact_sentences_and_is_the_same_twice() {
    let Some(district) = district() else { return };
    let task = faq("When does the late bus leave Stonebridge Middle School?");
    let seen = Mutex::new(Vec::new());
    let tell = |progress: Progress| seen.lock().unwrap().push(progress);
    let first = draft(&district.context, &task, &district.in_force, Cancel::new(), &tell)
        .await
        .unwrap();
    let first = drafted(first);
    let text: Vec<&str> = first.sections[0]
        .sentences
        .iter()
        .map(|s| s.text.as_str())
        .collect();
    assert!(text.concat().contains("5:15 p.m."), "{text:?}");
    for citation in first
        .sections
        .iter()
        .flat_map(|s| &s.sentences)
        .flat_map(|s| &s.citations)
    {
        let (_, source) = district
            .texts
            .iter()
            .find(|(id, _)| *id == citation.version)
            .unwrap();
        assert_eq!(
            source.get(citation.start..citation.end),
            Some(citation.quote.as_str())
        );
    }
    let steps: BTreeSet<String> = seen
        .lock()
        .unwrap()
        .iter()
        .map(|p| format!("{:?}", p.step))
        .collect();
    let expected = [
        Step::Search,
        Step::Read,
        Step::Answerable,
        Step::Write,
        Step::Check,
    ];
    assert_eq!(steps, expected.iter().map(|step| format!("{step:?}")).collect());
    let second = drafted(outcome(district, &task).await);
    assert_eq!((first.sections, first.record), (second.sections, second.record));
}

#[tokio::test]
async fn what_the_sources_do_not_state_is_refused_with_the_owner_to_ask() {
    let Some(district) = district() else { return };
    let refusal = refused(outcome(district, &faq("How much is a bus driver paid per hour?")).await);
    assert!(
        matches!(
            refusal.kind,
            RefusalKind::SourceDoesNotAnswer | RefusalKind::NoRelevantSource
        ),
        "{refusal:?}"
    );
    assert!(
        refusal
            .nearest
            .iter()
            .any(|nearest| nearest.owner == "Transportation Office"),
        "{refusal:?}"
    );
}

#[tokio::test]
async fn two_sources_that_disagree_are_both_shown() {
    let Some(district) = district() else { return };
    let question = "What does a second accidental Chromebook repair cost with the protection plan?";
    let refusal = refused(outcome(district, &faq(question)).await);
    assert_eq!(
        refusal.kind,
        RefusalKind::ConflictingSources,
        "{}",
        refusal.reason
    );
    assert!(
        refusal.reason.contains("$45") && refusal.reason.contains("$50"),
        "{}",
        refusal.reason
    );
}

#[tokio::test]
async fn a_source_out_of_force_is_not_drafted_from() {
    let Some(district) = district() else { return };
    let (handbook, _) = &district.texts[0];
    let rest: SourcesInForce = district.texts[1..]
        .iter()
        .map(|(version, text)| (version.clone(), content_sha256(text)))
        .collect();
    let task = faq("When does the late bus leave Stonebridge Middle School?");
    let outcome = draft(&district.context, &task, &rest, Cancel::new(), &|_| {})
        .await
        .unwrap();
    let refusal = refused(outcome);
    assert!(
        refusal.nearest.iter().all(|nearest| nearest.version != *handbook),
        "{refusal:?}"
    );
}

#[tokio::test]
async fn personal_data_never_reaches_search_or_model() {
    let Some(district) = district() else { return };
    let refusal = refused(outcome(district, &faq("Why was Jordan Smith suspended from the bus?")).await);
    assert_eq!(refusal.kind, RefusalKind::PersonalData);
    assert_eq!(
        (refusal.tokens.prompt, refusal.timing_ms.retrieve, refusal.record),
        (0, 0, None)
    );
    assert!(!refusal.reason.contains("Jordan"));
}

#[tokio::test]
async fn a_newsletter_names_the_sections_the_sources_say_nothing_about() {
    let Some(district) = district() else { return };
    let topic = |heading: &str, topics: &str| NewsletterTopic {
        heading: heading.into(),
        topics: topics.into(),
    };
    let task = DraftingTask::Newsletter {
        sections: vec![
            topic("Buses", "late bus times and passes"),
            topic("Chess", "chess tournament results"),
        ],
        from: jiff::civil::date(2026, 11, 1),
        to: jiff::civil::date(2026, 11, 30),
    };
    let draft = drafted(outcome(district, &task).await);
    let headings: Vec<Option<&str>> = draft.sections.iter().map(|s| s.heading.as_deref()).collect();
    assert_eq!(headings, [Some("Buses"), Some("Chess")]);
    assert!(!draft.sections[0].sentences.is_empty());
    assert!(draft.sections[1].sentences.is_empty() && draft.sections[1].not_covered.len() == 1);
}

#[tokio::test]
async fn a_cancelled_draft_stops_soon() {
    let Some(district) = district() else { return };
    district.context.engine.ready().await.unwrap();
    let cancel = Cancel::new();
    let stop = cancel.clone();
    let on_reading = move |progress: Progress| {
        if progress.step == Step::Read {
            stop.cancel();
        }
    };
    let started = Instant::now();
    let task = faq("Who may ride the bus in grades 6-8?");
    let ended = draft(&district.context, &task, &district.in_force, cancel, &on_reading).await;
    assert!(
        matches!(ended, Err(DraftingError::Engine(EngineError::Cancelled))),
        "{ended:?}"
    );
    assert!(
        started.elapsed() < Duration::from_secs(60),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn an_edit_is_checked_against_what_it_cites() {
    let Some(district) = district() else { return };
    let quote = "Students must be at the stop five minutes before the scheduled time.";
    let citation = Citation {
        document: DocumentId::fresh(),
        version: VersionId::fresh(),
        title: "Transportation Handbook".into(),
        heading: vec![],
        page: None,
        start: 0,
        end: quote.len(),
        quote: quote.into(),
    };
    let sentence = |text: &str, citations: Vec<Citation>| ClaimSentence {
        text: text.into(),
        support: Support::Supported,
        support_probability: None,
        citations,
        note: None,
    };
    let sections = vec![Section {
        sentences: vec![
            sentence(quote, vec![citation.clone()]),
            sentence(
                "Students must be at the stop ten minutes before the scheduled time.",
                vec![citation.clone()],
            ),
            sentence(
                "Students must be at their stop 5 minutes before the bus is scheduled.",
                vec![citation],
            ),
            sentence("Thank you for riding with us.", vec![]),
        ],
        ..Section::default()
    }];
    let (checked, _) = check(&district.context, sections, Cancel::new()).await.unwrap();
    let verdicts: Vec<Support> = checked[0]
        .sentences
        .iter()
        .map(|sentence| sentence.support)
        .collect();
    assert_eq!(verdicts[..2], [Support::Supported, Support::Unsupported]);
    assert_eq!(verdicts[3], Support::PersonWritten);
    assert!(
        checked[0].sentences[2].support_probability.is_some(),
        "the model is asked about a rewording"
    );
}
