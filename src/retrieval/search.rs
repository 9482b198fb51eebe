//! A search: question to passages, over the sources in force and nothing else.

use tantivy::Searcher;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery, TermSetQuery};
use tantivy::schema::{Field, IndexRecordOption, Term};

use super::about::{About, Library};
use super::embedding::{dot, normalised};
use super::fusion::{Fused, fuse};
use super::generation::View;
use super::held::{HeldVersion, in_order, nearest};
use super::index::{Index, IndexError};
use super::indexed::{Hit, SourcesInForce};
use super::stored::{Fields, slots, stored_passage};
use super::words;
use crate::ids::VersionId;

/// Names the weights below; part of the stamp that a draft records.
pub(super) const RANKING: &str = "hybrid-5";

/// A question is read up to here; what it asks is said by then.
const QUESTION_CHARS_MAX: usize = 2_000;
/// So many different words of a question are looked up.
const TERMS_MAX: usize = 64;
/// Candidates taken from each side before they are fused.
const CANDIDATES: usize = 200;
/// No caller needs more passages than this at once.
const LIMIT_MAX: usize = 200;
/// Weights of the fields; a word in the body says most about what a passage states.
const TITLE_WEIGHT: f32 = 0.2;
const HEADING_WEIGHT: f32 = 0.3;
const BODY_WEIGHT: f32 = 1.0;
/// What another word for the same thing weighs beside the question's own word.
const OTHER_WORD_WEIGHT: f32 = 0.5;

impl Index {
    /// The best passages of the sources in force, best first. The question is only ever words: nothing in
    /// it is read as query syntax.
    pub fn search(
        &self,
        question: &str,
        in_force: &SourcesInForce,
        limit: usize,
    ) -> Result<Vec<Hit>, IndexError> {
        let question = beginning(question);
        let view = self.view();
        let View { searcher, held } = &view;
        let (visible, hidden) = held.parted(in_force);
        if question.trim().is_empty() || limit == 0 || visible.is_empty() {
            return Ok(Vec::new());
        }
        let about = About::of(&question, &self.library(&view, &visible))?;
        let question = about.looked_up(&question);
        let terms = words::terms(&question, TERMS_MAX);
        let others = self.vocabulary.others(&terms);
        // The two sides know nothing of each other, so each gets a processor.
        let (worded, near) = rayon::join(
            || worded(searcher, &self.fields, &terms, &others, &hidden),
            || {
                let vector = self.vector(&question)?;
                let near = nearest(&visible, &vector, CANDIDATES);
                Ok::<_, IndexError>((vector, near))
            },
        );
        let (worded, (vector, mut near)) = (worded?, near?);
        let slots = worded.iter().map(|(slot, _)| *slot);
        near.extend(held.at(slots, &vector, in_force));
        let limit = limit.min(LIMIT_MAX);
        let fused = fuse(&in_order(near), &worded, CANDIDATES, limit, |slot, score| {
            about.weigh(slot, score)
        });
        fused
            .into_iter()
            .map(|found| self.hit(searcher, found, &terms, in_force))
            .collect()
    }

    /// Puts the first `among` hits into the order of their score together with their sentence nearest to the question: a
    /// passage that says much beside the answer is far from the question as a whole. With them come the cosines of their
    /// sentences with the question, in the order of the sentences.
    pub fn by_nearest_sentence(
        &self,
        question: &str,
        in_force: &SourcesInForce,
        mut hits: Vec<Hit>,
        among: usize,
    ) -> Result<(Vec<Hit>, Vec<Vec<f32>>), IndexError> {
        let others = hits.split_off(among.min(hits.len()));
        let view = self.view();
        let (visible, _) = view.held.parted(in_force);
        let question = beginning(question);
        let about = About::of(&question, &self.library(&view, &visible))?;
        let cosines = self.nearness(&about.looked_up(&question), &hits)?;
        let mut weighed: Vec<(f32, Hit, Vec<f32>)> = hits
            .into_iter()
            .zip(cosines)
            .map(|(hit, cosines)| {
                let nearest = cosines.iter().copied().fold(0.0, f32::max);
                (hit.score + nearest, hit, cosines)
            })
            .collect();
        weighed.sort_by(|(left, ..), (right, ..)| right.total_cmp(left));
        let (mut hits, cosines): (Vec<Hit>, Vec<Vec<f32>>) = weighed
            .into_iter()
            .map(|(_, hit, cosines)| (hit, cosines))
            .unzip();
        hits.extend(others);
        Ok((hits, cosines))
    }

