//! What the writer of a mail says, apart from what is quoted and signed.
//!
//! **In:** the lines of a mail. **Out:** those that are its own. **Unit:** lines.
//!
//! The decisions that live here:
//!
//! 1. *Quotations*: lines that begin with `>`, the line or two above that introduce them
//!    (`On ... wrote:`), and all that follows `----- Original Message -----` or a run of at
//!    least three lines such as `From:`, `Sent:`, `Subject:`.
//! 2. *Signatures*: all that follows a line `-- `, up to a mail that is passed on; lines
//!    such as `Sent from my phone`.
//! 3. *A mail that is passed on*: only the marks and headers of what it quotes are dropped.
//!    A mail that says nothing of its own is taken for one.

use crate::extract::mail::lines::Line;

/// How many headers in a row begin a quoted mail.
const HEADERS: usize = 3;

/// The most blank lines between a quotation and its introduction.
const MOST_BLANK: usize = 3;

/// How the line that introduces a quotation begins.
const OPENINGS: [&str; 4] = ["On ", "Am ", "Le ", "El "];

/// The lines of a mail that are its own; with those that it passes on if it `forwards`.
pub(super) fn own<'a>(lines: &[Line<'a>], forwards: bool) -> Vec<Line<'a>> {
    let own = select(lines, forwards);
    let says = |line: &Line<'_>| line.text.chars().any(char::is_alphanumeric);
    match forwards || own.iter().any(says) {
        true => own,
        false => select(lines, true),
    }
}

fn select<'a>(lines: &[Line<'a>], forwards: bool) -> Vec<Line<'a>> {
    let mut own: Vec<Line<'a>> = Vec::new();
    let mut signed = false;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let headers = headers_at(&lines[at..]);
        if headers > 0 || is_mark(line.text) {
            if !forwards {
                break;
            }
            signed = false;
            at += headers.max(1);
            continue;
        }
        at += 1;
        signed |= line.text == "-- " || line.text.trim() == "--";
        if signed || names_device(line.text) {
            end_block(&mut own, line);
        } else if !line.text.trim_start().starts_with('>') {
            own.push(line);
        } else if forwards {
            let text = line.text.trim_start_matches(['>', ' ']);
            own.push(Line { text, ..line });
        } else {
            drop_introduction(&mut own);
            end_block(&mut own, line);
        }
    }
    own.retain(|line| forwards || !introduces(line.text));
    own
}

/// The block of a dropped line ends with the one before it.
fn end_block(own: &mut [Line<'_>], dropped: Line<'_>) {
    if let Some(last) = own.last_mut() {
        last.ends_block |= dropped.ends_block;
    }
}

/// Takes back the lines that introduce the quotation that follows.
fn drop_introduction(own: &mut Vec<Line<'_>>) {
    let blank = |line: &&Line<'_>| line.text.trim().is_empty();
    let end = own.len() - own.iter().rev().take(MOST_BLANK).take_while(blank).count();
    let joined = |from: usize| -> String {
        let texts = own[from..end].iter().map(|line| line.text.trim());
        texts.collect::<Vec<_>>().join(" ")
    };
    let starts = (1..=3usize).filter_map(|count| end.checked_sub(count));
    let found: Vec<usize> = starts
        .take_while(|&from| !own[from].text.trim().is_empty())
        .filter(|&from| introduces(&joined(from)))
        .collect();
    // It may be wrapped: the line that begins as one does, else the last one.
    let begins = |&&from: &&usize| {
        let text = own[from].text.trim_start();
        OPENINGS.iter().any(|opening| text.starts_with(opening))
    };
    if let Some(&from) = found.iter().find(begins).or(found.first()) {
        own.truncate(from);
    }
}

/// How many lines of headers of a quoted mail `lines` begins with; 0 for too few.
fn headers_at(lines: &[Line<'_>]) -> usize {
    let is = |line: &&Line<'_>| is_header(line.text);
    let count = lines.iter().take_while(is).count();
    if count >= HEADERS { count } else { 0 }
}

/// `From: Ann Lee`, `*Sent:* Monday`.
fn is_header(line: &str) -> bool {
    const NAMES: &[&str] = &[
        "from",
        "sent",
        "date",
        "to",
        "cc",
        "bcc",
        "subject",
        "reply-to",
        "importance",
        "von",
        "gesendet",
        "datum",
        "an",
        "betreff",
        "de",
        "envoyé",
        "à",
        "objet",
        "enviado",
        "para",
        "asunto",
    ];
    let Some((name, _)) = line.split_once(':') else {
        return false;
    };
    let name = name.trim_matches(['*', '>', ' ', '\u{a0}']).to_lowercase();
    NAMES.contains(&name.as_str())
}

/// `-----Original Message-----`, `Begin forwarded message:`.
fn is_mark(line: &str) -> bool {
    const MARKS: &[&str] = &[
        "original message",
        "forwarded message",
        "ursprüngliche nachricht",
        "weitergeleitete nachricht",
        "message d'origine",
        "mensaje original",
    ];
    let text = line.trim().to_lowercase();
    let inner = text.trim_matches(['-', '_', ' ']);
    text == "begin forwarded message:" || text.starts_with("--") && MARKS.contains(&inner)
}

/// `On 3 May 2024, Ann Lee wrote:`
fn introduces(line: &str) -> bool {
    const VERBS: &[&str] = &["wrote", "writes", "schrieb", "écrit", "escribió", "scritto"];
    let text = line.trim().to_lowercase();
    text.len() < 300
        && text.ends_with(':')
        && text.contains(|c: char| c.is_ascii_digit() || c == '@')
        && VERBS.iter().any(|verb| text.contains(verb))
}

/// `Sent from my phone`.
fn names_device(line: &str) -> bool {
    let text = line.trim().to_lowercase();
    text.len() < 60 && (text.starts_with("sent from my ") || text.starts_with("get outlook for "))
}
