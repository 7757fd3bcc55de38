//! Many files at once: the only room with threads.
//!
//! **In:** files in order, a [`Plan`]. **Out:** encoded rows of each table, failures and reports, handed to a
//! [`Receiver`] in the order of the inputs. **Unit:** a [`feed::Piece`] of work: some small files or members of
//! archives, about a mebibyte of rows, or a part of a huge text.
//!
//! Decisions that live here: one thread reads ahead and writes, the others work, and at most a few pieces per
//! thread and [`UNDER_WAY`] bytes are under way, so memory does not grow with the input; rows leave in the order of the inputs whatever the
//! number of threads; a failure is reported in its turn and ends nothing; with one thread everything happens on
//! it.

mod feed;
mod worker;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{TryLockError, mpsc};

use crate::batch::feed::{Feeder, Item};
use crate::batch::worker::{Done, Worker};
use crate::error::{Error, ErrorKind, Result};
use crate::extract::extractor::Isolation;
use crate::extract::limits::Limits;
use crate::extract::rows::TableOptions;
use crate::extract::{Failure, SheetOptions};
use crate::pipeline::{Pipeline, Scored};
use crate::record::{Layout, Origin, Recorder, Rows, Table};
use crate::scoring::tally::Tally;
use crate::sink::Format;
use crate::walk::FileList;

/// What to do with each document.
#[derive(Debug)]
pub struct Plan<'a> {
    /// Finds the matches.
    pub pipeline: &'a Pipeline,
    /// The tables to write, and how.
    pub tables: &'a [TablePlan],
    /// How tables are laid out.
    pub layout: &'a Layout,
    /// Which columns of tables are read, and the genre of documents.
    pub rows: &'a TableOptions,
    /// Which sheet of a workbook is read.
    pub sheet: &'a SheetOptions,
    /// What one document may ask for.
    pub limits: Limits,
    /// Where text is extracted.
    pub isolation: &'a Isolation,
    /// Threads that work; 0 for as many as there are cores.
    pub threads: usize,
    /// True where the SHA-256 of each input is wanted.
    pub hashes: bool,
}

/// One table and its format.
#[derive(Debug, Clone, Copy)]
pub struct TablePlan {
    /// Which table.
    pub table: Table,
    /// In which format.
    pub format: &'static Format,
    /// See [`Format::open`].
    pub spreadsheet_safe: bool,
}

/// What was read of one input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InputReport {
    /// The input, as the user named it.
    pub path: String,
    /// Bytes read.
    pub bytes: u64,
    /// Name of its encoding; empty where it could not be read.
    pub encoding: &'static str,
    /// SHA-256 of its bytes, in hexadecimal; empty unless wanted.
    pub sha256: String,
    /// Something that the user should know: which columns were taken.
    pub note: String,
    /// What was in it; `None` where it is no archive.
    pub members: Option<MemberCounts>,
}

/// What was in an archive, archives in it included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberCounts {
    /// Members that were read, well or not.
    pub read: u64,
    /// Members that are no documents.
    pub passed_over: u64,
}

/// How much was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents scored: files, or texts of rows.
    pub documents: u64,
    /// Units of them.
    pub units: u64,
    /// Failures.
    pub failures: u64,
}

/// A place in a batch: where the inputs go on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// Files that are done.
    pub files: u64,
    /// Pieces that are done of the file after those.
    pub pieces: u64,
}

/// Where a batch begins: at the first input, or where an interrupted one stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Start {
    /// What is not done again.
    pub position: Position,
    /// What was done before.
    pub counts: Counts,
}

