//! Files cut into pieces of work.
//!
//! **In:** the list of files. **Out:** [`Work`], in order. **Unit:** about a mebibyte. Decisions: small
//! files go together, are opened and read by the workers; a larger table, a workbook too, is cut into blocks of rows and a huge text
//! into parts here, since only one thread can do that.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use sha2::{Digest, Sha256};

use crate::batch::worker::guarded;
use crate::batch::{InputReport, Plan};
use crate::error::Error;
use crate::extract::plain::{TextPart, TextParts, WHOLE};
use crate::extract::rows::{RowBlock, TableSchema};
use crate::extract::table::TableReader;
use crate::extract::{self, Failure, Format, Kind, io_reason, recognise};
use crate::walk::{FileList, InputFile, STDIN};

/// Files up to this size are read by the workers.
const SMALL: u64 = 1 << 20;
/// At most so many files in one piece of work.
const GROUP: usize = 64;

/// A piece of work.
pub(super) enum Work {
    /// Small files, or larger ones that must be read as a whole.
    Files(Vec<InputFile>),
    /// Rows of a table.
    Rows {
        schema: Arc<TableSchema>,
        block: RowBlock,
        /// Bytes of the input that it stands for.
        bytes: u64,
    },
    /// A part of a text.
    Part {
        doc_id: String,
        part: TextPart,
        /// Where the units of this part begin.
        from: Arc<Turn>,
        /// Where the units of the next part begin.
        to: Arc<Turn>,
        last: bool,
    },
    /// An input is done, well or not.
    End {
        report: InputReport,
        failure: Option<Failure>,
    },
}

/// A number that one worker waits for and another one gives.
#[derive(Debug, Default)]
pub(super) struct Turn {
    units: Mutex<Option<u64>>,
    given: Condvar,
}

impl Turn {
    fn first() -> Self {
        Self {
            units: Mutex::new(Some(0)),
            given: Condvar::new(),
        }
    }

    /// Waits until the number is given. Parts are begun in order, so whoever gives it is at work.
    pub(super) fn wait(&self) -> u64 {
        let mut units = self
            .units
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        loop {
            match *units {
                Some(number) => return number,
                None => {
                    units = self
                        .given
                        .wait(units)
                        .unwrap_or_else(|poisoned| poisoned.into_inner());
                }
            }
        }
    }

    pub(super) fn give(&self, number: u64) {
        *self
            .units
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(number);
        self.given.notify_all();
    }
}

/// Gives the work, piece by piece.
pub(super) struct Feeder<'a> {
    plan: &'a Plan<'a>,
    files: Box<dyn Iterator<Item = InputFile> + 'a>,
    /// A file taken from the list and not yet given.
    held: Option<InputFile>,
    open: Option<Open>,
}

/// The input that is being cut.
struct Open {
    name: String,
    source: Source,
    meter: Arc<Mutex<Meter>>,
}

enum Source {
    Table(TableReader, String),
    /// A table in a form of its own, the note on it, and how much of its file was read.
    Sheet(TableReader, String, Progress),
    Text(TextAhead),
}

/// Counts and hashes what is read.
#[derive(Default)]
struct Meter {
    bytes: u64,
    hash: Option<Sha256>,
}

struct Metered {
    reader: Box<dyn Read + Send>,
    meter: Arc<Mutex<Meter>>,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        if let Ok(mut meter) = self.meter.lock() {
            meter.bytes += read as u64;
            if let Some(hash) = &mut meter.hash {
                hash.update(&buffer[..read]);
            }
        }
        Ok(read)
    }
}

/// How much of a file was read that is read anywhere.
struct Progress {
    read: Arc<AtomicU64>,
    size: u64,
    told: u64,
}

impl Progress {
    /// Bytes read since it was asked last, of which a file has no more than its size.
    fn since(&mut self) -> u64 {
        let read = self.read.load(Ordering::Relaxed).min(self.size);
        read.saturating_sub(std::mem::replace(&mut self.told, read))
    }
}

/// Counts what is read anywhere in a file.
struct Counted {
    source: Box<dyn extract::Source>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}

