//! Comma-separated tables and their kin: where records end, and what their cells hold.
//!
//! **In:** bytes of a table. **Out:** whole records, and cells as ranges of bytes.
//! **Unit:** bytes.
//!
//! The decisions that live here:
//!
//! 1. *Quoting*, as the `csv` crate reads it (a property test holds them together): a
//!    quote counts only as the first byte of a field; doubled, it stands for itself;
//!    text after the closing quote belongs to the field; a quote inside an unquoted field
//!    is a character like any other.
//! 2. *Records* end at `\n`, `\r\n` or a lone `\r`; blank lines are no records.
//! 3. *Delimiter*: the one of comma, semicolon, tab and bar that splits the header and
//!    gives most of the next records as many fields.
//!
//! Finding where records end is the only serial work on a table, so it looks at quotes
//! and line ends only, never at delimiters: a quote outside a quoted field opens one
//! exactly where the byte before it is a delimiter or a line end.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr2_iter, memchr3, memrchr2};

const QUOTE: u8 = b'"';

/// How the records of a table are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// The byte between two fields.
    pub(super) delimiter: u8,
}

/// A field of a record: where it lies in its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    start: u32,
    end: u32,
    /// False where quotes stand in the way: the text must be copied without them.
    plain: bool,
}

/// Whole records at the start of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// One past the end of the last whole record; 0 where there is none.
    pub(super) end: usize,
    /// How many records there are.
    pub(super) rows: u64,
    /// Where the quote stands that is still open at the end of the bytes.
    pub(super) open_quote: Option<usize>,
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

impl Dialect {
    /// Where the last whole record of `bytes` ends, which begin at a record. With `last`,
    /// no more bytes follow and the last record needs no line end. `outside` is scratch.
    pub(super) fn cut(self, bytes: &[u8], last: bool, outside: &mut Vec<(usize, usize)>) -> Cut {
        let open_quote = self.outside_quotes(bytes, outside);
        let end = match last && open_quote.is_none() {
            true => bytes.len(),
            false => (outside.iter().rev())
                .find_map(|&(from, to)| {
                    memrchr2(b'\n', b'\r', &bytes[from..to]).map(|i| from + i + 1)
                })
                .unwrap_or(0),
        };
        let mut rows = u64::from(bytes[..end].first().is_some_and(|&byte| !is_line_end(byte)));
        for &(from, to) in outside.iter().take_while(|&&(from, _)| from < end) {
            rows += memchr2_iter(b'\n', b'\r', &bytes[from..to.min(end)])
                .filter(|i| from + i + 1 < end && !is_line_end(bytes[from + i + 1]))
                .count() as u64;
        }
        Cut {
            end,
            rows,
            open_quote,
        }
    }

    /// The stretches of `bytes` that lie outside quoted fields, and the quote that is open
    /// at the end.
    fn outside_quotes(self, bytes: &[u8], outside: &mut Vec<(usize, usize)>) -> Option<usize> {
        outside.clear();
        let (mut from, mut at) = (0, 0);
        while let Some(quote) = memchr(QUOTE, &bytes[at..]).map(|i| at + i) {
            at = quote + 1;
            let opens =
                quote == 0 || bytes[quote - 1] == self.delimiter || is_line_end(bytes[quote - 1]);
            if opens {
                outside.push((from, quote));
                match closing_quote(bytes, at) {
                    Some(close) => at = close + 1,
                    None => return Some(quote),
                }
                from = at;
            }
        }
        outside.push((from, bytes.len()));
        None
    }

