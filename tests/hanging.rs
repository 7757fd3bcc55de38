//! A batch whose reader hangs: one failure that names the limit, and the run goes on.
#![cfg(all(unix, feature = "cli", feature = "html"))]

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use leadager::batch::{self, InputReport, Plan, Receiver, Start, TablePlan};
use leadager::builtin;
use leadager::error::Result;
use leadager::extract::extractor::Isolation;
use leadager::extract::isolated::client::ReaderProgram;
use leadager::extract::limits::Limits;
use leadager::extract::schema::TableOptions;
use leadager::extract::{Failure, SheetOptions};
use leadager::record::{Layout, Table};
use leadager::sink::FORMATS;
use leadager::walk::walk;

/// What came of a batch.
#[derive(Default)]
struct Came {
    rows: String,
    failures: Vec<String>,
}

impl Receiver for Came {
    fn rows(&mut self, _: usize, bytes: &[u8]) -> Result<()> {
        self.rows.push_str(&String::from_utf8_lossy(bytes));
        Ok(())
    }

    fn failed(&mut self, failure: &Failure) -> Result<()> {
        self.failures.push(failure.reason.clone());
        Ok(())
    }

    fn read(&mut self, _: InputReport) {}
    fn member(&mut self, _: InputReport) {}
    fn passed_over(&mut self, _: &str) {}
    fn progress(&mut self, _: u64, _: u64) {}
}

/// A reader that never answers the first document it is asked about, and is this program from then on.
fn hangs_once(folder: &Path, limits: &Limits) -> Isolation {
    let seen = folder.join("seen");
    let script = format!(
        "if mkdir '{}' 2>/dev/null; then while :; do :; done; \
         else exec '{}' extractor --max-memory={}; fi",
        seen.display(),
        env!("CARGO_BIN_EXE_leadager"),
        limits.memory
    );
    Isolation::Child(ReaderProgram {
        program: "/bin/sh".into(),
        args: vec!["-c".into(), script.into()],
    })
}

fn run(inputs: &Path, isolation: &Isolation, limits: Limits) -> Came {
    let pipeline = builtin::pipeline().expect("the built-in lexicon is good");
    let table = TablePlan {
        table: Table::Documents,
        format: &FORMATS[0],
        spreadsheet_safe: false,
    };
    let plan = Plan {
        pipeline: &pipeline,
        tables: &[table],
        layout: &Layout::default(),
        rows: &TableOptions::default(),
        sheet: &SheetOptions::default(),
        limits,
        isolation,
        threads: 2,
        hashes: false,
    };
    let inputs = walk(&[inputs.to_owned()]).expect("the folder is there");
    let mut came = Came::default();
    let stop = AtomicBool::new(false);
    batch::run(&plan, &inputs.files, &Start::default(), &mut came, &stop).expect("the batch ends");
    came
}

#[test]
fn a_reader_that_never_ends_costs_one_document() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let inputs = place.path().join("in");
    std::fs::create_dir(&inputs).expect("a folder");
    for n in 0..6 {
        let page = format!("<p>We plan the budget of week {n}.</p>");
        std::fs::write(inputs.join(format!("{n}.html")), page).expect("a page");
    }
    // Long enough for a sound reader on a busy machine.
    let limits = Limits {
        time: Duration::from_secs(5),
        ..Limits::default()
    };
    let came = run(&inputs, &hangs_once(place.path(), &limits), limits);
    assert_eq!(came.failures, ["took longer than 5 s to read, the limit"]);
    assert_eq!(came.rows.lines().count(), 1 + 5);
}
