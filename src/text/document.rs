//! What a text and its parts are called.
//!
//! **In:** nothing. **Out:** [`Genre`], [`Block`], [`Unit`] and their kinds. They are
//! spans of a text and never own one.

use serde::{Deserialize, Serialize};

use crate::span::Span;

/// What kind of text a document is. Guards and the rule of the focal actor depend on it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum Genre {
    /// A job description or advertisement.
    Job,
    /// A review of an employer, written by an employee.
    Review,
    /// A performance review of an employee.
    Performance,
    /// Not known.
    #[default]
    Any,
}

impl Genre {
    /// Every genre with its name, in the order in which help texts list them.
    pub const NAMES: [(&'static str, Genre); 4] = [
        ("job", Genre::Job),
        ("review", Genre::Review),
        ("performance", Genre::Performance),
        ("any", Genre::Any),
    ];

    /// The genre of that name, in any case; `None` for other words.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        (Self::NAMES.iter())
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|&(_, genre)| genre)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(_, genre)| *genre == self)
            .map_or("any", |(name, _)| name)
    }
}

/// What an extractor knows of the layout: a part of the text and what it was in
/// its format (a heading of HTML, a list item of a word processor).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The text of the block, without its marker.
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
}

/// Kinds of [`Block`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// A heading or title.
    Heading,
    /// An item of a list.
    Item,
    /// Running text: sentences, line ends inside mean nothing.
    Paragraph,
    /// Text whose lines speak for themselves: bullets and headings are found by
    /// their looks.
    Lines,
}

/// A sentence, a bullet or another piece of a text that is tagged (or passed over)
/// as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Where it is, without bullet marker and outer white space.
    pub span: Span,
    /// What it is.
    pub kind: UnitKind,
}

/// Kinds of [`Unit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    /// A sentence of running text.
    Sentence,
    /// An item of a list, or a sentence of one.
    Bullet,
    /// A heading or title: introduces others, says nothing itself, never tagged.
    Heading,
    /// Equal-opportunity notes, benefits, pay, how to apply: never tagged.
    Boilerplate,
}

impl UnitKind {
    /// The word in the `unit` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sentence => "sentence",
            Self::Bullet => "bullet",
            Self::Heading => "heading",
            Self::Boilerplate => "boilerplate",
        }
    }

    /// True for the units that are tagged and that shares are taken of.
    pub fn is_scored(self) -> bool {
        matches!(self, Self::Sentence | Self::Bullet)
    }
}
