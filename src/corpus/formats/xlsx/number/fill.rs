//! A number written into the places of a section: digits, grouping, percent, powers, fractions.

use super::code::{Piece, Section};
use super::decimal::{self, Decimal};

/// The number, which is not negative, as the section shows it.
pub fn shown(value: f64, section: &Section) -> String {
    let pieces = &section.pieces;
    if section.has(&Piece::General) || section.has(&Piece::Text) {
        return around(pieces, &decimal::general(value));
    }
    let digits = pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Digit(_)))
        .count();
    if digits == 0 {
        return around(pieces, "");
    }
    if let Some(power) = pieces
        .iter()
        .position(|piece| matches!(piece, Piece::Power { .. }))
    {
        return in_powers(value, pieces, power);
    }
    if let Some(over) = fraction_bar(pieces) {
        return as_fraction(value, pieces, over);
    }
    let percents = pieces.iter().filter(|piece| **piece == Piece::Percent).count();
    let number = Decimal::of(value)
        .times_ten(2 * i32::try_from(percents).unwrap_or(0))
        .times_ten(-3 * i32::try_from(thousands_left_out(pieces)).unwrap_or(0));
    places(&number, pieces)
}

/// The pieces that are no places for digits, around what stands for `General` or `@`.
fn around(pieces: &[Piece], middle: &str) -> String {
    let said = pieces.iter().map(|piece| match piece {
        Piece::General | Piece::Text => middle,
        other => sign_of(other),
    });
    said.collect()
}

fn sign_of(piece: &Piece) -> &str {
    match piece {
        Piece::Literal(text) => text,
        Piece::Room(room) => room,
        Piece::Percent => "%",
        Piece::Over => "/",
        Piece::Point => ".",
        _ => "",
    }
}

/// Where the digits before and after the point stand.
struct Layout {
    whole: Vec<usize>,
    decimals: Vec<usize>,
    grouped: bool,
}

fn layout(pieces: &[Piece]) -> Layout {
    let is_digit = |place: &usize| matches!(pieces[*place], Piece::Digit(_));
    let point = pieces
        .iter()
        .position(|piece| *piece == Piece::Point)
        .unwrap_or(pieces.len());
    let whole: Vec<usize> = (0..point).filter(is_digit).collect();
    let grouped = match (whole.first(), whole.last()) {
        (Some(first), Some(last)) => pieces[*first..*last].contains(&Piece::Comma),
        _ => false,
    };
    Layout {
        whole,
        decimals: (point..pieces.len()).filter(is_digit).collect(),
        grouped,
    }
}

/// How many commas follow the last digit of a side of the point: each leaves three digits out.
fn thousands_left_out(pieces: &[Piece]) -> usize {
    let after = |places: &[usize]| {
        let last = places.last().map_or(pieces.len(), |last| last + 1);
        pieces[last..]
            .iter()
            .take_while(|piece| **piece == Piece::Comma)
            .count()
    };
    let layout = layout(pieces);
    after(&layout.whole) + after(&layout.decimals)
}

fn places(number: &Decimal, pieces: &[Piece]) -> String {
    let layout = layout(pieces);
    let (whole, decimals) = number.rounded(layout.decimals.len());
    let mut said: Vec<String> = pieces.iter().map(|piece| sign_of(piece).to_owned()).collect();
    put_whole(&whole, pieces, &layout, &mut said);
    // A place `#` at the end shows no zero.
    let digits: Vec<char> = decimals.chars().collect();
    let needed = |nth: &usize| {
        digits.get(*nth).is_some_and(|digit| *digit != '0')
            || pieces[layout.decimals[*nth]] == Piece::Digit('0')
    };
    let wanted = (0..digits.len()).rev().find(needed).map_or(0, |last| last + 1);
    for (nth, (place, digit)) in layout.decimals.iter().zip(&digits).enumerate() {
        said[*place] = match pieces[*place] {
            _ if nth < wanted => digit.to_string(),
            Piece::Digit('?') => " ".into(),
            _ => String::new(),
        };
    }
    said.concat()
}

/// Digits go into their places from the right; the first place takes all that are left.
fn put_whole(whole: &str, pieces: &[Piece], layout: &Layout, said: &mut [String]) {
    let mut digits: Vec<char> = whole.chars().collect();
    let mut written = 0;
    let mut put = |digit: char, into: &mut String| {
        if layout.grouped && written > 0 && written % 3 == 0 && digit != ' ' {
            into.insert(0, ',');
        }
        written += 1;
        into.insert(0, digit);
    };
    for (left, place) in layout.whole.iter().enumerate().rev() {
        let mut into = String::new();
        match (digits.pop(), &pieces[*place]) {
            (Some(digit), _) => put(digit, &mut into),
            (None, Piece::Digit('0')) => put('0', &mut into),
            (None, Piece::Digit('?')) => put(' ', &mut into),
            _ => {}
        }
        if left == 0 {
            while let Some(digit) = digits.pop() {
                put(digit, &mut into);
            }
        }
        said[*place] = into;
    }
    // Without a place before the point, the digits still stand there.
    if layout.whole.is_empty() && !whole.is_empty() {
        let point = pieces
            .iter()
            .position(|piece| *piece == Piece::Point)
            .unwrap_or(0);
        if let Some(said) = said.get_mut(point) {
            said.insert_str(0, whole);
        }
    }
}

