//! How much may come out of what went in.
//!
//! **In:** bytes packed and unpacked. **Out:** an error once there is far too much.
//! **Unit:** bytes.
//!
//! The decision that lives here: what unpacks to more than [`Limits::expansion`] times its size
//! is suspicious beyond [`Limits::expansion_from`], be it one packed stream or all that comes
//! of one input, layers within layers included. So the work that an input can cause is a
//! multiple of its size.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::extract::limits::Limits;

/// What may come out of one input. Clones count together.
#[derive(Clone)]
pub struct Allowance {
    limits: Limits,
    /// The size of the input as it was found; 0 where it is not known.
    size: u64,
    /// Bytes of the input that were read.
    read: Arc<AtomicU64>,
    /// Bytes that were unpacked.
    unpacked: Arc<AtomicU64>,
}

impl fmt::Debug for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unpacked = self.unpacked.load(Ordering::Relaxed);
        f.debug_struct("Allowance")
            .field("unpacked", &unpacked)
            .finish_non_exhaustive()
    }
}

impl Allowance {
    /// For an input of `size` bytes (0 where that is not known) of which `read` were read so
    /// far; `read` is counted elsewhere.
    pub fn new(limits: &Limits, size: u64, read: Arc<AtomicU64>) -> Self {
        Self {
            limits: *limits,
            size,
            read,
            unpacked: Arc::default(),
        }
    }

    /// Why nothing more may come out of the input; `None` while more may.
    pub fn spent(&self) -> Option<String> {
        let packed = self.size.max(self.read.load(Ordering::Relaxed));
        self.reason(self.unpacked.load(Ordering::Relaxed), packed)
    }

    /// Counts `more` bytes unpacked.
    #[cfg_attr(not(feature = "archives"), allow(dead_code))]
    pub(super) fn unpacked(&self, more: u64) -> Option<String> {
        self.unpacked.fetch_add(more, Ordering::Relaxed);
        self.spent()
    }

    /// Why a stream of `packed` bytes that gave `unpacked` is suspicious, where it is.
    pub(super) fn reason(&self, unpacked: u64, packed: u64) -> Option<String> {
        let Limits {
            expansion,
            expansion_from,
            ..
        } = self.limits;
        let much = unpacked > expansion_from && unpacked / expansion.max(1) > packed;
        much.then(|| format!("unpacks to more than {expansion} times its size, as a zip bomb does"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowance(size: u64, read: u64) -> Allowance {
        let limits = Limits {
            expansion: 10,
            expansion_from: 100,
            ..Limits::default()
        };
        Allowance::new(&limits, size, Arc::new(AtomicU64::new(read)))
    }

    #[test]
    fn little_may_come_of_nearly_nothing() {
        assert_eq!(allowance(1, 0).unpacked(100), None);
    }

    #[test]
    fn much_may_come_of_much() {
        assert_eq!(allowance(1000, 0).unpacked(10_000), None);
    }

    #[test]
    fn far_too_much_is_refused() {
        let reason = allowance(20, 0).unpacked(220).unwrap();
        assert_eq!(
            reason,
            "unpacks to more than 10 times its size, as a zip bomb does"
        );
    }

    #[test]
    fn a_stream_of_unknown_size_is_as_large_as_what_was_read_of_it() {
        assert_eq!(allowance(0, 50).unpacked(220), None);
    }

    #[test]
    fn clones_count_together() {
        let first = allowance(20, 0);
        let second = first.clone();
        assert_eq!(first.unpacked(150), None);
        assert!(second.unpacked(150).is_some());
    }
}
