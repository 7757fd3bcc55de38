//! Results as rows: what the columns are called, what stands in them, what is missing.
//!
//! **In:** a [`Scored`] document and its [`Identity`]. **Out:** fields, handed to a [`RecordWriter`]
//! one record after the other. **Unit:** stated in `docs/columns.md`. Decisions that live here: the names and
//! the order of columns, which follow the lexicon; that a missing value is [`Field::Missing`] and never 0; what
//! the evidence looks like (`category:matched text`, joined by `;`).

use std::borrow::Cow;
use std::fmt::Write;

use crate::lexicon::model::Category;
use crate::lexicon::scheme::Scheme;
use crate::matching::matcher::{Match, Polarity, Status};
use crate::pipeline::{Scored, ScoredUnit};
use crate::scoring::balance::{self, evidence};
use crate::scoring::tally::{Tag, Tags, Tally};
use crate::text::document::Genre;

/// The tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    /// One row per document.
    Documents,
    /// One row per unit.
    Sentences,
    /// One row per match.
    Matches,
}

/// What the category and pole columns of the document table hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// Share of scored sentences, 0..=1.
    #[default]
    Shares,
    /// Number of scored sentences.
    Counts,
    /// Matches per 100 words of scored sentences.
    Per100Words,
}

/// How the tables are written.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// What the document table holds.
    pub measure: Measure,
    /// Lists matches that do not count too, with a last column `status`.
    pub all_matches: bool,
    /// Words of context on either side of a match.
    pub window: usize,
    /// Names of the columns that are carried over from the input.
    pub keep: Vec<String>,
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Field<'a> {
    /// Text, as it is.
    Text(&'a str),
    /// A word of the program or the name of a category: letters, digits and `_`, which no format
    /// has to guard.
    Word(&'a str),
    /// A count.
    Count(u64),
    /// A number, finite.
    Number(f64),
    /// Nothing known: an empty cell, `null` in JSON.
    Missing,
}

impl<'a> Field<'a> {
    /// A text; missing where it is empty.
    pub fn or_missing(text: &'a str) -> Self {
        match text {
            "" => Self::Missing,
            text => Self::Text(text),
        }
    }
}

/// Takes records, field by field.
pub trait RecordWriter {
    /// Takes fields with which every record begins from now on.
    fn prefix(&mut self, fields: &[Field<'_>]);
    /// Begins a record.
    fn begin_record(&mut self);
    /// Takes the next field of the record.
    fn field(&mut self, field: Field<'_>);
    /// Takes so many fields that all are 0.
    fn zeros(&mut self, count: usize) {
        (0..count).for_each(|_| self.field(Field::Count(0)));
    }
    /// Ends the record.
    fn end_record(&mut self);
}

/// Whose rows they are.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// The document.
    pub doc_id: &'a str,
    /// The text column, where a row of a table has several; else empty.
    pub field: &'a str,
    /// Values of [`Layout::keep`]; shorter where the input has none of them.
    pub keep: &'a [Cow<'a, str>],
    /// What kind of text it is.
    pub genre: Genre,
}

/// Where a part of a document begins, for a document that is worked on in parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Origin {
    /// Bytes of the document before this part.
    pub offset: u64,
    /// Units of the document before this part.
    pub units: u64,
}

impl Table {
    /// The names of its columns.
    pub fn columns(self, scheme: &Scheme, layout: &Layout) -> Vec<String> {
        let fixed = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let categories = || scheme.categories.iter().map(|c| c.name.clone());
        let poles = || scheme.poles.iter().cloned();
        let mut columns = match self {
            Self::Documents => {
                let mut columns = fixed(&["doc_id", "field", "words", "sentences"]);
                columns.extend(poles().chain(categories()));
                columns.extend(categories().map(|name| format!("{name}_lacking")));
                columns.extend(fixed(&[
                    "balance",
                    "balance_low",
                    "balance_high",
                    "evidence",
                    "label",
                ]));
                columns
            }
            Self::Sentences => {
                let mut columns = fixed(&[
                    "doc_id",
                    "field",
                    "sentence_id",
                    "start",
                    "end",
                    "unit",
                    "words",
                    "label",
                ]);
                columns.extend(poles().chain(categories()));
                columns.extend(fixed(&["lacking", "terms", "text"]));
                columns
            }
            Self::Matches => {
                let mut columns =
                    fixed(&["doc_id", "field", "sentence_id", "start", "end", "category"]);
                columns.extend(fixed(&[
                    "facet", "term", "match", "polarity", "weight", "left", "right",
                ]));
                columns.extend(layout.keep.iter().cloned());
                if layout.all_matches {
                    columns.push("status".to_owned());
                }
                return columns;
            }
        };
        columns.extend(layout.keep.iter().cloned());
        columns
    }
}

/// What the rows of one table say of one document, or of one part of it.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Which table.
    pub table: Table,
    /// Whose rows.
    pub identity: &'a Identity<'a>,
    /// The text.
    pub text: &'a str,
    /// What was found in it.
    pub scored: &'a Scored,
    /// Its counts; for the document table.
    pub tally: &'a Tally,
    /// Where it begins.
    pub origin: Origin,
}

