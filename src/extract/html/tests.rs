//! What is read of pages.

use proptest::prelude::*;

use super::*;
use crate::text::document::Block;

fn page(body: &str) -> Extracted {
    let page = format!("<!doctype html><title>Jobs</title><body>{body}</body>");
    extract(page.into_bytes(), &Limits::default()).unwrap()
}

fn blocks(body: &str) -> Vec<(BlockKind, String)> {
    let extracted = page(body);
    let block = |block: &Block| (block.kind, block.span.of(&extracted.text).to_owned());
    extracted.blocks.iter().map(block).collect()
}

fn texts(body: &str) -> Vec<String> {
    blocks(body).into_iter().map(|(_, text)| text).collect()
}

fn kinds(body: &str) -> Vec<BlockKind> {
    blocks(body).into_iter().map(|(kind, _)| kind).collect()
}

fn reason(page: &str, limits: &Limits) -> String {
    extract(page.as_bytes().to_vec(), limits).unwrap_err()
}

/// Prose of more letters than a page needs to say something.
fn prose() -> String {
    "We plan the week, we lead a team of nine and we learn from what went wrong. ".repeat(8)
}

use BlockKind::{Heading, Item, Lines, Paragraph};

#[test]
fn headings_items_and_paragraphs_are_told_apart() {
    let found = kinds("<h2>The team</h2><p>We plan.</p><ul><li>Lead<li>Guide</ul>");
    assert_eq!(found, [Heading, Paragraph, Item, Item]);
}

#[test]
fn line_ends_of_the_source_mean_nothing() {
    assert_eq!(
        texts("<p>We plan\n   the&nbsp; week.</p>"),
        ["We plan the week."]
    );
}

#[test]
fn blank_lines_inside_a_text_are_meant() {
    assert_eq!(
        blocks("<p>Duties\n\nYou plan\nthe week.\n \nYou act,\n\nthen you learn.</p>\n\n"),
        [(
            Lines,
            "Duties\n\nYou plan the week.\n\nYou act, then you learn.".to_owned()
        )]
    );
}

#[test]
fn divs_are_paragraphs() {
    assert_eq!(
        texts("<div>We plan.<div>We act.</div>We learn.</div>"),
        ["We plan.", "We act.", "We learn."]
    );
}

#[test]
fn line_breaks_make_lines() {
    assert_eq!(
        blocks("Duties<br>Plan<br/>Lead"),
        [(Lines, "Duties\nPlan\nLead".to_owned())]
    );
}

#[test]
fn a_line_break_at_the_end_makes_no_lines() {
    assert_eq!(kinds("<p>We plan.<br></p>"), [Paragraph]);
}

#[test]
fn a_nested_item_is_an_item_of_its_own() {
    assert_eq!(
        texts("<ul><li>Lead<ul><li>a team</ul><li><p>Plan</p></ul>"),
        ["Lead", "a team", "Plan"]
    );
}

#[test]
fn a_line_of_an_item_that_begins_anew_is_an_item() {
    assert_eq!(
        texts("<ul><li>Plan the week<br>Lead the team<br>and the shop</ul>"),
        ["Plan the week", "Lead the team and the shop"]
    );
}

#[test]
fn a_definition_is_an_item_under_its_term() {
    assert_eq!(
        kinds("<dl><dt>Place</dt><dd>Leeds</dd></dl>"),
        [Heading, Item]
    );
}

#[test]
fn a_bold_line_that_stands_alone_is_a_heading() {
    assert_eq!(
        kinds("<p><b>Your tasks</b></p><p>You plan the week.</p><b>Your gains</b><br>You learn."),
        [Heading, Paragraph, Heading, Paragraph]
    );
}

#[test]
fn a_few_words_over_a_list_are_its_heading() {
    assert_eq!(
        kinds("<p>Time off</p><ul><li>Plan</ul><p>Time off</p><p>Plan</p>"),
        [Heading, Item, Paragraph, Paragraph]
    );
}

#[test]
fn a_sentence_over_a_list_is_a_paragraph() {
    assert_eq!(
        kinds("<p>You plan.</p><ul><li>Lead</ul>"),
        [Paragraph, Item]
    );
}

#[test]
fn signs_alone_are_no_text() {
    assert_eq!(
        texts("<p>* * *</p><p>We plan.</p><p>&lt; &gt;</p>"),
        ["We plan."]
    );
}

#[test]
fn a_bold_sentence_is_a_paragraph() {
    assert_eq!(
        kinds("<p><b>You plan.</b></p><p>You act and you learn.</p>")[0],
        Paragraph
    );
}

#[test]
fn bold_means_nothing_where_all_is_bold() {
    assert_eq!(
        kinds("<b><p>You plan</p><p>You act</p></b>"),
        [Paragraph; 2]
    );
}

#[test]
fn bold_by_style_is_bold() {
    let body = "<p style='font-weight:700'>Your tasks</p><p>You plan the week.</p>";
    assert_eq!(kinds(body)[0], Heading);
}