/// `0.00E+00`; with more places before the point, the power is a multiple of their number.
fn in_powers(value: f64, pieces: &[Piece], power: usize) -> String {
    let (mantissa, after) = pieces.split_at(power);
    let plus = after.first() == Some(&Piece::Power { plus: true });
    let layout = layout(mantissa);
    let step = i32::try_from(layout.whole.len()).unwrap_or(1).max(1);
    let number = Decimal::of(value);
    let exponent_of = |number: &Decimal| {
        if number.is_zero() {
            0
        } else {
            number.exponent().div_euclid(step) * step
        }
    };
    let mut exponent = exponent_of(&number);
    let (whole, decimals) = number.clone().times_ten(-exponent).rounded(layout.decimals.len());
    let step_digits = usize::try_from(step).unwrap_or(1);
    if whole.len() > step_digits && decimals.bytes().all(|digit| digit == b'0') {
        exponent += step;
    }
    let shown = places(&number.times_ten(-exponent), mantissa);
    let sign = if exponent < 0 {
        "-"
    } else if plus {
        "+"
    } else {
        ""
    };
    let power = Decimal::of(f64::from(exponent.abs()));
    format!("{shown}E{sign}{}", places(&power, &after[1..]))
}

/// The place of a `/` that has places for digits before it and a number after it.
fn fraction_bar(pieces: &[Piece]) -> Option<usize> {
    let over = pieces.iter().position(|piece| *piece == Piece::Over)?;
    let before = over.checked_sub(1).and_then(|before| pieces.get(before));
    let after = pieces.get(over + 1)?;
    let number = matches!(after, Piece::Digit(_))
        || matches!(after, Piece::Literal(text) if text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty());
    (matches!(before, Some(Piece::Digit(_))) && number).then_some(over)
}

/// `# ?/?` and `# ?/8`: the nearest fraction of so many digits, or of this denominator.
fn as_fraction(value: f64, pieces: &[Piece], over: usize) -> String {
    let denominator: String = pieces[over + 1..]
        .iter()
        .map_while(|piece| match piece {
            Piece::Digit(digit) => Some(digit.to_string()),
            Piece::Literal(text) if text.bytes().all(|b| b.is_ascii_digit()) => Some(text.clone()),
            _ => None,
        })
        .collect();
    let length = denominator.chars().count();
    let numerator_from = pieces[..over]
        .iter()
        .rposition(|piece| !matches!(piece, Piece::Digit(_)))
        .map_or(0, |place| place + 1);
    let whole_shown = pieces[..numerator_from]
        .iter()
        .any(|piece| matches!(piece, Piece::Digit(_)));
    let fixed = denominator.parse::<u64>().ok().filter(|fixed| *fixed > 0);
    let most = 10u64.pow(u32::try_from(length.clamp(1, 4)).unwrap_or(1)) - 1;
    let mut whole = if whole_shown { value.trunc() } else { 0.0 };
    let (mut above, below) = match fixed {
        Some(fixed) => (nearest((value - whole) * fixed as f64), fixed),
        None => nearest_fraction(value - whole, most),
    };
    if whole_shown && above == below {
        whole += 1.0;
        above = 0;
    }
    let mut said = String::new();
    if whole_shown && (whole > 0.0 || above == 0) {
        said.push_str(&decimal::general(whole));
        said.push(' ');
    }
    if above > 0 || !whole_shown {
        said.push_str(&format!("{above}/{below}"));
    }
    let ends: String = pieces[(over + 1 + length).min(pieces.len())..]
        .iter()
        .map(sign_of)
        .collect();
    format!("{}{ends}", said.trim_end())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative, and a number beyond the bounds is shown as the bound"
)]
fn nearest(value: f64) -> u64 {
    value.round() as u64
}

/// The fraction nearest to `value` with a denominator up to `most`, the smallest of those as near.
fn nearest_fraction(value: f64, most: u64) -> (u64, u64) {
    let mut best = (nearest(value), 1);
    let mut distance = f64::INFINITY;
    for below in 1..=most {
        let above = nearest(value * below as f64);
        let off = (value - above as f64 / below as f64).abs();
        if off + 1e-12 < distance {
            distance = off;
            best = (above, below);
        }
    }
    best
}
