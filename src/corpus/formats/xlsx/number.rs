//! What a cell shows: its value under its number format, as a spreadsheet in American English shows it.

mod calendar;
mod code;
mod decimal;
mod fill;

use self::code::{Piece, Section, Test};

pub(super) use self::code::built_in;

/// A number format, ready to show values with.
#[derive(Clone, Debug)]
pub(super) struct Format {
    sections: Vec<Section>,
}

impl Format {
    pub fn new(code: &str) -> Self {
        let code = if code.trim().is_empty() { "General" } else { code };
        Self {
            sections: code::sections(code),
        }
    }

    /// A number as its cell shows it.
    pub fn number(&self, value: f64, from_1904: bool) -> String {
        if !value.is_finite() {
            return value.to_string();
        }
        let Some((section, keeps_sign)) = self.section(value) else {
            return decimal::general(value);
        };
        if section.is_date() {
            return calendar::shown(value, section, from_1904);
        }
        let sign = if value < 0.0 && keeps_sign { "-" } else { "" };
        format!("{sign}{}", fill::shown(value.abs(), section))
    }

    /// A text as its cell shows it.
    pub fn text(&self, text: &str) -> String {
        let own = match self.sections.as_slice() {
            [_, _, _, own] => own,
            [only] if only.has(&Piece::Text) => only,
            _ => return text.to_owned(),
        };
        let pieces = own.pieces.iter().map(|piece| match piece {
            Piece::Text | Piece::General => text,
            Piece::Literal(said) => said,
            Piece::Room(room) => room,
            _ => "",
        });
        pieces.collect()
    }

    /// The section for a number, and whether a minus is still to be shown before it.
    fn section(&self, value: f64) -> Option<(&Section, bool)> {
        // The fourth is for text alone.
        let sections = &self.sections[..self.sections.len().min(3)];
        if sections.iter().any(|section| section.test.is_some()) {
            let tested = sections
                .iter()
                .enumerate()
                .find(|(_, section)| section.is_met(value));
            return tested.map(|(place, section)| (section, !only_negative(sections, place)));
        }
        Some(match sections {
            [_, negative, ..] if value < 0.0 => (negative, false),
            [_, _, zero] if value == 0.0 => (zero, false),
            [first, ..] => (first, true),
            [] => return None,
        })
    }
}

/// Whether the section at `place` is met by negative numbers alone, which then says all that a minus would.
fn only_negative(sections: &[Section], place: usize) -> bool {
    let test = |place: usize| sections.get(place).and_then(|section| section.test);
    match test(place) {
        Some((Test::Less | Test::LessOrEqual, bound)) => bound <= 0.0,
        Some(_) => false,
        None => matches!(test(0), Some((Test::More | Test::MoreOrEqual, 0.0))),
    }
}

#[cfg(test)]
mod tests;
