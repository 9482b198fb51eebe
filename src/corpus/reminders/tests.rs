//! Reminders: what is due by date and by person, and that nothing is told twice in a week whatever the clock does.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::corpus::lifecycle::VersionState;

const TODAY: Date = date(2026, 11, 27);
const SOON: i32 = 30;

fn version(state: VersionState, expires: Option<Date>, uploaded_by: &PersonId) -> (VersionId, VersionFacts) {
    let facts = VersionFacts {
        state,
        uploaded_by: uploaded_by.clone(),
        approved_by: None,
        effective: None,
        expires,
        superseded_on: None,
        extraction_ok: true,
        low_fidelity: false,
        to_be_seen: false,
    };
    (VersionId::fresh(), facts)
}

struct District {
    owner: PersonId,
    deputy: PersonId,
    administrator: PersonId,
    staff: Staff,
    document: DocumentFacts,
}

/// A document that has an owner and a deputy and one version, in force without an end.
fn district() -> District {
    let [owner, deputy, administrator] = std::array::from_fn(|_| PersonId::fresh());
    let document = DocumentFacts {
        document: DocumentId::fresh(),
        owner: Some(owner.clone()),
        deputy: Some(deputy.clone()),
        review_by: None,
        versions: vec![version(VersionState::Approved, None, &owner)],
    };
    let staff = Staff {
        acting: [owner.clone(), deputy.clone()].into(),
        administrators: [administrator.clone()].into(),
    };
    District {
        owner,
        deputy,
        administrator,
        staff,
        document,
    }
}

impl District {
    fn kinds(&self) -> Vec<ReminderKind> {
        self.due(TODAY)
            .into_iter()
            .map(|reminder| reminder.kind)
            .collect()
    }

    fn due(&self, today: Date) -> Vec<Reminder> {
        due(today, SOON, std::slice::from_ref(&self.document), &self.staff)
    }

    fn people(&self) -> Vec<PersonId> {
        self.due(TODAY)
            .into_iter()
            .map(|reminder| reminder.person)
            .collect()
    }

    fn expiring(expires: Date) -> District {
        let mut district = district();
        district.document.versions[0].1.expires = Some(expires);
        district
    }
}

#[test]
fn what_is_due_depends_on_the_day() {
    use ReminderKind::{Expired, ExpiresSoon, ReviewDue, ToApprove};
    assert_eq!(district().kinds(), []);
    for (expires, wanted) in [
        (date(2026, 12, 28), vec![]),
        (date(2026, 12, 27), vec![ExpiresSoon]),
        (TODAY, vec![ExpiresSoon]),
        (date(2026, 11, 26), vec![Expired]),
    ] {
        assert_eq!(District::expiring(expires).kinds(), wanted, "{expires}");
    }
    for (review_by, wanted) in [
        (date(2026, 11, 28), vec![]),
        (TODAY, vec![ReviewDue]),
        (date(2025, 1, 1), vec![ReviewDue]),
    ] {
        let mut district = district();
        district.document.review_by = Some(review_by);
        assert_eq!(district.kinds(), wanted, "{review_by}");
        // Nobody has to look again at what was taken out of use.
        district.document.versions[0].1.state = VersionState::Revoked;
        assert_eq!(district.kinds(), [], "{review_by}");
    }
    let mut followed = District::expiring(date(2026, 11, 1));
    let owner = followed.owner.clone();
    let newer = version(VersionState::Approved, None, &owner);
    followed.document.versions.insert(0, newer);
    assert_eq!(
        followed.kinds(),
        [],
        "a version in force follows the one that expired"
    );
    followed.document.versions[0].1.state = VersionState::Pending;
    assert_eq!(followed.kinds(), [ToApprove, Expired]);
}

#[test]
fn the_deputy_is_told_once_the_owner_has_left_and_administrators_where_nobody_is() {
    let mut district = District::expiring(TODAY);
    assert_eq!(district.people(), [district.owner.clone()]);
    district.staff.acting.remove(&district.owner);
    use ReminderKind::{ExpiresSoon, OwnerLeft};
    assert_eq!(district.kinds(), [ExpiresSoon, OwnerLeft]);
    assert_eq!(
        district.people(),
        [district.deputy.clone(), district.deputy.clone()]
    );
    district.staff.acting.clear();
    assert_eq!(
        district.people(),
        [district.administrator.clone(), district.administrator.clone()]
    );
    district.document.owner = None;
    district.document.deputy = None;
    assert_eq!(
        district.kinds(),
        [ExpiresSoon],
        "nobody left, since nobody was there"
    );
    assert_eq!(district.people(), [district.administrator.clone()]);
}

