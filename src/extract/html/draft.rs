//! The block at hand, before it is known what it is.
//!
//! **In:** pieces of its text. **Out:** blocks for a [`BlockWriter`]. **Unit:** bytes.
//!
//! The decisions that live here:
//!
//! 1. *White space*: runs of it (no-break spaces too) are one space; soft hyphens and
//!    spaces without width are dropped.
//! 2. *Blank lines* of the source, inside a text and before what begins anew, are meant:
//!    somebody pasted plain text.
//! 3. *Bold headings*: a line that stands alone (a paragraph, or between two `<br>`), all
//!    bold, of at most 12 words and 100 bytes and without `.`, `!`, `,` or `;` at its end,
//!    is a heading, unless most of the page is bold.
//! 4. *Headings of lists*: a paragraph of one line, at most six words and 100 bytes, that
//!    begins with a capital, has no such mark at its end and stands right over an item.
//! 5. *Signs only*: what holds no letter and no digit (rules, arrows) is dropped, but in cells.
//! 6. *Line ends inside an item*: what follows is an item of its own if it begins with a
//!    capital, a digit or a sign; else the item goes on.

use crate::extract::blocks::BlockWriter;
use crate::text::document::BlockKind;

/// The longest heading that is none by its element, in bytes.
const LONGEST: usize = 100;

/// The most words of a bold heading.
const MOST_BOLD: usize = 12;

/// The most words of a heading over a list.
const MOST_OVER_LIST: usize = 6;

/// Lines of text that are not yet a block.
#[derive(Debug, Default)]
pub(super) struct Draft {
    lines: Vec<Line>,
    line: Line,
    /// A paragraph that is a heading if a list follows.
    held: Option<String>,
}

#[derive(Debug, Default)]
struct Line {
    text: String,
    /// White space stands before what comes next.
    space: bool,
    /// There are letters, all of them bold.
    bold: bool,
    plain: bool,
}

impl Draft {
    /// Appends running text.
    pub(super) fn text(&mut self, text: &str, bold: bool) {
        let (mut says, mut blank) = (false, false);
        for (at, line) in text.split('\n').enumerate() {
            self.line.space |= at > 0;
            if line.trim().is_empty() {
                self.line.space |= !line.is_empty();
                blank = says;
                continue;
            }
            if blank && begins(line) {
                self.line_break();
                self.line_break();
            }
            (says, blank) = (true, false);
            self.words(line, bold);
        }
    }

    fn words(&mut self, text: &str, bold: bool) {
        for c in text.chars() {
            match c {
                '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' => {}
                c if c.is_whitespace() => self.line.space = true,
                c => self.line.push(c, bold),
            }
        }
    }

    /// Appends text whose line ends and spaces count.
    pub(super) fn preformatted(&mut self, text: &str) {
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                self.line_break();
            }
            if self.line.text.is_empty() {
                self.line.text.push_str(line.trim_end());
                self.line.plain |= !line.trim().is_empty();
                self.line.space = line.ends_with(char::is_whitespace);
            } else {
                self.text(line, false);
            }
        }
    }

    /// Ends the line.
    pub(super) fn line_break(&mut self) {
        self.lines.push(std::mem::take(&mut self.line));
    }

    /// Parts two words that only their elements part.
    pub(super) fn part_words(&mut self) {
        self.line.space = true;
    }

    /// The last character of the line, unless white space follows it.
    pub(super) fn last(&self) -> Option<char> {
        (self.line.text.chars().next_back()).filter(|_| !self.line.space)
    }

    /// Writes what was collected as blocks of that kind.
    pub(super) fn close(&mut self, kind: BlockKind, bold_means: bool, writer: &mut BlockWriter) {
        self.line_break();
        let lines = std::mem::take(&mut self.lines);
        if !lines.iter().any(Line::says) {
            return;
        }
        self.release(kind == BlockKind::Item, writer);
        if kind == BlockKind::Paragraph && !(bold_means && lines[0].is_bold_heading()) {
            self.held = over_list(&lines);
            if self.held.is_some() {
                return;
            }
        }
        match kind {
            BlockKind::Heading => write_joined(&lines, kind, writer),
            BlockKind::Item => write_items(&lines, writer),
            _ => write_lines(&lines, kind, bold_means, writer),
        }
        writer.close();
    }

    /// Writes the paragraph that waits for what follows it.
    pub(super) fn release(&mut self, list_follows: bool, writer: &mut BlockWriter) {
        let kind = match list_follows {
            true => BlockKind::Heading,
            false => BlockKind::Paragraph,
        };
        if let Some(text) = self.held.take() {
            writer.write(kind, &text);
            writer.close();
        }
    }

    /// Writes what was collected as one block, a cell of a table.
    pub(super) fn close_cell(&mut self, kind: BlockKind, writer: &mut BlockWriter) {
        self.line_break();
        let lines = std::mem::take(&mut self.lines);
        match kind {
            BlockKind::Heading => write_joined(&lines, kind, writer),
            _ => write_lines(&lines, BlockKind::Paragraph, false, writer),
        }
        writer.close();
    }
}

