//! PDF with a text layer.
//!
//! **In:** the bytes of a PDF. **Out:** its text in reading order, and a block for each
//! heading, item, paragraph and cell. **Unit:** bytes of the text.
//!
//! A PDF knows letters and places, no words, lines or paragraphs. `unpdf` reads the letters
//! ([`source`], behind [`guard`]); the rest is settled here, in this order: letters to lines
//! ([`lines`]), headers and footers out ([`margins`]), columns and tables ([`columns`]), lines
//! to blocks ([`paragraphs`], [`draft`], [`hyphens`]).
//!
//! The decisions that live in this file:
//!
//! 1. *No text* is a failure, never an empty document: a scan must be read by eye or by a
//!    program that recognises letters.
//! 2. *A label and its value* in two cells (`Grade:` and `Four`) are one block.
//! 3. *A panic of the library* is a damaged file.

mod columns;
mod draft;
mod glyphs;
mod guard;
mod hyphens;
mod lines;
mod margins;
mod one_page;
mod paragraphs;
mod setting;
mod source;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use memchr::memmem;

use self::columns::Part;
use self::draft::Draft;
use self::hyphens::Words;
use self::margins::PageRows;
use self::paragraphs::{Piece, Row, Writer};
use self::setting::Setting;
use self::source::Page;
use crate::extract::blocks::BlockWriter;
use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use crate::text::document::BlockKind;

/// Bytes in which the mark of a PDF must begin; programs may write others before it.
const MARK_WITHIN: usize = 1024;

/// The longest label of a value, in bytes.
const LONGEST_LABEL: usize = 40;

/// True for the first bytes of a PDF.
pub(super) fn magic(head: &[u8]) -> bool {
    memmem::find(&head[..head.len().min(MARK_WITHIN)], b"%PDF-").is_some()
}

/// The text of a PDF and its blocks.
///
/// # Errors
///
/// The reason, in words: if the file needs a password, is damaged or truncated, has no
/// text, or has more pages, or more in them, than the limits allow.
pub fn extract(bytes: Vec<u8>, limits: &Limits) -> Result<Extracted, String> {
    let read = || source::read_pages(&bytes, limits);
    let pages = catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err("damaged: it cannot be read".to_owned()))?;
    drop(bytes);
    check_text(&pages)?;
    let parts = parts(pages);
    let flows = || parts.iter().flat_map(flows_of);
    let setting = Setting::of(flows());
    let mut words = Words::default();
    flows().flatten().for_each(|line| words.learn(&line.text));
    let mut writer = Writer::new(setting, &words);
    parts.into_iter().for_each(|part| writer.take(part));
    let mut blocks = BlockWriter::default();
    for piece in writer.finish() {
        match piece {
            Piece::Block(draft) => write(&mut blocks, draft, &setting),
            Piece::Table(rows) => write_table(&mut blocks, rows, &setting),
        }
    }
    let extracted = blocks.finish("PDF", limits)?;
    match extracted.blocks.is_empty() {
        true => Err("no text layer but page numbers".to_owned()),
        false => Ok(extracted),
    }
}

/// Refuse pages without text.
fn check_text(pages: &[Page]) -> Result<(), String> {
    let has_text = |page: &Page| {
        let mut runs = page.runs.iter().chain(page.across.iter().flatten());
        runs.any(|run| run.text.contains(char::is_alphanumeric))
    };
    if pages.iter().any(has_text) {
        return Ok(());
    }
    let count = match pages.len() {
        1 => "1 page".to_owned(),
        many => format!("{many} pages"),
    };
    Err(if pages.iter().any(|page| page.unreadable) {
        format!("no text layer; {count} in fonts that do not tell their letters")
    } else if pages.iter().any(|page| page.images) {
        format!("no text layer; {count} of images")
    } else {
        format!("no text layer; {count} without text")
    })
}

/// What is read, in order: every page without its header and footer.
fn parts(pages: Vec<Page>) -> Vec<Part> {
    let scans = pages.iter().all(|page| page.images);
    let (mut rows, across): (Vec<PageRows>, Vec<_>) = (pages.into_iter())
        .map(|page| ((lines::rows(page.runs), page.height), page.across))
        .unzip();
    margins::drop_repeated(&mut rows, scans);
    let mut parts = Vec::new();
    for ((rows, _), across) in rows.into_iter().zip(across) {
        parts.extend(columns::arrange(rows));
        for runs in across {
            parts.extend(columns::arrange(lines::rows(runs)));
        }
    }
    parts
}

/// The lines of a part that stand below each other.
fn flows_of(part: &Part) -> Vec<&[lines::Line]> {
    match part {
        Part::Flow(lines) => vec![lines],
        Part::Table(rows) => rows.iter().flatten().map(Vec::as_slice).collect(),
    }
}

fn write(blocks: &mut BlockWriter, draft: Draft, setting: &Setting) {
    if draft.is_blank() {
        return;
    }
    let kind = draft.kind(setting);
    blocks.write(kind, &draft.into_text(kind));
    blocks.close();
}

fn write_table(blocks: &mut BlockWriter, rows: Vec<Row>, setting: &Setting) {
    let flat = rows.iter().flatten().all(|cell| cell.len() <= 1);
    if !flat {
        let all = rows.into_iter().flatten().flatten();
        return all.for_each(|draft| write(blocks, draft, setting));
    }
    blocks.begin_table();
    for row in rows {
        for cell in row.into_iter().flatten().filter(|draft| !draft.is_blank()) {
            write_cell(blocks, cell, setting);
        }
        blocks.end_row();
    }
    blocks.end_table();
}

fn write_cell(blocks: &mut BlockWriter, cell: Draft, setting: &Setting) {
    let is_label = cell.text.ends_with(':') && cell.text.len() <= LONGEST_LABEL;
    let kind = match cell.kind(setting) {
        BlockKind::Lines => BlockKind::Paragraph,
        // Its value goes on in it.
        BlockKind::Heading if is_label => BlockKind::Paragraph,
        kind => kind,
    };
    blocks.write(kind, &cell.into_text(kind));
    match is_label {
        true => blocks.write(kind, " "),
        false => blocks.end_cell(),
    }
}
