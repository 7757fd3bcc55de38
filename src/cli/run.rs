//! `run`: one pass, all tables into a new folder, with failures and a manifest.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use clap::Args;
use serde_json::json;

use crate::batch::{InputReport, Plan, Receiver, TablePlan};
use crate::cli::exit::Exit;
use crate::cli::failures::FailureTable;
use crate::cli::manifest::Manifest;
use crate::cli::options::{FormatArgs, InputArgs};
use crate::cli::score::{ContextArgs, MeasureArgs, Writer, exit_of, run as run_batch};
use crate::cli::talk::Talk;
use crate::error::{Error, Result};
use crate::record::{Layout, Measure, Table};
use crate::sink::file::Output;
use crate::sink::{FORMATS, Format};
use crate::text::document::Genre;
use crate::walk::walk;

/// Options of `run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    input: InputArgs,
    /// The folder to write; it must not exist yet, and appears when all is written
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
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
    let folder = Folder::create(&args.out)?;
    let format = args.format.format.unwrap_or(&FORMATS[0]);
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
        threads: args.input.threads(),
        hashes: true,
    };
    let file = |name: &str| folder.path().join(format!("{name}.{}", format.name));
    let outputs = TABLES
        .iter()
        .map(|(_, name)| Output::file(&file(name)))
        .collect::<Result<_>>()?;
    let manifest = folder.path().join("manifest.json");
    let mut receiver = RunWriter {
        writer: Writer {
            outputs,
            failures: Some(FailureTable::create(&file("failures"))?),
            talk: Talk::new(&args.input.talk, inputs.files.bytes()),
        },
        manifest: Manifest::create(&manifest, pipeline.lexicon(), &options(args, format))?,
        error: None,
    };
    let counts = run_batch(&plan, &inputs, &mut receiver, stop)?;
    let RunWriter {
        writer,
        manifest,
        error,
    } = receiver;
    error.map_or(Ok(()), Err)?;
    writer.outputs.into_iter().try_for_each(Output::finish)?;
    writer.failures.map_or(Ok(()), FailureTable::finish)?;
    manifest.finish(&counts)?;
    folder.finish()?;
    writer.talk.note(&format!(
        "{} documents, {} units, {} failures: {}",
        counts.documents,
        counts.units,
        counts.failures,
        args.out.display()
    ));
    Ok(exit_of(&counts))
}

/// The options that the output depends on.
fn options(args: &RunArgs, format: &Format) -> serde_json::Value {
    let input = &args.input;
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
    })
}

/// Writes tables and the manifest.
struct RunWriter {
    writer: Writer,
    manifest: Manifest,
    /// The first error of writing the manifest; reports cannot refuse.
    error: Option<Error>,
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
}

/// A folder that is complete or absent: made under another name beside its place and renamed.
struct Folder {
    target: PathBuf,
    temporary: tempfile::TempDir,
}

impl Folder {
    fn create(target: &Path) -> Result<Self> {
        let shown = target.display();
        let empty = target
            .read_dir()
            .is_ok_and(|mut entries| entries.next().is_none());
        if target.exists() && !empty {
            let help = "give the name of a new folder, or remove it first";
            return Err(Error::usage(format!("{shown} exists already: {help}")));
        }
        let parent = match target.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let temporary = tempfile::Builder::new()
            .prefix(".leadager-")
            .suffix(".partial")
            .tempdir_in(parent)
            .map_err(|error| Error::output(shown.to_string(), error))?;
        Ok(Self {
            target: target.to_owned(),
            temporary,
        })
    }

    fn path(&self) -> &Path {
        self.temporary.path()
    }

    fn finish(self) -> Result<()> {
        let fail = |error| Error::output(self.target.display().to_string(), error);
        #[cfg(unix)]
        {
            // A temporary folder is for its owner alone; a result is not.
            use std::os::unix::fs::PermissionsExt;
            let rights = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(self.path(), rights).map_err(fail)?;
        }
        std::fs::rename(self.path(), &self.target).map_err(fail)?;
        let _ = self.temporary.keep();
        Ok(())
    }
}
