//! The real embedding model gives the vectors it is known for, whatever the text.

use std::sync::OnceLock;

use countersign::engine::embedder::Embedder;

use crate::models::embedding_files;

fn embedder() -> Option<&'static Embedder> {
    static EMBEDDER: OnceLock<Option<Embedder>> = OnceLock::new();
    let load = || embedding_files().map(|files| Embedder::load(&files).expect("the verified model loads"));
    EMBEDDER.get_or_init(load).as_ref()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[test]
fn what_means_the_same_is_closer_than_what_does_not() {
    let Some(embedder) = embedder() else { return };
    let vectors = embedder
        .embed(&[
            "When does school start after winter break?",
            "Classes resume on January 6 following the winter holiday.",
            "Lunch prices for middle school students are $3.25.",
        ])
        .unwrap();
    let (same, other) = (cosine(&vectors[0], &vectors[1]), cosine(&vectors[0], &vectors[2]));
    assert!(same > other + 0.2, "same topic {same}, other topic {other}");
}

/// The figures of the model's own documentation (Sentence Transformers, "Quickstart").
#[test]
fn published_similarities_are_reproduced() {
    let Some(embedder) = embedder() else { return };
    let texts = [
        "The weather is lovely today.",
        "It's so sunny outside!",
        "He drove to the stadium.",
    ];
    let vectors = embedder.embed(&texts).unwrap();
    for (a, b, published) in [(0, 1, 0.6660), (0, 2, 0.1046), (1, 2, 0.1411)] {
        let got = cosine(&vectors[a], &vectors[b]);
        assert!(
            (got - published).abs() < 5e-4,
            "{} / {}: {published} published, {got} here",
            texts[a],
            texts[b]
        );
    }
}

#[test]
fn hostile_text_gives_vectors() {
    let Some(embedder) = embedder() else { return };
    let long_line = "bus ".repeat(262_144);
    let long_word = "x".repeat(1 << 20);
    let texts = [
        "",
        "\0",
        "\u{1}",
        "\u{202e}\u{feff}",
        "\n\r\t",
        "[SEP][CLS][PAD]",
        "🚌🏫",
        "e\u{301}\u{301}\u{301}",
        &long_line,
        &long_word,
    ];
    let vectors = embedder.embed(&texts).unwrap();
    assert_eq!(vectors.len(), texts.len());
    for (text, vector) in texts.iter().zip(&vectors) {
        let start: String = text.chars().take(20).collect();
        assert_eq!(vector.len(), Embedder::DIMENSIONS, "{start:?}");
        assert!(
            (cosine(vector, vector) - 1.0).abs() < 1e-4,
            "{start:?} has length 1"
        );
    }
    assert!(embedder.embed(&[]).unwrap().is_empty());
}

#[test]
fn control_tokens_in_a_text_are_only_text() {
    let Some(embedder) = embedder() else { return };
    // As control tokens they would be one token each, and "[SEP]" would end the sentence; as text they are words.
    let vectors = embedder.embed(&["[SEP]", "[ SEP ]", "[PAD]", ""]).unwrap();
    assert!(
        cosine(&vectors[0], &vectors[1]) > 0.999,
        "{}",
        cosine(&vectors[0], &vectors[1])
    );
    assert!(
        cosine(&vectors[2], &vectors[3]) < 0.9,
        "{}",
        cosine(&vectors[2], &vectors[3])
    );
}

#[test]
fn a_vector_does_not_depend_on_its_neighbours() {
    let Some(embedder) = embedder() else { return };
    let text = "The board meets on the second Tuesday of each month.";
    let long = "Every student needs a health form before the first day. ".repeat(30);
    let alone = embedder.embed(&[text]).unwrap();
    let together = embedder.embed(&[&long, "Hi", text, &long]).unwrap();
    assert!(cosine(&alone[0], &together[2]) > 0.99999);
}
