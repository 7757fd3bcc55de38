//! Inputs and members taken for what they are.
//!
//! **In:** a stream. **Out:** its content as an item; or the table, the text or the archive
//! that is open from now on. **Unit:** inputs and members. One decision lives here: who reads
//! what. A file on the disk that must be read as a whole is left to a worker; what comes of
//! a pipe or an archive is read here.

use std::io::Read;
use std::sync::Arc;

use crate::archive::{Allowance, Container};
use crate::batch::feed::cut::{Open, failure_of};
use crate::batch::feed::input::Input;
use crate::batch::feed::stream::Stream;
use crate::batch::feed::{Content, End, Feeder, Item, SMALL, is_small};
use crate::extract::extractor::SheetInput;
use crate::extract::plain::{TextParts, WHOLE};
use crate::extract::rows::Syntax;
use crate::extract::table::TableReader;
use crate::extract::{Format, Kind, io_reason};
use crate::walk::InputFile;

/// Rows to read; else the stage that failed, and why.
type Rows = Result<Box<dyn Read + Send>, (&'static str, String)>;

/// Whose end is told when a document or table is done.
pub(super) enum Owner {
    /// The input that it is.
    Input(Input),
    /// The archive that is open, of which it is a member.
    Archive,
}

impl Owner {
    /// The file that it is on the disk.
    pub(super) fn file(&self) -> Option<&InputFile> {
        match self {
            Self::Input(input) => input.file(),
            Self::Archive => None,
        }
    }
}

/// True where a worker reads such a file itself.
fn is_read_whole(format: &Format, file: &InputFile) -> bool {
    match format.kind {
        Kind::Whole(_) => true,
        Kind::Sheet(..) => false,
        Kind::Text => (1..=WHOLE as u64).contains(&file.size),
        Kind::Table(_) => false,
    }
}

impl Feeder<'_> {
    /// Begins an input.
    pub(super) fn file(&mut self, file: InputFile) {
        if !self.wary && is_small(&file) && Container::of_path(&file.path).is_none() {
            return self.gather(Item::File(file));
        }
        let (id, path, size) = (file.id.clone(), file.path.clone(), file.size);
        match Input::open(file, self.plan.hashes) {
            Ok((input, reader)) => {
                let allowance = Allowance::new(&self.plan.limits, size, input.bytes());
                let stream = Stream::new(id, path, reader);
                self.take(stream, Owner::Input(input), &allowance);
            }
            Err(error) => {
                self.fail(&id, "open", io_reason(&error));
                self.gather(Item::End(End::of_input(id)));
            }
        }
    }

    /// Takes an input or member for what it is.
    pub(super) fn take(&mut self, stream: Stream, owner: Owner, allowance: &Allowance) {
        match stream.unpacked(allowance) {
            Ok((stream, Some(container))) => self.enter(stream, container, owner, allowance),
            Ok((stream, None)) => self.document(stream, owner),
            Err((id, reason)) => self.give_up(owner, id, "read", reason),
        }
    }

    /// Takes a document or a table.
    fn document(&mut self, mut stream: Stream, owner: Owner) {
        let whole = match stream.look_whole(SMALL) {
            Ok(whole) => whole,
            Err(error) => return self.give_up(owner, stream.id, "read", io_reason(&error)),
        };
        let format = Format::of(&stream.path, stream.head());
        if let Some(file) = owner.file()
            && stream.layers == 0
            && (whole || is_read_whole(format, file))
        {
            return self.gather(Item::File(file.clone()));
        }
        match format.kind {
            _ if whole => self.content(stream, owner),
            Kind::Table(syntax) => {
                let id = stream.id.clone();
                self.table(id, stream.into_reader(), syntax, owner);
            }
            Kind::Sheet(_, syntax) => {
                let id = stream.id.clone();
                match self.sheet(stream, &owner, format) {
                    Ok(rows) => self.table(id, rows, syntax, owner),
                    Err((stage, reason)) => self.give_up(owner, id, stage, reason),
                }
            }
            Kind::Text => {
                let id = stream.id.clone();
                let parts = TextParts::new(stream.into_reader(), &id);
                self.cut_up(Open::text(id, parts, owner));
            }
            Kind::Whole(_) => match self.hold(&mut stream, format) {
                Ok(()) => self.content(stream, owner),
                Err(reason) => self.give_up(owner, stream.id, "read", reason),
            },
        }
    }

    /// Reads a stream as a whole, where that is not too much.
    fn hold(&self, stream: &mut Stream, format: &Format) -> Result<(), String> {
        let limits = &self.plan.limits;
        match stream.look_whole(limits.file) {
            Ok(true) => Ok(()),
            Ok(false) => Err(limits.too_large(format.name)),
            Err(error) => Err(io_reason(&error)),
        }
    }

    /// Takes the rows of a table.
    fn table(&mut self, id: String, rows: Box<dyn Read + Send>, syntax: Syntax, owner: Owner) {
        match TableReader::open(rows, &id, syntax, self.plan.rows) {
            Ok(table) => self.cut_up(Open::table(id, table, owner)),
            Err(error) => {
                self.gather(Item::Failed(failure_of(&id, &error)));
                self.end_failed(owner);
            }
        }
    }

    /// The rows of a workbook or its like; else the stage that failed, and why. On the disk it may
    /// be read anywhere and need not be held.
    fn sheet(&self, mut stream: Stream, owner: &Owner, format: &'static Format) -> Rows {
        let (input, read) = match owner {
            Owner::Input(input) if owner.file().is_some() && stream.layers == 0 => {
                (SheetInput::File(input.path().to_owned()), input.elsewhere())
            }
            _ => {
                let held = self.hold(&mut stream, format);
                held.map_err(|reason| ("read", reason))?;
                (SheetInput::Bytes(stream.into_head()), Arc::default())
            }
        };
        let rows = (self.extractor).rows(format, input, self.plan.sheet, &read);
        rows.map_err(|reason| ("extract", reason))
    }

    /// Takes a table or text to be cut.
    fn cut_up(&mut self, open: Open) {
        self.count(open.is_member());
        self.open = Some(open);
    }

    /// Takes what was looked at as a whole.
    fn content(&mut self, stream: Stream, owner: Owner) {
        let path = stream.path.clone();
        let id = stream.id.clone();
        let bytes = stream.into_head();
        self.count(matches!(owner, Owner::Archive));
        let end = match owner {
            Owner::Input(mut input) => {
                self.read += input.newly_read();
                input.end()
            }
            Owner::Archive => End::of_member(id, bytes.len() as u64),
        };
        self.gather(Item::Content(Content { path, bytes, end }));
    }

    fn count(&mut self, member: bool) {
        if member && let Some(archive) = &mut self.archive {
            archive.count();
        }
    }

    /// Gives an input or member up.
    pub(super) fn give_up(
        &mut self,
        owner: Owner,
        id: String,
        stage: &'static str,
        reason: String,
    ) {
        self.fail(&id, stage, reason);
        self.end_failed(owner);
    }

    /// Ends an input or member whose failure is told.
    fn end_failed(&mut self, owner: Owner) {
        match owner {
            Owner::Input(mut input) => {
                self.read += input.newly_read();
                self.gather(Item::End(input.end()));
            }
            Owner::Archive => {
                if let Some(archive) = &mut self.archive {
                    archive.failed();
                }
            }
        }
    }
}
