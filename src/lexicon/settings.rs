//! The file `lexicon.toml`: name, version, order of columns, norms.
//!
//! **In:** its table. **Out:** the settings as written; the names of poles and categories in them are
//! checked in `build`, where all categories are known.

use crate::error::Result;
use crate::lexicon::contexts::genre;
use crate::lexicon::keys;
use crate::lexicon::source::{Place, Text};
use crate::lexicon::toml::{Table, Value};
use crate::text::document::Genre;

/// What `lexicon.toml` says; all of it may be missing.
#[derive(Default)]
pub(crate) struct Settings<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) version: &'a str,
    pub(crate) poles: Vec<Text<'a>>,
    pub(crate) categories: Vec<Text<'a>>,
    pub(crate) norms: Vec<NormEntry<'a>>,
}

/// What is usual for a genre.
pub(crate) struct NormEntry<'a> {
    pub(crate) genre: Genre,
    pub(crate) place: Place<'a>,
    /// Name of a pole and its share.
    pub(crate) pole_shares: Vec<(Text<'a>, f64)>,
    pub(crate) prior: f64,
}

/// Reads `lexicon.toml`.
pub(crate) fn settings<'a>(root: Table<'a>) -> Result<Settings<'a>> {
    root.only("lexicon.toml", &[&keys::SETTINGS[..], &["norms"]].concat())?;
    root.string("description")?;
    root.string("note")?;
    let norms = match root.table("norms")? {
        Some(table) => table
            .values()
            .into_iter()
            .map(norm)
            .collect::<Result<_>>()?,
        None => Vec::new(),
    };
    Ok(Settings {
        name: root
            .get("name")
            .map(Value::filled_string)
            .transpose()?
            .map(|text| text.value),
        version: root.string("version")?.map_or("", |text| text.value),
        poles: names(root, "poles")?,
        categories: names(root, "categories")?,
        norms,
    })
}

/// The names of a list, each once.
fn names<'a>(root: Table<'a>, key: &str) -> Result<Vec<Text<'a>>> {
    let names = root.strings(key)?;
    for (index, name) in names.iter().enumerate() {
        if names[..index]
            .iter()
            .any(|earlier| earlier.value == name.value)
        {
            return Err(name.refuse(
                format!("`{}` is listed twice", name.value),
                "take one of them out",
            ));
        }
    }
    Ok(names)
}

fn norm<'a>(value: Value<'a>) -> Result<NormEntry<'a>> {
    let genre = genre(value.key)?;
    let table = value.table()?;
    table.only("a norm", &keys::NORM)?;
    table.string("source")?;
    table.string("note")?;
    let Some(shares) = table.get("pole_shares") else {
        return Err(table.place().refuse(
            "a norm needs `pole_shares`",
            "write `pole_shares = { POLE = 0.4, ... }`",
        ));
    };
    let Some(prior) = table.positive("prior")? else {
        return Err(table.place().refuse(
            "a norm needs `prior`",
            "write its strength in sentences: `prior = 20.0`",
        ));
    };
    let mut pole_shares = Vec::new();
    for share in shares.table()?.values() {
        pole_shares.push((share.key, share.positive()?));
    }
    let sum: f64 = pole_shares.iter().map(|(_, share)| share).sum();
    if (sum - 1.0).abs() > 0.001 {
        return Err(shares.place().refuse(
            format!("the shares of the poles sum to {sum}"),
            "they must sum to 1",
        ));
    }
    pole_shares.iter_mut().for_each(|(_, share)| *share /= sum);
    Ok(NormEntry {
        genre,
        place: shares.place(),
        pole_shares,
        prior,
    })
}
