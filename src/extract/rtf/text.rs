//! The paragraphs, rows and text boxes of an RTF file.
//!
//! **In:** text, and the ends of paragraphs, cells, rows and boxes. **Out:** [`Paragraphs`].
//! **Unit:** none.
//!
//! One decision lives here: RTF says where paragraphs and rows end, not where they begin; they
//! begin with their first text.

use crate::extract::office::paragraphs::{Paragraphs, Role};

/// Writes the text of a file.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) paragraphs: Paragraphs,
    /// What is open here.
    here: Open,
    /// What is open around each text box.
    around: Vec<Open>,
    /// The open paragraph has a mark of a list; `false` for one that cannot be seen.
    pub(super) mark: Option<bool>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Open {
    paragraph: bool,
    row: bool,
}

impl Text {
    /// Begins a paragraph, and the row that it is in, unless there is one.
    pub(super) fn begin(&mut self, in_table: bool) {
        if self.here.paragraph {
            return;
        }
        match (in_table, self.here.row) {
            (true, false) => {
                self.paragraphs.begin_row();
                self.here.row = true;
            }
            (false, true) => self.end_row(),
            _ => {}
        }
        self.paragraphs.begin();
        self.here.paragraph = true;
    }

    /// Ends the open paragraph, if there is one.
    pub(super) fn end(&mut self, role: Role) {
        if self.here.paragraph {
            self.paragraphs.set_role(role);
            self.paragraphs.end();
        }
        self.here.paragraph = false;
        self.mark = None;
    }

    /// Ends the open row, if there is one.
    pub(super) fn end_row(&mut self) {
        if self.here.row {
            self.paragraphs.end_row(true);
        }
        self.here.row = false;
    }

    /// A part of the mark of an item.
    pub(super) fn write_mark(&mut self, visible: bool) {
        self.mark = Some(self.mark.unwrap_or(false) || visible);
    }

    /// A text box begins.
    pub(super) fn begin_box(&mut self) {
        self.around.push(std::mem::take(&mut self.here));
    }

    /// A text box ends.
    pub(super) fn end_box(&mut self, role: Role) {
        self.end(role);
        self.end_row();
        self.here = self.around.pop().unwrap_or_default();
    }
}
