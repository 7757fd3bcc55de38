//! The matter of a page, block by block.
//!
//! **In:** a [`Tree`] and its [`Matter`]. **Out:** blocks. **Unit:** bytes.
//!
//! The decisions that live here:
//!
//! 1. *Blocks*: each block element begins and ends one, `<div>`s too. Text in an item is an
//!    item, whatever else it stands in; terms of a list of definitions are headings, their
//!    definitions items.
//! 2. *Words that only their elements part*: two links are never glued together, nor are
//!    two `<span>`s where a capital follows a small letter, a digit or a mark.
//! 3. *Tables of data* keep their cells apart ([`table`]); in one for the layout each cell
//!    is a part of the page.

use crate::extract::blocks::BlockWriter;
use crate::extract::html::draft::Draft;
use crate::extract::html::element::{Kind, mark};
use crate::extract::html::matter::Matter;
use crate::extract::html::table;
use crate::extract::html::tree::{Id, Tree};
use crate::text::document::BlockKind;

/// Writes the matter of a page.
pub(super) fn write(tree: &Tree, matter: &Matter, writer: &mut BlockWriter) {
    let mut walker = Walker {
        tree,
        matter,
        writer,
        draft: Draft::default(),
        headings: 0,
        items: 0,
        preformatted: 0,
        bold: 0,
        table: None,
        seam: Seam::None,
    };
    for &part in &matter.parts {
        walker.part(part);
        walker.close();
        walker.draft.release(false, walker.writer);
    }
}

/// What stands between two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seam {
    None,
    /// The end of an element of a line: of a link?
    End(bool),
    /// ... and the start of another: both links?
    Both(bool),
}

struct Walker<'a> {
    tree: &'a Tree,
    matter: &'a Matter,
    writer: &'a mut BlockWriter,
    draft: Draft,
    /// How many headings, items, ... are open.
    headings: u32,
    items: u32,
    preformatted: u32,
    bold: u32,
    /// The table of data that is open.
    table: Option<Id>,
    seam: Seam,
}

impl Walker<'_> {
    /// All that `top` holds, without recursion.
    fn part(&mut self, top: Id) {
        let mut at = top;
        loop {
            if self.enter(at)
                && let Some(child) = self.tree.first_child(at)
            {
                at = child;
                continue;
            }
            loop {
                self.leave(at);
                if at == top {
                    return;
                }
                if let Some(next) = self.tree.next(at) {
                    at = next;
                    break;
                }
                match self.tree.parent(at) {
                    Some(parent) => at = parent,
                    None => return,
                }
            }
        }
    }

    /// True where what the node holds is to be read.
    fn enter(&mut self, id: Id) -> bool {
        if self.matter.leaves_out(id) {
            return false;
        }
        if let Some(text) = self.tree.text(id) {
            self.text(text);
            return false;
        }
        let element = self.tree.element(id);
        if element.kind.is_block() {
            self.boundary();
        }
        self.bold += u32::from(element.is(mark::BOLD));
        match element.kind {
            Kind::Break => self.line_break(),
            Kind::Inline => self.begin_inline(id),
            Kind::Heading => self.headings += 1,
            Kind::Item => self.items += 1,
            Kind::Preformatted => self.preformatted += 1,
            Kind::Table
                if self.table.is_none() && table::holds_data(self.tree, self.matter, id) =>
            {
                self.table = Some(id);
                self.draft.release(false, self.writer);
                self.writer.begin_table();
            }
            _ => {}
        }
        true
    }

    fn leave(&mut self, id: Id) {
        if self.matter.leaves_out(id) || self.tree.text(id).is_some() {
            return;
        }
        let element = self.tree.element(id);
        match element.kind {
            Kind::Inline => self.end_inline(id),
            Kind::Cell | Kind::HeadCell if self.table.is_some() => self.end_cell(element.kind),
            kind if kind.is_block() => self.boundary(),
            _ => {}
        }
        self.bold -= u32::from(element.is(mark::BOLD));
        match element.kind {
            Kind::Heading => {
                self.headings -= 1;
                self.end_caption();
            }
            Kind::Item => self.items -= 1,
            Kind::Preformatted => self.preformatted -= 1,
            Kind::Row if self.table.is_some() => self.writer.end_row(),
            Kind::Table if self.table == Some(id) => {
                self.table = None;
                self.writer.end_table();
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.preformatted > 0 && self.headings == 0 {
            return self.draft.preformatted(text);
        }
        if self.is_glued(text) {
            self.draft.part_words();
        }
        self.draft.text(text, self.bold > 0);
        self.seam = Seam::None;
    }

    fn is_glued(&self, text: &str) -> bool {
        let Seam::Both(links) = self.seam else {
            return false;
        };
        let (Some(last), Some(first)) = (self.draft.last(), text.chars().next()) else {
            return false;
        };
        let ends = last.is_lowercase() || last.is_ascii_digit() || ".:;!?)".contains(last);
        links && first.is_alphanumeric() || ends && first.is_uppercase()
    }

    fn begin_inline(&mut self, id: Id) {
        if let Seam::End(link) = self.seam
            && self.stands_apart(id)
        {
            self.seam = Seam::Both(link && self.tree.element(id).is(mark::LINK));
        }
    }

    fn end_inline(&mut self, id: Id) {
        if self.stands_apart(id) {
            self.seam = Seam::End(self.tree.element(id).is(mark::LINK));
        }
    }

    /// True for elements that a style sheet often sets apart; not for those of emphasis,
    /// which begin and end inside words.
    fn stands_apart(&self, id: Id) -> bool {
        let name = self.tree.name(id);
        matches!(name, "a" | "span" | "label" | "time" | "small" | "button") || name.contains('-')
    }

    fn line_break(&mut self) {
        self.draft.line_break();
        self.seam = Seam::None;
    }

    /// The border of a block. Inside a cell it parts words only.
    fn boundary(&mut self) {
        match self.table {
            Some(_) => self.draft.part_words(),
            None => self.close(),
        }
        self.seam = Seam::None;
    }

    fn close(&mut self) {
        let kind = match () {
            () if self.headings > 0 => BlockKind::Heading,
            () if self.items > 0 && self.preformatted == 0 => BlockKind::Item,
            () if self.preformatted > 0 => BlockKind::Lines,
            () => BlockKind::Paragraph,
        };
        self.draft.close(kind, self.matter.bold_means, self.writer);
    }

    fn end_cell(&mut self, kind: Kind) {
        let kind = match kind {
            Kind::HeadCell => BlockKind::Heading,
            _ => BlockKind::Paragraph,
        };
        self.draft.close_cell(kind, self.writer);
        self.writer.end_cell();
        self.seam = Seam::None;
    }

    /// The caption of a table of data is a row of its own.
    fn end_caption(&mut self) {
        if self.table.is_some() {
            self.draft.close_cell(BlockKind::Heading, self.writer);
            self.writer.end_row();
        }
    }
}
