//! JSON Lines: one object a record, keys are the columns.
//!
//! **In:** records. **Out:** UTF-8 bytes. A missing value is `null`; there is no header.

use crate::record::{Field, RecordWriter, Recorder, Rows};
use crate::sink::traits::Sink;

/// Encodes JSON Lines.
#[derive(Debug)]
pub struct JsonLines {
    bytes: Vec<u8>,
    /// How every record begins, and how many fields that is.
    prefix: (Vec<u8>, usize),
    /// `"name":` for each column.
    keys: Vec<Vec<u8>>,
    at: usize,
}

impl JsonLines {
    /// A sink for records with these columns.
    pub fn new(columns: &[String]) -> Self {
        let key = |name: &String| {
            let mut key = serde_json::to_vec(name).unwrap_or_default();
            key.push(b':');
            key
        };
        Self {
            bytes: Vec::new(),
            prefix: (Vec::new(), 0),
            keys: columns.iter().map(key).collect(),
            at: 0,
        }
    }

    fn value(&mut self, value: impl serde::Serialize) {
        // Writing text and finite numbers to a vector cannot fail.
        let _ = serde_json::to_writer(&mut self.bytes, &value);
    }
}

impl RecordWriter for JsonLines {
    fn prefix(&mut self, fields: &[Field<'_>]) {
        let begun = self.bytes.len();
        fields.iter().for_each(|field| self.field(*field));
        self.prefix = (self.bytes.split_off(begun), fields.len());
        self.at = 0;
    }

    fn begin_record(&mut self) {
        self.bytes.extend_from_slice(&self.prefix.0);
        self.at = self.prefix.1;
    }

    fn field(&mut self, field: Field<'_>) {
        self.bytes.push(if self.at == 0 { b'{' } else { b',' });
        if let Some(key) = self.keys.get(self.at) {
            self.bytes.extend_from_slice(key);
        }
        self.at += 1;
        match field {
            Field::Text(text) | Field::Word(text) => self.value(text),
            Field::Count(count) => self.value(count),
            Field::Number(number) => self.value(number),
            Field::Missing => self.value(()),
        }
    }

    fn end_record(&mut self) {
        self.bytes.extend_from_slice(b"}\n");
        self.at = 0;
    }
}

impl Sink for JsonLines {
    fn header(&mut self) {}

    fn rows(&mut self, recorder: &mut Recorder<'_>, rows: &Rows<'_>) {
        recorder.write(rows, self);
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_an_object_and_missing_is_null() {
        let mut sink = JsonLines::new(&["a".to_owned(), "b".to_owned(), "c".to_owned()]);
        for field in [Field::Text("x\"y\n"), Field::Missing, Field::Number(0.5)] {
            sink.field(field);
        }
        sink.end_record();
        assert_eq!(sink.take(), b"{\"a\":\"x\\\"y\\n\",\"b\":null,\"c\":0.5}\n");
    }
}
