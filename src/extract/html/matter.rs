//! Which parts of a page are its matter.
//!
//! **In:** a [`Tree`]. **Out:** [`Matter`]: what is left out, and where reading begins.
//! **Unit:** letters (and digits); *prose* are those outside links.
//!
//! The decisions that live here:
//!
//! 1. *Left out*: hidden elements; menus, forms, asides, dialogs, questions about cookies,
//!    the head and the foot of the page (not those of an article or a section; nor a head
//!    that holds the page's `<h1>`), buttons outside headings, and lists of short links.
//! 2. *Nothing is chrome that holds half of the prose*: a page that is one form, or stands
//!    in an `<aside>`, is read. What is hidden stays out whatever its length.
//! 3. *No body is lost*: where less than 250 letters and less than half of the prose would
//!    be left, only menus and questions about cookies are left out; where even so nothing
//!    is left, nothing is.
//! 4. *Where reading begins*: at `<main>`, else at the `<article>`s, if they hold more than
//!    three quarters of the prose that is left; else at the top. Some pages have half of
//!    their text beside them.
//! 5. *Mails*: what is quoted from another mail and signatures are out before all this,
//!    unless the mail says nothing else.

use crate::extract::html::element::{Kind, mark};
use crate::extract::html::tree::{Id, ROOT, Tree};

/// Prose that is enough for a page to say something, in letters.
const ENOUGH: u32 = 250;

/// A link of more letters, on average, is no entry of a menu.
const SHORT_LINK: u32 = 25;

/// What is read of a page.
pub(super) struct Matter {
    /// Nodes to be passed over with all that they hold.
    out: Vec<bool>,
    /// Where reading begins, in order.
    pub(super) parts: Vec<Id>,
    /// Bold text is rare enough to mean something.
    pub(super) bold_means: bool,
}

impl Matter {
    /// True where the node and all that it holds is passed over.
    pub(super) fn leaves_out(&self, id: Id) -> bool {
        self.out[id as usize]
    }
}

/// The matter of a page; of the page of a mail if `mail`.
pub(super) fn find(tree: &Tree, mail: bool) -> Matter {
    let mut survey = Survey::new(tree, mail);
    if mail && survey.sums(ROOT).letters == 0 {
        survey = Survey::new(tree, false);
    }
    for belief in [Belief::All, Belief::Menus, Belief::Nothing] {
        survey.leave_out(belief);
        if survey.says_enough() {
            break;
        }
    }
    survey.matter()
}

/// What is left out of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Belief {
    All,
    /// Only what can be nothing else.
    Menus,
    Nothing,
}

/// What is in a node and below it.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    letters: u32,
    /// Letters in links.
    linked: u32,
    /// Letters in bold.
    bold: u32,
    links: u32,
    has_title: bool,
}

impl Sums {
    fn prose(&self) -> u32 {
        self.letters - self.linked
    }

    fn add(&mut self, other: Self) {
        self.letters = self.letters.saturating_add(other.letters);
        self.linked = self.linked.saturating_add(other.linked);
        self.bold = self.bold.saturating_add(other.bold);
        self.links = self.links.saturating_add(other.links);
        self.has_title |= other.has_title;
    }
}

/// What a node stands in.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    link: bool,
    bold: bool,
    heading: bool,
    section: bool,
}

struct Survey<'a> {
    tree: &'a Tree,
    /// The nodes that may be read, each before what it holds.
    order: Vec<Id>,
    /// By node.
    around: Vec<Around>,
    sums: Vec<Sums>,
    out: Vec<bool>,
}

impl<'a> Survey<'a> {
    fn new(tree: &'a Tree, mail: bool) -> Self {
        let mut survey = Self {
            tree,
            order: Vec::new(),
            around: vec![Around::default(); tree.len()],
            sums: Vec::new(),
            out: vec![false; tree.len()],
        };
        let mut at = Some(ROOT);
        while let Some(id) = at {
            let element = tree.element(id);
            let quoted = mail && element.is(mark::QUOTE | mark::SIGNATURE);
            let silent = element.kind.is_silent() || quoted;
            if silent {
                survey.out[id as usize] = true;
            } else {
                survey.look_around(id);
                survey.order.push(id);
            }
            let inside = tree.first_child(id).filter(|_| !silent);
            at = inside.or_else(|| behind(tree, id));
        }
        survey.sums = survey.sum_up();
        survey
    }

    fn look_around(&mut self, id: Id) {
        let element = self.tree.element(id);
        let outer = self.tree.parent(id).map(|parent| {
            let mut around = self.around[parent as usize];
            around.section |= self.tree.element(parent).is(mark::SECTION);
            around
        });
        let outer = outer.unwrap_or_default();
        self.around[id as usize] = Around {
            link: outer.link || element.is(mark::LINK),
            bold: outer.bold || element.is(mark::BOLD),
            heading: outer.heading || element.kind == Kind::Heading,
            section: outer.section,
        };
    }

