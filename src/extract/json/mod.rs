//! JSON that is no JSON lines: arrays of objects, objects that hold one, single objects.
//!
//! **In:** a JSON text of any size. **Out:** the same rows as JSON lines, read as they are
//! asked for. **Unit:** bytes; a row is an element of the array, from 1.
//!
//! The decisions that live here:
//!
//! 1. *What the rows are*: the elements of an array; the elements of the only member of an
//!    object that is an array of objects, or of the member that is named as a sheet is; else
//!    each object is a row, be it alone or one of several that follow each other. A first
//!    line that is an object by itself tells JSON lines.
//! 2. *What is wrong fails a row*, never the table: the text is only cut here, at brackets
//!    and commas outside strings, and whoever reads a row judges it. A text that is cut off
//!    ends in a row that fails.
//! 3. *A line end inside a string*, which JSON does not allow, is taken as one.

use std::io::{self, Read, SeekFrom};

use memchr::memchr;

use crate::extract::decode::{decode, mark_or_pattern};
use crate::extract::failure::io_reason;
use crate::extract::json::lines::{Cut, Lines};
use crate::extract::json::shape::Shape;
use crate::extract::limits::Limits;
use crate::extract::stream::{CHUNK, TextStream};
use crate::extract::{SheetOptions, SheetRows, Source, jsonl};

mod lines;
mod nesting;
mod shape;

/// The rows of a JSON text as JSON lines.
///
/// # Errors
///
/// The reason, in words: if it cannot be read, is no JSON, or holds an array without an
/// object.
pub(super) fn open(source: Box<dyn Source>, options: &SheetOptions, limits: &Limits) -> SheetRows {
    let (mut source, start) = in_utf8(source, limits)?;
    let head = head(&mut *source, start)?;
    let body = head.trim_ascii_start();
    let at = start + (head.len() - body.len()) as u64;
    let cut = match body.first() {
        Some(b'[') => match body[1..].trim_ascii_start().first() {
            Some(b']') => return Err("the array is empty".to_owned()),
            Some(b'{') | None => Cut::elements(at + 1, true),
            Some(_) => return Err("an array whose elements are not objects".to_owned()),
        },
        Some(b'{') if first_line_is_a_row(body) => return from(source, at),
        Some(b'{') => {
            let shape = Shape::of(&mut *source, at).map_err(|error| io_reason(&error))?;
            match shape.array(options.sheet.as_deref()) {
                Some(array) => Cut::elements(array + 1, false),
                None => Cut::values(at),
            }
        }
        Some(_) => return Err("not JSON: it begins with neither [ nor {".to_owned()),
        None => return Err("file is empty".to_owned()),
    };
    let from = from(source, cut.start)?;
    Ok(Box::new(Lines::new(from, cut)))
}

/// True where `head` looks like JSON that is not JSON lines.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let mut text = Vec::new();
    let mut stream = TextStream::new(Box::new(io::Cursor::new(head.to_vec())), head.len());
    if stream.fill(&mut text, head.len()).is_err() {
        return false;
    }
    let text = text.trim_ascii_start();
    let object = match text.split_first() {
        Some((b'[', rest)) => rest.trim_ascii_start(),
        _ => text,
    };
    begins_object(object)
}

/// True for `{ "key" :`.
fn begins_object(text: &[u8]) -> bool {
    let Some((b'{', rest)) = text.split_first() else {
        return false;
    };
    let Some((b'"', rest)) = rest.trim_ascii_start().split_first() else {
        return false;
    };
    memchr(b'"', rest).is_some_and(|end| rest[end + 1..].trim_ascii_start().starts_with(b":"))
}

/// The text in a form whose brackets are ASCII, and where it begins. Only UTF-16 must be
/// decoded for that, as a whole; other encodings are found out by who reads the rows.
fn in_utf8(mut source: Box<dyn Source>, limits: &Limits) -> Result<(Box<dyn Source>, u64), String> {
    let head = head(&mut *source, 0)?;
    match mark_or_pattern(&head) {
        None => Ok((source, 0)),
        Some((encoding, mark)) if encoding == encoding_rs::UTF_8 => Ok((source, mark as u64)),
        Some(_) => {
            let mut bytes = Vec::new();
            rewind(&mut *source, 0)?;
            (source.take(limits.file + 1).read_to_end(&mut bytes))
                .map_err(|error| io_reason(&error))?;
            match bytes.len() as u64 > limits.file {
                true => Err(limits.too_large("JSON in UTF-16")),
                false => Ok((
                    Box::new(io::Cursor::new(decode(bytes)?.text.into_bytes())),
                    0,
                )),
            }
        }
    }
}

fn head(source: &mut dyn Source, start: u64) -> Result<Vec<u8>, String> {
    rewind(source, start)?;
    let mut head = Vec::new();
    (source.take(CHUNK as u64).read_to_end(&mut head)).map_err(|error| io_reason(&error))?;
    Ok(head)
}

fn rewind(source: &mut dyn Source, start: u64) -> Result<(), String> {
    (source.seek(SeekFrom::Start(start))).map_err(|error| io_reason(&error))?;
    Ok(())
}

fn from(mut source: Box<dyn Source>, start: u64) -> SheetRows {
    rewind(&mut *source, start)?;
    Ok(source)
}

