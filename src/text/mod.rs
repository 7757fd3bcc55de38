//! Texts and their parts: documents, units, words.

pub mod document;
