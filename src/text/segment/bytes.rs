//! What a byte is to the segmenter, and small steps over bytes.
//!
//! **In:** bytes of UTF-8 text and offsets into it. **Out:** classes and offsets.
//! **Unit:** bytes. Nothing here decodes a character except [`next_is`], which is
//! called only where a sentence may begin.

use crate::text::bits;

pub(super) const OTHER: u8 = 0;
pub(super) const LOWER: u8 = 1;
pub(super) const UPPER: u8 = 2;
pub(super) const DIGIT: u8 = 3;
pub(super) const SPACE: u8 = 4;
/// Full stop, exclamation mark, question mark.
pub(super) const END: u8 = 5;
pub(super) const COLON: u8 = 6;
pub(super) const CLOSE: u8 = 7;
pub(super) const DASH: u8 = 8;
/// First byte of a character that may be a bullet, a dash, an ellipsis or a full stop
/// of another script.
pub(super) const MARK: u8 = 9;
/// Any other byte of a character outside ASCII.
pub(super) const HIGH: u8 = 10;
pub(super) const STAR: u8 = 11;

/// The class of each byte.
pub(super) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [OTHER; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => SPACE,
            b'.' | b'!' | b'?' => END,
            b':' => COLON,
            b')' => CLOSE,
            b'-' => DASH,
            b'*' => STAR,
            0xc2 | 0xe2 | 0xe3 | 0xef => MARK,
            0x80.. => HIGH,
            _ => OTHER,
        };
        b += 1;
    }
    table
}

/// Bit `i` says whether byte `block + i` may be a border: an end mark, a colon, a sign, or
/// two neighbours that seldom meet inside a unit (`workA`, `)S`, `  `, ` -`). Bits from
/// `end` on are 0.
pub(super) fn borders(bytes: &[u8], block: usize, end: usize) -> u64 {
    let here = bits::block(bytes, block);
    let before = block.checked_sub(1).map_or(b' ', |before| bytes[before]);
    let behind = bytes.get(block + bits::BLOCK).copied().unwrap_or(b' ');
    let mask = border_mask(before, &here, behind);
    match end - block {
        0..64 => mask & !(u64::MAX << (end - block)),
        _ => mask,
    }
}

/// `before` and `behind` are the bytes on either side of the block.
#[inline]
fn border_mask(before: u8, here: &[u8; bits::BLOCK], behind: u8) -> u64 {
    use bits::{ask, is, is_from, is_high};
    // The answers for the byte before each byte, and for the one behind it.
    let shifted = |mask: u64, first: bool| mask << 1 | u64::from(first);
    let ahead = |mask: u64, last: bool| mask >> 1 | u64::from(last) << 63;
    let sign = |b| is(b, 0xc2) | is(b, 0xe2) | is(b, 0xe3) | is(b, 0xef);
    let mark = ask(here, |b| {
        is(b, b'.') | is(b, b'!') | is(b, b'?') | is(b, b':') | sign(b)
    });
    let upper = ask(here, |b| is_from(b, b'A', 26));
    let lower = ask(here, |b| is_from(b, b'a', 26));
    let digit = ask(here, |b| is_from(b, b'0', 10));
    let close = ask(here, |b| is(b, b')'));
    let space = ask(here, |b| is(b, b' '));
    let blank = space | ask(here, |b| is_from(b, 9, 5));
    let star = ask(here, |b| is(b, b'*'));
    let dash = ask(here, |b| is(b, b'-'));
    let wordy = shifted(lower | close, before.is_ascii_lowercase() || before == b')');
    let counted = shifted(digit, before.is_ascii_digit());
    let joined = wordy | counted | shifted(ask(here, is_high), before >= 0x80);
    let capitals =
        shifted(upper, before.is_ascii_uppercase()) & ahead(lower, behind.is_ascii_lowercase());
    mark | upper & (joined | capitals)
        | digit & wordy
        | close & counted
        | shifted(blank, is_space(before)) & (blank | star)
        | dash & ahead(space, behind == b' ')
}

pub(super) fn is_space(b: u8) -> bool {
    CLASS[b as usize] == SPACE
}

pub(super) fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80
}

/// White space at `at`, in bytes: 0 where there is none. Knows the no-break,
/// thin and zero-width spaces and the byte-order mark.
pub(super) fn space_len(bytes: &[u8], at: usize) -> usize {
    match bytes[at] {
        b if b < 0x80 => usize::from(is_space(b)),
        0xc2 if matches!(bytes.get(at + 1), Some(0xa0 | 0x85 | 0xad)) => 2,
        0xe2 => match (bytes.get(at + 1), bytes.get(at + 2)) {
            (Some(0x80), Some(0x80..=0x8f | 0xa8 | 0xa9 | 0xaf)) => 3,
            (Some(0x81), Some(0x9f | 0xa0)) => 3,
            _ => 0,
        },
        0xe3 if bytes[at..].starts_with("\u{3000}".as_bytes()) => 3,
        0xef if bytes[at..].starts_with("\u{feff}".as_bytes()) => 3,
        _ => 0,
    }
}

/// First offset from `at` that is no white space, at most `end`.
pub(super) fn skip_space(bytes: &[u8], mut at: usize, end: usize) -> usize {
    while at < end {
        match space_len(bytes, at) {
            0 => break,
            len => at += len,
        }
    }
    at.min(end)
}

