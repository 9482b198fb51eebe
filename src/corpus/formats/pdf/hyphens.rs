//! Words and ranges that the end of a printed line broke in two: "reduced- price", "trans- portation", "grades 6– 12".
//!
//! Whether the hyphen belongs to the word is told by the document's other words, since the same file that has a word broken
//! mostly has it whole, too. Most office programs break no words, only lines behind a hyphen: where nothing tells, it stays.

use std::collections::HashSet;

use crate::corpus::blocks::{Block, BlockKind, join_where};

/// Behind a hyphen that stays hanging: "pre- and post-tests".
const HANGING: &[&str] = &["and", "or", "to", "nor", "through", "versus", "as", "but"];
/// No word is longer.
const WORD_CHARS_MAX: usize = 60;
const DASHES: [char; 2] = ['-', '–'];

/// Puts together what belongs together, also where the second half was taken for a paragraph or an item ("12.") of its own.
pub(super) fn rejoin(blocks: &mut Vec<Block>) {
    join_where(blocks, is_cut);
    let said: HashSet<String> = blocks.iter().flat_map(|block| whole_words(&block.text)).collect();
    let known = Known {
        breaks_words: blocks.iter().any(|block| breaks_a_word(&block.text, &said)),
        said,
    };
    for block in blocks {
        block.text = rejoined(&block.text, &known);
    }
}

/// Whether a paragraph ends in the middle of a range or a word that the next block goes on with.
fn is_cut(before: &Block, block: &Block) -> bool {
    let is_prose = |block: &Block| matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem);
    let goes_on = |c: char| c.is_ascii_digit() || c.is_lowercase();
    let hangs = before.text.strip_suffix(DASHES).is_some_and(|text| {
        let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
        word.ends_with(char::is_alphanumeric)
    });
    is_prose(before) && is_prose(block) && hangs && block.text.starts_with(goes_on)
}

/// The words of a text in lower case, without the halves of broken ones.
fn whole_words(text: &str) -> impl Iterator<Item = String> {
    let mut is_second_half = false;
    let whole = text.split_whitespace().filter(move |word| {
        let is_first_half = word.ends_with('-');
        let is_whole = !is_first_half && !is_second_half;
        is_second_half = is_first_half;
        is_whole
    });
    whole
        .flat_map(|word| word.split(|c: char| !is_of_word(c)))
        .map(str::to_lowercase)
}

/// What is known of a document's words.
struct Known {
    /// Those that it has whole somewhere, in lower case.
    said: HashSet<String>,
    /// Whether it breaks words that it has whole elsewhere, as typesetting programs do.
    breaks_words: bool,
}

fn breaks_a_word(text: &str, said: &HashSet<String>) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.windows(2).any(|pair| match pair {
        [left, right] => left.strip_suffix('-').is_some_and(|left| {
            said.contains(&format!("{}{}", last_word(left), first_word(right)).to_lowercase())
        }),
        _ => false,
    })
}

/// The word that a text ends with, or as much of it as a word has: what a file makes of one sign is not read to its beginning
/// at each of its hyphens.
fn last_word(text: &str) -> &str {
    let letters = text.char_indices().rev().take(WORD_CHARS_MAX);
    let start = letters.take_while(|(_, c)| is_of_word(*c)).last();
    start.and_then(|(start, _)| text.get(start..)).unwrap_or_default()
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !is_of_word(c)).next().unwrap_or_default()
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '-'
}

fn rejoined(text: &str, known: &Known) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(DASHES) {
        let (before, behind) = rest.split_at(at);
        joined.push_str(before);
        let mut letters = behind.chars();
        let dash = letters.next().unwrap_or('-');
        rest = letters.as_str();
        match rest.strip_prefix(' ') {
            Some(next) => match between(&joined, dash, next, known) {
                Between::Nothing => rest = next,
                Between::Dash => {
                    joined.push(dash);
                    rest = next;
                }
                Between::AsItIs => joined.push(dash),
            },
            None => joined.push(dash),
        }
    }
    joined.push_str(rest);
    joined
}

/// What belongs between two halves.
enum Between {
    Nothing,
    Dash,
    AsItIs,
}

