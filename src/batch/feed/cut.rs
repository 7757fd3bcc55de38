//! Large inputs and members cut into pieces.
//!
//! **In:** the stream of a table or a text. **Out:** blocks of rows or parts of text as
//! [`Work`], and the end of it. **Unit:** about a mebibyte. One decision lives here: a text is
//! read one part ahead, to know which part is the last.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::batch::feed::take::Owner;
use crate::batch::feed::{End, Feeder, Item, Work};
use crate::error::{Error, ErrorKind};
use crate::extract::Failure;
use crate::extract::plain::{TextPart, TextParts};
use crate::extract::rows::TableSchema;
use crate::extract::table::TableReader;

/// A number that one worker waits for and another one gives.
#[derive(Debug, Default)]
pub(in crate::batch) struct Turn {
    units: Mutex<Option<u64>>,
    given: Condvar,
}

impl Turn {
    fn first() -> Self {
        Self {
            units: Mutex::new(Some(0)),
            given: Condvar::new(),
        }
    }

    /// Waits until the number is given. Parts are begun in order, so whoever gives it is at work.
    pub(in crate::batch) fn wait(&self) -> u64 {
        let mut units = self.units.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match *units {
                Some(number) => return number,
                None => {
                    let given = self.given.wait(units);
                    units = given.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    pub(in crate::batch) fn give(&self, number: u64) {
        *self.units.lock().unwrap_or_else(PoisonError::into_inner) = Some(number);
        self.given.notify_all();
    }
}

/// The input or member that is being cut.
pub(super) struct Open {
    name: String,
    source: Source,
    owner: Owner,
}

enum Source {
    Table(TableReader, String),
    Text(TextAhead),
}

impl Open {
    /// The table of an input or member.
    pub(super) fn table(name: String, table: TableReader, owner: Owner) -> Self {
        let note = taken_columns(&table.schema());
        let source = Source::Table(table, note);
        Self {
            name,
            source,
            owner,
        }
    }

    /// The text of an input or member.
    pub(super) fn text(name: String, parts: TextParts, owner: Owner) -> Self {
        let source = Source::Text(TextAhead::new(parts));
        Self {
            name,
            source,
            owner,
        }
    }

    /// True for a member of an archive.
    pub(super) fn is_member(&self) -> bool {
        matches!(self.owner, Owner::Archive)
    }

    /// The next piece of it.
    fn next(&mut self) -> crate::error::Result<Option<Work>> {
        match &mut self.source {
            Source::Table(table, _) => {
                let block = table.next_block()?;
                let schema = table.schema();
                Ok(block.map(|block| Work::Rows { schema, block }))
            }
            Source::Text(text) => text.next(&self.name),
        }
    }
}

impl Feeder<'_> {
    /// The next piece of the open input or member; `None` at its end.
    pub(super) fn cut(&mut self, mut open: Open) -> Option<Work> {
        let next = open.next();
        if let Owner::Input(input) = &mut open.owner {
            self.read += input.newly_read();
        }
        match next {
            Ok(Some(work)) => {
                self.open = Some(open);
                return Some(work);
            }
            Ok(None) => {}
            Err(error) => self.gather(Item::Failed(failure_of(&open.name, &error))),
        }
        let (encoding, note) = match open.source {
            Source::Table(table, note) => (table.encoding(), note),
            Source::Text(text) => (text.parts.encoding(), String::new()),
        };
        let mut end = match open.owner {
            Owner::Input(input) => input.end(),
            Owner::Archive => End::of_member(open.name, 0),
        };
        (end.report.encoding, end.report.note) = (encoding, note);
        self.gather(Item::End(end));
        None
    }
}

/// A text in parts, read one part ahead, to know which is the last.
struct TextAhead {
    parts: TextParts,
    /// Where the units of the next part begin.
    turn: Arc<Turn>,
    ahead: crate::error::Result<Option<TextPart>>,
}

impl TextAhead {
    fn new(mut parts: TextParts) -> Self {
        Self {
            ahead: parts.next_part(),
            parts,
            turn: Arc::new(Turn::first()),
        }
    }

    /// The next part. What was read before a text turns out bad is a document all the same, so
    /// that the tables add up.
    fn next(&mut self, doc_id: &str) -> crate::error::Result<Option<Work>> {
        let Some(part) = std::mem::replace(&mut self.ahead, Ok(None))? else {
            return Ok(None);
        };
        self.ahead = self.parts.next_part();
        let from = std::mem::replace(&mut self.turn, Arc::new(Turn::default()));
        Ok(Some(Work::Part {
            doc_id: doc_id.to_owned(),
            part,
            from,
            to: Arc::clone(&self.turn),
            last: !matches!(self.ahead, Ok(Some(_))),
        }))
    }
}

/// Which columns were taken for the text, where nobody named them.
pub(in crate::batch) fn taken_columns(schema: &TableSchema) -> String {
    if !schema.guessed() {
        return String::new();
    }
    let names: Vec<String> = schema
        .text_columns()
        .map(|name| format!("`{name}`"))
        .collect();
    let plural = if names.len() == 1 { "" } else { "s" };
    format!(
        "text column{plural} {} (choose with --text-column)",
        names.join(", ")
    )
}

/// The failure that an error of reading is.
pub(in crate::batch) fn failure_of(path: &str, error: &Error) -> Failure {
    let (stage, reason) = match error.kind() {
        ErrorKind::Input { stage, reason, .. } => (*stage, reason.clone()),
        // Other errors name the input themselves.
        _ => {
            let text = error.to_string();
            let reason = text
                .strip_prefix(path)
                .and_then(|rest| rest.strip_prefix(": "));
            ("extract", reason.unwrap_or(&text).to_owned())
        }
    };
    Failure {
        path: path.to_owned(),
        row: None,
        stage,
        reason,
    }
}
