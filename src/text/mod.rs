//! Texts and their parts: documents, units, words.

mod bits;
pub mod boilerplate;
pub mod document;
pub mod fold;
pub mod segment;
pub mod tokenize;
pub mod vocabulary;
