//! What the targets assert.
//!
//! **In:** the bytes that the fuzzer made. **Out:** nothing, or a panic where a law is broken.
//!
//! The decisions that live here: the limits, which are small so that a breach of them is soon
//! found; that a panic within a library is noted and not a finding where the product too turns
//! it into a failure ([`note_panics_of_libraries`]); which files are left out, for a library takes
//! too long over them ([`is_left_out`]); and the form in which a file of many parts is fuzzed
//! ([`parts`]).

use std::collections::HashSet;
use std::io::{self, Cursor, Read, Write};
use std::panic;
use std::sync::{Arc, Mutex, Once};

use leadager::error::Result;
use leadager::extract::extractor::{Extractor, Isolation, SheetInput};
use leadager::extract::limits::Limits;
use leadager::extract::rows::{Syntax, TableOptions};
use leadager::extract::table::TableReader;
use leadager::extract::{Extracted, FORMATS, Format, Kind, SheetOptions};
use leadager::lexicon::SourceFile;
use leadager::lexicon::format::formatted;
use leadager::lexicon::model::Lexicon;
use leadager::pipeline::{Document, Pipeline, Scored};
use leadager::text::document::{Genre, Unit};
use leadager::text::segment::segment;

/// Small limits.
pub fn limits() -> Limits {
    Limits {
        file: 1 << 20,
        unpacked: 4 << 20,
        depth: 64,
        pages: 50,
        expansion: 200,
        expansion_from: 4 << 20,
        ..Limits::default()
    }
}

/// Lets a panic within the file of a library pass, once its place is noted: the extractor makes
/// a failure of it. A panic anywhere else ends the run. What a process of its own guards
/// against beside panics (time, memory, the stack) is the fuzzer's to find.
pub fn note_panics_of_libraries() {
    let ends_the_run = panic::take_hook();
    let noted = Mutex::new(HashSet::new());
    panic::set_hook(Box::new(move |panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        if !place.contains("/registry/") {
            ends_the_run(panic);
        }
        if noted.lock().is_ok_and(|mut noted| noted.insert(place)) {
            eprintln!("NOTE: a library panics: {panic}");
        }
    }));
}

/// True for workbooks of Excel before 2007 (OLE2 files), for which calamine can take longer than
/// any limit of a target; where the program runs, its process is ended. Said once. With
/// `FUZZ_XLS` set in the environment they are read.
pub fn is_left_out(bytes: &[u8]) -> bool {
    static SAID: Once = Once::new();
    let left_out = bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
        && std::env::var_os("FUZZ_XLS").is_none();
    if left_out {
        SAID.call_once(|| eprintln!("NOTE: OLE2 files are left out; FUZZ_XLS=1 reads them"));
    }
    left_out
}

fn format(name: &str) -> &'static Format {
    (FORMATS.iter().find(|format| format.name == name)).expect("a format of that name")
}

/// Extracts a document of a format that is read as a whole, then segments it.
pub fn check_document(name: &str, bytes: Vec<u8>) {
    let extractor = Extractor::new(&Isolation::Here, limits());
    match extractor.extract(format(name), bytes) {
        Ok(extracted) => check_extracted(&extracted),
        Err(reason) => assert!(!reason.is_empty(), "a failure without a reason"),
    }
}

/// Blocks are in order, disjoint, on boundaries of characters, and hold all but white space;
/// the text is not longer than may be unpacked.
fn check_extracted(extracted: &Extracted) {
    let Extracted { text, blocks, .. } = extracted;
    assert!(
        text.len() as u64 <= limits().unpacked,
        "{} bytes of text",
        text.len()
    );
    let mut last = 0;
    for block in blocks {
        let range = block.span.range();
        assert!(
            last <= range.start && range.start <= range.end,
            "blocks out of order"
        );
        assert!(
            text[last..range.start].trim().is_empty(),
            "text between blocks"
        );
        last = range.end;
    }
    assert!(
        blocks.is_empty() || text[last..].trim().is_empty(),
        "text behind the blocks"
    );
    let mut units = Vec::new();
    segment(text, blocks, &mut units);
    check_units(text, &units);
}

/// Units are in order, disjoint, not empty, and trimmed.
pub fn check_units(text: &str, units: &[Unit]) {
    let mut last = 0;
    for unit in units {
        let range = unit.span.range();
        assert!(
            last <= range.start && range.start < range.end,
            "units out of order"
        );
        assert_eq!(
            unit.span.of(text).trim(),
            unit.span.of(text),
            "a unit begins or ends blank"
        );
        last = range.end;
    }
}

/// Every letter and digit is in a unit, the circle `o` of a bullet aside.
pub fn check_nothing_is_lost(text: &str, units: &[Unit]) {
    let mut units = units.iter().peekable();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        while units.next_if(|unit| unit.span.range().end <= at).is_some() {}
        let held = units
            .peek()
            .is_some_and(|unit| unit.span.range().contains(&at));
        let circle = c == 'o' && text[at + 1..].starts_with(char::is_whitespace);
        assert!(held || circle, "{c:?} at {at} is in no unit");
    }
}

