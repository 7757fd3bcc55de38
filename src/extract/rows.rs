//! The rows of a table as documents.
//!
//! **In:** a block of whole records, and which columns to read. **Out:** documents, and
//! the rows that fail. **Unit:** rows, counted from 1 after the header.
//!
//! The decisions that live here:
//!
//! 1. *A row is a document* for each text column. Its id is the cell of the id column, or
//!    `path#row` where there is no such column or the cell is empty.
//! 2. *A bad row fails alone*: wrong number of fields (more than the header has are let
//!    pass if the surplus is empty), bytes that are not text, a NUL, an unknown genre, a
//!    line that is no object, a text that is no string.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

use memchr::memchr;

use crate::error::{Error, Result};
use crate::extract::decode::EMPTY;
use crate::extract::delimited::{Cell, Cut, Dialect};
use crate::extract::jsonl::Value;
use crate::extract::stream::TextStream;
use crate::extract::{Failure, columns, jsonl};
use crate::text::document::Genre;

/// How the rows of a table are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Fields between delimiters. Without one, it is found out: comma, semicolon, tab or
    /// bar.
    Delimited(Option<u8>),
    /// One JSON object a line.
    JsonLines,
}

/// Which columns are read, and as what.
#[derive(Debug, Clone, Default)]
pub struct TableOptions {
    /// The columns that hold text, one document each; empty: those that plainly do.
    pub text_columns: Vec<String>,
    /// The column that names the document.
    pub id_column: Option<String>,
    /// The column that names the genre of each row.
    pub genre_column: Option<String>,
    /// The columns to carry into the output.
    pub keep: Vec<String>,
    /// The genre where no column tells.
    pub genre: Genre,
}

/// What is read of each row of one table.
#[derive(Debug, Clone)]
pub struct TableSchema {
    path: String,
    /// `None` for JSON lines.
    dialect: Option<Dialect>,
    columns: Vec<String>,
    guessed: bool,
    /// Names of the columns that are read, each once. The roles below are places in it.
    read: Vec<String>,
    /// The place of each of them among the columns.
    places: Vec<usize>,
    texts: Vec<usize>,
    id: Option<usize>,
    genre: Option<usize>,
    keep: Vec<usize>,
    default_genre: Genre,
}

/// Whole records of a table, cut but not yet read.
#[derive(Debug)]
pub struct RowBlock {
    pub(super) bytes: Vec<u8>,
    /// The number of the first row.
    pub first_row: u64,
    /// How many rows there are.
    pub rows: u64,
    pub(super) encoding: &'static str,
    /// Stands for a record that was passed over.
    pub(super) failure: Option<Failure>,
}

impl RowBlock {
    /// Bytes of the records, in UTF-8.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// A text of a row.
#[derive(Debug)]
pub struct RowDocument<'a> {
    /// The number of the row, from 1.
    pub row: u64,
    /// The document's id.
    pub id: &'a str,
    /// The name of the text column where there are several, else empty.
    pub field: &'a str,
    /// The text; empty where the cell is.
    pub text: &'a str,
    /// What kind of text it is.
    pub genre: Genre,
    /// The cells to carry along, in the order asked for.
    pub keep: &'a [Cow<'a, str>],
}

/// How many objects of a JSON lines file tell its columns.
const HEADER_OBJECTS: usize = 100;

/// How much of a table the choice of its delimiter looks at.
const SNIFFED: usize = 256 * 1024;

impl TableSchema {
    /// The schema of the table that begins with `head`, and where its rows begin; `None`
    /// where the head is too short to tell. With `whole`, nothing follows the head.
    ///
    /// # Errors
    ///
    /// As [`super::table::TableReader::open`].
    pub(super) fn of(
        head: &[u8],
        whole: bool,
        path: &str,
        syntax: Syntax,
        options: &TableOptions,
    ) -> Result<Option<(Self, usize)>> {
        let fail = |reason: String| Error::input(path, "extract", reason);
        if head.iter().all(u8::is_ascii_whitespace) {
            return match whole {
                true => Err(fail(EMPTY.to_owned())),
                false => Ok(None),
            };
        }
        let found = match syntax {
            Syntax::Delimited(delimiter) => header(head, whole, delimiter),
            Syntax::JsonLines => first_keys(head, whole),
        };
        let Some(Header {
            dialect,
            names,
            end,
        }) = found.map_err(fail)?
        else {
            return Ok(None);
        };
        Ok(Some((Self::choose(path, dialect, names, options)?, end)))
    }

