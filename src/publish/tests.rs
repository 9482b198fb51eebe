//! Pages made from approved drafts: what is in them, and that nothing in a text can become markup.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::drafting::{Citation, ClaimSentence, Section, Support, text_sha256};
use crate::ids::{DocumentId, PersonId, RevisionId, VersionId};
use crate::review::{
    Approval, ApprovedDraft, CitedVersion, ItemFacts, RevisionFacts, State, approved_draft, source_set_sha256,
};

fn citation(version: &VersionId, heading: &[&str], page: Option<u32>) -> Citation {
    Citation {
        document: DocumentId::fresh(),
        version: version.clone(),
        title: "Transportation Handbook 2026–27".into(),
        heading: heading.iter().map(|part| (*part).to_owned()).collect(),
        page,
        start: 0,
        end: 5,
        quote: "quote".into(),
    }
}

fn sentence(text: &str, citations: Vec<Citation>) -> ClaimSentence {
    ClaimSentence {
        text: text.into(),
        support: Support::Supported,
        support_probability: Some(0.9),
        citations,
        note: None,
    }
}

/// Goes the only way there is: through an approval for exactly this text.
fn approved(public_question: Option<&str>, sections: Vec<Section>) -> ApprovedDraft {
    let cited: Vec<CitedVersion> = crate::drafting::cited_versions(&sections)
        .into_iter()
        .map(|version| CitedVersion {
            version,
            content_sha256: "00".into(),
            in_force: true,
        })
        .collect();
    let revision = RevisionFacts {
        id: RevisionId::fresh(),
        text_sha256: text_sha256(public_question, &sections),
        source_set_sha256: source_set_sha256(&cited),
    };
    let mut facts = ItemFacts::requested_by(PersonId::fresh());
    facts.state = State::Approved;
    facts.approval = Some(Approval {
        by: PersonId::fresh(),
        at: jiff::Timestamp::UNIX_EPOCH,
        revision: revision.id.clone(),
        text_sha256: revision.text_sha256.clone(),
        source_set_sha256: revision.source_set_sha256.clone(),
    });
    facts.revision = Some(revision);
    approved_draft(&facts, public_question.map(str::to_owned), sections, &cited).expect("approved")
}

fn answer(sentences: Vec<ClaimSentence>) -> ApprovedDraft {
    answer_to(None, sentences)
}

fn answer_to(public_question: Option<&str>, sentences: Vec<ClaimSentence>) -> ApprovedDraft {
    let section = Section {
        heading: None,
        sentences,
        not_covered: vec!["cost of a second pass".into()],
    };
    approved(public_question, vec![section])
}

#[test]
fn an_answer_names_its_sources_once_each_with_heading_and_page() {
    let version = VersionId::fresh();
    let who = citation(
        &version,
        &["Transportation Handbook 2026–27", "Eligibility"],
        Some(4),
    );
    let when = citation(&version, &["Registration", "Dates"], None);
    let page = faq_page(
        &answer(vec![
            sentence("Students in grades K–5 can ride.", vec![who.clone()]),
            sentence("Sign up by July 31.", vec![when, who]),
        ]),
        "Can my 4th grader ride the bus?",
    );
    let expected = "<h1>Can my 4th grader ride the bus?</h1>\n\
        <p>Students in grades K–5 can ride.<sup><a href=\"#source-1\" aria-label=\"Source 1\">1</a></sup> \
        Sign up by July 31.<sup><a href=\"#source-1\" aria-label=\"Source 1\">1</a></sup>\
        <sup><a href=\"#source-2\" aria-label=\"Source 2\">2</a></sup></p>\n\
        <section class=\"sources\" aria-labelledby=\"sources\">\n<h2 id=\"sources\">Sources</h2>\n<ol>\n\
        <li id=\"source-1\"><cite>Transportation Handbook 2026–27</cite>, Eligibility, page 4</li>\n\
        <li id=\"source-2\"><cite>Transportation Handbook 2026–27</cite>, Registration › Dates</li>\n\
        </ol>\n</section>\n";
    assert_eq!(page.html_body, expected);
    assert_eq!(
        page.markdown,
        "# Can my 4th grader ride the bus?\n\nStudents in grades K–5 can ride. Sign up by July 31.\n\n\
         ## Sources\n\n1. Transportation Handbook 2026–27, Eligibility, page 4\n\
         2. Transportation Handbook 2026–27, Registration › Dates\n"
    );
}

