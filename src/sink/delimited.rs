//! CSV after RFC 4180, and the same with tabs.
//!
//! **In:** records. **Out:** bytes: UTF-8, `\n` at the end of a record, fields quoted where they
//! hold the delimiter, a quote or a line end. Decisions: a missing value is an empty field; numbers are
//! written in the shortest form that reads back as the same number; on demand a text that a
//! spreadsheet would run as a formula gets an apostrophe before it.
//!
//! The `csv` crate spends more time on deciding about quotes for each field than the rest of the program
//! on the sentence; numbers need no such decision. It reads back what is written here in a test.

use wide::u8x16;

use crate::record::{Field, RecordWriter, Recorder, Rows};
use crate::sink::buffer::Buffer;
use crate::sink::traits::Sink;

/// Encodes CSV or TSV.
#[derive(Debug)]
pub struct Delimited {
    bytes: Buffer,
    /// How every record begins.
    prefix: Vec<u8>,
    columns: Vec<String>,
    delimiter: u8,
    spreadsheet_safe: bool,
    first: bool,
}

impl Delimited {
    /// A sink for records with these columns.
    pub fn new(columns: &[String], delimiter: u8, spreadsheet_safe: bool) -> Self {
        Self {
            bytes: Buffer::default(),
            prefix: Vec::new(),
            columns: columns.to_vec(),
            delimiter,
            spreadsheet_safe,
            first: true,
        }
    }

    #[inline(never)]
    fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let guarded = self.spreadsheet_safe
            && matches!(
                bytes.first(),
                Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r')
            );
        let quoted = needs_quotes(bytes, self.delimiter);
        if quoted {
            self.bytes.push(b'"');
        }
        if guarded {
            self.bytes.push(b'\'');
        }
        if quoted {
            self.quoted(bytes);
        } else {
            self.bytes.extend(bytes);
        }
    }

    /// The text with its quotes doubled, and the closing quote.
    fn quoted(&mut self, bytes: &[u8]) {
        let mut from = 0;
        for quote in memchr::memchr_iter(b'"', bytes) {
            self.bytes.extend(&bytes[from..=quote]);
            from = quote;
        }
        self.bytes.extend(&bytes[from..]);
        self.bytes.push(b'"');
    }
}

/// True where a field holds what parts fields or records.
#[inline]
fn needs_quotes(field: &[u8], delimiter: u8) -> bool {
    let signs = [delimiter, b'"', b'\n', b'\r'];
    let holds = |bytes: &[u8; 16]| {
        let bytes = u8x16::new(*bytes);
        let found = signs.map(|sign| bytes.simd_eq(u8x16::splat(sign)));
        found[0] | found[1] | found[2] | found[3]
    };
    match field.last_chunk() {
        // The last sixteen bytes may have been seen before, which does no harm.
        Some(last) => {
            let (sixteens, _) = field.as_chunks();
            let found = sixteens
                .iter()
                .fold(holds(last), |found, b| found | holds(b));
            found.to_bitmask() != 0
        }
        None => field.iter().any(|byte| signs.contains(byte)),
    }
}

impl RecordWriter for Delimited {
    fn prefix(&mut self, fields: &[Field<'_>]) {
        let begun = self.bytes.len();
        fields.iter().for_each(|field| self.field(*field));
        self.prefix.clear();
        self.prefix.extend_from_slice(self.bytes.since(begun));
        self.bytes.truncate(begun);
        self.first = true;
    }

    #[inline]
    fn begin_record(&mut self) {
        self.bytes.extend(&self.prefix);
        self.first = self.prefix.is_empty();
    }

    #[inline(always)]
    fn field(&mut self, field: Field<'_>) {
        if !self.first {
            self.bytes.push(self.delimiter);
        }
        self.first = false;
        match field {
            Field::Text(text) => self.text(text),
            Field::Word(word) => self.bytes.short(word.as_bytes()),
            Field::Count(count) => self.bytes.number(count),
            // `Display` gives the shortest form.
            Field::Number(number) => self.bytes.extend(number.to_string().as_bytes()),
            Field::Missing => {}
        }
    }

    fn zeros(&mut self, count: usize) {
        const MANY: usize = 16;
        if self.first || count > MANY {
            return (0..count).for_each(|_| self.field(Field::Count(0)));
        }
        let mut zeros = [b'0'; 2 * MANY];
        zeros
            .iter_mut()
            .step_by(2)
            .for_each(|byte| *byte = self.delimiter);
        self.bytes.extend(&zeros[..2 * count]);
    }

    fn end_record(&mut self) {
        self.bytes.push(b'\n');
        self.first = true;
    }
}

impl Sink for Delimited {
    fn header(&mut self) {
        for column in self.columns.clone() {
            self.field(Field::Text(&column));
        }
        self.end_record();
    }

    fn rows(&mut self, recorder: &mut Recorder<'_>, rows: &Rows<'_>) {
        recorder.write(rows, self);
    }

    fn take(&mut self) -> Vec<u8> {
        self.bytes.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[Field<'_>], safe: bool) -> String {
        let mut sink = Delimited::new(&[], b',', safe);
        fields.iter().for_each(|field| sink.field(*field));
        sink.end_record();
        String::from_utf8(sink.take()).unwrap()
    }

    #[test]
    fn a_missing_value_is_empty_and_zero_is_not() {
        assert_eq!(
            row(
                &[Field::Missing, Field::Count(0), Field::Number(0.0)],
                false
            ),
            ",0,0\n"
        );
    }

    #[test]
    fn numbers_are_written_in_the_shortest_form_that_reads_back() {
        let third = 1.0 / 3.0;
        assert_eq!(
            row(&[Field::Number(third)], false).trim().parse::<f64>(),
            Ok(third)
        );
        assert_eq!(
            row(&[Field::Number(0.25), Field::Count(1234567890)], false),
            "0.25,1234567890\n"
        );
    }

    #[test]
    fn a_formula_is_guarded_on_demand_only() {
        assert_eq!(row(&[Field::Text("=1+1")], false), "=1+1\n");
        assert_eq!(
            row(&[Field::Text("=1+1"), Field::Text("-a,b")], true),
            "'=1+1,\"'-a,b\"\n"
        );
    }

    #[test]
    fn negative_numbers_are_no_formulas() {
        assert_eq!(row(&[Field::Number(-0.5)], true), "-0.5\n");
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_reads_back(rows in proptest::collection::vec(proptest::collection::vec("[a,\"\n\r =é;\t]{0,6}", 2..5), 1..5)) {
            let mut sink = Delimited::new(&[], b',', false);
            for row in &rows {
                row.iter().for_each(|text| sink.field(Field::Text(text)));
                sink.end_record();
            }
            let bytes = sink.take();
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&bytes[..]);
            let read: Vec<Vec<String>> =
                reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
            proptest::prop_assert_eq!(read, rows);
        }
    }
}
