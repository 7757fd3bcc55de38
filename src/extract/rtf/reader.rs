//! Follows the tokens of an RTF file.
//!
//! **In:** [`Token`]s. **Out:** the text of the file and its blocks. **Unit:** bytes of the file.
//!
//! The decisions that live here: which destinations hold text, which words stand for some, and
//! what makes text hidden.

use crate::extract::decode;
use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use crate::extract::office::layout::lay_out;
use crate::extract::office::paragraphs::Role;
use crate::extract::rtf::fonts::{Fonts, Glyphs, of_code_page};
use crate::extract::rtf::state::{Destination, Properties, State, Styles};
use crate::extract::rtf::text::Text;
use crate::extract::rtf::tokens::Token;

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

/// A character of a font of signs.
const SIGN: &str = "\u{f0b7}";

#[derive(Default)]
pub(super) struct Reader {
    state: State,
    /// States of the groups around this one.
    outer: Vec<State>,
    /// The next word names a destination that may be passed over.
    may_pass: bool,
    fonts: Fonts,
    default_font: i32,
    styles: Styles,
    text: Text,
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

impl Reader {
    /// Follows a token, which begins at byte `at`.
    ///
    /// # Errors
    ///
    /// The reason, in words: if groups are nested over the limit, or if the bytes before do
    /// not fit their encoding.
    pub(super) fn take(
        &mut self,
        token: Token<'_>,
        at: usize,
        limits: &Limits,
    ) -> Result<(), String> {
        self.at = at;
        match token {
            Token::Byte(byte) => self.byte(byte),
            Token::Sign(b'*') => self.may_pass = true,
            Token::Word(..) | Token::Sign(_) if self.skip > 0 => self.skip -= 1,
            Token::Open => {
                self.flush()?;
                self.open_group(limits)?;
            }
            Token::Close => {
                self.flush()?;
                self.close_group();
            }
            Token::Sign(sign) => {
                self.flush()?;
                self.sign(sign);
            }
            Token::Word(word, number) => {
                self.flush()?;
                let may_pass = std::mem::take(&mut self.may_pass);
                if !self.destination(word, may_pass) {
                    self.word(word, number);
                }
            }
        }
        Ok(())
    }

    /// True behind the last group.
    pub(super) fn is_done(&self) -> bool {
        self.outer.is_empty()
    }

    /// The text and its blocks.
    ///
    /// # Errors
    ///
    /// The reason, in words: if there is no text, or more than the limit.
    pub(super) fn finish(self, limits: &Limits) -> Result<Extracted, String> {
        let encoding = match self.fonts.usual {
            Glyphs::In(encoding) => encoding.name(),
            _ => "ASCII",
        };
        lay_out(self.text.paragraphs, encoding, self.pictures, limits)
    }

    fn open_group(&mut self, limits: &Limits) -> Result<(), String> {
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

    fn close_group(&mut self) {
        let Some(outer) = self.outer.pop() else {
            return;
        };
        let last = self.outer.is_empty();
        if last || self.state.destination == Destination::Box {
            self.text.end_box(self.role());
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
            Destination::Styles => self.styles.name(self.state.paragraph.style, byte),
            Destination::Mark => self.text.write_mark(byte > b' '),
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
        match (self.fonts.get(self.state.font), std::str::from_utf8(&bytes)) {
            (Glyphs::Signs, Ok(text)) if text.trim().is_empty() => self.write(text),
            (Glyphs::Signs, _) => self.write(SIGN),
            (_, Ok(text)) if text.is_ascii() => self.write(text),
            (Glyphs::In(encoding), _) => {
                let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
                let text = text.ok_or_else(|| misfit(encoding.name()))?;
                self.write(&text);
            }
            (Glyphs::Unknown(page), _) => {
                return Err(misfit(&format!("of code page {page}, which is not known")));
            }
            (Glyphs::Usual, _) => return Err(misfit("ASCII")),
        }
        Ok(())
    }

    fn sign(&mut self, sign: u8) {
        match sign {
            b'~' => self.write("\u{a0}"),
            b'_' => self.write("-"),
            b'\r' | b'\n' => self.end_paragraph(),
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
        if self.state.destination == Destination::Nowhere {
            return true;
        }
        self.pictures += usize::from(matches!(word, "pict" | "shppict"));
        self.state.destination = destination;
        if destination == Destination::Box {
            self.text.begin_box();
            self.state.paragraph = Properties::default();
        }
        true
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
            "uc" => self.state.stand_ins = Some(value.clamp(0, 16) as usize),
            "u" => self.unicode(value),
            "htmlrtf" => self.state.muted = on,
            "fldrslt" => self.state.in_result = true,
            "s" => self.state.paragraph.style = value,
            "outlinelevel" if in_styles => self.styles.outline(self.state.paragraph.style, value),
            _ if self.look(word, value, on) || self.property(word, value) => {}
            _ if in_styles => {}
            _ => self.text_word(word),
        }
    }

    /// How text looks.
    fn look(&mut self, word: &str, value: i32, on: bool) -> bool {
        let state = &mut self.state;
        match word {
            "plain" => {
                (state.bold, state.underlined, state.hidden) = (false, false, false);
                (state.deleted, state.font) = (false, self.default_font);
            }
            "b" => state.bold = on,
            "ul" | "uldb" | "ulw" | "ulth" => state.underlined = on,
            "ulnone" => state.underlined = false,
            "v" => state.hidden = on,
            "deleted" => state.deleted = on,
            "f" => state.font = value,
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
            "par" | "page" | "sect" | "nestcell" | "nestrow" => self.end_paragraph(),
            "line" | "lbr" | "column" => self.break_line(),
            "cell" => self.end_cell(),
            "row" => self.end_row(),
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
        self.skip = self.state.stand_ins.unwrap_or(1);
        // The number is one of 16 bits with a sign; some programs write larger ones.
        let unit = if value > 0xFFFF {
            value
        } else {
            value & 0xFFFF
        } as u32;
        let code = match (self.surrogate.take(), unit) {
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

    /// True where nothing is shown.
    fn is_silent(&self) -> bool {
        let state = &self.state;
        let is_text = matches!(state.destination, Destination::Text | Destination::Box);
        let is_hidden = state.hidden || state.deleted || state.muted;
        !is_text || is_hidden || self.styles.is_contents(state.paragraph.style)
    }

    fn write(&mut self, text: &str) {
        if self.state.destination == Destination::Mark {
            self.text.write_mark(!text.trim().is_empty());
        }
        if self.is_silent() {
            return;
        }
        self.text.begin(self.state.paragraph.in_table);
        let state = &self.state;
        let strong = state.bold || state.underlined && !state.in_result;
        self.text.paragraphs.write(text, strong);
    }

    fn role(&self) -> Role {
        self.styles.role(&self.state.paragraph, self.text.mark)
    }

    fn break_line(&mut self) {
        if !self.is_silent() {
            self.text.begin(self.state.paragraph.in_table);
            self.text.paragraphs.set_role(self.role());
            self.text.paragraphs.line_break();
        }
    }

    fn end_paragraph(&mut self) {
        if !self.is_silent() {
            self.text.begin(self.state.paragraph.in_table);
            self.text.end(self.role());
        }
    }

    fn end_cell(&mut self) {
        if !self.is_silent() {
            self.text.end(self.role());
            self.text.paragraphs.end_cell();
        }
    }

    fn end_row(&mut self) {
        if !self.is_silent() {
            self.text.end(self.role());
            self.text.end_row();
        }
    }
}
