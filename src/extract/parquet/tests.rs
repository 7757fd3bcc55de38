//! Parquet files, written by the library.

use std::io::{Cursor, Read};
use std::sync::Arc;

use ::parquet::basic::{Compression, GzipLevel};
use ::parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use super::*;

type Group<'g> = SerializedRowGroupWriter<'g, Vec<u8>>;

fn file(schema: &str, compression: Compression, groups: &[&dyn Fn(&mut Group<'_>)]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    for group in groups {
        let mut row_group = writer.next_row_group().unwrap();
        group(&mut row_group);
        row_group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

/// Writes the next column as texts, of which empty ones are missing.
fn texts(group: &mut Group<'_>, values: &[&str]) {
    let mut column = group.next_column().unwrap().unwrap();
    let levels: Vec<i16> = values
        .iter()
        .map(|value| i16::from(!value.is_empty()))
        .collect();
    let there: Vec<ByteArray> = (values.iter().filter(|value| !value.is_empty()))
        .map(|value| ByteArray::from(*value))
        .collect();
    let written = column
        .typed::<ByteArrayType>()
        .write_batch(&there, Some(&levels), None);
    written.unwrap();
    column.close().unwrap();
}

fn longs(group: &mut Group<'_>, values: &[i64]) {
    let mut column = group.next_column().unwrap().unwrap();
    column
        .typed::<Int64Type>()
        .write_batch(values, None, None)
        .unwrap();
    column.close().unwrap();
}

const SCHEMA: &str =
    "message m { required int64 id; optional binary text (UTF8); optional binary team (UTF8); }";

/// Two groups of rows, with a word that repeats, so that the library makes a dictionary.
fn reviews(compression: Compression) -> Vec<u8> {
    let first = |group: &mut Group<'_>| {
        longs(group, &[10023, 10024]);
        texts(group, &["We plan, \"again\"", ""]);
        texts(group, &["north", "north"]);
    };
    let second = |group: &mut Group<'_>| {
        longs(group, &[10025]);
        texts(group, &["We act\nand lead"]);
        texts(group, &["north"]);
    };
    file(SCHEMA, compression, &[&first, &second])
}

fn read_with(
    bytes: &[u8],
    columns: Option<TableOptions>,
    limits: &Limits,
) -> Result<String, String> {
    let options = SheetOptions {
        sheet: None,
        columns,
    };
    let mut rows = open(Box::new(Cursor::new(bytes.to_vec())), &options, limits)?;
    let mut text = String::new();
    rows.read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    Ok(text)
}

fn read(bytes: &[u8]) -> Result<String, String> {
    read_with(bytes, None, &Limits::default())
}

#[test]
fn rows_of_all_groups_come_in_order_however_they_are_packed() {
    let gzip = Compression::GZIP(GzipLevel::default());
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, gzip] {
        let expected = "id,text,team\n10023,\"We plan, \"\"again\"\"\",north\n10024,,north\n10025,\"We act\nand lead\",north\n";
        assert_eq!(read(&reviews(compression)).unwrap(), expected);
    }
}

#[test]
fn columns_that_nobody_wants_are_not_unpacked() {
    let options = TableOptions {
        id_column: Some("id".to_owned()),
        ..TableOptions::default()
    };
    let rows = read_with(
        &reviews(Compression::SNAPPY),
        Some(options),
        &Limits::default(),
    )
    .unwrap();
    assert!(
        rows.starts_with("id,text,team\n10023,\"We plan, \"\"again\"\"\",\n10024,,\n"),
        "{rows}"
    );
}

#[test]
fn a_missing_text_alone_in_its_row_is_a_row() {
    let group = |group: &mut Group<'_>| texts(group, &["a", "", "b"]);
    let bytes = file(
        "message m { optional binary text (UTF8); }",
        Compression::SNAPPY,
        &[&group],
    );
    assert_eq!(read(&bytes).unwrap(), "text\na\n\"\"\nb\n");
}

#[test]
fn a_structure_has_dotted_columns() {
    let group = |group: &mut Group<'_>| {
        longs(group, &[1]);
        texts(group, &["We plan"]);
    };
    let schema =
        "message m { required group ad { required int64 n; optional binary body (UTF8); } }";
    let bytes = file(schema, Compression::SNAPPY, &[&group]);
    assert_eq!(read(&bytes).unwrap(), "ad.n,ad.body\n1,We plan\n");
}

