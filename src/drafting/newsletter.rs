//! A newsletter's sections as questions to the same pipeline: what do the sources say about a topic, for these
//! dates, that families should know?

use jiff::civil::Date;

use super::draft::Section;
use super::literals::{Literal, LiteralKind, literals};
use super::rows::is_row;
use super::section::Ask;
use crate::corpus::Span;
use crate::retrieval::{Hit, words};

/// A section that an issue's template or its requester asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsletterTopic {
    pub heading: String,
    pub topics: String,
}

pub(super) fn ask(topic: &NewsletterTopic, clean_topics: &str, window: (Date, Date)) -> Ask {
    let (from, to) = (written(window.0), written(window.1));
    Ask {
        question: format!(
            "What do the sources say about {clean_topics} between {from} and {to} that families should know?"
        ),
        query: format!("{} {clean_topics}", topic.heading),
        heading: Some(topic.heading.clone()),
        window: Some(window),
    }
}

/// A section of which the sources say nothing.
pub(super) fn empty(topic: &NewsletterTopic, window: (Date, Date)) -> Section {
    let (from, to) = (written(window.0), written(window.1));
    let line = format!(
        "{}: the approved documents say nothing about it for {from} to {to}",
        topic.topics.trim()
    );
    Section {
        heading: Some(topic.heading.clone()),
        sentences: Vec::new(),
        not_covered: vec![line],
    }
}

/// That the sources say nothing for any section.
pub(super) fn nothing(topics: &[NewsletterTopic], window: (Date, Date)) -> String {
    let (from, to) = (written(window.0), written(window.1));
    let topics: Vec<&str> = topics.iter().map(|topic| topic.topics.trim()).collect();
    format!(
        "The approved documents say nothing for {from} to {to} about {}.",
        topics.join("; ")
    )
}

fn written(date: Date) -> String {
    date.strftime("%B %-d, %Y").to_string()
}

/// Before a date these make it the first day of a stretch.
const FROM: &[&str] = &["from", "since", "after", "starting", "beginning", "between"];
/// Before a date these make it the last day of a stretch, behind it the first.
const UNTIL: &[&str] = &["through", "until", "till"];
/// Before a date these make it a deadline.
const DUE: &[&str] = &["by", "before"];
/// How far ahead of the window a deadline is told. A deadline without a year is the next or the last one, whichever is nearer.
const DUE_DAYS_AHEAD: i32 = 183;
/// A stretch from one date to another is no longer than a year.
const STRETCH_DAYS_MAX: i32 = 366;

/// What a date is of what happens.
#[derive(Clone, Copy)]
enum Bound {
    /// The day alone, or with those up to this one of its month ("November 25–27").
    TheDay(Option<i8>),
    First,
    Last,
    Due,
}

/// The hits without the rows of tables and the items of lists that are dated outside the window, where they would take the
/// place of those inside it; and the cosines that are left. Prose stays: what is beside it may not be understood without it.
pub(super) fn within(
    hits: Vec<Hit>,
    mut nearness: Vec<Vec<f32>>,
    window: (Date, Date),
) -> (Vec<Hit>, Vec<Vec<f32>>) {
    nearness.resize(hits.len(), Vec::new());
    let trimmed = hits.into_iter().zip(nearness).filter_map(|(hit, cosines)| {
        let stays = |span: &Span| {
            hit.slice(*span)
                .is_none_or(|line| !is_item(line) || !is_outside(line, window))
        };
        let kept: Vec<bool> = hit.sentences.iter().map(stays).collect();
        let sentences = left(&hit.sentences, &kept);
        let cosines = left(&cosines, &kept);
        (!sentences.is_empty()).then_some((Hit { sentences, ..hit }, cosines))
    });
    trimmed.unzip()
}

fn left<T: Copy>(all: &[T], kept: &[bool]) -> Vec<T> {
    let all = all.iter().zip(kept);
    all.filter(|(_, kept)| **kept).map(|(one, _)| *one).collect()
}

/// A line that stands for itself, not in the run of a text.
fn is_item(line: &str) -> bool {
    is_row(line) || !line.trim_end().ends_with(['.', '!', '?', ':'])
}

