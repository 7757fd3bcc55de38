//! One thread's work: documents in, encoded rows out.
//!
//! **In:** a [`Piece`] of work. **Out:** [`Done`]. Decisions: each worker has its own sinks and room, used
//! again and again; a panic inside one document is a failure of that document; what turns out to be an archive
//! is handed back, with what follows it.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::archive::Container;
use crate::batch::feed::{
    Content, End, Item, Piece, Turn, Work, failure_of, hexadecimal, taken_columns,
};
use crate::batch::{InputReport, Plan};
use crate::extract::extractor::{Extractor, SheetInput};
use crate::extract::limits::Limits;
use crate::extract::plain::TextPart;
use crate::extract::rows::{RowBlock, RowDocument, Syntax, TableSchema};
use crate::extract::table::TableReader;
use crate::extract::{Extracted, Failure, Format, HEAD, Kind, io_reason};
use crate::pipeline::{Document, Scored};
use crate::record::{Identity, Origin, Recorder, Rows, Table};
use crate::scoring::tally::Tally;
use crate::sink::traits::Sink;
use crate::text::document::{Block, Genre};
use crate::walk::InputFile;

/// What came of a piece of work.
#[derive(Default)]
pub(super) struct Done {
    /// Encoded rows of each table of the plan.
    pub(super) tables: Vec<Vec<u8>>,
    pub(super) failures: Vec<Failure>,
    pub(super) reports: Vec<InputReport>,
    /// Reports of members of archives.
    pub(super) members: Vec<InputReport>,
    /// Members that are no documents.
    pub(super) passed_over: Vec<String>,
    pub(super) documents: u64,
    pub(super) units: u64,
    /// Bytes of input.
    pub(super) bytes: u64,
    pub(super) part: Option<PartDone>,
    /// What was not done: a file that is an archive, and what follows it.
    pub(super) rest: Vec<Item>,
}

/// What a part of a document adds to it.
pub(super) struct PartDone {
    pub(super) doc_id: String,
    pub(super) tally: Tally,
    pub(super) last: bool,
}

/// Works on one thread.
pub(super) struct Worker<'a> {
    plan: &'a Plan<'a>,
    extractor: Extractor,
    sinks: Vec<Box<dyn Sink>>,
    recorder: Recorder<'a>,
    scored: Scored,
    tally: Tally,
    done: Done,
}

/// The identity of a file that is one document.
pub(super) fn identity_of_file(doc_id: &str, genre: Genre) -> Identity<'_> {
    Identity {
        doc_id,
        field: "",
        keep: &[],
        genre,
    }
}

impl<'a> Worker<'a> {
    pub(super) fn new(plan: &'a Plan<'a>) -> Self {
        let scheme = plan.pipeline.scheme();
        let open = |table: &super::TablePlan| {
            let columns = table.table.columns(scheme, plan.layout);
            table.format.open(&columns, table.spreadsheet_safe)
        };
        Self {
            plan,
            extractor: Extractor::new(plan.isolation, plan.limits),
            sinks: plan.tables.iter().map(open).collect(),
            recorder: Recorder::new(scheme, plan.layout),
            scored: Scored::default(),
            tally: Tally::new(scheme),
            done: Done::default(),
        }
    }

    pub(super) fn run(&mut self, piece: Piece) -> Done {
        self.done.bytes += piece.read;
        match piece.work {
            Work::Items(items) => self.items(items),
            Work::Rows { schema, block } => self.rows(&schema, &block),
            Work::Part {
                doc_id,
                part,
                from,
                to,
                last,
            } => self.part(doc_id, &part, &from, &to, last),
        }
        self.done.tables = self.sinks.iter_mut().map(|sink| sink.take()).collect();
        std::mem::take(&mut self.done)
    }

