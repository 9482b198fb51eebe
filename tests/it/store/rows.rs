//! Rows for the tests, valid as they are; a test changes what it is about.

use countersign::accounts::Role;
use countersign::audit::NewEntry;
use countersign::corpus::lifecycle::VersionState;
use countersign::corpus::{Passage, Span};
use countersign::drafting::{Citation, ClaimSentence, Section, Support, text_sha256};
use countersign::ids::{DecisionId, DocumentId, ItemId, PersonId, PublicationId, RevisionId, VersionId};
use countersign::review::{CitedVersion, ItemFacts, RevisionFacts, source_set_sha256};
use countersign::store::{
    CitedSource, DecisionKind, DecisionRow, DocumentRow, ItemKind, ItemRow, NewVersion, PersonRow,
    PublicationRow, RevisionRow, Store, VersionRow, WriteTx,
};
use jiff::{SignedDuration, Timestamp};

/// The text of the sample version; its one passage is all of it.
pub const TEXT: &str = "Buses run from 7:10. The office opens at 8.";

/// What heads the page of the sample text.
pub const PUBLIC_QUESTION: &str = "When do the buses run? Élan";

/// A fixed time, `seconds` after nine in the morning.
pub fn at(seconds: i64) -> Timestamp {
    let nine: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    nine + SignedDuration::from_secs(seconds)
}

pub fn entry(action: &str, object: &str) -> NewEntry {
    NewEntry {
        at: at(0),
        actor: "countersign".into(),
        role: "machine".into(),
        action: action.into(),
        object: object.into(),
        content_sha256: None,
        request_id: None,
        result: "done".into(),
        detail: serde_json::json!({}),
    }
}

/// Commits with an entry that is not what the test is about.
pub async fn commit(tx: WriteTx) {
    tx.commit(vec![entry("test.prepared", "test")]).await.unwrap();
}

pub fn person(email: &str) -> PersonRow {
    PersonRow {
        id: PersonId::fresh(),
        name: "Dana Ruiz".into(),
        email: email.into(),
        password_hash: None,
        roles: [Role::Requester, Role::Reviewer].into(),
        disabled: false,
        created_at: at(0),
        session_epoch: 1,
    }
}

pub async fn add_person(store: &Store, email: &str) -> PersonRow {
    let row = person(email);
    let mut tx = store.write().await.unwrap();
    tx.insert_person(&row).await.unwrap();
    commit(tx).await;
    row
}

pub fn document(title: &str) -> DocumentRow {
    DocumentRow {
        id: DocumentId::fresh(),
        title: title.into(),
        owner: "Transportation office".into(),
        audience: "families".into(),
        supersedes: None,
        owner_person: None,
        deputy_person: None,
        topics: Vec::new(),
        review_by: None,
        import_path: None,
        created_at: at(0),
        version: 1,
        versions: Vec::new(),
    }
}

pub fn version(document: &DocumentId, number: u32, by: &PersonId) -> NewVersion {
    let row = VersionRow {
        id: VersionId::fresh(),
        document: document.clone(),
        number,
        state: VersionState::Pending,
        file_name: "buses.md".into(),
        media_type: "text/markdown".into(),
        bytes: 4,
        sha256: format!("{number:064x}"),
        text_sha256: "7e".repeat(32),
        extraction_ok: true,
        fidelity: None,
        pages: Some(2),
        sentences: 2,
        warnings: Vec::new(),
        uploaded_by: by.clone(),
        uploaded_at: at(0),
        decided_by: None,
        decided_at: None,
        reason: None,
        effective: None,
        expires: None,
        superseded_on: None,
        version: 1,
    };
    let passage = Passage {
        ordinal: 0,
        heading: vec!["Transportation".into(), "Times".into()],
        page: Some(2),
        start: 0,
        end: TEXT.len(),
        sentences: vec![
            Span { start: 0, end: 20 },
            Span {
                start: 21,
                end: TEXT.len(),
            },
        ],
    };
    NewVersion {
        row,
        text: TEXT.into(),
        passages: vec![passage],
        original: vec![0, 159, 255, 10],
    }
}

