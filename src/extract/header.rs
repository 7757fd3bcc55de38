//! What the head of a table tells: its dialect, its columns, and whether it is a table.
//!
//! **In:** the first bytes of a table. **Out:** the names of its columns and where its rows
//! begin. **Unit:** bytes.
//!
//! The decisions that live here: names lose outer white space; a first line `sep=;`, which
//! spreadsheets write, is obeyed; the keys of JSON lines are those of the first hundred
//! objects; what tells a table from prose.

use crate::extract::decode::EMPTY;
use crate::extract::delimited::Dialect;
use crate::extract::stream::TextStream;
use crate::extract::{columns, jsonl};

/// How the rows of a table are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Fields between delimiters. Without one, it is found out: comma, semicolon, tab or
    /// bar.
    Delimited(Option<u8>),
    /// One JSON object a line.
    JsonLines,
    /// Fields between commas, as the sheets of workbooks are turned into. A record of one
    /// empty field is a row of the sheet that is blank: it counts and is nothing else.
    Sheet,
}

/// How many objects of a JSON lines file tell its columns.
const HEADER_OBJECTS: usize = 100;

/// How much of a table the choice of its delimiter looks at.
const SNIFFED: usize = 256 * 1024;

/// What the head of a table tells.
pub(super) struct Header {
    pub(super) dialect: Option<Dialect>,
    pub(super) names: Vec<String>,
    /// Where the rows begin.
    pub(super) end: usize,
}

/// A header; `None` where the head is too short to hold it; or why there is none.
type Found = Result<Option<Header>, String>;

impl Header {
    /// The header of the table that begins with `head`. With `whole`, nothing follows.
    pub(super) fn read(head: &[u8], whole: bool, syntax: Syntax) -> Found {
        if head.iter().all(u8::is_ascii_whitespace) {
            return match whole {
                true => Err(EMPTY.to_owned()),
                false => Ok(None),
            };
        }
        match syntax {
            Syntax::Delimited(delimiter) => header(head, whole, delimiter),
            Syntax::Sheet => header(head, whole, Some(b',')),
            Syntax::JsonLines => first_keys(head, whole),
        }
    }
}

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
    let mut stream = TextStream::new(Box::new(std::io::Cursor::new(head.to_vec())), head.len());
    if stream.fill(&mut text, head.len()).is_err() {
        return false;
    }
    match syntax {
        Syntax::JsonLines => looks_like_json_lines(&text),
        Syntax::Delimited(None) => looks_delimited(&text),
        Syntax::Delimited(Some(_)) | Syntax::Sheet => false,
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
    use proptest::prelude::*;

    use super::*;

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
        fn any_head_is_looked_at(head in prop::collection::vec(any::<u8>(), 0..200)) {
            looks_like(&head, Syntax::Delimited(None));
            looks_like(&head, Syntax::JsonLines);
        }
    }
}
