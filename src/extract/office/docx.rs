//! Word documents (Office Open XML).
//!
//! **In:** the bytes of a DOCX, DOCM or DOTX file. **Out:** its text and blocks. **Unit:**
//! bytes of the text.
//!
//! The decisions that live here:
//!
//! 1. *Kept*: running text, tables, text boxes (behind the paragraph that holds them), what
//!    was inserted while changes were tracked, results of fields, chosen values of form
//!    fields.
//! 2. *Dropped*: what was deleted or moved away, hidden text, field codes, tables of
//!    contents, hints in form fields that nobody filled in, headers and footers, comments,
//!    footnotes and endnotes (sources and fine print), alternative texts, guides to
//!    pronunciation.
//! 3. *One picture, one text*: of alternative contents the first is read.

use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use crate::extract::office::layout::lay_out;
use crate::extract::office::ole;
use crate::extract::office::package::Package;
use crate::extract::office::paragraphs::{Carried, Paragraphs, Role};
use crate::extract::office::relations::{self, Relations};
use crate::extract::office::word_fields::Fields;
use crate::extract::office::word_lists::Numbering;
use crate::extract::office::word_styles::{Looks, SPACES, Style, Styles, is_on};
use crate::extract::office::xml::{Step, Tag, Visitor, walk};

/// The text of a document and its blocks.
///
/// # Errors
///
/// The reason, in words: if the file is damaged, cut off, encrypted or over a limit, or
/// if there is no text in it.
pub(crate) fn extract(bytes: Vec<u8>, limits: &Limits) -> Result<Extracted, String> {
    if let Some(reason) = ole::reason(&bytes) {
        return Err(reason);
    }
    let mut package = Package::open(bytes, limits)?;
    let main = relations::main_part(&mut package, limits)?;
    let related = Relations::of(&main, &mut package, limits)?;
    let mut reader = DocumentReader::default();
    if let Some((part, xml)) = related.part("styles", &mut package, limits)? {
        reader.styles = Styles::read(&part, &xml, limits)?;
    }
    if let Some((part, xml)) = related.part("numbering", &mut package, limits)? {
        reader.numbering = Numbering::read(&part, &xml, limits)?;
    }
    let Some(xml) = package.part(&main, limits)? else {
        return Err("damaged, or no Word document: its text is missing".to_owned());
    };
    walk(&main, &xml, SPACES, limits, &mut reader)?;
    drop(xml);
    if !reader.is_word {
        return Err("no Word document".to_owned());
    }
    if reader.is_chunk && reader.paragraphs.is_empty() {
        return Err("its text is a file inside the file: open and save it in Word".to_owned());
    }
    let pictures = package.count("word/media/");
    lay_out(reader.paragraphs, "UTF-8", pictures, limits)
}

/// Reads the main part of a document.
#[derive(Default)]
struct DocumentReader {
    styles: Styles,
    numbering: Numbering,
    paragraphs: Paragraphs,
    /// Paragraphs around the place; all but the first are in text boxes.
    open: Vec<Open>,
    carried: Option<Carried>,
    /// For each form field around the place, whether it only shows a hint.
    hints: Vec<bool>,
    /// For each choice of contents around the place, whether one was taken.
    choices: Vec<bool>,
    fields: Fields,
    links: usize,
    /// The properties that elements belong to.
    inside: Inside,
    /// For each row around the place, whether it was deleted.
    rows: Vec<bool>,
    is_word: bool,
    /// The text is a file inside the file.
    is_chunk: bool,
}

/// The properties that an element belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    #[default]
    Text,
    ParagraphProperties,
    RowProperties,
}

/// A paragraph that has not ended.
#[derive(Default)]
struct Open {
    style: Style,
    /// The end of the paragraph was deleted.
    joined: bool,
    in_text: bool,
    run: Run,
}

/// A run of text: what it says itself, and what its style does.
#[derive(Default)]
struct Run {
    own: Looks,
    style: Looks,
    is_sign: bool,
}

impl Open {
    /// How text looks here: what the run says, its style, the paragraph's style.
    fn looks(&self) -> Looks {
        let (run, paragraph) = (self.run.style, self.style.looks);
        let mut looks = self.run.own;
        looks.inherit(Looks {
            // A bold style in a bold paragraph stands out by being light.
            bold: match (run.bold, paragraph.bold) {
                (Some(run), Some(paragraph)) => Some(run ^ paragraph),
                _ => run.bold,
            },
            ..run
        });
        looks.inherit(paragraph);
        looks
    }
}

