//! tar: members that come one after the other.
//!
//! **In:** a reader over a tar. **Out:** its [`Members`]. **Unit:** bytes, in blocks of 512.
//!
//! The decisions that live here:
//!
//! 1. *Order*: as they come, since a stream cannot be sorted. A member that comes twice is
//!    read twice.
//! 2. *An archive must have an end*: one that stops without it was cut off, which is told
//!    after what was there is read. A head that is wrong ends the archive, for nobody knows
//!    where the next one is.
//! 3. *Long names* may have 64 KiB, so that memory is bounded; sparse files are refused.
//!
//! The blocks are read here and only their fields by the `tar` crate: it takes a member that
//! was cut off for a short one, and reads long names of any length into memory.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::tar::{EntryType, Header, PaxExtensions};

use crate::archive::names::shown;
use crate::archive::reason::refusal;
use crate::archive::traits::{Member, Members};
use crate::extract::io_reason;

const BLOCK: usize = 512;

/// The longest description of a member that comes before its head.
const LONGEST_DESCRIPTION: u64 = 64 << 10;

const TRUNCATED: &str = "truncated: the archive has no end";
const DAMAGED: &str = "damaged: the head of a member is wrong";

/// True for a tar whose first head adds up.
pub(super) fn magic(head: &[u8]) -> bool {
    let block = head.first_chunk::<BLOCK>();
    block.is_some_and(|block| &block[257..262] == b"ustar" && adds_up(block))
}

/// The members.
pub(super) fn open(reader: Box<dyn Read + Send>) -> Box<dyn Members> {
    let stream = Stream {
        reader,
        member: 0,
        left: 0,
        padding: 0,
    };
    Box::new(TarMembers {
        stream: Arc::new(Mutex::new(stream)),
        ended: false,
    })
}

/// True where the checksum of a head is that of its bytes, its own place taken for blanks.
fn adds_up(block: &[u8; BLOCK]) -> bool {
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u32::from(byte)).sum::<u32>();
    let total = sum(&block[..148]) + sum(&block[156..]) + 8 * u32::from(b' ');
    Header::from_byte_slice(block)
        .cksum()
        .is_ok_and(|told| told == total)
}

/// The archive as it is read.
struct Stream {
    reader: Box<dyn Read + Send>,
    /// The number of the member that is read.
    member: u64,
    /// Bytes of its content that were not read yet.
    left: u64,
    /// Bytes between it and the next head.
    padding: u64,
}

impl Stream {
    /// The next block; `None` where the stream ends before it.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, String> {
        let mut block = Vec::with_capacity(BLOCK);
        let read = (&mut self.reader)
            .take(BLOCK as u64)
            .read_to_end(&mut block);
        read.map_err(|error| io_reason(&error))?;
        Ok(block.first_chunk().copied())
    }

    /// The next head; `None` at the end of the archive.
    fn head(&mut self) -> Result<Option<[u8; BLOCK]>, String> {
        let block = self.block()?.ok_or(TRUNCATED)?;
        if block.iter().all(|&byte| byte == 0) {
            // What was packed must be sound to its end, where its checksum stands.
            let rest = io::copy(&mut self.reader, &mut io::sink());
            return rest.map(|_| None).map_err(|error| io_reason(&error));
        }
        match (adds_up(&block), self.member) {
            (true, _) => Ok(Some(block)),
            (false, 0) => Err("not a tar archive".to_owned()),
            (false, _) => Err(DAMAGED.to_owned()),
        }
    }

    /// Passes over the blocks between the head of a sparse file and its content.
    fn sparse_map(&mut self, head: &[u8; BLOCK]) -> Result<(), String> {
        let mut more = head[482] == 1;
        while more {
            more = self.block()?.ok_or(TRUNCATED)?[504] == 1;
        }
        Ok(())
    }

    /// Passes over what is left of a member.
    fn pass(&mut self) -> Result<(), String> {
        let wanted = self.left.saturating_add(self.padding);
        let passed = io::copy(&mut (&mut self.reader).take(wanted), &mut io::sink());
        (self.left, self.padding) = (0, 0);
        match passed.map_err(|error| io_reason(&error))? < wanted {
            true => Err(TRUNCATED.to_owned()),
            false => Ok(()),
        }
    }

    /// What a member without a name of its own says of the next one.
    fn description(&mut self) -> Result<Vec<u8>, String> {
        if self.left > LONGEST_DESCRIPTION {
            return Err(DAMAGED.to_owned());
        }
        let mut bytes = Vec::new();
        let read = (&mut self.reader).take(self.left).read_to_end(&mut bytes);
        self.left -= read.map_err(|error| io_reason(&error))? as u64;
        self.pass()?;
        Ok(bytes)
    }

    /// Begins a member of that many bytes.
    fn begin(&mut self, size: u64) {
        self.member += 1;
        self.left = size;
        self.padding = size.wrapping_neg() % BLOCK as u64;
    }
}

