//! What the paragraphs of an office document are.
//!
//! **In:** [`Paragraphs`]. **Out:** text and blocks. **Unit:** bytes of the text.
//!
//! The decisions that live here, the same for every word processor:
//!
//! 1. *Headings*: what the format calls so, unless it is a sentence of more than ten words;
//!    a short paragraph without an end mark, all of it bold or underlined, in a document
//!    that is not bold for the most part; a paragraph of up to six words (twelve before a
//!    colon) over a list; and a bold item that no item of its list stands next to.
//! 2. *Items*: what the format numbers or marks.
//! 3. *All other text* is [`BlockKind::Lines`], a line for each paragraph, so that titles
//!    and bullets that somebody typed by hand are known by their looks. Paragraphs are a
//!    blank line apart, for they do not go on in the next one; only short ones without an
//!    end mark are neighbours, as lists typed by hand are. Where the paragraphs of a
//!    document break off in mid-sentence again and again they are lines, as pasted.
//! 4. *Tables*: a row of several cells, with one paragraph each, is a row. Cells of more
//!    text are the layout of a page and are read one after the other.

use crate::extract::blocks::BlockWriter;
use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use crate::extract::office::paragraphs::{Paragraph, Paragraphs, Piece, Role};
use crate::text::document::BlockKind;

/// A label has no more bytes than this.
const LONGEST_LABEL: usize = 100;

/// A line of fewer bytes was not broken off by a program.
const NARROWEST_WRAP: usize = 45;

/// The text of a document and its blocks. `pictures` is how many there are in it.
///
/// # Errors
///
/// The reason, in words: if there is no text, or more than the limit.
pub(in crate::extract) fn lay_out(
    mut paragraphs: Paragraphs,
    encoding: &'static str,
    pictures: usize,
    limits: &Limits,
) -> Result<Extracted, String> {
    paragraphs.close();
    if paragraphs.is_empty() {
        return Err(no_text(pictures));
    }
    let mut layout = Layout {
        text: &paragraphs.text,
        pieces: &paragraphs.pieces,
        bold_tells: paragraphs.strong * 2 <= paragraphs.characters,
        wrapped: false,
        writer: BlockWriter::default(),
        line: None,
        in_table: false,
    };
    layout.wrapped = layout.is_wrapped();
    let mut at = 0;
    while at < layout.pieces.len() {
        at = layout.piece(at);
    }
    layout.writer.finish(encoding, limits)
}

/// Why a document without text is not read.
fn no_text(pictures: usize) -> String {
    match pictures {
        0 => "no text in it".to_owned(),
        1 => "no text in it, only a picture".to_owned(),
        _ => format!("no text in it, only {pictures} pictures"),
    }
}

struct Layout<'p> {
    text: &'p str,
    pieces: &'p [Piece],
    /// Bold text stands out.
    bold_tells: bool,
    /// Paragraphs are lines of something that was pasted.
    wrapped: bool,
    writer: BlockWriter,
    /// The kind of the open block, its last line, and whether a gap follows.
    line: Option<(BlockKind, &'p str, bool)>,
    in_table: bool,
}

impl<'p> Layout<'p> {
    /// Writes what begins at piece `at`; gives the index of what follows.
    fn piece(&mut self, at: usize) -> usize {
        match self.pieces[at] {
            Piece::Row => {
                if let Some(end) = self.end_of_grid_row(at) {
                    self.grid_row(at, end);
                    return end + 1;
                }
                self.close();
            }
            Piece::CellEnd | Piece::RowEnd => self.close(),
            Piece::Gap => {
                if let Some((.., gap)) = &mut self.line {
                    *gap = true;
                }
            }
            Piece::Paragraph(paragraph) => self.paragraph(at, paragraph),
        }
        at + 1
    }

    /// Ends the open block, and the table if there is one.
    fn close(&mut self) {
        self.writer.close();
        self.line = None;
        if self.in_table {
            self.writer.end_table();
            self.in_table = false;
        }
    }

    fn paragraph(&mut self, at: usize, paragraph: Paragraph) {
        let text = paragraph.span.of(self.text);
        let kind = self.kind(at, paragraph);
        match self.line {
            Some((BlockKind::Lines, last, gap)) if kind == BlockKind::Lines => {
                self.writer.line_break();
                let near = paragraph.soft || self.wrapped || are_near(last, text);
                if gap || !near {
                    self.writer.line_break();
                }
            }
            Some((BlockKind::Item, last, false))
                if kind == BlockKind::Item && paragraph.soft && continues(last, text) =>
            {
                self.writer.line_break();
            }
            _ => self.close(),
        }
        self.writer.write(kind, text);
        self.line = Some((kind, text, false));
    }

