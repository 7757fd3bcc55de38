//! The runs of text of each page, as a library reads them.
//!
//! **In:** the bytes of a PDF. **Out:** [`Page`]s of [`Run`]s, or why there are none.
//! **Unit:** points (1/72 inch), `x` to the right and `y` down from the upper left corner
//! of the page as it is read.
//!
//! The decisions that live here:
//!
//! 1. *Upright* is the direction in which most letters of a page are read; a page that is
//!    turned is turned back. Text across it (a label along an edge) is kept, apart.
//! 2. *A damaged file is refused*, not read in part: where a page or its content is lost, or the
//!    file breaks off before its end, a score of the rest would pass for one of the whole.
//! 3. *Passwords*: the empty one is tried, no other.

use unpdf::Error;
use unpdf::parser::backend::{PageBox, PageId, PdfBackend, RawBackend};
use unpdf::parser::{LayoutAnalyzer, TextSpan};

use super::glyphs;
use super::guard;
use super::one_page::OnePage;
use crate::extract::limits::Limits;

/// Text that is drawn in one piece.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    /// The left edge of its first letter.
    pub left: f32,
    /// The right edge of its last letter.
    pub right: f32,
    /// The base line.
    pub y: f32,
    /// The size of the font.
    pub size: f32,
    /// True in a bold font.
    pub bold: bool,
    /// True where the font holds pictures.
    pub picture: bool,
    /// Room between two letters, in parts of the size.
    pub spacing: f32,
    /// The text, with its white space.
    pub text: String,
}

/// What is on a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Its height, as it is read.
    pub height: f32,
    /// What is read upright, in the order in which it is drawn.
    pub runs: Vec<Run>,
    /// What is read in other directions, each turned upright.
    pub across: Vec<Vec<Run>>,
    /// True where a picture is drawn.
    pub images: bool,
    /// True where text is drawn of which no font tells the letters.
    pub unreadable: bool,
}

/// The pages of a file, in order.
///
/// # Errors
///
/// If the file is encrypted with a password, is damaged, or is over a limit.
pub(super) fn read_pages(bytes: &[u8], limits: &Limits) -> Result<Vec<Page>, String> {
    guard::check_file(bytes, limits)?;
    let backend = RawBackend::load_bytes(bytes).map_err(|error| reason(&error, bytes))?;
    if is_truncated(bytes) {
        return Err(truncated());
    }
    let ids = backend.pages();
    check_pages(&backend, ids.len(), limits)?;
    let mut pages = Vec::with_capacity(ids.len());
    let mut room = limits.unpacked;
    for (&number, &id) in &ids {
        let page = read_page(&backend, number, id, limits)?;
        let size: usize = page.runs.iter().map(|run| run.text.len()).sum();
        room = room
            .checked_sub(size as u64)
            .ok_or_else(|| limits.too_much())?;
        pages.push(page);
    }
    Ok(pages)
}

/// Refuse a file with lost pages, without any, or with too many.
fn check_pages(backend: &RawBackend, found: usize, limits: &Limits) -> Result<(), String> {
    let integrity = backend.integrity();
    if found == 0 {
        return Err("damaged: it has no pages".to_owned());
    }
    if found > limits.pages {
        return Err(limits.too_many_pages(found));
    }
    if integrity.pages_incomplete() {
        return Err(match integrity.declared_page_count {
            Some(said) if said as usize > found => {
                format!(
                    "damaged: {} of its {said} pages are lost",
                    said as usize - found
                )
            }
            _ => "damaged: some of its pages are lost".to_owned(),
        });
    }
    Ok(())
}

fn read_page(
    backend: &RawBackend,
    number: u32,
    id: PageId,
    limits: &Limits,
) -> Result<Page, String> {
    let one = OnePage::new(backend, number, id, limits);
    let analyzer = LayoutAnalyzer::new(&one);
    let spans = analyzer.extract_page_spans(number);
    let lost = analyzer.undecodable_content_streams() > 0;
    let unreadable = analyzer.suppressed_text_runs() > 0;
    let images = analyzer.page_op_counts().image > 0;
    if let Some(refused) = one.into_refused() {
        return Err(refused);
    }
    let spans = match spans {
        Ok(spans) if !lost => spans,
        _ => {
            return Err(format!(
                "damaged: the text of page {number} cannot be unpacked"
            ));
        }
    };
    Ok(Page {
        images,
        unreadable,
        ..upright(spans, backend.crop_box(id))
    })
}

