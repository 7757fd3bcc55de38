//! Page headers and footers, taken out.
//!
//! **In:** the rows of all pages. **Out:** the same without what the pages repeat.
//! **Unit:** points.
//!
//! The decisions that live here:
//!
//! 1. *A header or footer* is a line in the first or last [`ZONE`] of the height of a page
//!    that another page has too, at the same height and in the same words; numbers count
//!    as the same, for pages and dates.
//! 2. In a long document it must be on three pages: a table that happens to end with the
//!    same line twice is kept.
//! 3. *From the edge inwards*: behind the first row of a page in which nothing repeats there
//!    is no header.
//! 4. *A page number alone* in the outermost row goes in any case.
//! 5. *Pages that are nothing but what they repeat* keep it: forms and lists printed a line a page.

use std::collections::{HashMap, HashSet};

use super::lines::Line;

/// The part of the height of a page where headers are, and again where footers are.
const ZONE: f32 = 0.14;

/// Heights are compared in steps of these points.
const STEP: f32 = 6.0;

/// From this many pages on, twice may be chance.
const LONG: usize = 8;

/// A page's rows and its height.
pub(super) type PageRows = (Vec<Vec<Line>>, f32);

/// What makes two lines of two pages the same: the words, the step of the height from the
/// nearer edge, and which edge.
type Key = (String, i64, bool);

/// Take out what repeats at the edges of the pages. Where nothing else is on them it stays, unless they are
/// `scans`, whose words are in the images.
pub(super) fn drop_repeated(pages: &mut [PageRows], scans: bool) {
    let least = if pages.len() > LONG { 3 } else { 2 };
    let mut on_pages: HashMap<Key, usize> = HashMap::new();
    for (rows, height) in pages.iter() {
        let lines = rows.iter().flatten();
        let keys: HashSet<Key> = lines.filter_map(|line| key(line, *height)).collect();
        for (words, step, top) in keys {
            *on_pages.entry((words, step, top)).or_default() += 1;
        }
    }
    let repeats = |(words, step, top): Key| {
        // A line on the border of two steps may be on either side of it.
        let on = |step| {
            on_pages
                .get(&(words.clone(), step, top))
                .copied()
                .unwrap_or(0)
        };
        on(step) + on(step - 1).max(on(step + 1)) >= least
    };
    let mut gone = Vec::with_capacity(pages.len());
    for (rows, height) in pages.iter_mut() {
        let mut dropped = Vec::new();
        let goes = |line: &Line, outermost: bool, top: bool| match key(line, *height) {
            Some(key) if outermost && key.2 == top && is_page_number(&line.text) => true,
            Some(key) => repeats(key),
            None => false,
        };
        drop_from_edge(rows.iter_mut(), &mut dropped, |line, outermost| {
            goes(line, outermost, true)
        });
        drop_from_edge(rows.iter_mut().rev(), &mut dropped, |line, outermost| {
            goes(line, outermost, false)
        });
        rows.retain(|row| !row.is_empty());
        gone.push(dropped);
    }
    if !scans && pages.iter().all(|(rows, _)| rows.is_empty()) {
        for ((rows, _), mut dropped) in pages.iter_mut().zip(gone) {
            dropped.retain(|row| !row.iter().all(|line| is_page_number(&line.text)));
            dropped.sort_by(|a, b| a[0].y.total_cmp(&b[0].y));
            *rows = dropped;
        }
    }
}

/// Moves what goes into `dropped`, row by row, until the first row of which nothing does. `goes` is also told
/// whether the row is the outermost.
fn drop_from_edge<'a>(
    rows: impl Iterator<Item = &'a mut Vec<Line>>,
    dropped: &mut Vec<Vec<Line>>,
    goes: impl Fn(&Line, bool) -> bool,
) {
    for (at, row) in rows.enumerate() {
        let some: Vec<Line> = row.extract_if(.., |line| goes(line, at == 0)).collect();
        if some.is_empty() {
            break;
        }
        dropped.push(some);
    }
}

