//! OpenDocument texts (LibreOffice and others).
//!
//! **In:** the bytes of an ODT or OTT file, or of one that is all XML (FODT). **Out:** its
//! text and blocks. **Unit:** bytes of the text.
//!
//! The decisions that live here:
//!
//! 1. *Kept*: running text, tables, text boxes (behind the paragraph that holds them), what
//!    was inserted while changes were tracked, fields as they are shown.
//! 2. *Dropped*: what was deleted, hidden text and sections, tables of contents and
//!    indexes, comments, footnotes and endnotes, names and descriptions of pictures,
//!    placeholders, formulas, guides to pronunciation.
//! 3. *White space*: as the standard says, any amount is one blank; blanks that are meant
//!    are elements of their own.

use std::collections::HashMap;

use crate::extract::decode;
use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use crate::extract::office::layout::lay_out;
use crate::extract::office::odf_styles::{Style, Styles};
use crate::extract::office::package::{ENCRYPTED, Package, is_zipped_odt};
use crate::extract::office::paragraphs::{Paragraphs, Role};
use crate::extract::office::xml::{Spaces, Step, Tag, Visitor, walk};

const SPACES: Spaces = &[
    ("urn:oasis:names:tc:opendocument:xmlns:text:1.0", "text"),
    ("urn:oasis:names:tc:opendocument:xmlns:table:1.0", "table"),
    ("urn:oasis:names:tc:opendocument:xmlns:office:1.0", "office"),
    ("urn:oasis:names:tc:opendocument:xmlns:style:1.0", "style"),
    ("urn:oasis:names:tc:opendocument:xmlns:drawing:1.0", "draw"),
    (
        "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0",
        "svg",
    ),
    (
        "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0",
        "manifest",
    ),
];

/// The most blanks that one element stands for; it may claim any number.
const MOST_BLANKS: usize = 8;

/// The text of a document and its blocks.
///
/// # Errors
///
/// The reason, in words: if the file is damaged, cut off, encrypted or over a limit, or
/// if there is no text in it.
pub(crate) fn extract(bytes: Vec<u8>, limits: &Limits) -> Result<Extracted, String> {
    let mut reader = TextReader::default();
    let mut pictures = 0;
    if bytes.starts_with(b"PK") {
        let mut package = Package::open(bytes, limits)?;
        pictures = package.count("Pictures/");
        read_package(&mut package, limits, &mut reader)?;
    } else {
        let xml = decode::decode(bytes)?.text;
        if !xml.trim_start().starts_with('<') {
            return Err("damaged, or of another format: it is neither zip file nor XML".to_owned());
        }
        walk("the file", &xml, SPACES, limits, &mut reader)?;
    }
    if !reader.is_text {
        return Err("no OpenDocument text".to_owned());
    }
    lay_out(reader.paragraphs, "UTF-8", pictures, limits)
}

/// True for the first bytes of a text document, zip file or all XML.
pub(crate) fn is_odt(head: &[u8]) -> bool {
    let has = |what: &[u8]| memchr::memmem::find(head, what).is_some();
    let flat = head.trim_ascii_start().starts_with(b"<?xml") && has(b"<office:document ");
    is_zipped_odt(head) || flat && has(b"\"application/vnd.oasis.opendocument.text")
}

fn read_package(
    package: &mut Package,
    limits: &Limits,
    reader: &mut TextReader,
) -> Result<(), String> {
    let manifest = package.part("META-INF/manifest.xml", limits)?;
    if manifest.is_some_and(|manifest| manifest.contains("encryption-data")) {
        return Err(ENCRYPTED.to_owned());
    }
    if let Some(styles) = package.part("styles.xml", limits)? {
        walk("styles.xml", &styles, SPACES, limits, reader)?;
    }
    let Some(content) = package.part("content.xml", limits)? else {
        return Err("damaged, or no OpenDocument text: its text is missing".to_owned());
    };
    walk("content.xml", &content, SPACES, limits, reader)
}

