//! Which elements a rule of a style sheet is about: compound selectors, inside and right inside one another.

use super::dom::{Dom, NodeId};

/// Among more elements than this nobody counts: every one would be counted again for each of them.
const SIBLINGS_MAX: usize = 2_000;

/// One selector: its last part is about the element itself, the ones before about those around it.
#[derive(Debug, PartialEq)]
pub(super) struct Selector {
    /// From the element outwards; the flag says whether the part must hold for the very parent.
    parts: Vec<(Compound, bool)>,
    /// How much it counts against others: ids, then classes and attributes, then tags.
    pub weight: (usize, usize, usize),
}

#[derive(Debug, Default, PartialEq)]
struct Compound {
    tests: Vec<Test>,
}

#[derive(Debug, PartialEq)]
enum Test {
    Tag(String),
    Id(String),
    Class(String),
    /// An attribute, and its value if one is asked for.
    Attribute(String, Option<String>),
    Not(Compound),
    FirstChild,
    LastChild,
    /// Counted from one; `a` times any number plus `b`.
    NthChild(i64, i64),
}

/// Why a selector is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfollowed {
    /// It is about a state that a page does not have when it is opened, or about what is no element.
    OtherState,
    /// It may hold for elements of the page, and only a browser can tell.
    Unknown,
}

/// By what a selector can be looked up: the one test that its element must pass in any case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Id(String),
    Class(String),
    Tag(String),
    Any,
}

impl Selector {
    pub fn parse(text: &str) -> Result<Self, Unfollowed> {
        let mut parts = Vec::new();
        let mut weight = (0, 0, 0);
        let mut inside_directly = false;
        for piece in pieces(text) {
            match piece.as_str() {
                ">" => inside_directly = true,
                "+" | "~" | "||" => return Err(Unfollowed::Unknown),
                _ => {
                    let compound = Compound::parse(&piece)?;
                    compound.weigh(&mut weight);
                    parts.push((compound, inside_directly));
                    inside_directly = false;
                }
            }
        }
        if parts.is_empty() {
            return Err(Unfollowed::OtherState);
        }
        // Read from the element outwards, the flag belongs to the step from the part to the one around it.
        parts.reverse();
        Ok(Self { parts, weight })
    }

    pub fn key(&self) -> Key {
        let tests = self
            .parts
            .first()
            .map_or(&[][..], |(compound, _)| &compound.tests);
        let by = |wanted: fn(&Test) -> Option<Key>| tests.iter().find_map(wanted);
        by(|test| matches!(test, Test::Id(_)).then(|| test.key()).flatten())
            .or_else(|| by(|test| matches!(test, Test::Class(_)).then(|| test.key()).flatten()))
            .or_else(|| by(|test| matches!(test, Test::Tag(_)).then(|| test.key()).flatten()))
            .unwrap_or(Key::Any)
    }

    pub fn matches(&self, dom: &Dom, node: NodeId) -> bool {
        let Some(((own, directly), around)) = self.parts.split_first() else {
            return false;
        };
        let mut directly = *directly;
        if !own.matches(dom, node) {
            return false;
        }
        let mut place = dom.parent(node);
        for (compound, next_directly) in around {
            loop {
                let Some(at) = place else { return false };
                place = dom.parent(at);
                if compound.matches(dom, at) {
                    break;
                }
                if directly {
                    return false;
                }
            }
            directly = *next_directly;
        }
        true
    }
}

impl Test {
    fn key(&self) -> Option<Key> {
        match self {
            Self::Id(id) => Some(Key::Id(id.clone())),
            Self::Class(class) => Some(Key::Class(class.clone())),
            Self::Tag(tag) => Some(Key::Tag(tag.clone())),
            _ => None,
        }
    }

    fn holds(&self, dom: &Dom, node: NodeId) -> bool {
        let attribute = |name: &str| dom.attribute(node, name);
        match self {
            Self::Tag(tag) => dom.tag(node) == tag,
            Self::Id(id) => attribute("id").is_some_and(|own| own.trim().eq_ignore_ascii_case(id)),
            Self::Class(class) => attribute("class")
                .is_some_and(|own| own.split_whitespace().any(|own| own.eq_ignore_ascii_case(class))),
            Self::Attribute(name, value) => attribute(name)
                .is_some_and(|own| value.as_ref().is_none_or(|value| own.eq_ignore_ascii_case(value))),
            Self::Not(compound) => !compound.matches(dom, node),
            Self::FirstChild => place(dom, node).is_some_and(|(place, _)| place == 1),
            Self::LastChild => place(dom, node).is_some_and(|(place, count)| place == count),
            Self::NthChild(step, first) => place(dom, node).is_some_and(|(place, _)| {
                let past = place - first;
                if *step == 0 {
                    past == 0
                } else {
                    past % step == 0 && past / step >= 0
                }
            }),
        }
    }
}

/// The element's place among its parent's elements, counted from one, and their number.
fn place(dom: &Dom, node: NodeId) -> Option<(i64, i64)> {
    let children = dom.children(dom.parent(node)?);
    if children.len() > SIBLINGS_MAX {
        return None;
    }
    let (mut own, mut count) = (0, 0);
    for sibling in children.iter().filter(|one| !dom.tag(**one).is_empty()) {
        count += 1;
        if *sibling == node {
            own = count;
        }
    }
    (own > 0).then_some((own, count))
}

