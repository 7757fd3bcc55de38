//! `manifest.json`: what is needed to repeat a run and get the same bytes.
//!
//! It is written as the run goes on, since the list of inputs may be longer than memory.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use crate::batch::{Counts, InputReport};
use crate::error::Result;
use crate::lexicon::scheme::Scheme;
use crate::sink::file::Output;

/// The manifest of one run, as it is written.
pub(crate) struct Manifest {
    output: Output,
    begun: Instant,
    /// Seconds that were taken before the run was interrupted.
    before: f64,
    first: bool,
}

impl Manifest {
    /// The manifest as file `path` of a folder, from byte `from` on, of a run that has taken so many seconds
    /// so far. `options` holds those that the output depends on.
    pub(crate) fn member(
        path: &Path,
        from: u64,
        seconds: f64,
        scheme: &Scheme,
        options: &Value,
    ) -> Result<Self> {
        let head = json!({
            "program": env!("CARGO_PKG_NAME"),
            "version": env!("CARGO_PKG_VERSION"),
            "lexicon": {
                "name": scheme.name,
                "version": scheme.version,
                "sha256": scheme.sha256(),
            },
            "options": options,
        });
        let head = pretty(&head);
        let head = format!("{},\n  \"inputs\": [", head.trim_end_matches("\n}"));
        let mut output = Output::member(path, from)?;
        if from == 0 {
            output.write(head.as_bytes())?;
        }
        Ok(Self {
            output,
            begun: Instant::now(),
            before: seconds,
            first: from <= head.len() as u64,
        })
    }

    /// See [`Output::settle`].
    pub(crate) fn settle(&mut self) -> Result<u64> {
        self.output.settle()
    }

    /// Seconds that the run has taken.
    pub(crate) fn seconds(&self) -> f64 {
        self.before + self.begun.elapsed().as_secs_f64()
    }

    /// Adds an input.
    pub(crate) fn input(&mut self, report: &InputReport) -> Result<()> {
        let mut entry = json!({
            "path": report.path,
            "bytes": report.bytes,
            "sha256": report.sha256,
            "encoding": (!report.encoding.is_empty()).then_some(report.encoding),
        });
        if let Some(members) = report.members {
            entry["members"] = json!({"read": members.read, "passed_over": members.passed_over});
        }
        let parting = if self.first { "\n    " } else { ",\n    " };
        self.first = false;
        self.output.write(format!("{parting}{entry}").as_bytes())
    }

    /// Ends the manifest.
    pub(crate) fn finish(mut self, counts: &Counts) -> Result<()> {
        let tail = pretty(&json!({
            "counts": {
                "documents": counts.documents,
                "units": counts.units,
                "failures": counts.failures,
            },
            "wall_seconds": self.seconds(),
        }));
        self.output.write(b"\n  ],")?;
        self.output.write(tail.trim_start_matches('{').as_bytes())?;
        self.output.write(b"\n")?;
        self.output.finish()
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
