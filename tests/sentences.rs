//! Sentences and what they say, as data: `tests/cases/sentences/CATEGORY.txt`, to which anyone can add.

use std::fs;
use std::path::{Path, PathBuf};

use leadager::builtin;
use leadager::lexicon;
use leadager::matching::matcher::{Match, Polarity, Status};
use leadager::pipeline::{Pipeline, Scored};
use leadager::text::document::Genre;

/// A sentence and what should be found in it.
struct Case {
    /// File and line, to be printed.
    place: String,
    genre: Genre,
    /// `present`, `lacking` or `none`.
    expected: String,
    text: String,
    /// Whether it stands below the line of the known misses.
    known_miss: bool,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/sentences")
}

/// The cases of one category; a line that cannot be read is a panic with its place.
fn read(category: &str) -> Vec<Case> {
    let name = format!("{category}.txt");
    let data = fs::read_to_string(folder().join(&name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let mut known_miss = false;
    let mut cases = Vec::new();
    for (number, line) in data.lines().map(str::trim).enumerate() {
        let place = format!("tests/cases/sentences/{name}:{}", number + 1);
        if line == "== known misses" {
            known_miss = true;
        } else if !line.is_empty() && !line.starts_with("//") {
            cases.push(case(place, line, known_miss));
        }
    }
    cases
}

/// `[GENRE] WHAT | SENTENCE`
fn case(place: String, line: &str, known_miss: bool) -> Case {
    let (left, text) = (line.split_once('|')).unwrap_or_else(|| panic!("{place}: no `|`"));
    let (genre, expected) = match left.trim().strip_prefix('[') {
        Some(rest) => (rest.split_once(']')).unwrap_or_else(|| panic!("{place}: no `]`")),
        None => ("any", left),
    };
    let expected = expected.trim().to_owned();
    assert!(
        ["present", "lacking", "none"].contains(&expected.as_str()),
        "{place}: `{expected}` is not present, lacking or none"
    );
    Case {
        genre: Genre::parse(genre).unwrap_or_else(|| panic!("{place}: no genre `{genre}`")),
        expected,
        text: text.trim().to_owned(),
        known_miss,
        place,
    }
}

/// What the lexicon says of `category` in the sentence, and the words that say so.
fn found(
    pipeline: &Pipeline,
    category: usize,
    case: &Case,
    scored: &mut Scored,
) -> (&'static str, String) {
    pipeline.run_sentence(&case.text, case.genre, true, scored);
    let of_category = (scored.matches.iter()).filter(|m| usize::from(m.category.0) == category);
    let (counted, others): (Vec<&Match>, Vec<&Match>) =
        of_category.partition(|m| m.status == Status::Counted);
    let what = match counted.as_slice() {
        [] => "none",
        some if some.iter().any(|m| m.polarity == Polarity::Present) => "present",
        _ => "lacking",
    };
    let why = |status| match status {
        Status::Guarded(guard) => {
            format!("guarded by {}", pipeline.scheme().guards[guard.0 as usize])
        }
        status => format!("{status:?}").to_lowercase(),
    };
    let words = (counted.iter().chain(&others))
        .map(|m| format!("{} ({})", m.span.of(&case.text), why(m.status)))
        .collect::<Vec<_>>()
        .join(", ");
    (what, words)
}

/// Every case of every category with what was found in it.
fn each(mut report: impl FnMut(&Case, &str, &str)) {
    let pipeline = builtin::pipeline().expect("the built-in lexicon is good");
    let mut scored = Scored::default();
    for (number, category) in pipeline.scheme().categories.iter().enumerate() {
        for case in read(&category.name) {
            let (what, words) = found(&pipeline, number, &case, &mut scored);
            report(&case, what, &words);
        }
    }
}

#[test]
fn sentences_are_tagged_as_people_code_them() {
    let mut wrong = Vec::new();
    each(|case, what, words| {
        if !case.known_miss && what != case.expected {
            wrong.push(format!(
                "{}: should be {}, is {what}: {}\n    found: {words}",
                case.place, case.expected, case.text
            ));
        }
    });
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_known_miss_that_comes_right_is_noticed() {
    let mut right = Vec::new();
    each(|case, what, words| {
        if case.known_miss && what == case.expected {
            right.push(format!(
                "{}: holds now, move it up: {}\n    found: {words}",
                case.place, case.text
            ));
        }
    });
    assert!(right.is_empty(), "\n{}", right.join("\n"));
}

#[test]
fn every_category_has_sentences_of_each_kind_and_every_file_a_category() {
    let lexicon = lexicon::builtin().expect("the built-in lexicon is good");
    let mut names: Vec<String> = (lexicon.categories.iter())
        .map(|category| format!("{}.txt", category.name))
        .collect();
    names.sort();
    let mut files: Vec<String> = fs::read_dir(folder())
        .expect("the folder of the cases is there")
        .map(|entry| {
            let entry = entry.expect("an entry of the folder can be read");
            entry.file_name().to_string_lossy().into_owned()
        })
        .collect();
    files.sort();
    assert_eq!(files, names);
    for category in &lexicon.categories {
        let cases = read(&category.name);
        for what in ["present", "lacking", "none"] {
            let number = cases.iter().filter(|case| case.expected == what).count();
            assert!(number > 4, "{}: only {number} of {what}", category.name);
        }
    }
}