    fn items(&mut self, items: Vec<Item>) {
        let mut items = items.into_iter();
        while let Some(item) = items.next() {
            match item {
                Item::File(file) => {
                    if let Some(archive) = self.file(file) {
                        self.done.rest.push(Item::File(archive));
                        self.done.rest.extend(items);
                        return;
                    }
                }
                Item::Content(content) => self.content(content),
                Item::Failed(failure) => self.done.failures.push(failure),
                Item::PassedOver(id) => self.done.passed_over.push(id),
                Item::End(end) => self.end(end),
            }
        }
    }

    /// Reports an input or member that is done.
    fn end(&mut self, mut end: End) {
        if let Some(file) = end.unhashed
            && let Ok(mut reader) = file.open()
        {
            let mut hash = Sha256::new();
            if let Ok(bytes) = io::copy(&mut reader, &mut hash) {
                (end.report.bytes, end.report.sha256) = (bytes, hexadecimal(hash));
            }
        }
        match end.member {
            true => self.done.members.push(end.report),
            false => self.done.reports.push(end.report),
        }
    }

    fn fail(&mut self, path: &str, stage: &'static str, reason: String) {
        self.done.failures.push(Failure {
            path: path.to_owned(),
            row: None,
            stage,
            reason,
        });
    }

    /// A file; given back where it is an archive.
    fn file(&mut self, file: InputFile) -> Option<InputFile> {
        let bytes = match read_whole(&file, &self.plan.limits) {
            Ok(bytes) => bytes,
            Err((stage, reason)) => {
                self.fail(&file.id, stage, reason);
                return None;
            }
        };
        if Container::of(&file.path, &bytes[..bytes.len().min(HEAD)]).is_some() {
            return Some(file);
        }
        self.done.bytes += bytes.len() as u64;
        let mut end = End::of_input(file.id);
        end.report.bytes = bytes.len() as u64;
        if self.plan.hashes {
            end.report.sha256 = hexadecimal(Sha256::new_with_prefix(&bytes));
        }
        let path = file.path;
        self.content(Content { path, bytes, end });
        None
    }

    /// A document or a small table.
    fn content(&mut self, content: Content) {
        let Content {
            path,
            bytes,
            mut end,
        } = content;
        let (format, report) = (Format::of(&path, &bytes), &mut end.report);
        let id = report.path.clone();
        match format.kind {
            Kind::Table(syntax) => {
                self.small_table(&id, Box::new(io::Cursor::new(bytes)), syntax, report);
            }
            Kind::Sheet(_, syntax) => {
                let input = SheetInput::Bytes(bytes);
                let rows = (self.extractor).rows(format, input, self.plan.sheet, &Arc::default());
                match rows {
                    Ok(reader) => self.small_table(&id, reader, syntax, report),
                    Err(reason) => return self.fail(&id, "extract", reason),
                }
            }
            Kind::Text | Kind::Whole(_) => match self.extractor.extract(format, bytes) {
                Ok(extracted) => self.whole(&id, &extracted, report),
                Err(reason) => return self.fail(&id, "extract", reason),
            },
        }
        self.end(end);
    }

    /// A file that is one document.
    fn whole(&mut self, id: &str, extracted: &Extracted, report: &mut InputReport) {
        report.encoding = extracted.encoding;
        let identity = identity_of_file(id, self.plan.rows.genre);
        if let Err(reason) = self.document(&identity, &extracted.text, &extracted.blocks) {
            self.fail(id, "score", reason);
        }
    }

    fn small_table(
        &mut self,
        id: &str,
        reader: Box<dyn Read + Send>,
        syntax: Syntax,
        report: &mut InputReport,
    ) {
        let result = (|| -> crate::error::Result<()> {
            let mut table = TableReader::open(reader, id, syntax, self.plan.rows)?;
            report.note = taken_columns(&table.schema());
            while let Some(block) = table.next_block()? {
                self.rows(&table.schema(), &block);
            }
            report.encoding = table.encoding();
            Ok(())
        })();
        if let Err(error) = result {
            self.done.failures.push(failure_of(id, &error));
        }
    }

