//! Lines to headings, items and paragraphs.
//!
//! **In:** the [`Part`]s of all pages in reading order. **Out:** [`Draft`]s: blocks with
//! their kind. **Unit:** points; gaps in parts of the size.
//!
//! The decisions that live here:
//!
//! 1. *A line goes on in the next one* unless there is a gap that is wider than between
//!    most lines, another size or weight, an indent, a marker, or room at its end for the
//!    first word of the next: then it was ended on purpose. A next line that begins in a
//!    small letter, after one that ends no sentence, always goes on where it is near.
//! 2. *Across columns and pages* only such a line goes on.
//! 3. *A weak marker* (a dash, a number) marks an item where a paragraph could begin.
//! 4. *A heading* is short and larger than most text, or bold where most text is not, or in
//!    capital letters; it ends no sentence.
//! 5. A short line on its own that ends no sentence is [`BlockKind::Lines`]: its words
//!    may show that it is a heading.

use super::columns::{Part, ends_thought, runs_on};
use super::glyphs::Marker;
use super::hyphens::Words;
use super::lines::Line;
use crate::text::document::BlockKind;

/// How much wider than most gaps one must be to part two paragraphs.
const WIDER: f32 = 1.28;

/// A step to the right, or to the left, that means something.
const INDENT: f32 = 0.9;

/// A line of so many bytes that reaches the edge is no heading.
const LONG: usize = 60;

/// A block that is being put together, or is done.
#[derive(Debug)]
pub(super) struct Draft {
    /// Its text, without its marker.
    pub text: String,
    item: Option<Marker>,
    /// The text with its marker, for a heading that is numbered.
    numbered: Option<String>,
    lines: usize,
    size: f32,
    bold: bool,
    /// Left edge of its text.
    inner: f32,
    /// Left edge of its marker, or of its first line.
    left: f32,
    last: Line,
    /// Distance of its last two lines.
    step: Option<f32>,
}

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

/// How most text of a document is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// Size of most letters.
    size: f32,
    /// Usual distance of two lines of a paragraph, in parts of the size.
    pitch: f32,
    /// True where most text is bold: then bold says nothing.
    bold: bool,
}

impl Setting {
    /// The setting of most lines.
    pub(super) fn of<'a>(flows: impl Iterator<Item = &'a [Line]>) -> Self {
        let (mut sizes, mut steps) = (Histogram::default(), Histogram::default());
        let (mut letters, mut bold) = (0, 0);
        for lines in flows {
            for line in lines {
                sizes.add(line.size, 0.5, line.text.len());
                letters += line.text.len();
                bold += if line.bold { line.text.len() } else { 0 };
            }
            for pair in lines.windows(2) {
                let step = (pair[1].y - pair[0].y) / pair[1].size;
                if pair[0].size == pair[1].size && (0.8..2.5).contains(&step) {
                    steps.add(step, 0.05, 1);
                }
            }
        }
        Self {
            size: sizes.most().unwrap_or(10.0),
            pitch: steps.least_usual().unwrap_or(1.2),
            bold: bold * 2 > letters,
        }
    }
}

/// Counts by value, in steps.
#[derive(Debug, Default)]
struct Histogram(std::collections::BTreeMap<i32, (usize, f32)>);

impl Histogram {
    fn add(&mut self, value: f32, step: f32, count: usize) {
        let entry = self
            .0
            .entry((value / step).round() as i32)
            .or_insert((0, value));
        entry.0 += count;
    }

    /// The value counted most.
    fn most(&self) -> Option<f32> {
        (self.0.values().max_by_key(|(count, _)| *count)).map(|(_, value)| *value)
    }

