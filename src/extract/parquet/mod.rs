//! Parquet: a table that is stored column by column.
//!
//! **In:** a file, and which columns are wanted. **Out:** its rows as comma-separated values
//! with a header, read as they are asked for. **Unit:** rows.
//!
//! The decisions that live here:
//!
//! 1. *Columns*: those of a structure have dotted names (`posting.body`), as in JSON lines;
//!    a list or a map is one column, shown as JSON, and is refused as a text.
//! 2. *What is read*: where it is known which columns are wanted, only those are unpacked;
//!    the others are named in the header and empty.
//! 3. *How much*: a page may take [`Limits::unpacked`], and all rows together a thousand times
//!    what the file weighs, or [`Limits::unpacked`] where that is more. Pages are read one by
//!    one, so memory does not grow with the file.

mod compact;
mod pages;
mod values;

use std::io::{self, Read, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::reader::RowIter;
use ::parquet::schema::types::{Type, TypePtr};

use crate::extract::columns;
use crate::extract::delimited::write_field;
use crate::extract::failure::io_reason;
use crate::extract::limits::Limits;
use crate::extract::parquet::pages::{Chunks, Refused};
use crate::extract::parquet::values::Column;
use crate::extract::schema::TableOptions;
use crate::extract::{SheetOptions, SheetRows, Source};

/// True for a file that begins as Parquet does.
pub(super) fn is_parquet(head: &[u8]) -> bool {
    head.starts_with(PLAIN) || head.starts_with(SEALED)
}

/// How a file begins and ends, and how one ends whose description is encrypted.
const PLAIN: &[u8] = b"PAR1";
const SEALED: &[u8] = b"PARE";

/// The rows of a Parquet file.
///
/// # Errors
///
/// The reason, in words: if it is truncated, damaged or encrypted, or a column that is wanted
/// as a text holds lists.
pub(super) fn open(
    mut source: Box<dyn Source>,
    options: &SheetOptions,
    limits: &Limits,
) -> SheetRows {
    let length = check_ends(&mut *source, limits)?;
    let chunks = Chunks::new(source, length, limits);
    let open = || Rows::open(chunks, length, options, limits);
    // What the library does wrong ends this file, not the run.
    let rows = catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| Err(DAMAGED.to_owned()))?;
    Ok(Box::new(rows))
}

const DAMAGED: &str = "damaged: not written as it should be";

/// Checks both ends of the file, and the description at its end; gives its length.
fn check_ends(source: &mut dyn Source, limits: &Limits) -> Result<u64, String> {
    let failed = |error: io::Error| io_reason(&error);
    let length = source.seek(SeekFrom::End(0)).map_err(failed)?;
    let mut read = |from: u64, count: u64| -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        source.seek(SeekFrom::Start(from)).map_err(failed)?;
        source.take(count).read_to_end(&mut bytes).map_err(failed)?;
        Ok(bytes)
    };
    if !is_parquet(&read(0, 4)?) {
        return Err("not Parquet, whatever its name says".to_owned());
    }
    let end = read(length.saturating_sub(8), 8)?;
    let Some((size, mark)) = end.split_first_chunk::<4>().filter(|_| length >= 12) else {
        return Err("truncated: the file has no end".to_owned());
    };
    match mark {
        SEALED => return Err("encrypted: it cannot be read without its key".to_owned()),
        PLAIN => {}
        _ => return Err("truncated: the file has no end".to_owned()),
    }
    let size = u64::from(u32::from_le_bytes(*size));
    if size > length - 12 || size > limits.file {
        return Err(DAMAGED.to_owned());
    }
    let description = read(length - 8 - size, size)?;
    match compact::is_sound_description(&description) {
        true => Ok(length),
        false => Err(DAMAGED.to_owned()),
    }
}

/// Gives the rows.
struct Rows {
    rows: Option<RowIter<'static>>,
    columns: Vec<Column>,
    /// Bytes of rows that may still come.
    budget: u64,
    limits: Limits,
    out: Vec<u8>,
    given: usize,
}

/// About how many bytes of rows are made at once.
const AT_ONCE: usize = 64 * 1024;

/// How much larger the rows may be than their file, and what a row counts at least: a
/// description may claim any number of rows that hold nothing.
const GROWTH: u64 = 1000;
const ROW: u64 = 64;

impl Rows {
    fn open(
        chunks: Chunks,
        length: u64,
        options: &SheetOptions,
        limits: &Limits,
    ) -> Result<Self, String> {
        let reader = SerializedFileReader::new(chunks).map_err(|error| reason(&error))?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let mut columns = Column::all(schema.root_schema())?;
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let wanted = match &options.columns {
            Some(options) => wanted(&names, options),
            None => (0..names.len()).collect(),
        };
        if let Some(options) = &options.columns {
            check_texts(&columns, &names, options)?;
        }
        let fields = project(schema.root_schema().get_fields(), &wanted, &mut columns);
        let rows = match fields.is_empty() {
            true => None,
            false => {
                let projection = Type::group_type_builder(schema.root_schema().name())
                    .with_fields(fields)
                    .build();
                let rows = projection.and_then(|projection| {
                    RowIter::from_file_into(Box::new(reader)).project(Some(projection))
                });
                Some(rows.map_err(|error| reason(&error))?)
            }
        };
        let mut out = Vec::new();
        write_record(&mut out, names.iter().map(String::as_str));
        Ok(Self {
            rows,
            columns,
            budget: limits.unpacked.max(length.saturating_mul(GROWTH)),
            limits: *limits,
            out,
            given: 0,
        })
    }

