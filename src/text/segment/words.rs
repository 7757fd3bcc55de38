//! The words and headings that the segmenter knows, as tables.
//!
//! **In:** `src/text/data/segmentation.txt` and `headings.txt`, read once. **Out:**
//! what a word means where a sentence may end ([`Words`]) and whether a heading
//! stands at an offset ([`Headings`]). **Unit:** bytes.
//!
//! Both look up by number: a word of up to 16 bytes *is* its key, a heading is the
//! hash of its letters.

use std::sync::LazyLock;

use super::bytes::{CLASS, DIGIT, LOWER, UPPER};
use super::table::Table;

/// What a word means, one bit each.
pub(super) const TITLE: u16 = 1;
pub(super) const NUMBER: u16 = 1 << 1;
pub(super) const COMPANY: u16 = 1 << 2;
pub(super) const MONTH: u16 = 1 << 3;
pub(super) const MEASURE: u16 = 1 << 4;
pub(super) const EXCLAIM: u16 = 1 << 5;
pub(super) const STARTER: u16 = 1 << 6;
pub(super) const ITEM: u16 = 1 << 7;
pub(super) const CAMEL: u16 = 1 << 8;
pub(super) const FUNCTION: u16 = 1 << 9;

const SECTIONS: [(&str, u16); 10] = [
    ("[title]", TITLE),
    ("[number]", NUMBER),
    ("[company]", COMPANY),
    ("[month]", MONTH),
    ("[unit]", MEASURE),
    ("[exclaim]", EXCLAIM),
    ("[starter]", STARTER),
    ("[item]", ITEM),
    ("[camel]", CAMEL),
    ("[function]", FUNCTION),
];

/// Everything the segmenter knows by heart.
pub(super) static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    Known::new(
        include_str!("../data/segmentation.txt"),
        include_str!("../data/headings.txt"),
    )
});

pub(super) struct Known {
    words: Table<u128, u16>,
    headings: Table<u64, HeadingKind>,
    /// Bit `opening` is set where a heading begins so.
    openings: Box<[u64; 512]>,
    /// A bit for the first word of each heading (see [`first_word`]).
    firsts: Box<[u64; 512]>,
}

/// What a known heading may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum HeadingKind {
    /// The first words of one.
    #[default]
    Part,
    /// A heading on a line of its own.
    Plain,
    /// Also one with its text behind it on the same line.
    Strong,
    /// A label that keeps its value.
    Label,
}

/// A known heading in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Heading {
    /// One past its last letter.
    pub(super) end: usize,
    pub(super) kind: HeadingKind,
    pub(super) words: usize,
}

impl Known {
    fn new(words: &str, headings: &str) -> Self {
        let mut known = Self {
            words: Table::with_places(4096),
            headings: Table::with_places(4096),
            openings: Box::new([0; 512]),
            firsts: Box::new([0; 512]),
        };
        known.add_words(words);
        known.add_headings(headings);
        known
    }

    fn add_words(&mut self, data: &str) {
        let mut bit = 0;
        for line in data.lines().map(str::trim).filter(|l| !l.starts_with('#')) {
            match SECTIONS.iter().find(|(name, _)| *name == line) {
                Some(&(_, section)) => bit = section,
                None => line
                    .split_whitespace()
                    .for_each(|word| self.mark(word, bit)),
            }
        }
    }

    fn add_headings(&mut self, data: &str) {
        for line in data
            .lines()
            .map(str::trim)
            .filter(|l| !l.starts_with('#') && !l.is_empty())
        {
            let (kind, phrase) = match line.split_at(1) {
                ("!", rest) => (HeadingKind::Strong, rest.trim()),
                ("=", rest) => (HeadingKind::Label, rest.trim()),
                _ => (HeadingKind::Plain, line),
            };
            let opening = opening(phrase.as_bytes(), 0, phrase.len());
            self.openings[opening / 64] |= 1 << (opening % 64);
            let first = phrase.split(' ').next().unwrap_or_default();
            let (place, bit) = first_bit(chunks(first.as_bytes()).next().unwrap_or(0));
            self.firsts[place] |= bit;
            let mut hash = HASH_START;
            for (n, word) in phrase.split(' ').enumerate() {
                if n > 0 {
                    self.headings.entry(hash);
                }
                hash = word_hash(hash, word.as_bytes());
            }
            *self.headings.entry(hash) = kind;
        }
    }

    fn mark(&mut self, word: &str, bit: u16) {
        if let Some(key) = pack(word.as_bytes(), 0, word.len()) {
            *self.words.entry(key) |= bit;
        }
    }

    /// What the word `bytes[start..end]` means, in any case; 0 for unknown words.
    #[inline]
    pub(super) fn meaning(&self, bytes: &[u8], start: usize, end: usize) -> u16 {
        pack(bytes, start, end)
            .and_then(|key| self.words.get(key))
            .unwrap_or(0)
    }

