//! Workbooks: Excel (`.xlsx`, `.xlsm`, `.xlsb`, `.xls`) and OpenDocument (`.ods`).
//!
//! **In:** a workbook, and which sheet is wanted. **Out:** the rows of one sheet, with the
//! header first, in the syntax [`Syntax::Sheet`](crate::extract::header::Syntax::Sheet).
//! **Unit:** sheets.
//!
//! The decisions that live here:
//!
//! 1. *Which sheet*: the one that is named, or has that number; else the first that is not
//!    hidden and has two rows that are not blank, a hidden one only where no other has.
//! 2. *What a workbook is* is told by its content, whatever its name: a zip archive with the
//!    parts of Excel or of OpenDocument, or a compound file with a workbook of Excel 97.
//! 3. *How much*: a workbook is read as a whole, since its strings stand apart from its cells:
//!    all parts of the archive together, and then the rows of the sheet, may take
//!    [`Limits::unpacked`]. The archive cannot lie: its reader stops at the size it declares.
//!
//! What the library would pay for in memory because a file claims it is checked first
//! ([`guard`]), but not in a workbook of Excel 97, which is only as large as its file: there the
//! library makes room for as many cells as a sheet claims. Such a workbook should be read in a
//! process of its own.

mod excel;
mod grid;
mod guard;
mod open_document;

use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::extract::failure::io_reason;
use crate::extract::limits::Limits;
use crate::extract::sheet::excel::Excel;
use crate::extract::sheet::grid::{Grid, Table};
use crate::extract::sheet::open_document::OpenDocument;
use crate::extract::{SheetOptions, SheetRows, Source};

/// A file of which any part can be read.
type File = BufReader<Box<dyn Source>>;

/// The sheets of a workbook.
trait Book {
    /// The sheets in the order of their tabs.
    fn sheets(&self) -> &[Sheet];

    /// Puts the cells of the sheet at `index` into `grid`.
    fn read(&mut self, index: usize, grid: &mut Grid) -> Result<(), String>;
}

/// A sheet of a workbook, as far as it is known before it is read.
#[derive(Debug)]
struct Sheet {
    name: String,
    hidden: bool,
    /// True where it is known to have no filled cell.
    empty: bool,
}

/// The rows of one sheet of a workbook.
///
/// # Errors
///
/// The reason, in words: if it is no workbook, damaged, encrypted or too large, if no sheet
/// has the name that is wanted or none has rows.
pub(super) fn open(
    mut source: Box<dyn Source>,
    options: &SheetOptions,
    limits: &Limits,
) -> SheetRows {
    let mut head = Vec::new();
    (source.by_ref().take(8).read_to_end(&mut head))
        .and_then(|_| source.seek(SeekFrom::Start(0)))
        .map_err(|error| io_reason(&error))?;
    let old = head.starts_with(COMPOUND);
    if old {
        source = Box::new(Cursor::new(old_workbook(source, limits)?));
    } else if !head.starts_with(b"PK") {
        return Err(NO_WORKBOOK.to_owned());
    }
    let file = BufReader::new(source);
    let read = || {
        let mut book = match old {
            true => Box::new(Excel::open_old(file)?),
            false => packed(file, limits)?,
        };
        rows(&mut *book, options, limits)
    };
    // What the library does wrong ends this workbook, not the run.
    let rows = catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err("its parts are damaged".to_owned()))?;
    Ok(Box::new(Cursor::new(rows)))
}

/// The workbook in a zip archive.
fn packed(file: File, limits: &Limits) -> Result<Box<dyn Book>, String> {
    let mut zip = ZipArchive::new(file).map_err(|error| zip_reason(&error))?;
    if zip
        .decompressed_size()
        .is_none_or(|size| size > u128::from(limits.unpacked))
    {
        return Err(limits.too_much());
    }
    if zip.index_for_name("content.xml").is_some() {
        return Ok(Box::new(OpenDocument::open(zip)?));
    }
    guard::check(&mut zip, limits)?;
    Ok(Box::new(Excel::open(zip)?))
}

fn rows(book: &mut dyn Book, options: &SheetOptions, limits: &Limits) -> Result<Vec<u8>, String> {
    let table = match &options.sheet {
        Some(wanted) => {
            let index = named(book.sheets(), wanted)?;
            let table = read(book, index, options, limits)?;
            table.ok_or_else(|| format!("its sheet `{}` is empty", book.sheets()[index].name))?
        }
        None => first_with_rows(book, options, limits)?,
    };
    Ok(table.rows)
}

fn read(
    book: &mut dyn Book,
    index: usize,
    options: &SheetOptions,
    limits: &Limits,
) -> Result<Option<Table>, String> {
    let mut grid = Grid::new(options.columns.as_ref(), limits);
    book.read(index, &mut grid)?;
    grid.finish()
}