    fn choose(
        path: &str,
        dialect: Option<Dialect>,
        columns: Vec<String>,
        options: &TableOptions,
    ) -> Result<Self> {
        let find = |name: &String, option| columns::find(&columns, name, option, path);
        let guessed = options.text_columns.is_empty();
        let texts = match guessed {
            true => columns::guess(&columns, path)?,
            false => (options.text_columns.iter())
                .map(|name| find(name, "--text-column"))
                .collect::<Result<_>>()?,
        };
        let id = (options.id_column.iter())
            .map(|name| find(name, "--id-column"))
            .next();
        let genre = (options.genre_column.iter())
            .map(|name| find(name, "--genre-column"))
            .next();
        let keep = (options.keep.iter()).map(|name| find(name, "--keep"));
        let (id, genre, keep) = (
            id.transpose()?,
            genre.transpose()?,
            keep.collect::<Result<Vec<_>>>()?,
        );
        let mut places = Vec::new();
        let mut place = |column: usize| match places.iter().position(|&known| known == column) {
            Some(place) => place,
            None => {
                places.push(column);
                places.len() - 1
            }
        };
        let texts = texts.into_iter().map(&mut place).collect();
        let id = id.map(&mut place);
        let genre = genre.map(&mut place);
        let keep = keep.into_iter().map(&mut place).collect();
        Ok(Self {
            path: path.to_owned(),
            dialect,
            guessed,
            read: places
                .iter()
                .map(|&column| columns[column].clone())
                .collect(),
            places,
            texts,
            id,
            genre,
            keep,
            default_genre: options.genre,
            columns,
        })
    }

