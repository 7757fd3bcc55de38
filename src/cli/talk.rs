//! What is said on the standard error: notes, failures, the progress bar.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};

use crate::batch::InputReport;
use crate::cli::options::{Progress, TalkArgs};
use crate::extract::Failure;

/// Speaks to the user.
pub(crate) struct Talk {
    quiet: bool,
    verbose: bool,
    bar: ProgressBar,
    documents: u64,
}

impl Talk {
    /// With a bar over so many bytes of input, where one is wanted.
    pub(crate) fn new(args: &TalkArgs, bytes: u64) -> Self {
        let shown = args.progress == Progress::Auto && !args.quiet && stderr().is_terminal();
        let bar = if shown {
            ProgressBar::new(bytes)
        } else {
            ProgressBar::hidden()
        };
        // What matters most stands where a narrow terminal does not cut it off.
        let template = "{wide_bar} {eta} left, {msg}, {bytes}/{total_bytes}, {bytes_per_sec}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message("0 documents");
        Self {
            quiet: args.quiet,
            verbose: args.verbose,
            bar,
            documents: 0,
        }
    }

    /// Says something that the user should know.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.say(text);
        }
    }

    /// Says something that the user may want to know.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.say(text);
        }
    }

    /// Tells of a file that is no document.
    pub(crate) fn passed_over(&self, id: &str) {
        self.detail(&format!("{id}: passed over, unknown type"));
    }

    /// Reports a failure.
    pub(crate) fn failure(&self, failure: &Failure) {
        self.say(&failure.to_string());
    }

    /// Tells what is worth telling of an input.
    pub(crate) fn report(&self, report: &InputReport) {
        if !report.note.is_empty() {
            self.note(&format!("{}: {}", report.path, report.note));
        }
        if !report.encoding.is_empty() && report.encoding != "UTF-8" {
            self.detail(&format!("{}: read as {}", report.path, report.encoding));
        }
    }

    /// Moves the bar.
    pub(crate) fn progress(&mut self, bytes: u64, documents: u64) {
        self.documents += documents;
        if !self.bar.is_hidden() {
            self.bar.inc(bytes);
            self.bar
                .set_message(format!("{} documents", self.documents));
        }
    }

    /// Takes the bar away.
    pub(crate) fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn say(&self, text: &str) {
        self.bar.suspend(|| eprintln!("leadager: {text}"));
    }
}
