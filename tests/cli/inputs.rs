//! What is read, and what becomes of what cannot be.

use crate::program::Place;

const TEXT: &str = "Our vision is a city without waste. You plan the budget.\n";

#[test]
fn a_path_that_does_not_exist_is_an_error_and_never_text() {
    let ran = Place::new().run(&["score", "we plan the budget"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("we plan the budget"), "{}", ran.stderr);
}

#[test]
fn a_bad_file_is_reported_and_the_rest_is_scored() {
    let place = Place::new()
        .with("in/a.txt", TEXT)
        .with("in/b.txt", b"\x00\x01\x02\x00")
        .with("in/c.txt", TEXT);
    let ran = place.run(&["score", "in", "--failures", "failures.csv"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.stdout.lines().count(), 3);
    assert!(ran.stderr.contains("in/b.txt"), "{}", ran.stderr);
    let failures = crate::program::Rows::parse(&place.read("failures.csv"));
    assert_eq!((failures.len(), failures.cell(0, "path")), (1, "in/b.txt"));
}

#[test]
fn nothing_scored_is_exit_code_two() {
    let ran = Place::new().with("a.txt", "").run(&["score", "a.txt"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("a.txt: file is empty"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_bad_row_is_reported_with_its_number() {
    let place = Place::new().with("a.csv", "id,text\n1,We plan.\n2,We,plan,it\n3,We lead.\n");
    let ran = place.run(&["tag", "a.csv", "--failures", "f.csv"]);
    assert_eq!(ran.code, Some(1));
    let failures = crate::program::Rows::parse(&place.read("f.csv"));
    assert_eq!(
        (failures.cell(0, "row"), failures.cell(0, "stage")),
        ("2", "extract")
    );
}

#[test]
fn a_row_is_named_by_its_number_or_by_the_id_column() {
    let place = Place::new().with("a.csv", "id,text\nx,We plan.\ny,We lead.\n");
    assert_eq!(
        place.run(&["score", "a.csv"]).rows().column("doc_id"),
        ["a.csv#1", "a.csv#2"]
    );
    assert_eq!(
        place
            .run(&["score", "a.csv", "--id-column", "id"])
            .rows()
            .column("doc_id"),
        ["x", "y"]
    );
}

#[test]
fn several_text_columns_are_documents_told_apart_by_field() {
    let place = Place::new().with("a.csv", "pros,cons\nClear vision.,No plan.\n");
    let rows = place.run(&["score", "a.csv"]).rows();
    assert_eq!(rows.column("field"), ["pros", "cons"]);
    assert_eq!(rows.column("doc_id"), ["a.csv#1", "a.csv#1"]);
}

#[test]
fn text_columns_that_were_guessed_are_named() {
    let ran = Place::new()
        .with("a.csv", "id,Job Description\n1,We plan.\n")
        .run(&["score", "a.csv"]);
    assert!(ran.stderr.contains("`Job Description`"), "{}", ran.stderr);
}

#[test]
fn a_table_without_a_plain_text_column_lists_its_columns() {
    let ran = Place::new()
        .with("a.csv", "id,salary\n1,2\n")
        .run(&["score", "a.csv"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("salary") && ran.stderr.contains("--text-column"),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_unknown_column_is_named_and_the_columns_are_listed() {
    let ran = Place::new()
        .with("a.csv", "id,text\n1,We plan.\n")
        .run(&["score", "a.csv", "--keep", "teem"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("teem") && ran.stderr.contains("text"),
        "{}",
        ran.stderr
    );
}

#[test]
fn columns_are_carried_over() {
    let place = Place::new().with("a.csv", "text,team,site\nWe plan.,\"a, b\",\n");
    let rows = place.run(&["tag", "a.csv", "--keep", "team,site"]).rows();
    assert_eq!((rows.cell(0, "team"), rows.cell(0, "site")), ("a, b", ""));
}

#[test]
fn the_genre_of_each_row_is_read() {
    let ran = Place::new()
        .with("a.csv", "text,genre\nWe plan.,job\nWe plan.,novel\n")
        .run(&["score", "a.csv", "--genre-column", "genre"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(1), 2));
    assert!(ran.stderr.contains("novel"), "{}", ran.stderr);
}

#[test]
fn the_standard_input_is_read() {
    let place = Place::new();
    let ran = place.pipe(&["score", "-"], TEXT.as_bytes());
    assert_eq!(
        (ran.rows().len(), ran.rows().cell(0, "doc_id").to_owned()),
        (1, "-".to_owned())
    );
    let table = place.pipe(
        &["score", "-", "--text-column", "text"],
        b"id,text\n1,We plan.\n2,We lead.\n",
    );
    assert_eq!(table.rows().len(), 2, "{}", table.stdout);
}

#[test]
fn encodings_are_found_out_and_told() {
    let (text, _, _) = encoding_rs::WINDOWS_1252
        .encode("Our café’s vision is clear – “we plan” the budget of the café.");
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(TEXT.encode_utf16().flat_map(u16::to_le_bytes));
    let place = Place::new().with("a.txt", text).with("b.txt", utf16);
    let ran = place.run(&["tag", "a.txt", "b.txt", "-v"]);
    assert!(ran.stdout.contains("café’s vision"), "{}", ran.stdout);
    assert!(ran.stdout.contains("city without waste"));
    assert!(
        ran.stderr.contains("windows-1252") && ran.stderr.contains("UTF-16LE"),
        "{}",
        ran.stderr
    );
}

#[test]
fn markdown_is_read_for_its_text() {
    let text =
        "---\ntitle: x\n---\n# Key duties\n\n- Plan the [budget](https://example.org/vision).\n";
    let rows = Place::new().with("a.md", text).run(&["tag", "a.md"]).rows();
    assert_eq!(rows.column("unit"), ["heading", "bullet"]);
    assert_eq!(rows.cell(1, "text"), "Plan the budget.");
}

#[test]
fn files_of_unknown_type_in_a_folder_are_passed_over_with_a_count() {
    let place = Place::new()
        .with("in/a.txt", TEXT)
        .with("in/b.exe", "MZ")
        .with("in/.hidden.txt", TEXT);
    let ran = place.run(&["score", "in"]);
    assert_eq!(ran.rows().len(), 1);
    assert!(
        ran.stderr.contains("1 file of unknown type"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_folder_without_anything_to_read_is_an_error() {
    let place = Place::new().with("in/b.exe", "MZ");
    assert_eq!(place.run(&["score", "in"]).code, Some(2));
}

#[test]
fn documents_are_in_the_order_of_paths() {
    let place = Place::new()
        .with("in/b.txt", TEXT)
        .with("in/a/z.txt", TEXT)
        .with("in/a.txt", TEXT);
    let ids = place.run(&["score", "in", "-j", "4"]).rows();
    let mut sorted = ids.column("doc_id");
    sorted.sort();
    assert_eq!(ids.column("doc_id").len(), 3);
    assert_eq!(
        place
            .run(&["score", "in", "-j", "1"])
            .rows()
            .column("doc_id"),
        ids.column("doc_id")
    );
}

#[test]
#[cfg(unix)]
fn a_folder_that_may_not_be_read_is_a_failure() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new()
        .with("in/a.txt", TEXT)
        .with("in/shut/b.txt", TEXT);
    let shut = place.path().join("in/shut");
    let rights = |mode| {
        std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(mode)).expect("rights")
    };
    rights(0o000);
    // Whoever may read everything (root) sees no failure.
    let may_read = shut.read_dir().is_ok();
    let ran = place.run(&["score", "in"]);
    rights(0o755);
    assert_eq!(
        ran.code,
        Some(if may_read { 0 } else { 1 }),
        "{}",
        ran.stderr
    );
}

#[test]
fn an_empty_file_is_called_empty_whatever_its_format() {
    let mut place = Place::new().with("in/job.txt", "We plan the budget.");
    let mut count = 0;
    for format in leadager::extract::FORMATS {
        for extension in format.extensions {
            place = place.with(&format!("in/empty.{extension}"), "");
            count += 1;
        }
    }
    let ran = place.run(&["score", "in"]);
    let empty = ran.stderr.matches(": file is empty\n").count();
    assert_eq!((ran.code, empty), (Some(1), count), "{}", ran.stderr);
}
