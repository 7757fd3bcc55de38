//! A block while its lines are put together, and what it is in the end.
//!
//! **In:** [`Line`]s, the first and those that it goes on in. **Out:** its text and its kind.
//! **Unit:** points.
//!
//! The decisions that live here:
//!
//! 1. *A heading* is short and larger than most text, or bold where most text is not, or in
//!    capital letters; it ends no sentence. A number in front of it is a part of it, a
//!    bullet makes it an item.
//! 2. A short line on its own that ends no sentence is [`BlockKind::Lines`]: its words
//!    may show that it is a heading.

use super::glyphs::Marker;
use super::hyphens::Words;
use super::lines::Line;
use super::setting::Setting;
use crate::text::document::BlockKind;

/// A block that is being put together, or is done.
#[derive(Debug)]
pub(super) struct Draft {
    /// Its text, without its marker.
    pub text: String,
    /// What it begins with.
    pub item: Option<Marker>,
    /// The text with its marker, for a heading that is numbered.
    numbered: Option<String>,
    /// How many lines it has.
    pub lines: usize,
    /// The size of its letters.
    pub size: f32,
    /// True where all its letters are bold.
    pub bold: bool,
    /// Left edge of its text.
    pub inner: f32,
    /// Left edge of its marker, or of its first line.
    pub left: f32,
    /// Its last line.
    pub last: Line,
    /// Distance of its last two lines.
    pub step: Option<f32>,
}

impl Draft {
    /// A block that begins with a line.
    pub(super) fn new(line: Line) -> Self {
        let marker = line.marker.map(|(marker, _)| marker);
        Self {
            text: line.body().to_owned(),
            item: marker,
            numbered: matches!(marker, Some(Marker::Number(_))).then(|| line.text.clone()),
            lines: 1,
            size: line.size,
            bold: line.bold,
            inner: line.inner,
            left: line.left,
            step: None,
            last: line,
        }
    }

    /// Goes on in the next line.
    pub(super) fn push(&mut self, line: Line, words: &Words) {
        words.join(&mut self.text, &line.text);
        if let Some(numbered) = &mut self.numbered {
            words.join(numbered, &line.text);
        }
        if self.lines == 1 && self.item.is_none() {
            // The first line may be indented.
            self.inner = line.left;
        }
        let step = (line.y - self.last.y) / line.size;
        self.step = (step > 0.0).then_some(step);
        self.lines += 1;
        self.bold &= line.bold;
        self.last = line;
    }

    /// True where nothing is said: rules, dots, boxes.
    pub(super) fn is_blank(&self) -> bool {
        !self.text.contains(char::is_alphanumeric)
    }

    /// What the block is.
    pub(super) fn kind(&self, setting: &Setting) -> BlockKind {
        if self.is_heading(setting) {
            return BlockKind::Heading;
        }
        if self.item.is_some() {
            return BlockKind::Item;
        }
        let ends = self.text.ends_with(['.', '!', '?', ';', ',']);
        match self.lines == 1 && !ends && self.count_words() <= 12 {
            true => BlockKind::Lines,
            false => BlockKind::Paragraph,
        }
    }

    fn is_heading(&self, setting: &Setting) -> bool {
        let words = self.count_words();
        let larger = self.size / setting.size;
        let ends = self.text.ends_with(['.', ',', ';']);
        match self.item {
            Some(Marker::Bullet | Marker::Dash) => return false,
            Some(Marker::Number(_)) if words > 8 => return false,
            _ => {}
        }
        if larger > 1.12 && self.lines <= 3 && words <= if self.bold { 30 } else { 20 } {
            return !ends || larger > 1.4;
        }
        let small_lines = self.lines <= 2 && words <= 14 && !ends && larger > 0.85;
        small_lines
            && (self.bold && !setting.bold
                || self.item.is_none() && words <= 8 && is_capitals(&self.text))
    }

    fn count_words(&self) -> usize {
        self.text.split(' ').count()
    }

    /// The text of a heading, its number included; else the text.
    pub(super) fn into_text(self, kind: BlockKind) -> String {
        match (kind, self.numbered) {
            (BlockKind::Heading, Some(numbered)) => numbered,
            _ => self.text,
        }
    }
}

/// Four letters or more, and none of them small.
fn is_capitals(text: &str) -> bool {
    text.chars().filter(|c| c.is_uppercase()).count() >= 4 && !text.contains(char::is_lowercase)
}
