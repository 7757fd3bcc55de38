//! Frames of the protocol, and what the first one asks.
//!
//! **In:** a kind and a payload, or a stream of bytes. **Out:** the other one. **Unit:** bytes.
//! The table of kinds is in [`super`]. One decision lives here: a reader says how long a payload
//! may be, and memory is taken for what has come, not for what is announced.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::extract::SheetOptions;
use crate::extract::limits::Limits;
use crate::span::Span;
use crate::text::document::{Block, BlockKind};

pub(super) const ASK: u8 = b'A';
pub(super) const BYTES: u8 = b'B';
pub(super) const PATH: u8 = b'P';
pub(super) const TEXT: u8 = b'T';
pub(super) const LAYOUT: u8 = b'L';
pub(super) const ENCODING: u8 = b'E';
pub(super) const ROWS: u8 = b'R';
pub(super) const END: u8 = b'Z';
pub(super) const FAILED: u8 = b'F';
pub(super) const BROKEN: u8 = b'K';

/// Bytes that a pipe holds, by custom.
pub(super) const PIPE: usize = 64 << 10;

/// The longest payload of words: a question, a reason, the name of an encoding.
pub(super) const WORDS: u64 = 64 << 10;

/// What is read at once before more memory is taken.
const STEP: u64 = 1 << 20;

/// One frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) payload: Vec<u8>,
}

/// Writes a frame.
pub(super) fn write(out: &mut impl Write, kind: u8, payload: &[u8]) -> io::Result<()> {
    out.write_all(&[kind])?;
    out.write_all(&(payload.len() as u64).to_le_bytes())?;
    out.write_all(payload)
}

/// Writes a frame for whoever waits for it.
pub(super) fn send(out: &mut impl Write, kind: u8, payload: &[u8]) -> io::Result<()> {
    write(out, kind, payload)?;
    out.flush()
}