    fn library<'a>(&'a self, view: &'a View, visible: &'a [&'a HeldVersion]) -> Library<'a> {
        Library {
            held: &view.held,
            visible,
            searcher: &view.searcher,
            fields: &self.fields,
        }
    }

    /// All passages of one version in their order; none if it is not in force with the text that was indexed.
    pub fn passages(&self, version: &VersionId, in_force: &SourcesInForce) -> Result<Vec<Hit>, IndexError> {
        let View { searcher, held } = self.view();
        let visible = held
            .get(version)
            .filter(|held| in_force.hold(version, &held.content_sha256));
        let mut passages = visible
            .map_or(&[][..], HeldVersion::slots)
            .iter()
            .map(|slot| self.hit(&searcher, Fused::unscored(*slot), &[], in_force))
            .collect::<Result<Vec<_>, _>>()?;
        passages.sort_by_key(|passage| passage.start);
        Ok(passages)
    }

    fn vector(&self, question: &str) -> Result<Vec<f32>, IndexError> {
        let embedded = self.embedding.embed(&[question]).map_err(IndexError::Embedding)?;
        Ok(embedded.into_iter().next().map(normalised).unwrap_or_default())
    }

    fn nearness(&self, question: &str, hits: &[Hit]) -> Result<Vec<Vec<f32>>, IndexError> {
        let sentences = hits.iter().flat_map(|hit| {
            hit.sentences
                .iter()
                .map(|span| hit.slice(*span).unwrap_or_default())
        });
        let texts: Vec<&str> = std::iter::once(question).chain(sentences).collect();
        let vectors = self.embedding.embed(&texts).map_err(IndexError::Embedding)?;
        let mut vectors = vectors.into_iter().map(normalised);
        let asked = vectors.next().unwrap_or_default();
        let mut cosines = vectors.map(|vector| dot(&asked, &vector));
        Ok(hits
            .iter()
            .map(|hit| cosines.by_ref().take(hit.sentences.len()).collect())
            .collect())
    }

    fn hit(
        &self,
        searcher: &Searcher,
        found: Fused,
        terms: &[String],
        in_force: &SourcesInForce,
    ) -> Result<Hit, IndexError> {
        let passage = stored_passage(searcher, &self.fields, found.slot)?;
        // What comes from the disk is looked at once more: a passage that may not be seen is never shown.
        if !in_force.hold(&passage.version, &passage.content_sha256) {
            return Err(IndexError::Unreadable);
        }
        Ok(Hit {
            highlights: words::highlights(&passage.text, terms),
            document: passage.document,
            version: passage.version,
            title: passage.title,
            owner: passage.owner,
            heading: passage.heading,
            page: passage.page,
            start: passage.start,
            end: passage.end,
            text: passage.text,
            sentences: passage.sentences,
            content_sha256: passage.content_sha256,
            score: found.score,
            bm25: found.bm25,
            dense: found.dense,
        })
    }
}

/// As much of a question as is read.
fn beginning(question: &str) -> String {
    question.chars().take(QUESTION_CHARS_MAX).collect()
}

/// The best passages by BM25 with their slots, without those of the hidden versions. The hidden ones are few, the visible ones many.
fn worded(
    searcher: &Searcher,
    fields: &Fields,
    terms: &[String],
    others: &[String],
    hidden: &[&HeldVersion],
) -> Result<Vec<(u64, f32)>, IndexError> {
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let weighed = [
        (fields.title, TITLE_WEIGHT),
        (fields.heading, HEADING_WEIGHT),
        (fields.body, BODY_WEIGHT),
    ];
    let own = terms.iter().map(|term| (term, 1.0));
    let other = others.iter().map(|term| (term, OTHER_WORD_WEIGHT));
    let any_word: Vec<(Occur, Box<dyn Query>)> = own
        .chain(other)
        .flat_map(|(term, share)| {
            weighed
                .iter()
                .map(move |(field, weight)| (Occur::Should, word(*field, term, *weight * share)))
        })
        .collect();
    let mut query = BooleanQuery::new(any_word);
    if !hidden.is_empty() {
        let versions = hidden
            .iter()
            .map(|version| Term::from_field_text(fields.version, version.id.as_str()));
        query = BooleanQuery::new(vec![
            (Occur::Must, Box::new(query) as Box<dyn Query>),
            (Occur::MustNot, Box::new(TermSetQuery::new(versions))),
        ]);
    }
    let top = searcher.search(&query, &TopDocs::with_limit(CANDIDATES).order_by_score())?;
    let slots = slots(searcher, top.iter().map(|(_, address)| *address))?;
    let scores = top.into_iter().map(|(score, _)| score);
    Ok(slots.into_iter().zip(scores).collect())
}

fn word(field: Field, term: &str, weight: f32) -> Box<dyn Query> {
    let query = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs);
    Box::new(BoostQuery::new(Box::new(query), weight))
}