#[test]
fn the_approved_question_heads_the_page_and_not_the_askers() {
    let draft = answer_to(Some("Is lunch free?"), vec![sentence("Lunch is free.", vec![])]);
    let asked = "hi my son eats <b>lunch</b> do i pay";
    let page = faq_page(&draft, asked);
    assert_eq!(heading(&draft, asked), "Is lunch free?");
    assert!(
        page.html_body.starts_with("<h1>Is lunch free?</h1>\n"),
        "{}",
        page.html_body
    );
    assert!(
        page.markdown.starts_with("# Is lunch free?\n"),
        "{}",
        page.markdown
    );
    assert!(!page.html_body.contains("my son") && !page.markdown.contains("my son"));
}

#[test]
fn the_answer_alone_has_neither_question_nor_sources() {
    let cited = citation(&VersionId::fresh(), &["Eligibility"], Some(4));
    let page = faq_page(
        &answer(vec![
            sentence("Students can ride.", vec![cited]),
            sentence("Passes are free.", vec![]),
        ]),
        "Can my 4th grader ride the bus?",
    );
    assert_eq!(
        answer_only(&page.html_body),
        "<p>Students can ride. Passes are free.</p>"
    );
}

#[test]
fn the_hash_is_over_the_bytes_that_are_served() {
    let page = faq_page(&answer(vec![sentence("Lunch costs $3.", vec![])]), "Lunch?");
    assert_eq!(
        page.content_sha256,
        hex::encode(Sha256::digest(page.html_body.as_bytes()))
    );
    let other = faq_page(&answer(vec![sentence("Lunch costs $4.", vec![])]), "Lunch?");
    assert_ne!(page.content_sha256, other.content_sha256);
}

#[test]
fn what_the_reviewer_alone_needs_is_not_published() {
    let page = faq_page(&answer(vec![sentence("Passes come by mail.", vec![])]), "Passes?");
    assert!(!page.html_body.contains("second pass") && !page.markdown.contains("second pass"));
    assert!(
        !page.html_body.contains("sources"),
        "a page without sources has no empty list of them"
    );
}

#[test]
fn a_newsletter_has_its_period_and_its_sections() {
    let section = |heading: &str, text: &str| Section {
        heading: Some(heading.into()),
        sentences: vec![sentence(text, vec![])],
        not_covered: vec![],
    };
    let empty = Section {
        heading: Some("Nothing here".into()),
        ..Section::default()
    };
    let sections = vec![
        section("Calendar", "No school on October 12."),
        empty,
        section("Meals", "Soup & bread."),
    ];
    let draft = approved(None, sections);
    let meta = NewsletterMeta {
        title: "Weekly family newsletter".into(),
        district: "Cedar Falls".into(),
        from: jiff::civil::date(2026, 10, 5),
        to: jiff::civil::date(2026, 10, 12),
    };
    let page = newsletter_page(&draft, &meta);
    assert_eq!(
        page.html_body,
        "<h1>Weekly family newsletter</h1>\n<p class=\"issue\">Cedar Falls, October 5 to October 12, 2026</p>\n\
         <h2>Calendar</h2>\n<p>No school on October 12.</p>\n<h2>Meals</h2>\n<p>Soup &amp; bread.</p>\n"
    );
    let file = newsletter_file(&meta.title, &page.html_body);
    assert!(
        file.contains(&page.html_body),
        "the file holds the published bytes unchanged"
    );
    assert!(
        !file.contains("<script") && !file.contains("http"),
        "the file fetches nothing"
    );
}

proptest! {
    /// Every tag of a page is one that this room writes.
    #[test]
    fn no_text_becomes_markup(
        question in "[ -~é<>&\"']{1,40}", text in "[ -~é<>&\"']{1,60}", heading in "[ -~<>&\"']{0,30}"
    ) {
        let cited = citation(&VersionId::fresh(), &[&heading], Some(1));
        let page = faq_page(&answer(vec![sentence(&text, vec![cited])]), &question);
        let known = ["<h1>", "</h1>", "<p>", "</p>", "<sup>", "</sup>", "<a href=\"#source-1\" aria-label=\"Source 1\">",
            "</a>", "<section class=\"sources\" aria-labelledby=\"sources\">", "</section>", "<h2 id=\"sources\">", "</h2>",
            "<ol>", "</ol>", "<li id=\"source-1\">", "</li>", "<cite>", "</cite>"];
        let mut rest = page.html_body.clone();
        for tag in known {
            rest = rest.replace(tag, "");
        }
        prop_assert!(!rest.contains(['<', '>']), "{}", rest);
    }
}
