//! Words as numbers: short words are their own keys, and a table finds the id of a key.
//!
//! **In:** folded words of up to [`PACKED`] bytes. **Out:** one or two 64-bit numbers for each, and [`Slots`], which
//! lead from there to ids. The decision that lives here: a look-up compares numbers and is exact, with no
//! string in between.

use crate::text::vocabulary::WordId;

/// Words of up to this many bytes are packed into their key.
pub(crate) const PACKED: usize = 16;

/// Open addressing; the key 0, which no word has, is an empty slot.
#[derive(Debug, Clone)]
pub(super) struct Slots<K> {
    slots: Vec<(K, WordId)>,
    taken: usize,
}

impl<K: Copy + Default> Default for Slots<K> {
    fn default() -> Self {
        Self {
            slots: vec![(K::default(), WordId::UNKNOWN); 1 << 10],
            taken: 0,
        }
    }
}

/// A key that can be hashed.
pub(super) trait Key: Copy + Default + Eq {
    fn hash(self) -> u64;
}

impl Key for u64 {
    fn hash(self) -> u64 {
        hash(self, 0)
    }
}

impl Key for (u64, u64) {
    fn hash(self) -> u64 {
        hash(self.0, self.1)
    }
}

impl<K: Key> Slots<K> {
    /// Where the search for a key with that hash begins. The filter has looked at the topmost
    /// bits already.
    #[inline]
    fn home(&self, hash: u64) -> usize {
        (hash >> 24) as usize & (self.slots.len() - 1)
    }

    /// The id of `key`, which has that hash.
    #[inline]
    pub(super) fn get(&self, key: K, hash: u64) -> WordId {
        let mask = self.slots.len() - 1;
        let mut at = self.home(hash);
        loop {
            match self.slots[at] {
                (known, id) if known == key => return id,
                (known, _) if known == K::default() => return WordId::UNKNOWN,
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Lists `key`, which is new.
    pub(super) fn insert(&mut self, key: K, id: WordId) {
        self.taken += 1;
        if self.taken * 2 > self.slots.len() {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![(K::default(), WordId::UNKNOWN); old.len() * 2];
            for (key, id) in old.into_iter().filter(|(key, _)| *key != K::default()) {
                self.place(key, id);
            }
        }
        self.place(key, id);
    }

    fn place(&mut self, key: K, id: WordId) {
        let mask = self.slots.len() - 1;
        let mut at = self.home(key.hash());
        while self.slots[at].0 != K::default() {
            at = (at + 1) & mask;
        }
        self.slots[at] = (key, id);
    }
}

/// The key of a folded word of 1 to 16 bytes, in two halves; the second is 0 for one of up to 8.
#[inline]
pub(super) fn pack(word: &[u8]) -> (u64, u64) {
    match (word.first_chunk(), word.last_chunk()) {
        // The last 8 bytes, without those that stand in the first half already.
        (Some(first), Some(last)) if word.len() > 8 => (
            u64::from_le_bytes(*first),
            u64::from_le_bytes(*last) >> (8 * (PACKED - word.len())),
        ),
        (Some(only), _) => (u64::from_le_bytes(*only), 0),
        _ => (pack_short(word), 0),
    }
}

/// The same for less than 8 bytes.
#[inline]
fn pack_short(word: &[u8]) -> u64 {
    match (word.first_chunk(), word.last_chunk()) {
        (Some(first), Some(last)) => {
            let last = u64::from(u32::from_le_bytes(*last));
            u64::from(u32::from_le_bytes(*first)) | last << (8 * (word.len() - 4))
        }
        _ => (word.iter().rev()).fold(0, |key, byte| key << 8 | u64::from(*byte)),
    }
}

/// The top bits are the good ones.
#[inline]
pub(super) fn hash(low: u64, high: u64) -> u64 {
    (low ^ high.rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
