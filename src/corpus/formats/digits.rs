//! Numbers are what families act on: which of those a file draws did not reach its text.

use std::collections::HashMap;

/// The maximal runs of ASCII digits.
pub(super) fn runs(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|run| !run.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The runs of `drawn` that `text` lacks. A number drawn in several strings is whole in the text: while no
/// digit is missing in number, none counts as missing.
pub(super) fn missing(drawn: &[String], text: &str) -> Vec<String> {
    let kept = runs(text);
    let digits_of = |runs: &[String]| runs.iter().map(String::len).sum::<usize>();
    if digits_of(drawn) <= digits_of(&kept) {
        return Vec::new();
    }
    let mut left: HashMap<&str, usize> = HashMap::new();
    for run in &kept {
        *left.entry(run).or_default() += 1;
    }
    let mut missing = Vec::new();
    for run in drawn {
        match left.get_mut(run.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => missing.push(run.clone()),
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_numbers_are_found_and_split_ones_are_not() {
        let cases: &[(&[&str], &str, &[&str])] = &[
            (&["8", "05"], "at 8:05", &[]),
            (&["8", "05", "1201"], "at 8:05", &["1201"]),
            (&["1", "2"], "room 12", &[]),
            (&["7", "7"], "bus 7", &["7"]),
            (&[], "1", &[]),
        ];
        for (drawn, text, wanted) in cases {
            let drawn: Vec<String> = drawn.iter().map(|run| (*run).to_owned()).collect();
            assert_eq!(missing(&drawn, text), *wanted, "{drawn:?} in {text:?}");
        }
    }
}
