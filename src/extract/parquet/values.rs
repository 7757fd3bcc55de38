//! Values of Parquet as text.
//!
//! **In:** the schema, and rows. **Out:** columns and their cells. **Unit:** values.
//!
//! One decision lives here: how a value is written. As in a sheet: numbers in their shortest
//! form, dates and times as ISO 8601, with `Z` where they are told to be of universal time;
//! nothing for a missing value. Bytes are text where they are UTF-8, else hexadecimal digits.

use std::fmt::Write as _;

use ::parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit};
use ::parquet::record::{Field, Row};
use ::parquet::schema::types::{Type, TypePtr};

use serde_json::Value;

use crate::extract::delimited::shortest;

/// A column of the table.
#[derive(Debug)]
pub(super) struct Column {
    /// Its name; dotted where it lies in a structure.
    pub(super) name: String,
    /// Which of the outer fields it is or lies in.
    pub(super) field: usize,
    /// The place of that field in the rows that are read; `None` where it is not read.
    pub(super) place: Option<usize>,
    /// True for a list or a map.
    pub(super) is_nested: bool,
    /// Where it lies in the structure: the place at each level.
    path: Vec<usize>,
    meaning: Meaning,
}

/// What a number stands for, where its kind does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    AsItIs,
    /// So many parts of a second since 1970; true where that is universal time.
    Timestamp(i64, bool),
    /// So many parts of a second since midnight.
    Time(i64),
}

/// The most digits behind the point that a number may claim.
const SCALE: i32 = 1000;

impl Column {
    /// The columns of a schema, in order.
    pub(super) fn all(root: &Type) -> Result<Vec<Self>, String> {
        let mut columns = Vec::new();
        // The outermost fields, last first; then what lies in them.
        let mut open: Vec<(TypePtr, String, usize, Vec<usize>)> = Vec::new();
        for (n, field) in root.get_fields().iter().enumerate().rev() {
            open.push((field.clone(), field.name().to_owned(), n, Vec::new()));
        }
        while let Some((kind, name, field, path)) = open.pop() {
            if is_structure(&kind) {
                for (n, inner) in kind.get_fields().iter().enumerate().rev() {
                    let path = [&path[..], &[n]].concat();
                    open.push((
                        inner.clone(),
                        format!("{name}.{}", inner.name()),
                        field,
                        path,
                    ));
                }
                continue;
            }
            if kind.is_primitive() && kind.get_scale() > SCALE {
                return Err("damaged: not written as it should be".to_owned());
            }
            let info = kind.get_basic_info();
            columns.push(Self {
                name,
                field,
                place: None,
                is_nested: !kind.is_primitive() || is_repeated(&kind),
                path,
                meaning: meaning(info.logical_type_ref()),
            });
        }
        Ok(columns)
    }

    /// Writes the cell of a row to `out`.
    pub(super) fn write(&self, row: &[(String, Field)], out: &mut String) {
        let field = self.place.and_then(|place| row.get(place));
        let mut field = field.map(|(_, field)| field);
        for &place in &self.path {
            field = match field {
                Some(Field::Group(row)) => inner(row, place),
                _ => None,
            };
        }
        if let Some(field) = field {
            write(field, self.meaning, out);
        }
    }
}

fn inner(row: &Row, place: usize) -> Option<&Field> {
    row.get_column_iter().nth(place).map(|(_, field)| field)
}

fn is_repeated(kind: &Type) -> bool {
    let info = kind.get_basic_info();
    info.has_repetition() && info.repetition() == Repetition::REPEATED
}

/// True for a group that is neither a list nor a map.
fn is_structure(kind: &Type) -> bool {
    let info = kind.get_basic_info();
    let annotated = matches!(
        info.converted_type(),
        ConvertedType::LIST | ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE
    );
    kind.is_group() && !annotated && info.logical_type_ref().is_none() && !is_repeated(kind)
}

fn meaning(kind: Option<&LogicalType>) -> Meaning {
    let parts = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => 1_000,
        TimeUnit::MICROS => 1_000_000,
        TimeUnit::NANOS => 1_000_000_000,
    };
    match kind {
        Some(LogicalType::Timestamp(time)) => {
            Meaning::Timestamp(parts(&time.unit), time.is_adjusted_to_u_t_c)
        }
        Some(LogicalType::Time(time)) => Meaning::Time(parts(&time.unit)),
        _ => Meaning::AsItIs,
    }
}

