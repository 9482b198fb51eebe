//! How hard a text is to read: the Flesch-Kincaid grade, with syllables counted by their vowels.
//!
//! Kincaid et al., "Derivation of New Readability Formulas", 1975: 0.39 × words per sentence + 11.8 ×
//! syllables per word − 15.59.

use super::draft::Section;
use crate::retrieval;

/// The words of a text, headings left out.
pub fn words(sections: &[Section]) -> u32 {
    let count = claims(sections)
        .map(|text| retrieval::words(text).count())
        .sum::<usize>();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The school grade that reads the text with ease, or nothing for a text without words.
pub fn reading_grade(sections: &[Section]) -> Option<f64> {
    grade(claims(sections)).map(f64::from)
}

fn claims(sections: &[Section]) -> impl Iterator<Item = &str> {
    sections
        .iter()
        .flat_map(|section| &section.sentences)
        .map(|sentence| sentence.text.as_str())
}

/// The grade of loose sentences.
pub(super) fn grade<'a>(sentences: impl IntoIterator<Item = &'a str>) -> Option<f32> {
    let (mut sentence_count, mut word_count, mut syllable_count) = (0u32, 0u32, 0u32);
    for sentence in sentences {
        let before = word_count;
        for (word, _) in retrieval::words(sentence).filter(|(word, _)| word.chars().any(char::is_alphabetic))
        {
            word_count += 1;
            syllable_count += syllables(word);
        }
        sentence_count += u32::from(word_count > before);
    }
    if word_count == 0 {
        return None;
    }
    let words_per_sentence = word_count as f32 / sentence_count as f32;
    let syllables_per_word = syllable_count as f32 / word_count as f32;
    Some((0.39 * words_per_sentence + 11.8 * syllables_per_word - 15.59).max(0.0))
}

/// Runs of vowels, without a silent final e; at least one.
fn syllables(word: &str) -> u32 {
    let word = word.to_lowercase();
    let is_vowel = |c: char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let mut runs = 0;
    let mut in_run = false;
    for c in word.chars() {
        if is_vowel(c) && !in_run {
            runs += 1;
        }
        in_run = is_vowel(c);
    }
    let silent = word.ends_with('e') && !word.ends_with("le") && !word.ends_with("ee");
    let ed = word.ends_with("ed") && !word.ends_with("ted") && !word.ends_with("ded");
    if (silent || ed) && runs > 1 {
        runs -= 1;
    }
    runs.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_syllables() {
        for (word, count) in [
            ("bus", 1),
            ("school", 1),
            ("table", 2),
            ("required", 2),
            ("transportation", 4),
            ("fee", 1),
        ] {
            assert_eq!(syllables(word), count, "{word}");
        }
    }

    #[test]
    fn plain_text_reads_easier_than_policy_text() {
        let plain = grade(["The bus leaves at eight.", "Bring your pass."]).unwrap();
        let policy = grade([
            "The administration shall be responsible for the establishment of transportation eligibility \
             determinations pursuant to applicable regulations.",
        ])
        .unwrap();
        assert!(plain < 3.0, "{plain}");
        assert!(policy > 18.0, "{policy}");
        assert_eq!(grade(["", "— 12"]), None);
    }
}
