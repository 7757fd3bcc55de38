//! Headings, labels and columns inside a line.
//!
//! **In:** the head of a unit, a colon or a run of blanks in a block. **Out:** a cut, or
//! none. **Unit:** bytes.
//!
//! `Skills: Welding`, `SkillsWelding`, `Skills - Welding` and `Skills     Welding` are a heading
//! and an item; `Location: Leeds` is one unit. Which heading is of which kind stands in
//! `src/text/data/headings.txt`.

use super::bytes::{is_space, skip_space, trim_end};
use super::splitter::Splitter;
use super::words::{FUNCTION, HeadingKind, ITEM, STARTER};
use crate::text::document::UnitKind;

impl Splitter<'_> {
    /// `ResponsibilitiesOversee the yard`, `Requirements Bachelor's degree`, `Skills - Welding`:
    /// where the heading ends and where what it introduces begins.
    pub(super) fn leading_heading(&mut self) -> Option<(usize, usize)> {
        let start = self.start;
        self.found = None;
        if start >= self.end || !self.bytes[start].is_ascii_uppercase() {
            return None;
        }
        self.found = match self.looked.take() {
            Some((looked, found)) if looked == start => found,
            _ => self.known.heading_at(self.bytes, start, self.end),
        };
        let found = self.found?;
        let next = skip_space(self.bytes, found.end, self.end);
        if next >= self.end || found.kind == HeadingKind::Label {
            return None;
        }
        let strong = found.kind == HeadingKind::Strong;
        let sign = self.loose_sign(next, self.end);
        let item = skip_space(self.bytes, next + sign, self.end);
        if strong && sign > 0 && item < self.end && self.bytes[item].is_ascii_uppercase() {
            self.bullet = self.bytes[next];
            self.kind = UnitKind::Bullet;
            return Some((found.end, item));
        }
        let glued = next == found.end && self.bytes[next].is_ascii_alphanumeric();
        (glued || strong && self.opens_list(found.end, next)).then_some((found.end, next))
    }

    /// True where the word at `next`, behind a heading that ends at `end` and a space,
    /// begins a list item or a sentence.
    fn opens_list(&self, end: usize, next: usize) -> bool {
        let title_case = (self.bytes[self.start..end].split(|&b| b == b' '))
            .all(|word| word.len() <= 3 || !word[0].is_ascii_lowercase());
        let meaning = self.known.meaning(self.bytes, next, self.letters_end(next));
        title_case && self.bytes[next].is_ascii_uppercase() && meaning & (ITEM | STARTER) != 0
    }

    /// A run of three or more blanks before a new thought is a lost column or line;
    /// two blanks are when a known heading or label follows.
    pub(super) fn gap(&mut self, at: usize) -> Option<usize> {
        let first = at - 1;
        let next = skip_space(self.bytes, at, self.end);
        if next >= self.end || self.bytes[first..next].contains(&b'\n') {
            return Some(next.max(at + 1)).filter(|&n| n > at);
        }
        let first_byte = self.bytes[next];
        let capital = first_byte.is_ascii_uppercase()
            || first_byte.is_ascii_digit()
            || matches!(first_byte, b'$' | 0xe2);
        let closed = first > self.start
            && !matches!(
                self.bytes[first - 1],
                b',' | b':' | b'-' | b'(' | b'&' | b'/'
            );
        let known = || {
            let word = self.letters_start(first);
            self.known.meaning(self.bytes, word, first) & FUNCTION == 0
        };
        let wide = (next - first >= 3 && !self.numbers(first)) || self.heading_follows(next);
        if capital && closed && wide && known() {
            return self.cut(first, next, None);
        }
        // the last blank stays to be seen as the one before the next word
        Some(next)
    }

    /// True where a number of a list ends at `end`: `2)`, `2.`.
    fn numbers(&self, end: usize) -> bool {
        let mark = end.saturating_sub(1);
        if mark <= self.start || !matches!(self.bytes[mark], b')' | b'.') {
            return false;
        }
        let digits = self.bytes[self.start..mark]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let before = mark - digits;
        digits > 0 && (before == self.start || is_space(self.bytes[before - 1]))
    }

    /// True where a known heading or label and its colon begin at `at`.
    pub(super) fn heading_follows(&self, at: usize) -> bool {
        self.bytes[at].is_ascii_uppercase()
            && self
                .known
                .heading_at(self.bytes, at, self.end)
                .is_some_and(|found| {
                    let next = skip_space(self.bytes, found.end, self.end);
                    found.end == self.end
                        || self.bytes[found.end] == b':'
                        || found.words > 1
                            && next == found.end
                            && self.bytes[next].is_ascii_uppercase()
                })
    }

    /// A colon: behind a heading that introduces a list, glued to what follows, the eyes
    /// of a smiling face, part of a web address.
    pub(super) fn colon(&mut self, at: usize) -> Option<usize> {
        let next = skip_space(self.bytes, at + 1, self.end);
        if next >= self.end {
            return None;
        }
        let glued = next == at + 1;
        if glued && matches!(self.bytes[next], b')' | b'(' | b'D' | b'/')
            || self.bytes[at + 1..].starts_with(b"-)")
        {
            return self.face_or_address(at);
        }
        if glued && self.heading_follows(next) {
            return self.cut(next, next, None);
        }
        if let Some(heading) = self.heading_before(at) {
            self.cut(heading, heading, None);
        }
        let found = self
            .found
            .filter(|found| skip_space(self.bytes, found.end, at) == at)?;
        let opens = match found.kind {
            HeadingKind::Strong => true,
            HeadingKind::Plain => glued,
            HeadingKind::Label | HeadingKind::Part => false,
        };
        opens
            .then(|| self.cut(at + 1, next, Some(UnitKind::Heading)))
            .flatten()
    }

    /// `a warm coat Preferred qualifications:`: where a heading begins that lost the line
    /// end before it. It is one that introduces a list; it has a capital letter, and the
    /// word before it has none.
    fn heading_before(&self, colon: usize) -> Option<usize> {
        let limit = self.start.max(colon.saturating_sub(50));
        (limit + 1..colon).find(|&at| {
            let capital = self.bytes[at].is_ascii_uppercase() && self.bytes[at - 1] == b' ';
            capital
                && self.bytes[self.letters_start(at - 1)].is_ascii_lowercase()
                && (self.known.heading_at(self.bytes, at, colon))
                    .is_some_and(|found| found.end == colon && found.kind == HeadingKind::Strong)
        })
    }

    /// `:)`, `:-)` or `https://example.org` before a capital letter end a sentence, where
    /// the writer put no full stop.
    fn face_or_address(&mut self, at: usize) -> Option<usize> {
        let limit = self.end.min(at + 300);
        let end = (at..limit).find(|&i| is_space(self.bytes[i]))?;
        let address = self.bytes[at + 1] == b'/';
        let face = end - at <= 3 && matches!(self.bytes[end - 1], b')' | b'(' | b'D');
        if !(address || face) {
            return None;
        }
        let next = skip_space(self.bytes, end, self.end);
        let capital = next < self.end && self.bytes[next].is_ascii_uppercase();
        let opens = || {
            let meaning = self.known.meaning(self.bytes, next, self.letters_end(next));
            meaning & STARTER != 0 && !matches!(self.bytes[end - 1], b'.' | b',' | b';' | b')')
        };
        if capital && (face || opens()) {
            return self.cut(end, next, None);
        }
        address.then(|| trim_end(self.bytes, at, end).saturating_sub(1).max(at + 1))
    }
}