/// Reads styles, and the text itself.
#[derive(Default)]
struct TextReader {
    styles: Styles,
    paragraphs: Paragraphs,
    /// Styles around the place, of paragraphs and of spans in them.
    looks: Vec<Style>,
    lists: Vec<List>,
    /// A number for each style of lists.
    numbers: HashMap<String, u32>,
    links: usize,
    /// The body of a text document has begun.
    is_text: bool,
}

/// A list around the place.
struct List {
    /// The name of its style, by which lists that follow each other are one.
    style: String,
    number: u32,
    /// The place is in a header of the list, which bears no mark.
    in_header: bool,
}

impl Visitor for TextReader {
    fn start(&mut self, tag: &Tag<'_>) -> Step {
        if self.styles.start(tag) {
            return Step::Into;
        }
        match tag.space {
            "text" => self.start_text(tag),
            "office" => self.start_office(tag),
            "table" => self.start_table(tag),
            "style" if matches!(tag.name, "master-page" | "page-layout") => Step::Over,
            // Formulas and pictures inside of the file bring texts of their own.
            "draw" if tag.name == "object" => Step::Over,
            "svg" if matches!(tag.name, "title" | "desc") => Step::Over,
            _ => Step::Into,
        }
    }

    fn end(&mut self, tag: &Tag<'_>) {
        self.styles.end(tag);
        match (tag.space, tag.name) {
            ("text", "p" | "h") => {
                self.looks.pop();
                self.paragraphs.end();
            }
            ("text", "span") => {
                self.looks.pop();
            }
            ("text", "a") => self.links = self.links.saturating_sub(1),
            ("text", "list" | "numbered-paragraph") => {
                self.lists.pop();
            }
            ("text", "list-header") => self.in_header(false),
            ("table", "table-cell") => self.paragraphs.end_cell(),
            ("table", "table-row") => self.paragraphs.end_row(true),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let Some(looks) = self.looks.last() else {
            return;
        };
        if looks.hidden == Some(true) {
            return;
        }
        let underlined = looks.underlined == Some(true) && self.links == 0;
        let strong = looks.bold == Some(true) || underlined;
        let blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
        for (index, word) in text.split(blank).enumerate() {
            if index > 0 && !self.paragraphs.ends_blank() {
                self.paragraphs.write(" ", strong);
            }
            self.paragraphs.write(word, strong);
        }
    }
}

impl TextReader {
    fn start_office(&mut self, tag: &Tag<'_>) -> Step {
        match tag.name {
            "annotation" | "annotation-end" | "forms" | "meta" | "settings" | "scripts"
            | "font-face-decls" | "binary-data" => Step::Over,
            "text" => {
                self.is_text = true;
                Step::Into
            }
            _ => Step::Into,
        }
    }

    fn start_table(&mut self, tag: &Tag<'_>) -> Step {
        match tag.name {
            "table-row" => self.paragraphs.begin_row(),
            "title" | "desc" | "tracked-changes" => return Step::Over,
            _ => {}
        }
        Step::Into
    }

    fn start_text(&mut self, tag: &Tag<'_>) -> Step {
        match tag.name {
            "tracked-changes" | "note" | "table-of-content" | "illustration-index"
            | "table-index" | "object-index" | "user-index" | "alphabetical-index"
            | "bibliography" | "ruby-text" | "placeholder" | "hidden-text" | "toc-mark" => {
                return Step::Over;
            }
            "section" if tag.has("display", "none") => return Step::Over,
            "hidden-paragraph" if tag.has("is-hidden", "true") => return Step::Over,
            "p" | "h" => self.begin_paragraph(tag),
            "span" => self.begin_span(tag),
            "a" => self.links += 1,
            "list" | "numbered-paragraph" => self.begin_list(tag),
            "list-header" => self.in_header(true),
            "s" => self.blanks(tag),
            "tab" => self.paragraphs.write("\t", false),
            "line-break" => self.paragraphs.line_break(),
            _ => {}
        }
        Step::Into
    }

