//! Splits a text into units: sentences, list items, headings.
//!
//! **In:** a text and what its format says of its layout ([`Block`]s). **Out:**
//! [`Unit`]s in order, disjoint, not empty. **Unit:** bytes of the text.
//!
//! Two steps, in this order, because a full stop means little where a line end means
//! much: [`layout`] settles which lines belong together and which are headings or
//! items; [`splitter`] then splits inside one such block. Decisions that live here:
//!
//! 1. *A symbol that marks an item (`-`, `•`, `*`, the circle `o`) is no part of the
//!    unit; a number or letter (`1.`, `b)`) is.*
//! 2. *Prefer joined to torn*: without a reason to cut there is no cut.
//! 3. *Every letter and digit of the text is in some unit* (the circle `o` aside).

mod bytes;
mod endings;
mod glue;
mod headings;
mod layout;
mod lines;
mod splitter;
mod words;

use crate::text::document::{Block, BlockKind, Unit, UnitKind};

use splitter::Splitter;

/// Split `text` into units; clears and fills `units`.
///
/// `blocks` are what an extractor knows of the layout, in order and disjoint; text
/// outside them is passed over. Without blocks the whole text is one of
/// [`BlockKind::Lines`]. The kinds given are sentence, bullet and heading; boilerplate is
/// recognised later, by its words (see `boilerplate`).
///
/// Any text will do; an empty one has no units.
pub fn segment(text: &str, blocks: &[Block], units: &mut Vec<Unit>) {
    units.clear();
    if blocks.is_empty() {
        layout::segment_lines(text, 0, text.len(), units);
    }
    for block in blocks {
        let range = block.span.range();
        match block.kind {
            BlockKind::Lines => layout::segment_lines(text, range.start, range.end, units),
            BlockKind::Paragraph => {
                Splitter::new(text, units).split(range.start, range.end, UnitKind::Sentence, 0)
            }
            BlockKind::Item => {
                Splitter::new(text, units).split(range.start, range.end, UnitKind::Bullet, 0)
            }
            BlockKind::Heading => {
                Splitter::new(text, units).whole(range.start, range.end, UnitKind::Heading)
            }
        }
    }
}
