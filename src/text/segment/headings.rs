//! What makes a line or a piece of one a heading.
//!
//! **In:** a line and its neighbours. **Out:** yes or no. **Unit:** bytes.

use super::bytes::{is_space, skip_space};
use super::words::{Heading, HeadingKind};

/// True where `start..end` is a heading by its words alone: a known one (`found` is the
/// one that begins it), `What ...`, `Why ...`, or a few words and a colon.
pub(super) fn stands_alone(found: Option<Heading>, bytes: &[u8], start: usize, end: usize) -> bool {
    let (start, end) = without_emphasis(bytes, start, end);
    let line = &bytes[start..end];
    let colon = line.ends_with(b":");
    if let Some(found) = found {
        let rest = skip_space(bytes, found.end, end);
        if rest >= end || (rest + 1 == end && matches!(bytes[rest], b':' | b'?')) {
            return found.kind != HeadingKind::Label || colon;
        }
    }
    if colon {
        return count_words(line, 12) <= 12;
    }
    asks_as_heading(line)
}

/// Without the stars and underscores of Markdown at both ends.
#[inline]
pub(super) fn without_emphasis(bytes: &[u8], start: usize, end: usize) -> (usize, usize) {
    let sign = |b: &u8| matches!(b, b'*' | b'_');
    let line = &bytes[start..end];
    if !line.first().is_some_and(sign) && !line.last().is_some_and(sign) {
        return (start, end);
    }
    let first = bytes[start..end].iter().take_while(|b| sign(b)).count();
    let last = bytes[start + first..end]
        .iter()
        .rev()
        .take_while(|b| sign(b))
        .count();
    (start + first, end - last)
}

/// `What you will learn`, `Why Brightwater Dairy?`, `About the yard`: up to eight words.
pub(super) fn asks_as_heading(line: &[u8]) -> bool {
    const FIRST: [&[u8]; 7] = [b"what", b"why", b"who", b"how", b"where", b"about", b"meet"];
    if !matches!(
        line.first(),
        Some(b'W' | b'w' | b'H' | b'h' | b'A' | b'a' | b'M' | b'm')
    ) {
        return false;
    }
    let end = line
        .iter()
        .position(|b| !b.is_ascii_alphabetic())
        .unwrap_or(line.len());
    let asks = FIRST
        .iter()
        .any(|word| line[..end].eq_ignore_ascii_case(word));
    let closed = matches!(line.last(), Some(b'.' | b'!' | b',' | b';'));
    asks && !closed && (2..=8).contains(&count_words(line, 8)) && !line.contains(&b',')
}

/// Words between blanks, counted up to `most` and one more.
pub(super) fn count_words(line: &[u8], most: usize) -> usize {
    (line.split(|&b| is_space(b)))
        .filter(|word| !word.is_empty())
        .take(most + 1)
        .count()
}
