//! What the parts of a lexicon may be called, and the order of its columns.
//!
//! **In:** names with their places. **Out:** poles and categories in column order, or a refusal.
//! Two decisions live here: that the name of a category or pole, which is a column of the
//! tables, is not the name of another column or label; and that columns stand as `lexicon.toml`
//! lists them, those that it does not list after them, by the alphabet.

use std::collections::BTreeSet;

use crate::error::Result;
use crate::lexicon::entries::CategoryEntry;
use crate::lexicon::nearest::suggest;
use crate::lexicon::settings::Settings;
use crate::lexicon::source::Text;

/// Columns that every table has, whatever the lexicon.
const COLUMNS: [&str; 31] = [
    "doc_id",
    "field",
    "sentence_id",
    "start",
    "end",
    "unit",
    "words",
    "label",
    "lacking",
    "terms",
    "text",
    "sentences",
    "balance",
    "balance_low",
    "balance_high",
    "evidence",
    "category",
    "facet",
    "term",
    "match",
    "polarity",
    "weight",
    "left",
    "right",
    "status",
    "path",
    "row",
    "stage",
    "reason",
    "genre",
    "id",
];
/// Labels that are no pole.
const LABELS: [&str; 3] = ["both", "none", "balanced"];

/// Refuses a name that cannot be a column.
pub(crate) fn column_name(name: Text<'_>, what: &str) -> Result<()> {
    plain_name(name, what)?;
    if name.value.contains('-') {
        return Err(name.refuse(
            format!("`{}` cannot name {what}", name.value),
            "write `_` for `-`",
        ));
    }
    if COLUMNS.contains(&name.value)
        || LABELS.contains(&name.value)
        || name.value.ends_with("_lacking")
    {
        let problem = format!("{what} cannot be called `{}`", name.value);
        return Err(name.refuse(
            problem,
            "the tables have a column or a label of that name: choose another",
        ));
    }
    Ok(())
}

/// Refuses a name with other characters than small letters, digits, `_` and `-`.
pub(crate) fn plain_name(name: Text<'_>, what: &str) -> Result<()> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    if name.value.chars().all(good) && name.value.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Ok(());
    }
    Err(name.refuse(
        format!("`{}` cannot name {what}", name.value),
        "names are made of small letters a to z, digits and `_`, and begin with a letter",
    ))
}

/// Checks the names of all categories and poles, sorts the categories and their facets into
/// column order and gives the poles in theirs.
pub(crate) fn order_columns(
    categories: &mut [CategoryEntry<'_>],
    settings: &Settings<'_>,
) -> Result<Vec<String>> {
    categories.sort_by_key(|category| (category.name.value, category.name.source.path.as_str()));
    check_columns(categories)?;
    let poles: BTreeSet<&str> = categories
        .iter()
        .map(|category| category.pole.value)
        .collect();
    let poles = ordered(poles, &settings.poles, "pole", "the poles are")?;
    let names = categories
        .iter()
        .map(|category| category.name.value)
        .collect();
    let names = ordered(
        names,
        &settings.categories,
        "category",
        "the categories are",
    )?;
    categories.sort_by_key(|category| names.iter().position(|name| *name == category.name.value));
    for category in categories {
        category.facets.sort_by_key(|facet| facet.name);
    }
    Ok(poles.into_iter().map(str::to_owned).collect())
}

/// `names`, the listed ones first.
fn ordered<'a>(
    names: BTreeSet<&'a str>,
    listed: &[Text<'_>],
    what: &str,
    lead: &str,
) -> Result<Vec<&'a str>> {
    let mut names: Vec<&str> = names.into_iter().collect();
    for text in listed {
        refuse_unknown(*text, &names, what, lead)?;
    }
    let rank = |name: &str| listed.iter().position(|text| text.value == name);
    names.sort_by_key(|name| rank(name).unwrap_or(listed.len()));
    Ok(names)
}

/// Names that cannot be columns, and two files for one category.
fn check_columns(categories: &[CategoryEntry<'_>]) -> Result<()> {
    for category in categories {
        column_name(category.name, "a category")?;
        column_name(category.pole, "a pole")?;
        let pole = categories
            .iter()
            .find(|other| other.pole.value == category.name.value);
        if let Some(CategoryEntry { pole, .. }) = pole {
            let problem = format!(
                "`{}` is a category and, at {}, a pole",
                pole.value,
                pole.place()
            );
            let help = "both are columns: give one of them another name";
            return Err(category.name.refuse(problem, help));
        }
    }
    for [first, second] in categories
        .windows(2)
        .filter_map(|pair| <&[_; 2]>::try_from(pair).ok())
    {
        if first.name.value == second.name.value {
            let problem = format!(
                "`{}` has a file already: {}",
                second.name.value,
                first.name.place()
            );
            let help = "a category is one file: join them, or give one another name";
            return Err(second.name.refuse(problem, help));
        }
    }
    Ok(())
}

/// Refuses a name that is not among `known`.
pub(crate) fn refuse_unknown(name: Text<'_>, known: &[&str], what: &str, lead: &str) -> Result<()> {
    if known.contains(&name.value) {
        return Ok(());
    }
    let problem = format!("there is no {what} `{}`", name.value);
    Err(name.refuse(problem, suggest(name.value, known, lead)))
}
