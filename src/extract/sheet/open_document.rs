//! Sheets of OpenDocument.
//!
//! **In:** the archive. **Out:** cells. **Unit:** rows and columns of the sheet, from 0.
//!
//! It is read by hand, as the texts of OpenDocument are: `calamine` 0.38 repeats a cell as often
//! as the file says before it counts, and waits for ever for the end of a sheet that is cut
//! off.
//!
//! The decisions that live here:
//!
//! 1. *How a value is written*: as in [`super::excel`], from the attribute that holds it; a
//!    text from its paragraphs, parted by line ends. An error is no value.
//! 2. *What is no text of a cell*: notes, drawings, the readings above characters, and cells
//!    that a merged one covers.
//! 3. *A row or a cell that is repeated* counts as often as it says, within the size of a
//!    sheet.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::extract::delimited::shortest;
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::{Book, ENCRYPTED, File, Sheet, unpack_reason, zip_reason};

/// A workbook of OpenDocument.
pub(super) struct OpenDocument {
    zip: ZipArchive<File>,
    sheets: Vec<Sheet>,
}

/// The part that holds the sheets.
const CONTENT: &str = "content.xml";

/// The most sheets of a workbook.
const SHEETS: usize = 10_000;

impl OpenDocument {
    /// Opens the workbook in `zip`.
    ///
    /// # Errors
    ///
    /// The reason, in words: if it is encrypted or damaged.
    pub(super) fn open(mut zip: ZipArchive<File>) -> Result<Self, String> {
        if is_encrypted(&mut zip) {
            return Err(ENCRYPTED.to_owned());
        }
        let mut names = Names::default();
        walk(&mut zip, &mut names)?;
        Ok(Self {
            zip,
            sheets: names.sheets,
        })
    }
}

/// True where the list of the parts says so.
fn is_encrypted(zip: &mut ZipArchive<File>) -> bool {
    if zip.index_for_name("encrypted-package").is_some() {
        return true;
    }
    let mut manifest = Vec::new();
    // A workbook without a list of its parts can be read all the same.
    zip.by_name("META-INF/manifest.xml").is_ok_and(|part| {
        let read = part.take(1 << 20).read_to_end(&mut manifest);
        read.is_ok() && memchr::memmem::find(&manifest, b"encryption-data").is_some()
    })
}

impl Book for OpenDocument {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(&mut self, index: usize, grid: &mut Grid) -> Result<(), String> {
        walk(&mut self.zip, &mut Cells { index, grid })
    }
}

/// Takes what a walk through the sheets finds.
trait Visit {
    /// Takes a sheet before its rows; false to end the walk.
    fn sheet(&mut self, index: usize, name: String, hidden: bool) -> Result<bool, String>;

    /// Takes a row that is not blank, which stands there `times` over.
    fn row(&mut self, index: usize, row: u32, times: u32, cells: &[Cell]) -> Result<(), String>;
}

/// A cell that is not empty, and how often it stands side by side.
#[derive(Debug)]
struct Cell {
    column: u32,
    times: u32,
    text: String,
    words: bool,
}

/// Finds the names of the sheets, and which are empty.
#[derive(Default)]
struct Names {
    sheets: Vec<Sheet>,
    rows: u64,
}

impl Visit for Names {
    fn sheet(&mut self, _: usize, name: String, hidden: bool) -> Result<bool, String> {
        self.rows = 0;
        self.sheets.push(Sheet {
            name,
            hidden,
            empty: true,
        });
        match self.sheets.len() > SHEETS {
            true => Err("holds more sheets than any workbook".to_owned()),
            false => Ok(true),
        }
    }

    fn row(&mut self, index: usize, _: u32, times: u32, _: &[Cell]) -> Result<(), String> {
        self.rows += u64::from(times);
        self.sheets[index].empty = self.rows < 1;
        Ok(())
    }
}

/// Puts the cells of one sheet into a grid.
struct Cells<'g> {
    index: usize,
    grid: &'g mut Grid,
}

impl Visit for Cells<'_> {
    fn sheet(&mut self, index: usize, _: String, _: bool) -> Result<bool, String> {
        Ok(index <= self.index)
    }

    fn row(&mut self, index: usize, row: u32, times: u32, cells: &[Cell]) -> Result<(), String> {
        if index != self.index {
            return Ok(());
        }
        for row in row..row.saturating_add(times) {
            for cell in cells {
                for column in cell.column..cell.column.saturating_add(cell.times) {
                    self.grid.cell(row, column, &cell.text, cell.words)?;
                }
            }
        }
        Ok(())
    }
}

/// Walks through the sheets.
fn walk(zip: &mut ZipArchive<File>, visit: &mut dyn Visit) -> Result<(), String> {
    let part = zip.by_name(CONTENT).map_err(|error| zip_reason(&error))?;
    let mut xml = Reader::from_reader(BufReader::new(part));
    xml.config_mut().expand_empty_elements = true;
    Walk::new(visit).run(&mut xml)
}

