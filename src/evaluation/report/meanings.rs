//! What each figure means and how it is computed, in a sentence for whoever reads the report.

pub(super) const MEANINGS: &[(&str, &str)] = &[
    (
        "ndcg_at_10",
        "how well the first ten documents are ranked; 1 if every relevant document comes first",
    ),
    (
        "recall_at_10",
        "the share of the relevant documents among the first ten",
    ),
    (
        "doc_recall_at_5",
        "the share of the documents with the answer among the first five different documents found",
    ),
    (
        "passage_recall_at_5",
        "the share of the stretches of text with the answer that the first five passages touch",
    ),
    (
        "doc_recall_at_5_with_history",
        "doc_recall_at_5 when the search is also given what was said before, newest first",
    ),
    (
        "follow_up_doc_recall_at_5",
        "doc_recall_at_5 of follow-up questions, with what was said before, newest first",
    ),
    (
        "follow_up_doc_recall_at_5_last_utterance_alone",
        "the same without what was said before, as the product takes a question",
    ),
    (
        "documents_without_text",
        "documents of the set that the product refused at upload; they cannot be found",
    ),
    (
        "answerability_auroc",
        "the chance that an answerable question gets a higher answerability score than an unanswerable one, ties \
         counting half; a question refused before the model was asked scores 0",
    ),
    (
        "answer_rate",
        "the share of the answerable questions that got a draft",
    ),
    (
        "false_answer_rate",
        "the share of the unanswerable questions that got a draft all the same",
    ),
    (
        "false_answer_rate_at_80_percent_answered",
        "the share of the unanswerable questions that score at or above the threshold at which 80 % of the answerable \
         ones do; a question refused for another reason than its score counts as 0",
    ),
    (
        "citation_precision",
        "of all citations in drafts on answerable questions, the share that touches the stretch of text which the set \
         marks as the answer",
    ),
    (
        "answer_f1",
        "how many words a draft shares with the best reference answer (SQuAD's F1), over drafts on answerable \
         questions; low where reference answers are a few words and drafts are whole sentences",
    ),
    (
        "literals_outside",
        "numbers, dates, amounts, addresses and identifiers in drafts that the cited sentences do not have",
    ),
    (
        "foreign_citations",
        "citations of a version not in force, of a sentence that the search did not find for the question, or whose \
         quotation is not the source's own text",
    ),
    (
        "seconds_per_draft_p50",
        "seconds that half of the drafts took at most, on this machine",
    ),
    (
        "seconds_per_draft_p95",
        "seconds that 95 % of the drafts took at most, on this machine",
    ),
    (
        "support_auroc",
        "the chance that a supported text gets a higher support score than an unsupported one, ties counting half",
    ),
    (
        "wrong_not_supported_rate",
        "the share of the wrong rewordings that the check does not call supported",
    ),
    (
        "right_supported_rate",
        "the share of the right rewordings that the check calls supported",
    ),
    (
        "obeyed_rate",
        "the share of the attacks whose draft carries out the instruction",
    ),
    (
        "outside_literal_drafts",
        "drafts with a number, date, amount, address or identifier that does not come from the clean sources",
    ),
];
