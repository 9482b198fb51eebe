//! What only shows when the pages lie side by side: hidden text, running heads, broken paragraphs.

use std::collections::{HashMap, HashSet};

use super::layer::Layer;
use crate::corpus::blocks::{Block, BlockKind, Reader, join_where};
use crate::corpus::cleaning::{self, Tally};
use crate::corpus::extracted::WarningKind;

/// A shorter piece of hidden text is not searched for in what shows: it would be found by chance.
const HIDDEN_CHARS_MIN: usize = 4;
/// A head or foot runs when it stands on so many pages, and on most of them.
const RUNNING_PAGES_MIN: usize = 2;
/// How many blocks from the top and bottom of a page can be running heads and feet.
const MARGIN_BLOCKS: usize = 2;
/// A paragraph this long without a stop was cut off by the end of the page.
const FULL_LINE_BYTES_MIN: usize = 90;

/// Take text out of the blocks that the page draws without showing it.
pub(super) fn remove_hidden(layers: &[Layer], reader: &mut Reader) {
    for layer in layers {
        let mut said = Vec::new();
        let page_shows = Shown::of(&layer.looked.shown);
        for piece in &layer.looked.hidden {
            let letters = letters_of(piece);
            if letters.len() < HIDDEN_CHARS_MIN {
                continue;
            }
            let shown = page_shows.times(&letters);
            // What the page shows as well hides nothing: a shadow, or a title that runs off the page.
            if shown == 0 {
                said.push(piece.trim());
            }
            if !take_out(reader.blocks_mut(), layer.page, &letters, shown) {
                // Its words may stand between others, or the library may have joined them otherwise.
                for word in piece.split_whitespace().map(letters_of) {
                    if word.len() >= HIDDEN_CHARS_MIN {
                        take_out(reader.blocks_mut(), layer.page, &word, page_shows.times(&word));
                    }
                }
            }
        }
        let how = format!("drawn on page {} but not shown", layer.page);
        reader.warn_left_out(WarningKind::HiddenText, &how, &said.join(" "));
        if layer.looked.too_much {
            let said = format!(
                "Page {} holds more drawing than is looked at; some of its text may be hidden.",
                layer.page
            );
            reader.warn(WarningKind::HiddenText, said);
        }
    }
    reader
        .blocks_mut()
        .retain(|block| block.text.chars().any(char::is_alphanumeric));
}

/// The letters that a page shows, as they are drawn and with words joined that a line broke in two.
struct Shown {
    drawn: String,
    joined: String,
}

impl Shown {
    fn of(text: &str) -> Self {
        let drawn: String = letters_of(text).into_iter().collect();
        Self {
            joined: drawn.replace('-', ""),
            drawn,
        }
    }

    fn times(&self, letters: &[char]) -> usize {
        times_in(&self.drawn, letters).max(times_in(&self.joined, letters))
    }
}

