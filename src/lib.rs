//! x
pub mod error;
pub mod extract;
pub mod lexicon;
pub mod matching;
pub mod scoring;
pub mod span;
pub mod text;
pub mod walk;
