//! The order in which the lines of a page are read.
//!
//! **In:** the rows of a page from top to bottom. **Out:** its [`Part`]s in reading order:
//! lines that follow each other, and tables. **Unit:** points.
//!
//! The decisions that live here:
//!
//! 1. *A band* is a run of rows that leave the same strip free from top to bottom, with
//!    lines on both sides of it. Where the strip ends, the band ends.
//! 2. *Columns or a table?* Where the lines on the two sides do not stand on the same base
//!    lines, or run on from line to line on both sides without sharing their gaps, they
//!    are columns, read one after the other. Else they are a table, read row by row.
//! 3. *A row of a table* begins where its first column and another begin something, or
//!    behind a gap; and no cell goes on in the middle of a sentence.
//! 4. *A lone row* with gaps is one line, unless a gap is wider than [`APART`].

use super::lines::Line;

/// A gap between two cells of a lone row, in parts of the size.
const APART: f32 = 2.5;

/// The narrowest strip between two columns, in parts of the size.
const STRIP: f32 = 0.7;

/// Columns inside columns; deeper ones are read as they come.
const DEEPEST: usize = 6;

/// Rows that one band may have. Longer ones are cut: each row is held against all.
const LONGEST_BAND: usize = 400;

/// What is read on its own.
#[derive(Debug, PartialEq)]
pub(super) enum Part {
    /// Lines one below the other.
    Flow(Vec<Line>),
    /// Rows of cells of lines; a cell may be empty.
    Table(Vec<Vec<Vec<Line>>>),
}

/// The parts of a page in reading order.
pub(super) fn arrange(rows: Vec<Vec<Line>>) -> Vec<Part> {
    let mut parts = Vec::new();
    arrange_into(rows, 0, &mut parts);
    parts
}

fn arrange_into(rows: Vec<Vec<Line>>, depth: usize, parts: &mut Vec<Part>) {
    let all = || rows.iter().flatten();
    let left = all().map(|line| line.left).fold(f32::MAX, f32::min);
    let right = all().map(|line| line.right).fold(0.0, f32::max);
    let mut rows = rows.into_iter();
    while !rows.as_slice().is_empty() {
        let band = best_band(rows.as_slice(), left, right);
        let taken: Vec<Vec<Line>> = rows.by_ref().take(band.rows).collect();
        if band.strips.is_empty() || depth >= DEEPEST {
            taken.into_iter().for_each(|row| plain(row, parts));
        } else {
            divide(taken, &band.strips, depth, parts);
        }
    }
}

/// A row on its own: one line, or cells far apart.
fn plain(row: Vec<Line>, parts: &mut Vec<Part>) {
    let mut cells: Vec<Line> = Vec::new();
    for line in row {
        match cells.last_mut() {
            Some(last) if line.left - last.right < APART * last.size || ends_label(last) => {
                last.append(line);
            }
            _ => cells.push(line),
        }
    }
    if cells.len() > 1 {
        let row = cells.into_iter().map(|line| vec![line]).collect();
        match parts.last_mut() {
            Some(Part::Table(rows)) => rows.push(row),
            _ => parts.push(Part::Table(vec![row])),
        }
        return;
    }
    match parts.last_mut() {
        Some(Part::Flow(lines)) => lines.extend(cells),
        _ => parts.push(Part::Flow(cells)),
    }
}

/// A short text with a colon, whose value follows.
fn ends_label(line: &Line) -> bool {
    line.text.ends_with(':') && line.text.len() <= 40
}

/// The first rows of a page that belong together, and the strips between their columns.
struct Band {
    rows: usize,
    strips: Vec<(f32, f32)>,
}

/// The band that begins with the first row, or only the rows before a band that parts the
/// page better: short lines above a table would hide strips of it.
fn best_band(rows: &[Vec<Line>], left: f32, right: f32) -> Band {
    let mut first = band(rows, left, right);
    first.rows -= heading_rows(rows, first.rows);
    let several = |row: &Vec<Line>| row.len() > 1;
    let Some(before) = rows[..first.rows]
        .iter()
        .position(several)
        .filter(|at| *at > 0)
    else {
        return first;
    };
    if band(&rows[before..], left, right).strips.len() <= first.strips.len() {
        return first;
    }
    Band {
        rows: before,
        strips: Vec::new(),
    }
}