    /// The names of all columns.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The names of the columns that hold the text.
    pub fn text_columns(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|&place| self.read[place].as_str())
    }

    /// True where nobody named the text columns, so that the choice should be told.
    pub fn guessed(&self) -> bool {
        self.guessed
    }

    /// The table, as the user named it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where the last whole record ends.
    pub(super) fn cut(&self, bytes: &[u8], last: bool, scratch: &mut Vec<(usize, usize)>) -> Cut {
        match self.dialect {
            Some(dialect) => dialect.cut(bytes, last, scratch),
            None => jsonl::cut(bytes, last),
        }
    }

    /// True where `bytes` begin with a record of as many fields as the header.
    pub(super) fn looks_like_a_row(&self, bytes: &[u8]) -> bool {
        let mut cells = Vec::new();
        let end = self
            .dialect
            .and_then(|dialect| dialect.record(bytes, 0, &mut cells));
        end.is_some() && cells.len() > 1 && cells.len() == self.columns.len()
    }

    /// The failure of a row.
    pub(super) fn failure(&self, row: u64, reason: String) -> Failure {
        Failure {
            path: self.path.clone(),
            row: Some(row),
            stage: "extract",
            reason,
        }
    }

    /// Reads the rows of `block`, in order: each text goes to `visit`, each row that cannot
    /// be read to `fail`.
    pub fn rows(
        &self,
        block: &RowBlock,
        visit: &mut dyn FnMut(RowDocument<'_>),
        fail: &mut dyn FnMut(Failure),
    ) {
        if let Some(failure) = &block.failure {
            return fail(failure.clone());
        }
        let text = BlockText::of(block);
        match self.dialect {
            Some(dialect) => self.delimited_rows(dialect, &text, visit, fail),
            None => self.json_rows(&text, visit, fail),
        }
    }

    fn delimited_rows(
        &self,
        dialect: Dialect,
        block: &BlockText<'_>,
        visit: &mut dyn FnMut(RowDocument<'_>),
        fail: &mut dyn FnMut(Failure),
    ) {
        let (mut cells, mut values, mut scratch) = (Vec::new(), Vec::new(), Scratch::default());
        let (mut at, mut row) = (0, block.first_row);
        while let Some(end) = dialect.record(block.bytes, at, &mut cells) {
            let read = self
                .fits(row, &cells)
                .and_then(|()| block.text(row, at, end));
            match read {
                Ok(text) => {
                    values.clear();
                    values.extend(self.places.iter().map(|&i| cells[i].text(text, at)));
                    self.emit(row, &values, &mut scratch, visit, fail);
                }
                Err(reason) => fail(self.failure(row, reason)),
            }
            (at, row) = (end, row + 1);
        }
    }

    /// Checks the number of fields.
    fn fits(&self, row: u64, cells: &[Cell]) -> std::result::Result<(), String> {
        let (have, wanted) = (cells.len(), self.columns.len());
        if have == wanted || have > wanted && cells[wanted..].iter().all(|cell| cell.is_empty()) {
            return Ok(());
        }
        let plural = if have == 1 { "" } else { "s" };
        Err(format!(
            "row {row} has {have} field{plural}, the header has {wanted}"
        ))
    }

    fn json_rows(
        &self,
        block: &BlockText<'_>,
        visit: &mut dyn FnMut(RowDocument<'_>),
        fail: &mut dyn FnMut(Failure),
    ) {
        let mut found = vec![Value::Missing; self.read.len()];
        let mut scratch = Scratch::default();
        for ((at, line), row) in jsonl::lines(block.bytes).zip(block.first_row..) {
            let read = (block.text(row, at, at + line.len()))
                .and_then(|text| {
                    jsonl::read(text, &self.read, &mut found).map_err(|e| format!("row {row} {e}"))
                })
                .and_then(|()| self.json_texts(row, &found));
            match read {
                Ok(()) => {
                    let values: Vec<Cow<'_, str>> = found.iter().map(Value::text).collect();
                    self.emit(row, &values, &mut scratch, visit, fail);
                }
                Err(reason) => fail(self.failure(row, reason)),
            }
        }
    }

    /// Checks that each text is there and is a string.
    fn json_texts(&self, row: u64, found: &[Value<'_>]) -> std::result::Result<(), String> {
        for &place in &self.texts {
            let name = &self.read[place];
            match found[place] {
                Value::Missing => return Err(format!("row {row} has no key `{name}`")),
                Value::Other(_) => return Err(format!("row {row}: `{name}` is not a string")),
                Value::Null | Value::Text(_) => {}
            }
        }
        Ok(())
    }

    /// Hands on the texts of one row.
    fn emit(
        &self,
        row: u64,
        values: &[Cow<'_, str>],
        scratch: &mut Scratch,
        visit: &mut dyn FnMut(RowDocument<'_>),
        fail: &mut dyn FnMut(Failure),
    ) {
        let genre = match self.genre.map(|place| values[place].trim()) {
            None | Some("") => self.default_genre,
            Some(name) => match Genre::parse(name) {
                Some(genre) => genre,
                None => return fail(self.failure(row, unknown_genre(row, name))),
            },
        };
        scratch.id.clear();
        match self.id.map(|place| &*values[place]) {
            // Writing into a string does not fail.
            None | Some("") => _ = write!(scratch.id, "{}#{row}", self.path),
            Some(id) => scratch.id.push_str(id),
        }
        let keep: Vec<Cow<'_, str>> = self
            .keep
            .iter()
            .map(|&place| Cow::Borrowed(&*values[place]))
            .collect();
        for &place in &self.texts {
            visit(RowDocument {
                row,
                id: &scratch.id,
                field: if self.texts.len() > 1 {
                    &self.read[place]
                } else {
                    ""
                },
                text: &values[place],
                genre,
                keep: &keep,
            });
        }
    }
}

/// Memory that rows share.
#[derive(Default)]
struct Scratch {
    id: String,
}

fn unknown_genre(row: u64, name: &str) -> String {
    let known: Vec<&str> = Genre::NAMES.iter().map(|&(name, _)| name).collect();
    format!(
        "row {row}: genre `{name}` is not known; it is one of {}",
        known.join(", ")
    )
}

/// The bytes of a block, checked once where all is well, row by row where not.
struct BlockText<'b> {
    bytes: &'b [u8],
    whole: Option<&'b str>,
    first_row: u64,
    encoding: &'static str,
}

impl<'b> BlockText<'b> {
    fn of(block: &'b RowBlock) -> Self {
        let bytes = &block.bytes[..];
        let clean = memchr(0, bytes).is_none();
        Self {
            bytes,
            whole: std::str::from_utf8(bytes).ok().filter(|_| clean),
            first_row: block.first_row,
            encoding: block.encoding,
        }
    }

    /// The text of the row in bytes `start..end`.
    fn text(&self, row: u64, start: usize, end: usize) -> std::result::Result<&'b str, String> {
        if let Some(text) = self.whole {
            return Ok(&text[start..end]);
        }
        let bytes = &self.bytes[start..end];
        if memchr(0, bytes).is_some() {
            return Err(format!("row {row} holds a NUL byte"));
        }
        std::str::from_utf8(bytes).map_err(|error| match self.encoding {
            "UTF-8" => {
                let byte = bytes[error.valid_up_to()];
                format!("row {row} holds a byte (0x{byte:02X}) that is not UTF-8")
            }
            other => format!("row {row} holds bytes that are not {other}"),
        })
    }
}

/// What the head of a table tells.
struct Header {
    dialect: Option<Dialect>,
    names: Vec<String>,
    /// Where the rows begin.
    end: usize,
}

type Found = std::result::Result<Option<Header>, String>;

/// The header of comma-separated values. A first line `sep=;`, which spreadsheets write,
/// is obeyed.
fn header(head: &[u8], whole: bool, delimiter: Option<u8>) -> Found {
    let (told, start) = match head {
        [
            b's' | b'S',
            b'e' | b'E',
            b'p' | b'P',
            b'=',
            told,
            b'\r' | b'\n',
            ..,
        ] => (Some(*told), 6),
        _ => (None, 0),
    };
    let head = &head[start..];
    let dialect = match delimiter.or(told) {
        Some(delimiter) => Dialect { delimiter },
        None => Dialect::sniff(
            &head[..head.len().min(SNIFFED)],
            !whole || head.len() > SNIFFED,
        ),
    };
    let cut = dialect.cut(head, whole, &mut Vec::new());
    let mut cells = Vec::new();
    match dialect.record(head, 0, &mut cells) {
        Some(end) if end <= cut.end => {
            let text = std::str::from_utf8(&head[..end]).map_err(|_| "the header is not UTF-8")?;
            let names = cells
                .iter()
                .map(|cell| cell.text(text, 0).trim().to_owned())
                .collect();
            Ok(Some(Header {
                dialect: Some(dialect),
                names,
                end: start + end,
            }))
        }
        Some(_) if whole => Err("a quote opened in the header is never closed".to_owned()),
        _ => Ok(None),
    }
}

/// The keys of the first objects of JSON lines.
fn first_keys(head: &[u8], whole: bool) -> Found {
    let end = jsonl::cut(head, whole).end;
    let (mut names, mut first_error) = (Vec::new(), None);
    for (_, line) in jsonl::lines(&head[..end]).take(HEADER_OBJECTS) {
        let keys = std::str::from_utf8(line)
            .map_err(|_| "is not UTF-8".to_owned())
            .and_then(|line| jsonl::keys(line, &mut names));
        if let Err(error) = keys {
            first_error.get_or_insert(error);
        }
    }
    match (names.is_empty(), first_error) {
        (true, Some(error)) => Err(format!("no JSON lines: the first row {error}")),
        (true, None) if !whole => Ok(None),
        _ => Ok(Some(Header {
            dialect: None,
            names,
            end: 0,
        })),
    }
}

/// True where an input that begins with `head` looks like a table of this syntax.
///
/// Prose has commas too. So a delimited table must have records of one length, and either
/// a column whose name plainly says text, or at least three columns and three rows.
pub(super) fn looks_like(head: &[u8], syntax: Syntax) -> bool {
    let mut text = Vec::new();
    let mut stream = TextStream::new(Box::new(io::Cursor::new(head.to_vec())));
    if stream.fill(&mut text, head.len()).is_err() {
        return false;
    }
    match syntax {
        Syntax::JsonLines => looks_like_json_lines(&text),
        Syntax::Delimited(None) => looks_delimited(&text),
        Syntax::Delimited(Some(_)) => false,
    }
}

fn looks_like_json_lines(text: &[u8]) -> bool {
    let Some((at, line)) = jsonl::lines(text).next() else {
        return false;
    };
    let cut_off = at + line.len() == text.len();
    match std::str::from_utf8(line) {
        Ok(line) if jsonl::keys(line, &mut Vec::new()).is_ok() => true,
        // One object may be longer than the head.
        _ => cut_off && line.starts_with(b"{\""),
    }
}

fn looks_delimited(text: &[u8]) -> bool {
    let Ok(Some(header)) = header(text, false, None) else {
        return false;
    };
    let (Some(dialect), columns) = (header.dialect, header.names.len()) else {
        return false;
    };
    let names_fit = header
        .names
        .iter()
        .all(|name| name.len() <= 60 && !name.ends_with(['.', '!', '?', ':']));
    if columns < 2 || !names_fit {
        return false;
    }
    let (mut at, mut rows, mut cells) = (header.end, 0, Vec::new());
    while let Some(end) = dialect.record(text, at, &mut cells) {
        // The last record may be cut off.
        if cells.len() != columns && end < text.len() {
            return false;
        }
        rows += usize::from(cells.len() == columns);
        at = end;
    }
    let plain = columns::guess(&header.names, "").is_ok();
    rows >= 1 && plain || rows >= 3 && columns >= 3
}
