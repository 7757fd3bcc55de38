//! Bytes to text.
//!
//! **In:** the bytes of a file. **Out:** UTF-8 text without a byte-order mark, and the
//! name of the encoding that it was in. **Unit:** offsets in messages are bytes of the
//! file, from 0.
//!
//! The decisions that live here:
//!
//! 1. *Order of belief*: a byte-order mark; the NUL pattern of UTF-16; UTF-8 if all bytes
//!    are valid; else what `chardetng` makes of the bytes around the first one that is
//!    not ASCII.
//! 2. *Nothing is replaced*: a byte that fits no encoding is an error that names it. A
//!    text with at least as many good multi-byte characters as bad bytes is damaged
//!    UTF-8, not another encoding: reading it as one would garble every good character.
//! 3. *What is binary*: a NUL in the first 64 KiB of a text, or more than one control
//!    character in a hundred bytes: of the text in UTF-8, where the bytes are one, however
//!    it is read.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How much of the head, and of the surroundings of a bad byte, is looked at.
const SAMPLE: usize = 64 * 1024;

/// The text of a whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte-order mark.
    pub text: String,
    /// The name of its encoding, as the WHATWG standard writes it (`UTF-8`,
    /// `windows-1252`).
    pub encoding: &'static str,
}

/// The text of a whole file, with its encoding.
///
/// # Errors
///
/// The reason, in words: if there is no text, if the bytes are binary, or if a byte fits
/// neither UTF-8 nor the encoding found.
pub fn decode(mut bytes: Vec<u8>) -> Result<Decoded, String> {
    if let Some((encoding, mark)) = mark_or_pattern(&bytes) {
        if encoding != UTF_8 {
            return judged(decode_as(encoding, &bytes, mark)?, encoding);
        }
        bytes.drain(..mark);
        return match String::from_utf8(bytes) {
            Ok(text) => judged(text, UTF_8),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let byte = error.as_bytes()[at];
                Err(format!(
                    "{}, as its mark says",
                    misfit((mark + at) as u64, byte, "UTF-8")
                ))
            }
        };
    }
    match String::from_utf8(bytes) {
        Ok(text) => judged(text, UTF_8),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            decode_unmarked(error.as_bytes(), at)
                .map_err(|reason| binary(error.as_bytes()).unwrap_or(reason))
        }
    }
}

/// The text of bytes that are not UTF-8 at `bad_at` and bear no mark.
fn decode_unmarked(bytes: &[u8], bad_at: usize) -> Result<Decoded, String> {
    let reason = || no_fit(bad_at as u64, bytes[bad_at]);
    let Guess::Fits(encoding) = guess(bytes) else {
        return Err(reason());
    };
    let text = decode_as(encoding, bytes, 0).map_err(|_| reason())?;
    if text.chars().any(is_c1_control) {
        return Err(reason());
    }
    judged(text, encoding)
}

/// Text whose encoding a mark, a pattern or its bytes told, which those of a binary file may do by chance.
fn judged(text: String, encoding: &'static Encoding) -> Result<Decoded, String> {
    match binary(text.as_bytes()) {
        Some(reason) => Err(reason),
        None => named(text, encoding),
    }
}

fn named(text: String, encoding: &'static Encoding) -> Result<Decoded, String> {
    if text.is_empty() {
        return Err(EMPTY.to_owned());
    }
    Ok(Decoded {
        text,
        encoding: encoding.name(),
    })
}

/// Why a file without text fails.
pub(super) const EMPTY: &str = "file is empty";

pub(super) fn misfit(at: u64, byte: u8, encoding: &str) -> String {
    format!("byte {at} (0x{byte:02X}) is not {encoding}")
}

pub(super) fn no_fit(at: u64, byte: u8) -> String {
    format!("byte {at} (0x{byte:02X}) is not UTF-8, and no encoding fits")
}

/// The encoding that a mark, or the pattern of UTF-16, gives away; and how long the mark is.
pub(super) fn mark_or_pattern(head: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(head).or_else(|| utf16_pattern(head).map(|encoding| (encoding, 0)))
}

/// UTF-16 without a mark: most characters of a western text have a NUL as their high byte.
fn utf16_pattern(head: &[u8]) -> Option<&'static Encoding> {
    let head = &head[..head.len().min(SAMPLE)];
    let pairs = head.len() / 2;
    let (mut even, mut odd) = (0, 0);
    for pair in head.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let (most, few) = (pairs * 6 / 10, pairs / 20);
    match pairs >= 2 {
        true if odd > most && even <= few => Some(UTF_16LE),
        true if even > most && odd <= few => Some(UTF_16BE),
        _ => None,
    }
}