impl Line {
    fn push(&mut self, c: char, bold: bool) {
        if self.space && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.space = false;
        self.text.push(c);
        if c.is_alphanumeric() {
            self.bold |= bold;
            self.plain |= !bold;
        }
    }

    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// True where there is a letter or a digit.
    fn says(&self) -> bool {
        self.bold || self.plain
    }

    fn is_bold_heading(&self) -> bool {
        self.bold && !self.plain && self.is_titular(MOST_BOLD)
    }

    /// Short, and without an end mark.
    fn is_titular(&self, most_words: usize) -> bool {
        self.text.len() <= LONGEST
            && !self.text.ends_with(['.', '!', ',', ';'])
            && self.text.split(' ').count() <= most_words
    }
}

/// True for text that begins something of its own.
fn begins(text: &str) -> bool {
    let first = text.trim_start().chars().next();
    first.is_some_and(|c| !c.is_lowercase() && !matches!(c, ',' | ';' | '.' | ')' | '&'))
}

/// The only line, if it can be the heading of a list.
fn over_list(lines: &[Line]) -> Option<String> {
    let mut lines = lines.iter().filter(|line| !line.is_blank());
    let line = lines.next().filter(|_| lines.next().is_none())?;
    let capital = line.text.starts_with(char::is_uppercase);
    (capital && line.is_titular(MOST_OVER_LIST)).then(|| line.text.clone())
}

fn write_joined(lines: &[Line], kind: BlockKind, writer: &mut BlockWriter) {
    let lines = lines.iter().filter(|line| !line.is_blank());
    for (at, line) in lines.enumerate() {
        if at > 0 {
            writer.write(kind, " ");
        }
        writer.write(kind, &line.text);
    }
}

fn write_items(lines: &[Line], writer: &mut BlockWriter) {
    let lines = lines.iter().filter(|line| !line.is_blank());
    for (at, line) in lines.enumerate() {
        if begins(&line.text) {
            writer.close();
        } else if at > 0 {
            writer.write(BlockKind::Item, " ");
        }
        writer.write(BlockKind::Item, &line.text);
    }
}

/// A line end is one that the author meant; bold lines part what is before and after them.
fn write_lines(lines: &[Line], kind: BlockKind, bold_means: bool, writer: &mut BlockWriter) {
    let mut ends = 0;
    for line in lines {
        if line.is_blank() {
            ends += 1;
            continue;
        }
        if bold_means && line.is_bold_heading() {
            writer.close();
            writer.write(BlockKind::Heading, &line.text);
            writer.close();
            ends = 0;
            continue;
        }
        // Before the first line of a block they leave nothing.
        for _ in 0..ends.min(2) {
            writer.line_break();
        }
        writer.write(kind, &line.text);
        ends = 1;
    }
}
