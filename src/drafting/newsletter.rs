//! A newsletter's sections as questions to the same pipeline: what do the sources say about a topic, for these
//! dates, that families should know?

use jiff::civil::Date;

use super::draft::Section;
use super::literals::{LiteralKind, literals};
use super::section::Ask;

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

/// Whether a sentence names one day and that day lies outside the window. A sentence with several dates may
/// name a stretch that the window lies in, so it stays.
pub(super) fn is_outside(sentence: &str, window: (Date, Date)) -> bool {
    let dates: Vec<String> = literals(sentence)
        .into_iter()
        .filter(|literal| literal.kind == LiteralKind::Date && literal.value.contains('-'))
        .map(|literal| literal.value)
        .collect();
    let [date] = dates.as_slice() else { return false };
    !days(date, window).any(|day| window.0 <= day && day <= window.1)
}

/// The days that `year-month-day` can mean within the window's years; an unknown day means any of its month.
fn days(value: &str, window: (Date, Date)) -> impl Iterator<Item = Date> {
    let mut fields = value.split('-').map(|field| field.parse::<i16>().ok());
    let (year, month, day) = (
        fields.next().flatten(),
        fields.next().flatten(),
        fields.next().flatten(),
    );
    let years = match year {
        Some(year) => year..=year,
        None => window.0.year()..=window.1.year(),
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
