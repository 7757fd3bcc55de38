//! The elements and texts of a page, as its parser nests them.
//!
//! **In:** a page. **Out:** [`Tree`]. **Unit:** bytes, levels.
//!
//! The decisions that live here:
//!
//! 1. *No recursion*: the nodes stand in one list and know their neighbours by number.
//! 2. *Bounds*: the page is handed to the parser in small pieces, and after each one the
//!    depth and the size of the tree are held against the limits. The parser looks up all
//!    open elements at each tag, so depth costs time as well. A tag of many attributes
//!    costs their number squared, and is refused before.
//! 3. *What is not kept*: comments, the texts of scripts (but for data on a job) and styles,
//!    and all attributes, once [`element::describe`] has read them.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};

use html5ever::driver::{self, ParseOpts};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, LocalName, QualName, ns};

use crate::extract::html::element::{self, Element, Kind};
use crate::extract::limits::Limits;

/// The number of a node in its tree.
pub(super) type Id = u32;

/// The number of no node.
const NONE: Id = Id::MAX;

/// The node that holds the page.
pub(super) const ROOT: Id = 0;

/// Bytes of a page between two looks at the limits.
const PIECE: usize = 1024;

/// A page.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    deepest: usize,
    /// Bytes of text.
    text: usize,
}

#[derive(Debug)]
struct Node {
    parent: Id,
    first: Id,
    last: Id,
    previous: Id,
    next: Id,
    depth: u32,
    name: QualName,
    text: Option<StrTendril>,
    element: Element,
}

fn some(id: Id) -> Option<Id> {
    (id != NONE).then_some(id)
}

impl Tree {
    fn new() -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            deepest: 0,
            text: 0,
        };
        tree.add(Element::default(), nameless(), None);
        tree
    }

    /// How many nodes there are; their numbers are below it.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        some(self.node(id).parent)
    }

    pub(super) fn first_child(&self, id: Id) -> Option<Id> {
        some(self.node(id).first)
    }

    pub(super) fn next(&self, id: Id) -> Option<Id> {
        some(self.node(id).next)
    }

    /// The text of a node that is one.
    pub(super) fn text(&self, id: Id) -> Option<&str> {
        self.node(id).text.as_deref()
    }

    /// What the node is, where it is no text.
    pub(super) fn element(&self, id: Id) -> Element {
        self.node(id).element
    }

    /// The name of the element.
    pub(super) fn name(&self, id: Id) -> &str {
        &self.node(id).name.local
    }

    fn node(&self, id: Id) -> &Node {
        &self.nodes[id as usize]
    }

    fn node_mut(&mut self, id: Id) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    /// A node that stands nowhere yet.
    fn add(&mut self, element: Element, name: QualName, text: Option<StrTendril>) -> Id {
        let id = self.nodes.len() as Id;
        self.nodes.push(Node {
            parent: NONE,
            first: NONE,
            last: NONE,
            previous: NONE,
            next: NONE,
            depth: 0,
            name,
            text,
            element,
        });
        id
    }

    fn detach(&mut self, id: Id) {
        let Node {
            parent,
            previous,
            next,
            ..
        } = *self.node(id);
        match some(previous) {
            Some(previous) => self.node_mut(previous).next = next,
            None if parent != NONE => self.node_mut(parent).first = next,
            None => {}
        }
        match some(next) {
            Some(next) => self.node_mut(next).previous = previous,
            None if parent != NONE => self.node_mut(parent).last = previous,
            None => {}
        }
        let node = self.node_mut(id);
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
    }

    /// Puts `id`, which stands nowhere, between `previous` and `next` below `parent`.
    fn link(&mut self, id: Id, parent: Id, previous: Id, next: Id) {
        let depth = self.node(parent).depth + 1;
        self.deepest = self.deepest.max(depth as usize);
        let node = self.node_mut(id);
        (node.parent, node.previous, node.next) = (parent, previous, next);
        node.depth = depth;
        match some(previous) {
            Some(previous) => self.node_mut(previous).next = id,
            None => self.node_mut(parent).first = id,
        }
        match some(next) {
            Some(next) => self.node_mut(next).previous = id,
            None => self.node_mut(parent).last = id,
        }
    }

    /// Puts what the parser gives between `previous` and `next` below `parent`.
    fn insert(&mut self, child: NodeOrText<Id>, parent: Id, previous: Id, next: Id) {
        let text = match child {
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                return self.link(id, parent, previous, next);
            }
            NodeOrText::AppendText(text) => text,
        };
        if self.node(parent).element.kind == Kind::Silent {
            return;
        }
        self.text += text.len();
        if let Some(before) = some(previous)
            && let Some(known) = &mut self.node_mut(before).text
        {
            return known.push_tendril(&text);
        }
        let id = self.add(Element::default(), nameless(), Some(text));
        self.link(id, parent, previous, next);
    }

    /// Why the tree is not built further.
    fn check(&self, limits: &Limits) -> Result<(), String> {
        let bytes = self.nodes.len() * size_of::<Node>() + self.text;
        match () {
            () if self.deepest > limits.depth => Err(limits.too_deep()),
            () if bytes as u64 > limits.unpacked => Err(limits.too_much()),
            () => Ok(()),
        }
    }
}