/// Takes what a batch gives, in the order of the inputs.
pub trait Receiver {
    /// Takes rows of the table with that index in [`Plan::tables`].
    ///
    /// # Errors
    ///
    /// If they cannot be written; the batch ends.
    fn rows(&mut self, table: usize, bytes: &[u8]) -> Result<()>;
    /// Takes a failure.
    ///
    /// # Errors
    ///
    /// If it cannot be written; the batch ends.
    fn failed(&mut self, failure: &Failure) -> Result<()>;
    /// Takes the report of an input that is done.
    fn read(&mut self, report: InputReport);
    /// Takes the report of a member of an archive that is done, which has no hash.
    fn member(&mut self, report: InputReport);
    /// Is told of a member of an archive that is no document.
    fn passed_over(&mut self, id: &str);
    /// Is told of so many more bytes of input and documents that are done.
    fn progress(&mut self, bytes: u64, documents: u64);
    /// Is told that everything before `at` has been handed over, and nothing behind it: a batch over
    /// the same inputs may go on there.
    ///
    /// # Errors
    ///
    /// If that cannot be noted; the batch ends.
    fn settled(&mut self, _at: Position, _counts: &Counts) -> Result<()> {
        Ok(())
    }
}

/// Runs `plan` over `files` from `start` on. `stop` may be set at any time to end early.
///
/// # Errors
///
/// If the receiver refuses, the threads cannot be started, or `stop` was set.
pub fn run(
    plan: &Plan<'_>,
    files: &FileList,
    start: &Start,
    receiver: &mut dyn Receiver,
    stop: &AtomicBool,
) -> Result<Counts> {
    let mut sequencer = Sequencer {
        plan,
        receiver,
        counts: start.counts,
        whole: Tally::new(plan.pipeline.scheme()),
        stop,
    };
    if *start == Start::default() {
        sequencer.headers()?;
    }
    let threads = match plan.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let mut feeder = Feeder::new(plan, files, start.position);
    if threads == 1 {
        let mut worker = Worker::new(plan);
        while let Some(piece) = feeder.next() {
            check(stop)?;
            let next = piece.next;
            sequencer.take(worker.run(piece), Some(next))?;
        }
        return Ok(sequencer.counts);
    }
    run_parallel(plan, threads, &mut feeder, &mut sequencer, stop)?;
    Ok(sequencer.counts)
}

fn check(stop: &AtomicBool) -> Result<()> {
    match stop.load(Ordering::Relaxed) {
        true => Err(ErrorKind::Interrupted.into()),
        false => Ok(()),
    }
}

/// At most about so many bytes of inputs that were read are under way.
const UNDER_WAY: u64 = 256 << 20;

/// Reads ahead on this thread, works on the others, and takes what is done in order.
fn run_parallel(
    plan: &Plan<'_>,
    threads: usize,
    feeder: &mut Feeder<'_>,
    sequencer: &mut Sequencer<'_, '_>,
    stop: &AtomicBool,
) -> Result<()> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Error::usage(format!("cannot start {threads} threads: {error}")))?;
    let workers: Vec<_> = (0..threads)
        .map(|_| std::sync::Mutex::new(Worker::new(plan)))
        .collect();
    let (done_tx, done_rx) = mpsc::channel::<(u64, Done, Position)>();
    pool.in_place_scope_fifo(|scope| {
        let mut waiting = BTreeMap::new();
        let (mut given, mut taken) = (0, 0);
        let (mut sizes, mut under_way) = (VecDeque::new(), 0);
        loop {
            check(stop)?;
            // What waits for its turn is memory too, so it counts as under way.
            while given - taken < 3 * threads as u64 && under_way < UNDER_WAY {
                let Some(piece) = feeder.next() else { break };
                let position = piece.next;
                let (done_tx, workers, number) = (done_tx.clone(), &workers, given);
                given += 1;
                sizes.push_back(piece.size());
                under_way += piece.size();
                scope.spawn_fifo(move |_| {
                    let thread = rayon::current_thread_index().unwrap_or(0);
                    let done = match workers[thread].try_lock() {
                        Ok(mut worker) => worker.run(piece),
                        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner().run(piece),
                        // A library that shares the work of one file among these threads waits
                        // for it here, and is given another file meanwhile.
                        Err(TryLockError::WouldBlock) => Worker::new(plan).run(piece),
                    };
                    // The other end is gone only when the batch has ended early.
                    let _ = done_tx.send((number, done, position));
                });
            }
            if given == taken {
                return Ok(());
            }
            let Ok((number, done, position)) = done_rx.recv() else {
                return Ok(());
            };
            waiting.insert(number, (done, position));
            while let Some((done, position)) = waiting.remove(&taken) {
                taken += 1;
                under_way -= sizes.pop_front().unwrap_or(0);
                sequencer.take(done, Some(position))?;
            }
        }
    })
}