#[test]
fn who_uploaded_a_version_is_not_asked_to_approve_it() {
    let mut district = district();
    let third = PersonId::fresh();
    district.staff.acting.insert(third.clone());
    let asked = |district: &District| -> BTreeSet<PersonId> { district.people().into_iter().collect() };
    let by = |district: &mut District, person: &PersonId| {
        district.document.versions = vec![version(VersionState::Pending, None, person)];
    };
    let (owner, deputy) = (district.owner.clone(), district.deputy.clone());
    by(&mut district, &third);
    assert_eq!(asked(&district), [owner.clone()].into());
    by(&mut district, &owner);
    assert_eq!(asked(&district), [deputy.clone()].into());
    district.document.deputy = None;
    assert_eq!(asked(&district), [deputy, third].into(), "anybody else who may");
    district.staff.acting = [owner].into();
    assert_eq!(asked(&district), [district.administrator.clone()].into());
}

#[test]
fn what_a_reminder_is_about_names_the_thing_and_its_day() {
    let district = District::expiring(TODAY);
    let version = &district.document.versions[0].0;
    let about: Vec<String> = district.due(TODAY).iter().map(Reminder::about).collect();
    assert_eq!(about, [format!("expires_soon:{version}:2026-11-27")]);
    // The same thing on another day has the same name, or it would be told anew every day.
    let before: Vec<String> = district
        .due(date(2026, 11, 1))
        .iter()
        .map(Reminder::about)
        .collect();
    assert_eq!(before, about);
}

/// Tells what is due on each of the days, one after the other, as the upkeep does; gives the days on which each was told.
fn told_on(district: &District, days: &[i32]) -> HashMap<(PersonId, String), Vec<Date>> {
    let mut told: HashMap<(PersonId, String), Told> = HashMap::new();
    let mut days_told: HashMap<(PersonId, String), Vec<Date>> = HashMap::new();
    for day in days {
        let today = TODAY + jiff::Span::new().days(*day);
        for reminder in to_tell(today, district.due(today), &told) {
            let key = (reminder.person.clone(), reminder.about());
            days_told.entry(key.clone()).or_default().push(today);
            let times = told.get(&key).map_or(0, |before| before.times) + 1;
            told.insert(key, Told { on: today, times });
        }
        assert!(
            to_tell(today, district.due(today), &told).is_empty(),
            "nothing twice on {today}"
        );
    }
    days_told
}

#[test]
fn a_reminder_repeats_weekly_and_ends_with_its_cause() {
    let district = District::expiring(date(2026, 12, 7));
    let days: Vec<i32> = (0..60).collect();
    let told = told_on(&district, &days);
    let version = &district.document.versions[0].0;
    let of = |kind: &str| {
        let key = (district.owner.clone(), format!("{kind}:{version}:2026-12-07"));
        told[&key].clone()
    };
    assert_eq!(of("expires_soon"), [TODAY, date(2026, 12, 4)]);
    assert_eq!(
        of("expired"),
        [
            date(2026, 12, 8),
            date(2026, 12, 15),
            date(2026, 12, 22),
            date(2026, 12, 29)
        ],
        "and then no more"
    );
}

#[test]
fn a_clock_set_back_says_nothing_twice() {
    let district = District::expiring(date(2026, 12, 7));
    // Expired on the twelfth day; then a month back, day by day to the same place, and on.
    let mut days: Vec<i32> = (0..12).collect();
    days.extend(-20..13);
    for (key, days) in told_on(&district, &days) {
        assert!(
            days.is_sorted_by(|a, b| (*b - *a).get_days() >= REPEAT_DAYS),
            "{key:?}: {days:?}"
        );
    }
}

proptest! {
    #[test]
    fn whatever_the_clock_does_a_week_lies_between_two_tellings(
        days in proptest::collection::vec(-400i32..400, 1..80),
        expires in proptest::option::of(-60i32..90),
        review_by in proptest::option::of(-60i32..90),
        pending in any::<bool>(),
        owner_acts in any::<bool>(),
    ) {
        let day = |after: i32| TODAY + jiff::Span::new().days(after);
        let mut district = district();
        district.document.versions[0].1.expires = expires.map(day);
        district.document.review_by = review_by.map(day);
        if pending {
            let owner = district.owner.clone();
            district.document.versions.insert(0, version(VersionState::Pending, None, &owner));
        }
        if !owner_acts {
            district.staff.acting.remove(&district.owner);
        }
        for ((_, about), days) in told_on(&district, &days) {
            prop_assert!(days.is_sorted_by(|a, b| (*b - *a).get_days() >= REPEAT_DAYS), "{}: {:?}", about, days);
            let kind = ReminderKind::ALL.into_iter().find(|kind| about.starts_with(&format!("{}:", kind.name())));
            prop_assert!(days.len() as u64 <= u64::from(kind.map_or(0, ReminderKind::times_max)));
        }
    }
}
