//! The one form of a lexicon file.
//!
//! **In:** a file of a lexicon, as somebody wrote it. **Out:** the same file, as everybody writes it; or where
//! it is not TOML. What the file says stays the same: no entry and no comment is lost.
//!
//! ```text
//! text ──tree──▶ entries with their comments ──arrange──▶ entries in order ──write──▶ text
//! ```
//!
//! The decisions that live here: that a file need not be a good lexicon to be formatted, for people format while
//! they write; and that line ends and a byte-order mark are no matter of form, as they are none of the checksum.

mod arrange;
mod tree;
mod write;

use std::rc::Rc;

use crate::error::Result;
use crate::lexicon::source::{Source, SourceFile};
use crate::lexicon::toml;

/// The text of `file` in the one form, with `\n` line ends. `docs/lexicon-format.md` describes it.
///
/// # Errors
///
/// If the file is not TOML; the mistake has its place.
pub fn formatted(file: &SourceFile) -> Result<String> {
    let source = Source::new(file, &Rc::default());
    // Its refusals are those of `read`.
    toml::parse(&source)?;
    let mut tree = tree::read(&source)?;
    arrange::arrange(&mut tree.entries);
    Ok(write::write(&tree))
}

/// True where formatting would change nothing but line ends or a byte-order mark.
///
/// # Errors
///
/// As [`formatted`].
pub fn is_formatted(file: &SourceFile) -> Result<bool> {
    Ok(formatted(file)? == file.normalised())
}

#[cfg(test)]
mod tests;
