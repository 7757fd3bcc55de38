//! Cells of a sheet to rows of a table.
//!
//! **In:** cells, row by row. **Out:** [`Table`]: comma-separated values with a header.
//! **Unit:** rows and columns of the sheet, from 0.
//!
//! The decisions that live here:
//!
//! 1. *The header*: of the first fifty rows that are not blank, the first that has every
//!    column asked for; else the first with at least two filled cells, more than half as many
//!    as the middle one of them, most of which are words. So titles and notes above a table
//!    are passed over. Where no row is like that, the first.
//! 2. *Columns* are those that the header names. What stands beside them cannot be asked for
//!    and is dropped, so a stray cell at the far end of a sheet costs nothing.
//! 3. *Blank rows* below the header stay, as records of one empty field, so that rows have
//!    the numbers that they have in the sheet. Those at the end do not.
//! 4. *A merged cell* has its text in its first row and column; the others are empty.

use crate::extract::delimited::write_field;
use crate::extract::limits::Limits;
use crate::extract::schema::TableOptions;

/// How many rows the header is looked for in, and how many bytes of them.
const HEAD_ROWS: usize = 50;
const HEAD_BYTES: usize = 1 << 20;

/// The most rows and columns of a sheet that are believed.
const ROWS: u32 = 1 << 24;
const COLUMNS: u32 = 1 << 14;

/// The rows of a sheet as a table.
#[derive(Debug)]
pub(super) struct Table {
    /// The rows in the syntax of sheets, the header first.
    pub(super) rows: Vec<u8>,
    /// How many rows of the sheet are not blank.
    pub(super) filled: u64,
}

/// Takes the cells of a sheet.
#[derive(Debug)]
pub(super) struct Grid {
    asked: Vec<String>,
    limits: Limits,
    /// The row that is being filled.
    row: Row,
    /// Rows before the header is known.
    head: Vec<Row>,
    head_bytes: usize,
    /// The columns of the sheet that the header names.
    columns: Vec<u32>,
    /// The number of the row written last.
    last: u32,
    out: Vec<u8>,
    filled: u64,
    /// Cells taken, those that are dropped too: a file may repeat a cell as often as it likes.
    taken: u64,
}

/// A row with at least one filled cell.
#[derive(Debug, Default)]
struct Row {
    number: u32,
    text: String,
    cells: Vec<Cell>,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    column: u32,
    start: usize,
    end: usize,
    words: bool,
}

impl Row {
    fn texts(&self) -> impl Iterator<Item = &str> {
        (self.cells.iter()).map(|cell| &self.text[cell.start..cell.end])
    }
}

impl Grid {
    /// A grid for a sheet of which `columns` are wanted, where they are known.
    pub(super) fn new(columns: Option<&TableOptions>, limits: &Limits) -> Self {
        let asked = columns.map_or_else(Vec::new, |columns| {
            let one = columns.id_column.iter().chain(&columns.genre_column);
            let all = columns.text_columns.iter().chain(&columns.keep).chain(one);
            all.map(|name| name.trim().to_owned()).collect()
        });
        Self {
            asked,
            limits: *limits,
            row: Row::default(),
            head: Vec::new(),
            head_bytes: 0,
            columns: Vec::new(),
            last: 0,
            out: Vec::new(),
            filled: 0,
            taken: 0,
        }
    }

    /// Takes a cell. Cells come row by row; `words` where it is text and no number.
    ///
    /// # Errors
    ///
    /// The reason, in words: if a row comes back, or the limits are passed.
    pub(super) fn cell(
        &mut self,
        row: u32,
        column: u32,
        text: &str,
        words: bool,
    ) -> Result<(), String> {
        if text.trim().is_empty() {
            return Ok(());
        }
        if row >= ROWS || column >= COLUMNS {
            return Err("damaged: a cell lies outside of any sheet".to_owned());
        }
        if row != self.row.number {
            self.end_row()?;
            if row < self.row.number {
                return Err("damaged: its rows are out of order".to_owned());
            }
            self.row.number = row;
        }
        self.taken += 1;
        let start = self.row.text.len();
        self.row.text.push_str(text);
        self.row.cells.push(Cell {
            column,
            start,
            end: self.row.text.len(),
            words,
        });
        self.check(self.row.text.len())
    }

