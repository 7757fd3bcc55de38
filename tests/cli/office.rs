//! Documents of word processors, as a user meets them.

use crate::program::Place;
use crate::samples::{assert_golden, output};

#[test]
fn the_units_of_the_sample_documents_are_as_published() {
    let args = [
        "tag",
        "samples/formats/lock-operations.docx",
        "samples/formats/orchard-foreman.odt",
        "samples/formats/stage-manager.rtf",
    ];
    assert_golden("office-tag.csv", &output(&args));
}

#[test]
fn a_document_is_known_by_its_content_whatever_it_is_called() {
    let rtf = "{\\rtf1\\ansi We plan the week.\\par}";
    let place = Place::new().with("job.doc", rtf);
    let rows = place.run(&["tag", "job.doc"]).rows();
    assert_eq!(rows.column("text"), ["We plan the week."]);
}

#[test]
fn an_old_word_file_is_a_failure_that_says_what_to_do() {
    let old = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let place = Place::new()
        .with("old.doc", old)
        .with("job.txt", "We plan.");
    let ran = place.run(&["tag", "old.doc", "job.txt"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("Office 97-2003 file: save it"),
        "{}",
        ran.stderr
    );
}
