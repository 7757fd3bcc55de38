//! Bytes to text, as a stream: the rules of [`super::decode`] in bounded memory.
//!
//! **In:** a reader. **Out:** UTF-8 in chunks of about the size asked for. **Unit:** bytes.
//!
//! The decisions that live here: a stream decides late (while all is ASCII the question
//! stays open, the first chunk with another byte settles it for the rest); and it is
//! lenient, so that one bad row does not cost a table.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use crate::extract::decode::{Guess, guess, mark_or_pattern, misfit, no_fit};

/// The least that a stream reads at once by custom, so that it decides on enough text.
pub(super) const CHUNK: usize = 64 * 1024;

/// The most that it reads at once before it decodes: decoded text takes up to three times
/// as much.
const DECODED_AT_ONCE: usize = 1 << 20;

/// Stands for bytes that their encoding does not allow. It is never part of valid UTF-8,
/// so the record that holds it is refused where it is read.
const BAD: u8 = 0xFF;

/// A byte of a stream that its encoding does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct BadByte {
    at: u64,
    byte: u8,
}

/// A reader that hands out UTF-8 in chunks, in bounded memory.
///
/// Bytes that do not fit stay in the stream as bytes that are not UTF-8, so that whoever
/// cuts it into records refuses the record and reads on. Whoever wants all or nothing
/// asks [`TextStream::fault`].
pub(super) struct TextStream {
    source: Box<dyn Read + Send>,
    chunk: usize,
    mode: Mode,
    /// Read but not handed out yet.
    raw: Vec<u8>,
    /// Bytes of the source before `raw`.
    offset: u64,
    ended: bool,
    /// Length of the byte-order mark.
    mark: u64,
    fault: Option<BadByte>,
}

enum Mode {
    /// Nothing read.
    Fresh,
    /// ASCII so far.
    Open,
    /// Settled, by a mark or by a character.
    Utf8,
    /// Settled on another encoding.
    Other(Box<Decoder>),
}

impl TextStream {
    /// A stream over `source` that reads at least `chunk` bytes at once. Nothing is read yet.
    pub(super) fn new(source: Box<dyn Read + Send>, chunk: usize) -> Self {
        Self {
            source,
            chunk,
            mode: Mode::Fresh,
            raw: Vec::new(),
            offset: 0,
            ended: false,
            mark: 0,
            fault: None,
        }
    }

