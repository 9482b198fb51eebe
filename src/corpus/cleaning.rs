//! Text as a reader sees it: composed (NFC), single-spaced, without characters that show nothing.
//!
//! Invisible characters can hide instructions from the person who approves a document, or break a number in
//! two; so they go, and the approver is told.

mod carried;

use unicode_normalization::UnicodeNormalization;

use carried::Carried;

/// What was taken out, for one warning per file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tally {
    zero_width: u32,
    direction: u32,
    soft_hyphens: u32,
    controls: u32,
    other: u32,
    selectors: u32,
    tags: u32,
    /// What the tag characters spell: they mirror ASCII and can carry a whole hidden sentence.
    tag_text: String,
    /// What other characters that show nothing spell, by the codes known for that.
    spelled: String,
    /// What an override of the reading direction shows backwards, as a machine would read it.
    turned: String,
}

/// What hidden characters say is told in the warning up to this many characters each.
const TOLD_CHARS_MAX: usize = 300;

impl Tally {
    /// A sentence for the approver, or nothing when nothing was taken out.
    pub fn describe(&self) -> Option<String> {
        let counts = [
            (self.zero_width, "zero-width"),
            (self.direction, "direction-changing"),
            (self.soft_hyphens, "soft hyphen"),
            (self.controls, "control"),
            (self.tags, "tag"),
            (self.selectors, "selector"),
            (self.other, "other invisible"),
        ];
        let named: Vec<String> = counts
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, name)| format!("{n} {name}"))
            .collect();
        if named.is_empty() {
            return None;
        }
        let mut said = format!(
            "Characters that show nothing were taken out: {}.",
            named.join(", ")
        );
        let told = [
            ("The tag characters spell", &self.tag_text),
            ("They spell", &self.spelled),
            ("Shown backwards is", &self.turned),
        ];
        for (how, text) in told.iter().filter(|(_, text)| !text.trim().is_empty()) {
            said.push_str(&format!(" {how} \"{}\".", text.trim()));
        }
        Some(said)
    }

    fn tag(&mut self, c: char) {
        self.tags += 1;
        let ascii = u8::try_from(c as u32 & 0x7f).map_or(' ', char::from);
        if !ascii.is_control() {
            tell(&mut self.tag_text, ascii);
        }
    }
}

fn tell(told: &mut String, c: char) {
    if told.len() < TOLD_CHARS_MAX {
        told.push(c);
    }
}

/// What somebody typed, as one line that holds nothing but what it shows: a title, a name, a sentence.
pub fn one_line(typed: &str) -> String {
    clean(typed, &mut Tally::default())
}

