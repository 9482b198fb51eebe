//! The figure check: whether every number, amount, date, time, telephone number and address that a file holds as text
//! is in the text that was extracted from it.
//!
//! Families act on figures, and layout is where readers of files lose them. So each format gives its text a second
//! time by a simple reading of its own ([`OriginalPage`]), without structure, and the two are compared here. Pure: two texts
//! in, what the one has and the other lacks out.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::cleaning::{self, Tally};

#[cfg(test)]
mod tests;

/// Lines at the top and the bottom of a page among which running heads, feet and page numbers are looked for.
const MARGIN_LINES: usize = 3;
/// A line runs when it stands in the margins of this many pages, digits aside …
const RUNNING_PAGES_MIN: usize = 2;
/// … and of this share of all: left and right pages may carry different ones.
const RUNNING_SHARE_MIN: f64 = 0.4;
/// A text is low in fidelity when it lacks at least so many figures …
const LOW_MISSING_MIN: usize = 5;
/// … and this share of all. What is lost below that can be named one by one, and a person can look at it.
const LOW_SHARE_MIN: f64 = 0.1;
/// So many missing figures are kept one by one; all are counted.
const NAMED_MAX: usize = 100;
const CONTEXT_CHARS_MAX: usize = 160;
/// Text that is searched letter by letter for figures, per file: beyond it only whole figures are compared.
const SEARCHED_BYTES_MAX: usize = 256 << 20;

/// The text of one page of a file, or of all of it where the format has no pages, by the second reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct OriginalPage {
    pub page: Option<u32>,
    /// From top to bottom where the format says where they stand, else in the file's order.
    pub lines: Vec<String>,
}

/// How much of a file's figures its extracted text has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fidelity {
    pub verdict: FidelityVerdict,
    /// Figures in the original's text, running heads and page numbers aside.
    pub figures: u32,
    /// How many of them the extracted text lacks.
    pub missing: u32,
    /// The missing ones, at most a hundred.
    pub named: Vec<MissingFigure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FidelityVerdict {
    /// Every figure of the original is in the text.
    Full,
    /// Some are not; an approver has to say that they looked at them.
    SomeMissing,
    /// So many are not that the text is not the document; it cannot be approved.
    Low,
}

/// A figure that the original has and the extracted text lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingFigure {
    pub figure: String,
    pub page: Option<u32>,
    /// The line of the original that it stands in.
    pub context: String,
}

/// A piece of the extracted text, or of what was left out of it with a warning, and the page it begins on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub page: Option<u32>,
    pub text: &'a str,
}

/// Compare the figures of the original with the extracted text.
pub(super) fn fidelity(original: &[OriginalPage], extracted: &[Said<'_>]) -> Fidelity {
    let (figures, missing) = missing_figures(original, extracted);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Fidelity {
        verdict: verdict(figures, missing.len()),
        figures: count(figures),
        missing: count(missing.len()),
        named: missing.into_iter().take(NAMED_MAX).collect(),
    }
}

fn verdict(figures: usize, missing: usize) -> FidelityVerdict {
    if missing == 0 {
        FidelityVerdict::Full
    } else if missing >= LOW_MISSING_MIN && missing as f64 >= LOW_SHARE_MIN * figures as f64 {
        FidelityVerdict::Low
    } else {
        FidelityVerdict::SomeMissing
    }
}

/// How many figures the original has, and those of them that the extracted text lacks, in the original's order. A figure
/// must be there as often as on its page: a fee in one row says nothing of the same fee lost from another.
pub(super) fn missing_figures(
    original: &[OriginalPage],
    extracted: &[Said<'_>],
) -> (usize, Vec<MissingFigure>) {
    let running = running_lines(original);
    let mut by_page: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    let mut anywhere = Vec::new();
    for said in extracted {
        match said.page {
            Some(page) => by_page.entry(page).or_default().push(said.text),
            None => anywhere.push(said.text),
        }
    }
    let mut budget = SEARCHED_BYTES_MAX;
    let (mut figures_in_all, mut missing) = (0, Vec::new());
    for page in original {
        let of_page: Vec<&str> = match page.page {
            // A paragraph that goes on over the page counts to the page it begins on.
            Some(page) => {
                let near = by_page
                    .range(page.saturating_sub(1)..=page)
                    .flat_map(|(_, texts)| texts);
                near.chain(&anywhere).copied().collect()
            }
            None => extracted.iter().map(|said| said.text).collect(),
        };
        let mut known = Known::of(&of_page);
        let mut seen: HashMap<String, usize> = HashMap::new();
        for line in own_lines(page, &running) {
            for figure in figures(line) {
                figures_in_all += 1;
                let times = seen.entry(figure.folded.clone()).or_default();
                *times += 1;
                if !known.has(&figure.folded, *times, &mut budget) {
                    missing.push(MissingFigure {
                        figure: figure.shown,
                        page: page.page,
                        context: context(line),
                    });
                }
            }
        }
    }
    (figures_in_all, missing)
}

/// The figures of a page's extracted text, counted.
struct Known {
    text: String,
    counts: HashMap<String, usize>,
}

impl Known {
    fn of(texts: &[&str]) -> Self {
        let mut counts: HashMap<String, usize> = HashMap::new();
        let mut text = String::new();
        for said in texts {
            for figure in figures(said) {
                *counts.entry(figure.folded).or_default() += 1;
            }
            text.push_str(&folded(said));
            text.push('\n');
        }
        Self { text, counts }
    }

    /// Whether the figure is there so many times; as a part of a longer one too, since a table or a line's end joins
    /// and parts figures.
    fn has(&mut self, figure: &str, times: usize, budget: &mut usize) -> bool {
        let counted = self.counts.get(figure).copied().unwrap_or(0);
        if counted >= times {
            return true;
        }
        let Some(left) = budget.checked_sub(self.text.len()) else {
            return false;
        };
        *budget = left;
        let stands = times_in(&self.text, figure);
        self.counts.insert(figure.to_owned(), stands.max(counted));
        stands >= times
    }
}

/// How often the figure stands in a folded text where no digit follows or precedes it.
fn times_in(text: &str, figure: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |place: Option<usize>| {
        place
            .and_then(|place| bytes.get(place))
            .is_some_and(u8::is_ascii_digit)
    };
    let begins = figure.starts_with(|c: char| c.is_ascii_digit());
    let ends = figure.ends_with(|c: char| c.is_ascii_digit());
    text.match_indices(figure)
        .filter(|(start, _)| {
            !(begins && is_digit(start.checked_sub(1)) || ends && is_digit(Some(start + figure.len())))
        })
        .count()
}

/// A figure as it is written, and in the form in which figures are compared.
#[derive(Debug, PartialEq)]
struct Figure {
    shown: String,
    folded: String,
}

/// The figures of a text in its order.
fn figures(text: &str) -> Vec<Figure> {
    static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?x)
            [\w.+-]+@[\w-]+(?:\.[\w-]+)+
            | (?i: https?:// | www\. ) [^\s<>]*[^\s<>.,;:!?)\]']
            | [$€£]\s? \d (?: [\d.,]*\d )?
            | \d (?: [\d.,:/–—‐‑-]*\d )? (?: \s?% | \s?(?i:[ap]\.?\s?m\b) )?",
        )
        .expect("the pattern is fixed and every part of it is used in a test")
    });
    FIGURE
        .find_iter(text)
        .map(|found| Figure {
            shown: found.as_str().to_owned(),
            folded: folded(found.as_str()),
        })
        .collect()
}

