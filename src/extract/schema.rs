//! What is read of the rows of a table.
//!
//! **In:** the head of a table, and what the user asked for. **Out:** [`TableSchema`], which
//! any thread reads rows by ([`TableSchema::rows`]). **Unit:** columns.
//!
//! One decision lives here: a table goes on behind a record that has no end if the next
//! twenty records have as many fields as the header.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::extract::delimited::{Cut, Dialect};
use crate::extract::failure::Failure;
use crate::extract::header::{Header, Syntax};
use crate::extract::{columns, jsonl};
use crate::text::document::Genre;

/// Which columns are read, and as what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    pub(super) path: String,
    /// `None` for JSON lines.
    pub(super) dialect: Option<Dialect>,
    /// True where a record of one empty field is a blank row ([`Syntax::Sheet`]).
    pub(super) has_blanks: bool,
    pub(super) columns: Vec<String>,
    guessed: bool,
    /// Names of the columns that are read, each once. The roles below are places in it.
    pub(super) read: Vec<String>,
    /// The place of each of them among the columns.
    pub(super) places: Vec<usize>,
    pub(super) texts: Vec<usize>,
    pub(super) id: Option<usize>,
    pub(super) genre: Option<usize>,
    pub(super) keep: Vec<usize>,
    pub(super) default_genre: Genre,
}

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
        let header = Header::read(head, whole, syntax).map_err(fail)?;
        let Some(Header {
            dialect,
            names,
            end,
        }) = header
        else {
            return Ok(None);
        };
        let mut schema = Self::choose(path, dialect, names, options)?;
        schema.has_blanks = syntax == Syntax::Sheet;
        Ok(Some((schema, end)))
    }

    fn choose(
        path: &str,
        dialect: Option<Dialect>,
        columns: Vec<String>,
        options: &TableOptions,
    ) -> Result<Self> {
        let find = |name: &String, option| columns::find(&columns, name, option, path);
        let find_all = |names: &[String], option| -> Result<Vec<usize>> {
            names.iter().map(|name| find(name, option)).collect()
        };
        let find_one = |name: &Option<String>, option| -> Result<Option<usize>> {
            name.as_ref().map(|name| find(name, option)).transpose()
        };
        let guessed = options.text_columns.is_empty();
        let texts = match guessed {
            true => columns::guess(&columns, path)?,
            false => find_all(&options.text_columns, "--text-column")?,
        };
        let id = find_one(&options.id_column, "--id-column")?;
        let genre = find_one(&options.genre_column, "--genre-column")?;
        let keep = find_all(&options.keep, "--keep")?;
        let mut read = Distinct(Vec::new());
        Ok(Self {
            path: path.to_owned(),
            dialect,
            has_blanks: false,
            guessed,
            texts: texts.into_iter().map(|column| read.place(column)).collect(),
            id: id.map(|column| read.place(column)),
            genre: genre.map(|column| read.place(column)),
            keep: keep.into_iter().map(|column| read.place(column)).collect(),
            default_genre: options.genre,
            read: read
                .0
                .iter()
                .map(|&column| columns[column].clone())
                .collect(),
            places: read.0,
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
}

/// Columns, each once, in the order in which they are first asked for.
struct Distinct(Vec<usize>);

impl Distinct {
    /// The place of `column`.
    fn place(&mut self, column: usize) -> usize {
        let known = self.0.iter().position(|&known| known == column);
        known.unwrap_or_else(|| {
            self.0.push(column);
            self.0.len() - 1
        })
    }
}