    /// Heading, item, or else lines.
    fn kind(&self, at: usize, paragraph: Paragraph) -> BlockKind {
        let text = paragraph.span.of(self.text);
        let bold = self.bold_tells && paragraph.strong && is_label(text, 12);
        match paragraph.role {
            Role::Heading if is_sentence(text) => BlockKind::Lines,
            Role::Heading => BlockKind::Heading,
            Role::Item { .. } if bold && self.stands_alone(at, paragraph.role) => {
                BlockKind::Heading
            }
            Role::Item { .. } => BlockKind::Item,
            Role::Body if bold || self.is_over_list(at, text) => BlockKind::Heading,
            Role::Body => BlockKind::Lines,
        }
    }

    /// True where no item of the same list stands next to item `at`, and text follows.
    fn stands_alone(&self, at: usize, role: Role) -> bool {
        let other = |piece: Option<Role>| piece.is_none_or(|found| found != role);
        let next = self.role_after(at);
        other(self.role_before(at)) && other(next) && next.is_some()
    }

    /// True for a label with a list below it.
    fn is_over_list(&self, at: usize, text: &str) -> bool {
        let most = if text.ends_with(':') { 12 } else { 6 };
        matches!(self.role_after(at), Some(Role::Item { .. }))
            && is_label(text, most)
            && text.starts_with(char::is_uppercase)
    }

    fn role_before(&self, at: usize) -> Option<Role> {
        nearest_role(self.pieces[..at].iter().rev())
    }

    fn role_after(&self, at: usize) -> Option<Role> {
        nearest_role(self.pieces[at + 1..].iter())
    }

    /// The end of the row that begins at `at`, if it is one of a table and not of the
    /// layout of a page.
    fn end_of_grid_row(&self, at: usize) -> Option<usize> {
        let (mut cells, mut paragraphs) = (0, 0);
        for (index, piece) in self.pieces.iter().enumerate().skip(at + 1) {
            match piece {
                Piece::Row => return None,
                Piece::Paragraph(paragraph) if !paragraph.soft => paragraphs += 1,
                Piece::Paragraph(_) | Piece::Gap => {}
                Piece::CellEnd => {
                    cells += paragraphs;
                    paragraphs = 0;
                }
                Piece::RowEnd => return (cells + paragraphs > 1).then_some(index),
            }
            if paragraphs > 1 {
                return None;
            }
        }
        None
    }

    fn grid_row(&mut self, start: usize, end: usize) {
        if !self.in_table {
            self.close();
            self.writer.begin_table();
            self.in_table = true;
        }
        for piece in &self.pieces[start..end] {
            match *piece {
                Piece::Paragraph(paragraph) => self.cell_line(paragraph),
                Piece::CellEnd => {
                    self.writer.end_cell();
                    self.line = None;
                }
                Piece::Gap | Piece::Row | Piece::RowEnd => {}
            }
        }
        self.writer.end_row();
        self.line = None;
    }

    fn cell_line(&mut self, paragraph: Paragraph) {
        let text = paragraph.span.of(self.text);
        let bold = self.bold_tells && paragraph.strong && is_label(text, 12);
        let kind = match paragraph.role {
            Role::Heading => BlockKind::Heading,
            Role::Item { .. } => BlockKind::Item,
            Role::Body if bold => BlockKind::Heading,
            Role::Body => BlockKind::Lines,
        };
        match self.line {
            Some((BlockKind::Lines, ..)) if kind == BlockKind::Lines => self.writer.line_break(),
            _ => self.writer.close(),
        }
        self.writer.write(kind, text);
        self.line = Some((kind, text, false));
    }

    /// True where paragraphs go on in the next one at three places, and at every fifth.
    fn is_wrapped(&self) -> bool {
        let (mut pairs, mut broken) = (0, 0);
        for pair in self.pieces.windows(2) {
            if let [Piece::Paragraph(first), Piece::Paragraph(next)] = pair
                && first.role == Role::Body
                && next.role == Role::Body
                && !next.soft
            {
                pairs += 1;
                let goes_on = goes_on(first.span.of(self.text), next.span.of(self.text));
                broken += usize::from(goes_on);
            }
        }
        broken >= 3 && broken * 5 >= pairs
    }
}

