//! What the one form is, and that it says what was said before. The messy file is
//! `tests/cases/lexicon_form/messy.toml`, its form `tidy.toml`.

use std::fmt::Write;

use super::*;
use crate::lexicon::model::{Context, GuardId, Lexicon, Subject};
use crate::lexicon::{builtin_files, parse};

fn form(text: &str) -> String {
    formatted(&SourceFile::new("a.toml", text)).unwrap()
}

/// The form of a list of terms.
fn terms(list: &str) -> String {
    let text = form(&format!("terms = [{list}]\n"));
    text.trim_start_matches("terms = [\n")
        .trim_end_matches("]\n")
        .to_owned()
}

/// All that a lexicon says, whatever the order of its files' entries, without places.
fn said(lexicon: &Lexicon) -> Vec<String> {
    let guards = |ids: &[GuardId]| {
        let context = |id: &GuardId| context(&lexicon.guards[id.0 as usize].context);
        ids.iter().map(context).collect::<Vec<_>>()
    };
    let mut said: Vec<String> = Vec::new();
    for term in &lexicon.terms {
        said.push(format!(
            "{:?} {} {} {:?} {} {:?} {:?} {:?} {:?}",
            term.category,
            term.facet,
            term.text,
            term.pattern,
            term.weight,
            term.genres,
            guards(&term.guards),
            guards(&term.requires),
            term.polarity
        ));
    }
    for example in &lexicon.examples {
        let subject = match example.subject {
            Subject::Term(id) => lexicon.terms[id.0 as usize].text.clone(),
            Subject::Guard(id) => lexicon.guards[id.0 as usize].name.clone(),
            other => format!("{other:?}"),
        };
        let (text, genre, expect) = (&example.text, example.genre, example.expect);
        said.push(format!("{subject} {text} {genre:?} {expect:?}"));
    }
    for guard in &lexicon.guards {
        said.push(format!(
            "{} {:?} {}",
            guard.name,
            guard.genres,
            context(&guard.context)
        ));
    }
    said.sort();
    let mut rest = format!("{:?} {:?}", lexicon.poles, lexicon.categories);
    let (clause, comma) = (&lexicon.clause_breaks, &lexicon.comma_breaks);
    write!(
        rest,
        "{:?} {clause:?} {comma:?} {:?}",
        lexicon.cues, lexicon.norms
    )
    .unwrap();
    said.push(rest);
    said
}

fn context(context: &Context) -> String {
    format!("{context:?}")
}

fn formed(files: &[SourceFile]) -> Vec<SourceFile> {
    let one = |file: &SourceFile| SourceFile::new(file.path.as_str(), formatted(file).unwrap());
    files.iter().map(one).collect()
}

fn case(name: &str) -> String {
    let path = format!("tests/cases/lexicon_form/{name}");
    std::fs::read_to_string(path).unwrap().replace("\r\n", "\n")
}

#[test]
fn a_messy_file_gets_the_form_of_the_tidy_one() {
    assert_eq!(form(&case("messy.toml")), case("tidy.toml"));
}

#[test]
fn the_form_of_the_form_is_the_same() {
    assert_eq!(form(&case("tidy.toml")), case("tidy.toml"));
}

#[test]
fn a_messy_file_says_the_same_in_the_one_form() {
    let messy = [SourceFile::new("a.toml", case("messy.toml"))];
    assert_eq!(
        said(&parse(&messy).unwrap()),
        said(&parse(&formed(&messy)).unwrap())
    );
}

#[test]
fn the_built_in_lexicon_says_the_same_in_the_one_form() {
    let files = builtin_files();
    assert_eq!(
        said(&parse(&files).unwrap()),
        said(&parse(&formed(&files)).unwrap())
    );
}

#[test]
fn the_built_in_files_are_in_the_one_form() {
    let files = builtin_files();
    let untidy = files.iter().filter(|file| !is_formatted(file).unwrap());
    let names: Vec<&str> = untidy.map(SourceFile::name).collect();
    assert!(
        names.is_empty(),
        "run `cargo run -- lexicon fmt lexicons`: not in the one form are {names:?}"
    );
}

