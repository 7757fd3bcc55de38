//! How much one document may ask for.
//!
//! **In:** nothing. **Out:** [`Limits`]. **Unit:** bytes, seconds, levels. One decision lives
//! here: the defaults, which no honest document of an office comes near.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bounds on one document, so that a hostile or broken one costs little and ends no batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of a file that must be read as a whole. Tables and plain text of any size are
    /// read in parts and know no such limit.
    pub file: u64,
    /// Bytes that may come of one document when it is unpacked, its text included.
    pub unpacked: u64,
    /// Bytes of memory (of address space) for a process that extracts, where the format has
    /// one of its own. Systems other than Unix know no such limit.
    pub memory: u64,
    /// Time to extract the text of one document, or the next mebibyte of rows of a sheet, where
    /// the format is extracted by a process of its own.
    pub time: Duration,
    /// Levels of nested elements.
    pub depth: usize,
    /// Pages, where a format has them.
    pub pages: usize,
    /// How many times its packed size an archive or a packed stream may hold, once it holds
    /// more than [`Self::expansion_from`].
    pub expansion: u64,
    /// Bytes that may come of nearly nothing.
    pub expansion_from: u64,
    /// Levels of archives in archives.
    pub archives: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 64 << 20,
            unpacked: 256 << 20,
            memory: 1 << 30,
            time: Duration::from_secs(30),
            depth: 512,
            pages: 20_000,
            expansion: 200,
            expansion_from: 64 << 20,
            archives: 3,
        }
    }
}

impl Limits {
    /// Why a file over [`Self::file`] is not read.
    pub fn too_large(&self, format: &str) -> String {
        format!(
            "file is larger than {}, the limit for {format}",
            mebibytes(self.file)
        )
    }

    /// Why a document over [`Self::unpacked`] is not read.
    pub fn too_much(&self) -> String {
        format!(
            "holds more than {} when unpacked, the limit",
            mebibytes(self.unpacked)
        )
    }

    /// Why a document that needs more than [`Self::memory`] is not read.
    pub fn too_hungry(&self) -> String {
        format!(
            "needs more than {} of memory to read, the limit",
            mebibytes(self.memory)
        )
    }

    /// Why a document that takes longer than [`Self::time`] is not read.
    pub fn too_slow(&self) -> String {
        let seconds = self.time.as_secs_f64();
        format!("took longer than {seconds} s to read, the limit")
    }

    /// Why a document over [`Self::pages`] is not read.
    pub fn too_many_pages(&self, pages: usize) -> String {
        format!("has {pages} pages, more than {}, the limit", self.pages)
    }

    /// Why a document over [`Self::depth`] is not read.
    pub fn too_deep(&self) -> String {
        format!(
            "its elements are nested more than {} deep, the limit",
            self.depth
        )
    }
}

fn mebibytes(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        limit => format!("{limit} MiB"),
    }
}
