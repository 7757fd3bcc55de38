//! The order of entries, and which of them have lines of their own.
//!
//! **In:** entries in the order of the file. **Out:** the same entries: keys in the order of `Kind::keys`, terms
//! sorted, the rest as it stood.
//!
//! The decisions that live here: by what terms are sorted (their words, brackets left out, as a reader looks for
//! them; expressions last); that a blank line parts terms into groups, each sorted by itself, so that a heading
//! stays where it is; and that sentences, patterns, facets, guards and cues keep their order, which may tell a story.

use crate::lexicon::format::tree::{Entry, Line, Node};
use crate::lexicon::keys;

/// What a table or list is, by where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Category,
    Cues,
    Guards,
    Settings,
    Facet,
    /// A guard or cue, shared or beside a term.
    Guard,
    Norm,
    Terms,
    Term,
    /// A table of tables of that kind.
    Named(&'static Kind),
    /// A list of tables of that kind.
    List(&'static Kind),
    Other,
}

impl Kind {
    /// What the file is. Its text says it, for a text that comes through a pipe has no name.
    fn of_file(entries: &[Entry]) -> Self {
        let holds = |keys: &[&str]| entries.iter().any(|entry| keys.contains(&&*entry.key));
        let plain = |entry: &Entry| !matches!(entry.node, Node::Table { .. });
        match () {
            () if holds(&["clause_breaks", "comma_breaks", "cues"]) => Self::Cues,
            () if holds(&["category", "pole", "terms", "facets"]) => Self::Category,
            () if holds(&["norms"]) || entries.iter().any(plain) => Self::Settings,
            () => Self::Guards,
        }
    }

    /// The keys in their order; empty where the order of the file stands.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Category => &keys::CATEGORY,
            Self::Cues => &keys::CUES,
            Self::Settings => &keys::SETTINGS,
            Self::Facet => &keys::FACET,
            Self::Guard => &keys::CUE,
            Self::Norm => &keys::NORM,
            Self::Term => &keys::TERM,
            Self::Guards | Self::Terms | Self::Named(_) | Self::List(_) | Self::Other => &[],
        }
    }

    fn child(self, key: &str) -> Self {
        match (self, key) {
            (Self::Category | Self::Facet, "terms") => Self::Terms,
            (Self::Category, "facets") => Self::Named(&Self::Facet),
            (Self::Category, "guards") | (Self::Cues, "cues") => Self::Named(&Self::Guard),
            (Self::Settings, "norms") => Self::Named(&Self::Norm),
            (Self::Guards, _) => Self::Guard,
            (Self::Terms, _) => Self::Term,
            (Self::Term, "guards" | "requires") => Self::List(&Self::Guard),
            (Self::Named(kind) | Self::List(kind), _) => *kind,
            _ => Self::Other,
        }
    }
}

/// Arranges the entries of a file.
pub(super) fn arrange(entries: &mut [Entry]) {
    let kind = Kind::of_file(entries);
    arrange_table(entries, kind);
}

fn arrange_table(entries: &mut [Entry], kind: Kind) {
    for entry in &mut *entries {
        let child = kind.child(&entry.key);
        // A table that a format knows as one with a header has one, and no other.
        let named =
            matches!(kind, Kind::Guards | Kind::Named(_)) || matches!(child, Kind::Named(_));
        arrange_node(&mut entry.node, child, named);
    }
    let rank = |entry: &Entry| {
        let keys = kind.keys();
        let known = keys.iter().position(|key| *key == entry.key);
        known.unwrap_or(keys.len())
    };
    sort_group(entries, rank);
}

fn arrange_node(node: &mut Node, kind: Kind, named: bool) {
    match node {
        Node::Plain(_) => {}
        Node::Table {
            entries, section, ..
        } => {
            *section = named || (kind == Kind::Other && *section);
            arrange_table(entries, kind);
        }
        Node::List {
            entries, broken, ..
        } => {
            for entry in &mut *entries {
                arrange_node(&mut entry.node, kind.child(""), false);
            }
            if kind == Kind::Terms {
                *broken = true;
                entries.iter_mut().for_each(say_no_more_than_needed);
                sort_terms(entries);
            }
        }
    }
}

/// A term that is only a pattern is written as a string.
fn say_no_more_than_needed(entry: &mut Entry) {
    let Node::Table { entries, tail, .. } = &mut entry.node else {
        return;
    };
    if let [only] = &mut entries[..]
        && only.key == "term"
        && let Node::Plain(pattern) = &mut only.node
    {
        let pattern = std::mem::take(pattern);
        entry.lead.append(&mut only.lead);
        entry.lead.append(tail);
        let beside = only.beside.take().map(Line::Comment);
        entry.lead.extend(beside);
        entry.node = Node::Plain(pattern);
    }
}

/// Sorts terms within their groups. A blank line begins a group; terms with the same pattern keep their order.
fn sort_terms(entries: &mut [Entry]) {
    let begins = |_: &Entry, next: &Entry| !next.lead.contains(&Line::Blank);
    for group in entries.chunk_by_mut(begins) {
        sort_group(group, sort_key);
    }
}

/// Sorts entries with the comments that stand right above them. What a blank line parts from the
/// first entry stays above the group.
fn sort_group<K: Ord>(entries: &mut [Entry], key: impl Fn(&Entry) -> K) {
    let Some(first) = entries.first_mut() else {
        return;
    };
    let blank = first.lead.iter().rposition(|line| *line == Line::Blank);
    let own = first.lead.split_off(blank.map_or(0, |at| at + 1));
    let heading = std::mem::replace(&mut first.lead, own);
    entries.sort_by_cached_key(key);
    if let Some(first) = entries.first_mut() {
        first.lead.splice(..0, heading);
    }
}

/// Words before expressions; small letters, without brackets; then as written.
fn sort_key(entry: &Entry) -> (bool, String, String) {
    let (expression, pattern) = match &entry.node {
        Node::Plain(pattern) => (false, pattern.as_str()),
        Node::Table { entries, .. } => {
            let plain = |key: &str| {
                entries.iter().find_map(|entry| match &entry.node {
                    Node::Plain(pattern) if entry.key == key => Some(pattern.as_str()),
                    _ => None,
                })
            };
            match plain("term") {
                Some(pattern) => (false, pattern),
                None => (true, plain("regex").unwrap_or_default()),
            }
        }
        Node::List { .. } => (true, ""),
    };
    let pattern = pattern.trim_matches(['"', '\'']);
    let words = pattern.to_lowercase().replace(['(', ')'], "");
    (expression, words, pattern.to_owned())
}