    /// Reads the record at `at` into `cells`; gives the place behind it, or `None` where
    /// there are only blank lines.
    ///
    /// A quote that is never closed ends with the bytes.
    pub(super) fn record(self, bytes: &[u8], at: usize, cells: &mut Vec<Cell>) -> Option<usize> {
        cells.clear();
        let mut at = at
            + bytes
                .get(at..)?
                .iter()
                .position(|&byte| !is_line_end(byte))?;
        loop {
            let (cell, end) = match bytes.get(at) {
                Some(&QUOTE) => self.quoted(bytes, at),
                _ => self.unquoted(bytes, at),
            };
            cells.push(cell);
            match bytes.get(end) {
                Some(&byte) if byte == self.delimiter => at = end + 1,
                Some(_) => return Some(end + 1),
                None => return Some(end),
            }
        }
    }

    fn unquoted(self, bytes: &[u8], start: usize) -> (Cell, usize) {
        let end = self.field_end(bytes, start);
        (Cell::new(start, end, true), end)
    }

    /// The cell whose quote opens at `start`.
    fn quoted(self, bytes: &[u8], start: usize) -> (Cell, usize) {
        let mut at = start + 1;
        let mut doubled = false;
        loop {
            let Some(quote) = memchr(QUOTE, &bytes[at..]).map(|i| at + i) else {
                return (Cell::new(start, bytes.len(), false), bytes.len());
            };
            at = quote + 1;
            match bytes.get(at) {
                Some(&QUOTE) => {
                    doubled = true;
                    at += 1;
                }
                Some(&byte) if byte != self.delimiter && !is_line_end(byte) => {
                    let end = self.field_end(bytes, at);
                    return (Cell::new(start, end, false), end);
                }
                _ if doubled => return (Cell::new(start, at, false), at),
                _ => return (Cell::new(start + 1, quote, true), at),
            }
        }
    }

    fn field_end(self, bytes: &[u8], start: usize) -> usize {
        let rest = &bytes[start..];
        memchr3(self.delimiter, b'\n', b'\r', rest).map_or(bytes.len(), |i| start + i)
    }

    /// The delimiter of the table that begins with `head`; `cut_off` where the head is not
    /// the whole table. A table of one column has a comma.
    pub(super) fn sniff(head: &[u8], cut_off: bool) -> Self {
        let mut best = (Self { delimiter: b',' }, 0);
        for &delimiter in b",;\t|" {
            let dialect = Self { delimiter };
            let score = dialect.fit(head, cut_off);
            if score > best.1 {
                best = (dialect, score);
            }
        }
        best.0
    }

    /// How well the dialect fits: 0 where it splits nothing; else mostly the share of the
    /// first records that have as many fields as the header, none torn, then that number.
    fn fit(self, head: &[u8], cut_off: bool) -> usize {
        let mut cells = Vec::new();
        let Some(mut at) = self.record(head, 0, &mut cells) else {
            return 0;
        };
        let columns = cells.len();
        if columns < 2 {
            return 0;
        }
        let sound = |cells: &[Cell]| !cells.iter().any(|cell| cell.is_torn(head));
        let (mut same, mut all) = (usize::from(sound(&cells)), 1);
        while all < SNIFFED_RECORDS {
            let Some(end) = self.record(head, at, &mut cells) else {
                break;
            };
            if cut_off && end >= head.len() {
                break;
            }
            same += usize::from(cells.len() == columns && sound(&cells));
            all += 1;
            at = end;
        }
        1 + columns.min(1000) + 1000 * (100 * same / all)
    }
}

/// How many records the choice of a delimiter looks at.
const SNIFFED_RECORDS: usize = 100;

/// The quote that closes the field whose text begins at `at`: doubled ones do not.
pub(super) fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let quote = at + memchr(QUOTE, &bytes[at..])?;
        if bytes.get(quote + 1) != Some(&QUOTE) {
            return Some(quote);
        }
        at = quote + 2;
    }
}

/// The start of the line after the one that holds byte `at`.
pub(super) fn next_line(bytes: &[u8], at: usize) -> usize {
    memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |i| at + i + 1)
}

impl Cell {
    fn new(start: usize, end: usize, plain: bool) -> Self {
        Self {
            start: start as u32,
            end: end as u32,
            plain,
        }
    }

