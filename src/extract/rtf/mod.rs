//! Rich Text Format.
//!
//! **In:** the bytes of an RTF file. **Out:** its text and blocks. **Unit:** bytes of the
//! text.
//!
//! The way of reading is that of `striprtf` and its kin: a stack of states, a list of
//! destinations that hold no text. The decisions that live here:
//!
//! 1. *Kept*: running text, tables, text boxes (behind the paragraph that holds them), what
//!    was inserted while changes were tracked, results of fields.
//! 2. *Dropped*: what was deleted, hidden text, field codes, tables of contents, headers and
//!    footers, comments, footnotes, pictures, marks of lists, and each destination that the
//!    file itself says may be passed over.
//! 3. *A table in a table* is read as paragraphs.
//! 4. *Bytes* are read in the encoding of their font; one that does not fit is an error.
//! 5. *A file whose last group does not end* is cut off.

mod fonts;
mod tokens;

use std::collections::HashMap;

use crate::extract::decode;
use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use crate::extract::office::layout::lay_out;
use crate::extract::office::paragraphs::{Paragraphs, Role};
use fonts::{Fonts, Glyphs, of_code_page};
use tokens::{Token, Tokens};

/// Destinations without text of the document.
const SILENT: &[&str] = &[
    "annotation",
    "atnauthor",
    "atnid",
    "colortbl",
    "fldinst",
    "footer",
    "footerf",
    "footerl",
    "footerr",
    "footnote",
    "header",
    "headerf",
    "headerl",
    "headerr",
    "info",
    "listoverridetable",
    "listtable",
    "nonesttables",
    "nonshppict",
    "objdata",
    "pict",
    "private",
    "revtbl",
    "rxe",
    "shprslt",
    "sp",
    "tc",
    "txe",
    "xe",
];

/// More styles than this are not kept.
const MOST_STYLES: usize = 10_000;

/// The text of a file and its blocks.
///
/// # Errors
///
/// The reason, in words: if it is no RTF, is cut off or nested too deep, if a byte does not
/// fit its encoding, or if there is no text in it.
pub(crate) fn extract(bytes: Vec<u8>, limits: &Limits) -> Result<Extracted, String> {
    if bytes.is_empty() {
        return Err(decode::EMPTY.to_owned());
    }
    if !is_rtf(&bytes) {
        return Err("damaged, or of another format: it does not begin as RTF does".to_owned());
    }
    let mut reader = Reader::default();
    let mut tokens = Tokens::new(&bytes);
    loop {
        reader.at = tokens.at();
        let Some(token) = tokens.next() else { break };
        reader.take(token, limits)?;
        if reader.outer.is_empty() {
            break;
        }
    }
    if !reader.outer.is_empty() {
        return Err("truncated: the file ends in the middle".to_owned());
    }
    reader.flush()?;
    let encoding = match reader.fonts.usual {
        Glyphs::In(encoding) => encoding.name(),
        _ => "ASCII",
    };
    lay_out(reader.paragraphs, encoding, reader.pictures, limits)
}

/// True for the first bytes of an RTF file.
pub(crate) fn is_rtf(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(b"{\\rtf")
}

/// What a group says, and the groups in it unless they say otherwise.
#[derive(Debug, Clone, Copy)]
struct State {
    destination: Destination,
    /// Nothing is shown: deleted, hidden, or for readers of another kind.
    hidden: bool,
    deleted: bool,
    muted: bool,
    bold: bool,
    underlined: bool,
    in_result: bool,
    font: i32,
    /// How many characters stand in for one of Unicode.
    stand_ins: usize,
    paragraph: Properties,
}

/// What a paragraph is.
#[derive(Debug, Clone, Copy, Default)]
struct Properties {
    style: i32,
    outline: Option<i32>,
    list: i32,
    level: i32,
    in_table: bool,
}

/// Where text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Destination {
    Text,
    /// A text box that this group is; what stood around it goes on behind it.
    Box,
    Fonts,
    Styles,
    /// The mark of an item.
    Mark,
    Nowhere,
}

impl Default for State {
    fn default() -> Self {
        Self {
            destination: Destination::Text,
            hidden: false,
            deleted: false,
            muted: false,
            bold: false,
            underlined: false,
            in_result: false,
            font: 0,
            stand_ins: 1,
            paragraph: Properties::default(),
        }
    }
}

