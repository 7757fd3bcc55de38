//! Rows of a sheet as the child sends them.
//!
//! **In:** frames, asked for as the rows are read. **Out:** the rows as a reader, whose error has
//! the reason as its message. **Unit:** bytes. The decision that lives here: how many rows can
//! come of a sheet at most.

use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::extract::SheetRows;
use crate::extract::isolated::client::{Idle, most, put_back, reason};
use crate::extract::isolated::frame::{self, Frame};
use crate::extract::isolated::process::{Failed, Process};
use crate::extract::limits::Limits;

/// The longest piece of rows.
pub(super) const PIECE: usize = 1 << 20;

/// Bytes before the rows in a piece, which say how far the input is read.
pub(super) const POSITION: usize = 8;

/// Rows that may come of each byte of a sheet, beyond [`Limits::unpacked`]: a little more than
/// the best that deflate can do. It ends a reader that gives rows for ever.
pub(super) const ROWS_PER_BYTE: u64 = 1100;

/// Rows as the child sends them. Dropped before the end, the child is killed.
pub(super) struct Rows {
    /// The child, until it has given all.
    pub(super) process: Option<Process>,
    pub(super) idle: Idle,
    pub(super) read: Arc<AtomicU64>,
    pub(super) piece: Cursor<Vec<u8>>,
    /// Bytes that may still come.
    pub(super) left: u64,
    pub(super) limits: Limits,
    pub(super) format: &'static str,
    /// Why there are no rows after the piece.
    pub(super) broken: Option<String>,
}

impl Rows {
    /// The rows that begin with that frame, or why there are none.
    pub(super) fn begin(mut self, first: Frame) -> SheetRows {
        if first.kind == frame::FAILED {
            return Err(self.refused(first));
        }
        self.accept(first);
        Ok(Box::new(self))
    }

    /// Takes a frame of the answer.
    fn accept(&mut self, frame: Frame) {
        match frame.kind {
            frame::ROWS => {
                let Some((read, rows)) = frame.payload.split_first_chunk() else {
                    return self.fail(Failed::Nonsense);
                };
                let Some(left) = self.left.checked_sub(rows.len() as u64) else {
                    self.process = None;
                    self.broken = Some(self.limits.too_much());
                    return;
                };
                self.left = left;
                self.read
                    .store(u64::from_le_bytes(*read), Ordering::Relaxed);
                self.piece = Cursor::new(frame.payload);
                self.piece.set_position(POSITION as u64);
                // Until the next piece is wanted the child may take its time.
                if !self.process.as_ref().is_some_and(Process::rest) {
                    self.fail(Failed::Late);
                }
            }
            frame::END => self.put_back(),
            frame::BROKEN => self.broken = Some(self.refused(frame)),
            _ => self.fail(Failed::Nonsense),
        }
    }

    /// The reason that the child gives; it can be asked again.
    fn refused(&mut self, frame: Frame) -> String {
        match reason(frame) {
            Ok(reason) => {
                self.put_back();
                reason
            }
            Err(failed) => failed.reason(self.format, &self.limits),
        }
    }

    fn put_back(&mut self) {
        if let Some(process) = self.process.take() {
            put_back(&self.idle, process);
        }
    }

    fn fail(&mut self, failed: Failed) {
        self.process = None;
        self.broken = Some(failed.reason(self.format, &self.limits));
    }
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.piece.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            if let Some(reason) = &self.broken {
                return Err(io::Error::other(reason.clone()));
            }
            let Some(process) = &mut self.process else {
                return Ok(0);
            };
            match process.answer(|kind| most(kind, &self.limits)) {
                Ok(frame) => self.accept(frame),
                Err(failed) => self.fail(failed),
            }
        }
    }
}

/// A path as bytes.
#[cfg(unix)]
pub(super) fn path_payload(path: &Path) -> Result<Vec<u8>, String> {
    Ok(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec())
}

#[cfg(not(unix))]
pub(super) fn path_payload(path: &Path) -> Result<Vec<u8>, String> {
    let text = path.to_str().ok_or("its name is not Unicode")?;
    Ok(text.as_bytes().to_vec())
}
