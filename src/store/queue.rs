//! The queue: a page of items without their texts, filtered and sorted in the database.

use std::fmt::Write;

use jiff::Timestamp;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

use super::columns::Columns;
use super::connect::Store;
use super::error::StoreError;
use super::items::{Checks, ItemKind, read_checks, read_lease};
use crate::ids::{ItemId, PersonId};
use crate::review::{Lease, State};

/// Which items, in which order; what is empty or absent does not narrow the queue.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QueueFilter {
    pub states: Vec<State>,
    pub kind: Option<ItemKind>,
    pub held: Option<Held>,
    pub requester: Option<PersonId>,
    /// Only what is public and rests on a source that left force.
    pub to_correct: bool,
    /// Words that occur in the title or the question, as one run of text.
    pub q: String,
    pub sort: QueueSort,
}

/// Whose claim an item is under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    By(PersonId),
    /// Nobody's at this time.
    FreeAt(Timestamp),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum QueueSort {
    /// What is due first comes first.
    #[default]
    Due,
    /// What was asked for last comes first.
    Newest,
    /// What changed last comes first.
    Updated,
}

/// An item as the queue shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    pub id: ItemId,
    pub kind: ItemKind,
    pub title: String,
    pub state: State,
    pub risk: Vec<String>,
    pub audience: String,
    pub due_at: Timestamp,
    pub requester: PersonId,
    pub requester_name: String,
    /// The claim, which may have ended.
    pub lease: Option<Lease>,
    pub holder_name: Option<String>,
    pub checks: Option<Checks>,
    pub refusal_kind: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub entries: Vec<T>,
    /// Where the next page begins; absent on the last.
    pub next_cursor: Option<String>,
    /// How many there are on all pages.
    pub total: u64,
}

impl QueueSort {
    /// What the queue is sorted by, ascending. Times run backwards where the newest comes first.
    fn key(self) -> &'static str {
        match self {
            QueueSort::Due => "i.due_at",
            QueueSort::Newest => "-i.created_at",
            QueueSort::Updated => "-i.updated_at",
        }
    }

    fn key_of(self, row: &QueueRow) -> i64 {
        match self {
            QueueSort::Due => row.due_at.as_microsecond(),
            QueueSort::Newest => -row.created_at.as_microsecond(),
            QueueSort::Updated => -row.updated_at.as_microsecond(),
        }
    }
}

impl Store {
    /// A page of the queue: at most `limit` items after `cursor`.
    pub async fn queue(
        &self,
        filter: &QueueFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<QueueRow>, StoreError> {
        let place = cursor.map(parse_cursor).transpose()?;
        let mut connection = self.connection().await?;
        let total = Narrowed::by(filter)
            .query("SELECT COUNT(*) AS total FROM items i WHERE 1 = 1", "")
            .fetch_one(&mut *connection)
            .await?
            .count("total")?;
        let mut narrowed = Narrowed::by(filter);
        if let Some((key, id)) = place {
            narrowed.after(filter.sort, key, id);
        }
        let order = narrowed.order(filter.sort, limit.saturating_add(1));
        let rows = narrowed
            .query(SELECT_QUEUE, &order)
            .fetch_all(&mut *connection)
            .await?;
        let mut entries: Vec<QueueRow> = rows.iter().map(read_row).collect::<Result<_, _>>()?;
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next_cursor = entries
            .last()
            .filter(|_| more)
            .map(|last| format!("{}.{}", filter.sort.key_of(last), last.id));
        Ok(Page {
            entries,
            next_cursor,
            total,
        })
    }
}

const SELECT_QUEUE: &str = "SELECT i.id, i.kind, i.title, i.state, i.risk, i.audience, i.due_at, i.requester,
    i.held_by, i.held_until, i.supported, i.doubtful, i.unsupported, i.person_written, i.sections, i.refusal_kind,
    i.created_at, i.updated_at, i.version, p.name AS requester_name, h.name AS holder_name
    FROM items i JOIN people p ON p.id = i.requester LEFT JOIN people h ON h.id = i.held_by WHERE 1 = 1";

/// A cursor is the sort key and the id of the last item shown.
fn parse_cursor(cursor: &str) -> Result<(i64, ItemId), StoreError> {
    let parsed = cursor
        .split_once('.')
        .and_then(|(key, id)| Some((key.parse().ok()?, id.parse().ok()?)));
    parsed.ok_or(StoreError::BadCursor)
}

enum Value {
    Text(String),
    Number(i64),
}

/// The conditions of a query, made of fixed pieces of SQL, and the values for their placeholders.
#[derive(Default)]
struct Narrowed {
    conditions: String,
    values: Vec<Value>,
}

impl Narrowed {
    fn by(filter: &QueueFilter) -> Narrowed {
        let mut narrowed = Narrowed::default();
        if !filter.states.is_empty() {
            let places: Vec<String> = filter
                .states
                .iter()
                .map(|state| narrowed.text(state.as_str()))
                .collect();
            narrowed.add(format_args!("i.state IN ({})", places.join(", ")));
        }
        if let Some(kind) = filter.kind {
            let place = narrowed.text(kind.as_str());
            narrowed.add(format_args!("i.kind = {place}"));
        }
        match &filter.held {
            None => {}
            Some(Held::By(person)) => {
                let place = narrowed.text(person.as_str());
                narrowed.add(format_args!("i.held_by = {place}"));
            }
            Some(Held::FreeAt(now)) => {
                let place = narrowed.number(now.as_microsecond());
                narrowed.add(format_args!("(i.held_by IS NULL OR i.held_until <= {place})"));
            }
        }
        if let Some(requester) = &filter.requester {
            let place = narrowed.text(requester.as_str());
            narrowed.add(format_args!("i.requester = {place}"));
        }
        if filter.to_correct {
            narrowed.add(format_args!(
                "EXISTS (SELECT 1 FROM publications p WHERE p.item = i.id AND p.stale_reason IS NOT NULL
                 AND p.withdrawn_at IS NULL)"
            ));
        }
        if !filter.q.trim().is_empty() {
            let place = narrowed.text(&containing(&filter.q));
            narrowed.add(format_args!("i.search_text LIKE {place} ESCAPE '!'"));
        }
        narrowed
    }