/// The role of the first paragraph, if no cell ends before it.
fn nearest_role<'p>(pieces: impl Iterator<Item = &'p Piece>) -> Option<Role> {
    for piece in pieces {
        match piece {
            Piece::Paragraph(paragraph) => return Some(paragraph.role),
            Piece::Gap => {}
            Piece::Row | Piece::CellEnd | Piece::RowEnd => return None,
        }
    }
    None
}

/// A line of up to `most` words that does not end as a sentence or a clause does.
fn is_label(text: &str, most: usize) -> bool {
    text.len() <= LONGEST_LABEL
        && !text.ends_with(['.', '!', ',', ';'])
        && !text.contains('\n')
        && text.chars().any(char::is_alphabetic)
        && text.split_whitespace().nth(most).is_none()
}

/// A sentence of more than ten words.
fn is_sentence(text: &str) -> bool {
    text.ends_with(['.', '!']) && text.split_whitespace().nth(10).is_some()
}

/// Two lines of a list that somebody typed: neither ends in an end mark, and the second
/// does not go on from the first.
fn are_near(line: &str, next: &str) -> bool {
    let short = |text: &str| text.len() <= 200 && !text.ends_with(['.', '!', '?']);
    short(line) && short(next) && !next.starts_with(char::is_lowercase)
}

/// A line goes on in the next one.
fn continues(line: &str, next: &str) -> bool {
    !line.ends_with(['.', '!', '?', ':', ';']) && next.starts_with(char::is_lowercase)
}

