//! Lexicons of users, and the evaluation of them.

use crate::program::{Place, Rows};

const LEXICON: &str = r#"
category = "warmth"
pole = "heart"
definition = "Kindness."
terms = ["kind:a", { term = "heart*", guards = [{ after = ["attack"] }] }]
"#;

#[test]
fn the_columns_follow_the_lexicon() {
    let place = Place::new()
        .with("mine.toml", LEXICON)
        .with("a.txt", "A kind, heartfelt word. A heart attack.");
    let rows = place
        .run(&["tag", "a.txt", "--lexicon", "mine.toml"])
        .rows();
    assert_eq!(rows.column("heart"), ["2", "0"]);
    assert_eq!(rows.column("warmth"), ["2", "0"]);
    assert_eq!(rows.cell(0, "label"), "heart");
    assert!(!rows.header.contains(&"vision".to_owned()));
}

#[test]
fn a_lexicon_with_one_pole_has_no_balance() {
    let place = Place::new()
        .with("mine.toml", LEXICON)
        .with("a.txt", "A kind word.");
    let rows = place
        .run(&["score", "a.txt", "--lexicon", "mine.toml"])
        .rows();
    assert_eq!((rows.cell(0, "warmth"), rows.cell(0, "balance")), ("1", ""));
}

#[test]
fn a_mistake_is_shown_with_its_place_and_nothing_is_scored() {
    let place = Place::new()
        .with("mine.toml", LEXICON.replace("terms", "trems"))
        .with("a.txt", "A kind word.");
    let ran = place.run(&["tag", "a.txt", "--lexicon", "mine.toml", "-o", "out.csv"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(
        ran.stderr.starts_with("leadager: mine.toml:5:1: "),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("\n5 | trems = ")
            && ran.stderr.contains("^")
            && ran.stderr.contains("help: ")
    );
    assert_eq!(place.names(), ["a.txt", "mine.toml"]);
}

#[test]
fn a_lexicon_that_does_not_exist_is_an_error() {
    let ran =
        Place::new()
            .with("a.txt", "A kind word.")
            .run(&["tag", "a.txt", "--lexicon", "none"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("none"), "{}", ran.stderr);
}

#[test]
fn check_says_that_a_lexicon_is_good() {
    let ran = Place::new()
        .with("mine.toml", LEXICON)
        .run(&["lexicon", "check", "mine.toml"]);
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.stdout.starts_with("1 categories, 2 terms"),
        "{}",
        ran.stdout
    );
}

#[test]
fn check_runs_the_examples() {
    let wrong = LEXICON.replace(
        "\"kind:a\"",
        "{ term = \"kind:a\", examples = [\"A harsh word.\"] }",
    );
    let ran = Place::new()
        .with("mine.toml", wrong)
        .run(&["lexicon", "check", "mine.toml"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.stderr.contains("mine.toml:5") && ran.stderr.contains("A harsh word."),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_built_in_lexicon_is_good() {
    let ran = Place::new().run(&["lexicon", "check"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn show_lists_every_surface_form() {
    let place = Place::new().with("mine.toml", LEXICON);
    let rows = place.run(&["lexicon", "show", "mine.toml"]).rows();
    assert_eq!(rows.column("form"), ["heart*", "kind", "kinder", "kindest"]);
}

#[test]
fn evaluate_measures_agreement() {
    let gold = "id,text,warmth\n1,A kind word.,p\n2,A kind act.,\n3,A warm heart.,p\n4,Cold.,p\n";
    let place = Place::new()
        .with("mine.toml", LEXICON)
        .with("gold.csv", gold);
    let rows = place
        .run(&[
            "evaluate",
            "gold.csv",
            "--lexicon",
            "mine.toml",
            "--errors",
            "errors.csv",
        ])
        .rows();
    assert_eq!(
        (rows.cell(0, "tp"), rows.cell(0, "fp"), rows.cell(0, "fn")),
        ("2", "1", "1")
    );
    assert_eq!(rows.number(0, "f1"), 2.0 / 3.0);
    let errors = Rows::parse(&place.read("errors.csv"));
    assert_eq!(errors.column("id"), ["2", "4"]);
    assert_eq!(errors.column("error"), ["false positive", "false negative"]);
    assert_eq!(errors.cell(0, "evidence"), "warmth:kind");
}

#[test]
fn evaluate_reports_groups_by_a_column() {
    let gold = "text,warmth,kind\nA kind word.,1,job\nCold.,1,review\n";
    let place = Place::new()
        .with("mine.toml", LEXICON)
        .with("gold.csv", gold);
    let rows = place
        .run(&[
            "evaluate",
            "gold.csv",
            "--lexicon",
            "mine.toml",
            "--by",
            "kind",
        ])
        .rows();
    assert_eq!(
        rows.column("group"),
        ["all", "all", "job", "job", "review", "review"]
    );
    assert_eq!(rows.column("category")[..2], ["warmth", "macro"]);
}

#[test]
fn evaluate_reads_labels_from_a_table_in_a_form_of_its_own() {
    let gold = r#"[{"id": 1, "text": "A kind word.", "warmth": "p"}, {"id": 2, "text": "Cold.", "warmth": ""}]"#;
    let place = Place::new()
        .with("mine.toml", LEXICON)
        .with("gold.json", gold);
    let rows = place
        .run(&["evaluate", "gold.json", "--lexicon", "mine.toml"])
        .rows();
    assert_eq!((rows.cell(0, "tp"), rows.cell(0, "n")), ("1", "2"));
}

#[test]
fn evaluate_refuses_a_label_that_is_none() {
    let place = Place::new()
        .with("mine.toml", LEXICON)
        .with("gold.csv", "text,warmth\nA kind word.,maybe\n");
    let ran = place.run(&["evaluate", "gold.csv", "--lexicon", "mine.toml"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("row 1, column `warmth`: `maybe`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn completions_are_printed() {
    let ran = Place::new().run(&["completions", "bash"]);
    assert!(ran.stdout.contains("complete ") && ran.stdout.contains("leadager"));
}

const UNTIDY: &str = "pole = 'heart'\ncategory = \"warmth\"\ndefinition = \"Kindness.\"\nterms = [\"zest\", 'kind:a']\n";

const TIDY: &str = "category = \"warmth\"\npole = \"heart\"\ndefinition = \"Kindness.\"\nterms = [\n  \"kind:a\",\n  \"zest\",\n]\n";

#[test]
fn fmt_rewrites_a_file_and_names_it() {
    let place = Place::new().with("mine.toml", UNTIDY);
    let ran = place.run(&["lexicon", "fmt", "mine.toml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "mine.toml\n"));
    assert_eq!(place.read("mine.toml"), TIDY);
}

#[test]
fn fmt_leaves_a_file_in_the_one_form_alone() {
    let place = Place::new().with("mine.toml", TIDY);
    let ran = place.run(&["lexicon", "fmt", "mine.toml", "--check"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""));
}

#[test]
fn fmt_check_changes_nothing_and_lists_the_files_that_would_change() {
    let place = Place::new()
        .with("lexicon/tidy.toml", TIDY)
        .with("lexicon/untidy.toml", UNTIDY);
    let ran = place.run(&["lexicon", "fmt", "lexicon", "--check"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str()),
        (Some(1), "lexicon/untidy.toml\n")
    );
    assert_eq!(place.read("lexicon/untidy.toml"), UNTIDY);
}

#[test]
fn fmt_reads_a_pipe_and_writes_one() {
    let ran = Place::new().pipe(&["lexicon", "fmt", "-"], UNTIDY.as_bytes());
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), TIDY));
}

#[test]
fn fmt_writes_nothing_where_one_file_is_no_toml() {
    let place = Place::new()
        .with("a.toml", UNTIDY)
        .with("b.toml", "terms = [\n");
    let ran = place.run(&["lexicon", "fmt", "a.toml", "b.toml"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.starts_with("leadager: b.toml:1:"),
        "{}",
        ran.stderr
    );
    assert_eq!(place.read("a.toml"), UNTIDY);
}