    /// Makes the next rows; none at the end.
    fn refill(&mut self) -> Result<(), String> {
        self.out.clear();
        self.given = 0;
        let mut text = String::new();
        while self.out.len() < AT_ONCE
            && let Some(row) = self.rows.as_mut().and_then(Iterator::next)
        {
            let row = row.map_err(|error| reason(&error))?.into_columns();
            let start = self.out.len();
            for (n, column) in self.columns.iter().enumerate() {
                if n > 0 {
                    self.out.push(b',');
                }
                text.clear();
                column.write(&row, &mut text);
                match text.is_empty() && self.columns.len() == 1 {
                    // A line that is blank would be no row.
                    true => self.out.extend_from_slice(b"\"\""),
                    false => write_field(&mut self.out, &text),
                }
            }
            self.out.push(b'\n');
            let size = (self.out.len() - start) as u64 + ROW;
            self.budget = (self.budget.checked_sub(size)).ok_or_else(|| self.limits.too_much())?;
        }
        Ok(())
    }
}

fn write_record<'n>(out: &mut Vec<u8>, fields: impl Iterator<Item = &'n str>) {
    for (n, field) in fields.enumerate() {
        if n > 0 {
            out.push(b',');
        }
        write_field(out, field);
    }
    out.push(b'\n');
}

impl Read for Rows {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            let refilled = catch_unwind(AssertUnwindSafe(|| self.refill()));
            let refilled = refilled.unwrap_or_else(|_| Err(DAMAGED.to_owned()));
            if let Err(reason) = refilled {
                self.rows = None;
                return Err(io::Error::other(reason));
            }
        }
        let count = buffer.len().min(self.out.len() - self.given);
        buffer[..count].copy_from_slice(&self.out[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

/// The columns that will be read. Where a name is not there, nothing is: the reader of the
/// table will refuse it by its header.
fn wanted(names: &[String], options: &TableOptions) -> Vec<usize> {
    let texts = match options.text_columns.is_empty() {
        true => columns::guess(names, "").ok(),
        false => Some(places(names, &options.text_columns)),
    };
    let Some(mut wanted) = texts else {
        return Vec::new();
    };
    let others = (options.keep.iter())
        .chain(&options.id_column)
        .chain(&options.genre_column);
    wanted.extend(places(names, others));
    wanted
}

fn places<'n>(names: &[String], wanted: impl IntoIterator<Item = &'n String>) -> Vec<usize> {
    let wanted: Vec<&str> = wanted.into_iter().map(|name| name.trim()).collect();
    let is_wanted = |&place: &usize| wanted.contains(&names[place].trim());
    (0..names.len()).filter(is_wanted).collect()
}

/// Refuses lists as texts.
fn check_texts(columns: &[Column], names: &[String], options: &TableOptions) -> Result<(), String> {
    let texts = match options.text_columns.is_empty() {
        true => columns::guess(names, "").unwrap_or_default(),
        false => places(names, &options.text_columns),
    };
    match texts
        .iter()
        .map(|&place| &columns[place])
        .find(|column| column.is_nested)
    {
        Some(column) => Err(format!(
            "its column `{}` holds lists, not texts",
            column.name
        )),
        None => Ok(()),
    }
}

/// The outer fields that the wanted columns lie in; each column learns its place in a row of
/// them.
fn project(fields: &[TypePtr], wanted: &[usize], columns: &mut [Column]) -> Vec<TypePtr> {
    let mut places: Vec<usize> = wanted.iter().map(|&column| columns[column].field).collect();
    places.sort_unstable();
    places.dedup();
    for (n, column) in columns.iter_mut().enumerate() {
        column.place = (wanted.contains(&n))
            .then(|| places.binary_search(&column.field).ok())
            .flatten();
    }
    places
        .iter()
        .map(|&place| Arc::clone(&fields[place]))
        .collect()
}

/// Why a file is not read, in words.
fn reason(error: &ParquetError) -> String {
    match error {
        ParquetError::External(error) => match error.downcast_ref::<Refused>() {
            Some(Refused(reason)) => reason.clone(),
            None => match error.downcast_ref::<io::Error>() {
                Some(error) => io_reason(error),
                None => DAMAGED.to_owned(),
            },
        },
        ParquetError::EOF(_) => "truncated: a column is cut off".to_owned(),
        ParquetError::NYI(_) => "packed in a way that is not known".to_owned(),
        _ => DAMAGED.to_owned(),
    }
}

#[cfg(test)]
mod tests;
