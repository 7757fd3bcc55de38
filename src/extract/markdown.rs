//! Markdown.
//!
//! **In:** the bytes of a Markdown file. **Out:** its clean text, and a block for each
//! heading, list item, paragraph and table cell. **Unit:** bytes of the clean text.
//!
//! The decisions that live here:
//!
//! 1. *Dropped*: front matter (YAML or TOML, its title too), link targets, images with
//!    their alternative texts, fenced code, marks of emphasis, HTML tags, comments,
//!    scripts and styles, references to footnotes.
//! 2. *Kept*: link texts, inline code, text between HTML tags, and indented code as lines,
//!    for in the wild it is mostly text that someone indented.
//! 3. *Tables*: each cell is a block; those of the head are headings.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::extract::blocks::BlockWriter;
use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use crate::extract::{decode, markup};
use crate::text::document::BlockKind;

/// The clean text of a file and its blocks.
///
/// # Errors
///
/// The reason, in words, where the bytes are not text or are more than the limit.
pub fn extract(bytes: Vec<u8>, limits: &Limits) -> Result<Extracted, String> {
    let decoded = decode::decode(bytes)?;
    let mut writer = Writer::default();
    for event in Parser::new_ext(without_front_matter(&decoded.text), options()) {
        writer.take(event);
    }
    writer.blocks.finish(decoded.encoding, limits)
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
}

/// The text behind the front matter. The parser would find such blocks anywhere, and take
/// a passage between two rules for one.
fn without_front_matter(text: &str) -> &str {
    let mut lines = text.split_inclusive('\n');
    let Some(fence) = lines.next().map(str::trim_end) else {
        return text;
    };
    let (ends, signs): (&[&str], &[char]) = match fence {
        "---" => (&["---", "..."], &[':', '#']),
        "+++" => (&["+++"], &['=', '#', '[']),
        _ => return text,
    };
    let mut inside = lines.clone().map(str::trim).filter(|line| !line.is_empty());
    if !inside
        .next()
        .is_some_and(|line| line.contains(signs) || ends.contains(&line))
    {
        return text;
    }
    let mut lines = lines.skip_while(|line| !ends.contains(&line.trim_end()));
    match lines.next() {
        // Both are slices of the same text, so what is left is its tail.
        Some(_) => &text[text.len() - lines.map(str::len).sum::<usize>()..],
        None => text,
    }
}

/// Puts the clean text together.
#[derive(Default)]
struct Writer {
    blocks: BlockWriter,
    /// What the next text is, where it is neither an item nor running text.
    kind: Option<BlockKind>,
    items: usize,
    /// Images around the place; inside of them nothing is written.
    images: usize,
    in_fence: bool,
    html: Option<String>,
}

