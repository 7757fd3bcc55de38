//! `score`, `tag` and `kwic`: one table of a batch.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use clap::Args;

use crate::batch::{self, Counts, InputReport, Plan, Receiver, Start, TablePlan};
use crate::cli::exit::Exit;
use crate::cli::failures::FailureTable;
use crate::cli::options::{InputArgs, OutputArgs, nothing_to_read};
use crate::cli::talk::Talk;
use crate::error::Result;
use crate::extract::Failure;
use crate::record::{Layout, Measure, Table};
use crate::sink::file::Output;
use crate::walk::{Inputs, walk};

/// Options of all three.
#[derive(Debug, Args)]
pub(crate) struct Common {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// Write the table of inputs and rows that failed there
    #[arg(long, value_name = "FILE")]
    pub(crate) failures: Option<PathBuf>,
}

/// Options of `score`.
#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    measure: MeasureArgs,
}

/// What the document table holds.
#[derive(Debug, Args)]
pub(crate) struct MeasureArgs {
    /// Give numbers of sentences instead of shares
    #[arg(long, conflicts_with = "per_100_words")]
    counts: bool,
    /// Give matches per 100 words instead of shares of sentences
    #[arg(long = "per-100-words")]
    per_100_words: bool,
}

impl MeasureArgs {
    pub(crate) fn measure(&self) -> Measure {
        match (self.counts, self.per_100_words) {
            (true, _) => Measure::Counts,
            (_, true) => Measure::Per100Words,
            _ => Measure::Shares,
        }
    }
}

/// Options of `tag`.
#[derive(Debug, Args)]
pub(crate) struct TagArgs {
    #[command(flatten)]
    common: Common,
}

/// Options of `kwic`.
#[derive(Debug, Args)]
pub(crate) struct KwicArgs {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    context: ContextArgs,
}

/// What the match table holds.
#[derive(Debug, Args)]
pub(crate) struct ContextArgs {
    /// Matches that do not count too, with a last column `status` that says why
    #[arg(long)]
    pub(crate) all: bool,
    /// Words of context on either side, within the sentence
    #[arg(long, value_name = "WORDS", default_value_t = 8)]
    pub(crate) window: usize,
}

/// Runs `score`.
pub(crate) fn score(args: &ScoreArgs, stop: &AtomicBool) -> Result<Exit> {
    let layout = Layout {
        measure: args.measure.measure(),
        ..Layout::default()
    };
    one_table(Table::Documents, &args.common, layout, stop)
}

/// Runs `tag`.
pub(crate) fn tag(args: &TagArgs, stop: &AtomicBool) -> Result<Exit> {
    one_table(Table::Sentences, &args.common, Layout::default(), stop)
}

/// Runs `kwic`.
pub(crate) fn kwic(args: &KwicArgs, stop: &AtomicBool) -> Result<Exit> {
    let layout = Layout {
        all_matches: args.context.all,
        window: args.context.window,
        ..Layout::default()
    };
    one_table(Table::Matches, &args.common, layout, stop)
}

fn one_table(table: Table, args: &Common, mut layout: Layout, stop: &AtomicBool) -> Result<Exit> {
    let pipeline = args.input.lexicon.pipeline()?;
    let inputs = walk(&args.input.paths)?;
    layout.keep.clone_from(&args.input.keep);
    let failures = args
        .failures
        .as_deref()
        .map(FailureTable::create)
        .transpose()?;
    let (format, output) = args.output.open()?;
    let spreadsheet_safe = args.output.format.spreadsheet_safe;
    let plan = Plan {
        pipeline,
        tables: &[TablePlan {
            table,
            format,
            spreadsheet_safe,
        }],
        layout: &layout,
        rows: &args.input.rows(),
        sheet: &args.input.sheet(),
        limits: args.input.limits(),
        isolation: &args.input.isolation()?,
        threads: args.input.threads(),
        hashes: false,
    };
    let mut writer = Writer {
        outputs: vec![output],
        failures,
        talk: Talk::new(&args.input.talk, inputs.files.bytes()),
    };
    let counts = run(&plan, &inputs, &Start::default(), &mut writer, stop)?;
    let Writer {
        outputs, failures, ..
    } = writer;
    let exit = exit_of(&counts);
    if exit != Exit::Nothing {
        outputs.into_iter().try_for_each(Output::finish)?;
    }
    failures.map_or(Ok(()), FailureTable::finish)?;
    Ok(exit)
}

/// Runs a batch over what was found, with what the user should know said on the way.
pub(crate) fn run<R: Receiver + AsRef<Talk>>(
    plan: &Plan<'_>,
    inputs: &Inputs,
    start: &Start,
    receiver: &mut R,
    stop: &AtomicBool,
) -> Result<Counts> {
    // A run that goes on has told them already.
    if *start == Start::default() {
        for failure in &inputs.failures {
            receiver.failed(failure)?;
        }
    }
    let talk: &Talk = (*receiver).as_ref();
    for file in inputs.skipped.iter() {
        talk.passed_over(&file.id);
    }
    let skipped = inputs.skipped.len();
    if skipped > 0 {
        let files = if skipped == 1 { "file" } else { "files" };
        talk.note(&format!(
            "{skipped} {files} of unknown type passed over (-v lists them)"
        ));
    }
    if inputs.files.is_empty() && inputs.failures.is_empty() {
        return Err(nothing_to_read(skipped));
    }
    let mut counts = batch::run(plan, &inputs.files, start, receiver, stop)?;
    counts.failures += inputs.failures.len() as u64;
    (*receiver).as_ref().end();
    Ok(counts)
}

/// The exit code of a batch.
pub(crate) fn exit_of(counts: &Counts) -> Exit {
    match (counts.documents, counts.failures) {
        (_, 0) => Exit::Success,
        (0, _) => Exit::Nothing,
        _ => Exit::SomeFailed,
    }
}

/// Takes what a batch gives to where it goes.
pub(crate) struct Writer {
    pub(crate) outputs: Vec<Output>,
    pub(crate) failures: Option<FailureTable>,
    pub(crate) talk: Talk,
}

impl AsRef<Talk> for Writer {
    fn as_ref(&self) -> &Talk {
        &self.talk
    }
}

impl Receiver for Writer {
    fn rows(&mut self, table: usize, bytes: &[u8]) -> Result<()> {
        self.outputs[table].write(bytes)
    }

    fn failed(&mut self, failure: &Failure) -> Result<()> {
        self.talk.failure(failure);
        self.failures
            .as_mut()
            .map_or(Ok(()), |table| table.write(failure))
    }

    fn read(&mut self, report: InputReport) {
        self.talk.report(&report);
    }

    fn member(&mut self, report: InputReport) {
        self.talk.report(&report);
    }

    fn passed_over(&mut self, id: &str) {
        self.talk.passed_over(id);
    }

    fn progress(&mut self, bytes: u64, documents: u64) {
        self.talk.progress(bytes, documents);
    }
}