/// The first line was broken off by a program, and goes on in the second.
fn goes_on(line: &str, next: &str) -> bool {
    (NARROWEST_WRAP..=160).contains(&line.len()) && continues(line, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ITEM: Role = Role::Item { list: 1, level: 0 };

    /// Paragraphs of roles and texts; a text in `**` is bold.
    fn blocks(paragraphs: &[(Role, &str)]) -> Vec<(BlockKind, String)> {
        let mut collected = Paragraphs::default();
        for (role, text) in paragraphs {
            collected.begin();
            collected.set_role(*role);
            let bold = text.starts_with("**");
            for (index, line) in text.trim_matches('*').split('\n').enumerate() {
                if index > 0 {
                    collected.line_break();
                }
                collected.write(line, bold);
            }
            collected.end();
        }
        written(collected)
    }

    fn written(paragraphs: Paragraphs) -> Vec<(BlockKind, String)> {
        let extracted = lay_out(paragraphs, "UTF-8", 0, &Limits::default()).unwrap();
        let blocks = extracted.blocks.iter();
        blocks
            .map(|block| (block.kind, block.span.of(&extracted.text).to_owned()))
            .collect()
    }

    fn kinds(paragraphs: &[(Role, &str)]) -> Vec<BlockKind> {
        let found = blocks(paragraphs).into_iter();
        found.map(|(kind, _)| kind).collect()
    }

    const TEXT: &str = "We plan the work of the yard and we look after those who do it.";

    #[test]
    fn a_document_of_pictures_is_told_so() {
        let reason = lay_out(Paragraphs::default(), "UTF-8", 2, &Limits::default()).unwrap_err();
        assert_eq!(reason, "no text in it, only 2 pictures");
    }

    #[test]
    fn a_bold_line_alone_is_a_heading() {
        use BlockKind::{Heading, Lines};
        let found = kinds(&[(Role::Body, "**Your day**"), (Role::Body, TEXT)]);
        assert_eq!(found, [Heading, Lines]);
    }

    #[test]
    fn bold_tells_nothing_where_most_is_bold() {
        let bold = format!("**{TEXT}**");
        let found = kinds(&[
            (Role::Body, "**Your day**"),
            (Role::Body, &bold),
            (Role::Body, "We act."),
        ]);
        assert_eq!(found, [BlockKind::Lines]);
    }

    #[test]
    fn a_bold_sentence_is_no_heading() {
        let found = kinds(&[(Role::Body, "**We plan ahead.**"), (Role::Body, TEXT)]);
        assert_eq!(found, [BlockKind::Lines]);
    }

    #[test]
    fn a_heading_that_is_a_long_sentence_is_running_text() {
        assert_eq!(kinds(&[(Role::Heading, TEXT)]), [BlockKind::Lines]);
    }

    #[test]
    fn a_short_line_over_a_list_is_a_heading() {
        let found = kinds(&[(Role::Body, "You will"), (ITEM, "plan"), (ITEM, "lead")]);
        assert_eq!(found[0], BlockKind::Heading);
    }

    #[test]
    fn a_bold_item_alone_is_a_heading() {
        let found = kinds(&[(ITEM, "**Planning**"), (Role::Body, TEXT)]);
        assert_eq!(found[0], BlockKind::Heading);
    }

    #[test]
    fn bold_items_next_to_each_other_are_items() {
        let found = kinds(&[
            (ITEM, "**Planning**"),
            (ITEM, "**Budgets**"),
            (Role::Body, TEXT),
        ]);
        assert_eq!(found[..2], [BlockKind::Item; 2]);
    }

    #[test]
    fn running_text_is_a_blank_line_apart() {
        let found = blocks(&[(Role::Body, "We plan."), (Role::Body, "We act.")]);
        assert_eq!(found[0].1, "We plan.\n\nWe act.");
    }

    #[test]
    fn a_list_typed_by_hand_is_lines() {
        let found = blocks(&[(Role::Body, "• Plans"), (Role::Body, "• Leads")]);
        assert_eq!(found, [(BlockKind::Lines, "• Plans\n• Leads".to_owned())]);
    }

    #[test]
    fn a_bold_line_before_a_line_break_is_a_heading() {
        let mut paragraphs = Paragraphs::default();
        paragraphs.begin();
        paragraphs.write("Your day", true);
        paragraphs.line_break();
        paragraphs.write(TEXT, false);
        paragraphs.end();
        assert_eq!(
            written(paragraphs)[0],
            (BlockKind::Heading, "Your day".to_owned())
        );
    }

    #[test]
    fn a_line_of_an_item_is_an_item_unless_it_goes_on() {
        let found = blocks(&[(ITEM, "plans\nthe week\nLeads")]);
        let texts = ["plans\nthe week", "Leads"];
        assert_eq!(found, texts.map(|text| (BlockKind::Item, text.to_owned())));
    }

    #[test]
    fn behind_an_empty_line_an_item_has_ended() {
        assert_eq!(
            kinds(&[(ITEM, "plans\n\nWhat you bring")]),
            [BlockKind::Item, BlockKind::Lines]
        );
    }

    #[test]
    fn pasted_lines_stay_neighbours() {
        let line = "who keeps the yard in order from the early morning";
        let found = blocks(&[(Role::Body, line); 4]);
        assert_eq!(found[0].1, [line; 4].join("\n"));
    }

    /// A table; the paragraphs of a cell are apart by `|`.
    fn table(rows: &[&[&str]]) -> Extracted {
        let mut paragraphs = Paragraphs::default();
        for row in rows {
            paragraphs.begin_row();
            for cell in *row {
                for text in cell.split('|') {
                    paragraphs.begin();
                    paragraphs.write(text, false);
                    paragraphs.end();
                }
                paragraphs.end_cell();
            }
            paragraphs.end_row(true);
        }
        lay_out(paragraphs, "UTF-8", 0, &Limits::default()).unwrap()
    }

    #[test]
    fn cells_of_a_table_are_apart() {
        let found = table(&[&["Goal", "Owner"], &["Growth", "Ann"]]);
        assert_eq!(found.text, "Goal\tOwner\nGrowth\tAnn\n");
        assert_eq!(found.blocks.len(), 4);
    }

    #[test]
    fn a_bold_line_of_a_cell_is_a_heading_of_its_own() {
        let mut paragraphs = Paragraphs::default();
        paragraphs.begin_row();
        for (label, text) in [("Plan", "the week"), ("Lead", "the crew")] {
            paragraphs.begin();
            paragraphs.write(label, true);
            paragraphs.line_break();
            paragraphs.write(text, false);
            paragraphs.end();
            paragraphs.end_cell();
        }
        paragraphs.end_row(true);
        assert_eq!(
            written(paragraphs)[..2],
            [
                (BlockKind::Heading, "Plan".to_owned()),
                (BlockKind::Lines, "the week".to_owned())
            ]
        );
    }

    #[test]
    fn a_table_of_one_column_is_text() {
        let found = table(&[&["We plan."], &["We act."]]);
        assert_eq!(found.text, "We plan.\n\nWe act.");
    }

    #[test]
    fn cells_of_several_paragraphs_are_the_layout_of_a_page() {
        let found = table(&[&["Duties", "We plan.|We act."]]);
        assert_eq!(found.text, "Duties\n\nWe plan.\n\nWe act.");
    }
}
