//! Archives and packed files on the command line, and what a folder walk reads.
//! `tests/archives.rs` has the rest.

use std::io::{Cursor, Write};

use crate::program::{Place, Rows};
use crate::samples::{assert_golden, output};

const TEXT: &str = "Our vision is a city without waste. You plan the budget.\n";

fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).expect("a member");
        writer.write_all(text.as_bytes()).expect("its content");
    }
    writer.finish().expect("an end").into_inner()
}

fn gzipped(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).expect("its content");
    encoder.finish().expect("an end")
}

#[test]
fn an_archive_in_a_folder_is_read_like_a_folder() {
    let zip = zipped(&[
        ("jobs/a.txt", TEXT),
        ("jobs/logo.png", "PNG"),
        ("notes", TEXT),
    ]);
    let place = Place::new().with("in/a.txt", TEXT).with("in/b.zip", zip);
    let ran = place.run(&["score", "in"]);
    let expected = ["in/a.txt", "in/b.zip!jobs/a.txt", "in/b.zip!notes"];
    assert_eq!(ran.rows().column("doc_id"), expected);
    let note = "in/b.zip: 1 member of unknown type passed over (-v lists them)";
    assert!(ran.stderr.contains(note), "{}", ran.stderr);
    let listed = "in/b.zip!jobs/logo.png: passed over";
    assert!(!ran.stderr.contains(listed), "{}", ran.stderr);
    let ran = place.run(&["score", "in", "-v"]);
    assert!(ran.stderr.contains(listed), "{}", ran.stderr);
}

#[test]
fn a_broken_member_is_a_row_of_the_failures() {
    let mut zip = zipped(&[("a.txt", TEXT), ("b.txt", TEXT)]);
    let list = zip
        .windows(4)
        .position(|w| w == b"PK\x01\x02")
        .expect("a list");
    zip[list + 16] ^= 1;
    let place = Place::new().with("a.zip", zip);
    let ran = place.run(&["run", "a.zip", "--out", "out"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let failures = Rows::parse(&place.read("out/failures.csv"));
    assert_eq!(failures.column("path"), ["a.zip!a.txt"]);
    assert_eq!(failures.column("stage"), ["read"]);
    let documents = Rows::parse(&place.read("out/documents.csv"));
    assert_eq!(documents.column("doc_id"), ["a.zip!b.txt"]);
}

#[test]
fn the_manifest_tells_of_the_archive_and_counts_its_members() {
    let zip = zipped(&[("a.txt", TEXT), ("b.png", "PNG"), ("c.txt", TEXT)]);
    let place = Place::new().with("a.zip", &zip);
    place.run(&["run", "a.zip", "--out", "out"]);
    let manifest: serde_json::Value =
        serde_json::from_str(&place.read("out/manifest.json")).expect("JSON");
    let inputs = manifest["inputs"].as_array().expect("inputs");
    assert_eq!(inputs.len(), 1);
    assert_eq!(inputs[0]["bytes"], zip.len());
    assert_eq!(inputs[0]["sha256"].as_str().map(str::len), Some(64));
    assert_eq!(inputs[0]["members"]["read"], 2);
    assert_eq!(inputs[0]["members"]["passed_over"], 1);
}

#[test]
fn archives_and_packed_files_are_read_from_the_standard_input() {
    let place = Place::new();
    let table = gzipped(b"id,text\n1,We plan.\n2,We lead.\n");
    assert_eq!(
        place.pipe(&["score", "-"], &table).rows().column("doc_id"),
        ["-#1", "-#2"]
    );
    let zip = zipped(&[("a.txt", TEXT)]);
    assert_eq!(
        place.pipe(&["score", "-"], &zip).rows().column("doc_id"),
        ["-!a.txt"]
    );
}

#[test]
#[cfg(feature = "html")]
fn a_document_that_must_be_read_as_a_whole_is_read_from_the_standard_input() {
    let page = format!("<!DOCTYPE html><html><body><p>{TEXT}</p></body></html>");
    let place = Place::new();
    for input in [page.as_bytes().to_vec(), gzipped(page.as_bytes())] {
        let rows = place.pipe(&["tag", "-"], &input).rows();
        assert_eq!(rows.cell(0, "text"), "Our vision is a city without waste.");
    }
}

#[test]
#[cfg(feature = "html")]
fn a_document_with_the_name_of_another_format_is_read_as_what_it_is() {
    let page = format!("<!DOCTYPE html><html><body><p>{TEXT}</p></body></html>");
    let place = Place::new()
        .with("in/a.txt", &page)
        .with("in/b", zipped(&[("c.txt", &page)]));
    let rows = place.run(&["tag", "in"]).rows();
    assert_eq!(
        rows.column("doc_id"),
        ["in/a.txt", "in/a.txt", "in/b!c.txt", "in/b!c.txt"]
    );
    assert_eq!(rows.cell(2, "text"), "Our vision is a city without waste.");
}

#[test]
fn a_document_in_a_folder_is_known_by_its_content() {
    let place = Place::new()
        .with("in/letter", TEXT)
        .with("in/table.2024", "id,text\n1,We plan.\n2,We lead.\n")
        .with("in/data", b"\0\x01\x02\x03")
        .with("in/script", "#!/bin/sh\nplan\n")
        .with("in/style.css", "plan { vision: 1 }");
    let ran = place.run(&["score", "in"]);
    assert_eq!(
        ran.rows().column("doc_id"),
        ["in/letter", "in/table.2024#1", "in/table.2024#2"]
    );
    assert!(
        ran.stderr.contains("3 files of unknown type"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_document_of_a_known_name_that_is_binary_is_a_failure() {
    let place = Place::new()
        .with("in/a.txt", b"\0\x01\x02\x03")
        .with("in/b.txt", TEXT);
    let ran = place.run(&["score", "in"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("in/a.txt: binary file"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_sample_archive_is_tagged_as_published() {
    let found = output(&[
        "tag",
        "samples/formats/handover.zip",
        "--genre",
        "performance",
    ]);
    assert_golden("handover-tag.csv", &found);
}

#[test]
fn the_samples_in_a_tar_say_what_those_in_the_zip_say() {
    for name in ["handover.tar", "handover.tar.gz"] {
        let path = format!("samples/formats/{name}");
        let found = output(&["tag", &path, "--genre", "performance"]);
        let as_zip = found.replace(&format!("{name}!"), "handover.zip!");
        assert_golden("handover-tag.csv", &as_zip);
    }
}

#[test]
fn the_compressed_samples_are_tagged_as_published() {
    let found = output(&[
        "tag",
        "samples/formats/exit-talks.csv.gz",
        "samples/formats/where-we-stand.txt.zst",
        "--genre",
        "performance",
    ]);
    assert_golden("compressed-tag.csv", &found);
}
