//! Which questions a sample takes: always the same ones, and a larger sample holds the smaller one.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Which questions of a set are put to the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// At most so many of each set.
    pub size: usize,
    /// So many at the beginning are passed over: what something was fitted on can be left out of its measure.
    pub skip: usize,
}

/// At most `size` of the items, half of them of the first kind where there are both kinds; all without a size.
/// The order is by a hash of the id, which has nothing to do with how a set is sorted. The halves alternate, so
/// that a longer sample begins with a shorter one, and one that skips a shorter one has nothing of it.
pub(super) fn sample<T>(
    items: Vec<T>,
    sample: Option<Sample>,
    id: impl Fn(&T) -> &str,
    is_first_kind: impl Fn(&T) -> bool,
) -> Vec<T> {
    let Some(Sample { size, skip }) = sample else {
        return items;
    };
    let mut keyed: Vec<([u8; 32], T)> = items
        .into_iter()
        .map(|item| (Sha256::digest(id(&item).as_bytes()).into(), item))
        .collect();
    keyed.sort_by_key(|(key, _)| *key);
    let (first, second): (Vec<_>, Vec<_>) = keyed
        .into_iter()
        .map(|(_, item)| item)
        .partition(|item| is_first_kind(item));
    alternate(first, second).skip(skip).take(size).collect()
}

/// One of each in turn; what is left of the longer one follows.
fn alternate<T>(first: Vec<T>, second: Vec<T>) -> impl Iterator<Item = T> {
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut firsts_turn = false;
    std::iter::from_fn(move || {
        firsts_turn = !firsts_turn;
        if firsts_turn {
            first.next().or_else(|| second.next())
        } else {
            second.next().or_else(|| first.next())
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(ids: &[String], size: usize) -> Vec<String> {
        behind(ids, 0, size)
    }

    fn behind(ids: &[String], skip: usize, size: usize) -> Vec<String> {
        sample(
            ids.to_vec(),
            Some(Sample { size, skip }),
            |id| id,
            |id| id.starts_with('a'),
        )
    }

    #[test]
    fn half_are_of_each_kind() {
        let ids: Vec<String> = (0..20)
            .map(|number| format!("{}{number}", if number % 4 == 0 { 'u' } else { 'a' }))
            .collect();
        let taken = of(&ids, 8);
        assert_eq!(taken.iter().filter(|id| id.starts_with('a')).count(), 4);
        let taken = of(&ids, 16);
        assert_eq!(taken.iter().filter(|id| id.starts_with('u')).count(), 5);
    }

    #[test]
    fn without_a_size_all_stay_as_they_are() {
        assert_eq!(sample(vec!["b", "a"], None, |id| id, |_| true), ["b", "a"]);
    }

    proptest! {
        #[test]
        fn a_longer_sample_begins_with_a_shorter_one_in_any_order(
            mut ids in prop::collection::hash_set("[au][0-9]{1,3}", 0..30).prop_map(|ids| ids.into_iter().collect::<Vec<_>>()),
            size in 0usize..20,
            more in 0usize..20,
        ) {
            let short = of(&ids, size);
            prop_assert_eq!(short.len(), size.min(ids.len()));
            ids.reverse();
            let long = of(&ids, size + more);
            prop_assert_eq!(&long[..short.len()], short.as_slice());
            prop_assert_eq!(&long[short.len()..], behind(&ids, size, more));
        }
    }
}
