//! Texts and their units, as data: `tests/cases/segmentation/*.txt`, to which anyone can add.

use std::fs;
use std::path::Path;

use leadager::text::boilerplate::Boilerplate;
use leadager::text::document::Unit;
use leadager::text::segment::segment;
use leadager::text::vocabulary::Vocabulary;

/// A text and the units that it should have.
struct Case {
    /// Line of the file on which it begins.
    line: usize,
    text: String,
    expected: Vec<String>,
    waived: bool,
}

/// `text`, `---`, a unit a line, `===`; `//` begins a comment line.
fn read(name: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/segmentation")
        .join(name);
    let data =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut cases = Vec::new();
    let mut line = 1;
    for block in data
        .split("\n===\n")
        .filter(|block| !block.trim().is_empty())
    {
        let (comments, rest): (Vec<&str>, Vec<&str>) =
            block.lines().partition(|line| line.starts_with("//"));
        let rest = rest.join("\n");
        let (text, expected) =
            (rest.split_once("\n---\n")).unwrap_or_else(|| panic!("{name}:{line}: no `---`"));
        cases.push(Case {
            line,
            text: text.trim_matches('\n').to_owned(),
            expected: expected.lines().map(str::to_owned).collect(),
            waived: comments
                .iter()
                .any(|comment| comment.starts_with("// waived:")),
        });
        line += block.lines().count() + 1;
    }
    cases
}

fn units(text: &str) -> Vec<Unit> {
    let mut vocabulary = Vocabulary::default();
    let boilerplate = Boilerplate::new(&mut vocabulary);
    let mut units = Vec::new();
    segment(text, &[], &mut units);
    boilerplate.mark_text(text, &vocabulary, &mut units);
    units
}

fn shown(text: &str, unit: &Unit) -> String {
    unit.span
        .of(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn check(name: &str, show: fn(&str, &Unit) -> String) {
    let mut wrong = Vec::new();
    for case in read(name) {
        let found: Vec<String> = units(&case.text)
            .iter()
            .map(|unit| show(&case.text, unit))
            .collect();
        match (found == case.expected, case.waived) {
            (true, true) => wrong.push(format!("{name}:{}: waived, but it holds now", case.line)),
            (false, false) => wrong.push(format!(
                "{name}:{}:\n  expected {:#?}\n  found {found:#?}",
                case.line, case.expected
            )),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn with_kind(text: &str, unit: &Unit) -> String {
    format!("{}: {}", unit.kind.name(), shown(text, unit))
}

#[test]
fn the_golden_rules_hold_but_for_those_waived() {
    check("golden.txt", shown);
}

#[test]
fn every_golden_rule_has_its_case() {
    assert_eq!(read("golden.txt").len(), 48);
}

#[test]
fn sentences_end_where_they_should() {
    check("sentences.txt", shown);
}

#[test]
fn layout_is_read_as_people_read_it() {
    check("layout.txt", with_kind);
}

#[test]
fn boilerplate_is_told_from_duties() {
    check("boilerplate.txt", with_kind);
}
