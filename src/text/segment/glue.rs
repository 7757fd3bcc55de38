//! Items and sentences that lost the line end between them.
//!
//! **In:** a place in a block where two classes of bytes meet without a space.
//! **Out:** a cut, or none. **Unit:** bytes.
//!
//! Web pages are often saved without their line ends: `answer the phoneAbility to`,
//! `SQLExperience with`, `a valid licence2) A van`. Names with a capital inside look
//! alike (`JavaScript`, `iPhone`, `McDonald`), so a cut needs a reason: a whole word in
//! small letters before it, or a word behind it that begins items of lists.

use super::bytes::{CLASS, LOWER, SPACE, UPPER, dash_len, is_space, is_word, skip_space};
use super::splitter::{Numbering, Splitter};
use super::words::{CAMEL, ITEM, STARTER};

/// Ends of nouns: a capitalised word with one of them ends an item more likely than it
/// begins a name.
const NOUN_ENDS: [&[u8]; 14] = [
    b"tion", b"tions", b"ment", b"ments", b"ing", b"ings", b"ity", b"ities", b"ness", b"ence",
    b"ance", b"ies", b"ship", b"ics",
];

impl Splitter<'_> {
    /// A capital letter behind a small one, a digit, a bracket or a letter outside ASCII.
    pub(super) fn glued_word(&mut self, at: usize) -> Option<usize> {
        let before = self.bytes[at - 1];
        let cut = if before.is_ascii_lowercase() {
            self.glued_to_word(at)
        } else if before == b')' {
            self.is_capitalised(at) && self.holds_blank(at)
        } else {
            let letter = before.is_ascii_digit()
                || self.text[..at]
                    .chars()
                    .next_back()
                    .is_some_and(char::is_alphabetic);
            letter
                && self.is_capitalised(at)
                && self.begins_item(at)
                && self.letters_end(at) >= at + 4
        };
        if cut || self.heading_follows(at) && before != b'/' {
            self.cut_item(at, at)
        } else {
            None
        }
    }

    /// A blank stands among the last 64 bytes of the unit before `at`.
    fn holds_blank(&self, at: usize) -> bool {
        self.bytes[self.start.max(at.saturating_sub(64))..at].contains(&b' ')
    }

    fn glued_to_word(&self, at: usize) -> bool {
        let word = self.letters_start(at);
        let end = self.letters_end(at);
        let len = at - word;
        let whole = word == self.start
            || !matches!(
                self.bytes[word - 1],
                b'.' | b'@' | b'/' | b'_' | b'#' | b'&' | b'=' | b'\\'
            );
        if len < 2
            || !whole
            || self.known.meaning(self.bytes, word, end) & CAMEL != 0
            || self.in_address(at)
        {
            return false;
        }
        let hump = self.bytes[word..at]
            .iter()
            .rposition(u8::is_ascii_uppercase)
            .map_or(word, |i| word + i);
        let small = hump == word && self.bytes[word].is_ascii_lowercase();
        let last = at - hump;
        let capitals = !self.is_capitalised(at);
        if small && last >= 3 {
            return match capitals {
                true => end >= at + 3 && last >= 4 || self.single_letter_word(at),
                false => true,
            };
        }
        if capitals || last < 3 {
            return small && self.begins_item(at) && !capitals;
        }
        self.begins_item(at) && self.word_stands(end)
            || self.glued >= 2
                && last >= 6
                && NOUN_ENDS
                    .iter()
                    .any(|noun| self.bytes[hump..at].ends_with(noun))
    }

    /// `A` or `I` as a word of its own.
    fn single_letter_word(&self, at: usize) -> bool {
        matches!(self.bytes[at], b'A' | b'I') && self.bytes.get(at + 1) == Some(&b' ')
    }

    fn is_capitalised(&self, at: usize) -> bool {
        self.bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase) || self.single_letter_word(at)
    }

    fn begins_item(&self, at: usize) -> bool {
        self.known.meaning(self.bytes, at, self.letters_end(at)) & (ITEM | STARTER) != 0
    }

    /// A known heading or label and a colon begin at `at`.
    fn label_follows(&self, at: usize) -> bool {
        let found = self.known.heading_at(self.bytes, at, self.end);
        found.is_some_and(|found| self.bytes.get(found.end) == Some(&b':'))
    }

    /// The word that ends at `end` is followed by a blank or a mark, not by more of a name.
    fn word_stands(&self, end: usize) -> bool {
        end >= self.end || !is_word(self.bytes[end])
    }

    /// A capital letter behind a capital one: `SQLExperience`.
    pub(super) fn glued_capitals(&mut self, at: usize) -> Option<usize> {
        if !self.bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase)
            || self.letters_end(at) < at + 4
        {
            return None;
        }
        let word = self.letters_start(at);
        let end = self.letters_end(at);
        if self.label_follows(at) {
            return self.cut_item(at, at);
        }
        let item = at - word >= 2 && self.begins_item(at);
        let shouted = at - word >= 7;
        let glued = (item || shouted) && self.word_stands(end) && !self.in_address(at);
        if glued { self.cut_item(at, at) } else { None }
    }

    /// A digit behind a small letter or a bracket: `a valid licence2) A van`, `skills5+ years`.
    pub(super) fn glued_digit(&mut self, at: usize) -> Option<usize> {
        let word = self.letters_start(at);
        let long = at - word >= 4 && self.bytes[word..at].iter().all(u8::is_ascii_lowercase)
            || self.bytes[at - 1] == b')';
        if long && self.counts(at) && !self.in_address(at) {
            self.cut_item(at, at)
        } else {
            None
        }
    }

    /// `2) `, `5+ years`, `2-3 years`, `3 years`: a number that begins an item.
    pub(super) fn counts(&self, at: usize) -> bool {
        let limit = self.end.min(at + 4);
        let digits = (at..limit)
            .find(|&i| !self.bytes[i].is_ascii_digit())
            .unwrap_or(limit);
        let rest = &self.bytes[digits..self.end];
        match rest.first() {
            Some(b'+') => true,
            Some(b')') => rest.get(1).is_some_and(|&b| is_space(b)),
            Some(b'.') => rest.get(1).is_some_and(|&b| is_space(b)) && self.expects(at, b'.'),
            Some(b'-' | b' ') | Some(0xe2) => {
                let skip = rest
                    .iter()
                    .take_while(|b| !b.is_ascii_alphabetic())
                    .take(8)
                    .count();
                rest[skip..].starts_with(b"year")
                    || rest[skip..].starts_with(b"month")
                    || rest[skip..].starts_with(b"yrs")
            }
            _ => false,
        }
    }

    /// Note the number that begins the unit at `at`: `1.`, `1)`, `(1)`, `a)`.
    pub(super) fn note_number(&mut self, at: usize) {
        if at >= self.end
            || !(self.bytes[at].is_ascii_digit()
                || self.bytes[at] == b'('
                || matches!(self.bytes.get(at + 1), Some(b'.' | b')')))
        {
            return;
        }
        let first = at + usize::from(self.bytes[at] == b'(');
        if let Some((value, letter, end)) = self.number(first)
            && let Some(&mark @ (b'.' | b')')) = self.bytes.get(end)
            && self.bytes.get(end + 1).is_none_or(|&b| !b.is_ascii_digit())
        {
            self.numbering = Some(Numbering {
                next: value + 1,
                letter,
                mark,
            });
        }
    }

    /// The number or letter at `at`: its value, whether it is a letter, its end.
    fn number(&self, at: usize) -> Option<(u32, bool, usize)> {
        let limit = self.end.min(at + 3);
        let end = (at..limit)
            .find(|&i| !self.bytes[i].is_ascii_digit())
            .unwrap_or(limit);
        if end > at {
            let value = self.bytes[at..end]
                .iter()
                .fold(0, |n, b| n * 10 + u32::from(b - b'0'));
            return Some((value, false, end));
        }
        let letter = *self.bytes.get(at).filter(|b| b.is_ascii_lowercase())?;
        Some((u32::from(letter), true, at + 1))
    }

    /// True where the number at `at` is the next of the list.
    fn expects(&self, at: usize, mark: u8) -> bool {
        let list = self.numbering.filter(|list| list.mark == mark);
        match (list, self.number(at)) {
            (Some(list), Some((value, letter, _))) => value == list.next && letter == list.letter,
            (None, Some((1, false, end))) => {
                self.bytes.get(end + 1).is_some_and(|&b| is_space(b)) && self.opens_numbers(at)
            }
            _ => false,
        }
    }

    /// `: 1. First`, `; 1) First`: a list of numbers begins inside a line.
    fn opens_numbers(&self, at: usize) -> bool {
        let before = self.bytes[self.start..at]
            .iter()
            .rposition(|&b| !is_space(b) && b != b'(');
        before.is_some_and(|i| matches!(self.bytes[self.start + i], b':' | b';' | b'.' | b'-'))
    }

    /// `2.` inside a line whose last number was 1: where that item begins.
    pub(super) fn numbered_next(&self, mark: usize) -> Option<usize> {
        let digit = mark > self.start && self.bytes[mark - 1].is_ascii_digit();
        let letter = self.numbering.is_some_and(|list| list.letter);
        if self.bytes[mark] != b'.' || !(digit || letter) {
            return None;
        }
        let start = self.token_start(mark);
        let free = start > self.start && start < mark && is_space(self.bytes[start - 1]);
        let next = skip_space(self.bytes, mark + 1, self.end);
        let opens = next < self.end
            && (self.bytes[next].is_ascii_uppercase()
                || self.bytes[next] >= 0x80
                || self.numbering.is_some());
        (free
            && opens
            && self.number(start).is_some_and(|(_, _, end)| end == mark)
            && self.expects(start, b'.'))
        .then_some(start)
    }

    /// `2)` inside a line whose last number was 1.
    pub(super) fn closed_number(&mut self, at: usize) -> Option<usize> {
        let limit = self.start.max(at.saturating_sub(3));
        let digits = (limit..at)
            .rev()
            .find(|&i| !self.bytes[i].is_ascii_digit())
            .map_or(limit, |i| i + 1);
        let start = digits - usize::from(digits > self.start && self.bytes[digits - 1] == b'(');
        if start == self.start || !self.expects(digits, b')') {
            return None;
        }
        self.cut_item(start, start)
    }

    /// A dash: a bullet where it is glued to the word before it (`drawings- Support`),
    /// where its block began with the same sign, or behind the title of a notice.
    pub(super) fn dash(&mut self, at: usize) -> Option<usize> {
        let len = dash_len(self.bytes, at);
        let behind = at + len;
        if len == 0
            || behind >= self.end
            || at == self.start
            || self.bytes[at - 1] == b'-'
            || !is_space(self.bytes[behind])
        {
            return None;
        }
        let next = skip_space(self.bytes, behind, self.end);
        if next + 1 >= self.end
            || !self.bytes[next].is_ascii_uppercase()
            || !self.is_capitalised(next)
        {
            return None;
        }
        if CLASS[self.bytes[at - 1] as usize] == SPACE {
            return self
                .inline_bullet(at, len)
                .or_else(|| self.title_dash(at, next));
        }
        if len > 1 {
            return self.title_dash(at, next);
        }
        self.cut_item(at, next)
    }

    /// `* Next` or ` - Next` in a block that began with the same sign.
    pub(super) fn inline_bullet(&mut self, at: usize, len: usize) -> Option<usize> {
        let next = skip_space(self.bytes, at + len, self.end);
        let opens = next > at + len && next < self.end && self.bytes[next].is_ascii_uppercase();
        if !opens || self.bullet == 0 || self.bytes[at] != self.bullet {
            return None;
        }
        self.cut_item(at, next)
    }

    /// `Yard Manager, Otley – The yard is looking for`: a title in capitals, a dash and
    /// a sentence, at the head of a block.
    fn title_dash(&mut self, at: usize, next: usize) -> Option<usize> {
        let first = self
            .units
            .last()
            .is_none_or(|unit| unit.span.range().end <= self.start);
        let title = &self.bytes[self.start..at];
        let words = title
            .split(|&b| is_space(b))
            .filter(|word| !word.is_empty());
        let capital = |word: &[u8]| {
            matches!(CLASS[word[0] as usize], UPPER)
                || word.len() <= 3
                || CLASS[word[0] as usize] != LOWER
        };
        let starter = self.known.meaning(self.bytes, next, self.letters_end(next)) & STARTER != 0;
        let long = title.len() <= 160 && words.clone().count() >= 3;
        if first && long && starter && words.clone().all(capital) {
            return self.cut(at, next, Some(crate::text::document::UnitKind::Heading));
        }
        None
    }
}
