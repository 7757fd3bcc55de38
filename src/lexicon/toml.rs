//! TOML with places: tables whose values are taken out by name and type.
//!
//! **In:** the text of one file. **Out:** `Table` and `Value`, which know where they
//! stand and refuse an unknown key, a missing one and a value of another type.
//!
//! Two decisions live here: that the tree of the parser is walked by hand (a derived
//! reader loses the place where a value may be a string or a table), and that keys are
//! looked at in the order of the file, so that the first mistake shown is the first one there.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::error::Result;
use crate::lexicon::nearest::suggest;
use crate::lexicon::source::{Place, Source, Text};

/// The tree of one file.
pub(crate) fn parse(source: &Source) -> Result<Spanned<DeTable<'_>>> {
    let (tree, errors) = DeTable::parse_recoverable(&source.text);
    let place = |error: &toml::de::Error| error.span().map_or(source.text.len(), |span| span.start);
    // The parser reports an open list before the open string in it, at the same place.
    let rank = |error: &&toml::de::Error| (place(error), error.message().starts_with("unclosed"));
    let Some(error) = errors.iter().min_by_key(rank) else {
        return Ok(tree);
    };
    let help = match error.message() {
        "duplicate key" => "take one of them out, or give it another name",
        _ => "strings stand in quotes, lists in [ ], tables in { }, with commas between",
    };
    Err(source.refuse(
        place(error),
        format!("this is not TOML: {}", error.message()),
        help,
    ))
}

/// A table of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    source: &'a Source,
    entries: &'a DeTable<'a>,
    at: usize,
}

/// A value with its key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a> {
    /// The key, or what a list of that key is called.
    pub(crate) key: Text<'a>,
    node: &'a Spanned<DeValue<'a>>,
}

impl<'a> Table<'a> {
    /// The whole file.
    pub(crate) fn root(source: &'a Source, tree: &'a Spanned<DeTable<'a>>) -> Self {
        Self {
            source,
            entries: tree.get_ref(),
            at: 0,
        }
    }

    /// Where it stands: the key that opens it, or the beginning of the file.
    pub(crate) fn place(self) -> Place<'a> {
        Place {
            source: self.source,
            at: self.at,
        }
    }

    /// Its values, in the order of the file.
    pub(crate) fn values(self) -> Vec<Value<'a>> {
        let mut values: Vec<_> = (self.entries.iter())
            .map(|(key, node)| self.value(key, node))
            .collect();
        values.sort_by_key(|value| value.key.start);
        values
    }

    fn value(self, key: &'a Spanned<DeString<'a>>, node: &'a Spanned<DeValue<'a>>) -> Value<'a> {
        Value {
            key: Text::new(self.source, key.get_ref(), key.span()),
            node,
        }
    }

    /// Refuse a key that is not among `allowed`.
    pub(crate) fn only(self, what: &str, allowed: &[&str]) -> Result<()> {
        if self
            .entries
            .keys()
            .all(|key| allowed.contains(&&**key.get_ref()))
        {
            return Ok(());
        }
        for Value { key, .. } in self.values() {
            if !allowed.contains(&key.value) {
                return Err(key.refuse(
                    format!("`{}` is not a key of {what}", key.value),
                    suggest(key.value, allowed, "the keys are"),
                ));
            }
        }
        Ok(())
    }

    /// The value of `key`, where it is given.
    pub(crate) fn get(self, key: &str) -> Option<Value<'a>> {
        let (key, node) = self.entries.get_key_value(key)?;
        Some(self.value(key, node))
    }

    /// The string of `key`, which must be there and not blank.
    pub(crate) fn need_string(self, key: &str, what: &str, example: &str) -> Result<Text<'a>> {
        match self.get(key) {
            Some(value) => value.filled_string(),
            None => Err(self
                .place()
                .refuse(format!("{what} needs `{key}`"), format!("write {example}"))),
        }
    }

    /// The string of `key`.
    pub(crate) fn string(self, key: &str) -> Result<Option<Text<'a>>> {
        self.get(key).map(Value::string).transpose()
    }

    /// The table of `key`.
    pub(crate) fn table(self, key: &str) -> Result<Option<Table<'a>>> {
        self.get(key).map(Value::table).transpose()
    }

    /// The strings of the list `key`; none where it is not given.
    pub(crate) fn strings(self, key: &str) -> Result<Vec<Text<'a>>> {
        self.list(key)?
            .into_iter()
            .map(Value::filled_string)
            .collect()
    }

    /// Checks that `key`, which is for people, is a string or a list of strings.
    pub(crate) fn notes(self, key: &str) -> Result<()> {
        match self.get(key) {
            Some(value) if value.as_string().is_none() => value
                .list()?
                .into_iter()
                .try_for_each(|v| v.string().map(drop)),
            _ => Ok(()),
        }
    }

    /// The values of the list `key`; none where it is not given.
    pub(crate) fn list(self, key: &str) -> Result<Vec<Value<'a>>> {
        self.get(key).map_or_else(|| Ok(Vec::new()), Value::list)
    }

    /// The number of `key`, which must be finite and above 0.
    pub(crate) fn positive(self, key: &str) -> Result<Option<f64>> {
        self.get(key).map(Value::positive).transpose()
    }

    /// The boolean of `key`; `false` where it is not given.
    pub(crate) fn boolean(self, key: &str) -> Result<bool> {
        self.get(key).map_or(Ok(false), Value::boolean)
    }
}

