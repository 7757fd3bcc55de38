//! The one error type of the library, and how an error looks.
//!
//! **In:** what went wrong, and where. **Out:** [`Error`], one pointer wide, whose
//! `Display` is the whole message that a person reads. Three decisions live here:
//! which kinds of error there are; that a mistake in a data file shows
//! `path:line:column: problem`, the line, a caret and what to do; that messages
//! say what was wrong and never print a backtrace.

use std::fmt;

use crate::span::Position;

/// What the library returns where something can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// Something that went wrong, with its place and, where there is one, a way out.
#[derive(Debug)]
pub struct Error(Box<ErrorKind>);

/// The kinds of error.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A lexicon file is wrong at a place that can be shown.
    Lexicon(Mistake),
    /// An input cannot be read or understood. The text says which and why.
    Input {
        /// The input, as the user named it.
        path: String,
        /// The stage that failed: `open`, `read`, `decode`, `extract` or `score`.
        stage: &'static str,
        /// Why, in words.
        reason: String,
    },
    /// The arguments do not fit together or do not fit the input.
    Usage(String),
    /// Writing failed.
    Output {
        /// The output, as the user named it (`stdout` for the standard output).
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The user asked to stop.
    Interrupted,
}

/// A mistake at a place of a data file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file, as the user named it.
    pub path: String,
    /// Where, in the file.
    pub position: Position,
    /// The whole line at that place.
    pub line: String,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub help: String,
}

impl Mistake {
    /// The mistake at byte `offset` of `text`, the content of the file `path`.
    pub fn at(
        path: &str,
        text: &str,
        offset: usize,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        let position = Position::of(text, offset);
        Self {
            path: path.to_owned(),
            position,
            line: text.lines().nth(position.line - 1).unwrap_or("").to_owned(),
            problem: problem.into(),
            help: help.into(),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.position;
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        // Tabs stay tabs before the caret, so that it stands below its character.
        let lead: String = (self.line.chars().take(column - 1))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        writeln!(f, "{}:{line}:{column}: {}", self.path, self.problem)?;
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.line)?;
        writeln!(f, "{margin} | {lead}^")?;
        write!(f, "{margin} = help: {}", self.help)
    }
}

impl Error {
    /// What kind of error it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// An input that cannot be read: which, at which stage, why.
    pub fn input(path: impl Into<String>, stage: &'static str, reason: impl Into<String>) -> Self {
        let (path, reason) = (path.into(), reason.into());
        ErrorKind::Input {
            path,
            stage,
            reason,
        }
        .into()
    }

    /// Arguments that do not fit.
    pub fn usage(message: impl Into<String>) -> Self {
        ErrorKind::Usage(message.into()).into()
    }

    /// A failed write to `path`.
    pub fn output(path: impl Into<String>, source: std::io::Error) -> Self {
        let path = path.into();
        ErrorKind::Output { path, source }.into()
    }

    /// True where the reader of our output went away (`| head`).
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self.kind(), ErrorKind::Output { source, .. }
            if source.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl From<Mistake> for Error {
    fn from(mistake: Mistake) -> Self {
        ErrorKind::Lexicon(mistake).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            ErrorKind::Lexicon(mistake) => mistake.fmt(f),
            ErrorKind::Input { path, reason, .. } => write!(f, "{path}: {reason}"),
            ErrorKind::Usage(message) => f.write_str(message),
            ErrorKind::Output { path, source } => write!(f, "{path}: cannot write: {source}"),
            ErrorKind::Interrupted => f.write_str("stopped; no output was left half-written"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.kind() {
            ErrorKind::Output { source, .. } => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_shows_place_line_caret_and_help() {
        let mistake = Mistake::at(
            "a.toml",
            "x = 1\nbad = 2\n",
            6,
            "`bad` is unknown",
            "drop it",
        );
        assert_eq!(
            mistake.to_string(),
            "a.toml:2:1: `bad` is unknown\n  |\n2 | bad = 2\n  | ^\n  = help: drop it"
        );
    }
}