/// The runs of a page, those of each direction turned upright.
fn upright(spans: Vec<TextSpan>, page: PageBox) -> Page {
    let mut directions: Vec<([f32; 2], Vec<TextSpan>)> = Vec::new();
    for span in spans {
        match directions.iter().position(|(d, _)| *d == span.direction) {
            Some(at) => directions[at].1.push(span),
            None if directions.len() < MOST_DIRECTIONS => {
                directions.push((span.direction, vec![span]));
            }
            None => {}
        }
    }
    let letters = |spans: &[TextSpan]| spans.iter().map(|span| span.text.len()).sum::<usize>();
    directions.sort_by_key(|(_, spans)| std::cmp::Reverse(letters(spans)));
    let mut directions = directions.into_iter();
    let Some((main, spans)) = directions.next() else {
        return Page::default();
    };
    let turned = Turned::new(main, page);
    Page {
        height: turned.height,
        runs: turned.runs(spans),
        across: directions
            .map(|(d, spans)| Turned::new(d, page).runs(spans))
            .collect(),
        ..Page::default()
    }
}

/// A drawing may turn every letter another way; more directions than these are no text.
const MOST_DIRECTIONS: usize = 8;

/// A page that is turned until one direction reads from left to right.
struct Turned {
    direction: [f32; 2],
    left: f32,
    top: f32,
    height: f32,
}

impl Turned {
    fn new(direction: [f32; 2], page: PageBox) -> Self {
        let corners = [
            turn(direction, page.llx, page.lly),
            turn(direction, page.llx, page.ury),
            turn(direction, page.urx, page.lly),
            turn(direction, page.urx, page.ury),
        ];
        let bottom = corners.iter().map(|c| c.1).fold(f32::INFINITY, f32::min);
        let top = corners
            .iter()
            .map(|c| c.1)
            .fold(f32::NEG_INFINITY, f32::max);
        Self {
            direction,
            left: corners.iter().map(|c| c.0).fold(f32::INFINITY, f32::min),
            top,
            height: top - bottom,
        }
    }

    fn runs(&self, spans: Vec<TextSpan>) -> Vec<Run> {
        let mut runs = Vec::with_capacity(spans.len());
        for span in spans {
            let (x, y) = turn(self.direction, span.x, span.y);
            let run = run(span, x - self.left, self.top - y);
            if [run.left, run.right, run.y, run.size]
                .iter()
                .all(|n| n.is_finite())
            {
                split_at_wide_blanks(run, &mut runs);
            }
        }
        runs
    }
}

fn turn([cos, sin]: [f32; 2], x: f32, y: f32) -> (f32, f32) {
    (x * cos + y * sin, y * cos - x * sin)
}

fn run(span: TextSpan, x: f32, y: f32) -> Run {
    let text = glyphs::clean(&span.text);
    let size = span.font_size.abs().max(0.1);
    let blank = 0.25 * size;
    let front = (text.len() - text.trim_start_matches(' ').len()) as f32;
    let behind = (text.len() - text.trim_end_matches(' ').len()) as f32;
    let width = match (span.width_measured, span.ink_width) {
        (true, Some(ink)) => ink,
        (true, None) => span.width - behind * blank,
        _ => 0.5 * size * text.trim_end().chars().count() as f32,
    };
    let left = x + front * blank;
    Run {
        left,
        right: (x + width).max(left),
        y,
        size,
        bold: span.is_bold,
        picture: glyphs::is_picture_font(&span.font_name),
        spacing: (span.letter_spacing / 1000.0).clamp(0.0, 2.0),
        text,
    }
}

/// Blanks in a row that stand for a column.
const WIDE: &str = "    ";

/// Some programs set columns by blanks: each part is a run of its own.
fn split_at_wide_blanks(run: Run, runs: &mut Vec<Run>) {
    if !run.text.trim().contains(WIDE) {
        return runs.push(run);
    }
    let letters = run.text.trim().chars().count() as f32;
    let step = (run.right - run.left) / letters;
    let text = run.text.trim();
    let mut at = 0;
    for part in text.split(WIDE) {
        let front = part.chars().take_while(|c| *c == ' ').count();
        let letters = part.trim().chars().count();
        let left = run.left + step * (at + front) as f32;
        at += part.chars().count() + WIDE.len();
        if letters > 0 {
            runs.push(Run {
                left,
                right: left + step * letters as f32,
                text: part.trim().to_owned(),
                ..run
            });
        }
    }
}

/// What an error of the library means to a person.
fn reason(error: &Error, bytes: &[u8]) -> String {
    match error {
        Error::Encrypted | Error::InvalidPassword => "encrypted: needs a password".to_owned(),
        Error::UnknownFormat => "damaged: it does not begin as a PDF does".to_owned(),
        _ if is_truncated(bytes) => truncated(),
        _ => "damaged: its table of objects cannot be read".to_owned(),
    }
}

fn truncated() -> String {
    "truncated: the end of the file is missing".to_owned()
}

/// True where nothing after the last object says where the table of objects is. What stands behind
/// that (padding, the end of a web page) does not matter.
fn is_truncated(bytes: &[u8]) -> bool {
    let last = |mark: &[u8]| memchr::memmem::rfind(bytes, mark);
    last(b"startxref").is_none_or(|table| last(b"endobj") > Some(table))
}
