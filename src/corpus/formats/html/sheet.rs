//! The page's own style sheets, as far as they decide what is seen.

use std::collections::HashMap;

use super::dom::{Dom, NodeId};
use super::selectors::{Key, Selector, Unfollowed};
use crate::corpus::formats::html_hidden::{self, Style};

/// A style sheet with more rules about what is seen than this is not a document's own.
const RULES_MAX: usize = 2_000;
/// At-rules inside at-rules; deeper is no style sheet.
const DEPTH_MAX: usize = 8;
/// A rule with one of these may show again what another one hides.
const SHOWING: [&str; 5] = ["display", "visibility", "opacity", "font-size", "position"];
/// So much of a rule that is not followed is told.
const TOLD_CHARS_MAX: usize = 80;

/// The rules that say something of being seen.
#[derive(Default)]
pub(super) struct Sheet {
    rules: Vec<Rule>,
    by_key: HashMap<Key, Vec<usize>>,
    /// The first selector that hides something and can't be followed.
    pub unfollowed: Option<String>,
}

struct Rule {
    selector: Selector,
    declarations: String,
    /// It is for another medium, such as print, or for some windows only.
    elsewhere: bool,
}

impl Sheet {
    /// Read one style sheet.
    pub fn add(&mut self, sheet: &str) {
        let sheet = html_hidden::without_comments(sheet);
        self.read(&sheet, false, 0);
    }

    fn read(&mut self, css: &str, elsewhere: bool, depth: usize) {
        let mut rest = css;
        while let Some((head, after)) = rest.split_once('{') {
            let end = block_end(after);
            let inside = &after[..end];
            rest = after.get(end + 1..).unwrap_or_default();
            let head = head.rsplit([';', '}']).next().unwrap_or_default().trim();
            let at = head
                .split(|c: char| c.is_whitespace() || c == '(')
                .next()
                .unwrap_or_default();
            match at.to_lowercase().as_str() {
                "@media" | "@supports" | "@layer" | "@container" | "@document" => {
                    if depth < DEPTH_MAX {
                        self.read(inside, elsewhere || !always(head), depth + 1);
                    }
                }
                at if at.starts_with('@') => {}
                _ => self.rule(head, inside, elsewhere),
            }
        }
    }

    fn rule(&mut self, selectors: &str, declarations: &str, elsewhere: bool) {
        let style = html_hidden::read(declarations);
        let shows = SHOWING.iter().any(|property| declarations.contains(property));
        if style == Style::default() && !shows {
            return;
        }
        for selector in split_selectors(selectors) {
            match Selector::parse(selector) {
                Ok(parsed) if self.rules.len() < RULES_MAX => {
                    self.by_key
                        .entry(parsed.key())
                        .or_default()
                        .push(self.rules.len());
                    self.rules.push(Rule {
                        selector: parsed,
                        declarations: declarations.to_owned(),
                        elsewhere,
                    });
                }
                Ok(_) | Err(Unfollowed::Unknown) if style.hides && !elsewhere => {
                    self.unfollowed
                        .get_or_insert_with(|| selector.trim().chars().take(TOLD_CHARS_MAX).collect());
                }
                _ => {}
            }
        }
    }

    /// The declarations for an element, those that count more later, and whether a rule for another medium hides
    /// it. That is taken as if it applied: leaving text out with a warning is the safe mistake.
    pub fn declarations(&self, dom: &Dom, node: NodeId) -> (String, bool) {
        let mut found: Vec<(usize, &Rule)> = Vec::new();
        let mut look = |key: Key| {
            for at in self.by_key.get(&key).into_iter().flatten() {
                if let Some(rule) = self
                    .rules
                    .get(*at)
                    .filter(|rule| rule.selector.matches(dom, node))
                {
                    found.push((*at, rule));
                }
            }
        };
        if self.rules.is_empty() {
            return (String::new(), false);
        }
        look(Key::Any);
        look(Key::Tag(dom.tag(node).to_owned()));
        let classes = dom.attribute(node, "class").unwrap_or_default().to_lowercase();
        let mut classes: Vec<&str> = classes.split_whitespace().collect();
        classes.sort_unstable();
        classes.dedup();
        for class in classes {
            look(Key::Class(class.to_owned()));
        }
        if let Some(id) = dom.attribute(node, "id") {
            look(Key::Id(id.trim().to_lowercase()));
        }
        found.sort_by_key(|(at, rule)| (rule.selector.weight, *at));
        let mut declarations = String::new();
        let mut hidden_elsewhere = false;
        for (_, rule) in found {
            if rule.elsewhere {
                hidden_elsewhere |= html_hidden::read(&rule.declarations).hides;
            } else {
                declarations.push_str(&rule.declarations);
                declarations.push(';');
            }
        }
        (declarations, hidden_elsewhere)
    }
}

/// Whether an at-rule's block counts for the page as it is opened on a screen.
fn always(head: &str) -> bool {
    let condition = head.to_lowercase();
    match condition.strip_prefix("@media") {
        Some(media) => matches!(media.trim(), "screen" | "all" | "only screen"),
        None => true,
    }
}

/// Where the block ends whose brace is open before `css`; at its end if it is never closed.
fn block_end(css: &str) -> usize {
    let mut depth = 1usize;
    for (at, byte) in css.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    css.len()
}

/// A list of selectors; a comma in brackets belongs to its selector.
fn split_selectors(list: &str) -> Vec<&str> {
    let mut depth = 0i32;
    list.split(|c: char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ => {}
        }
        c == ',' && depth <= 0
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the sheet hides each paragraph of the page.
    fn hidden(css: &str) -> Vec<bool> {
        let dom = Dom::parse("<div class=box><p class='Big note'>a</p><p id=x>b</p></div>").expect("a page");
        let mut sheet = Sheet::default();
        sheet.add(css);
        dom.descendants(Dom::ROOT)
            .filter(|node| dom.tag(*node) == "p")
            .map(|node| {
                let (declarations, elsewhere) = sheet.declarations(&dom, node);
                elsewhere || html_hidden::read(&declarations).hides
            })
            .collect()
    }

    #[test]
    fn rules_hide_what_they_are_about() {
        let cases = [
            ("p.note, .off { display: none }", [true, false]),
            ("/* { */ .big{visibility:hidden", [true, false]),
            (
                "@charset \"utf-8\"; #x{opacity:0} #x:hover{opacity:1}",
                [false, true],
            ),
            ("@media print { .box p { display:none } }", [true, true]),
            (
                "@media screen { .box { } p { display:none } .note{display:block} }",
                [false, true],
            ),
            ("@font-face { display:none } p { color:red }", [false, false]),
            (".note{display:block} p{display:none}", [false, true]),
            (".other p{display:none}", [false, false]),
        ];
        for (css, wanted) in cases {
            assert_eq!(hidden(css), wanted, "{css}");
        }
    }

    #[test]
    fn a_hiding_rule_that_is_not_followed_is_named() {
        let mut sheet = Sheet::default();
        sheet.add("h1 + p { color: red } a:hover { display: none }");
        assert_eq!(sheet.unfollowed, None);
        sheet.add("p:is(.a, .b) { display: none }");
        assert_eq!(sheet.unfollowed.as_deref(), Some("p:is(.a, .b)"));
    }
}
