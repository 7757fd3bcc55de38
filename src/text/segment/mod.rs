//! Splits a text into units: sentences, list items, headings.
//!
//! **In:** a text and what its format says of its layout ([`Block`]s). **Out:**
//! [`Unit`]s in order, disjoint, not empty. **Unit:** bytes of the text.
//!
//! Two steps, in this order, because a full stop means little where a line end means
//! much: [`layout`] settles which lines belong together and which are headings or
//! items; [`splitter`] then splits inside one such block (full stops: [`endings`], lost line ends:
//! [`glue`], headings and columns inside a line: [`inline`]). Decisions that live here:
//!
//! 1. *A symbol that marks an item (`-`, `•`, `*`, the circle `o`) is no part of the
//!    unit; a number or letter (`1.`, `b)`) is.*
//! 2. *Prefer joined to torn*: without a reason to cut there is no cut.
//! 3. *Every letter and digit of the text is in some unit* (the circle `o` aside).

mod bytes;
mod endings;
mod glue;
mod headings;
mod inline;
mod layout;
mod lines;
mod short_forms;
mod splitter;
mod table;
mod words;

use crate::text::document::{Block, BlockKind, Unit, UnitKind};

use splitter::Splitter;

/// Split `text` into units; clears and fills `units`.
///
/// `blocks` are what an extractor knows of the layout, in order and disjoint; text
/// outside them is passed over. Without blocks the whole text is one of
/// [`BlockKind::Lines`]. The kinds given are sentence, bullet and heading; boilerplate is
/// recognised later, by its words (see `boilerplate`).
///
/// Any text will do; an empty one has no units.
pub fn segment(text: &str, blocks: &[Block], units: &mut Vec<Unit>) {
    units.clear();
    if blocks.is_empty() {
        layout::segment_lines(text, 0, text.len(), units);
    }
    for block in blocks {
        let range = block.span.range();
        match block.kind {
            BlockKind::Lines => layout::segment_lines(text, range.start, range.end, units),
            BlockKind::Paragraph => {
                Splitter::new(text, units).split(range.start, range.end, UnitKind::Sentence, 0)
            }
            BlockKind::Item => {
                Splitter::new(text, units).split(range.start, range.end, UnitKind::Bullet, 0)
            }
            BlockKind::Heading => {
                Splitter::new(text, units).whole(range.start, range.end, UnitKind::Heading)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::Span;
    use proptest::prelude::*;

    fn units(text: &str, blocks: &[Block]) -> Vec<Unit> {
        let mut units = Vec::new();
        segment(text, blocks, &mut units);
        units
    }

    fn block(text: &str, part: &str, kind: BlockKind) -> Block {
        let start = text.find(part).unwrap();
        Block {
            span: Span::new(start, start + part.len()),
            kind,
        }
    }

    #[test]
    fn an_empty_text_has_no_units() {
        assert_eq!(units(" \n\t\n", &[]), []);
    }

    #[test]
    fn signs_alone_are_no_unit() {
        assert_eq!(units("---\n***\n•", &[]), []);
    }

    #[test]
    fn line_ends_mean_nothing_in_a_paragraph() {
        let text = "Sweep\nThe Yard\n- daily.";
        let found = units(text, &[block(text, text, BlockKind::Paragraph)]);
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn every_sentence_of_an_item_is_a_bullet() {
        let text = "Sweep it. Mop it.";
        let found = units(text, &[block(text, text, BlockKind::Item)]);
        assert!(found.len() == 2 && found.iter().all(|unit| unit.kind == UnitKind::Bullet));
    }

    #[test]
    fn a_heading_block_is_one_heading_whatever_it_says() {
        let text = "We mend boats. We sell boats.";
        let found = units(text, &[block(text, text, BlockKind::Heading)]);
        assert!(found.len() == 1 && found[0].kind == UnitKind::Heading);
    }

    #[test]
    fn text_between_blocks_is_passed_over() {
        let text = "menu We mend boats. footer";
        let found = units(text, &[block(text, "We mend boats.", BlockKind::Paragraph)]);
        assert_eq!(found[0].span.of(text), "We mend boats.");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn many_headings_in_a_row_do_not_exhaust_the_stack() {
        let text = "Skills".repeat(200_000);
        assert!(units(&text, &[]).len() > 1);
    }

    #[test]
    fn long_runs_without_blanks_take_no_longer_than_others() {
        for piece in [")A", "aB", "1)", ".'", "é.A", "a:B", " - A", "..", "• "] {
            units(&piece.repeat(100_000), &[]);
        }
    }

    /// Texts of the pieces that rules look for, so that they meet in every order.
    fn texts() -> impl Strategy<Value = String> {
        let pieces = [
            "Skills",
            "What You'll Do",
            "work",
            "Ability",
            "SQL",
            "e.g",
            "U.S",
            "Inc",
            "Mr",
            "a",
            "I",
            "12",
            "2",
            ".",
            ".",
            "!",
            "?",
            ":",
            ")",
            "(",
            " ",
            " ",
            " ",
            "  ",
            "   ",
            "\n",
            "\n\n",
            "\r\n",
            "\t",
            "- ",
            "-",
            "• ",
            "·",
            "–",
            "— ",
            "* ",
            "#",
            "# ",
            "o ",
            "1.",
            "2)",
            "a)",
            "\"",
            "'",
            "“",
            "”",
            "…",
            "。",
            "é",
            "ß",
            "国",
            "🙂",
            "\u{a0}",
            "\u{200b}",
            "\u{feff}",
            "['",
            "', '",
            "']",
            "http://x.y",
            "a@b.c",
            ":)",
            "_",
            "**",
            "|",
            "\u{f0b7}",
        ];
        proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..40)
            .prop_map(|parts| parts.concat())
    }

    fn check_laws(text: &str, found: &[Unit]) -> Result<(), TestCaseError> {
        let mut last = 0;
        for unit in found {
            let range = unit.span.range();
            prop_assert!(last <= range.start && range.start < range.end && range.end <= text.len());
            prop_assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
            prop_assert_eq!(unit.span.of(text).trim(), unit.span.of(text));
            last = range.end;
        }
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
            let held = found.iter().any(|unit| unit.span.range().contains(&at));
            let circle = c == 'o' && text[at + 1..].starts_with(char::is_whitespace);
            prop_assert!(held || circle, "{:?} at {} is in no unit", c, at);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn units_are_ordered_disjoint_and_hold_every_letter(text in texts()) {
            check_laws(&text, &units(&text, &[]))?;
        }

        #[test]
        fn the_laws_hold_for_any_text(text in "\\PC{0,60}") {
            check_laws(&text, &units(&text, &[]))?;
        }

        #[test]
        fn the_laws_hold_in_every_kind_of_block(text in texts(), kind in 0..4_usize) {
            let kinds = [BlockKind::Heading, BlockKind::Item, BlockKind::Paragraph, BlockKind::Lines];
            let whole = Block { span: Span::new(0, text.len()), kind: kinds[kind] };
            check_laws(&text, &units(&text, &[whole]))?;
        }
    }
}
