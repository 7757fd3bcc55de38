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

/// How many rows show that a table goes on.
const JUDGED_ROWS: usize = 20;

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

    /// True where `bytes` begin with records that all have as many fields as the header.
    pub(super) fn begins_with_rows(&self, bytes: &[u8]) -> bool {
        let (Some(dialect), columns) = (self.dialect, self.columns.len()) else {
            return false;
        };
        let (mut at, mut rows, mut cells) = (0, 0, Vec::new());
        while rows < JUDGED_ROWS
            && let Some(end) = dialect.record(bytes, at, &mut cells)
        {
            if cells.len() != columns {
                return false;
            }
            (at, rows) = (end, rows + 1);
        }
        rows > 0 && columns > 1
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
    let mut stream = TextStream::new(Box::new(io::Cursor::new(head.to_vec())), head.len());
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use proptest::prelude::*;

    use super::*;

    /// The schema of a small table and its rows as one block.
    fn table(bytes: &[u8], syntax: Syntax, options: &TableOptions) -> (TableSchema, RowBlock) {
        let (schema, start) = TableSchema::of(bytes, true, "t", syntax, options)
            .unwrap()
            .unwrap();
        let block = RowBlock {
            bytes: bytes[start..].to_vec(),
            first_row: 1,
            rows: 0,
            encoding: "UTF-8",
            failure: None,
        };
        (schema, block)
    }

    fn read_with(bytes: &[u8], syntax: Syntax, options: &TableOptions) -> Vec<String> {
        let (schema, block) = table(bytes, syntax, options);
        let found = RefCell::new(Vec::new());
        let show = |row: RowDocument<'_>| {
            let keep = row.keep.join("|");
            let line = format!(
                "{} {} {} {} [{keep}]",
                row.id,
                row.field,
                row.genre.name(),
                row.text
            );
            found.borrow_mut().push(line);
        };
        schema.rows(&block, &mut { show }, &mut |failure| {
            found.borrow_mut().push(failure.reason);
        });
        found.into_inner()
    }

    fn csv(table: &str, options: &TableOptions) -> Vec<String> {
        read_with(table.as_bytes(), Syntax::Delimited(None), options)
    }

    fn jsonl(table: &str, options: &TableOptions) -> Vec<String> {
        read_with(table.as_bytes(), Syntax::JsonLines, options)
    }

    fn refused(table: &str, syntax: Syntax, options: &TableOptions) -> String {
        TableSchema::of(table.as_bytes(), true, "t", syntax, options)
            .unwrap_err()
            .to_string()
    }

    fn options(
        text: &[&str],
        id: Option<&str>,
        genre: Option<&str>,
        keep: &[&str],
    ) -> TableOptions {
        let own = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        TableOptions {
            text_columns: own(text),
            id_column: id.map(str::to_owned),
            genre_column: genre.map(str::to_owned),
            keep: own(keep),
            genre: Genre::Any,
        }
    }

    #[test]
    fn a_row_is_named_by_path_and_number() {
        let found = csv("id,text\na,We plan\nb,We act\n", &TableOptions::default());
        assert_eq!(found, ["t#1  any We plan []", "t#2  any We act []"]);
    }

    #[test]
    fn an_id_column_names_the_row() {
        let found = csv("id,text\na,We plan\n", &options(&[], Some("id"), None, &[]));
        assert_eq!(found, ["a  any We plan []"]);
    }

    #[test]
    fn a_row_with_an_empty_id_is_named_by_its_number() {
        let found = csv("id,text\n,We plan\n", &options(&[], Some("id"), None, &[]));
        assert_eq!(found, ["t#1  any We plan []"]);
    }

    #[test]
    fn several_text_columns_are_documents_in_the_order_asked_for() {
        let found = csv(
            "pros,cons\nPay,Chaos\n",
            &options(&["cons", "pros"], None, None, &[]),
        );
        assert_eq!(found, ["t#1 cons any Chaos []", "t#1 pros any Pay []"]);
    }

    #[test]
    fn kept_cells_come_in_the_order_asked_for() {
        let asked = options(&["text"], None, None, &["c", "a", "a"]);
        assert_eq!(
            csv("a,text,c\n1,x,\"2 \"\"b\"\"\"\n", &asked),
            ["t#1  any x [2 \"b\"|1|1]"]
        );
    }

    #[test]
    fn a_genre_column_tells_the_genre() {
        let asked = options(&["text"], None, Some("kind"), &[]);
        assert_eq!(csv("kind,text\nReview,x\n", &asked), ["t#1  review x []"]);
    }

    #[test]
    fn an_empty_genre_is_the_genre_of_the_run() {
        let mut asked = options(&["text"], None, Some("kind"), &[]);
        asked.genre = Genre::Job;
        assert_eq!(csv("kind,text\n,x\n", &asked), ["t#1  job x []"]);
    }

    #[test]
    fn an_unknown_genre_fails_its_row_and_names_the_known() {
        let asked = options(&["text"], None, Some("kind"), &[]);
        let found = csv("kind,text\npoem,x\njob,y\n", &asked);
        let reason = "row 1: genre `poem` is not known; it is one of job, review, performance, any";
        assert_eq!(found, [reason, "t#2  job y []"]);
    }

    #[test]
    fn a_row_with_too_few_fields_fails_alone() {
        let found = csv("a,b,text\n1,2\n1,2,x\n", &TableOptions::default());
        assert_eq!(
            found,
            ["row 1 has 2 fields, the header has 3", "t#2  any x []"]
        );
    }

    #[test]
    fn a_row_with_too_many_fields_fails() {
        let found = csv("a,text\n1,x,y\n", &TableOptions::default());
        assert_eq!(found, ["row 1 has 3 fields, the header has 2"]);
    }

    #[test]
    fn surplus_fields_that_are_empty_do_no_harm() {
        assert_eq!(
            csv("a,text\n1,x,,\n", &TableOptions::default()),
            ["t#1  any x []"]
        );
    }

    #[test]
    fn an_empty_cell_is_an_empty_document() {
        assert_eq!(
            csv("a,text\n1,\n", &TableOptions::default()),
            ["t#1  any  []"]
        );
    }

    #[test]
    fn a_nul_fails_its_row_alone() {
        let found = csv("a,text\n1,x\0\n2,y\n", &TableOptions::default());
        assert_eq!(found, ["row 1 holds a NUL byte", "t#2  any y []"]);
    }

    #[test]
    fn a_header_without_rows_is_a_table() {
        assert!(csv("a,text\n", &TableOptions::default()).is_empty());
    }

    #[test]
    fn names_of_columns_lose_outer_white_space() {
        assert_eq!(
            csv("a, text \n1,x\n", &TableOptions::default()),
            ["t#1  any x []"]
        );
    }

    #[test]
    fn a_line_that_tells_the_delimiter_is_obeyed() {
        assert_eq!(
            csv("sep=;\na,b;text\n1;x, y\n", &TableOptions::default()),
            ["t#1  any x, y []"]
        );
    }

    #[test]
    fn a_tsv_has_tabs_even_where_commas_would_fit() {
        let tab = Syntax::Delimited(Some(b'\t'));
        let found = read_with(b"a,b\ttext\n1,2\tx\n", tab, &TableOptions::default());
        assert_eq!(found, ["t#1  any x []"]);
    }

    #[test]
    fn a_table_of_blank_lines_is_empty() {
        let syntax = Syntax::Delimited(None);
        assert_eq!(
            refused("\n\r\n", syntax, &TableOptions::default()),
            "t: file is empty"
        );
    }

    #[test]
    fn a_quote_that_is_open_at_the_end_of_the_header_is_told() {
        let message = refused(
            "a,\"text\n1,x\n",
            Syntax::Delimited(None),
            &TableOptions::default(),
        );
        assert_eq!(message, "t: a quote opened in the header is never closed");
    }

    #[test]
    fn each_option_that_names_no_column_is_told() {
        for (asked, option) in [
            (options(&["x"], None, None, &[]), "--text-column x"),
            (options(&["text"], Some("x"), None, &[]), "--id-column x"),
            (options(&["text"], None, Some("x"), &[]), "--genre-column x"),
            (options(&["text"], None, None, &["x"]), "--keep x"),
        ] {
            let message = refused("a,text\n", Syntax::Delimited(None), &asked);
            assert!(
                message.starts_with(&format!("t: {option}: no column")),
                "{message}"
            );
        }
    }

    #[test]
    fn the_choice_of_columns_can_be_told() {
        let (schema, _) = table(
            b"pros,cons\n",
            Syntax::Delimited(None),
            &TableOptions::default(),
        );
        assert!(schema.guessed());
        assert_eq!(schema.text_columns().collect::<Vec<_>>(), ["pros", "cons"]);
    }

    #[test]
    fn an_object_is_a_row() {
        let lines =
            "{\"id\": 7, \"text\": \"We\\nplan\", \"x\": [1, {\"y\": null}]}\n\n{\"text\": \"b\"}";
        let found = jsonl(lines, &options(&["text"], Some("id"), None, &["x"]));
        assert_eq!(
            found,
            ["7  any We\nplan [[1,{\"y\":null}]]", "t#2  any b []"]
        );
    }

    #[test]
    fn a_missing_text_key_fails_its_row() {
        let found = jsonl(
            "{\"text\": \"a\"}\n{\"body\": \"b\"}\n",
            &options(&["text"], None, None, &[]),
        );
        assert_eq!(found, ["t#1  any a []", "row 2 has no key `text`"]);
    }

    #[test]
    fn a_null_text_is_an_empty_document() {
        let found = jsonl("{\"text\": null}\n", &TableOptions::default());
        assert_eq!(found, ["t#1  any  []"]);
    }

    #[test]
    fn a_text_that_is_no_string_fails_its_row() {
        let found = jsonl("{\"text\": 5}\n", &TableOptions::default());
        assert_eq!(found, ["row 1: `text` is not a string"]);
    }

    #[test]
    fn a_line_that_is_no_json_fails_alone() {
        let found = jsonl(
            "{\"text\": \"a\"}\n{\"text\": \n{\"text\": \"c\"}\n",
            &TableOptions::default(),
        );
        assert!(
            found[1].starts_with("row 2 is not a JSON object: EOF"),
            "{found:?}"
        );
        assert_eq!(found[2], "t#3  any c []");
    }

    #[test]
    fn a_dotted_name_reaches_into_objects() {
        let asked = options(&["ad.body"], None, None, &["ad.by.name"]);
        let found = jsonl(
            "{\"ad\": {\"body\": \"a\", \"by\": {\"name\": \"Ann\"}}}\n",
            &asked,
        );
        assert_eq!(found, ["t#1 ad.body any a [Ann]".replace("ad.body ", " ")]);
    }

    #[test]
    fn a_name_that_leads_to_no_object_is_missing() {
        let asked = options(&["ad.body"], None, None, &[]);
        let found = jsonl("{\"ad\": {\"body\": \"a\"}}\n{\"ad\": [1]}\n", &asked);
        assert_eq!(found[1], "row 2 has no key `ad.body`");
    }

    #[test]
    fn of_a_key_that_stands_twice_the_last_value_counts() {
        let found = jsonl(
            "{\"text\": \"a\", \"text\": \"b\"}\n",
            &TableOptions::default(),
        );
        assert_eq!(found, ["t#1  any b []"]);
    }

    #[test]
    fn a_number_too_large_to_keep_fails_its_row() {
        let lines = "{\"id\": 123456789012345678901, \"text\": \"a\"}\n";
        let found = jsonl(lines, &options(&["text"], Some("id"), None, &[]));
        assert!(found[0].contains("too large to keep exactly"), "{found:?}");
    }

    #[test]
    fn a_json_array_is_told_from_json_lines() {
        let message = refused(
            "[{\"text\": 1}]",
            Syntax::JsonLines,
            &TableOptions::default(),
        );
        assert_eq!(
            message,
            "t: no JSON lines: the first row is a JSON array, not an object"
        );
    }

    #[test]
    fn content_tells_tables_from_prose() {
        let csv = Syntax::Delimited(None);
        for (head, syntax, is) in [
            ("id,text\n1,We plan\n", csv, true),
            ("date,name,stars\n1,a,2\n2,b,3\n3,c,1\n", csv, true),
            ("Dear Ann,\nwe plan, and act.\n", csv, false),
            ("We plan.\n\nWe act, and learn.\n", csv, false),
            ("{\"text\": \"a\"}\n", Syntax::JsonLines, true),
            ("{ We plan }\n", Syntax::JsonLines, false),
        ] {
            assert_eq!(looks_like(head.as_bytes(), syntax), is, "{head}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_taken(line in "(\\{\"text\":|[\\[\\]{}\",:1a.e-]|null|\"text\"){0,20}") {
            jsonl(&format!("{{\"text\": \"a\"}}\n{line}"), &TableOptions::default());
        }

        #[test]
        fn any_head_is_looked_at(head in prop::collection::vec(any::<u8>(), 0..200)) {
            looks_like(&head, Syntax::Delimited(None));
            looks_like(&head, Syntax::JsonLines);
        }
    }
}
