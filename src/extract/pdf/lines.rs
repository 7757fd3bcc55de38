//! Runs of text to lines.
//!
//! **In:** the [`Run`]s of a page in any order. **Out:** its rows from top to bottom, each
//! of [`Line`]s from left to right. **Unit:** points.
//!
//! The decisions that live here:
//!
//! 1. *A row* is what stands on one base line; what is raised or lowered by less than half
//!    its neighbour's size, and smaller, belongs to that neighbour's.
//! 2. *A word ends* at a blank, or at a gap of 0.15 of the size beyond the room between
//!    letters.
//! 3. *A line ends* at a gap of more than [`SPLIT`] of the size: it may be a column. The sign
//!    of an item and its text are one line at any distance of up to [`SIGN`].
//! 4. *Text drawn twice* in one place, which makes it look bold, is there once.

use super::glyphs::{self, Marker};
use super::source::Run;

/// A gap that ends a word, in parts of the size.
const WORD: f32 = 0.15;

/// A gap that ends a line, in parts of the size: more than justified text has between words.
const SPLIT: f32 = 0.75;

/// The longest gap between the sign of an item and its text, in parts of the size.
const SIGN: f32 = 4.5;

/// Layers of text over each other that are told apart.
const LAYERS: usize = 3;

/// Text on one base line without a wide gap.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// The left edge, that of the marker where there is one.
    pub left: f32,
    /// The left edge of the text behind the marker; `left` where there is none.
    pub inner: f32,
    /// The right edge.
    pub right: f32,
    /// The base line, down from the top of the page.
    pub y: f32,
    /// The size of most of its letters.
    pub size: f32,
    /// True where all its letters are bold.
    pub bold: bool,
    /// The text, its marker included.
    pub text: String,
    /// The marker that it begins with, and its bytes; all of the text where nothing follows.
    pub marker: Option<(Marker, usize)>,
}

impl Line {
    /// The text behind the marker.
    pub(super) fn body(&self) -> &str {
        self.marker
            .map_or(&self.text, |(_, length)| &self.text[length..])
    }

    /// Appends the next line of the row, a blank between.
    pub(super) fn append(&mut self, next: Line) {
        self.text.push(' ');
        self.text.push_str(&next.text);
        self.right = self.right.max(next.right);
        self.bold &= next.bold;
    }

    /// Width of a text in its letters, by the mean of its own.
    pub(super) fn width_of(&self, text: &str) -> f32 {
        let letters = self.text.chars().count().max(1) as f32;
        (self.right - self.left) / letters * text.chars().count() as f32
    }
}

/// The rows of a page from top to bottom, each from left to right.
pub(super) fn rows(mut runs: Vec<Run>) -> Vec<Vec<Line>> {
    runs.retain(|run| !run.text.trim().is_empty() || run.text == " ");
    runs.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.left.total_cmp(&b.left)));
    settle_scripts(&mut runs);
    runs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut rows = Vec::new();
    let mut row: Vec<Run> = Vec::new();
    for run in runs {
        let ends = row
            .first()
            .is_some_and(|first| run.y - first.y > 0.3 * first.size.min(run.size));
        if ends {
            rows.push(lines(std::mem::take(&mut row)));
        }
        row.push(run);
    }
    rows.push(lines(row));
    rows.retain(|row| !row.is_empty());
    rows
}

/// Puts what is raised or lowered on the base line of what it hangs on.
fn settle_scripts(runs: &mut [Run]) {
    /// Runs around one in order of height that may be its neighbour.
    const NEAR: usize = 40;
    for at in 0..runs.len() {
        let small = &runs[at];
        let hangs_on = |large: &Run| {
            let rise = (small.y - large.y).abs();
            let gap = small.left - large.right;
            small.size < 0.8 * large.size
                && rise > 0.0
                && rise < 0.5 * large.size
                && gap > -0.3 * large.size
                && gap < 0.4 * large.size
        };
        let near = at.saturating_sub(NEAR)..(at + NEAR).min(runs.len());
        if let Some(large) = runs[near].iter().find(|run| hangs_on(run)) {
            runs[at].y = large.y;
        }
    }
}

