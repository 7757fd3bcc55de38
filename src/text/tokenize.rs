//! Where the words of a text are, and which of them somebody asks for.
//!
//! **In:** a text and a [`Vocabulary`]. **Out:** [`Token`]s in order, for the whole text at
//! once. **Unit:** bytes of the text. Decisions that live here:
//!
//! 1. *What a word is*: a run of letters, digits and apostrophes (see [`crate::text::fold`]);
//!    digits keep their points and commas (`50,000` is one word).
//! 2. *Hyphens part words*, but a hyphenated pair that the vocabulary lists as one word is that
//!    word (`co-ordinate`, `micro-manage`). It still counts as two words, so that the number
//!    of words does not depend on the lexicon.
//!
//! Words are found 64 bytes at a time in a bit mask. A word of ASCII letters and digits of up to 16
//! bytes is folded by one bitwise "or" and is its own key; all others take the slow way
//! through [`fold::for_each_word`], which gives the same words.

use std::ops::Range;

use crate::span::Span;
use crate::text::bits;
use crate::text::fold;
use crate::text::keys::PACKED;
use crate::text::vocabulary::{Vocabulary, WordId};

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Which word of the vocabulary it is, if any.
    pub word: WordId,
    /// How many words it counts as: 2 for a hyphenated pair read as one, else 1.
    pub words: u8,
}

/// Finds the words of `text`; `tokens` is cleared first.
pub fn tokenize(text: &str, vocabulary: &Vocabulary, tokens: &mut Vec<Token>) {
    tokens.clear();
    tokenize_span(text, Span::new(0, text.len()), vocabulary, tokens);
}

/// Appends the words of `span` of `text` to `tokens`, and gives how many words they count as. A word
/// that reaches over an end of the span is cut there.
pub fn tokenize_span(
    text: &str,
    span: Span,
    vocabulary: &Vocabulary,
    tokens: &mut Vec<Token>,
) -> u32 {
    let range = span.range();
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        end: range.end,
        vocabulary,
        first: tokens.len(),
        tokens,
        done: 0,
        joined: 0,
    };
    // Start of a run that reaches over the end of a block.
    let mut open = usize::MAX;
    let mut carry = 0;
    for block in range.clone().step_by(64) {
        let Masks { mut words, special } = masks(scanner.bytes, block);
        if range.end - block < 64 {
            words &= (1 << (range.end - block)) - 1;
        }
        // A bit for the first byte of each run and for the first after it, in turns.
        let mut edges = words ^ (words << 1 | carry);
        carry = words >> 63;
        if open != usize::MAX && edges != 0 {
            scanner.checked_run(open, block + edges.trailing_zeros() as usize);
            edges &= edges - 1;
            open = usize::MAX;
        }
        while edges != 0 {
            let start = edges.trailing_zeros();
            edges &= edges - 1;
            if edges == 0 {
                open = block + start as usize;
                break;
            }
            let end = edges.trailing_zeros();
            edges &= edges - 1;
            if special & (u64::MAX << start) & !(u64::MAX << end) == 0 {
                scanner.plain_run(block + start as usize, block + end as usize);
            } else {
                scanner.slow_run(block + start as usize, block + end as usize);
            }
        }
    }
    if open != usize::MAX {
        scanner.checked_run(open, range.end);
    }
    (scanner.tokens.len() - scanner.first) as u32 + scanner.joined
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// End of the span.
    end: usize,
    vocabulary: &'a Vocabulary,
    tokens: &'a mut Vec<Token>,
    /// Index of the first token of the span.
    first: usize,
    /// Runs that begin before this byte belong to a number already taken.
    done: usize,
    /// Hyphenated pairs read as one word.
    joined: u32,
}

/// Turns an ASCII letter into its lower case, and leaves a digit as it is, in each of eight bytes.
const LOWER: u64 = 0x2020_2020_2020_2020;