/// What a style is, by its name and its level in the outline.
#[derive(Debug, Clone, Default)]
struct Style {
    name: String,
    outline: Option<i32>,
}

#[derive(Default)]
struct Reader {
    state: State,
    /// States of the groups around this one.
    outer: Vec<State>,
    /// The next word names a destination that may be passed over.
    may_pass: bool,
    fonts: Fonts,
    default_font: i32,
    styles: HashMap<i32, Style>,
    paragraphs: Paragraphs,
    /// Whether a paragraph and a row are open, here and around each text box.
    open: Vec<Open>,
    here: Open,
    /// The open paragraph has a mark of a list; `false` for a blank one.
    mark: Option<bool>,
    /// Bytes of text that are not decoded yet.
    bytes: Vec<u8>,
    /// The first half of a character of Unicode.
    surrogate: Option<u32>,
    /// Characters to pass over, for they stand in for one that was read.
    skip: usize,
    pictures: usize,
    /// The place in the file.
    at: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Open {
    paragraph: bool,
    row: bool,
}

impl Reader {
    fn take(&mut self, token: Token<'_>, limits: &Limits) -> Result<(), String> {
        match token {
            Token::Byte(byte) => {
                self.byte(byte);
                Ok(())
            }
            Token::Open => {
                self.flush()?;
                if self.outer.len() == limits.depth {
                    return Err(limits.too_deep());
                }
                self.skip = 0;
                self.outer.push(self.state);
                if self.state.destination == Destination::Box {
                    self.state.destination = Destination::Text;
                }
                Ok(())
            }
            Token::Close => {
                self.flush()?;
                self.close_group();
                Ok(())
            }
            Token::Sign(b'*') => {
                self.may_pass = true;
                Ok(())
            }
            Token::Word(..) | Token::Sign(_) if self.skip > 0 => {
                self.skip -= 1;
                Ok(())
            }
            Token::Sign(sign) => {
                self.flush()?;
                self.sign(sign);
                Ok(())
            }
            Token::Word(word, number) => {
                self.flush()?;
                let may_pass = std::mem::take(&mut self.may_pass);
                if !self.destination(word, may_pass) {
                    self.word(word, number);
                }
                Ok(())
            }
        }
    }

    fn close_group(&mut self) {
        let Some(outer) = self.outer.pop() else {
            return;
        };
        if self.state.destination == Destination::Box {
            self.end_paragraph();
            self.end_row();
            self.here = self.open.pop().unwrap_or_default();
        }
        (self.state, self.skip, self.may_pass) = (outer, 0, false);
    }

    fn byte(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        match self.state.destination {
            Destination::Text | Destination::Box => {
                if !self.is_silent() {
                    self.bytes.push(byte);
                }
            }
            Destination::Fonts => self.fonts.byte(byte),
            Destination::Styles => {
                let byte = byte.to_ascii_lowercase();
                let name = &mut self.style().name;
                if byte != b';' && name.len() < 20 && !(name.is_empty() && byte == b' ') {
                    name.push(char::from(byte));
                }
            }
            Destination::Mark => {
                let marked = self.mark.unwrap_or(false) || byte.is_ascii_graphic() || byte > 127;
                self.mark = Some(marked);
            }
            Destination::Nowhere => {}
        }
    }

