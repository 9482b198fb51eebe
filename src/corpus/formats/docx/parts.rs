//! Small parts of a body: the rows and cells of tables, page numbers, the words of fields.

use crate::corpus::formats::xml::Element;

/// What the page number of a table of contents looks like, in either kind of digits.
pub(super) fn is_page_number(text: &str) -> bool {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .all(|c| c.is_ascii_digit() || "ivxlcIVXLC".contains(c))
}

/// The words that a field's instruction holds beside its commands, switches and addresses.
pub(super) fn words_of_instructions(instructions: &str) -> String {
    let is_word = |word: &&str| {
        word.chars().any(char::is_lowercase) && !word.starts_with('\\') && !word.contains(['_', '/', '@'])
    };
    instructions
        .split_whitespace()
        .filter(is_word)
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn rows(element: &Element) -> Vec<&Element> {
    wrapped(element, "tr")
}

pub(super) fn cells(element: &Element) -> Vec<&Element> {
    wrapped(element, "tc")
}

/// The elements of this name, looked for inside content controls too.
fn wrapped<'e>(element: &'e Element, name: &str) -> Vec<&'e Element> {
    if element.name == name {
        return vec![element];
    }
    match element.name.as_str() {
        "sdt" | "sdtContent" | "customXml" | "ins" => element
            .elements()
            .flat_map(|inner| wrapped(inner, name))
            .collect(),
        _ => Vec::new(),
    }
}