    /// The smallest value that at least one in seven has, or a neighbour of it.
    fn least_usual(&self) -> Option<f32> {
        let all: usize = self.0.values().map(|(count, _)| count).sum();
        let around = |at: i32| {
            (at - 1..=at + 1)
                .filter_map(|at| self.0.get(&at))
                .map(|(n, _)| n)
                .sum::<usize>()
        };
        (self.0.iter().find(|(at, _)| around(**at) * 7 >= all)).map(|(at, (_, value))| {
            self.0
                .get(&(at + 1))
                .map_or(*value, |(_, next)| value.max(*next))
        })
    }
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
            return !self.may_begin(draft, line, full);
        }
        // The first line of a paragraph may be bold from end to end; a heading is not so long.
        let wrapped =
            full && (small || draft.lines > 1 || last.text.len() >= LONG && !ends_thought(last));
        if !alike || draft.bold != line.bold && !wrapped {
            return small && full;
        }
        if small {
            return true;
        }
        let aside = match draft.item {
            Some(_) => line.left < draft.inner - INDENT * line.size,
            None => (line.left - draft.inner).abs() > INDENT * line.size && draft.lines > 1,
        };
        full && !aside
    }

    /// True where a line with a weak marker begins an item.
    fn may_begin(&self, draft: &Draft, line: &Line, full: bool) -> bool {
        let ended = ends_thought(&draft.last);
        let listed = draft.item.is_some() && (draft.left - line.left).abs() < INDENT * line.size;
        let indented = (line.left - draft.inner).abs() > INDENT * line.size;
        ended || listed || indented || !full
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

impl Draft {
    fn new(line: Line) -> Self {
        let marker = line.marker.map(|(marker, _)| marker);
        Self {
            text: line.body().to_owned(),
            item: marker,
            numbered: matches!(marker, Some(Marker::Number(_))).then(|| line.text.clone()),
            lines: 1,
            size: line.size,
            bold: line.bold,
            inner: line.inner,
            left: line.left,
            step: None,
            last: line,
        }
    }

    fn push(&mut self, line: Line, words: &Words) {
        words.join(&mut self.text, &line.text);
        if let Some(numbered) = &mut self.numbered {
            words.join(numbered, &line.text);
        }
        if self.lines == 1 && self.item.is_none() {
            // The first line may be indented.
            self.inner = line.left;
        }
        let step = (line.y - self.last.y) / line.size;
        self.step = (step > 0.0).then_some(step);
        self.lines += 1;
        self.bold &= line.bold;
        self.last = line;
    }

    /// True where nothing is said: rules, dots, boxes.
    pub(super) fn is_blank(&self) -> bool {
        !self.text.contains(char::is_alphanumeric)
    }

    /// What the block is.
    pub(super) fn kind(&self, setting: &Setting) -> BlockKind {
        if self.is_heading(setting) {
            return BlockKind::Heading;
        }
        if self.item.is_some() {
            return BlockKind::Item;
        }
        let ends = self.text.ends_with(['.', '!', '?', ';', ',']);
        match self.lines == 1 && !ends && self.count_words() <= 12 {
            true => BlockKind::Lines,
            false => BlockKind::Paragraph,
        }
    }

    fn is_heading(&self, setting: &Setting) -> bool {
        let words = self.count_words();
        let larger = self.size / setting.size;
        let ends = self.text.ends_with(['.', ',', ';']);
        match self.item {
            Some(Marker::Bullet | Marker::Dash) => return false,
            Some(Marker::Number(_)) if words > 8 => return false,
            _ => {}
        }
        if larger > 1.12 && self.lines <= 3 && words <= if self.bold { 30 } else { 20 } {
            return !ends || larger > 1.4;
        }
        let small_lines = self.lines <= 2 && words <= 14 && !ends && larger > 0.85;
        small_lines
            && (self.bold && !setting.bold
                || self.item.is_none() && words <= 8 && is_capitals(&self.text))
    }

    fn count_words(&self) -> usize {
        self.text.split(' ').count()
    }

    /// The text of a heading, its number included; else the text.
    pub(super) fn into_text(self, kind: BlockKind) -> String {
        match (kind, self.numbered) {
            (BlockKind::Heading, Some(numbered)) => numbered,
            _ => self.text,
        }
    }
}

/// Four letters or more, and none of them small.
fn is_capitals(text: &str) -> bool {
    text.chars().filter(|c| c.is_uppercase()).count() >= 4 && !text.contains(char::is_lowercase)
}
