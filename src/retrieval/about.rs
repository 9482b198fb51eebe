//! Which documents a question is about by name. A document of the school that is named, or one that names the programme,
//! comes before another that says the same of a different one, though not every one of its passages has the name.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::Searcher;
use tantivy::collector::DocSetCollector;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Term};

use super::held::{Held, HeldVersion};
use super::index::IndexError;
use super::names::{NamedOffice, names_among, office_named};
use super::searched::searched;
use super::stored::{Fields, slots, stored_passage};
use super::words::stem;

/// What a document of the office that is named has over one of another.
const OFFICE_SHARE: f32 = 0.3;
/// What a document with a name of the question in it has over one without. It is little: the words themselves count already.
const NAME_SHARE: f32 = 0.05;
/// A name in more than this share of the passages tells no document from another.
const COMMON_SHARE: f32 = 0.25;

/// The documents that a question's names speak for, each by its version's first slot.
pub(super) struct About<'a> {
    held: &'a Held,
    /// Of the office that is named with the most of its words; empty where none is.
    of_office: BTreeSet<u64>,
    /// How the question names that office, where no other document has the name: in its own it says nothing.
    says_nothing: Vec<String>,
    /// For each other name that any passage has, the documents that have it.
    naming: Vec<BTreeSet<u64>>,
}

impl<'a> About<'a> {
    pub fn of(question: &str, library: &Library<'a>) -> Result<Self, IndexError> {
        let held = library.held;
        let visible: BTreeSet<&str> = (library.visible.iter())
            .map(|version| version.named.owner.as_str())
            .collect();
        let names = names_among(question, visible.iter().copied());
        let offices = named_offices(&names, &visible);
        let theirs = |version: &&&HeldVersion| offices.contains_key(version.named.owner.as_str());
        let of_office = first_slots(library.visible.iter().filter(theirs));
        let mut says_nothing = Vec::new();
        for named in offices.values() {
            if !library.has_elsewhere(&named.said, &of_office)? {
                says_nothing.push(named.said.clone());
            }
        }
        let mut naming = Vec::new();
        for name in &names {
            let is_theirs = |office: &&str| office_named(office, std::slice::from_ref(name)).is_some();
            if !offices.keys().any(is_theirs) {
                let slots = library.passages_with(name)?.into_iter();
                let documents: BTreeSet<u64> = slots.filter_map(|slot| held.first_slot(slot)).collect();
                naming.extend((!documents.is_empty()).then_some(documents));
            }
        }
        Ok(Self {
            held,
            of_office,
            says_nothing,
            naming,
        })
    }

    /// The question as it is compared with passages.
    pub fn looked_up(&self, question: &str) -> String {
        searched(question, &self.says_nothing)
    }

    /// The score of a passage, from 0 to 1 as before.
    pub fn weigh(&self, slot: u64, score: f32) -> f32 {
        let Some(version) = self.held.first_slot(slot) else {
            return score;
        };
        let naming = self.naming.iter().filter(|versions| versions.contains(&version));
        let named = match self.naming.len() {
            0 => score,
            all => toward(score, naming.count() as f32 / all as f32, NAME_SHARE),
        };
        if self.of_office.is_empty() {
            return named;
        }
        let is_theirs = f32::from(u8::from(self.of_office.contains(&version)));
        toward(named, is_theirs, OFFICE_SHARE)
    }
}

fn toward(score: f32, goal: f32, share: f32) -> f32 {
    (1.0 - share) * score + share * goal
}

/// The offices that are named with the most of their words. What is not in force has no say in which those are.
fn named_offices<'v>(names: &[Vec<String>], visible: &BTreeSet<&'v str>) -> BTreeMap<&'v str, NamedOffice> {
    let named = visible
        .iter()
        .filter_map(|office| Some((*office, office_named(office, names)?)));
    let mut named: BTreeMap<&str, NamedOffice> = named.collect();
    let most = named.values().map(|named| named.words).max();
    named.retain(|_, named| Some(named.words) == most);
    named
}

fn first_slots<'v>(versions: impl Iterator<Item = &'v &'v HeldVersion>) -> BTreeSet<u64> {
    versions
        .filter_map(|version| version.slots().first().copied())
        .collect()
}

/// Where names are looked for.
pub(super) struct Library<'a> {
    pub held: &'a Held,
    /// What is in force.
    pub visible: &'a [&'a HeldVersion],
    pub searcher: &'a Searcher,
    pub fields: &'a Fields,
}

impl Library<'_> {
    /// Whether a document in force that is none of `theirs` has the name.
    fn has_elsewhere(&self, name: &str, theirs: &BTreeSet<u64>) -> Result<bool, IndexError> {
        let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
        let in_force = first_slots(self.visible.iter());
        for slot in self.passages_with(&words)? {
            let document = self.held.first_slot(slot);
            let is_anothers =
                document.is_some_and(|document| in_force.contains(&document) && !theirs.contains(&document));
            // A passage may have the words of a name without having the name.
            if is_anothers && stored_passage(self.searcher, self.fields, slot)?.says(name) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The slots of the passages that have every word of the name; none of a name that is everywhere.
    fn passages_with(&self, name: &[String]) -> Result<Vec<u64>, IndexError> {
        let (searcher, fields) = (self.searcher, self.fields);
        let everywhere = [fields.title, fields.heading, fields.body];
        let mut rarest = u64::MAX;
        let mut every_word: Vec<(Occur, Box<dyn Query>)> = Vec::with_capacity(name.len());
        for word in name {
            let stem = stem(word);
            let terms = everywhere.map(|field| Term::from_field_text(field, &stem));
            let mut passages = 0;
            for term in &terms {
                passages += searcher.doc_freq(term)?;
            }
            rarest = rarest.min(passages);
            let anywhere = terms.map(|term| {
                let query: Box<dyn Query> = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
                (Occur::Should, query)
            });
            every_word.push((Occur::Must, Box::new(BooleanQuery::new(anywhere.into()))));
        }
        if rarest == 0 || rarest as f32 > COMMON_SHARE * searcher.num_docs() as f32 {
            return Ok(Vec::new());
        }
        let found = searcher.search(&BooleanQuery::new(every_word), &DocSetCollector)?;
        slots(searcher, found)
    }
}
