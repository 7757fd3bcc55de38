//! What the styles of a Word document say.
//!
//! **In:** the text of `styles.xml`. **Out:** [`Style`]s with all that they inherit. **Unit:**
//! levels, from 0.
//!
//! The decisions that live here:
//!
//! 1. *Headings* are styles with an outline level, and those that the program itself names
//!    heading, title or subtitle, whatever the language of its menus.
//! 2. *Contents* are paragraphs of the styles `toc`: they repeat the headings.
//! 3. *A style that is its own ancestor* inherits from a limited number of others.

use std::collections::HashMap;

use crate::extract::limits::Limits;
use crate::extract::office::xml::{Spaces, Step, Tag, Visitor, walk};

/// Namespaces of Word, in the form of old and in the strict one.
pub(super) const SPACES: Spaces = &[
    (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "w",
    ),
    ("http://purl.oclc.org/ooxml/wordprocessingml/main", "w"),
    (
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "mc",
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "m",
    ),
    ("http://purl.oclc.org/ooxml/officeDocument/math", "m"),
];

/// More styles than this are not kept; no document has as many.
pub(super) const MOST: usize = 100_000;

/// The longest line of ancestors.
const ANCESTORS: usize = 32;

/// How text looks; `None` where nothing is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Looks {
    pub(super) bold: Option<bool>,
    pub(super) underlined: Option<bool>,
    pub(super) hidden: Option<bool>,
}

/// What a style, or a paragraph, says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) looks: Looks,
    /// The level in the outline; 9 is running text.
    pub(super) outline: Option<u8>,
    /// The number of a list; 0 is none.
    pub(super) list: Option<u32>,
    pub(super) level: Option<u8>,
    name: Name,
}

/// What the name of a style tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Name {
    #[default]
    Other,
    Heading,
    List,
    Contents,
}

impl Style {
    /// True for headings and titles.
    pub(super) fn is_heading(&self) -> bool {
        match self.outline {
            Some(level) => level < 9,
            None => self.name == Name::Heading,
        }
    }

    /// True for items of lists that the program numbers by the style's name alone.
    pub(super) fn is_list(&self) -> bool {
        self.name == Name::List
    }

    /// True for lines of a table of contents.
    pub(super) fn is_contents(&self) -> bool {
        self.name == Name::Contents
    }

    fn inherit(&mut self, parent: &Self) {
        self.looks.inherit(parent.looks);
        self.outline = self.outline.or(parent.outline);
        self.list = self.list.or(parent.list);
        self.level = self.level.or(parent.level);
        if self.name == Name::Other {
            self.name = parent.name;
        }
    }
}

impl Looks {
    pub(super) fn inherit(&mut self, parent: Self) {
        self.bold = self.bold.or(parent.bold);
        self.underlined = self.underlined.or(parent.underlined);
        self.hidden = self.hidden.or(parent.hidden);
    }

    /// Takes what an element of run properties says; `false` for other elements.
    pub(super) fn take(&mut self, tag: &Tag<'_>) -> bool {
        match tag.name {
            "b" => self.bold = Some(is_on(tag)),
            "u" => self.underlined = Some(!tag.has("val", "none")),
            "vanish" => self.hidden = Some(is_on(tag)),
            _ => return false,
        }
        true
    }
}

/// True for a property that is switched on.
pub(super) fn is_on(tag: &Tag<'_>) -> bool {
    !matches!(tag.get("val").as_deref(), Some("0" | "false" | "off"))
}

/// The styles of a document, by their ids.
#[derive(Debug, Default)]
pub(super) struct Styles {
    all: HashMap<String, Derived>,
    /// The style of paragraphs that name none.
    default: Style,
}

/// What a style says itself, and the id of the one that it inherits from.
#[derive(Debug, Default)]
struct Derived {
    own: Style,
    parent: String,
}

impl Styles {
    /// The style of that id, with all that it inherits.
    pub(super) fn get(&self, id: &str) -> Style {
        let Some(derived) = self.all.get(id) else {
            return self.default;
        };
        let mut style = derived.own;
        let mut parent = &derived.parent;
        for _ in 0..ANCESTORS {
            let Some(next) = self.all.get(parent) else {
                break;
            };
            style.inherit(&next.own);
            parent = &next.parent;
        }
        style
    }