impl Visitor for DocumentReader {
    fn start(&mut self, tag: &Tag<'_>) -> Step {
        match tag.space {
            "w" => self.start_word(tag),
            "mc" => self.start_choice(tag),
            "m" => {
                self.open_text(tag.name == "t");
                Step::Into
            }
            _ => Step::Into,
        }
    }

    fn end(&mut self, tag: &Tag<'_>) {
        match (tag.space, tag.name) {
            ("w" | "m", "t") => self.open_text(false),
            ("w", "p") => self.end_paragraph(),
            ("w", "pPr") => self.end_properties(),
            ("w", "trPr") => self.inside = Inside::Text,
            ("w", "hyperlink") => self.links = self.links.saturating_sub(1),
            ("w", "sdt") => {
                self.hints.pop();
            }
            ("w", "tc") => self.paragraphs.end_cell(),
            ("w", "tr") => {
                let deleted = self.rows.pop().unwrap_or(false);
                self.paragraphs.end_row(!deleted);
            }
            ("mc", "AlternateContent") => {
                self.choices.pop();
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let Some(open) = self.open.last() else { return };
        if !open.in_text || self.is_silent() {
            return;
        }
        if open.run.is_sign {
            return self.paragraphs.write_sign();
        }
        let looks = open.looks();
        let underlined = looks.underlined == Some(true) && self.links == 0;
        let strong = looks.bold == Some(true) || underlined;
        if text.contains(['\n', '\t']) {
            self.paragraphs
                .write(&text.replace(['\n', '\t'], " "), strong);
        } else {
            self.paragraphs.write(text, strong);
        }
    }
}

impl DocumentReader {
    fn start_word(&mut self, tag: &Tag<'_>) -> Step {
        match self.inside {
            Inside::ParagraphProperties => return self.paragraph_property(tag),
            Inside::RowProperties => return self.row_property(tag),
            Inside::Text => {}
        }
        match tag.name {
            "del" | "moveFrom" | "instrText" | "delText" | "delInstrText" | "sectPr" | "rt"
            | "tblPr" | "tblGrid" | "tcPr" | "numPicBullet" => return Step::Over,
            name if name.ends_with("Change") => return Step::Over,
            "document" => self.is_word = true,
            "altChunk" => self.is_chunk = true,
            "p" => self.begin_paragraph(),
            "pPr" => self.inside = Inside::ParagraphProperties,
            "trPr" => self.inside = Inside::RowProperties,
            "tr" => {
                self.rows.push(false);
                self.paragraphs.begin_row();
            }
            "r" => self.begin_run(),
            "hyperlink" => self.links += 1,
            "sdt" => self.hints.push(false),
            "showingPlcHdr" => self.hint(is_on(tag)),
            "docPartGallery" => self.hint(tag.has("val", "Table of Contents")),
            "sdtContent" if self.hints.last() == Some(&true) => return Step::Over,
            "fldChar" => self.fields.mark(tag),
            "t" => self.open_text(true),
            _ => self.in_run(tag),
        }
        Step::Into
    }

    fn start_choice(&mut self, tag: &Tag<'_>) -> Step {
        match tag.name {
            "AlternateContent" => self.choices.push(false),
            "Choice" | "Fallback" => {
                let taken = self
                    .choices
                    .last_mut()
                    .is_some_and(|t| std::mem::replace(t, true));
                if taken {
                    return Step::Over;
                }
            }
            _ => {}
        }
        Step::Into
    }

    fn begin_paragraph(&mut self) {
        self.open.push(Open {
            style: self.styles.default(),
            ..Open::default()
        });
        self.paragraphs.begin();
        if let Some(carried) = self.carried.take() {
            self.paragraphs.carry(carried);
        }
    }

    fn end_paragraph(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.fields.end_paragraph();
        if open.joined {
            self.carried = self.paragraphs.join_next();
        } else {
            self.paragraphs.end();
        }
    }

    fn paragraph_property(&mut self, tag: &Tag<'_>) -> Step {
        let Some(open) = self.open.last_mut() else {
            return Step::Over;
        };
        let value = || tag.get("val").unwrap_or_default();
        match tag.name {
            name if name.ends_with("Change") || name == "sectPr" => return Step::Over,
            "pStyle" => open.style = self.styles.get(&value()),
            "outlineLvl" => open.style.outline = value().parse().ok(),
            "numId" => open.style.list = value().parse().ok(),
            "ilvl" => open.style.level = value().parse().ok(),
            "del" | "moveFrom" => open.joined = true,
            _ => {}
        }
        Step::Into
    }

    /// All properties of the paragraph are known.
    fn end_properties(&mut self) {
        self.inside = Inside::Text;
        let Some(open) = self.open.last() else { return };
        let style = &open.style;
        let level = style.level.unwrap_or(0);
        let role = match style.list {
            _ if style.is_heading() => Role::Heading,
            Some(0) => Role::Body,
            Some(list) if self.numbering.is_marked(list, level) => Role::Item { list, level },
            None if style.is_list() => Role::Item { list: 0, level },
            _ => Role::Body,
        };
        self.paragraphs.set_role(role);
    }

    fn row_property(&mut self, tag: &Tag<'_>) -> Step {
        if tag.name == "del"
            && let Some(deleted) = self.rows.last_mut()
        {
            *deleted = true;
        }
        Step::Into
    }

    fn begin_run(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.run = Run::default();
        }
    }

    /// Properties of a run, and what stands in one beside text.
    fn in_run(&mut self, tag: &Tag<'_>) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        if open.run.own.take(tag) {
            return;
        }
        match tag.name {
            "rStyle" => {
                let id = tag.get("val").unwrap_or_default();
                open.run.style = self.styles.get(&id).looks;
            }
            "rFonts" => {
                let font = tag.get("ascii").unwrap_or_default();
                open.run.is_sign = font.starts_with("Wingdings") || font.starts_with("Webdings");
            }
            _ if self.is_silent() => {}
            "tab" | "ptab" => self.paragraphs.write("\t", false),
            "br" | "cr" => self.paragraphs.line_break(),
            "noBreakHyphen" => self.paragraphs.write("-", false),
            "sym" => self.paragraphs.write_sign(),
            _ => {}
        }
    }

