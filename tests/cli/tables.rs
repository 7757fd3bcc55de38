//! Tables in a form of their own: workbooks, Parquet, JSON.

use crate::program::{Place, Rows, repository};
use crate::samples::assert_golden;

/// The sample reviews in one of their forms.
fn sample(extension: &str) -> String {
    let path = repository("samples/formats").join(format!("reviews.{extension}"));
    path.to_string_lossy().into_owned()
}

fn tagged(extension: &str, args: &[&str]) -> String {
    let file = sample(extension);
    let ran = Place::new().run(&[&["tag", &file, "--id-column", "id"], args].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran.stdout
}

#[test]
fn the_sample_reviews_are_tagged_as_published() {
    assert_golden(
        "formats-reviews-tag.csv",
        &tagged("json", &["--keep", "day,stars"]),
    );
}

/// Each form of the sample gives the rows that the JSON array gives.
#[allow(dead_code)]
#[track_caller]
fn agrees(extension: &str) {
    let keep = ["--keep", "day,stars"];
    assert_eq!(tagged(extension, &keep), tagged("json", &keep));
}

#[test]
#[cfg(feature = "sheets")]
fn a_workbook_reads_like_any_table() {
    agrees("xlsx");
}

#[test]
#[cfg(feature = "sheets")]
fn an_old_workbook_reads_like_any_table() {
    agrees("xls");
}

#[test]
#[cfg(feature = "sheets")]
fn an_open_document_sheet_reads_like_any_table() {
    agrees("ods");
}

#[test]
#[cfg(feature = "parquet")]
fn parquet_reads_like_any_table() {
    agrees("parquet");
}

#[test]
#[cfg(feature = "sheets")]
fn a_row_of_a_sheet_has_its_number_below_the_header() {
    let file = sample("xlsx");
    let rows = Place::new().run(&["score", &file]).rows();
    let ids = rows.column("doc_id");
    // The fifth row is blank: neither a document nor a failure.
    let numbers: Vec<&str> = ids.iter().filter_map(|id| id.split('#').nth(1)).collect();
    assert_eq!(numbers, ["1", "2", "3", "4", "6", "7", "8", "9"]);
}

#[test]
#[cfg(feature = "sheets")]
fn a_sheet_that_is_not_there_is_a_failure_that_lists_the_sheets() {
    let file = sample("xlsx");
    let ran = Place::new().run(&["score", &file, "--sheet", "Summary"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("its sheets are `Reviews`, `Notes`"),
        "{}",
        ran.stderr
    );
}

#[test]
#[cfg(feature = "sheets")]
fn a_workbook_is_known_by_its_content_from_a_pipe_too() {
    let bytes = std::fs::read(sample("xlsx")).unwrap();
    let ran = Place::new().pipe(&["score", "-", "--id-column", "id"], &bytes);
    assert_eq!(ran.rows().len(), 8);
}

/// A JSON array that is too large for one piece of work.
fn large() -> String {
    let row = |n| format!("{{\"id\": {n}, \"text\": \"We plan the budget, point {n}.\"}}");
    let rows: Vec<String> = (1..=30_000).map(row).collect();
    format!("[\n{}\n]\n", rows.join(",\n"))
}

#[test]
fn a_large_array_is_read_in_blocks_with_its_size_and_hash() {
    let text = large();
    let place = Place::new().with("in/a.json", &text).with(
        "in/b.jsonl",
        text.replace(",\n", "\n").replace(['[', ']'], ""),
    );
    let hash = ["run", "in/a.json", "--id-column", "id", "--out", "a"];
    assert_eq!(place.run(&hash).code, Some(0));
    assert_eq!(
        place
            .run(&["run", "in/b.jsonl", "--id-column", "id", "--out", "b"])
            .code,
        Some(0)
    );
    assert_eq!(place.read("a/documents.csv"), place.read("b/documents.csv"));
    assert_eq!(Rows::parse(&place.read("a/documents.csv")).len(), 30_000);
    let manifest = place.read("a/manifest.json");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["inputs"][0]["bytes"], text.len());
    assert_eq!(
        manifest["inputs"][0]["sha256"].as_str().map(str::len),
        Some(64)
    );
}

#[test]
fn a_large_array_from_a_pipe_is_read() {
    let ran = Place::new().pipe(&["score", "-", "--text-column", "text"], large().as_bytes());
    assert_eq!(ran.rows().len(), 30_000);
}
