//! The claims of the support sets, each with the text it cites and what people say of it.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::super::error::EvaluationError;
use super::super::jsonl;
use super::super::run::Evaluation;
use super::super::sampling::sample;
use super::super::sets::Set;
use crate::corpus::{Span, sentences};
use crate::retrieval::stemmed_words;

/// Longer evidence than drafting ever cites is cut down to the sentences nearest to the claim.
const CITED_BYTES_MAX: usize = 2_200;

/// What people judged as a whole: one claim, or a text of several sentences.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub id: String,
    /// Absent where people said neither.
    pub supported: Option<bool>,
    pub kind: String,
    pub claims: Vec<Claim>,
}

/// One sentence with what it cites.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Claim {
    pub id: String,
    pub text: String,
    pub cited: Vec<String>,
    pub supported: Option<bool>,
}

#[derive(Deserialize)]
struct Judgement {
    #[serde(default)]
    id: Option<String>,
    label: String,
    claim: String,
    evidence: Vec<String>,
    #[serde(default)]
    kind: String,
}

#[derive(Deserialize)]
struct Response {
    id: String,
    source: String,
    response: String,
    hallucinated: bool,
    #[serde(default)]
    spans: Vec<Hallucination>,
}

/// Characters of the response.
#[derive(Deserialize)]
struct Hallucination {
    start: usize,
    end: usize,
}

/// The items of a set, sampled half supported and half not.
pub(super) fn load(evaluation: &Evaluation<'_>, set: Set) -> Result<Vec<Item>, EvaluationError> {
    let path = set.folder(&evaluation.dir).join("dev.jsonl");
    let items: Vec<Item> = if set == Set::RagtruthQa {
        jsonl::read(&path)?.into_iter().map(response).collect()
    } else {
        let lines: Vec<Judgement> = jsonl::read(&path)?;
        (1..)
            .zip(lines)
            .filter_map(|(number, line)| judgement(number, line))
            .collect()
    };
    Ok(sample(
        items,
        evaluation.sample,
        |item| &item.id,
        |item| item.supported == Some(true),
    ))
}

/// A partly supported claim is neither and is left out.
fn judgement(number: usize, line: Judgement) -> Option<Item> {
    let supported = match line.label.as_str() {
        "supported" => true,
        "not_supported" => false,
        _ => return None,
    };
    let id = line.id.unwrap_or_else(|| format!("line {number}"));
    Some(Item {
        id: id.clone(),
        supported: Some(supported),
        kind: line.kind,
        claims: vec![Claim {
            id,
            cited: nearest(&line.claim, line.evidence),
            text: line.claim,
            supported: Some(supported),
        }],
    })
}

/// A model's answer to a question over some passages; every sentence cites all of them.
fn response(line: Response) -> Item {
    let text = line.response.as_str();
    let byte = |characters: usize| {
        text.char_indices()
            .nth(characters)
            .map_or(text.len(), |(byte, _)| byte)
    };
    let wrong: Vec<(usize, usize)> = line
        .spans
        .iter()
        .map(|span| (byte(span.start), byte(span.end)))
        .collect();
    let is_wrong = |span: &Span| {
        wrong
            .iter()
            .any(|(start, end)| *start < span.end && span.start < *end)
    };
    let cited: Vec<String> = line
        .source
        .split("\n\n")
        .map(|passage| passage.trim().to_owned())
        .filter(|passage| !passage.is_empty())
        .collect();
    let claims = (1..)
        .zip(sentences(text))
        .map(|(number, span)| Claim {
            id: format!("{} sentence {number}", line.id),
            text: text.get(span.start..span.end).unwrap_or_default().to_owned(),
            cited: cited.clone(),
            supported: Some(!is_wrong(&span)),
        })
        .collect();
    Item {
        id: line.id,
        supported: Some(!line.hallucinated),
        kind: String::new(),
        claims,
    }
}

/// All of the evidence, or the sentences that share most words with the claim, in the evidence's order.
fn nearest(claim: &str, evidence: Vec<String>) -> Vec<String> {
    if evidence.iter().map(String::len).sum::<usize>() <= CITED_BYTES_MAX {
        return evidence;
    }
    let stems =
        |text: &str| -> BTreeSet<String> { stemmed_words(text).into_iter().map(|(stem, _)| stem).collect() };
    let wanted = stems(claim);
    let mut ranked: Vec<(usize, usize)> = evidence
        .iter()
        .enumerate()
        .map(|(place, sentence)| (stems(sentence).intersection(&wanted).count(), place))
        .collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut bytes = 0;
    let mut taken: Vec<usize> = Vec::new();
    for (_, place) in ranked {
        let length = evidence.get(place).map_or(0, String::len);
        if bytes + length <= CITED_BYTES_MAX {
            bytes += length;
            taken.push(place);
        }
    }
    let mut place = 0;
    evidence
        .into_iter()
        .filter(|_| {
            place += 1;
            taken.contains(&(place - 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_with_a_marked_span_is_unsupported() {
        let item = response(Response {
            id: "7".into(),
            source: "passage 1: Señor Diaz drives.\n\npassage 2: The bus is red.".into(),
            response: "Señor Diaz drives. The bus is blue.".into(),
            hallucinated: true,
            spans: vec![Hallucination { start: 30, end: 34 }],
        });
        let said: Vec<(&str, Option<bool>)> = item
            .claims
            .iter()
            .map(|claim| (claim.text.as_str(), claim.supported))
            .collect();
        assert_eq!(
            said,
            [
                ("Señor Diaz drives.", Some(true)),
                ("The bus is blue.", Some(false))
            ]
        );
        assert_eq!((item.supported, item.claims[0].cited.len()), (Some(false), 2));
    }

    #[test]
    fn long_evidence_is_cut_to_what_is_near() {
        let mut evidence: Vec<String> = (0..60)
            .map(|n| format!("Filler sentence number {n} about nothing at all."))
            .collect();
        evidence[50] = "The late bus leaves at four.".into();
        let cited = nearest("The late bus leaves at five.", evidence.clone());
        assert!(cited.contains(&evidence[50]));
        assert!(cited.iter().map(String::len).sum::<usize>() <= CITED_BYTES_MAX);
        assert_eq!(nearest("x", evidence[..2].to_vec()), evidence[..2]);
    }
}
