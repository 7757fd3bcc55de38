//! The lines of a text, with the blocks that they are in.
//!
//! **In:** a text and its blocks. **Out:** [`Line`]s, and blocks again. **Unit:** lines.
//!
//! One decision lives here: text of the kind `format=flowed` (RFC 3676) has its lines
//! joined, but for those of another depth of quotation and for the mark of a signature.

use crate::extract::blocks::BlockWriter;
use crate::extract::extracted::Extracted;
use crate::text::document::BlockKind;

/// A line of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) kind: BlockKind,
    /// It is the last one of its block.
    pub(super) ends_block: bool,
}

/// The lines of a text.
pub(super) fn of(extracted: &Extracted) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    for block in &extracted.blocks {
        for text in block.span.of(&extracted.text).lines() {
            found.push(Line {
                text,
                kind: block.kind,
                ends_block: false,
            });
        }
        if let Some(last) = found.last_mut() {
            last.ends_block = true;
        }
    }
    found
}

/// Writes lines as the blocks that they were in.
pub(super) fn copy(lines: &[Line<'_>], writer: &mut BlockWriter) {
    for line in lines {
        writer.write(line.kind, line.text);
        match line.ends_block {
            true => writer.close(),
            false => writer.line_break(),
        }
    }
    writer.close();
}

/// Joins the lines of flowed text; `delete` the space at the end of those that go on.
pub(super) fn unfolded(text: &str, delete: bool) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut before: Option<usize> = None;
    for line in text.lines() {
        let (depth, content) = quotation(line);
        let signs = content == "-- ";
        match before {
            Some(open) if open == depth && !signs => {
                if delete {
                    joined.pop();
                }
            }
            _ => {
                if !joined.is_empty() {
                    joined.push('\n');
                }
                joined.extend(std::iter::repeat_n('>', depth));
            }
        }
        joined.push_str(content);
        before = (content.ends_with(' ') && !signs).then_some(depth);
    }
    joined
}

/// How many `>` begin a line, and what follows them without the space that was stuffed.
fn quotation(line: &str) -> (usize, &str) {
    let content = line.trim_start_matches('>');
    let depth = line.len() - content.len();
    (depth, content.strip_prefix(' ').unwrap_or(content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_lines_are_joined() {
        assert_eq!(
            unfolded("We plan \nall day.\nWe act.", false),
            "We plan all day.\nWe act."
        );
    }

    #[test]
    fn a_quotation_ends_a_flowed_line() {
        assert_eq!(
            unfolded("> We plan \nand act.", false),
            ">We plan \nand act."
        );
    }

    #[test]
    fn the_space_of_languages_without_spaces_is_dropped() {
        assert_eq!(unfolded("計 \n画", true), "計画");
    }
}
