//! Questions to 64 bytes at once, answered by a bit for each.
//!
//! **In:** a block of bytes and a question over sixteen of them. **Out:** a mask: bit `i` is the answer
//! for byte `i`. The `wide` crate makes vector instructions of it on every processor that has
//! them, without unsafe code of ours.

use wide::u8x16;

/// So many bytes are asked at once.
pub(crate) const BLOCK: usize = 64;

/// Asks `question` of each byte: it gives 255 for yes and 0 for no.
#[inline(always)]
pub(crate) fn ask(block: &[u8; BLOCK], question: impl Fn(u8x16) -> u8x16) -> u64 {
    let (sixteens, _) = block.as_chunks::<16>();
    (sixteens.iter().enumerate()).fold(0, |mask, (n, bytes)| {
        mask | u64::from(question(u8x16::new(*bytes)).to_bitmask()) << (16 * n)
    })
}

/// The block of `bytes` that begins at `at`; past the end stand zeros.
#[inline]
pub(crate) fn block(bytes: &[u8], at: usize) -> [u8; BLOCK] {
    if let Some(whole) = bytes[at..].first_chunk() {
        return *whole;
    }
    let mut padded = [0; BLOCK];
    let rest = &bytes[at..];
    padded[..rest.len()].copy_from_slice(rest);
    padded
}

/// The places of the bits that are set: bit `i` of number `n` is place `64 n + i`.
#[inline]
pub(crate) fn places(bits: &[u64]) -> Places<'_> {
    match bits.split_first() {
        Some((&here, behind)) => Places {
            here,
            behind,
            base: 0,
        },
        None => Places {
            here: 0,
            behind: &[],
            base: 0,
        },
    }
}

/// See [`places`].
pub(crate) struct Places<'a> {
    /// Bits that are left of the number at hand.
    here: u64,
    behind: &'a [u64],
    /// The place of its first bit.
    base: usize,
}

impl Iterator for Places<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.here == 0 {
            let (&here, behind) = self.behind.split_first()?;
            (self.here, self.behind) = (here, behind);
            self.base += 64;
        }
        let place = self.base + self.here.trailing_zeros() as usize;
        self.here &= self.here - 1;
        Some(place)
    }
}

/// Is it this byte?
#[inline(always)]
pub(crate) fn is(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

/// Is it one of `count` bytes from `first` on?
#[inline(always)]
pub(crate) fn is_from(bytes: u8x16, first: u8, count: u8) -> u8x16 {
    (bytes - u8x16::splat(first)).simd_lt(u8x16::splat(count))
}

/// Is it an ASCII letter?
#[inline(always)]
pub(crate) fn is_letter(bytes: u8x16) -> u8x16 {
    is_from(bytes | u8x16::splat(0x20), b'a', 26)
}

/// Is it part of a character outside ASCII?
#[inline(always)]
pub(crate) fn is_high(bytes: u8x16) -> u8x16 {
    is_from(bytes, 0x80, 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_answered_as_one_would_alone() {
        for first in (0..=255_u8).step_by(64) {
            let block: [u8; BLOCK] = std::array::from_fn(|n| first + n as u8);
            let alone = |question: fn(u8) -> bool| {
                block
                    .iter()
                    .enumerate()
                    .fold(0, |mask, (n, b)| mask | u64::from(question(*b)) << n)
            };
            assert_eq!(ask(&block, is_letter), alone(|b| b.is_ascii_alphabetic()));
            assert_eq!(ask(&block, is_high), alone(|b| b >= 0x80));
            assert_eq!(
                ask(&block, |b| is_from(b, b'0', 10)),
                alone(|b| b.is_ascii_digit())
            );
            assert_eq!(ask(&block, |b| is(b, b'.')), alone(|b| b == b'.'));
        }
    }

    #[test]
    fn places_are_those_of_the_bits_that_are_set() {
        let found: Vec<usize> = places(&[0b101, 0, 1 << 63]).collect();
        assert_eq!(found, [0, 2, 191]);
    }

    #[test]
    fn past_the_end_stand_zeros() {
        assert_eq!(block(b"abc", 1)[..4], [b'b', b'c', 0, 0]);
    }
}
