//! What the file of a category holds, entry by entry.
//!
//! **In:** tables with places. **Out:** categories, facets and terms as they were written, each
//! pattern and expression read, each with its place. Names are not resolved here: that needs
//! all files and is done in `build`. Guards and cues are read in `contexts`.

use crate::error::Result;
use crate::lexicon::contexts::{GuardEntry, GuardUse, genres, guard_uses, guards, sequences};
use crate::lexicon::expression;
use crate::lexicon::keys;
use crate::lexicon::model::{Genres, Pattern, TermPolarity};
use crate::lexicon::names;
use crate::lexicon::pattern::OpenEnd;
use crate::lexicon::source::Text;
use crate::lexicon::toml::{Table, Value};

/// A category file.
pub(crate) struct CategoryEntry<'a> {
    pub(crate) name: Text<'a>,
    pub(crate) pole: Text<'a>,
    pub(crate) definition: Text<'a>,
    pub(crate) threshold: f64,
    pub(crate) facets: Vec<FacetEntry<'a>>,
    /// Guards that the file names for itself.
    pub(crate) guards: Vec<GuardEntry<'a>>,
}

/// A facet; the only one of a category without facets has an empty name.
pub(crate) struct FacetEntry<'a> {
    pub(crate) name: &'a str,
    pub(crate) terms: Vec<TermEntry<'a>>,
    pub(crate) examples: Examples<'a>,
}

/// A term.
pub(crate) struct TermEntry<'a> {
    pub(crate) text: Text<'a>,
    pub(crate) pattern: Pattern,
    pub(crate) weight: f64,
    pub(crate) genres: Genres,
    pub(crate) guards: Vec<GuardUse<'a>>,
    pub(crate) requires: Vec<GuardUse<'a>>,
    pub(crate) polarity: TermPolarity,
    pub(crate) also: Vec<Text<'a>>,
    /// The same, where the term says that what is named is lacking.
    pub(crate) also_lacking: Vec<Text<'a>>,
    pub(crate) examples: Examples<'a>,
}

/// Sentences beside a term or a facet.
#[derive(Default)]
pub(crate) struct Examples<'a> {
    pub(crate) present: Vec<Text<'a>>,
    pub(crate) lacking: Vec<Text<'a>>,
    pub(crate) near_misses: Vec<Text<'a>>,
}

/// Reads a category file.
pub(crate) fn category<'a>(root: Table<'a>) -> Result<CategoryEntry<'a>> {
    const WHAT: &str = "a category";
    root.only(
        WHAT,
        &[&keys::CATEGORY[..], &keys::CATEGORY_TABLES].concat(),
    )?;
    for key in ["includes", "excludes"] {
        root.notes(key)?;
    }
    root.string("note")?;
    Ok(CategoryEntry {
        name: root.need_string("category", WHAT, "`category = \"vision\"`")?,
        pole: root.need_string("pole", WHAT, "`pole = \"leadership\"`")?,
        definition: root.need_string(
            "definition",
            WHAT,
            "in one sentence what the category means",
        )?,
        threshold: root.positive("threshold")?.unwrap_or(1.0),
        facets: facets(root)?,
        guards: root.table("guards")?.map_or(Ok(Vec::new()), guards)?,
    })
}

fn facets<'a>(root: Table<'a>) -> Result<Vec<FacetEntry<'a>>> {
    let Some(table) = root.get("facets") else {
        return Ok(vec![facet("", root)?]);
    };
    if let Some(top) = ["terms", "examples", "lacking", "near_misses"]
        .iter()
        .find_map(|key| root.get(key))
    {
        let problem = format!("`{}` stands beside facets", top.key.value);
        return Err(top.key.refuse(problem, "move it into one of the facets"));
    }
    let mut facets = Vec::new();
    for value in table.table()?.values() {
        names::plain_name(value.key, "a facet")?;
        let inner = value.table()?;
        inner.only("a facet", &keys::FACET)?;
        inner.string("definition")?;
        facets.push(facet(value.key.value, inner)?);
    }
    match facets.is_empty() {
        true => Err(table.key.refuse(
            "the category has no facet",
            "write `[facets.NAME]` and its `terms`",
        )),
        false => Ok(facets),
    }
}