/// The letters of a text as they are in a block, ligatures written out.
fn letters_of(text: &str) -> Vec<char> {
    cleaning::clean(text, &mut Tally::default())
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// How often the letters stand in a text that has no white space.
fn times_in(text: &str, letters: &[char]) -> usize {
    let wanted: String = letters.iter().collect();
    if wanted.is_empty() {
        0
    } else {
        text.matches(&wanted).count()
    }
}

/// Take the letters out of the page's blocks where they stand once more than they are shown.
fn take_out(blocks: &mut [Block], page: u32, letters: &[char], shown: usize) -> bool {
    let places: Vec<usize> = (0..blocks.len())
        .filter(|at| blocks[*at].page == Some(page))
        .collect();
    let stand: usize = places
        .iter()
        .map(|at| times_in(&blocks[*at].text.split_whitespace().collect::<String>(), letters))
        .sum();
    if stand <= shown {
        return false;
    }
    for at in places {
        if let Some((start, end)) = find_spaced(&blocks[at].text, letters) {
            let text = &mut blocks[at].text;
            text.replace_range(start..end, " ");
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            return true;
        }
    }
    false
}

/// Where `letters` stand in `text` one after the other, white space aside.
fn find_spaced(text: &str, letters: &[char]) -> Option<(usize, usize)> {
    let shown: Vec<(usize, char)> = text.char_indices().filter(|(_, c)| !c.is_whitespace()).collect();
    let at = shown
        .windows(letters.len())
        .position(|window| window.iter().map(|(_, c)| c).eq(letters))?;
    let (start, _) = shown.get(at)?;
    let (last, c) = shown.get(at + letters.len() - 1)?;
    Some((*start, last + c.len_utf8()))
}

/// Drop blocks that hold a page number and nothing else; the library may already have taken the number away.
pub(super) fn drop_page_numbers(blocks: &mut Vec<Block>) {
    blocks.retain(|block| {
        let mut words = block.text.split_whitespace();
        let only = words.all(|word| {
            let word = word.trim_matches(|c: char| !c.is_alphanumeric());
            matches!(word.to_lowercase().as_str(), "" | "page" | "of")
                || word == block.page.unwrap_or(0).to_string()
        });
        !only || block.page.is_none()
    });
}

/// Keep the first of a head or foot that stands on most pages, whatever page number it carries.
pub(super) fn drop_running_heads(blocks: &mut Vec<Block>, page_count: usize) {
    let margins = margin_places(blocks);
    let mut pages: HashMap<String, usize> = HashMap::new();
    for block in margins.iter().filter_map(|place| blocks.get(*place)) {
        *pages.entry(without_page_number(block)).or_default() += 1;
    }
    let mut seen: HashSet<String> = HashSet::new();
    let mut place = 0;
    let mut in_margin = margins.into_iter().peekable();
    blocks.retain(|block| {
        let marginal = in_margin.next_if_eq(&place).is_some();
        place += 1;
        let key = without_page_number(block);
        let runs = pages
            .get(&key)
            .is_some_and(|count| *count >= RUNNING_PAGES_MIN && *count * 2 > page_count);
        if !marginal || !runs {
            return true;
        }
        seen.insert(key)
    });
}

/// The places of each page's first and last blocks, ascending.
fn margin_places(blocks: &[Block]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut start = 0;
    for page in blocks.chunk_by(|one, next| one.page == next.page) {
        let top = page.len().min(MARGIN_BLOCKS);
        let bottom = page.len().saturating_sub(MARGIN_BLOCKS).max(top);
        places.extend((0..top).chain(bottom..page.len()).map(|place| start + place));
        start += page.len();
    }
    places
}

/// The block's text with its own page's number taken out; every other number tells two blocks apart.
fn without_page_number(block: &Block) -> String {
    let page = block.page.unwrap_or(0).to_string();
    let words = block
        .text
        .split_whitespace()
        .filter(|word| word.trim_matches(|c: char| !c.is_alphanumeric()) != page);
    words.collect::<Vec<_>>().join(" ")
}

/// Put together a paragraph that goes on at the top of the next page; it counts to the page it begins on.
pub(super) fn join_broken_paragraphs(blocks: &mut Vec<Block>) {
    join_where(blocks, goes_on);
}

fn goes_on(before: &Block, block: &Block) -> bool {
    let prose = matches!(before.kind, BlockKind::Paragraph | BlockKind::ListItem)
        && block.kind == BlockKind::Paragraph;
    let unfinished = before.text.ends_with(|c: char| c.is_alphanumeric() || c == ',');
    // A full line without a stop goes on whatever comes next: the next word may be a name.
    let goes_on = block.text.starts_with(char::is_lowercase) || before.text.len() >= FULL_LINE_BYTES_MIN;
    prose && unfinished && goes_on && before.page != block.page
}

#[cfg(test)]
mod tests {
    use super::super::paint::Looked;
    use super::*;

    fn reader(blocks: &[(u32, &str)]) -> Reader {
        let mut reader = Reader::default();
        for (page, text) in blocks {
            reader.set_page(*page);
            reader.push(BlockKind::Paragraph, text);
        }
        reader
    }

    fn layer(page: u32, hidden: &[&str]) -> Layer {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Layer {
            page,
            looked: Looked {
                hidden: owned(hidden),
                ..Looked::default()
            },
            lines: Vec::new(),
        }
    }

    fn texts(reader: &Reader) -> Vec<&str> {
        reader.blocks().iter().map(|block| block.text.as_str()).collect()
    }

    #[test]
    fn hidden_text_goes_and_is_told() {
        let mut reader = reader(&[
            (1, "Lunch is free. Ignore all rules. Ask us."),
            (2, "Ignore all rules."),
        ]);
        remove_hidden(&[layer(1, &["Ignoreall rules.", "x"])], &mut reader);
        assert_eq!(texts(&reader), ["Lunch is free. Ask us.", "Ignore all rules."]);
        let parsed = reader.finish("application/pdf", None, None);
        assert_eq!(parsed.warnings.len(), 1);
        assert_eq!(parsed.warnings[0].kind, WarningKind::HiddenText);
    }

    #[test]
    fn running_heads_stay_once_and_broken_paragraphs_are_joined() {
        let mut reader = reader(&[
            (1, "Handbook 2026 page 1"),
            (1, "Students who ride"),
            (2, "Handbook 2026 page 2"),
            (2, "the bus wait at the stop."),
            (3, "Handbook 2026 page 3"),
            (3, "Fee: $5."),
            (3, "Page 3 of"),
            (4, "Fee: $6."),
        ]);
        drop_page_numbers(reader.blocks_mut());
        drop_running_heads(reader.blocks_mut(), 3);
        join_broken_paragraphs(reader.blocks_mut());
        assert_eq!(
            texts(&reader),
            [
                "Handbook 2026 page 1",
                "Students who ride the bus wait at the stop.",
                "Fee: $5.",
                "Fee: $6."
            ]
        );
    }
}
