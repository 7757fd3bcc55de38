//! Readers of unpacked bytes that fail in plain words.
//!
//! **In:** the reader that a library gives. **Out:** [`Guarded`], a reader over the same bytes
//! whose errors a person understands. **Unit:** bytes.
//!
//! The decisions that live here: an error of the system is passed on as it is; any other one
//! says truncated or damaged, whatever the library called it; a panic of the library is a
//! failed read; what unpacks to far too much fails.

use std::fmt;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::archive::allowance::Allowance;

/// What is said of packed data that ends too early.
pub(super) const TRUNCATED: &str = "truncated: the packed data has no end";
/// What is said of packed data that cannot be unpacked.
pub(super) const DAMAGED: &str = "damaged: the packed data or its checksum is wrong";

/// A reason in words, as an error of reading.
#[derive(Debug)]
struct Refusal(String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

/// An error of reading that says `reason`.
pub(super) fn refusal(reason: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Refusal(reason.into()))
}

/// True for an error of [`refusal`].
pub(super) fn is_ours(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Refusal>())
}

/// `error` of a library in plain words.
pub(super) fn in_plain_words(error: io::Error) -> io::Error {
    if is_ours(&error)
        || error.raw_os_error().is_some()
        || error.kind() == io::ErrorKind::Interrupted
    {
        return error;
    }
    refusal(match error.kind() {
        io::ErrorKind::UnexpectedEof => TRUNCATED,
        _ => DAMAGED,
    })
}

/// Counts what is read of a packed stream.
pub(super) struct Counted<R> {
    reader: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Counted<R> {
    /// The reader, and its count.
    pub(super) fn new(reader: R) -> (Self, Arc<AtomicU64>) {
        let count = Arc::new(AtomicU64::new(0));
        let counted = Self {
            reader,
            count: Arc::clone(&count),
        };
        (counted, count)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Unpacked bytes of one packed stream.
pub(super) struct Guarded<R> {
    reader: R,
    /// Bytes of the packed stream so far.
    packed: Arc<AtomicU64>,
    unpacked: u64,
    allowance: Allowance,
    /// Why the last read failed: it fails for ever, since libraries are not to be trusted then.
    failed: Option<String>,
}

impl<R: Read> Guarded<R> {
    pub(super) fn new(reader: R, packed: Arc<AtomicU64>, allowance: &Allowance) -> Self {
        Self {
            reader,
            packed,
            unpacked: 0,
            allowance: allowance.clone(),
            failed: None,
        }
    }

    fn read_on(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let reader = AssertUnwindSafe(|| self.reader.read(buffer));
        let read = match catch_unwind(reader) {
            Ok(read) => read.map_err(in_plain_words)?,
            Err(_) => return Err(refusal(DAMAGED)),
        };
        self.unpacked += read as u64;
        let packed = self.packed.load(Ordering::Relaxed);
        let reason = (self.allowance.unpacked(read as u64))
            .or_else(|| self.allowance.reason(self.unpacked, packed));
        reason.map_or(Ok(read), |reason| Err(refusal(reason)))
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(reason) = &self.failed {
            return Err(refusal(reason.clone()));
        }
        let read = self.read_on(buffer);
        if let Err(error) = &read
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.failed = Some(error.to_string());
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::limits::Limits;

    struct Panics;

    impl Read for Panics {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("a library went wrong")
        }
    }

    fn read<R: Read>(reader: R, limits: &Limits) -> io::Result<usize> {
        let allowance = Allowance::new(limits, 0, Arc::default());
        let mut guarded = Guarded::new(reader, Arc::default(), &allowance);
        io::copy(&mut guarded, &mut io::sink()).map(|count| count as usize)
    }

    #[test]
    fn a_panic_is_a_failed_read() {
        let error = read(Panics, &Limits::default()).unwrap_err();
        assert_eq!(error.to_string(), DAMAGED);
    }

    #[test]
    fn an_endless_stream_ends() {
        let limits = Limits {
            expansion_from: 1 << 20,
            ..Limits::default()
        };
        let error = read(io::repeat(b'a'), &limits).unwrap_err();
        assert!(error.to_string().contains("200 times"), "{error}");
    }

    #[test]
    fn an_error_of_the_system_is_passed_on() {
        let error = in_plain_words(io::Error::from_raw_os_error(5));
        assert_eq!(error.raw_os_error(), Some(5));
    }

    #[test]
    fn an_error_of_a_library_is_said_in_plain_words() {
        let error = in_plain_words(io::Error::other("invalid Huffman code at 7"));
        assert_eq!(error.to_string(), DAMAGED);
    }
}
