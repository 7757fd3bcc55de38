//! What is looked at before a library reads the file.
//!
//! **In:** the bytes of a PDF, or the decoded content of one page. **Out:** nothing, or why
//! it is refused. **Unit:** bytes, levels.
//!
//! The decisions that live here:
//!
//! 1. *Nesting*: the library reads arrays in arrays by recursion, and a stack that
//!    overflows cannot be caught. So every object is walked through first, without
//!    recursion, wherever one may begin. Where that takes far longer than the file is
//!    long, the file was made to.
//! 2. *Packed objects* are all unpacked when a file is opened. So they are unpacked here
//!    first, in small pieces that are thrown away, and counted.
//! 3. *A page* is only drawn in memory where it asks for no more than [`LARGEST_CONTENT`]
//!    bytes and [`MOST_OPERATORS`] strokes, which no page of text comes near.

use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;

use crate::extract::limits::Limits;

/// Bytes of the drawing of one page.
const LARGEST_CONTENT: usize = 32 << 20;

/// Operators in the drawing of one page.
pub(super) const MOST_OPERATORS: usize = 1_000_000;

/// Levels of arrays and dictionaries that the stack of a small thread holds for certain.
const DEEPEST: usize = 256;

/// Bytes in front of the data of a stream that may say how it is packed.
const DICTIONARY: usize = 4096;

/// Refuse a file that would take the library more stack or memory than a document may.
///
/// # Errors
///
/// If its objects are nested deeper than [`Limits::depth`] or what is packed in it is more
/// than [`Limits::unpacked`].
pub(super) fn check_file(bytes: &[u8], limits: &Limits) -> Result<(), String> {
    check_objects(bytes, limits)?;
    let mut room = limits.unpacked;
    for at in memmem::find_iter(bytes, b"stream") {
        if !bytes[..at].ends_with(b"end")
            && packs_objects(&bytes[at.saturating_sub(DICTIONARY)..at])
        {
            check_packed(&bytes[at + b"stream".len()..], &mut room, limits)?;
        }
    }
    Ok(())
}

/// Refuse the drawing of a page that is too large to be held.
///
/// # Errors
///
/// If it is longer, or nested deeper, than a page may be.
pub(super) fn check_content(content: &[u8], limits: &Limits) -> Result<(), String> {
    if content.len() > LARGEST_CONTENT || operators(content) > MOST_OPERATORS {
        return Err(too_busy());
    }
    Nesting::new(limits).check(content)
}

/// Why the drawing of a page is refused.
pub(super) fn too_busy() -> String {
    format!("a page draws more than {MOST_OPERATORS} things, the limit")
}

/// Words of the content, which are at least as many as its operators.
pub(super) fn operators(content: &[u8]) -> usize {
    let begins = |pair: &[u8]| pair[1].is_ascii_alphabetic() && !pair[0].is_ascii_alphanumeric();
    content.windows(2).filter(|pair| begins(pair)).count() + 1
}

/// True where the last dictionary before a stream tells of packed objects.
fn packs_objects(before: &[u8]) -> bool {
    let begin = memmem::rfind(before, b"obj").unwrap_or(0);
    let dictionary = &before[begin..];
    let tells = |name: &[u8]| memmem::find(dictionary, name).is_some();
    tells(b"/ObjStm") || tells(b"/XRef")
}

/// Counts what comes of the packed objects that `data` begins with.
fn check_packed(data: &[u8], room: &mut u64, limits: &Limits) -> Result<(), String> {
    let data = data.strip_prefix(b"\r").unwrap_or(data);
    let data = data.strip_prefix(b"\n").unwrap_or(data);
    let mut unpacked = ZlibDecoder::new(data);
    let mut nesting = Nesting::new(limits);
    let mut piece = [0; 8 << 10];
    loop {
        // What cannot be unpacked here cannot be unpacked by the library either, or is
        // encrypted; then the room of the process is the bound.
        let Ok(got @ 1..) = unpacked.read(&mut piece) else {
            return Ok(());
        };
        *room = room.saturating_sub(got as u64);
        if *room == 0 {
            return Err(limits.too_much());
        }
        nesting.check(&piece[..got])?;
    }
}

/// Walks through every object of a file.
fn check_objects(bytes: &[u8], limits: &Limits) -> Result<(), String> {
    let mut steps = 64 * 1024 + 8 * bytes.len();
    for at in memmem::find_iter(bytes, b"obj").chain(memmem::find_iter(bytes, b"trailer")) {
        let head = if bytes[at] == b't' {
            b"trailer".as_slice()
        } else {
            b"obj"
        };
        let taken = walk(&bytes[at + head.len()..], limits)?;
        steps = steps
            .checked_sub(taken)
            .ok_or("damaged: its objects stand inside each other")?;
    }
    Ok(())
}