#[test]
fn no_comment_of_a_messy_file_is_lost() {
    let comments = |text: &str| {
        let mut found: Vec<String> = (text.lines())
            .filter_map(|line| line.split_once('#'))
            .map(|(_, comment)| comment.trim().to_owned())
            .collect();
        found.sort();
        found
    };
    assert_eq!(comments(&case("messy.toml")), comments(&case("tidy.toml")));
}

#[test]
fn terms_are_sorted_by_their_words_with_brackets_left_out() {
    let sorted = "  \"(a b|z)\",\n  \"a c\",\n  \"B\",\n";
    assert_eq!(terms(r#""B", "a c", "(a b|z)""#), sorted);
}

#[test]
fn expressions_stand_behind_words() {
    let sorted = "  \"zeal\",\n  { regex = \"abc\" },\n";
    assert_eq!(terms(r#"{ regex = "abc" }, "zeal""#), sorted);
}

#[test]
fn a_term_with_nothing_more_to_say_is_a_string() {
    assert_eq!(terms(r#"{ term = "zeal" }"#), "  \"zeal\",\n");
}

#[test]
fn the_same_pattern_twice_keeps_its_order() {
    let twice =
        "  { term = \"a\", genre = [\"review\"] },\n  { term = \"a\", genre = [\"job\"] },\n";
    assert_eq!(terms(twice), twice);
}

#[test]
fn a_comment_moves_with_the_term_below_it() {
    assert_eq!(
        terms("\n\"b\",\n# of a\n\"a\""),
        "  # of a\n  \"a\",\n  \"b\",\n"
    );
}

#[test]
fn a_comment_moves_with_the_term_before_it() {
    assert_eq!(terms("\"b\", # of b\n\"a\""), "  \"a\",\n  \"b\", # of b\n");
}

#[test]
fn a_heading_between_blank_lines_stays_and_parts_the_terms() {
    let list = "\n\"b\",\n\n# Group\n\n\"d\",\n\"a\"";
    let parted = "  \"b\",\n\n  # Group\n\n  \"a\",\n  \"d\",\n";
    assert_eq!(terms(list), parted);
}

#[test]
fn the_header_of_a_file_stays_above_keys_that_move() {
    let text = "# Mine.\n\npole = \"p\"\ncategory = \"c\"\n";
    assert_eq!(form(text), "# Mine.\n\ncategory = \"c\"\npole = \"p\"\n");
}

#[test]
fn sentences_keep_their_order() {
    let text = "terms = [\n  \"a\",\n]\nexamples = [\"b\", \"a\"]\n";
    assert!(form(text).starts_with("examples = [\"b\", \"a\"]\n"));
}

#[test]
fn a_string_with_backslashes_stands_in_single_quotes() {
    assert_eq!(form("regex = \"\\\\d\"\n"), "regex = '\\d'\n");
}

#[test]
fn a_long_list_has_a_line_for_each_entry() {
    let entry = "x".repeat(60);
    let broken = format!("poles = [\n  \"{entry}\",\n  \"{entry}\",\n]\n");
    assert_eq!(form(&format!("poles = ['{entry}', '{entry}']")), broken);
}

#[test]
fn line_ends_of_another_system_are_formatted() {
    let file = SourceFile::new("a.toml", "\u{feff}pole = \"p\"\r\n");
    assert!(is_formatted(&file).unwrap());
}

#[test]
fn what_is_no_toml_is_refused_with_its_place() {
    let error = formatted(&SourceFile::new("a.toml", "pole = \"p\"\nterms = [\n")).unwrap_err();
    assert!(error.to_string().starts_with("a.toml:2:"), "{error}");
}

#[test]
fn an_empty_file_stays_empty() {
    assert_eq!(form(""), "");
}
