//! Lines to blocks.
//!
//! **In:** the [`Part`]s of all pages in reading order. **Out:** [`Piece`]s: blocks
//! and tables of them. **Unit:** points; gaps in parts of the size.
//!
//! The decisions that live here:
//!
//! 1. *A line goes on in the next one* unless there is a gap that is wider than between
//!    most lines, another size or weight, an indent, a marker, or room at its end for the
//!    first word of the next: then it was ended on purpose. A next line that begins in a
//!    small letter, after one that ends no sentence, always goes on where it is near.
//! 2. *Across columns and pages* only such a line goes on.
//! 3. *A weak marker* (a dash, a number) marks an item where a paragraph could begin.

use super::columns::{Part, ends_thought, runs_on};
use super::draft::Draft;
use super::glyphs::Marker;
use super::hyphens::Words;
use super::lines::Line;
use super::setting::Setting;

/// How much wider than most gaps one must be to part two paragraphs.
const WIDER: f32 = 1.28;

/// A step to the right, or to the left, that means something.
const INDENT: f32 = 0.9;

/// A line of so many bytes that reaches the edge is no heading.
const LONG: usize = 60;

/// A row of a table: cells of blocks.
pub(super) type Row = Vec<Vec<Draft>>;

/// What is written in one go.
#[derive(Debug)]
pub(super) enum Piece {
    /// A block on its own.
    Block(Draft),
    /// A table.
    Table(Vec<Row>),
}

/// Puts the parts of a document together.
pub(super) struct Writer<'a> {
    setting: Setting,
    words: &'a Words,
    pieces: Vec<Piece>,
    /// A sign without text, whose text is the next line.
    sign: Option<Line>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(setting: Setting, words: &'a Words) -> Self {
        Self {
            setting,
            words,
            pieces: Vec::new(),
            sign: None,
        }
    }

    /// Takes the next part in reading order.
    pub(super) fn take(&mut self, part: Part) {
        match part {
            Part::Flow(lines) => self.flow(lines),
            Part::Table(rows) => {
                let rows = rows.into_iter().map(|row| self.row(row)).collect();
                self.pieces.push(Piece::Table(rows));
            }
        }
    }

    /// All pieces, in order.
    pub(super) fn finish(self) -> Vec<Piece> {
        self.pieces
    }

    fn row(&self, cells: Vec<Vec<Line>>) -> Row {
        let cell = |lines| {
            let mut inside = Writer::new(self.setting, self.words);
            inside.flow(lines);
            let blocks = inside.pieces.into_iter().filter_map(|piece| match piece {
                Piece::Block(draft) => Some(draft),
                Piece::Table(_) => None,
            });
            blocks.collect()
        };
        cells.into_iter().map(cell).collect()
    }

    fn flow(&mut self, lines: Vec<Line>) {
        let edges = edges(&lines);
        for (at, mut line) in lines.into_iter().enumerate() {
            if line.marker.is_some() && line.body().is_empty() {
                self.sign = Some(line);
                continue;
            }
            if let Some(sign) = self
                .sign
                .take()
                .filter(|sign| (line.y - sign.y).abs() < line.size && sign.left < line.left)
            {
                line.marker = Some((Marker::Bullet, 0));
                line.inner = line.left;
                line.left = sign.left.min(line.left);
            }
            let joins = match self.pieces.last() {
                Some(Piece::Block(draft)) => self.goes_on(draft, &line, at == 0, edges[at]),
                _ => false,
            };
            match self.pieces.last_mut() {
                Some(Piece::Block(draft)) if joins => draft.push(line, self.words),
                _ => self.pieces.push(Piece::Block(Draft::new(line))),
            }
        }
    }

    /// True where the line belongs to the block before it.
    fn goes_on(&self, draft: &Draft, line: &Line, first: bool, edge: Edge) -> bool {
        let last = &draft.last;
        let alike = (draft.size / line.size - 1.0).abs() < 0.12;
        let small = runs_on(last, line)
            || last.text.ends_with(['-', '\u{ad}', ',']) && line.marker.is_none();
        let step = (line.y - last.y) / line.size;
        if first || step <= 0.3 {
            return small && alike && (draft.bold == line.bold || draft.lines > 1);
        }
        if step > 2.6 || matches!(line.marker, Some((Marker::Bullet, _))) {
            return false;
        }
        let regular = |other: Option<f32>| other.is_some_and(|other| step < 1.1 * other);
        let gap = step > WIDER * self.setting.pitch
            && !regular(draft.step)
            && (ends_thought(last) || !regular(edge.step));
        let reach = last.right + last.width_of(first_word(line)) + 0.7 * last.size;
        let long = last.right - last.left > 0.6 * edge.width;
        let full = reach > edge.right || long && reach > edge.near && !ends_thought(last);
        // Nothing wraps a line so far from the edge of its neighbours.
        let small = small && (long || reach > edge.near || draft.lines > 1);
        if gap {
            return small && alike && full && step < 2.0 * self.setting.pitch;
        }
        if line.marker.is_some() {
            return !may_begin(draft, line, full);
        }
        // The first line of a paragraph may be bold from end to end; a heading is not so long.
        let wrapped =
            full && (small || draft.lines > 1 || last.text.len() >= LONG && !ends_thought(last));
        if !alike || draft.bold != line.bold && !wrapped {
            return small && full;
        }
        small || full && !stands_aside(draft, line)
    }
}

/// True where a line with a weak marker begins an item.
fn may_begin(draft: &Draft, line: &Line, full: bool) -> bool {
    let ended = ends_thought(&draft.last);
    let listed = draft.item.is_some() && (draft.left - line.left).abs() < INDENT * line.size;
    let indented = (line.left - draft.inner).abs() > INDENT * line.size;
    ended || listed || indented || !full
}

/// True where a line begins elsewhere than the lines of the block do.
fn stands_aside(draft: &Draft, line: &Line) -> bool {
    match draft.item {
        Some(_) => line.left < draft.inner - INDENT * line.size,
        None => (line.left - draft.inner).abs() > INDENT * line.size && draft.lines > 1,
    }
}

/// How far the lines around a line reach.
#[derive(Debug, Clone, Copy)]
struct Edge {
    /// The right edge of all lines.
    right: f32,
    /// The right edge of the lines around.
    near: f32,
    /// From the left edge of all lines to the right one.
    width: f32,
    /// From the line to the next, in parts of its size; `None` for the last.
    step: Option<f32>,
}

/// The edges at each line.
fn edges(lines: &[Line]) -> Vec<Edge> {
    /// Lines above, and lines below, that are around a line.
    const AROUND: usize = 6;
    let right = |lines: &[Line]| lines.iter().map(|line| line.right).fold(0.0, f32::max);
    let left = lines.iter().map(|line| line.left).fold(f32::MAX, f32::min);
    let all = right(lines);
    let edge = |at: usize| Edge {
        right: all,
        near: right(&lines[at.saturating_sub(AROUND)..(at + AROUND).min(lines.len())]),
        width: all - left,
        step: lines
            .get(at + 1)
            .map(|next| (next.y - lines[at].y) / next.size)
            .filter(|step| *step < 2.0),
    };
    (0..lines.len()).map(edge).collect()
}

fn first_word(line: &Line) -> &str {
    line.text.split(' ').next().unwrap_or_default()
}