fn lists() -> Vec<u8> {
    let group = |group: &mut Group<'_>| {
        let mut column = group.next_column().unwrap().unwrap();
        let values = ["a", "b"].map(ByteArray::from);
        let column_writer = column.typed::<ByteArrayType>();
        column_writer
            .write_batch(&values, Some(&[2, 2]), Some(&[0, 1]))
            .unwrap();
        column.close().unwrap();
        texts(group, &["x"]);
    };
    let schema = "message m { optional group text (LIST) { repeated group list { required binary element (UTF8); } } optional binary note (UTF8); }";
    file(schema, Compression::SNAPPY, &[&group])
}

#[test]
fn a_list_is_shown_as_json() {
    assert_eq!(
        read(&lists()).unwrap(),
        "text,note\n\"[\"\"a\"\",\"\"b\"\"]\",x\n"
    );
}

#[test]
fn a_list_is_refused_as_a_text() {
    let reason = read_with(&lists(), Some(TableOptions::default()), &Limits::default());
    assert_eq!(
        reason.unwrap_err(),
        "its column `text` holds lists, not texts"
    );
}

#[test]
fn numbers_and_times_are_written_short() {
    let group = |group: &mut Group<'_>| {
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<DoubleType>()
            .write_batch(&[4.0, 0.1], None, None)
            .unwrap();
        column.close().unwrap();
        longs(group, &[1_709_303_400_000_000_000, 0]);
    };
    let schema = "message m { required double stars; required int64 at (TIMESTAMP(NANOS,false)); }";
    let bytes = file(schema, Compression::SNAPPY, &[&group]);
    let expected = "stars,at\n4,2024-03-01T14:30:00\n0.1,1970-01-01T00:00:00\n";
    assert_eq!(read(&bytes).unwrap(), expected);
}

#[test]
fn a_table_without_rows_has_a_header() {
    assert_eq!(
        read(&file(SCHEMA, Compression::SNAPPY, &[])).unwrap(),
        "id,text,team\n"
    );
}

#[test]
fn a_file_that_is_cut_off_says_so() {
    let bytes = reviews(Compression::SNAPPY);
    let reason = "truncated: the file has no end";
    assert_eq!(read(&bytes[..bytes.len() - 3]).unwrap_err(), reason);
    assert_eq!(read(b"PAR1").unwrap_err(), reason);
}

#[test]
fn an_encrypted_file_says_so() {
    let reason = read(b"PARE\0\0\0\0\0\0\0\0PARE").unwrap_err();
    assert_eq!(reason, "encrypted: it cannot be read without its key");
}

#[test]
fn a_page_that_unpacks_to_more_than_the_limit_is_refused() {
    let long = "a".repeat(3 << 20);
    let group = |group: &mut Group<'_>| texts(group, &[&long]);
    let gzip = Compression::GZIP(GzipLevel::default());
    let limits = Limits {
        unpacked: 1 << 20,
        ..Limits::default()
    };
    for compression in [gzip, Compression::SNAPPY] {
        let bytes = file(
            "message m { optional binary text (UTF8); }",
            compression,
            &[&group],
        );
        assert_eq!(
            read_with(&bytes, None, &limits).unwrap_err(),
            limits.too_much()
        );
    }
}

#[test]
fn a_text_that_repeats_without_end_stops_at_the_limit() {
    let long = "a".repeat(100_000);
    let many = vec![long.as_str(); 10_000];
    let group = |group: &mut Group<'_>| texts(group, &many);
    let bytes = file(
        "message m { optional binary text (UTF8); }",
        Compression::SNAPPY,
        &[&group],
    );
    let limits = Limits {
        unpacked: 1 << 20,
        ..Limits::default()
    };
    assert!(bytes.len() < 100_000);
    assert_eq!(
        read_with(&bytes, None, &limits).unwrap_err(),
        limits.too_much()
    );
}

#[test]
fn a_file_is_told_by_its_first_bytes() {
    assert!(is_parquet(&reviews(Compression::SNAPPY)));
    assert!(!is_parquet(b"PART of the plan"));
}

proptest! {
    #[test]
    fn a_file_with_wrong_bytes_is_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = reviews(Compression::SNAPPY);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let limits = Limits { unpacked: 1 << 20, ..Limits::default() };
        let _ = read_with(&bytes, None, &limits);
    }
}
