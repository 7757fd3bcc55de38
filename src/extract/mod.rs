//! Inputs to texts.
//!
//! **In:** bytes of a file and its [`Format`]. **Out:** the text of a whole file with what
//! its layout tells ([`extract`]), the parts of a huge one ([`plain::TextParts`]), or the
//! rows of a table ([`table::TableReader`]). **Unit:** bytes of the UTF-8 text.
//!
//! Two decisions live here: the table of formats, and which format a file without a known
//! extension has. A new format is a file of its own and a row of [`FORMATS`].

use std::io::{self, Read};
use std::path::Path;

use crate::error::{Error, Result};
use crate::extract::header::Syntax;

pub use crate::extract::extracted::Extracted;
pub use crate::extract::failure::{Failure, io_reason};

mod columns;
pub mod decode;
mod delimited;
pub mod extracted;
pub mod failure;
pub mod header;
mod jsonl;
pub mod markdown;
mod markup;
pub mod plain;
pub mod rows;
pub mod schema;
mod stream;
pub mod table;

/// A format that inputs may have.
#[derive(Debug)]
pub struct Format {
    /// Its name, for messages.
    pub name: &'static str,
    /// The extensions of its files, in lower case and without the dot.
    pub extensions: &'static [&'static str],
    /// What is in such a file.
    pub kind: Kind,
}

/// What a file holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// One document, whose text can be read in parts ([`plain::TextParts`]).
    Text,
    /// One document, read as a whole.
    Whole(fn(Vec<u8>) -> std::result::Result<Extracted, String>),
    /// A document in each row ([`table::TableReader`]).
    Table(Syntax),
}

/// Every format, the first for what cannot be told apart.
pub static FORMATS: &[Format] = &[
    Format {
        name: "plain text",
        extensions: &["txt", "text"],
        kind: Kind::Text,
    },
    Format {
        name: "Markdown",
        extensions: &["md", "markdown", "mdown", "mkd"],
        kind: Kind::Whole(markdown::extract),
    },
    Format {
        name: "CSV",
        extensions: &["csv"],
        kind: Kind::Table(Syntax::Delimited(None)),
    },
    Format {
        name: "TSV",
        extensions: &["tsv", "tab"],
        kind: Kind::Table(Syntax::Delimited(Some(b'\t'))),
    },
    Format {
        name: "JSON lines",
        extensions: &["jsonl", "ndjson"],
        kind: Kind::Table(Syntax::JsonLines),
    },
];

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

    /// The format that the first bytes of an input look like: JSON lines, a table, or else
    /// plain text.
    pub fn of_content(head: &[u8]) -> &'static Self {
        let looks = |format: &&Self| match format.kind {
            Kind::Table(syntax) => header::looks_like(head, syntax),
            Kind::Text | Kind::Whole(_) => false,
        };
        FORMATS.iter().find(looks).unwrap_or(&FORMATS[0])
    }
}

/// How much of an input its format is told by.
const HEAD: usize = 64 * 1024;

/// The format of what `reader` gives, by its content, and a reader that still gives all of it.
///
/// # Errors
///
/// If it cannot be read.
pub fn recognise(
    mut reader: Box<dyn Read + Send>,
) -> io::Result<(&'static Format, Box<dyn Read + Send>)> {
    let mut head = Vec::new();
    reader.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let format = Format::of_content(&head);
    Ok((format, Box::new(io::Cursor::new(head).chain(reader))))
}

/// The largest file that is read as a whole, in bytes.
pub const LARGEST_WHOLE: u64 = 64 << 20;

/// The text of what `reader` gives, read as a whole.
///
/// # Errors
///
/// An input error: if it cannot be read, is larger than [`LARGEST_WHOLE`], or as
/// [`extract`].
pub fn read(format: &Format, reader: Box<dyn Read + Send>, path: &str) -> Result<Extracted> {
    let mut bytes = Vec::new();
    (reader.take(LARGEST_WHOLE + 1).read_to_end(&mut bytes))
        .map_err(|error| Error::input(path, "read", io_reason(&error)))?;
    if bytes.len() as u64 > LARGEST_WHOLE {
        let limit = LARGEST_WHOLE >> 20;
        let reason = format!(
            "file is larger than {limit} MiB, the limit for {}",
            format.name
        );
        return Err(Error::input(path, "read", reason));
    }
    extract(format, bytes).map_err(|reason| Error::input(path, "extract", reason))
}

/// The text of a whole file.
///
/// # Errors
///
/// The reason, in words: if the file is empty or binary, if a byte fits no encoding, or if
/// it breaks the rules of its format.
pub fn extract(format: &Format, bytes: Vec<u8>) -> std::result::Result<Extracted, String> {
    match format.kind {
        Kind::Text => plain::extract(bytes),
        Kind::Whole(extract) => extract(bytes),
        Kind::Table(_) => Err(format!("{} is a table, not one text", format.name)),
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
        let (format, mut reader) = recognise(source).unwrap();
        let mut all = String::new();
        reader.read_to_string(&mut all).unwrap();
        assert_eq!((format.name, all == text), ("CSV", true));
    }

    #[test]
    fn a_file_over_the_limit_is_not_read_whole() {
        let error = read(&FORMATS[1], Box::new(io::repeat(b'a')), "t.md").unwrap_err();
        let expected = "t.md: file is larger than 64 MiB, the limit for Markdown";
        assert_eq!(error.to_string(), expected);
    }
}