/// The key of a line at an edge; `None` for one in the middle of the page.
fn key(line: &Line, height: f32) -> Option<Key> {
    let (above, below) = (line.y, height - line.y);
    let from_edge = above.min(below);
    let words = line.text.chars().filter(|c| !c.is_whitespace());
    let number = |c: char| if c.is_numeric() { '0' } else { c };
    let mut same: String = words.flat_map(char::to_lowercase).map(number).collect();
    // Page 9 and page 10 are one line.
    while same.contains("00") {
        same = same.replace("00", "0");
    }
    (from_edge < ZONE * height).then(|| (same, (from_edge / STEP) as i64, above < below))
}

/// `7`, `- 7 -`, `Page 7`, `7 of 12`, `7/12`, `vii`.
fn is_page_number(text: &str) -> bool {
    let text = text.to_lowercase();
    let text =
        text.trim_matches(|c: char| c == '-' || c == '–' || c == '|' || c == '.' || c == ' ');
    let text = text.strip_prefix("page").unwrap_or(text).trim_start();
    let number =
        |text: &str| (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text
        .split([' ', '/', '|'])
        .filter(|part| !part.is_empty())
        .collect();
    match parts.as_slice() {
        [one] => {
            number(one) || one.len() <= 5 && one.bytes().all(|b| matches!(b, b'i' | b'v' | b'x'))
        }
        [one, two] => number(one) && number(two) && !text.contains(' '),
        [one, "of", two] => number(one) && number(two),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::pdf::lines::rows;
    use crate::extract::pdf::lines::tests::run;

    fn kept(pages: &[&[(&str, f32)]]) -> Vec<Vec<String>> {
        let page = |lines: &&[(&str, f32)]| {
            let runs = lines.iter().map(|(text, y)| run(text, 50.0, *y)).collect();
            (rows(runs), 800.0)
        };
        let mut pages: Vec<PageRows> = pages.iter().map(page).collect();
        drop_repeated(&mut pages, false);
        let texts = |(rows, _): &PageRows| rows.iter().flatten().map(|l| l.text.clone()).collect();
        pages.iter().map(texts).collect()
    }

    #[test]
    fn a_header_on_two_pages_is_dropped() {
        let pages = kept(&[
            &[("Staff guide 1", 30.0), ("We plan.", 300.0)],
            &[("Staff guide 2", 31.0)],
        ]);
        assert_eq!(pages, [vec!["We plan.".to_owned()], vec![]]);
    }

    #[test]
    fn a_footer_is_dropped_and_a_lone_page_number_too() {
        let pages = kept(&[
            &[
                ("We plan.", 300.0),
                ("Printed in May", 780.0),
                ("3 of 9", 790.0),
            ],
            &[("Printed in May", 780.0)],
        ]);
        assert_eq!(pages.concat(), ["We plan."]);
    }

    #[test]
    fn pages_that_only_repeat_themselves_keep_their_words() {
        let pages = kept(&[
            &[("Aims of depot 1", 30.0), ("1", 790.0)],
            &[("Aims of depot 2", 30.0), ("2", 790.0)],
        ]);
        assert_eq!(pages.concat(), ["Aims of depot 1", "Aims of depot 2"]);
    }

    #[test]
    fn a_number_inside_of_the_page_is_kept() {
        assert_eq!(
            kept(&[&[("Grades", 30.0), ("55", 60.0)]]).concat(),
            ["Grades", "55"]
        );
    }

    #[test]
    fn a_line_in_the_middle_may_repeat() {
        assert_eq!(
            kept(&[&[("We plan.", 400.0)], &[("We plan.", 400.0)]])
                .concat()
                .len(),
            2
        );
    }

    #[test]
    fn a_line_at_another_height_is_no_header() {
        assert_eq!(
            kept(&[&[("We plan.", 30.0)], &[("We plan.", 70.0)]])
                .concat()
                .len(),
            2
        );
    }

    #[test]
    fn a_single_page_keeps_its_letterhead() {
        assert_eq!(
            kept(&[&[("Harbour Office", 30.0)]]).concat(),
            ["Harbour Office"]
        );
    }

    #[test]
    fn twice_in_a_long_document_is_chance() {
        let mut pages: Vec<&[(&str, f32)]> = vec![&[("Our aims", 30.0)]; 2];
        pages.extend(vec![&[] as &[(&str, f32)]; 10]);
        assert_eq!(kept(&pages).concat().len(), 2);
    }
}
