//! Texts and their parts: documents, units, words.

pub(crate) mod bits;
pub mod boilerplate;
pub mod document;
pub mod fold;
mod keys;
pub mod segment;
pub mod tokenize;
pub mod vocabulary;
pub mod words;
