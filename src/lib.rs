//! x
pub mod error;
pub mod lexicon;
pub mod scoring;
pub mod span;
pub mod text;
pub mod matching;
