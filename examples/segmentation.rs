//! How well texts are split into units, measured against texts that people split.
//!
//! ```text
//! cargo run --release --example segmentation -- UNITS.jsonl GOLD.jsonl   the table of docs/segmentation.md
//! cargo run --release --example segmentation -- --errors UNITS.jsonl     where people cut otherwise
//! cargo run --release --example segmentation -- --flags CODED.csv        headings and boilerplate among single sentences
//! cargo run --release --example segmentation -- --show FILE.txt          the units of a text
//! cargo run --release --example segmentation -- --speed FILE.txt         MB a second on one core
//! ```
//!
//! A line of `UNITS.jsonl` is `{"text", "source", "units": [[type, exact part of the text], ...]}`, a
//! line of `GOLD.jsonl` is `{"text", "source", "sentences": [...]}`. Texts are fed as they are.
//!
//! **Boundary**: the end of a unit, as the number of characters before it that are not white
//! space. F1 is taken over all boundaries of all texts of a source; *inner* F1 leaves out the
//! end of each text, which nobody can miss. **Exact**: share of
//! gold units that were given with the same two ends. **Type**: share of gold units
//! whose type (heading, boilerplate, or anything else) is that of the unit that
//! holds their middle.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::time::Instant;

use icu_segmenter::{SentenceSegmenter, SentenceSegmenterBorrowed};
use leadager::span::Span;
use leadager::text::boilerplate::Boilerplate;
use leadager::text::document::{Unit, UnitKind};
use leadager::text::segment::segment;
use leadager::text::vocabulary::Vocabulary;
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--errors", path] => show_errors(&read_gold(path)?),
        ["--show", path] => show_units(&fs::read_to_string(path)?),
        ["--flags", path] => measure_flags(path)?,
        ["--speed", path] => measure_speed(&fs::read_to_string(path)?),
        [units, gold] => {
            print_table(&[read_gold(units)?, read_gold(gold)?].concat());
            print_types(&read_gold(units)?);
        }
        _ => {
            return Err(
                "give UNITS.jsonl GOLD.jsonl, or --errors, --show or --speed and a file".into(),
            );
        }
    }
    Ok(())
}

/// A text and where people cut it.
#[derive(Clone)]
struct Gold {
    source: String,
    text: String,
    /// Type and span of each unit, in order; the type is empty where only sentences were marked.
    units: Vec<(String, Span)>,
}

fn read_gold(path: &str) -> Outcome<Vec<Gold>> {
    let lines = fs::read_to_string(path)?;
    let mut found = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        let row: Value = serde_json::from_str(line)?;
        let text = row["text"].as_str().unwrap_or_default().to_owned();
        let typed = row["units"].as_array();
        let parts: Vec<(String, &str)> = match typed {
            Some(units) => (units.iter())
                .filter_map(|unit| Some((unit[0].as_str()?.to_owned(), unit[1].as_str()?)))
                .collect(),
            None => (row["sentences"].as_array().into_iter().flatten())
                .filter_map(|part| Some((String::new(), part.as_str()?)))
                .collect(),
        };
        let source = if typed.is_some() {
            "units"
        } else {
            row["source"].as_str().unwrap_or("")
        };
        found.push(Gold {
            source: source.to_owned(),
            units: locate(&text, parts),
            text,
        });
    }
    Ok(found)
}

/// Where the parts stand in the text, one after the other.
fn locate(text: &str, parts: Vec<(String, &str)>) -> Vec<(String, Span)> {
    let mut from = 0;
    let mut found = Vec::new();
    for (kind, part) in parts {
        let Some(at) = text[from..].find(part.trim()) else {
            eprintln!("not in its text: {part}");
            continue;
        };
        let start = from + at;
        from = start + part.trim().len();
        found.push((kind, Span::new(start, from)));
    }
    found
}

/// A way to split a text.
struct Splitter {
    name: &'static str,
    split: fn(&str) -> Vec<Span>,
}

