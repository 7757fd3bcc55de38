//! The fonts of an RTF file, for each has an encoding.
//!
//! **In:** numbers of code pages and of character sets. **Out:** encodings. **Unit:** none.
//!
//! The decisions that live here: which number is which encoding; that fonts of signs hold no
//! text.

use std::collections::HashMap;

use encoding_rs::{self as encodings, Encoding};

/// How bytes in a font are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Glyphs {
    /// In the encoding of the file.
    Usual,
    In(&'static Encoding),
    /// They are signs.
    Signs,
    /// In a code page that no library knows.
    Unknown(i32),
}

/// Fonts by their numbers.
#[derive(Debug)]
pub(super) struct Fonts {
    all: HashMap<i32, Glyphs>,
    /// The font that is being described, and its name so far.
    open: i32,
    name: String,
    charset: i32,
    /// The encoding of the file.
    pub(super) usual: Glyphs,
}

/// More fonts than this are not kept.
const MOST: usize = 10_000;

impl Default for Fonts {
    fn default() -> Self {
        Self {
            all: HashMap::new(),
            open: 0,
            name: String::new(),
            charset: 1,
            usual: Glyphs::In(encodings::WINDOWS_1252),
        }
    }
}

impl Fonts {
    /// How bytes in that font are read.
    pub(super) fn get(&self, font: i32) -> Glyphs {
        match self.all.get(&font) {
            None | Some(Glyphs::Usual) => self.usual,
            Some(glyphs) => *glyphs,
        }
    }

    /// A control word in the table of fonts.
    pub(super) fn word(&mut self, word: &str, number: Option<i32>) {
        match word {
            "f" => {
                self.open = number.unwrap_or(0);
                self.name.clear();
                self.charset = 1;
            }
            "fcharset" => self.charset = number.unwrap_or(1),
            _ => {}
        }
        self.keep();
    }

    /// A byte of the name of a font.
    pub(super) fn byte(&mut self, byte: u8) {
        if self.name.len() < 10 {
            self.name.push(char::from(byte));
            self.keep();
        }
    }

    fn keep(&mut self) {
        let signs = ["Symbol", "Wingdings", "Webdings"];
        let glyphs = if signs.iter().any(|font| self.name.starts_with(font)) {
            Glyphs::Signs
        } else {
            of_charset(self.charset)
        };
        if self.all.len() < MOST {
            self.all.insert(self.open, glyphs);
        }
    }
}

/// The encoding of a character set of Windows.
fn of_charset(charset: i32) -> Glyphs {
    let page = match charset {
        0 => 1252,
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return Glyphs::Usual,
    };
    of_code_page(page)
}

/// The encoding of a code page.
pub(super) fn of_code_page(page: i32) -> Glyphs {
    Glyphs::In(match page {
        874 => encodings::WINDOWS_874,
        932 => encodings::SHIFT_JIS,
        936 => encodings::GBK,
        949 => encodings::EUC_KR,
        950 => encodings::BIG5,
        1250 => encodings::WINDOWS_1250,
        1251 => encodings::WINDOWS_1251,
        0 | 1252 => encodings::WINDOWS_1252,
        1253 => encodings::WINDOWS_1253,
        1254 => encodings::WINDOWS_1254,
        1255 => encodings::WINDOWS_1255,
        1256 => encodings::WINDOWS_1256,
        1257 => encodings::WINDOWS_1257,
        1258 => encodings::WINDOWS_1258,
        10000 => encodings::MACINTOSH,
        65001 => encodings::UTF_8,
        _ => return Glyphs::Unknown(page),
    })
}