    /// Decodes and writes the bytes so far.
    fn flush(&mut self) -> Result<(), String> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.bytes);
        let misfit = |name: &str| decode::misfit(self.at as u64, bytes[0], name);
        match self.fonts.get(self.state.font) {
            _ if bytes.is_ascii() => self.write(std::str::from_utf8(&bytes).unwrap_or_default()),
            Glyphs::In(encoding) => {
                let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
                let text = text.ok_or_else(|| misfit(encoding.name()))?;
                self.write(&text);
            }
            Glyphs::Unknown(page) => {
                return Err(misfit(&format!("of code page {page}, which is not known")));
            }
            Glyphs::Usual | Glyphs::Signs => self.write("\u{f0b7}"),
        }
        Ok(())
    }

    fn sign(&mut self, sign: u8) {
        match sign {
            b'~' => self.write("\u{a0}"),
            b'_' => self.write("-"),
            b'\r' | b'\n' => self.paragraph_end(),
            _ => {}
        }
    }

    /// Follows a word that names a destination; `false` for other words.
    fn destination(&mut self, word: &str, may_pass: bool) -> bool {
        let destination = match word {
            "fonttbl" => Destination::Fonts,
            "stylesheet" => Destination::Styles,
            "listtext" | "pntext" => Destination::Mark,
            "shptxt" => Destination::Box,
            "shpinst" => return true,
            _ if may_pass || SILENT.contains(&word) => Destination::Nowhere,
            _ => return false,
        };
        self.pictures += usize::from(word == "pict");
        if self.state.destination == Destination::Nowhere {
            return true;
        }
        self.state.destination = destination;
        if destination == Destination::Box {
            self.open.push(std::mem::take(&mut self.here));
            self.state.paragraph = Properties::default();
        }
        true
    }

    /// The style that is being described.
    fn style(&mut self) -> &mut Style {
        let number = self.state.paragraph.style;
        let known = self.styles.len() < MOST_STYLES || self.styles.contains_key(&number);
        self.styles
            .entry(if known { number } else { 0 })
            .or_default()
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let on = number != Some(0);
        let value = number.unwrap_or(0);
        let in_styles = self.state.destination == Destination::Styles;
        match word {
            _ if self.state.destination == Destination::Fonts => self.fonts.word(word, number),
            "ansicpg" => self.fonts.usual = of_code_page(value),
            "mac" => self.fonts.usual = of_code_page(10000),
            "pc" => self.fonts.usual = of_code_page(437),
            "pca" => self.fonts.usual = of_code_page(850),
            "deff" => (self.default_font, self.state.font) = (value, value),
            "uc" => self.state.stand_ins = value.clamp(0, 16) as usize,
            "u" => self.unicode(value),
            "htmlrtf" => self.state.muted = on,
            "fldrslt" => self.state.in_result = true,
            "s" => self.state.paragraph.style = value,
            "outlinelevel" if in_styles => self.style().outline = Some(value),
            _ if self.look(word, value, on) || self.property(word, value) => {}
            _ if in_styles => {}
            _ => self.text_word(word),
        }
    }

    /// How text looks.
    fn look(&mut self, word: &str, value: i32, on: bool) -> bool {
        match word {
            "plain" => {
                let font = self.default_font;
                let state = &mut self.state;
                (state.bold, state.underlined, state.hidden) = (false, false, false);
                (state.deleted, state.font) = (false, font);
            }
            "b" => self.state.bold = on,
            "ul" | "uldb" | "ulw" | "ulth" => self.state.underlined = on,
            "ulnone" => self.state.underlined = false,
            "v" => self.state.hidden = on,
            "deleted" => self.state.deleted = on,
            "f" => self.state.font = value,
            _ => return false,
        }
        true
    }

    /// What a paragraph is.
    fn property(&mut self, word: &str, value: i32) -> bool {
        let paragraph = &mut self.state.paragraph;
        match word {
            "pard" => *paragraph = Properties::default(),
            "outlinelevel" => paragraph.outline = Some(value),
            "ls" => paragraph.list = value,
            "ilvl" => paragraph.level = value,
            "intbl" => paragraph.in_table = true,
            _ => return false,
        }
        true
    }

    /// Words that stand for text or for the end of some.
    fn text_word(&mut self, word: &str) {
        match word {
            "par" | "page" | "sect" | "nestcell" | "nestrow" => self.paragraph_end(),
            "line" | "lbr" | "column" if !self.is_silent() => {
                self.begin_paragraph();
                self.paragraphs.set_role(self.role());
                self.paragraphs.line_break();
            }
            "cell" => self.cell_end(),
            "row" => self.row_end(),
            "tab" => self.write("\t"),
            "emdash" => self.write("—"),
            "endash" => self.write("–"),
            "lquote" => self.write("‘"),
            "rquote" => self.write("’"),
            "ldblquote" => self.write("“"),
            "rdblquote" => self.write("”"),
            "bullet" => self.write("•"),
            "emspace" | "enspace" | "qmspace" => self.write(" "),
            _ => {}
        }
    }

    fn unicode(&mut self, value: i32) {
        self.skip = self.state.stand_ins;
        // The number is one of 16 bits with a sign.
        let unit = (value & 0xFFFF) as u32;
        let high = self.surrogate.take();
        let code = match (high, unit) {
            (_, 0xD800..=0xDBFF) => {
                self.surrogate = Some(unit);
                return;
            }
            (Some(high), 0xDC00..=0xDFFF) => 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00),
            _ => unit,
        };
        if let Some(c) = char::from_u32(code) {
            self.write(c.encode_utf8(&mut [0; 4]));
        }
    }

    fn is_silent(&self) -> bool {
        let state = &self.state;
        let text = matches!(state.destination, Destination::Text | Destination::Box);
        let contents = (self.styles.get(&state.paragraph.style))
            .is_some_and(|style| style.name.starts_with("toc "));
        !text || state.hidden || state.deleted || state.muted || contents
    }

    fn write(&mut self, text: &str) {
        if self.state.destination == Destination::Mark {
            let marked = self.mark.unwrap_or(false) || !text.trim().is_empty();
            self.mark = Some(marked);
        }
        if self.is_silent() {
            return;
        }
        self.begin_paragraph();
        let state = &self.state;
        let strong = state.bold || state.underlined && !state.in_result;
        self.paragraphs.write(text, strong);
    }

    /// Begins a paragraph, and the row that it is in, unless there is one.
    fn begin_paragraph(&mut self) {
        if self.here.paragraph {
            return;
        }
        match (self.state.paragraph.in_table, self.here.row) {
            (true, false) => {
                self.paragraphs.begin_row();
                self.here.row = true;
            }
            (false, true) => self.end_row(),
            _ => {}
        }
        self.paragraphs.begin();
        self.here.paragraph = true;
    }

    fn end_paragraph(&mut self) {
        if self.here.paragraph {
            self.paragraphs.set_role(self.role());
            self.paragraphs.end();
        }
        self.here.paragraph = false;
        self.mark = None;
    }

    fn end_row(&mut self) {
        if self.here.row {
            self.paragraphs.end_row(true);
        }
        self.here.row = false;
    }

    fn paragraph_end(&mut self) {
        if !self.is_silent() {
            self.begin_paragraph();
            self.end_paragraph();
        }
    }

    fn cell_end(&mut self) {
        if !self.is_silent() {
            self.end_paragraph();
            self.paragraphs.end_cell();
        }
    }

    fn row_end(&mut self) {
        if !self.is_silent() {
            self.end_paragraph();
            self.end_row();
        }
    }

    /// What the open paragraph is.
    fn role(&self) -> Role {
        let paragraph = &self.state.paragraph;
        let style = self.styles.get(&paragraph.style);
        let outline = paragraph.outline.or(style.and_then(|style| style.outline));
        let named = style.is_some_and(|style| is_heading_name(&style.name));
        if outline.map_or(named, |level| (0..9).contains(&level)) {
            return Role::Heading;
        }
        match self.mark {
            Some(true) => {}
            None if paragraph.list > 0 => {}
            _ => return Role::Body,
        }
        Role::Item {
            list: paragraph.list.unsigned_abs(),
            level: paragraph.level.clamp(0, 255) as u8,
        }
    }
}

