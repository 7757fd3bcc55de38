//! The paragraphs of a document, as a word processor keeps them.
//!
//! **In:** text, paragraph ends and table marks, in the order of the file. **Out:** a list
//! of [`Piece`]s for [`layout`](super::layout). **Unit:** bytes of the collected text.
//!
//! The decisions that live here:
//!
//! 1. *A text box follows the paragraph that it is anchored in*, so that it tears no
//!    sentence.
//! 2. *A line break* begins a paragraph of its own, marked as `soft`; behind an empty line it
//!    is no item any more. In a heading it is white space.
//! 3. *Signs of fonts of signs* (Wingdings) are bullets at the head of a paragraph, and white
//!    space elsewhere.
//! 4. *Hyphens*: soft ones are dropped, and of the pair `-‐` that programs make of one
//!    hyphen when they turn a PDF into a document one is left.
//! 5. *Empty paragraphs* are gaps, however many stand in a row; empty cells and rows are
//!    nothing. So a file of empty elements costs no memory.

use crate::span::Span;

/// What the format says that a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::extract) enum Role {
    /// Running text, or nothing is said.
    #[default]
    Body,
    /// A heading or title.
    Heading,
    /// An item of that list, on that level.
    Item {
        /// Which list, by a number of the format's own.
        list: u32,
        /// How deep it is nested, from 0.
        level: u8,
    },
}

/// A paragraph with text in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paragraph {
    /// Where its text is, without outer white space.
    pub(super) span: Span,
    pub(super) role: Role,
    /// All of it is bold or underlined.
    pub(super) strong: bool,
    /// A line break, and no paragraph end, stands before it.
    pub(super) soft: bool,
}

/// A part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    Paragraph(Paragraph),
    /// One or more empty paragraphs.
    Gap,
    /// A row of a table begins.
    Row,
    CellEnd,
    RowEnd,
}

/// Collects the paragraphs of a document.
#[derive(Debug, Default)]
pub(in crate::extract) struct Paragraphs {
    pub(super) text: String,
    pub(super) pieces: Vec<Piece>,
    open: Vec<Open>,
    /// Rows around the place, by the index of their piece.
    rows: Vec<usize>,
    /// Characters that are not white space; and those of them that are strong.
    pub(super) characters: usize,
    pub(super) strong: usize,
}

/// A paragraph that has not ended.
#[derive(Debug)]
struct Open {
    /// Its place among the pieces.
    slot: usize,
    text: String,
    role: Role,
    soft: bool,
    characters: usize,
    strong: usize,
}

impl Paragraphs {
    /// A paragraph begins. One inside another belongs to a text box.
    pub(in crate::extract) fn begin(&mut self) {
        self.begin_line(Role::Body, false);
    }

    fn begin_line(&mut self, role: Role, soft: bool) {
        let slot = self.pieces.len();
        self.pieces.push(Piece::Gap);
        self.open.push(Open {
            slot,
            text: String::new(),
            role,
            soft,
            characters: 0,
            strong: 0,
        });
    }

    /// The open paragraph is of that role. Behind a line break it is settled.
    pub(in crate::extract) fn set_role(&mut self, role: Role) {
        if let Some(open) = self.open.last_mut().filter(|open| !open.soft) {
            open.role = role;
        }
    }

    /// Text of the open paragraph; outside of one it is white space between elements.
    /// `strong` text is bold or underlined.
    pub(in crate::extract) fn write(&mut self, text: &str, strong: bool) {
        let mut rest = text;
        while let Some(at) = rest.find(is_private) {
            self.append(&rest[..at], strong);
            self.write_sign();
            rest = rest[at..].trim_start_matches(is_private);
        }
        self.append(rest, strong);
    }

