//! One thread's work: documents in, encoded rows out.
//!
//! **In:** [`Work`]. **Out:** [`Done`]. Decisions: each worker has its own sinks and room, used again and
//! again; a panic inside one document is a failure of that document.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest, Sha256};

use crate::batch::feed::{Turn, Work, failure_of, hexadecimal, taken_columns};
use crate::batch::{InputReport, Plan};
use crate::extract::limits::Limits;
use crate::extract::plain::TextPart;
use crate::extract::rows::{RowBlock, RowDocument, Syntax, TableSchema};
use crate::extract::table::TableReader;
use crate::extract::{Failure, Format, Kind, extract, io_reason};
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
    pub(super) documents: u64,
    pub(super) units: u64,
    /// Bytes of input.
    pub(super) bytes: u64,
    pub(super) part: Option<PartDone>,
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
        let lexicon = plan.pipeline.lexicon();
        let open = |table: &super::TablePlan| {
            let columns = table.table.columns(lexicon, plan.layout);
            table.format.open(&columns, table.spreadsheet_safe)
        };
        Self {
            plan,
            sinks: plan.tables.iter().map(open).collect(),
            recorder: Recorder::new(lexicon, plan.layout),
            scored: Scored::default(),
            tally: Tally::new(lexicon),
            done: Done::default(),
        }
    }

    pub(super) fn run(&mut self, work: Work) -> Done {
        match work {
            Work::Files(files) => files.iter().for_each(|file| self.file(file)),
            Work::Rows {
                schema,
                block,
                bytes,
            } => {
                self.done.bytes += bytes;
                self.rows(&schema, &block);
            }
            Work::Part {
                doc_id,
                part,
                from,
                to,
                last,
            } => self.part(doc_id, &part, &from, &to, last),
            Work::End { report, failure } => {
                self.done.failures.extend(failure);
                self.done.reports.push(report);
            }
        }
        self.done.tables = self.sinks.iter_mut().map(|sink| sink.take()).collect();
        std::mem::take(&mut self.done)
    }

    fn fail(&mut self, path: &str, stage: &'static str, reason: String) {
        self.done.failures.push(Failure {
            path: path.to_owned(),
            row: None,
            stage,
            reason,
        });
    }

    fn file(&mut self, file: &InputFile) {
        let bytes = match read_whole(file, &self.plan.limits) {
            Ok(bytes) => bytes,
            Err((stage, reason)) => return self.fail(&file.id, stage, reason),
        };
        self.done.bytes += bytes.len() as u64;
        let mut report = InputReport {
            path: file.id.clone(),
            bytes: bytes.len() as u64,
            ..InputReport::default()
        };
        if self.plan.hashes {
            report.sha256 = hexadecimal(Sha256::new_with_prefix(&bytes));
        }
        let format = Format::of(&file.path, &bytes);
        match format.kind {
            Kind::Table(syntax) => {
                let reader = Box::new(io::Cursor::new(bytes));
                self.small_table(file, reader, syntax, &mut report);
            }
            Kind::Sheet(open, syntax) => {
                let source = Box::new(io::Cursor::new(bytes));
                let rows = guarded(|| open(source, self.plan.sheet, &self.plan.limits));
                match rows.unwrap_or_else(Err) {
                    Ok(reader) => self.small_table(file, reader, syntax, &mut report),
                    Err(reason) => return self.fail(&file.id, "extract", reason),
                }
            }
            Kind::Text | Kind::Whole(_) => self.whole(file, format, bytes, &mut report),
        }
        self.done.reports.push(report);
    }

    /// A file that is one document.
    fn whole(
        &mut self,
        file: &InputFile,
        format: &Format,
        bytes: Vec<u8>,
        report: &mut InputReport,
    ) {
        let extracted = match guarded(|| extract(format, bytes, &self.plan.limits)) {
            Ok(Ok(extracted)) => extracted,
            Ok(Err(reason)) => return self.fail(&file.id, "extract", reason),
            Err(reason) => return self.fail(&file.id, "extract", reason),
        };
        report.encoding = extracted.encoding;
        let identity = identity_of_file(&file.id, self.plan.rows.genre);
        if let Err(reason) = self.document(&identity, &extracted.text, &extracted.blocks) {
            self.fail(&file.id, "score", reason);
        }
    }

    fn small_table(
        &mut self,
        file: &InputFile,
        reader: Box<dyn Read + Send>,
        syntax: Syntax,
        report: &mut InputReport,
    ) {
        let result = (|| -> crate::error::Result<()> {
            let mut table = TableReader::open(reader, &file.id, syntax, self.plan.rows)?;
            report.note = taken_columns(&table.schema());
            while let Some(block) = table.next_block()? {
                self.rows(&table.schema(), &block);
            }
            report.encoding = table.encoding();
            Ok(())
        })();
        if let Err(error) = result {
            self.done.failures.push(failure_of(&file.id, &error));
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
        self.done.bytes += part.text.len() as u64;
        let scored = self.score(&part.text, &[], genre);
        let units = from.wait();
        to.give(units + self.scored.units.len() as u64);
        let mut tally = Tally::new(self.plan.pipeline.lexicon());
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
