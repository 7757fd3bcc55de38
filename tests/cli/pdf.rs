//! PDF, as a user meets it.

use crate::program::{Place, repository};
use crate::samples::{assert_golden, output};

const SAMPLE: &str = "samples/formats/ferry-operations-manager.pdf";

#[test]
fn the_sentences_of_the_sample_pdf_are_tagged_as_published() {
    assert_golden(
        "formats-pdf-tag.csv",
        &output(&["tag", SAMPLE, "--genre", "job"]),
    );
}

#[test]
fn a_pdf_is_known_whatever_its_name_says() {
    let bytes = std::fs::read(repository(SAMPLE)).expect("the sample");
    let ran = Place::new()
        .with("job.txt", &bytes)
        .run(&["tag", "job.txt"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("Nobody sails tired."), "{}", ran.stdout);
}

#[test]
fn a_truncated_pdf_is_a_failure_with_a_reason() {
    let bytes = std::fs::read(repository(SAMPLE)).expect("the sample");
    let ran = Place::new()
        .with("job.pdf", &bytes[..bytes.len() / 2])
        .run(&["score", "job.pdf"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("job.pdf: truncated"), "{}", ran.stderr);
}

#[test]
fn a_pdf_of_more_pages_than_allowed_is_a_failure_that_names_the_limit() {
    let bytes = std::fs::read(repository(SAMPLE)).expect("the sample");
    let ran = Place::new()
        .with("job.pdf", &bytes)
        .run(&["score", "job.pdf", "--max-pages", "1"]);
    assert!(
        ran.stderr.contains("has 2 pages, more than 1, the limit"),
        "{}",
        ran.stderr
    );
}