/// Lower case, one kind of dash, and white space only where it keeps two numbers apart.
fn folded(text: &str) -> String {
    let clean = cleaning::clean(text, &mut Tally::default());
    let mut folded = String::with_capacity(clean.len());
    let mut characters = clean.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            ' ' if folded.ends_with(|c: char| c.is_ascii_digit())
                && characters.peek().is_some_and(char::is_ascii_digit) =>
            {
                folded.push(' ');
            }
            ' ' => {}
            '–' | '—' | '‐' | '‑' | '−' => folded.push('-'),
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// The page's lines without running heads, feet and page numbers.
fn own_lines<'p>(page: &'p OriginalPage, running: &HashSet<String>) -> impl Iterator<Item = &'p str> {
    let margins = margins(page);
    let innocent: Vec<bool> = page
        .lines
        .iter()
        .enumerate()
        .map(|(place, line)| {
            margins.contains(&place) && (running.contains(&form(line)) || is_page_number(line, page.page))
        })
        .collect();
    page.lines
        .iter()
        .zip(innocent)
        .filter(|(_, innocent)| !innocent)
        .map(|(line, _)| line.as_str())
}

/// The forms of the lines that run.
fn running_lines(original: &[OriginalPage]) -> HashSet<String> {
    let pages = original.iter().filter(|page| page.page.is_some());
    let mut on_pages: HashMap<String, usize> = HashMap::new();
    for page in pages.clone() {
        let forms: HashSet<String> = margins(page)
            .into_iter()
            .filter_map(|place| page.lines.get(place))
            .map(|line| form(line))
            .collect();
        for form in forms {
            *on_pages.entry(form).or_default() += 1;
        }
    }
    let enough = (RUNNING_SHARE_MIN * pages.count() as f64).max(RUNNING_PAGES_MIN as f64);
    on_pages
        .into_iter()
        .filter(|(_, count)| *count as f64 >= enough)
        .map(|(form, _)| form)
        .collect()
}

/// The places of the first and last lines of a page; a file without pages has no margins.
fn margins(page: &OriginalPage) -> HashSet<usize> {
    let lines = page.lines.len();
    match page.page {
        Some(_) => (0..lines.min(MARGIN_LINES))
            .chain(lines.saturating_sub(MARGIN_LINES)..lines)
            .collect(),
        None => HashSet::new(),
    }
}

/// A line with each of its numbers as one sign.
fn form(line: &str) -> String {
    let mut form = String::new();
    for c in folded(line).chars() {
        if !c.is_ascii_digit() {
            form.push(c);
        } else if !form.ends_with('#') {
            form.push('#');
        }
    }
    form
}

/// Whether a line says which page it is on and nothing else.
fn is_page_number(line: &str, page: Option<u32>) -> bool {
    let folded = folded(line);
    let bare = folded
        .trim_start_matches("page")
        .trim_matches(|c: char| !c.is_alphanumeric());
    let own = bare.split("of").next().unwrap_or_default();
    page.is_some_and(|page| own == page.to_string())
}

fn context(line: &str) -> String {
    let clean = cleaning::clean(line, &mut Tally::default());
    let mut cut: String = clean.chars().take(CONTEXT_CHARS_MAX).collect();
    if cut.len() < clean.len() {
        cut.push('…');
    }
    cut
}
