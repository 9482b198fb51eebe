//! Whether a question is in another language than the documents, said only when it is plain.

use std::sync::LazyLock;

use lingua::{Language, LanguageDetector, LanguageDetectorBuilder};

use crate::retrieval::{is_stop_word, words};

/// With this share of English function words a text is English, and the detector need not be loaded.
const ENGLISH_SHARE: f32 = 0.25;
/// Fewer words than this are often names, and say nothing about a language.
const WORDS_MIN: usize = 3;
/// The detector must be this sure of another language before a question is sent back.
const CONFIDENCE_MIN: f64 = 0.75;

static DETECTOR: LazyLock<LanguageDetector> = LazyLock::new(|| {
    let known = [
        Language::English,
        Language::Spanish,
        Language::French,
        Language::Vietnamese,
        Language::Arabic,
        Language::Chinese,
    ];
    LanguageDetectorBuilder::from_languages(&known).build()
});

/// The name of the language of `text` if it is clearly not English.
pub(super) fn other_language(text: &str) -> Option<&'static str> {
    let all: Vec<String> = words(text).map(|(word, _)| word.to_lowercase()).collect();
    let function_words = all.iter().filter(|word| is_stop_word(word)).count();
    let unspaced = text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    if !unspaced && (all.len() < WORDS_MIN || function_words as f32 >= ENGLISH_SHARE * all.len() as f32) {
        return None;
    }
    let (language, confidence) = DETECTOR
        .compute_language_confidence_values(text)
        .into_iter()
        .next()?;
    if confidence < CONFIDENCE_MIN {
        return None;
    }
    match language {
        Language::English => None,
        Language::Spanish => Some("Spanish"),
        Language::French => Some("French"),
        Language::Vietnamese => Some("Vietnamese"),
        Language::Arabic => Some("Arabic"),
        Language::Chinese => Some("Chinese"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_languages_are_named_and_english_is_not() {
        for (text, expected) in [
            ("¿A qué hora empieza la escuela el lunes?", Some("Spanish")),
            (
                "Quand commence la rentrée des classes cette année?",
                Some("French"),
            ),
            ("学校几点开始上课？", Some("Chinese")),
            ("متى تبدأ المدرسة يوم الاثنين؟", Some("Arabic")),
            ("When does school start on Monday?", None),
            ("bus pass lost", None),
            ("late bus Monday schedule Lincoln Elementary", None),
            ("IEP", None),
            ("", None),
        ] {
            assert_eq!(other_language(text), expected, "{text}");
        }
    }
}
