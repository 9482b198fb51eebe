//! Lifecycle: standing by date, and who may decide.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn approved() -> VersionFacts {
    VersionFacts {
        state: VersionState::Approved,
        uploaded_by: PersonId::fresh(),
        approved_by: Some(PersonId::fresh()),
        effective: None,
        expires: None,
        superseded_on: None,
        extraction_ok: true,
        low_fidelity: false,
        to_be_seen: false,
    }
}

fn approve() -> VersionCommand {
    VersionCommand::Approve { warnings_seen: false }
}

fn in_state(state: VersionState) -> VersionFacts {
    VersionFacts { state, ..approved() }
}

#[test]
fn standing_by_date() {
    let today = date(2026, 8, 14);
    let (yesterday, tomorrow) = (date(2026, 8, 13), date(2026, 8, 15));
    let dates = |effective, expires, superseded_on| VersionFacts {
        effective,
        expires,
        superseded_on,
        ..approved()
    };
    let cases = [
        ("no dates", dates(None, None, None), Standing::InForce),
        (
            "effective today",
            dates(Some(today), None, None),
            Standing::InForce,
        ),
        (
            "effective tomorrow",
            dates(Some(tomorrow), None, None),
            Standing::Scheduled,
        ),
        (
            "last day is today",
            dates(None, Some(today), None),
            Standing::InForce,
        ),
        (
            "last day was yesterday",
            dates(None, Some(yesterday), None),
            Standing::Expired,
        ),
        (
            "superseded today",
            dates(None, None, Some(today)),
            Standing::Superseded,
        ),
        (
            "superseded from tomorrow",
            dates(None, None, Some(tomorrow)),
            Standing::InForce,
        ),
        (
            "expired and superseded",
            dates(None, Some(yesterday), Some(yesterday)),
            Standing::Superseded,
        ),
        (
            "scheduled but superseded",
            dates(Some(tomorrow), None, Some(today)),
            Standing::Superseded,
        ),
        (
            "pending",
            in_state(VersionState::Pending),
            Standing::PendingApproval,
        ),
        ("rejected", in_state(VersionState::Rejected), Standing::Rejected),
        ("revoked", in_state(VersionState::Revoked), Standing::Revoked),
    ];
    for (name, facts, wanted) in cases {
        assert_eq!(standing(&facts, today), wanted, "{name}");
    }
}

#[test]
fn days_left_are_those_of_a_version_in_force_that_runs_out() {
    let today = date(2026, 8, 14);
    let facts = |effective, expires, superseded_on| VersionFacts {
        effective,
        expires,
        superseded_on,
        ..approved()
    };
    let last = Some(date(2026, 8, 24));
    let cases = [
        ("ten days", facts(None, last, None), Some(10)),
        ("the last day", facts(None, Some(today), None), Some(0)),
        ("over", facts(None, Some(date(2026, 8, 13)), None), None),
        ("no last day", facts(None, None, None), None),
        (
            "not yet in force",
            facts(Some(date(2026, 8, 20)), last, None),
            None,
        ),
        (
            "replaced before",
            facts(None, last, Some(date(2026, 8, 20))),
            None,
        ),
        (
            "replaced the day after",
            facts(None, last, Some(date(2026, 8, 25))),
            None,
        ),
        (
            "replaced too late",
            facts(None, last, Some(date(2026, 8, 26))),
            Some(10),
        ),
        (
            "not approved",
            VersionFacts {
                state: VersionState::Pending,
                ..facts(None, last, None)
            },
            None,
        ),
    ];
    for (name, facts, wanted) in cases {
        assert_eq!(days_left(&facts, today), wanted, "{name}");
    }
    assert_eq!(expires_soon(&facts(None, last, None), today, 10), Some(10));
    assert_eq!(expires_soon(&facts(None, last, None), today, 9), None);
}