impl Scanner<'_> {
    /// A run of word bytes of any kind, `start..end`.
    #[inline(never)]
    fn checked_run(&mut self, start: usize, end: usize) {
        match self.bytes[start..end].iter().any(|&b| is_special(b)) {
            true => self.slow_run(start, end),
            false => self.plain_run(start, end),
        }
    }

    /// A run of ASCII letters and digits.
    #[inline(always)]
    fn plain_run(&mut self, start: usize, end: usize) {
        let length = end - start;
        let Some(window) = self.bytes[start..].first_chunk::<PACKED>() else {
            return self.slow_run(start, end);
        };
        let (low, high) = window.split_at(8);
        let (low, high) = (eight(low), eight(high));
        if length > PACKED || start < self.done || self.is_part_of_number(window[0], end) {
            return self.slow_run(start, end);
        }
        let id = if length <= 8 {
            let key = (low | LOWER) & (u64::MAX >> (64 - 8 * length));
            self.vocabulary.get_short(key)
        } else {
            let high = (high | LOWER) & (u64::MAX >> (128 - 8 * length));
            self.vocabulary.get_packed(low | LOWER, high)
        };
        if id == WordId::UNKNOWN && self.vocabulary.may_begin(low | LOWER) {
            return self.slow_run(start, end);
        }
        self.push(start, end, id);
    }

    /// True where a number begins that goes on after `end`.
    #[inline]
    fn is_part_of_number(&self, first: u8, end: usize) -> bool {
        first.is_ascii_digit() && matches!(self.bytes.get(end), Some(b'.' | b','))
    }

    /// Any run: non-ASCII, apostrophes, numbers, long words, the end of the text.
    #[cold]
    fn slow_run(&mut self, start: usize, mut end: usize) {
        if start < self.done {
            return;
        }
        if self.bytes[start].is_ascii_digit() {
            end = self.number_end(start, end);
            self.done = end;
        }
        if self.bytes[start..end]
            .iter()
            .any(|b| matches!(b, b'.' | b','))
        {
            return self.push(start, end, WordId::UNKNOWN);
        }
        match self.ascii_before(start, end) {
            Some(end) if start == end => {}
            Some(end) => self.ascii_run(start, end),
            None => self.any_run(start, end),
        }
    }

    /// Where the ASCII part ends of a run that has nothing behind it but what parts words, or a possessive
    /// with a curly apostrophe: the commonest runs that are not plain. `None` for other runs.
    fn ascii_before(&self, start: usize, end: usize) -> Option<usize> {
        let run = &self.bytes[start..end];
        let ascii = run.iter().position(|b| *b >= 0x80).unwrap_or(run.len());
        let parts = match run[ascii..] {
            [] | [0xE2, 0x80, 0x99, b's'] => true,
            // From hyphen to horizontal bar; double quotes; dagger to ellipsis.
            [0xE2, 0x80, last] => matches!(last, 0x90..=0x97 | 0x9C..=0x9F | 0xA0..=0xA6),
            _ => false,
        };
        parts.then_some(start + ascii)
    }

    /// A run of ASCII letters, digits and apostrophes of any length.
    fn ascii_run(&mut self, start: usize, end: usize) {
        let run = &self.bytes[start..end];
        let Some(from) = run.iter().position(|b| *b != b'\'') else {
            return;
        };
        if matches!(run, [b'\'', b's' | b'S']) {
            return;
        }
        let mut to = run
            .iter()
            .rposition(|b| *b != b'\'')
            .map_or(0, |last| last + 1);
        if let [.., b'\'', b's' | b'S'] = run[from..to] {
            to = run[..to - 2]
                .iter()
                .rposition(|b| *b != b'\'')
                .map_or(0, |last| last + 1);
        }
        if to <= from {
            return self.any_run(start, end);
        }
        let word = &run[from..to];
        let mut folded = [0; 64];
        let Some(folded) = folded.get_mut(..word.len()) else {
            return self.any_run(start, end);
        };
        folded.copy_from_slice(word);
        folded.make_ascii_lowercase();
        let id =
            std::str::from_utf8(folded).map_or(WordId::UNKNOWN, |word| self.vocabulary.get(word));
        self.push(start + from, start + to, id);
    }

    fn any_run(&mut self, start: usize, end: usize) {
        let (text, vocabulary) = (self.text, self.vocabulary);
        fold::for_each_word(&text[start..end], &mut |from, to, word| {
            self.push(start + from, start + to, vocabulary.get(word));
        });
    }

    /// Where the number that begins at `start` ends, its decimals and thousands included.
    fn number_end(&self, start: usize, mut end: usize) -> usize {
        let bytes = &self.bytes[..self.end];
        let mut digits = bytes[start..end].iter().all(u8::is_ascii_digit);
        while digits
            && matches!(bytes.get(end), Some(b'.' | b','))
            && bytes.get(end + 1).is_some_and(u8::is_ascii_digit)
        {
            let group = end + 1;
            end = group;
            while bytes.get(end).is_some_and(|&b| is_word_byte(b)) {
                end += 1;
            }
            digits = bytes[group..end].iter().all(u8::is_ascii_digit);
        }
        end
    }

    #[inline]
    fn push(&mut self, start: usize, end: usize, word: WordId) {
        if start > 0
            && self.bytes[start - 1] == b'-'
            && self.tokens.len() > self.first
            && self.join(start, end)
        {
            return;
        }
        self.tokens.push(Token {
            start: start as u32,
            end: end as u32,
            word,
            words: 1,
        });
    }

    /// Reads the last token and `start..end`, which a hyphen joins, as one word if the
    /// vocabulary lists it. Only pairs: `day-to-day` does not hold `to-day`.
    #[cold]
    fn join(&mut self, start: usize, end: usize) -> bool {
        let hyphen = |at: usize| self.bytes.get(at) == Some(&b'-');
        let Some(last) = self
            .tokens
            .last_mut()
            .filter(|t| t.end as usize + 1 == start)
        else {
            return false;
        };
        if last.words > 1 || hyphen(end) || hyphen((last.start as usize).wrapping_sub(1)) {
            return false;
        }
        let parts = [last.start as usize..last.end as usize, start..end];
        let word = joined_word(self.text, parts, self.vocabulary);
        if word == WordId::UNKNOWN {
            return false;
        }
        (last.end, last.word, last.words) = (end as u32, word, 2);
        self.joined += 1;
        true
    }
}

