//! Zstandard: one packed stream.
//!
//! **In:** a reader over a Zstandard file. **Out:** a reader over what was packed. **Unit:**
//! bytes.
//!
//! The decisions that live here: frames that follow each other are one stream; frames to be
//! skipped are skipped; what follows the last frame and is none is ignored; a frame that
//! needs more than 128 MiB to unpack, or a dictionary, is refused.

use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use crate::archive::allowance::Allowance;
use crate::archive::reason::{Counted, DAMAGED, Guarded, TRUNCATED, refusal};

const PACKED_AT_ONCE: usize = 64 * 1024;

/// The most that unpacking may look back, in bytes: what `zstd` itself allows by custom.
const WINDOW: u64 = 128 << 20;

/// True for a frame, or one to be skipped.
pub(super) fn magic(head: &[u8]) -> bool {
    head.starts_with(b"\x28\xB5\x2F\xFD") || matches!(head, [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
}

/// What is packed.
pub(super) fn open(reader: Box<dyn Read + Send>, allowance: &Allowance) -> Box<dyn Read + Send> {
    let (reader, packed) = Counted::new(reader);
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(WINDOW);
    let frames = Frames {
        source: BufReader::with_capacity(PACKED_AT_ONCE, reader),
        decoder,
        within: false,
        any: false,
    };
    Box::new(Guarded::new(frames, packed, allowance))
}

/// Frames that follow each other.
struct Frames<R> {
    source: R,
    decoder: FrameDecoder,
    /// True inside of a frame.
    within: bool,
    /// True once there was a frame.
    any: bool,
}

impl<R: BufRead> Frames<R> {
    /// Begins the next frame; false where there is none.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.source) {
                Ok(()) => {
                    (self.within, self.any) = (true, true);
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => self.skip(u64::from(length))?,
                Err(FrameDecoderError::ReadFrameHeaderError(
                    ReadFrameHeaderError::BadMagicNumber(_),
                )) if self.any => return Ok(false),
                Err(error) => return Err(self.reason(&error)),
            }
        }
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        let skipped = io::copy(&mut (&mut self.source).take(length), &mut io::sink())?;
        match skipped < length {
            true => Err(refusal(TRUNCATED)),
            false => Ok(()),
        }
    }

    /// Decodes until there is something to give or the frame ends.
    fn decode(&mut self) -> io::Result<()> {
        while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
            let step = BlockDecodingStrategy::UptoBlocks(1);
            if let Err(error) = self.decoder.decode_blocks(&mut self.source, step) {
                return Err(self.reason(&error));
            }
        }
        Ok(())
    }

    /// Ends a frame, whose checksum must fit where it has one.
    fn end(&mut self) -> io::Result<()> {
        self.within = false;
        match self.decoder.get_checksum_from_data() {
            Some(told) if self.decoder.get_calculated_checksum() != Some(told) => {
                Err(refusal(DAMAGED))
            }
            _ => Ok(()),
        }
    }

    fn reason(&mut self, error: &FrameDecoderError) -> io::Error {
        match error {
            FrameDecoderError::WindowSizeTooBig { .. } => {
                refusal("needs more than 128 MiB of memory to unpack, the limit")
            }
            FrameDecoderError::DictNotProvided { .. } => {
                refusal("packed with a dictionary, which is not there")
            }
            _ => match self.source.fill_buf() {
                Ok([]) => refusal(TRUNCATED),
                Ok(_) => refusal(DAMAGED),
                Err(error) => error,
            },
        }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.within && !self.begin()? {
                return Ok(0);
            }
            self.decode()?;
            let read = self.decoder.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            self.end()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;
    use crate::extract::limits::Limits;

    fn packed(text: &str) -> Vec<u8> {
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    }

    fn read(bytes: Vec<u8>) -> io::Result<String> {
        let allowance = Allowance::new(&Limits::default(), bytes.len() as u64, Default::default());
        let mut text = String::new();
        open(Box::new(io::Cursor::new(bytes)), &allowance).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn what_was_packed_is_read() {
        let text = "We plan the budget. ".repeat(20_000);
        assert!(read(packed(&text)).unwrap() == text);
    }

    #[test]
    fn frames_that_follow_each_other_are_one() {
        let skipped = b"\x53\x2A\x4D\x18\x03\0\0\0abc".to_vec();
        let bytes = [skipped, packed("We plan. "), packed(""), packed("We act.")].concat();
        assert_eq!(read(bytes).unwrap(), "We plan. We act.");
    }

    #[test]
    fn what_follows_the_last_frame_is_ignored() {
        assert_eq!(
            read([packed("We plan."), vec![0; 64]].concat()).unwrap(),
            "We plan."
        );
    }

    #[test]
    fn a_stream_that_is_cut_off_anywhere_is_truncated() {
        let bytes = packed(&"We plan the budget and lead the way. ".repeat(20));
        for end in 4..bytes.len() {
            let error = read(bytes[..end].to_vec()).unwrap_err().to_string();
            assert!(error.starts_with("truncated"), "{end}: {error}");
        }
    }

    #[test]
    fn damage_is_told() {
        let mut bytes = packed("We plan the budget and lead the way.");
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        assert!(read(bytes).unwrap_err().to_string().starts_with("damaged"));
    }

    #[test]
    fn a_frame_that_asks_for_too_much_memory_is_refused() {
        // Descriptor: no content size, window descriptor 0xB8 = 2^33 bytes.
        let error = read(b"\x28\xB5\x2F\xFD\x00\xB8\x01\0\0".to_vec()).unwrap_err();
        assert!(error.to_string().contains("128 MiB"), "{error}");
    }
}
