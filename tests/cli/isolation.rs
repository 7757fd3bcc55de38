//! The program as the child that extracts for another one.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use leadager::extract::extractor::{Extractor, Isolation, SheetInput};
use leadager::extract::isolated::client::{Isolated, ReaderProgram};
use leadager::extract::limits::Limits;
use leadager::extract::{Format, Kind, SheetOptions, SheetRows, extract};

use crate::program::{Place, repository};

fn this_program(limits: &Limits) -> ReaderProgram {
    ReaderProgram {
        program: env!("CARGO_BIN_EXE_leadager").into(),
        args: vec![
            "extractor".into(),
            format!("--max-memory={}", limits.memory).into(),
        ],
    }
}

fn child(limits: Limits) -> Isolated {
    Isolated::new(this_program(&limits), limits)
}

fn format(extension: &str) -> &'static Format {
    Format::of_path(format!("a.{extension}").as_ref()).expect("a known format")
}

/// The samples that are of such a format.
fn samples(wanted: fn(Kind) -> bool) -> Vec<(&'static Format, PathBuf)> {
    let inputs = leadager::walk::walk(&[repository("samples")]).expect("the samples");
    (inputs.files.iter())
        .map(|file| {
            let bytes = std::fs::read(&file.path).expect("a sample");
            (Format::of(&file.path, &bytes), file.path)
        })
        .filter(|(format, _)| wanted(format.kind))
        .collect()
}

#[test]
fn a_child_extracts_what_this_process_would() {
    let (child, limits) = (child(Limits::default()), Limits::default());
    let samples = samples(|kind| matches!(kind, Kind::Whole(_)));
    assert!(!samples.is_empty());
    for (format, path) in samples {
        let bytes = std::fs::read(path).expect("a sample");
        let here = extract(format, bytes.clone(), &limits);
        assert_eq!(child.extract(format, &bytes), here, "{}", format.name);
    }
}

#[test]
fn a_child_gives_the_rows_that_this_process_would_of_bytes_and_of_a_file() {
    let (child, limits) = (child(Limits::default()), Limits::default());
    let (here, sheet) = (
        Extractor::new(&Isolation::Here, limits),
        SheetOptions::default(),
    );
    let all = |rows: SheetRows| {
        rows.map(|mut rows| {
            let mut all = String::new();
            rows.read_to_string(&mut all).expect("rows");
            all
        })
    };
    for (format, path) in samples(|kind| matches!(kind, Kind::Sheet(..))) {
        let file = || SheetInput::File(path.clone());
        let bytes = SheetInput::Bytes(std::fs::read(&path).expect("a sample"));
        let count = Arc::default();
        let expected = all(here.rows(format, file(), &sheet, &count));
        assert!(expected.is_ok() && count.load(Ordering::Relaxed) > 0);
        let count = Arc::default();
        let read = all(child.rows(format, file(), &sheet, &count));
        assert_eq!(read, expected, "{}", format.name);
        assert!(count.load(Ordering::Relaxed) > 0);
        let read = all(child.rows(format, bytes, &sheet, &Arc::default()));
        assert_eq!(read, expected, "{}", format.name);
    }
}

#[test]
fn one_child_extracts_for_many_threads_in_turn() {
    let child = Arc::new(child(Limits::default()));
    let threads: Vec<_> = (0..4)
        .map(|n| {
            let child = Arc::clone(&child);
            std::thread::spawn(move || {
                let text = format!("We plan {n} times");
                let read = child.extract(format("md"), text.as_bytes());
                assert_eq!(read.expect("a text").text, text);
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("a thread that goes well");
    }
}

#[test]
fn a_reason_of_the_extractor_arrives() {
    let reason = child(Limits::default()).extract(format("md"), b"a\0b");
    assert_eq!(reason.unwrap_err(), "binary file (NUL byte at 1)");
}

#[cfg(target_os = "linux")]
#[test]
fn a_document_that_needs_more_memory_than_the_limit_fails_and_the_next_is_read() {
    let child = child(Limits {
        memory: 64 << 20,
        ..Limits::default()
    });
    // Thrice its size in memory: bytes, text, blocks.
    let long = "- We plan\n\n".repeat(3 << 20);
    let reason = child.extract(format("md"), long.as_bytes()).unwrap_err();
    assert_eq!(
        reason,
        "needs more than 64 MiB of memory to read, the limit"
    );
    let next = child.extract(format("md"), b"We act");
    assert_eq!(next.expect("a text").text, "We act");
}

#[cfg(all(target_os = "linux", feature = "html"))]
#[test]
fn a_page_that_needs_too_much_memory_is_a_failure_of_a_batch() {
    let place = Place::new()
        .with(
            "in/large.html",
            "<p>We plan the budget.</p>".repeat(1 << 20),
        )
        .with("in/small.html", "<p>We plan the budget.</p>");
    for threads in ["1", "2"] {
        let args = ["score", "in", "--max-memory", "64", "-j", threads];
        let ran = place.run(&args);
        assert_eq!((ran.code, ran.stdout.lines().count()), (Some(1), 2));
        let reason = "in/large.html: needs more than 64 MiB of memory to read, the limit";
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
    }
}

/// Found by fuzzing: `calamine` does not come to an end of this sheet, whatever it is given.
#[cfg(all(target_os = "linux", feature = "sheets"))]
#[test]
fn a_sheet_that_its_library_never_ends_costs_one_document() {
    let sheet = std::fs::read(repository("tests/hostile/sheet-without-end.xls")).expect("a sheet");
    let place = Place::new()
        .with("in/a.xls", sheet)
        .with("in/b.txt", "We plan the budget.");
    let ran = place.run(&["score", "in", "--max-memory", "64", "--max-time", "60"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(1), 2));
    let reason = "in/a.xls: needs more than 64 MiB of memory to read, the limit";
    assert!(ran.stderr.contains(reason), "{}", ran.stderr);
}

/// Found by fuzzing: of 3,620 bytes the library makes pages that take seconds to fill where memory is free.
#[cfg(feature = "parquet")]
#[test]
fn a_table_that_claims_far_more_than_it_holds_costs_one_document() {
    let table =
        std::fs::read(repository("tests/hostile/columns-of-nothing.parquet")).expect("a table");
    let place = Place::new()
        .with("in/a.parquet", table)
        .with("in/b.txt", "We plan the budget.");
    let ran = place.run(&["score", "in", "--max-memory", "256"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(1), 2));
    assert!(ran.stderr.contains("in/a.parquet: "), "{}", ran.stderr);
}

#[test]
fn formats_of_our_own_are_read_here_even_where_isolation_is_asked_for() {
    let nowhere = ReaderProgram {
        program: "/nowhere/reader".into(),
        args: vec![],
    };
    let extractor = Extractor::new(&Isolation::Child(nowhere), Limits::default());
    let read = extractor.extract(format("md"), b"We plan".to_vec());
    assert_eq!(read.expect("a text").text, "We plan");
}

#[test]
fn the_child_ends_with_its_input_and_says_nothing() {
    let output = Command::new(env!("CARGO_BIN_EXE_leadager"))
        .args(["extractor", "--max-memory=1073741824"])
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!((output.stdout.len(), output.stderr.len()), (0, 0));
}

#[test]
fn the_child_is_not_in_the_help() {
    let help = Place::new().run(&["--help"]).stdout;
    assert!(!help.contains("extractor"), "{help}");
}
