//! Lexicon files as they were read, and the places in them.
//!
//! **In:** paths and contents. **Out:** [`SourceFile`], and inside the crate `Source`
//! and `Text`, which turn an offset into `path:line:column` and into a refusal.
//! **Unit:** offsets are bytes of the content with `\n` line ends.
//!
//! One decision lives here: how an offset in the value of a TOML string becomes an
//! offset in the file, so that a caret stands under the right letter even behind an escape.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use crate::error::{Error, Mistake};
use crate::lexicon::wordbook::Wordbook;

/// One file of a lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path, as it is shown in messages. The part behind the last `/` (or `\`) says what
    /// kind of file it is: `lexicon.toml`, `guards.toml`, `cues.toml`, or else a category.
    pub path: String,
    /// The text.
    pub content: String,
}

impl SourceFile {
    /// The file of that path and content.
    pub fn new(path: impl Into<String>, content: impl Into<String>) -> Self {
        let (path, content) = (path.into(), content.into());
        Self { path, content }
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        last_part(&self.path)
    }

    /// The content without a byte-order mark and with `\n` line ends, so that a lexicon
    /// checked out on another system is the same lexicon.
    pub(crate) fn normalised(&self) -> Cow<'_, str> {
        let content = self
            .content
            .strip_prefix('\u{feff}')
            .unwrap_or(&self.content);
        match content.contains('\r') {
            true => Cow::Owned(content.replace("\r\n", "\n")),
            false => Cow::Borrowed(content),
        }
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A file under reading: its path, its text and where its lines begin.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    line_starts: Vec<usize>,
    /// The words of all files of its lexicon.
    pub(crate) words: Rc<Wordbook>,
    /// True where a test has found no fault in it.
    pub(crate) tested: bool,
}

impl Source {
    pub(crate) fn new(file: &SourceFile, words: &Rc<Wordbook>) -> Self {
        let text = file.normalised().into_owned();
        let after_breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|i| i + 1);
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Self {
            path: file.path.clone(),
            line_starts,
            text,
            words: Rc::clone(words),
            tested: false,
        }
    }

    /// The same, in which a test has found no fault.
    pub(crate) fn tested(self, tested: bool) -> Self {
        Self { tested, ..self }
    }

    pub(crate) fn name(&self) -> &str {
        last_part(&self.path)
    }

    /// `path:line:column` of a byte. A table of line starts, because a lexicon has thousands of
    /// terms and each knows its place.
    pub(crate) fn place(&self, offset: usize) -> String {
        let line = self
            .line_starts
            .partition_point(|&start| start <= offset)
            .max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        let column = match self.text.get(start..offset) {
            Some(lead) if lead.is_ascii() => lead.len() + 1,
            lead => lead.map_or(0, |lead| lead.chars().count()) + 1,
        };
        // By hand, for thousands of places are written and few are read.
        let (mut a, mut b) = (itoa::Buffer::new(), itoa::Buffer::new());
        [&self.path, ":", a.format(line), ":", b.format(column)].concat()
    }

    /// The mistake at a byte of this file.
    pub(crate) fn mistake(
        &self,
        offset: usize,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) -> Mistake {
        Mistake::at(&self.path, &self.text, offset, problem, help)
    }

    /// The same as an error.
    pub(crate) fn refuse(
        &self,
        offset: usize,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) -> Error {
        self.mistake(offset, problem, help).into()
    }
}

/// A place in a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) source: &'a Source,
    pub(crate) at: usize,
}

impl Place<'_> {
    /// `path:line:column`
    pub(crate) fn shown(self) -> String {
        self.source.place(self.at)
    }

    pub(crate) fn refuse(self, problem: impl Into<String>, help: impl Into<String>) -> Error {
        self.source.refuse(self.at, problem, help)
    }

    pub(crate) fn mistake(self, problem: impl Into<String>, help: impl Into<String>) -> Mistake {
        self.source.mistake(self.at, problem, help)
    }
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

/// A string of a file: its value and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) source: &'a Source,
    pub(crate) value: &'a str,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl<'a> Text<'a> {
    pub(crate) fn new(source: &'a Source, value: &'a str, span: Range<usize>) -> Self {
        Self {
            source,
            value,
            start: span.start,
            end: span.end,
        }
    }

    /// Where the string begins: its opening quote.
    pub(crate) fn place(self) -> Place<'a> {
        Place {
            source: self.source,
            at: self.start,
        }
    }

    pub(crate) fn refuse(self, problem: impl Into<String>, help: impl Into<String>) -> Error {
        self.place().refuse(problem, help)
    }

    /// Refuse what stands at byte `index` of the value.
    pub(crate) fn refuse_at(
        self,
        index: usize,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) -> Error {
        self.source.refuse(self.offset(index), problem, help)
    }

    /// The byte of the file that byte `index` of the value comes from.
    fn offset(self, index: usize) -> usize {
        let raw = self.source.text.get(self.start..self.end).unwrap_or("");
        let opening = opening_quotes(raw);
        let basic = raw.starts_with('"');
        let mut at = opening;
        let mut value = 0;
        while value < index && at < raw.len() {
            let (read, stands_for) = step(&raw[at..], basic);
            at += read;
            value += stands_for;
        }
        self.start + at.min(raw.len())
    }
}

/// How many bytes come before the first letter: quotes, and the line end behind three of them.
fn opening_quotes(raw: &str) -> usize {
    match raw {
        _ if raw.starts_with("\"\"\"\n") || raw.starts_with("'''\n") => 4,
        _ if raw.starts_with("\"\"\"") && raw.len() >= 6 => 3,
        _ if raw.starts_with("'''") && raw.len() >= 6 => 3,
        _ if raw.starts_with(['"', '\'']) => 1,
        _ => 0,
    }
}

/// One character of the source of a string: how many bytes it takes there, and how many it has
/// in the value.
fn step(raw: &str, basic: bool) -> (usize, usize) {
    let mut chars = raw.chars();
    let first = chars.next().map_or(1, char::len_utf8);
    if !basic || !raw.starts_with('\\') {
        return (first, first);
    }
    let digits = match chars.next() {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(c) if c.is_whitespace() => {
            return (raw.len() - raw[1..].trim_start().len(), 0);
        }
        _ => return (2.min(raw.len()), 1),
    };
    let code = raw
        .get(2..2 + digits)
        .and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let len = code.and_then(char::from_u32).map_or(1, char::len_utf8);
    (2 + digits, len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offset(raw: &str, value: &str, index: usize) -> usize {
        let source = Source::new(&SourceFile::new("a.toml", raw), &Rc::default());
        Text::new(&source, value, 0..raw.len()).offset(index)
    }

    #[test]
    fn an_offset_in_a_plain_string_skips_the_quote() {
        assert_eq!(offset("'a b'", "a b", 2), 3);
    }

    #[test]
    fn an_offset_behind_an_escape_counts_the_bytes_of_the_file() {
        assert_eq!(offset(r#""\u00e9 b""#, "é b", 3), 8);
    }

    #[test]
    fn a_place_counts_lines_and_characters() {
        let source = Source::new(&SourceFile::new("a.toml", "x\r\nüb\n"), &Rc::default());
        assert_eq!(source.place(4), "a.toml:2:2");
    }
}
