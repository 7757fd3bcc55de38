//! The command line: arguments in, library calls out, exit code.
//!
//! To add a subcommand, write a file with its options and its function, and add a variant and an arm here.
//! This is the only room that prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod evaluate;
mod exit;
mod extractor;
mod failures;
mod gold;
mod lexicon;
mod manifest;
mod options;
mod run;
mod score;
mod talk;
mod unfinished;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{CommandFactory, Parser, Subcommand};

use crate::cli::exit::Exit;
use crate::error::{ErrorKind, Result};

/// Tags every sentence with the language of leadership and of management, by lexicons that people can read.
///
/// Reads job descriptions, employee reviews and performance reviews: text and Markdown files, tables (CSV, TSV,
/// JSON Lines), folders of them. Writes CSV: documents, sentences, and the very words that are the evidence.
/// Each row of one table is a sum over rows of the next.
#[derive(Debug, Parser)]
#[command(name = "leadager", version, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  leadager score ads/ --genre job                    one row per document
  leadager tag reviews.csv --genre review \\
      --text-column pros --text-column cons          one row per sentence
  leadager kwic ads/ --all                           every match, and why some do not count
  leadager run ads/ --out results/                   all tables, failures, a manifest
  leadager lexicon show vision                       what the words are

Exit codes: 0 all inputs scored; 1 some failed and were reported; 2 nothing was scored.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Score documents: one row per document
    #[command(after_help = "\
Examples:
  leadager score samples/jobs --genre job
  leadager score ad.txt
  cat ad.txt | leadager score -
  leadager score reviews.csv --genre review --id-column id --keep company,rating -o scores.csv
  leadager score ads/ --per-100-words

Columns: docs/columns.md. Measures and their sources: docs/measures.md.")]
    Score(score::ScoreArgs),
    /// Tag sentences: one row per sentence, bullet, heading
    #[command(after_help = "\
Examples:
  leadager tag ad.txt
  leadager tag reviews.csv --genre review --text-column pros --text-column cons --keep rating
  leadager tag ads/ -o sentences.csv")]
    Tag(score::TagArgs),
    /// List matches in their context: one row per match
    #[command(after_help = "\
Examples:
  leadager kwic ad.txt
  leadager kwic ads/ --window 5 -o matches.tsv
  leadager kwic ad.txt --all      also matches that do not count, and why")]
    Kwic(score::KwicArgs),
    /// Write all tables in one pass into a new folder, with failures and a manifest
    #[command(after_help = "\
Examples:
  leadager run samples/jobs --genre job --out results
  leadager run reviews.csv --genre review --id-column id --keep company --out results

Writes documents, sentences, matches and failures (CSV unless --format says otherwise) and manifest.json: version,
lexicon, options, inputs with their SHA-256. Two runs with the same manifest give the same bytes.")]
    Run(run::RunArgs),
    /// Measure agreement with labels that people gave
    #[command(after_help = "\
Examples:
  leadager evaluate gold.csv
  leadager evaluate gold.csv --by kind --errors errors.csv

GOLD is a table with a text column and one column per category: empty, p (present) or l (lacking); or 0 and 1.")]
    Evaluate(evaluate::EvaluateArgs),
    /// Work on lexicons
    Lexicon(lexicon::LexiconCommand),
    /// Extract for another process of this program
    #[command(hide = true)]
    Extractor(extractor::ExtractorArgs),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  leadager completions bash > ~/.local/share/bash-completion/completions/leadager"
    )]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// Runs the program with the arguments it was started with.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help on a closed pipe is no error either.
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Nothing.into()
            } else {
                Exit::Success.into()
            };
        }
    };
    let stop = match cli.command {
        // It ends with its parent.
        Command::Extractor(_) => Arc::default(),
        _ => stop_on_interrupt(),
    };
    match run_command(&cli.command, &stop) {
        Ok(exit) => exit.into(),
        Err(error) if error.is_closed_pipe() => Exit::Success.into(),
        Err(error) => {
            eprintln!("leadager: {error}");
            match error.kind() {
                ErrorKind::Interrupted => Exit::Interrupted.into(),
                _ => Exit::Nothing.into(),
            }
        }
    }
}

fn run_command(command: &Command, stop: &AtomicBool) -> Result<Exit> {
    match command {
        Command::Score(args) => score::score(args, stop),
        Command::Tag(args) => score::tag(args, stop),
        Command::Kwic(args) => score::kwic(args, stop),
        Command::Run(args) => run::run(args, stop),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Lexicon(command) => lexicon::run(command),
        Command::Extractor(args) => Ok(extractor::run(args)),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "leadager", &mut script);
            print(&script)?;
            Ok(Exit::Success)
        }
    }
}

/// Writes `bytes` to the standard output.
fn print(bytes: &[u8]) -> Result<()> {
    let mut output = crate::sink::file::Output::stdout();
    output.write(bytes)?;
    output.finish()
}

/// A flag that is set when the user asks to stop; asked twice, or after two
/// seconds, the program ends at once.
fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    // Without a handler the program can still be killed; only its temporary files stay then.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
        // Whoever waits for a pipe does not look at the flag.
        std::thread::spawn(|| {
            std::thread::sleep(std::time::Duration::from_secs(2));
            std::process::exit(130);
        });
    });
    stop
}