    /// Checks that what is held, and so many more bytes, are within the limit, and that there
    /// are not more cells than that.
    fn check(&self, more: usize) -> Result<(), String> {
        let held = (self.out.len() + self.head_bytes + more) as u64;
        match held.max(self.taken) > self.limits.unpacked {
            true => Err(self.limits.too_much()),
            false => Ok(()),
        }
    }

    fn end_row(&mut self) -> Result<(), String> {
        if self.row.cells.is_empty() {
            return Ok(());
        }
        self.filled += 1;
        // A cell that comes twice counts once, as it came last.
        self.row.cells.sort_by_key(|cell| cell.column);
        let number = self.row.number;
        if self.columns.is_empty() {
            self.head_bytes += self.row.text.len();
            let fresh = Row {
                number,
                ..Row::default()
            };
            self.head.push(std::mem::replace(&mut self.row, fresh));
            if self.head.len() >= HEAD_ROWS || self.head_bytes >= HEAD_BYTES {
                self.settle()?;
            }
            return Ok(());
        }
        let mut row = std::mem::take(&mut self.row);
        let written = self.write(&row);
        row.text.clear();
        row.cells.clear();
        self.row = row;
        written
    }

    /// Settles the header and writes what is held.
    fn settle(&mut self) -> Result<(), String> {
        let head = std::mem::take(&mut self.head);
        self.head_bytes = 0;
        let at = self.header(&head);
        let Some(header) = head.get(at) else {
            return Ok(());
        };
        self.columns = header.cells.iter().map(|cell| cell.column).collect();
        self.columns.dedup();
        self.last = header.number;
        self.write_record(header);
        head[at + 1..].iter().try_for_each(|row| self.write(row))
    }

    /// Which of the first rows is the header.
    fn header(&self, head: &[Row]) -> usize {
        let asked = |row: &Row| {
            let has = |name: &String| row.texts().any(|text| text.trim() == name);
            !self.asked.is_empty() && self.asked.iter().all(has)
        };
        // A stray cell beside one row must not make the table look wider than it is.
        let mut widths: Vec<usize> = head.iter().map(|row| row.cells.len()).collect();
        widths.sort_unstable();
        let usual = widths.get(widths.len() / 2).copied().unwrap_or(0);
        let full = |row: &Row| {
            let (words, all) = (
                row.cells.iter().filter(|cell| cell.words).count(),
                row.cells.len(),
            );
            all >= 2 && 2 * all > usual && 2 * words > all
        };
        (head.iter().position(asked))
            .or_else(|| head.iter().position(full))
            .unwrap_or(0)
    }

    /// Writes a row, and the blank ones before it.
    fn write(&mut self, row: &Row) -> Result<(), String> {
        let blank = row.number.saturating_sub(self.last + 1);
        self.last = row.number;
        self.check(BLANK.len() * blank as usize + row.text.len())?;
        (0..blank).for_each(|_| self.out.extend_from_slice(BLANK));
        self.write_record(row);
        self.check(0)
    }

    fn write_record(&mut self, row: &Row) {
        let start = self.out.len();
        let (mut cells, mut any) = (row.cells.iter().peekable(), false);
        for (n, &column) in self.columns.iter().enumerate() {
            if n > 0 {
                self.out.push(b',');
            }
            let mut found = None;
            while let Some(cell) = cells.next_if(|cell| cell.column <= column) {
                found = (cell.column == column).then_some(cell);
            }
            if let Some(cell) = found {
                write_field(&mut self.out, &row.text[cell.start..cell.end]);
                any = true;
            }
        }
        self.out.push(b'\n');
        if !any {
            self.out.truncate(start);
            self.out.extend_from_slice(BLANK);
        }
    }

    /// The table; `None` where no cell is filled.
    ///
    /// # Errors
    ///
    /// As [`Self::cell`].
    pub(super) fn finish(mut self) -> Result<Option<Table>, String> {
        self.end_row()?;
        if self.columns.is_empty() {
            self.settle()?;
        }
        Ok((self.filled > 0).then_some(Table {
            rows: self.out,
            filled: self.filled,
        }))
    }
}

