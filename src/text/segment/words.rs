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
            let mut hash = HASH_START;
            for b in phrase.bytes() {
                if b == b' ' {
                    self.headings.entry(hash);
                }
                hash = step(hash, b);
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
    pub(super) fn meaning(&self, bytes: &[u8], start: usize, end: usize) -> u16 {
        pack(bytes, start, end)
            .and_then(|key| self.words.get(key))
            .unwrap_or(0)
    }

    /// The longest known heading that begins at `start` and ends at the end of a
    /// word; a small letter before a capital one ends a word too (`SkillsAbility`).
    pub(super) fn heading_at(&self, bytes: &[u8], start: usize, end: usize) -> Option<Heading> {
        let opening = opening(bytes, start, end);
        if self.openings[opening / 64] >> (opening % 64) & 1 == 0 {
            return None;
        }
        let mut found = None;
        let (mut hash, mut at, mut words) = (HASH_START, start, 0);
        while at < end {
            let stop = word_end(bytes, at, end);
            bytes[at..stop].iter().for_each(|&b| hash = step(hash, b));
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
            hash = step(hash, b' ');
        }
        found
    }
}

const HASH_START: u64 = 0xcbf2_9ce4_8422_2325;

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

/// One byte more of a heading. Apostrophes of both kinds count nothing.
fn step(hash: u64, b: u8) -> u64 {
    match b {
        b'\'' | 0x80.. => hash,
        _ => (hash ^ u64::from(b.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3),
    }
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