    fn append(&mut self, text: &str, strong: bool) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        let characters = text.chars().filter(|c| !c.is_whitespace()).count();
        open.characters += characters;
        open.strong += if strong { characters } else { 0 };
        if text.is_ascii() {
            return open.text.push_str(text);
        }
        for c in text.chars().filter(|&c| c != SOFT_HYPHEN) {
            if c != HYPHEN || !open.text.ends_with('-') {
                open.text.push(c);
            }
        }
    }

    /// A character of a font of signs: a bullet where it begins a paragraph.
    pub(in crate::extract) fn write_sign(&mut self) {
        // By the count: the text may be long, and there may be a sign in each place of it.
        let blank = (self.open.last()).is_some_and(|open| open.characters == 0);
        self.append(if blank { "• " } else { " " }, false);
    }

    /// True where the open paragraph ends in white space, or has no text.
    pub(in crate::extract) fn ends_blank(&self) -> bool {
        (self.open.last()).is_none_or(|open| {
            open.text
                .chars()
                .next_back()
                .is_none_or(char::is_whitespace)
        })
    }

    /// A line end that the author meant. Behind an empty line an item has ended.
    pub(in crate::extract) fn line_break(&mut self) {
        let Some(open) = self.open.last() else { return };
        let role = match open.role {
            Role::Heading => return self.append("\n", false),
            Role::Item { .. } if open.soft && open.text.trim().is_empty() => Role::Body,
            role => role,
        };
        self.end();
        self.begin_line(role, true);
    }

    /// The open paragraph ends.
    pub(in crate::extract) fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let text = open.text.trim();
        if text.is_empty() {
            return self.end_empty(&open);
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.characters += open.characters;
        self.strong += open.strong;
        let paragraph = Paragraph {
            span: Span::new(start, self.text.len()),
            role: open.role,
            strong: open.characters > 0 && open.strong == open.characters,
            soft: open.soft,
        };
        if let Some(slot) = self.pieces.get_mut(open.slot) {
            *slot = Piece::Paragraph(paragraph);
        }
    }

    /// An empty paragraph is a gap, unless there is one already.
    fn end_empty(&mut self, open: &Open) {
        let last = open.slot + 1 == self.pieces.len();
        let before = open.slot.checked_sub(1).and_then(|at| self.pieces.get(at));
        if last && matches!(before, None | Some(Piece::Gap)) {
            self.pieces.pop();
        }
    }

    /// The open paragraph goes on in the next one, for its end was deleted.
    pub(in crate::extract) fn join_next(&mut self) -> Option<Carried> {
        let open = self.open.pop()?;
        if open.slot + 1 == self.pieces.len() {
            self.pieces.pop();
        }
        Some(Carried(open))
    }

    /// Begins the open paragraph with what was carried over to it.
    pub(in crate::extract) fn carry(&mut self, carried: Carried) {
        if let Some(open) = self.open.last_mut() {
            // Behind what may be long already, for a whole document may be one such chain.
            let own = std::mem::replace(&mut open.text, carried.0.text);
            open.text.push_str(&own);
            open.characters += carried.0.characters;
            open.strong += carried.0.strong;
        }
    }

    /// A row of a table begins.
    pub(in crate::extract) fn begin_row(&mut self) {
        self.rows.push(self.pieces.len());
        self.pieces.push(Piece::Row);
    }

    /// A cell ends.
    pub(in crate::extract) fn end_cell(&mut self) {
        let empty = matches!(self.pieces.last(), None | Some(Piece::Row | Piece::CellEnd));
        if !self.rows.is_empty() && !empty {
            self.pieces.push(Piece::CellEnd);
        }
    }

    /// A row ends; `keep` is false for one that was deleted.
    pub(in crate::extract) fn end_row(&mut self, keep: bool) {
        let Some(start) = self.rows.pop() else { return };
        if !keep || start + 1 == self.pieces.len() {
            return self.pieces.truncate(start);
        }
        self.pieces.push(Piece::RowEnd);
    }

    /// True while there is no text in paragraphs that have ended.
    pub(super) fn is_empty(&self) -> bool {
        self.characters == 0
    }

    /// Closes what a cut-off file left open.
    pub(super) fn close(&mut self) {
        while !self.open.is_empty() {
            self.end();
        }
        while !self.rows.is_empty() {
            self.end_row(true);
        }
    }
}