/// The lines of one row.
fn lines(mut row: Vec<Run>) -> Vec<Line> {
    row.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut lines: Vec<Open> = Vec::new();
    let mut blank = false;
    for run in row {
        if run.text.trim().is_empty() {
            blank = true;
            continue;
        }
        // Text may be drawn over other text: each layer is a line of its own.
        let last = lines.len().saturating_sub(LAYERS);
        let fits = |open: &&mut Open| open.holds(&run) || open.goes_on_in(&run);
        match lines[last..].iter_mut().rev().find(fits) {
            Some(open) if open.holds(&run) => {}
            Some(open) => open.push(run, blank),
            None => lines.push(Open::new(run)),
        }
        blank = false;
    }
    let mut lines: Vec<Line> = lines.into_iter().filter_map(Open::close).collect();
    // The sign of an item is the first on its line; elsewhere it is a picture.
    let mut first = true;
    lines.retain(|line| {
        std::mem::take(&mut first) || line.marker.is_none() || !line.body().is_empty()
    });
    lines
}

/// A line that is being put together.
struct Open {
    line: Line,
    last: Run,
    /// Bytes of the text that are a sign, whatever its letters say.
    sign: usize,
    letters: usize,
    bold_letters: usize,
}

impl Open {
    fn new(run: Run) -> Self {
        let text = run.text.trim().to_owned();
        let sign = match run.picture || glyphs::is_sign(&text) {
            true => text.len(),
            false => 0,
        };
        let mut open = Self {
            line: Line {
                left: run.left,
                inner: run.left,
                right: run.right,
                y: run.y,
                size: run.size,
                bold: false,
                text,
                marker: None,
            },
            sign,
            letters: 0,
            bold_letters: 0,
            last: run,
        };
        open.count();
        open
    }

    /// True where the run is drawn over the last one and says the same, as all pictures do.
    fn holds(&self, run: &Run) -> bool {
        let offset = (run.left - self.last.left).abs();
        let same = run.picture && self.last.picture || run.text.trim() == self.last.text.trim();
        offset < 0.2 * run.size && same
    }

    /// True where nothing but a sign is here so far.
    fn is_sign(&self) -> bool {
        let text = self.line.text.as_str();
        self.sign == text.len() || text.len() <= 6 && glyphs::marker(&format!("{text} x")).is_some()
    }

    fn goes_on_in(&self, run: &Run) -> bool {
        let gap = run.left - self.line.right;
        let size = self.last.size.min(run.size);
        let most = if self.is_sign() { SIGN } else { SPLIT };
        gap > -size && gap <= (most + self.last.spacing) * self.last.size.max(size)
    }

    fn push(&mut self, run: Run, blank: bool) {
        let gap = run.left - self.line.right;
        let size = self.last.size.min(run.size);
        let room = (WORD + self.last.spacing.max(run.spacing)) * size;
        if self.is_sign() && gap > 0.0 && self.line.inner == self.line.left {
            self.line.inner = run.left;
        }
        let ends =
            blank || gap > room || self.last.text.ends_with(' ') || run.text.starts_with(' ');
        if ends && !self.line.text.ends_with(' ') {
            self.line.text.push(' ');
        }
        if !run.picture {
            self.line.text.push_str(run.text.trim());
        }
        self.line.right = self.line.right.max(run.right);
        self.last = run;
        self.count();
    }

    fn count(&mut self) {
        let run = &self.last;
        if run.picture {
            return;
        }
        let letters = run.text.chars().filter(|c| c.is_alphanumeric()).count();
        if letters > self.letters {
            self.line.size = run.size;
        }
        self.letters += letters;
        self.bold_letters += if run.bold { letters } else { 0 };
    }

    /// The line, without what is no text.
    fn close(mut self) -> Option<Line> {
        let line = &mut self.line;
        let text = one_blank(&line.text[self.sign..]);
        line.bold = self.bold_letters > 0 && self.bold_letters == self.letters;
        if self.sign > 0 {
            line.text = format!("• {text}");
            line.marker = Some((Marker::Bullet, "• ".len()));
        } else {
            line.marker = glyphs::marker(&text);
            line.text = text;
        }
        if line.marker.is_some() && line.inner == line.left {
            let length = line.marker.map_or(0, |(_, length)| length);
            line.inner = line.left + line.width_of(&line.text[..length]);
        }
        (!line.text.is_empty()).then_some(self.line)
    }
}

