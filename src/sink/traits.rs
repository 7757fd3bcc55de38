//! What a table format must do.

use crate::record::RecordWriter;

/// Encodes records of one table into bytes. A sink never touches a file: its bytes are written
/// in order by whoever holds the file, so that records can be encoded by many threads at once.
pub trait Sink: RecordWriter + Send {
    /// Encodes the header, if the format has one.
    fn header(&mut self);
    /// Takes out the bytes encoded so far.
    fn take(&mut self) -> Vec<u8>;
}