    /// True where a quote stands as if another delimiter had torn a quoted field.
    fn is_torn(self, bytes: &[u8]) -> bool {
        let raw = &bytes[self.start as usize..self.end as usize];
        self.plain == raw.ends_with(b"\"") && !raw.is_empty()
    }

    /// True where the field is empty.
    pub(super) fn is_empty(self) -> bool {
        self.plain && self.start == self.end
    }

    /// The field's text, borrowed unless quotes stand in it. `text` is the text of the
    /// block from byte `base` on.
    pub(super) fn text(self, text: &str, base: usize) -> Cow<'_, str> {
        let raw = &text[self.start as usize - base..self.end as usize - base];
        match self.plain {
            true => Cow::Borrowed(raw),
            false => Cow::Owned(unquote(raw)),
        }
    }
}

/// The text of a field that begins with a quote: up to the closing quote, doubled quotes
/// are one; what follows is taken as it stands.
fn unquote(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = &raw[1..];
    while let Some(quote) = memchr(QUOTE, rest.as_bytes()) {
        text.push_str(&rest[..quote]);
        rest = &rest[quote + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                text.push('"');
                rest = after;
            }
            None => break,
        }
    }
    text.push_str(rest);
    text
}

/// Writes a field of a record whose fields are parted by commas, so that it is read as it
/// stands.
#[cfg(any(feature = "sheets", feature = "parquet"))]
pub(super) fn write_field(out: &mut Vec<u8>, text: &str) {
    let special = |&byte: &u8| matches!(byte, b',' | QUOTE) || is_line_end(byte);
    if !text.as_bytes().iter().any(special) {
        return out.extend_from_slice(text.as_bytes());
    }
    out.push(QUOTE);
    for (n, part) in text.split('"').enumerate() {
        if n > 0 {
            out.extend_from_slice(b"\"\"");
        }
        out.extend_from_slice(part.as_bytes());
    }
    out.push(QUOTE);
}

