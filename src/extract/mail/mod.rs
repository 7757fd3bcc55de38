//! Mails, and pages that a browser saved in the form of one (MHTML).
//!
//! **In:** the bytes of one message. **Out:** its subject as a heading and its text, block
//! by block. **Unit:** bytes of the clean text.
//!
//! The decisions that live here:
//!
//! 1. *Which text*: of alternatives the HTML one, for it keeps the layout; the plain one
//!    where that holds no text. Of related parts (a page and its pictures) the first, or
//!    the one that is named as the start. Of other parts all that are text and not
//!    attached.
//! 2. *Dropped*: all headers but the subject, the `Re:` and `Fwd:` before it, and what
//!    [`reply`] drops: quoted mails and signatures.
//! 3. *Attachments are not read*; they are files of their own. A mail of attachments only
//!    fails, and the reason counts them.
//! 4. *A forwarded mail*, by its subject, keeps what it quotes: that is why it was sent.
//! 5. *A saved page* is one where no sender and no receiver is named, or that says so
//!    (`Snapshot-Content-Location`); its subject repeats the title and is dropped.

use mailparse::{DispositionType, MailHeaderMap, MailParseError, ParsedMail};

use crate::extract::blocks::BlockWriter;
use crate::extract::extracted::Extracted;
use crate::extract::html;
use crate::extract::html::charset;
use crate::extract::limits::Limits;
use crate::extract::plain;
use crate::text::document::BlockKind;

mod bounds;
mod lines;
mod reply;

/// Headers of which each mail has one.
const HEADERS: &[&str] = &[
    "From",
    "To",
    "Subject",
    "Date",
    "MIME-Version",
    "Content-Type",
];

/// The text of a message and its blocks.
///
/// # Errors
///
/// The reason, in words, where the bytes are no message, where it is encrypted or holds no
/// text, where its text is not well encoded, and where it goes over a limit.
pub fn extract(bytes: Vec<u8>, limits: &Limits) -> Result<Extracted, String> {
    let message = message(&bytes);
    bounds::check(message)?;
    let mail = mailparse::parse_mail(message).map_err(|error| reason(&error))?;
    if !HEADERS.iter().any(|name| has(&mail, name)) {
        return Err("not a mail: it begins with no header of one".to_owned());
    }
    let subject = match is_saved_page(&mail) {
        true => None,
        false => Some(Subject::of(&mail)),
    };
    let parts = Parts::of(&mail)?;
    let mut texts = Vec::new();
    for part in &parts.texts {
        texts.extend(part.read(subject.as_ref(), limits)?);
    }
    let mut writer = BlockWriter::default();
    let says = write(subject.as_ref(), &texts, &mut writer);
    let encoding = texts.last().map_or("UTF-8", |text| text.encoding);
    match says {
        true => writer.finish(encoding, limits),
        false => Err(parts.without_text()),
    }
}

/// Writes the texts of a mail, or of a saved page if it has no `subject`; true if they say
/// something.
fn write(subject: Option<&Subject>, texts: &[Extracted], writer: &mut BlockWriter) -> bool {
    if let Some(subject) = subject {
        writer.write(BlockKind::Heading, &subject.title);
        writer.close();
    }
    let heading = writer.len();
    for text in texts {
        let lines = lines::of(text);
        match subject {
            Some(subject) => lines::copy(&reply::own(&lines, subject.forwards), writer),
            None => lines::copy(&lines, writer),
        }
    }
    writer.len() > heading
}

/// The message itself: without a byte-order mark, blank lines and the line that parts the
/// mails of a mailbox.
fn message(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let bytes = bytes.trim_ascii_start();
    let line = memchr::memchr(b'\n', bytes).map_or(0, |end| end + 1);
    match bytes.starts_with(b"From ") {
        true => &bytes[line..],
        false => bytes,
    }
}

fn reason(error: &MailParseError) -> String {
    match error {
        MailParseError::Generic("Recursion limit reached") => {
            "its parts are nested too deep".to_owned()
        }
        MailParseError::Generic(_) => "its headers are damaged".to_owned(),
        _ => "its text is not well encoded".to_owned(),
    }
}

fn has(mail: &ParsedMail<'_>, header: &str) -> bool {
    mail.headers.get_first_header(header).is_some()
}

fn is_saved_page(mail: &ParsedMail<'_>) -> bool {
    has(mail, "Snapshot-Content-Location")
        || mail.ctype.mimetype == "multipart/related" && !has(mail, "To") && !has(mail, "Received")
}

/// What a mail is about.
#[derive(Debug, PartialEq, Eq)]
struct Subject {
    title: String,
    /// The mail passes another one on.
    forwards: bool,
}

impl Subject {
    fn of(mail: &ParsedMail<'_>) -> Self {
        Self::read(&mail.headers.get_first_value("Subject").unwrap_or_default())
    }

    fn read(subject: &str) -> Self {
        const ANSWERS: &[&str] = &["re", "aw", "sv", "antw", "ref", "res"];
        const FORWARDS: &[&str] = &["fw", "fwd", "wg", "tr", "rv", "enc"];
        let (mut title, mut forwards) = (subject.trim(), false);
        while let Some((prefix, rest)) = title.split_once(':') {
            // `Re[2]:`
            let prefix = prefix.split('[').next().unwrap_or("").trim().to_lowercase();
            let is = |known: &[&str]| known.contains(&prefix.as_str());
            if !is(ANSWERS) && !is(FORWARDS) {
                break;
            }
            // What the last hand did to the mail says what it is.
            forwards |= is(FORWARDS);
            title = rest.trim();
        }
        Self {
            title: title.split_whitespace().collect::<Vec<_>>().join(" "),
            forwards,
        }
    }
}

