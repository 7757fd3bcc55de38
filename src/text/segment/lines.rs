//! The lines of a text and what each looks like by itself.
//!
//! **In:** a range of a text. **Out:** [`Line`]s, blank ones left out. **Unit:** bytes.

use memchr::{memchr, memmem};

use crate::text::bits;

use super::bytes::{bullet_len, dash_len, is_space, is_word, skip_space, trim_end};

/// What stands at the head of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    None,
    /// A bullet: its first byte.
    Bullet(u8),
    /// A number or letter, which stays in the unit.
    Number,
    /// `#` signs of Markdown.
    Hash,
}

/// A line that is not blank.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// First byte of the text behind white space and bullet.
    pub(super) start: usize,
    /// One past the last byte that is not white space.
    pub(super) end: usize,
    pub(super) marker: Marker,
    /// A blank line stands before it; also true for the first line.
    pub(super) blank: bool,
}

impl Line {
    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }

    pub(super) fn text<'t>(&self, bytes: &'t [u8]) -> &'t [u8] {
        &bytes[self.start..self.end]
    }
}

/// The lines of `start..end`. A printed Python list (`['one', "two"]`), as tables of
/// scraped pages hold them, gives a line an element; part of one is known by an empty element.
pub(super) fn lines(text: &str, start: usize, end: usize) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Lines {
        bytes,
        found: Vec::with_capacity((end - start) / 64 + 1),
        blank: true,
        pending: None,
    };
    let list = &bytes[start..end];
    let opens = list.starts_with(b"['") || list.starts_with(b"[\"");
    if opens || (memchr(b'\n', list).is_none() && memmem::find(list, b"', '', ").is_some()) {
        let first = if opens { start + 2 } else { start };
        list_elements(bytes, first, end, &mut lines);
    } else {
        plain_lines(bytes, start, end, &mut lines);
    }
    lines.found
}

/// The lines between newlines, which are looked for 64 bytes at a time: lines are short.
fn plain_lines(bytes: &[u8], start: usize, end: usize, lines: &mut Lines<'_>) {
    let mut from = start;
    for block in (start..end).step_by(bits::BLOCK) {
        let newline = |b| bits::is(b, b'\n');
        let mut mask = match bytes[block..end].first_chunk() {
            Some(whole) => bits::ask(whole, newline),
            None => bits::ask(&bits::block(&bytes[..end], block), newline),
        };
        while mask != 0 {
            let newline = block + mask.trailing_zeros() as usize;
            mask &= mask - 1;
            lines.push(from, newline);
            from = newline + 1;
        }
    }
    lines.push(from, end);
}

fn list_elements(bytes: &[u8], start: usize, end: usize, lines: &mut Lines<'_>) {
    let mut from = start;
    for comma in memmem::find_iter(&bytes[start..end], b", ") {
        let at = start + comma;
        let quoted = at > from
            && matches!(bytes[at - 1], b'\'' | b'"')
            && matches!(bytes.get(at + 2), Some(b'\'' | b'"'));
        // `, ''` is an element of its own, which the next round closes
        if quoted && at + 3 <= end {
            lines.push(from, at - 1);
            from = at + 3;
        }
    }
    let mut last = trim_end(bytes, from.min(end), end);
    for close in [b"]", b"'", b"\""] {
        if last > from
            && bytes[from..last].ends_with(close)
            && (close != b"\"" || bytes[from..last].len() > 1)
        {
            last -= 1;
        }
    }
    lines.push(from.min(last), last);
}

struct Lines<'t> {
    bytes: &'t [u8],
    found: Vec<Line>,
    blank: bool,
    /// A bullet that stands alone on its line belongs to the next one.
    pending: Option<Marker>,
}

impl Lines<'_> {
    fn push(&mut self, from: usize, to: usize) {
        let start = skip_space(self.bytes, from, to);
        let end = trim_end(self.bytes, start, to);
        if start == end {
            self.blank = true;
            return;
        }
        let (marker, body) = marker(self.bytes, start, end);
        let body = skip_space(self.bytes, body, end);
        if body == end {
            self.pending = Some(marker);
            return;
        }
        let marker = match (marker, self.pending.take()) {
            (Marker::None, Some(pending)) => pending,
            _ => marker,
        };
        self.found.push(Line {
            start: body,
            end,
            marker,
            blank: self.blank,
        });
        self.blank = false;
    }
}

