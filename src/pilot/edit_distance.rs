//! How much of the machine's text people changed before it was published.

/// Normalised edit distance over words: 0 for the same words, 1 for nothing shared.
///
/// Levenshtein's distance (insertions, deletions, substitutions of a word) over the length of the longer text.
/// Texts are capped at 4,000 words, well over a newsletter, so that the time stays bounded.
pub fn edit_distance(machine: &str, published: &str) -> f64 {
    const WORDS_MAX: usize = 4_000;
    let from: Vec<&str> = machine.split_whitespace().take(WORDS_MAX).collect();
    let to: Vec<&str> = published.split_whitespace().take(WORDS_MAX).collect();
    let longer = from.len().max(to.len());
    if longer == 0 {
        return 0.0;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (removed, word) in from.iter().enumerate() {
        let mut diagonal = removed;
        row[0] = removed + 1;
        for (kept, other) in to.iter().enumerate() {
            let substituted = diagonal + usize::from(word != other);
            diagonal = row[kept + 1];
            row[kept + 1] = substituted.min(row[kept] + 1).min(diagonal + 1);
        }
    }
    row[to.len()] as f64 / longer as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_changed_words() {
        for (machine, published, expected) in [
            ("", "", 0.0),
            ("Lunch costs $3.", "Lunch costs $3.", 0.0),
            ("Lunch costs $3.", "Lunch costs $4.", 1.0 / 3.0),
            ("Lunch costs $3.", "", 1.0),
            ("Lunch is free.", "Lunch is free for all.", 3.0 / 5.0),
        ] {
            assert!(
                (edit_distance(machine, published) - expected).abs() < 1e-9,
                "{machine:?} {published:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn is_a_symmetric_share(a in "([abc] ){0,12}", b in "([abc] ){0,12}") {
            let distance = edit_distance(&a, &b);
            prop_assert!((0.0..=1.0).contains(&distance));
            prop_assert!((distance - edit_distance(&b, &a)).abs() < 1e-12);
            prop_assert_eq!(edit_distance(&a, &a), 0.0);
        }
    }
}
