//! The encoding of a page or of a part of a mail.
//!
//! **In:** bytes, and the name of an encoding that their envelope tells. **Out:** text.
//! **Unit:** bytes.
//!
//! The decisions that live here, beside those of [`decode`]:
//!
//! 1. *Order of belief*: a byte-order mark; the pattern of UTF-16; what the envelope or the
//!    page itself declares; else what is found out from the bytes.
//! 2. *A declaration may lie*: a page that declares an encoding of one byte a letter, but
//!    is valid UTF-8 beyond ASCII, is UTF-8, for hardly any other text is valid so. Where a
//!    byte does not fit what is declared, the encoding is found out from the bytes.
//! 3. *Where a page declares*: in an XML declaration or the first `<meta>` with a
//!    `charset` among the first 8 KiB, outside comments.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memmem;

use crate::extract::decode::{self, Decoded};

/// How much of a page may stand before its declaration.
const HEAD: usize = 8 * 1024;

/// The text of a page, which may declare its encoding itself.
///
/// # Errors
///
/// The reason, in words, as [`decode::decode`].
pub(in crate::extract) fn decode_page(bytes: Vec<u8>) -> Result<Decoded, String> {
    let label = declared(&bytes);
    decode(bytes, label.as_deref())
}

/// The text of bytes whose envelope may name their encoding.
///
/// # Errors
///
/// The reason, in words, as [`decode::decode`].
pub(in crate::extract) fn decode(bytes: Vec<u8>, label: Option<&str>) -> Result<Decoded, String> {
    let encoding = label.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    let Some(encoding) = encoding.filter(|&encoding| is_believed(encoding, &bytes)) else {
        return decode::decode(bytes);
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
    let text = text.filter(|text| !text.chars().any(decode::is_c1_control));
    match text.map(|text| text.into_owned()) {
        Some(text) => Ok(Decoded {
            text,
            encoding: encoding.name(),
        }),
        None => decode::decode(bytes),
    }
}

/// True where the declared encoding is to be tried before others. UTF-8 is tried first by
/// [`decode::decode`]; a page that could be read to say that it is UTF-16 is not.
fn is_believed(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    if [UTF_8, UTF_16LE, UTF_16BE].contains(&encoding)
        || bytes.is_empty()
        || decode::mark_or_pattern(bytes).is_some()
        || decode::binary(bytes).is_some()
    {
        return false;
    }
    let utf8 = !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok();
    !(encoding.is_single_byte() && utf8)
}

/// The encoding that a page says it is in.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes[..bytes.len().min(HEAD)].to_ascii_lowercase();
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'<', &head[at..]).map(|i| at + i) {
        let tag = &head[start..];
        if tag.starts_with(b"<!--") {
            at = start + memmem::find(tag, b"-->")?;
            continue;
        }
        let end = memchr::memchr(b'>', tag).unwrap_or(tag.len());
        let key: &[u8] = match () {
            () if tag.starts_with(b"<meta") => b"charset",
            () if tag.starts_with(b"<?xml") => b"encoding",
            () => b"",
        };
        if let Some(label) = value_of(key, &tag[..end]) {
            return Some(label);
        }
        at = start + 1;
    }
    None
}

/// What stands behind `key=` in a tag: `charset="utf-8"`, `content="...; charset=utf-8"`.
fn value_of(key: &[u8], tag: &[u8]) -> Option<String> {
    let at = (!key.is_empty())
        .then(|| memmem::find(tag, key))
        .flatten()?;
    let rest = tag[at + key.len()..]
        .trim_ascii_start()
        .strip_prefix(b"=")?;
    let filler = |b: &&u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'');
    let from = rest.iter().take_while(filler).count();
    let named = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.');
    let label: Vec<u8> = rest[from..].iter().take_while(named).copied().collect();
    String::from_utf8(label)
        .ok()
        .filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(declaration: &str, body: &[u8]) -> Decoded {
        decode_page([declaration.as_bytes(), body].concat()).unwrap()
    }

    #[test]
    fn a_declared_encoding_is_believed() {
        // A Russian word that would also read as one of western Europe.
        let found = page("<meta charset=windows-1251>", b"\xEF\xEB\xE0\xED");
        assert!(found.text.ends_with("план"), "{}", found.text);
    }

    #[test]
    fn the_long_form_declares_too() {
        let declaration =
            "<META http-equiv='Content-Type' content='text/html; charset=windows-1251'>";
        assert_eq!(page(declaration, b"\xEF\xEB").encoding, "windows-1251");
    }

    #[test]
    fn a_declaration_in_a_comment_declares_nothing() {
        let found = page("<!-- <meta charset=windows-1251> -->", b"caf\xE9 plan");
        assert_eq!(found.encoding, "windows-1252");
    }

    #[test]
    fn valid_utf8_is_utf8_though_it_says_latin() {
        let found = page("<meta charset=iso-8859-1>", "café".as_bytes());
        assert_eq!(found.encoding, "UTF-8");
    }

    #[test]
    fn latin_is_found_out_though_it_says_utf8() {
        let found = page("<meta charset=utf-8>", b"the caf\xE9 is r\xE9nov\xE9");
        assert_eq!(found.encoding, "windows-1252");
    }

    #[test]
    fn a_mark_is_believed_before_a_declaration() {
        let found = page("\u{feff}<meta charset=windows-1251>", "план".as_bytes());
        assert_eq!(found.encoding, "UTF-8");
    }

    #[test]
    fn an_xml_declaration_declares() {
        let found = page("<?xml version='1.0' encoding='windows-1251'?>", b"\xEF\xEB");
        assert_eq!(found.encoding, "windows-1251");
    }
}
