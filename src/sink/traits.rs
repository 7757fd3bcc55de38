//! What a table format must do.

use crate::record::{RecordWriter, Recorder, Rows};

/// Encodes records of one table into bytes. A sink never touches a file: its bytes are written
/// in order by whoever holds the file, so that records can be encoded by many threads at once.
pub trait Sink: RecordWriter + Send {
    /// Encodes the header, if the format has one.
    fn header(&mut self);
    /// Encodes rows of the table. Every sink does it in one line, `recorder.write(rows, self)`, which
    /// is compiled for each: a call for each field would cost more than the field.
    fn rows(&mut self, recorder: &mut Recorder<'_>, rows: &Rows<'_>);
    /// Takes out the bytes encoded so far.
    fn take(&mut self) -> Vec<u8>;
}