/// True where a file that begins with `head` is text: not empty, not binary, and in an
/// encoding that reads without a fault. With `whole`, nothing follows.
pub fn is_text(head: &[u8], whole: bool) -> bool {
    if let Some((encoding, mark)) = mark_or_pattern(head) {
        // Half a character at the end is let pass.
        let head = &head[..head.len() - usize::from(encoding != UTF_8 && head.len() % 2 == 1)];
        let mut text = String::with_capacity(3 * head.len() + 16);
        let (result, _) = encoding
            .new_decoder_without_bom_handling()
            .decode_to_string_without_replacement(&head[mark..], &mut text, whole);
        let sound = matches!(result, DecoderResult::InputEmpty);
        return sound && !text.is_empty() && binary(text.as_bytes()).is_none();
    }
    if head.is_empty() || binary(head).is_some() {
        return false;
    }
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) if error.error_len().is_none() && !whole => true,
        // Damaged text is text. The last character may be torn.
        Err(_) => {
            let torn = &head[..head.len() - usize::from(!whole)];
            [head, torn]
                .iter()
                .any(|head| !matches!(guess(head), Guess::Nothing))
        }
    }
}

/// Why the head of a file is not text, where it is not.
pub(super) fn binary(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(SAMPLE)];
    if let Some(at) = memchr::memchr(0, head) {
        return Some(format!("binary file (NUL byte at {at})"));
    }
    (control_characters(head) * 100 > head.len())
        .then(|| "binary file (control characters)".to_owned())
}

/// How many bytes of `head` are C0 controls that no text file holds. Tab, line and page
/// ends, backspace and escape (of terminal logs) do occur.
pub(super) fn control_characters(head: &[u8]) -> usize {
    let odd = |&&byte: &&u8| byte < 0x20 && !matches!(byte, 8..=13 | 27);
    head.iter().filter(odd).count()
}

/// True for U+0080..=U+009F: what bytes turn into that a single-byte encoding leaves
/// undefined, so a sign that it is the wrong one.
pub(super) fn is_c1_control(c: char) -> bool {
    ('\u{80}'..='\u{9f}').contains(&c)
}

/// All of `bytes[from..]` in one encoding.
fn decode_as(encoding: &'static Encoding, bytes: &[u8], from: usize) -> Result<String, String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len() - from);
    let mut text = String::with_capacity(room.unwrap_or(0));
    let (result, read) =
        decoder.decode_to_string_without_replacement(&bytes[from..], &mut text, true);
    match result {
        DecoderResult::InputEmpty => {
            text.shrink_to_fit();
            Ok(text)
        }
        DecoderResult::Malformed(length, extra) => {
            let at = (from + read).saturating_sub(usize::from(length) + usize::from(extra));
            let byte = bytes.get(at).copied().unwrap_or(0);
            Err(misfit(at as u64, byte, encoding.name()))
        }
        DecoderResult::OutputFull => Err("text is too long".to_owned()),
    }
}