impl<'a> Value<'a> {
    /// Where the value begins.
    pub(crate) fn place(self) -> Place<'a> {
        Place {
            source: self.key.source,
            at: self.node.span().start,
        }
    }

    /// The string, if it is one.
    pub(crate) fn as_string(self) -> Option<Text<'a>> {
        let value = self.node.get_ref().as_str()?;
        Some(Text::new(self.key.source, value, self.node.span()))
    }

    /// The table, if it is one.
    pub(crate) fn as_table(self) -> Option<Table<'a>> {
        let entries = self.node.get_ref().as_table()?;
        let (source, value, key) = (self.key.source, self.node.span().start, self.key.start);
        // A table under a header is opened by its name; one in braces by its brace.
        let at = if source.text[value..].starts_with('{') {
            value
        } else {
            key
        };
        Some(Table {
            source,
            entries,
            at,
        })
    }

    pub(crate) fn string(self) -> Result<Text<'a>> {
        self.as_string()
            .ok_or_else(|| self.wrong_type("a string in quotes"))
    }

    pub(crate) fn filled_string(self) -> Result<Text<'a>> {
        let text = self.string()?;
        if text.value.trim().is_empty() {
            return Err(text.refuse(
                format!("an entry of `{}` is blank", self.key.value),
                "write something between the quotes or take it out",
            ));
        }
        Ok(text)
    }

    pub(crate) fn table(self) -> Result<Table<'a>> {
        self.as_table().ok_or_else(|| self.wrong_type("a table"))
    }

    pub(crate) fn list(self) -> Result<Vec<Value<'a>>> {
        let DeValue::Array(items) = self.node.get_ref() else {
            return Err(self.wrong_type("a list in [ ]"));
        };
        Ok(items
            .iter()
            .map(|node| Value {
                key: self.key,
                node,
            })
            .collect())
    }

    /// A number of either kind.
    pub(crate) fn number(self) -> Result<f64> {
        let number = match self.node.get_ref() {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .ok()
                .map(|n| n as f64),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.wrong_type("a number"))
    }

    pub(crate) fn positive(self) -> Result<f64> {
        let number = self.number()?;
        if number.is_finite() && number > 0.0 {
            return Ok(number);
        }
        let key = self.key.value;
        Err(self.place().refuse(
            format!("`{key}` is {number}"),
            format!("`{key}` is a number above 0, such as 0.5 or 1"),
        ))
    }

    pub(crate) fn boolean(self) -> Result<bool> {
        self.node
            .get_ref()
            .as_bool()
            .ok_or_else(|| self.wrong_type("true or false"))
    }

    pub(crate) fn wrong_type(self, wanted: &str) -> crate::error::Error {
        let key = self.key.value;
        let given = match self.node.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.place().refuse(
            format!("here `{key}` holds {given}"),
            format!("`{key}` takes {wanted}"),
        )
    }
}
