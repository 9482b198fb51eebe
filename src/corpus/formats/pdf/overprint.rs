//! Bold type that was made by printing every letter twice: "SScchhooooll" is "School", and "11220011" is 1201.

/// So many letters in a row are never doubled by chance.
const PAIRS_MIN: usize = 6;
/// Among them so many different ones, so that "........" and "0000" stay what they are.
const DIFFERENT_MIN: usize = 4;

/// The text with every doubly printed stretch printed once.
pub(super) fn undo(text: &str) -> String {
    let letters: Vec<(char, bool)> = with_spacing(text);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < letters.len() {
        let pairs = doubled_pairs(&letters[at..]);
        let step = if pairs == 0 { 1 } else { 2 };
        for place in (at..at + pairs.max(1) * step).step_by(step) {
            let (letter, spaced) = letters[place];
            // The space may stand between the two prints of a letter or after the second.
            let spaced = spaced || (step == 2 && letters[place + 1].1);
            out.push(letter);
            if spaced {
                out.push(' ');
            }
        }
        at += pairs.max(1) * step;
    }
    out.trim_end().to_owned()
}

/// Each letter with whether white space follows it.
fn with_spacing(text: &str) -> Vec<(char, bool)> {
    let mut letters: Vec<(char, bool)> = Vec::new();
    for c in text.chars() {
        if !c.is_whitespace() {
            letters.push((c, false));
        } else if let Some(last) = letters.last_mut() {
            last.1 = true;
        }
    }
    letters
}

/// How many doubled pairs begin right here; none if they are too few or too alike.
fn doubled_pairs(letters: &[(char, bool)]) -> usize {
    let pairs = letters
        .chunks_exact(2)
        .take_while(|pair| pair[0].0 == pair[1].0)
        .count();
    let mut different: Vec<char> = letters
        .iter()
        .take(pairs * 2)
        .map(|(letter, _)| *letter)
        .collect();
    different.sort_unstable();
    different.dedup();
    if pairs >= PAIRS_MIN && different.len() >= DIFFERENT_MIN {
        pairs
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn double_print_is_undone_and_nothing_else() {
        let cases = [
            (
                "RReegguullaattiioon n 11220011--AARR((11)): : DRAFT",
                "Regulation 1201-AR(1): DRAFT",
            ),
            (
                "Bookkeeper committees need $1,100.00.",
                "Bookkeeper committees need $1,100.00.",
            ),
            (
                "Name ............ Date ____________",
                "Name ............ Date ____________",
            ),
            ("Title SScchhooool l BBuuss", "Title School Bus"),
            ("", ""),
        ];
        for (text, wanted) in cases {
            assert_eq!(undo(text), wanted);
        }
    }
}