/// Takes what is done, in order, and adds up documents that were worked on in parts.
struct Sequencer<'a, 'r> {
    plan: &'a Plan<'a>,
    receiver: &'r mut dyn Receiver,
    counts: Counts,
    /// Counts of the parts of the document at hand.
    whole: Tally,
    stop: &'a AtomicBool,
}

impl Sequencer<'_, '_> {
    fn headers(&mut self) -> Result<()> {
        for (n, table) in self.plan.tables.iter().enumerate() {
            let columns = (table.table).columns(self.plan.pipeline.scheme(), self.plan.layout);
            let mut sink = table.format.open(&columns, table.spreadsheet_safe);
            sink.header();
            self.receiver.rows(n, &sink.take())?;
        }
        Ok(())
    }

    /// Takes what is done; the inputs go on at `next`, where that is known.
    fn take(&mut self, done: Done, next: Option<Position>) -> Result<()> {
        for (table, bytes) in done
            .tables
            .iter()
            .enumerate()
            .filter(|(_, bytes)| !bytes.is_empty())
        {
            self.receiver.rows(table, bytes)?;
        }
        for failure in &done.failures {
            self.receiver.failed(failure)?;
        }
        self.counts.failures += done.failures.len() as u64;
        self.counts.documents += done.documents;
        self.counts.units += done.units;
        let mut settled = true;
        if let Some(part) = done.part {
            self.whole += &part.tally;
            settled = part.last;
            if part.last {
                self.document(&part.doc_id)?;
            }
        }
        self.receiver.progress(done.bytes, done.documents);
        for id in &done.passed_over {
            self.receiver.passed_over(id);
        }
        for report in done.members {
            self.receiver.member(report);
        }
        for report in done.reports {
            self.receiver.read(report);
        }
        self.again(done.rest)?;
        match next.filter(|_| settled) {
            Some(next) => self.receiver.settled(next, &self.counts),
            // What is added up of the parts of a text is not written yet.
            None => Ok(()),
        }
    }

    /// Does what a worker handed back, here and now, since its turn has come.
    fn again(&mut self, items: Vec<Item>) -> Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        let mut worker = Worker::new(self.plan);
        let mut feeder = Feeder::again(self.plan, items);
        while let Some(piece) = feeder.next() {
            check(self.stop)?;
            self.take(worker.run(piece), None)?;
        }
        Ok(())
    }

    /// Writes the row of a document that came in parts.
    fn document(&mut self, doc_id: &str) -> Result<()> {
        let scheme = self.plan.pipeline.scheme();
        let identity = worker::identity_of_file(doc_id, self.plan.rows.genre);
        for (n, table) in self.plan.tables.iter().enumerate() {
            if table.table == Table::Documents {
                let columns = table.table.columns(scheme, self.plan.layout);
                let mut sink = table.format.open(&columns, table.spreadsheet_safe);
                let rows = Rows {
                    table: Table::Documents,
                    identity: &identity,
                    text: "",
                    scored: &Scored::default(),
                    tally: &self.whole,
                    origin: Origin::default(),
                };
                sink.rows(&mut Recorder::new(scheme, self.plan.layout), &rows);
                self.receiver.rows(n, &sink.take())?;
            }
        }
        self.counts.documents += 1;
        self.whole.clear();
        Ok(())
    }
}