    fn open_text(&mut self, is_text: bool) {
        if let Some(open) = self.open.last_mut() {
            open.in_text = is_text;
        }
    }

    fn hint(&mut self, is_hint: bool) {
        if let Some(hint) = self.hints.last_mut() {
            *hint |= is_hint;
        }
    }

    /// True where text is not shown: hidden, in the code of a field, of contents.
    fn is_silent(&self) -> bool {
        let Some(open) = self.open.last() else {
            return true;
        };
        let hidden = open.looks().hidden == Some(true);
        self.fields.in_code() || hidden || open.style.is_contents()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::office::package::tests::zipped;
    use crate::text::document::BlockKind;

    const HEAD: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006""#;

    const STYLES: &str = r#"
        <w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>
        <w:style w:type="paragraph" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
        <w:style w:type="character" w:styleId="Strong"><w:rPr><w:b/></w:rPr></w:style>
        <w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>"#;

    fn document(body: &str) -> Vec<u8> {
        let text = format!("<w:document {HEAD}><w:body>{body}</w:body></w:document>");
        let styles = format!("<w:styles {HEAD}>{STYLES}</w:styles>");
        zipped(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("word/document.xml", text.as_bytes()),
            ("word/styles.xml", styles.as_bytes()),
        ])
    }

    fn read(body: &str) -> Extracted {
        extract(document(body), &Limits::default()).unwrap()
    }

    fn text(body: &str) -> String {
        read(body).text
    }

    /// A run of text, with its properties.
    fn run(properties: &str, text: &str) -> String {
        format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
    }

    /// A paragraph of text, with its properties.
    fn paragraph(properties: &str, text: &str) -> String {
        format!("<w:p><w:pPr>{properties}</w:pPr>{}</w:p>", run("", text))
    }

    fn kinds(body: &str) -> Vec<BlockKind> {
        read(body).blocks.iter().map(|block| block.kind).collect()
    }

    #[test]
    fn runs_of_a_word_are_not_torn() {
        let body = format!("<w:p>{}{}</w:p>", run("", "We pl"), run("<w:b/>", "an."));
        assert_eq!(text(&body), "We plan.");
    }