/// Matches are in order, each a part of its unit; a second run over memory that was used gives
/// the same.
pub fn check_matches(pipeline: &Pipeline, text: &str, genre: Genre, all: bool) {
    let document = Document {
        text,
        blocks: &[],
        genre,
    };
    let (mut scored, mut again) = (Scored::default(), Scored::default());
    pipeline.run(&document, all, &mut scored);
    let mut seen = 0;
    for unit in &scored.units {
        assert_eq!(
            unit.matches.start, seen,
            "matches are not those of the units in turn"
        );
        seen = unit.matches.end;
        let span = unit.unit.span;
        let mut last = span.start;
        for found in scored.matches_of(unit) {
            assert!(
                unit.unit.kind.is_scored(),
                "a match where none is looked for"
            );
            assert!(last <= found.span.start, "matches out of order");
            assert!(found.span.start < found.span.end && found.span.end <= span.end);
            let surface = found.span.of(text);
            assert!(
                surface.contains(char::is_alphanumeric),
                "{surface:?} holds no word"
            );
            last = found.span.start;
        }
    }
    assert_eq!(seen as usize, scored.matches.len());
    pipeline.run(
        &Document {
            text: "We plan.",
            blocks: &[],
            genre,
        },
        all,
        &mut again,
    );
    pipeline.run(&document, all, &mut again);
    assert!(
        scored.units == again.units && scored.matches == again.matches,
        "memory shows"
    );
}

/// The file in the one form, if it is TOML; formatting that changes nothing.
pub fn check_form(file: &SourceFile) -> SourceFile {
    let Ok(once) = formatted(file) else {
        return file.clone();
    };
    let once = SourceFile::new(file.path.as_str(), once);
    match formatted(&once) {
        Ok(twice) => assert_eq!(once.content, twice, "the form has a form"),
        Err(error) => panic!("the form is no TOML: {error}"),
    }
    once
}

/// The lexicon in the one form has the same terms and examples.
pub fn check_same_lexicon(lexicon: &Lexicon, formed: Result<Lexicon>) {
    let formed = formed.unwrap_or_else(|error| panic!("the form is refused: {error}"));
    let said = |lexicon: &Lexicon| {
        let terms = lexicon.terms.iter();
        let mut terms: Vec<_> = terms
            .map(|term| format!("{} {} {:?}", term.category.0, term.text, term.weight))
            .collect();
        let examples = lexicon.examples.iter();
        terms.extend(examples.map(|example| format!("{:?} {}", example.expect, example.text)));
        terms.sort();
        terms
    };
    assert_eq!(said(lexicon), said(&formed), "the form says something else");
}

/// Opens a sheet and reads its rows.
pub fn check_sheet(name: &str, bytes: Vec<u8>) {
    let extractor = Extractor::new(&Isolation::Here, limits());
    let Kind::Sheet(_, syntax) = format(name).kind else {
        panic!("{name} is no sheet");
    };
    let (input, options) = (SheetInput::Bytes(bytes), SheetOptions::default());
    match extractor.rows(format(name), input, &options, &Arc::default()) {
        Ok(rows) => _ = rows_of(rows, syntax),
        Err(reason) => assert!(!reason.is_empty(), "a failure without a reason"),
    }
}

/// Reads the rows of a table, at once and in dribs and drabs, which changes nothing.
pub fn check_table(bytes: &[u8], syntax: Syntax) {
    let whole = rows_of(Box::new(Cursor::new(bytes.to_vec())), syntax);
    let dribs = Dribs {
        bytes: bytes.to_vec(),
        at: 0,
    };
    assert_eq!(
        whole,
        rows_of(Box::new(dribs), syntax),
        "the size of reads shows"
    );
}

/// Each row with its text or its failure, in order; the failure of the table last.
fn rows_of(reader: Box<dyn Read + Send>, syntax: Syntax) -> Vec<(u64, String)> {
    let mut found: Vec<(u64, String)> = Vec::new();
    let mut table = match TableReader::open(reader, "t", syntax, &TableOptions::default()) {
        Ok(table) => table,
        Err(error) => return vec![(0, error.to_string())],
    };
    let schema = table.schema();
    let mut next = 1;
    loop {
        let block = match table.next_block() {
            Ok(Some(block)) => block,
            Ok(None) => return found,
            Err(error) => {
                found.push((next, error.to_string()));
                return found;
            }
        };
        assert_eq!(block.first_row, next, "rows are not numbered through");
        next += block.rows;
        let (mut texts, mut failures) = (Vec::new(), Vec::new());
        schema.rows(
            &block,
            &mut |row| texts.push((row.row, format!("{} {} {}", row.id, row.field, row.text))),
            &mut |failure| failures.push((failure.row.unwrap_or(0), failure.reason)),
        );
        assert!(texts.is_sorted_by_key(|text| text.0) && failures.is_sorted_by_key(|f| f.0));
        found.extend(texts);
        found.extend(failures);
    }
}

/// A reader that gives one byte, then two, then three.
pub struct Dribs {
    /// What it gives.
    pub bytes: Vec<u8>,
    /// How much it gave.
    pub at: usize,
}

impl Read for Dribs {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = &self.bytes[self.at.min(self.bytes.len())..];
        let some = (1 + self.at % 3).min(left.len()).min(buffer.len());
        buffer[..some].copy_from_slice(&left[..some]);
        self.at += some;
        Ok(some)
    }
}

/// The parts of a file of many parts: each begins with a line `@@ name`. Without such a line,
/// all is one part of that name.
pub fn parts<'a>(text: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    let Some(text) = text.strip_prefix("@@ ") else {
        return vec![(name, text)];
    };
    text.split("\n@@ ")
        .map(|part| part.split_once('\n').unwrap_or((part, "")))
        .collect()
}

/// Parts as a zip file, so that the fuzzer need not make checksums; other bytes as they are.
pub fn package(bytes: &[u8]) -> Vec<u8> {
    if !bytes.starts_with(b"@@ ") {
        return bytes.to_vec();
    }
    let text = String::from_utf8_lossy(bytes);
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts(&text, "") {
        // A name that stands twice is refused; the part is then left out.
        if zip.start_file(name, stored).is_ok() {
            zip.write_all(content.as_bytes())
                .expect("memory takes what is written");
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}
