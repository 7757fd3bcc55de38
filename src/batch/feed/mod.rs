//! Inputs cut into pieces of work.
//!
//! **In:** the list of files. **Out:** [`Piece`]s, in order. **Unit:** about a mebibyte.
//!
//! The decisions that live here: small files go together, and are opened and read by the
//! workers; whatever only one thread can do is done here: a larger table is cut into blocks
//! of rows, a huge text into parts ([`cut`]), an archive is opened and its members are read
//! ([`members`]). Small members go together as small files do, so the tables come out the same.
//! A small file that turns out to be an archive against its name is handed back by the
//! worker that finds it out.

mod cut;
mod input;
mod members;
mod stream;
mod take;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::batch::feed::cut::Open;
use crate::batch::feed::members::OpenArchive;
use crate::batch::{InputReport, Plan, Position};
use crate::extract::Failure;
use crate::extract::extractor::Extractor;
use crate::extract::plain::TextPart;
use crate::extract::rows::{RowBlock, TableSchema};
use crate::walk::{FileList, InputFile, STDIN};

pub(super) use crate::batch::feed::cut::{Turn, failure_of, taken_columns};
pub(super) use crate::batch::feed::input::hexadecimal;

/// What is up to this size is worked on as a whole.
const SMALL: u64 = 1 << 20;
/// At most so many items in one piece of work.
const GROUP: usize = 64;

/// A piece of work, and what it is of the input.
pub(super) struct Piece {
    pub(super) work: Work,
    /// Bytes of input that were read for it here.
    pub(super) read: u64,
    /// Where the inputs go on behind it.
    pub(super) next: Position,
}

/// What is to be done.
pub(super) enum Work {
    /// Small things, or larger ones that must be read as a whole, in order.
    Items(Vec<Item>),
    /// Rows of a table.
    Rows {
        schema: Arc<TableSchema>,
        block: RowBlock,
    },
    /// A part of a text.
    Part {
        doc_id: String,
        part: TextPart,
        /// Where the units of this part begin.
        from: Arc<Turn>,
        /// Where the units of the next part begin.
        to: Arc<Turn>,
        last: bool,
    },
}

impl Piece {
    /// About how many bytes it holds in memory.
    pub(super) fn size(&self) -> u64 {
        let size = |item: &Item| match item {
            Item::Content(content) => content.bytes.len(),
            _ => 0,
        };
        (match &self.work {
            Work::Items(items) => items.iter().map(size).sum(),
            Work::Rows { block, .. } => block.size(),
            Work::Part { part, .. } => part.text.len(),
        }) as u64
    }
}

/// One of the small things.
pub(super) enum Item {
    /// A file, which is not opened yet.
    File(InputFile),
    /// What was read of an input or a member.
    Content(Content),
    /// An input or member that cannot be read.
    Failed(Failure),
    /// A member that is no document.
    PassedOver(String),
    /// An input or member is done, well or not.
    End(End),
}

/// The bytes of a document or a small table.
pub(super) struct Content {
    /// Whose extension may tell the format.
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
    /// What is known of it so far.
    pub(super) end: End,
}

/// The report of an input or member that is done.
pub(super) struct End {
    pub(super) report: InputReport,
    pub(super) member: bool,
    /// The file whose hash is still to be found.
    pub(super) unhashed: Option<InputFile>,
}

/// Gives the work, piece by piece.
pub(super) struct Feeder<'a> {
    plan: &'a Plan<'a>,
    extractor: Extractor,
    source: Box<dyn Iterator<Item = Item> + 'a>,
    /// True where small files are looked into here.
    wary: bool,
    /// Items that wait to be given together.
    items: Vec<Item>,
    /// Their bytes.
    gathered: u64,
    /// The table or text that is being cut.
    open: Option<Open>,
    /// The archive whose members are read.
    archive: Option<OpenArchive>,
    /// Bytes of input that were read and not told of yet.
    read: u64,
    /// Files taken from the source.
    taken: u64,
    /// Where the inputs go on behind the last piece.
    position: Position,
}

