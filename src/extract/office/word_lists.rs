//! What the lists of a Word document look like.
//!
//! **In:** the text of `numbering.xml`. **Out:** which levels of lists bear a mark. **Unit:**
//! levels, from 0.
//!
//! One decision lives here: a level that shows neither number nor bullet makes no items.

use std::collections::{HashMap, HashSet};

use crate::extract::limits::Limits;
use crate::extract::office::word_styles::{MOST, SPACES};
use crate::extract::office::xml::{Step, Tag, Visitor, walk};

/// Which levels of which lists bear no mark.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// The kind of list that a list is of.
    kinds: HashMap<u32, u32>,
    /// Levels of kinds that have neither number nor bullet.
    bare: HashSet<(u32, u8)>,
}

impl Numbering {
    /// True where items of that level have a number or a bullet. Lists that are not
    /// described have.
    pub(super) fn is_marked(&self, list: u32, level: u8) -> bool {
        (self.kinds.get(&list)).is_none_or(|kind| !self.bare.contains(&(*kind, level)))
    }

    /// Reads `numbering.xml`.
    ///
    /// # Errors
    ///
    /// The reason, in words, if it is damaged or over a limit.
    pub(super) fn read(part: &str, xml: &str, limits: &Limits) -> Result<Self, String> {
        let mut reader = NumberingReader::default();
        walk(part, xml, SPACES, limits, &mut reader)?;
        Ok(reader.numbering)
    }
}

#[derive(Default)]
struct NumberingReader {
    numbering: Numbering,
    /// The kind of list, or the list, that is being read.
    id: Option<u32>,
    level: u8,
    /// The format and the text of the level, where they say that there is no mark.
    no_format: bool,
    no_text: bool,
}

impl Visitor for NumberingReader {
    fn start(&mut self, tag: &Tag<'_>) -> Step {
        if tag.space != "w" || tag.name == "lvlOverride" {
            return Step::Over;
        }
        let number = |name: &str| tag.get(name).and_then(|value| value.parse::<u32>().ok());
        match tag.name {
            "abstractNum" => self.id = number("abstractNumId"),
            "num" => self.id = number("numId"),
            "abstractNumId" if self.numbering.kinds.len() < MOST => {
                if let (Some(list), Some(kind)) = (self.id, number("val")) {
                    self.numbering.kinds.insert(list, kind);
                }
            }
            "lvl" => {
                self.level = number("ilvl").map_or(0, |level| level.min(255) as u8);
                (self.no_format, self.no_text) = (false, false);
            }
            "numFmt" => self.no_format = tag.has("val", "none"),
            "lvlText" => {
                self.no_text = tag.get("val").is_none_or(|text| text.trim().is_empty());
            }
            _ => {}
        }
        Step::Into
    }

    fn end(&mut self, tag: &Tag<'_>) {
        if tag.name == "lvl"
            && (self.no_format || self.no_text)
            && self.numbering.bare.len() < MOST
            && let Some(kind) = self.id
        {
            self.numbering.bare.insert((kind, self.level));
        }
    }

    fn text(&mut self, _: &str) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

    #[test]
    fn a_level_without_number_and_bullet_bears_no_mark() {
        let xml = format!(
            r#"<w:numbering {HEAD}><w:abstractNum w:abstractNumId="7">
            <w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="-"/></w:lvl>
            <w:lvl w:ilvl="1"><w:numFmt w:val="none"/><w:lvlText w:val=""/></w:lvl>
            </w:abstractNum><w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#
        );
        let numbering = Numbering::read("numbering", &xml, &Limits::default()).unwrap();
        assert!(numbering.is_marked(2, 0) && !numbering.is_marked(2, 1));
    }
}