/// What bytes that are not valid UTF-8 may be.
pub(super) enum Guess {
    /// UTF-8, of which some bytes were damaged.
    Damaged,
    /// Another encoding, in which the sample reads without a fault.
    Fits(&'static Encoding),
    /// None.
    Nothing,
}

pub(super) fn guess(bytes: &[u8]) -> Guess {
    let Some(first) = bytes.iter().position(|byte| !byte.is_ascii()) else {
        return Guess::Nothing;
    };
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes[first..].utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    if good > 0 && good >= bad {
        return Guess::Damaged;
    }
    let end = bytes.len().min(first + SAMPLE / 2);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(
        &bytes[first.saturating_sub(SAMPLE / 2)..end],
        end == bytes.len(),
    );
    let encoding = detector.guess(None, Utf8Detection::Deny);
    match reads_clean(encoding, &bytes[first..end], end == bytes.len()) {
        true => Guess::Fits(encoding),
        false => Guess::Nothing,
    }
}

/// True where `sample`, which begins at a character, has no fault in `encoding`.
fn reads_clean(encoding: &'static Encoding, sample: &[u8], last: bool) -> bool {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(sample.len());
    let mut text = String::with_capacity(room.unwrap_or(0));
    let (result, _) = decoder.decode_to_string_without_replacement(sample, &mut text, last);
    matches!(result, DecoderResult::InputEmpty) && !text.chars().any(is_c1_control)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utf16(text: &str, mark: &[u8], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        mark.iter()
            .copied()
            .chain(text.encode_utf16().flat_map(bytes))
            .collect()
    }

    fn read(bytes: &[u8]) -> (String, &'static str) {
        let decoded = decode(bytes.to_vec()).unwrap();
        (decoded.text, decoded.encoding)
    }

    fn reason(bytes: &[u8]) -> String {
        decode(bytes.to_vec()).unwrap_err()
    }

    #[test]
    fn utf8_is_taken_as_it_is() {
        assert_eq!(
            read("Zoë plans".as_bytes()),
            ("Zoë plans".to_owned(), "UTF-8")
        );
    }

    #[test]
    fn a_utf8_mark_is_dropped() {
        assert_eq!(read(b"\xEF\xBB\xBFplan").0, "plan");
    }

    #[test]
    fn line_ends_are_kept() {
        assert_eq!(read(b"plan\r\nact\r").0, "plan\r\nact\r");
    }

    #[test]
    fn a_little_endian_mark_is_obeyed() {
        let bytes = utf16("Zoë plans", b"\xFF\xFE", u16::to_le_bytes);
        assert_eq!(read(&bytes), ("Zoë plans".to_owned(), "UTF-16LE"));
    }

    #[test]
    fn a_big_endian_mark_is_obeyed() {
        let bytes = utf16("Zoë plans", b"\xFE\xFF", u16::to_be_bytes);
        assert_eq!(read(&bytes), ("Zoë plans".to_owned(), "UTF-16BE"));
    }

    #[test]
    fn what_only_looks_like_utf16_is_binary() {
        let expected = "binary file (control characters)";
        assert_eq!(reason(b"\x00\x05B7\x00("), expected);
    }

    #[test]
    fn a_mark_makes_no_text_of_binary_data() {
        assert_eq!(
            reason(b"\xEF\xBB\xBFplan\0act"),
            "binary file (NUL byte at 4)"
        );
    }

    #[test]
    fn utf16_without_a_mark_is_known_by_its_nuls() {
        let bytes = utf16("Zoë plans", b"", u16::to_le_bytes);
        assert_eq!(read(&bytes), ("Zoë plans".to_owned(), "UTF-16LE"));
    }

    #[test]
    fn another_encoding_is_detected_and_named() {
        let bytes = b"The team\x92s caf\xe9 is r\xe9nov\xe9e \x96 at last";
        let text = "The team’s café is rénovée – at last".to_owned();
        assert_eq!(read(bytes), (text, "windows-1252"));
    }

    #[test]
    fn a_byte_that_fits_nowhere_is_named() {
        // 0x81 is undefined in windows-1252 and no lead byte before a space elsewhere.
        let reason = reason(b"a plan \x81 and \xFF \x9D so on");
        assert!(
            reason.starts_with("byte 7 (0x81) is not UTF-8, and no encoding fits"),
            "{reason}"
        );
    }

    #[test]
    fn damaged_utf8_is_not_garbled_as_another_encoding() {
        let bytes = ["Zoë, René and Chloë plan".as_bytes(), b"\xFF"].concat();
        assert_eq!(
            reason(&bytes),
            "byte 27 (0xFF) is not UTF-8, and no encoding fits"
        );
    }

    #[test]
    fn a_mark_is_believed_against_the_bytes() {
        assert_eq!(
            reason(b"\xEF\xBB\xBFa\xFF"),
            "byte 4 (0xFF) is not UTF-8, as its mark says"
        );
    }

    #[test]
    fn half_a_character_of_utf16_is_named() {
        let bytes = [b"\xFF\xFE".as_slice(), b"a\0", b"\x00\xD8", b"b\0"].concat();
        assert_eq!(reason(&bytes), "byte 4 (0x00) is not UTF-16LE");
    }

    #[test]
    fn nuls_are_binary() {
        assert_eq!(
            reason(b"PK\x03\x04plan\x00\x00\x00more text"),
            "binary file (NUL byte at 8)"
        );
    }

    #[test]
    fn control_characters_are_counted_in_the_text_and_not_in_the_bytes() {
        let text = "Мы планируем работу отдела на год вперёд,\u{15} и каждый знает свою задачу.";
        let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(text);
        assert_eq!(read(&bytes), (text.to_owned(), "windows-1251"));
    }

    #[test]
    fn control_characters_are_binary() {
        assert_eq!(
            reason(b"\x01\x02\x03plan"),
            "binary file (control characters)"
        );
    }

    #[test]
    fn no_bytes_are_an_empty_file() {
        assert_eq!(reason(b""), "file is empty");
    }

    #[test]
    fn a_mark_alone_is_an_empty_file() {
        assert_eq!(reason(b"\xEF\xBB\xBF"), "file is empty");
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(bytes);
        }

        #[test]
        fn any_western_bytes_are_taken(bytes in "[a-z ]{0,20}", bad in any::<[u8; 3]>()) {
            let _ = decode([bytes.as_bytes(), &bad, b" and more"].concat());
        }

        #[test]
        fn valid_text_is_never_changed(text in "[a-zé•漢\r\n ]{1,60}") {
            prop_assert_eq!(decode(text.clone().into_bytes()).unwrap().text, text);
        }
    }
}