fn write(field: &Field, meaning: Meaning, out: &mut String) {
    let universal = matches!(meaning, Meaning::Timestamp(_, true));
    // Writing into a string does not fail.
    _ = match field {
        Field::Null => Ok(()),
        Field::Str(text) => out.write_str(text),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => out.write_str(text),
            Err(_) => (bytes.data().iter()).try_for_each(|byte| write!(out, "{byte:02x}")),
        },
        Field::Long(number) => match meaning {
            Meaning::Timestamp(parts, _) => timestamp(*number, parts, universal, out),
            Meaning::Time(parts) => time(*number, parts, out),
            Meaning::AsItIs => write!(out, "{number}"),
        },
        Field::TimestampMillis(number) => timestamp(*number, 1_000, universal, out),
        Field::TimestampMicros(number) => timestamp(*number, 1_000_000, universal, out),
        Field::TimeMillis(number) => time(i64::from(*number), 1_000, out),
        Field::TimeMicros(number) => time(*number, 1_000_000, out),
        Field::Date(days) => date(i64::from(*days), out),
        Field::Double(number) => out.write_str(&shortest(*number)),
        Field::Float(number) => {
            // By way of its own digits: as a double it would have more.
            let number = number.to_string().parse().unwrap_or(f64::from(*number));
            out.write_str(&shortest(number))
        }
        Field::Group(_) | Field::ListInternal(_) | Field::MapInternal(_) => {
            write!(out, "{}", json(field))
        }
        other => write!(out, "{other}"),
    };
}

/// Writes a day, counted from the first of 1970.
fn date(days: i64, out: &mut String) -> std::fmt::Result {
    let (year, month, day) = civil(days);
    write!(out, "{year:04}-{month:02}-{day:02}")
}

/// Year, month and day of a day counted from the first of 1970 (Howard Hinnant,
/// *chrono-compatible low-level date algorithms*, `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, (month + 2) % 12 + 1);
    (year + era * 400 + i64::from(month <= 2), month, day)
}

fn timestamp(number: i64, parts: i64, universal: bool, out: &mut String) -> std::fmt::Result {
    let day = parts * 86_400;
    date(number.div_euclid(day), out)?;
    out.push('T');
    time(number.rem_euclid(day), parts, out)?;
    out.write_str(if universal { "Z" } else { "" })
}

/// Writes a time of day in parts of a second.
fn time(number: i64, parts: i64, out: &mut String) -> std::fmt::Result {
    let (second, part) = (number.div_euclid(parts), number.rem_euclid(parts));
    let (hour, minute) = (second / 3600, second / 60 % 60);
    write!(out, "{hour:02}:{minute:02}:{:02}", second % 60)?;
    if part > 0 {
        let digits = parts.ilog10() as usize;
        let fraction = format!("{part:0digits$}");
        write!(out, ".{}", fraction.trim_end_matches('0'))?;
    }
    Ok(())
}

/// A value with its parts as JSON.
fn json(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Bool(truth) => Value::Bool(*truth),
        Field::Byte(number) => Value::from(*number),
        Field::Short(number) => Value::from(*number),
        Field::Int(number) => Value::from(*number),
        Field::Long(number) => Value::from(*number),
        Field::UByte(number) => Value::from(*number),
        Field::UShort(number) => Value::from(*number),
        Field::UInt(number) => Value::from(*number),
        Field::ULong(number) => Value::from(*number),
        Field::Double(number) => Value::from(*number),
        Field::ListInternal(list) => list.elements().iter().map(json).collect(),
        Field::Group(row) => (row.get_column_iter())
            .map(|(name, field)| (name.clone(), json(field)))
            .collect(),
        Field::MapInternal(map) => (map.entries().iter())
            .map(|(key, value)| (plain(key), json(value)))
            .collect(),
        other => Value::String(plain(other)),
    }
}

fn plain(field: &Field) -> String {
    let mut text = String::new();
    write(field, Meaning::AsItIs, &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        let cases = [
            (0, "1970-01-01"),
            (19_783, "2024-03-01"),
            (-1, "1969-12-31"),
            (-719_529, "-001-12-31"),
        ];
        for (days, text) in cases {
            assert_eq!(plain(&Field::Date(days)), text);
        }
    }

    #[test]
    fn a_timestamp_has_no_more_digits_than_it_needs() {
        let written = |number, parts, universal| {
            let mut text = String::new();
            write(
                &Field::Long(number),
                Meaning::Timestamp(parts, universal),
                &mut text,
            );
            text
        };
        assert_eq!(
            written(1_709_303_400_500_000_000, 1_000_000_000, false),
            "2024-03-01T14:30:00.5"
        );
        assert_eq!(written(-1_000, 1_000, true), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn a_short_float_is_not_made_longer() {
        assert_eq!(plain(&Field::Float(4.1)), "4.1");
    }
}
