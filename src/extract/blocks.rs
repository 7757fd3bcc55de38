//! The text of a document, block by block.
//!
//! **In:** pieces of text in reading order, and what each belongs to. **Out:** [`Extracted`].
//! **Unit:** bytes of the text that is put together.
//!
//! The decisions that live here, for every format that knows its layout:
//!
//! 1. *White space*: two blocks are a blank line apart; cells of a row a tab, rows and the
//!    blocks of one cell a line end, so that none of them run together.
//! 2. *Lines*: a paragraph with a line end that its author meant, or with lines that begin
//!    with a sign of a list (`•`), is [`BlockKind::Lines`]; elsewhere the end of a line
//!    means nothing.
//! 3. *Long headings*: one of more than 200 bytes is a paragraph that somebody made bold.

use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use crate::span::Span;
use crate::text::document::{Block, BlockKind};

/// The longest heading, in bytes.
const LONGEST_HEADING: usize = 200;

/// Puts a text and its blocks together.
#[derive(Debug, Default)]
pub(super) struct BlockWriter {
    text: String,
    blocks: Vec<Block>,
    open: Option<Open>,
    in_table: bool,
}

/// The block that is being written.
#[derive(Debug, Clone, Copy)]
struct Open {
    start: usize,
    kind: BlockKind,
}

impl BlockWriter {
    /// Appends text to the open block, or opens one of that kind. White space opens none.
    pub(super) fn write(&mut self, kind: BlockKind, text: &str) {
        if self.open.is_some() {
            return self.text.push_str(text);
        }
        let text = text.trim_start();
        if text.is_empty() {
            return;
        }
        match self.in_table {
            true if self.text.ends_with('\t') => {}
            true => self.separate("\n"),
            false => self.separate("\n\n"),
        }
        let start = self.text.len();
        self.open = Some(Open { start, kind });
        self.text.push_str(text);
    }

    /// A line end that the author meant, inside the open block.
    pub(super) fn line_break(&mut self) {
        if let Some(open) = &mut self.open {
            if open.kind == BlockKind::Paragraph {
                open.kind = BlockKind::Lines;
            }
            self.text.push('\n');
        }
    }

    /// Ends the open block.
    pub(super) fn close(&mut self) {
        let Some(Open { start, kind }) = self.open.take() else {
            return;
        };
        self.text
            .truncate(start + self.text[start..].trim_end().len());
        let text = &self.text[start..];
        let kind = match kind {
            BlockKind::Heading if text.len() > LONGEST_HEADING => BlockKind::Paragraph,
            BlockKind::Paragraph if text.lines().any(begins_with_bullet) => BlockKind::Lines,
            other => other,
        };
        self.blocks.push(Block {
            span: Span::new(start, self.text.len()),
            kind,
        });
    }

    /// Begins a table: what follows stands in cells.
    pub(super) fn begin_table(&mut self) {
        self.close();
        self.separate("\n\n");
        self.in_table = true;
    }

    /// Ends a table.
    pub(super) fn end_table(&mut self) {
        self.close();
        self.in_table = false;
    }

    /// Ends a cell.
    pub(super) fn end_cell(&mut self) {
        self.close();
        self.separate("\t");
    }

    /// Ends a row.
    pub(super) fn end_row(&mut self) {
        self.close();
        if self.text.ends_with('\t') {
            self.text.pop();
        }
        self.separate("\n");
    }

    /// Bytes of text so far; to be held against [`Limits::unpacked`] by whoever unpacks.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// What was written.
    ///
    /// # Errors
    ///
    /// If it is more than the limit.
    pub(super) fn finish(
        mut self,
        encoding: &'static str,
        limits: &Limits,
    ) -> Result<Extracted, String> {
        self.close();
        if self.len() as u64 > limits.unpacked {
            return Err(limits.too_much());
        }
        Ok(Extracted {
            text: self.text,
            blocks: self.blocks,
            encoding,
        })
    }

    /// White space between two blocks, unless there is some.
    fn separate(&mut self, space: &str) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push_str(space);
        } else if space == "\n\n" && !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }
}

/// True for a line that begins with a sign of a list that its format does not know.
fn begins_with_bullet(line: &str) -> bool {
    line.trim_start().starts_with([
        '•', '·', '●', '▪', '◦', '‣', '∙', '■', '–', '➢', '✓', '✔', '\u{f0b7}',
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut BlockWriter)) -> Extracted {
        let mut writer = BlockWriter::default();
        write(&mut writer);
        writer.finish("UTF-8", &Limits::default()).unwrap()
    }

    #[test]
    fn cells_do_not_run_together() {
        let table = written(|writer| {
            writer.begin_table();
            for row in [["Plan", "Budget"], ["Lead", "Teams"]] {
                for cell in row {
                    writer.write(BlockKind::Paragraph, cell);
                    writer.end_cell();
                }
                writer.end_row();
            }
            writer.end_table();
            writer.write(BlockKind::Paragraph, "After.");
        });
        assert_eq!(table.text, "Plan\tBudget\nLead\tTeams\n\nAfter.");
        assert_eq!(table.blocks.len(), 5);
    }

    #[test]
    fn a_table_does_not_run_into_the_text_before_it() {
        let text = written(|writer| {
            writer.write(BlockKind::Paragraph, "Before.");
            writer.begin_table();
            writer.write(BlockKind::Paragraph, "Plan");
            writer.end_table();
        });
        assert_eq!(text.text, "Before.\n\nPlan");
    }

    #[test]
    fn blocks_of_one_cell_do_not_run_together() {
        let table = written(|writer| {
            writer.begin_table();
            for text in ["Duties", "Plan"] {
                writer.write(BlockKind::Paragraph, text);
                writer.close();
            }
        });
        assert_eq!(table.text, "Duties\nPlan");
    }

    #[test]
    fn a_meant_line_end_makes_a_paragraph_lines() {
        let extracted = written(|writer| {
            writer.write(BlockKind::Paragraph, "Duties");
            writer.line_break();
            writer.write(BlockKind::Paragraph, "Plan");
        });
        assert_eq!(extracted.text, "Duties\nPlan");
        assert_eq!(extracted.blocks[0].kind, BlockKind::Lines);
    }

    #[test]
    fn more_text_than_the_limit_is_refused() {
        let mut writer = BlockWriter::default();
        writer.write(BlockKind::Paragraph, "Plans.");
        let limits = Limits {
            unpacked: 5,
            ..Limits::default()
        };
        let reason = writer.finish("UTF-8", &limits).unwrap_err();
        assert_eq!(reason, "holds more than 5 bytes when unpacked, the limit");
    }
}