/// How many of the last rows of a band are the heading of what follows it: alone in their
/// row, few, and below a gap across the page.
fn heading_rows(rows: &[Vec<Line>], band: usize) -> usize {
    if band == rows.len() {
        return 0;
    }
    let alone = rows[..band].iter().rev().take_while(|row| row.len() == 1);
    (1..=alone.count().min(3))
        .find(|&few| {
            let (above, line) = (rows[..band - few].last(), &rows[band - few][0]);
            above.is_some_and(|row| row.iter().all(|l| line.y - l.y > 1.8 * line.size))
        })
        .unwrap_or(0)
}

/// `left` and `right` are the edges of all lines of the page.
fn band(rows: &[Vec<Line>], left: f32, right: f32) -> Band {
    let mut free = vec![(f32::NEG_INFINITY, f32::INFINITY)];
    let mut best = Band {
        rows: 1,
        strips: Vec::new(),
    };
    let mut lines: Vec<&Line> = Vec::new();
    for (at, row) in rows.iter().take(LONGEST_BAND).enumerate() {
        let narrowest = STRIP * row.iter().map(|line| line.size).fold(f32::MAX, f32::min);
        for line in row {
            free = without(&free, line, narrowest);
        }
        lines.extend(row);
        let strips = inner_strips(&free, &lines);
        let room =
            |strip: &(f32, f32)| strip.1.min(right) - strip.0.max(left) > 0.05 * (right - left);
        if strips.len() < best.strips.len() || strips.is_empty() && !free.iter().any(room) {
            break;
        }
        if !strips.is_empty() {
            best = Band {
                rows: at + 1,
                strips,
            };
        }
    }
    best
}

/// What is left free beside a line.
fn without(free: &[(f32, f32)], line: &Line, narrowest: f32) -> Vec<(f32, f32)> {
    let mut left = Vec::with_capacity(free.len() + 1);
    for &(from, to) in free {
        if line.right <= from || line.left >= to {
            left.push((from, to));
            continue;
        }
        left.extend(
            [(from, line.left), (line.right, to)]
                .iter()
                .filter(|s| s.1 - s.0 >= narrowest),
        );
    }
    left
}

/// The strips with lines on two rows or more on both sides.
fn inner_strips(free: &[(f32, f32)], lines: &[&Line]) -> Vec<(f32, f32)> {
    let mut inner: Vec<(f32, f32)> = Vec::new();
    for strip in free {
        let since = inner.last().map_or(f32::NEG_INFINITY, |last| last.0);
        let before = lines
            .iter()
            .filter(|line| line.right <= strip.0 && line.left >= since);
        let behind = lines.iter().filter(|line| line.left >= strip.1);
        if before.count() >= 2 && behind.count() >= 2 {
            inner.push(*strip);
        }
    }
    inner
}

/// A band, column by column or row by row.
fn divide(rows: Vec<Vec<Line>>, strips: &[(f32, f32)], depth: usize, parts: &mut Vec<Part>) {
    let columns = strips.len() + 1;
    let column = |line: &Line| strips.iter().filter(|strip| line.left >= strip.0).count();
    let mut cells: Vec<Vec<Vec<Line>>> = Vec::with_capacity(rows.len());
    for row in rows {
        let mut divided = vec![Vec::new(); columns];
        for line in row {
            let cell: &mut Vec<Line> = &mut divided[column(&line)];
            match cell.last_mut() {
                Some(last) => last.append(line),
                None => cell.push(line),
            }
        }
        cells.push(divided);
    }
    if is_table(&cells, columns) {
        // What stands before the first row of cells is no part of the table.
        let begins = |row: &Vec<Vec<Line>>| filled(row) > 1 || row[0].is_empty();
        let begin = cells.iter().position(begins).unwrap_or(0);
        let table = cells.split_off(begin);
        cells
            .into_iter()
            .flatten()
            .filter(|cell| !cell.is_empty())
            .for_each(|row| plain(row, parts));
        return parts.push(Part::Table(table_rows(table)));
    }
    for column in 0..columns {
        let lines = cells.iter_mut().map(|row| std::mem::take(&mut row[column]));
        let rows = lines.filter(|row| !row.is_empty()).collect();
        // A column begins on its own: its first line does not go on in the last one.
        parts.push(Part::Flow(Vec::new()));
        arrange_into(rows, depth + 1, parts);
    }
    parts.push(Part::Flow(Vec::new()));
}

