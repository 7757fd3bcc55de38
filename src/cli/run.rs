//! `run`: one pass, all tables into a new folder, with failures and a manifest.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use clap::Args;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::batch::{Counts, InputReport, Plan, Position, Receiver, Start, TablePlan};
use crate::cli::exit::Exit;
use crate::cli::failures::FailureTable;
use crate::cli::manifest::Manifest;
use crate::cli::options::{FormatArgs, InputArgs};
use crate::cli::score::{ContextArgs, MeasureArgs, Writer, exit_of, run as run_batch};
use crate::cli::talk::Talk;
use crate::cli::unfinished::{Checkpoint, Found, Unfinished};
use crate::error::{Error, Result};
use crate::lexicon::scheme::Scheme;
use crate::record::{Layout, Measure, Table};
use crate::sink::file::Output;
use crate::sink::{FORMATS, Format};
use crate::text::document::Genre;
use crate::walk::{Inputs, walk};

/// Options of `run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    input: InputArgs,
    /// The folder to write; it must not exist yet, and appears when all is written
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Go on with an interrupted run of the same inputs and options; without one, begin
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    measure: MeasureArgs,
    #[command(flatten)]
    context: ContextArgs,
}

const TABLES: [(Table, &str); 3] = [
    (Table::Documents, "documents"),
    (Table::Sentences, "sentences"),
    (Table::Matches, "matches"),
];

/// Runs `run`.
pub(crate) fn run(args: &RunArgs, stop: &AtomicBool) -> Result<Exit> {
    let pipeline = args.input.lexicon.pipeline()?;
    let inputs = walk(&args.input.paths)?;
    let format = args.format.format.unwrap_or(&FORMATS[0]);
    let options = options(args, format);
    let key = key(pipeline.scheme(), &options, &inputs);
    let (unfinished, last) = match Unfinished::open(&args.out, key, args.resume)? {
        Found::Open(unfinished, last) => (unfinished, last),
        Found::Complete => return Ok(complete(args)),
    };
    let layout = Layout {
        measure: args.measure.measure(),
        all_matches: args.context.all,
        window: args.context.window,
        keep: args.input.keep.clone(),
    };
    let tables = TABLES.map(|(table, _)| TablePlan {
        table,
        format,
        spreadsheet_safe: args.format.spreadsheet_safe,
    });
    let plan = Plan {
        pipeline,
        tables: &tables,
        layout: &layout,
        rows: &args.input.rows(),
        sheet: &args.input.sheet(),
        limits: args.input.limits(),
        isolation: &args.input.isolation()?,
        threads: args.input.threads(),
        hashes: true,
    };
    let talk = Talk::new(&args.input.talk, inputs.files.bytes());
    let opened = RunWriter::open(
        unfinished,
        last.unwrap_or_default(),
        format,
        talk,
        |path, at| Manifest::member(path, at.manifest(), at.seconds, pipeline.scheme(), &options),
    );
    let (mut receiver, start) = opened?;
    let counts = run_batch(&plan, &inputs, &start, &mut receiver, stop)?;
    receiver.finish(&counts)?.note(&format!(
        "{} documents, {} units, {} failures: {}",
        counts.documents,
        counts.units,
        counts.failures,
        args.out.display()
    ));
    Ok(exit_of(&counts))
}

