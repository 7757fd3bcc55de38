//! Splits one block (a line, a list item, a paragraph) into units.
//!
//! **In:** a range of the text in which line ends are white space. **Out:** units, in
//! order. **Unit:** bytes.
//!
//! One pass over byte classes; only where two neighbours may be a border (an end mark,
//! a small letter before a capital one, a bullet sign, a gap) does it look closer. What
//! an end mark means is in [`super::endings`], what a lost line end looks like in
//! [`super::glue`]; this file walks, cuts and says what kind a piece is.

use super::bytes::{
    Borders, CLASS, CLOSE, COLON, DASH, DIGIT, END, HIGH, LOWER, MARK, SPACE, STAR, UPPER,
    bullet_len, dash_len, is_space, is_word, skip_space, trim_end,
};
use super::headings::stands_alone;
use super::words::{Heading, KNOWN, Known};
use crate::span::Span;
use crate::text::document::{Unit, UnitKind};

/// The longest heading that is recognised by its looks, in bytes.
const LONGEST_HEADING: usize = 100;

/// A number at the head of an item: the next item of the list has the next number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbering {
    pub(super) next: u32,
    pub(super) letter: bool,
    /// `.` or `)`.
    pub(super) mark: u8,
}

/// The walk over one block.
pub(super) struct Splitter<'a> {
    pub(super) known: &'static Known,
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    /// Where the unit at hand begins.
    pub(super) start: usize,
    /// End of the block.
    pub(super) end: usize,
    pub(super) kind: UnitKind,
    /// The block begins with a small letter: its writer may use no capitals.
    pub(super) small: bool,
    /// Lost line ends found so far.
    pub(super) glued: u32,
    pub(super) numbering: Option<Numbering>,
    /// The bullet that begins the block, where it may also stand inside (`-`, `*`).
    pub(super) bullet: u8,
    pub(super) units: &'a mut Vec<Unit>,
    /// The known heading that begins the unit at hand.
    pub(super) found: Option<Heading>,
    /// The known heading at an offset where it has been looked for already.
    pub(super) looked: Option<(usize, Option<Heading>)>,
    borders: Borders,
}

impl<'a> Splitter<'a> {
    pub(super) fn new(text: &'a str, units: &'a mut Vec<Unit>) -> Self {
        Self {
            known: &KNOWN,
            text,
            bytes: text.as_bytes(),
            start: 0,
            end: 0,
            kind: UnitKind::Sentence,
            small: false,
            glued: 0,
            numbering: None,
            bullet: 0,
            units,
            found: None,
            looked: None,
            borders: Borders::new(),
        }
    }

    /// Split `start..end` into units of `kind` (and headings among them).
    pub(super) fn split(&mut self, start: usize, end: usize, kind: UnitKind, bullet: u8) {
        let start = skip_space(self.bytes, start, end);
        let end = trim_end(self.bytes, start, end);
        if start == end {
            return;
        }
        self.end = end;
        self.kind = kind;
        self.glued = 0;
        self.numbering = None;
        self.bullet = bullet;
        let first = self.bytes[start..end].iter().find(|&&b| is_word(b));
        self.small = first.is_some_and(u8::is_ascii_lowercase);
        let at = self.begin(start);
        self.walk(at);
        self.emit(self.start, self.end, None);
    }

    /// The known heading that begins the line `start..end`; remembered for when that line is split.
    pub(super) fn heading_of_line(&mut self, start: usize, end: usize) -> Option<Heading> {
        let found = self.known.heading_at(self.bytes, start, end);
        self.looked = Some((start, found));
        found
    }

    /// `start..end` as one unit.
    pub(super) fn whole(&mut self, start: usize, end: usize, kind: UnitKind) {
        self.emit(start, end, Some(kind));
    }

    fn walk(&mut self, from: usize) {
        let mut at = from;
        while at < self.end {
            let block = at & !63;
            let mut mask = self.borders.of(self.bytes, block) & (u64::MAX << (at - block));
            if self.end - block < 64 {
                mask &= !(u64::MAX << (self.end - block));
            }
            at = block + 64;
            while mask != 0 {
                let here = block + mask.trailing_zeros() as usize;
                mask &= mask - 1;
                let Some(next) = self.look(here) else {
                    continue;
                };
                if next < here || next >= block + 64 {
                    at = next;
                    break;
                }
                mask &= u64::MAX << (next - block);
            }
        }
    }

    /// Look closer at `at`. `Some(next)`: go on there.
    #[inline]
    fn look(&mut self, at: usize) -> Option<usize> {
        let class = |at: usize| CLASS[self.bytes[at] as usize];
        let last = at.checked_sub(1).map_or(SPACE, class);
        let inside = at > self.start;
        match (class(at), last) {
            (END, _) => self.end_mark(at),
            (UPPER, UPPER) => match self.bytes.get(at + 1) {
                Some(b'a'..=b'z') if inside => self.glued_capitals(at),
                _ => None,
            },
            (DIGIT, DIGIT) => None,
            (UPPER, LOWER | DIGIT | CLOSE | HIGH) if inside => self.glued_word(at),
            (COLON, _) => self.colon(at),
            (MARK, _) => self.sign(at),
            (DIGIT, LOWER | CLOSE) if inside => self.glued_digit(at),
            (CLOSE, DIGIT) => self.closed_number(at),
            (SPACE, SPACE) if inside => self.gap(at),
            (STAR, SPACE) => self.inline_bullet(at, 1),
            (DASH, _) if self.bytes.get(at + 1).is_none_or(|&b| b == b' ') => self.dash(at),
            _ => None,
        }
    }

