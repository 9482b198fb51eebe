//! The state machine against a table of cases and against random histories.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::accounts::{Role, Roles};
use crate::ids::{PersonId, RevisionId};

fn person(name: &str) -> PersonId {
    format!("per_{name}").parse().expect("a test id")
}

fn all_roles() -> Roles {
    Role::ALL.into_iter().collect()
}

fn actor(name: &str) -> Actor {
    Actor::Person {
        id: person(name),
        roles: all_roles(),
    }
}

fn revision(text: &str) -> RevisionFacts {
    RevisionFacts {
        id: RevisionId::fresh(),
        text_sha256: text.into(),
        source_set_sha256: "sources".into(),
    }
}

fn now() -> Timestamp {
    "2026-11-02T15:00:00Z".parse().expect("a time")
}

fn later(minutes: i64) -> Timestamp {
    now() + SignedDuration::from_mins(minutes)
}

fn reason() -> Reason {
    Reason {
        code: ReasonCode::Inaccurate,
        note: "The fee is $3.".into(),
    }
}

/// Carries commands out in order; the last one's outcome is what the test looks at.
fn after(steps: &[(&Actor, Command)]) -> Result<ItemFacts, Refused> {
    let mut facts = ItemFacts::requested_by(person("asker"));
    for (actor, command) in steps {
        facts = decide(&facts, actor, command, now())?.facts;
    }
    Ok(facts)
}

fn drafted() -> Vec<(&'static Actor, Command)> {
    vec![
        (&Actor::Countersign, Command::StartDrafting),
        (
            &Actor::Countersign,
            Command::DraftMade {
                revision: revision("t1"),
            },
        ),
    ]
}

#[test]
fn a_question_becomes_a_published_answer_through_two_people() {
    let (reviewer, publisher) = (actor("rev"), actor("pat"));
    let mut steps = drafted();
    steps.push((&reviewer, Command::Claim));
    steps.push((
        &reviewer,
        Command::Approve {
            text_sha256: "t1".into(),
        },
    ));
    steps.push((
        &publisher,
        Command::Publish {
            text_sha256: "t1".into(),
        },
    ));
    let facts = after(&steps).expect("allowed");
    assert_eq!(facts.state, State::Published);
    assert_eq!(facts.approval.map(|approval| approval.by), Some(person("rev")));
}

#[test]
fn nobody_approves_what_they_asked_for_or_edited() {
    let (asker, reviewer) = (actor("asker"), actor("rev"));
    let mut own = drafted();
    own.push((&asker, Command::Claim));
    own.push((
        &asker,
        Command::Approve {
            text_sha256: "t1".into(),
        },
    ));
    let refused = after(&own).expect_err("the requester");
    assert!(
        refused.to_string().contains("You asked for this item"),
        "{refused}"
    );

    let mut edited = drafted();
    edited.push((&reviewer, Command::Claim));
    edited.push((
        &reviewer,
        Command::Edit {
            revision: revision("t2"),
        },
    ));
    edited.push((
        &reviewer,
        Command::Approve {
            text_sha256: "t2".into(),
        },
    ));
    let refused = after(&edited).expect_err("the editor");
    assert!(refused.to_string().contains("You edited this text"), "{refused}");
}

#[test]
fn an_approval_is_for_the_bytes_that_were_read() {
    let reviewer = actor("rev");
    let mut steps = drafted();
    steps.push((&reviewer, Command::Claim));
    steps.push((
        &reviewer,
        Command::Approve {
            text_sha256: "older".into(),
        },
    ));
    assert!(matches!(after(&steps), Err(Refused::Changed(_))));
}

#[test]
fn a_lease_ends_and_can_be_taken_over_with_a_reason() {
    let (first, second) = (actor("kay"), actor("ray"));
    let mut steps = drafted();
    steps.push((&first, Command::Claim));
    let held = after(&steps).expect("claimed");
    assert!(decide(&held, &second, &Command::Claim, later(5)).is_err());
    assert!(decide(&held, &second, &Command::Claim, later(16)).is_ok());
    let blank = Command::TakeOver { reason: "  ".into() };
    assert!(matches!(
        decide(&held, &second, &blank, later(5)),
        Err(Refused::MissingReason(_))
    ));
    let taken = decide(
        &held,
        &second,
        &Command::TakeOver {
            reason: "R. Ortiz is ill".into(),
        },
        later(5),
    )
    .expect("taken");
    assert_eq!(taken.facts.lease.map(|lease| lease.person), Some(person("ray")));
    let lapsed = decide(
        &held,
        &first,
        &Command::Approve {
            text_sha256: "t1".into(),
        },
        later(16),
    );
    assert!(lapsed.is_err(), "a lapsed lease must be claimed again");
}

