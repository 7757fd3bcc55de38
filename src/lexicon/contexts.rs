//! Contexts: guards, what terms require, and cues.
//!
//! **In:** tables with places. **Out:** guards and cues as they were written, their patterns and
//! expressions read. Shared guards are named here and looked up in `build`.

use crate::error::Result;
use crate::lexicon::expression;
use crate::lexicon::keys;
use crate::lexicon::model::{Context, Genres, Sequence};
use crate::lexicon::names;
use crate::lexicon::nearest::suggest;
use crate::lexicon::pattern::{self, OpenEnd};
use crate::lexicon::source::{Place, Text};
use crate::lexicon::toml::{Table, Value};
use crate::text::document::Genre;

/// A guard that a term names or brings along.
pub(crate) enum GuardUse<'a> {
    Shared(Text<'a>),
    Own(Box<GuardEntry<'a>>),
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
    /// Of cues only.
    pub(crate) denies: bool,
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

pub(crate) fn genres(table: Table<'_>) -> Result<Genres> {
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
        let help = suggest(name.value, &known, "the genres are");
        name.refuse(format!("`{}` is no genre", name.value), help)
    })
}

pub(crate) fn guard_uses<'a>(table: Table<'a>, key: &str) -> Result<Vec<GuardUse<'a>>> {
    let one = |value: Value<'a>| match (value.as_string(), value.as_table()) {
        (Some(name), _) => Ok(GuardUse::Shared(name)),
        (None, Some(own)) => Ok(GuardUse::Own(Box::new(guard("", own)?))),
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
    let mut known = keys::CUE.to_vec();
    known.retain(|key| !keys::CUE_ONLY.contains(key));
    table.only("a guard", &known)?;
    context_entry(name, "a guard", table)
}

fn cue<'a>(name: &'a str, table: Table<'a>) -> Result<GuardEntry<'a>> {
    table.only("a cue", &keys::CUE)?;
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
            .map(|value| expression::read(value.filled_string()?))
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
        denies: table.boolean("denies")?,
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

pub(crate) fn sequences(text: Text<'_>, open: OpenEnd) -> Result<Vec<Sequence>> {
    pattern::parse(text.value, open, &text.source.words)
        .map_err(|fault| text.refuse_at(fault.at, fault.problem, fault.help))
}

/// Reads a file of cues.
pub(crate) fn cues<'a>(root: Table<'a>) -> Result<CueFile<'a>> {
    root.only("a file of cues", &[&keys::CUES[..], &["cues"]].concat())?;
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