fn nameless() -> QualName {
    QualName::new(None, ns!(), LocalName::from(""))
}

/// The tree of a page.
///
/// # Errors
///
/// The reason, in words, where the page goes over a limit.
pub(super) fn parse(html: &str, limits: &Limits) -> Result<Tree, String> {
    let builder = Builder {
        tree: RefCell::new(Tree::new()),
    };
    let mut parser = driver::parse_document(builder, ParseOpts::default());
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE.min(rest.len())));
        parser.process(StrTendril::from_slice(piece));
        parser.tokenizer.sink.sink.tree.borrow().check(limits)?;
        rest = after;
    }
    let tree = parser.finish();
    tree.check(limits)?;
    Ok(tree)
}

/// Takes down what the parser finds.
struct Builder {
    tree: RefCell<Tree>,
}

impl TreeSink for Builder {
    type Handle = Id;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        self.tree.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Ref<'a, QualName> {
        Ref::map(self.tree.borrow(), |tree| &tree.node(*target).name)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Id {
        let element = element::describe(&name, &attributes);
        self.tree.borrow_mut().add(element, name, None)
    }

    fn create_comment(&self, _: StrTendril) -> Id {
        (self.tree.borrow_mut()).add(Element::default(), nameless(), None)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Id {
        self.create_comment(StrTendril::new())
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        let mut tree = self.tree.borrow_mut();
        let last = match &child {
            // What already is the last child is put behind the one before it.
            NodeOrText::AppendNode(id) => {
                tree.detach(*id);
                tree.node(*parent).last
            }
            NodeOrText::AppendText(_) => tree.node(*parent).last,
        };
        tree.insert(child, *parent, last, NONE);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Id,
        previous_element: &Id,
        child: NodeOrText<Id>,
    ) {
        let has_parent = self.tree.borrow().parent(*element).is_some();
        match has_parent {
            true => self.append_before_sibling(element, child),
            false => self.append(previous_element, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    /// The contents stand in the element itself, which is silent.
    fn get_template_contents(&self, target: &Id) -> Id {
        *target
    }

    fn same_node(&self, x: &Id, y: &Id) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Id, child: NodeOrText<Id>) {
        let mut tree = self.tree.borrow_mut();
        if let NodeOrText::AppendNode(id) = &child {
            tree.detach(*id);
        }
        let Node {
            parent, previous, ..
        } = *tree.node(*sibling);
        if parent != NONE {
            tree.insert(child, parent, previous, *sibling);
        }
    }

    fn add_attrs_if_missing(&self, _: &Id, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &Id) {
        self.tree.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let mut tree = self.tree.borrow_mut();
        while let Some(child) = tree.first_child(*node) {
            tree.detach(child);
            let last = tree.node(*new_parent).last;
            tree.link(child, *new_parent, last, NONE);
        }
    }
}