impl Compound {
    fn matches(&self, dom: &Dom, node: NodeId) -> bool {
        !dom.tag(node).is_empty() && self.tests.iter().all(|test| test.holds(dom, node))
    }

    fn weigh(&self, weight: &mut (usize, usize, usize)) {
        for test in &self.tests {
            match test {
                Test::Id(_) => weight.0 += 1,
                Test::Tag(_) => weight.2 += 1,
                Test::Not(inner) => inner.weigh(weight),
                _ => weight.1 += 1,
            }
        }
    }

    fn parse(text: &str) -> Result<Self, Unfollowed> {
        let mut compound = Self::default();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let after = &rest[first.len_utf8()..];
            match first {
                '*' => rest = after,
                '.' | '#' => {
                    let (name, left) = name(after)?;
                    compound.tests.push(if first == '.' {
                        Test::Class(name)
                    } else {
                        Test::Id(name)
                    });
                    rest = left;
                }
                '[' => {
                    let (inside, left) = after.split_once(']').ok_or(Unfollowed::Unknown)?;
                    compound.tests.push(attribute(inside)?);
                    rest = left;
                }
                ':' => {
                    let (test, left) = pseudo(after)?;
                    compound.tests.extend(test);
                    rest = left;
                }
                _ => {
                    let (name, left) = name(rest)?;
                    compound.tests.push(Test::Tag(name));
                    rest = left;
                }
            }
        }
        Ok(compound)
    }
}

/// A selector in compounds and the signs between them; brackets keep together what is in them.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut depth = 0usize;
    for c in text.trim().to_lowercase().chars() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '>' | '+' | '~' | '|' if depth == 0 => {
                pieces.extend([c.to_string(), String::new()]);
                continue;
            }
            c if c.is_whitespace() && depth == 0 => {
                pieces.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn name(text: &str) -> Result<(String, &str), Unfollowed> {
    let end = text
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return Err(Unfollowed::Unknown);
    }
    Ok((name.to_owned(), rest))
}

fn attribute(inside: &str) -> Result<Test, Unfollowed> {
    match inside.split_once('=') {
        None => Ok(Test::Attribute(inside.trim().to_owned(), None)),
        Some((name, _)) if name.ends_with(['~', '|', '^', '$', '*']) => Err(Unfollowed::Unknown),
        Some((name, value)) => Ok(Test::Attribute(
            name.trim().to_owned(),
            Some(value.trim().trim_matches(['"', '\'']).to_owned()),
        )),
    }
}

/// What stands behind a colon; nothing for a test that always holds.
fn pseudo(text: &str) -> Result<(Option<Test>, &str), Unfollowed> {
    if text.starts_with(':') {
        return Err(Unfollowed::OtherState);
    }
    let (word, rest) = name(text)?;
    let (given, rest) = match rest.strip_prefix('(') {
        Some(inside) => {
            let end = closing(inside).ok_or(Unfollowed::Unknown)?;
            (Some(&inside[..end]), &inside[end + 1..])
        }
        None => (None, rest),
    };
    let test = match (word.as_str(), given) {
        ("first-child", None) => Some(Test::FirstChild),
        ("last-child", None) => Some(Test::LastChild),
        ("root", None) => Some(Test::Tag("html".to_owned())),
        ("nth-child", Some(given)) => {
            let (step, first) = nth(given).ok_or(Unfollowed::Unknown)?;
            Some(Test::NthChild(step, first))
        }
        ("not", Some(given)) if !given.contains([',', ' ', '>', '+', '~', '(']) => {
            match Compound::parse(given) {
                Ok(compound) => Some(Test::Not(compound)),
                // What is not in another state holds when the page is opened.
                Err(Unfollowed::OtherState) => None,
                Err(Unfollowed::Unknown) => return Err(Unfollowed::Unknown),
            }
        }
        ("link" | "any-link" | "enabled", None) => None,
        (
            "not" | "is" | "where" | "has" | "matches" | "only-child" | "first-of-type" | "last-of-type"
            | "only-of-type" | "nth-of-type" | "nth-last-child" | "nth-last-of-type" | "lang" | "empty",
            _,
        ) => return Err(Unfollowed::Unknown),
        _ => return Err(Unfollowed::OtherState),
    };
    Ok((test, rest))
}

/// Where the bracket closes that is open before `text`.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1usize;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })
}

/// `2n+1`, `odd`, `3` as a step and a first place.
fn nth(given: &str) -> Option<(i64, i64)> {
    let given: String = given.chars().filter(|c| !c.is_whitespace()).collect();
    match given.as_str() {
        "odd" => return Some((2, 1)),
        "even" => return Some((2, 0)),
        _ => {}
    }
    let small = |number: &str| {
        number
            .parse::<i64>()
            .ok()
            .filter(|number| number.abs() < 1_000_000)
    };
    match given.split_once('n') {
        None => Some((0, small(&given)?)),
        Some((step, first)) => {
            let step = match step {
                "" | "+" => 1,
                "-" => -1,
                step => small(step)?,
            };
            Some((step, if first.is_empty() { 0 } else { small(first)? }))
        }
    }
}

#[cfg(test)]
mod tests;
