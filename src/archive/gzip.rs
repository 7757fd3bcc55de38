//! gzip: one packed stream.
//!
//! **In:** a reader over a gzip file. **Out:** a reader over what was packed. **Unit:** bytes.
//!
//! Two decisions live here: streams that follow each other are one; what follows the last
//! one and is no gzip is ignored, as `gzip` does.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use crate::archive::allowance::Allowance;
use crate::archive::reason::{Counted, Guarded};

const PACKED_AT_ONCE: usize = 64 * 1024;

/// True for gzip.
pub(super) fn magic(head: &[u8]) -> bool {
    head.starts_with(b"\x1F\x8B\x08")
}

/// What is packed.
pub(super) fn open(reader: Box<dyn Read + Send>, allowance: &Allowance) -> Box<dyn Read + Send> {
    let (reader, packed) = Counted::new(reader);
    let source = BufReader::with_capacity(PACKED_AT_ONCE, reader);
    let streams = Streams {
        decoder: Some(GzDecoder::new(source)),
    };
    Box::new(Guarded::new(streams, packed, allowance))
}

/// Streams that follow each other; `None` behind the last one.
struct Streams<R> {
    decoder: Option<GzDecoder<R>>,
}

impl<R: BufRead> Read for Streams<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(mut decoder) = self.decoder.take() {
            let read = decoder.read(buffer)?;
            if read > 0 {
                self.decoder = Some(decoder);
                return Ok(read);
            }
            let mut source = decoder.into_inner();
            if source.fill_buf()?.first() == Some(&0x1F) {
                self.decoder = Some(GzDecoder::new(source));
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::extract::limits::Limits;

    fn packed(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: Vec<u8>) -> io::Result<String> {
        let allowance = Allowance::new(&Limits::default(), bytes.len() as u64, Default::default());
        let mut text = String::new();
        open(Box::new(io::Cursor::new(bytes)), &allowance).read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn what_was_packed_is_read() {
        assert_eq!(read(packed("We plan.")).unwrap(), "We plan.");
    }

    #[test]
    fn streams_that_follow_each_other_are_one() {
        let bytes = [packed("We plan. "), packed(""), packed("We act.")].concat();
        assert_eq!(read(bytes).unwrap(), "We plan. We act.");
    }

    #[test]
    fn what_follows_the_last_stream_is_ignored() {
        let bytes = [packed("We plan."), vec![0; 512]].concat();
        assert_eq!(read(bytes).unwrap(), "We plan.");
    }

    #[test]
    fn a_wrong_checksum_is_damage() {
        let mut bytes = packed("We plan.");
        let checksum = bytes.len() - 8;
        bytes[checksum] ^= 1;
        assert!(read(bytes).unwrap_err().to_string().starts_with("damaged"));
    }

    #[test]
    fn a_stream_that_is_cut_off_anywhere_is_truncated() {
        let bytes = packed(&"We plan the budget and lead the way. ".repeat(20));
        for end in 3..bytes.len() {
            let error = read(bytes[..end].to_vec()).unwrap_err().to_string();
            assert!(error.starts_with("truncated"), "{end}: {error}");
        }
    }
}
