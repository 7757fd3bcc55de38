//! The laws: tables add up, spans are the text, neither threads nor order change a byte.

use std::collections::BTreeMap;

use crate::program::{Place, Rows, arg};

const CATEGORIES: [&str; 6] = [
    "vision",
    "change",
    "inspiration",
    "planning",
    "control",
    "stability",
];

/// The tables of a run over the samples.
fn tables(args: &[&str]) -> (Rows, Rows, Rows) {
    let place = Place::new();
    let (jobs, reviews) = (arg("samples/jobs"), arg("samples/reviews"));
    let mut all = vec!["run", &jobs, &reviews, "--out", "out"];
    all.extend(args);
    let ran = place.run(&all);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let read = |name: &str| Rows::parse(&place.read(&format!("out/{name}.csv")));
    (read("documents"), read("sentences"), read("matches"))
}

/// What stands for a document in every table.
fn document(rows: &Rows, row: usize) -> (String, String) {
    (
        rows.cell(row, "doc_id").to_owned(),
        rows.cell(row, "field").to_owned(),
    )
}

#[test]
fn sentences_are_sums_of_matches() {
    let (_, sentences, matches) = tables(&[]);
    let mut sums: BTreeMap<_, f64> = BTreeMap::new();
    for row in 0..matches.len() {
        let key = (
            document(&matches, row),
            matches.cell(row, "sentence_id"),
            matches.cell(row, "category"),
        );
        *sums.entry(key).or_default() += 1.0;
    }
    assert!(!sums.is_empty());
    for row in 0..sentences.len() {
        for category in CATEGORIES {
            let key = (
                document(&sentences, row),
                sentences.cell(row, "sentence_id"),
                category,
            );
            assert_eq!(
                sentences.number(row, category),
                sums.remove(&key).unwrap_or(0.0),
                "{key:?}"
            );
        }
    }
    assert!(sums.is_empty(), "matches without a sentence: {sums:?}");
}

#[test]
fn poles_are_sums_of_categories() {
    let (_, sentences, _) = tables(&[]);
    for row in 0..sentences.len() {
        let sum = |names: &[&str]| {
            names
                .iter()
                .map(|name| sentences.number(row, name))
                .sum::<f64>()
        };
        assert_eq!(sentences.number(row, "leadership"), sum(&CATEGORIES[..3]));
        assert_eq!(sentences.number(row, "management"), sum(&CATEGORIES[3..]));
    }
}

#[test]
fn documents_are_sums_of_sentences() {
    let (documents, sentences, _) = tables(&["--counts"]);
    let mut sums: BTreeMap<_, BTreeMap<String, f64>> = BTreeMap::new();
    for row in 0..sentences.len() {
        let sum = sums.entry(document(&sentences, row)).or_default();
        let mut add = |name: &str, n: f64| *sum.entry(name.to_owned()).or_default() += n;
        if matches!(sentences.cell(row, "unit"), "sentence" | "bullet") {
            add("sentences", 1.0);
            add("words", sentences.number(row, "words"));
        }
        let lacking: Vec<&str> = sentences.cell(row, "lacking").split(';').collect();
        let mut poles = [0.0, 0.0];
        for (n, category) in CATEGORIES
            .iter()
            .enumerate()
            .filter(|(_, c)| sentences.number(row, c) > 0.0)
        {
            if lacking.contains(category) {
                add(&format!("{category}_lacking"), 1.0);
            } else {
                add(category, 1.0);
                poles[n / 3] = 1.0;
            }
        }
        add("leadership", poles[0]);
        add("management", poles[1]);
    }
    for row in 0..documents.len() {
        let sum = sums.remove(&document(&documents, row)).unwrap_or_default();
        for (name, value) in sum {
            assert_eq!(
                documents.number(row, &name),
                value,
                "{name} of {}",
                documents.cell(row, "doc_id")
            );
        }
    }
    assert!(sums.is_empty());
}

#[test]
fn a_share_is_the_count_over_the_sentences() {
    let (counts, ..) = tables(&["--counts"]);
    let (shares, ..) = tables(&[]);
    for row in 0..counts.len() {
        let sentences = counts.number(row, "sentences");
        for category in CATEGORIES.iter().filter(|_| sentences > 0.0) {
            assert_eq!(
                shares.number(row, category),
                counts.number(row, category) / sentences
            );
        }
    }
}

