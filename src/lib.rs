//! Tags every sentence of job descriptions and reviews with the language of **leadership** (vision,
//! change, inspiration) and of **management** (planning, control, stability), by lexicons that people can read.
//!
//! ```text
//!  paths ──walk──▶ files ──extract──▶ text, layout ──text──▶ units, tokens
//!                                                             │
//!         lexicon files ──lexicon──▶ Lexicon ──matching──▶ matches
//!                                                             │
//!  stdout, files ◀──sink── fields ◀──record── tallies, scores ◀──scoring
//! ```
//!
//! [`pipeline`] is one document, pure; [`batch`] is many inputs, and the only room with threads. A module uses
//! only those below it (`docs/design.md`). The command is behind the feature `cli`.
//!
//! ```
//! use leadager::builtin;
//! use leadager::pipeline::{Document, Scored};
//! use leadager::text::document::Genre;
//!
//! let pipeline = builtin::pipeline()?;
//! let text = "Inspire the team with a clear vision. Benefits: dental and vision.";
//! let mut scored = Scored::default();
//! pipeline.run(&Document { text, blocks: &[], genre: Genre::Job }, false, &mut scored);
//! let found: Vec<&str> = scored.matches.iter().map(|m| m.span.of(text)).collect();
//! assert_eq!(found, ["Inspire", "vision"]);
//! # Ok::<(), leadager::error::Error>(())
//! ```

pub mod archive;
pub mod batch;
pub mod builtin;
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
