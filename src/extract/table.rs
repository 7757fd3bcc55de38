//! Tables as streams of documents.
//!
//! **In:** a reader over comma-separated values or JSON lines, and which columns to read.
//! **Out:** blocks of whole records, cut by one thread ([`TableReader::next_block`]); any
//! thread then reads the documents of a block ([`TableSchema::rows`]). **Unit:** bytes.
//!
//! The decisions that live here:
//!
//! 1. *A quote that is never closed* fails the row where it was opened, and names the
//!    line. If each of the next twenty lines has as many fields as the header, reading goes
//!    on there; else the file was cut off in the middle of a text and ends.
//! 2. *A record of more than 64 MiB* fails, so that memory is bounded.

use std::io::Read;
use std::sync::Arc;

use memchr::{memchr_iter, memchr2};

use crate::error::{Error, Result};
use crate::extract::decode::control_characters;
use crate::extract::delimited::{Cut, closing_quote, next_line};
use crate::extract::failure::io_reason;
use crate::extract::header::Syntax;
use crate::extract::rows::RowBlock;
use crate::extract::schema::{TableOptions, TableSchema};
use crate::extract::stream::{CHUNK, TextStream};

/// About how many bytes a block has.
const BLOCK: usize = 256 << 10;

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
        let mut stream = TextStream::new(reader, CHUNK.min(block));
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
            } else if self.ends_in_doubt(cut) {
                want = self.buffer.len() + 1;
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

    /// True where the last byte is a quote that the next byte may double, which decides
    /// whether a field is open.
    fn ends_in_doubt(&self, cut: Cut) -> bool {
        !self.ended && cut.open_quote.is_none() && self.buffer.ends_with(b"\"")
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
            Some(next) if self.schema.begins_with_rows(&self.buffer[next..]) => self.pass(next),
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
            self.fill(self.buffer.len() + self.block)?;
        }
    }
}

