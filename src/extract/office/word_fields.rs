//! The fields of a Word document: code, and the result that is shown.
//!
//! **In:** the marks of fields, in order. **Out:** whether a place is in a code. **Unit:** none.
//!
//! One decision lives here: a field whose code does not end with its paragraph is broken; what
//! follows in the next one is text.

use crate::extract::office::xml::Tag;

/// The fields around a place.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// For each, whether its code has ended.
    open: Vec<bool>,
    /// How many of them are still in their code.
    codes: usize,
}

impl Fields {
    /// A field begins, or its result does, or it ends.
    pub(super) fn mark(&mut self, tag: &Tag<'_>) {
        match tag.get("fldCharType").as_deref() {
            Some("begin") => {
                self.open.push(false);
                self.codes += 1;
            }
            Some("separate") => {
                if let Some(ended @ false) = self.open.last_mut() {
                    *ended = true;
                    self.codes -= 1;
                }
            }
            Some("end") if self.open.pop() == Some(false) => self.codes -= 1,
            _ => {}
        }
    }

    /// A paragraph ends.
    pub(super) fn end_paragraph(&mut self) {
        if self.codes > 0 {
            self.open.clear();
            self.codes = 0;
        }
    }

    /// True for a place in the code of a field, or of one around it.
    pub(super) fn in_code(&self) -> bool {
        self.codes > 0
    }
}
