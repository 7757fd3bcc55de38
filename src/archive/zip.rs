//! zip: members found through a list at the end.
//!
//! **In:** a zip that can be read anywhere. **Out:** its [`Members`]. **Unit:** bytes.
//!
//! The decisions that live here:
//!
//! 1. *Order*: as in a folder, by the bytes of the names, level by level, since programs
//!    write members in any order. Of members with one name the last is read: it is the one
//!    that an update of the archive left.
//! 2. *A member is what the list says*: a length or checksum that differs is damage. The
//!    heads before the members are only passed over.
//! 3. *Members that overlap* make the archive a bomb, and none is read. A list of more than
//!    [`Limits::file`] bytes is refused, so that memory is bounded.
//! 4. *Packings*: none, and Deflate, which is what nearly all programs write. Others, and
//!    encryption, fail that member.
//! 5. *A member that the list says is a bomb* is not unpacked at all, and costs the others nothing.
//! 6. *Names* are UTF-8 where they can be, whatever they say, else code page 437; a backslash
//!    parts folders.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use ::zip::read::ZipFileEntry;
use ::zip::result::ZipError;
use ::zip::{CompressionMethod, ZipArchive};
use flate2::Crc;
use flate2::read::DeflateDecoder;

use crate::archive::allowance::Allowance;
use crate::archive::names::shown;
use crate::archive::reason::{DAMAGED, Guarded, TRUNCATED, is_ours, refusal};
use crate::archive::traits::{Member, Members, Opened};
use crate::extract::limits::Limits;
use crate::extract::{Source, io_reason};

/// Bytes of the head before a member, less its name.
const LOCAL_HEAD: u64 = 30;

/// How much of the list is read at once.
const LIST_AT_ONCE: usize = 64 * 1024;

/// True for a zip, also an empty one or the first of several parts.
pub(super) fn magic(head: &[u8]) -> bool {
    [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"]
        .iter()
        .any(|magic| head.starts_with(*magic))
}

/// The members.
pub(super) fn open(source: Box<dyn Source>, limits: &Limits, allowance: &Allowance) -> Opened {
    let whole = Window::over(source).map_err(|error| io_reason(&error))?;
    let list = AssertUnwindSafe(|| List::read(whole.clone(), limits));
    let list = catch_unwind(list).unwrap_or_else(|_| Err(NO_LIST.to_owned()))?;
    Ok(Box::new(ZipMembers {
        whole,
        entries: list.in_order()?.into_iter(),
        allowance: allowance.clone(),
    }))
}

const NO_LIST: &str = "truncated or damaged: its list of members cannot be read";

/// A stretch of the archive, read through a place in it that is its own.
#[derive(Clone)]
struct Window {
    source: Arc<Mutex<Box<dyn Source>>>,
    at: u64,
    end: u64,
}

impl Window {
    /// All of `source`.
    fn over(mut source: Box<dyn Source>) -> io::Result<Self> {
        let end = source.seek(SeekFrom::End(0))?;
        Ok(Self {
            source: Arc::new(Mutex::new(source)),
            at: 0,
            end,
        })
    }

    /// `length` bytes from `at`, as far as they are there.
    fn of(&self, at: u64, length: u64) -> Self {
        Self {
            source: Arc::clone(&self.source),
            at,
            end: at.saturating_add(length).min(self.end),
        }
    }
}

impl Read for Window {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.end.saturating_sub(self.at);
        let want = buffer
            .len()
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        if want == 0 {
            return Ok(0);
        }
        let mut source = self.source.lock().unwrap_or_else(PoisonError::into_inner);
        source.seek(SeekFrom::Start(self.at))?;
        let read = source.read(&mut buffer[..want])?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Window {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Lets only so much be read.
struct Rationed<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Read for Rationed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.left = (self.left.checked_sub(read as u64))
            .ok_or_else(|| refusal("its list of members is too long"))?;
        Ok(read)
    }
}

impl<R: Seek> Seek for Rationed<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.reader.seek(to)
    }
}

/// A member as the list tells of it.
struct Entry {
    name: String,
    /// Where its head begins.
    start: u64,
    packed: u64,
    size: u64,
    checksum: u32,
    method: CompressionMethod,
    encrypted: bool,
}

/// What the archive says is in it.
#[derive(Default)]
struct List {
    entries: Vec<Entry>,
    /// Where each member lies, folders and links included.
    spans: Vec<(u64, u64)>,
}

impl List {
    fn read(whole: Window, limits: &Limits) -> Result<Self, String> {
        let source = Rationed {
            reader: BufReader::with_capacity(LIST_AT_ONCE, whole),
            left: limits.file,
        };
        let archive = ZipArchive::new(source).map_err(no_list)?;
        let mut list = Self::default();
        for index in 0..archive.len() {
            list.add(&archive.by_index_data(index).map_err(no_list)?)?;
        }
        Ok(list)
    }