impl<'a> Feeder<'a> {
    /// From `start` on: what lies before it in a file that was begun is read and passed over.
    pub(super) fn new(plan: &'a Plan<'a>, files: &'a FileList, start: Position) -> Self {
        let source = files.iter_from(start.files as usize).map(Item::File);
        let mut feeder = Self::over(plan, Box::new(source), false);
        feeder.taken = start.files;
        feeder.position.files = start.files;
        while feeder.position.pieces < start.pieces && feeder.next().is_some() {}
        feeder
    }

    /// Over items that a worker handed back since one of them is an archive.
    pub(super) fn again(plan: &'a Plan<'a>, items: Vec<Item>) -> Self {
        Self::over(plan, Box::new(items.into_iter()), true)
    }

    fn over(plan: &'a Plan<'a>, source: Box<dyn Iterator<Item = Item> + 'a>, wary: bool) -> Self {
        Self {
            plan,
            extractor: Extractor::new(plan.isolation, plan.limits),
            source,
            wary,
            items: Vec::new(),
            gathered: 0,
            open: None,
            archive: None,
            read: 0,
            taken: 0,
            position: Position::default(),
        }
    }

    /// The next piece; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Piece> {
        loop {
            let full = self.items.len() >= GROUP || self.gathered >= SMALL;
            if full || !self.items.is_empty() && (self.open.is_some() || self.ends_a_long_one()) {
                return Some(self.gathered());
            }
            if let Some(open) = self.open.take() {
                match self.cut(open) {
                    Some(work) => return Some(self.piece(work)),
                    None => continue,
                }
            }
            if self.archive.is_some() {
                self.step();
                continue;
            }
            let item = self.source.next();
            self.taken += u64::from(item.is_some());
            match item {
                Some(Item::File(file)) => self.file(file),
                Some(item) => self.gather(item),
                None if self.items.is_empty() => return None,
                None => return Some(self.gathered()),
            }
        }
    }

    /// True where nothing is open any more of an input that was given in several pieces. What
    /// is left of it goes by itself, so that a batch may go on behind it.
    fn ends_a_long_one(&self) -> bool {
        self.position.pieces > 0 && self.open.is_none() && self.archive.is_none()
    }

    fn gather(&mut self, item: Item) {
        self.gathered += match &item {
            Item::File(file) => file.size,
            Item::Content(content) => content.bytes.len() as u64,
            _ => 0,
        };
        self.items.push(item);
    }

    /// All items so far.
    fn gathered(&mut self) -> Piece {
        self.gathered = 0;
        let items = std::mem::take(&mut self.items);
        self.piece(Work::Items(items))
    }

    fn piece(&mut self, work: Work) -> Piece {
        let at_rest = self.items.is_empty() && self.open.is_none() && self.archive.is_none();
        self.position = match at_rest {
            // Whoever goes on here cuts the same pieces: nothing is held of what came before.
            true => Position {
                files: self.taken,
                pieces: 0,
            },
            false => Position {
                pieces: self.position.pieces + 1,
                ..self.position
            },
        };
        Piece {
            work,
            read: std::mem::take(&mut self.read),
            next: self.position,
        }
    }

    fn fail(&mut self, path: &str, stage: &'static str, reason: String) {
        self.gather(Item::Failed(Failure {
            path: path.to_owned(),
            row: None,
            stage,
            reason,
        }));
    }
}

impl End {
    /// Of an input of which nothing is known.
    pub(super) fn of_input(path: String) -> Self {
        Self {
            report: InputReport {
                path,
                ..InputReport::default()
            },
            member: false,
            unhashed: None,
        }
    }

    /// Of a member of an archive.
    fn of_member(path: String, bytes: u64) -> Self {
        let mut end = Self::of_input(path);
        (end.member, end.report.bytes) = (true, bytes);
        end
    }
}

/// A pipe has no size and may never end: it is cut here.
fn is_small(file: &InputFile) -> bool {
    (1..=SMALL).contains(&file.size) && file.path != Path::new(STDIN)
}
