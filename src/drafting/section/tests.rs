//! A whole section on a scripted model: when it drafts, when it refuses, and what it never asks.

use super::super::draft::RefusalKind;
use super::super::test_model::{Scripted, hit, in_force};
use super::*;

fn job(question: &str, hits: Vec<Hit>) -> Job {
    let (sender, _) = tokio::sync::mpsc::unbounded_channel();
    Job {
        ask: Ask {
            question: question.into(),
            query: question.into(),
            heading: None,
            window: None,
        },
        in_force: in_force(&hits),
        nearness: hits.iter().map(|hit| vec![NEAR; hit.sentences.len()]).collect(),
        hits,
        settings: DraftingSettings::default(),
        reporter: Reporter::new(sender),
    }
}

/// As near as sentences are that answer a question.
const NEAR: f32 = 0.75;
const ANSWERABLE: &str = "state the answer to this exact question";
const JUDGED: &str = "Reply, from";
const OURS: &str = "Is this about a school";

fn buses() -> Hit {
    hit(
        "Bus Rules",
        "Transportation",
        &["The late bus leaves at 4:30 p.m. on Mondays.", "Sit down."],
    )
}

fn refusal(written: Written) -> Reason {
    written.result.expect_err("a refusal was expected")
}

#[test]
fn a_chosen_sentence_is_cited_and_supported() {
    let mut model = Scripted {
        yes: vec![(ANSWERABLE, 0.9), (JUDGED, 0.9)],
        write: vec![("Which sentences", "S1")],
        ..Scripted::default()
    };
    let written = job("When does the late bus leave?", vec![buses()])
        .run(&mut model)
        .unwrap();
    let section = written.result.unwrap();
    assert_eq!(section.sentences.len(), 1);
    let sentence = &section.sentences[0];
    assert_eq!(sentence.text, "The late bus leaves at 4:30 p.m. on Mondays.");
    assert_eq!(
        (sentence.support, sentence.support_probability),
        (Support::Supported, None)
    );
    assert_eq!(sentence.citations[0].quote, sentence.text);
    assert_eq!(section.not_covered, Vec::<String>::new());
}

#[test]
fn below_the_threshold_nothing_is_written() {
    let mut model = Scripted {
        yes: vec![(ANSWERABLE, 0.1), (JUDGED, 0.1), (OURS, 0.9)],
        write: vec![("Which sentences", "S1")],
        ..Scripted::default()
    };
    let reason = refusal(
        job("What does lunch cost?", vec![buses()])
            .run(&mut model)
            .unwrap(),
    );
    assert_eq!(reason.kind, RefusalKind::SourceDoesNotAnswer);
    assert!(reason.reason.contains("Transportation"), "{}", reason.reason);
    assert_eq!(reason.nearest[0].title, "Bus Rules");
    assert!(model.prompts.iter().all(|prompt| !prompt.contains("Rewrite")));
}

#[test]
fn what_the_source_says_is_still_to_come_is_a_refusal_that_quotes_it() {
    let to_come = "Information about summer meals in 2027 is to come.";
    let source = hit(
        "Summer Learning 2027",
        "Learning",
        &["Lunch is free for every child while classes meet.", to_come],
    );
    let mut model = Scripted {
        yes: vec![(ANSWERABLE, 0.9), (JUDGED, 0.9)],
        write: vec![("Which sentences", "S1")],
        ..Scripted::default()
    };
    let asked = "Where are summer meals in 2027 for a child?";
    let reason = refusal(job(asked, vec![source]).run(&mut model).unwrap());
    assert_eq!(reason.kind, RefusalKind::SourceDoesNotAnswer);
    assert!(reason.reason.contains("still to come"), "{}", reason.reason);
    assert_eq!(reason.nearest[0].quote, to_come);
}

#[test]
fn what_is_no_matter_of_a_district_is_out_of_scope() {
    for (ours, kind) in [
        (0.1, RefusalKind::OutOfScope),
        (0.9, RefusalKind::SourceDoesNotAnswer),
    ] {
        let mut model = Scripted {
            yes: vec![(OURS, ours)],
            ..Scripted::default()
        };
        let reason = refusal(
            job("When is my property tax due?", vec![buses()])
                .run(&mut model)
                .unwrap(),
        );
        assert_eq!(reason.kind, kind);
    }
}

#[test]
fn the_nearest_sentence_stands_in_for_a_choice_that_does_not_answer() {
    let mut job = job("When does the late bus leave?", vec![buses()]);
    job.nearness = vec![vec![0.8, 0.1]];
    for (judged, expected) in [
        (0.1, "The late bus leaves at 4:30 p.m. on Mondays."),
        (0.6, "Sit down."),
    ] {
        let mut model = Scripted {
            yes: vec![(ANSWERABLE, 0.95), ("Rules: The late bus", 0.9), (JUDGED, judged)],
            write: vec![("Which sentences", "S2")],
            ..Scripted::default()
        };
        job.settings.answerable_threshold = 0.0;
        job.ask.question = "Where does one stay on the late bus?".into();
        let section = job.run(&mut model).unwrap().result.unwrap();
        assert_eq!(section.sentences[0].text, expected, "judged {judged}");
    }
}