/// Without characters for private use and soft hyphens inside, blanks one by one.
fn one_blank(text: &str) -> String {
    let words = text.split(' ').filter(|word| !word.is_empty());
    let mut clean = String::with_capacity(text.len());
    for word in words {
        if !clean.is_empty() {
            clean.push(' ');
        }
        let is_first = clean.is_empty();
        let kept = |(at, c): &(usize, char)| {
            *c != '\u{ad}' && (!glyphs::is_private(*c) || is_first && *at == 0)
        };
        clean.extend(word.chars().enumerate().filter(kept).map(|(_, c)| c));
    }
    if text.trim_end().ends_with('\u{ad}') {
        clean.push('\u{ad}');
    }
    clean
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn run(text: &str, left: f32, y: f32) -> Run {
        Run {
            left,
            right: left + 5.0 * text.trim_end().chars().count() as f32,
            y,
            size: 10.0,
            bold: false,
            picture: false,
            spacing: 0.0,
            text: text.to_owned(),
        }
    }

    fn texts(runs: Vec<Run>) -> Vec<Vec<String>> {
        let text = |line: Line| line.text;
        (rows(runs).into_iter())
            .map(|row| row.into_iter().map(text).collect())
            .collect()
    }

    #[test]
    fn letters_that_touch_are_one_word() {
        assert_eq!(
            texts(vec![run("pl", 50.0, 100.0), run("an", 60.2, 100.0)]),
            [["plan"]]
        );
    }

    #[test]
    fn a_small_gap_ends_a_word_and_a_wide_one_a_line() {
        let row = vec![
            run("We", 50.0, 100.0),
            run("plan", 63.0, 100.0),
            run("2019", 200.0, 100.0),
        ];
        assert_eq!(texts(row), [["We plan", "2019"]]);
    }

    #[test]
    fn a_blank_of_its_own_ends_a_word() {
        let row = vec![
            run("We", 50.0, 100.0),
            run(" ", 60.0, 100.0),
            run("plan", 61.0, 100.0),
        ];
        assert_eq!(texts(row), [["We plan"]]);
    }

    #[test]
    fn rows_are_read_from_the_top_whatever_is_drawn_first() {
        let runs = vec![run("Second", 50.0, 120.0), run("First", 50.0, 100.0)];
        assert_eq!(texts(runs), [["First"], ["Second"]]);
    }

    #[test]
    fn text_drawn_twice_is_there_once() {
        let row = vec![run("Plan", 50.0, 100.0), run("Plan", 50.4, 100.0)];
        assert_eq!(texts(row), [["Plan"]]);
    }

    #[test]
    fn text_over_other_text_is_a_line_of_its_own() {
        let row = vec![
            run("We plan the work", 50.0, 100.0),
            run("Sign in", 90.0, 100.0),
            run("now", 133.0, 100.0),
        ];
        assert_eq!(texts(row), [["We plan the work now", "Sign in"]]);
    }

    #[test]
    fn a_raised_mark_stays_in_its_line() {
        let raised = Run {
            size: 6.0,
            right: 73.0,
            ..run("2", 70.1, 96.0)
        };
        assert_eq!(
            texts(vec![
                run("Plan", 50.0, 100.0),
                raised,
                run("now", 76.0, 100.0)
            ]),
            [["Plan2 now"]]
        );
    }

    #[test]
    fn a_sign_and_its_text_are_one_line() {
        let row = &rows(vec![run("•", 50.0, 100.0), run("Plan", 80.0, 100.0)])[0];
        assert_eq!((row.len(), row[0].body(), row[0].inner), (1, "Plan", 80.0));
    }

    #[test]
    fn a_picture_before_a_text_is_its_sign() {
        let picture = Run {
            picture: true,
            ..run("!\"", 50.0, 100.0)
        };
        let row = &rows(vec![picture, run("Plan", 66.0, 100.0)])[0];
        assert_eq!((row[0].body(), row[0].marker.is_some()), ("Plan", true));
    }

    #[test]
    fn a_picture_inside_a_text_is_dropped() {
        let picture = Run {
            picture: true,
            ..run("#", 72.0, 100.0)
        };
        assert_eq!(texts(vec![run("Plan", 50.0, 100.0), picture]), [["Plan"]]);
    }

    #[test]
    fn only_a_line_of_bold_letters_is_bold() {
        let bold = |text, left| Run {
            bold: true,
            ..run(text, left, 100.0)
        };
        assert!(rows(vec![bold("Our", 50.0), bold("plan", 68.0)])[0][0].bold);
        assert!(!rows(vec![bold("Our", 50.0), run("plan", 68.0, 100.0)])[0][0].bold);
    }
}
