//! What could not be read, and why.
//!
//! **In:** what went wrong. **Out:** [`Failure`], a row of the failures table. One decision
//! lives here: how an error of the system reads to a person.

use std::fmt;
use std::io;

/// An input, or a row of one, that could not be read. It never ends a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The input, as the user named it.
    pub path: String,
    /// The row, from 1; `None` where the whole input failed.
    pub row: Option<u64>,
    /// The stage that failed: `open`, `read`, `decode`, `extract` or `score`.
    pub stage: &'static str,
    /// Why, in words.
    pub reason: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

/// What the system says of a failed read, without its number; or the reason that a reader of
/// ours gives as its error, as it is.
pub fn io_reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "is a folder".to_owned(),
        _ if error.get_ref().is_some() => error.to_string(),
        _ => {
            let text = error.to_string();
            text.split(" (os error")
                .next()
                .unwrap_or(&text)
                .to_lowercase()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_read_is_told_in_words() {
        let error = io::Error::from_raw_os_error(13);
        assert_eq!(io_reason(&error), "permission denied");
    }

    #[test]
    fn a_reason_of_a_reader_is_told_as_it_is() {
        let error = io::Error::other("holds more than 9 MiB");
        assert_eq!(io_reason(&error), "holds more than 9 MiB");
    }
}
