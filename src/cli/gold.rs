//! The table of labels that `evaluate` reads.
//!
//! **In:** a table that people labelled. **Out:** its rows, and which columns hold what. **Unit:**
//! rows. The decision that lives here: which columns are taken where nobody says.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::cli::extractor::isolation;
use crate::cli::options::GenreArg;
use crate::error::{Error, Result};
use crate::extract::extractor::{Extractor, SheetInput};
use crate::extract::limits::Limits;
use crate::extract::rows::{RowDocument, Syntax, TableOptions};
use crate::extract::table::TableReader;
use crate::extract::{Failure, Format, Kind, SheetOptions, io_reason};
use crate::lexicon::scheme::Scheme;

/// Which table it is, and its columns.
#[derive(Debug, Args)]
pub(crate) struct GoldArgs {
    /// A table with a text column and one column per category: empty, p (present) or l (lacking); or 0 and 1
    #[arg(value_name = "GOLD")]
    pub(crate) gold: PathBuf,
    /// What kind of text it is [default: the column `genre` or `kind` where there is one, else any]
    #[arg(long, value_enum)]
    pub(crate) genre: Option<GenreArg>,
    /// The column that names the genre of each row
    #[arg(long, value_name = "NAME", conflicts_with = "genre")]
    pub(crate) genre_column: Option<String>,
    /// The column that holds the text [default: one that plainly does]
    #[arg(long, value_name = "NAME")]
    pub(crate) text_column: Option<String>,
    /// The sheet of a workbook, by name or by number from 1 [default: the first that holds a table]
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
    /// The column that names the row [default: `id` where there is one]
    #[arg(long, value_name = "NAME")]
    pub(crate) id_column: Option<String>,
    /// Report each value of this column by itself too
    #[arg(long, value_name = "COLUMN")]
    pub(crate) by: Option<String>,
}

/// How the gold table is read.
pub(crate) struct Gold {
    format: &'static Format,
    pub(crate) options: TableOptions,
    /// For each category of the lexicon the place of its column in `keep`.
    pub(crate) labels: Vec<Option<usize>>,
    /// The place of `--by` in `keep`.
    pub(crate) by: Option<usize>,
    pub(crate) note: String,
}

impl Gold {
    /// Looks at the columns of the table and settles which are read.
    pub(crate) fn plan(args: &GoldArgs, scheme: &Scheme) -> Result<Self> {
        let format = Format::of_path(&args.gold).unwrap_or_else(|| Format::of_content(b""));
        let mut options = TableOptions {
            text_columns: args.text_column.iter().cloned().collect(),
            ..TableOptions::default()
        };
        let schema = open(args, format, &options)?.schema();
        let listed = |name: &str| {
            schema
                .columns()
                .iter()
                .find(|c| c.eq_ignore_ascii_case(name))
                .cloned()
        };
        options.text_columns = schema.text_columns().map(str::to_owned).collect();
        options.id_column = args.id_column.clone().or_else(|| listed("id"));
        options.genre = args.genre.unwrap_or_default().into();
        if args.genre.is_none() {
            options.genre_column = args
                .genre_column
                .clone()
                .or_else(|| listed("genre"))
                .or_else(|| listed("kind"));
        }
        let mut labels = Vec::new();
        for category in &scheme.categories {
            labels.push(listed(&category.name).map(|column| {
                options.keep.push(column);
                options.keep.len() - 1
            }));
        }
        if options.keep.is_empty() {
            let names: Vec<&str> = scheme.categories.iter().map(|c| c.name.as_str()).collect();
            return Err(Error::usage(format!(
                "{}: no column is named after a category ({}); its columns are {}",
                args.gold.display(),
                names.join(", "),
                schema.columns().join(", ")
            )));
        }
        let by = args.by.as_ref().map(|by| {
            options.keep.push(by.clone());
            options.keep.len() - 1
        });
        let note = note(&options);
        Ok(Self {
            format,
            options,
            labels,
            by,
            note,
        })
    }

    /// Hands every row to `visit`; returns the rows that cannot be read.
    pub(crate) fn read(
        &self,
        args: &GoldArgs,
        visit: &mut dyn FnMut(RowDocument<'_>),
    ) -> Result<Vec<Failure>> {
        let mut table = open(args, self.format, &self.options)?;
        let mut failures = Vec::new();
        let schema = table.schema();
        while let Some(block) = table.next_block()? {
            schema.rows(&block, visit, &mut |failure| failures.push(failure));
        }
        Ok(failures)
    }
}

fn note(options: &TableOptions) -> String {
    let genre = match &options.genre_column {
        Some(column) => format!("genre from column `{column}`"),
        None => format!("genre {}", options.genre.name()),
    };
    format!(
        "text from column `{}`, {genre}",
        options.text_columns.join("`, `")
    )
}

/// The table of labels; what is no workbook or its like is taken for rows of text.
fn open(args: &GoldArgs, format: &'static Format, options: &TableOptions) -> Result<TableReader> {
    let path = args.gold.display().to_string();
    let file = std::fs::File::open(&args.gold)
        .map_err(|error| Error::input(&path, "open", io_reason(&error)))?;
    match format.kind {
        Kind::Sheet(_, syntax) => TableReader::open(sheet(args, format)?, &path, syntax, options),
        Kind::Table(syntax) => TableReader::open(Box::new(file), &path, syntax, options),
        Kind::Text | Kind::Whole(_) => {
            TableReader::open(Box::new(file), &path, Syntax::Delimited(None), options)
        }
    }
}

/// The rows of a workbook or its like, read within the usual limits.
fn sheet(args: &GoldArgs, format: &'static Format) -> Result<Box<dyn Read + Send>> {
    let limits = Limits::default();
    let extractor = Extractor::new(&isolation(limits.memory)?, limits);
    let sheet = SheetOptions {
        sheet: args.sheet.clone(),
        columns: None,
    };
    let input = SheetInput::File(args.gold.clone());
    extractor
        .rows(format, input, &sheet, &Arc::default())
        .map_err(|reason| Error::input(args.gold.display().to_string(), "extract", reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::document::Genre;

    #[test]
    fn the_genre_of_a_gold_table_is_told() {
        let options = TableOptions {
            text_columns: vec!["text".to_owned()],
            genre: Genre::Job,
            ..TableOptions::default()
        };
        assert_eq!(note(&options), "text from column `text`, genre job");
    }
}