/// Whether a sentence names one or two days, or a stretch by one of its ends or both, that have nothing of the window. A
/// sentence with more dates may be true of any time, so it stays.
pub(super) fn is_outside(sentence: &str, window: (Date, Date)) -> bool {
    let dates: Vec<Literal> = literals(sentence)
        .into_iter()
        .filter(|literal| literal.kind == LiteralKind::Date && literal.value.contains('-'))
        .collect();
    let touches = |from: Date, until: Date| from <= window.1 && window.0 <= until;
    let is_on = |date: &Literal, bound: Bound| {
        days(&date.value, window).any(|day| match bound {
            Bound::TheDay(until) => touches(day, until.map_or(day, |until| on(day, until))),
            Bound::First => day <= window.1,
            Bound::Last => window.0 <= day,
            Bound::Due => (0..=DUE_DAYS_AHEAD).contains(&(day - window.0).get_days()),
        })
    };
    let is_between = |first: &Literal, last: &Literal| {
        days(&first.value, window).any(|from| touches(from, next(from, &last.value, window)))
    };
    // Of two dates, one that begins or ends a stretch does so with the other.
    let is_on_its_own = |date: &Literal| match bound(sentence, date) {
        Bound::First | Bound::Last => false,
        bound => is_on(date, bound),
    };
    match dates.as_slice() {
        [one] => !is_on(one, bound(sentence, one)),
        [first, last] => !is_on_its_own(first) && !is_on_its_own(last) && !is_between(first, last),
        _ => false,
    }
}

/// The last day of a stretch that begins on `from`; that day itself where the other date is none that can follow it.
fn next(from: Date, last: &str, window: (Date, Date)) -> Date {
    let follows = |day: &Date| (0..STRETCH_DAYS_MAX).contains(&(*day - from).get_days());
    let Some(earliest) = days(last, window).filter(follows).min() else {
        return from;
    };
    // A month without a day lasts until its end.
    let same_month = |day: &Date| (day.year(), day.month()) == (earliest.year(), earliest.month());
    days(last, window).filter(same_month).max().unwrap_or(earliest)
}

/// Another day of the same month; the day itself if the month has no such day.
fn on(day: Date, other: i8) -> Date {
    Date::new(day.year(), day.month(), other).unwrap_or(day)
}

/// "From October through May": "May" is a verb more often than a month, so a stretch may show one of its ends only.
fn bound(sentence: &str, date: &Literal) -> Bound {
    let before = sentence.get(..date.start).and_then(|text| words(text).last());
    let behind = sentence.get(date.end..).and_then(|text| words(text).next());
    let is_one_of = |word: Option<(&str, Span)>, list: &[&str]| {
        word.is_some_and(|(word, _)| list.contains(&word.to_lowercase().as_str()))
    };
    if is_one_of(before, FROM) || is_one_of(behind, UNTIL) {
        Bound::First
    } else if is_one_of(before, UNTIL) {
        Bound::Last
    } else if is_one_of(before, DUE) {
        Bound::Due
    } else {
        Bound::TheDay(until(sentence.get(date.end..).unwrap_or_default()))
    }
}

/// The number behind a dash, where it is a day and no time.
fn until(behind: &str) -> Option<i8> {
    let behind = behind.trim_start().strip_prefix(['–', '-'])?.trim_start();
    let digits = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
    let (day, rest) = behind.split_at_checked(digits)?;
    let day: i8 = day.parse().ok()?;
    (day <= 31 && !rest.starts_with([':', '/', '-'])).then_some(day)
}

