//! The exit codes, which scripts rely on.

use std::process::ExitCode;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All inputs scored.
    Success,
    /// Some inputs failed and were reported, the rest scored.
    SomeFailed,
    /// Nothing was scored: arguments, lexicon, output.
    Nothing,
    /// Stopped by the user.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::SomeFailed => 1,
            Exit::Nothing => 2,
            // 128 + SIGINT, as shells expect.
            Exit::Interrupted => 130,
        })
    }
}