/// A number in the fewest digits that tell it, without an exponent where a person would write
/// none.
#[cfg(any(feature = "sheets", feature = "parquet"))]
pub(super) fn shortest(number: f64) -> Cow<'static, str> {
    let size = number.abs();
    match number == 0.0 {
        true => Cow::Borrowed("0"),
        false if (1e-6..1e16).contains(&size) => Cow::Owned(format!("{number}")),
        false => Cow::Owned(format!("{number:e}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMMA: Dialect = Dialect { delimiter: b',' };

    fn records(bytes: &[u8]) -> Vec<Vec<String>> {
        let (mut at, mut cells, mut records) = (0, Vec::new(), Vec::new());
        let text = std::str::from_utf8(bytes).unwrap();
        while let Some(end) = COMMA.record(bytes, at, &mut cells) {
            records.push(
                cells
                    .iter()
                    .map(|cell| cell.text(text, 0).into_owned())
                    .collect(),
            );
            at = end;
        }
        records
    }

    fn by_the_csv_crate(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let fields = |record: csv::Result<csv::StringRecord>| {
            record.unwrap().iter().map(str::to_owned).collect()
        };
        reader.records().map(fields).collect()
    }

    /// Cuts as a reader does that sees `step` more bytes each time.
    fn cut_in_steps(bytes: &[u8], step: usize) -> (Vec<Vec<String>>, u64) {
        let (mut from, mut to, mut all, mut rows) = (0, 0, Vec::new(), 0);
        while to < bytes.len() {
            to = (to + step).min(bytes.len());
            let cut = COMMA.cut(&bytes[from..to], to == bytes.len(), &mut Vec::new());
            all.extend(records(&bytes[from..from + cut.end]));
            rows += cut.rows;
            from += cut.end;
        }
        all.extend(records(&bytes[from..]));
        (all, rows + u64::from(from < bytes.len()))
    }

    #[test]
    fn a_quote_inside_an_unquoted_field_is_a_character() {
        assert_eq!(records(b"5\" pipe,b\nc,d"), [["5\" pipe", "b"], ["c", "d"]]);
    }

    #[test]
    fn a_doubled_quote_is_one() {
        assert_eq!(records(b"\"say \"\"yes\"\"\",b"), [["say \"yes\"", "b"]]);
    }

    #[test]
    fn a_quoted_field_may_hold_delimiters_and_line_ends() {
        assert_eq!(records(b"\"a,\r\nb\",c\n"), [["a,\r\nb", "c"]]);
    }

    #[test]
    fn text_after_the_closing_quote_belongs_to_the_field() {
        assert_eq!(records(b"\"a\"b\"c,d\n"), [["ab\"c", "d"]]);
    }

    #[test]
    fn a_lone_carriage_return_ends_a_record() {
        assert_eq!(records(b"a,b\rc,d\r"), [["a", "b"], ["c", "d"]]);
    }

    #[test]
    fn blank_lines_are_no_records() {
        assert_eq!(records(b"\r\n\na,b\n\n\r\n"), [["a", "b"]]);
    }

    #[test]
    fn an_empty_last_field_is_a_field() {
        assert_eq!(records(b"a,"), [["a", ""]]);
    }

    #[test]
    fn a_field_without_doubled_quotes_is_borrowed() {
        let mut cells = Vec::new();
        COMMA.record(b"\"a, b\",c", 0, &mut cells);
        assert!(matches!(
            cells[0].text("\"a, b\",c", 0),
            Cow::Borrowed("a, b")
        ));
    }

    #[test]
    fn a_cut_never_falls_into_a_quoted_field() {
        let cut = COMMA.cut(b"a,b\nc,\"d\ne", false, &mut Vec::new());
        assert_eq!((cut.end, cut.rows, cut.open_quote), (4, 1, Some(6)));
    }

    #[test]
    fn the_delimiter_is_the_one_that_splits_the_rows_alike() {
        let cases: [(&str, u8); 6] = [
            ("id,text\n1,a; b\n2,c\n", b','),
            ("id;text, long;stars\n1;a, b, c;5\n2;c;4\n", b';'),
            ("id\ttext\n1\ta, b\n2\tc, d, e\n", b'\t'),
            ("id|text\n1|a,b\n", b'|'),
            ("text\n\"a; b\"\nplain, plain\n", b','),
            ("id,\"a;b;c\"\n1,\"x;y;z\"\n", b','),
        ];
        for (table, delimiter) in cases {
            assert_eq!(
                Dialect::sniff(table.as_bytes(), false).delimiter,
                delimiter,
                "{table}"
            );
        }
    }

    #[test]
    #[cfg(any(feature = "sheets", feature = "parquet"))]
    fn numbers_are_written_as_a_person_would() {
        let cases = [
            (10023.0, "10023"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (0.0, "0"),
            (1e300, "1e300"),
        ];
        for (number, text) in cases {
            assert_eq!(shortest(number), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn records_are_those_of_the_csv_crate(text in "[a\",;\r\né]{0,40}") {
            prop_assert_eq!(records(text.as_bytes()), by_the_csv_crate(text.as_bytes()));
        }

        #[test]
        #[cfg(any(feature = "sheets", feature = "parquet"))]
        fn a_field_that_is_written_is_read_as_it_stood(fields in prop::collection::vec("[a\",;\r\né]{1,9}", 1..5)) {
            let mut record = Vec::new();
            for field in &fields {
                write_field(&mut record, field);
                record.push(b',');
            }
            record.pop();
            prop_assert_eq!(records(&record), vec![fields]);
        }

        #[test]
        fn cutting_changes_no_record(text in "[ab\",\r\n]{0,60}", step in 1usize..20) {
            let whole = records(text.as_bytes());
            let count = whole.len() as u64;
            let (cut, rows) = cut_in_steps(text.as_bytes(), step);
            prop_assert_eq!(&cut, &whole);
            prop_assert_eq!(rows, count);
        }
    }
}
