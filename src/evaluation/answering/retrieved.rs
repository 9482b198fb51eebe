//! Whether the search finds the document and the passage that hold the answer.

use super::{Retrieved, Searcher, Set, SetCorpus, with_history};
use crate::evaluation::error::EvaluationError;
use crate::evaluation::figures::Figures;
use crate::evaluation::measures::{mean, recall, share};
use crate::evaluation::questions::{Gold, Question};
use crate::evaluation::records::Records;

const DEPTH: usize = 5;
pub(super) const FIGURES: [&str; 2] = ["doc_recall_at_5", "passage_recall_at_5"];

pub(super) async fn retrieval_figures(
    searcher: &Searcher<'_>,
    questions: &[Question],
    found: &Records<Retrieved>,
    follow_ups: &[Question],
) -> Result<Figures, EvaluationError> {
    let mut figures = Figures::default();
    let no_gold = "no question names a document with its answer";
    figures.put_or("doc_recall_at_5", document_recall(questions, found), no_gold);
    let passages = questions.iter().filter_map(|question| {
        passage_recall(question, found.get(&question.id)?, searcher.corpus(question)?)
    });
    figures.put_or("passage_recall_at_5", mean(passages), no_gold);
    if searcher.set == Set::Mtrag {
        let found = searcher
            .search(questions, "search_with_history", with_history)
            .await?;
        let recall = document_recall(questions, &found);
        figures.put_or("doc_recall_at_5_with_history", recall, no_gold);
    }
    if !follow_ups.is_empty() {
        let found = searcher
            .search(follow_ups, "follow_ups_with_history", with_history)
            .await?;
        let recall = document_recall(follow_ups, &found);
        figures.put_or("follow_up_doc_recall_at_5", recall, no_gold);
        let found = searcher
            .search(follow_ups, "follow_ups_alone", |question| question.text.clone())
            .await?;
        let recall = document_recall(follow_ups, &found);
        figures.put_or("follow_up_doc_recall_at_5_last_utterance_alone", recall, no_gold);
        figures.put("follow_ups", follow_ups.len());
    }
    let refused: usize = searcher.corpora.values().map(|corpus| corpus.refused.len()).sum();
    figures.put("documents_without_text", refused);
    Ok(figures)
}

fn document_recall(questions: &[Question], found: &Records<Retrieved>) -> Option<f64> {
    mean(questions.iter().filter_map(|question| {
        let found: Vec<&str> = found
            .get(&question.id)?
            .documents
            .iter()
            .map(String::as_str)
            .collect();
        let wanted: Vec<&str> = question.documents.iter().map(String::as_str).collect();
        recall(&found, &wanted, DEPTH)
    }))
}

/// The share of the gold spans that one of the first five passages overlaps.
fn passage_recall(question: &Question, found: &Retrieved, corpus: &SetCorpus) -> Option<f64> {
    let covered = |gold: &Gold| -> Option<bool> {
        let (start, end) = place(gold, corpus)?;
        let overlaps = |passage: &super::Place| {
            passage.document == gold.document && passage.start < end && start < passage.end
        };
        Some(found.passages.iter().take(DEPTH).any(overlaps))
    };
    share(question.gold.iter().filter_map(covered))
}

/// Where a gold span is in the extracted text, in bytes; nothing if extraction dropped all of its words.
pub(super) fn place(gold: &Gold, corpus: &SetCorpus) -> Option<(usize, usize)> {
    let document = corpus.named(&gold.document)?;
    match gold.characters {
        None => Some((0, document.extracted.text.len())),
        Some(characters) => document.span(characters).map(|span| (span.start, span.end)),
    }
}