/// The marker at the head of `start..end` and where the text behind it begins.
fn marker(bytes: &[u8], start: usize, end: usize) -> (Marker, usize) {
    let first = bytes[start];
    let space_at = |at: usize| at >= end || is_space(bytes[at]);
    let sign = bullet_len(bytes, start);
    if sign > 0 {
        return (Marker::Bullet(first), start + sign);
    }
    let dash = dash_len(bytes, start);
    if dash > 0 {
        let behind = start + dash;
        let word = behind < end && is_word(bytes[behind]) && !bytes[behind].is_ascii_digit();
        return if space_at(behind) || word {
            (Marker::Bullet(first), behind)
        } else {
            (Marker::None, start)
        };
    }
    match first {
        b'*' | b'+' | b'~' if space_at(start + 1) => (Marker::Bullet(first), start + 1),
        b'*' if start + 1 < end
            && bytes[start + 1].is_ascii_uppercase()
            && !bytes[start + 1..end].contains(&b'*') =>
        {
            (Marker::Bullet(first), start + 1)
        }
        b'o' if start + 2 < end
            && is_space(bytes[start + 1])
            && !bytes[skip_space(bytes, start + 1, end)].is_ascii_lowercase() =>
        {
            (Marker::Bullet(first), start + 1)
        }
        b'#' => {
            let behind = start + bytes[start..end].iter().take_while(|&&b| b == b'#').count();
            if space_at(behind) {
                (Marker::Hash, behind)
            } else {
                (Marker::None, start)
            }
        }
        b'a'..=b'z' | b'A'..=b'Z' if !may_number(bytes, start, end) => (Marker::None, start),
        b'0'..=b'9' | b'(' | b'a'..=b'z' | b'A'..=b'Z' if is_number(bytes, start, end) => {
            (Marker::Number, start)
        }
        _ => (Marker::None, start),
    }
}

/// What stands behind the first letter of nearly every line is another letter of its word.
fn may_number(bytes: &[u8], start: usize, end: usize) -> bool {
    start + 1 < end && matches!(bytes[start + 1], b'.' | b')' | b'i' | b'v' | b'x')
}

/// `1.`, `12)`, `(3)`, `a)`, `b.`, `iv.` and a blank (or a capital letter) behind.
fn is_number(bytes: &[u8], start: usize, end: usize) -> bool {
    let bracket = bytes[start] == b'(';
    let from = start + usize::from(bracket);
    let limit = end.min(from + 4);
    let digits = (from..limit)
        .take_while(|&i| bytes[i].is_ascii_digit())
        .count();
    let roman = (from..limit)
        .take_while(|&i| matches!(bytes[i], b'i' | b'v' | b'x'))
        .count();
    let letter = usize::from(
        from < end && bytes[from].is_ascii_alphabetic() && (bracket || bytes[from] != b'I'),
    );
    let len = digits.min(3).max(roman).max(letter);
    let mark = from + len;
    if len == 0 || mark >= end || !(bytes[mark] == b')' || (bytes[mark] == b'.' && !bracket)) {
        return false;
    }
    let behind = mark + 1;
    let initial =
        letter == 1 && roman == 0 && bytes[from].is_ascii_uppercase() && bytes[mark] == b'.';
    let glued = behind < end && bytes[behind].is_ascii_uppercase() && digits > 0;
    !initial && (behind >= end || is_space(bytes[behind]) || glued)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(&str, Marker)> {
        lines(text, 0, text.len())
            .iter()
            .map(|line| (&text[line.start..line.end], line.marker))
            .collect()
    }

    #[test]
    fn a_bullet_alone_on_its_line_marks_the_next_line() {
        assert_eq!(
            shown("●\n\nSweep the yard"),
            [("Sweep the yard", Marker::Bullet(0xe2))]
        );
    }

    #[test]
    fn a_number_stays_and_a_symbol_goes() {
        assert_eq!(
            shown("1. Sweep\n- Mop\no Dust"),
            [
                ("1. Sweep", Marker::Number),
                ("Mop", Marker::Bullet(b'-')),
                ("Dust", Marker::Bullet(b'o'))
            ]
        );
    }

    #[test]
    fn a_word_in_hyphens_and_a_negative_number_are_no_bullets() {
        assert_eq!(
            shown("-5 degrees\n**Bold** words"),
            [
                ("-5 degrees", Marker::None),
                ("**Bold** words", Marker::None)
            ]
        );
    }

    #[test]
    fn a_printed_list_gives_its_elements() {
        let text = "['We mend boats.', '', \"It's wet.\"]";
        assert_eq!(
            shown(text),
            [
                ("We mend boats.", Marker::None),
                ("It's wet.", Marker::None)
            ]
        );
    }
}