/// What is told of a member before its head.
#[derive(Default)]
struct Told {
    name: Option<Vec<u8>>,
    size: Option<u64>,
    sparse: bool,
}

impl Told {
    /// The name of the member with that head.
    fn name_of(&self, header: &Header) -> String {
        let raw = match &self.name {
            Some(name) => name.as_slice().into(),
            None => header.path_bytes(),
        };
        let name = raw.split(|&byte| byte == 0).next().unwrap_or(&raw);
        String::from_utf8_lossy(name).into_owned()
    }

    /// Takes the fields of an extended head (POSIX).
    fn extend(&mut self, fields: &[u8]) -> Result<(), String> {
        for field in PaxExtensions::new(fields) {
            let field = field.map_err(|_| DAMAGED.to_owned())?;
            match field.key_bytes() {
                b"path" => self.name = Some(field.value_bytes().to_vec()),
                b"size" => {
                    let size = field.value().ok().and_then(|size| size.parse().ok());
                    self.size = Some(size.ok_or(DAMAGED)?);
                }
                key => self.sparse |= key.starts_with(b"GNU.sparse."),
            }
        }
        Ok(())
    }
}

/// Gives the members of the stream.
struct TarMembers {
    stream: Arc<Mutex<Stream>>,
    ended: bool,
}

fn lock(stream: &Mutex<Stream>) -> MutexGuard<'_, Stream> {
    stream.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Members for TarMembers {
    fn next(&mut self) -> Option<Result<Member, String>> {
        if self.ended {
            return None;
        }
        let next = self.find().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }
}

impl TarMembers {
    /// The next member that is a file.
    fn find(&mut self) -> Result<Option<Member>, String> {
        let mut told = Told::default();
        let mut stream = lock(&self.stream);
        stream.pass()?;
        while let Some(block) = stream.head()? {
            let header = Header::from_byte_slice(&block);
            let size = header.entry_size().map_err(|_| DAMAGED)?;
            stream.begin(told.size.unwrap_or(size));
            match header.entry_type() {
                EntryType::GNULongName => told.name = Some(stream.description()?),
                EntryType::XHeader => told.extend(&stream.description()?)?,
                // The target of a link, and what holds for all members.
                EntryType::GNULongLink | EntryType::XGlobalHeader => stream.pass()?,
                kind => {
                    if kind == EntryType::GNUSparse {
                        told.sparse = true;
                        stream.sparse_map(&block)?;
                    }
                    let name = told.name_of(header);
                    let is_file = kind.is_file() || kind.is_contiguous() || told.sparse;
                    if is_file && !name.ends_with('/') {
                        let content = self.content(stream.member, told.sparse);
                        let name = shown(&name);
                        return Ok(Some(Member {
                            name,
                            packed: 0,
                            content,
                        }));
                    }
                    // A folder, link or device.
                    stream.pass()?;
                    told = Told::default();
                }
            }
        }
        Ok(None)
    }

    fn content(&self, member: u64, sparse: bool) -> Result<Box<dyn Read + Send>, String> {
        if sparse {
            return Err("a sparse file, which is not read".to_owned());
        }
        let stream = Arc::clone(&self.stream);
        Ok(Box::new(Content { stream, member }))
    }
}

/// The content of a member, while the stream stands at it.
struct Content {
    stream: Arc<Mutex<Stream>>,
    member: u64,
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut stream = lock(&self.stream);
        let left = usize::try_from(stream.left).unwrap_or(usize::MAX);
        let want = buffer.len().min(left);
        if want == 0 || stream.member != self.member {
            return Ok(0);
        }
        let read = stream.reader.read(&mut buffer[..want])?;
        if read == 0 {
            return Err(refusal(TRUNCATED));
        }
        stream.left -= read as u64;
        Ok(read)
    }
}
