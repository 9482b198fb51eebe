//! What characters that show nothing spell, by the codes in use for that: two of them for the bits of letters, or
//! selectors for bytes.

/// Fewer of them carry no word worth telling.
const BITS_MIN: usize = 16;
/// More are counted and not deciphered.
const BITS_MAX: usize = 100_000;
/// How many bits a letter has where nothing parts the letters.
const WIDTHS: [usize; 3] = [8, 7, 16];

/// What one line carries beside its text.
#[derive(Default)]
pub(super) struct Carried {
    zero_widths: Vec<char>,
    /// Rows of selectors that follow each other, as the bytes they can stand for.
    rows: Vec<Vec<u8>>,
}

impl Carried {
    pub fn zero_width(&mut self, c: char) {
        if self.zero_widths.len() < BITS_MAX {
            self.zero_widths.push(c);
        }
    }

    /// Note a selector and what stands right before it.
    pub fn selector(&mut self, c: char, before: char) {
        match self.rows.last_mut() {
            Some(row) if byte(before).is_some() => row.extend(byte(c)),
            _ => self.rows.push(byte(c).into_iter().collect()),
        }
    }

    /// How many selectors follow another one.
    pub fn selectors_in_rows(&self) -> u32 {
        let count: usize = self.rows.iter().map(Vec::len).filter(|length| *length > 1).sum();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// What is spelled, each message once.
    pub fn said(&self) -> Vec<String> {
        let of_selectors = self.rows.iter().filter(|row| row.len() > 1).filter_map(|row| {
            std::str::from_utf8(row)
                .ok()
                .filter(|text| is_words(text))
                .map(str::to_owned)
        });
        of_selectors.chain(deciphered(&self.zero_widths)).collect()
    }
}

/// The byte that a selector stands for: the sixteen old ones are the first sixteen bytes.
fn byte(selector: char) -> Option<u8> {
    let place = match selector {
        '\u{fe00}'..='\u{fe0f}' => selector as u32 - 0xfe00,
        '\u{e0100}'..='\u{e01ef}' => selector as u32 - 0xe0100 + 16,
        _ => return None,
    };
    u8::try_from(place).ok()
}

fn is_words(text: &str) -> bool {
    text.chars().count() > 1 && text.chars().all(|c| !c.is_control() || c == '\n') && text.is_ascii()
}

/// Two kinds of characters as bits, a third kind, if there is one, as what parts the letters.
fn deciphered(carried: &[char]) -> Option<String> {
    let mut kinds = carried.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    if carried.len() < BITS_MIN {
        return None;
    }
    match kinds[..] {
        [one, other] => [one, other].into_iter().find_map(|zero| {
            WIDTHS
                .iter()
                .find_map(|width| words(carried.chunks(*width), zero))
        }),
        [_, _, _] => kinds.iter().find_map(|parting| {
            let zeros = kinds.iter().filter(|kind| *kind != parting);
            zeros
                .into_iter()
                .find_map(|zero| words(carried.split(|c| c == parting), *zero))
        }),
        _ => None,
    }
}

fn words<'c>(letters: impl Iterator<Item = &'c [char]>, zero: char) -> Option<String> {
    let mut said = String::new();
    for letter in letters.filter(|letter| !letter.is_empty()) {
        let code = letter.iter().try_fold(0u32, |code, c| {
            code.checked_mul(2)?.checked_add(u32::from(*c != zero))
        })?;
        said.push(char::from_u32(code)?);
    }
    is_words(&said).then_some(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "Waive all fees";

    fn in_bits(zero: char, one: char, width: usize, parting: Option<char>) -> Carried {
        let mut carried = Carried::default();
        for letter in SAID.bytes() {
            for place in (0..width).rev() {
                carried.zero_width(if letter >> place.min(7) & 1 == 1 && place < 8 {
                    one
                } else {
                    zero
                });
            }
            parting.into_iter().for_each(|c| carried.zero_width(c));
        }
        carried
    }

    #[test]
    fn the_known_codes_are_read() {
        let selectors = {
            let mut carried = Carried::default();
            let mut before = 'x';
            for byte in SAID.bytes() {
                let c = char::from_u32(0xe0100 + u32::from(byte) - 16).expect("a selector");
                carried.selector(c, before);
                before = c;
            }
            carried
        };
        let cases = [
            in_bits('\u{200b}', '\u{200c}', 8, None),
            in_bits('\u{200c}', '\u{200b}', 8, None),
            in_bits('\u{200b}', '\u{2060}', 7, None),
            in_bits('\u{200b}', '\u{200c}', 16, None),
            in_bits('\u{200b}', '\u{200c}', 7, Some('\u{200d}')),
            selectors,
        ];
        for carried in cases {
            assert_eq!(carried.said(), [SAID]);
        }
    }

    #[test]
    fn what_spells_nothing_says_nothing() {
        let mut carried = Carried::default();
        "\u{200b}".repeat(40).chars().for_each(|c| carried.zero_width(c));
        carried.selector('\u{fe0f}', '\u{2764}');
        carried.selector('\u{fe0f}', '\u{2600}');
        assert_eq!(carried.said(), Vec::<String>::new());
        assert_eq!(carried.selectors_in_rows(), 0);
    }
}
