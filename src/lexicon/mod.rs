//! Lexicons: what they are and how they are read and refused.
//!
//! **In:** a folder of TOML files, one file, or the files built into the program. **Out:**
//! [`Lexicon`], or the first mistake with its place. `docs/lexicon-format.md` is the specification.
//!
//! ```text
//! files ──toml──▶ tables ──entries, contexts, settings──▶ entries ──build, check──▶ Lexicon
//!                            │ pattern: inflect, spelling; expression
//! file ──format──▶ the same file in the one form
//! ```
//!
//! One decision lives here: which file of a folder holds what.

mod build;
mod builtin;
mod check;
mod checksum;
mod contexts;
mod entries;
mod expression;
pub mod format;
mod inflect;
mod keys;
pub mod model;
mod names;
mod nearest;
mod pattern;
pub mod scheme;
mod settings;
pub mod show;
mod source;
mod spelling;
mod toml;
mod wordbook;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::error::{Error, Mistake, Result};
use crate::lexicon::build::Entries;
use crate::lexicon::checksum::Checksum;
use crate::lexicon::contexts::CueFile;
use crate::lexicon::model::Lexicon;
use crate::lexicon::settings::Settings;
use crate::lexicon::source::Source;
pub use crate::lexicon::source::SourceFile;
use crate::lexicon::toml::Table;
use crate::lexicon::wordbook::Wordbook;
use crate::span::Position;

/// The file of name, version, order and norms.
const SETTINGS: &str = "lexicon.toml";

/// Reads a lexicon: a folder of TOML files, or one file that holds a category.
///
/// Folders inside the folder and files with another extension than `.toml` are passed over.
///
/// # Errors
///
/// If there is nothing at the path, if the folder holds no category, if a file cannot be read or is
/// not UTF-8, and for every mistake that `docs/lexicon-format.md` lists. A mistake names file,
/// line and column.
pub fn read(path: &Path) -> Result<Lexicon> {
    parse(&read_files(path)?)
}

/// The files that make up the lexicon at `path`, sorted by name.
///
/// # Errors
///
/// If there is nothing at the path, or a file cannot be read or is not UTF-8.
pub fn read_files(path: &Path) -> Result<Vec<SourceFile>> {
    file_paths(path)?
        .iter()
        .map(|path| read_file(path))
        .collect()
}

/// Where the files of the lexicon at `path` are, sorted by name.
///
/// # Errors
///
/// If there is nothing at the path, or a folder without a file `*.toml`.
pub fn file_paths(path: &Path) -> Result<Vec<PathBuf>> {
    let shown = path.to_string_lossy();
    let failed = |error: &std::io::Error| {
        Error::input(
            shown.as_ref(),
            "open",
            format!("cannot read the lexicon: {error}"),
        )
    };
    let metadata = std::fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::input(
            shown.as_ref(),
            "open",
            "there is no such lexicon: no file or folder of that name",
        ),
        _ => failed(&error),
    })?;
    if metadata.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|error| failed(&error))? {
        let path = entry.map_err(|error| failed(&error))?.path();
        if path.is_file() && is_lexicon_file(&path) {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(Error::input(
            shown.as_ref(),
            "read",
            "the folder holds no lexicon: there is no file `*.toml`",
        ));
    }
    files.sort();
    Ok(files)
}

/// True for `*.toml` that is not hidden.
fn is_lexicon_file(path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with('.'));
    let extension = path.extension();
    !hidden && extension.is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
}

/// The file at `path`.
///
/// # Errors
///
/// If it cannot be read or is not UTF-8.
pub fn read_file(path: &Path) -> Result<SourceFile> {
    let shown = path.to_string_lossy().replace('\\', "/");
    let bytes = std::fs::read(path)
        .map_err(|error| Error::input(shown.as_str(), "read", format!("cannot read: {error}")))?;
    decoded(shown, bytes)
}

/// The file of a lexicon that is shown as `path` and holds `bytes`.
///
/// # Errors
///
/// If they are not UTF-8.
pub fn decoded(path: String, bytes: Vec<u8>) -> Result<SourceFile> {
    match String::from_utf8(bytes) {
        Ok(content) => Ok(SourceFile::new(path, content)),
        Err(error) => {
            Err(not_utf8(path, error.utf8_error().valid_up_to(), error.as_bytes()).into())
        }
    }
}