#[test]
fn preformatted_lines_are_lines() {
    assert_eq!(
        blocks("<pre>Tasks:\n  - plan\n  - act\n</pre>"),
        [(Lines, "Tasks:\n  - plan\n  - act".to_owned())]
    );
}

#[test]
fn scripts_styles_and_pictures_hold_no_text() {
    let body =
        "<script>plan()</script><style>p{}</style><img alt='vision'><svg><text>x</text></svg>
        <noscript>Change your browser</noscript><p>We plan.</p>";
    assert_eq!(texts(body), ["We plan."]);
}

#[test]
fn chrome_is_left_out() {
    let chrome = "<header><p>Acme, your partner</p></header><nav><a href=/>Home</a></nav>
        <aside>Other news of the week</aside><form><label>Your name</label></form>
        <div id=cookie-banner>We use cookies.</div><div role=dialog>Sign up now.</div>
        <footer>All rights reserved</footer>";
    assert_eq!(
        texts(&format!("{chrome}<p>{0}</p>", prose())),
        [prose().trim()]
    );
}

#[test]
fn hidden_elements_are_left_out() {
    let hidden = "<p hidden>One</p><p style='display: none'>Two</p><p aria-hidden=true>Three</p>";
    assert_eq!(
        texts(&format!("{hidden}<p>{}</p>", prose())),
        [prose().trim()]
    );
}

#[test]
fn lists_of_short_links_are_left_out() {
    let menu = "<div><a href=1>Home</a> <a href=2>Jobs</a> <a href=3>News</a></div>";
    assert_eq!(texts(&format!("{menu}<p>We plan.</p>")), ["We plan."]);
}

#[test]
fn a_link_in_a_sentence_stays() {
    assert_eq!(
        texts("<p>See <a href=x>our plan</a>.</p>"),
        ["See our plan."]
    );
}

#[test]
fn a_page_that_is_one_form_is_read() {
    assert_eq!(
        texts("<form><p>We plan.</p><input value=x></form>"),
        ["We plan."]
    );
}

#[test]
fn a_page_whose_text_is_hidden_is_read() {
    assert_eq!(
        texts("<div style='display:none'>We plan.</div><p>Hi</p>").len(),
        2
    );
}

#[test]
fn the_head_of_an_article_is_no_chrome() {
    let body = format!(
        "<article><header><h1>Planner</h1></header><p>{}</p></article>",
        prose()
    );
    assert_eq!(kinds(&body), [Heading, Paragraph]);
}

#[test]
fn the_head_of_a_page_stays_if_it_holds_the_title() {
    let body = format!(
        "<header><h1>Planner</h1><p>Leeds</p></header><p>{}</p>",
        prose()
    );
    assert_eq!(texts(&body)[..2], ["Planner", "Leeds"]);
}

#[test]
fn main_is_read_where_it_holds_most() {
    let body = format!("<div>Tell a friend.</div><main><p>{}</p></main>", prose());
    assert_eq!(texts(&body), [prose().trim()]);
}

#[test]
fn main_is_not_all_where_it_holds_little() {
    let body = format!("<main><p>Loading</p></main><p>{}</p>", prose());
    assert_eq!(texts(&body).len(), 2);
}

#[test]
fn an_article_does_not_hide_as_much_beside_it() {
    let body = format!("<article><p>{0}</p></article><div>{0}</div>", prose());
    assert_eq!(texts(&body).len(), 2);
}

#[test]
fn cells_do_not_run_together() {
    let table = "<table><tr><th>Goal<th>Owner<tr><td>Plan<td>Ann<tr><td>Grow<td></table>";
    assert_eq!(page(table).text, "Goal\tOwner\nPlan\tAnn\nGrow\t\n");
}

#[test]
fn heads_of_a_table_are_headings() {
    let found = kinds("<table><tr><th>Goal<th>Owner<tr><td>Plan<td>Ann</table>");
    assert_eq!(found, [Heading, Heading, Paragraph, Paragraph]);
}

#[test]
fn a_caption_stands_over_its_table() {
    let table = "<table><caption>Aims</caption><tr><td>a<td>b<tr><td>c<td>d</table>";
    assert_eq!(page(table).text, "Aims\na\tb\nc\td\n");
}

#[test]
fn a_table_for_the_layout_is_text() {
    let table = "<table><tr><td><h1>Planner</h1><p>We plan.</p><td><ul><li>Lead</ul></table>";
    assert_eq!(kinds(table), [Heading, Paragraph, Item]);
}

#[test]
fn words_that_only_their_elements_part_are_parted() {
    let body =
        "<p><span>Full time</span><span>Leeds</span></p><p><a href=1>One</a><a href=2>two</a></p>";
    assert_eq!(texts(body), ["Full time Leeds", "One two"]);
}

#[test]
fn emphasis_inside_a_word_parts_nothing() {
    assert_eq!(
        texts("<p><b>P</b>lan and <i>re</i><b>Plan</b></p>"),
        ["Plan and rePlan"]
    );
}

#[test]
fn soft_hyphens_are_dropped() {
    assert_eq!(texts("<p>plan&shy;ning&#8203;s</p>"), ["plannings"]);
}