/// The word that two parts of a hyphenated pair make together.
fn joined_word(text: &str, parts: [Range<usize>; 2], vocabulary: &Vocabulary) -> WordId {
    let [first, second] = parts.map(|part| &text[part]);
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let mut folded = [0; 2 * PACKED];
    let length = first.len() + second.len();
    if length <= folded.len() && plain(first) && plain(second) {
        let folded = &mut folded[..length];
        folded[..first.len()].copy_from_slice(first.as_bytes());
        folded[first.len()..].copy_from_slice(second.as_bytes());
        folded.make_ascii_lowercase();
        return std::str::from_utf8(folded).map_or(WordId::UNKNOWN, |word| {
            vocabulary.get_pair(word, first.len())
        });
    }
    let mut joined = String::new();
    let mut ends = [0; 2];
    for (part, end) in [first, second].into_iter().zip(&mut ends) {
        fold::for_each_word(part, &mut |_, _, word| joined.push_str(word));
        *end = joined.len();
    }
    vocabulary.get_pair(&joined, ends[0])
}

fn eight(bytes: &[u8]) -> u64 {
    bytes
        .first_chunk()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || is_special(byte)
}

/// Part of a run of word bytes that must be looked at closely: apostrophes, and all but ASCII.
fn is_special(byte: u8) -> bool {
    byte == b'\'' || byte >= 0x80
}

/// What the bytes of a block are: a bit for each.
struct Masks {
    /// Word bytes.
    words: u64,
    /// Those of them that are special.
    special: u64,
}

