//! Where extraction happens: here, or in a process of its own.
//!
//! **In:** a document or a sheet. **Out:** [`Extracted`], rows, or a reason. **Unit:** one file.
//!
//! The decisions that live here: a format is isolated where its row of
//! [`FORMATS`](crate::extract::FORMATS) says so and the program asks for it ([`Isolation`]); a
//! panic of a reader is a reason like any other, in either place in the same words; and if no
//! process can be started, the file fails. It is not read here instead: who asked for isolation
//! would have none without knowing.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::extract::isolated::client::{Isolated, ReaderProgram};
use crate::extract::limits::Limits;
use crate::extract::{
    EMPTY, Extracted, Format, Kind, SheetOptions, SheetRows, Source, extract, io_reason,
};

/// Where the formats are extracted that their table says to isolate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Isolation {
    /// In this process: a reader that loops or crashes hangs or ends it.
    #[default]
    Here,
    /// In a child of each worker, which is this program.
    Child(ReaderProgram),
}

/// What a sheet is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetInput {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// The file that it is in, which is not read as a whole.
    File(PathBuf),
}

/// Extracts, one document at a time.
#[derive(Debug)]
pub struct Extractor {
    limits: Limits,
    child: Option<Isolated>,
}

impl Extractor {
    /// An extractor within those limits. A child is started when it is first needed.
    pub fn new(isolation: &Isolation, limits: Limits) -> Self {
        let child = match isolation {
            Isolation::Here => None,
            Isolation::Child(program) => Some(Isolated::new(program.clone(), limits)),
        };
        Self { limits, child }
    }

    /// The text of a whole file, as [`extract`].
    ///
    /// # Errors
    ///
    /// The reason, in words: as [`extract`]; if a reader panics; in a child, if it crashes,
    /// needs more time or memory than the limits allow, or cannot be started.
    pub fn extract(&self, format: &Format, bytes: Vec<u8>) -> Result<Extracted, String> {
        match self.child_for(format) {
            Some(child) => child.extract(format, &bytes),
            None => guarded(format.name, || extract(format, bytes, &self.limits))?,
        }
    }

    /// The rows of a sheet, as its [`Kind::Sheet`] gives them. `read` counts the bytes of the
    /// input that were read for the rows so far; it may go over some of them twice.
    ///
    /// # Errors
    ///
    /// The reason, as [`Extractor::extract`]. What goes wrong later is an error of the reader,
    /// with the reason as its message.
    pub fn rows(
        &self,
        format: &'static Format,
        input: SheetInput,
        sheet: &SheetOptions,
        read: &Arc<AtomicU64>,
    ) -> SheetRows {
        if let Some(child) = self.child_for(format) {
            return child.rows(format, input, sheet, read);
        }
        let Kind::Sheet(open, _) = format.kind else {
            return Err(format!("{} is no sheet", format.name));
        };
        let source = input.open(read)?;
        let rows = guarded(format.name, || open(source, sheet, &self.limits))??;
        Ok(Box::new(GuardedRows {
            format: format.name,
            rows: Some(rows),
        }))
    }

    fn child_for(&self, format: &Format) -> Option<&Isolated> {
        self.child.as_ref().filter(|_| format.isolated)
    }
}

impl SheetInput {
    /// Opens it. `read` counts what is read of it.
    ///
    /// # Errors
    ///
    /// The reason, if there is no such file, it may not be read, or it is empty.
    pub(super) fn open(self, read: &Arc<AtomicU64>) -> Result<Box<dyn Source>, String> {
        let read = Arc::clone(read);
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => Err(EMPTY.to_owned()),
            Self::Bytes(bytes) => {
                let source = Cursor::new(bytes);
                Ok(Box::new(Counted { source, read }))
            }
            Self::File(path) => {
                let source = File::open(path).map_err(|error| io_reason(&error))?;
                if source
                    .metadata()
                    .is_ok_and(|file| file.is_file() && file.len() == 0)
                {
                    return Err(EMPTY.to_owned());
                }
                Ok(Box::new(Counted { source, read }))
            }
        }
    }
}

/// Counts what is read anywhere in a source.
struct Counted<S> {
    source: S,
    read: Arc<AtomicU64>,
}

impl<S: Read> Read for Counted<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<S: Seek> Seek for Counted<S> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}

/// Rows whose reader may panic.
struct GuardedRows {
    format: &'static str,
    /// `None` after a panic, which may have left anything behind.
    rows: Option<Box<dyn Read + Send>>,
}

impl Read for GuardedRows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(rows) = &mut self.rows else {
            return Ok(0);
        };
        guarded(self.format, || rows.read(buffer)).unwrap_or_else(|reason| {
            self.rows = None;
            Err(io::Error::other(reason))
        })
    }
}

/// Runs the reader of a format.
///
/// # Errors
///
/// The reason, if it panics.
pub(super) fn guarded<T>(format: &str, read: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|panic| {
        let message = (panic.downcast_ref::<&str>().map(ToString::to_string))
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        format!("this file breaks the {format} reader; please report it ({message})")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_of_a_reader_is_a_reason() {
        let reason = guarded("PDF", || panic!("no page {}", 3)).map(|(): ()| ());
        let expected = "this file breaks the PDF reader; please report it (no page 3)";
        assert_eq!(reason, Err(expected.to_owned()));
    }

    #[test]
    fn rows_whose_reader_panics_break_off_with_the_reason() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("no cell")
            }
        }
        let rows: Option<Box<dyn Read + Send>> = Some(Box::new(Broken));
        let mut rows = GuardedRows {
            format: "XLSX",
            rows,
        };
        let error = rows.read(&mut [0; 9]).unwrap_err();
        let expected = "this file breaks the XLSX reader; please report it (no cell)";
        assert_eq!(io_reason(&error), expected);
    }
}