/// How many lines `bytes` end.
fn line_ends(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn reader(table: &[u8], block: usize, longest: usize) -> TableReader {
        let options = TableOptions {
            text_columns: vec!["text".to_owned()],
            ..TableOptions::default()
        };
        let source = Box::new(Cursor::new(table.to_vec()));
        let syntax = Syntax::Delimited(Some(b','));
        TableReader::open_sized(source, "t.csv", syntax, &options, (block, longest)).unwrap()
    }

    /// `id: text` of each row, and the reason of each failure in its place.
    fn read(mut reader: TableReader) -> Vec<String> {
        let (schema, found) = (reader.schema(), std::cell::RefCell::new(Vec::new()));
        while let Some(block) = reader.next_block().unwrap() {
            schema.rows(
                &block,
                &mut |row| {
                    found
                        .borrow_mut()
                        .push(format!("{}: {}", row.row, row.text))
                },
                &mut |failure| found.borrow_mut().push(failure.reason),
            );
        }
        found.into_inner()
    }

    #[test]
    fn blocks_number_their_rows_through() {
        let table = b"id,text\n1,a\n2,\"b\nb\"\n\n3,c";
        assert_eq!(read(reader(table, 8, 100)), ["1: a", "2: b\nb", "3: c"]);
    }

    #[test]
    fn a_quote_that_is_never_closed_fails_one_row_and_names_the_line() {
        let table = b"id,text\n1,a\n2,\"b\n3,c\n4,d\n";
        let expected = [
            "1: a",
            "row 2: the quote opened in line 3 is never closed",
            "3: c",
            "4: d",
        ];
        assert_eq!(read(reader(table, 100, 100)), expected);
    }

    #[test]
    fn a_table_cut_off_in_a_text_fails_in_one_row() {
        let table = b"id,text\n1,a\n2,\"We plan\nand so on\nand on";
        let expected = ["1: a", "row 2: the quote opened in line 3 is never closed"];
        assert_eq!(read(reader(table, 100, 100)), expected);
    }

    #[test]
    fn a_record_over_the_limit_fails_alone() {
        let table = format!("id,text\n1,{}\n2,b\n", "a".repeat(300));
        assert_eq!(
            read(reader(table.as_bytes(), 16, 64)),
            ["row 1 is longer than 0 MiB", "2: b"]
        );
    }

    #[test]
    fn a_quoted_record_over_the_limit_fails_alone() {
        let long = "a \"\"b\"\"\n".repeat(60);
        for block in 1..40 {
            let table = format!("id,text\n1,\"{long}\"\n2,b\n");
            let found = read(reader(table.as_bytes(), block, 64));
            assert_eq!(found.len(), 2, "{block}: {found:?}");
            assert_eq!(found[1], "2: b");
        }
    }

    #[test]
    fn prose_with_a_comma_behind_an_open_quote_is_no_row() {
        let table = b"id,text\n1,\"We plan\nand act, too\nand on";
        assert_eq!(
            read(reader(table, 100, 100)),
            ["row 1: the quote opened in line 2 is never closed"]
        );
    }

    #[test]
    fn an_open_quote_over_the_limit_is_passed_where_rows_follow() {
        let table = format!("id,text\n1,\"a\n{}", "2,b\n".repeat(100));
        let found = read(reader(table.as_bytes(), 16, 64));
        assert_eq!(found.len(), 101);
        assert_eq!(
            found[0],
            "row 1: the quote opened in line 2 is not closed within 0 MiB"
        );
    }

    #[test]
    fn a_late_byte_of_another_encoding_is_decoded() {
        let table = [
            b"id,text\n".as_slice(),
            &b"1,plan\n".repeat(20_000),
            b"2,caf\xe9 r\xe9nov\xe9\n",
        ];
        let mut reader = reader(&table.concat(), 1 << 16, 1 << 20);
        while reader.next_block().unwrap().is_some() {}
        assert_eq!(reader.encoding(), "windows-1252");
    }

    #[test]
    fn a_bad_byte_in_utf8_fails_its_row_alone() {
        let table = "id,text\n1,Zoë, René\n".replace(", R", " R").into_bytes();
        let table = [table, b"2,\xFF\n3,c\n".to_vec()].concat();
        let expected = [
            "1: Zoë René",
            "row 2 holds a byte (0xFF) that is not UTF-8",
            "3: c",
        ];
        assert_eq!(read(reader(&table, 100, 100)), expected);
    }

    #[test]
    fn a_utf16_table_is_read_in_blocks() {
        let text = format!("id,text\n{}", "1,Zoë plans\n".repeat(20_000));
        let bytes = [0xFEFF]
            .into_iter()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes);
        let found = read(reader(&bytes.collect::<Vec<u8>>(), 1000, 10_000));
        assert_eq!(
            (found.len(), found[19_999].as_str()),
            (20_000, "20000: Zoë plans")
        );
    }

    proptest! {
        #[test]
        fn the_size_of_blocks_changes_no_row(rows in "(1,[ab]{0,3}|2,\"[a,\n]{0,9}\"|3|4,é|[\n\r]){0,20}", block in 1usize..50) {
            let table = format!("id,text\n{rows}");
            let whole = read(reader(table.as_bytes(), 1000, 1000));
            prop_assert_eq!(read(reader(table.as_bytes(), block, 1000)), whole);
        }

        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..300), block in 1usize..64) {
            for syntax in [Syntax::Delimited(None), Syntax::JsonLines] {
                let source = Box::new(Cursor::new(bytes.clone()));
                let options = TableOptions::default();
                let sizes = (block, 40);
                if let Ok(reader) = TableReader::open_sized(source, "t", syntax, &options, sizes) {
                    read(reader);
                }
            }
        }

        #[test]
        fn any_rows_are_taken(rows in "[a,\"\n\r]{0,200}", block in 1usize..64) {
            read(reader(format!("id,text\n{rows}").as_bytes(), block, 40));
        }
    }
}
