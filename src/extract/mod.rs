//! Inputs to texts.
//!
//! **In:** bytes of a file and its [`Format`]. **Out:** the text of a whole file with what
//! its layout tells ([`extract`]), the parts of a huge one ([`plain::TextParts`]), or the
//! rows of a table ([`table::TableReader`]). **Unit:** bytes of the UTF-8 text.
//!
//! Two decisions live here: the table of formats, and which format a file without a known
//! extension has. A new format is a file of its own and a row of [`FORMATS`].

use std::io::{self, Read, Seek};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::extract::header::Syntax;
use crate::extract::limits::Limits;
use crate::extract::schema::TableOptions;

pub use crate::extract::extracted::Extracted;
pub use crate::extract::failure::{Failure, io_reason};

mod blocks;
mod columns;
pub mod decode;
mod delimited;
pub mod extracted;
pub mod extractor;
pub mod failure;
pub mod header;
#[cfg(feature = "html")]
pub mod html;
pub mod isolated;
mod json;
mod jsonl;
pub mod limits;
#[cfg(feature = "mail")]
pub mod mail;
pub mod markdown;
mod markup;
#[cfg(feature = "office")]
mod office;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod plain;
pub mod rows;
#[cfg(feature = "office")]
mod rtf;
pub mod schema;
#[cfg(feature = "sheets")]
mod sheet;
mod stream;
pub mod table;

/// A format that inputs may have.
#[derive(Debug)]
pub struct Format {
    /// Its name, for messages.
    pub name: &'static str,
    /// The extensions of its files, in lower case and without the dot.
    pub extensions: &'static [&'static str],
    /// True where the first bytes of a file can be of this format only, whatever its
    /// extension says. They are at most [`HEAD`] bytes.
    pub magic: fn(&[u8]) -> bool,
    /// True where a library of others reads it, so that a process of its own is better for it
    /// (see [`isolated`]).
    pub isolated: bool,
    /// What is in such a file.
    pub kind: Kind,
}

/// What a file holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// One document, whose text can be read in parts ([`plain::TextParts`]).
    Text,
    /// One document, read as a whole.
    Whole(fn(Vec<u8>, &Limits) -> std::result::Result<Extracted, String>),
    /// A document in each row ([`table::TableReader`]).
    Table(Syntax),
    /// A table in a form that is first turned into rows of that syntax.
    Sheet(
        fn(Box<dyn Source>, &SheetOptions, &Limits) -> SheetRows,
        Syntax,
    ),
}

/// What a table in a form of its own is read from: it may be read anywhere.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// Opens a table in a form of its own.
pub type OpenSheet = fn(Box<dyn Source>, &SheetOptions, &Limits) -> SheetRows;

/// The rows of a sheet as they would stand in a file of the syntax, read as they are asked
/// for, or why there are none.
pub type SheetRows = std::result::Result<Box<dyn Read + Send>, String>;

/// Which part of a workbook is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetOptions {
    /// The name of the sheet, or its number from 1; `None` for the first that has rows.
    pub sheet: Option<String>,
    /// What will be read of the table: a format that holds column by column need not unpack
    /// the others. `None` where that is not known.
    pub columns: Option<TableOptions>,
}

