//! JSON cut into lines.
//!
//! **In:** a JSON text and how it is cut. **Out:** each row as a line, read as it is asked for.
//! **Unit:** bytes. Decisions 2 and 3 of [`super`] are carried out here.

use std::io::{self, Read};

use crate::extract::json::nesting::Nesting;
use crate::extract::stream::CHUNK;

/// How a text is cut into rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    pub(super) start: u64,
    /// True where commas part the rows and a bracket ends them.
    elements: bool,
    /// True where nothing may follow that bracket.
    alone: bool,
}

impl Cut {
    pub(super) fn elements(start: u64, alone: bool) -> Self {
        Self {
            start,
            elements: true,
            alone,
        }
    }

    pub(super) fn values(start: u64) -> Self {
        Self {
            start,
            elements: false,
            alone: true,
        }
    }
}

/// Gives each row as a line.
pub(super) struct Lines {
    source: Box<dyn Read + Send>,
    cut: Cut,
    nesting: Nesting,
    /// True where a row is begun.
    begun: bool,
    /// True behind the bracket that ends the array.
    behind: bool,
    ended: bool,
    chunk: Vec<u8>,
    out: Vec<u8>,
    given: usize,
}

impl Lines {
    pub(super) fn new(source: Box<dyn Read + Send>, cut: Cut) -> Self {
        Self {
            source,
            cut,
            nesting: Nesting::default(),
            begun: false,
            behind: false,
            ended: false,
            chunk: vec![0; CHUNK],
            out: Vec::with_capacity(2 * CHUNK),
            given: 0,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.given = 0;
        while self.out.is_empty() && !self.ended {
            let mut chunk = std::mem::take(&mut self.chunk);
            let count = self.source.read(&mut chunk);
            if let Ok(count) = count {
                chunk[..count].iter().for_each(|&byte| self.byte(byte));
            }
            self.chunk = chunk;
            if count? == 0 {
                self.end();
            }
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) {
        if self.ended {
            return;
        }
        if self.nesting.passes_string(byte) {
            self.begun = true;
            return match byte {
                b'\n' => self.out.extend_from_slice(b"\\n"),
                b'\r' => self.out.extend_from_slice(b"\\r"),
                _ => self.out.push(byte),
            };
        }
        let outermost = self.nesting.depth == 0;
        match byte {
            b'\n' | b'\r' if outermost && !self.cut.elements => self.end_row(),
            _ if byte.is_ascii_whitespace() => {
                if self.begun {
                    self.out.push(b' ');
                }
            }
            b',' if outermost && self.cut.elements && !self.behind => {
                if !self.begun {
                    self.out.push(byte);
                }
                self.begun = true;
                self.end_row();
            }
            b']' if outermost && self.cut.elements && !self.behind => {
                self.end_row();
                self.behind = true;
                // What follows inside an object is nobody's row.
                self.ended = !self.cut.alone;
            }
            _ => self.inside(byte),
        }
    }

    /// A byte of a row, outside strings.
    fn inside(&mut self, byte: u8) {
        self.begun = true;
        self.out.push(byte);
        self.nesting.turn(byte);
        let closed = matches!(byte, b'}' | b']') && self.nesting.depth == 0;
        if closed && !self.cut.elements {
            self.end_row();
        }
    }

    fn end_row(&mut self) {
        if std::mem::take(&mut self.begun) {
            self.out.push(b'\n');
        }
    }

    /// Ends the text. An array without its bracket must not pass for a whole one.
    fn end(&mut self) {
        if self.cut.elements && !self.behind && !self.begun {
            self.out.push(b'{');
            self.begun = true;
        }
        self.end_row();
        self.ended = true;
    }
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.out.len() {
            self.refill()?;
        }
        let count = buffer.len().min(self.out.len() - self.given);
        buffer[..count].copy_from_slice(&self.out[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}
