//! The text of a page before it is parsed.
//!
//! **In:** the text of a page. **Out:** the same for a parser of HTML, or why it is not
//! parsed. **Unit:** bytes.
//!
//! The decisions that live here:
//!
//! 1. *XHTML*: where a page begins with an XML declaration, `<script/>`, `<a/>` and the
//!    like are closed; a parser of HTML would take all that follows for what they hold.
//! 2. *Attributes*: a tag of more than 500 is refused, for the parser compares each
//!    with all others.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem;
use regex::{Captures, Regex};

/// The most attributes that a tag may have.
const ATTRIBUTES: usize = 500;

/// Elements that never hold anything, which HTML knows to be closed.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Elements whose content is no markup.
const RAW: &[&str] = &[
    "script", "style", "title", "textarea", "iframe", "noscript", "xmp", "noembed", "noframes",
];

/// The page with elements that are closed in the way of XML closed in the way of HTML.
pub(super) fn as_html(page: &str) -> Cow<'_, str> {
    // `None` were a mistake in the pattern, which the tests would show.
    static CLOSED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"<([A-Za-z][A-Za-z0-9:._-]*)((?:\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*)?)/>"#).ok()
    });
    let Some(closed) = CLOSED
        .as_ref()
        .filter(|_| page.trim_start().starts_with("<?xml"))
    else {
        return Cow::Borrowed(page);
    };
    closed.replace_all(page, |found: &Captures<'_>| {
        let void = VOID.iter().any(|name| found[1].eq_ignore_ascii_case(name));
        match void {
            true => found[0].to_owned(),
            false => format!("<{}{}></{}>", &found[1], &found[2], &found[1]),
        }
    })
}

/// Why the page is not parsed, if a tag has too many attributes.
pub(super) fn check(page: &str) -> Result<(), String> {
    let bytes = page.as_bytes();
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'<', &bytes[at..]).map(|i| at + i) {
        let tag = &bytes[start..];
        at = start + 1;
        if tag.starts_with(b"<!--") {
            at = memmem::find(tag, b"-->").map_or(bytes.len(), |i| start + i);
        } else if tag.get(1).is_some_and(u8::is_ascii_alphabetic) {
            let (length, attributes) = measure(tag);
            if attributes > ATTRIBUTES {
                return Err(format!(
                    "a tag has more than {ATTRIBUTES} attributes, the limit"
                ));
            }
            at = start + length + raw_content(&tag[..length], &bytes[start + length..]);
        }
    }
    Ok(())
}

/// How long the tag is that begins `tag`, and about how many attributes it has: gaps
/// outside of quotes.
fn measure(tag: &[u8]) -> (usize, usize) {
    let (mut quote, mut value, mut gap, mut attributes) = (0, false, true, 0);
    for (at, &byte) in tag.iter().enumerate().skip(1) {
        if quote != 0 {
            quote = if byte == quote { 0 } else { quote };
            continue;
        }
        match byte {
            b'>' => return (at + 1, attributes),
            b'"' | b'\'' if value => (quote, value) = (byte, false),
            b'=' => value = true,
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0C' | b'/' => gap = true,
            _ => {
                attributes += usize::from(gap && !value);
                (gap, value) = (false, false);
            }
        }
    }
    (tag.len(), attributes)
}

/// How long the content of an element is that holds no markup.
fn raw_content(tag: &[u8], rest: &[u8]) -> usize {
    let name = tag[1..].split(|b| !b.is_ascii_alphanumeric()).next();
    let name = name.unwrap_or(b"").to_ascii_lowercase();
    if !RAW.iter().any(|raw| raw.as_bytes() == name) {
        return 0;
    }
    let closes = |&at: &usize| {
        let end = rest.get(at + 2..at + 2 + name.len());
        end.is_some_and(|end| end.eq_ignore_ascii_case(&name))
    };
    (memmem::find_iter(rest, b"</").find(closes)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_closed_in_the_way_of_xml_are_closed() {
        let page = r#"<?xml version="1.0"?><p><a id="x"/>We plan.<br/></p>"#;
        let expected = r#"<?xml version="1.0"?><p><a id="x"></a>We plan.<br/></p>"#;
        assert_eq!(as_html(page), expected);
    }

    #[test]
    fn a_tag_of_endless_attributes_is_refused() {
        let attributes: String = (0..20_000).map(|n| format!(" a{n}=1")).collect();
        assert_eq!(
            check(&format!("<p{attributes}>We plan.")),
            Err("a tag has more than 500 attributes, the limit".to_owned())
        );
    }

    #[test]
    fn a_long_script_is_no_tag() {
        let script = "if (a<b) c = d ;".repeat(20_000);
        assert_eq!(check(&format!("<script>{script}</script>")), Ok(()));
    }

    #[test]
    fn words_in_a_value_are_no_attributes() {
        let value = "we plan > we act ".repeat(20_000);
        assert_eq!(check(&format!("<p title=\"{value}\">")), Ok(()));
    }
}
