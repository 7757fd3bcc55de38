//! Entries as text.
//!
//! **In:** entries in the order in which they are to stand. **Out:** the text of the file. **Unit:** a width is
//! counted in characters.
//!
//! The decisions that live here: that a list stands on one line where it fits ([`WIDTH`]) or has one entry, else each
//! of its entries has a line; that a table within a list has one line however long, for a term is one line of a diff; that comments
//! within such a line come above it; and where blank lines are.

use crate::lexicon::format::tree::{Entry, Line, Node, Tree};

/// How many characters a line may have before a list is broken.
const WIDTH: usize = 120;

/// The text of a file.
pub(super) fn write(tree: &Tree) -> String {
    let mut writer = Writer {
        text: String::new(),
        blank: false,
        fresh: true,
    };
    writer.entries("", &tree.entries, Vec::new());
    writer.lines("", &tree.tail);
    writer.text
}

struct Writer {
    text: String,
    /// True where a blank line is to come, if a line does.
    blank: bool,
    /// True where no blank line may stand: at the beginning of the file, of a section and of a list.
    fresh: bool,
}

impl Writer {
    fn line(&mut self, indent: &str, line: &str) {
        if self.blank && !self.fresh {
            self.text.push('\n');
        }
        (self.blank, self.fresh) = (false, false);
        for part in [indent, line, "\n"] {
            self.text.push_str(part);
        }
    }

    /// A line with which something begins.
    fn opening(&mut self, line: &str) {
        self.line("", line);
        self.fresh = true;
    }

    /// A line with which something ends.
    fn closing(&mut self, line: &str) {
        self.blank = false;
        self.line("", line);
    }

    fn lines(&mut self, indent: &str, lines: &[Line]) {
        for line in lines {
            match line {
                Line::Blank => self.blank = true,
                Line::Comment(comment) => self.line(indent, comment),
            }
        }
    }

    /// The entries of the table at `path`: first those that stand on lines of their own, then the sections.
    /// The lines `before` stand above the first section.
    fn entries(&mut self, path: &str, entries: &[Entry], mut before: Vec<Line>) {
        for entry in entries.iter().filter(|entry| !is_section(entry)) {
            self.entry(entry);
        }
        for entry in entries.iter().filter(|entry| is_section(entry)) {
            before.extend(entry.lead.iter().cloned());
            self.section(path, entry, std::mem::take(&mut before));
        }
        self.lines("", &before);
    }

    fn section(&mut self, path: &str, entry: &Entry, mut lead: Vec<Line>) {
        let Node::Table { entries, tail, .. } = &entry.node else {
            return;
        };
        let path = match path {
            "" => entry.key.clone(),
            _ => format!("{path}.{}", entry.key),
        };
        if entries.is_empty() || !entries.iter().all(is_section) {
            self.blank = true;
            self.lines("", &lead);
            self.opening(&with_comment(format!("[{path}]"), entry));
            lead.clear();
        } else {
            // A header that would stand above headers only is left out.
            lead.extend(entry.beside.iter().cloned().map(Line::Comment));
        }
        self.entries(&path, entries, lead);
        self.lines("", tail);
    }

    fn entry(&mut self, entry: &Entry) {
        self.lines("", &entry.lead);
        let one_line = format!("{} = {}", entry.key, inline(&entry.node));
        match &entry.node {
            Node::List {
                entries,
                tail,
                broken,
            } if breaks(entries, tail, *broken, &one_line) => {
                self.opening(&format!("{} = [", entry.key));
                for entry in entries {
                    self.list_entry(entry);
                }
                self.lines("  ", tail);
                self.closing(&with_comment("]".to_owned(), entry));
            }
            node => {
                self.lines("", &comments(node));
                self.line("", &with_comment(one_line, entry));
            }
        }
    }

    fn list_entry(&mut self, entry: &Entry) {
        self.lines("  ", &entry.lead);
        self.lines("  ", &comments(&entry.node));
        let line = inline(&entry.node) + ",";
        self.line("  ", &with_comment(line, entry));
    }
}

fn is_section(entry: &Entry) -> bool {
    matches!(entry.node, Node::Table { section: true, .. })
}

fn with_comment(line: String, entry: &Entry) -> String {
    match &entry.beside {
        Some(comment) => line + " " + comment,
        None => line,
    }
}

/// True where each entry of a list has a line.
fn breaks(entries: &[Entry], tail: &[Line], broken: bool, one_line: &str) -> bool {
    let comment = |line: &Line| *line != Line::Blank;
    let commented = |entry: &Entry| {
        entry.beside.is_some()
            || entry.lead.iter().any(comment)
            || !comments(&entry.node).is_empty()
    };
    let long = one_line.contains('\n') || one_line.chars().count() > WIDTH;
    let filled = !entries.is_empty() && (broken || (long && entries.len() > 1));
    filled || tail.iter().any(comment) || entries.iter().any(commented)
}

/// A value on one line, without its comments. (A string of several lines keeps them.)
fn inline(node: &Node) -> String {
    match node {
        Node::Plain(value) => value.clone(),
        Node::List { entries, .. } => {
            let values: Vec<String> = entries.iter().map(|entry| inline(&entry.node)).collect();
            format!("[{}]", values.join(", "))
        }
        Node::Table { entries, .. } if entries.is_empty() => "{}".to_owned(),
        Node::Table { entries, .. } => {
            let value = |entry: &Entry| format!("{} = {}", entry.key, inline(&entry.node));
            let values: Vec<String> = entries.iter().map(value).collect();
            format!("{{ {} }}", values.join(", "))
        }
    }
}

/// The comments within a value.
fn comments(node: &Node) -> Vec<Line> {
    let (Node::List { entries, tail, .. } | Node::Table { entries, tail, .. }) = node else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        found.extend(entry.lead.iter().cloned());
        found.extend(comments(&entry.node));
        found.extend(entry.beside.iter().cloned().map(Line::Comment));
    }
    found.extend(tail.iter().cloned());
    found.retain(|line| *line != Line::Blank);
    found
}
