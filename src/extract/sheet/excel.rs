//! Workbooks of Excel, as `calamine` reads them.
//!
//! **In:** the archive. **Out:** cells. **Unit:** rows and columns of the sheet, from 0.
//!
//! One decision lives here: how a value is written. Numbers in their shortest form (`10023`,
//! not `10023.0`), dates and times as ISO 8601 without what is zero (`2024-03-01`,
//! `2024-03-01T14:30:00`, `14:30:00`), durations in hours, truth as `true` and `false`; an
//! error is no value; of a formula the value that was last worked out.

use std::fmt::Write as _;

use calamine::{Cell, Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible};
use calamine::{Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError};
use zip::ZipArchive;

use crate::extract::delimited::shortest;
use crate::extract::sheet::grid::Grid;
use crate::extract::sheet::{Book, ENCRYPTED, File, Sheet, unpack_reason, zip_reason};

/// A workbook of Excel.
pub(super) struct Excel {
    library: Library,
    sheets: Vec<Sheet>,
    /// False for the tabs that are no tables: charts and macros.
    tables: Vec<bool>,
}

enum Library {
    Xml(Box<Xlsx<File>>),
    Binary(Box<Xlsb<File>>),
    Old(Box<Xls<File>>),
}

impl Excel {
    /// Opens the workbook in `zip`.
    ///
    /// # Errors
    ///
    /// The reason, in words: if it is none, or damaged.
    pub(super) fn open(zip: ZipArchive<File>) -> Result<Self, String> {
        let binary = zip.index_for_name("xl/workbook.bin").is_some();
        if !binary && zip.index_for_name("_rels/.rels").is_none() {
            return Err("an archive, but not a workbook".to_owned());
        }
        let file = zip.into_inner();
        let library = match binary {
            true => Library::Binary(Box::new(Xlsb::new(file).map_err(|e| binary_reason(&e))?)),
            false => Library::Xml(Box::new(Xlsx::new(file).map_err(|e| xml_reason(&e))?)),
        };
        Ok(Self::of(library))
    }

    /// Opens the workbook of Excel 97 in `file`.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub(super) fn open_old(file: File) -> Result<Self, String> {
        let book = Xls::new(file).map_err(|error| old_reason(&error))?;
        Ok(Self::of(Library::Old(Box::new(book))))
    }

    fn of(library: Library) -> Self {
        let found = match &library {
            Library::Xml(book) => book.sheets_metadata(),
            Library::Binary(book) => book.sheets_metadata(),
            Library::Old(book) => book.sheets_metadata(),
        };
        let is_table = |sheet: &calamine::Sheet| sheet.typ == SheetType::WorkSheet;
        Self {
            tables: found.iter().map(is_table).collect(),
            sheets: (found.iter())
                .map(|sheet| Sheet {
                    name: sheet.name.clone(),
                    hidden: sheet.visible != SheetVisible::Visible,
                    empty: !is_table(sheet),
                })
                .collect(),
            library,
        }
    }
}

impl Book for Excel {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(&mut self, index: usize, grid: &mut Grid) -> Result<(), String> {
        let name = &self.sheets[index].name;
        if !self.tables[index] {
            return Err(format!("its sheet `{name}` is no table"));
        }
        match &mut self.library {
            Library::Xml(book) => {
                let mut cells = book
                    .worksheet_cells_reader(name)
                    .map_err(|e| xml_reason(&e))?;
                fill(grid, || cells.next_cell().map_err(|e| xml_reason(&e)))
            }
            Library::Binary(book) => {
                let cells = book.worksheet_cells_reader(name);
                let mut cells = cells.map_err(|e| binary_reason(&e))?;
                fill(grid, || cells.next_cell().map_err(|e| binary_reason(&e)))
            }
            Library::Old(book) => {
                let range = book.worksheet_range(name).map_err(|e| old_reason(&e))?;
                let (top, left) = range.start().unwrap_or_default();
                let mut cells = range.used_cells();
                fill(grid, || {
                    let next = cells.next();
                    Ok(next.map(|(row, column, value)| {
                        let place = (top + row as u32, left + column as u32);
                        Cell::new(place, borrowed(value))
                    }))
                })
            }
        }
    }
}