/// A document with one approved version.
pub async fn add_source(store: &Store, by: &PersonId) -> VersionRow {
    let document = document("Bus times");
    let mut new = version(&document.id, 1, by);
    new.row.state = VersionState::Approved;
    let mut tx = store.write().await.unwrap();
    tx.insert_document(&document).await.unwrap();
    tx.insert_version(&new).await.unwrap();
    commit(tx).await;
    new.row
}

pub fn item(requester: &PersonId, question: &str) -> ItemRow {
    ItemRow {
        id: ItemId::fresh(),
        kind: ItemKind::Faq,
        facts: ItemFacts::requested_by(requester.clone()),
        title: question.into(),
        question: question.into(),
        newsletter: None,
        audience: "families".into(),
        risk: vec!["safety".into()],
        due_at: at(86_400),
        refusal: None,
        record: None,
        timing_ms: None,
        tokens: None,
        stale_reason: None,
        checks: None,
        created_at: at(0),
        updated_at: at(0),
        version: 1,
    }
}

pub async fn add_item(store: &Store, row: &ItemRow) {
    let mut tx = store.write().await.unwrap();
    tx.insert_item(row).await.unwrap();
    commit(tx).await;
}

/// A text of two sentences, the first resting on the version.
pub fn revision(item: &ItemId, number: u32, source: &VersionRow, author: Option<&PersonId>) -> RevisionRow {
    let cited = ClaimSentence {
        text: format!("Buses run from 7:10 (text {number})."),
        support: Support::Supported,
        support_probability: Some(0.97),
        citations: vec![Citation {
            document: source.document.clone(),
            version: source.id.clone(),
            title: "Bus times".into(),
            heading: vec!["Transportation".into()],
            page: Some(2),
            start: 0,
            end: 20,
            quote: TEXT[..20].into(),
        }],
        note: None,
    };
    let unsourced = ClaimSentence {
        text: "Please be early.".into(),
        support: Support::PersonWritten,
        support_probability: None,
        citations: Vec::new(),
        note: Some("no source".into()),
    };
    let sections = vec![Section {
        heading: None,
        sentences: vec![cited, unsourced],
        not_covered: vec!["holidays".into()],
    }];
    let cited_versions = [CitedVersion {
        version: source.id.clone(),
        content_sha256: source.text_sha256.clone(),
        in_force: true,
    }];
    RevisionRow {
        id: RevisionId::fresh(),
        item: item.clone(),
        number,
        author: author.cloned(),
        created_at: at(i64::from(number)),
        text_sha256: text_sha256(Some(PUBLIC_QUESTION), &sections),
        source_set_sha256: source_set_sha256(&cited_versions),
        public_question: Some(PUBLIC_QUESTION.into()),
        sections,
        flags: Vec::new(),
        sources: vec![CitedSource {
            document: source.document.clone(),
            version: source.id.clone(),
            content_sha256: source.text_sha256.clone(),
        }],
        words: 8,
        reading_grade: Some(5.5),
        note: None,
    }
}

pub fn facts_of(revision: &RevisionRow) -> RevisionFacts {
    RevisionFacts {
        id: revision.id.clone(),
        text_sha256: revision.text_sha256.clone(),
        source_set_sha256: revision.source_set_sha256.clone(),
    }
}

/// A publication of the text; every person in it is the same one.
pub fn publication(text: &RevisionRow, by: &PersonId, slug: &str, seconds: i64) -> PublicationRow {
    PublicationRow {
        id: PublicationId::fresh(),
        item: text.item.clone(),
        revision: text.id.clone(),
        slug: slug.into(),
        kind: ItemKind::Faq,
        title: format!("When do buses run ({slug})?"),
        text_sha256: text.text_sha256.clone(),
        content_sha256: "cc".repeat(32),
        html: "<p>Buses run from 7:10.</p>".into(),
        markdown: "Buses run from 7:10. Élan.".into(),
        published_by: by.clone(),
        published_at: at(seconds),
        reviewed_at: at(seconds),
        approved_by: by.clone(),
        withdrawn_at: None,
        withdrawn_reason: None,
        stale_reason: None,
    }
}

pub fn decision(text: &RevisionRow, by: &PersonId, decision: DecisionKind) -> DecisionRow {
    DecisionRow {
        id: DecisionId::fresh(),
        item: text.item.clone(),
        revision: text.id.clone(),
        revision_number: text.number,
        decision,
        reason: None,
        note: None,
        by: by.clone(),
        at: at(100),
    }
}