/// True for a table: see the second decision of this module.
fn is_table(cells: &[Vec<Vec<Line>>], columns: usize) -> bool {
    let lines_of = |column: usize| {
        cells
            .iter()
            .filter(move |row| !row[column].is_empty())
            .count()
    };
    let fullest = (0..columns).max_by_key(|&c| lines_of(c)).unwrap_or(0);
    let (mut aligned, mut others) = (0, 0);
    for row in cells {
        for column in (0..columns).filter(|&c| c != fullest && !row[c].is_empty()) {
            others += 1;
            aligned += usize::from(
                !row[fullest].is_empty() || (0..columns).any(|c| c != column && !row[c].is_empty()),
            );
        }
    }
    // Labels beside long texts need not all stand on the first line of theirs.
    let labels = columns == 2 && others * 2 <= lines_of(fullest);
    if aligned * 10 < others * if labels { 3 } else { 6 } {
        return false;
    }
    let runs_on = |column: usize| {
        let lines: Vec<&Line> = cells.iter().filter_map(|row| row[column].last()).collect();
        let wraps = lines
            .windows(2)
            .filter(|pair| runs_on(pair[0], pair[1]))
            .count();
        wraps >= 3 && wraps * 10 >= lines.len() * 3
    };
    if !(0..columns).all(runs_on) {
        return true;
    }
    shares_gaps(cells, columns)
}

/// True where most gaps of each column are gaps of the others.
fn shares_gaps(cells: &[Vec<Vec<Line>>], columns: usize) -> bool {
    let starts = |column: usize| {
        let lines: Vec<(usize, &Line)> = (cells.iter().enumerate())
            .filter_map(|(at, row)| Some((at, row[column].first()?)))
            .collect();
        let steps = lines.windows(2).map(|pair| pair[1].1.y - pair[0].1.y);
        let pitch = steps.fold(f32::INFINITY, f32::min);
        let gaps = lines
            .windows(2)
            .filter(move |pair| pair[1].1.y - pair[0].1.y > 1.3 * pitch);
        gaps.map(|pair| pair[1].0).collect::<Vec<usize>>()
    };
    let starts: Vec<Vec<usize>> = (0..columns).map(starts).collect();
    let all = starts.iter().flatten();
    let shared = all
        .clone()
        .filter(|at| starts.iter().filter(|s| s.contains(at)).count() > 1);
    let (shared, all) = (shared.count(), all.count());
    all > 0 && shared * 10 >= all * 6
}

/// True where a sentence ends with the line.
pub(super) fn ends_thought(line: &Line) -> bool {
    line.text.ends_with(['.', '!', '?', ':', ';'])
}

/// True where a line is no end of a thought and the next is no beginning of one.
pub(super) fn runs_on(line: &Line, next: &Line) -> bool {
    !line.text.ends_with(['.', '!', '?', ':'])
        && next.marker.is_none()
        && next
            .text
            .starts_with(|c: char| c.is_lowercase() || matches!(c, ',' | ')' | '('))
}

/// Cells of a row that hold something.
fn filled(row: &[Vec<Line>]) -> usize {
    row.iter().filter(|cell| !cell.is_empty()).count()
}

