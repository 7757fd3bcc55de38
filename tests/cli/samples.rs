//! The samples score as published.

use crate::program::{Place, repository};

/// `UPDATE_GOLDEN=1 cargo test` rewrites the file; the diff is then reviewed.
#[track_caller]
pub(crate) fn assert_golden(name: &str, found: &str) {
    let path = repository("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, found).expect("the golden file");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        golden == found,
        "{name} differs; UPDATE_GOLDEN=1 rewrites it"
    );
}

/// The output of the program, run in the repository.
#[track_caller]
pub(crate) fn output(args: &[&str]) -> String {
    let ran: crate::program::Ran = Place::new()
        .command(args)
        .current_dir(repository(""))
        .output()
        .expect("it runs")
        .into();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    ran.stdout
}

#[test]
fn the_sample_ads_score_as_published() {
    assert_golden(
        "jobs-score.csv",
        &output(&["score", "samples/jobs", "--genre", "job"]),
    );
}

#[test]
fn the_sentences_of_the_sample_ads_are_tagged_as_published() {
    assert_golden(
        "jobs-tag.csv",
        &output(&["tag", "samples/jobs", "--genre", "job"]),
    );
}

#[test]
fn the_matches_of_the_sample_reviews_are_as_published() {
    let args = [
        "kwic",
        "samples/reviews/reviews.csv",
        "--genre",
        "review",
        "--id-column",
        "id",
        "--all",
    ];
    assert_golden("reviews-kwic.csv", &output(&args));
}

#[test]
fn the_sample_performance_reviews_score_as_published() {
    let args = [
        "score",
        "samples/performance/performance.csv",
        "--genre",
        "performance",
        "--id-column",
        "id",
        "--keep",
        "role,level",
    ];
    assert_golden("performance-score.csv", &output(&args));
}
