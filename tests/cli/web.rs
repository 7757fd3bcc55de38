//! Web pages and mails, as a user meets them.

use crate::program::Place;
use crate::samples::{assert_golden, output};

#[test]
fn the_units_of_the_sample_page_are_as_published() {
    let args = [
        "tag",
        "samples/formats/head-gardener.html",
        "--genre",
        "job",
    ];
    assert_golden("html-tag.csv", &output(&args));
}

#[test]
fn the_units_of_the_sample_mail_are_as_published() {
    let mail = "samples/formats/feedback-on-a-shift-lead.eml";
    assert_golden(
        "mail-tag.csv",
        &output(&["tag", mail, "--genre", "performance"]),
    );
}

#[test]
fn a_page_is_known_by_its_content_whatever_it_is_called() {
    let place = Place::new().with("job.txt", "<!doctype html><p>We <b>plan</b> the week.");
    let rows = place.run(&["tag", "job.txt"]).rows();
    assert_eq!(rows.column("text"), ["We plan the week."]);
}

#[test]
fn a_page_without_text_is_a_failure_that_says_so() {
    let place = Place::new()
        .with("app.html", "<html><div id=app></div>")
        .with("job.txt", "We plan.");
    let ran = place.run(&["tag", "app.html", "job.txt"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("no text in the page"), "{}", ran.stderr);
}

#[test]
fn a_page_nested_too_deep_ends_no_run() {
    let place = Place::new()
        .with("deep.html", "<div>".repeat(200_000))
        .with("job.html", "<p>We plan.");
    let ran = place.run(&["tag", "deep.html", "job.html"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("nested more than 512 deep"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("We plan."), "{}", ran.stdout);
}
