//! How most text of a document is set.
//!
//! **In:** the lines of a document. **Out:** [`Setting`]: what is usual, and what a heading
//! or a gap between paragraphs therefore is held against. **Unit:** points; distances in
//! parts of the size.
//!
//! One decision lives here: the usual distance of two lines is the *smallest* that at least
//! one in seven has. Lists with room between their items would make the most frequent too
//! large.

use std::collections::BTreeMap;

use super::lines::Line;

/// What is usual in a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting {
    /// Size of most letters.
    pub size: f32,
    /// Usual distance of two lines of a paragraph, in parts of the size.
    pub pitch: f32,
    /// True where most text is bold: then bold says nothing.
    pub bold: bool,
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
struct Histogram(BTreeMap<i32, (usize, f32)>);

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
