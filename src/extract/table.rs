//! Tables as streams of documents.
//!
//! **In:** a reader over comma-separated values or JSON lines, and which columns to read.
//! **Out:** blocks of whole records, cut by one thread ([`TableReader::next_block`]); any
//! thread then reads the documents of a block ([`TableSchema::rows`]). **Unit:** bytes.
//!
//! The decisions that live here:
//!
//! 1. *A quote that is never closed* fails the row where it was opened, and names the
//!    line. If the next line has as many fields as the header, reading goes on there;
//!    else the file was cut off in the middle of a text and ends.
//! 2. *A record of more than 64 MiB* fails, so that memory is bounded.

use std::io::Read;
use std::sync::Arc;

use memchr::{memchr_iter, memchr2};

use crate::error::{Error, Result};
use crate::extract::decode::control_characters;
use crate::extract::delimited::{Cut, closing_quote, next_line};
use crate::extract::io_reason;
use crate::extract::rows::{RowBlock, Syntax, TableOptions, TableSchema};
use crate::extract::stream::TextStream;

/// About how many bytes a block has.
const BLOCK: usize = 1 << 20;

/// The longest record, in bytes.
const LONGEST_RECORD: usize = 64 << 20;

/// Cuts a table into blocks of whole records, in bounded memory.
pub struct TableReader {
    stream: TextStream,
    schema: Arc<TableSchema>,
    /// Text read and not yet cut; begins at a record.
    buffer: Vec<u8>,
    ended: bool,
    next_row: u64,
    /// The number of the line at which the buffer begins.
    line: u64,
    block: usize,
    longest: usize,
    outside: Vec<(usize, usize)>,
}

impl TableReader {
    /// Reads the head of the table `path` and settles encoding, delimiter and columns.
    ///
    /// # Errors
    ///
    /// An input error if the table cannot be read, is empty or binary; a usage error if a
    /// column asked for is not there, or the columns that hold the text are not plain.
    pub fn open(
        reader: Box<dyn Read + Send>,
        path: &str,
        syntax: Syntax,
        options: &TableOptions,
    ) -> Result<Self> {
        Self::open_sized(reader, path, syntax, options, (BLOCK, LONGEST_RECORD))
    }

    fn open_sized(
        reader: Box<dyn Read + Send>,
        path: &str,
        syntax: Syntax,
        options: &TableOptions,
        (block, longest): (usize, usize),
    ) -> Result<Self> {
        let mut stream = TextStream::new(reader);
        let mut buffer = Vec::new();
        let fail = |reason: String| Error::input(path, "extract", reason);
        let read = |error| Error::input(path, "read", io_reason(&error));
        let mut ended = false;
        let (schema, body) = loop {
            ended |= !stream.fill(&mut buffer, block).map_err(read)?;
            if control_characters(&buffer) * 20 > buffer.len() {
                return Err(fail("binary file, not a table".to_owned()));
            }
            match TableSchema::of(&buffer, ended, path, syntax, options)? {
                Some(found) => break found,
                None if ended || buffer.len() > longest => {
                    return Err(fail("no end of the header".to_owned()));
                }
                None => {}
            }
        };
        let line = 1 + line_ends(&buffer[..body]);
        buffer.drain(..body);
        Ok(Self {
            stream,
            schema: Arc::new(schema),
            buffer,
            ended,
            next_row: 1,
            line,
            block,
            longest,
            outside: Vec::new(),
        })
    }

    /// What is read of each row.
    pub fn schema(&self) -> Arc<TableSchema> {
        Arc::clone(&self.schema)
    }

