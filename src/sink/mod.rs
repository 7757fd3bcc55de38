//! Records written down: the table of output formats, and files that are complete or absent.
//!
//! **In:** columns and records. **Out:** bytes, and files. To add a format, write a file with its [`Sink`] and
//! add a row to [`FORMATS`]; `--format` and its help read the table.

mod buffer;
pub mod delimited;
pub mod file;
pub mod jsonl;
pub mod traits;

use crate::sink::delimited::Delimited;
use crate::sink::jsonl::JsonLines;
use crate::sink::traits::Sink;

/// An output format.
#[derive(Debug)]
pub struct Format {
    /// Its name, which is its extension too.
    pub name: &'static str,
    open: fn(&[String], bool) -> Box<dyn Sink>,
}

/// The output formats; the first is the default.
pub static FORMATS: &[Format] = &[
    Format {
        name: "csv",
        open: |columns, safe| Box::new(Delimited::new(columns, b',', safe)),
    },
    Format {
        name: "tsv",
        open: |columns, safe| Box::new(Delimited::new(columns, b'\t', safe)),
    },
    Format {
        name: "jsonl",
        open: |columns, _| Box::new(JsonLines::new(columns)),
    },
];

impl Format {
    /// The format of that name or extension.
    pub fn of(name: &str) -> Option<&'static Self> {
        FORMATS
            .iter()
            .find(|format| format.name.eq_ignore_ascii_case(name))
    }

    /// A sink for records with these columns. `spreadsheet_safe`: texts that a spreadsheet would
    /// run as a formula are made harmless.
    pub fn open(&self, columns: &[String], spreadsheet_safe: bool) -> Box<dyn Sink> {
        (self.open)(columns, spreadsheet_safe)
    }
}
