//! A newsletter's sections as questions to the same pipeline: what do the sources say about a topic, for these
//! dates, that families should know?

use jiff::civil::Date;

use super::draft::Section;
use super::literals::{Literal, LiteralKind, literals};
use super::section::Ask;
use crate::corpus::Span;
use crate::retrieval::words;

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

/// What a date is of what happens.
#[derive(Clone, Copy)]
enum Bound {
    TheDay,
    First,
    Last,
    Due,
}

/// Whether a sentence names one day, or a stretch by one of its ends, that has nothing of the window. A sentence with several
/// dates may name a stretch that the window lies in, so it stays.
pub(super) fn is_outside(sentence: &str, window: (Date, Date)) -> bool {
    let dates: Vec<Literal> = literals(sentence)
        .into_iter()
        .filter(|literal| literal.kind == LiteralKind::Date && literal.value.contains('-'))
        .collect();
    let [date] = dates.as_slice() else { return false };
    let is_within = |day: Date| match bound(sentence, date) {
        Bound::TheDay => window.0 <= day && day <= window.1,
        Bound::First => day <= window.1,
        Bound::Last => window.0 <= day,
        Bound::Due => (0..=DUE_DAYS_AHEAD).contains(&(day - window.0).get_days()),
    };
    !days(&date.value, window).any(is_within)
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
        Bound::TheDay
    }
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

    use super::*;

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
        ] {
            assert_eq!(is_outside(sentence, window), outside, "{sentence}");
        }
    }

    #[test]
    fn the_question_names_topic_and_dates() {
        let topic = NewsletterTopic {
            heading: "Dates".into(),
            topics: "conferences".into(),
        };
        let ask = ask(&topic, "conferences", (date(2026, 10, 1), date(2026, 10, 31)));
        assert_eq!(
            ask.question,
            "What do the sources say about conferences between October 1, 2026 and October 31, 2026 that \
             families should know?"
        );
    }
}
