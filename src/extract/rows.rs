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
//! 3. *A blank row of a sheet* is neither a document nor a failure, and counts, so that
//!    rows have the numbers that they have in the sheet.

use std::borrow::Cow;
use std::fmt::Write as _;

use memchr::memchr;

use crate::extract::delimited::{Cell, Dialect};
use crate::extract::failure::Failure;
use crate::extract::jsonl;
use crate::extract::jsonl::Value;
use crate::text::document::Genre;

// What a reader of rows needs is found in one place.
pub use crate::extract::header::Syntax;
pub use crate::extract::schema::{TableOptions, TableSchema};

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

impl TableSchema {
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
            if self.has_blanks && matches!(cells[..], [cell] if cell.is_empty()) {
                (at, row) = (end, row + 1);
                continue;
            }
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
    fn fits(&self, row: u64, cells: &[Cell]) -> Result<(), String> {
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
    fn json_texts(&self, row: u64, found: &[Value<'_>]) -> Result<(), String> {
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
    fn text(&self, row: u64, start: usize, end: usize) -> Result<&'b str, String> {
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

    proptest! {
        #[test]
        fn any_line_is_taken(line in "(\\{\"text\":|[\\[\\]{}\",:1a.e-]|null|\"text\"){0,20}") {
            jsonl(&format!("{{\"text\": \"a\"}}\n{line}"), &TableOptions::default());
        }
    }
}
