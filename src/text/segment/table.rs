//! A table for look-ups of which most find nothing.
//!
//! **In:** numbers that stand for words or headings. **Out:** what they mean. **Unit:** none.

/// A key of a [`Table`].
pub(super) trait Key: Copy + Eq + Default {
    fn spread(self) -> u64;
}

impl Key for u128 {
    fn spread(self) -> u64 {
        ((self as u64) ^ ((self >> 64) as u64).rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            >> 20
    }
}

impl Key for u64 {
    fn spread(self) -> u64 {
        self >> 12
    }
}

/// An open-addressing table that is filled once. The key 0 means an empty place.
pub(super) struct Table<K, V> {
    keys: Box<[K]>,
    values: Box<[V]>,
    /// A bit for each of the hashes, so that most words that are not listed cost one look.
    filter: Box<[u64; FILTER]>,
}

const FILTER: usize = 512;

impl<K: Key, V: Copy + Default> Table<K, V> {
    /// `places` is a power of two, several times the number of entries.
    pub(super) fn with_places(places: usize) -> Self {
        Self {
            keys: vec![K::default(); places].into(),
            values: vec![V::default(); places].into(),
            filter: Box::new([0; FILTER]),
        }
    }

    fn place(&self, key: K) -> usize {
        let mask = self.keys.len() - 1;
        let mut place = key.spread() as usize & mask;
        while self.keys[place] != key && self.keys[place] != K::default() {
            place = (place + 1) & mask;
        }
        place
    }

    fn bit(key: K) -> (usize, u64) {
        let bit = (key.spread() >> 20) as usize;
        (bit / 64 % FILTER, 1 << (bit % 64))
    }

    pub(super) fn get(&self, key: K) -> Option<V> {
        let (word, bit) = Self::bit(key);
        if self.filter[word] & bit == 0 {
            return None;
        }
        let place = self.place(key);
        (self.keys[place] == key).then(|| self.values[place])
    }

    pub(super) fn entry(&mut self, key: K) -> &mut V {
        let (word, bit) = Self::bit(key);
        self.filter[word] |= bit;
        let place = self.place(key);
        self.keys[place] = key;
        &mut self.values[place]
    }
}