#[test]
fn decisions_by_state() {
    let reject = |reason: &str| VersionCommand::Reject {
        reason: reason.into(),
    };
    let revoke = |reason: &str| VersionCommand::Revoke {
        reason: reason.into(),
    };
    use VersionState::{Approved, Pending, Rejected, Revoked};
    let cases = [
        (Pending, approve(), Ok(Approved)),
        (Pending, reject("wrong year"), Ok(Rejected)),
        (Pending, reject(" \n"), Err(Refused::ReasonMissing)),
        (Pending, revoke("wrong"), Err(Refused::NotYetApproved)),
        (Approved, approve(), Err(Refused::AlreadyApproved)),
        (Approved, reject("late"), Err(Refused::AlreadyApproved)),
        (Approved, revoke("board vote"), Ok(Revoked)),
        (Approved, revoke(""), Err(Refused::ReasonMissing)),
        (Rejected, approve(), Err(Refused::AlreadyRejected)),
        (Rejected, revoke("x"), Err(Refused::AlreadyRejected)),
        (Revoked, approve(), Err(Refused::AlreadyRevoked)),
        (Revoked, revoke("x"), Err(Refused::AlreadyRevoked)),
    ];
    for (state, command, wanted) in cases {
        let said = format!("{state:?} {command:?}");
        assert_eq!(
            decide(&in_state(state), &PersonId::fresh(), command),
            wanted,
            "{said}"
        );
    }
}

#[test]
fn unreadable_files_and_contradicting_dates_are_not_approved() {
    let unreadable = VersionFacts {
        extraction_ok: false,
        ..in_state(VersionState::Pending)
    };
    let actor = PersonId::fresh();
    assert_eq!(decide(&unreadable, &actor, approve()), Err(Refused::Unreadable));
    let backwards = VersionFacts {
        effective: Some(date(2026, 8, 1)),
        expires: Some(date(2026, 7, 1)),
        ..in_state(VersionState::Pending)
    };
    assert_eq!(
        decide(&backwards, &actor, approve()),
        Err(Refused::DatesContradict)
    );
}

#[test]
fn what_readers_do_not_see_is_approved_only_by_who_says_that_they_saw_it() {
    let uploader = PersonId::fresh();
    let other = PersonId::fresh();
    let cases = [
        (false, false, &other, Ok(VersionState::Approved)),
        (false, true, &other, Ok(VersionState::Approved)),
        (true, false, &other, Err(Refused::WarningsNotSeen)),
        (true, true, &other, Ok(VersionState::Approved)),
        // Having seen them gives nobody a right that they lack.
        (true, true, &uploader, Err(Refused::OwnUpload)),
        (true, false, &uploader, Err(Refused::OwnUpload)),
    ];
    for (to_be_seen, warnings_seen, actor, wanted) in cases {
        let facts = VersionFacts {
            to_be_seen,
            uploaded_by: uploader.clone(),
            ..in_state(VersionState::Pending)
        };
        assert_eq!(
            decide(&facts, actor, VersionCommand::Approve { warnings_seen }),
            wanted,
            "to be seen: {to_be_seen}, seen: {warnings_seen}"
        );
    }
}

fn any_command() -> impl Strategy<Value = VersionCommand> {
    prop_oneof![
        any::<bool>().prop_map(|warnings_seen| VersionCommand::Approve { warnings_seen }),
        "[ a-z]{0,4}".prop_map(|reason| VersionCommand::Reject { reason }),
        "[ a-z]{0,4}".prop_map(|reason| VersionCommand::Revoke { reason }),
    ]
}

fn any_date() -> impl Strategy<Value = Option<Date>> {
    prop::option::of((2024i16..2028, 1i8..13, 1i8..29).prop_map(|(year, month, day)| date(year, month, day)))
}