    /// What is in each node, apart from what is left out.
    fn sum_up(&self) -> Vec<Sums> {
        let mut sums = vec![Sums::default(); self.tree.len()];
        for &id in self.order.iter().rev() {
            if self.out[id as usize] {
                continue;
            }
            let own = self.own(id);
            sums[id as usize].add(own);
            let is_title = self.tree.name(id) == "h1" && sums[id as usize].prose() > 0;
            sums[id as usize].has_title |= is_title;
            if let Some(parent) = self.tree.parent(id) {
                let all = sums[id as usize];
                sums[parent as usize].add(all);
            }
        }
        sums
    }

    /// What is in the node itself.
    fn own(&self, id: Id) -> Sums {
        let around = self.around[id as usize];
        let text = self.tree.text(id).unwrap_or("");
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count() as u32;
        Sums {
            letters,
            linked: if around.link { letters } else { 0 },
            bold: if around.bold { letters } else { 0 },
            links: u32::from(self.tree.element(id).is(mark::LINK)),
            has_title: false,
        }
    }

    fn sums(&self, id: Id) -> Sums {
        self.sums[id as usize]
    }

    fn leave_out(&mut self, belief: Belief) {
        for at in 0..self.order.len() {
            let id = self.order[at];
            self.out[id as usize] = match belief {
                Belief::All => self.is_chrome(id),
                Belief::Menus => self.is_menu(id),
                Belief::Nothing => false,
            };
        }
    }

    fn is_chrome(&self, id: Id) -> bool {
        let element = self.tree.element(id);
        let around = self.around[id as usize];
        if element.is(mark::HIDDEN) || element.is(mark::CONTROL) && !around.heading {
            return true;
        }
        let chrome = element.is(mark::FORM | mark::ASIDE)
            || element.is(mark::HEADER) && !around.section && !self.sums(id).has_title
            || element.is(mark::FOOTER) && !around.section;
        chrome && self.is_minor(id) || self.is_menu(id)
    }

    fn is_menu(&self, id: Id) -> bool {
        let marked = self.tree.element(id).is(mark::NAVIGATION | mark::COOKIES);
        (marked || self.lists_links(id)) && self.is_minor(id)
    }

    /// True where the node holds less than half of the prose of the page.
    fn is_minor(&self, id: Id) -> bool {
        let (part, all) = (self.sums(id).prose(), self.sums(ROOT).prose());
        u64::from(part) * 2 < u64::from(all)
    }

    fn lists_links(&self, id: Id) -> bool {
        let element = self.tree.element(id);
        let Sums {
            letters,
            linked,
            links,
            ..
        } = self.sums(id);
        element.kind == Kind::Block
            && links >= 3
            && u64::from(linked) * 10 >= u64::from(letters) * 9
            && u64::from(linked) <= u64::from(links) * u64::from(SHORT_LINK)
    }

    /// True where what is not left out says something.
    fn says_enough(&self) -> bool {
        let left = self.sum_up()[ROOT as usize].prose();
        left >= ENOUGH || u64::from(left) * 2 >= u64::from(self.sums(ROOT).prose()) && left > 0
    }

    fn matter(self) -> Matter {
        let left = self.sum_up();
        let all = left[ROOT as usize];
        let share = |parts: &[Id]| -> u64 {
            let prose = parts.iter().map(|&id| left[id as usize].prose());
            prose.map(u64::from).sum()
        };
        let marks = [mark::MAIN, mark::ARTICLE].into_iter();
        let parts = (marks.map(|marks| self.outermost(marks)))
            .find(|parts| share(parts) * 4 > u64::from(all.prose()) * 3)
            .unwrap_or_else(|| vec![ROOT]);
        Matter {
            out: self.out,
            parts,
            bold_means: u64::from(all.bold) * 2 < u64::from(all.letters),
        }
    }

    /// The outermost nodes of that mark that are not left out, in order.
    fn outermost(&self, marks: u16) -> Vec<Id> {
        let mut found = Vec::new();
        let mut at = Some(ROOT);
        while let Some(id) = at {
            let out = self.out[id as usize];
            let is = !out && self.tree.element(id).is(marks);
            if is {
                found.push(id);
            }
            let inside = self.tree.first_child(id).filter(|_| !out && !is);
            at = inside.or_else(|| behind(self.tree, id));
        }
        found
    }
}

/// The node that follows `id` and all that it holds.
pub(super) fn behind(tree: &Tree, id: Id) -> Option<Id> {
    let mut at = id;
    loop {
        if let Some(next) = tree.next(at) {
            return Some(next);
        }
        at = tree.parent(at)?;
    }
}
