//! What an end mark means: the end of a sentence, an abbreviation, a number, a name.
//!
//! **In:** the place of a mark in a block. **Out:** a cut, or none. **Unit:** bytes.
//!
//! The rule: a full stop ends a sentence before a capital letter unless the word
//! before it is a short form; a short form that may end one (`Inc.`, `U.S.`, `p.m.`)
//! does so only before a word that begins sentences. When in doubt, no cut.

use super::bytes::{
    Begins, CLASS, END, closer_len, dash_len, foreign_end_len, is_space, next_is, opener_len,
    skip_space,
};
use super::short_forms::LONGEST_SHORT_FORM;
use super::splitter::Splitter;
use super::words::{COMPANY, EXCLAIM, ITEM, MEASURE, MONTH, NUMBER, STARTER, TITLE};

/// Words in small letters that begin a sentence even where its writer forgot the capital.
const PLAIN_STARTERS: [&[u8]; 26] = [
    b"the", b"this", b"they", b"they're", b"he", b"she", b"it", b"it's", b"its", b"i", b"i'm",
    b"i've", b"we", b"we're", b"you", b"you're", b"there", b"there's", b"these", b"my", b"our",
    b"your", b"please", b"http", b"https", b"www",
];

/// Words in small letters that begin a sentence behind a word of four letters or more.
const LOOSE_STARTERS: [&[u8]; 18] = [
    b"let's", b"well", b"did", b"will", b"his", b"her", b"thanks", b"thank", b"what", b"how",
    b"why", b"if", b"so", b"just", b"but", b"also", b"and", b"then",
];