/// The sheet with that name, else with that number.
fn named(sheets: &[Sheet], wanted: &str) -> Result<usize, String> {
    let numbered = || {
        let number: usize = wanted.trim().parse().ok()?;
        number.checked_sub(1).filter(|&index| index < sheets.len())
    };
    (sheets.iter().position(|sheet| sheet.name == wanted))
        .or_else(numbered)
        .ok_or_else(|| {
            let names = sheets
                .iter()
                .take(LISTED)
                .map(|sheet| format!("`{}`", sheet.name));
            let more = match sheets.len().saturating_sub(LISTED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let names: Vec<String> = names.collect();
            format!(
                "no sheet is named `{wanted}`; its sheets are {}{more}",
                names.join(", ")
            )
        })
}

/// How many names a message lists.
const LISTED: usize = 40;

/// How many sheets are looked at for one that has rows: each may cost as much as the last.
const TRIED: usize = 100;

fn first_with_rows(
    book: &mut dyn Book,
    options: &SheetOptions,
    limits: &Limits,
) -> Result<Table, String> {
    let sheets = book.sheets();
    let mut order: Vec<usize> = (0..sheets.len()).filter(|&i| !sheets[i].empty).collect();
    order.sort_by_key(|&i| sheets[i].hidden);
    order.truncate(TRIED);
    let mut header_only = None;
    for index in order {
        match read(book, index, options, limits)? {
            Some(table) if table.filled > 1 => return Ok(table),
            table => header_only = header_only.or(table),
        }
    }
    header_only.ok_or_else(|| "none of its sheets has rows".to_owned())
}

/// How a compound file of Microsoft begins: an old workbook, or an encrypted one.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// The bytes of a compound file that is a workbook.
fn old_workbook(source: Box<dyn Source>, limits: &Limits) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    (source.take(limits.file + 1).read_to_end(&mut bytes)).map_err(|error| io_reason(&error))?;
    let names = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(&bytes, &wide).is_some()
    };
    if names("EncryptedPackage") {
        return Err(ENCRYPTED.to_owned());
    }
    if bytes.len() as u64 > limits.file {
        return Err(limits.too_large("workbooks of Excel 97"));
    }
    match names("Workbook") || names("Book") {
        true => Ok(bytes),
        false => Err(NO_WORKBOOK.to_owned()),
    }
}

/// Why a file fails that is not what its name says.
const NO_WORKBOOK: &str = "not a workbook, whatever its name says";

/// Why an encrypted workbook fails.
const ENCRYPTED: &str = "encrypted: it cannot be read without its password";

/// Why an archive is not read, in words.
fn zip_reason(error: &ZipError) -> String {
    match error {
        ZipError::Io(error) => unpack_reason(error),
        ZipError::FileNotFound => "a part is missing".to_owned(),
        ZipError::InvalidPassword => ENCRYPTED.to_owned(),
        ZipError::UnsupportedArchive(what) if what.contains("assword") => ENCRYPTED.to_owned(),
        ZipError::UnsupportedArchive(_) => "packed in a way that is not known".to_owned(),
        _ => "truncated or damaged: the archive has no sound end".to_owned(),
    }
}

/// Why a part could not be unpacked, in words.
fn unpack_reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::InvalidInput => {
            "damaged: a part does not unpack to what it should".to_owned()
        }
        std::io::ErrorKind::UnexpectedEof => "truncated: a part is cut off".to_owned(),
        _ => io_reason(error),
    }
}

/// True for an archive whose first part is one of an Office document, and that has parts of a
/// workbook before those of any other document.
pub(super) fn is_excel(head: &[u8]) -> bool {
    let mut names = part_names(head);
    let office = ["[Content_Types].xml", "_rels/", "docProps/", "xl/"];
    let first = |name: &[u8]| office.iter().any(|part| name.starts_with(part.as_bytes()));
    head.starts_with(LOCAL)
        && names.clone().next().is_some_and(first)
        && names
            .find(|name| {
                [&b"xl/"[..], b"word/", b"ppt/"]
                    .iter()
                    .any(|p| name.starts_with(p))
            })
            .is_some_and(|name| name.starts_with(b"xl/"))
}

/// True for an archive that begins with the type of OpenDocument sheets.
pub(super) fn is_open_document(head: &[u8]) -> bool {
    let kind = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
    head.starts_with(LOCAL) && head.get(30..).is_some_and(|rest| rest.starts_with(kind))
}

/// How the header of a part begins.
const LOCAL: &[u8] = b"PK\x03\x04";

/// The names of the parts whose headers lie in `head`.
fn part_names(head: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let places: Vec<usize> = memmem::find_iter(head, LOCAL).collect();
    places.into_iter().filter_map(|at| {
        let length = head.get(at + 26..at + 28)?;
        let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
        head.get(at + 30..at + 30 + length)
    })
}

#[cfg(test)]
mod tests;