    fn begin_paragraph(&mut self, tag: &Tag<'_>) {
        let own = (tag.get("style-name")).map(|name| self.styles.get("paragraph", &name));
        let style = own.unwrap_or_default();
        self.paragraphs.begin();
        let role = match self.lists.last() {
            _ if tag.name == "h" || style.is_title => Role::Heading,
            Some(list) if self.is_marked(list) => Role::Item {
                list: list.number,
                level: self.lists.len().min(255) as u8,
            },
            _ => Role::Body,
        };
        self.paragraphs.set_role(role);
        self.looks.push(style);
    }

    fn begin_span(&mut self, tag: &Tag<'_>) {
        let own = (tag.get("style-name")).map(|name| self.styles.get("text", &name));
        let mut style = own.unwrap_or_default();
        style.inherit(self.looks.last().copied().unwrap_or_default());
        self.looks.push(style);
    }

    /// A list begins. One inside another that names no style has that of the other.
    fn begin_list(&mut self, tag: &Tag<'_>) {
        let style = match (tag.get("style-name"), self.lists.last()) {
            (Some(name), _) => name.into_owned(),
            (None, Some(outer)) => outer.style.clone(),
            (None, None) => String::new(),
        };
        let next = self.numbers.len() as u32;
        let number = *self.numbers.entry(style.clone()).or_insert(next);
        self.lists.push(List {
            style,
            number,
            in_header: false,
        });
    }

    fn is_marked(&self, list: &List) -> bool {
        !list.in_header && self.styles.is_marked(&list.style, self.lists.len())
    }

    fn in_header(&mut self, in_header: bool) {
        if let Some(list) = self.lists.last_mut() {
            list.in_header = in_header;
        }
    }