const SPLITTERS: [Splitter; 5] = [
    Splitter {
        name: "leadager",
        split: |text| ours(text).iter().map(|unit| unit.span).collect(),
    },
    Splitter {
        name: "lines + sentencex",
        split: |text| by_lines(text, sentencex),
    },
    Splitter {
        name: "lines + ICU4X",
        split: |text| by_lines(text, icu),
    },
    Splitter {
        name: "sentencex",
        split: sentencex,
    },
    Splitter {
        name: "ICU4X",
        split: icu,
    },
];

fn ours(text: &str) -> Vec<Unit> {
    thread_local! {
        static WORDS: (Vocabulary, Boilerplate) = {
            let mut vocabulary = Vocabulary::default();
            let boilerplate = Boilerplate::new(&mut vocabulary);
            (vocabulary, boilerplate)
        };
    }
    let mut units = Vec::new();
    segment(text, &[], &mut units);
    WORDS.with(|(vocabulary, boilerplate)| boilerplate.mark_text(text, vocabulary, &mut units));
    units
}

fn by_lines(text: &str, split: fn(&str) -> Vec<Span>) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let moved = |span: Span| Span::new(span.range().start + at, span.range().end + at);
        found.extend(split(line).into_iter().map(moved));
        at += line.len();
    }
    found
}

fn sentencex(text: &str) -> Vec<Span> {
    let base = text.as_ptr() as usize;
    (sentencex::segment("en", text).into_iter())
        .map(|part| (part.as_ptr() as usize - base, part.len()))
        .map(|(start, len)| Span::new(start, start + len))
        .filter(|span| !span.of(text).trim().is_empty())
        .collect()
}

fn icu(text: &str) -> Vec<Span> {
    let segmenter: SentenceSegmenterBorrowed<'static> = SentenceSegmenter::new(Default::default());
    let breaks: Vec<usize> = segmenter.segment_str(text).collect();
    (breaks.windows(2).map(|pair| Span::new(pair[0], pair[1])))
        .filter(|span| !span.of(text).trim().is_empty())
        .collect()
}

/// Characters that are not white space before each byte.
fn ranks(text: &str) -> Vec<usize> {
    let mut ranks = vec![0; text.len() + 1];
    let mut rank = 0;
    for (at, c) in text.char_indices() {
        (ranks[at..at + c.len_utf8()]).fill(rank);
        rank += usize::from(!c.is_whitespace());
    }
    ranks[text.len()] = rank;
    ranks
}

/// Boundaries found, given and shared, units and exact units.
#[derive(Default, Clone, Copy)]
struct Tally {
    given: usize,
    found: usize,
    shared: usize,
    exact: usize,
    /// Texts: each has one boundary, its end, that nobody can miss.
    ends: usize,
}

impl Tally {
    fn add(&mut self, gold: &Gold, found: &[Span]) {
        let ranks = ranks(&gold.text);
        let both = |span: &Span| (ranks[span.range().start], ranks[span.range().end]);
        let found: Vec<(usize, usize)> = found.iter().map(both).collect();
        let given: Vec<(usize, usize)> = gold.units.iter().map(|(_, span)| both(span)).collect();
        self.given += given.len();
        self.ends += 1;
        self.found += found.len();
        self.shared += given
            .iter()
            .filter(|unit| found.iter().any(|other| other.1 == unit.1))
            .count();
        self.exact += given.iter().filter(|unit| found.contains(unit)).count();
    }

    fn precision(&self) -> f64 {
        self.shared as f64 / self.found.max(1) as f64
    }

    fn recall(&self) -> f64 {
        self.shared as f64 / self.given.max(1) as f64
    }

    /// F1 without the ends of the texts.
    fn inner_f1(&self) -> f64 {
        let shared = self.shared.saturating_sub(self.ends);
        let all = (self.found + self.given).saturating_sub(2 * self.ends);
        2.0 * shared as f64 / all.max(1) as f64
    }

    fn f1(&self) -> f64 {
        2.0 * self.shared as f64 / (self.found + self.given).max(1) as f64
    }
}