/// Puts the cells that `next` gives into `grid`.
fn fill<'a>(
    grid: &mut Grid,
    mut next: impl FnMut() -> Result<Option<Cell<DataRef<'a>>>, String>,
) -> Result<(), String> {
    let mut scratch = String::new();
    while let Some(cell) = next()? {
        let (row, column) = cell.get_position();
        let value = cell.get_value();
        let words = matches!(value, DataRef::String(_) | DataRef::SharedString(_));
        grid.cell(row, column, text(value, &mut scratch), words)?;
    }
    Ok(())
}

fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::Bool(truth) => DataRef::Bool(*truth),
        Data::DateTime(time) => DataRef::DateTime(*time),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            DataRef::SharedString(text)
        }
    }
}

/// A value as it is written. `scratch` is memory.
fn text<'t>(value: &'t DataRef<'_>, scratch: &'t mut String) -> &'t str {
    scratch.clear();
    // Writing into a string does not fail.
    _ = match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            return text;
        }
        DataRef::SharedString(text) => return text,
        DataRef::Int(number) => write!(scratch, "{number}"),
        DataRef::Float(number) => write!(scratch, "{}", shortest(*number)),
        DataRef::Bool(truth) => write!(scratch, "{truth}"),
        DataRef::DateTime(time) => write!(scratch, "{}", iso(time)),
        DataRef::Error(_) | DataRef::Empty => Ok(()),
    };
    scratch
}

fn iso(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let fraction = match milli {
        0 => String::new(),
        milli => format!(".{milli:03}"),
    };
    if time.is_duration() {
        let milli = (time.as_f64() * 86_400_000.0).round();
        let (sign, milli) = (if milli < 0.0 { "-" } else { "" }, milli.abs() as u64);
        let second = milli / 1000;
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        return format!("{sign}{hour}:{minute:02}:{second:02}");
    }
    let clock = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    match (time.as_f64() < 1.0, clock.as_str()) {
        (true, _) => clock,
        (false, "00:00:00") => format!("{year:04}-{month:02}-{day:02}"),
        (false, _) => format!("{year:04}-{month:02}-{day:02}T{clock}"),
    }
}

fn xml_reason(error: &XlsxError) -> String {
    match error {
        XlsxError::Io(error) => unpack_reason(error),
        XlsxError::Zip(error) => zip_reason(error),
        XlsxError::Xml(quick_xml::Error::Io(error)) => unpack_reason(error),
        XlsxError::Password => ENCRYPTED.to_owned(),
        XlsxError::XmlEof(_) => "truncated: a part is cut off".to_owned(),
        XlsxError::FileNotFound(part) => format!("damaged: its part {part} is missing"),
        XlsxError::RelationshipNotFound => "an archive, but not a workbook".to_owned(),
        XlsxError::WorksheetNotFound(name) => format!("damaged: its sheet `{name}` is missing"),
        XlsxError::NotAWorksheet(_) => "its sheet is no table".to_owned(),
        _ => "damaged: a part is not written as it should be".to_owned(),
    }
}

fn binary_reason(error: &XlsbError) -> String {
    match error {
        XlsbError::Io(error) => unpack_reason(error),
        XlsbError::Zip(error) => zip_reason(error),
        XlsbError::Password => ENCRYPTED.to_owned(),
        XlsbError::FileNotFound(part) => format!("damaged: its part {part} is missing"),
        XlsbError::WorksheetNotFound(name) => format!("damaged: its sheet `{name}` is missing"),
        _ => "damaged: a part is not written as it should be".to_owned(),
    }
}

fn old_reason(error: &XlsError) -> String {
    match error {
        XlsError::Io(error) => unpack_reason(error),
        XlsError::Password => ENCRYPTED.to_owned(),
        XlsError::WorksheetNotFound(name) => format!("damaged: its sheet `{name}` is missing"),
        _ => "damaged: a part is not written as it should be".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    fn at(value: f64, kind: ExcelDateTimeType) -> String {
        iso(&ExcelDateTime::new(value, kind, false))
    }

    #[test]
    fn dates_and_times_leave_out_what_is_zero() {
        let date = ExcelDateTimeType::DateTime;
        assert_eq!(at(45352.0, date), "2024-03-01");
        assert_eq!(at(45352.604166666664, date), "2024-03-01T14:30:00");
        assert_eq!(at(0.604166666664, date), "14:30:00");
    }

    #[test]
    fn a_duration_is_told_in_hours() {
        assert_eq!(at(1.25, ExcelDateTimeType::TimeDelta), "30:00:00");
    }
}
