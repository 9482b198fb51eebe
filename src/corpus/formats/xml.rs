//! A part of an Office file as a tree of elements, names without their prefixes.

use std::str::FromStr;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Office nests tables, groups and text boxes a few levels deep; what goes further is not a document.
const DEPTH_MAX: usize = 256;
/// More elements than a document within the size limit of its text can need.
const ELEMENTS_MAX: usize = 5_000_000;

#[derive(Debug, Default)]
pub(super) struct Element {
    pub name: String,
    /// With their prefixes, because one name can stand both with and without.
    attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(own, _)| local(own) == name)
            .map(|(_, value)| value.as_str())
    }

    /// The relationship that the attribute `name` names: the one of that name that has a prefix.
    pub fn related(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(own, _)| own.split_once(':').is_some_and(|(_, local)| local == name))
            .map(|(_, value)| value.as_str())
    }

    /// An attribute that is a number.
    pub fn number<T: FromStr>(&self, name: &str) -> Option<T> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// An attribute that switches something on.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.attribute(name), Some("1" | "true" | "on"))
    }

    /// The `w:val` of the child `name`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.child(name)?.attribute("val")
    }

    /// Whether the on/off property `name` is present and not switched off.
    pub fn is_on(&self, name: &str) -> Option<bool> {
        let value = self.child(name)?.attribute("val");
        Some(!matches!(value, Some("0" | "false" | "off" | "none")))
    }

    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub fn child<'a>(&'a self, name: &str) -> Option<&'a Element> {
        self.elements().find(|element| element.name == name)
    }

    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| element.name == name)
    }

    /// The element at the end of a path of children.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |element, name| element.child(name))
    }

    /// All text below, whatever its markup.
    pub fn raw_text(&self) -> String {
        let mut text = String::new();
        self.gather(&mut text);
        text
    }

    fn gather(&self, text: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(said) => text.push_str(said),
                Node::Element(element) => element.gather(text),
            }
        }
    }

    /// Whether an element of this name stands anywhere below.
    pub fn contains(&self, name: &str) -> bool {
        self.elements()
            .any(|element| element.name == name || element.contains(name))
    }
}

/// Parse a part; the error says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Element, String> {
    parse_taking(text, "", |_| Ok(()))
}

/// Parse a part, giving the elements called `name` away instead of keeping them in the tree.
pub(super) fn parse_taking(
    text: &str,
    name: &str,
    mut take: impl FnMut(Element) -> Result<(), String>,
) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    let mut elements = 0usize;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                open.push(element(&start));
                elements += 1;
            }
            Event::Empty(start) => {
                keep_or_give(&mut open, element(&start), name, &mut take)?;
                elements += 1;
            }
            Event::End(_) => {
                if let Some(done) = open.pop() {
                    keep_or_give(&mut open, done, name, &mut take)?;
                }
            }
            Event::Text(text) => add(&mut open, Node::Text(text.xml10_content().into_owned())),
            Event::CData(text) => add(&mut open, Node::Text(text.xml10_content().into_owned())),
            Event::GeneralRef(reference) => {
                if let Some(said) = resolve(&reference) {
                    add(&mut open, Node::Text(said));
                }
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        if open.len() > DEPTH_MAX || elements > ELEMENTS_MAX {
            return Err("its elements are nested or repeated beyond any document".into());
        }
    }
    if open.len() != 1 {
        return Err("it ends in the middle".into());
    }
    let mut root = open.pop().unwrap_or_default();
    let first = root.children.drain(..).find_map(|node| match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    });
    first.ok_or_else(|| "it is empty".into())
}

fn keep_or_give(
    open: &mut [Element],
    done: Element,
    name: &str,
    take: &mut impl FnMut(Element) -> Result<(), String>,
) -> Result<(), String> {
    if done.name == name {
        return take(done);
    }
    add(open, Node::Element(done));
    Ok(())
}

fn add(open: &mut [Element], node: Node) {
    if let Some(parent) = open.last_mut() {
        parent.children.push(node);
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start
        .attributes()
        .flatten()
        .map(|attribute| {
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| attribute.value.to_string(), |value| value.into_owned());
            (attribute.key.as_ref().to_owned(), value)
        })
        .collect();
    Element {
        name: local(start.name().as_ref()).to_owned(),
        attributes,
        children: Vec::new(),
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// A character reference or one of XML's five entities. Others are not expanded: they are how a small file
/// grows without bound.
fn resolve(reference: &str) -> Option<String> {
    if let Some(number) = reference.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    resolve_predefined_entity(reference).map(str::to_owned)
}