fn between(before: &str, dash: char, behind: &str, known: &Known) -> Between {
    let (left, right) = (last_word(before), first_word(behind));
    let ends_with_digit = left.ends_with(|c: char| c.is_ascii_digit());
    if right.starts_with(|c: char| c.is_ascii_digit()) {
        let is_range = ends_with_digit || (dash == '–' && !left.is_empty());
        return if is_range { Between::Dash } else { Between::AsItIs };
    }
    if dash != '-' || left.is_empty() || right.is_empty() || ends_with_digit {
        return Between::AsItIs;
    }
    let (left, right_small) = (left.to_lowercase(), right.to_lowercase());
    if HANGING.contains(&right_small.as_str()) {
        return Between::AsItIs;
    }
    let has = |word: &str| known.said.contains(word);
    if has(&format!("{left}-{right_small}")) {
        return Between::Dash;
    }
    if !right.starts_with(char::is_lowercase) {
        return Between::AsItIs;
    }
    if has(&format!("{left}{right}")) {
        return Between::Nothing;
    }
    let one_or_many = has(right) || has(&format!("{right}s")) || right.strip_suffix('s').is_some_and(has);
    if known.breaks_words && !one_or_many {
        Between::Nothing
    } else {
        Between::Dash
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn blocks(texts: &[&str]) -> Vec<Block> {
        let block = |text: &&str| Block {
            kind: BlockKind::Paragraph,
            text: (*text).to_owned(),
            page: Some(1),
        };
        texts.iter().map(block).collect()
    }

    fn texts(mut blocks: Vec<Block>) -> Vec<String> {
        rejoin(&mut blocks);
        blocks.into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn what_a_line_broke_is_whole_again() {
        let others = "The price of a lunch. Non-Discrimination is our rule. Information for residents; teams practice.";
        for (broken, expected) in [
            ("free or reduced- price meals", "free or reduced-price meals"),
            ("infor- mation for families", "information for families"),
            ("a non- resident student", "a non-resident student"),
            (
                "the Non- Discrimination officer",
                "the Non-Discrimination officer",
            ),
            ("pre- and post-tests", "pre- and post-tests"),
            ("grades K– 8 and 6– 12", "grades K–8 and 6–12"),
            ("call 555- 0150 - now", "call 555-0150 - now"),
            ("Item: ROLL- BLUE", "Item: ROLL- BLUE"),
            ("closed – call first", "closed – call first"),
            ("Room 4- the gym", "Room 4- the gym"),
            ("- 5 points", "- 5 points"),
            ("-", "-"),
        ] {
            assert_eq!(texts(blocks(&[broken, others]))[0], expected, "{broken}");
        }
        // What no other word tells: a file that breaks words breaks this one, too.
        for (others, expected) in [
            ("See below.", "trans-portation"),
            ("Information and infor- mation.", "transportation"),
        ] {
            assert_eq!(texts(blocks(&["trans- portation", others]))[0], expected);
        }
    }

    #[test]
    fn a_half_that_was_taken_for_an_item_comes_back() {
        for (broken, expected) in [
            (
                ["for grades 6–", "12. Food is allowed."],
                vec!["for grades 6–12. Food is allowed."],
            ),
            (["for trans-", "portation"], vec!["for trans-portation"]),
            (["Bring –", "1. a pen"], vec!["Bring –", "1. a pen"]),
            (["Hours: 8-", "Monday"], vec!["Hours: 8-", "Monday"]),
        ] {
            assert_eq!(texts(blocks(&broken)), expected);
        }
    }

    #[test]
    fn a_text_of_nothing_but_broken_words_is_read_in_one_go() {
        let hostile = "a- ".repeat(300_000);
        assert!(texts(blocks(&[&hostile]))[0].starts_with("a-a-a-"));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_but_spaces_and_hyphens(text in "[a-cA-B0-2 –-]{0,40}", other in "\\PC{0,20}") {
            let bare = |text: &str| text.replace([' ', '-'], "");
            let joined = texts(blocks(&[&text, &other])).concat();
            prop_assert_eq!(bare(&joined), bare(&(text + &other)));
        }
    }
}