impl<'a> Feeder<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, files: &'a FileList) -> Self {
        Self {
            plan,
            files: Box::new(files.iter()),
            held: None,
            open: None,
        }
    }

    /// The next piece; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Work> {
        loop {
            if let Some(open) = self.open.take() {
                return Some(self.cut(open));
            }
            let file = self.held.take().or_else(|| self.files.next())?;
            if is_small(&file) {
                return Some(Work::Files(self.group(file)));
            }
            match self.begin(&file) {
                Ok(Some(open)) => self.open = Some(open),
                Ok(None) => return Some(Work::Files(vec![file])),
                Err(failure) => return Some(end(file.id, None, "", String::new(), Some(failure))),
            }
        }
    }

    /// `file` and the small ones that follow it.
    fn group(&mut self, file: InputFile) -> Vec<InputFile> {
        let mut bytes = file.size;
        let mut group = vec![file];
        while group.len() < GROUP && bytes < SMALL {
            match self.files.next() {
                Some(next) if is_small(&next) => {
                    bytes += next.size;
                    group.push(next);
                }
                other => {
                    self.held = other;
                    break;
                }
            }
        }
        group
    }

    /// Opens a large file or a stream; `None` where it must be read as a whole.
    fn begin(&self, file: &InputFile) -> Result<Option<Open>, Failure> {
        let fail = |stage, reason| Failure {
            path: file.id.clone(),
            row: None,
            stage,
            reason,
        };
        let reader = file
            .open()
            .map_err(|error| fail("open", io_reason(&error)))?;
        let meter = Arc::new(Mutex::new(Meter {
            bytes: 0,
            hash: self.plan.hashes.then(Sha256::new),
        }));
        let metered = Box::new(Metered {
            reader,
            meter: Arc::clone(&meter),
        });
        let (format, reader) =
            recognise(&file.path, metered).map_err(|error| fail("read", io_reason(&error)))?;
        let source = match format.kind {
            Kind::Whole(_) => return Ok(None),
            Kind::Sheet(..) => self.sheet(file, format, reader, &meter)?,
            Kind::Text if file.size <= WHOLE as u64 && file.size > 0 => return Ok(None),
            Kind::Text => Source::Text(TextAhead::new(TextParts::new(reader, &file.id))),
            Kind::Table(syntax) => {
                let table = TableReader::open(reader, &file.id, syntax, self.plan.rows)
                    .map_err(|error| failure_of(&file.id, &error))?;
                let note = taken_columns(&table.schema());
                Source::Table(table, note)
            }
        };
        Ok(Some(Open {
            name: file.id.clone(),
            source,
            meter,
        }))
    }

    /// Opens a table in a form of its own, which `reader` gives from its beginning.
    fn sheet(
        &self,
        file: &InputFile,
        format: &Format,
        reader: Box<dyn Read + Send>,
        meter: &Mutex<Meter>,
    ) -> Result<Source, Failure> {
        let fail = |stage, reason| Failure {
            path: file.id.clone(),
            row: None,
            stage,
            reason,
        };
        let Kind::Sheet(open, syntax) = format.kind else {
            return Err(fail("extract", format!("{} is no table", format.name)));
        };
        let anywhere = self.anywhere(file, format, reader, meter);
        let source = anywhere.map_err(|reason| fail("read", reason))?;
        let progress = Progress {
            read: Arc::default(),
            size: meter.lock().map_or(0, |meter| meter.bytes),
            told: 0,
        };
        let counted = Box::new(Counted {
            source,
            read: Arc::clone(&progress.read),
        });
        let rows = guarded(|| open(counted, self.plan.sheet, &self.plan.limits));
        let rows = (rows.unwrap_or_else(Err)).map_err(|reason| fail("extract", reason))?;
        let table = TableReader::open(rows, &file.id, syntax, self.plan.rows)
            .map_err(|error| failure_of(&file.id, &error))?;
        let note = taken_columns(&table.schema());
        Ok(Source::Sheet(table, note, progress))
    }

    /// The input in a form that can be read anywhere: a file is opened again, once it is hashed
    /// where that is wanted; what comes from a pipe is held.
    fn anywhere(
        &self,
        file: &InputFile,
        format: &Format,
        mut reader: Box<dyn Read + Send>,
        meter: &Mutex<Meter>,
    ) -> Result<Box<dyn extract::Source>, String> {
        let failed = |error: io::Error| io_reason(&error);
        let limits = &self.plan.limits;
        if file.path == std::path::Path::new(STDIN) {
            let mut bytes = Vec::new();
            (reader.take(limits.file + 1).read_to_end(&mut bytes)).map_err(failed)?;
            return match bytes.len() as u64 > limits.file {
                true => Err(limits.too_large(format.name)),
                false => Ok(Box::new(io::Cursor::new(bytes))),
            };
        }
        if self.plan.hashes {
            io::copy(&mut reader, &mut io::sink()).map_err(failed)?;
        } else if let Ok(mut meter) = meter.lock() {
            meter.bytes = file.size;
        }
        Ok(Box::new(File::open(&file.path).map_err(failed)?))
    }

    /// The next piece of the open input.
    fn cut(&mut self, mut open: Open) -> Work {
        let next = match &mut open.source {
            Source::Table(table, _) => table
                .next_block()
                .map(|block| block.map(|block| rows(table, block.size() as u64, block))),
            Source::Sheet(table, _, progress) => table
                .next_block()
                .map(|block| block.map(|block| rows(table, progress.since(), block))),
            Source::Text(text) => text.next(&open.name),
        };
        match next {
            Ok(Some(work)) => {
                self.open = Some(open);
                work
            }
            Ok(None) => open.end(None),
            Err(error) => {
                let failure = failure_of(&open.name, &error);
                open.end(Some(failure))
            }
        }
    }
}

