//! Settles what the lines of a text are: parts of a paragraph, items, headings.
//!
//! **In:** a range of a text. **Out:** units. **Unit:** bytes.
//!
//! A line goes on in the next one only where it was wrapped: the next begins with a
//! small letter or a closing mark, or the text has a wrap width and the next word
//! would not have fitted. A list written line by line stays a list.

use super::bytes::{CLASS, END, LOWER, is_space};
use super::headings::{count_words, stands_alone, without_emphasis};
use super::lines::{Line, Marker, lines};
use super::splitter::Splitter;
use super::words::{FUNCTION, ITEM, KNOWN, STARTER, TITLE};
use crate::text::document::{Unit, UnitKind};

/// Lines shorter than this were not wrapped by a program.
const NARROWEST_WRAP: usize = 45;

/// A line of more bytes is no title.
const LONGEST_TITLE: usize = 100;

/// Append the units of `start..end`, whose lines speak for themselves.
pub(super) fn segment_lines(text: &str, start: usize, end: usize, units: &mut Vec<Unit>) {
    let lines = lines(text, start, end);
    let mut layout = Layout {
        bytes: text.as_bytes(),
        width: wrap_width(text.as_bytes(), &lines),
        lines: &lines,
        previous: Previous::Start,
    };
    let mut splitter = Splitter::new(text, units);
    let mut at = 0;
    while at < lines.len() {
        let last = layout.last_of_block(at);
        layout.block(&mut splitter, at, last);
        at = last + 1;
    }
}

/// What the block before was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Previous {
    Start,
    Heading,
    Item,
    Text,
}

struct Layout<'a> {
    bytes: &'a [u8],
    lines: &'a [Line],
    /// The longest line that was surely wrapped; 0 where none was.
    width: usize,
    previous: Previous,
}