struct Walk<'v> {
    visit: &'v mut dyn Visit,
    /// How many elements are open, and how many of them are passed over.
    depth: u64,
    skipped: u64,
    style: String,
    hidden_styles: HashSet<String>,
    /// How many sheets were begun.
    sheets: usize,
    row: u32,
    row_times: u32,
    column: u32,
    cells: Vec<Cell>,
    cell: Option<Open>,
}

/// A cell that is being read.
#[derive(Debug, Default)]
struct Open {
    times: u32,
    covered: bool,
    /// The value that its attributes tell.
    value: Option<String>,
    words: bool,
    text: String,
    paragraphs: u64,
    /// How many paragraphs are open, and whether a space waits for a word.
    inside: u64,
    space: bool,
}

impl<'v> Walk<'v> {
    fn new(visit: &'v mut dyn Visit) -> Self {
        Self {
            visit,
            depth: 0,
            skipped: 0,
            style: String::new(),
            hidden_styles: HashSet::new(),
            sheets: 0,
            row: 0,
            row_times: 1,
            column: 0,
            cells: Vec::new(),
            cell: None,
        }
    }

    fn run<R: BufRead>(mut self, xml: &mut Reader<R>) -> Result<(), String> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer) {
                Ok(Event::Start(element)) => {
                    self.depth += 1;
                    match self.skipped > 0 || self.passes_over(&element) {
                        true => self.skipped += 1,
                        false if !self.start(&element)? => return Ok(()),
                        false => {}
                    }
                }
                Ok(Event::End(element)) => {
                    self.depth = self.depth.saturating_sub(1);
                    match self.skipped > 0 {
                        true => self.skipped -= 1,
                        false => self.end(element.name().as_ref())?,
                    }
                }
                Ok(Event::Text(text)) if self.skipped == 0 => self.text(&text.xml10_content()),
                Ok(Event::CData(text)) if self.skipped == 0 => self.text(&text.xml10_content()),
                Ok(Event::GeneralRef(name)) if self.skipped == 0 => self.reference(&name),
                Ok(Event::Eof) if self.depth > 0 => {
                    return Err("truncated: a part is cut off".to_owned());
                }
                Ok(Event::Eof) => return Ok(()),
                Ok(_) => {}
                Err(quick_xml::Error::Io(error)) => return Err(unpack_reason(&error)),
                Err(_) => return Err("damaged: a part is not written as it should be".to_owned()),
            }
        }
    }

    /// True for an element that holds no text of a cell.
    fn passes_over(&self, element: &BytesStart<'_>) -> bool {
        let name = element.name();
        let name = name.as_ref();
        match self.cell {
            Some(_) => !name.starts_with("text:") || matches!(name, "text:note" | "text:ruby-text"),
            None => matches!(
                name,
                "table:shapes" | "office:forms" | "table:tracked-changes"
            ),
        }
    }

    /// Takes note of the beginning of an element; false to end the walk.
    fn start(&mut self, element: &BytesStart<'_>) -> Result<bool, String> {
        if let Some(cell) = &mut self.cell {
            cell.start(element);
            return Ok(true);
        }
        match element.name().as_ref() {
            "style:style" => self.style = attribute(element, "style:name").unwrap_or_default(),
            "style:table-properties" if hides(element) => {
                self.hidden_styles.insert(self.style.clone());
            }
            "table:table" => {
                let style = attribute(element, "table:style-name").unwrap_or_default();
                let name = attribute(element, "table:name").unwrap_or_default();
                let hidden = self.hidden_styles.contains(&style);
                (self.row, self.sheets) = (0, self.sheets + 1);
                return self.visit.sheet(self.sheets - 1, name, hidden);
            }
            "table:table-row" => {
                self.row_times = times(element, "table:number-rows-repeated");
                (self.column, self.cells) = (0, Vec::new());
            }
            "table:table-cell" => self.cell = Some(Open::new(element, false)),
            "table:covered-table-cell" => self.cell = Some(Open::new(element, true)),
            _ => {}
        }
        Ok(true)
    }

    fn end(&mut self, name: &str) -> Result<(), String> {
        match name {
            "table:table-cell" | "table:covered-table-cell" => {
                if let Some(cell) = self.cell.take() {
                    let (column, times) = (self.column, cell.times);
                    self.column = column.saturating_add(times);
                    self.cells.extend(cell.close(column));
                }
            }
            "table:table-row" => {
                if !self.cells.is_empty() && self.sheets > 0 {
                    let (row, times) = (self.row, self.row_times);
                    self.visit.row(self.sheets - 1, row, times, &self.cells)?;
                }
                self.row = self.row.saturating_add(self.row_times);
                self.cells.clear();
            }
            "text:p" | "text:h" => {
                if let Some(cell) = &mut self.cell {
                    (cell.inside, cell.space) = (cell.inside.saturating_sub(1), false);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            cell.push(text);
        }
    }

    /// A character that is written by its name or number. What has no meaning is dropped.
    fn reference(&mut self, name: &BytesRef<'_>) {
        let named = quick_xml::escape::resolve_xml_entity(name.as_ref());
        match (named, name.resolve_char_ref()) {
            (Some(text), _) => self.text(text),
            (None, Ok(Some(character))) => self.text(character.encode_utf8(&mut [0; 4])),
            _ => {}
        }
    }
}

impl Open {
    fn new(element: &BytesStart<'_>, covered: bool) -> Self {
        let (mut kind, mut error, mut times) = (String::new(), false, 1);
        let mut values: [Option<String>; 5] = Default::default();
        let mut attributes = element.attributes();
        for attribute in attributes.with_checks(false).flatten() {
            let value = || attribute.normalized_value(XmlVersion::Implicit1_0).ok();
            let value = || value().map(|value| value.into_owned());
            match attribute.key.as_ref() {
                "office:value-type" => kind = value().unwrap_or_default(),
                "calcext:value-type" => error = &*attribute.value == "error",
                "table:number-columns-repeated" => {
                    times = attribute.value.trim().parse().unwrap_or(1);
                }
                "office:value" => values[0] = value(),
                "office:date-value" => values[1] = value(),
                "office:time-value" => values[2] = value(),
                "office:boolean-value" => values[3] = value(),
                "office:string-value" => values[4] = value(),
                _ => {}
            }
        }
        let [number, date, time, truth, string] = values;
        let value = match kind.as_str() {
            _ if error => Some(String::new()),
            "float" | "percentage" | "currency" => number.map(|value| {
                let number = value.trim().parse();
                number.map_or(value, |number| shortest(number).into_owned())
            }),
            "date" => date.map(|date| date.strip_suffix("T00:00:00").unwrap_or(&date).to_owned()),
            "time" => time.map(|time| clock(&time).unwrap_or(time)),
            "boolean" => truth,
            _ => string,
        };
        Self {
            times,
            covered,
            value,
            words: matches!(kind.as_str(), "string" | ""),
            ..Self::default()
        }
    }

    /// The beginning of an element inside the cell.
    fn start(&mut self, element: &BytesStart<'_>) {
        match element.name().as_ref() {
            "text:p" | "text:h" => {
                if self.paragraphs > 0 {
                    self.text.push('\n');
                }
                self.paragraphs += 1;
                self.inside += 1;
            }
            "text:s" => {
                let count = attribute(element, "text:c").and_then(|count| count.parse().ok());
                let count = count.unwrap_or(1usize).min(SPACES);
                self.word();
                self.text.extend(std::iter::repeat_n(' ', count));
            }
            "text:tab" => {
                self.word();
                self.text.push('\t');
            }
            "text:line-break" => {
                self.space = false;
                self.text.push('\n');
            }
            _ => {}
        }
    }

    /// Adds text of a paragraph, of which white space of any length is one space, and none at
    /// its ends.
    fn push(&mut self, text: &str) {
        if self.inside == 0 {
            return;
        }
        for character in text.chars() {
            if matches!(character, ' ' | '\t' | '\n' | '\r') {
                self.space |= !self.text.is_empty() && !self.text.ends_with('\n');
            } else {
                self.word();
                self.text.push(character);
            }
        }
    }

    /// Writes the space that waits.
    fn word(&mut self) {
        if std::mem::take(&mut self.space) {
            self.text.push(' ');
        }
    }

    /// The cell, where it is not empty.
    fn close(self, column: u32) -> Option<Cell> {
        let text = self.value.unwrap_or(self.text);
        (!self.covered && !text.trim().is_empty()).then_some(Cell {
            column,
            times: self.times,
            text,
            words: self.words,
        })
    }
}

/// The most spaces that one element stands for.
const SPACES: usize = 1000;

/// The value of an attribute.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok()??;
    let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

/// True for the properties of sheets that are not shown.
fn hides(element: &BytesStart<'_>) -> bool {
    attribute(element, "table:display").is_some_and(|shown| shown == "false")
}

/// How often an element says that it is repeated.
fn times(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name)
        .and_then(|times| times.trim().parse().ok())
        .unwrap_or(1)
}

/// `PT14H30M05S` as `14:30:05`.
fn clock(time: &str) -> Option<String> {
    let rest = time.strip_prefix("PT")?;
    let (hour, rest) = rest.split_once('H')?;
    let (minute, rest) = rest.split_once('M')?;
    let second = rest.strip_suffix('S')?.split('.').next()?;
    let number = |text: &str| text.parse::<u32>().ok();
    let (hour, minute, second) = (number(hour)?, number(minute)?, number(second)?);
    Some(format!("{hour:02}:{minute:02}:{second:02}"))
}