    /// The longest known heading that begins at `start` and ends at the end of a
    /// word; a small letter before a capital one ends a word too (`SkillsAbility`).
    #[inline]
    pub(super) fn heading_at(&self, bytes: &[u8], start: usize, end: usize) -> Option<Heading> {
        if let Some(word) = first_word(bytes, start, end) {
            let (place, bit) = first_bit(word);
            if self.firsts[place] & bit == 0 {
                return None;
            }
        }
        let opening = opening(bytes, start, end);
        if self.openings[opening / 64] >> (opening % 64) & 1 == 0 {
            return None;
        }
        self.longest_heading(bytes, start, end)
    }

    fn longest_heading(&self, bytes: &[u8], start: usize, end: usize) -> Option<Heading> {
        let mut found = None;
        let (mut hash, mut at, mut words) = (HASH_START, start, 0);
        while at < end {
            let (stop, read) = read_word(bytes, at, end, hash);
            hash = read;
            let Some(kind) = (stop > at).then(|| self.headings.get(hash)).flatten() else {
                break;
            };
            words += 1;
            if kind != HeadingKind::Part {
                found = Some(Heading {
                    end: stop,
                    kind,
                    words,
                });
            }
            let comma = usize::from(bytes.get(stop) == Some(&b','));
            at = stop + comma;
            while at < end && bytes[at] == b' ' {
                at += 1;
            }
            if at == stop + comma {
                break;
            }
        }
        found
    }
}

const HASH_START: u64 = 0xcbf2_9ce4_8422_2325;
/// What parts two words of a heading in its hash.
const WORD_END: u64 = 0x0100_0000_01b3;

/// The first three letters as a number of 15 bits.
fn opening(bytes: &[u8], start: usize, end: usize) -> usize {
    let letter = |b: &u8| {
        if b.is_ascii_alphabetic() {
            usize::from(b & 31)
        } else {
            0
        }
    };
    (bytes[start..end].iter().take(3)).fold(0, |number, b| number << 5 | letter(b))
}

/// The bytes of a word that count, in small letters: eight by eight, as numbers. Apostrophes of
/// both kinds count nothing.
fn chunks(word: &[u8]) -> impl Iterator<Item = u64> {
    let mut counted = (word.iter()).filter(|b| b.is_ascii() && **b != b'\'');
    std::iter::from_fn(move || {
        let eight = counted.by_ref().take(8).enumerate();
        let number = eight.fold(0, |number, (i, b)| {
            number | u64::from(b.to_ascii_lowercase()) << (8 * i)
        });
        (number != 0).then_some(number)
    })
}

/// One word more of a heading.
fn word_hash(hash: u64, word: &[u8]) -> u64 {
    chunks(word).fold(hash, mix).wrapping_add(WORD_END)
}

fn mix(hash: u64, chunk: u64) -> u64 {
    let product = (hash.rotate_left(23) ^ chunk).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product ^ product >> 32
}

/// The first word of a heading that may begin at `start`, or its first eight letters, as
/// [`chunks`] gives them; `None` where that is not plain to see.
#[inline]
fn first_word(bytes: &[u8], start: usize, end: usize) -> Option<u64> {
    let window = window(bytes, start, end);
    let case = case_of(window)?;
    let run = Run::of(window, case, true);
    // the last of the capitals may begin the next word: `PURPOSEThe`
    let goes_on = || case == 0 || !bytes.get(start + 8).is_some_and(u8::is_ascii_lowercase);
    (run.ends || run.whole && goes_on()).then_some(run.letters)
}

/// The word of a heading at `at`: where it ends, and the hash of the heading up to there.
fn read_word(bytes: &[u8], at: usize, end: usize, hash: u64) -> (usize, u64) {
    plain_word(bytes, at, end, hash).unwrap_or_else(|| {
        let stop = word_end(bytes, at, end);
        (stop, word_hash(hash, &bytes[at..stop]))
    })
}

/// The same for a word of small letters or of capitals and nothing behind it that could be part
/// of it, eight letters at a time.
fn plain_word(bytes: &[u8], at: usize, end: usize, mut hash: u64) -> Option<(usize, u64)> {
    let mut from = at;
    let case = case_of(window(bytes, at, end))?;
    loop {
        let run = Run::of(window(bytes, from, end), case, from == at);
        if run.len > 0 {
            hash = mix(hash, run.letters);
        }
        from += run.len;
        if !run.whole {
            return run.ends.then_some((from, hash.wrapping_add(WORD_END)));
        }
    }
}

