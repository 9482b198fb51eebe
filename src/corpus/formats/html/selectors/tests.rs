//! Selectors against a small page.

use proptest::prelude::*;

use super::*;

const PAGE: &str = "<div id=top class='note big'><p lang=en>a</p><p class=last>b</p></div><p>c</p>";

/// The words of the elements that a selector is about.
fn about(selector: &str) -> String {
    let dom = Dom::parse(PAGE).expect("a page");
    let selector = Selector::parse(selector).expect("a selector");
    let nodes = dom.descendants(Dom::ROOT).filter(|node| dom.tag(*node) == "p");
    nodes
        .filter(|node| selector.matches(&dom, *node))
        .map(|node| dom.raw_text(node))
        .collect()
}

#[test]
fn selectors_are_about_what_a_browser_takes_them_for() {
    let cases = [
        ("p", "a b c "),
        ("*", "a b c "),
        ("div p", "a b "),
        ("body > p", "c "),
        ("body > div.note > p", "a b "),
        ("body > p.last", ""),
        ("html .note.big .last", "b "),
        ("#top .last", "b "),
        ("p[lang]", "a "),
        ("p[lang='fr']", ""),
        ("p:not(.last)", "a c "),
        ("div p:first-child", "a "),
        ("p:nth-child(2)", "b c "),
        ("p:nth-child(2n+1)", "a "),
        ("p:last-child", "b c "),
    ];
    for (selector, wanted) in cases {
        assert_eq!(about(selector), wanted, "{selector}");
    }
}

#[test]
fn what_is_not_followed_says_why() {
    for (selector, wanted) in [
        ("a:hover", Unfollowed::OtherState),
        ("p::before", Unfollowed::OtherState),
        ("h1 + p", Unfollowed::Unknown),
        ("p:is(.a, .b)", Unfollowed::Unknown),
        ("[class*=hid]", Unfollowed::Unknown),
        ("", Unfollowed::OtherState),
        ("p:not(", Unfollowed::Unknown),
        ("p:not(:not(.a))", Unfollowed::Unknown),
    ] {
        assert_eq!(Selector::parse(selector), Err(wanted), "{selector}");
    }
}

proptest! {
    #[test]
    fn any_selector_is_read_or_refused(text in "[a-z.#:>+~()\\[\\]='\", *0-9n\\PC]{0,40}") {
        if let Ok(selector) = Selector::parse(&text) {
            let dom = Dom::parse(PAGE).expect("a page");
            for node in dom.descendants(Dom::ROOT) {
                selector.matches(&dom, node);
            }
        }
    }
}