/// The parts of a message.
#[derive(Default)]
struct Parts<'a> {
    /// Those that are its text, in order.
    texts: Vec<Text<'a>>,
    attachments: usize,
}

/// A part that is text.
struct Text<'a> {
    part: &'a ParsedMail<'a>,
    /// The plain text of the same, where that part is HTML.
    plain: Option<&'a ParsedMail<'a>>,
}

impl<'a> Parts<'a> {
    fn of(mail: &'a ParsedMail<'a>) -> Result<Self, String> {
        let mut parts = Self::default();
        let mut open = vec![(mail, None)];
        while let Some((part, plain)) = open.pop() {
            match part.ctype.mimetype.as_str() {
                "multipart/encrypted" => return Err("encrypted".to_owned()),
                "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                    return Err("encrypted, or signed as a whole".to_owned());
                }
                "multipart/alternative" => open.extend(best(&part.subparts)),
                "multipart/related" => open.extend(start(part).map(|start| (start, plain))),
                kind if kind.starts_with("multipart/") => {
                    open.extend(part.subparts.iter().rev().map(|part| (part, None)));
                }
                "text/plain" | "text/html" if !is_attached(part) => {
                    parts.texts.push(Text { part, plain });
                }
                _ => parts.attachments += 1,
            }
        }
        Ok(parts)
    }

    fn without_text(&self) -> String {
        match self.attachments {
            0 => "no text in the mail".to_owned(),
            1 => "no text in the mail; 1 attachment, which is not read".to_owned(),
            count => format!("no text in the mail; {count} attachments, which are not read"),
        }
    }
}

fn is_attached(part: &ParsedMail<'_>) -> bool {
    part.get_content_disposition().disposition == DispositionType::Attachment
}

/// The best of alternatives, and the plain one in case it is of no use.
fn best<'a>(
    parts: &'a [ParsedMail<'a>],
) -> Option<(&'a ParsedMail<'a>, Option<&'a ParsedMail<'a>>)> {
    let holds =
        |part: &ParsedMail<'_>, kind: &str| part.parts().any(|part| part.ctype.mimetype == kind);
    let plain = parts
        .iter()
        .find(|part| part.ctype.mimetype == "text/plain");
    let html = parts.iter().rfind(|part| holds(part, "text/html"));
    match html {
        Some(html) => Some((html, plain)),
        None => plain.or_else(|| parts.last()).map(|part| (part, None)),
    }
}

/// The part that the others belong to.
fn start<'a>(part: &'a ParsedMail<'a>) -> Option<&'a ParsedMail<'a>> {
    let named = part.ctype.params.get("start").and_then(|start| {
        let is = |part: &&ParsedMail<'_>| {
            part.headers.get_first_value("Content-ID").as_ref() == Some(start)
        };
        part.subparts.iter().find(is)
    });
    named.or(part.subparts.first())
}

impl Text<'_> {
    /// What the part says; `None` where it says nothing.
    fn read(
        &self,
        subject: Option<&Subject>,
        limits: &Limits,
    ) -> Result<Option<Extracted>, String> {
        let mail = subject.is_some_and(|subject| !subject.forwards);
        let read = match self.part.ctype.mimetype == "text/html" {
            true => read_html(self.part, mail, limits),
            false => read_plain(self.part),
        };
        match (read, self.plain) {
            (Ok(None) | Err(_), Some(plain)) => read_plain(plain),
            (read, _) => read,
        }
    }
}

fn read_html(
    part: &ParsedMail<'_>,
    mail: bool,
    limits: &Limits,
) -> Result<Option<Extracted>, String> {
    let bytes = part.get_body_raw().map_err(|error| reason(&error))?;
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    let decoded = match part.ctype.params.get("charset") {
        Some(label) => charset::decode(bytes, Some(label))?,
        None => charset::decode_page(bytes)?,
    };
    html::read(&decoded.text, decoded.encoding, mail, limits).map(Some)
}

fn read_plain(part: &ParsedMail<'_>) -> Result<Option<Extracted>, String> {
    let bytes = part.get_body_raw().map_err(|error| reason(&error))?;
    if bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    let label = part.ctype.params.get("charset");
    let decoded = charset::decode(bytes, label.map(String::as_str))?;
    let param = |name: &str| {
        part.ctype
            .params
            .get(name)
            .map(String::as_str)
            .unwrap_or("")
    };
    let text = match param("format").eq_ignore_ascii_case("flowed") {
        true => lines::unfolded(&decoded.text, param("delsp").eq_ignore_ascii_case("yes")),
        false => decoded.text,
    };
    let extracted = plain::extract(text.into_bytes())?;
    Ok(Some(Extracted {
        encoding: decoded.encoding,
        ..extracted
    }))
}

/// True where the first bytes of an input can be those of a mail only: nothing but headers
/// up to the first blank line, among them one that only programs write.
pub fn magic(head: &[u8]) -> bool {
    let head = message(head);
    let (mut by_program, mut by_hand) = (false, false);
    for line in head.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return by_program && by_hand;
        }
        if line[0] == b' ' || line[0] == b'\t' {
            continue;
        }
        let end = memchr::memchr(b':', line).unwrap_or(0);
        let name = line[..end].to_ascii_lowercase();
        let is_name = |b: &u8| b.is_ascii_graphic();
        if end == 0 || !name.iter().all(is_name) {
            return false;
        }
        by_program |= matches!(&name[..], b"mime-version" | b"received" | b"message-id");
        by_hand |= matches!(&name[..], b"from" | b"subject" | b"date");
    }
    false
}

#[cfg(test)]
mod tests;
