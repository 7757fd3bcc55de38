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

/// Where borders may be among 64 bytes of a text, found once for each such block.
pub(super) struct Borders {
    /// The block at hand: a multiple of 64.
    block: usize,
    mask: u64,
}

impl Borders {
    /// None found yet.
    pub(super) fn new() -> Self {
        Self {
            block: usize::MAX,
            mask: 0,
        }
    }

    /// Bit `i` says whether byte `block + i` may be a border: an end mark, a colon, a sign, or
    /// a byte that seldom stands behind another without a blank between them (`workA`, `)S`,
    /// `2)`), or behind a blank (`  `). Every border is among them, and some bytes that the
    /// closer look finds to be none. `block` is a multiple of 64, and at most the text's length.
    #[inline]
    pub(super) fn of(&mut self, bytes: &[u8], block: usize) -> u64 {
        if self.block != block {
            self.block = block;
            self.mask = match bytes[block..].first_chunk() {
                Some(whole) => border_mask(bytes, block, whole),
                None => border_mask(bytes, block, &bits::block(bytes, block)),
            };
        }
        self.mask
    }
}

/// Few questions that each answer for several signs: what they take in besides is rare.
#[inline]
fn border_mask(bytes: &[u8], block: usize, here: &[u8; bits::BLOCK]) -> u64 {
    use bits::{ask, is, is_from};
    use wide::u8x16;
    let like = |b: u8x16, bits: u8, sign: u8| is(b | u8x16::splat(bits), sign);
    let sign = ask(here, |b| {
        // `*` `.`, then `:` `;` `>` `?`, then `!` `%` `)` `-`
        let ascii = like(b, 0x04, b'.') | like(b, 0x05, b'?') | like(b, 0x0c, b'-');
        // the highest bit is the answer: set in the first byte of a character outside ASCII
        ascii | b & (b + b)
    });
    // digits, capital letters and the rare signs between them
    let begins = ask(here, |b| is_from(b, b'0', b'Z' - b'0' + 1));
    let blank = ask(here, |b| is_from(b, 0, b' ' + 1));
    let first = block
        .checked_sub(1)
        .is_none_or(|before| bytes[before] <= b' ');
    let behind_blank = blank << 1 | u64::from(first);
    sign | begins & !behind_blank | blank & behind_blank
}

#[inline]
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

/// True for ASCII that is no white space: what nearly every step over blanks meets first.
#[inline]
fn is_plain(b: u8) -> bool {
    matches!(b, b'!'..=0x7f)
}

/// First offset from `at` that is no white space, at most `end`.
#[inline]
pub(super) fn skip_space(bytes: &[u8], at: usize, end: usize) -> usize {
    if at < end && is_plain(bytes[at]) {
        return at;
    }
    if at + 1 < end && bytes[at] == b' ' && is_plain(bytes[at + 1]) {
        return at + 1;
    }
    skip_spaces(bytes, at, end)
}

fn skip_spaces(bytes: &[u8], mut at: usize, end: usize) -> usize {
    while at < end {
        match space_len(bytes, at) {
            0 => break,
            len => at += len,
        }
    }
    at.min(end)
}

/// End of `start..end` without the white space at its end.
#[inline]
pub(super) fn trim_end(bytes: &[u8], start: usize, end: usize) -> usize {
    if start < end && is_plain(bytes[end - 1]) {
        return end;
    }
    trim_spaces(bytes, start, end)
}

fn trim_spaces(bytes: &[u8], start: usize, mut end: usize) -> usize {
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
#[inline]
pub(super) fn bullet_len(bytes: &[u8], at: usize) -> usize {
    if bytes[at].is_ascii() {
        0
    } else {
        sign_len(bytes, at)
    }
}

fn sign_len(bytes: &[u8], at: usize) -> usize {
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
#[inline]
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
#[inline]
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
