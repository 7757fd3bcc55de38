//! `lexicon`: work on lexicons.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::cli::exit::Exit;
use crate::cli::options::OutputArgs;
use crate::error::{Error, Result};
use crate::examples;
use crate::lexicon::format::{formatted, is_formatted};
use crate::lexicon::model::{Expect, Genres, Lexicon, Term, TermPolarity};
use crate::lexicon::show::surface_forms;
use crate::lexicon::{SourceFile, builtin, decoded, file_paths, read, read_file};
use crate::pipeline::Pipeline;
use crate::record::Field;
use crate::sink::file::Output;
use crate::sink::traits::Sink;
use crate::text::document::Genre;

/// Options of `lexicon`.
#[derive(Debug, Args)]
pub(crate) struct LexiconCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say whether a lexicon is good, and run its examples
    #[command(after_help = "\
Examples:
  leadager lexicon check lexicons/
  leadager lexicon check mine.toml

A mistake is shown with its place, its line and what to do (exit code 2). Examples that do not hold are listed
(exit code 1).")]
    Check {
        /// A lexicon file or folder [default: the built-in one]
        #[arg(value_name = "PATH")]
        path: Option<PathBuf>,
        /// The same, spelt as for the other commands
        #[arg(long, value_name = "PATH", conflicts_with = "path")]
        lexicon: Option<PathBuf>,
    },
    /// Print every surface form that each term stands for
    #[command(after_help = "\
Examples:
  leadager lexicon show
  leadager lexicon show vision change
  leadager lexicon show lexicons/ -o forms.csv

British and American spellings are listed one by one; ~n is a gap of up to n words.")]
    Show(ShowArgs),
    /// Rewrite lexicon files in the one form: sorted terms, keys in order, one term a line
    #[command(after_help = "\
Examples:
  leadager lexicon fmt lexicons/
  leadager lexicon fmt mine.toml --check
  leadager lexicon fmt - < mine.toml

Prints the files that change. What a lexicon says stays the same, and so do comments. If one of the files is not
TOML, nothing is written (exit code 2). The form: docs/lexicon-format.md.")]
    Fmt(FmtArgs),
}

#[derive(Debug, Args)]
struct FmtArgs {
    /// Lexicon files or folders; - reads the standard input and writes to the standard output
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Change nothing; list the files that would change, and end with exit code 1 if there are any
    #[arg(long)]
    check: bool,
}

#[derive(Debug, Args)]
struct ShowArgs {
    /// A lexicon file or folder [default: the built-in one], and names of categories to show [default: all]
    #[arg(value_name = "PATH|CATEGORY")]
    what: Vec<String>,
    /// A lexicon file or folder
    #[arg(long, value_name = "PATH")]
    lexicon: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

/// Runs `lexicon`.
pub(crate) fn run(command: &LexiconCommand) -> Result<Exit> {
    match &command.action {
        Action::Check { path, lexicon } => check(path.as_deref().or(lexicon.as_deref())),
        Action::Show(args) => show(args),
        Action::Fmt(args) => fmt(args),
    }
}

fn load(path: Option<&Path>) -> Result<Lexicon> {
    path.map_or_else(builtin, read)
}

fn check(path: Option<&Path>) -> Result<Exit> {
    let lexicon = &load(path)?;
    let pipeline = Pipeline::new(lexicon);
    for warning in &lexicon.warnings {
        eprintln!("leadager: warning: {warning}");
    }
    let failed = examples::failing(lexicon, &pipeline);
    for failed in &failed {
        eprintln!(
            "leadager: {}: this example does not hold: {:?}",
            failed.example.place, failed.example.text
        );
        eprintln!("  expected: {}", expected(failed.example.expect));
        eprintln!("  found: {}", failed.found);
    }
    let (categories, terms) = (lexicon.categories.len(), lexicon.terms.len());
    let (guards, all) = (lexicon.guards.len(), lexicon.examples.len());
    let held = all - failed.len();
    let line = format!(
        "{categories} categories, {terms} terms, {guards} guards; {held} of {all} examples hold\n"
    );
    super::print(line.as_bytes())?;
    Ok(if failed.is_empty() {
        Exit::Success
    } else {
        Exit::SomeFailed
    })
}

fn expected(expect: Expect) -> &'static str {
    match expect {
        Expect::Present => "it counts, as present",
        Expect::Lacking => "it counts, as lacking",
        Expect::Nothing => "it does not count",
        Expect::Guarded => "the guard holds for some term",
        Expect::Turned => "the cue turns the polarity of some term",
    }
}

