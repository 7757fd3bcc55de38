//! The words that somebody asks for, each with a number.
//!
//! **In:** folded words and beginnings of words. **Out:** [`WordId`]s, and for any word of
//! a text its id or [`WordId::UNKNOWN`]. Everything above compares numbers, never strings:
//! each word of a text is looked up once.
//!
//! Two decisions live here. *What is asked before the tables are*: a bit filter of 8 KiB turns most words
//! that are not listed away after one load. *What a wildcard matches*: a word that is not listed itself
//! gets the id of the longest listed beginning it has.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use crate::text::keys::{PACKED, Slots, hash, pack};

/// Number of a word in a [`Vocabulary`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct WordId(pub u32);

impl WordId {
    /// A word that nobody asked for.
    pub const UNKNOWN: Self = Self(0);
}

const FILTER_BITS: u32 = 16;
const FILTER: usize = 1 << (FILTER_BITS - 6);

/// A table from folded words to [`WordId`]s. It is stored as the list of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Vec<Entry>", into = "Vec<Entry>")]
pub struct Vocabulary {
    /// Text of each id; the first stands for the unknown.
    texts: Vec<Box<str>>,
    /// A bit for each value that the top of a hash may have.
    filter: Box<[u64; FILTER]>,
    /// Words of up to 8 bytes, which are most: small, so that it stays near.
    short: Slots<u64>,
    /// Words of 9 to 16 bytes.
    packed: Slots<(u64, u64)>,
    /// Words too long to pack.
    long: HashMap<Box<str>, WordId, FixedState>,
    /// Bytes of the longest of them.
    longest: usize,
    /// Beginnings, longest first.
    prefixes: Vec<(Box<str>, WordId)>,
    /// A bit for each pair of bytes that some beginning begins with.
    begun: Box<[u64; FILTER]>,
}

/// What one id stands for.
#[derive(Serialize, Deserialize)]
enum Entry {
    Word(Box<str>),
    Beginning(Box<str>),
}

impl From<Vec<Entry>> for Vocabulary {
    fn from(entries: Vec<Entry>) -> Self {
        let mut vocabulary = Self::default();
        for entry in &entries {
            match entry {
                Entry::Word(word) => vocabulary.intern(word),
                Entry::Beginning(prefix) => vocabulary.intern_prefix(prefix),
            };
        }
        vocabulary
    }
}

impl From<Vocabulary> for Vec<Entry> {
    fn from(vocabulary: Vocabulary) -> Self {
        let prefixes: HashSet<WordId> = vocabulary.prefixes.iter().map(|(_, id)| *id).collect();
        let entry = |(id, text): (u32, Box<str>)| match prefixes.contains(&WordId(id)) {
            true => Entry::Beginning(text),
            false => Entry::Word(text),
        };
        (0..).zip(vocabulary.texts).skip(1).map(entry).collect()
    }
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            texts: vec!["".into()],
            filter: Box::new([0; FILTER]),
            short: Slots::default(),
            packed: Slots::default(),
            long: HashMap::default(),
            longest: 0,
            prefixes: Vec::new(),
            begun: Box::new([0; FILTER]),
        }
    }
}

impl Vocabulary {
    /// The id of `word`, which is folded; a new one where it was not listed.
    pub fn intern(&mut self, word: &str) -> WordId {
        let known = self.listed(word);
        if known != WordId::UNKNOWN || word.is_empty() {
            return known;
        }
        let id = self.push(word);
        if word.len() > PACKED {
            self.long.insert(word.into(), id);
            self.longest = self.longest.max(word.len());
        } else {
            self.insert_packed(pack(word.as_bytes()), id);
        }
        id
    }

    /// The id of all words that begin with `prefix`, which is folded, and are not listed
    /// otherwise.
    pub fn intern_prefix(&mut self, prefix: &str) -> WordId {
        if let Some((_, id)) = self.prefixes.iter().find(|(known, _)| **known == *prefix) {
            return *id;
        }
        let id = self.push(prefix);
        let place = self
            .prefixes
            .partition_point(|(known, _)| known.len() >= prefix.len());
        self.prefixes.insert(place, (prefix.into(), id));
        match *prefix.as_bytes() {
            [] => {}
            [first] => (0..=255).for_each(|second| self.begin([first, second])),
            [first, second, ..] => self.begin([first, second]),
        }
        id
    }

    /// Every id that a word beginning with `prefix` can have.
    pub fn ids_with_prefix(&self, prefix: &str) -> Vec<WordId> {
        (1..self.texts.len() as u32)
            .map(WordId)
            .filter(|id| self.text(*id).starts_with(prefix))
            .collect()
    }

    /// The folded word or beginning with that id; empty for the unknown.
    pub fn text(&self, id: WordId) -> &str {
        &self.texts[id.0 as usize]
    }

    /// The id of a folded word of a text.
    pub fn get(&self, word: &str) -> WordId {
        self.get_pair(word, 0)
    }

