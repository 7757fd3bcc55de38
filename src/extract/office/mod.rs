//! Documents of word processors.
//!
//! **In:** the bytes of a file of Word, LibreOffice and the like. **Out:** its text and a
//! block for each heading, list item and run of paragraphs. **Unit:** bytes of the text.
//!
//! ```text
//!  docx ─package─▶ xml ─▶ styles, paragraphs ─layout─▶ blocks
//!   odt ─┘                        ▲
//!   rtf ──────────────────────────┘
//! ```
//!
//! A format says which paragraphs there are and what it knows of each; what becomes of them
//! is decided in [`layout`], once for all.

pub(super) mod docx;
pub(super) mod layout;
mod odf_styles;
pub(super) mod odt;
pub(super) mod ole;
pub(super) mod package;
pub(super) mod paragraphs;
mod relations;
mod word_fields;
mod word_lists;
mod word_styles;
mod xml;
