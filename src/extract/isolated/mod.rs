//! Extraction in a process of its own.
//!
//! **In:** a document or a sheet, and [`Limits`](crate::extract::limits::Limits). **Out:** what
//! its extractor gives, or why not. **Unit:** frames of the protocol below.
//!
//! What a library for a format does wrong on a broken or hostile file (it panics, loops,
//! overflows its stack, eats all memory) can neither end nor hang a run: the library works in a
//! child process, which has a limit of memory and is killed when its time is up. A child is
//! started when it is first needed, serves many documents and is replaced when it dies.
//!
//! # The protocol
//!
//! The parent asks on the child's standard input, the child answers on its standard output, one
//! document after the other. Either side writes frames: a byte that tells the kind, the length
//! of the payload (8 bytes, little endian), the payload.
//!
//! | From | Kind | Payload |
//! |---|---|---|
//! | parent | `A` | the question: a JSON object ([`frame::Question`]) |
//! | parent | `B` or `P` | after `A`: the bytes of the document, or the path that they are at |
//! | child | `T`, `L`, `E` | a document: its text, its layout (9 bytes a block), its encoding |
//! | child | `R`, …, `Z` | a sheet: rows in pieces of about a mebibyte, each behind 8 bytes that say how far the input is read; then the end, empty |
//! | child | `F` | instead: why there is neither, in words |
//! | child | `K` | instead of the next rows: why there are no more |
//!
//! The child ends when its standard input does, whatever it is at, so it never outlives the
//! parent; and after a panic, with the next question. Nothing is written to disk.
//!
//! # Decisions that live here
//!
//! 1. *Blame*: a child that dies on a document may have been spoilt by an earlier one, so the
//!    document is tried once more in a fresh child. What is said of a document does not depend
//!    on those before it.
//! 2. *Trust*: the parent believes nothing that a child says. Frames are bounded by the limits,
//!    text must be UTF-8, blocks must lie in it in order; else the child is killed.
//! 3. *Time* runs while the parent waits, not while it works on rows or is suspended.
//! 4. *Standing memory*: a child that has carried [`client::CARRIED`] bytes is replaced.

pub mod client;
mod frame;
mod process;
mod rows;
mod serve;
#[cfg(test)]
mod tests;
mod watch;

pub use serve::serve;