    /// The encoding of the table, as far as it is read.
    pub fn encoding(&self) -> &'static str {
        self.stream.encoding()
    }

    /// The next records; `None` at the end.
    ///
    /// # Errors
    ///
    /// If the table cannot be read.
    pub fn next_block(&mut self) -> Result<Option<RowBlock>> {
        let mut want = self.block;
        loop {
            self.fill(want)?;
            if self.buffer.is_empty() {
                return Ok(None);
            }
            let cut = self.schema.cut(&self.buffer, self.ended, &mut self.outside);
            if cut.end > 0 {
                let block = self.take(cut);
                if block.rows > 0 {
                    return Ok(Some(block));
                }
            } else if self.ended || self.buffer.len() >= self.longest {
                return self.give_up(cut.open_quote).map(Some);
            } else {
                want = (2 * self.buffer.len()).min(self.longest);
            }
        }
    }

    /// Reads until the buffer holds `want` bytes, or to the end.
    fn fill(&mut self, want: usize) -> Result<()> {
        while !self.ended && self.buffer.len() < want {
            let more = want - self.buffer.len();
            let filled = self.stream.fill(&mut self.buffer, more);
            let filled = filled
                .map_err(|error| Error::input(self.schema.path(), "read", io_reason(&error)))?;
            self.ended = !filled;
        }
        Ok(())
    }

    /// Takes the records of `cut` out of the buffer.
    fn take(&mut self, cut: Cut) -> RowBlock {
        let mut rest = Vec::with_capacity(self.block.max(self.buffer.len() - cut.end));
        rest.extend_from_slice(&self.buffer[cut.end..]);
        let mut bytes = std::mem::replace(&mut self.buffer, rest);
        bytes.truncate(cut.end);
        let first_row = self.next_row;
        self.next_row += cut.rows;
        self.line += line_ends(&bytes);
        RowBlock {
            bytes,
            first_row,
            rows: cut.rows,
            encoding: self.stream.encoding(),
            failure: None,
        }
    }

    /// Passes over a record that has no end, and reports it.
    fn give_up(&mut self, open_quote: Option<usize>) -> Result<RowBlock> {
        let row = self.next_row;
        let limit = self.longest >> 20;
        let reason = match open_quote {
            Some(quote) => {
                let line = self.line + line_ends(&self.buffer[..quote]);
                match self.ended {
                    true => format!("row {row}: the quote opened in line {line} is never closed"),
                    false => format!(
                        "row {row}: the quote opened in line {line} is not closed within {limit} MiB"
                    ),
                }
            }
            None => format!("row {row} is longer than {limit} MiB"),
        };
        match open_quote.map(|quote| next_line(&self.buffer, quote)) {
            Some(next) if self.schema.looks_like_a_row(&self.buffer[next..]) => self.pass(next),
            _ => self.skip_record(open_quote)?,
        }
        let failure = self.schema.failure(row, reason);
        self.next_row += 1;
        Ok(RowBlock {
            bytes: Vec::new(),
            first_row: row,
            rows: 1,
            encoding: self.stream.encoding(),
            failure: Some(failure),
        })
    }

    fn pass(&mut self, count: usize) {
        self.line += line_ends(&self.buffer[..count]);
        self.buffer.drain(..count);
    }

    /// Reads on to the first line after the record that begins the buffer, keeping
    /// nothing of it.
    fn skip_record(&mut self, open_quote: Option<usize>) -> Result<()> {
        let (mut inside, mut from) = match open_quote {
            Some(quote) => (true, quote + 1),
            None => (false, 0),
        };
        loop {
            let closing = inside.then(|| closing_quote(&self.buffer, from)).flatten();
            // A quote at the very end may be the first half of a doubled one: it stays.
            let torn = closing.is_some_and(|at| at + 1 == self.buffer.len() && !self.ended);
            if let Some(close) = closing.filter(|_| !torn) {
                (inside, from) = (false, close + 1);
            }
            if !inside && let Some(end) = memchr2(b'\n', b'\r', &self.buffer[from..]) {
                self.pass(from + end + 1);
                return Ok(());
            }
            self.pass(self.buffer.len() - usize::from(torn));
            from = 0;
            if self.ended {
                return Ok(());
            }
            self.fill(self.block)?;
        }
    }
}

/// How many lines `bytes` end.
fn line_ends(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}