fn rows(table: &TableReader, bytes: u64, block: RowBlock) -> Work {
    Work::Rows {
        schema: table.schema(),
        block,
        bytes,
    }
}

/// A text in parts, read one part ahead, to know which is the last.
struct TextAhead {
    parts: TextParts,
    /// Where the units of the next part begin.
    turn: Arc<Turn>,
    ahead: crate::error::Result<Option<TextPart>>,
}

impl TextAhead {
    fn new(mut parts: TextParts) -> Self {
        Self {
            ahead: parts.next_part(),
            parts,
            turn: Arc::new(Turn::first()),
        }
    }

    /// The next part. What was read before a text turns out bad is a document all the same, so
    /// that the tables add up.
    fn next(&mut self, doc_id: &str) -> crate::error::Result<Option<Work>> {
        let Some(part) = std::mem::replace(&mut self.ahead, Ok(None))? else {
            return Ok(None);
        };
        self.ahead = self.parts.next_part();
        let from = std::mem::replace(&mut self.turn, Arc::new(Turn::default()));
        Ok(Some(Work::Part {
            doc_id: doc_id.to_owned(),
            part,
            from,
            to: Arc::clone(&self.turn),
            last: !matches!(self.ahead, Ok(Some(_))),
        }))
    }
}

impl Open {
    fn end(self, failure: Option<Failure>) -> Work {
        let (encoding, note) = match &self.source {
            Source::Table(table, note) | Source::Sheet(table, note, _) => {
                (table.encoding(), note.clone())
            }
            Source::Text(text) => (text.parts.encoding(), String::new()),
        };
        end(self.name, Some(&self.meter), encoding, note, failure)
    }
}

fn end(
    path: String,
    meter: Option<&Mutex<Meter>>,
    encoding: &'static str,
    note: String,
    failure: Option<Failure>,
) -> Work {
    let (bytes, sha256) = match meter.and_then(|meter| meter.lock().ok()) {
        Some(mut meter) => (
            meter.bytes,
            meter.hash.take().map_or(String::new(), hexadecimal),
        ),
        None => (0, String::new()),
    };
    Work::End {
        report: InputReport {
            path,
            bytes,
            encoding,
            sha256,
            note,
        },
        failure,
    }
}

pub(super) fn hexadecimal(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Which columns were taken for the text, where nobody named them.
pub(super) fn taken_columns(schema: &TableSchema) -> String {
    if !schema.guessed() {
        return String::new();
    }
    let names: Vec<String> = schema
        .text_columns()
        .map(|name| format!("`{name}`"))
        .collect();
    let plural = if names.len() == 1 { "" } else { "s" };
    format!(
        "text column{plural} {} (choose with --text-column)",
        names.join(", ")
    )
}

/// The failure that an error of reading is.
pub(super) fn failure_of(path: &str, error: &Error) -> Failure {
    let (stage, reason) = match error.kind() {
        crate::error::ErrorKind::Input { stage, reason, .. } => (*stage, reason.clone()),
        // Other errors name the input themselves.
        _ => {
            let text = error.to_string();
            let reason = text
                .strip_prefix(path)
                .and_then(|rest| rest.strip_prefix(": "));
            ("extract", reason.unwrap_or(&text).to_owned())
        }
    };
    Failure {
        path: path.to_owned(),
        row: None,
        stage,
        reason,
    }
}

/// A pipe has no size and may never end: it is cut here.
fn is_small(file: &InputFile) -> bool {
    (1..=SMALL).contains(&file.size) && file.path != std::path::Path::new(STDIN)
}