#[test]
fn a_lost_source_voids_the_approval_and_sends_open_text_back() {
    let reviewer = actor("rev");
    let lost = Command::SourceLost {
        reason: "Handbook revoked".into(),
    };
    let mut approved = drafted();
    approved.push((&reviewer, Command::Claim));
    let mut open = approved.clone();
    approved.push((
        &reviewer,
        Command::Approve {
            text_sha256: "t1".into(),
        },
    ));
    approved.push((&Actor::Countersign, lost.clone()));
    let facts = after(&approved).expect("voided");
    assert_eq!((facts.state, facts.approval), (State::Stale, None));
    open.push((&Actor::Countersign, lost));
    assert_eq!(after(&open).expect("sent back").state, State::ChangesRequested);
}

#[test]
fn every_refusal_says_something_a_person_can_act_on() {
    let stranger = Actor::Person {
        id: person("stranger"),
        roles: Roles::new(),
    };
    for command in every_command("t1") {
        for state in State::ALL {
            let facts = ItemFacts {
                state,
                ..ItemFacts::requested_by(person("asker"))
            };
            if let Err(refused) = decide(&facts, &stranger, &command, now()) {
                let words = refused.to_string();
                assert!(
                    words.len() > 20 && words.ends_with('.'),
                    "{command:?} in {state}: {words:?}"
                );
            }
        }
    }
}

fn every_command(text: &str) -> Vec<Command> {
    vec![
        Command::StartDrafting,
        Command::DraftMade {
            revision: revision(text),
        },
        Command::Refuse,
        Command::DraftFailed,
        Command::Redraft,
        Command::Cancel {
            reason: "asked twice".into(),
        },
        Command::WriteByHand {
            revision: revision(text),
        },
        Command::Claim,
        Command::TakeOver { reason: "ill".into() },
        Command::RenewLease,
        Command::Release,
        Command::Edit {
            revision: revision(text),
        },
        Command::SendToReview,
        Command::RequestChanges { reason: reason() },
        Command::Reject { reason: reason() },
        Command::Approve {
            text_sha256: text.into(),
        },
        Command::Publish {
            text_sha256: text.into(),
        },
        Command::Withdraw {
            reason: "wrong year".into(),
        },
        Command::SourceLost {
            reason: "revoked".into(),
        },
    ]
}

#[derive(Debug, Clone)]
struct Step {
    who: usize,
    what: usize,
    text: String,
    minute: i64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0usize..5, 0usize..19, "[ab]", 0i64..40).prop_map(|(who, what, text, minute)| Step {
        who,
        what,
        text,
        minute,
    });
    proptest::collection::vec(step, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever people try in whatever order, the rules of review.md hold after every step.
    #[test]
    fn no_history_breaks_the_rules(steps in steps()) {
        let actors = [actor("asker"), actor("kay"), actor("ray"), actor("sam"), Actor::Countersign];
        let mut facts = ItemFacts::requested_by(person("asker"));
        let mut clock = 0;
        for step in steps {
            clock += step.minute;
            let command = every_command(&step.text).swap_remove(step.what);
            let before = facts.clone();
            let Ok(decided) = decide(&facts, &actors[step.who], &command, later(clock)) else { continue };
            facts = decided.facts;
            check_rules(&before, &facts, &command)?;
        }
    }
}

fn check_rules(before: &ItemFacts, after: &ItemFacts, command: &Command) -> Result<(), TestCaseError> {
    if let Some(approval) = &after.approval {
        prop_assert_ne!(&approval.by, &after.requester);
        prop_assert!(
            !after.authors.contains(&approval.by),
            "the approver had a hand in the text"
        );
        let revision = after.revision.as_ref().expect("an approval has a text");
        prop_assert_eq!(&approval.text_sha256, &revision.text_sha256);
        prop_assert!(
            matches!(after.state, State::Approved | State::Published),
            "an approval stands in {}",
            after.state
        );
    }
    if after.state == State::Approved {
        prop_assert!(after.approval.is_some());
    }
    if after.state == State::Published && before.state != State::Published {
        prop_assert!(before.state == State::Approved && before.approval.is_some());
        prop_assert!(
            matches!(command, Command::Publish { .. }),
            "only a publisher publishes"
        );
    }
    if before.authors.len() > after.authors.len() {
        return Err(TestCaseError::fail("an author was forgotten"));
    }
    let ended = [State::Rejected, State::Cancelled, State::Withdrawn];
    prop_assert!(
        !ended.contains(&before.state),
        "an ended item moved: {:?}",
        command
    );
    Ok(())
}