#[test]
fn a_sentence_that_does_not_answer_when_seen_alone_makes_an_answer_less_likely() {
    let run = |judged: f32| {
        let mut model = Scripted {
            yes: vec![(ANSWERABLE, 0.4), (JUDGED, judged), (OURS, 0.9)],
            write: vec![("Which sentences", "S2")],
            ..Scripted::default()
        };
        job("Where does one stay on the late bus?", vec![buses()])
            .run(&mut model)
            .unwrap()
    };
    let (doubted, trusted) = (run(0.1), run(0.9));
    assert!(doubted.answerability < trusted.answerability);
    assert!(doubted.answerability.is_some_and(|probability| probability < 0.5));
    assert_eq!(refusal(doubted).kind, RefusalKind::SourceDoesNotAnswer);
}

#[test]
fn no_chosen_sentence_is_a_refusal() {
    let mut model = Scripted {
        yes: vec![(ANSWERABLE, 0.9), (JUDGED, 0.9), (OURS, 0.9)],
        ..Scripted::default()
    };
    let reason = refusal(
        job("When does the late bus leave?", vec![buses()])
            .run(&mut model)
            .unwrap(),
    );
    assert_eq!(reason.kind, RefusalKind::SourceDoesNotAnswer);
}

#[test]
fn a_part_without_support_is_named_as_not_covered() {
    let mut model = Scripted {
        yes: vec![
            ("Answer only this part: Is it free?", 0.1),
            ("Question: Is it free?", 0.1),
            (ANSWERABLE, 0.9),
            (JUDGED, 0.9),
        ],
        write: vec![("Which sentences", "S1")],
        ..Scripted::default()
    };
    let written = job("When does the late bus leave? Is it free?", vec![buses()])
        .run(&mut model)
        .unwrap();
    assert_eq!(written.result.unwrap().not_covered, ["Is it free?"]);
}

#[test]
fn two_documents_that_disagree_are_both_shown() {
    let other = hit(
        "Club Guide",
        "Activities",
        &["The late bus leaves at 5:15 p.m. on Mondays."],
    );
    let mut model = Scripted {
        yes: vec![(ANSWERABLE, 0.9), (JUDGED, 0.9)],
        write: vec![("Which sentences", "S1")],
        ..Scripted::default()
    };
    let mut job = job("When does the late bus leave?", vec![buses(), other]);
    // The other document is found but not read.
    job.settings.passages_max = 1;
    let reason = refusal(job.run(&mut model).unwrap());
    assert!(model.prompts.iter().all(|prompt| !prompt.contains("5:15")));
    assert_eq!(reason.kind, RefusalKind::ConflictingSources);
    let titles: Vec<&str> = reason
        .nearest
        .iter()
        .map(|nearest| nearest.title.as_str())
        .collect();
    assert_eq!(titles, ["Bus Rules", "Club Guide"]);
    assert!(
        reason.reason.contains("4:30 p.m.") && reason.reason.contains("5:15 p.m."),
        "{}",
        reason.reason
    );
}

#[test]
fn what_another_offices_document_says_is_no_conflict_where_the_question_names_one() {
    let handbook = |office: &str, sentence: &str| hit("Handbook", office, &[sentence]);
    for (question, offices, disagree) in [
        (
            "When does the late bus leave?",
            ["Fernbrook Elementary", "Millrace Elementary"],
            true,
        ),
        (
            "When does the late bus leave at Fernbrook?",
            ["Fernbrook Elementary", "Millrace Elementary"],
            false,
        ),
        (
            "When does the late bus leave in West Ada?",
            ["West Ada", "Minuteman"],
            false,
        ),
        (
            "When does the late bus leave in West Ada?",
            ["Office", "Activities"],
            true,
        ),
    ] {
        let mut model = Scripted {
            yes: vec![(ANSWERABLE, 0.9), (JUDGED, 0.9)],
            write: vec![("Which sentences", "S1")],
            ..Scripted::default()
        };
        let [first, second] = offices;
        let hits = vec![
            handbook(first, "The late bus leaves at 4:30 p.m. on Mondays."),
            handbook(second, "The late bus leaves at 5:15 p.m. on Mondays."),
        ];
        let written = job(question, hits).run(&mut model).unwrap();
        let kind = written.result.err().map(|reason| reason.kind);
        let expected = disagree.then_some(RefusalKind::ConflictingSources);
        assert_eq!(kind, expected, "{question} {offices:?}");
    }
}

#[test]
fn a_choice_that_is_not_sure_enough_is_still_shown_where_another_source_contradicts_it() {
    let other = hit(
        "Club Guide",
        "Activities",
        &["The late bus leaves at 5:15 p.m. on Mondays."],
    );
    for (share, expected) in [
        (0.9, RefusalKind::SourceDoesNotAnswer),
        (1.1, RefusalKind::ConflictingSources),
    ] {
        let mut model = Scripted {
            yes: vec![(ANSWERABLE, 0.6), (JUDGED, 0.6), (OURS, 0.9)],
            write: vec![("Which sentences", "S1")],
            ..Scripted::default()
        };
        let mut job = job("When does the late bus leave?", vec![buses(), other.clone()]);
        // A first run says how sure this is; then the threshold is set so that it is not sure enough.
        let sure = job.run(&mut model).unwrap().answerability.unwrap();
        job.settings.answerable_threshold = sure / (share * DOUBTED_SHARE);
        assert_eq!(refusal(job.run(&mut model).unwrap()).kind, expected, "{share}");
    }
}

