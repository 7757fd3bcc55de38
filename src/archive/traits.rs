//! What every archive gives.
//!
//! **In:** nothing. **Out:** [`Members`], [`Member`], [`Opened`]. **Unit:** members, in the order in which
//! the archive gives them.

use std::fmt;
use std::io::Read;

/// The files of an archive, one after the other. Folders and links are not among them.
pub trait Members: Send {
    /// The next member; `None` at the end.
    ///
    /// # Errors
    ///
    /// The reason, in words, where the archive can be read no further: it is damaged or was
    /// cut off. `None` follows.
    fn next(&mut self) -> Option<Result<Member, String>>;
}

/// The members of an archive, or why there are none, in words.
pub type Opened = Result<Box<dyn Members>, String>;

/// A file in an archive.
pub struct Member {
    /// Its path in the archive, made fit to show: see [`crate::archive`].
    pub name: String,
    /// Bytes that it takes in the archive, where that is known before it is read; else 0.
    pub packed: u64,
    /// Gives its content until the next member is asked for; or why it cannot be read. A
    /// read fails where the content is damaged, with a reason in words.
    pub content: Result<Box<dyn Read + Send>, String>,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = self.content.as_ref().map(|_| "..");
        (f.debug_struct("Member").field("name", &self.name))
            .field("packed", &self.packed)
            .field("content", &content)
            .finish()
    }
}
