//! Bytes to be written, in room that is kept.
//!
//! **In:** texts and numbers. **Out:** bytes. **Unit:** bytes. A row has twenty short fields, and a call to
//! copy each would cost more than the fields; so what is short is written as a whole of fixed size, of
//! which only the beginning counts.

/// What is written at once where the length is not known to the compiler.
const AT_ONCE: usize = 16;

/// Bytes that grow at their end.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    /// Behind `len` there is room.
    bytes: Vec<u8>,
    len: usize,
}

impl Buffer {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// What was written from `start` on.
    pub(super) fn since(&self, start: usize) -> &[u8] {
        &self.bytes[start..self.len]
    }

    /// Forgets what was written from `len` on.
    pub(super) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// The bytes; the room stays.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let taken = self.since(0).to_vec();
        self.len = 0;
        taken
    }

    /// Room for so many bytes more.
    #[inline(always)]
    fn room(&mut self, count: usize) -> &mut [u8] {
        if self.bytes.len() - self.len < count {
            self.grow(count);
        }
        &mut self.bytes[self.len..][..count]
    }

    #[cold]
    fn grow(&mut self, count: usize) {
        let least = (self.len + count).max(64 * 1024);
        self.bytes.resize(least.max(self.bytes.len() * 2), 0);
    }

    #[inline(always)]
    pub(super) fn push(&mut self, byte: u8) {
        self.room(1)[0] = byte;
        self.len += 1;
    }

    #[inline(always)]
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// The first `count` bytes of `whole`.
    #[inline(always)]
    fn head<const N: usize>(&mut self, whole: [u8; N], count: usize) {
        self.room(N).copy_from_slice(&whole);
        self.len += count;
    }

    /// Bytes that are mostly few.
    #[inline(always)]
    pub(super) fn short(&mut self, bytes: &[u8]) {
        if bytes.len() > AT_ONCE {
            return self.extend(bytes);
        }
        let mut whole = [0; AT_ONCE];
        // Two reads that overlap take in any number of bytes.
        if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
            whole[..8].copy_from_slice(first);
            whole[bytes.len() - 8..][..8].copy_from_slice(last);
        } else {
            whole
                .iter_mut()
                .zip(bytes)
                .for_each(|(to, from)| *to = *from);
        }
        self.head(whole, bytes.len());
    }

    /// A number in decimal.
    #[inline(always)]
    pub(super) fn number(&mut self, number: u64) {
        match u32::try_from(number) {
            Ok(small @ 0..100_000_000) => {
                let digits = eight_digits(small);
                // The last digit stays even where it is zero.
                let zeros = (digits.trailing_zeros() / 8).min(7);
                let shown = (digits | 0x3030_3030_3030_3030) >> (8 * zeros);
                self.head(shown.to_le_bytes(), 8 - zeros as usize);
            }
            _ => self.extend(itoa::Buffer::new().format(number).as_bytes()),
        }
    }
}

/// The eight digits of a number below 100,000,000, the first in the lowest byte: all at once, by halving
/// (4 + 4 digits, then 2, then 1) in the lanes of one word. Each division is a multiplication by a rounded
/// inverse, which is exact in its range.
fn eight_digits(number: u32) -> u64 {
    let fours = u64::from(number / 10_000) | u64::from(number % 10_000) << 32;
    let hundreds = (fours * 10_486) >> 20 & 0x0000_007f_0000_007f;
    let twos = hundreds | (fours - 100 * hundreds) << 16;
    let tens = (twos * 103) >> 10 & 0x000f_000f_000f_000f;
    tens | (twos - 10 * tens) << 8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(write: impl FnOnce(&mut Buffer)) -> String {
        let mut buffer = Buffer::default();
        write(&mut buffer);
        String::from_utf8(buffer.take()).unwrap()
    }

    #[test]
    fn a_truncated_end_is_written_over() {
        let text = written(|buffer| {
            buffer.extend(b"plans");
            buffer.truncate(4);
            buffer.push(b'!');
        });
        assert_eq!(text, "plan!");
    }

    proptest! {
        #[test]
        fn numbers_read_as_they_are(number: u64, shift in 0..64_u32) {
            let number = number >> shift;
            prop_assert_eq!(written(|buffer| buffer.number(number)), number.to_string());
        }

        #[test]
        fn what_is_added_stands_one_behind_the_other(texts in proptest::collection::vec("[a-z]{0,40}", 0..20)) {
            let all = written(|buffer| texts.iter().for_each(|text| buffer.short(text.as_bytes())));
            prop_assert_eq!(all, texts.concat());
        }
    }

    #[test]
    fn round_numbers_keep_their_zeros() {
        for number in [
            0,
            9,
            10,
            99,
            100,
            9_999,
            10_000,
            99_999_999,
            100_000_000,
            u64::MAX,
        ] {
            assert_eq!(written(|buffer| buffer.number(number)), number.to_string());
        }
    }
}
