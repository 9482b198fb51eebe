//! The numbers Word shows before paragraphs and does not store: "5.2.1", "(b)", "iv.".
//!
//! District policies are cited by these numbers, so they are counted here as Word counts them.

use std::collections::HashMap;

use super::styles::{Styles, list_and_level};
use crate::corpus::formats::counting::Counting;
use crate::corpus::formats::xml::Element;

const LEVELS: usize = 9;

#[derive(Clone, Debug)]
struct Level {
    counting: Counting,
    /// Such as `%1.%2.`: the numbers of the levels in place of `%n`.
    pattern: String,
    start: u32,
}

#[derive(Debug, Default)]
struct List {
    kind: String,
    overrides: HashMap<usize, u32>,
}

/// The lists of a document and how far each has been counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    kinds: HashMap<String, HashMap<usize, Level>>,
    lists: HashMap<String, List>,
    /// Counts by kind of list, because lists of one kind count on from each other.
    counts: HashMap<String, [Option<u32>; LEVELS]>,
    started: Vec<String>,
}

impl Numbering {
    pub fn read(part: &Element) -> Self {
        let kinds = part
            .named("abstractNum")
            .filter_map(|kind| Some((kind.attribute("abstractNumId")?.to_owned(), levels(kind))))
            .collect();
        let lists = part.named("num").filter_map(|list| {
            let overrides = list.named("lvlOverride").filter_map(|level| {
                Some((
                    level.attribute("ilvl")?.parse().ok()?,
                    level.value("startOverride")?.parse().ok()?,
                ))
            });
            let kind = list.value("abstractNumId")?.to_owned();
            Some((
                list.attribute("numId")?.to_owned(),
                List {
                    kind,
                    overrides: overrides.collect(),
                },
            ))
        });
        Self {
            kinds,
            lists: lists.collect(),
            ..Self::default()
        }
    }

    /// The number Word shows before a paragraph of these properties and this style; an empty paragraph is neither shown
    /// nor counted.
    pub fn label(
        &mut self,
        styles: &Styles,
        properties: Option<&Element>,
        style: Option<&str>,
        empty: bool,
    ) -> Option<String> {
        let own = properties
            .and_then(|properties| properties.child("numPr"))
            .map(list_and_level)
            .unwrap_or_default();
        let of_style = style.map(|style| styles.numbering(style)).unwrap_or_default();
        let list = own.0.or(of_style.0).filter(|list| list != "0")?;
        let level = own.1.or(of_style.1).unwrap_or(0);
        if empty { None } else { self.next(&list, level) }
    }

    /// Count one paragraph; its label is empty for a bullet. `None` if it is in no list.
    pub fn next(&mut self, list_id: &str, level: usize) -> Option<String> {
        let list = self.lists.get(list_id)?;
        let levels = self.kinds.get(&list.kind)?;
        let level = level.min(LEVELS - 1);
        let own = levels.get(&level)?;
        let counts = self.counts.entry(list.kind.clone()).or_default();
        if !self.started.iter().any(|started| started == list_id) {
            self.started.push(list_id.to_owned());
            for (level, start) in list.overrides.iter().filter(|(level, _)| **level < LEVELS) {
                counts[*level] = start.checked_sub(1);
            }
        }
        counts[level] = Some(counts[level].map_or(own.start, |count| count.saturating_add(1)));
        counts[level + 1..].fill(None);
        if own.counting == Counting::Uncounted {
            return Some(String::new());
        }
        let mut label = own.pattern.clone();
        for (place, count) in counts.iter().enumerate().take(level + 1) {
            let shown = levels.get(&place).map_or(String::new(), |level| {
                level.counting.write(count.unwrap_or(level.start))
            });
            label = label.replace(&format!("%{}", place + 1), &shown);
        }
        Some(label)
    }
}

fn levels(kind: &Element) -> HashMap<usize, Level> {
    let levels = kind.named("lvl").filter_map(|level| {
        let read = Level {
            counting: Counting::of_word(level.value("numFmt").unwrap_or("decimal")),
            pattern: level.value("lvlText").unwrap_or_default().to_owned(),
            start: level
                .value("start")
                .and_then(|start| start.parse().ok())
                .unwrap_or(1),
        };
        Some((level.attribute("ilvl")?.parse().ok()?, read))
    });
    levels.collect()
}
