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
use crate::extract::limits::Limits;
use crate::extract::stream::{CHUNK, TextStream};
use crate::extract::{SheetOptions, SheetRows, Source, jsonl};

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

/// What stands between the brackets of a JSON text, told byte by byte.
#[derive(Debug, Default)]
struct Nesting {
    depth: u64,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    /// Takes note of the next byte; true where it belongs to a string or opens or closes one.
    fn passes_string(&mut self, byte: u8) -> bool {
        if !self.in_string {
            self.in_string = byte == b'"';
            return self.in_string;
        }
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' => self.escaped = true,
            b'"' => self.in_string = false,
            _ => {}
        }
        true
    }

    /// Takes note of a byte outside of strings.
    fn turn(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// The members of an object that are arrays of objects.
#[derive(Debug, Default)]
struct Shape {
    /// Name, and the place of the bracket.
    arrays: Vec<(Vec<u8>, u64)>,
    /// True where something follows the object.
    followed: bool,
}

/// The longest name of a member that is remembered, in bytes.
const LONGEST_NAME: usize = 1000;

/// How many arrays are remembered: more than one is as good as many.
const ARRAYS: usize = 1000;

impl Shape {
    /// Looks through the object that begins at `at`.
    fn of(source: &mut dyn Source, at: u64) -> io::Result<Self> {
        source.seek(SeekFrom::Start(at))?;
        let mut search = Search::default();
        let (mut chunk, mut place) = (vec![0; CHUNK], at);
        loop {
            let count = source.read(&mut chunk)?;
            for &byte in &chunk[..count] {
                if search.ends(byte, place) {
                    return Ok(search.shape);
                }
                place += 1;
            }
            if count == 0 {
                return Ok(search.shape);
            }
        }
    }

    /// Where the array begins whose elements are the rows.
    fn array(&self, wanted: Option<&str>) -> Option<u64> {
        if self.followed {
            return None;
        }
        let named = |(name, _): &&(Vec<u8>, u64)| wanted.is_some_and(|w| w.as_bytes() == name);
        match (self.arrays.iter().find(named), &self.arrays[..]) {
            (Some(&(_, place)), _) | (None, &[(_, place)]) => Some(place),
            _ => None,
        }
    }
}

/// The search for arrays of objects in an object.
#[derive(Debug, Default)]
struct Search {
    shape: Shape,
    nesting: Nesting,
    /// True behind the first bracket.
    begun: bool,
    /// The string of the outermost level that was read last: before an array, its name.
    name: Vec<u8>,
    /// The bracket of an array whose first element is not yet seen.
    bracket: Option<u64>,
}

impl Search {
    /// Takes the next byte, which stands at `place`; true where the search is over.
    fn ends(&mut self, byte: u8, place: u64) -> bool {
        let was_in_string = self.nesting.in_string;
        if self.nesting.passes_string(byte) {
            self.bracket = None;
            if self.nesting.depth == 1 {
                match was_in_string && self.nesting.in_string {
                    true if self.name.len() < LONGEST_NAME => self.name.push(byte),
                    false if !was_in_string => self.name.clear(),
                    _ => {}
                }
            }
            return false;
        }
        if byte.is_ascii_whitespace() {
            return false;
        }
        if self.begun && self.nesting.depth == 0 {
            self.shape.followed = true;
            return true;
        }
        let bracket = self.bracket.take().filter(|_| byte == b'{');
        if let Some(bracket) = bracket
            && self.shape.arrays.len() < ARRAYS
        {
            self.shape.arrays.push((self.name.clone(), bracket));
        }
        self.bracket = (byte == b'[' && self.nesting.depth == 1).then_some(place);
        self.nesting.turn(byte);
        self.begun = true;
        false
    }
}

/// How a text is cut into rows.
#[derive(Debug, Clone, Copy)]
struct Cut {
    start: u64,
    /// True where commas part the rows and a bracket ends them.
    elements: bool,
    /// True where nothing may follow that bracket.
    alone: bool,
}

impl Cut {
    fn elements(start: u64, alone: bool) -> Self {
        Self {
            start,
            elements: true,
            alone,
        }
    }

    fn values(start: u64) -> Self {
        Self {
            start,
            elements: false,
            alone: true,
        }
    }
}

/// Gives each row as a line.
struct Lines {
    source: Box<dyn Read + Send>,
    cut: Cut,
    nesting: Nesting,
    /// True where a row is begun.
    begun: bool,
    /// True behind the bracket that ends the array.
    behind: bool,
    ended: bool,
    chunk: Vec<u8>,
    out: Vec<u8>,
    given: usize,
}

impl Lines {
    fn new(source: Box<dyn Read + Send>, cut: Cut) -> Self {
        Self {
            source,
            cut,
            nesting: Nesting::default(),
            begun: false,
            behind: false,
            ended: false,
            chunk: vec![0; CHUNK],
            out: Vec::with_capacity(2 * CHUNK),
            given: 0,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.given = 0;
        while self.out.is_empty() && !self.ended {
            let mut chunk = std::mem::take(&mut self.chunk);
            let count = self.source.read(&mut chunk);
            if let Ok(count) = count {
                chunk[..count].iter().for_each(|&byte| self.byte(byte));
            }
            self.chunk = chunk;
            if count? == 0 {
                self.end();
            }
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) {
        if self.ended {
            return;
        }
        if self.nesting.passes_string(byte) {
            self.begun = true;
            return match byte {
                b'\n' => self.out.extend_from_slice(b"\\n"),
                b'\r' => self.out.extend_from_slice(b"\\r"),
                _ => self.out.push(byte),
            };
        }
        let outermost = self.nesting.depth == 0;
        match byte {
            b'\n' | b'\r' if outermost && !self.cut.elements => self.end_row(),
            _ if byte.is_ascii_whitespace() => {
                if self.begun {
                    self.out.push(b' ');
                }
            }
            b',' if outermost && self.cut.elements && !self.behind => {
                if !self.begun {
                    self.out.push(byte);
                }
                self.begun = true;
                self.end_row();
            }
            b']' if outermost && self.cut.elements && !self.behind => {
                self.end_row();
                self.behind = true;
                // What follows inside an object is nobody's row.
                self.ended = !self.cut.alone;
            }
            _ => self.inside(byte),
        }
    }

    /// A byte of a row, outside strings.
    fn inside(&mut self, byte: u8) {
        self.begun = true;
        self.out.push(byte);
        self.nesting.turn(byte);
        let closed = matches!(byte, b'}' | b']') && self.nesting.depth == 0;
        if closed && !self.cut.elements {
            self.end_row();
        }
    }

    fn end_row(&mut self) {
        if std::mem::take(&mut self.begun) {
            self.out.push(b'\n');
        }
    }

    /// Ends the text. An array without its bracket must not pass for a whole one.
    fn end(&mut self) {
        if self.cut.elements && !self.behind && !self.begun {
            self.out.push(b'{');
            self.begun = true;
        }
        self.end_row();
        self.ended = true;
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            self.refill()?;
        }
        let count = buffer.len().min(self.out.len() - self.given);
        buffer[..count].copy_from_slice(&self.out[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
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
