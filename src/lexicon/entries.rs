//! What the files of a lexicon hold, entry by entry.
//!
//! **In:** tables with places. **Out:** categories, facets, terms, guards and cues as they were
//! written, each pattern and expression read, each with its place. Names are not resolved here:
//! that needs all files and is done in `build`.

use crate::error::Result;
use crate::lexicon::expression;
use crate::lexicon::model::{Context, Genres, Pattern, Sequence, TermPolarity};
use crate::lexicon::names;
use crate::lexicon::pattern::{self, OpenEnd};
use crate::lexicon::source::{Place, Text};
use crate::lexicon::toml::{Table, Value};
use crate::text::document::Genre;

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
    pub(crate) examples: Examples<'a>,
}

/// Sentences beside a term or a facet.
#[derive(Default)]
pub(crate) struct Examples<'a> {
    pub(crate) present: Vec<Text<'a>>,
    pub(crate) lacking: Vec<Text<'a>>,
    pub(crate) near_misses: Vec<Text<'a>>,
}

/// A guard that a term names or brings along.
pub(crate) enum GuardUse<'a> {
    Shared(Text<'a>),
    Own(GuardEntry<'a>),
}

/// A guard or a cue.
pub(crate) struct GuardEntry<'a> {
    /// Empty for a guard beside a term.
    pub(crate) name: &'a str,
    pub(crate) place: Place<'a>,
    pub(crate) genres: Genres,
    pub(crate) context: Context,
    /// Of cues only.
    pub(crate) except: Vec<Sequence>,
    pub(crate) examples: Vec<Text<'a>>,
}

/// The file of cues.
#[derive(Default)]
pub(crate) struct CueFile<'a> {
    pub(crate) clause_breaks: Vec<Sequence>,
    pub(crate) comma_breaks: Vec<Sequence>,
    pub(crate) cues: Vec<GuardEntry<'a>>,
}

impl CueFile<'_> {
    /// The same cues without their examples.
    pub(crate) fn without_examples(mut self) -> Self {
        self.cues.iter_mut().for_each(|cue| cue.examples.clear());
        self
    }
}

const FACET_KEYS: [&str; 5] = ["definition", "examples", "lacking", "near_misses", "terms"];
const GUARD_KEYS: [&str; 10] = [
    "before",
    "after",
    "near",
    "within",
    "anywhere",
    "regex",
    "capitalised",
    "genre",
    "why",
    "examples",
];

/// Reads a category file.
pub(crate) fn category<'a>(root: Table<'a>) -> Result<CategoryEntry<'a>> {
    const WHAT: &str = "a category";
    root.only(
        WHAT,
        &[
            "category",
            "pole",
            "definition",
            "includes",
            "excludes",
            "note",
            "threshold",
            "facets",
            "guards",
            "terms",
            "examples",
            "lacking",
            "near_misses",
        ],
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
        inner.only("a facet", &FACET_KEYS)?;
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
    table.only(
        "a term",
        &[
            "term",
            "regex",
            "weight",
            "genre",
            "guards",
            "requires",
            "polarity",
            "also",
            "examples",
            "lacking",
            "near_misses",
            "note",
        ],
    )?;
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
    Ok(entry(text, Pattern::Regex(expression::compile(text)?)))
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

fn genres(table: Table<'_>) -> Result<Genres> {
    let Some(value) = table.get("genre") else {
        return Ok(Genres::ALL);
    };
    let mut genres = Genres::NONE;
    let names = table.strings("genre")?;
    for name in &names {
        genres += genre(*name)?;
    }
    match names.is_empty() {
        true => Err(value.place().refuse(
            "`genre` is an empty list",
            "name a genre, or leave the key out",
        )),
        false => Ok(genres),
    }
}

/// The genre of that name.
pub(crate) fn genre(name: Text<'_>) -> Result<Genre> {
    Genre::parse(name.value).ok_or_else(|| {
        let known = Genre::NAMES.map(|(name, _)| name);
        let help = crate::lexicon::nearest::suggest(name.value, &known, "the genres are");
        name.refuse(format!("`{}` is no genre", name.value), help)
    })
}

fn guard_uses<'a>(table: Table<'a>, key: &str) -> Result<Vec<GuardUse<'a>>> {
    let one = |value: Value<'a>| match (value.as_string(), value.as_table()) {
        (Some(name), _) => Ok(GuardUse::Shared(name)),
        (None, Some(own)) => Ok(GuardUse::Own(guard("", own)?)),
        _ => Err(value
            .wrong_type("names of shared guards, or tables such as { before = [\"pension\"] }")),
    };
    table.list(key)?.into_iter().map(one).collect()
}

