//! Asking the child.
//!
//! **In:** a document or a sheet. **Out:** what [`Kind`](crate::extract::Kind)'s extractor would
//! give in this process, or the reason. **Unit:** bytes. Blame and trust: see [`super`].

use std::ffi::OsString;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use crate::extract::extractor::SheetInput;
use crate::extract::isolated::frame::{self, BLOCK, Frame, Question, WORDS};
use crate::extract::isolated::process::{Failed, Process};
use crate::extract::isolated::rows::{PIECE, POSITION, ROWS_PER_BYTE, Rows, path_payload};
use crate::extract::limits::Limits;
use crate::extract::{Extracted, Format, SheetOptions, SheetRows};

/// A child that has carried so many bytes is replaced, so that what its libraries leak or tear
/// into pieces goes back to the system.
pub const CARRIED: u64 = 64 << 20;

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
pub(super) type Idle = Arc<Mutex<Option<Process>>>;

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
        let left = (size.saturating_mul(ROWS_PER_BYTE)).saturating_add(self.limits.unpacked);
        let rows = Rows {
            process: Some(process),
            idle: Arc::clone(&self.idle),
            read: Arc::clone(read),
            piece: Cursor::default(),
            left,
            limits: self.limits,
            format: format.name,
            broken: None,
        };
        rows.begin(first)
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
pub(super) fn put_back(idle: &Idle, process: Process) {
    if process.rest() && process.carried < CARRIED {
        *lock(idle) = Some(process);
    }
}

/// How long the payload of each kind may be.
pub(super) fn most(kind: u8, limits: &Limits) -> u64 {
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
pub(super) fn reason(frame: Frame) -> Result<String, Failed> {
    String::from_utf8(frame.payload).map_err(|_| Failed::Nonsense)
}