#[test]
fn every_match_is_the_text_at_its_place() {
    let place = Place::new();
    let rows = place
        .run(&["kwic", &arg("samples/jobs"), "--all", "-q"])
        .rows();
    assert!(rows.len() > 100);
    for row in (0..rows.len()).filter(|row| rows.cell(*row, "doc_id").ends_with(".txt")) {
        let text = std::fs::read_to_string(rows.cell(row, "doc_id")).expect("the sample");
        let (start, end) = (
            rows.number(row, "start") as usize,
            rows.number(row, "end") as usize,
        );
        assert_eq!(&text[start..end], rows.cell(row, "match"));
    }
}

#[test]
fn every_sentence_is_the_text_at_its_place() {
    let rows = Place::new()
        .run(&["tag", &arg("samples/jobs"), "-q"])
        .rows();
    for row in (0..rows.len()).filter(|row| rows.cell(*row, "doc_id").ends_with(".txt")) {
        let text = std::fs::read_to_string(rows.cell(row, "doc_id")).expect("the sample");
        let (start, end) = (
            rows.number(row, "start") as usize,
            rows.number(row, "end") as usize,
        );
        assert_eq!(&text[start..end], rows.cell(row, "text"));
    }
}

/// A text of more than 8 MiB, which is worked on in parts.
fn huge_text() -> String {
    let mut text = String::new();
    for n in 0.. {
        text.push_str(&format!(
            "We plan week {n} with care.\nOur vision is clear, and our team of {n} is inspired.\n\n"
        ));
        if text.len() > 9 << 20 {
            return text;
        }
    }
    text
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let place = Place::new().with("huge.txt", huge_text());
    let (jobs, reviews) = (arg("samples/jobs"), arg("samples/reviews"));
    for command in ["score", "tag", "kwic"] {
        let run = |n: &str| {
            place
                .run(&[command, &jobs, &reviews, "huge.txt", "-q", "-j", n])
                .stdout
        };
        let one = run("1");
        assert!(one.len() > 1000);
        assert!(one == run("2") && one == run("7"), "{command}");
    }
}

#[test]
fn the_parts_of_a_huge_text_are_numbered_through_and_add_up() {
    let text = huge_text();
    let place = Place::new().with("huge.txt", &text);
    let rows = place.run(&["tag", "huge.txt", "-j", "3"]).rows();
    for row in 0..rows.len() {
        assert_eq!(rows.cell(row, "sentence_id"), (row + 1).to_string());
        let (start, end) = (
            rows.number(row, "start") as usize,
            rows.number(row, "end") as usize,
        );
        assert_eq!(&text[start..end], rows.cell(row, "text"));
    }
    let documents = place.run(&["score", "huge.txt", "-j", "3"]).rows();
    assert_eq!(documents.cell(0, "sentences"), rows.len().to_string());
}

#[test]
fn the_order_of_arguments_orders_rows_and_changes_none() {
    let (a, b) = (arg("samples/reviews"), arg("samples/jobs"));
    let sorted = |args: [&str; 4]| {
        let out = Place::new().run(&args).stdout;
        let mut lines: Vec<String> = out.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(
        sorted(["score", &a, &b, "-q"]),
        sorted(["score", &b, &a, "-q"])
    );
}

#[test]
fn spelling_case_quotes_and_hyphens_change_no_count() {
    let count = |text: &str| {
        let rows = Place::new()
            .with("a.txt", text)
            .run(&["score", "a.txt", "--counts"])
            .rows();
        CATEGORIES.map(|category| rows.number(0, category))
    };
    let plain = "We organise the rota and prioritise the work of the programme. Our leaders' vision isn't a long-term one. \
                 She coordinates well-organised teams and minimises risk.";
    let american = "We organize the rota and prioritize the work of the program. Our leaders’ vision isn’t a long term one. \
                    She co-ordinates well organized teams and minimizes risk.";
    assert_eq!(count(plain), count(american));
    assert!(count(plain).iter().sum::<f64>() > 3.0);
}
