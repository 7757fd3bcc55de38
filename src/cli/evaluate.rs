//! `evaluate`: agreement of the tags with labels that people gave.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::gold::{Gold, GoldArgs};
use crate::cli::options::{LexiconArgs, OutputArgs, TalkArgs};
use crate::cli::talk::Talk;
use crate::error::{Error, Result};
use crate::evaluation::{Agreement, CategoryAgreement, GoldRow, Judgement, Label};
use crate::extract::rows::RowDocument;
use crate::lexicon::scheme::Scheme;
use crate::pipeline::Pipeline;
use crate::record::{self, Field};
use crate::scoring::agreement::{Confusion, macro_f1};
use crate::scoring::interval::Estimate;
use crate::sink::file::Output;
use crate::sink::traits::Sink;
use crate::sink::{self, FORMATS};

/// Options of `evaluate`.
#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    #[command(flatten)]
    gold: GoldArgs,
    #[command(flatten)]
    lexicon: LexiconArgs,
    /// Write each disagreement there, with its sentence and evidence
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    talk: TalkArgs,
}

/// Runs `evaluate`.
pub(crate) fn run(args: &EvaluateArgs) -> Result<Exit> {
    let pipeline = args.lexicon.pipeline()?;
    let talk = Talk::new(&args.talk, 0);
    let gold = Gold::plan(&args.gold, pipeline.scheme())?;
    talk.note(&gold.note);
    let (format, mut output) = args.output.open()?;
    let mut evaluation = Evaluation {
        errors: args.errors.as_deref().map(Errors::create).transpose()?,
        groups: BTreeMap::new(),
        whole: Agreement::default(),
        judgement: Judgement::default(),
        failure: None,
    };
    let failures = gold.read(&args.gold, &mut |row| evaluation.row(pipeline, &gold, &row))?;
    failures.iter().for_each(|failure| talk.failure(failure));
    let Evaluation {
        errors,
        groups,
        whole,
        failure,
        ..
    } = evaluation;
    failure.map_or(Ok(()), Err)?;
    if whole.rows == 0 {
        return Err(Error::usage(format!(
            "{}: no rows to evaluate",
            args.gold.gold.display()
        )));
    }
    let mut sink = format.open(&columns(), args.output.format.spreadsheet_safe);
    sink.header();
    write_group("all", &whole, pipeline.scheme(), &mut *sink);
    for (group, agreement) in &groups {
        write_group(group, agreement, pipeline.scheme(), &mut *sink);
    }
    output.write(&sink.take())?;
    output.finish()?;
    errors.map_or(Ok(()), Errors::finish)?;
    talk.note(&summary(&whole));
    Ok(if failures.is_empty() {
        Exit::Success
    } else {
        Exit::SomeFailed
    })
}

/// Adds up agreement row by row.
struct Evaluation {
    errors: Option<Errors>,
    groups: BTreeMap<String, Agreement>,
    whole: Agreement,
    judgement: Judgement,
    failure: Option<Error>,
}

impl Evaluation {
    fn row(&mut self, pipeline: &Pipeline, gold: &Gold, row: &RowDocument<'_>) {
        let result = self.judge(pipeline, gold, row);
        if let Err(error) = result {
            self.failure.get_or_insert(error);
        }
    }

    fn judge(&mut self, pipeline: &Pipeline, gold: &Gold, row: &RowDocument<'_>) -> Result<()> {
        let mut labels = Vec::new();
        for place in &gold.labels {
            labels.push(
                place
                    .map(|place| label(row, &gold.options.keep[place], &row.keep[place]))
                    .transpose()?,
            );
        }
        let gold_row = GoldRow {
            text: row.text,
            genre: row.genre,
            labels: &labels,
        };
        self.judgement.judge(pipeline, &gold_row);
        let agreement = Agreement::of(&labels, &self.judgement.tags);
        self.whole += &agreement;
        if let Some(by) = gold.by {
            *self.groups.entry(row.keep[by].to_string()).or_default() += &agreement;
        }
        match &mut self.errors {
            Some(errors) => errors.row(pipeline.scheme(), row, &labels, &self.judgement),
            None => Ok(()),
        }
    }
}

fn label(row: &RowDocument<'_>, column: &str, cell: &str) -> Result<Label> {
    Label::parse(cell).ok_or_else(|| {
        let row = row.row;
        let help = "labels are empty, p (present) or l (lacking), or 0 and 1";
        Error::usage(format!(
            "row {row}, column `{column}`: `{cell}` is no label; {help}"
        ))
    })
}

fn columns() -> Vec<String> {
    let names = [
        "group",
        "category",
        "n",
        "tp",
        "fp",
        "fn",
        "precision",
        "precision_low",
        "precision_high",
        "recall",
        "recall_low",
        "recall_high",
        "f1",
        "f1_low",
        "f1_high",
        "polarity_n",
        "polarity_accuracy",
        "polarity_low",
        "polarity_high",
        "alpha",
    ];
    names.map(str::to_owned).to_vec()
}

