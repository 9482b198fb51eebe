//! The literals of a text: the numbers, dates, times, amounts and addresses that must never change.
//!
//! Each is brought to one form, so that "two (2)", "2" and "second" or "8:05 a.m." and "8:05 am" are the same.

use std::sync::LazyLock;

use regex::{Captures, Regex};

mod durations;
mod number_words;
#[cfg(test)]
mod tests;

use durations::{Duration, duration};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LiteralKind {
    Email,
    Url,
    Phone,
    Date,
    Time,
    Money,
    Percent,
    Identifier,
    Number,
}

impl LiteralKind {
    /// The kind as a reviewer would name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "e-mail address",
            Self::Url => "web address",
            Self::Phone => "phone number",
            Self::Date => "date",
            Self::Time => "time",
            Self::Money => "amount",
            Self::Percent => "percentage",
            Self::Identifier => "identifier",
            Self::Number => "number",
        }
    }
}

/// One literal: its normal form, and the bytes of the text it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    pub kind: LiteralKind,
    pub value: String,
    pub start: usize,
    pub end: usize,
}

/// The literals of a text, in order; they do not overlap.
pub fn literals(text: &str) -> Vec<Literal> {
    let mut found: Vec<Literal> = Vec::new();
    for (kind, pattern, normal) in PATTERNS.iter() {
        for captures in pattern.captures_iter(text) {
            let Some(whole) = captures.get(0) else { continue };
            let (start, end) = (whole.start(), whole.end());
            let free = found.iter().all(|other| end <= other.start || other.end <= start);
            if free && let Some(value) = normal(&captures) {
                found.push(Literal {
                    kind: *kind,
                    value,
                    start,
                    end,
                });
            }
        }
    }
    let taken: Vec<(usize, usize)> = found.iter().map(|literal| (literal.start, literal.end)).collect();
    found.extend(number_words::number_words(text, &taken));
    found.sort_by_key(|literal| literal.start);
    found
}

/// The literals of `claim` that none of the `sources` has.
pub fn missing(claim: &str, sources: &[&str]) -> Vec<Literal> {
    let known: Vec<Literal> = sources.iter().flat_map(|source| literals(source)).collect();
    literals(claim)
        .into_iter()
        .filter(|literal| !known.iter().any(|other| agrees(literal, other)))
        .collect()
}

/// The literals of `claim` that none of the `sources` has, in these or in other units of time.
pub fn missing_in_any_unit(claim: &str, sources: &[&str]) -> Vec<Literal> {
    let lengths: Vec<Duration> = sources
        .iter()
        .flat_map(|source| {
            literals(source)
                .into_iter()
                .filter_map(|literal| duration(source, &literal))
        })
        .collect();
    let mut lost = missing(claim, sources);
    lost.retain(|literal| duration(claim, literal).is_none_or(|length| !lengths.contains(&length)));
    lost
}

/// Whether a claim's literal is backed by a source's. A source may say more (a year, "a.m."), not less.
pub fn agrees(claim: &Literal, source: &Literal) -> bool {
    use LiteralKind::{Date, Identifier, Number, Time};
    match (claim.kind, source.kind) {
        (Date, Date) => date_agrees(&claim.value, &source.value),
        (Time, Time) => time_agrees(&claim.value, &source.value),
        (Number, Identifier) => source.value.split('-').any(|part| part == claim.value),
        (Number, Date) => source.value.split('-').any(|part| part == claim.value),
        (left, right) => left == right && claim.value == source.value,
    }
}

/// Dates are `year-month-day` with `?` for what is not said, or a weekday's three letters.
fn date_agrees(claim: &str, source: &str) -> bool {
    let (claim, source): (Vec<&str>, Vec<&str>) = (claim.split('-').collect(), source.split('-').collect());
    claim.len() == source.len()
        && claim
            .iter()
            .zip(&source)
            .all(|(said, known)| *said == "?" || said == known)
}

