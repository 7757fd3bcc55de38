//! Sets as bits: of words, and of the sets that a word is in.
//!
//! **In:** word ids. **Out:** yes, no and perhaps. **Unit:** words of the vocabulary. Most of what
//! is asked of a sentence is answered by "not here"; these say so without touching what is
//! far away in memory. The decision that lives here: what may say *perhaps* has 512 bits, one line of the cache
//! ([`Signature`]), or half of it ([`Kinds`]).

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use crate::text::tokenize::Token;
use crate::text::vocabulary::WordId;

/// A set of words: one bit for each word of the vocabulary.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct WordSet {
    bits: Box<[u64]>,
}

impl WordSet {
    /// The set of `words`.
    pub(crate) fn from_words(words: impl Iterator<Item = WordId> + Clone) -> Self {
        let last = words.clone().max();
        let mut bits = vec![0; last.map_or(0, |word| word.0 as usize / 64 + 1)];
        for word in words {
            bits[word.0 as usize / 64] |= 1 << (word.0 % 64);
        }
        Self { bits: bits.into() }
    }

    /// True where `word` is in the set; the unknown word is in none.
    #[inline]
    pub(crate) fn contains(&self, word: WordId) -> bool {
        let bits = self.bits.get(word.0 as usize / 64).copied().unwrap_or(0);
        bits >> (word.0 % 64) & 1 != 0
    }

    /// Adds every word of `other`.
    pub(crate) fn unite(&mut self, other: &Self) {
        let mut bits = vec![0; self.bits.len().max(other.bits.len())];
        for (at, bit) in bits.iter_mut().enumerate() {
            *bit = self.bits.get(at).unwrap_or(&0) | other.bits.get(at).unwrap_or(&0);
        }
        self.bits = bits.into();
    }

    /// Its signature.
    pub(crate) fn signature(&self) -> Signature {
        let mut signature = Signature::default();
        for (at, bits) in self.bits.iter().enumerate() {
            signature.0[at % LINE] |= bits;
        }
        signature
    }
}

/// 64-bit numbers of a line of the cache.
const LINE: usize = 8;

/// 64-bit numbers of a row of [`Kinds`].
pub(crate) const ROW: usize = 4;

/// 512 bits for some words: words whose ids are 512 apart share one. The unknown word sets the
/// first.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Signature([u64; LINE]);

impl Signature {
    /// That of the words of `tokens`.
    #[inline]
    pub(crate) fn of(tokens: &[Token]) -> Self {
        Self::of_words(tokens.iter().map(|token| token.word))
    }

    /// That of `words`.
    pub(crate) fn of_words(words: impl Iterator<Item = WordId>) -> Self {
        let mut bits = [0; LINE];
        for word in words {
            bits[word.0 as usize / 64 % LINE] |= 1_u64 << (word.0 % 64);
        }
        Self(bits)
    }

    /// Perhaps: false where `word` is none of the words.
    #[inline]
    pub(crate) fn may_have(&self, word: WordId) -> bool {
        self.0[word.0 as usize / 64 % LINE] >> (word.0 % 64) & 1 != 0
    }

    /// Adds every word of `other`.
    pub(crate) fn unite(&mut self, other: &Self) {
        (self.0.iter_mut().zip(&other.0)).for_each(|(bits, more)| *bits |= more);
    }

    /// False where no word is in both.
    #[inline]
    pub(crate) fn meets(&self, other: &Self) -> bool {
        (self.0.iter().zip(&other.0)).fold(0, |bits, (a, b)| bits | a & b) != 0
    }
}

/// Number of a set of words among those that are asked for; sets whose numbers are 256 apart share a bit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kind(u16);

impl Kind {
    /// Which bit of a line stands for it.
    pub(crate) fn bit(self) -> u16 {
        self.0 % (64 * ROW as u16)
    }
}

/// For each word the sets of words that it is in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kinds {
    of_words: Vec<[u64; ROW]>,
}

impl Kinds {
    /// The sets that `word` is in, a bit for each.
    #[inline]
    pub(crate) fn of(&self, word: WordId) -> &[u64; ROW] {
        &self.of_words[word.0 as usize]
    }

    /// Perhaps: true where `word` is in the set.
    #[cfg(test)]
    fn has(&self, word: WordId, kind: Kind) -> bool {
        self.of(word)[usize::from(kind.0) / 64 % ROW] >> (kind.0 % 64) & 1 != 0
    }
}

/// Numbers sets of words.
#[derive(Debug)]
pub(crate) struct KindsBuilder<'w> {
    known: HashMap<Cow<'w, [WordId]>, Kind, FixedState>,
    kinds: Kinds,
}

impl<'w> KindsBuilder<'w> {
    /// No sets yet, of a vocabulary of that many words.
    pub(crate) fn new(words: usize) -> Self {
        Self {
            known: HashMap::default(),
            kinds: Kinds {
                of_words: vec![[0; ROW]; words],
            },
        }
    }

    /// The number of the set of `words`.
    pub(crate) fn number(&mut self, words: impl Into<Cow<'w, [WordId]>>) -> Kind {
        let words = words.into();
        if let Some(known) = self.known.get(&words) {
            return *known;
        }
        let next = Kind(self.known.len() as u16 % (64 * ROW as u16));
        let (at, bit) = (usize::from(next.0) / 64, next.0 % 64);
        for word in &*words {
            self.kinds.of_words[word.0 as usize][at] |= 1 << bit;
        }
        self.known.insert(words, next);
        next
    }

    /// All that were numbered.
    pub(crate) fn finish(self) -> Kinds {
        self.kinds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(ids: &[u32]) -> Vec<WordId> {
        ids.iter().copied().map(WordId).collect()
    }

    #[test]
    fn a_set_has_its_words_and_no_other() {
        let set = WordSet::from_words(words(&[3, 700]).into_iter());
        let has: Vec<u32> = (0..2000).filter(|id| set.contains(WordId(*id))).collect();
        assert_eq!(has, [3, 700]);
    }

    #[test]
    fn sets_with_a_word_in_common_always_meet() {
        for id in [1, 64, 511, 512, 70_000] {
            let token = Token {
                start: 0,
                end: 1,
                word: WordId(id),
                words: 1,
            };
            let set = WordSet::from_words(words(&[2, id]).into_iter());
            assert!(Signature::of(&[token]).meets(&set.signature()), "{id}");
        }
    }

    #[test]
    fn a_word_is_of_each_kind_that_lists_it() {
        let sets: Vec<Vec<WordId>> = (0..1500).map(|n| words(&[n, n + 1])).collect();
        let mut builder = KindsBuilder::new(2000);
        let numbers: Vec<Kind> = sets.iter().map(|set| builder.number(set)).collect();
        let kinds = builder.finish();
        for (set, kind) in sets.iter().zip(numbers) {
            assert!(set.iter().all(|word| kinds.has(*word, kind)));
        }
    }

    #[test]
    fn an_unlisted_word_is_of_no_kind() {
        let set = words(&[5]);
        let mut builder = KindsBuilder::new(10);
        let kind = builder.number(&set);
        assert!(!builder.finish().has(WordId::UNKNOWN, kind));
    }
}
