//! Where the library reads from: the file, with what its pages claim checked.
//!
//! **In:** a file. **Out:** parts of it. **Unit:** bytes.
//!
//! One decision lives here: a page may take [`Limits::unpacked`] when it is unpacked. Most ways
//! of packing stop at the size that the page claims, which is checked; two go on to the end
//! of what is packed: there it is measured first where it could matter.

use std::fmt;
use std::io::{self, BufReader, Read, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;
use flate2::read::MultiGzDecoder;

use crate::extract::Source;
use crate::extract::limits::Limits;
use crate::extract::parquet::{DAMAGED, compact};

/// A file whose parts are asked for in any order.
pub(super) struct Chunks {
    source: Arc<Mutex<Box<dyn Source>>>,
    length: u64,
    limits: Limits,
}

/// Why a part is not given.
#[derive(Debug)]
pub(super) struct Refused(pub(super) String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

fn refused<T>(reason: String) -> Result<T> {
    Err(ParquetError::External(Box::new(Refused(reason))))
}

impl Chunks {
    pub(super) fn new(source: Box<dyn Source>, length: u64, limits: &Limits) -> Self {
        Self {
            source: Arc::new(Mutex::new(source)),
            length,
            limits: *limits,
        }
    }

    fn from(&self, at: u64) -> From {
        From {
            source: Arc::clone(&self.source),
            at,
        }
    }

    /// Refuses a page that claims more than it may.
    fn check_claims(&self, head: &[u8]) -> Result<()> {
        match compact::page(head) {
            None => refused(DAMAGED.to_owned()),
            Some(page) if page.unpacked > self.limits.unpacked => refused(self.limits.too_much()),
            Some(page) if page.entries > page.unpacked => refused(DAMAGED.to_owned()),
            Some(_) => Ok(()),
        }
    }

    /// Refuses a page that is packed in a way that does not stop at its size, and unpacks to
    /// more than it may.
    fn check_packed(&self, bytes: &[u8]) -> Result<()> {
        let most = |growth: u64| (bytes.len() as u64).saturating_mul(growth);
        let limit = self.limits.unpacked;
        let too_much = if bytes.starts_with(GZIP) && most(GZIP_GROWTH) > limit {
            let mut unpacked = MultiGzDecoder::new(bytes).take(limit + 1);
            io::copy(&mut unpacked, &mut io::sink()).is_ok_and(|size| size > limit)
        } else {
            bytes.starts_with(LZ4) && most(LZ4_GROWTH) / 16 > limit
        };
        match too_much {
            true => refused(self.limits.too_much()),
            false => Ok(()),
        }
    }
}

/// How bytes begin that are packed with gzip or as a frame of LZ4, and how often their length
/// they may unpack to at most.
const GZIP: &[u8] = b"\x1F\x8B";
const GZIP_GROWTH: u64 = 1032;
const LZ4: &[u8] = b"\x04\x22\x4D\x18";
const LZ4_GROWTH: u64 = 255;

/// How much of a page is looked at for what it claims.
const HEAD: u64 = 64;

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        // The last bytes are the end mark; anywhere else, the library wants the head of a page.
        if start < self.length.saturating_sub(8) {
            let mut head = Vec::new();
            self.from(start).take(HEAD).read_to_end(&mut head)?;
            self.check_claims(&head)?;
        }
        Ok(BufReader::new(self.from(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.length) {
            return refused("truncated: a column is cut off".to_owned());
        }
        let mut bytes = Vec::with_capacity(length);
        self.from(start)
            .take(length as u64)
            .read_to_end(&mut bytes)?;
        self.check_packed(&bytes)?;
        Ok(bytes.into())
    }
}

/// Reads on from a place.
pub(super) struct From {
    source: Arc<Mutex<Box<dyn Source>>>,
    at: u64,
}

impl Read for From {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        source.seek(SeekFrom::Start(self.at))?;
        let count = source.read(buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}