/// Reads a frame; `None` at the end of the input.
///
/// # Errors
///
/// `InvalidData` if the payload is longer than `most` allows for its kind; `UnexpectedEof` if
/// the input ends inside a frame; what the system says if it cannot be read.
pub(super) fn read(input: &mut impl Read, most: impl Fn(u8) -> u64) -> io::Result<Option<Frame>> {
    let mut head = [0; 9];
    if input.by_ref().take(1).read(&mut head[..1])? == 0 {
        return Ok(None);
    }
    input.read_exact(&mut head[1..])?;
    let [kind, length @ ..] = head;
    let length = u64::from_le_bytes(length);
    if length > most(kind) {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut payload = Vec::with_capacity(length.min(STEP) as usize);
    input.take(length).read_to_end(&mut payload)?;
    match payload.len() as u64 == length {
        true => Ok(Some(Frame { kind, payload })),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

/// What the parent asks of the child.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Question {
    /// The version of the program: parent and child must be of the same.
    version: String,
    /// The name of the format.
    pub(super) format: String,
    pub(super) sheet: SheetOptions,
    pub(super) limits: Limits,
}

impl Question {
    pub(super) fn new(format: &str, sheet: &SheetOptions, limits: &Limits) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            format: format.to_owned(),
            sheet: sheet.clone(),
            limits: *limits,
        }
    }

    /// The question that a payload holds.
    ///
    /// # Errors
    ///
    /// The reason, if it holds none or one of another version.
    pub(super) fn parse(payload: &[u8]) -> Result<Self, String> {
        let question: Self = serde_json::from_slice(payload)
            .map_err(|error| format!("the question cannot be understood ({error})"))?;
        let own = env!("CARGO_PKG_VERSION");
        match question.version == own {
            true => Ok(question),
            false => Err(format!(
                "the reader is of version {own}, the program of {}",
                question.version
            )),
        }
    }

    /// The question as a payload.
    pub(super) fn payload(&self) -> Vec<u8> {
        // Strings and numbers always have a form in JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// Bytes of a block in a layout.
pub(super) const BLOCK: usize = 9;

const KINDS: [(u8, BlockKind); 4] = [
    (b'h', BlockKind::Heading),
    (b'i', BlockKind::Item),
    (b'p', BlockKind::Paragraph),
    (b'l', BlockKind::Lines),
];

/// A layout as a payload: for each block its kind, start and end.
pub(super) fn layout(blocks: &[Block]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(blocks.len() * BLOCK);
    for block in blocks {
        let known = KINDS.iter().find(|(_, kind)| *kind == block.kind);
        payload.push(known.map_or(b'l', |(byte, _)| *byte));
        payload.extend(block.span.start.to_le_bytes());
        payload.extend(block.span.end.to_le_bytes());
    }
    payload
}

/// The blocks of a layout; `None` unless they lie in `text`, on characters, in order and
/// without overlap.
pub(super) fn blocks(payload: &[u8], text: &str) -> Option<Vec<Block>> {
    let (records, rest) = payload.as_chunks::<BLOCK>();
    let mut blocks = Vec::with_capacity(records.len());
    let mut from = 0;
    for &[kind, a, b, c, d, e, f, g, h] in records {
        let (_, kind) = KINDS.iter().find(|(byte, _)| *byte == kind)?;
        let start = u32::from_le_bytes([a, b, c, d]) as usize;
        let end = u32::from_le_bytes([e, f, g, h]) as usize;
        text.get(start..end).filter(|_| start >= from)?;
        from = end;
        blocks.push(Block {
            span: Span::new(start, end),
            kind: *kind,
        });
    }
    rest.is_empty().then_some(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::rows::TableOptions;

    fn block(start: usize, end: usize, kind: BlockKind) -> Block {
        Block {
            span: Span::new(start, end),
            kind,
        }
    }

    #[test]
    fn a_frame_reads_as_it_was_written() {
        let mut bytes = Vec::new();
        write(&mut bytes, TEXT, b"We plan").unwrap();
        let frame = read(&mut &bytes[..], |_| 7).unwrap().unwrap();
        assert_eq!((frame.kind, &frame.payload[..]), (TEXT, &b"We plan"[..]));
    }

    #[test]
    fn an_input_that_has_ended_holds_no_frame() {
        assert_eq!(read(&mut &b""[..], |_| 7).unwrap(), None);
    }

    #[test]
    fn a_frame_that_is_too_long_is_refused() {
        let mut bytes = Vec::new();
        write(&mut bytes, TEXT, b"We plan").unwrap();
        let error = read(&mut &bytes[..], |_| 6).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_frame_that_breaks_off_is_an_error() {
        let mut bytes = Vec::new();
        write(&mut bytes, TEXT, b"We plan").unwrap();
        for length in 1..bytes.len() {
            let error = read(&mut &bytes[..length], |_| 7).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "{length} bytes");
        }
    }

    #[test]
    fn a_question_arrives_as_it_was_asked() {
        let sheet = SheetOptions {
            sheet: Some("Größe \"1\"".to_owned()),
            columns: Some(TableOptions::default()),
        };
        let asked = Question::new("PDF", &sheet, &Limits::default());
        let heard = Question::parse(&asked.payload()).unwrap();
        assert_eq!((heard.sheet, heard.limits), (sheet, Limits::default()));
    }

    #[test]
    fn a_question_of_another_version_is_refused() {
        let mut asked = Question::new("PDF", &SheetOptions::default(), &Limits::default());
        asked.version = "0".to_owned();
        let reason = Question::parse(&asked.payload()).unwrap_err();
        assert!(reason.ends_with("the program of 0"), "{reason}");
    }

    #[test]
    fn a_layout_reads_as_it_was_written() {
        let given = vec![
            block(0, 4, BlockKind::Heading),
            block(4, 6, BlockKind::Item),
            block(8, 9, BlockKind::Paragraph),
            block(9, 9, BlockKind::Lines),
        ];
        assert_eq!(blocks(&layout(&given), "Ziel: Plan"), Some(given));
    }

    #[test]
    fn blocks_outside_the_text_or_within_a_character_or_out_of_order_are_refused() {
        let paragraph = |start, end| block(start, end, BlockKind::Paragraph);
        for wrong in [
            vec![paragraph(0, 4)],
            vec![paragraph(2, 1)],
            vec![paragraph(0, 1)],
            vec![paragraph(2, 3), paragraph(0, 2)],
        ] {
            assert_eq!(blocks(&layout(&wrong), "äb"), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_layout_that_is_cut_off_or_of_unknown_kinds_is_refused() {
        let given = layout(&[block(0, 1, BlockKind::Item)]);
        assert_eq!(blocks(&given[..8], "a"), None);
        assert_eq!(blocks(b"?\0\0\0\0\x01\0\0\0", "a"), None);
    }
}