fn show(args: &ShowArgs) -> Result<Exit> {
    let (paths, names): (Vec<&String>, Vec<&String>) =
        args.what.iter().partition(|what| Path::new(what).exists());
    let path = match (&args.lexicon, &paths[..]) {
        (Some(path), []) => Some(path.as_path()),
        (None, []) => None,
        (None, [path]) => Some(Path::new(path)),
        _ => return Err(Error::usage("give one lexicon only")),
    };
    let lexicon = load(path)?;
    if let Some(unknown) = names
        .iter()
        .find(|name| lexicon.categories.iter().all(|c| c.name != ***name))
    {
        let known: Vec<&str> = lexicon.categories.iter().map(|c| c.name.as_str()).collect();
        let known = known.join(", ");
        return Err(Error::usage(format!(
            "`{unknown}` is neither a path nor a category; categories: {known}"
        )));
    }
    let (format, mut output) = args.output.open()?;
    let columns = [
        "category", "facet", "term", "weight", "polarity", "genre", "form",
    ]
    .map(str::to_owned);
    let mut sink = format.open(&columns, args.output.format.spreadsheet_safe);
    sink.header();
    for term in &lexicon.terms {
        let category = &lexicon.categories[usize::from(term.category.0)].name;
        if names.is_empty() || names.contains(&category) {
            show_term(&lexicon, term, &mut *sink);
            output.write(&sink.take())?;
        }
    }
    output.write(&sink.take())?;
    output.finish()?;
    Ok(Exit::Success)
}

fn show_term(lexicon: &Lexicon, term: &Term, sink: &mut dyn Sink) {
    let category = &lexicon.categories[usize::from(term.category.0)];
    let facet = category
        .facets
        .get(usize::from(term.facet))
        .map_or("", String::as_str);
    let polarity = match term.polarity {
        TermPolarity::Normal => "",
        TermPolarity::Lacking => "lacking",
        TermPolarity::Present => "present",
    };
    let genres = genres(term.genres);
    for form in surface_forms(term) {
        for text in [&category.name, facet, &term.text] {
            sink.field(Field::or_missing(text));
        }
        sink.field(Field::Number(term.weight));
        for text in [polarity, &genres, &form] {
            sink.field(Field::or_missing(text));
        }
        sink.end_record();
    }
}

/// Formats all before it writes any, so that a mistake in one file leaves the others as they were.
fn fmt(args: &FmtArgs) -> Result<Exit> {
    let (mut changed, mut listed) = (Vec::new(), String::new());
    for path in &args.paths {
        for (path, file) in files(path)? {
            match path {
                None if !args.check => super::print(formatted(&file)?.as_bytes())?,
                _ if is_formatted(&file)? => {}
                path => {
                    listed += &format!("{}\n", file.path);
                    changed.push((path, formatted(&file)?));
                }
            }
        }
    }
    if args.check && !changed.is_empty() {
        super::print(listed.as_bytes())?;
        eprintln!("leadager: not in the one form; `leadager lexicon fmt PATH` rewrites them");
        return Ok(Exit::SomeFailed);
    }
    for (path, text) in &changed {
        if let Some(path) = path {
            let mut output = Output::file(path)?;
            output.write(text.as_bytes())?;
            output.finish()?;
        }
    }
    super::print(listed.as_bytes())?;
    Ok(Exit::Success)
}

/// The lexicon files at `path` and where they are; the standard input is nowhere.
fn files(path: &Path) -> Result<Vec<(Option<PathBuf>, SourceFile)>> {
    if path.as_os_str() == "-" {
        return Ok(vec![(None, standard_input()?)]);
    }
    let files = file_paths(path)?.into_iter();
    let read = |path: PathBuf| read_file(&path).map(|file| (Some(path), file));
    files.map(read).collect()
}

fn standard_input() -> Result<SourceFile> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(|error| Error::input("stdin", "read", format!("cannot read: {error}")))?;
    decoded("stdin".to_owned(), bytes)
}

/// The genres of a term, joined by `;`; empty for all.
fn genres(genres: Genres) -> String {
    if genres == Genres::ALL {
        return String::new();
    }
    let listed = Genre::NAMES
        .iter()
        .filter(|(_, genre)| genres.contains(*genre));
    listed.map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}