/// The days that `year-month-day` can mean within the window's years and those beside them; an unknown day means any of its
/// month.
fn days(value: &str, window: (Date, Date)) -> impl Iterator<Item = Date> {
    let mut fields = value.split('-').map(|field| field.parse::<i16>().ok());
    let (year, month, day) = (
        fields.next().flatten(),
        fields.next().flatten(),
        fields.next().flatten(),
    );
    let years = match year {
        Some(year) => year..=year,
        None => window.0.year() - 1..=window.1.year() + 1,
    };
    years.flat_map(move |year| {
        let days = match day {
            Some(day) => day..=day,
            None => 1..=31,
        };
        days.filter_map(move |day| Date::new(year, i8::try_from(month?).ok()?, i8::try_from(day).ok()?).ok())
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::drafting::test_model::hit;

    #[test]
    fn a_single_day_outside_the_window_is_left_out() {
        let window = (date(2026, 12, 15), date(2027, 1, 15));
        for (sentence, outside) in [
            ("School is closed on December 24.", false),
            ("School is closed on November 26.", true),
            ("School is closed on January 4, 2027.", false),
            ("School is closed on January 4, 2026.", true),
            ("Winter break is from December 1 to February 3.", false),
            ("Report cards come home in January.", false),
            ("Report cards come home in March.", true),
            ("The bus runs on Mondays.", false),
            ("Closed on February 30, 2027.", true),
            ("Schools dismiss early from October through May.", false),
            ("The library is open late from November 2.", false),
            ("The office is closed until January 4, 2027.", false),
            ("The office was closed until January 4, 2026.", true),
            ("Registration is open from February 1, 2027.", true),
            ("Forms are due by December 1, 2026.", true),
            ("Forms are due by December 1.", true),
            ("Forms are due by February 1.", false),
            ("The pool is closed until June 12.", false),
            ("Date: December 21 – January 1; Reason: Winter break.", false),
            (
                "Date: November 25–27 (Wednesday–Friday); Reason: Thanksgiving.",
                true,
            ),
            ("Date: December 14-16; Reason: Testing.", false),
            ("Date: March 29 – April 2; Reason: Spring break.", true),
            ("Quarter 1: August 26 to October 30, 2026", true),
            ("Quarter 2: November 2, 2026 to January 22, 2027", false),
            ("Sign up in November and December.", false),
            ("Sign up from March to June.", true),
            (
                "Forms are due by February 1; places are given out on March 15.",
                false,
            ),
            ("Closed on January 2, 2026 and on December 30, 2025.", true),
            ("Closed on October 9, March 12 and May 31.", false),
            ("Doors open on December 14 – 7:30 p.m.", true),
        ] {
            assert_eq!(is_outside(sentence, window), outside, "{sentence}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_inside_or_outside(
            dates in proptest::collection::vec("(January|Feb\\.|March) [0-9]{1,2}(, [0-9]{4})?( ?[–-] ?[0-9]{1,3})?", 0..4),
            between in "( through | until | by |[ -~]{0,6})",
            year in -9999i16..=9999,
        ) {
            let text = dates.join(&between);
            let window = (date(year, 1, 1), date(year, 12, 31));
            let row = format!("Date: {text}; Reason: any.");
            let (kept, _) = within(vec![hit("Calendar", "Office", &[&row])], Vec::new(), window);
            prop_assert_eq!(kept.is_empty(), is_outside(&row, window) && is_item(&row));
        }
    }

    #[test]
    fn rows_of_another_time_leave_their_place_to_those_of_this_one() {
        let lines = [
            "Date: November 11; Reason: Veterans Day.",
            "Date: December 21 – January 1; Reason: Winter break.",
            "Classes resumed on September 8.",
            "Quarter 1: August 26 to October 30",
        ];
        let passed = hit("Calendar", "Office", &lines[..1]);
        let calendar = hit("Calendar", "Office", &lines);
        let window = (date(2026, 12, 1), date(2026, 12, 31));
        let (hits, nearness) = within(
            vec![passed, calendar],
            vec![vec![0.1], vec![0.1, 0.2, 0.3, 0.4]],
            window,
        );
        let left: Vec<&str> = hits[0]
            .sentences
            .iter()
            .map(|span| hits[0].slice(*span).unwrap())
            .collect();
        assert_eq!((hits.len(), left), (1, lines[1..3].to_vec()));
        assert_eq!(nearness, [[0.2, 0.3]]);
        let (hits, nearness) = within(hits, Vec::new(), window);
        assert_eq!((hits[0].sentences.len(), nearness), (2, vec![vec![]]));
    }

    #[test]
    fn the_question_names_topic_and_dates() {
        let topic = NewsletterTopic {
            heading: "Dates".into(),
            topics: "conferences".into(),
        };
        let window = (date(2026, 10, 1), date(2026, 10, 31));
        assert_eq!(
            nothing(&[topic.clone(), topic.clone()], window),
            "The approved documents say nothing for October 1, 2026 to October 31, 2026 about conferences; conferences."
        );
        let ask = ask(&topic, "conferences", window);
        assert_eq!(
            ask.question,
            "What do the sources say about conferences between October 1, 2026 and October 31, 2026 that \
             families should know?"
        );
    }
}