proptest! {
    /// Whatever commands two people send in whatever order, the uploader never approves, what was rejected
    /// or revoked never comes back, and nothing unreadable, or unseen by its approver, is ever in force.
    #[test]
    fn histories_keep_the_rules(
        commands in prop::collection::vec((any::<bool>(), any_command()), 0..8),
        extraction_ok in any::<bool>(), low_fidelity in any::<bool>(), to_be_seen in any::<bool>(),
        effective in any_date(), expires in any_date(), superseded_on in any_date(), today in any_date(),
    ) {
        let uploader = PersonId::fresh();
        let other = PersonId::fresh();
        let mut facts = VersionFacts {
            state: VersionState::Pending, uploaded_by: uploader.clone(), approved_by: None,
            effective, expires, superseded_on, extraction_ok, low_fidelity, to_be_seen,
        };
        for (by_uploader, command) in commands {
            let actor = if by_uploader { &uploader } else { &other };
            let before = facts.state;
            let seen = matches!(command, VersionCommand::Approve { warnings_seen: true });
            if let Ok(state) = decide(&facts, actor, command) {
                prop_assert!(!matches!(before, VersionState::Rejected | VersionState::Revoked));
                if state == VersionState::Approved {
                    prop_assert_ne!(actor, &uploader);
                    prop_assert!(extraction_ok);
                    prop_assert!(seen || !to_be_seen);
                    prop_assert!(!low_fidelity);
                    facts.approved_by = Some(actor.clone());
                }
                facts.state = state;
            }
            let today = today.unwrap_or(date(2026, 1, 1));
            if standing(&facts, today) == Standing::InForce {
                prop_assert!(facts.approved_by.is_some());
                prop_assert!(expires.is_none_or(|last| last >= today));
                prop_assert!(effective.is_none_or(|first| first <= today));
                prop_assert!(superseded_on.is_none_or(|day| day > today));
            }
        }
    }
}

#[test]
fn days_are_corrected_before_the_decision_by_whoever_uploaded_the_version() {
    let (first, last) = (date(2026, 8, 1), date(2027, 7, 31));
    let uploader = PersonId::fresh();
    let in_state = |state| VersionFacts {
        uploaded_by: uploader.clone(),
        ..in_state(state)
    };
    let set = |state, actor: &PersonId, days| may_set_days(&in_state(state), actor, days);
    let year = (Some(first), Some(last));
    for days in [
        year,
        (None, None),
        (Some(first), None),
        (Some(first), Some(first)),
    ] {
        assert_eq!(set(VersionState::Pending, &uploader, days), Ok(()));
    }
    assert_eq!(
        set(VersionState::Pending, &uploader, (Some(last), Some(first))),
        Err(Refused::DatesContradict)
    );
    assert_eq!(
        set(VersionState::Pending, &PersonId::fresh(), year),
        Err(Refused::DaysOfAnother)
    );
    for state in [
        VersionState::Approved,
        VersionState::Rejected,
        VersionState::Revoked,
    ] {
        assert_eq!(set(state, &uploader, year), Err(Refused::DaysDecided));
    }
}

#[test]
fn only_another_file_of_the_text_in_force_is_resaved() {
    let seen = ["a picture has no text".to_owned()];
    let hidden = ["hidden: \"all fees are waived\"".to_owned()];
    let in_force = Substance {
        text_sha256: "t",
        warnings: &seen,
        effective: Some(date(2026, 8, 1)),
        expires: Some(date(2027, 7, 31)),
    };
    let same = |change: fn(&mut Substance)| {
        let mut pending = in_force;
        change(&mut pending);
        resaved(&pending, Some(&in_force))
    };
    assert_eq!(same(|_| {}), Ok(()));
    assert_eq!(
        same(|pending| pending.text_sha256 = "u"),
        Err(NotResaved::OtherText)
    );
    assert_eq!(
        same(|pending| pending.warnings = &[]),
        Err(NotResaved::OtherWarnings)
    );
    assert_eq!(same(|pending| pending.expires = None), Err(NotResaved::OtherDays));
    assert_eq!(
        same(|pending| pending.effective = None),
        Err(NotResaved::OtherDays)
    );
    assert_eq!(resaved(&in_force, None), Err(NotResaved::NothingInForce));
    let changed = Substance {
        warnings: &hidden,
        ..in_force
    };
    assert_eq!(resaved(&changed, Some(&in_force)), Err(NotResaved::OtherWarnings));
}
