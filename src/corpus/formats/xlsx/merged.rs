//! Merged cells: one text shown over several rows and columns, repeated in each place, as in tables elsewhere.

use super::cells;
use super::sheet::Line;
use crate::corpus::formats::xml::Element;

/// So many places are filled in all; a merge over a whole column covers few rows that hold anything.
const FILLED_MAX: usize = 1_000_000;
const COLUMNS_MAX: u32 = 256;

/// Repeat merged texts in the lines they reach. Gives back what stood under them, with the merged cell's place.
pub(super) fn spread(root: &Element, lines: &mut [Line]) -> Vec<(String, String)> {
    let mut covered = Vec::new();
    let mut filled = 0;
    let merges = root.child("mergeCells").into_iter().flat_map(Element::elements);
    for merge in merges {
        let Some((first, last)) = merge.attribute("ref").and_then(cells::area) else {
            continue;
        };
        let begin = lines.partition_point(|line| line.number < first.0);
        let end = lines.partition_point(|line| line.number <= last.0);
        let origin = lines
            .get(begin)
            .filter(|line| line.number == first.0)
            .and_then(|line| line.cells.get(&first.1))
            .cloned();
        for line in lines.get_mut(begin..end).unwrap_or_default() {
            let fills = line.has_own_text();
            for column in first.1..=last.1.min(first.1 + COLUMNS_MAX) {
                filled += 1;
                if filled > FILLED_MAX {
                    return covered;
                }
                if (line.number, column) == first {
                    continue;
                }
                let under = line.cells.remove(&column);
                if let Some(under) = under.filter(|under| under.origin == (line.number, column)) {
                    covered.push((
                        format!("{}{}", cells::letters(first.1), first.0),
                        under.text.to_string(),
                    ));
                }
                if let Some(origin) = origin.as_ref().filter(|_| fills) {
                    line.cells.insert(column, origin.clone());
                }
            }
        }
    }
    covered
}
