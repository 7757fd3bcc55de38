//! The child as its parent sees it: asked, waited for, killed when it is late.
//!
//! **In:** frames. **Out:** frames, or how the child [`Failed`]. **Unit:** one wait.
//!
//! The decisions that live here: the child stands in a group of its own, so that Ctrl-C reaches
//! the parent alone; it works on one thread, since the parent has one for each core; how it died
//! is read from its last words and the signal that ended it.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::process::{ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::extract::isolated::client::ReaderProgram;
use crate::extract::isolated::frame::{self, Frame};
use crate::extract::isolated::watch::Watch;
use crate::extract::limits::Limits;

/// What is kept of what a child says before it dies.
const LAST_WORDS: usize = 4096;

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failed {
    /// The time was up.
    Late,
    /// The child asked for more memory than it may have.
    Memory,
    /// The child overflowed its stack.
    Stack,
    /// Somebody else killed the child: the system, when the machine's memory is used up.
    Killed,
    /// The child died by a defect.
    Crashed,
    /// What the child said is not of the protocol.
    Nonsense,
}

impl Failed {
    /// The reason, in words.
    pub(super) fn reason(self, format: &str, limits: &Limits) -> String {
        match self {
            Self::Late => limits.too_slow(),
            Self::Memory => limits.too_hungry(),
            Self::Stack => format!("is nested too deep for the {format} reader"),
            Self::Killed => format!(
                "the {format} reader was killed on this file, most likely because the machine \
                 ran out of memory"
            ),
            Self::Crashed => format!("this file makes the {format} reader crash; please report it"),
            Self::Nonsense => {
                format!(
                    "this file makes the {format} reader give no sensible answer; please report it"
                )
            }
        }
    }
}

/// A child at work or waiting for it.
#[derive(Debug)]
pub(super) struct Process {
    input: BufWriter<ChildStdin>,
    output: BufReader<ChildStdout>,
    last_words: Receiver<Vec<u8>>,
    watch: Arc<Watch>,
    /// Bytes of payloads so far, either way.
    pub(super) carried: u64,
    /// True until it is asked something.
    pub(super) fresh: bool,
}

impl Process {
    /// Starts a child.
    ///
    /// # Errors
    ///
    /// What the system says if it cannot be started.
    pub(super) fn start(program: &ReaderProgram, limit: Duration) -> io::Result<Self> {
        let mut command = Command::new(&program.program);
        command
            .args(&program.args)
            .env("RAYON_NUM_THREADS", "1")
            .env("MALLOC_ARENA_MAX", "2")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        apart(&mut command);
        let mut child = command.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let watch = Arc::new(Watch::new(child));
        let (Some(input), Some(output), Some(errors)) = pipes else {
            watch.end();
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let (said, last_words) = channel();
        let watching = Arc::clone(&watch);
        let threads = thread::Builder::new()
            .name("extractor-errors".to_owned())
            .spawn(move || said.send(last_of(errors)))
            .and_then(|_| {
                thread::Builder::new()
                    .name("extractor-watch".to_owned())
                    .spawn(move || watching.run(limit))
            });
        if let Err(error) = threads {
            watch.end();
            return Err(error);
        }
        Ok(Self {
            input: BufWriter::with_capacity(frame::PIPE, input),
            output: BufReader::with_capacity(frame::PIPE, output),
            last_words,
            watch,
            carried: 0,
            fresh: true,
        })
    }

    /// Sends frames of a question. Time begins to run.
    pub(super) fn ask(&mut self, frames: &[(u8, &[u8])]) -> Result<(), Failed> {
        self.watch.wait();
        self.fresh = false;
        let sent = (frames.iter())
            .try_for_each(|(kind, payload)| {
                self.carried += payload.len() as u64;
                frame::write(&mut self.input, *kind, payload)
            })
            .and_then(|()| self.input.flush());
        sent.map_err(|_| self.death())
    }

    /// The next frame of the answer, of at most `most` bytes for its kind.
    pub(super) fn answer(&mut self, most: impl Fn(u8) -> u64) -> Result<Frame, Failed> {
        self.watch.wait();
        match frame::read(&mut self.output, most) {
            Ok(Some(frame)) => {
                self.carried += frame.payload.len() as u64;
                Ok(frame)
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(Failed::Nonsense),
            Ok(None) | Err(_) => Err(self.death()),
        }
    }

    /// Stops the time. False where it was up before.
    pub(super) fn rest(&self) -> bool {
        self.watch.rest()
    }

    /// How the child died, which is killed if it lives.
    fn death(&mut self) -> Failed {
        if self.watch.is_late() {
            return Failed::Late;
        }
        let status = self.watch.buried();
        // Whoever else holds the pipe must not make us wait.
        let words = self.last_words.recv_timeout(Duration::from_secs(1));
        let words = words.unwrap_or_default();
        let said = |text: &str| memchr::memmem::find(&words, text.as_bytes()).is_some();
        match status {
            _ if said("memory allocation of") => Failed::Memory,
            _ if said("overflowed its stack") => Failed::Stack,
            Some(status) if was_killed(status) => Failed::Killed,
            _ => Failed::Crashed,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.watch.end();
    }
}

/// The last of what a child says on its standard error.
fn last_of(mut errors: impl Read) -> Vec<u8> {
    let (mut last, mut piece) = (Vec::new(), [0; LAST_WORDS]);
    while let Ok(count @ 1..) = errors.read(&mut piece) {
        last.extend_from_slice(&piece[..count]);
        last.drain(..last.len().saturating_sub(LAST_WORDS));
    }
    last
}

/// Puts a child in a group of its own: signals of the terminal are for the parent.
#[cfg(unix)]
fn apart(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

#[cfg(windows)]
fn apart(command: &mut Command) {
    // CREATE_NEW_PROCESS_GROUP and CREATE_NO_WINDOW.
    std::os::windows::process::CommandExt::creation_flags(command, 0x0800_0200);
}

#[cfg(not(any(unix, windows)))]
fn apart(_: &mut Command) {}

/// True for SIGKILL, which no process sends itself.
#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    std::os::unix::process::ExitStatusExt::signal(&status) == Some(9)
}

#[cfg(not(unix))]
fn was_killed(_: ExitStatus) -> bool {
    false
}
