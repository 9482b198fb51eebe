//! An HTML table as rows of cells, with spanning cells repeated in each place they cover.

use super::dom::{Dom, NodeId};
use crate::corpus::formats::tables::{Cell, Table};

const COLUMNS_MAX: usize = 60;
const ROWS_SPANNED_MAX: usize = 1_000;

/// Whether the table only arranges the page: it says so, or holds what no data cell holds.
pub(super) fn is_layout(dom: &Dom, table: NodeId) -> bool {
    let role = dom.attribute(table, "role").unwrap_or_default();
    matches!(role, "presentation" | "none")
        || dom
            .descendants(table)
            .skip(1)
            .any(|node| matches!(dom.tag(node), "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"))
}

/// Read the table; `say` gives the visible text of a cell.
pub(super) fn read(dom: &Dom, table: NodeId, mut say: impl FnMut(NodeId) -> String) -> Table {
    let mut read = Table::default();
    let mut hanging: Vec<(usize, Cell)> = Vec::new();
    let mut still_heading = true;
    for row in dom.descendants(table).filter(|node| dom.tag(*node) == "tr") {
        let cells: Vec<NodeId> = dom
            .children(row)
            .iter()
            .copied()
            .filter(|cell| matches!(dom.tag(*cell), "td" | "th"))
            .collect();
        let mut texts: Vec<Cell> = Vec::new();
        for cell in &cells {
            hang(&mut texts, &mut hanging);
            let rows = span(dom, *cell, "rowspan", ROWS_SPANNED_MAX);
            let columns = span(dom, *cell, "colspan", COLUMNS_MAX);
            for said in Cell::new(say(*cell)).across(columns) {
                if texts.len() < COLUMNS_MAX {
                    let column = texts.len();
                    if hanging.len() <= column {
                        hanging.resize(column + 1, (0, Cell::default()));
                    }
                    hanging[column] = (rows - 1, said.clone());
                    texts.push(said);
                }
            }
        }
        hang(&mut texts, &mut hanging);
        still_heading &= !cells.is_empty() && cells.iter().all(|cell| dom.tag(*cell) == "th");
        read.heading_rows += usize::from(still_heading);
        if !texts.is_empty() {
            read.rows.push(texts);
        }
    }
    read
}

/// Fill the next columns with cells that hang down from rows above.
fn hang(texts: &mut Vec<Cell>, hanging: &mut [(usize, Cell)]) {
    while let Some((rows_left, text)) = hanging.get_mut(texts.len()) {
        if *rows_left == 0 {
            return;
        }
        *rows_left -= 1;
        texts.push(text.clone());
    }
}

fn span(dom: &Dom, cell: NodeId, name: &str, most: usize) -> usize {
    dom.attribute(cell, name)
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(1)
        .clamp(1, most)
}
