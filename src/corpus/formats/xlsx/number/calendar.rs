//! Days counted from 1900 or 1904, shown as dates and times of day.

use super::code::{Piece, Section};

/// The last day a sheet can show, 31 December 9999.
const SERIAL_MAX: f64 = 2_958_466.0;
const SECONDS_PER_DAY: i64 = 86_400;
/// Days between the two ways of counting.
const FROM_1900_TO_1904: f64 = 1_462.0;
/// What a sheet shows where a number is no date.
const NO_DATE: &str = "########";
const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
];
const WEEKDAYS: [&str; 7] = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
];

/// A moment taken apart.
struct Moment {
    year: i64,
    month: usize,
    day: i64,
    weekday: usize,
    /// Since midnight.
    seconds: i64,
    /// Of a second, in the smallest unit that is shown.
    fraction: i64,
    /// Since day zero.
    all_seconds: i64,
}

impl Moment {
    fn of(serial: f64, fraction_digits: usize) -> Self {
        let per_second = 10i64.pow(u32::try_from(fraction_digits).unwrap_or(0));
        let ticks = round(serial * (SECONDS_PER_DAY * per_second) as f64);
        let all_seconds = ticks.div_euclid(per_second);
        let days = all_seconds.div_euclid(SECONDS_PER_DAY);
        let (year, month, day) = civil(days);
        Self {
            year,
            month,
            day,
            weekday: usize::try_from((days + 6).rem_euclid(7)).unwrap_or(0),
            seconds: all_seconds.rem_euclid(SECONDS_PER_DAY),
            fraction: ticks.rem_euclid(per_second),
            all_seconds,
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a day of a sheet in ticks is far below the bounds"
)]
fn round(ticks: f64) -> i64 {
    ticks.round() as i64
}

/// Year, month (from zero) and day of a serial number. Sheets count a 29 February 1900 that never was.
fn civil(days: i64) -> (i64, usize, i64) {
    match days {
        0 => return (1900, 0, 0),
        60 => return (1900, 1, 29),
        _ => {}
    }
    let days = if days < 60 { days + 1 } else { days };
    // Days since 1 March of the year 0, in which leap days come last.
    let since = days + 693_899;
    let era = since.div_euclid(146_097);
    let of_era = since.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 2 } else { shifted - 10 };
    let year = year_of_era + era * 400 + i64::from(month < 2);
    (year, usize::try_from(month).unwrap_or(0), day)
}

/// The moment in words, as the section says.
pub fn shown(serial: f64, section: &Section, from_1904: bool) -> String {
    let serial = if from_1904 {
        serial + FROM_1900_TO_1904
    } else {
        serial
    };
    if !(0.0..SERIAL_MAX).contains(&serial) {
        return NO_DATE.into();
    }
    let pieces = with_minutes(&section.pieces);
    let moment = Moment::of(serial, fraction_digits(&pieces));
    let halves = pieces
        .iter()
        .any(|piece| matches!(piece, Piece::HalfOfDay { .. }));
    let mut said = String::new();
    let mut fraction_next = false;
    for piece in &pieces {
        match piece {
            Piece::Date(unit, times) => said.push_str(&part(&moment, *unit, *times, halves)),
            Piece::Elapsed(unit, width) => {
                let per_unit = match unit {
                    'h' => 3_600,
                    'm' => 60,
                    _ => 1,
                };
                said.push_str(&format!("{:0width$}", moment.all_seconds / per_unit));
            }
            Piece::HalfOfDay { short } => {
                let half = if moment.seconds < SECONDS_PER_DAY / 2 {
                    "AM"
                } else {
                    "PM"
                };
                said.push_str(if *short { &half[..1] } else { half });
            }
            Piece::Point => {
                said.push('.');
                fraction_next = true;
            }
            Piece::Digit(_) if fraction_next => {
                let width = fraction_digits(&pieces);
                said.push_str(&format!("{:0width$}", moment.fraction));
                fraction_next = false;
            }
            Piece::Literal(text) => said.push_str(text),
            Piece::Room(room) => said.push_str(room),
            Piece::Over => said.push('/'),
            Piece::Comma => said.push(','),
            Piece::Percent => said.push('%'),
            Piece::Digit(_) | Piece::Power { .. } | Piece::General | Piece::Text => {}
        }
    }
    said
}

fn part(moment: &Moment, unit: char, times: usize, halves: bool) -> String {
    let number = |number: i64| format!("{number:0width$}", width = times.min(2));
    let hour = moment.seconds / 3_600;
    let month = MONTHS.get(moment.month).copied().unwrap_or_default();
    let weekday = WEEKDAYS.get(moment.weekday).copied().unwrap_or_default();
    match (unit, times) {
        ('y', 1 | 2) => format!("{:02}", moment.year % 100),
        ('y', _) => format!("{:04}", moment.year),
        ('m', 1 | 2) => number(i64::try_from(moment.month + 1).unwrap_or(0)),
        ('m', 3) => month.chars().take(3).collect(),
        ('m', 5) => month.chars().take(1).collect(),
        ('m', _) => month.to_owned(),
        ('d', 1 | 2) => number(moment.day),
        ('d', 3) => weekday.chars().take(3).collect(),
        ('d', _) => weekday.to_owned(),
        ('h', _) if halves => number((hour + 11) % 12 + 1),
        ('h', _) => number(hour),
        ('n', _) => number(moment.seconds / 60 % 60),
        _ => number(moment.seconds % 60),
    }
}

/// The pieces with `n` in place of each `m` that means minutes: those after hours or before seconds.
fn with_minutes(pieces: &[Piece]) -> Vec<Piece> {
    let unit = |piece: &Piece| match piece {
        Piece::Date(unit, _) | Piece::Elapsed(unit, _) => Some(*unit),
        _ => None,
    };
    let mut resolved: Vec<Piece> = pieces.to_vec();
    for place in 0..pieces.len() {
        if let Piece::Date('m', times @ 1..=2) = pieces[place] {
            let before = pieces[..place].iter().rev().find_map(unit);
            let after = pieces[place + 1..].iter().find_map(unit);
            if before == Some('h') || after == Some('s') {
                resolved[place] = Piece::Date('n', times);
            }
        }
    }
    resolved
}

/// How many digits of a second are shown: those after a point.
fn fraction_digits(pieces: &[Piece]) -> usize {
    let Some(point) = pieces.iter().position(|piece| *piece == Piece::Point) else {
        return 0;
    };
    pieces[point + 1..]
        .iter()
        .take_while(|piece| matches!(piece, Piece::Digit(_)))
        .count()
        .min(3)
}