/// The rows of a table, each of the rows of lines that its cells take.
fn table_rows(cells: Vec<Vec<Vec<Line>>>) -> Vec<Vec<Vec<Line>>> {
    let mut table: Vec<Vec<Vec<Line>>> = Vec::new();
    for row in cells {
        let goes_on = |last: &Vec<Vec<Line>>| {
            let lines = || last.iter().filter_map(|cell| cell.last());
            let bottom = lines().map(|line| line.y).fold(0.0, f32::max);
            let near = row
                .iter()
                .flatten()
                .all(|line| line.y - bottom < 1.6 * line.size);
            let pairs = last.iter().zip(&row);
            let mut runs = pairs.filter_map(|(old, new)| Some((old.last()?, new.first()?)));
            row[0].is_empty() && !last[0].is_empty()
                || near && (filled(&row) == 1 || runs.any(|(old, new)| runs_on(old, new)))
        };
        match table.last_mut() {
            Some(last) if goes_on(last) => {
                let pairs = last.iter_mut().zip(row);
                pairs.for_each(|(cell, lines)| cell.extend(lines));
            }
            _ => table.push(row),
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::pdf::lines::rows;
    use crate::extract::pdf::lines::tests::run;

    fn read(runs: &[(&str, f32, f32)]) -> Vec<String> {
        let runs = runs
            .iter()
            .map(|(text, left, y)| run(text, *left, *y))
            .collect();
        let text = |lines: &Vec<Line>| {
            lines
                .iter()
                .map(|line| line.text.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        };
        let mut found = Vec::new();
        for part in arrange(rows(runs)) {
            match part {
                Part::Flow(lines) if lines.is_empty() => {}
                Part::Flow(lines) => found.push(text(&lines)),
                Part::Table(rows) => found.extend(
                    rows.iter()
                        .map(|row| row.iter().map(text).collect::<Vec<_>>().join(" | ")),
                ),
            }
        }
        found
    }

    #[test]
    fn lines_below_each_other_are_one_flow() {
        let found = read(&[
            ("We plan the", 50.0, 100.0),
            ("work.", 50.0, 112.0),
            ("We act.", 50.0, 124.0),
        ]);
        assert_eq!(found, ["We plan the work. We act."]);
    }

    #[test]
    fn columns_are_read_one_after_the_other() {
        let found = read(&[
            ("We plan the work of the", 50.0, 100.0),
            ("yard and we mend all", 50.0, 112.0),
            ("boats.", 50.0, 124.0),
            ("Others sell the boats in", 250.0, 105.0),
            ("the town and keep the", 250.0, 117.0),
            ("books.", 250.0, 129.0),
        ]);
        assert_eq!(
            found,
            [
                "We plan the work of the yard and we mend all boats.",
                "Others sell the boats in the town and keep the books."
            ]
        );
    }

    #[test]
    fn a_line_across_ends_the_columns() {
        let found = read(&[
            ("A title over both of the columns of text", 50.0, 80.0),
            ("Left one", 50.0, 100.0),
            ("left two", 50.0, 112.0),
            ("Right one", 150.0, 106.0),
            ("right two", 150.0, 118.0),
            ("Again a line over both of the columns", 50.0, 140.0),
        ]);
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(found[1..3], ["Left one left two", "Right one right two"]);
    }

    #[test]
    fn a_heading_below_the_columns_belongs_to_what_follows() {
        let found = read(&[
            ("Left one", 50.0, 100.0),
            ("left two", 50.0, 112.0),
            ("Right one", 150.0, 106.0),
            ("right two", 150.0, 118.0),
            ("A heading", 50.0, 150.0),
            ("A line over both of the columns", 50.0, 165.0),
        ]);
        let expected = [
            "Left one left two",
            "Right one right two",
            "A heading A line over both of the columns",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_table_is_read_row_by_row() {
        let found = read(&[
            ("Goal", 50.0, 100.0),
            ("Owner", 200.0, 100.0),
            ("Mend boats", 50.0, 115.0),
            ("Yard", 200.0, 115.0),
            ("Sell boats", 50.0, 130.0),
            ("Shop", 200.0, 130.0),
        ]);
        assert_eq!(
            found,
            ["Goal | Owner", "Mend boats | Yard", "Sell boats | Shop"]
        );
    }

    #[test]
    fn a_cell_of_several_lines_stays_in_its_row() {
        let found = read(&[
            ("Boats", 50.0, 100.0),
            ("We mend all of the boats that", 200.0, 100.0),
            ("come to us.", 200.0, 112.0),
            ("Books", 50.0, 124.0),
            ("We keep them and show them", 200.0, 124.0),
            ("to no one.", 200.0, 136.0),
        ]);
        assert_eq!(
            found,
            [
                "Boats | We mend all of the boats that come to us.",
                "Books | We keep them and show them to no one."
            ]
        );
    }

    #[test]
    fn a_label_and_its_value_are_one_line() {
        assert_eq!(
            read(&[("Grade:", 50.0, 100.0), ("Four", 200.0, 100.0)]),
            ["Grade: Four"]
        );
    }

    #[test]
    fn text_far_apart_on_one_line_is_two_cells() {
        assert_eq!(
            read(&[("Harbour Office", 50.0, 100.0), ("May 2031", 300.0, 100.0)]),
            ["Harbour Office | May 2031"]
        );
    }
}