/// Every format, the first for what cannot be told apart.
pub static FORMATS: &[Format] = &[
    Format {
        name: "plain text",
        extensions: &["txt", "text"],
        magic: none,
        isolated: false,
        kind: Kind::Text,
    },
    Format {
        name: "Markdown",
        extensions: &["md", "markdown", "mdown", "mkd"],
        magic: none,
        isolated: false,
        kind: Kind::Whole(markdown::extract),
    },
    #[cfg(feature = "pdf")]
    Format {
        name: "PDF",
        extensions: &["pdf"],
        magic: pdf::magic,
        isolated: true,
        kind: Kind::Whole(pdf::extract),
    },
    #[cfg(feature = "html")]
    Format {
        name: "HTML",
        extensions: &["html", "htm", "xhtml", "xht"],
        magic: html::magic,
        isolated: true,
        kind: Kind::Whole(html::extract),
    },
    #[cfg(feature = "mail")]
    Format {
        name: "mail",
        extensions: &["eml", "mht", "mhtml"],
        magic: mail::magic,
        isolated: true,
        kind: Kind::Whole(mail::extract),
    },
    Format {
        name: "CSV",
        extensions: &["csv"],
        magic: none,
        isolated: false,
        kind: Kind::Table(Syntax::Delimited(None)),
    },
    Format {
        name: "TSV",
        extensions: &["tsv", "tab"],
        magic: none,
        isolated: false,
        kind: Kind::Table(Syntax::Delimited(Some(b'\t'))),
    },
    Format {
        name: "JSON lines",
        extensions: &["jsonl", "ndjson"],
        magic: none,
        isolated: false,
        kind: Kind::Table(Syntax::JsonLines),
    },
    #[cfg(feature = "office")]
    Format {
        name: "Word",
        extensions: &["docx", "docm", "dotx", "dotm"],
        magic: office::package::is_docx,
        isolated: true,
        kind: Kind::Whole(office::docx::extract),
    },
    #[cfg(feature = "office")]
    Format {
        name: "OpenDocument text",
        extensions: &["odt", "ott", "fodt"],
        magic: office::odt::is_odt,
        isolated: true,
        kind: Kind::Whole(office::odt::extract),
    },
    #[cfg(feature = "office")]
    Format {
        name: "RTF",
        extensions: &["rtf"],
        magic: rtf::is_rtf,
        isolated: true,
        kind: Kind::Whole(rtf::extract),
    },
    #[cfg(feature = "office")]
    Format {
        name: "Word 97-2003",
        extensions: &["doc", "dot"],
        magic: office::ole::is_ole,
        isolated: true,
        kind: Kind::Whole(office::ole::extract),
    },
    Format {
        name: "JSON",
        extensions: &["json"],
        magic: none,
        isolated: false,
        kind: Kind::Sheet(json::open, Syntax::JsonLines),
    },
    #[cfg(feature = "sheets")]
    Format {
        name: "Excel workbook",
        extensions: &["xlsx", "xlsm", "xltx", "xlsb", "xls"],
        magic: sheet::is_excel,
        isolated: true,
        kind: Kind::Sheet(sheet::open, Syntax::Sheet),
    },
    #[cfg(feature = "sheets")]
    Format {
        name: "OpenDocument sheet",
        extensions: &["ods", "ots"],
        magic: sheet::is_open_document,
        isolated: true,
        kind: Kind::Sheet(sheet::open, Syntax::Sheet),
    },
    #[cfg(feature = "parquet")]
    Format {
        name: "Parquet",
        extensions: &["parquet"],
        magic: parquet::is_parquet,
        isolated: true,
        kind: Kind::Sheet(parquet::open, Syntax::Delimited(Some(b','))),
    },
];

/// The magic of formats that are only told by their extension or their looks.
fn none(_: &[u8]) -> bool {
    false
}

impl Format {
    /// The format that the extension of `path` tells, in any case; `None` where it tells
    /// none.
    pub fn of_path(path: &Path) -> Option<&'static Self> {
        let extension = path.extension()?.to_str()?;
        let listed = |format: &&Self| {
            format
                .extensions
                .iter()
                .any(|e| e.eq_ignore_ascii_case(extension))
        };
        FORMATS.iter().find(listed)
    }

    /// The format of a file: what its first bytes must be of, else what its extension tells,
    /// else what they look like.
    pub fn of(path: &Path, head: &[u8]) -> &'static Self {
        let head = &head[..head.len().min(HEAD)];
        (Self::of_magic(head).or_else(|| Self::of_path(path)))
            .unwrap_or_else(|| Self::of_content(head))
    }

    /// The format that the first bytes of an input must be of; `None` where they tell none
    /// for certain.
    pub fn of_magic(head: &[u8]) -> Option<&'static Self> {
        FORMATS.iter().find(|format| (format.magic)(head))
    }

    /// The format that the first bytes of an input look like: one that they must be of, a
    /// table, JSON lines, other JSON, or else plain text.
    pub fn of_content(head: &[u8]) -> &'static Self {
        if let Some(format) = Self::of_magic(head) {
            return format;
        }
        let looks = |format: &&Self| match format.kind {
            Kind::Table(syntax) => header::looks_like(head, syntax),
            Kind::Sheet(_, Syntax::JsonLines) => json::looks_like(head),
            Kind::Text | Kind::Whole(_) | Kind::Sheet(..) => false,
        };
        FORMATS.iter().find(looks).unwrap_or(&FORMATS[0])
    }
}