    fn blanks(&mut self, tag: &Tag<'_>) {
        let count = tag.get("c").and_then(|count| count.parse().ok());
        let count: usize = count.unwrap_or(1);
        self.paragraphs
            .write(&" ".repeat(count.min(MOST_BLANKS)), false);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::office::package::tests::zipped;
    use crate::text::document::BlockKind;

    const HEAD: &str = r#"xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
        xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
        xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
        xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
        xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
        xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0""#;

    const STYLES: &str = r#"
        <style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
        <style:style style:name="T2" style:family="text"><style:text-properties text:display="none"/></style:style>
        <style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>
        <style:style style:name="Title" style:family="paragraph"/>
        <text:list-style style:name="L1"><text:list-level-style-bullet text:level="1" text:bullet-char="•"/></text:list-style>
        <text:list-style style:name="L2"><text:list-level-style-number text:level="1" style:num-format=""/></text:list-style>"#;

    fn flat(body: &str) -> Vec<u8> {
        format!(
            "<?xml version=\"1.0\"?><office:document {HEAD} office:mimetype=\"application/vnd.oasis.opendocument.text\">\
             <office:automatic-styles>{STYLES}</office:automatic-styles>\
             <office:body><office:text>{body}</office:text></office:body></office:document>"
        )
        .into_bytes()
    }

    fn read(body: &str) -> Extracted {
        extract(flat(body), &Limits::default()).unwrap()
    }

    fn text(body: &str) -> String {
        read(body).text
    }

    fn kinds(body: &str) -> Vec<BlockKind> {
        read(body).blocks.iter().map(|block| block.kind).collect()
    }

    #[test]
    fn a_zip_file_and_a_flat_file_are_read_alike() {
        let body = "<text:p>We plan.</text:p>";
        let bytes = zipped(&[("content.xml", &flat(body))]);
        assert_eq!(extract(bytes, &Limits::default()).unwrap(), read(body));
    }

    #[test]
    fn flat_files_are_known_by_their_head() {
        assert!(is_odt(&flat("")) && !is_odt(b"<?xml version=\"1.0\"?><office:document >"));
    }

    #[test]
    fn headings_titles_and_items_are_told_apart() {
        let found = kinds(
            r#"<text:p text:style-name="P1">The yard</text:p><text:h>Your day</text:h>
            <text:list text:style-name="L1"><text:list-item><text:p>plans</text:p></text:list-item></text:list>"#,
        );
        assert_eq!(
            found,
            [BlockKind::Heading, BlockKind::Heading, BlockKind::Item]
        );
    }

    #[test]
    fn a_list_that_shows_no_marks_is_text() {
        let body = r#"<text:list text:style-name="L2"><text:list-item><text:p>We plan.</text:p></text:list-item></text:list>"#;
        assert_eq!(kinds(body), [BlockKind::Lines]);
    }

    #[test]
    fn a_bold_line_alone_is_a_heading() {
        let body = r#"<text:p><text:span text:style-name="T1">Your day</text:span></text:p><text:p>We plan and we act.</text:p>"#;
        assert_eq!(kinds(body), [BlockKind::Heading, BlockKind::Lines]);
    }

    #[test]
    fn any_white_space_is_one_blank_and_meant_blanks_are_kept() {
        let body = "<text:p>We\n  <text:span> plan</text:span>,<text:s text:c=\"2\"/>too.<text:tab/>Yes</text:p>";
        assert_eq!(text(body), "We plan,  too.\tYes");
    }

    #[test]
    fn a_claim_of_many_blanks_costs_nothing() {
        let body = r#"<text:p>We<text:s text:c="4000000000"/>plan.</text:p>"#;
        assert!(text(body).len() < 20);
    }

    #[test]
    fn what_is_not_shown_is_dropped() {
        let body = r#"<text:tracked-changes><text:changed-region><text:deletion><text:p>Gone.</text:p></text:deletion></text:changed-region></text:tracked-changes>
            <text:table-of-content><text:index-body><text:p>Duties 3</text:p></text:index-body></text:table-of-content>
            <text:section text:display="none"><text:p>Hidden.</text:p></text:section>
            <text:p>We <text:span text:style-name="T2">never </text:span>plan.<office:annotation><text:p>Really?</text:p></office:annotation><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Source.</text:p></text:note-body></text:note></text:p>"#;
        assert_eq!(text(body), "We plan.");
    }

    #[test]
    fn a_text_box_follows_its_paragraph() {
        let body = "<text:p>We <draw:frame><draw:text-box><text:p>In the box.</text:p></draw:text-box></draw:frame>plan.</text:p>";
        assert_eq!(text(body), "We plan.\n\nIn the box.");
    }

    #[test]
    fn cells_do_not_run_together() {
        let cell =
            |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
        let row = format!(
            "<table:table-row>{}{}</table:table-row>",
            cell("Plan"),
            cell("Budget")
        );
        assert_eq!(
            text(&format!("<table:table>{row}</table:table>")),
            "Plan\tBudget\n"
        );
    }

    #[test]
    fn an_encrypted_file_is_told_as_such() {
        let bytes = zipped(&[
            ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
            ("content.xml", b"\x01\x02\x03"),
        ]);
        let reason = extract(bytes, &Limits::default()).unwrap_err();
        assert_eq!(reason, "encrypted: save it without a password");
    }

    #[test]
    fn a_spreadsheet_of_that_name_is_no_text() {
        let xml = format!(
            "<office:document {HEAD}><office:body><office:spreadsheet/></office:body></office:document>"
        );
        let reason = extract(xml.into_bytes(), &Limits::default()).unwrap_err();
        assert_eq!(reason, "no OpenDocument text");
    }

    proptest! {
        #[test]
        fn damaged_files_are_taken(at in any::<usize>(), byte in any::<u8>()) {
            let mut bytes = flat("<text:list><text:list-item><text:p>We plan.</text:p></text:list-item></text:list>");
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = extract(bytes, &Limits::default());
        }
    }
}
