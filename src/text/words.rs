//! The words of a text, unit by unit, and what each is asked for by.
//!
//! **In:** a text, the spans of its units, a [`Vocabulary`] and the [`Roles`] of its words. **Out:**
//! [`Words`]. **Unit:** words. The decision that lives here: whoever looks for something in a unit
//! is told through which of its words it may be found, so that a text is gone through once for all
//! of them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::span::Span;
use crate::text::document::Genre;
use crate::text::tokenize::{Token, tokenize_span};
use crate::text::vocabulary::{Vocabulary, WordId};

/// For each word of a vocabulary what it is asked for by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Roles(Box<[u8]>);

/// The bit of words that phrases of boilerplate begin with; those before it are of genres: terms are found
/// through the word in their texts.
const BEGINS: u32 = Genre::NAMES.len() as u32;

impl Roles {
    /// The roles of the words of `vocabulary`: whether terms are found through a word in texts of a genre,
    /// and whether phrases of boilerplate begin with it.
    pub fn new(
        vocabulary: &Vocabulary,
        anchors: impl Fn(WordId, Genre) -> bool,
        begins: impl Fn(WordId) -> bool,
    ) -> Self {
        let words = (0..vocabulary.len() as u32).map(WordId);
        let role = |word| {
            let genres = Genre::NAMES.iter().map(|(_, genre)| *genre);
            let anchors = |role, genre| role | u8::from(anchors(word, genre)) << genre as u8;
            genres.fold(u8::from(begins(word)) << BEGINS, anchors)
        };
        Self(words.map(role).collect())
    }
}

/// The words of the units of a text; its memory may be used again.
#[derive(Debug, Default)]
pub struct Words {
    tokens: Vec<Token>,
    anchors: Vec<u64>,
    begun: Vec<u64>,
    units: Vec<Place>,
}

/// Where the words of a unit are among those of all.
#[derive(Debug, Clone)]
struct Place {
    tokens: Range<usize>,
    bits: Range<usize>,
    count: u32,
}

/// The words of a unit. Of a set of them, bit `i` of number `n` stands for word `64 n + i`.
#[derive(Debug, Clone, Copy)]
pub struct UnitWords<'a> {
    /// All of them, in order.
    pub tokens: &'a [Token],
    /// Those through which terms are found.
    pub anchors: &'a [u64],
    /// Those that phrases of boilerplate begin with.
    pub begun: &'a [u64],
    /// How many words they count as.
    pub count: u32,
}

impl Words {
    /// Forgets all units.
    pub fn clear(&mut self) {
        self.tokens.clear();
        self.anchors.clear();
        self.begun.clear();
        self.units.clear();
    }

    /// Adds the words of the unit `span` of `text`, which is of `genre`. What each of them is asked for by is as good
    /// as random, so it is noted without a branch.
    pub fn add(
        &mut self,
        text: &str,
        span: Span,
        genre: Genre,
        vocabulary: &Vocabulary,
        roles: &Roles,
    ) {
        let (first, first_bits) = (self.tokens.len(), self.anchors.len());
        let count = tokenize_span(text, span, vocabulary, &mut self.tokens);
        for tokens in self.tokens[first..].chunks(64) {
            let (mut anchors, mut begun) = (0, 0);
            for (at, token) in tokens.iter().enumerate() {
                let role = roles.0[token.word.0 as usize];
                anchors |= u64::from(role >> genre as u8 & 1) << at;
                begun |= u64::from(role >> BEGINS & 1) << at;
            }
            self.anchors.push(anchors);
            self.begun.push(begun);
        }
        self.units.push(Place {
            tokens: first..self.tokens.len(),
            bits: first_bits..self.anchors.len(),
            count,
        });
    }

    /// The words of unit `at`, in the order in which they were added.
    #[inline]
    pub fn of_unit(&self, at: usize) -> UnitWords<'_> {
        let place = &self.units[at];
        UnitWords {
            tokens: &self.tokens[place.tokens.clone()],
            anchors: &self.anchors[place.bits.clone()],
            begun: &self.begun[place.bits.clone()],
            count: place.count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::bits::places;

    #[test]
    fn each_unit_has_its_words_and_their_roles() {
        let mut vocabulary = Vocabulary::default();
        let (plan, we) = (vocabulary.intern("plan"), vocabulary.intern("we"));
        let anchors = |word, genre| word == plan && genre == Genre::Review;
        let roles = Roles::new(&vocabulary, anchors, |word| word == we);
        let text = format!("we plan{}", " x".repeat(70) + " plan");
        let mut words = Words::default();
        let genre = Genre::Review;
        words.add(&text, Span::new(3, text.len()), genre, &vocabulary, &roles);
        words.add(&text, Span::new(0, 2), genre, &vocabulary, &roles);
        let (first, second) = (words.of_unit(0), words.of_unit(1));
        assert_eq!(places(first.anchors).collect::<Vec<_>>(), [0, 71]);
        assert_eq!(places(second.begun).collect::<Vec<_>>(), [0]);
        assert_eq!((first.count, second.count), (72, 1));
    }
}
