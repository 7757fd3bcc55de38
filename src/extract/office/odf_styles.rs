//! What the styles and lists of an OpenDocument text say.
//!
//! **In:** the elements of `styles.xml` and of the head of `content.xml`. **Out:** [`Style`]s
//! with all that they inherit. **Unit:** levels, from 1.
//!
//! The decisions that live here: titles are told by the name that the program gives them, in
//! any language of its menus; a level of a list that shows nothing bears no mark.

use std::collections::{HashMap, HashSet};

use crate::extract::office::xml::Tag;

/// More styles than this are not kept; no document has as many.
const MOST: usize = 100_000;

/// The longest line of ancestors.
const ANCESTORS: usize = 32;

/// What a style says; `None` where it says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) bold: Option<bool>,
    pub(super) underlined: Option<bool>,
    pub(super) hidden: Option<bool>,
    pub(super) is_title: bool,
}

impl Style {
    /// Takes from `parent` what it does not say itself.
    pub(super) fn inherit(&mut self, parent: Self) {
        self.bold = self.bold.or(parent.bold);
        self.underlined = self.underlined.or(parent.underlined);
        self.hidden = self.hidden.or(parent.hidden);
        self.is_title |= parent.is_title;
    }
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// What a style says and the name of its parent, by family and name.
    all: HashMap<String, (Style, String)>,
    /// Levels of lists, by the name of the list, that bear no mark.
    bare: HashSet<(String, usize)>,
    /// The style, or the list, that is being read.
    open: Option<String>,
    level: usize,
}

impl Styles {
    /// What the style of that family and name says, with all that it inherits.
    pub(super) fn get(&self, family: &str, name: &str) -> Style {
        let mut style = Style::default();
        let mut key = format!("{family} {name}");
        for _ in 0..ANCESTORS {
            let Some((own, parent)) = self.all.get(&key) else {
                break;
            };
            style.inherit(*own);
            key = format!("{family} {parent}");
        }
        style
    }

    /// True where items of that level have a number or a bullet. Lists that are not
    /// described have.
    pub(super) fn is_marked(&self, list: &str, level: usize) -> bool {
        !self.bare.contains(&(list.to_owned(), level))
    }

    /// An element begins; `false` if it is no part of a style.
    pub(super) fn start(&mut self, tag: &Tag<'_>) -> bool {
        match (tag.space, tag.name) {
            ("style", "style") => self.start_style(tag),
            ("style", "text-properties") => self.looks(tag),
            ("text", "list-style") => {
                self.open = tag.get("name").map(|name| name.into_owned());
            }
            ("text", name) if name.starts_with("list-level-style-") => self.list_level(tag),
            ("text", "outline-style") => self.open = None,
            ("style", "list-level-label-alignment" | "list-level-properties") => {}
            _ => return false,
        }
        true
    }

    /// An element ends.
    pub(super) fn end(&mut self, tag: &Tag<'_>) {
        if matches!(
            (tag.space, tag.name),
            ("style", "style") | ("text", "list-style")
        ) {
            self.open = None;
        }
    }

    fn start_style(&mut self, tag: &Tag<'_>) {
        let value = |name: &str| tag.get(name).unwrap_or_default();
        let name = value("name");
        let key = format!("{} {name}", value("family"));
        if self.all.len() < MOST {
            let style = Style {
                is_title: matches!(&*name, "Title" | "Subtitle"),
                ..Style::default()
            };
            let parent = value("parent-style-name").into_owned();
            self.all.insert(key.clone(), (style, parent));
        }
        self.open = Some(key);
    }

    fn looks(&mut self, tag: &Tag<'_>) {
        let open = self.open.as_ref();
        let Some((style, _)) = open.and_then(|key| self.all.get_mut(key)) else {
            return;
        };
        if let Some(weight) = tag.get("font-weight") {
            let heavy = weight.parse::<u16>().is_ok_and(|weight| weight >= 600);
            style.bold = Some(weight == "bold" || heavy);
        }
        if let Some(line) = tag.get("text-underline-style") {
            style.underlined = Some(line != "none");
        }
        if let Some(display) = tag.get("display") {
            style.hidden = Some(display == "none");
        }
    }

    fn list_level(&mut self, tag: &Tag<'_>) {
        let Some(list) = &self.open else { return };
        self.level = (tag.get("level").and_then(|level| level.parse().ok())).unwrap_or(1);
        let shows = |name: &str| tag.get(name).is_some_and(|shown| !shown.trim().is_empty());
        let signs = ["num-format", "num-prefix", "num-suffix", "bullet-char"];
        let marked = tag.name.ends_with("image") || signs.iter().any(|name| shows(name));
        if !marked && self.bare.len() < MOST {
            self.bare.insert((list.clone(), self.level));
        }
    }
}
