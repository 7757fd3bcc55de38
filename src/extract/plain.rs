//! Plain text: as it stands.
//!
//! **In:** the bytes of a text file, or a reader over a huge one. **Out:** the text itself
//! without its byte-order mark; line ends are kept, so offsets refer to the UTF-8 text of
//! the file. **Unit:** bytes.
//!
//! One decision lives here: a text of up to 8 MiB is whole; a longer one is read in parts
//! of about 512 KiB, cut after a blank line if the second half of the part has one, else
//! after a line, else after a sentence, else after white space, else between two
//! characters.

use std::io::Read;

use memchr::{memrchr_iter, memrchr2};

use crate::error::{Error, Result};
use crate::extract::decode::{self, EMPTY};
use crate::extract::extracted::Extracted;
use crate::extract::failure::io_reason;
use crate::extract::stream::{CHUNK, TextStream};
use crate::span::Span;
use crate::text::document::{Block, BlockKind};

/// A text of up to so many bytes is not cut.
pub const WHOLE: usize = 8 << 20;

/// About how many bytes a part of a longer text has.
pub const PART: usize = 512 << 10;

/// The text of a file.
///
/// # Errors
///
/// The reason, in words, where the bytes are not text.
pub fn extract(bytes: Vec<u8>) -> std::result::Result<Extracted, String> {
    let decoded = decode::decode(bytes)?;
    let block = Block {
        span: Span::new(0, decoded.text.len()),
        kind: BlockKind::Lines,
    };
    Ok(Extracted {
        text: decoded.text,
        blocks: vec![block],
        encoding: decoded.encoding,
    })
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPart {
    /// Its text.
    pub text: String,
    /// Bytes of the text before it.
    pub start: u64,
}

/// Reads a text of any length in bounded memory. The parts, one after the other, are the
/// text.
pub struct TextParts {
    stream: TextStream,
    path: String,
    buffer: Vec<u8>,
    /// Bytes of the text before the buffer.
    start: u64,
    ended: bool,
    whole: usize,
    part: usize,
}

impl TextParts {
    /// A reader over the text of `path`. Nothing is read yet.
    pub fn new(reader: Box<dyn Read + Send>, path: &str) -> Self {
        Self::sized(reader, path, WHOLE, PART)
    }

    fn sized(reader: Box<dyn Read + Send>, path: &str, whole: usize, part: usize) -> Self {
        Self {
            stream: TextStream::new(reader, CHUNK.min(part)),
            path: path.to_owned(),
            buffer: Vec::new(),
            start: 0,
            ended: false,
            whole,
            part,
        }
    }

    /// The encoding of the text, as far as it is read.
    pub fn encoding(&self) -> &'static str {
        self.stream.encoding()
    }

    /// The next part; `None` at the end.
    ///
    /// # Errors
    ///
    /// An input error if the text cannot be read, is empty or binary, or a byte fits no
    /// encoding.
    pub fn next_part(&mut self) -> Result<Option<TextPart>> {
        let first = self.start == 0;
        self.fill()?;
        if first {
            let reason = match self.buffer.is_empty() {
                true => Some(EMPTY.to_owned()),
                false => decode::binary(&self.buffer),
            };
            if let Some(reason) = reason {
                return Err(Error::input(&self.path, "decode", reason));
            }
        }
        if self.buffer.is_empty() {
            return Ok(None);
        }
        let uncut = if first { self.whole } else { self.part };
        let cut = match self.ended && self.buffer.len() <= uncut {
            true => self.buffer.len(),
            false => place_to_cut(&self.buffer, self.part),
        };
        let rest = self.buffer.split_off(cut);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let text = String::from_utf8(bytes).map_err(|error| {
            let reason = self.stream.fault(error.as_bytes(), self.start);
            Error::input(&self.path, "decode", reason.unwrap_or_default())
        })?;
        let start = self.start;
        self.start += text.len() as u64;
        Ok(Some(TextPart { text, start }))
    }

    /// Reads until there is more than an uncut text may have, or to the end.
    fn fill(&mut self) -> Result<()> {
        let want = self.whole.max(self.part) + 1;
        while !self.ended && self.buffer.len() < want {
            let more = want - self.buffer.len();
            let filled = self.stream.fill(&mut self.buffer, more);
            let filled =
                filled.map_err(|error| Error::input(&self.path, "read", io_reason(&error)))?;
            self.ended = !filled;
        }
        Ok(())
    }
}

/// Where the first part of `bytes` ends, which are more than `part`.
fn place_to_cut(bytes: &[u8], part: usize) -> usize {
    let from = part / 2;
    let half = &bytes[from..part];
    let cut = after_blank_line(half)
        .or_else(|| memrchr2(b'\n', b'\r', half).map(|i| i + 1))
        .or_else(|| after_sentence(half))
        .or_else(|| {
            half.iter()
                .rposition(u8::is_ascii_whitespace)
                .map(|i| i + 1)
        })
        .map_or(part, |i| from + i);
    // Neither a line end of two characters nor a character of several bytes is torn.
    if bytes[..cut].ends_with(b"\r") && bytes.get(cut) == Some(&b'\n') {
        return cut + 1;
    }
    let continues = |&i: &usize| bytes.get(i).is_some_and(|&byte| byte & 0xC0 == 0x80);
    (cut.saturating_sub(3)..=cut)
        .rev()
        .find(|i| !continues(i))
        .unwrap_or(cut)
        .max(1)
}

