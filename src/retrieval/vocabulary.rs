//! Other words for the same thing: a family asks about "caps" and "no CPR", the policy says "head coverings" and
//! "resuscitation".

use sha2::{Digest, Sha256};

use super::words::terms;

/// The product's own lines, on what schools are asked about.
const SCHOOLS: &str = include_str!("vocabulary.txt");
/// So many other words of a question are looked up.
const OTHERS_MAX: usize = 48;
/// An expression of more words than this is a sentence, not a word for a thing.
const TERMS_MAX: usize = 8;

/// Lines of expressions for the same thing, each as its stems.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary(Vec<Vec<Vec<String>>>);

impl Vocabulary {
    /// Words about schools, as this build has them.
    pub fn of_schools() -> Self {
        let lines = SCHOOLS.lines().filter(|line| !line.starts_with('#'));
        Self(lines.map(|line| line.split(',')).filter_map(thing).collect())
    }

    /// With a district's own lines behind them.
    pub fn with(mut self, own: &[Vec<String>]) -> Self {
        let own = own.iter().map(|line| line.iter().map(String::as_str));
        self.0.extend(own.filter_map(thing));
        self
    }

    /// The stems of other words for what `asked`, a question's stems, speaks of; none of them is asked already.
    pub(super) fn others(&self, asked: &[String]) -> Vec<String> {
        let is_asked = |expression: &Vec<String>| expression.iter().all(|stem| asked.contains(stem));
        let mut others: Vec<String> = Vec::new();
        for line in self.0.iter().filter(|line| line.iter().any(is_asked)) {
            for stem in line.iter().flatten() {
                if others.len() < OTHERS_MAX && !asked.contains(stem) && !others.contains(stem) {
                    others.push(stem.clone());
                }
            }
        }
        others
    }

    /// Names exactly these lines.
    pub(super) fn sha256(&self) -> String {
        hex::encode(Sha256::digest(format!("{:?}", self.0)))
    }
}

fn thing<'a>(expressions: impl Iterator<Item = &'a str>) -> Option<Vec<Vec<String>>> {
    let line: Vec<Vec<String>> = expressions
        .map(|expression| terms(expression, TERMS_MAX))
        .filter(|stems| !stems.is_empty())
        .collect();
    (line.len() > 1).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(question: &str) -> Vec<String> {
        let own = [["late bus".to_owned(), "activity bus".to_owned()].to_vec()];
        Vocabulary::of_schools().with(&own).others(&terms(question, 64))
    }

    #[test]
    fn a_word_of_a_line_brings_the_others() {
        let found = others("Are caps allowed?");
        for stem in terms("hats head covering", 9) {
            assert!(found.contains(&stem), "{stem} is not in {found:?}");
        }
        assert!(!found.contains(&"cap".to_owned()), "{found:?}");
    }

    #[test]
    fn an_expression_counts_only_as_a_whole() {
        assert!(
            others("Where is the activity office?")
                .iter()
                .all(|stem| stem != "late")
        );
        assert!(others("Where is the activity bus?").contains(&"late".to_owned()));
    }

    #[test]
    fn every_line_of_the_products_own_has_more_than_one_expression() {
        let lines = SCHOOLS
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        assert_eq!(lines.count(), Vocabulary::of_schools().0.len());
    }

    #[test]
    fn what_nobody_asks_about_brings_nothing() {
        assert_eq!(others("xyzzy"), Vec::<String>::new());
        assert_eq!(others(""), Vec::<String>::new());
    }
}