    /// The style of paragraphs that name none.
    pub(super) fn default(&self) -> Style {
        self.default
    }

    /// Reads `styles.xml`.
    ///
    /// # Errors
    ///
    /// The reason, in words, if it is damaged or over a limit.
    pub(super) fn read(part: &str, xml: &str, limits: &Limits) -> Result<Self, String> {
        let mut reader = StyleReader::default();
        walk(part, xml, SPACES, limits, &mut reader)?;
        let mut styles = Self {
            all: reader.all,
            default: Style::default(),
        };
        styles.default = styles.get(&reader.default);
        Ok(styles)
    }
}

#[derive(Default)]
struct StyleReader {
    all: HashMap<String, Derived>,
    /// The style that is being read, and its id.
    open: Option<(String, Derived)>,
    default: String,
}

impl Visitor for StyleReader {
    fn start(&mut self, tag: &Tag<'_>) -> Step {
        if tag.space != "w" || tag.name.ends_with("Change") || tag.name == "tblStylePr" {
            return Step::Over;
        }
        if tag.name == "style" {
            let id = tag.get("styleId").unwrap_or_default().into_owned();
            if tag.has("type", "paragraph")
                && tag.get("default").is_some_and(|v| v == "1" || v == "true")
            {
                self.default.clone_from(&id);
            }
            self.open = Some((id, Derived::default()));
            return Step::Into;
        }
        let Some((_, Derived { own: style, parent })) = &mut self.open else {
            return Step::Into;
        };
        let value = || tag.get("val").unwrap_or_default();
        match tag.name {
            "name" => style.name = name(&value()),
            "basedOn" => *parent = value().into_owned(),
            "outlineLvl" => style.outline = value().parse().ok(),
            "numId" => style.list = value().parse().ok(),
            "ilvl" => style.level = value().parse().ok(),
            _ => {
                style.looks.take(tag);
            }
        }
        Step::Into
    }

    fn end(&mut self, tag: &Tag<'_>) {
        if tag.name == "style"
            && let Some((id, style)) = self.open.take()
            && self.all.len() < MOST
        {
            self.all.insert(id, style);
        }
    }

    fn text(&mut self, _: &str) {}
}

fn name(name: &str) -> Name {
    let name = name.to_ascii_lowercase();
    let begins = |start: &str| name.starts_with(start);
    if name == "title" || name == "subtitle" || begins("heading ") {
        Name::Heading
    } else if begins("list bullet") || begins("list number") {
        Name::List
    } else if begins("toc ") {
        Name::Contents
    } else {
        Name::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

    fn styles(inner: &str) -> Styles {
        let xml = format!("<w:styles {HEAD}>{inner}</w:styles>");
        Styles::read("styles", &xml, &Limits::default()).unwrap()
    }

    #[test]
    fn a_style_inherits_what_it_does_not_say() {
        let styles = styles(
            r#"<w:style w:styleId="a"><w:name w:val="heading 1"/><w:rPr><w:b/></w:rPr></w:style>
               <w:style w:styleId="b"><w:name w:val="Mine"/><w:basedOn w:val="a"/></w:style>"#,
        );
        let style = styles.get("b");
        assert!(style.is_heading() && style.looks.bold == Some(true));
    }

    #[test]
    fn a_heading_may_be_told_by_its_outline_level_alone() {
        let styles = styles(
            r#"<w:style w:styleId="a"><w:name w:val="Kop"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>"#,
        );
        assert!(styles.get("a").is_heading());
    }

    #[test]
    fn a_style_that_is_its_own_ancestor_ends() {
        let styles = styles(
            r#"<w:style w:styleId="a"><w:basedOn w:val="b"/></w:style>
               <w:style w:styleId="b"><w:basedOn w:val="a"/></w:style>"#,
        );
        assert!(!styles.get("a").is_heading());
    }

    #[test]
    fn what_a_style_was_before_a_change_does_not_count() {
        let styles = styles(
            r#"<w:style w:styleId="a"><w:rPr><w:rPrChange><w:rPr><w:b/></w:rPr></w:rPrChange></w:rPr></w:style>"#,
        );
        assert_eq!(styles.get("a").looks.bold, None);
    }
}