    /// End the unit at hand at `end` and begin the next at `next`; `kind` where the
    /// kind of the finished unit is known. Gives the offset to go on at.
    pub(super) fn cut(&mut self, end: usize, next: usize, kind: Option<UnitKind>) -> Option<usize> {
        self.emit(self.start, end, kind);
        Some(self.begin(next))
    }

    /// The same where a line end was lost: what stands before and after are items of a list.
    pub(super) fn cut_item(&mut self, end: usize, next: usize) -> Option<usize> {
        self.glued += 1;
        self.kind = UnitKind::Bullet;
        self.cut(end, next, None)
    }

    /// Begin a unit at `at`: leave out bullets, take known headings off, note a number.
    fn begin(&mut self, at: usize) -> usize {
        let mut at = at;
        loop {
            at = self.skip_bullets(at);
            self.start = at;
            self.note_number(at);
            let Some((end, next)) = self.leading_heading() else {
                return at;
            };
            self.emit(at, end, Some(UnitKind::Heading));
            at = next;
        }
    }

    fn skip_bullets(&mut self, mut at: usize) -> usize {
        loop {
            at = skip_space(self.bytes, at, self.end);
            if at >= self.end || self.bytes[at].is_ascii() {
                return at;
            }
            match bullet_len(self.bytes, at) {
                0 => return at,
                len => at += len,
            }
            self.kind = UnitKind::Bullet;
        }
    }

    /// End of the letters (and apostrophes) that begin at `at`.
    pub(super) fn letters_end(&self, at: usize) -> usize {
        let limit = self.end.min(at + 24);
        (at..limit)
            .find(|&i| !(self.bytes[i].is_ascii_alphabetic() || self.bytes[i] == b'\''))
            .unwrap_or(limit)
    }

    /// Start of the letters that end at `end`, not before the unit.
    pub(super) fn letters_start(&self, end: usize) -> usize {
        let limit = self.start.max(end.saturating_sub(24));
        let mut start = end;
        while start > limit && self.bytes[start - 1].is_ascii_alphabetic() {
            start -= 1;
        }
        start.max(limit)
    }

    /// A bullet sign, an ellipsis, a full stop of another script.
    fn sign(&mut self, at: usize) -> Option<usize> {
        let len = bullet_len(self.bytes, at);
        if len > 0 {
            return self.bullet_sign(at, len);
        }
        if super::bytes::foreign_end_len(self.bytes, at) > 0 {
            return self.end_mark(at);
        }
        if dash_len(self.bytes, at) > 0 {
            return self.dash(at);
        }
        None
    }

    /// A bullet inside a line begins an item. A middle dot does so only with a space
    /// before or behind it; behind a word and before one it is part of both.
    fn bullet_sign(&mut self, at: usize, len: usize) -> Option<usize> {
        let spaced = at == self.start
            || is_space(self.bytes[at - 1])
            || self.bytes.get(at + len).is_none_or(|&b| is_space(b));
        if len == 2 && !spaced {
            return None;
        }
        self.cut_item(at, at + len)
    }

    /// Write the unit `start..end`, trimmed; nothing where no word is left.
    fn emit(&mut self, start: usize, end: usize, kind: Option<UnitKind>) {
        let (start, end) = self.trim(start, end);
        if !self.bytes[start..end].iter().any(|&b| is_word(b)) {
            return;
        }
        let kind = match kind {
            Some(kind) => kind,
            None if self.is_heading(start, end) => UnitKind::Heading,
            None => self.kind,
        };
        self.units.push(Unit {
            span: Span::new(start, end),
            kind,
        });
    }

    /// Without white space, bullets and loose dashes at both ends.
    fn trim(&self, mut start: usize, mut end: usize) -> (usize, usize) {
        while start < end && !self.bytes[start].is_ascii_alphanumeric() {
            let from = start;
            start = skip_space(self.bytes, start, end);
            if start < end {
                start += bullet_len(self.bytes, start);
                start += self.loose_sign(start, end);
            }
            if start == from {
                break;
            }
        }
        start = start.min(end);
        while end > start
            && !matches!(self.bytes[end - 1], b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z')
        {
            let from = end;
            end = trim_end(self.bytes, start, end);
            end = self.without_loose_sign(start, end);
            if end == from {
                break;
            }
        }
        (start, end)
    }

    /// Length of `- `, `* `, `– ` at `at`.
    pub(super) fn loose_sign(&self, at: usize, end: usize) -> usize {
        if at >= end {
            return 0;
        }
        let len = match self.bytes[at] {
            b'*' | b'+' | b'|' => 1,
            _ => dash_len(self.bytes, at),
        };
        let loose = len > 0 && (at + len >= end || is_space(self.bytes[at + len]));
        if loose { len } else { 0 }
    }

    /// `end` without a bullet sign or a dash that stands before it.
    fn without_loose_sign(&self, start: usize, end: usize) -> usize {
        for len in [3, 2, 1] {
            let Some(at) = end
                .checked_sub(len)
                .filter(|&at| at > start && self.text.is_char_boundary(at))
            else {
                continue;
            };
            let spaced = is_space(self.bytes[at - 1]);
            let dash = dash_len(self.bytes, at) == len && (spaced || len == 3);
            let sign = matches!(self.bytes[at], b'|' | b'*') && len == 1 && spaced;
            if dash || sign || bullet_len(self.bytes, at) == len {
                return at;
            }
        }
        end
    }

    /// A piece that is a known heading, with or without its colon; or a short one that
    /// ends in a colon.
    fn is_heading(&self, start: usize, end: usize) -> bool {
        if end - start > LONGEST_HEADING || !matches!(self.bytes[start], b'A'..=b'Z' | b'*' | b'_')
        {
            return false;
        }
        let found = match start == self.start {
            true => self.found.filter(|found| found.end <= end),
            false => self.known.heading_at(self.bytes, start, end),
        };
        stands_alone(found, self.bytes, start, end)
    }
}
