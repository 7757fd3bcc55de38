//! Tags out of bits of HTML that stand in other formats.
//!
//! **In:** a piece of HTML. **Out:** its text. **Unit:** bytes.
//!
//! The decisions that live here: which tags end a line, which elements hold no text, and
//! that an unclosed `<` is a character. It reads what Markdown files hold, not pages.

/// Elements that begin and end a line.
const LINES: &[&str] = &[
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "tr",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "blockquote",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "details",
    "summary",
    "center",
    "pre",
];

/// Elements whose content is no text.
const SILENT: &[&str] = &["script", "style", "template", "svg", "iframe", "noscript"];

/// True for a tag that breaks a line.
pub(super) fn is_line_break(tag: &str) -> bool {
    name(tag.strip_prefix('<').unwrap_or("")).eq_ignore_ascii_case("br")
}

/// The text of a piece of HTML: no tags, no comments, no scripts; blank lines are dropped.
pub(super) fn text(html: &str) -> String {
    let mut raw = String::with_capacity(html.len());
    // Behind the last `>` no tag begins; looking for its end at each `<` would take long.
    let (mut rest, tail) = html.split_at(html.rfind('>').map_or(0, |i| i + 1));
    while let Some(start) = rest.find('<') {
        raw.push_str(&rest[..start]);
        rest = after_tag(&rest[start..], &mut raw);
    }
    raw.push_str(rest);
    raw.push_str(tail);
    let raw = unescape(&raw);
    let lines: Vec<&str> = raw
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

/// What follows the tag, comment or silent element that begins `html`; writes the white
/// space that it stands for.
fn after_tag<'h>(html: &'h str, raw: &mut String) -> &'h str {
    if let Some(comment) = html.strip_prefix("<!--") {
        return comment.split_once("-->").map_or("", |(_, after)| after);
    }
    let name = name(&html[1..]);
    let is_tag = !name.is_empty() || html[1..].starts_with(['!', '?']);
    let Some(end) = html.find('>').filter(|_| is_tag) else {
        raw.push('<');
        return &html[1..];
    };
    let listed = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    if listed(LINES) {
        raw.push('\n');
    } else if name.eq_ignore_ascii_case("td") || name.eq_ignore_ascii_case("th") {
        raw.push('\t');
    }
    let after = &html[end + 1..];
    if html.starts_with("</") || !listed(SILENT) {
        return after;
    }
    closing(after, name).unwrap_or("")
}

/// The name of the element whose tag begins `tag` (behind `<`).
fn name(tag: &str) -> &str {
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    match tag.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => {
            &tag[..tag
                .find(|c: char| !c.is_ascii_alphanumeric())
                .unwrap_or(tag.len())]
        }
        false => "",
    }
}

/// From the closing tag of the element `element` on.
fn closing<'h>(html: &'h str, element: &str) -> Option<&'h str> {
    let closes = |&(at, _): &(usize, &str)| name(&html[at + 1..]).eq_ignore_ascii_case(element);
    html.match_indices("</")
        .find(closes)
        .map(|(at, _)| &html[at..])
}

/// The entities that texts hold.
const ENTITIES: &[(&str, &str)] = &[
    ("&nbsp;", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&rsquo;", "’"),
    ("&lsquo;", "‘"),
    ("&rdquo;", "”"),
    ("&ldquo;", "“"),
    ("&ndash;", "–"),
    ("&mdash;", "—"),
    ("&bull;", "•"),
    ("&hellip;", "…"),
    ("&amp;", "&"),
];

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let replace =
        |text: String, &(entity, character): &(&str, &str)| text.replace(entity, character);
    ENTITIES.iter().fold(text.to_owned(), replace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_of_lines_end_lines() {
        assert_eq!(text("<ul><li>Plan</li><li>Act</li></ul>"), "Plan\nAct");
    }

    #[test]
    fn scripts_hold_no_text() {
        assert_eq!(text("Plan <script>if (a<b) act()</script>now"), "Plan now");
    }

    #[test]
    fn a_less_than_sign_is_a_character() {
        assert_eq!(text("a < b <b>and</b> b <3"), "a < b and b <3");
    }

    #[test]
    fn an_escaped_ampersand_starts_no_entity() {
        assert_eq!(text("&amp;lt;"), "&lt;");
    }

    proptest! {
        #[test]
        fn any_text_is_taken(html in "([<>/!a-c& ;é-]|<!--|-->|<script>|</script>|<br>){0,60}") {
            let _ = text(&html);
        }
    }
}