fn is_heading_name(name: &str) -> bool {
    matches!(name, "title" | "subtitle") || name.starts_with("heading ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::document::BlockKind;

    fn try_read(body: &str) -> Result<Extracted, String> {
        let head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}{\f1\fcharset238 Arial CE;}{\f2\fcharset2 Symbol;}}{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2 toc 1;}{\*\cs3 Strong;}}";
        let bytes = format!("{head}{body}}}").into_bytes();
        extract(bytes, &Limits::default())
    }

    fn read(body: &str) -> Extracted {
        try_read(body).unwrap()
    }

    fn text(body: &str) -> String {
        read(body).text
    }

    fn kinds(body: &str) -> Vec<BlockKind> {
        read(body).blocks.iter().map(|block| block.kind).collect()
    }

    #[test]
    fn paragraphs_are_apart() {
        assert_eq!(
            text("\\pard We\r\n plan.\\par We act."),
            "We plan.\n\nWe act."
        );
    }

    #[test]
    fn bytes_are_read_in_the_encoding_of_their_font() {
        assert_eq!(text(r"caf\'e9 {\f1 \'b3}"), "café ł");
    }

    #[test]
    fn unicode_is_read_and_its_stand_ins_are_passed_over() {
        assert_eq!(
            text(r"\u8217?s {\uc2 \u8364 EU5} \uc0\u-10179\u-8704"),
            "’s €5 😀"
        );
    }

    #[test]
    fn a_byte_of_an_unknown_code_page_is_an_error() {
        let reason = extract(br"{\rtf1\pca caf\'e9}".to_vec(), &Limits::default()).unwrap_err();
        assert!(reason.contains("code page 850"), "{reason}");
    }

    #[test]
    fn styles_and_levels_of_the_outline_make_headings() {
        let found =
            kinds(r"\pard\s1 Your day\par\pard\outlinelevel0 Your team\par\pard We plan and act.");
        assert_eq!(
            found,
            [BlockKind::Heading, BlockKind::Heading, BlockKind::Lines]
        );
    }

    #[test]
    fn an_item_loses_its_mark() {
        let body =
            r"\pard\ls1{\listtext\pard\plain\f2 \'b7\tab}plans\par\pard{\pntext 1.\tab}leads\par";
        let found = read(body);
        assert_eq!(found.text, "plans\n\nleads");
        assert!(
            found
                .blocks
                .iter()
                .all(|block| block.kind == BlockKind::Item)
        );
    }

    #[test]
    fn a_bold_line_alone_is_a_heading() {
        let found = kinds(r"\pard{\b Your day}\par We plan and we act.\par");
        assert_eq!(found, [BlockKind::Heading, BlockKind::Lines]);
    }

    #[test]
    fn what_is_not_shown_is_dropped() {
        let body = r"{\info{\title Job}}{\header Page}{\*\generator X;}We {\v hidden }{\deleted dreamed }plan.{\footnote Source.}{\field{\*\fldinst PAGE}{\fldrslt  Now.}}{\pict 00ff}{\pard\s2 Duties 3\par}";
        assert_eq!(text(body), "We plan. Now.");
    }

    #[test]
    fn cells_do_not_run_together() {
        let row = r"\trowd\pard\intbl Plan\cell Budget\cell\row";
        assert_eq!(
            text(&format!("{row}{row}\\pard We act.\\par")),
            "Plan\tBudget\nPlan\tBudget\n\nWe act."
        );
    }

    #[test]
    fn a_text_box_follows_its_paragraph() {
        let body = r"\pard We {\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard In the box.\par}}{\shprslt Old.}}plan.\par";
        assert_eq!(text(body), "We plan.\n\nIn the box.");
    }

    #[test]
    fn signs_stand_for_their_characters() {
        assert_eq!(
            text(r"long\_term\emdash ma\-king \{x\}"),
            "long-term—making {x}"
        );
    }

    #[test]
    fn a_file_that_is_cut_off_is_told_so() {
        let reason = extract(br"{\rtf1 We plan".to_vec(), &Limits::default()).unwrap_err();
        assert_eq!(reason, "truncated: the file ends in the middle");
    }

    #[test]
    fn groups_over_the_limit_are_refused() {
        let reason = try_read(&"{".repeat(600)).unwrap_err();
        assert!(reason.contains("nested more than 512 deep"), "{reason}");
    }

    #[test]
    fn what_follows_the_last_group_is_nothing() {
        let bytes = b"{\\rtf1 We plan.}\0\0\0garbage".to_vec();
        assert_eq!(extract(bytes, &Limits::default()).unwrap().text, "We plan.");
    }

    proptest! {
        #[test]
        fn any_tokens_are_taken(
            body in r"([a é{}\\;?]|\\par |\\cell|\\row|\\intbl|\\pard|\\u-1000|\\u55357|\\'e9|\\shptxt|\\listtext|\\\*|\\line|\\b|\\bin9|\\f1|\\uc0){0,60}"
        ) {
            let _ = try_read(&body);
            let _ = try_read(&format!("{body}We plan.}}}}}}"));
        }
    }
}