/// One line of clean text: NFC, runs of white space as one space, nothing invisible.
pub(super) fn clean(text: &str, tally: &mut Tally) -> String {
    let mut visible = String::with_capacity(text.len());
    let mut carried = Carried::default();
    let mut turns: Vec<Option<usize>> = Vec::new();
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match class(c) {
            Class::Shown => visible.push(c),
            Class::Space => visible.push(' '),
            Class::Ligature(letters) => visible.push_str(letters),
            Class::Selector => carried.selector(c, before),
            Class::ZeroWidth if c == JOINER && joins_pictures(before) => {}
            Class::ZeroWidth => {
                tally.zero_width += 1;
                carried.zero_width(c);
            }
            Class::Direction => {
                tally.direction += 1;
                turn(c, &mut visible, &mut turns, tally);
            }
            // Between letters it only says where a word may be parted; typesetting puts thousands of them there.
            Class::SoftHyphen
                if before.is_alphabetic() && characters.peek().is_some_and(|c| c.is_alphabetic()) =>
            {
                continue;
            }
            Class::SoftHyphen => tally.soft_hyphens += 1,
            Class::Control => tally.controls += 1,
            Class::Tag => tally.tag(c),
            Class::OtherInvisible => tally.other += 1,
        }
        before = c;
    }
    while !turns.is_empty() {
        turn(END_OF_TURN, &mut visible, &mut turns, tally);
    }
    tally.selectors += carried.selectors_in_rows();
    for said in carried.said() {
        said.chars().for_each(|c| tell(&mut tally.spelled, c));
    }
    let mut line = String::with_capacity(visible.len());
    for c in visible.nfc() {
        if c != ' ' || !(line.is_empty() || line.ends_with(' ')) {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

const JOINER: char = '\u{200d}';
const OVERRIDE_TO_LEFT: char = '\u{202e}';
const END_OF_TURN: char = '\u{202c}';
/// Turns within turns: more are not followed, as in the Unicode rules themselves.
const TURNS_MAX: usize = 125;

/// Whether a joiner after `before` makes one picture of two, as in the signs for families and professions.
fn joins_pictures(before: char) -> bool {
    matches!(before, '\u{fe0f}' | '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}')
}

/// Follow a direction-changing character. What an override to the left encloses is shown backwards, so that is
/// its text; a machine would have read it forwards.
fn turn(c: char, visible: &mut String, turns: &mut Vec<Option<usize>>, tally: &mut Tally) {
    match c {
        OVERRIDE_TO_LEFT if turns.len() < TURNS_MAX => turns.push(Some(visible.len())),
        END_OF_TURN | '\u{2069}' => {
            let Some(start) = turns.pop().flatten() else {
                return;
            };
            let read = visible.split_off(start);
            read.chars().for_each(|c| tell(&mut tally.turned, c));
            visible.extend(read.chars().rev());
        }
        '\u{202a}'..='\u{202d}' | '\u{2066}'..='\u{2068}' if turns.len() < TURNS_MAX => turns.push(None),
        _ => {}
    }
}

enum Class {
    Shown,
    Space,
    /// A typographic ligature: search and literal checks need its letters.
    Ligature(&'static str),
    /// Chooses between two looks of a sign. Leaving one out changes no word and is not worth a warning; several in
    /// a row choose nothing and carry something.
    Selector,
    ZeroWidth,
    Direction,
    SoftHyphen,
    Control,
    Tag,
    OtherInvisible,
}

fn class(c: char) -> Class {
    match c {
        '\u{ad}' => Class::SoftHyphen,
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Class::ZeroWidth,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Class::Direction
        }
        '\u{e0000}'..='\u{e007f}' => Class::Tag,
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => Class::Selector,
        '\u{34f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2061}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{fffe}'
        | '\u{ffff}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0080}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}' => Class::OtherInvisible,
        '\u{2800}' => Class::Space,
        c if c.is_whitespace() => Class::Space,
        c if c.is_control() => Class::Control,
        '\u{fb00}' => Class::Ligature("ff"),
        '\u{fb01}' => Class::Ligature("fi"),
        '\u{fb02}' => Class::Ligature("fl"),
        '\u{fb03}' => Class::Ligature("ffi"),
        '\u{fb04}' => Class::Ligature("ffl"),
        '\u{fb05}' | '\u{fb06}' => Class::Ligature("st"),
        _ => Class::Shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> (String, Option<String>) {
        let mut tally = Tally::default();
        let line = clean(text, &mut tally);
        (line, tally.describe())
    }

    #[test]
    fn plain_text_is_only_single_spaced() {
        assert_eq!(
            cleaned("  The bus\u{a0}leaves \n at\t8:05. "),
            ("The bus leaves at 8:05.".into(), None)
        );
    }

    #[test]
    fn composed_and_without_ligatures() {
        assert_eq!(cleaned("Jose\u{301} \u{fb01}led").0, "José filed");
    }

    #[test]
    fn where_a_word_may_be_parted_is_no_secret() {
        assert_eq!(
            cleaned("trans\u{ad}por\u{ad}ta\u{ad}tion"),
            ("transportation".into(), None)
        );
    }

    #[test]
    fn hidden_characters_go_and_are_counted() {
        let (line, said) = cleaned("8\u{200b}:0\u{ad}5 \u{202e}abc\u{202c}\u{0} x\u{3164}");
        assert_eq!(line, "8:05 cba x");
        assert_eq!(
            said.as_deref(),
            Some(
                "Characters that show nothing were taken out: 1 zero-width, 2 direction-changing, \
                 1 soft hyphen, 1 control, 1 other invisible. Shown backwards is \"abc\"."
            )
        );
    }

    #[test]
    fn what_is_shown_backwards_is_its_text_however_turns_are_nested() {
        let cases = [
            ("\u{202e}572$\u{202c} a day", "$275 a day"),
            ("a \u{202a}b\u{202c} c", "a b c"),
            ("\u{202e}never ended", "dedne reven"),
            ("\u{202c}\u{2069}plain", "plain"),
        ];
        for (text, wanted) in cases {
            assert_eq!(cleaned(text).0, wanted, "{text:?}");
        }
    }

    #[test]
    fn pictures_made_of_several_signs_are_nothing_to_warn_of() {
        for text in [
            "Ms. Lee \u{1f469}\u{200d}\u{1f3eb}",
            "we \u{2764}\u{fe0f}\u{200d}\u{1f525} lunch",
            "1\u{fe0f}\u{20e3}",
        ] {
            assert_eq!(cleaned(text).1, None, "{text:?}");
        }
    }

    #[test]
    fn tag_characters_are_spelled_out() {
        let hidden: String = "ignore"
            .chars()
            .filter_map(|c| char::from_u32(0xe0000 + c as u32))
            .collect();
        let (line, said) = cleaned(&format!("Lunch{hidden} is $2.75."));
        assert_eq!(line, "Lunch is $2.75.");
        assert!(said.is_some_and(|said| said.contains("spell \"ignore\"")));
    }
}
