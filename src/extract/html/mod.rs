//! Web pages.
//!
//! **In:** the bytes of a page. **Out:** the text of its matter, and a block for each
//! heading, item, paragraph and cell. **Unit:** bytes of the clean text.
//!
//! The decisions that live here, beside those of the rooms below:
//!
//! 1. *What a page is told by*: `<!doctype html` or `<html` behind white space, comments
//!    and an XML declaration, in any case, in UTF-16 too.
//! 2. *A page whose text a script builds* is told by the description of the job that it
//!    gives to search engines (JSON-LD), where it gives one that says more than the page,
//!    and the page says less than 250 letters.
//! 3. *No markup at all*: such a file is plain text, whose lines count.
//!
//! Rooms: [`charset`] (bytes to text), [`source`] (what is refused before parsing),
//! [`tree`] (the page as parsed), [`element`] (what each element is), [`matter`] (what of it
//! is read), [`walk`] with [`table`] and [`draft`] (blocks), [`json_ld`].

use crate::extract::blocks::BlockWriter;
use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use crate::extract::plain;
use crate::text::document::BlockKind;

pub(super) mod charset;
mod draft;
mod element;
mod json_ld;
mod matter;
mod source;
mod table;
mod tree;
mod walk;

/// A page that says less, in letters, is asked for its data.
const LITTLE: usize = 250;

/// Why a page that says nothing fails.
const WITHOUT_TEXT: &str = "no text in the page";

/// The text of a page and its blocks.
///
/// # Errors
///
/// The reason, in words, where the bytes are not text, where the page holds none, and where
/// it goes over a limit.
pub fn extract(bytes: Vec<u8>, limits: &Limits) -> Result<Extracted, String> {
    let decoded = charset::decode_page(bytes)?;
    if decoded.text.trim().is_empty() {
        return Err(WITHOUT_TEXT.to_owned());
    }
    if !decoded.text.contains('<') {
        return plain::extract(decoded.text.into_bytes());
    }
    read(&decoded.text, decoded.encoding, false, limits)
}

/// The text of a page that is (`mail`) the text of a mail.
///
/// # Errors
///
/// As [`extract`].
pub(super) fn read(
    page: &str,
    encoding: &'static str,
    mail: bool,
    limits: &Limits,
) -> Result<Extracted, String> {
    let page = source::as_html(page);
    source::check(&page)?;
    let tree = tree::parse(&page, limits)?;
    let mut writer = BlockWriter::default();
    walk::write(&tree, &matter::find(&tree, mail), &mut writer);
    let shown = writer.finish(encoding, limits)?;
    let letters = shown.text.chars().filter(|c| c.is_alphanumeric()).count();
    if letters < LITTLE
        && let Some(posting) = json_ld::posting(&tree)
    {
        let told = described(&posting, encoding, limits)?;
        if told.text.len() > shown.text.len() {
            return Ok(told);
        }
    }
    match letters {
        0 => Err(WITHOUT_TEXT.to_owned()),
        _ => Ok(shown),
    }
}

/// The text of a job as search engines are told of it.
fn described(
    posting: &json_ld::Posting,
    encoding: &'static str,
    limits: &Limits,
) -> Result<Extracted, String> {
    let mut html = posting.description.clone();
    if !html.contains('<') && html.contains("&lt;") {
        html = html
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
    }
    source::check(&html)?;
    let tree = tree::parse(&html, limits)?;
    let mut writer = BlockWriter::default();
    writer.write(BlockKind::Heading, &posting.title);
    writer.close();
    match html.contains('<') {
        true => walk::write(&tree, &matter::find(&tree, false), &mut writer),
        false => writer.write(BlockKind::Lines, &posting.description),
    }
    writer.finish(encoding, limits)
}

/// True where the first bytes of an input can be those of a page only.
pub fn magic(head: &[u8]) -> bool {
    // UTF-16 is read by leaving out the NULs.
    let marks = |&&byte: &&u8| !matches!(byte, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF);
    let start: Vec<u8> = head.iter().take(8192).filter(marks).copied().collect();
    let mut rest = start.trim_ascii_start();
    loop {
        let end: &[u8] = match () {
            () if rest.starts_with(b"<!--") => b"-->",
            () if rest.starts_with(b"<?xml") => b"?>",
            () => break,
        };
        let Some(at) = memchr::memmem::find(rest, end) else {
            return false;
        };
        rest = rest[at + end.len()..].trim_ascii_start();
    }
    let begins = |sign: &[u8]| {
        (rest.get(..sign.len())).is_some_and(|begin| begin.eq_ignore_ascii_case(sign))
            && rest
                .get(sign.len())
                .is_none_or(|b| !b.is_ascii_alphanumeric())
    };
    begins(b"<!doctype html") || begins(b"<html")
}

#[cfg(test)]
mod tests;
