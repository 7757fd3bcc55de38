//! What extraction gives.
//!
//! **In:** nothing. **Out:** [`Extracted`]. **Unit:** bytes of the UTF-8 text.

use crate::text::document::Block;

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// The text.
    pub text: String,
    /// What the layout tells of its parts, in order and without overlap. Text between two
    /// blocks is white space.
    pub blocks: Vec<Block>,
    /// The name of the encoding that the bytes were in.
    pub encoding: &'static str,
}