/// The eight bytes at `at`, zeros from `end` on.
#[inline]
fn window(bytes: &[u8], at: usize, end: usize) -> u64 {
    let eight = match bytes[at..].first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => (bytes[at..].iter().rev()).fold(0, |number, b| number << 8 | u64::from(*b)),
    };
    match end - at {
        left @ 0..8 => eight & !(u64::MAX << (8 * left)),
        _ => eight,
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;

/// What must change in a word that begins with `window` to make its letters small: nothing, or the
/// case of all of them. `None` where it begins with no letter or is `aB`, which are two words.
#[inline]
fn case_of(window: u64) -> Option<u64> {
    let [first, second, ..] = window.to_le_bytes();
    match (first.is_ascii_alphabetic(), second.is_ascii_uppercase()) {
        (false, _) => None,
        (true, false) => Some(0),
        (true, true) => first.is_ascii_uppercase().then_some(0x20 * ONES),
    }
}

/// The letters that a window begins with.
struct Run {
    /// In small letters, zeros behind them.
    letters: u64,
    len: usize,
    /// There is nothing else in the window.
    whole: bool,
    /// What follows the letters is surely no part of their word.
    ends: bool,
}

impl Run {
    #[inline]
    fn of(window: u64, case: u64, first: bool) -> Self {
        const HIGHS: u64 = 0x80 * ONES;
        let capital = if first { 0x20 } else { 0 };
        let small = window ^ case | capital;
        let seven = small & !HIGHS;
        // the highest bit of each byte that is no small letter
        let other = !((seven + 0x1f * ONES) & !(seven + 0x05 * ONES) & !small) & HIGHS;
        if other == 0 {
            return Self {
                letters: small,
                len: 8,
                whole: true,
                ends: false,
            };
        }
        let bits = other.trailing_zeros() & !7;
        let stop = (window >> bits) as u8;
        let glued = case == 0 && stop.is_ascii_uppercase();
        Self {
            letters: small & !(u64::MAX << bits),
            len: bits as usize / 8,
            whole: false,
            ends: glued || stop <= b' ' || matches!(stop, b':' | b',' | b'.' | b')'),
        }
    }
}

fn first_bit(word: u64) -> (usize, u64) {
    let hash = word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 49;
    ((hash / 64) as usize, 1 << (hash % 64))
}

/// End of the word of a heading at `at`: letters, digits, `'`, `’`, `-`, `/`, `&`.
fn word_end(bytes: &[u8], at: usize, end: usize) -> usize {
    let mut i = at;
    while i < end {
        match (CLASS[bytes[i] as usize], bytes[i]) {
            (LOWER, _) | (_, b'\'' | b'/' | b'&') => {}
            (UPPER | DIGIT, _) if i == at || !starts_word_inside(bytes, at, i, end) => {}
            (_, b'-') if i + 1 < end && bytes[i + 1].is_ascii_lowercase() => {}
            (_, 0xe2) if bytes[i..end].starts_with("’".as_bytes()) => i += 2,
            _ => break,
        }
        i += 1;
    }
    i
}

/// True where a new word begins at `i` inside a run of letters: `skillsAbility`,
/// `SKILLSAbility`, `skills2`.
fn starts_word_inside(bytes: &[u8], at: usize, i: usize, end: usize) -> bool {
    let (before, here) = (CLASS[bytes[i - 1] as usize], CLASS[bytes[i] as usize]);
    match (before, here) {
        (LOWER, UPPER | DIGIT) => true,
        (UPPER, UPPER) => i >= at + 4 && i + 1 < end && bytes[i + 1].is_ascii_lowercase(),
        _ => false,
    }
}

/// The word as a number: its bytes with the bit set that makes ASCII letters small and
/// changes no digit, hyphen or apostrophe. `None` for words that are empty or longer than
/// 16 bytes.
#[inline]
fn pack(bytes: &[u8], start: usize, end: usize) -> Option<u128> {
    const SMALL: u128 = u128::from_le_bytes([0x20; 16]);
    let len = end
        .checked_sub(start)
        .filter(|len| (1..=16).contains(len))?;
    let mut word = [0; 16];
    match bytes.get(start..start + 16) {
        Some(window) => word.copy_from_slice(window),
        None => word[..len].copy_from_slice(&bytes[start..end]),
    }
    Some((u128::from_le_bytes(word) | SMALL) & (u128::MAX >> (128 - 8 * len)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(text: &str) -> Option<&str> {
        KNOWN
            .heading_at(text.as_bytes(), 0, text.len())
            .map(|found| &text[..found.end])
    }

    #[test]
    fn a_heading_is_known_in_any_case_and_with_any_apostrophe() {
        assert_eq!(heading("What You’ll Do"), Some("What You’ll Do"));
        assert_eq!(
            heading("KNOWLEDGE, SKILLS, AND ABILITIES:"),
            Some("KNOWLEDGE, SKILLS, AND ABILITIES")
        );
    }

    #[test]
    fn a_heading_ends_where_the_next_word_is_glued_to_it() {
        assert_eq!(
            heading("ResponsibilitiesOversee the yard"),
            Some("Responsibilities")
        );
        assert_eq!(heading("REQUIREMENTSAbility to lift"), Some("REQUIREMENTS"));
        assert_eq!(heading("PURPOSEThe yard"), Some("PURPOSE"));
    }

    #[test]
    fn the_longest_heading_wins() {
        assert_eq!(
            heading("Skills and experience we need"),
            Some("Skills and experience")
        );
    }

    #[test]
    fn an_unknown_first_word_is_no_heading() {
        assert_eq!(heading("Bananas"), None);
    }
}
