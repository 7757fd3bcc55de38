//! Tables of data and tables for the layout.
//!
//! **In:** a table of a page. **Out:** whether it holds data. **Unit:** rows and cells.
//!
//! One decision lives here: a table holds data if it is not said to be for the layout, if
//! in at least two rows at least two cells hold something, or a cell is a head, and if each
//! cell is one short piece: no list, heading, preformatted text or table inside, and not
//! two paragraphs.

use crate::extract::html::element::{Kind, mark};
use crate::extract::html::matter::{Matter, behind};
use crate::extract::html::tree::{Id, Tree};

/// True where the cells of the table are to be kept apart.
pub(super) fn holds_data(tree: &Tree, matter: &Matter, table: Id) -> bool {
    if tree.element(table).is(mark::LAYOUT) {
        return false;
    }
    let end = behind(tree, table);
    let mut counts = Counts::default();
    let mut at = tree.first_child(table);
    while let Some(id) = at.filter(|_| at != end) {
        let out = matter.leaves_out(id);
        if !out && !counts.take(tree, id) {
            return false;
        }
        let inside = tree.first_child(id).filter(|_| !out);
        at = inside.or_else(|| behind(tree, id));
    }
    counts.end_row();
    counts.full_rows >= 2 || counts.heads > 0 && counts.full_rows > 0
}

#[derive(Default)]
struct Counts {
    /// Rows of which at least two cells hold text.
    full_rows: u32,
    heads: u32,
    /// Cells of this row that hold text.
    cells: u32,
    /// Blocks of this cell that hold text.
    blocks: u32,
    /// The next text is the first of its cell, of its block.
    fresh_cell: bool,
    fresh_block: bool,
}

impl Counts {
    /// False where the table is one for the layout.
    fn take(&mut self, tree: &Tree, id: Id) -> bool {
        if let Some(text) = tree.text(id) {
            if !text.trim().is_empty() {
                self.text();
            }
            return self.blocks <= 1;
        }
        match tree.element(id).kind {
            Kind::Table | Kind::Item | Kind::Preformatted => return false,
            Kind::Heading => return tree.name(id) == "caption",
            Kind::Row => self.end_row(),
            Kind::Cell | Kind::HeadCell => {
                self.heads += u32::from(tree.element(id).kind == Kind::HeadCell);
                (self.fresh_cell, self.fresh_block, self.blocks) = (true, true, 0);
            }
            Kind::Block => self.fresh_block = true,
            _ => {}
        }
        true
    }

    fn text(&mut self) {
        self.cells += u32::from(self.fresh_cell);
        self.blocks += u32::from(self.fresh_block);
        (self.fresh_cell, self.fresh_block) = (false, false);
    }

    fn end_row(&mut self) {
        self.full_rows += u32::from(self.cells >= 2);
        (self.cells, self.blocks) = (0, 0);
    }
}