impl Layout<'_> {
    /// Index of the last line of the block that begins with line `first`.
    fn last_of_block(&self, first: usize) -> usize {
        let mut last = first;
        while last + 1 < self.lines.len() && self.goes_on(last) {
            last += 1;
        }
        last
    }

    /// True where line `at` goes on in the next one.
    fn goes_on(&self, at: usize) -> bool {
        let (line, next) = (&self.lines[at], &self.lines[at + 1]);
        if next.blank || next.marker != Marker::None || line.marker == Marker::Hash {
            return false;
        }
        let text = line.text(self.bytes);
        let begins = self.bytes[next.start];
        let full =
            self.width > 0 && line.len() + 1 + first_word(next.text(self.bytes)) > self.width;
        match CLASS[text[text.len() - 1] as usize] {
            END => return full && self.ends_in_title(line),
            super::bytes::COLON => return false,
            _ => {}
        }
        if matches!(begins, b'.' | b',' | b')' | b';') {
            return true;
        }
        let hangs = self.hangs(line);
        match CLASS[begins as usize] {
            LOWER => {
                full || hangs || line.len() >= NARROWEST_WRAP || self.starts_with_function(next)
            }
            _ => full && line.len() <= self.width + 15 || hangs && line.len() >= NARROWEST_WRAP,
        }
    }

    /// The last word is a short form that stands before a name.
    fn ends_in_title(&self, line: &Line) -> bool {
        let end = line.end - 1;
        let start = last_word(self.bytes, line.start, end);
        KNOWN.meaning(self.bytes, start, end) & TITLE != 0
    }

    /// The line ends in a comma or in a small word, as no thought does.
    fn hangs(&self, line: &Line) -> bool {
        if matches!(self.bytes[line.end - 1], b',' | b'&' | b'/' | b'(') {
            return line.len() >= NARROWEST_WRAP;
        }
        let start = last_word(self.bytes, line.start, line.end);
        start > line.start
            && KNOWN.meaning(self.bytes, start, line.end) & FUNCTION != 0
            && self.bytes[start].is_ascii_lowercase()
    }

    fn starts_with_function(&self, line: &Line) -> bool {
        let end = line.start + first_word(line.text(self.bytes));
        KNOWN.meaning(self.bytes, line.start, end) & FUNCTION != 0
    }

    /// Split the block of lines `first..=last`.
    fn block(&mut self, splitter: &mut Splitter<'_>, first: usize, last: usize) {
        let line = self.lines[first];
        let end = self.lines[last].end;
        if first == last && self.is_heading(splitter, first) {
            self.previous = Previous::Heading;
            return splitter.whole(line.start, end, UnitKind::Heading);
        }
        let kind = self.kind(first, last);
        let bullet = match line.marker {
            Marker::Bullet(sign) => sign,
            _ => 0,
        };
        splitter.split(line.start, end, kind, bullet);
        self.previous = if kind == UnitKind::Bullet {
            Previous::Item
        } else {
            Previous::Text
        };
    }

    /// Item or running text. Without a marker a line is an item where it stands among
    /// lines of its like and is one thought.
    fn kind(&self, first: usize, last: usize) -> UnitKind {
        let line = self.lines[first];
        let sibling = |next: &Line| !next.blank && next.marker == Marker::None;
        let behind = !line.blank && matches!(self.previous, Previous::Item | Previous::Text);
        let listed = behind
            || self.previous != Previous::Start && self.lines.get(last + 1).is_some_and(sibling);
        match line.marker {
            Marker::Bullet(_) | Marker::Number => UnitKind::Bullet,
            _ if listed && !holds_several(&self.bytes[line.start..self.lines[last].end]) => {
                UnitKind::Bullet
            }
            _ => UnitKind::Sentence,
        }
    }

    /// True where line `at`, which stands alone, is a heading.
    fn is_heading(&self, splitter: &mut Splitter<'_>, at: usize) -> bool {
        let line = &self.lines[at];
        let (start, end) = without_emphasis(self.bytes, line.start, line.end);
        let text = &self.bytes[start..end];
        let Some(&last) = text.last() else {
            return false;
        };
        if line.marker == Marker::Hash {
            return !matches!(last, b'.' | b'!') || count_words(text, 10) <= 10;
        }
        if text.len() > 160 || matches!(last, b'.' | b'!' | b',' | b';') || !begins_capital(text) {
            return false;
        }
        let found = splitter.heading_of_line(start, end);
        if stands_alone(found, self.bytes, start, end) {
            return true;
        }
        match last {
            b':' => text.windows(9).any(|w| w == b"following"),
            b'?' => false,
            _ if text.len() > LONGEST_TITLE || matches!(line.marker, Marker::Bullet(_)) => false,
            _ => self.looks_like_heading(at, text),
        }
    }

    /// By shape and neighbours: a short line without an end mark over something longer.
    fn looks_like_heading(&self, at: usize, text: &[u8]) -> bool {
        let line = &self.lines[at];
        let plain = line.marker == Marker::None;
        let Some(next) = self.lines.get(at + 1) else {
            return at == 0 && plain && is_lone_title(text);
        };
        if self.is_title(at, text) {
            return true;
        }
        let over_list =
            plain && next.marker != Marker::None && (line.blank || self.previous == Previous::Item);
        let over_text = plain
            && (self.bytes[next.end - 1] == b'.' && next.len() > 3 * line.len().max(15)
                || next.len() > 4 * line.len() && next.len() > 100);
        let capitals = is_capitals(text) && !self.is_capital_line(at + 1);
        let alone = line.blank && next.blank && is_title_case(text) && !self.is_short(at + 1);
        if !(over_list || over_text || capitals || alone) || holds_value(text) {
            return false;
        }
        let words = count_words(text, 8);
        words <= 6 && (over_list || alone)
            || capitals && (2..=8).contains(&words)
            || over_text && words <= 5 && (words <= 3 || is_title_case(text))
    }

    /// The first line of a text, short, with something longer after it: its title. Where no
    /// blank line sets it off it must be written as a title is.
    fn is_title(&self, at: usize, text: &[u8]) -> bool {
        if at > 0 {
            return false;
        }
        let words = count_words(text, 9);
        let next = &self.lines[1];
        if !next.blank {
            let longer = next.len() > 2 * text.len() || next.text(self.bytes).contains(&b':');
            return (2..=9).contains(&words)
                && longer
                && is_title_case(text)
                && begins_capital(text);
        }
        let groups = self.lines.iter().filter(|line| line.blank).take(3).count();
        let sentence = next.len() >= 60 && matches!(self.bytes[next.end - 1], b'.' | b'!');
        words <= 8 && !text.contains(&b',') && (groups >= 3 || sentence)
    }

    fn is_short(&self, at: usize) -> bool {
        self.lines.get(at).is_some_and(|line| {
            line.blank
                && count_words(line.text(self.bytes), 6) <= 6
                && line.marker == Marker::None
                && self.lines.get(at + 1).is_none_or(|next| next.blank)
        })
    }

    fn is_capital_line(&self, at: usize) -> bool {
        self.lines
            .get(at)
            .is_some_and(|line| is_capitals(line.text(self.bytes)))
    }
}