/// What a run is over: it can be continued with the same only.
fn key(scheme: &Scheme, options: &serde_json::Value, inputs: &Inputs) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(scheme.sha256());
    hash.update(options.to_string());
    for file in inputs.files.iter() {
        hash.update(file.path.as_os_str().as_encoded_bytes());
        hash.update(file.size.to_le_bytes());
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The run was finished before; its manifest tells how.
fn complete(args: &RunArgs) -> Exit {
    let manifest = std::fs::read(args.out.join("manifest.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap_or_default();
    let count = |name: &str| manifest["counts"][name].as_u64().unwrap_or(0);
    let shown = args.out.display();
    Talk::new(&args.input.talk, 0).note(&format!("{shown} is complete already"));
    exit_of(&Counts {
        documents: count("documents"),
        units: count("units"),
        failures: count("failures"),
    })
}

/// The options that the output depends on.
fn options(args: &RunArgs, format: &Format) -> serde_json::Value {
    let input = &args.input;
    let limits = input.limits();
    let paths: Vec<String> = input
        .paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    json!({
        "paths": paths,
        "genre": Genre::from(input.genre).name(),
        "genre_column": input.genre_column,
        "sheet": input.sheet,
        "text_columns": input.text_column,
        "id_column": input.id_column,
        "keep": input.keep,
        "format": format.name,
        "spreadsheet_safe": args.format.spreadsheet_safe,
        "measure": match args.measure.measure() {
            Measure::Shares => "shares",
            Measure::Counts => "counts",
            Measure::Per100Words => "per_100_words",
        },
        "all": args.context.all,
        "window": args.context.window,
        "limits": {
            "file": limits.file,
            "unpacked": limits.unpacked,
            "memory": limits.memory,
            "seconds": limits.time.as_secs(),
        },
    })
}

/// Writes tables and the manifest, and notes how far it has come.
struct RunWriter {
    writer: Writer,
    manifest: Manifest,
    unfinished: Unfinished,
    /// The first error of writing the manifest; reports cannot refuse.
    error: Option<Error>,
}

impl RunWriter {
    /// Opens the files of a run that goes on at `last`.
    fn open(
        unfinished: Unfinished,
        last: Checkpoint,
        format: &'static Format,
        talk: Talk,
        manifest: impl FnOnce(&Path, &Checkpoint) -> Result<Manifest>,
    ) -> Result<(Self, Start)> {
        let folder = unfinished.tables();
        let file = |name: &str| folder.join(format!("{name}.{}", format.name));
        let outputs = (TABLES.iter().enumerate())
            .map(|(n, (_, name))| Output::member(&file(name), last.length(n)))
            .collect::<Result<_>>()?;
        let failures = FailureTable::member(&file("failures"), format, last.length(TABLES.len()))?;
        let manifest = manifest(&folder.join("manifest.json"), &last)?;
        let [documents, units, failed] = last.counts;
        let start = Start {
            position: Position {
                files: last.files,
                pieces: last.pieces,
            },
            counts: Counts {
                documents,
                units,
                failures: failed,
            },
        };
        if start != Start::default() {
            talk.note(&format!("goes on behind {documents} documents"));
        }
        let receiver = Self {
            writer: Writer {
                outputs,
                failures: Some(failures),
                talk,
            },
            manifest,
            unfinished,
            error: None,
        };
        Ok((receiver, start))
    }

    /// Ends all files and puts the folder at its place.
    fn finish(self, counts: &Counts) -> Result<Talk> {
        self.error.map_or(Ok(()), Err)?;
        let Writer {
            outputs,
            failures,
            talk,
        } = self.writer;
        outputs.into_iter().try_for_each(Output::finish)?;
        failures.map_or(Ok(()), FailureTable::finish)?;
        self.manifest.finish(counts)?;
        self.unfinished.finish()?;
        Ok(talk)
    }
}

impl Checkpoint {
    /// Settled bytes of table `n`: those of [`TABLES`], then the failures.
    fn length(&self, n: usize) -> u64 {
        self.lengths.get(n).copied().unwrap_or(0)
    }

    /// Settled bytes of the manifest.
    fn manifest(&self) -> u64 {
        self.length(TABLES.len() + 1)
    }
}

impl AsRef<Talk> for RunWriter {
    fn as_ref(&self) -> &Talk {
        &self.writer.talk
    }
}

impl Receiver for RunWriter {
    fn rows(&mut self, table: usize, bytes: &[u8]) -> Result<()> {
        self.error.take().map_or(Ok(()), Err)?;
        self.writer.rows(table, bytes)
    }

    fn failed(&mut self, failure: &crate::extract::Failure) -> Result<()> {
        self.writer.failed(failure)
    }

    fn read(&mut self, report: InputReport) {
        if let Err(error) = self.manifest.input(&report) {
            self.error.get_or_insert(error);
        }
        self.writer.read(report);
    }

    fn member(&mut self, report: InputReport) {
        self.writer.member(report);
    }

    fn passed_over(&mut self, id: &str) {
        self.writer.passed_over(id);
    }

    fn progress(&mut self, bytes: u64, documents: u64) {
        self.writer.progress(bytes, documents);
    }

    fn settled(&mut self, at: Position, counts: &Counts) -> Result<()> {
        if !self.unfinished.is_due() {
            return Ok(());
        }
        let mut lengths = Vec::new();
        for output in &mut self.writer.outputs {
            lengths.push(output.settle()?);
        }
        if let Some(failures) = &mut self.writer.failures {
            lengths.push(failures.settle()?);
        }
        lengths.push(self.manifest.settle()?);
        self.unfinished.note(&Checkpoint {
            files: at.files,
            pieces: at.pieces,
            counts: [counts.documents, counts.units, counts.failures],
            lengths,
            seconds: self.manifest.seconds(),
            ..Checkpoint::default()
        })
    }
}