    fn add(&mut self, entry: &ZipFileEntry<'_>) -> Result<(), String> {
        let (raw, first) = (entry.name_raw(), self.spans.is_empty());
        if raw == b"[Content_Types].xml" || first && raw == b"mimetype" {
            return Err("an office document or the like, not an archive of documents".to_owned());
        }
        let (start, packed) = (entry.header_start(), entry.compressed_size());
        let length = LOCAL_HEAD.saturating_add(packed);
        self.spans.push((start, start.saturating_add(length)));
        if !entry.is_dir() && !entry.is_symlink() {
            self.entries.push(Entry {
                name: name_of(entry),
                start,
                packed,
                size: entry.size(),
                checksum: entry.crc32(),
                method: entry.compression(),
                encrypted: entry.encrypted(),
            });
        }
        Ok(())
    }

    /// The members in order, each name once.
    fn in_order(mut self) -> Result<Vec<Entry>, String> {
        self.spans.sort_unstable();
        if self.spans.windows(2).any(|pair| pair[0].1 > pair[1].0) {
            return Err("its members overlap, as in a zip bomb".to_owned());
        }
        let mut entries = self.entries;
        // Stable, so that of equal names the last stays last.
        entries.sort_by(|a, b| a.name.split('/').cmp(b.name.split('/')));
        entries.reverse();
        entries.dedup_by(|earlier, later| earlier.name == later.name);
        entries.reverse();
        Ok(entries)
    }
}

fn name_of(entry: &ZipFileEntry) -> String {
    let name = entry
        .name()
        .unwrap_or_else(|_| String::from_utf8_lossy(entry.name_raw()));
    shown(&name.replace('\\', "/"))
}

/// Why there is no list.
fn no_list(error: ZipError) -> String {
    match error {
        ZipError::Io(error) if is_ours(&error) || error.raw_os_error().is_some() => {
            io_reason(&error)
        }
        ZipError::UnsupportedArchive(_) => "one part of an archive in several parts".to_owned(),
        _ => NO_LIST.to_owned(),
    }
}

/// Gives the members of the list.
struct ZipMembers {
    whole: Window,
    entries: std::vec::IntoIter<Entry>,
    allowance: Allowance,
}

impl Members for ZipMembers {
    fn next(&mut self) -> Option<Result<Member, String>> {
        let entry = self.entries.next()?;
        Some(Ok(Member {
            content: self.content(&entry),
            packed: entry.packed,
            name: entry.name,
        }))
    }
}

impl ZipMembers {
    /// The content of a member, which the list describes.
    fn content(&self, entry: &Entry) -> Result<Box<dyn Read + Send>, String> {
        if entry.encrypted {
            return Err("encrypted".to_owned());
        }
        if let Some(reason) = self.allowance.reason(entry.size, entry.packed) {
            return Err(reason);
        }
        let mut head = [0; LOCAL_HEAD as usize];
        let mut local = self.whole.of(entry.start, LOCAL_HEAD);
        local
            .read_exact(&mut head)
            .map_err(|error| match error.kind() {
                io::ErrorKind::UnexpectedEof => TRUNCATED.to_owned(),
                _ => io_reason(&error),
            })?;
        if !head.starts_with(b"PK\x03\x04") {
            return Err("damaged: there is no such member where the list says".to_owned());
        }
        let behind = |at: usize| u64::from(u16::from_le_bytes([head[at], head[at + 1]]));
        let start = entry.start + LOCAL_HEAD + behind(26) + behind(28);
        let packed = self.whole.of(start, entry.packed);
        let unpacked: Box<dyn Read + Send> = match entry.method {
            CompressionMethod::Stored => Box::new(packed),
            CompressionMethod::Deflated => Box::new(DeflateDecoder::new(packed)),
            method => return Err(unknown(method)),
        };
        let packed = Arc::new(AtomicU64::new(entry.packed));
        Ok(Box::new(Checked {
            reader: Guarded::new(unpacked, packed, &self.allowance),
            checksum: Crc::new(),
            left: entry.size,
            told: entry.checksum,
        }))
    }
}

/// Why a member of that packing is not read.
// Not `expect`: where the package is fuzzed, zip does not call it deprecated.
#[allow(deprecated, reason = "the only way to the number of a packing")]
fn unknown(method: CompressionMethod) -> String {
    let name = match method {
        CompressionMethod::Unsupported(1..=6) => "a packing of the 1980s",
        CompressionMethod::Unsupported(9) => "Deflate64",
        CompressionMethod::Unsupported(12) => "bzip2",
        CompressionMethod::Unsupported(14) => "LZMA",
        CompressionMethod::Unsupported(20 | 93) => "Zstandard",
        CompressionMethod::Unsupported(95) => "XZ",
        CompressionMethod::Unsupported(98) => "PPMd",
        CompressionMethod::Unsupported(99) => return "encrypted".to_owned(),
        CompressionMethod::Unsupported(number) => {
            return format!("packed in an unknown way (number {number})");
        }
        _ => return "packed in an unknown way".to_owned(),
    };
    format!("packed with {name}, which is not read; pack it the usual way (Deflate)")
}

/// A member that must be what the list says.
struct Checked<R> {
    reader: R,
    checksum: Crc,
    left: u64,
    told: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            return match (self.left, self.checksum.sum() == self.told) {
                (0, true) => Ok(0),
                (0, false) => Err(refusal(DAMAGED)),
                _ => Err(refusal(TRUNCATED)),
            };
        }
        self.checksum.update(&buffer[..read]);
        self.left = (self.left.checked_sub(read as u64))
            .ok_or_else(|| refusal("damaged: longer than the list of the archive says"))?;
        Ok(read)
    }
}