    fn after(&mut self, sort: QueueSort, key: i64, id: ItemId) {
        let (key, id) = (self.number(key), self.text(id.as_str()));
        let sorted = sort.key();
        self.add(format_args!(
            "({sorted} > {key} OR ({sorted} = {key} AND i.id > {id}))"
        ));
    }

    fn order(&mut self, sort: QueueSort, limit: u32) -> String {
        let limit = self.number(i64::from(limit));
        format!(" ORDER BY {}, i.id LIMIT {limit}", sort.key())
    }

    fn text(&mut self, value: &str) -> String {
        self.values.push(Value::Text(value.to_owned()));
        format!("${}", self.values.len())
    }

    fn number(&mut self, value: i64) -> String {
        self.values.push(Value::Number(value));
        format!("${}", self.values.len())
    }

    fn add(&mut self, condition: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = write!(self.conditions, " AND {condition}");
    }

    /// Every piece of the text is a literal of this file; what people typed is only ever bound.
    fn query(self, select: &str, order: &str) -> Query<'static, Any, AnyArguments> {
        let sql = format!("{select}{}{order}", self.conditions);
        let query = sqlx::query(AssertSqlSafe(sql));
        self.values.into_iter().fold(query, |query, value| match value {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
        })
    }
}

/// A LIKE pattern for texts that contain these words in lower case; `!` takes a sign's special meaning away.
pub(super) fn containing(words: &str) -> String {
    let mut pattern = "%".to_owned();
    for sign in words.trim().to_lowercase().chars() {
        if matches!(sign, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

fn read_row(row: &AnyRow) -> Result<QueueRow, StoreError> {
    Ok(QueueRow {
        id: row.parsed("id")?,
        kind: row.word("kind")?,
        title: row.text("title")?,
        state: row.word("state")?,
        risk: row.json("risk")?,
        audience: row.text("audience")?,
        due_at: row.at("due_at")?,
        requester: row.parsed("requester")?,
        requester_name: row.text("requester_name")?,
        lease: read_lease(row)?,
        holder_name: row.optional_text("holder_name")?,
        checks: read_checks(row)?,
        refusal_kind: row.optional_text("refusal_kind")?,
        created_at: row.at("created_at")?,
        updated_at: row.at("updated_at")?,
        version: row.number("version")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_the_pattern_language_are_searched_for_as_they_are() {
        assert_eq!(containing(" 50% OFF_!"), "%50!% off!_!!%");
    }

    #[test]
    fn only_our_own_cursors_are_taken() {
        let id = ItemId::fresh();
        assert_eq!(parse_cursor(&format!("-12.{id}")).unwrap(), (-12, id));
        for given in ["", "12", "12.", "x.req_0", "12.req_0; DROP TABLE items"] {
            assert!(parse_cursor(given).is_err(), "accepted {given:?}");
        }
    }
}
