//! The element tree of a page, in one arena, built by html5ever as a browser would build it.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::ElemName;
use html5ever::interface::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, LocalName, Namespace, ParseOpts, QualName, parse_document};

/// Elements nested deeper than this are no document; the tree builder takes quadratic time over them.
const DEPTH_MAX: usize = 400;
/// The parser is fed this much at a time, so that nesting is noticed before it costs much.
const CHUNK_CHARS: usize = 8 << 10;
/// More nodes than a document within the size limit of its text can need.
const NODES_MAX: usize = 4_000_000;

pub(super) type NodeId = usize;

pub(super) enum Data {
    Root,
    Element {
        name: QualName,
        attributes: Vec<(String, String)>,
    },
    Text(String),
    Comment(String),
    Other,
}

struct Node {
    data: Data,
    parent: Option<NodeId>,
    children: Vec<NodeId>,
    depth: usize,
}

pub(super) struct Dom {
    nodes: Vec<Node>,
}

/// The page is nested or large beyond any document.
#[derive(Debug)]
pub(super) struct Unreasonable;

impl Dom {
    pub const ROOT: NodeId = 0;

    pub fn parse(html: &str) -> Result<Self, Unreasonable> {
        let options = ParseOpts::default();
        let mut parser = parse_document(Builder::new(), options);
        let mut rest = html;
        while !rest.is_empty() {
            let cut = rest
                .char_indices()
                .nth(CHUNK_CHARS)
                .map_or(rest.len(), |(place, _)| place);
            let (chunk, after) = rest.split_at(cut);
            parser.process(StrTendril::from(chunk));
            if parser.tokenizer.sink.sink.unreasonable.get() {
                return Err(Unreasonable);
            }
            rest = after;
        }
        let builder = parser.finish();
        if builder.unreasonable.get() {
            return Err(Unreasonable);
        }
        Ok(Self {
            nodes: builder.nodes.into_inner(),
        })
    }

    pub fn data(&self, id: NodeId) -> &Data {
        self.nodes.get(id).map_or(&Data::Other, |node| &node.data)
    }

    pub fn children(&self, id: NodeId) -> &[NodeId] {
        self.nodes.get(id).map_or(&[], |node| &node.children)
    }

    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.nodes.get(id)?.parent
    }

    /// Every attribute of an element with its value.
    pub fn attributes(&self, id: NodeId) -> &[(String, String)] {
        match self.data(id) {
            Data::Element { attributes, .. } => attributes,
            _ => &[],
        }
    }

    /// The element's tag; empty for what is no element.
    pub fn tag(&self, id: NodeId) -> &str {
        match self.data(id) {
            Data::Element { name, .. } => &name.local,
            _ => "",
        }
    }

    pub fn attribute(&self, id: NodeId, wanted: &str) -> Option<&str> {
        match self.data(id) {
            Data::Element { attributes, .. } => attributes
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.as_str()),
            _ => None,
        }
    }

    /// Every node in document order.
    pub fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let mut open = vec![id];
        std::iter::from_fn(move || {
            let next = open.pop()?;
            open.extend(self.children(next).iter().rev());
            Some(next)
        })
    }

    /// All text below a node, hidden or not.
    pub fn raw_text(&self, id: NodeId) -> String {
        let mut text = String::new();
        for node in self.descendants(id) {
            if let Data::Text(said) = self.data(node) {
                text.push_str(said);
                text.push(' ');
            }
        }
        text
    }
}

struct Builder {
    nodes: RefCell<Vec<Node>>,
    unreasonable: Cell<bool>,
}

impl Builder {
    fn new() -> Self {
        let root = Node {
            data: Data::Root,
            parent: None,
            children: Vec::new(),
            depth: 0,
        };
        Self {
            nodes: RefCell::new(vec![root]),
            unreasonable: Cell::new(false),
        }
    }

