//! Options that several commands share, and what they mean to the library.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::builtin;
use crate::cli::extractor;
use crate::error::{Error, Result};
use crate::extract::SheetOptions;
use crate::extract::extractor::Isolation;
use crate::extract::limits::Limits;
use crate::extract::rows::TableOptions;
use crate::lexicon;
use crate::pipeline::Pipeline;
use crate::sink;
use crate::text::document::Genre;

/// What kind of text it is, as typed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum GenreArg {
    /// Job descriptions and advertisements
    Job,
    /// Reviews of employers
    Review,
    /// Performance reviews of employees
    Performance,
    /// Not known, or mixed
    #[default]
    Any,
}

impl From<GenreArg> for Genre {
    fn from(genre: GenreArg) -> Self {
        match genre {
            GenreArg::Job => Self::Job,
            GenreArg::Review => Self::Review,
            GenreArg::Performance => Self::Performance,
            GenreArg::Any => Self::Any,
        }
    }
}

/// Which lexicon.
#[derive(Debug, Clone, Args)]
pub(crate) struct LexiconArgs {
    /// A lexicon file or folder [default: the built-in one]
    #[arg(long, value_name = "PATH")]
    pub(crate) lexicon: Option<PathBuf>,
}

impl LexiconArgs {
    /// The pipeline, for as long as the program runs: to free it would only delay the end.
    pub(crate) fn pipeline(&self) -> Result<&'static Pipeline> {
        let pipeline = match &self.lexicon {
            Some(path) => Pipeline::new(&lexicon::read(path)?),
            None => builtin::pipeline()?,
        };
        Ok(Box::leak(Box::new(pipeline)))
    }
}

/// What is read.
#[derive(Debug, Clone, Args)]
pub(crate) struct InputArgs {
    /// Files, folders (read recursively), or - for the standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) lexicon: LexiconArgs,

    /// What kind of text it is; guards depend on it
    #[arg(long, value_enum, default_value_t, hide_possible_values = false)]
    pub(crate) genre: GenreArg,

    /// The column of a table that names the genre of each row
    #[arg(long, value_name = "NAME", help_heading = "Tables")]
    pub(crate) genre_column: Option<String>,

    /// A column of a table that holds text; give it again for several, each of which is a document of its
    /// own [default: columns that plainly hold text]
    #[arg(long, value_name = "NAME", help_heading = "Tables")]
    pub(crate) text_column: Vec<String>,

    /// The sheet of a workbook to read, by its name or its number from 1 [default: the first that has rows]
    #[arg(long, value_name = "SHEET", help_heading = "Tables")]
    pub(crate) sheet: Option<String>,

    /// The column of a table that names the document [default: PATH#ROW]
    #[arg(long, value_name = "NAME", help_heading = "Tables")]
    pub(crate) id_column: Option<String>,

    /// Columns of a table to carry over into the output
    #[arg(
        long,
        value_name = "NAME,...",
        value_delimiter = ',',
        help_heading = "Tables"
    )]
    pub(crate) keep: Vec<String>,

    /// The largest document that is read as a whole; plain text and tables know no such limit [default: 64]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..=1 << 20), help_heading = "Limits of one document")]
    pub(crate) max_file: Option<u64>,

    /// The most that a document may hold when it is unpacked [default: 256]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..=1 << 20), help_heading = "Limits of one document")]
    pub(crate) max_unpacked: Option<u64>,

    /// The longest that extraction may take [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400), help_heading = "Limits of one document")]
    pub(crate) max_time: Option<u64>,

    /// The most memory that extraction may take; each thread has its own [default: 1024]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(64..=1 << 20), help_heading = "Limits of one document")]
    pub(crate) max_memory: Option<u64>,

    /// The most pages that a PDF may have [default: 20000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Limits of one document")]
    pub(crate) max_pages: Option<u32>,

    /// Threads that work; the output is the same whatever the number [default: all cores]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) threads: Option<u16>,

    #[command(flatten)]
    pub(crate) talk: TalkArgs,
}

impl InputArgs {
    pub(crate) fn rows(&self) -> TableOptions {
        TableOptions {
            text_columns: self.text_column.clone(),
            id_column: self.id_column.clone(),
            genre_column: self.genre_column.clone(),
            keep: self.keep.clone(),
            genre: self.genre.into(),
        }
    }

    pub(crate) fn sheet(&self) -> SheetOptions {
        SheetOptions {
            sheet: self.sheet.clone(),
            columns: Some(self.rows()),
        }
    }

    /// What one document may ask for.
    pub(crate) fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            file: self.max_file.map_or(default.file, |size| size << 20),
            unpacked: self
                .max_unpacked
                .map_or(default.unpacked, |size| size << 20),
            memory: self.max_memory.map_or(default.memory, |size| size << 20),
            pages: self.max_pages.map_or(default.pages, |pages| pages as usize),
            time: self.max_time.map_or(default.time, Duration::from_secs),
            ..default
        }
    }

    /// Where text is extracted: in a child that runs this program.
    pub(crate) fn isolation(&self) -> Result<Isolation> {
        extractor::isolation(self.limits().memory)
    }

    pub(crate) fn threads(&self) -> usize {
        self.threads.map_or(0, usize::from)
    }
}

/// When there is a progress bar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    /// Where the standard error is a terminal
    #[default]
    Auto,
    /// Not at all
    Never,
}

/// How much is said on the standard error.
#[derive(Debug, Clone, Args)]
pub(crate) struct TalkArgs {
    /// When to show a progress bar
    #[arg(long, value_enum, default_value_t)]
    pub(crate) progress: Progress,

    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say more: files that were passed over, encodings
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// Where one table goes and how it is written.
#[derive(Debug, Clone, Args)]
pub(crate) struct OutputArgs {
    /// Write there, complete or not at all [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) format: FormatArgs,
}

/// In which format tables are written.
#[derive(Debug, Clone, Args)]
pub(crate) struct FormatArgs {
    /// Format of the output: csv, tsv or jsonl [default: by the extension of FILE, else csv]
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub(crate) format: Option<&'static sink::Format>,

    /// Put an apostrophe before texts that a spreadsheet would run as a formula (=, +, -, @)
    #[arg(long)]
    pub(crate) spreadsheet_safe: bool,
}

fn format(name: &str) -> std::result::Result<&'static sink::Format, String> {
    sink::Format::of(name).ok_or_else(|| {
        let names: Vec<&str> = sink::FORMATS.iter().map(|format| format.name).collect();
        format!("known formats: {}", names.join(", "))
    })
}

impl OutputArgs {
    /// The format, and where it goes.
    pub(crate) fn open(&self) -> Result<(&'static sink::Format, sink::file::Output)> {
        let by_name = self
            .output
            .as_ref()
            .and_then(|path| sink::Format::of(path.extension()?.to_str()?));
        let format = self.format.format.or(by_name).unwrap_or(&sink::FORMATS[0]);
        let output = match &self.output {
            Some(path) => sink::file::Output::file(path)?,
            None => sink::file::Output::stdout(),
        };
        Ok((format, output))
    }
}

/// An error for paths that hold nothing to read.
pub(crate) fn nothing_to_read(skipped: usize) -> Error {
    Error::usage(match skipped {
        0 => "no files to read there".to_owned(),
        n => format!("no files to read there; {n} of unknown type passed over (-v lists them)"),
    })
}
