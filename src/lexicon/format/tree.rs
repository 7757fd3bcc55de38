//! What a TOML file says, with its comments, free of how it was written.
//!
//! **In:** the text of a file that is TOML. **Out:** `Tree`: entries in the order of the file, each with the lines
//! that stand before it and the comment beside it; strings in one manner of quotes.
//!
//! The decisions that live here: to which entry a comment belongs (the one that it stands beside, else the one
//! below it); and that `[a.b]`, `a.b = ...`, `a = { b = ... }` and `[[a]]` become the same tree.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Key, RawString};
use toml_edit::{Table, TableLike};

use crate::error::Result;
use crate::lexicon::source::Source;

/// A file.
pub(super) struct Tree {
    pub(super) entries: Vec<Entry>,
    /// What stands below the last entry.
    pub(super) tail: Vec<Line>,
}

/// A line that is no entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Blank,
    /// From `#` on.
    Comment(String),
}

/// A key with its value, or a value of a list.
pub(super) struct Entry {
    /// The lines before it.
    pub(super) lead: Vec<Line>,
    /// Its key, in quotes where it needs them; empty in a list.
    pub(super) key: String,
    pub(super) node: Node,
    /// The comment behind it on its line.
    pub(super) beside: Option<String>,
}

/// A value.
pub(super) enum Node {
    /// A string, number or boolean as it is written.
    Plain(String),
    List {
        entries: Vec<Entry>,
        tail: Vec<Line>,
        /// True where each entry has a line, however short.
        broken: bool,
    },
    Table {
        entries: Vec<Entry>,
        tail: Vec<Line>,
        /// True where it is written below a `[header]`.
        section: bool,
    },
}

/// Reads a file that is TOML.
///
/// # Errors
///
/// If it is not after all.
pub(super) fn read(source: &Source) -> Result<Tree> {
    let document: DocumentMut = source.text.parse().map_err(|error: toml_edit::TomlError| {
        let place = error.span().map_or(0, |span| span.start);
        let problem = format!("this is not TOML: {}", error.message());
        source.refuse(place, problem, "strings stand in quotes, lists in [ ]")
    })?;
    Ok(Tree {
        entries: entries(document.as_table()),
        tail: lines(raw(document.trailing())),
    })
}

fn entries(table: &dyn TableLike) -> Vec<Entry> {
    let mut found = Vec::new();
    for (key, item) in table.iter().filter_map(|(key, _)| table.get_key_value(key)) {
        let before = match item {
            Item::Table(table) => table.decor().prefix(),
            _ => key.leaf_decor().prefix(),
        };
        let lead = before.map_or(Vec::new(), |before| lines(raw(before)));
        found.push(keyed(lead, key, item));
    }
    found
}

fn keyed(lead: Vec<Line>, key: &Key, item: &Item) -> Entry {
    let (node, suffix) = match item {
        Item::None => (Node::Plain(String::new()), None),
        Item::Table(table) => (section(table), table.decor().suffix()),
        Item::ArrayOfTables(tables) => (list_of(tables), None),
        Item::Value(value) => (node(value), value.decor().suffix()),
    };
    let mut entry = Entry::new(lead, node, suffix);
    entry.key = (key.default_repr().as_raw().as_str()).map_or(key.to_string(), str::to_owned);
    entry
}

impl Entry {
    /// An entry without a key, with what stands behind it.
    fn new(lead: Vec<Line>, node: Node, suffix: Option<&RawString>) -> Self {
        let mut entry = Self {
            lead,
            key: String::new(),
            node,
            beside: None,
        };
        entry.put_beside(suffix.map_or(Vec::new(), |behind| all_lines(raw(behind))));
        entry
    }

    /// One comment stands beside the entry; several come before it.
    fn put_beside(&mut self, mut lines: Vec<Line>) {
        lines.retain(|line| *line != Line::Blank);
        match (&lines[..], &self.beside) {
            ([Line::Comment(comment)], None) => self.beside = Some(comment.clone()),
            _ => self.lead.append(&mut lines),
        }
    }
}

fn section(table: &Table) -> Node {
    Node::Table {
        entries: entries(table),
        tail: Vec::new(),
        section: true,
    }
}

fn list_of(tables: &ArrayOfTables) -> Node {
    let one = |table: &Table| {
        let prefix = table.decor().prefix().map_or("", raw);
        Entry::new(lines(prefix), section(table), table.decor().suffix())
    };
    Node::List {
        entries: tables.iter().map(one).collect(),
        tail: Vec::new(),
        broken: false,
    }
}

fn node(value: &toml_edit::Value) -> Node {
    use toml_edit::Value;
    Node::Plain(match value {
        Value::Array(array) => return list(array),
        Value::InlineTable(table) => return inline_table(table),
        Value::String(string) => {
            let repr = string.default_repr();
            repr.as_raw().as_str().unwrap_or_default().to_owned()
        }
        Value::Integer(number) => number.display_repr().into_owned(),
        Value::Float(number) => number.display_repr().into_owned(),
        Value::Boolean(boolean) => boolean.display_repr().into_owned(),
        Value::Datetime(time) => time.display_repr().into_owned(),
    })
}

fn list(array: &Array) -> Node {
    let mut entries: Vec<Entry> = Vec::new();
    for value in array {
        let prefix = value.decor().prefix().map_or("", raw);
        let lead = after_separator(entries.last_mut(), prefix);
        entries.push(Entry::new(lead, node(value), value.decor().suffix()));
    }
    let tail = after_separator(entries.last_mut(), raw(array.trailing()));
    Node::List {
        entries,
        tail,
        broken: false,
    }
}

fn inline_table(table: &InlineTable) -> Node {
    let mut found: Vec<Entry> = Vec::new();
    for (key, item) in table.iter().filter_map(|(key, _)| table.get_key_value(key)) {
        let prefix = key.leaf_decor().prefix().map_or("", raw);
        let lead = after_separator(found.last_mut(), prefix);
        found.push(keyed(lead, key, item));
    }
    let tail = after_separator(found.last_mut(), raw(table.trailing()));
    Node::Table {
        entries: found,
        tail,
        section: false,
    }
}

fn raw(string: &RawString) -> &str {
    string.as_str().unwrap_or_default()
}

/// The lines between a separator and the next value. What is left of the line of the separator
/// belongs to the entry before it.
fn after_separator(before: Option<&mut Entry>, raw: &str) -> Vec<Line> {
    let (same_line, rest) = raw.split_once('\n').unwrap_or((raw, ""));
    let (comments, mut lines) = (all_lines(same_line), lines(rest));
    match before {
        Some(entry) => entry.put_beside(comments),
        None => {
            _ = lines.splice(
                ..0,
                comments.into_iter().filter(|line| *line != Line::Blank),
            )
        }
    }
    lines
}

/// The lines before an entry, up to the line it stands on.
fn lines(raw: &str) -> Vec<Line> {
    let mut lines = all_lines(raw);
    if lines.last() == Some(&Line::Blank) {
        // What stands before the entry on its own line.
        lines.pop();
    }
    lines
}

fn all_lines(raw: &str) -> Vec<Line> {
    let line = |line: &str| match line.trim() {
        "" => Line::Blank,
        comment => Line::Comment(comment.to_owned()),
    };
    raw.split('\n').map(line).collect()
}