fn print_table(texts: &[Gold]) {
    let mut sources: BTreeMap<&str, Vec<&Gold>> = BTreeMap::new();
    for gold in texts {
        sources
            .entry(gold.source.split("-ud-").next().unwrap_or(""))
            .or_default()
            .push(gold);
    }
    println!(
        "| source | texts | units | splitter | precision | recall | boundary F1 | inner F1 | exact | texts all right |"
    );
    println!("|---|--:|--:|---|--:|--:|--:|--:|--:|--:|");
    for (source, texts) in sources {
        for splitter in &SPLITTERS {
            let mut tally = Tally::default();
            let mut whole = 0;
            for gold in &texts {
                let mut one = Tally::default();
                one.add(gold, &(splitter.split)(&gold.text));
                whole += usize::from(one.given == one.found && one.given == one.shared);
                tally.add(gold, &(splitter.split)(&gold.text));
            }
            println!(
                "| {source} | {} | {} | {} | {:.3} | {:.3} | **{:.3}** | {:.3} | {:.3} | {:.3} |",
                texts.len(),
                tally.given,
                splitter.name,
                tally.precision(),
                tally.recall(),
                tally.f1(),
                tally.inner_f1(),
                tally.exact as f64 / tally.given.max(1) as f64,
                whole as f64 / texts.len() as f64,
            );
        }
    }
}

/// Heading, boilerplate, or text that is tagged.
fn class_of(kind: &str) -> Option<&'static str> {
    match kind {
        "heading" => Some("heading"),
        "boilerplate" => Some("boilerplate"),
        "sentence" | "bullet" => Some("text"),
        _ => None,
    }
}

fn unit_at(units: &[Unit], span: Span) -> Option<&Unit> {
    let middle = (span.start + span.end) / 2;
    units
        .iter()
        .find(|unit| unit.span.end > middle)
        .filter(|unit| unit.span.start <= span.end)
}

fn print_types(texts: &[Gold]) {
    let mut table: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for gold in texts {
        let units = ours(&gold.text);
        for (kind, span) in &gold.units {
            let found = unit_at(&units, *span)
                .map_or("none", |unit| class_of(unit.kind.name()).unwrap_or("none"));
            if let Some(given) = class_of(kind) {
                *table.entry((given, found)).or_default() += 1;
            }
        }
    }
    let right: usize = table
        .iter()
        .filter(|((given, found), _)| given == found)
        .map(|(_, n)| n)
        .sum();
    let all: usize = table.values().sum();
    println!(
        "\nType right in {right} of {all} units: {:.3}",
        right as f64 / all.max(1) as f64
    );
    for ((given, found), n) in table {
        println!("  {given} taken for {found}: {n}");
    }
}

fn show_errors(texts: &[Gold]) {
    for gold in texts {
        let units = ours(&gold.text);
        let ranks = ranks(&gold.text);
        let given: Vec<usize> = gold
            .units
            .iter()
            .map(|(_, span)| ranks[span.range().end])
            .collect();
        let found: Vec<usize> = units
            .iter()
            .map(|unit| ranks[unit.span.range().end])
            .collect();
        for (kind, span) in &gold.units {
            if !found.contains(&ranks[span.range().end]) {
                println!(
                    "{}\tmissed\t{}",
                    gold.source,
                    around(&gold.text, span.range().end)
                );
            }
            let unit = unit_at(&units, *span);
            let class = unit.and_then(|unit| class_of(unit.kind.name()));
            if class_of(kind).is_some() && class != class_of(kind) {
                println!(
                    "{}\ttype\t{kind} not {}\t{:?}",
                    gold.source,
                    class.unwrap_or("none"),
                    span.of(&gold.text)
                );
            }
        }
        for unit in units
            .iter()
            .filter(|unit| !given.contains(&ranks[unit.span.range().end]))
        {
            println!(
                "{}\tfalse\t{}",
                gold.source,
                around(&gold.text, unit.span.range().end)
            );
        }
    }
}

