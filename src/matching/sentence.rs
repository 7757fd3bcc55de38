//! One sentence as the matcher sees it: its words, and what stands between them.
//!
//! **In:** a text, a span and the tokens inside it. **Out:** [`Sentence`]. **Unit:** indices
//! of tokens within the sentence. The decision that lives here is *what parts words*: how
//! strongly the characters between two words part them ([`Parting`]).

use std::cell::OnceCell;

use crate::matching::bits::Signature;
use crate::span::Span;
use crate::text::tokenize::Token;

/// One sentence or bullet of a document.
#[derive(Debug, Clone)]
pub struct Sentence<'a> {
    /// The text of the whole document.
    pub document: &'a str,
    /// Where the sentence is.
    pub span: Span,
    /// Its words, in order.
    pub tokens: &'a [Token],
    /// Which words those are, to be asked before they are looked through; found out when first
    /// asked, for most sentences hold no term.
    present: OnceCell<Signature>,
}

/// How strongly two words are parted by what stands between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parting {
    /// Blanks, line ends, hyphens, slashes, quotes: words of one phrase.
    None,
    /// A comma: items of a list, or clauses.
    Comma,
    /// A bracket or dash: an aside.
    Aside,
    /// A full stop, colon or semicolon.
    Stop,
}

impl<'a> Sentence<'a> {
    /// The part `span` of `document`, whose words are `tokens`.
    #[inline]
    pub fn new(document: &'a str, span: Span, tokens: &'a [Token]) -> Self {
        Self {
            document,
            span,
            tokens,
            present: OnceCell::new(),
        }
    }

    /// False where it has none of the words that `words` stands for.
    #[inline]
    pub(crate) fn may_have(&self, words: &Signature) -> bool {
        self.present
            .get_or_init(|| Signature::of(self.tokens))
            .meets(words)
    }

    /// What parts word `left` from the next one. `left + 1` must be a word of the sentence.
    #[inline]
    pub fn parting(&self, left: usize) -> Parting {
        let (from, to) = (
            self.tokens[left].end as usize,
            self.tokens[left + 1].start as usize,
        );
        let between = &self.document[from..to];
        if between == " " {
            return Parting::None;
        }
        between
            .chars()
            .map(parting_of)
            .max()
            .unwrap_or(Parting::None)
    }

    /// The strongest parting between word `left` and word `right`, which follows it.
    pub fn parting_between(&self, left: usize, right: usize) -> Parting {
        (left..right)
            .map(|i| self.parting(i))
            .max()
            .unwrap_or(Parting::None)
    }

    /// The bytes from word `first` to the end of word `last`.
    pub fn span_of(&self, first: usize, last: usize) -> Span {
        Span {
            start: self.tokens[first].start,
            end: self.tokens[last].end,
        }
    }

    /// The text of the sentence.
    pub fn text(&self) -> &'a str {
        self.span.of(self.document)
    }

    /// The text of word `index`, as written.
    pub fn word(&self, index: usize) -> &'a str {
        self.span_of(index, index).of(self.document)
    }
}

fn parting_of(c: char) -> Parting {
    match c {
        ',' => Parting::Comma,
        '('
        | ')'
        | '['
        | ']'
        | '{'
        | '}'
        | '\u{2013}'..='\u{2015}'
        | '+'
        | '='
        | '|'
        | '>'
        | '<' => Parting::Aside,
        '.' | ';' | ':' | '!' | '?' | '\u{2026}' | '\u{2022}' | '\u{00B7}' => Parting::Stop,
        _ => Parting::None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::text::tokenize::tokenize;
    use crate::text::vocabulary::Vocabulary;

    fn parting(text: &str) -> Parting {
        let mut tokens = Vec::new();
        tokenize(text, &Vocabulary::default(), &mut tokens);
        let span = Span::new(0, text.len());
        Sentence::new(text, span, &tokens).parting(0)
    }

    #[test]
    fn blanks_hyphens_slashes_quotes_and_possessives_do_not_part() {
        for text in ["a b", "a\n  b", "a-b", "a/b", "a “b”", "team's plan"] {
            assert_eq!(parting(text), Parting::None, "{text}");
        }
    }

    #[test]
    fn commas_asides_and_stops_part_ever_more() {
        assert_eq!(
            ["a, b", "a (b", "a – b", "a; b", "a, b: c"].map(parting),
            [
                Parting::Comma,
                Parting::Aside,
                Parting::Aside,
                Parting::Stop,
                Parting::Comma,
            ]
        );
    }
}
