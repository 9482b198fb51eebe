//! From what the use cases give to what the API shows.

mod audit;
mod comparisons;
mod conflicts;
mod documents;
mod imports;
mod item_sources;
mod items;
mod notices;
mod people;
mod pilot;

pub use audit::{audit_entry, history_entry, verification};
pub use comparisons::version_comparison;
pub use conflicts::conflicts;
pub use documents::{Day, Seen, document, hit, version};
pub use imports::{import, import_summary, resaved, resaved_approval, watch};
pub use items::{comparison, item, queue_row, revision};
pub use notices::notice;
pub use people::{Names, person};
pub use pilot::pilot;
