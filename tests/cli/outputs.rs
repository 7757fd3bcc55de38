//! Where tables go: files complete or absent, formats, pipes, folders.

use std::process::Stdio;

use crate::program::{Place, arg};

const TEXT: &str = "Our vision is a city without waste. You plan the budget.\n";

#[test]
fn an_output_file_is_the_same_as_the_standard_output() {
    let place = Place::new().with("a.txt", TEXT);
    place.run(&["tag", "a.txt", "-o", "out.csv"]);
    assert_eq!(place.read("out.csv"), place.run(&["tag", "a.txt"]).stdout);
    assert_eq!(place.names(), ["a.txt", "out.csv"]);
}

#[test]
fn the_extension_of_the_output_chooses_the_format() {
    let place = Place::new().with("a.txt", TEXT);
    place.run(&["tag", "a.txt", "-o", "out.jsonl"]);
    place.run(&["tag", "a.txt", "-o", "out.tsv"]);
    assert!(
        place
            .read("out.jsonl")
            .starts_with("{\"doc_id\":\"a.txt\",\"field\":null,")
    );
    assert!(place.read("out.tsv").starts_with("doc_id\tfield\t"));
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_before_any_work() {
    let place = Place::new().with("a.txt", TEXT);
    let ran = place.run(&["tag", "a.txt", "-o", "no/such/folder.csv"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("no/such/folder.csv: cannot write"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_older_output_stays_where_nothing_is_scored() {
    let place = Place::new().with("out.csv", "old").with("bad.csv", "");
    let ran = place.run(&["score", "bad.csv", "-o", "out.csv"]);
    assert_eq!((ran.code, place.read("out.csv").as_str()), (Some(2), "old"));
    assert_eq!(place.names(), ["bad.csv", "out.csv"]);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let place = Place::new();
    let mut child =
        (place.command(&["tag", &arg("samples/jobs"), &arg("samples/jobs"), "-j", "1"]))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
#[cfg(unix)]
fn a_run_that_is_interrupted_leaves_nothing_at_its_destination() {
    let place = Place::new().with("out.csv", "old");
    let mut child = (place
        .command(&["tag", "-", "-o", "out.csv"])
        .stdin(Stdio::piped()))
    .stderr(Stdio::piped())
    .spawn()
    .expect("it runs");
    // The input stays open: the program waits for more when it is asked to stop.
    let input = child.stdin.take();
    while place.names().len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(sent.is_ok_and(|status| status.success()));
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    drop(input);
    assert_eq!(place.read("out.csv"), "old");
}

#[test]
fn formulas_are_guarded_on_demand() {
    let place = Place::new().with("a.csv", "text,note\n=HYPERLINK(1) is our vision.,+1\n");
    let args = ["tag", "a.csv", "--keep", "note"];
    let plain = place.run(&args).rows();
    assert_eq!(
        (plain.cell(0, "text"), plain.cell(0, "note")),
        ("=HYPERLINK(1) is our vision.", "+1")
    );
    let safe = place
        .run(&[&args[..], &["--spreadsheet-safe"]].concat())
        .rows();
    assert_eq!(
        (safe.cell(0, "text"), safe.cell(0, "note")),
        ("'=HYPERLINK(1) is our vision.", "'+1")
    );
}

#[test]
fn a_run_writes_all_tables_and_a_manifest() {
    let place = Place::new().with("in/a.txt", TEXT);
    assert_eq!(place.run(&["run", "in", "--out", "out"]).code, Some(0));
    let mut names: Vec<_> = (place.path().join("out").read_dir().expect("the folder"))
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "documents.csv",
            "failures.csv",
            "manifest.json",
            "matches.csv",
            "sentences.csv"
        ]
    );
    assert_eq!(place.read("out/failures.csv"), "path,row,stage,reason\n");
    let manifest: serde_json::Value =
        serde_json::from_str(&place.read("out/manifest.json")).expect("JSON");
    assert_eq!(manifest["inputs"][0]["path"], "in/a.txt");
    assert_eq!(manifest["inputs"][0]["bytes"], TEXT.len());
    assert_eq!(
        manifest["inputs"][0]["sha256"].as_str().map(str::len),
        Some(64)
    );
    assert_eq!(manifest["counts"]["documents"], 1);
}

#[test]
fn two_runs_differ_in_nothing_but_time() {
    let place = Place::new()
        .with("in/a.txt", TEXT)
        .with("in/b.csv", "text\nWe plan.\n");
    let manifest = |out: &str, threads: &str| {
        assert_eq!(
            place.run(&["run", "in", "--out", out, "-j", threads]).code,
            Some(0)
        );
        let mut manifest: serde_json::Value =
            serde_json::from_str(&place.read(&format!("{out}/manifest.json"))).expect("JSON");
        manifest["wall_seconds"].take();
        manifest
    };
    assert_eq!(manifest("one", "1"), manifest("two", "3"));
    assert_eq!(place.read("one/matches.csv"), place.read("two/matches.csv"));
}

/// The tables of a run, and its manifest less the time.
fn tables_of(place: &Place, out: &str) -> Vec<String> {
    let mut manifest: serde_json::Value =
        serde_json::from_str(&place.read(&format!("{out}/manifest.json"))).expect("JSON");
    manifest["wall_seconds"].take();
    ["documents", "sentences", "matches", "failures"]
        .map(|table| place.read(&format!("{out}/{table}.csv")))
        .into_iter()
        .chain([manifest.to_string()])
        .collect()
}

#[test]
#[cfg(unix)]
fn a_run_that_was_killed_is_continued_to_the_same_bytes() {
    let rows: String = (0..30_000)
        .map(|n| format!("{n},We plan the budget of year {n}. No vision.\n"))
        .collect();
    let mut place = Place::new()
        .with("in/k.csv", format!("id,text\n{rows}"))
        .with("in/z.csv", "");
    for n in 0..300 {
        place = place.with(&format!("in/{n}.txt"), format!("{TEXT} Number {n}."));
    }
    let args = |out: &'static str| ["run", "in", "-q", "-j", "2", "--out", out];
    assert_eq!(place.run(&args("whole")).code, Some(1));
    let mut kills = 0;
    for pause in [1, 5, 20, 40, 80, 160, 320] {
        let mut child = place
            .command(&[&args("out")[..], &["--resume"]].concat())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        let begun = place.path().join(".out.partial/checkpoint.json");
        while !begun.exists() && child.try_wait().expect("a status").is_none() {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        std::thread::sleep(std::time::Duration::from_millis(pause));
        kills += usize::from(child.kill().is_ok());
        child.wait().expect("it ends");
    }
    assert!(kills > 0);
    let last = place.run(&[&args("out")[..], &["--resume"]].concat());
    assert_eq!(last.code, Some(1), "{}", last.stderr);
    assert_eq!(tables_of(&place, "out"), tables_of(&place, "whole"));
    assert!(!place.names().iter().any(|name| name.contains("partial")));
}

#[test]
fn a_finished_run_is_not_done_again() {
    let place = Place::new().with("a.txt", TEXT);
    let args = ["run", "a.txt", "--out", "out", "--resume"];
    assert_eq!(place.run(&args).code, Some(0));
    let again = place.run(&args);
    assert_eq!(again.code, Some(0));
    assert!(
        again.stderr.contains("complete already"),
        "{}",
        again.stderr
    );
}

#[test]
fn a_run_does_not_touch_a_folder_that_exists() {
    let place = Place::new()
        .with("a.txt", TEXT)
        .with("out/mine.txt", "mine");
    let ran = place.run(&["run", "a.txt", "--out", "out"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("out exists already"), "{}", ran.stderr);
}

#[test]
fn a_run_that_fails_leaves_no_folder() {
    let place = Place::new().with("bad.csv", "");
    assert_eq!(
        place
            .run(&["run", "bad.csv", "--out", "out", "--lexicon", "none"])
            .code,
        Some(2)
    );
    assert_eq!(place.names(), ["bad.csv"]);
}

#[test]
fn tables_without_rows_have_a_header() {
    let place = Place::new().with("a.csv", "id,text\n");
    let ran = place.run(&["tag", "a.csv"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.stdout.starts_with(
        "doc_id,field,sentence_id,start,end,unit,words,label,leadership,management,vision,"
    ));
    assert_eq!(ran.stdout.lines().count(), 1);
}

#[test]
fn an_empty_text_is_missing_and_not_zero() {
    let place = Place::new().with("a.csv", "id,text\n1,\n2,We plan.\n");
    let rows = place.run(&["score", "a.csv"]).rows();
    assert_eq!(
        (
            rows.cell(0, "sentences"),
            rows.cell(0, "vision"),
            rows.cell(0, "balance")
        ),
        ("0", "", "")
    );
    assert_eq!(rows.cell(1, "vision"), "0");
}

#[test]
fn columns_are_as_promised() {
    let place = Place::new().with("a.csv", "id,text,team\n1,We plan.,x\n");
    let header = |args: &[&str]| {
        place
            .run(&[args, &["a.csv", "--keep", "team"]].concat())
            .rows()
            .header
            .join(",")
    };
    assert_eq!(
        header(&["tag"]),
        "doc_id,field,sentence_id,start,end,unit,words,label,leadership,management,vision,change,inspiration,planning,\
         control,stability,lacking,terms,text,team"
    );
    assert_eq!(
        header(&["score"]),
        "doc_id,field,words,sentences,leadership,management,vision,change,inspiration,planning,control,stability,\
         vision_lacking,change_lacking,inspiration_lacking,planning_lacking,control_lacking,stability_lacking,balance,\
         balance_low,balance_high,evidence,label,team"
    );
    assert_eq!(
        header(&["kwic", "--all"]),
        "doc_id,field,sentence_id,start,end,category,facet,term,match,polarity,weight,left,right,team,status"
    );
}