    fn rows(&mut self, schema: &TableSchema, block: &RowBlock) {
        let mut failures = Vec::new();
        let first = self.done.failures.len();
        schema.rows(block, &mut |row| self.row(schema, &row), &mut |failure| {
            failures.push(failure)
        });
        self.done.failures.extend(failures);
        self.done.failures[first..].sort_by_key(|failure| failure.row);
    }

    fn row(&mut self, schema: &TableSchema, row: &RowDocument<'_>) {
        let identity = Identity {
            doc_id: row.id,
            field: row.field,
            keep: row.keep,
            genre: row.genre,
        };
        if let Err(reason) = self.document(&identity, row.text, &[]) {
            let failure = Failure {
                path: schema.path().to_owned(),
                row: Some(row.row),
                stage: "score",
                reason,
            };
            self.done.failures.push(failure);
        }
    }

    /// Scores one document and encodes its rows.
    fn document(
        &mut self,
        identity: &Identity<'_>,
        text: &str,
        blocks: &[Block],
    ) -> Result<(), String> {
        self.score(text, blocks, identity.genre)?;
        self.tally.clear();
        self.recorder.tally(&self.scored, &mut self.tally);
        self.encode(identity, text, Origin::default(), true);
        self.done.documents += 1;
        Ok(())
    }

    fn score(&mut self, text: &str, blocks: &[Block], genre: Genre) -> Result<(), String> {
        let document = Document {
            text,
            blocks,
            genre,
        };
        let (plan, scored) = (self.plan, &mut self.scored);
        let result = guarded(|| {
            plan.pipeline
                .run(&document, plan.layout.all_matches, scored)
        });
        if result.is_err() {
            self.scored = Scored::default();
        }
        self.done.units += self.scored.units.len() as u64;
        result
    }

    fn encode(&mut self, identity: &Identity<'_>, text: &str, origin: Origin, whole: bool) {
        for (table, sink) in self.plan.tables.iter().zip(&mut self.sinks) {
            if whole || table.table != Table::Documents {
                let rows = Rows {
                    table: table.table,
                    identity,
                    text,
                    scored: &self.scored,
                    tally: &self.tally,
                    origin,
                };
                sink.rows(&mut self.recorder, &rows);
            }
        }
    }

    /// A part of a huge text. Where the number of the units before it is not yet known, it
    /// waits for it after scoring, and tells the next part before encoding.
    fn part(&mut self, doc_id: String, part: &TextPart, from: &Turn, to: &Turn, last: bool) {
        let genre = self.plan.rows.genre;
        let scored = self.score(&part.text, &[], genre);
        let units = from.wait();
        to.give(units + self.scored.units.len() as u64);
        let mut tally = Tally::new(self.plan.pipeline.scheme());
        match scored {
            Ok(()) => self.recorder.tally(&self.scored, &mut tally),
            Err(reason) => self.fail(&doc_id, "score", reason),
        }
        let origin = Origin {
            offset: part.start,
            units,
        };
        self.encode(&identity_of_file(&doc_id, genre), &part.text, origin, false);
        self.done.part = Some(PartDone {
            doc_id,
            tally,
            last,
        });
    }
}

/// The bytes of a file that is read as a whole; else the stage that failed, and why.
fn read_whole(file: &InputFile, limits: &Limits) -> Result<Vec<u8>, (&'static str, String)> {
    let reader = file.open().map_err(|error| ("open", io_reason(&error)))?;
    let mut bytes = Vec::with_capacity(file.size.min(limits.file) as usize + 1);
    reader
        .take(limits.file + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| ("read", io_reason(&error)))?;
    match bytes.len() as u64 > limits.file {
        true => Err(("read", limits.too_large("such a file"))),
        false => Ok(bytes),
    }
}

/// Runs `work`; a panic inside becomes a reason.
pub(super) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let message = (panic.downcast_ref::<&str>().map(ToString::to_string))
            .or_else(|| panic.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        format!("an internal error, please report it: {message}")
    })
}