/// The bytes from `block` on; past the end there is nothing.
#[inline]
fn masks(bytes: &[u8], block: usize) -> Masks {
    let block = bits::block(bytes, block);
    let special = bits::ask(&block, |b| bits::is(b, b'\'') | bits::is_high(b));
    let plain = bits::ask(&block, |b| bits::is_letter(b) | bits::is_from(b, b'0', 10));
    Masks {
        words: plain | special,
        special,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(listed: &[&str], text: &str) -> Vec<(String, bool)> {
        let mut vocabulary = Vocabulary::default();
        for word in listed {
            vocabulary.intern(word);
        }
        let mut tokens = Vec::new();
        tokenize(text, &vocabulary, &mut tokens);
        let word = |t: &Token| {
            (
                text[t.start as usize..t.end as usize].to_owned(),
                t.word.0 != 0,
            )
        };
        tokens.iter().map(word).collect()
    }

    fn words(text: &str) -> Vec<String> {
        found(&[], text).into_iter().map(|(word, _)| word).collect()
    }

    #[test]
    fn letters_and_digits_make_words_and_the_rest_parts_them() {
        assert_eq!(
            words("Plan, lead & follow-up (401k)."),
            ["Plan", "lead", "follow", "up", "401k"]
        );
    }

    #[test]
    fn a_number_keeps_its_points_and_commas() {
        assert_eq!(
            words("$50,000.00 or 3.5. 4"),
            ["50,000.00", "or", "3.5", "4"]
        );
    }

    #[test]
    fn a_possessive_is_outside_the_token() {
        assert_eq!(words("company's plan"), ["company", "plan"]);
    }

    #[test]
    fn case_does_not_matter_to_the_vocabulary() {
        assert_eq!(found(&["vision"], "VISION"), [("VISION".to_owned(), true)]);
    }

    #[test]
    fn a_hyphenated_pair_that_is_listed_is_one_word() {
        assert_eq!(
            found(&["coordinate"], "co-ordinate"),
            [("co-ordinate".to_owned(), true)]
        );
    }

    #[test]
    fn a_wildcard_joins_a_pair_only_where_it_reaches_into_its_second_word() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.intern_prefix("audit");
        vocabulary.intern_prefix("coord");
        let count = |text| {
            let mut tokens = Vec::new();
            tokenize(text, &vocabulary, &mut tokens);
            tokens.len()
        };
        assert_eq!((count("audit-ready"), count("co-ordinating")), (2, 1));
    }

    #[test]
    fn a_hyphenated_pair_still_counts_as_two_words() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.intern("coordinate");
        let mut tokens = Vec::new();
        tokenize("co-ordinate", &vocabulary, &mut tokens);
        assert_eq!(tokens[0].words, 2);
    }

    #[test]
    fn only_a_pair_is_joined() {
        assert!(
            found(&["today"], "day-to-day")
                .iter()
                .all(|(_, known)| !known)
        );
    }

    #[test]
    fn a_word_across_two_blocks_is_one_word() {
        let text = format!("{}leadership end", "x ".repeat(30));
        assert!(words(&text).contains(&"leadership".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn the_fast_way_and_the_slow_way_find_the_same_words(text in "[a-zA-Z'’é \\-.0-9\u{AD}]{0,200}") {
            let mut slow = Vec::new();
            fold::for_each_word(&text, &mut |start, end, _| slow.push((start, end)));
            let number = |t: &(usize, usize)| text[t.0..t.1].contains(|c: char| c.is_ascii_digit());
            let mut tokens = Vec::new();
            tokenize(&text, &Vocabulary::default(), &mut tokens);
            let fast: Vec<_> = tokens.iter().map(|t| (t.start as usize, t.end as usize)).filter(|t| !number(t)).collect();
            slow.retain(|t| !number(t));
            proptest::prop_assert_eq!(fast, slow);
        }
    }
}