/// Writes the rows of one document, or of one part of it.
#[derive(Debug)]
pub struct Recorder<'a> {
    scheme: &'a Scheme,
    layout: &'a Layout,
    tags: Tags,
    words: String,
}

impl<'a> Recorder<'a> {
    /// A recorder for tables laid out so.
    pub fn new(scheme: &'a Scheme, layout: &'a Layout) -> Self {
        Self {
            scheme,
            layout,
            tags: Tags::new(),
            words: String::new(),
        }
    }

    /// Adds the scored units of a document to `tally`.
    pub fn tally(&mut self, scored: &Scored, tally: &mut Tally) {
        for unit in scored
            .units
            .iter()
            .filter(|unit| unit.unit.kind.is_scored())
        {
            if unit.matches.is_empty() {
                tally.add_untagged(unit.words);
            } else {
                crate::scoring::tally::tag(self.scheme, scored.matches_of(unit), &mut self.tags);
                tally.add(self.scheme, unit.words, &self.tags);
            }
        }
    }

    /// Writes `rows`.
    pub fn write(&mut self, rows: &Rows<'_>, out: &mut impl RecordWriter) {
        let id = rows.identity;
        out.prefix(&[Field::Text(id.doc_id), Field::or_missing(id.field)]);
        match rows.table {
            Table::Documents => self.document(id, rows.tally, out),
            Table::Sentences => self.sentences(id, rows.text, rows.scored, rows.origin, out),
            Table::Matches => self.matches(id, rows.text, rows.scored, rows.origin, out),
        }
    }

    /// Writes the row of a document.
    fn document(&mut self, id: &Identity<'_>, tally: &Tally, out: &mut impl RecordWriter) {
        out.begin_record();
        out.field(Field::Count(tally.words));
        out.field(Field::Count(tally.sentences));
        let cell = |sentences, matches| self.cell(tally, sentences, matches);
        for pole in &tally.poles {
            out.field(cell(pole.present, pole.present_matches));
        }
        for category in &tally.categories {
            out.field(cell(category.present, category.present_matches));
        }
        for category in &tally.categories {
            out.field(cell(category.lacking, category.lacking_matches));
        }
        self.balance(id.genre, tally, out);
        self.keep(id, out);
        out.end_record();
    }

