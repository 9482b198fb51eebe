//! How list items are counted: 1, a, A, i, I.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    Decimal,
    LowerLetter,
    UpperLetter,
    LowerRoman,
    UpperRoman,
    /// A bullet, or nothing.
    Uncounted,
}

impl Counting {
    /// The `type` attribute of an HTML list.
    pub fn of_html(given: &str) -> Self {
        match given {
            "a" => Self::LowerLetter,
            "A" => Self::UpperLetter,
            "i" => Self::LowerRoman,
            "I" => Self::UpperRoman,
            _ => Self::Decimal,
        }
    }

    /// The `w:numFmt` of a Word list level.
    pub fn of_word(given: &str) -> Self {
        match given {
            "lowerLetter" => Self::LowerLetter,
            "upperLetter" => Self::UpperLetter,
            "lowerRoman" => Self::LowerRoman,
            "upperRoman" => Self::UpperRoman,
            "bullet" | "none" => Self::Uncounted,
            _ => Self::Decimal,
        }
    }

    pub fn write(self, number: u32) -> String {
        match self {
            Self::Decimal => number.to_string(),
            Self::LowerLetter => letters(number),
            Self::UpperLetter => letters(number).to_uppercase(),
            Self::LowerRoman => roman(number),
            Self::UpperRoman => roman(number).to_uppercase(),
            Self::Uncounted => String::new(),
        }
    }
}

/// a to z, then aa to zz, as Word and browsers count; beyond what a list can need, the plain number.
fn letters(number: u32) -> String {
    if number == 0 || number > 26 * 26 {
        return number.to_string();
    }
    let letter = char::from(b'a' + u8::try_from((number - 1) % 26).unwrap_or(0));
    let times = (number - 1) / 26 + 1;
    std::iter::repeat_n(letter, times as usize).collect()
}

fn roman(number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number == 0 || number > 3_999 {
        return number.to_string();
    }
    let mut left = number;
    let mut written = String::new();
    for (value, sign) in SIGNS {
        while left >= value {
            written.push_str(sign);
            left -= value;
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_counted_as_shown() {
        let cases = [
            (Counting::Decimal, 12, "12"),
            (Counting::LowerLetter, 3, "c"),
            (Counting::UpperLetter, 28, "BB"),
            (Counting::LowerRoman, 14, "xiv"),
            (Counting::UpperRoman, 1999, "MCMXCIX"),
            (Counting::LowerRoman, 0, "0"),
            (Counting::Uncounted, 3, ""),
        ];
        for (counting, number, wanted) in cases {
            assert_eq!(counting.write(number), wanted, "{counting:?} {number}");
        }
    }
}