/// Times are `h:mm` and a half of the day, if one is said: ranges often say it once ("8:05–8:30 a.m.").
fn time_agrees(claim: &str, source: &str) -> bool {
    let half = |time: &str| time.chars().last().filter(|c| matches!(c, 'a' | 'p'));
    let clock = |time: &str| time.trim_end_matches(['a', 'p']).to_owned();
    let halves_agree = match (half(claim), half(source)) {
        (Some(said), Some(known)) => said == known,
        _ => true,
    };
    clock(claim) == clock(source) && halves_agree
}

type Normal = fn(&Captures<'_>) -> Option<String>;

const MONTHS: &str = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|\
                      sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";

/// In the order in which they take text for themselves: the more specific first.
static PATTERNS: LazyLock<Vec<(LiteralKind, Regex, Normal)>> = LazyLock::new(|| {
    use LiteralKind::{Date, Email, Identifier, Money, Number, Percent, Phone, Time, Url};
    let m = MONTHS;
    let table: Vec<(LiteralKind, String, Normal)> = vec![
        (Email, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+".into(), lower),
        (Url, r#"(?i)\b(?:https?://|www\.)[^\s<>"')\]]+"#.into(), url),
        (
            Url,
            r"(?i)\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:org|com|edu|gov|net|info|us|example)\b(?:/[^\s<>)\]]*)?"
                .into(),
            url,
        ),
        (
            Phone,
            r"(?:\+?1[-. ])?(?:\(\d{3}\)\s?|\b\d{3}[-. –])\d{3}[-. –]\d{4}\b".into(),
            phone,
        ),
        (Phone, r"\b\d{3}[-–]\d{4}\b".into(), phone),
        (Date, r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b".into(), |c| {
            date(c.get(1), num(c, 2)?, c.get(3))
        }),
        (Date, r"\b(\d{1,2})/(\d{1,2})/(\d{2,4})\b".into(), |c| {
            date(c.get(3), num(c, 1)?, c.get(2))
        }),
        (
            Date,
            format!(r"(?i)\b({m})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(\d{{4}})\b)?"),
            |c| date(c.get(3), month(&c[1])?, c.get(2)),
        ),
        (
            Date,
            format!(r"(?i)\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({m})\b(?:,?\s+(\d{{4}})\b)?"),
            |c| date(c.get(3), month(&c[2])?, c.get(1)),
        ),
        (Date, format!(r"\b(?i:({m}))\b,?\s+(\d{{4}})\b"), |c| {
            date(c.get(2), month(&c[1])?, None)
        }),
        (
            Date,
            r"\b(January|February|March|April|June|July|August|September|October|November|December)\b".into(),
            |c| date(None, month(&c[1])?, None),
        ),
        (
            Date,
            r"(?i)\b(mon|tues?|wednes|thurs?|fri|satur|sun)days?\b".into(),
            weekday,
        ),
        (
            Time,
            r"(?i)\b(\d{1,2})(?::(\d{2}))?\s*([ap])\.?\s?m\b\.?".into(),
            time,
        ),
        (Time, r"\b(\d{1,2}):(\d{2})\b()".into(), time),
        (Time, r"(?i)\b(noon|midnight)\b".into(), |c| {
            Some(
                if c[1].eq_ignore_ascii_case("noon") {
                    "12:00p"
                } else {
                    "12:00a"
                }
                .into(),
            )
        }),
        (
            Money,
            r"\$\s?(\d[\d,]*(?:\.\d+)?)(?:\s?(thousand|million|billion))?".into(),
            money,
        ),
        (
            Money,
            r"(?i)\b(\d[\d,]*(?:\.\d+)?)\s+(dollars|cents)\b".into(),
            money,
        ),
        (
            Percent,
            r"(?i)\b(\d[\d,]*(?:\.\d+)?)\s?(?:%|percent\b|per\s?cent\b)".into(),
            |c| Some(plain_number(&c[1])),
        ),
        (Number, r"(?i)\b(\d+)(?:st|nd|rd|th)\b".into(), |c| {
            Some(plain_number(&c[1]))
        }),
        (
            Identifier,
            r"\b(?:[A-Z]{1,4}[-–.]?\d|[A-Za-z]+\d|\d+(?:\.\d+)*[A-Za-z]|[A-Z]{2,}-[A-Z])(?:[\w–.-]*\w)?|\b\d+-[A-Z]\b"
                .into(),
            identifier,
        ),
        (Number, r"\b\d[\d,]*(?:\.\d+)*".into(), |c| {
            Some(plain_number(&c[0]))
        }),
    ];
    let compiled = table.into_iter().map(|(kind, pattern, normal)| {
        (
            kind,
            Regex::new(&pattern).expect("the patterns are fixed and every one is used in a test"),
            normal,
        )
    });
    compiled.collect()
});

fn lower(captures: &Captures<'_>) -> Option<String> {
    Some(captures[0].trim_end_matches('.').to_lowercase())
}

fn url(captures: &Captures<'_>) -> Option<String> {
    let lower = captures[0].to_lowercase();
    let bare = lower
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_start_matches("www.");
    Some(
        bare.trim_end_matches(['.', ',', ';', ':', '/', '!', '?'])
            .to_owned(),
    )
}

fn phone(captures: &Captures<'_>) -> Option<String> {
    let digits: String = captures[0].chars().filter(char::is_ascii_digit).collect();
    let local = if digits.len() == 11 {
        digits.strip_prefix('1')
    } else {
        None
    };
    Some(local.map_or(digits.clone(), str::to_owned))
}

fn identifier(captures: &Captures<'_>) -> Option<String> {
    Some(captures[0].replace('–', "-").to_uppercase())
}

fn money(captures: &Captures<'_>) -> Option<String> {
    let number = plain_number(&captures[1]);
    let unit = captures
        .get(2)
        .map_or(String::new(), |unit| unit.as_str().to_lowercase());
    match unit.as_str() {
        "cents" => {
            let cents: u32 = number.parse().ok()?;
            Some(plain_number(&format!("{}.{:02}", cents / 100, cents % 100)))
        }
        "" | "dollars" => Some(number),
        scale => Some(format!("{number} {scale}")),
    }
}

/// Without thousands separators, leading zeros, and zero cents.
fn plain_number(shown: &str) -> String {
    let number = shown.trim_end_matches([',', '.']).replace(',', "");
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let cents_only = fraction.trim_end_matches('0');
    if cents_only.is_empty() || fraction.contains('.') {
        return if fraction.contains('.') {
            number.clone()
        } else {
            whole.to_owned()
        };
    }
    format!("{whole}.{cents_only}")
}

fn num(captures: &Captures<'_>, group: usize) -> Option<u32> {
    captures.get(group)?.as_str().parse().ok()
}

fn month(name: &str) -> Option<u32> {
    let names = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let start: String = name.chars().take(3).collect::<String>().to_lowercase();
    (1..)
        .zip(names)
        .find(|(_, known)| *known == start)
        .map(|(number, _)| number)
}

fn date(year: Option<regex::Match<'_>>, month: u32, day: Option<regex::Match<'_>>) -> Option<String> {
    let year = match year.map(|year| year.as_str()) {
        Some(short) if short.len() == 2 => format!("20{short}"),
        Some(long) => long.to_owned(),
        None => "?".to_owned(),
    };
    let day = day.map_or(Some("?".to_owned()), |day| {
        day.as_str().parse::<u32>().ok().map(|day| day.to_string())
    })?;
    (1..=12).contains(&month).then(|| format!("{year}-{month}-{day}"))
}

fn weekday(captures: &Captures<'_>) -> Option<String> {
    Some(captures[1].chars().take(3).collect::<String>().to_lowercase())
}

fn time(captures: &Captures<'_>) -> Option<String> {
    let hour = num(captures, 1).filter(|hour| *hour <= 24)?;
    let minute = captures.get(2).map_or("00", |minute| minute.as_str());
    let half = captures
        .get(3)
        .map_or(String::new(), |half| half.as_str().to_lowercase());
    Some(format!("{hour}:{minute}{half}"))
}