    fn cell(&self, tally: &Tally, sentences: u64, matches: u64) -> Field<'static> {
        let ratio = |part: u64, whole: u64| match whole {
            0 => Field::Missing,
            _ => Field::Number(part as f64 / whole as f64),
        };
        match self.layout.measure {
            Measure::Shares => ratio(sentences, tally.sentences),
            Measure::Counts => Field::Count(sentences),
            Measure::Per100Words => ratio(100 * matches, tally.words),
        }
    }

    /// `balance`, its interval, `evidence` and `label`.
    fn balance(&self, genre: Genre, tally: &Tally, out: &mut impl RecordWriter) {
        let ([first, second], true) = (&tally.poles[..], tally.sentences > 0) else {
            // No balance without two poles, none of a text without sentences.
            (0..3).for_each(|_| out.field(Field::Missing));
            out.field(Field::Text(evidence(tally.tagged).name()));
            let label = if tally.tagged == 0 {
                "none"
            } else {
                "balanced"
            };
            return out.field(Field::Text(label));
        };
        let norm = self.scheme.norms.iter().find(|norm| norm.genre == genre);
        let shares = norm.map_or(balance::EVEN_SHARES, |n| {
            [n.pole_shares[0], n.pole_shares[1]]
        });
        let prior = norm.map_or(balance::DEFAULT_PRIOR, |n| n.prior);
        let lean = balance::balance(first.present, second.present, shares, prior);
        for number in [lean.value, lean.low, lean.high] {
            out.field(Field::Number(number));
        }
        out.field(Field::Text(evidence(tally.tagged).name()));
        out.field(Field::Text(match (tally.tagged, lean.leans_to()) {
            (0, _) => "none",
            (_, Some(pole)) => &self.scheme.poles[pole],
            (_, None) => "balanced",
        }));
    }

    /// Writes the rows of the units of a document.
    fn sentences(
        &mut self,
        id: &Identity<'_>,
        text: &str,
        scored: &Scored,
        origin: Origin,
        out: &mut impl RecordWriter,
    ) {
        for (number, unit) in (origin.units + 1..).zip(&scored.units) {
            let span = unit.unit.span;
            out.begin_record();
            out.field(Field::Count(number));
            out.field(Field::Count(origin.offset + u64::from(span.start)));
            out.field(Field::Count(origin.offset + u64::from(span.end)));
            out.field(Field::Word(unit.unit.kind.name()));
            out.field(Field::Count(u64::from(unit.words)));
            self.tags(text, scored, unit, out);
            out.field(Field::Text(span.of(text)));
            self.keep(id, out);
            out.end_record();
        }
    }

    /// `label` to `terms`.
    fn tags(
        &mut self,
        text: &str,
        scored: &Scored,
        unit: &ScoredUnit,
        out: &mut impl RecordWriter,
    ) {
        let (poles, categories) = (&self.scheme.poles, &self.scheme.categories);
        if unit.matches.is_empty() {
            out.field(Field::Word("none"));
            out.zeros(poles.len() + categories.len());
            out.field(Field::Missing);
            return out.field(Field::Missing);
        }
        let matches = scored.matches_of(unit);
        crate::scoring::tally::tag(self.scheme, matches, &mut self.tags);
        let of_pole = |pole: usize| {
            let tags = categories.iter().zip(&self.tags);
            tags.filter(move |(c, _)| usize::from(c.pole.0) == pole)
                .map(|(_, tag)| tag.matches())
                .sum::<u32>()
        };
        sentence_label(poles, &of_pole, &mut self.words);
        out.field(Field::Text(&self.words));
        (0..poles.len()).for_each(|pole| out.field(Field::Count(u64::from(of_pole(pole)))));
        self.tags
            .iter()
            .for_each(|tag| out.field(Field::Count(u64::from(tag.matches()))));
        lacking(categories, &self.tags, &mut self.words);
        out.field(Field::or_missing(&self.words));
        terms(categories, matches, text, &mut self.words);
        out.field(Field::or_missing(&self.words));
    }

    /// Writes the rows of the matches of a document.
    fn matches(
        &mut self,
        id: &Identity<'_>,
        text: &str,
        scored: &Scored,
        origin: Origin,
        out: &mut impl RecordWriter,
    ) {
        for (number, unit) in (origin.units + 1..).zip(&scored.units) {
            for found in scored.matches_of(unit) {
                out.begin_record();
                out.field(Field::Count(number));
                out.field(Field::Count(origin.offset + u64::from(found.span.start)));
                out.field(Field::Count(origin.offset + u64::from(found.span.end)));
                self.found(text, unit, found, out);
                self.keep(id, out);
                self.status(found, out);
                out.end_record();
            }
        }
    }

    /// `category` to `right`.
    fn found(&mut self, text: &str, unit: &ScoredUnit, found: &Match, out: &mut impl RecordWriter) {
        let scheme = self.scheme;
        let category = &scheme.categories[usize::from(found.category.0)];
        let term = &scheme.terms[found.term.0 as usize];
        let facet = category
            .facets
            .get(usize::from(term.facet))
            .map_or("", String::as_str);
        out.field(Field::Word(&category.name));
        out.field(Field::or_missing(facet));
        out.field(Field::Text(&term.text));
        out.field(Field::Text(found.span.of(text)));
        out.field(Field::Word(found.polarity.name()));
        out.field(Field::Number(term.weight));
        let (from, to) = (unit.unit.span.start as usize, unit.unit.span.end as usize);
        out.field(Field::or_missing(last_words(
            &text[from..found.span.start as usize],
            self.layout.window,
        )));
        out.field(Field::or_missing(first_words(
            &text[found.span.end as usize..to],
            self.layout.window,
        )));
    }

    fn status(&mut self, found: &Match, out: &mut impl RecordWriter) {
        if self.layout.all_matches {
            status(self.scheme, found.status, &mut self.words);
            out.field(Field::Text(&self.words));
        }
    }

    fn keep(&self, id: &Identity<'_>, out: &mut impl RecordWriter) {
        for n in 0..self.layout.keep.len() {
            out.field(
                id.keep
                    .get(n)
                    .map_or(Field::Missing, |value| Field::or_missing(value)),
            );
        }
    }
}