impl Writer {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(tag) => self.end(tag),
            Event::Html(html) => match &mut self.html {
                Some(block) => block.push_str(&html),
                None => self.inline_html(&html),
            },
            Event::InlineHtml(html) => self.inline_html(&html),
            Event::Text(text) => self.write(&text),
            Event::Code(code) | Event::InlineMath(code) | Event::DisplayMath(code) => {
                self.write(&code);
            }
            Event::SoftBreak => self.write("\n"),
            Event::HardBreak => self.line_break(),
            Event::Rule => self.blocks.close(),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn begin(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } => return,
            Tag::Superscript | Tag::Subscript => return,
            Tag::Image { .. } => {
                self.images += 1;
                return;
            }
            _ => self.blocks.close(),
        }
        match tag {
            Tag::Heading { .. } | Tag::TableHead => self.kind = Some(BlockKind::Heading),
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => self.in_fence = true,
            Tag::CodeBlock(CodeBlockKind::Indented) => self.kind = Some(BlockKind::Lines),
            Tag::Item => self.items += 1,
            Tag::HtmlBlock => self.html = Some(String::new()),
            Tag::Table(_) => self.blocks.begin_table(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link => return,
            TagEnd::Superscript | TagEnd::Subscript => return,
            TagEnd::Image => {
                self.images = self.images.saturating_sub(1);
                return;
            }
            TagEnd::HtmlBlock => self.html_block(),
            _ => {}
        }
        self.blocks.close();
        match tag {
            TagEnd::CodeBlock => {
                self.in_fence = false;
                self.kind = None;
            }
            TagEnd::Heading(_) => self.kind = None,
            TagEnd::Item => self.items = self.items.saturating_sub(1),
            TagEnd::TableCell => self.blocks.end_cell(),
            TagEnd::TableHead | TagEnd::TableRow => {
                self.kind = None;
                self.blocks.end_row();
            }
            TagEnd::Table => self.blocks.end_table(),
            _ => {}
        }
    }

    /// Appends text to the open block, or opens one.
    fn write(&mut self, text: &str) {
        if self.images > 0 || self.in_fence {
            return;
        }
        let kind = self.kind.unwrap_or(match self.items {
            0 => BlockKind::Paragraph,
            _ => BlockKind::Item,
        });
        self.blocks.write(kind, text);
    }

    fn line_break(&mut self) {
        if self.images == 0 && !self.in_fence {
            self.blocks.line_break();
        }
    }

    fn inline_html(&mut self, html: &str) {
        if markup::is_line_break(html) {
            self.line_break();
        }
    }

    fn html_block(&mut self) {
        let Some(html) = self.html.take() else {
            return;
        };
        let kind = self.kind.replace(BlockKind::Lines);
        self.write(&markup::text(&html));
        self.blocks.close();
        self.kind = kind;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::document::Block;

    fn read(markdown: &str) -> Extracted {
        extract(markdown.as_bytes().to_vec(), &Limits::default()).unwrap()
    }

    fn blocks(markdown: &str) -> Vec<(BlockKind, String)> {
        let extracted = read(markdown);
        let block = |block: &Block| (block.kind, block.span.of(&extracted.text).to_owned());
        extracted.blocks.iter().map(block).collect()
    }

    fn texts(markdown: &str) -> Vec<String> {
        blocks(markdown).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn headings_items_and_paragraphs_are_told_apart() {
        let found = blocks("# The team\n\nWe plan.\n\n- Leads\n- Guides\n");
        let expected = [
            (BlockKind::Heading, "The team"),
            (BlockKind::Paragraph, "We plan."),
            (BlockKind::Item, "Leads"),
            (BlockKind::Item, "Guides"),
        ];
        assert_eq!(found, expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn a_nested_item_is_an_item_of_its_own() {
        assert_eq!(
            texts("- Lead\n  - a team\n  - a budget\n"),
            ["Lead", "a team", "a budget"]
        );
    }

    #[test]
    fn a_loose_list_has_items_too() {
        let found = blocks("1. Lead\n\n2. Guide\n");
        assert!(
            found.iter().all(|(kind, _)| *kind == BlockKind::Item),
            "{found:?}"
        );
    }

    #[test]
    fn yaml_front_matter_is_dropped() {
        assert_eq!(
            read("---\ntitle: Planner\n---\nWe plan.\n").text,
            "We plan."
        );
    }

    #[test]
    fn toml_front_matter_is_dropped() {
        assert_eq!(
            read("+++\ntitle = \"Planner\"\n+++\nWe plan.\n").text,
            "We plan."
        );
    }

    #[test]
    fn text_between_two_rules_is_no_front_matter() {
        assert_eq!(
            texts("---\n\nWe plan.\n\n---\n\nWe act.\n"),
            ["We plan.", "We act."]
        );
    }

    #[test]
    fn a_link_keeps_its_text_and_loses_its_target() {
        assert_eq!(
            read("See [our plan](https://x.org/plan).").text,
            "See our plan."
        );
    }

    #[test]
    fn an_image_leaves_nothing() {
        assert_eq!(texts("![a bold vision](x.png)\n\nWe plan."), ["We plan."]);
    }

    #[test]
    fn emphasis_and_code_marks_are_dropped() {
        assert_eq!(
            read("A **bold** and *clear* `plan`.").text,
            "A bold and clear plan."
        );
    }

    #[test]
    fn cells_of_a_table_do_not_run_together() {
        let found = read("| Goal | Owner |\n|---|---|\n| Plan | Ann |\n| Grow | |\n");
        assert_eq!(found.text, "Goal\tOwner\nPlan\tAnn\nGrow\t\n");
    }

    #[test]
    fn cells_of_a_head_are_headings() {
        let found = blocks("| Goal |\n|---|\n| Plan |\n");
        assert_eq!(found[0].0, BlockKind::Heading);
        assert_eq!(found[1].0, BlockKind::Paragraph);
    }

    #[test]
    fn fenced_code_is_dropped() {
        assert_eq!(
            texts("We plan.\n\n```\nlet plan = 1;\n```\n\nWe act."),
            ["We plan.", "We act."]
        );
    }

    #[test]
    fn indented_text_is_kept_as_lines() {
        let found = blocks("We plan.\n\n    We act.\n");
        assert_eq!(found[1], (BlockKind::Lines, "We act.".to_owned()));
    }

    #[test]
    fn html_tags_are_stripped_and_their_text_is_kept() {
        assert_eq!(
            texts("<div>\n<p>We <b>plan</b>.</p>\n</div>\n"),
            ["We plan."]
        );
    }

    #[test]
    fn comments_are_dropped() {
        assert_eq!(texts("<!-- our\nvision -->\n\nWe plan."), ["We plan."]);
    }

    #[test]
    fn a_hard_break_is_a_line_break() {
        let found = blocks("We plan  \nWe act<br>We learn");
        assert_eq!(
            found,
            [(BlockKind::Lines, "We plan\nWe act\nWe learn".to_owned())]
        );
    }

    #[test]
    fn bullets_that_markdown_does_not_know_make_lines() {
        assert_eq!(blocks("• Leads\n• Guides")[0].0, BlockKind::Lines);
    }

    #[test]
    fn a_paragraph_that_someone_underlined_is_no_heading() {
        let long = "We plan and we act. ".repeat(20);
        assert_eq!(blocks(&format!("{long}\n---\n"))[0].0, BlockKind::Paragraph);
    }

    #[test]
    fn entities_are_read() {
        assert_eq!(read("Plan &amp; act").text, "Plan & act");
    }

    proptest! {
        #[test]
        fn blocks_are_in_order_and_cover_all_that_is_not_white_space(
            text in "([-*#>|`<>\\[\\]()!&; \n\t1.a•é_~+]|<p>|<!--|-->|\\| \\||---|\\[\\^a\\]:?|  \n){0,60}"
        ) {
            let extracted = read(&format!("x{text}"));
            let mut at = 0;
            for block in &extracted.blocks {
                prop_assert!(block.span.start as usize >= at);
                prop_assert!(extracted.text[at..block.span.start as usize].trim().is_empty());
                prop_assert!(!block.span.of(&extracted.text).trim().is_empty());
                at = block.span.end as usize;
            }
            prop_assert!(extracted.text[at..].trim().is_empty());
        }

        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = extract(bytes, &Limits::default());
        }
    }
}