/// The text before and after a boundary, which is shown as `┃`.
fn around(text: &str, at: usize) -> String {
    let before: Vec<char> = text[..at].chars().rev().take(60).collect();
    let before: String = before.into_iter().rev().collect();
    let after: String = text[at..].chars().take(50).collect();
    format!("{:?}", format!("{before}┃{after}"))
}

/// Single sentences with the flags that people gave: a table with the columns `kind`, `text` and
/// `flags`; the columns between `text` and `flags` are labels. Lists each disagreement.
fn measure_flags(path: &str) -> Outcome<()> {
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|column| column == name)
            .ok_or(name.to_owned())
    };
    let (text, flags, kind) = (column("text")?, column("flags")?, column("kind")?);
    let mut table: BTreeMap<(String, &str, &str, bool), usize> = BTreeMap::new();
    for row in reader.records() {
        let row = row?;
        let given = ["boilerplate", "heading"]
            .into_iter()
            .find(|flag| row[flags].contains(flag))
            .unwrap_or("text");
        let units = ours(&row[text]);
        let found = match units.iter().map(|unit| unit.kind).collect::<Vec<_>>()[..] {
            [] => "none",
            ref kinds if kinds.iter().all(|kind| *kind == UnitKind::Heading) => "heading",
            ref kinds if !kinds.iter().any(|kind| kind.is_scored()) => "boilerplate",
            _ => "text",
        };
        let labels = (text + 1..flags).any(|column| !row[column].is_empty());
        *table
            .entry((row[kind].to_owned(), given, found, labels))
            .or_default() += 1;
        if given != found {
            println!(
                "{}\t{given} not {found}\t{labels}\t{}",
                &row[kind], &row[text]
            );
        }
    }
    for ((kind, given, found, labels), n) in table {
        println!(
            "{kind:12} {given:12} taken for {found:12} {} {n}",
            if labels { "with labels" } else { "" }
        );
    }
    Ok(())
}

fn show_units(text: &str) {
    for unit in ours(text) {
        println!("{:11} {:?}", unit.kind.name(), unit.span.of(text));
    }
}

fn measure_speed(text: &str) {
    // documents of about 3 kB, as postings are
    let documents = chunks(text, 3000);
    let rounds = (200_000_000 / text.len().max(1)).max(1);
    let bytes = rounds * text.len();
    let mut units: Vec<Unit> = Vec::new();
    let mut found = 0;
    timed("segment", bytes, || {
        for document in documents.iter().cycle().take(rounds * documents.len()) {
            segment(document, &[], &mut units);
            found += units.len();
        }
    });
    let mut vocabulary = Vocabulary::default();
    let boilerplate = Boilerplate::new(&mut vocabulary);
    timed("segment, words, boilerplate", bytes, || {
        for document in documents.iter().cycle().take(rounds * documents.len()) {
            segment(document, &[], &mut units);
            boilerplate.mark_text(document, &vocabulary, &mut units);
        }
    });
    println!("{} units a round", found / rounds);
}

fn timed(name: &str, bytes: usize, work: impl FnOnce()) {
    let (began, began_cpu) = (Instant::now(), cpu_seconds());
    work();
    let seconds = match (began_cpu, cpu_seconds()) {
        (Some(before), Some(after)) => after - before,
        _ => began.elapsed().as_secs_f64(),
    };
    let speed = bytes as f64 / seconds / 1e6;
    println!(
        "{name:12} {speed:6.0} MB/s {:6.2} ns a byte",
        1000.0 / speed
    );
}

/// Seconds that this thread was on a core, where the system tells (Linux): on a busy machine the
/// clock on the wall says little.
fn cpu_seconds() -> Option<f64> {
    let line = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: u64 = line.split(' ').next()?.parse().ok()?;
    Some(nanoseconds as f64 / 1e9)
}

fn chunks(text: &str, size: usize) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let cut = (size..rest.len())
            .find(|&at| rest.as_bytes()[at] == b'\n')
            .map_or(rest.len(), |at| at + 1);
        let (head, tail) = rest.split_at(cut);
        found.push(head);
        rest = tail;
    }
    found
}