#[test]
fn a_button_is_no_text_but_in_a_heading() {
    let body = format!(
        "<h2><button>Tasks</button></h2><p>{}</p><button>Apply</button>",
        prose()
    );
    assert_eq!(kinds(&body), [Heading, Paragraph]);
}

#[test]
fn items_of_a_word_processor_are_items() {
    let body = "<p class=MsoListParagraph><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>Plan</p>";
    assert_eq!(blocks(body), [(Item, "Plan".to_owned())]);
}

#[test]
fn a_page_without_text_is_told_by_its_data() {
    let data = r#"<script type="application/ld+json">{"@type": "JobPosting", "title": "Planner",
        "description": "<p>You plan.</p><ul><li>Lead a team</li></ul>"}</script>"#;
    assert_eq!(
        kinds(&format!("<div id=app>Loading</div>{data}")),
        [Heading, Paragraph, Item]
    );
}

#[test]
fn escaped_data_are_read_as_html() {
    let data = r#"<script type="application/ld+json">{"@type": "JobPosting",
        "description": "&lt;p&gt;You plan &amp;amp; act.&lt;/p&gt;"}</script>"#;
    assert_eq!(texts(data), ["You plan & act."]);
}

#[test]
fn data_add_nothing_to_a_page_with_text() {
    let data = r#"<script type="application/ld+json">{"@type": "JobPosting", "description": "x"}</script>"#;
    assert_eq!(
        texts(&format!("<p>{}</p>{data}", prose())),
        [prose().trim()]
    );
}

#[test]
fn a_page_without_text_fails() {
    let limits = Limits::default();
    assert_eq!(
        reason("<html><body><img src=x></body>", &limits),
        "no text in the page"
    );
}

#[test]
fn a_file_without_markup_is_lines() {
    let extracted = extract(b"Tasks:\nPlan".to_vec(), &Limits::default()).unwrap();
    assert_eq!(extracted.blocks[0].kind, Lines);
}

#[test]
fn unclosed_tags_lose_no_text() {
    assert_eq!(
        texts("<div><p><b>We <i>plan</div>and act <a href='x").join(" "),
        "We plan and act"
    );
}

#[test]
fn elements_nested_too_deep_are_refused() {
    let page = "<div>".repeat(200_000);
    let expected = "its elements are nested more than 512 deep, the limit";
    assert_eq!(reason(&page, &Limits::default()), expected);
}

#[test]
fn open_emphasis_does_not_multiply() {
    let open: String = (0..400).map(|n| format!("<font size={n}>")).collect();
    let page = format!("{open}{}", "</p><p>x".repeat(100_000));
    let limits = Limits {
        unpacked: 8 << 20,
        ..Limits::default()
    };
    assert_eq!(
        reason(&page, &limits),
        "holds more than 8 MiB when unpacked, the limit"
    );
}

#[test]
fn many_entities_are_read() {
    assert_eq!(page(&"a&amp;".repeat(100_000)).text.len(), 200_000);
}

#[test]
fn a_huge_attribute_is_no_text() {
    let body = format!("<img src='data:{}'><p>We plan.</p>", "x".repeat(2 << 20));
    assert_eq!(texts(&body), ["We plan."]);
}

#[test]
fn a_nul_is_no_page() {
    let reason = reason("<p>We\0plan.</p>", &Limits::default());
    assert_eq!(reason, "binary file (NUL byte at 5)");
}

#[test]
fn utf16_is_read() {
    let bytes = "<html><p>We plan.</p>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(bytes).collect();
    assert!(magic(&bytes));
    assert_eq!(extract(bytes, &Limits::default()).unwrap().text, "We plan.");
}

#[test]
fn a_page_is_known_by_its_start() {
    for start in [
        "\u{feff} <!DOCTYPE HTML PUBLIC '-//W3C'>",
        "<!-- saved -->\n<html lang=en>",
        "<?xml version='1.0'?><html>",
    ] {
        assert!(magic(start.as_bytes()), "{start}");
    }
}

#[test]
fn other_texts_are_no_pages() {
    for start in ["<htmlx>", "<p>We plan.", "# <html>", "<!-- html", ""] {
        assert!(!magic(start.as_bytes()), "{start}");
    }
}

proptest! {
    #[test]
    fn blocks_are_in_order_and_cover_all_that_is_not_white_space(
        body in "([a-cA é.\n&;]|<p>|</p>|<b>|</b>|<div>|</div>|<li>|<ul>|</ul>|<table>|<tr>|<td>|<th>|</table>|<br>|<a href=x>|</a>|<span>|</span>|<pre>|</pre>|<h1>|</h1>|<caption>|<form>|<header>|<template>|<select>|<svg>|</svg>){0,60}"
    ) {
        let Ok(extracted) = extract(format!("<html>x{body}").into_bytes(), &Limits::default()) else {
            return Ok(());
        };
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

    #[test]
    fn any_markup_is_taken(page in "[<>/!a-d&;='\" \n-]{0,200}") {
        let _ = extract(page.into_bytes(), &Limits::default());
    }
}
