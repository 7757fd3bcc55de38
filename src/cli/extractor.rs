//! `extractor`: the child that extracts, which the program starts by itself.
//!
//! It prints nothing but the protocol, writes no file, and has a limit of memory where the system
//! knows one. It needs no lexicon and reads none.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::exit::Exit;
use crate::error::{Error, Result};
use crate::extract::extractor::Isolation;
use crate::extract::isolated::client::ReaderProgram;
use crate::extract::isolated::serve;

/// Options of `extractor`.
#[derive(Debug, Args)]
pub(crate) struct ExtractorArgs {
    /// Bytes of memory
    #[arg(long, value_name = "BYTES")]
    max_memory: u64,
}

/// Runs `extractor`.
pub(crate) fn run(args: &ExtractorArgs) -> Exit {
    confine(args.max_memory);
    // The reason of a panic is part of the answer.
    std::panic::set_hook(Box::new(|_| {}));
    match serve(io::stdin().lock(), io::stdout()) {
        Ok(()) => Exit::Success,
        Err(error) => {
            // In the words of an allocation that fails elsewhere, which the parent knows.
            if error.kind() == io::ErrorKind::OutOfMemory {
                eprintln!("memory allocation of a document failed");
            }
            Exit::Nothing
        }
    }
}

/// This program as the child, with so many bytes of memory.
///
/// # Errors
///
/// If the system does not tell where the program is.
pub(crate) fn isolation(memory: u64) -> Result<Isolation> {
    let args = ["extractor".to_owned(), format!("--max-memory={memory}")];
    Ok(Isolation::Child(ReaderProgram {
        program: this_program()?,
        args: args.map(OsString::from).into(),
    }))
}

/// Where this program is. Linux has a name for it that stays true when the program is replaced
/// by a newer one during a run.
fn this_program() -> Result<PathBuf> {
    let this = Path::new("/proc/self/exe");
    if cfg!(target_os = "linux") && this.exists() {
        return Ok(this.to_owned());
    }
    std::env::current_exe().map_err(|error| {
        Error::usage(format!(
            "the program cannot find itself, to start a reader: {error}"
        ))
    })
}

/// Sets limits that this process cannot lift. A system that does not know one goes without.
#[cfg(unix)]
fn confine(memory: u64) {
    use rlimit::Resource;
    for (resource, limit) in [
        (Resource::AS, memory),
        (Resource::FSIZE, 0),
        (Resource::CORE, 0),
    ] {
        let hard = rlimit::getrlimit(resource).map_or(limit, |(_, hard)| hard.min(limit));
        let _ = rlimit::setrlimit(resource, hard, hard);
    }
}

#[cfg(not(unix))]
fn confine(_: u64) {}
