//! The table of inputs and rows that failed.

use std::path::Path;

use crate::error::Result;
use crate::extract::Failure;
use crate::record::Field;
use crate::sink::file::Output;
use crate::sink::traits::Sink;
use crate::sink::{FORMATS, Format};

/// The failures table, `path,row,stage,reason`, as it is written.
pub(crate) struct FailureTable {
    output: Output,
    sink: Box<dyn Sink>,
}

impl FailureTable {
    /// The table in the format that the name of `path` tells, else CSV.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let by_name = path.extension().and_then(|e| Format::of(e.to_str()?));
        let mut table = Self::on(Output::file(path)?, by_name.unwrap_or(&FORMATS[0]));
        table.sink.header();
        Ok(table)
    }

    /// The table as file `path` of a folder in that format, from byte `from` on.
    pub(crate) fn member(path: &Path, format: &Format, from: u64) -> Result<Self> {
        let mut table = Self::on(Output::member(path, from)?, format);
        if from == 0 {
            table.sink.header();
        }
        Ok(table)
    }

    fn on(output: Output, format: &Format) -> Self {
        let columns = ["path", "row", "stage", "reason"].map(str::to_owned);
        let sink = format.open(&columns, false);
        Self { output, sink }
    }

    /// See [`Output::settle`].
    pub(crate) fn settle(&mut self) -> Result<u64> {
        self.output.write(&self.sink.take())?;
        self.output.settle()
    }

    /// Adds a failure.
    pub(crate) fn write(&mut self, failure: &Failure) -> Result<()> {
        self.sink.field(Field::Text(&failure.path));
        self.sink
            .field(failure.row.map_or(Field::Missing, Field::Count));
        self.sink.field(Field::Text(failure.stage));
        self.sink.field(Field::Text(&failure.reason));
        self.sink.end_record();
        self.output.write(&self.sink.take())
    }

    /// Ends the table, which then appears under its name.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.output.write(&self.sink.take())?;
        self.output.finish()
    }
}