impl Splitter<'_> {
    /// An end mark at `at`. `Some(next)`: go on there.
    pub(super) fn end_mark(&mut self, at: usize) -> Option<usize> {
        if self.ends_plainly(at) {
            return self.cut(at + 1, at + 2, None);
        }
        // a mark at the head of a unit ends nothing
        if at == self.start || (at + 1 < self.end && self.is_inside_word(at)) {
            return None;
        }
        let marks = self.marks_end(at);
        let closed = self.closers_end(marks);
        if closed >= self.end {
            return Some(closed);
        }
        if foreign_end_len(self.bytes, at) > 0 && self.bytes[at] != 0xe2 {
            return self.cut(closed, closed, None);
        }
        let next = skip_space(self.bytes, closed, self.end);
        if next == closed {
            return self.glued_sentence(at, marks, closed);
        }
        let (closed, next) = self.loose_closer(closed, next);
        if next >= self.end {
            return Some(next);
        }
        if let Some(number) = self.numbered_next(at) {
            return self.cut_item(number, number);
        }
        if self.ends_sentence(at, marks, closed, next) {
            return self.cut(closed, next, None);
        }
        Some(marks)
    }

    /// `the harbour. Next`: a full stop behind a word in small letters that is no short form, and
    /// before a blank and a capital letter. Nearly all ends of sentences are such; the rules below
    /// come to the same in more steps.
    fn ends_plainly(&self, at: usize) -> bool {
        let next = match self.bytes[at..self.end].first_chunk() {
            Some(&[b'.', b' ', next]) => next,
            _ => return false,
        };
        let limit = self.start.max(at.saturating_sub(LONGEST_SHORT_FORM + 1));
        let mut word = at;
        while word > limit && self.bytes[word - 1].is_ascii_lowercase() {
            word -= 1;
        }
        next.is_ascii_uppercase()
            && (at - word > LONGEST_SHORT_FORM
                || word > limit
                    && at - word >= 2
                    && self.bytes[word - 1] == b' '
                    && self.known.meaning(self.bytes, word, at) & (TITLE | COMPANY) == 0)
    }

    /// A full stop between two letters or digits without a space: `3.5`, `e.g`, `site.com`.
    fn is_inside_word(&self, at: usize) -> bool {
        self.bytes[at] == b'.'
            && matches!(self.bytes[at + 1], b'a'..=b'z' | b'0'..=b'9' | b'_' | b'/' | b'@')
            && !(self.bytes[at + 1].is_ascii_digit()
                && at > self.start
                && self.bytes[at - 1].is_ascii_lowercase())
    }

    /// End of the run of marks at `at`, with dots set apart (`. . .`).
    fn marks_end(&self, at: usize) -> usize {
        let mut end = at + foreign_end_len(self.bytes, at).max(1);
        loop {
            while end < self.end && CLASS[self.bytes[end] as usize] == END {
                end += 1;
            }
            if end < self.end && foreign_end_len(self.bytes, end) > 0 {
                end += foreign_end_len(self.bytes, end);
                continue;
            }
            let next = skip_space(self.bytes, end, self.end);
            let apart = next > end && next < self.end && CLASS[self.bytes[next] as usize] == END;
            let alone = apart
                && self
                    .bytes
                    .get(next + 1)
                    .is_none_or(|&b| !b.is_ascii_alphanumeric());
            if !alone {
                return end;
            }
            end = next + 1;
        }
    }

    fn closers_end(&self, mut at: usize) -> usize {
        while at < self.end {
            match closer_len(self.bytes, at) {
                0 => break,
                len => at += len,
            }
        }
        at.min(self.end)
    }

    /// Texts that were taken apart into words have a space before a closing quotation
    /// mark: `done . ' Next`, `done . '' Next`.
    fn loose_closer(&self, closed: usize, next: usize) -> (usize, usize) {
        let mut end = next;
        while end < self.end && end < next + 2 && matches!(self.bytes[end], b'\'' | b'"') {
            end += 1;
        }
        let loose = end > next && end < self.end && is_space(self.bytes[end]);
        let odd = loose
            && self.bytes[self.start.max(next.saturating_sub(400))..next]
                .iter()
                .filter(|&&b| b == self.bytes[next])
                .count()
                % 2
                == 1;
        if odd {
            (end, skip_space(self.bytes, end, self.end))
        } else {
            (closed, next)
        }
    }

    fn ends_sentence(&self, at: usize, marks: usize, closed: usize, next: usize) -> bool {
        let mut first = next;
        while first < self.end && opener_len(self.bytes, first) > 0 {
            first += opener_len(self.bytes, first);
        }
        first = skip_space(self.bytes, first, self.end);
        let begins = match next_is(self.text, first, self.end) {
            Begins::Nothing if first < self.end && dash_len(self.bytes, first) > 0 => {
                return self.dash_begins(first);
            }
            begins => begins,
        };
        match begins {
            Begins::Nothing => false,
            Begins::Bullet => true,
            Begins::Small => self.ends_before_small(at, marks, closed, first),
            _ if self.bytes[at] == b'.' => self.ends_before_capital(at, marks, first, begins),
            _ if at > self.start && self.bytes[at - 1] == b':' => false,
            _ => !(self.exclaims(at) && self.starts_nothing(first)),
        }
    }

    /// `done. - Next`: the dash is a bullet.
    fn dash_begins(&self, dash: usize) -> bool {
        let behind = dash + dash_len(self.bytes, dash);
        behind < self.end
            && next_is(
                self.text,
                skip_space(self.bytes, behind, self.end),
                self.end,
            ) == Begins::Capital
    }

    /// The name before the exclamation mark has one of its own (`Yahoo!`).
    fn exclaims(&self, at: usize) -> bool {
        self.bytes[at] == b'!'
            && self.known.meaning(self.bytes, self.letters_start(at), at) & EXCLAIM != 0
    }

    fn starts_nothing(&self, first: usize) -> bool {
        self.meaning_at(first) & STARTER == 0
    }

    pub(super) fn meaning_at(&self, at: usize) -> u16 {
        self.known.meaning(self.bytes, at, self.letters_end(at))
    }

    /// Before a small letter a mark ends a sentence for writers who use no capitals, and
    /// before a word that plainly begins one (`they`, `it's`) for everyone; `!` and `?` do
    /// so unless the sentence goes on.
    fn ends_before_small(&self, at: usize, marks: usize, closed: usize, first: usize) -> bool {
        if closed > marks {
            return false;
        }
        let next = &self.bytes[first..self.letters_end(first)];
        match self.bytes[at] {
            _ if marks > at + 1 && self.bytes[marks - 1] == b'.' => false,
            b'.' => {
                self.is_plain_word(at)
                    && (self.small_start()
                        || self.begins_plainly(at, first)
                        || self.brand_follows(first))
            }
            b'!' | b'?' if is_space(self.bytes[at - 1]) || self.exclaims(at) => false,
            b'!' | b'?' => self.small_start() || !matches!(next, b"and" | b"or" | b"but"),
            _ => false,
        }
    }

    /// The unit or its block begins with a small letter.
    fn small_start(&self) -> bool {
        self.small || self.bytes[self.start].is_ascii_lowercase()
    }

    /// The mark at `at` follows a word of its own that is no short form, or a long number.
    fn is_plain_word(&self, at: usize) -> bool {
        let token = self.token_start_wide(at);
        if self.bytes[at - 1].is_ascii_digit() {
            return at - token >= 4;
        }
        let word = self.letters_start(at);
        let known = TITLE | NUMBER | COMPANY | MONTH | MEASURE;
        at - word >= 2 && word == token && self.known.meaning(self.bytes, word, at) & known == 0
    }

    /// A pronoun, an article or a web address; behind a longer word also `let's`, `and`.
    fn begins_plainly(&self, at: usize, first: usize) -> bool {
        let next = &self.bytes[first..self.letters_end(first)];
        let long = at - self.letters_start(at) >= 4;
        PLAIN_STARTERS.contains(&next) || long && LOOSE_STARTERS.contains(&next)
    }

    /// `iPhone`, `eBay`: a name with a small first letter may begin a sentence.
    fn brand_follows(&self, first: usize) -> bool {
        self.bytes
            .get(first + 1)
            .is_some_and(u8::is_ascii_uppercase)
    }

    /// Start of the run without blanks and opening brackets that ends at `at`; at most 64 bytes.
    pub(super) fn token_start(&self, at: usize) -> usize {
        let limit = self.start.max(at.saturating_sub(64));
        let mut i = at;
        while i > limit
            && !is_space(self.bytes[i - 1])
            && !matches!(self.bytes[i - 1], b'(' | b'[' | b'"' | b'\'' | b'/')
        {
            i -= 1;
        }
        while i < at && self.bytes[i] & 0xc0 == 0x80 {
            i += 1;
        }
        if i < at && opener_len(self.bytes, i) > 1 {
            i + opener_len(self.bytes, i)
        } else {
            i
        }
    }

    /// No space behind the mark: `done.Next`, `done.2) Next`, `done.- Next`.
    fn glued_sentence(&mut self, at: usize, marks: usize, closed: usize) -> Option<usize> {
        let next = closed;
        let begins = match next_is(self.text, next, self.end) {
            Begins::Capital => self.glued_capital(at, marks, next),
            Begins::Digit => self.glued_count(at, next),
            Begins::Bullet => true,
            Begins::Nothing if dash_len(self.bytes, next) > 0 => {
                let behind = next + dash_len(self.bytes, next);
                closed == marks
                    && self.bytes.get(behind).is_some_and(|&b| is_space(b))
                    && self.dash_begins(next)
            }
            _ => false,
        };
        if !begins {
            return Some(marks);
        }
        self.glued += 1;
        self.cut(closed, next, None)
    }

    /// `done.Next`, but not `Node.JS`, `Dr.Hale`, `x.Com/path`.
    fn glued_capital(&self, at: usize, marks: usize, next: usize) -> bool {
        let word = self.letters_start(at);
        let behind = self.letters_end(next);
        let small = self.bytes.get(next + 1).is_some_and(u8::is_ascii_lowercase);
        let alone = behind == next + 1
            && matches!(self.bytes[next], b'A' | b'I')
            && self.bytes.get(behind) == Some(&b' ');
        let capitals = behind >= next + 2 && !small;
        let before = self.bytes[at.saturating_sub(1)];
        let length = if self.meaning_at(next) & STARTER != 0 {
            2
        } else {
            3
        };
        let long = at - word >= length && before.is_ascii_lowercase();
        let odd = before == b')'
            || before >= 0x80
            || marks > at + 1
            || (before.is_ascii_uppercase() && at - word >= 3);
        let number = before.is_ascii_digit() && self.meaning_at(next) & (STARTER | ITEM) != 0;
        let site = behind < self.end && matches!(self.bytes[behind], b'@' | b'/' | b'=')
            || self.bytes.get(behind) == Some(&b'.')
                && self
                    .bytes
                    .get(behind + 1)
                    .is_some_and(u8::is_ascii_lowercase);
        let abbreviation = self.known.meaning(self.bytes, word, at) & TITLE != 0;
        (small || alone || (capitals && long))
            && (long || odd || number)
            && !site
            && !abbreviation
            && !self.in_address(at)
    }

    /// `done.2) Next`, `done.5+ years`.
    fn glued_count(&self, at: usize, next: usize) -> bool {
        at > self.start
            && self.bytes[at - 1].is_ascii_lowercase()
            && self.counts(next)
            && !self.in_address(at)
    }

    /// True inside a web or mail address.
    pub(super) fn in_address(&self, at: usize) -> bool {
        let token = &self.bytes[self.token_start_wide(at)..at];
        token.contains(&b'@')
            || token.starts_with(b"http")
            || token.starts_with(b"www.")
            || token.windows(3).any(|w| w == b"://")
    }

    fn token_start_wide(&self, at: usize) -> usize {
        let limit = self.start.max(at.saturating_sub(96));
        (limit..at)
            .rev()
            .find(|&i| is_space(self.bytes[i]))
            .map_or(limit, |i| i + 1)
    }
}