fn facet<'a>(name: &'a str, table: Table<'a>) -> Result<FacetEntry<'a>> {
    let place = table
        .get("terms")
        .map_or(table.place(), |terms| terms.key.place());
    let entries = table.list("terms")?;
    if entries.is_empty() {
        let what = if name.is_empty() {
            "the category".to_owned()
        } else {
            format!("the facet `{name}`")
        };
        return Err(place.refuse(
            format!("{what} has no terms"),
            "write at least one: `terms = [\"shared vision\"]`",
        ));
    }
    let terms = entries.into_iter().map(term).collect::<Result<_>>()?;
    Ok(FacetEntry {
        name,
        terms,
        examples: examples(table)?,
    })
}

fn examples<'a>(table: Table<'a>) -> Result<Examples<'a>> {
    Ok(Examples {
        present: table.strings("examples")?,
        lacking: table.strings("lacking")?,
        near_misses: table.strings("near_misses")?,
    })
}

/// A string is a plain term; a table says more.
fn term<'a>(value: Value<'a>) -> Result<TermEntry<'a>> {
    if let Some(text) = value.as_string() {
        return plain_term(text);
    }
    let Some(table) = value.as_table() else {
        return Err(value.wrong_type(
            "terms: strings, or tables such as { term = \"vision:n\", weight = 0.5 }",
        ));
    };
    table.only("a term", &keys::TERM)?;
    table.string("note")?;
    let mut term = match (table.get("term"), table.get("regex")) {
        (Some(term), None) => plain_term(term.string()?)?,
        (None, Some(regex)) => expression_term(regex.filled_string()?)?,
        (None, None) => {
            return Err(table.place().refuse(
                "a term without a pattern",
                "write `term = \"...\"` or `regex = '...'`",
            ));
        }
        (Some(_), Some(regex)) => {
            return Err(regex
                .key
                .refuse("a term has `term` and `regex`", "write two terms"));
        }
    };
    term.weight = table.positive("weight")?.unwrap_or(1.0);
    term.genres = genres(table)?;
    term.guards = guard_uses(table, "guards")?;
    term.requires = guard_uses(table, "requires")?;
    term.polarity = polarity(table)?;
    term.also = table.strings("also")?;
    term.also_lacking = table.strings("also_lacking")?;
    term.examples = examples(table)?;
    Ok(term)
}

fn plain_term<'a>(text: Text<'a>) -> Result<TermEntry<'a>> {
    if text.value.trim().is_empty() {
        return Err(text.refuse("a blank term", "write a word or take it out"));
    }
    Ok(entry(text, Pattern::Words(sequences(text, OpenEnd::None)?)))
}

fn expression_term<'a>(text: Text<'a>) -> Result<TermEntry<'a>> {
    Ok(entry(text, Pattern::Regex(expression::read(text)?)))
}

fn entry<'a>(text: Text<'a>, pattern: Pattern) -> TermEntry<'a> {
    TermEntry {
        text,
        pattern,
        weight: 1.0,
        genres: Genres::ALL,
        guards: Vec::new(),
        requires: Vec::new(),
        polarity: TermPolarity::Normal,
        also: Vec::new(),
        also_lacking: Vec::new(),
        examples: Examples::default(),
    }
}

fn polarity(table: Table<'_>) -> Result<TermPolarity> {
    match table.string("polarity")? {
        None => Ok(TermPolarity::Normal),
        Some(text) if text.value == "lacking" => Ok(TermPolarity::Lacking),
        Some(text) if text.value == "present" => Ok(TermPolarity::Present),
        Some(text) => Err(text.refuse(
            format!("`{}` is no polarity", text.value),
            "it is \"lacking\" or \"present\"; leave it out where cues decide",
        )),
    }
}
