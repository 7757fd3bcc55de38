//! Asking the child.
//!
//! **In:** a document or a sheet. **Out:** what [`Kind`](crate::extract::Kind)'s extractor would
//! give in this process, or the reason. **Unit:** bytes. Blame and trust: see [`super`].

use std::ffi::OsString;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::extract::extractor::SheetInput;
use crate::extract::isolated::frame::{self, BLOCK, Frame, Question, WORDS};
use crate::extract::isolated::process::{Failed, Process};
use crate::extract::limits::Limits;
use crate::extract::{Extracted, Format, SheetOptions, SheetRows};

/// A child that has carried so many bytes is replaced, so that what its libraries leak or tear
/// into pieces goes back to the system.
pub const CARRIED: u64 = 64 << 20;

/// The longest piece of rows.
pub(super) const PIECE: usize = 1 << 20;

/// Bytes before the rows in a piece, which say how far the input is read.
pub(super) const POSITION: usize = 8;

/// Rows that may come of each byte of a sheet, beyond [`Limits::unpacked`]: a little more than
/// the best that deflate can do. It ends a reader that gives rows for ever.
const ROWS_PER_BYTE: u64 = 1100;

/// The program that serves extraction ([`serve`](super::serve)) on its standard input and
/// output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderProgram {
    /// Where it is.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
}

/// Extracts in a child, which is started at the first question.
#[derive(Debug)]
pub struct Isolated {
    program: ReaderProgram,
    limits: Limits,
    idle: Idle,
}

/// The child while nobody asks it.
type Idle = Arc<Mutex<Option<Process>>>;

impl Isolated {
    /// A child of that program, within those limits.
    pub fn new(program: ReaderProgram, limits: Limits) -> Self {
        Self {
            program,
            limits,
            idle: Idle::default(),
        }
    }

    /// The text of a whole file, as [`extract`](crate::extract::extract) gives it.
    ///
    /// # Errors
    ///
    /// The reason, in words: that of the extractor; if it needs more time or memory than the
    /// limits allow, or crashes; if the child cannot be started.
    pub fn extract(&self, format: &Format, bytes: &[u8]) -> Result<Extracted, String> {
        let question = Question::new(format.name, &SheetOptions::default(), &self.limits);
        let source = (frame::BYTES, bytes);
        let (mut process, first) = self.ask(format, &question.payload(), source)?;
        let read = match first.kind {
            frame::TEXT => document(&mut process, first).map(Ok),
            frame::FAILED => reason(first).map(Err),
            _ => Err(Failed::Nonsense),
        };
        let read = read.map_err(|failed| failed.reason(format.name, &self.limits))?;
        put_back(&self.idle, process);
        read
    }

    /// The rows of a sheet. `read` counts the bytes of the input that were read for the rows so
    /// far.
    ///
    /// # Errors
    ///
    /// As [`Isolated::extract`]; a reader that fails later gives the reason as the message of
    /// its error.
    pub fn rows(
        &self,
        format: &Format,
        input: SheetInput,
        sheet: &SheetOptions,
        read: &Arc<AtomicU64>,
    ) -> SheetRows {
        let question = Question::new(format.name, sheet, &self.limits).payload();
        let (asked, size) = match &input {
            SheetInput::Bytes(bytes) => (
                self.ask(format, &question, (frame::BYTES, bytes)),
                bytes.len() as u64,
            ),
            SheetInput::File(path) => (
                self.ask(format, &question, (frame::PATH, &path_payload(path)?)),
                std::fs::metadata(path).map_or(0, |metadata| metadata.len()),
            ),
        };
        let (process, first) = asked?;
        let mut rows = Rows {
            process: Some(process),
            idle: Arc::clone(&self.idle),
            read: Arc::clone(read),
            piece: Cursor::default(),
            left: (size.saturating_mul(ROWS_PER_BYTE)).saturating_add(self.limits.unpacked),
            limits: self.limits,
            format: format.name,
            broken: None,
        };
        match first.kind {
            frame::FAILED => Err(rows.refused(first)),
            _ => {
                rows.accept(first);
                Ok(Box::new(rows))
            }
        }
    }

