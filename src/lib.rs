//! x
pub mod error;
pub mod lexicon;
pub mod matching;
pub mod scoring;
pub mod span;
pub mod text;
