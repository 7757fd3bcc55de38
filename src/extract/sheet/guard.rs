//! What must hold of a workbook before the library reads it.
//!
//! **In:** the parts of an Excel workbook. **Out:** nothing, or why it is refused. **Unit:**
//! bytes of XML.
//!
//! One decision lives here: which claims of a workbook the library would pay for in memory,
//! and what they may be. It makes room for as many strings as their part *says* that it has,
//! and copies the font and the number format of each cell style, however long their names
//! are. Excel itself knows at most 65,490 cell styles, and names of 255 characters.

use std::io::{BufRead, BufReader};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::extract::limits::Limits;
use crate::extract::sheet::{File, zip_reason};

/// The shortest string of a workbook is `<si/>`.
const SHORTEST_STRING: u64 = 5;

/// What a string takes in memory beside its text, and how large the part must be that it is
/// worth a look at how many there are.
const STRING: u64 = 24;
const MANY_STRINGS: u64 = 16 << 20;

/// The largest part of styles, in bytes.
const STYLES: u64 = 16 << 20;

/// The most cell styles, and the longest element of a style.
const CELL_STYLES: usize = 70_000;
const LONGEST_ELEMENT: usize = 2_000;

/// Checks the strings and the styles of a workbook.
///
/// # Errors
///
/// The reason, in words: if a part claims what no workbook has, or cannot be unpacked.
pub(super) fn check(zip: &mut ZipArchive<File>, limits: &Limits) -> Result<(), String> {
    for index in 0..zip.len() {
        let part = zip
            .by_index_data(index)
            .map_err(|error| zip_reason(&error))?;
        let size = part.size();
        let name = String::from_utf8_lossy(part.name_raw()).to_ascii_lowercase();
        let (strings, styles) = (
            name.ends_with("sharedstrings.xml"),
            name.ends_with("styles.xml"),
        );
        if styles && size > STYLES {
            return Err("holds more cell styles than any workbook".to_owned());
        }
        if strings || styles {
            let part = zip.by_index(index).map_err(|error| zip_reason(&error))?;
            let xml = Reader::from_reader(BufReader::new(part));
            match strings {
                true => check_strings(xml, size, limits)?,
                false => check_styles(xml)?,
            }
        }
    }
    Ok(())
}

/// What is wrong with the XML itself is left to who reads it.
fn next<'b, R: BufRead>(xml: &mut Reader<R>, buffer: &'b mut Vec<u8>) -> Event<'b> {
    buffer.clear();
    xml.read_event_into(buffer).unwrap_or(Event::Eof)
}

fn check_strings<R: BufRead>(mut xml: Reader<R>, size: u64, limits: &Limits) -> Result<(), String> {
    let (mut buffer, mut strings) = (Vec::new(), 0);
    loop {
        match next(&mut xml, &mut buffer) {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "sst" if number(&element, "uniqueCount") > size / SHORTEST_STRING => {
                    return Err("damaged: claims more strings than it can hold".to_owned());
                }
                "sst" if size < MANY_STRINGS => return Ok(()),
                "si" => strings += STRING,
                _ => {}
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
        if strings > limits.unpacked {
            return Err(limits.too_much());
        }
    }
}

/// A number among the attributes of `element`; 0 where there is none.
fn number(element: &BytesStart<'_>, name: &str) -> u64 {
    let mut attributes = element.attributes();
    (attributes
        .with_checks(false)
        .flatten()
        .filter(|attribute| attribute.key.as_ref() == name))
    .map(|attribute| attribute.value.trim().parse().unwrap_or(0))
    .max()
    .unwrap_or(0)
}

fn check_styles<R: BufRead>(mut xml: Reader<R>) -> Result<(), String> {
    let (mut buffer, mut cell_styles) = (Vec::new(), 0);
    loop {
        match next(&mut xml, &mut buffer) {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.local_name();
                cell_styles += usize::from(name.as_ref() == "xf");
                // The outermost element bears the names of all vocabularies.
                let long = element.len() > LONGEST_ELEMENT && name.as_ref() != "styleSheet";
                if long || cell_styles > 2 * CELL_STYLES {
                    return Err("holds more cell styles than any workbook".to_owned());
                }
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