fn after_blank_line(bytes: &[u8]) -> Option<usize> {
    let mut below = bytes.len();
    for end in memrchr_iter(b'\n', bytes) {
        let line = bytes.get(end + 1..below)?;
        if below < bytes.len() && line.iter().all(u8::is_ascii_whitespace) {
            return Some(below + 1);
        }
        below = end;
    }
    None
}

fn after_sentence(bytes: &[u8]) -> Option<usize> {
    let ends = |window: &[u8]| matches!(window, [b'.' | b'!' | b'?', b' ' | b'\t']);
    bytes.windows(2).rposition(ends).map(|i| i + 2)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn parts(text: &[u8], whole: usize, part: usize) -> Result<Vec<TextPart>> {
        let mut parts =
            TextParts::sized(Box::new(Cursor::new(text.to_vec())), "t.txt", whole, part);
        let mut all = Vec::new();
        while let Some(part) = parts.next_part()? {
            all.push(part);
        }
        Ok(all)
    }

    fn texts(text: &str, whole: usize, part: usize) -> Vec<String> {
        parts(text.as_bytes(), whole, part)
            .unwrap()
            .into_iter()
            .map(|part| part.text)
            .collect()
    }

    #[test]
    fn a_file_is_its_text_as_lines() {
        let extracted = extract(b"We plan.\r\n- Lead\n".to_vec()).unwrap();
        assert_eq!(extracted.text, "We plan.\r\n- Lead\n");
        assert_eq!(extracted.blocks[0].span.of(&extracted.text), extracted.text);
    }

    #[test]
    fn a_text_that_is_not_long_is_whole() {
        assert_eq!(
            texts("We plan.\n\nWe act.", 20, 10),
            ["We plan.\n\nWe act."]
        );
    }

    #[test]
    fn a_control_character_weighs_the_same_at_once_and_in_parts() {
        // Half-width katakana of Shift_JIS, three times as long in UTF-8. Found by the fuzz target decode.
        let bytes = [
            &[0xA1][..],
            &[0xC5; 17],
            b"\xC8\x8C\xA7\xA5\xA7\xA7\x8C\xA7\xAF",
            &[0xA7; 6],
            b"\x15\xA7\xA7\xA6",
        ];
        let bytes = bytes.concat();
        let in_parts = parts(&bytes, WHOLE, PART).unwrap();
        assert_eq!(extract(bytes).unwrap().text, in_parts[0].text);
    }

    #[test]
    fn a_long_text_is_cut_after_a_blank_line() {
        assert_eq!(
            texts("We plan.\n \nWe\nact now.", 16, 15),
            ["We plan.\n \n", "We\nact now."]
        );
    }

    #[test]
    fn without_a_blank_line_it_is_cut_after_a_line() {
        assert_eq!(
            texts("We plan.\nWe act. Now.", 16, 14),
            ["We plan.\n", "We act. Now."]
        );
    }

    #[test]
    fn without_a_line_end_it_is_cut_after_a_sentence() {
        assert_eq!(
            texts("We plan. We act now.", 16, 14),
            ["We plan. ", "We act now."]
        );
    }

    #[test]
    fn without_a_sentence_it_is_cut_after_white_space() {
        assert_eq!(texts("we plan and act", 12, 10), ["we plan ", "and act"]);
    }

    #[test]
    fn without_white_space_no_character_is_torn() {
        assert_eq!(texts("éééé", 6, 5), ["éé", "éé"]);
    }

    #[test]
    fn a_line_end_of_two_characters_is_not_torn() {
        assert_eq!(
            texts("We plan\r\nand act", 12, 8),
            ["We plan\r\n", "and act"]
        );
    }

    #[test]
    fn a_part_knows_where_it_starts() {
        let found = parts(b"We plan.\nWe act. Now.", 16, 14).unwrap();
        assert_eq!(found[1].start, 9);
    }

    #[test]
    fn an_empty_text_fails() {
        assert_eq!(
            parts(b"", 16, 8).unwrap_err().to_string(),
            "t.txt: file is empty"
        );
    }

    #[test]
    fn a_binary_file_fails() {
        let error = parts(b"ab\0", 16, 8).unwrap_err().to_string();
        assert_eq!(error, "t.txt: binary file (NUL byte at 2)");
    }

    #[test]
    fn a_bad_byte_of_a_later_part_is_named_by_its_place_in_the_file() {
        let mut text = "é plans. ".repeat(20_000).into_bytes();
        text.push(0xFF);
        let error = parts(&text, 16, 8).unwrap_err().to_string();
        assert!(
            error.starts_with("t.txt: byte 200000 (0xFF) is not UTF-8"),
            "{error}"
        );
    }

    proptest! {
        #[test]
        fn the_parts_are_the_text(text in "[aé•. \r\n]{1,80}", part in 4usize..20, more in 0usize..20) {
            let found = parts(text.as_bytes(), part + more, part).unwrap();
            let joined: String = found.iter().map(|part| part.text.as_str()).collect();
            prop_assert_eq!(joined, text);
            prop_assert!(found.iter().skip(1).all(|part| !part.text.is_empty()));
        }

        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parts(&bytes, 30, 20);
        }
    }
}
