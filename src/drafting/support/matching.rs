//! The sentences that a claim is most likely to rest on, where it cites a whole passage.

use std::collections::BTreeSet;

use super::reading::Reading;

/// So many sentences are compared with a claim at most.
const SENTENCES_MAX: usize = 6;
/// A claim that cites a very long document is matched against its beginning.
const CITED_MAX: usize = 1000;

/// The cited sentences that together cover the most of the claim, in their order; all of them where they are few.
/// Greedy: each next sentence is the one that adds most, rare words of the passage counting more.
pub(in crate::drafting) fn best_sentences<'a>(
    claim: &str,
    cited: &[&'a str],
    glossary: &[(String, String)],
) -> Vec<&'a str> {
    if cited.len() <= SENTENCES_MAX {
        return cited.to_vec();
    }
    let said: BTreeSet<String> = Reading::new(claim, glossary).content.into_iter().collect();
    let held: Vec<BTreeSet<&String>> = cited
        .iter()
        .take(CITED_MAX)
        .map(|sentence| {
            let reading = Reading::new(sentence, glossary);
            said.iter().filter(|stem| reading.has(stem)).collect()
        })
        .collect();
    let rarity = |stem: &String| {
        let having = held.iter().filter(|has| has.contains(stem)).count() as f32;
        ((held.len() as f32 + 1.0) / (having + 0.5)).ln()
    };
    let weight_of: Vec<(&String, f32)> = said.iter().map(|stem| (stem, rarity(stem))).collect();
    let mut left: BTreeSet<&String> = said.iter().collect();
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    while chosen.len() < SENTENCES_MAX {
        let gain = |has: &BTreeSet<&String>| -> f32 {
            let of = weight_of.iter().filter(|(stem, _)| has.contains(stem));
            of.map(|(stem, weight)| {
                if left.contains(stem) {
                    *weight
                } else {
                    0.2 * weight
                }
            })
            .sum()
        };
        let best = held
            .iter()
            .enumerate()
            .filter(|(place, _)| !chosen.contains(place))
            .map(|(place, has)| (place, gain(has)))
            // Of equals the first: a later sentence must be better to win.
            .fold(None, |best: Option<(usize, f32)>, next| match best {
                Some(best) if best.1 >= next.1 => Some(best),
                _ => Some(next),
            });
        let Some((place, _)) = best else { break };
        chosen.insert(place);
        if let Some(has) = held.get(place) {
            left.retain(|stem| !has.contains(stem));
        }
    }
    chosen
        .iter()
        .filter_map(|place| cited.get(*place).copied())
        .collect()
}