    /// How many ids there are, the unknown included.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// True where nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.texts.len() == 1
    }

    fn begin(&mut self, bytes: [u8; 2]) {
        let bit = u16::from_le_bytes(bytes);
        self.begun[usize::from(bit) / 64 % FILTER] |= 1 << (bit % 64);
    }

    /// False where no listed beginning begins with the first two bytes of a packed word.
    #[inline]
    pub(crate) fn may_begin(&self, low: u64) -> bool {
        let bit = low as u16;
        self.begun[usize::from(bit) / 64 % FILTER] >> (bit % 64) & 1 != 0
    }

    /// The id of a folded word of up to 8 bytes, which are its key; wildcards left out.
    #[inline]
    pub(crate) fn get_short(&self, key: u64) -> WordId {
        let hash = hash(key, 0);
        match self.passes(hash) {
            true => self.short.get(key, hash),
            false => WordId::UNKNOWN,
        }
    }

    /// The same for a folded word of 9 to 16 bytes.
    #[inline]
    pub(crate) fn get_packed(&self, low: u64, high: u64) -> WordId {
        let hash = hash(low, high);
        match self.passes(hash) {
            true => self.packed.get((low, high), hash),
            false => WordId::UNKNOWN,
        }
    }

    /// False where no listed word has that hash.
    #[inline]
    fn passes(&self, hash: u64) -> bool {
        let bit = hash >> (64 - FILTER_BITS);
        self.filter[(bit >> 6) as usize % FILTER] >> (bit & 63) & 1 != 0
    }

    /// The id of a folded word that is listed itself; wildcards left out.
    pub(crate) fn listed(&self, word: &str) -> WordId {
        match word.len() {
            0 => WordId::UNKNOWN,
            1..=PACKED => match pack(word.as_bytes()) {
                (low, 0) => self.get_short(low),
                (low, high) => self.get_packed(low, high),
            },
            _ => self.long.get(word).copied().unwrap_or_default(),
        }
    }

    /// The same of two folded words written as one.
    pub(crate) fn listed_joined(&self, first: &str, second: &str) -> WordId {
        let (middle, end) = (first.len(), first.len() + second.len());
        if end > PACKED {
            let known = !self.long.is_empty() && end <= self.longest;
            return match known {
                true => self.listed(&[first, second].concat()),
                false => WordId::UNKNOWN,
            };
        }
        let mut joined = [0; PACKED];
        joined[..middle].copy_from_slice(first.as_bytes());
        joined[middle..end].copy_from_slice(second.as_bytes());
        match pack(&joined) {
            (0, _) => WordId::UNKNOWN,
            (low, 0) => self.get_short(low),
            (low, high) => self.get_packed(low, high),
        }
    }

    /// The id of `word`, which is folded and whose first bytes up to `first` are a word of their own. A beginning that
    /// is no longer than that word says nothing of the two together.
    pub(crate) fn get_pair(&self, word: &str, first: usize) -> WordId {
        match self.listed(word) {
            WordId::UNKNOWN => self.by_prefix(word, first),
            id => id,
        }
    }

    /// The id of the longest listed beginning of `word` that has more than so many bytes.
    fn by_prefix(&self, word: &str, bytes: usize) -> WordId {
        (self.prefixes.iter())
            .take_while(|(prefix, _)| prefix.len() > bytes)
            .find(|(prefix, _)| word.starts_with(&**prefix))
            .map_or(WordId::UNKNOWN, |(_, id)| *id)
    }

    fn push(&mut self, text: &str) -> WordId {
        self.texts.push(text.into());
        WordId(self.texts.len() as u32 - 1)
    }

    fn insert_packed(&mut self, (low, high): (u64, u64), id: WordId) {
        let bit = hash(low, high) >> (64 - FILTER_BITS);
        self.filter[(bit >> 6) as usize % FILTER] |= 1 << (bit & 63);
        match high {
            0 => self.short.insert(low, id),
            _ => self.packed.insert((low, high), id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_words_are_found_again() {
        let mut vocabulary = Vocabulary::default();
        let ids =
            ["a", "reorganisations!", "incomprehensibilities", "é"].map(|w| vocabulary.intern(w));
        assert_eq!(
            ids,
            ["a", "reorganisations!", "incomprehensibilities", "é"].map(|w| vocabulary.get(w))
        );
    }

    #[test]
    fn a_word_listed_twice_has_one_id() {
        let mut vocabulary = Vocabulary::default();
        assert_eq!(vocabulary.intern("plan"), vocabulary.intern("plan"));
    }

    #[test]
    fn two_words_are_found_as_the_one_that_they_make() {
        let mut vocabulary = Vocabulary::default();
        for word in [
            "a",
            "manhours",
            "manhoursx",
            "reorganisations!",
            "incomprehensibilities",
        ] {
            let id = vocabulary.intern(word);
            for middle in 0..=word.len() {
                let (first, second) = word.split_at(middle);
                assert_eq!(
                    vocabulary.listed_joined(first, second),
                    id,
                    "{first}+{second}"
                );
            }
        }
        assert_eq!(vocabulary.listed_joined("man", "hour"), WordId::UNKNOWN);
    }

    #[test]
    fn thousands_of_words_stay_apart() {
        let mut vocabulary = Vocabulary::default();
        let ids: Vec<_> = (0..5000)
            .map(|n| vocabulary.intern(&format!("w{n}")))
            .collect();
        assert!((0..5000).all(|n| vocabulary.get(&format!("w{n}")) == ids[n]));
    }

    #[test]
    fn an_unlisted_word_takes_its_longest_beginning() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.intern_prefix("lead");
        let leader = vocabulary.intern_prefix("leader");
        assert_eq!(vocabulary.get("leaderships"), leader);
    }

    #[test]
    fn a_listed_word_wins_over_a_beginning() {
        let mut vocabulary = Vocabulary::default();
        vocabulary.intern_prefix("lead");
        let leader = vocabulary.intern("leader");
        assert_eq!(vocabulary.get("leader"), leader);
    }

    #[test]
    fn an_unknown_word_has_the_unknown_id() {
        assert_eq!(Vocabulary::default().get("plan"), WordId::UNKNOWN);
    }
}
