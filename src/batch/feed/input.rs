//! The input at hand: how much was read of it, and its hash.
//!
//! **In:** a file or the standard input. **Out:** a reader that counts and hashes, and what
//! was counted. **Unit:** bytes of the file itself, packed as it is. One decision lives here:
//! the hash is that of the whole file, also where its reader stopped before the end.

use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::batch::feed::End;
use crate::walk::{InputFile, STDIN};

/// An input that is being read.
pub(super) struct Input {
    file: InputFile,
    meter: Meter,
    /// Bytes read of it otherwise than through its reader, some perhaps twice.
    elsewhere: Arc<AtomicU64>,
    /// Bytes that were told of.
    told: u64,
}

/// Counts and hashes what is read. Clones share what they read.
#[derive(Clone)]
struct Meter {
    bytes: Arc<AtomicU64>,
    reading: Arc<Mutex<Reading>>,
}

struct Reading {
    reader: Box<dyn Read + Send>,
    /// `None` where no hash is wanted.
    hash: Option<Sha256>,
}

impl Meter {
    fn lock(&self) -> MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Meter {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut reading = self.lock();
        let read = reading.reader.read(buffer)?;
        self.bytes.fetch_add(read as u64, Ordering::Relaxed);
        if let Some(hash) = &mut reading.hash {
            hash.update(&buffer[..read]);
        }
        Ok(read)
    }
}

impl Input {
    /// Opens `file`, to be hashed if wanted.
    pub(super) fn open(file: InputFile, hashed: bool) -> io::Result<(Self, Box<dyn Read + Send>)> {
        let reading = Reading {
            reader: file.open()?,
            hash: hashed.then(Sha256::new),
        };
        let meter = Meter {
            bytes: Arc::default(),
            reading: Arc::new(Mutex::new(reading)),
        };
        let reader = Box::new(meter.clone());
        let input = Self {
            file,
            meter,
            elsewhere: Arc::default(),
            told: 0,
        };
        Ok((input, reader))
    }

    /// Its name in the output.
    pub(super) fn id(&self) -> &str {
        &self.file.id
    }

    /// The file, if it can be read again; not the standard input or another pipe.
    pub(super) fn file(&self) -> Option<&InputFile> {
        Some(&self.file).filter(|file| file.size > 0 && file.path != Path::new(STDIN))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.file.path
    }

    /// The count for whoever reads it otherwise than through its reader.
    pub(super) fn elsewhere(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.elsewhere)
    }

    /// The count of bytes read, as it grows.
    pub(super) fn bytes(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.meter.bytes)
    }

    /// How many bytes were read since this was last asked for.
    pub(super) fn newly_read(&mut self) -> u64 {
        let elsewhere = self.elsewhere.load(Ordering::Relaxed).min(self.file.size);
        let read = self.meter.bytes.load(Ordering::Relaxed).max(elsewhere);
        let new = read.saturating_sub(self.told);
        self.told += new;
        new
    }

    /// Ends the input.
    pub(super) fn end(self) -> End {
        if self.file().is_some() && self.meter.lock().hash.is_some() {
            // A file that cannot be read to its end has failed already.
            let _ = io::copy(&mut self.meter.clone(), &mut io::sink());
        }
        let hash = self.meter.lock().hash.take();
        let read = self.meter.bytes.load(Ordering::Relaxed);
        let mut end = End::of_input(self.file.id);
        // A workbook is read otherwise than through its reader.
        end.report.bytes = read.max(self.file.size);
        end.report.sha256 = hash.map_or(String::new(), hexadecimal);
        end
    }

    /// Ends an input that was read otherwise than through its reader.
    pub(super) fn end_unread(self) -> End {
        let hashed = self.meter.lock().hash.is_some();
        let mut end = End::of_input(self.file.id.clone());
        end.report.bytes = self.file.size;
        end.unhashed = hashed.then_some(self.file);
        end
    }
}

/// A hash as it is written.
pub(in crate::batch) fn hexadecimal(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