    /// Asks and waits for the first frame of the answer. A child that dies may have been spoilt
    /// by an earlier document, so a fresh one is asked before this document is blamed.
    fn ask(
        &self,
        format: &Format,
        question: &[u8],
        source: (u8, &[u8]),
    ) -> Result<(Process, Frame), String> {
        let most = |kind| most(kind, &self.limits);
        let mut idle = lock(&self.idle).take();
        loop {
            let mut process = match idle.take() {
                Some(process) => process,
                None => self.start()?,
            };
            let fresh = process.fresh;
            let answer = process
                .ask(&[(frame::ASK, question), source])
                .and_then(|()| process.answer(most));
            match answer {
                Ok(frame) => return Ok((process, frame)),
                Err(failed) if fresh || failed == Failed::Late => {
                    return Err(failed.reason(format.name, &self.limits));
                }
                Err(_) => {}
            }
        }
    }

    fn start(&self) -> Result<Process, String> {
        Process::start(&self.program, self.limits.time).map_err(|error| {
            let program = self.program.program.display();
            format!("cannot be read: the process that reads such files, {program}, does not start ({error})")
        })
    }
}

fn lock(idle: &Idle) -> std::sync::MutexGuard<'_, Option<Process>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the child for the next document, unless its time is up or it has carried its share.
fn put_back(idle: &Idle, process: Process) {
    if process.rest() && process.carried < CARRIED {
        *lock(idle) = Some(process);
    }
}

/// How long the payload of each kind may be.
fn most(kind: u8, limits: &Limits) -> u64 {
    match kind {
        frame::TEXT => limits.unpacked,
        frame::LAYOUT => limits.unpacked.saturating_mul(BLOCK as u64),
        frame::ROWS => (POSITION + PIECE) as u64,
        frame::END => 0,
        _ => WORDS,
    }
}

/// The document whose text is the first frame.
fn document(process: &mut Process, text: Frame) -> Result<Extracted, Failed> {
    let text = String::from_utf8(text.payload).map_err(|_| Failed::Nonsense)?;
    // A block is not empty, so there are at most as many as bytes.
    let layout = (text.len() * BLOCK) as u64;
    let mut next = |kind, most| match process.answer(|k| if k == kind { most } else { 0 })? {
        frame if frame.kind == kind => Ok(frame.payload),
        _ => Err(Failed::Nonsense),
    };
    let blocks = frame::blocks(&next(frame::LAYOUT, layout)?, &text).ok_or(Failed::Nonsense)?;
    let encoding = next(frame::ENCODING, LONGEST_NAME)?;
    let encoding = String::from_utf8(encoding).map_err(|_| Failed::Nonsense)?;
    Ok(Extracted {
        text,
        blocks,
        encoding: name_for_ever(&encoding),
    })
}

/// The longest name of an encoding, and how many are kept: there are about forty.
const LONGEST_NAME: u64 = 64;
const NAMES: usize = 100;

/// The name of an encoding, kept as long as the program runs; empty where there are too many.
fn name_for_ever(name: &str) -> &'static str {
    static KNOWN: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match known.iter().find(|known| **known == name) {
        Some(known) => known,
        None if known.len() == NAMES => "",
        None => {
            let kept: &'static str = Box::leak(name.into());
            known.push(kept);
            kept
        }
    }
}

/// The reason that a frame gives.
fn reason(frame: Frame) -> Result<String, Failed> {
    String::from_utf8(frame.payload).map_err(|_| Failed::Nonsense)
}

/// Rows as the child sends them. Dropped before the end, the child is killed.
struct Rows {
    /// The child, until it has given all.
    process: Option<Process>,
    idle: Idle,
    read: Arc<AtomicU64>,
    piece: Cursor<Vec<u8>>,
    /// Bytes that may still come.
    left: u64,
    limits: Limits,
    format: &'static str,
    /// Why there are no rows after the piece.
    broken: Option<String>,
}

impl Rows {
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
fn path_payload(path: &Path) -> Result<Vec<u8>, String> {
    Ok(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec())
}

#[cfg(not(unix))]
fn path_payload(path: &Path) -> Result<Vec<u8>, String> {
    let text = path.to_str().ok_or("its name is not Unicode")?;
    Ok(text.as_bytes().to_vec())
}