const SOFT_HYPHEN: char = '\u{ad}';

const HYPHEN: char = '\u{2010}';

/// True for characters that only mean something in a font of signs.
fn is_private(c: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&c)
}

/// Text of a paragraph whose end was deleted.
#[derive(Debug)]
pub(in crate::extract) struct Carried(Open);

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(paragraphs: &Paragraphs) -> Vec<&str> {
        let pieces = paragraphs.pieces.iter();
        let text = |piece: &Piece| match piece {
            Piece::Paragraph(paragraph) => Some(paragraph.span),
            _ => None,
        };
        pieces
            .filter_map(text)
            .map(|span| span.of(&paragraphs.text))
            .collect()
    }

    #[test]
    fn a_text_box_follows_its_paragraph() {
        let mut paragraphs = Paragraphs::default();
        paragraphs.begin();
        paragraphs.write("We plan ", false);
        paragraphs.begin();
        paragraphs.write("Box", false);
        paragraphs.end();
        paragraphs.write("ahead.", false);
        paragraphs.end();
        assert_eq!(texts(&paragraphs), ["We plan ahead.", "Box"]);
    }

    #[test]
    fn empty_paragraphs_in_a_row_are_one_gap() {
        let mut paragraphs = Paragraphs::default();
        for text in ["We plan.", "", " ", "", "We act."] {
            paragraphs.begin();
            paragraphs.write(text, false);
            paragraphs.end();
        }
        assert_eq!(paragraphs.pieces.len(), 3);
    }

    #[test]
    fn a_sign_is_a_bullet_at_the_head_of_a_paragraph_only() {
        let mut paragraphs = Paragraphs::default();
        paragraphs.begin();
        paragraphs.write("\u{f0d8}Plan\u{f0e0}act", false);
        paragraphs.end();
        assert_eq!(texts(&paragraphs), ["• Plan act"]);
    }

    #[test]
    fn a_long_text_of_signs_takes_no_longer_than_another() {
        let mut paragraphs = Paragraphs::default();
        paragraphs.begin();
        paragraphs.write(&"\u{f0d8} ".repeat(1_000_000), false);
        paragraphs.end();
        assert_eq!(texts(&paragraphs), ["•"]);
    }

    #[test]
    fn a_long_chain_of_joined_paragraphs_takes_no_longer_than_others() {
        let mut paragraphs = Paragraphs::default();
        let mut carried = None;
        for _ in 0..500_000 {
            paragraphs.begin();
            if let Some(carried) = carried.take() {
                paragraphs.carry(carried);
            }
            paragraphs.write("plan", false);
            carried = paragraphs.join_next();
        }
        assert_eq!(carried.unwrap().0.text.len(), 2_000_000);
    }

    #[test]
    fn soft_and_doubled_hyphens_are_dropped() {
        let mut paragraphs = Paragraphs::default();
        paragraphs.begin();
        paragraphs.write("ma\u{ad}king long-\u{ad}\u{2010}term plans", false);
        paragraphs.end();
        assert_eq!(texts(&paragraphs), ["making long-term plans"]);
    }

    #[test]
    fn an_empty_row_is_nothing() {
        let mut paragraphs = Paragraphs::default();
        paragraphs.begin_row();
        paragraphs.end_cell();
        paragraphs.end_cell();
        paragraphs.end_row(true);
        assert_eq!(paragraphs.pieces, []);
    }

    #[test]
    fn a_paragraph_is_strong_where_all_of_it_is() {
        let mut paragraphs = Paragraphs::default();
        paragraphs.begin();
        paragraphs.write("Duties", true);
        paragraphs.write(" ", false);
        paragraphs.line_break();
        paragraphs.write("Plan", true);
        paragraphs.write(" ahead", false);
        paragraphs.end();
        let strong = |piece: &Piece| matches!(piece, Piece::Paragraph(p) if p.strong);
        assert!(strong(&paragraphs.pieces[0]) && !strong(&paragraphs.pieces[1]));
    }
}