/// The shared guards of a table of them.
pub(crate) fn guards<'a>(table: Table<'a>) -> Result<Vec<GuardEntry<'a>>> {
    let one = |value: Value<'a>| {
        names::plain_name(value.key, "a guard")?;
        guard(value.key.value, value.table()?)
    };
    table.values().into_iter().map(one).collect()
}

fn guard<'a>(name: &'a str, table: Table<'a>) -> Result<GuardEntry<'a>> {
    table.only("a guard", &GUARD_KEYS)?;
    context_entry(name, "a guard", table)
}

fn cue<'a>(name: &'a str, table: Table<'a>) -> Result<GuardEntry<'a>> {
    let keys: Vec<_> = GUARD_KEYS.into_iter().chain(["except"]).collect();
    table.only("a cue", &keys)?;
    context_entry(name, "a cue", table)
}

fn context_entry<'a>(name: &'a str, what: &str, table: Table<'a>) -> Result<GuardEntry<'a>> {
    table.string("why")?;
    let context = Context {
        before: phrases(table, "before", OpenEnd::Last)?,
        after: phrases(table, "after", OpenEnd::First)?,
        near: phrases(table, "near", OpenEnd::None)?,
        within: within(table)?,
        anywhere: phrases(table, "anywhere", OpenEnd::None)?,
        regex: table
            .get("regex")
            .map(|value| expression::compile(value.filled_string()?))
            .transpose()?,
        capitalised: table.boolean("capitalised")?,
    };
    let lists = [
        &context.before,
        &context.after,
        &context.near,
        &context.anywhere,
    ];
    if lists.iter().all(|list| list.is_empty()) && context.regex.is_none() && !context.capitalised {
        return Err(table.place().refuse(
            format!("{what} without a context holds everywhere"),
            "give it `before`, `after`, `near`, `anywhere`, `regex` or `capitalised = true`",
        ));
    }
    Ok(GuardEntry {
        name,
        place: table.place(),
        genres: genres(table)?,
        context,
        except: phrases(table, "except", OpenEnd::None)?,
        examples: table.strings("examples")?,
    })
}

/// The reach of `near`, in words.
fn within(table: Table<'_>) -> Result<u8> {
    let Some(value) = table.get("within") else {
        return Ok(5);
    };
    let number = value.number()?;
    if table.get("near").is_none() {
        return Err(value.key.refuse(
            "`within` without `near`",
            "`within` says how many words `near` reaches",
        ));
    }
    if number.fract() != 0.0 || !(1.0..=100.0).contains(&number) {
        return Err(value.place().refuse(
            format!("`within` is {number}"),
            "it is a whole number of words from 1 to 100",
        ));
    }
    Ok(number as u8)
}

/// The sequences of all patterns of a list.
fn phrases(table: Table<'_>, key: &str, open: OpenEnd) -> Result<Vec<Sequence>> {
    let mut all = Vec::new();
    for text in table.strings(key)? {
        all.extend(sequences(text, open)?);
    }
    all.sort();
    all.dedup();
    Ok(all)
}

fn sequences(text: Text<'_>, open: OpenEnd) -> Result<Vec<Sequence>> {
    pattern::parse(text.value, open)
        .map_err(|fault| text.refuse_at(fault.at, fault.problem, fault.help))
}

/// Reads a file of cues.
pub(crate) fn cues<'a>(root: Table<'a>) -> Result<CueFile<'a>> {
    root.only("a file of cues", &["clause_breaks", "comma_breaks", "cues"])?;
    let mut cues = Vec::new();
    if let Some(table) = root.table("cues")? {
        for value in table.values() {
            names::plain_name(value.key, "a cue")?;
            cues.push(cue(value.key.value, value.table()?)?);
        }
    }
    Ok(CueFile {
        clause_breaks: phrases(root, "clause_breaks", OpenEnd::None)?,
        comma_breaks: phrases(root, "comma_breaks", OpenEnd::None)?,
        cues,
    })
}
