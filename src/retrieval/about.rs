//! Which documents a question is about by name. A document of the school that is named, or one that names the programme,
//! comes before another that says the same of a different one, though not every one of its passages has the name.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::Searcher;
use tantivy::collector::DocSetCollector;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{IndexRecordOption, Term};

use super::held::Held;
use super::index::IndexError;
use super::names::{names, office_named};
use super::stored::{Fields, slots};
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
    /// For each other name that any passage has, the documents that have it.
    naming: Vec<BTreeSet<u64>>,
}

impl<'a> About<'a> {
    pub fn of(
        question: &str,
        held: &'a Held,
        searcher: &Searcher,
        fields: &Fields,
    ) -> Result<Self, IndexError> {
        let names = names(question);
        let (of_office, others) = of_office(&names, held);
        let mut naming = Vec::new();
        for name in others {
            let versions: BTreeSet<u64> = passages_with(name, searcher, fields)?
                .into_iter()
                .filter_map(|slot| held.first_slot(slot))
                .collect();
            naming.extend((!versions.is_empty()).then_some(versions));
        }
        Ok(Self {
            held,
            of_office,
            naming,
        })
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

/// The documents of the office that is named with the most of its words, and the names that are not the office's.
fn of_office<'n>(names: &'n [Vec<String>], held: &Held) -> (BTreeSet<u64>, Vec<&'n Vec<String>>) {
    if names.is_empty() {
        return Default::default();
    }
    let mut offices: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, office) in held.offices() {
        offices
            .entry(office)
            .or_insert_with(|| office_named(office, names));
    }
    let most = offices.values().copied().max().unwrap_or_default();
    offices.retain(|_, named| most > 0 && *named == most);
    let versions = held
        .offices()
        .filter(|(_, office)| offices.contains_key(office))
        .map(|(version, _)| version)
        .collect();
    let is_office = |name: &Vec<String>| {
        offices
            .keys()
            .any(|office| office_named(office, std::slice::from_ref(name)) > 0)
    };
    (versions, names.iter().filter(|name| !is_office(name)).collect())
}

/// The slots of the passages that have every word of the name; none of a name that is everywhere.
fn passages_with(name: &[String], searcher: &Searcher, fields: &Fields) -> Result<Vec<u64>, IndexError> {
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
