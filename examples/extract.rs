//! Prints the text of a file as it is extracted, to look at and to measure.
//!
//! ```text
//! cargo run --example extract -- job.docx            # the text
//! cargo run --example extract -- --blocks job.docx   # a line for each block, with its kind
//! ```
//!
//! Ends with 1 and the reason on the standard error where there is no text.

use std::path::Path;
use std::process::ExitCode;

use leadager::extract::limits::Limits;
use leadager::extract::{Extracted, Format, extract};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let blocks = arguments.first().is_some_and(|first| first == "--blocks");
    if blocks {
        arguments.remove(0);
    }
    let [path] = arguments.as_slice() else {
        return failed("one file, please; --blocks before it shows what its parts are");
    };
    let extracted = match read(Path::new(path)) {
        Ok(extracted) => extracted,
        Err(reason) => return failed(&format!("{path}: {reason}")),
    };
    let shown = if blocks {
        described(&extracted)
    } else {
        extracted.text
    };
    // A closed pipe is no failure.
    let _ = std::io::Write::write_all(&mut std::io::stdout(), shown.as_bytes());
    ExitCode::SUCCESS
}

fn read(path: &Path) -> Result<Extracted, String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    extract(Format::of(path, &bytes), bytes, &Limits::default())
}

fn described(extracted: &Extracted) -> String {
    let line =
        |kind: String, text: &str| format!("{kind:10} {}\n", text.replace('\n', "\n           "));
    (extracted.blocks.iter())
        .map(|block| line(format!("{:?}", block.kind), block.span.of(&extracted.text)))
        .collect()
}

#[expect(clippy::print_stderr, reason = "an example is a program")]
fn failed(reason: &str) -> ExitCode {
    eprintln!("{reason}");
    ExitCode::FAILURE
}
