//! x
pub mod batch;
#[cfg(feature = "cli")]
pub mod cli;
pub mod error;
pub mod evaluation;
pub mod examples;
pub mod extract;
pub mod lexicon;
pub mod matching;
pub mod pipeline;
pub mod record;
pub mod scoring;
pub mod sink;
pub mod span;
pub mod text;
pub mod walk;