    fn create(&self, data: Data) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        if nodes.len() >= NODES_MAX {
            self.unreasonable.set(true);
        }
        nodes.push(Node {
            data,
            parent: None,
            children: Vec::new(),
            depth: 0,
        });
        nodes.len() - 1
    }

    /// Put `child` under `parent`, before the sibling at `place` or last.
    fn attach(&self, parent: NodeId, place: Option<usize>, child: NodeOrText<NodeId>) {
        let child = match child {
            NodeOrText::AppendNode(child) => child,
            NodeOrText::AppendText(text) => {
                if self.extends_text(parent, place, &text) {
                    return;
                }
                self.create(Data::Text(text.to_string()))
            }
        };
        self.remove_from_parent(&child);
        let mut nodes = self.nodes.borrow_mut();
        let depth = nodes[parent].depth + 1;
        if depth > DEPTH_MAX {
            self.unreasonable.set(true);
        }
        nodes[child].parent = Some(parent);
        nodes[child].depth = depth;
        let siblings = &mut nodes[parent].children;
        let place = place.unwrap_or(siblings.len()).min(siblings.len());
        siblings.insert(place, child);
    }

    /// Append to the text right before `place`, if there is one.
    fn extends_text(&self, parent: NodeId, place: Option<usize>, text: &str) -> bool {
        let mut nodes = self.nodes.borrow_mut();
        let siblings = &nodes[parent].children;
        let before = place
            .unwrap_or(siblings.len())
            .checked_sub(1)
            .and_then(|before| siblings.get(before).copied());
        match before.map(|before| &mut nodes[before].data) {
            Some(Data::Text(said)) => {
                said.push_str(text);
                true
            }
            _ => false,
        }
    }

    fn parent_and_place(&self, child: NodeId) -> Option<(NodeId, usize)> {
        let nodes = self.nodes.borrow();
        let parent = nodes[child].parent?;
        // What is moved was mostly added last, so the search begins at the end.
        let place = nodes[parent].children.iter().rposition(|other| *other == child)?;
        Some((parent, place))
    }
}

/// An element's name, given out by value because the arena may grow meanwhile.
#[derive(Debug)]
struct Name(QualName);

impl ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl TreeSink for Builder {
    type Handle = NodeId;
    type Output = Self;
    type ElemName<'a> = Name;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        Dom::ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Name {
        match &self.nodes.borrow()[*target].data {
            Data::Element { name, .. } => Name(name.clone()),
            _ => Name(QualName::new(None, Namespace::from(""), LocalName::from(""))),
        }
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> NodeId {
        let attributes = attributes
            .into_iter()
            .map(|a| (a.name.local.to_string(), a.value.to_string()))
            .collect();
        self.create(Data::Element { name, attributes })
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.create(Data::Comment(text.to_string()))
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.create(Data::Other)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.attach(*parent, None, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        if self.parent_and_place(*element).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.attach(*previous, None, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// A template's contents are kept below it; they are never shown and so never read.
    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        *target
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        if let NodeOrText::AppendNode(child) = &child {
            self.remove_from_parent(child);
        }
        if let Some((parent, place)) = self.parent_and_place(*sibling) {
            self.attach(parent, Some(place), child);
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, added: Vec<Attribute>) {
        if let Data::Element { attributes, .. } = &mut self.nodes.borrow_mut()[*target].data {
            for attribute in added {
                if !attributes.iter().any(|(name, _)| **name == *attribute.name.local) {
                    attributes.push((attribute.name.local.to_string(), attribute.value.to_string()));
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        if let Some((parent, place)) = self.parent_and_place(*target) {
            let mut nodes = self.nodes.borrow_mut();
            nodes[parent].children.remove(place);
            nodes[*target].parent = None;
        }
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let children = std::mem::take(&mut self.nodes.borrow_mut()[*node].children);
        for child in children {
            self.nodes.borrow_mut()[child].parent = None;
            self.attach(*new_parent, None, NodeOrText::AppendNode(child));
        }
    }
}
