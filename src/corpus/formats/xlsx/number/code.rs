//! A number format's code, such as `_($* #,##0.00_)`, as the pieces it is made of.

/// Sections beyond these four are never used.
const SECTIONS_MAX: usize = 4;
/// A longer code is none that a spreadsheet program would save.
const CODE_CHARS_MAX: usize = 512;

#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// `0`, `#` or `?`: a digit, and what stands where there is none.
    Digit(char),
    Point,
    Comma,
    Percent,
    /// `E+` or `E-`.
    Power {
        plus: bool,
    },
    /// `/` between digits.
    Over,
    General,
    /// `@`: the text itself.
    Text,
    Literal(String),
    /// `_x` and `*x`: room, not signs.
    Room(&'static str),
    /// A part of a date or time: its letter in lower case, and how often it stands.
    Date(char, usize),
    /// `[h]`, `[m]` or `[s]`: all of the time in this unit.
    Elapsed(char, usize),
    /// `AM/PM` or `A/P`.
    HalfOfDay {
        short: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Test {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    More,
    MoreOrEqual,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    pub test: Option<(Test, f64)>,
    pub pieces: Vec<Piece>,
}

impl Section {
    pub fn is_met(&self, value: f64) -> bool {
        self.test.is_none_or(|(test, bound)| match test {
            Test::Less => value < bound,
            Test::LessOrEqual => value <= bound,
            #[expect(clippy::float_cmp, reason = "the format asks for this very number")]
            Test::Equal => value == bound,
            #[expect(clippy::float_cmp, reason = "the format asks for any other number")]
            Test::NotEqual => value != bound,
            Test::More => value > bound,
            Test::MoreOrEqual => value >= bound,
        })
    }

    pub fn is_date(&self) -> bool {
        self.pieces.iter().any(|piece| {
            matches!(
                piece,
                Piece::Date(..) | Piece::Elapsed(..) | Piece::HalfOfDay { .. }
            )
        })
    }

    pub fn has(&self, piece: &Piece) -> bool {
        self.pieces.contains(piece)
    }
}

/// The sections of a code, at least one.
pub fn sections(code: &str) -> Vec<Section> {
    // The system's own long date and time; what follows is only how the writer's system showed them.
    if code.contains("[$-F800]") || code.contains("[$-f800]") {
        return sections("dddd, mmmm d, yyyy");
    }
    if code.contains("[$-F400]") || code.contains("[$-f400]") {
        return sections("h:mm:ss AM/PM");
    }
    let signs: Vec<char> = code.chars().take(CODE_CHARS_MAX).collect();
    let mut sections = vec![Section::default()];
    let mut place = 0;
    while let Some(rest) = signs.get(place..).filter(|rest| !rest.is_empty()) {
        if rest[0] == ';' {
            if sections.len() == SECTIONS_MAX {
                break;
            }
            sections.push(Section::default());
            place += 1;
        } else if let Some(section) = sections.last_mut() {
            place += next(rest, section);
        }
    }
    sections
}

/// Read the next piece into the section; how many signs it took, never none.
fn next(rest: &[char], section: &mut Section) -> usize {
    let following = rest.get(1).copied();
    let (piece, signs) = match rest[0] {
        '"' => {
            let text: String = rest[1..].iter().take_while(|c| **c != '"').collect();
            let signs = text.chars().count() + 2;
            (Piece::Literal(text), signs)
        }
        '\\' => (Piece::Literal(following.map(String::from).unwrap_or_default()), 2),
        '_' => (Piece::Room(" "), 2),
        '*' => (Piece::Room(""), 2),
        '[' => return bracket(rest, section),
        digit @ ('0' | '#' | '?') => (Piece::Digit(digit), 1),
        '.' => (Piece::Point, 1),
        ',' => (Piece::Comma, 1),
        '%' => (Piece::Percent, 1),
        '/' => (Piece::Over, 1),
        '@' => (Piece::Text, 1),
        'E' | 'e' if matches!(following, Some('+' | '-')) => (
            Piece::Power {
                plus: following == Some('+'),
            },
            2,
        ),
        _ if begins(rest, "general") => (Piece::General, "general".len()),
        _ if begins(rest, "am/pm") => (Piece::HalfOfDay { short: false }, "am/pm".len()),
        _ if begins(rest, "a/p") => (Piece::HalfOfDay { short: true }, "a/p".len()),
        letter if "ymdhseYMDHSE".contains(letter) => {
            let letter = letter.to_ascii_lowercase();
            let times = rest
                .iter()
                .take_while(|c| c.eq_ignore_ascii_case(&letter))
                .count();
            // An era's year is the year where eras are not counted.
            let (letter, shown) = if letter == 'e' { ('y', 4) } else { (letter, times) };
            (Piece::Date(letter, shown), times)
        }
        other => (Piece::Literal(other.to_string()), 1),
    };
    section.pieces.push(piece);
    signs
}

/// `[Red]`, `[>=100]`, `[$€-407]` or `[h]`.
fn bracket(rest: &[char], section: &mut Section) -> usize {
    let inside: String = rest[1..].iter().take_while(|c| **c != ']').collect();
    let signs = inside.chars().count() + 2;
    if let Some(currency) = inside.strip_prefix('$') {
        let symbol = currency.split('-').next().unwrap_or_default();
        section.pieces.push(Piece::Literal(symbol.to_owned()));
    } else if let Some(test) = test(&inside) {
        section.test = Some(test);
    } else if let Some(unit) = inside.chars().next().map(|c| c.to_ascii_lowercase())
        && "hms".contains(unit)
        && inside.chars().all(|c| c.eq_ignore_ascii_case(&unit))
    {
        section.pieces.push(Piece::Elapsed(unit, inside.len()));
    }
    signs
}

fn test(inside: &str) -> Option<(Test, f64)> {
    let (test, bound) = [
        ("<=", Test::LessOrEqual),
        (">=", Test::MoreOrEqual),
        ("<>", Test::NotEqual),
        ("<", Test::Less),
        (">", Test::More),
        ("=", Test::Equal),
    ]
    .into_iter()
    .find_map(|(sign, test)| Some((test, inside.strip_prefix(sign)?)))?;
    Some((test, bound.trim().parse().ok()?))
}

fn begins(rest: &[char], word: &str) -> bool {
    let mut signs = rest.iter();
    word.chars().all(|wanted| {
        signs
            .next()
            .is_some_and(|sign| sign.eq_ignore_ascii_case(&wanted))
    })
}

/// The codes that files name by a number alone, as a spreadsheet in American English shows them.
pub fn built_in(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        5 => "\"$\"#,##0_);(\"$\"#,##0)",
        6 => "\"$\"#,##0_);[Red](\"$\"#,##0)",
        7 => "\"$\"#,##0.00_);(\"$\"#,##0.00)",
        8 => "\"$\"#,##0.00_);[Red](\"$\"#,##0.00)",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14 | 27..=31 | 34..=36 | 50..=58 => "m/d/yyyy",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        21 | 32 | 33 => "h:mm:ss",
        22 => "m/d/yyyy h:mm",
        37 => "#,##0_);(#,##0)",
        38 => "#,##0_);[Red](#,##0)",
        39 => "#,##0.00_);(#,##0.00)",
        40 => "#,##0.00_);[Red](#,##0.00)",
        41 => "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)",
        42 => "_(\"$\"* #,##0_);_(\"$\"* (#,##0);_(\"$\"* \"-\"_);_(@_)",
        43 => "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)",
        44 => "_(\"$\"* #,##0.00_);_(\"$\"* (#,##0.00);_(\"$\"* \"-\"??_);_(@_)",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => "General",
    }
}
