//! The child: questions in, answers out.
//!
//! **In:** frames of questions. **Out:** frames of answers. **Unit:** one question at a time. The
//! decisions that live here: one thread reads, another one works, so that the child notices when
//! its parent is gone, whatever it is at; the second has a stack that does not depend on the
//! system's habits; after a panic, which may leave anything behind, it answers no more.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::extract::extractor::{SheetInput, guarded};
use crate::extract::isolated::frame::{self, Question};
use crate::extract::isolated::rows::{PIECE, POSITION};
use crate::extract::limits::Limits;
use crate::extract::{FORMATS, Format, Kind, extract, io_reason};

/// The stack of the thread that extracts.
const STACK: usize = 16 << 20;

/// Answers the questions on `input` until it ends, then returns at once, whatever the working
/// thread is at: whoever called it then ends the process.
///
/// # Errors
///
/// If the input cannot be read or is not of the protocol, or there is no thread to work on.
pub fn serve(input: impl Read, output: impl Write + Send + 'static) -> io::Result<()> {
    let (asked, asks) = sync_channel::<Ask>(0);
    let mut output = BufWriter::with_capacity(frame::PIPE, output);
    thread::Builder::new()
        .name("extractor".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            for ask in asks {
                if !matches!(answer(ask, &mut output), Ok(true)) {
                    return;
                }
            }
        })?;
    let mut input = BufReader::with_capacity(frame::PIPE, input);
    while let Some(ask) = Ask::read(&mut input)? {
        if asked.send(ask).is_err() {
            break;
        }
    }
    Ok(())
}

/// A question and what it is about.
struct Ask {
    question: Result<Question, String>,
    source: SheetInput,
}

impl Ask {
    /// The next question; `None` at the end of the input.
    fn read(input: &mut impl Read) -> io::Result<Option<Self>> {
        // The parent is trusted: it has kept to its limits.
        let Some(first) = frame::read(input, |_| u64::MAX)? else {
            return Ok(None);
        };
        let Some(second) = frame::read(input, |_| u64::MAX)? else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let source = match (first.kind, second.kind) {
            (frame::ASK, frame::BYTES) => SheetInput::Bytes(second.payload),
            (frame::ASK, frame::PATH) => SheetInput::File(path_of(second.payload)?),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        Ok(Some(Self {
            question: Question::parse(&first.payload),
            source,
        }))
    }
}

/// Why there is no answer, or no end of one.
enum Stopped {
    /// A frame of that kind says why.
    Refused(u8, String),
    /// The same after a panic.
    Panicked(u8, String),
    /// The parent does not listen.
    Output(io::Error),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<String> for Stopped {
    fn from(reason: String) -> Self {
        Self::Refused(frame::FAILED, reason)
    }
}

/// Answers; false where no further question should be taken.
fn answer(ask: Ask, output: &mut impl Write) -> io::Result<bool> {
    let (kind, reason, sound) = match attempt(ask, output) {
        Ok(()) => return Ok(true),
        Err(Stopped::Output(error)) => return Err(error),
        Err(Stopped::Refused(kind, reason)) => (kind, reason, true),
        Err(Stopped::Panicked(kind, reason)) => (kind, reason, false),
    };
    let end = reason.floor_char_boundary(frame::WORDS as usize);
    frame::send(output, kind, &reason.as_bytes()[..end])?;
    Ok(sound)
}

fn attempt(ask: Ask, output: &mut impl Write) -> Result<(), Stopped> {
    let question = ask.question?;
    let format = (FORMATS.iter())
        .find(|format| format.name == question.format)
        .ok_or_else(|| format!("there is no reader for {}", question.format))?;
    match (format.kind, ask.source) {
        (Kind::Sheet(open, _), source) => {
            let read = Arc::default();
            let source = source.open(&read)?;
            let rows = guarded(format.name, || {
                open(source, &question.sheet, &question.limits)
            });
            let rows = rows.map_err(|reason| Stopped::Panicked(frame::FAILED, reason))??;
            send_rows(format, rows, &read, output)
        }
        (_, SheetInput::Bytes(bytes)) => whole(format, bytes, &question.limits, output),
        (_, SheetInput::File(_)) => Err("a document comes as bytes".to_owned().into()),
    }
}

fn whole(
    format: &Format,
    bytes: Vec<u8>,
    limits: &Limits,
    output: &mut impl Write,
) -> Result<(), Stopped> {
    let extracted = guarded(format.name, || extract(format, bytes, limits))
        .map_err(|reason| Stopped::Panicked(frame::FAILED, reason))??;
    if extracted.text.len() as u64 > limits.unpacked {
        return Err(limits.too_much().into());
    }
    frame::write(output, frame::TEXT, extracted.text.as_bytes())?;
    frame::write(output, frame::LAYOUT, &frame::layout(&extracted.blocks))?;
    Ok(frame::send(
        output,
        frame::ENCODING,
        extracted.encoding.as_bytes(),
    )?)
}

fn send_rows(
    format: &Format,
    mut rows: Box<dyn Read + Send>,
    position: &AtomicU64,
    output: &mut impl Write,
) -> Result<(), Stopped> {
    let mut piece = Vec::with_capacity(POSITION + PIECE);
    loop {
        piece.clear();
        piece.extend([0; POSITION]);
        let next = (&mut rows).take(PIECE as u64);
        let read = guarded(format.name, || { next }.read_to_end(&mut piece));
        // What was read before a failure is good.
        if piece.len() > POSITION {
            let position = position.load(Ordering::Relaxed).to_le_bytes();
            piece[..POSITION].copy_from_slice(&position);
            frame::send(output, frame::ROWS, &piece)?;
        }
        match read {
            Ok(Ok(0)) => return Ok(frame::send(output, frame::END, &[])?),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(Stopped::Refused(frame::BROKEN, io_reason(&error))),
            Err(reason) => return Err(Stopped::Panicked(frame::BROKEN, reason)),
        }
    }
}

#[cfg(unix)]
fn path_of(payload: Vec<u8>) -> io::Result<PathBuf> {
    let name: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(payload);
    Ok(name.into())
}

#[cfg(not(unix))]
fn path_of(payload: Vec<u8>) -> io::Result<PathBuf> {
    let text = String::from_utf8(payload).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(text.into())
}