/// The longest line that goes on in a small letter on the next one; 0 where there are
/// none or where they are too short to have been wrapped by a program.
fn wrap_width(bytes: &[u8], lines: &[Line]) -> usize {
    let wrapped = lines.windows(2).filter(|pair| {
        let (line, next) = (&pair[0], &pair[1]);
        !next.blank
            && next.marker == Marker::None
            && bytes[next.start].is_ascii_lowercase()
            && !matches!(
                CLASS[bytes[line.end - 1] as usize],
                END | super::bytes::COLON
            )
            && (NARROWEST_WRAP..=160).contains(&line.len())
    });
    wrapped.map(|pair| pair[0].len()).max().unwrap_or(0)
}

fn begins_capital(text: &[u8]) -> bool {
    let first = text
        .iter()
        .find(|b| !matches!(b, b'*' | b'_' | b'[' | b'(' | b'"' | b'\''));
    first.is_some_and(|b| b.is_ascii_uppercase() || *b >= 0x80 || b.is_ascii_digit())
}

/// Letters, and none of them small.
fn is_capitals(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_uppercase) && !text.iter().any(u8::is_ascii_lowercase)
}

/// Every word of four letters or more begins with a capital letter.
fn is_title_case(text: &[u8]) -> bool {
    (text.split(|&b| is_space(b))).all(|word| word.len() <= 3 || !word[0].is_ascii_lowercase())
}

/// The only line of a text, every word of which but the small ones has a capital letter
/// (`Harbour Dredging and Survey Office`), unless it begins as items of lists do.
fn is_lone_title(text: &[u8]) -> bool {
    let parts = || text.split(|&b| is_space(b)).filter(|word| !word.is_empty());
    let small = |word: &[u8]| KNOWN.meaning(word, 0, word.len()) & FUNCTION != 0;
    let first = parts().next().unwrap_or_default();
    (3..=8).contains(&count_words(text, 8))
        && !text
            .iter()
            .any(|b| b.is_ascii_digit() || matches!(b, b',' | b'.' | b'!' | b'?'))
        && KNOWN.meaning(first, 0, first.len()) & (ITEM | STARTER) == 0
        && parts().all(|word| !word[0].is_ascii_lowercase() || small(word))
        && text.iter().any(u8::is_ascii_lowercase)
}

/// A label and its value, or an address.
fn holds_value(text: &[u8]) -> bool {
    text.contains(&b'@') || text.windows(2).any(|pair| pair == b": ")
}

/// An end mark inside, with a blank behind it: more than one sentence.
fn holds_several(text: &[u8]) -> bool {
    memchr::memchr3_iter(b'.', b'!', b'?', text).any(|i| {
        text.get(i + 1).is_some_and(|&b| is_space(b))
            && text.get(i + 2).is_some_and(u8::is_ascii_uppercase)
    })
}

fn first_word(text: &[u8]) -> usize {
    text.iter().position(|&b| is_space(b)).unwrap_or(text.len())
}

fn last_word(bytes: &[u8], start: usize, end: usize) -> usize {
    bytes[start..end]
        .iter()
        .rposition(|&b| is_space(b))
        .map_or(start, |i| start + i + 1)
}