fn write_group(group: &str, agreement: &Agreement, scheme: &Scheme, sink: &mut dyn Sink) {
    for (category, found) in scheme.categories.iter().zip(&agreement.categories) {
        if let Some(found) = found {
            write_category(group, &category.name, agreement.rows, found, sink);
        }
    }
    let confusions: Vec<Confusion> = agreement
        .categories
        .iter()
        .flatten()
        .map(|c| c.confusion)
        .collect();
    let mean = |of: fn(Confusion) -> Option<Estimate>| {
        let values: Vec<f64> = confusions
            .iter()
            .filter_map(|c| of(*c))
            .map(|e| e.value)
            .collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    for text in [group, "macro"] {
        sink.field(Field::Text(text));
    }
    sink.field(Field::Count(agreement.rows));
    (0..3).for_each(|_| sink.field(Field::Missing));
    for value in [
        mean(Confusion::precision),
        mean(Confusion::recall),
        macro_f1(&confusions),
    ] {
        sink.field(number(value));
        (0..2).for_each(|_| sink.field(Field::Missing));
    }
    let polarity = agreement.polarity();
    sink.field(Field::Count(polarity.both));
    estimate(polarity.accuracy(), sink);
    let alphas: Vec<f64> = agreement
        .categories
        .iter()
        .flatten()
        .filter_map(CategoryAgreement::alpha)
        .collect();
    sink.field(number(
        (!alphas.is_empty()).then(|| alphas.iter().sum::<f64>() / alphas.len() as f64),
    ));
    sink.end_record();
}

fn write_category(
    group: &str,
    name: &str,
    rows: u64,
    found: &CategoryAgreement,
    sink: &mut dyn Sink,
) {
    let Confusion { tp, fp, fn_, .. } = found.confusion;
    sink.field(Field::Text(group));
    sink.field(Field::Text(name));
    [rows, tp, fp, fn_]
        .into_iter()
        .for_each(|count| sink.field(Field::Count(count)));
    estimate(found.confusion.precision(), sink);
    estimate(found.confusion.recall(), sink);
    estimate(found.confusion.f1(), sink);
    sink.field(Field::Count(found.polarity.both));
    estimate(found.polarity.accuracy(), sink);
    sink.field(number(found.alpha()));
    sink.end_record();
}

fn number(value: Option<f64>) -> Field<'static> {
    value.map_or(Field::Missing, Field::Number)
}

fn estimate(estimate: Option<Estimate>, sink: &mut dyn Sink) {
    for end in [
        |e: Estimate| e.value,
        |e: Estimate| e.low,
        |e: Estimate| e.high,
    ] {
        sink.field(number(estimate.map(end)));
    }
}

fn summary(whole: &Agreement) -> String {
    let confusions: Vec<Confusion> = whole
        .categories
        .iter()
        .flatten()
        .map(|c| c.confusion)
        .collect();
    let shown = |value: Option<f64>| value.map_or("undefined".to_owned(), |v| format!("{v:.3}"));
    format!(
        "macro F1 {} over {} categories and {} rows; polarity right in {}",
        shown(macro_f1(&confusions)),
        confusions.len(),
        whole.rows,
        shown(whole.polarity().accuracy().map(|e| e.value))
    )
}

/// The table of disagreements.
struct Errors {
    output: Output,
    sink: Box<dyn Sink>,
    evidence: String,
}

impl Errors {
    fn create(path: &std::path::Path) -> Result<Self> {
        let by_name = path.extension().and_then(|e| sink::Format::of(e.to_str()?));
        let columns = [
            "id", "genre", "category", "error", "people", "tool", "evidence", "unit", "text",
        ];
        let mut errors = Self {
            output: Output::file(path)?,
            sink: by_name
                .unwrap_or(&FORMATS[0])
                .open(&columns.map(str::to_owned), false),
            evidence: String::new(),
        };
        errors.sink.header();
        Ok(errors)
    }

    fn row(
        &mut self,
        scheme: &Scheme,
        row: &RowDocument<'_>,
        labels: &[Option<Label>],
        judgement: &Judgement,
    ) -> Result<()> {
        let units: Vec<&str> = judgement
            .scored
            .units
            .iter()
            .map(|unit| unit.unit.kind.name())
            .collect();
        record::terms(
            &scheme.categories,
            &judgement.scored.matches,
            row.text,
            &mut self.evidence,
        );
        for ((category, label), tag) in scheme.categories.iter().zip(labels).zip(&judgement.tags) {
            let (people, tool) = match label {
                Some(Label::Given(polarity)) => (Some(*polarity), tag.polarity()),
                Some(Label::Absent) => (None, tag.polarity()),
                None => continue,
            };
            let error = match (people, tool) {
                (None, Some(_)) => "false positive",
                (Some(_), None) => "false negative",
                (Some(Some(people)), Some(tool)) if people != tool => "polarity",
                _ => continue,
            };
            let people = people.map_or("", |polarity| polarity.map_or("given", |p| p.name()));
            let tool = tool.map_or("", |polarity| polarity.name());
            let texts = [
                row.id,
                row.genre.name(),
                &category.name,
                error,
                people,
                tool,
                &self.evidence,
            ];
            texts
                .iter()
                .for_each(|text| self.sink.field(Field::Text(text)));
            self.sink.field(Field::Text(&units.join(";")));
            self.sink.field(Field::Text(row.text));
            self.sink.end_record();
        }
        self.output.write(&self.sink.take())
    }

    fn finish(self) -> Result<()> {
        self.output.finish()
    }
}