/// True where the first line is an object by itself and another line follows.
fn first_line_is_a_row(body: &[u8]) -> bool {
    let Some(end) = memchr(b'\n', body) else {
        return false;
    };
    let line = std::str::from_utf8(&body[..end]);
    line.is_ok_and(|line| jsonl::keys(line, &mut Vec::new()).is_ok())
        && body[end..].trim_ascii_start().starts_with(b"{")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_with(text: &[u8], sheet: Option<&str>) -> Result<String, String> {
        let options = SheetOptions {
            sheet: sheet.map(str::to_owned),
            columns: None,
        };
        let source = Box::new(io::Cursor::new(text.to_vec()));
        let mut lines = String::new();
        let mut rows = open(source, &options, &Limits::default())?;
        rows.read_to_string(&mut lines).unwrap();
        Ok(lines)
    }

    fn read(text: &str) -> String {
        read_with(text.as_bytes(), None).unwrap()
    }

    #[test]
    fn the_elements_of_an_array_are_rows() {
        let text = "\u{feff} [\n  {\"id\": 1,\n \"t\": \"a, ]}\\\"\"},\n  {\"id\": [2, {}]}\n]\n";
        assert_eq!(
            read(text),
            "{\"id\": 1,  \"t\": \"a, ]}\\\"\"}\n{\"id\": [2, {}]} \n"
        );
    }

    #[test]
    fn the_only_array_of_objects_in_an_object_is_the_table() {
        let text = r#"{"count": 2, "tags": ["a"], "in": {"x": [{"n": 0}]}, "rows": [{"n": 1}, {"n": 2}], "end": "]"}"#;
        assert_eq!(read(text), "{\"n\": 1}\n{\"n\": 2}\n");
    }

    #[test]
    fn an_array_is_chosen_by_its_name() {
        let text = r#"{"a": [{"n": 1}], "b": [{"n": 2}]}"#;
        assert_eq!(
            read_with(text.as_bytes(), Some("b")).unwrap(),
            "{\"n\": 2}\n"
        );
    }

    #[test]
    fn an_object_with_two_tables_is_one_row() {
        let text = r#"{"a": [{"n": 1}], "b": [{"n": 2}]}"#;
        assert_eq!(read(text), format!("{text}\n"));
    }

    #[test]
    fn an_object_is_one_row() {
        assert_eq!(
            read("{\n \"text\": \"We plan\"\n}\n"),
            "{  \"text\": \"We plan\" }\n"
        );
    }

    #[test]
    fn objects_one_after_the_other_are_rows() {
        assert_eq!(
            read("{\n\"n\": 1}\n{\n\"n\": 2}"),
            "{ \"n\": 1}\n{ \"n\": 2}\n"
        );
    }

    #[test]
    fn json_lines_are_left_as_they_are() {
        let text = "{\"n\": 1}\n{\"n\": \n{\"n\": 3}\n";
        assert_eq!(read(text), text);
    }

    #[test]
    fn a_text_that_is_cut_off_ends_in_a_row_that_fails() {
        assert_eq!(
            read("[{\"n\": 1}, {\"n\": \"We"),
            "{\"n\": 1}\n{\"n\": \"We\n"
        );
        assert_eq!(read("[{\"n\": 1}, "), "{\"n\": 1}\n{\n");
        assert_eq!(read("[{\"n\": 1}"), "{\"n\": 1}\n");
    }

    #[test]
    fn what_follows_the_array_is_a_row_that_fails() {
        assert_eq!(read("[{\"n\": 1}] and more"), "{\"n\": 1}\nand more\n");
    }

    #[test]
    fn a_missing_element_is_a_row_that_fails() {
        assert_eq!(
            read("[{\"n\": 1},, {\"n\": 2},]"),
            "{\"n\": 1}\n,\n{\"n\": 2}\n"
        );
    }

    #[test]
    fn a_line_end_inside_a_string_is_one() {
        assert_eq!(read("[{\"n\": \"a\nb\"}]"), "{\"n\": \"a\\nb\"}\n");
    }

    #[test]
    fn utf16_is_read() {
        let text = "[{\"n\": \"Zoë\"}]"
            .encode_utf16()
            .flat_map(u16::to_le_bytes);
        let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text).collect();
        assert_eq!(read_with(&bytes, None).unwrap(), "{\"n\": \"Zoë\"}\n");
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let reason = |text: &str| read_with(text.as_bytes(), None).err().unwrap();
        assert_eq!(reason("[1, 2]"), "an array whose elements are not objects");
        assert_eq!(reason(" [ ] "), "the array is empty");
        assert_eq!(
            reason("We plan"),
            "not JSON: it begins with neither [ nor {"
        );
        assert_eq!(reason(" \n"), "file is empty");
    }

    #[test]
    fn content_tells_json_from_prose() {
        for (head, is) in [
            ("[{\"text\": \"a\"}]", true),
            ("{\n  \"rows\": [", true),
            ("[see {\"a\" below]", false),
            ("{ We plan }", false),
            ("[1, 2]", false),
        ] {
            assert_eq!(looks_like(head.as_bytes()), is, "{head}");
        }
    }

    proptest! {
        #[test]
        fn each_element_comes_as_it_was(texts in prop::collection::vec("[a{}\\[\\],\":\\\\\né]{0,12}", 1..8), pretty: bool, member: bool) {
            let rows: Vec<_> = texts.iter().map(|t| serde_json::json!({"t": t, "n": [1, {"m": t}]})).collect();
            let all = match member {
                true => serde_json::json!({"a": "b", "rows": rows}),
                false => serde_json::Value::from(rows.clone()),
            };
            let text = match pretty {
                true => serde_json::to_string_pretty(&all).unwrap(),
                false => all.to_string(),
            };
            let read: Vec<serde_json::Value> = read(&text).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(prop_oneof![Just(b'['), Just(b'{'), Just(b'"'), Just(b','), Just(b']'), Just(b'}'), Just(b'\n'), any::<u8>()], 0..60)) {
            looks_like(&bytes);
            let source = Box::new(io::Cursor::new(bytes));
            if let Ok(mut rows) = open(source, &SheetOptions::default(), &Limits::default()) {
                rows.read_to_end(&mut Vec::new()).unwrap();
            }
        }
    }
}