/// The mistake at the first byte that is not UTF-8.
fn not_utf8(path: String, at: usize, bytes: &[u8]) -> Mistake {
    let good = String::from_utf8_lossy(&bytes[..at]);
    let position = Position::of(&good, good.len());
    let line_start = bytes[..at]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |i| i + 1);
    let line_end = bytes[at..]
        .iter()
        .position(|&b| b == b'\n')
        .map_or(bytes.len(), |i| at + i);
    Mistake {
        path,
        position,
        line: String::from_utf8_lossy(&bytes[line_start..line_end])
            .trim_end()
            .to_owned(),
        problem: format!(
            "byte {at} (0x{:02X}) is not UTF-8",
            bytes.get(at).copied().unwrap_or_default()
        ),
        help: "save the file as UTF-8".to_owned(),
    }
}

/// The built-in lexicon.
///
/// # Errors
///
/// None in a program that was tested. Terms that stand twice and broken expressions are looked for by a test and not here,
/// where everyone would wait for it.
pub fn builtin() -> Result<Lexicon> {
    read_sources(&builtin_files(), true)
}

/// The files of the built-in lexicon.
pub fn builtin_files() -> Vec<SourceFile> {
    builtin::FILES
        .iter()
        .map(|(name, content)| SourceFile::new(format!("built-in/{name}"), *content))
        .collect()
}

/// Reads a lexicon from the contents of its files. Their order changes nothing.
///
/// # Errors
///
/// If no file holds a category, and for every mistake that `docs/lexicon-format.md` lists.
pub fn parse(files: &[SourceFile]) -> Result<Lexicon> {
    read_sources(files, false)
}

fn read_sources(files: &[SourceFile], tested: bool) -> Result<Lexicon> {
    let mut sorted: Vec<&SourceFile> = files.iter().collect();
    sorted.sort_by_key(|file| (file.name(), &file.path));
    let words = Rc::new(Wordbook::default());
    let source = |file: &SourceFile| Source::new(file, &words).tested(tested);
    let mut sources: Vec<Source> = sorted.iter().map(|file| source(file)).collect();
    let borrowed = !sorted.iter().any(|file| file.name() == builtin::CUES);
    if borrowed {
        let cues = builtin_files()
            .into_iter()
            .filter(|file| file.name() == builtin::CUES);
        sources.extend(cues.map(|file| source(&file)));
    }
    let trees = sources
        .iter()
        .map(toml::parse)
        .collect::<Result<Vec<_>>>()?;
    let mut entries = Entries {
        categories: Vec::new(),
        guards: Vec::new(),
        cues: CueFile::default(),
        settings: Settings::default(),
        tested,
    };
    refuse_doubles(&sources)?;
    for (source, tree) in sources.iter().zip(&trees) {
        add_file(&mut entries, source.name(), Table::root(source, tree))?;
    }
    if borrowed {
        // The examples of borrowed cues speak of the built-in terms.
        entries.cues = entries.cues.without_examples();
    }
    if entries.categories.is_empty() {
        let path = sorted.first().map_or("lexicon", |file| &file.path);
        let reason = "the lexicon holds no category: write one file `*.toml` for each";
        return Err(Error::input(path, "read", reason));
    }
    build::build(entries, default_name(&sorted), Checksum::of(&sorted))
}

/// Reads one file into the entries. Its name says what it holds.
fn add_file<'a>(entries: &mut Entries<'a>, name: &str, table: Table<'a>) -> Result<()> {
    match name {
        SETTINGS => entries.settings = settings::settings(table)?,
        builtin::CUES => entries.cues = contexts::cues(table)?,
        _ if name == "guards.toml" || name.starts_with("guards-") => {
            entries.guards.extend(contexts::guards(table)?);
        }
        _ => entries.categories.push(entries::category(table)?),
    }
    Ok(())
}

/// Refuses a second file of settings or of cues (from another folder).
fn refuse_doubles(sources: &[Source]) -> Result<()> {
    for single in [SETTINGS, builtin::CUES] {
        if let Some(second) = sources
            .iter()
            .filter(|source| source.name() == single)
            .nth(1)
        {
            let problem = format!("a second file `{single}`");
            return Err(second.refuse(0, problem, "a lexicon has one: join them"));
        }
    }
    Ok(())
}

/// What a lexicon without a name is called: its folder, or its only file.
fn default_name<'a>(files: &[&'a SourceFile]) -> &'a str {
    let Some(first) = files.first() else {
        return "lexicon";
    };
    let folder = first
        .path
        .rsplit(['/', '\\'])
        .nth(1)
        .filter(|name| !name.is_empty());
    match files {
        [only] => only.name().trim_end_matches(".toml"),
        _ => folder.unwrap_or("lexicon"),
    }
}