    /// The name of the encoding as far as it is known: ASCII counts as UTF-8.
    pub(super) fn encoding(&self) -> &'static str {
        match &self.mode {
            Mode::Other(decoder) => decoder.encoding().name(),
            _ => UTF_8.name(),
        }
    }

    /// Appends about `want` bytes of text to `out`; false where there was no more.
    ///
    /// # Errors
    ///
    /// If the source cannot be read.
    pub(super) fn fill(&mut self, out: &mut Vec<u8>, want: usize) -> io::Result<bool> {
        let (before, want) = (out.len(), want.max(1));
        while out.len() == before && !(self.ended && self.raw.is_empty()) {
            match self.mode {
                Mode::Utf8 if self.raw.is_empty() => self.copy(out, want)?,
                Mode::Fresh => {
                    self.read(want.clamp(self.chunk, DECODED_AT_ONCE.max(self.chunk)))?;
                    self.begin();
                }
                _ => {
                    self.read(want.clamp(self.chunk, DECODED_AT_ONCE.max(self.chunk)))?;
                    self.hand_out(out);
                }
            }
        }
        Ok(out.len() > before)
    }

    /// Why the stream is not sound, where it is not: names the first byte that its encoding
    /// does not allow. `text` was handed out last, from byte `start` of the stream on.
    pub(super) fn fault(&self, text: &[u8], start: u64) -> Option<String> {
        if let Mode::Other(decoder) = &self.mode {
            let BadByte { at, byte } = self.fault?;
            return Some(misfit(at, byte, decoder.encoding().name()));
        }
        let at = std::str::from_utf8(text).err()?.valid_up_to();
        Some(no_fit(self.mark + start + at as u64, text[at]))
    }

    /// Reads `want` bytes, or to the end, behind those in `raw`.
    fn read(&mut self, want: usize) -> io::Result<()> {
        if self.ended {
            return Ok(());
        }
        self.raw.reserve(want);
        let got = (&mut self.source)
            .take(want as u64)
            .read_to_end(&mut self.raw)?;
        self.ended |= got < want;
        Ok(())
    }

    /// The same straight into `out`.
    fn copy(&mut self, out: &mut Vec<u8>, want: usize) -> io::Result<()> {
        // Growing by what is needed, not twofold: a carried-over record must not double it.
        out.reserve_exact(want);
        let got = (&mut self.source).take(want as u64).read_to_end(out)?;
        self.offset += got as u64;
        self.ended |= got < want;
        Ok(())
    }

    /// Obeys a mark or the pattern of UTF-16 at the start.
    fn begin(&mut self) {
        self.mode = match mark_or_pattern(&self.raw) {
            Some((encoding, mark)) => {
                self.drop_raw(mark);
                self.mark = mark as u64;
                Self::settled(encoding)
            }
            None => Mode::Open,
        };
    }

    fn settled(encoding: &'static Encoding) -> Mode {
        if encoding == UTF_8 {
            return Mode::Utf8;
        }
        Mode::Other(Box::new(encoding.new_decoder_without_bom_handling()))
    }

    fn drop_raw(&mut self, count: usize) {
        self.raw.drain(..count);
        self.offset += count as u64;
    }

    fn hand_out(&mut self, out: &mut Vec<u8>) {
        if matches!(self.mode, Mode::Open) {
            self.settle();
        }
        if matches!(self.mode, Mode::Other(_)) {
            return self.decode(out);
        }
        // While the question is open, what follows the ASCII waits for the next chunk.
        let count = match self.mode {
            Mode::Open => self
                .raw
                .iter()
                .position(|b| !b.is_ascii())
                .unwrap_or(self.raw.len()),
            _ => self.raw.len(),
        };
        out.extend_from_slice(&self.raw[..count]);
        self.drop_raw(count);
    }

    /// Settles the encoding if `raw` holds a byte that is not ASCII, unless the only such
    /// bytes are the beginning of a character that the next chunk ends.
    fn settle(&mut self) {
        if self.raw.is_ascii() {
            return;
        }
        self.mode = match std::str::from_utf8(&self.raw) {
            Ok(_) => Mode::Utf8,
            Err(error) if error.error_len().is_none() && !self.ended => {
                match self.raw[..error.valid_up_to()].is_ascii() {
                    true => Mode::Open,
                    false => Mode::Utf8,
                }
            }
            Err(_) => match guess(&self.raw) {
                Guess::Fits(encoding) => Self::settled(encoding),
                Guess::Damaged | Guess::Nothing => Mode::Utf8,
            },
        };
    }

    /// Decodes all of `raw`, with [`BAD`] for what is malformed.
    fn decode(&mut self, out: &mut Vec<u8>) {
        let Mode::Other(decoder) = &mut self.mode else {
            return;
        };
        let (mut from, mut end) = (0, out.len());
        let room = decoder.max_utf8_buffer_length_without_replacement(self.raw.len());
        out.resize(end + room.unwrap_or(CHUNK) + 16, 0);
        loop {
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(
                &self.raw[from..],
                &mut out[end..],
                self.ended,
            );
            from += read;
            end += written;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => out.resize(out.len() + CHUNK, 0),
                DecoderResult::Malformed(length, extra) => {
                    let back = usize::from(length) + usize::from(extra);
                    let at = (self.offset + from as u64).saturating_sub(back as u64);
                    let byte = self
                        .raw
                        .get(from.saturating_sub(back))
                        .copied()
                        .unwrap_or(BAD);
                    self.fault.get_or_insert(BadByte { at, byte });
                    if end == out.len() {
                        out.resize(end + CHUNK, 0);
                    }
                    out[end] = BAD;
                    end += 1;
                }
            }
        }
        out.truncate(end);
        self.offset += self.raw.len() as u64;
        self.raw.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::decode::decode;

    /// Gives `step` bytes at a time, as a pipe may.
    struct Drip(io::Cursor<Vec<u8>>, usize);

    impl Read for Drip {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let step = self.1.min(out.len());
            self.0.read(&mut out[..step])
        }
    }

    fn read(bytes: &[u8], want: usize) -> (Vec<u8>, TextStream) {
        let mut stream = TextStream::new(Box::new(Drip(io::Cursor::new(bytes.to_vec()), 7)), CHUNK);
        let mut out = Vec::new();
        while stream.fill(&mut out, want).unwrap() {}
        (out, stream)
    }

    #[test]
    fn a_late_byte_settles_the_encoding_for_the_rest() {
        let ascii = "we plan and act\n".repeat(10_000);
        let (out, stream) = read(&[ascii.as_bytes(), b"caf\xe9 r\xe9nov\xe9"].concat(), 1);
        assert_eq!(stream.encoding(), "windows-1252");
        assert!(out.ends_with("café rénové".as_bytes()));
    }

    #[test]
    fn a_character_torn_by_a_chunk_is_whole_again() {
        let mut text = "a".repeat(CHUNK - 1);
        text.push_str("é and more");
        let (out, stream) = read(text.as_bytes(), 1);
        assert_eq!((stream.encoding(), out == text.as_bytes()), ("UTF-8", true));
    }

    #[test]
    fn a_character_cut_off_at_the_end_is_no_utf8() {
        let (_, stream) = read(b"caf\xC3", 1);
        assert_ne!(stream.encoding(), "UTF-8");
    }

    #[test]
    fn utf16_is_decoded_across_chunks() {
        let text = "Zoë plans 🚀 and acts. ".repeat(10_000);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let (out, stream) = read(&bytes, 1);
        assert_eq!(
            (stream.encoding(), out == text.as_bytes()),
            ("UTF-16BE", true)
        );
    }

    #[test]
    fn a_fault_names_the_byte_of_the_file() {
        let text = b"\xEF\xBB\xBFplan \xFF";
        let (out, stream) = read(text, 1);
        let fault = stream.fault(&out, 0).unwrap();
        assert!(fault.starts_with("byte 8 (0xFF)"), "{fault}");
    }

    #[test]
    fn malformed_bytes_stay_bad() {
        let (out, stream) = read(b"\xFF\xFEa\0\x00\xD8b\0", 1);
        assert_eq!(out, b"a\xFFb");
        assert_eq!(
            stream.fault(&out, 0).unwrap(),
            "byte 4 (0x00) is not UTF-16LE"
        );
    }

    proptest! {
        #[test]
        fn a_stream_reads_what_a_whole_file_reads(
            bytes in prop::collection::vec(prop_oneof![
                Just(b'a'), Just(b' '), Just(0xE9), Just(0x92), Just(0xC3), Just(0xA9), any::<u8>(),
            ], 1..200)
        ) {
            if let Ok(decoded) = decode(bytes.clone()) {
                let (out, stream) = read(&bytes, 1);
                prop_assert_eq!(String::from_utf8(out).unwrap(), decoded.text);
                prop_assert_eq!(stream.encoding(), decoded.encoding);
            }
        }
    }
}