#[test]
fn a_wording_that_the_check_does_not_support_gives_way_to_the_approved_sentence() {
    let hard = "Transportation eligibility determinations shall be communicated to the parent or guardian by \
                the administration prior to the commencement of the instructional year.";
    let plainer = "The administration must communicate eligibility for transportation to the parent or \
                   guardian before the instructional year.";
    // Bounds that every probability passes, and bounds that none does: which it is depends on the calibration.
    for (bound, expected) in [(0.0, plainer), (1.0, hard)] {
        let mut model = Scripted {
            yes: vec![(ANSWERABLE, 0.9), (JUDGED, 0.9)],
            write: vec![("Which sentences", "S1"), ("Rewrite", plainer)],
            ..Scripted::default()
        };
        let hits = vec![hit("Policy", "Board", &[hard])];
        let mut job = job("Who tells parents about bus eligibility?", hits);
        job.settings.supported_min = Some(bound);
        job.settings.support_threshold = Some(bound);
        let written = job.run(&mut model).unwrap();
        let sentence = &written.result.unwrap().sentences[0];
        assert_eq!(
            (sentence.text.as_str(), sentence.support),
            (expected, Support::Supported)
        );
    }
}

#[test]
fn the_question_is_kept_out_of_the_wording_and_the_check() {
    let hard = "Transportation eligibility determinations shall be communicated to the parent or guardian by \
                the administration prior to the commencement of the instructional year.";
    let mut model = Scripted {
        yes: vec![(ANSWERABLE, 0.9), (JUDGED, 0.9)],
        write: vec![("Which sentences", "S1")],
        ..Scripted::default()
    };
    job("Who xylophones?", vec![hit("Policy", "Board", &[hard])])
        .run(&mut model)
        .unwrap();
    let asked: Vec<&String> = model
        .prompts
        .iter()
        .filter(|prompt| prompt.contains("xylophones"))
        .collect();
    assert_eq!(
        asked.len(),
        3,
        "only the questions about the answer and selection read the question"
    );
    assert!(model.prompts.iter().any(|prompt| prompt.contains("Rewrite")));
}

#[test]
fn the_row_of_the_asked_case_takes_the_place_of_the_one_beside_it() {
    let costs = || {
        hit(
            "Fees",
            "Library",
            &[
                "Event: First repair of the year; The family pays: $20.",
                "Event: Second repair of the year; The family pays: $45.",
                "Event: Lost charger; The family pays: $35.",
            ],
        )
    };
    let mut model = Scripted {
        yes: vec![(ANSWERABLE, 0.9), (JUDGED, 0.9)],
        write: vec![("Which sentences", "S1")],
        ..Scripted::default()
    };
    let question = "It broke for the second time. How much do we pay for the repair?";
    let written = job(question, vec![costs()]).run(&mut model).unwrap();
    let section = written.result.unwrap();
    let quotes: Vec<&str> = section
        .sentences
        .iter()
        .flat_map(|sentence| &sentence.citations)
        .map(|citation| citation.quote.as_str())
        .collect();
    assert_eq!(
        quotes,
        ["Event: Second repair of the year; The family pays: $45."]
    );
}

#[test]
fn a_row_of_another_case_alone_is_no_answer() {
    let only = hit(
        "Fees",
        "Library",
        &["Event: First repair of the year; The family pays: $20."],
    );
    let mut model = Scripted {
        yes: vec![(ANSWERABLE, 0.9), (JUDGED, 0.9), (OURS, 0.9)],
        write: vec![("Which sentences", "S1")],
        ..Scripted::default()
    };
    let question = "It broke for the second time. How much do we pay for the repair?";
    let written = job(question, vec![only]).run(&mut model).unwrap();
    assert_eq!(refusal(written).kind, RefusalKind::SourceDoesNotAnswer);
}

#[test]
fn a_sentence_that_says_the_opposite_is_no_answer_and_is_reported_as_none() {
    let passes = || {
        hit(
            "Late Bus",
            "Transportation",
            &["Students of grades 6 to 12 need a pass for the late bus."],
        )
    };
    let mut model = Scripted {
        yes: vec![(ANSWERABLE, 0.9), (JUDGED, 0.9), (OURS, 0.9)],
        write: vec![("Which sentences", "S1")],
        ..Scripted::default()
    };
    let question = "Which students do not need a pass for the late bus?";
    let written = job(question, vec![passes()]).run(&mut model).unwrap();
    assert_eq!(written.answerability, Some(0.0));
    assert_eq!(refusal(written).kind, RefusalKind::SourceDoesNotAnswer);
}