/// Walks to the end of the object that `bytes` begin with, or to where it breaks the
/// syntax; gives the bytes it took.
fn walk(bytes: &[u8], limits: &Limits) -> Result<usize, String> {
    let mut nesting = Nesting::new(limits);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'(' => at += string(&bytes[at..]),
            b'%' => at += memchr::memchr2(b'\n', b'\r', &bytes[at..]).unwrap_or(bytes.len() - at),
            0 | b'\t' | b'\n' | 12 | b'\r' | b' '..=b'~' => {
                nesting.check(&[byte])?;
                at += 1;
                if matches!(byte, b']' | b'>') && nesting.depth == 0
                    || bytes[at..].starts_with(b"endobj")
                {
                    break;
                }
            }
            _ => break,
        }
    }
    Ok(at)
}

/// Bytes of the string that `bytes` begin with.
fn string(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    at.min(bytes.len())
}

/// How deep the brackets are nested up to some byte.
struct Nesting<'a> {
    limits: &'a Limits,
    depth: usize,
    /// Heads of objects (`1 0 obj`) that follow each other with nothing between them: each
    /// is read inside the one before.
    heads: usize,
    last: u8,
}

impl<'a> Nesting<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            depth: 0,
            heads: 0,
            last: 0,
        }
    }

    fn check(&mut self, bytes: &[u8]) -> Result<(), String> {
        let deepest = self.limits.depth.min(DEEPEST);
        for &byte in bytes {
            self.take(byte);
            if self.depth.max(self.heads) > deepest {
                let limits = Limits {
                    depth: deepest,
                    ..*self.limits
                };
                return Err(limits.too_deep());
            }
        }
        Ok(())
    }

    fn take(&mut self, byte: u8) {
        match byte {
            b'[' | b'<' => self.depth += 1,
            b']' | b'>' => self.depth = self.depth.saturating_sub(1),
            b'j' if self.last == b'b' => self.heads += 1,
            b'o' | b'b' | b'0'..=b'9' | b' ' | b'\t' | b'\r' | b'\n' | 0 | 12 => {}
            _ => self.heads = 0,
        }
        self.last = byte;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    fn packed(inside: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(inside).unwrap();
        let head = b"1 0 obj <</Type/ObjStm/Filter/FlateDecode>> stream\r\n".as_slice();
        [head, &encoder.finish().unwrap()].concat()
    }

    fn small() -> Limits {
        Limits {
            unpacked: 100_000,
            ..Limits::default()
        }
    }

    #[test]
    fn deep_arrays_are_refused_wherever_they_stand() {
        let bytes = [b"1 0 obj".as_slice(), &b"[ (a) ".repeat(1_000)].concat();
        let reason = check_file(&bytes, &Limits::default()).unwrap_err();
        assert_eq!(
            reason,
            "its elements are nested more than 256 deep, the limit"
        );
    }

    #[test]
    fn heads_of_objects_in_a_row_are_nesting_too() {
        assert!(check_file(&b"1 0 obj ".repeat(1_000), &Limits::default()).is_err());
    }

    #[test]
    fn many_flat_objects_are_fine() {
        let bytes = b"1 0 obj <</A [1 2]>> endobj\n".repeat(10_000);
        assert_eq!(check_file(&bytes, &Limits::default()), Ok(()));
    }

    #[test]
    fn brackets_in_a_picture_are_no_nesting() {
        let bytes = [b"1 0 obj <<>> stream\n".as_slice(), &b"[".repeat(1_000)].concat();
        assert_eq!(check_file(&bytes, &Limits::default()), Ok(()));
    }

    #[test]
    fn objects_that_never_end_are_not_walked_again_and_again() {
        let bytes = b"1 0 obj (".repeat(50_000);
        assert!(check_file(&bytes, &Limits::default()).is_err());
    }

    #[test]
    fn packed_objects_that_grow_without_end_are_refused() {
        let reason = check_file(&packed(&vec![b' '; 1 << 20]), &small()).unwrap_err();
        assert!(reason.starts_with("holds more than"), "{reason}");
    }

    #[test]
    fn deep_arrays_in_packed_objects_are_refused() {
        assert!(check_file(&packed(&b"[".repeat(1_000)), &small()).is_err());
    }

    #[test]
    fn a_page_of_too_many_strokes_is_refused() {
        assert!(check_content(&b"q Q ".repeat(MOST_OPERATORS), &Limits::default()).is_err());
    }
}