/// A row of the sheet that is blank.
const BLANK: &[u8] = b"\"\"\n";

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of cells that are written with bars between columns, one row a line; those
    /// that begin with `=` are numbers.
    fn table(rows: &str, asked: &[&str]) -> String {
        let options = TableOptions {
            text_columns: asked.iter().map(|&name| name.to_owned()).collect(),
            ..TableOptions::default()
        };
        let mut grid = Grid::new(Some(&options), &Limits::default());
        for (row, line) in rows.lines().enumerate() {
            for (column, text) in line.split('|').enumerate() {
                let (text, words) = match text.strip_prefix('=') {
                    Some(number) => (number, false),
                    None => (text, true),
                };
                grid.cell(row as u32, column as u32, text, words).unwrap();
            }
        }
        let table = grid.finish().unwrap().unwrap();
        String::from_utf8(table.rows).unwrap()
    }

    #[test]
    fn the_first_row_is_the_header() {
        assert_eq!(table("id|text\n=1|We plan\n", &[]), "id,text\n1,We plan\n");
    }

    #[test]
    fn cells_that_are_dropped_are_not_without_end() {
        let limits = Limits {
            unpacked: 1 << 20,
            ..Limits::default()
        };
        let mut grid = Grid::new(None, &limits);
        grid.cell(0, 0, "id", true).unwrap();
        grid.cell(0, 1, "text", true).unwrap();
        let beside = |cell: u32| (1 + cell / 1000, 2 + cell % 1000);
        let taken = (0..2 << 20).try_for_each(|cell| {
            let (row, column) = beside(cell);
            grid.cell(row, column, "x", true)
        });
        assert_eq!(taken, Err(limits.too_much()));
    }

    #[test]
    fn titles_above_the_header_are_passed_over() {
        let rows = "Survey of the year\n\nBy|the office\nid|text|stars|team\n=1|a|=2|b\n";
        assert_eq!(table(rows, &[]), "id,text,stars,team\n1,a,2,b\n");
    }

    #[test]
    fn a_header_without_a_name_for_the_number_is_found() {
        assert_eq!(
            table("|text\n=0|We plan\n=1|We act\n", &[]),
            "text\nWe plan\nWe act\n"
        );
    }

    #[test]
    fn a_row_with_the_columns_asked_for_is_the_header() {
        let rows = "a|b|c\nd|e|f\nid|said|team\n=1|x|y\n";
        assert_eq!(table(rows, &["said"]), "id,said,team\n1,x,y\n");
    }

    #[test]
    fn a_sheet_of_one_column_has_a_header() {
        assert_eq!(
            table("text\nWe plan\nWe act\n", &[]),
            "text\nWe plan\nWe act\n"
        );
    }

    #[test]
    fn blank_rows_keep_their_numbers_and_those_at_the_end_go() {
        let rows = "id|text\n\n=1|a\n | \n\n=2|b\n\n\n";
        assert_eq!(table(rows, &[]), "id,text\n\"\"\n1,a\n\"\"\n\"\"\n2,b\n");
    }

    #[test]
    fn cells_beside_the_named_columns_are_dropped() {
        let rows = "id||text|team\n=1|x|a|b|far\n|y\n=2||c\n";
        assert_eq!(table(rows, &[]), "id,text,team\n1,a,b\n\"\"\n2,c,\n");
    }

    #[test]
    fn line_ends_commas_and_quotes_stay_in_their_cell() {
        let mut grid = Grid::new(None, &Limits::default());
        for (row, cells) in [["id", "text"], ["1", "a, \"b\"\nc"]].iter().enumerate() {
            for (column, text) in cells.iter().enumerate() {
                grid.cell(row as u32, column as u32, text, true).unwrap();
            }
        }
        let rows = grid.finish().unwrap().unwrap().rows;
        assert_eq!(rows, b"id,text\n1,\"a, \"\"b\"\"\nc\"\n");
    }

    #[test]
    fn a_cell_far_down_costs_no_more_than_the_limit() {
        let limits = Limits {
            unpacked: 1 << 20,
            ..Limits::default()
        };
        let mut grid = Grid::new(None, &limits);
        grid.cell(0, 0, "text", true).unwrap();
        grid.cell(1 << 23, 0, "We plan", true).unwrap();
        assert_eq!(grid.finish().unwrap_err(), limits.too_much());
    }

    #[test]
    fn a_sheet_of_blanks_has_no_table() {
        let mut grid = Grid::new(None, &Limits::default());
        grid.cell(3, 3, " ", true).unwrap();
        assert!(grid.finish().unwrap().is_none());
    }
}
