//! Whether a full stop before a capital letter ends a sentence or a short form.
//!
//! **In:** the place of a full stop and of the word behind it. **Out:** yes or no. **Unit:**
//! bytes.
//!
//! A short form that may end a sentence (`Inc.`, `U.S.`, `p.m.`) does so only before a word
//! that begins sentences; the words are in `src/text/data/segmentation.txt`.

use super::bytes::{Begins, is_space};
use super::splitter::Splitter;
use super::words::{COMPANY, MEASURE, MONTH, NUMBER, STARTER, TITLE};

/// Words that go on after a degree or a country (`B.S. in`), capital or not.
const JOINING: [&[u8]; 12] = [
    b"in",
    b"or",
    b"and",
    b"with",
    b"degree",
    b"of",
    b"at",
    b"for",
    b"from",
    b"required",
    b"preferred",
    b"experience",
];

/// Words with which a sentence begins that tells a time first.
const OPENING_TIME: [&[u8]; 9] = [
    b"at", b"on", b"in", b"by", b"around", b"from", b"before", b"after", b"until",
];

/// Words of more letters are no short forms.
pub(super) const LONGEST_SHORT_FORM: usize = 6;

impl Splitter<'_> {
    /// A full stop before a capital letter, a digit or a sign.
    pub(super) fn ends_before_capital(
        &self,
        at: usize,
        marks: usize,
        first: usize,
        begins: Begins,
    ) -> bool {
        let word = self.token_start(at);
        let token = &self.bytes[word..at];
        if marks > at + 1 {
            // `. . . I` goes on as often as it begins
            let apart = is_space(self.bytes[at + 1]) && self.letters_end(first) == first + 1;
            return begins == Begins::Capital && !(apart && self.bytes[first] == b'I');
        }
        if token.is_empty() {
            return self.ends_after_blank(at);
        }
        if token.contains(&b'.') {
            return self.ends_after_dots(word, at, first, begins);
        }
        if token.len() == 1 && token[0].is_ascii_alphabetic() {
            return self.ends_after_letter(word, at, first);
        }
        if token.iter().all(u8::is_ascii_digit) && token.len() <= 3 {
            return word != self.start;
        }
        self.ends_after_word(word, at, first, begins)
    }

    fn ends_after_word(&self, word: usize, at: usize, first: usize, begins: Begins) -> bool {
        let letters = self.letters_start(at).max(word);
        if at - letters > LONGEST_SHORT_FORM {
            return true;
        }
        let mut meaning = self.known.meaning(self.bytes, letters, at);
        if letters > word {
            meaning |= self.known.meaning(self.bytes, word, at);
        }
        match meaning {
            m if m & TITLE != 0 => false,
            m if m & COMPANY != 0 => self.meaning_at(first) & STARTER != 0,
            m if m & (NUMBER | MONTH | MEASURE) != 0 => begins != Begins::Digit,
            _ => true,
        }
    }

    /// `Mr . Hale` in texts that were taken apart into words.
    fn ends_after_blank(&self, at: usize) -> bool {
        let end = self.bytes[self.start..at]
            .iter()
            .rposition(|&b| !is_space(b))
            .map_or(at, |i| self.start + i + 1);
        let word = self.letters_start(end);
        let initial =
            end - word == 1 && self.bytes[word].is_ascii_uppercase() && self.bytes[word] != b'I';
        !initial && self.known.meaning(self.bytes, word, end) & TITLE == 0
    }

    /// `U.S.`, `p.m.`, `B.Sc.`, `e.g.`, `site.com`.
    fn ends_after_dots(&self, word: usize, at: usize, first: usize, begins: Begins) -> bool {
        let token = &self.bytes[word..at];
        let short = token
            .split(|&b| b == b'.')
            .all(|part| part.len() <= 3 && part.iter().all(u8::is_ascii_alphabetic));
        if !short {
            return true;
        }
        if self.known.meaning(self.bytes, word, at) & TITLE != 0 || begins == Begins::Digit {
            return false;
        }
        let next = &self.bytes[first..self.letters_end(first)];
        let clock = matches!(token, [b'a' | b'p' | b'A' | b'P', b'.', b'm' | b'M']);
        let person = matches!(next, b"Mr" | b"Mrs" | b"Ms" | b"Dr");
        let era = matches!(token, b"B.C" | b"A.D" | b"B.C.E" | b"C.E") && begins == Begins::Capital;
        if era || clock && person {
            return !self.opens_with_time();
        }
        self.meaning_at(first) & STARTER != 0
            && !JOINING.iter().any(|word| next.eq_ignore_ascii_case(word))
    }

    /// `At 5 a.m.`, `In 44 B.C.`: the sentence begins with its time.
    fn opens_with_time(&self) -> bool {
        let first = &self.bytes[self.start..self.letters_end(self.start)];
        OPENING_TIME
            .iter()
            .any(|word| first.eq_ignore_ascii_case(word))
    }

    /// An initial (`J. Hale`), a letter (`vitamin C.`), the word `I`.
    fn ends_after_letter(&self, word: usize, at: usize, first: usize) -> bool {
        if word == self.start {
            return false;
        }
        if self.bytes[word - 1] == b'\'' {
            return true;
        }
        let before = trim_blank(self.bytes, self.start, word);
        let name = before > self.start && {
            let start = self.token_start(before);
            self.bytes[start].is_ascii_uppercase()
        };
        let starter = self.meaning_at(first) & STARTER != 0;
        match self.bytes[at - 1] {
            b'I' if !name => true,
            letter if letter.is_ascii_lowercase() => starter && letter != b'p',
            _ => starter && !name || starter && self.bytes[at - 1] != b'I' && before == word,
        }
    }
}

fn trim_blank(bytes: &[u8], start: usize, end: usize) -> usize {
    bytes[start..end]
        .iter()
        .rposition(|&b| !is_space(b))
        .map_or(start, |i| start + i + 1)
}