    #[test]
    fn a_style_makes_a_heading() {
        assert_eq!(
            kinds(&paragraph(r#"<w:pStyle w:val="H1"/>"#, "Your day")),
            [BlockKind::Heading]
        );
    }

    #[test]
    fn a_list_makes_an_item_directly_and_by_a_style() {
        let direct = r#"<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>"#;
        let body = paragraph(direct, "plans") + &paragraph(r#"<w:pStyle w:val="L"/>"#, "leads");
        assert_eq!(kinds(&body), [BlockKind::Item; 2]);
    }

    #[test]
    fn the_list_number_zero_takes_an_item_out_of_its_list() {
        let out = r#"<w:pStyle w:val="L"/><w:numPr><w:numId w:val="0"/></w:numPr>"#;
        assert_eq!(kinds(&paragraph(out, "We plan.")), [BlockKind::Lines]);
    }

    #[test]
    fn a_bold_line_alone_is_a_heading_by_its_runs_or_their_style() {
        for bold in ["<w:b/>", r#"<w:rStyle w:val="Strong"/>"#] {
            let body = format!("<w:p>{}</w:p>", run(bold, "Your day"));
            let found = kinds(&(body + &paragraph("", "We plan and we act.")));
            assert_eq!(found, [BlockKind::Heading, BlockKind::Lines]);
        }
    }

    #[test]
    fn bold_that_is_switched_off_is_none() {
        let off = r#"<w:rStyle w:val="Strong"/><w:b w:val="0"/>"#;
        let body = format!("<w:p>{}</w:p>", run(off, "who plans and acts"));
        assert_eq!(kinds(&body), [BlockKind::Lines]);
    }

    #[test]
    fn tabs_breaks_and_hyphens_are_kept_apart_from_words() {
        let body = r#"<w:p><w:r><w:t>Where:</w:t><w:tab/><w:t>here</w:t><w:br/><w:t>long</w:t><w:noBreakHyphen/><w:t>term and ma</w:t><w:softHyphen/><w:t>king</w:t></w:r></w:p>"#;
        assert_eq!(text(body), "Where:\there\nlong-term and making");
    }

    #[test]
    fn tab_stops_are_no_tabs() {
        let stops = r#"<w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs>"#;
        assert_eq!(text(&paragraph(stops, "We plan.")), "We plan.");
    }

    #[test]
    fn what_was_inserted_stays_and_what_was_deleted_goes() {
        let body = format!(
            "<w:p>{}<w:del>{}</w:del><w:ins>{}</w:ins><w:moveFrom>{}</w:moveFrom></w:p>",
            run("", "We "),
            "<w:r><w:delText>dream</w:delText></w:r>",
            run("", "plan."),
            run("", "Gone."),
        );
        assert_eq!(text(&body), "We plan.");
    }

    #[test]
    fn a_deleted_paragraph_end_joins_two_paragraphs() {
        let body = paragraph("<w:rPr><w:del/></w:rPr>", "We ") + &paragraph("", "plan.");
        assert_eq!(text(&body), "We plan.");
    }

    #[test]
    fn hidden_text_is_dropped() {
        for hidden in ["<w:vanish/>", r#"<w:rStyle w:val="Secret"/>"#] {
            let body = format!(
                "<w:p>{}{}</w:p>",
                run(hidden, "Secret. "),
                run("", "We plan.")
            );
            assert_eq!(text(&body), "We plan.");
        }
    }

    #[test]
    fn a_hidden_paragraph_mark_hides_no_text() {
        let mark = "<w:rPr><w:vanish/></w:rPr>";
        assert_eq!(text(&paragraph(mark, "We plan.")), "We plan.");
    }

    #[test]
    fn of_a_field_only_the_result_is_kept() {
        let body = r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>IF x</w:instrText><w:t>code</w:t>
            <w:fldChar w:fldCharType="separate"/><w:t>We plan.</w:t><w:fldChar w:fldCharType="end"/></w:r></w:p>"#;
        assert_eq!(text(body), "We plan.");
    }

    #[test]
    fn a_field_that_never_ends_hides_no_later_paragraph() {
        let broken = r#"<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>"#;
        assert_eq!(
            text(&(broken.to_owned() + &paragraph("", "We plan."))),
            "We plan."
        );
    }

    #[test]
    fn a_table_of_contents_is_dropped() {
        let body =
            paragraph(r#"<w:pStyle w:val="TOC1"/>"#, "Duties 3") + &paragraph("", "We plan.");
        assert_eq!(text(&body), "We plan.");
    }

    #[test]
    fn a_hint_in_an_empty_form_field_is_dropped_and_an_answer_is_kept() {
        let field = |properties: &str, text: &str| {
            format!(
                "<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{text}</w:sdtContent></w:sdt>"
            )
        };
        let body = field("<w:showingPlcHdr/>", &paragraph("", "Click here."))
            + &field("", &paragraph("", "We plan."));
        assert_eq!(text(&body), "We plan.");
    }

    #[test]
    fn a_text_box_is_read_once() {
        let inner = paragraph("", "In the box.");
        let shape = format!("<w:txbxContent>{inner}</w:txbxContent>");
        let body = format!(
            "<w:p>{}<w:r><mc:AlternateContent><mc:Choice>{shape}</mc:Choice><mc:Fallback>{shape}</mc:Fallback></mc:AlternateContent></w:r>{}</w:p>",
            run("", "We "),
            run("", "plan."),
        );
        assert_eq!(text(&body), "We plan.\n\nIn the box.");
    }

    #[test]
    fn cells_do_not_run_together() {
        let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph("", text));
        let row = format!("<w:tr>{}{}</w:tr>", cell("Plan"), cell("Budget"));
        assert_eq!(
            text(&format!("<w:tbl>{row}{row}</w:tbl>")),
            "Plan\tBudget\nPlan\tBudget\n"
        );
    }

    #[test]
    fn a_deleted_row_is_dropped() {
        let row = |properties: &str, text: &str| {
            format!(
                "<w:tr><w:trPr>{properties}</w:trPr><w:tc>{}</w:tc></w:tr>",
                paragraph("", text)
            )
        };
        let body = format!(
            "<w:tbl>{}{}</w:tbl>",
            row("<w:del/>", "Gone."),
            row("", "We plan.")
        );
        assert_eq!(text(&body), "We plan.");
    }

    #[test]
    fn signs_of_wingdings_are_bullets() {
        let sign = r#"<w:rFonts w:ascii="Wingdings"/>"#;
        let body = format!("<w:p>{}{}</w:p>", run(sign, "Ø"), run("", "We plan."));
        assert_eq!(text(&body), "• We plan.");
    }

    #[test]
    fn the_main_part_may_have_another_name() {
        let xml = format!(
            "<w:document {HEAD}><w:body>{}</w:body></w:document>",
            paragraph("", "We plan.")
        );
        let rels = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
            <Relationship Type="http://x/officeDocument" Target="/word/document2.xml"/></Relationships>"#;
        let bytes = zipped(&[
            ("_rels/.rels", rels),
            ("word/document2.xml", xml.as_bytes()),
        ]);
        assert_eq!(extract(bytes, &Limits::default()).unwrap().text, "We plan.");
    }

    #[test]
    fn a_document_without_text_is_a_failure() {
        let reason = extract(document("<w:p/>"), &Limits::default()).unwrap_err();
        assert_eq!(reason, "no text in it");
    }

    #[test]
    fn a_document_that_unpacks_to_too_much_is_refused() {
        let limits = Limits {
            unpacked: 10_000,
            ..Limits::default()
        };
        let body = paragraph("", "a").repeat(1000);
        let reason = extract(document(&body), &limits).unwrap_err();
        assert_eq!(
            reason,
            "holds more than 10000 bytes when unpacked, the limit"
        );
    }

    #[test]
    fn tables_in_tables_over_the_limit_are_refused() {
        let body = "<w:tbl><w:tr><w:tc>".repeat(300);
        let reason = extract(document(&body), &Limits::default()).unwrap_err();
        assert!(reason.contains("nested more than 512 deep"), "{reason}");
    }

    proptest! {
        /// Elements in any order, opened and closed or not.
        #[test]
        fn any_nesting_of_elements_is_taken(
            names in prop::collection::vec(prop::sample::select(vec![
                "p", "r", "t", "tbl", "tr", "tc", "pPr", "rPr", "trPr", "sdt", "sdtPr", "sdtContent",
                "txbxContent", "del", "ins", "numPr", "br", "tab", "hyperlink", "/", "/", "/", "#",
            ]), 0..60)
        ) {
            let (mut xml, mut open) = (String::new(), Vec::new());
            for name in names {
                match name {
                    "/" => xml += &open.pop().map(|name| format!("</w:{name}>")).unwrap_or_default(),
                    "#" => xml += "word",
                    _ => {
                        xml += &format!("<w:{name}>");
                        open.push(name);
                    }
                }
            }
            while let Some(name) = open.pop() {
                xml += &format!("</w:{name}>");
            }
            let body = paragraph("", "We plan.") + &xml + &paragraph("", "We act.");
            let found = extract(document(&body), &Limits::default());
            prop_assert!(found.is_ok_and(|found| found.text.contains("We plan.")));
        }

        #[test]
        fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = extract([b"PK\x03\x04".to_vec(), bytes].concat(), &Limits::default());
        }

        #[test]
        fn damaged_files_are_taken(at in 0..1000_usize, byte in any::<u8>()) {
            let mut bytes = document(&paragraph("", "We plan."));
            let at = at % bytes.len();
            bytes[at] = byte;
            let _ = extract(bytes, &Limits::default());
        }
    }
}