/// End of `start..end` without the white space at its end.
pub(super) fn trim_end(bytes: &[u8], start: usize, mut end: usize) -> usize {
    while end > start {
        let mut first = end - 1;
        while first > start && bytes[first] & 0xc0 == 0x80 {
            first -= 1;
        }
        if space_len(bytes, first) != end - first {
            break;
        }
        end = first;
    }
    end
}

/// Length in bytes of the bullet sign at `at`: 0 where there is none. Only signs that
/// have no other use in running text, so not `-`, `*` or dashes.
pub(super) fn bullet_len(bytes: &[u8], at: usize) -> usize {
    match (bytes[at], bytes.get(at + 1), bytes.get(at + 2)) {
        // middle dot; where Latin-1 was read as UTF-8 once too often it stays what it is
        (0xc2, Some(0xb7), _) => 2,
        (0xe2, Some(0x80), Some(0xa2 | 0xa3)) => 3, // • ‣
        (0xe2, Some(0x81), Some(0x83)) => 3,        // ⁃
        (0xe2, Some(0x88), Some(0x99)) => 3,        // ∙
        (0xe2, Some(0x96), Some(0xa0..=0xbb)) => 3, // ■ □ ▪ ▫ ► and their like
        (0xe2, Some(0x97), Some(0x86..=0x8f | 0xa6)) => 3, // ◆ ○ ● ◦
        (0xe2, Some(0x9c), Some(0x93 | 0x94 | 0x85)) => 3, // ✓ ✔ ✅
        (0xe2, Some(0x9d), Some(0x96)) => 3,        // ❖
        (0xe2, Some(0x9e), Some(0x94..=0xbe)) => 3, // ➔ ➢ ➤
        (0xe2, Some(0xac), Some(0xa4 | 0xa5)) => 3, // ⬤
        (0xe2, Some(0xa6), Some(0xbf)) => 3,        // ⦿
        (0xef, Some(0x82), Some(0xa0..=0xbf)) => 3, // private signs of symbol fonts
        (0xef, Some(0x83), Some(0x80..=0xbf)) => 3,
        _ => 0,
    }
}

/// Length in bytes of a dash at `at` (`-`, `–`, `—`, `−`, `‐`, `‑`): 0 where there is none.
pub(super) fn dash_len(bytes: &[u8], at: usize) -> usize {
    match (bytes[at], bytes.get(at + 1), bytes.get(at + 2)) {
        (b'-', _, _) => 1,
        (0xe2, Some(0x80), Some(0x90..=0x95)) => 3,
        (0xe2, Some(0x88), Some(0x92)) => 3,
        _ => 0,
    }
}

/// Length in bytes of a closing quotation mark or bracket at `at`: 0 where there is none.
pub(super) fn closer_len(bytes: &[u8], at: usize) -> usize {
    match (bytes[at], bytes.get(at + 1), bytes.get(at + 2)) {
        (b'"' | b'\'' | b')' | b']' | b'}' | b'*' | b'_' | b'`', _, _) => 1,
        (0xe2, Some(0x80), Some(0x99 | 0x9d)) => 3,
        (0xc2, Some(0xbb), _) => 2,
        _ => 0,
    }
}

/// Length in bytes of an opening quotation mark or bracket at `at`: 0 where there is none.
pub(super) fn opener_len(bytes: &[u8], at: usize) -> usize {
    match (bytes[at], bytes.get(at + 1), bytes.get(at + 2)) {
        (b'"' | b'\'' | b'(' | b'[' | b'{' | b'*' | b'_' | b'`' | b'<', _, _) => 1,
        (0xe2, Some(0x80), Some(0x98 | 0x9c | 0x9e)) => 3,
        (0xc2, Some(0xab), _) => 2,
        _ => 0,
    }
}

/// Length in bytes of an ellipsis sign or of a full stop of another script at `at`.
pub(super) fn foreign_end_len(bytes: &[u8], at: usize) -> usize {
    match (bytes[at], bytes.get(at + 1), bytes.get(at + 2)) {
        (0xe2, Some(0x80), Some(0xa6)) => 3,        // …
        (0xe3, Some(0x80), Some(0x82)) => 3,        // 。
        (0xef, Some(0xbc), Some(0x81 | 0x9f)) => 3, // ！ ？
        _ => 0,
    }
}

/// What the text at `at` begins with, where a sentence may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// A capital letter or a letter of a script without cases.
    Capital,
    Small,
    Digit,
    /// A bullet sign.
    Bullet,
    /// Something that may begin a sentence but seldom does: `$`, `#`, `@`, an emoji.
    Sign,
    /// Something that never begins one: a comma, a closing bracket, nothing at all.
    Nothing,
}

/// Look at the character at `at`.
pub(super) fn next_is(text: &str, at: usize, end: usize) -> Begins {
    let bytes = text.as_bytes();
    if at >= end {
        return Begins::Nothing;
    }
    match CLASS[bytes[at] as usize] {
        UPPER => Begins::Capital,
        LOWER => Begins::Small,
        DIGIT => Begins::Digit,
        MARK | HIGH if bullet_len(bytes, at) > 0 => Begins::Bullet,
        MARK | HIGH => match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(c) if c.is_lowercase() => Begins::Small,
            Some(c) if c.is_alphabetic() => Begins::Capital,
            _ => Begins::Sign,
        },
        _ if matches!(bytes[at], b'$' | b'#' | b'@' | b'~' | b'=' | b'_') => Begins::Sign,
        _ => Begins::Nothing,
    }
}
