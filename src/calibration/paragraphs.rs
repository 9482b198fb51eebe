//! Questions with the paragraph that each was written for: half of them are answered by it, half only seem to be.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::examples::{ExamplesError, lines, text};

/// Questions of each kind that are put to one paragraph.
const OF_EACH_KIND: usize = 3;
/// One article of so many is left for the fit that weighs what the probe says: a probe is too sure of what it was fitted on.
const LEFT_OUT_OF: usize = 4;
/// A question with the paragraph that it was written for.
#[derive(Debug, Clone, PartialEq)]
pub struct ParagraphQuestion {
    pub article: String,
    pub title: String,
    /// The paragraph, then its neighbour: what is cut off for want of room must not be the paragraph.
    pub paragraphs: Vec<String>,
    pub question: String,
    pub answerable: bool,
}

/// The questions, in the order of their paragraphs, and a hash of the file they came from.
#[derive(Debug, Clone, PartialEq)]
pub struct ParagraphQuestions {
    pub all: Vec<ParagraphQuestion>,
    /// Articles without a question among them.
    pub left_out: Vec<String>,
    pub sha256: String,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    question: String,
    answerable: bool,
    doc: String,
    /// Characters of the article.
    paragraph: (usize, usize),
}

/// The questions of the set `squad2` in `folder`, a few of each kind for every paragraph of three articles in four.
pub fn paragraph_questions(folder: &Path) -> Result<ParagraphQuestions, ExamplesError> {
    let set = folder.join("squad2");
    let mut hash = Sha256::new();
    let mut of_articles: BTreeMap<String, BTreeMap<(usize, usize), Vec<Line>>> = BTreeMap::new();
    for line in lines::<Line>(&set.join("questions.jsonl"), &mut hash)? {
        let paragraphs = of_articles.entry(line.doc.clone()).or_default();
        paragraphs.entry(line.paragraph).or_default().push(line);
    }
    let left_out = left_out(of_articles.keys());
    let mut all = Vec::new();
    for (article, of_paragraphs) in of_articles {
        if left_out.contains(&article) {
            continue;
        }
        let text = text(&set.join("docs").join(&article))?;
        for ((start, end), lines) in of_paragraphs {
            if let Some((title, paragraphs)) = paragraphs(&text, start, end) {
                all.extend(few_of_each_kind(lines).into_iter().map(|line| ParagraphQuestion {
                    article: article.clone(),
                    title: title.clone(),
                    paragraphs: paragraphs.clone(),
                    question: line.question,
                    answerable: line.answerable,
                }));
            }
        }
    }
    match all.is_empty() {
        true => Err(ExamplesError::None {
            folder: folder.to_owned(),
            wanted: "squad2/questions.jsonl is looked for, with questions about paragraphs of the articles in squad2/docs",
        }),
        false => Ok(ParagraphQuestions {
            all,
            left_out,
            sha256: hex::encode(hash.finalize()),
        }),
    }
}

/// The answerable ones first; which of many is drawn from their ids.
fn few_of_each_kind(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by_key(|line| Sha256::digest(&line.id).to_vec());
    let (mut few, mut others): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.answerable);
    few.truncate(OF_EACH_KIND);
    others.truncate(OF_EACH_KIND);
    few.append(&mut others);
    few
}

/// Every fourth article, in the order of the hashes of their names, so that neither their subjects nor their lengths choose.
fn left_out<'a>(articles: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut hashed: Vec<(Vec<u8>, &String)> = articles
        .map(|name| (Sha256::digest(name).to_vec(), name))
        .collect();
    hashed.sort();
    let every = hashed.into_iter().skip(LEFT_OUT_OF - 1).step_by(LEFT_OUT_OF);
    every.map(|(_, name)| name.clone()).collect()
}

/// The article's title, and the paragraph between two characters with a neighbour.
fn paragraphs(article: &str, start: usize, end: usize) -> Option<(String, Vec<String>)> {
    let wanted: String = article
        .chars()
        .skip(start)
        .take(end.checked_sub(start)?)
        .collect();
    let mut blocks = article
        .split("\n\n")
        .map(str::trim)
        .filter(|block| !block.is_empty());
    let title = blocks.next()?.trim_start_matches(['#', ' ']).to_owned();
    let blocks: Vec<&str> = blocks.collect();
    let first = wanted.split("\n\n").next()?.trim();
    let place = blocks.iter().position(|block| *block == first)?;
    let neighbour = blocks
        .get(place + 1)
        .or_else(|| place.checked_sub(1).and_then(|before| blocks.get(before)));
    let behind = neighbour.map(|neighbour| (*neighbour).to_owned());
    let read = std::iter::once(wanted.trim().to_owned()).chain(behind);
    Some((title, read.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_found_by_its_characters_and_has_a_neighbour() {
        let article = "# Über Bären\n\nBären schlafen.\n\nSie fressen Honig.\n";
        let start = article.chars().position(|c| c == 'B').unwrap();
        let first = article[..article.find("Bären schlafen").unwrap()].chars().count();
        assert!(first > start);
        let (title, read) = paragraphs(article, first, first + "Bären schlafen.".chars().count()).unwrap();
        assert_eq!(title, "Über Bären");
        assert_eq!(read, ["Bären schlafen.", "Sie fressen Honig."]);
        assert_eq!(
            paragraphs(article, 3, 1),
            None,
            "an end before its start is no paragraph"
        );
        assert_eq!(paragraphs(article, 9000, 9001), None);
    }

    #[test]
    fn every_fourth_article_is_left_out_in_an_order_of_no_meaning() {
        let names: Vec<String> = (0..9).map(|number| format!("{number}.md")).collect();
        assert_eq!(left_out(names.iter().take(3)), Vec::<String>::new());
        assert_eq!(left_out(names.iter()).len(), 2);
        assert_ne!(left_out(names.iter()), ["3.md", "7.md"]);
    }

    #[test]
    fn three_of_each_kind_are_put_to_a_paragraph_and_bad_data_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = paragraph_questions(folder.path()).unwrap_err().to_string();
        assert!(missing.contains("squad2/questions.jsonl"), "{missing}");
        std::fs::create_dir_all(folder.path().join("squad2/docs")).unwrap();
        std::fs::write(folder.path().join("squad2/docs/a.md"), "# A\n\nOne.\n\nTwo.\n").unwrap();
        let line = |id: usize, answerable: bool, start: usize| {
            serde_json::json!({"id": id.to_string(), "question": "?", "answerable": answerable, "doc": "a.md",
                "paragraph": [start, start + 4]})
            .to_string()
        };
        let asked: Vec<String> = (0..12).map(|id| line(id, id % 2 == 0, 5)).collect();
        let beyond = line(12, true, 900_000);
        let path = folder.path().join("squad2/questions.jsonl");
        std::fs::write(&path, format!("{}\n{beyond}\n", asked.join("\n"))).unwrap();
        let found = paragraph_questions(folder.path()).unwrap();
        assert_eq!(found.all.iter().filter(|one| one.answerable).count(), 3);
        assert_eq!(found.all.len(), 6);
        assert_eq!(found.all[0].paragraphs, ["One.", "Two."]);
        std::fs::write(&path, format!("{}\n{{", asked[0])).unwrap();
        assert!(matches!(
            paragraph_questions(folder.path()),
            Err(ExamplesError::Line { line: 2, .. })
        ));
        std::fs::write(&path, line(0, true, 5).replace("a.md", "b.md")).unwrap();
        assert!(matches!(
            paragraph_questions(folder.path()),
            Err(ExamplesError::Read { .. })
        ));
    }
}
