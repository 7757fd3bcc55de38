//! A stream that is looked into before it is read.
//!
//! **In:** a reader of an input or a member. **Out:** its first bytes as often as asked for,
//! then all of it; and layer by layer what was packed in it. **Unit:** bytes.
//!
//! Two decisions live here: what is packed more than three times over is not unpacked; a fault
//! is met where it stands, so that the members of an archive before it are read.

use std::io::{self, Read};
use std::path::PathBuf;

use crate::archive::{Allowance, Container, Holds};
use crate::extract::{HEAD, io_reason};

/// How often a stream may be packed.
const LAYERS: usize = 3;

/// A stream and what is known of it.
pub(super) struct Stream {
    /// Its name in the output.
    pub(super) id: String,
    /// Its name, whose extension may tell the format; without those of its packing.
    pub(super) path: PathBuf,
    /// How often it was packed.
    pub(super) layers: usize,
    head: Vec<u8>,
    rest: Box<dyn Read + Send>,
    ended: bool,
    /// What stands behind the head in place of a rest.
    fault: Option<io::Error>,
}

/// Fails once, then ends.
struct Fault(Option<io::Error>);

impl Read for Fault {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

impl Stream {
    pub(super) fn new(id: String, path: PathBuf, reader: Box<dyn Read + Send>) -> Self {
        Self {
            id,
            path,
            layers: 0,
            head: Vec::new(),
            rest: reader,
            ended: false,
            fault: None,
        }
    }

    /// Looks at `want` bytes, or at all that can be read.
    ///
    /// # Errors
    ///
    /// If nothing can be read.
    pub(super) fn look(&mut self, want: usize) -> io::Result<()> {
        if self.head.len() < want && !self.ended {
            let before = self.head.len();
            let more = (want - before) as u64;
            self.fault = (&mut self.rest)
                .take(more)
                .read_to_end(&mut self.head)
                .err();
            self.ended = self.fault.is_some() || self.head.len() < want;
        }
        match self.head.is_empty() {
            true => self.fault.take().map_or(Ok(()), Err),
            false => Ok(()),
        }
    }

    /// Looks at all of it; false where there are more than `most` bytes.
    ///
    /// # Errors
    ///
    /// If not all can be read.
    pub(super) fn look_whole(&mut self, most: u64) -> io::Result<bool> {
        self.look(usize::try_from(most.saturating_add(1)).unwrap_or(usize::MAX))?;
        match self.head.len() as u64 <= most {
            true => self.fault.take().map_or(Ok(true), Err),
            false => Ok(false),
        }
    }

    /// What was looked at.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// The same, taken.
    pub(super) fn into_head(self) -> Vec<u8> {
        self.head
    }

    /// A reader over all of it.
    pub(super) fn into_reader(self) -> Box<dyn Read + Send> {
        let head = io::Cursor::new(self.head);
        match self.fault {
            None => Box::new(head.chain(self.rest)),
            fault => Box::new(head.chain(Fault(fault))),
        }
    }

    /// What is in it once all packing is taken off, and the archive that that is, if it is
    /// one; else the name of the stream and why not.
    pub(super) fn unpacked(
        mut self,
        allowance: &Allowance,
    ) -> Result<(Self, Option<&'static Container>), (String, String)> {
        loop {
            if let Err(error) = self.look(HEAD) {
                return Err((self.id, io_reason(&error)));
            }
            let container = Container::of(&self.path, &self.head);
            match container.map(|container| (container, container.holds)) {
                None => return Ok((self, None)),
                Some((_, Holds::One(_))) if self.layers == LAYERS => {
                    return Err((self.id, format!("packed more than {LAYERS} times over")));
                }
                Some((container, Holds::One(open))) => {
                    let (id, layers) = (self.id.clone(), self.layers + 1);
                    let path = container.inner_path(&self.path);
                    let inner = Self::new(id, path, open(self.into_reader(), allowance));
                    self = Self { layers, ..inner };
                }
                Some((container, _)) => return Ok((self, Some(container))),
            }
        }
    }
}
