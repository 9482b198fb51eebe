//! Guesses the next tokens by looking the last few up in what was read before: drafts copy phrases from their evidence,
//! and checking a handful of guesses costs about as much as computing one token.

use llguidance::toktrie::TokenId;

/// Lengths of the tail that is looked up, the longer first.
const TAIL_TOKENS: [usize; 2] = [3, 2];

/// What followed the latest earlier occurrence of the last tokens of `history`, at most `guesses_max` tokens of it.
pub(super) fn guess(history: &[TokenId], guesses_max: usize) -> &[TokenId] {
    for tail_len in TAIL_TOKENS {
        let Some(split) = history.len().checked_sub(tail_len) else {
            continue;
        };
        let (_, tail) = history.split_at(split);
        let earlier = history.get(..history.len() - 1).unwrap_or_default();
        if let Some(start) = earlier.windows(tail_len).rposition(|window| window == tail) {
            let follows = history.get(start + tail_len..).unwrap_or_default();
            return follows.get(..guesses_max.min(follows.len())).unwrap_or_default();
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_latest_longest_match_is_continued() {
        let cases: [(&[u32], usize, &[u32]); 6] = [
            (&[1, 2, 3, 4, 5, 1, 2, 3], 2, &[4, 5]),
            (&[1, 2, 3, 4, 9, 2, 3, 7, 1, 2, 3], 1, &[4]),
            (&[8, 2, 3, 4, 9, 2, 3, 7, 1, 2, 3], 1, &[7]),
            (&[1, 2, 3, 4], 3, &[]),
            (&[5, 5, 5, 5], 3, &[5]),
            (&[1], 3, &[]),
        ];
        for (history, guesses_max, expected) in cases {
            assert_eq!(guess(history, guesses_max), expected, "after {history:?}");
        }
    }

    proptest! {
        #[test]
        fn a_guess_is_a_stretch_of_the_history(history in prop::collection::vec(0u32..4, 0..60), guesses_max in 0usize..8) {
            let guessed = guess(&history, guesses_max);
            prop_assert!(guessed.len() <= guesses_max);
            prop_assert!(guessed.is_empty() || history.windows(guessed.len()).any(|window| window == guessed));
        }
    }
}
