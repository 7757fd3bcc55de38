//! Compiles the built-in lexicon, so that the program need not do so whenever it starts.
//!
//! **In:** `lexicons/` and the rooms of `src/` that read and compile lexicons, taken in as they are. **Out:**
//! `builtin.bin`, which `src/builtin.rs` takes into the program.

// Only a part of these rooms is used here; the crate itself says what is not used at all.
#![allow(dead_code, unused_imports, unreachable_pub, missing_docs)]
// It is by printing that a build script tells cargo.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

#[path = "src/error.rs"]
mod error;
#[path = "src/lexicon/mod.rs"]
mod lexicon;
#[path = "src/matching/mod.rs"]
mod matching;
#[path = "src/pipeline.rs"]
mod pipeline;
#[path = "src/span.rs"]
mod span;
#[path = "src/text/mod.rs"]
mod text;

/// What the compiled lexicon depends on.
const SOURCES: [&str; 8] = [
    "build.rs",
    "lexicons",
    "src/error.rs",
    "src/lexicon",
    "src/matching",
    "src/pipeline.rs",
    "src/span.rs",
    "src/text",
];

fn main() -> ExitCode {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    match compile() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With the place of a mistake, as `leadager lexicon check` tells it.
            eprintln!("a file of lexicons/ cannot be built in:\n{error}");
            ExitCode::FAILURE
        }
    }
}

fn compile() -> Result<(), Box<dyn Error>> {
    let lexicon = lexicon::builtin()?;
    let compiled = postcard::to_allocvec(&pipeline::Pipeline::new(&lexicon))?;
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("builtin.bin"), compiled)?;
    Ok(())
}