/// Why a file without a byte is not read, whatever its format.
const EMPTY: &str = "file is empty";

/// How much of an input its format is told by.
pub const HEAD: usize = 64 * 1024;

/// The format of what `reader` gives, by its content and the extension of `path`, and a
/// reader that still gives all of it.
///
/// # Errors
///
/// If it cannot be read.
pub fn recognise(
    path: &Path,
    mut reader: Box<dyn Read + Send>,
) -> io::Result<(&'static Format, Box<dyn Read + Send>)> {
    let mut head = Vec::new();
    reader.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let format = Format::of(path, &head);
    Ok((format, Box::new(io::Cursor::new(head).chain(reader))))
}

/// The text of what `reader` gives, read as a whole.
///
/// # Errors
///
/// An input error: if it cannot be read, is larger than [`Limits::file`], or as
/// [`extract`].
pub fn read(
    format: &Format,
    reader: Box<dyn Read + Send>,
    path: &str,
    limits: &Limits,
) -> Result<Extracted> {
    let mut bytes = Vec::new();
    (reader.take(limits.file + 1).read_to_end(&mut bytes))
        .map_err(|error| Error::input(path, "read", io_reason(&error)))?;
    if bytes.len() as u64 > limits.file {
        return Err(Error::input(path, "read", limits.too_large(format.name)));
    }
    extract(format, bytes, limits).map_err(|reason| Error::input(path, "extract", reason))
}

/// The text of a whole file.
///
/// # Errors
///
/// The reason, in words: if the file is empty or binary, if a byte fits no encoding, if
/// it breaks the rules of its format or goes over a limit.
pub fn extract(
    format: &Format,
    bytes: Vec<u8>,
    limits: &Limits,
) -> std::result::Result<Extracted, String> {
    match format.kind {
        _ if bytes.is_empty() => Err(EMPTY.to_owned()),
        Kind::Text => plain::extract(bytes),
        Kind::Whole(extract) => extract(bytes, limits),
        Kind::Table(_) | Kind::Sheet(..) => {
            Err(format!("{} is a table, not one text", format.name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_tells_the_format_in_any_case() {
        assert_eq!(Format::of_path(Path::new("a/b.CSV")).unwrap().name, "CSV");
    }

    #[test]
    fn no_two_formats_share_an_extension() {
        let mut all: Vec<&str> = FORMATS
            .iter()
            .flat_map(|format| format.extensions)
            .copied()
            .collect();
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn content_that_is_no_table_is_plain_text() {
        assert_eq!(Format::of_content(b"We plan, and act.").name, "plain text");
    }

    #[test]
    fn a_recognised_reader_still_gives_all() {
        let text = "id,text\n1,x\n".repeat(20_000);
        let source = Box::new(io::Cursor::new(text.clone().into_bytes()));
        let (format, mut reader) = recognise(Path::new("-"), source).unwrap();
        let mut all = String::new();
        reader.read_to_string(&mut all).unwrap();
        assert_eq!((format.name, all == text), ("CSV", true));
    }

    #[test]
    fn a_file_over_the_limit_is_not_read_whole() {
        let error = read(
            &FORMATS[1],
            Box::new(io::repeat(b'a')),
            "t.md",
            &Limits::default(),
        )
        .unwrap_err();
        let expected = "t.md: file is larger than 64 MiB, the limit for Markdown";
        assert_eq!(error.to_string(), expected);
    }
}
