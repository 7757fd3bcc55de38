//! What holds at a place of an RTF file.
//!
//! **In:** nothing. **Out:** [`State`], which groups inherit, and [`Styles`]. **Unit:** levels,
//! from 0.
//!
//! One decision lives here: that headings are told by a level of the outline, the
//! paragraph's own or its style's, and else by the name of the style.

use std::collections::HashMap;

use crate::extract::office::paragraphs::Role;

/// More styles than this are not kept.
const MOST: usize = 10_000;

/// What a group says, and the groups in it unless they say otherwise.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct State {
    pub(super) destination: Destination,
    pub(super) hidden: bool,
    pub(super) deleted: bool,
    /// For readers of another kind.
    pub(super) muted: bool,
    pub(super) bold: bool,
    pub(super) underlined: bool,
    /// In the result of a field, where links are underlined.
    pub(super) in_result: bool,
    pub(super) font: i32,
    /// How many characters stand in for one of Unicode; `None` for the usual one.
    pub(super) stand_ins: Option<usize>,
    pub(super) paragraph: Properties,
}

/// What a paragraph says.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Properties {
    pub(super) style: i32,
    pub(super) outline: Option<i32>,
    pub(super) list: i32,
    pub(super) level: i32,
    pub(super) in_table: bool,
}

/// Where text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Destination {
    #[default]
    Text,
    /// A text box that this group is; what stood around it goes on behind it.
    Box,
    Fonts,
    Styles,
    /// The mark of an item.
    Mark,
    Nowhere,
}

/// What a style is, by its name in small letters and its level in the outline.
#[derive(Debug, Default)]
struct Style {
    name: String,
    outline: Option<i32>,
}

/// The styles of a file.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<i32, Style>);

impl Styles {
    fn describe(&mut self, number: i32) -> &mut Style {
        let known = self.0.len() < MOST || self.0.contains_key(&number);
        self.0.entry(if known { number } else { 0 }).or_default()
    }

    /// A byte of the name of a style.
    pub(super) fn name(&mut self, number: i32, byte: u8) {
        let name = &mut self.describe(number).name;
        if byte != b';' && name.len() < 20 && !(name.is_empty() && byte == b' ') {
            name.push(char::from(byte.to_ascii_lowercase()));
        }
    }

    /// The level of a style in the outline.
    pub(super) fn outline(&mut self, number: i32, level: i32) {
        self.describe(number).outline = Some(level);
    }

    /// True for the style of lines of a table of contents.
    pub(super) fn is_contents(&self, number: i32) -> bool {
        (self.0.get(&number)).is_some_and(|style| style.name.starts_with("toc "))
    }

    /// What a paragraph is. `mark` says whether the mark before it can be seen, where it has
    /// one.
    pub(super) fn role(&self, paragraph: &Properties, mark: Option<bool>) -> Role {
        let style = self.0.get(&paragraph.style);
        let outline = paragraph.outline.or(style.and_then(|style| style.outline));
        let named = style.is_some_and(|style| is_heading(&style.name));
        if outline.map_or(named, |level| (0..9).contains(&level)) {
            return Role::Heading;
        }
        if mark.unwrap_or(paragraph.list > 0) {
            return Role::Item {
                list: paragraph.list.unsigned_abs(),
                level: paragraph.level.clamp(0, 255) as u8,
            };
        }
        Role::Body
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "title" | "subtitle") || name.starts_with("heading ")
}