/// The pole that is spoken of; `both`; of more than two poles their names joined by `;`.
fn sentence_label(poles: &[String], matches: &dyn Fn(usize) -> u32, label: &mut String) {
    label.clear();
    for (_, name) in poles
        .iter()
        .enumerate()
        .filter(|(pole, _)| matches(*pole) > 0)
    {
        if !label.is_empty() {
            label.push(';');
        }
        label.push_str(name);
    }
    if label.is_empty() {
        label.push_str("none");
    } else if poles.len() == 2 && label.contains(';') {
        label.clear();
        label.push_str("both");
    }
}

fn lacking(categories: &[Category], tags: &[Tag], joined: &mut String) {
    joined.clear();
    for (category, _) in categories
        .iter()
        .zip(tags)
        .filter(|(_, tag)| tag.polarity() == Some(Polarity::Lacking))
    {
        if !joined.is_empty() {
            joined.push(';');
        }
        joined.push_str(&category.name);
    }
}

/// Writes the evidence of the counted `matches` into `joined`: `category:matched text`, joined by `;`.
pub fn terms(categories: &[Category], matches: &[Match], text: &str, joined: &mut String) {
    joined.clear();
    for found in matches.iter().filter(|m| m.status == Status::Counted) {
        if !joined.is_empty() {
            joined.push(';');
        }
        let category = &categories[usize::from(found.category.0)].name;
        joined.push_str(category);
        joined.push(':');
        joined.push_str(found.span.of(text));
    }
}

fn status(scheme: &Scheme, status: Status, name: &mut String) {
    name.clear();
    let _ = match status {
        Status::Counted => name.write_str("counted"),
        Status::Weak => name.write_str("weak"),
        Status::Guarded(guard) => write!(name, "guarded:{}", scheme.guards[guard.0 as usize]),
        Status::Unsupported => name.write_str("guarded:requires"),
        Status::Shadowed => name.write_str("shadowed"),
    };
}

/// The last `words` words of `text` as written, with what stands between.
fn last_words(text: &str, words: usize) -> &str {
    let mut rest = text.trim_end();
    for _ in 0..words {
        rest = rest
            .trim_end()
            .trim_end_matches(|c: char| !c.is_whitespace());
    }
    text[rest.len()..].trim()
}

/// The first `words` words of `text` as written, with what stands between.
fn first_words(text: &str, words: usize) -> &str {
    let mut rest = text.trim_start();
    for _ in 0..words {
        rest = rest
            .trim_start()
            .trim_start_matches(|c: char| !c.is_whitespace());
    }
    text[..text.len() - rest.len()].trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_is_counted_in_words_and_keeps_what_stands_between() {
        assert_eq!(last_words("one two,  three ", 2), "two,  three");
        assert_eq!(first_words(", two (three) four", 2), ", two");
    }

    #[test]
    fn no_category_may_be_named_like_a_column() {
        use crate::lexicon::{SourceFile, builtin, parse};
        let scheme = Scheme::from(&builtin().expect("the built-in lexicon is good"));
        let layout = Layout {
            all_matches: true,
            ..Layout::default()
        };
        let follow = |name: &String| {
            let stem = name.strip_suffix("_lacking").unwrap_or(name);
            scheme
                .poles
                .iter()
                .chain(scheme.categories.iter().map(|c| &c.name))
                .any(|n| n == stem)
        };
        for table in [Table::Documents, Table::Sentences, Table::Matches] {
            for column in table
                .columns(&scheme, &layout)
                .iter()
                .filter(|name| !follow(name))
            {
                let text = format!(
                    "category = \"{column}\"\npole = \"x\"\ndefinition = \"y\"\nterms = [\"z\"]\n"
                );
                assert!(
                    parse(&[SourceFile::new("a.toml", text)]).is_err(),
                    "{column}"
                );
            }
        }
    }

    #[test]
    fn of_two_poles_both_is_one_word_and_of_three_they_are_joined() {
        let mut label = String::new();
        let poles = |n: usize| (0..n).map(|i| format!("p{i}")).collect::<Vec<_>>();
        sentence_label(&poles(2), &|_| 1, &mut label);
        assert_eq!(label, "both");
        sentence_label(&poles(3), &|pole| pole as u32, &mut label);
        assert_eq!(label, "p1;p2");
    }
}
