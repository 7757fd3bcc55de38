//! x
pub mod error;
pub mod extract;
pub mod lexicon;
pub mod span;
pub mod text;
pub mod walk;
