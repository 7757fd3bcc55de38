//! Counts that add up: from matches to sentences, from sentences to documents.
//!
//! **In:** the units of a document with their matches. **Out:** [`Tags`] of a unit, [`Tally`] of a document;
//! tallies may be added in any order. **Unit:** sentences, words, matches. The decision that lives
//! here: a category tags a sentence as *lacking* where every counted match of it there is lacking, else as
//! *present*.

use std::ops::AddAssign;

use crate::lexicon::scheme::Scheme;
use crate::matching::matcher::{Match, Polarity, Status};

/// What one unit says of one category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tag {
    /// Counted matches that are present.
    pub present: u32,
    /// Counted matches that are lacking.
    pub lacking: u32,
}

impl Tag {
    /// All counted matches.
    pub fn matches(self) -> u32 {
        self.present + self.lacking
    }

    /// The polarity of the tag; `None` where the category does not tag the unit.
    pub fn polarity(self) -> Option<Polarity> {
        match (self.present, self.lacking) {
            (0, 0) => None,
            (0, _) => Some(Polarity::Lacking),
            _ => Some(Polarity::Present),
        }
    }
}

/// The tags of one unit: one per category, in the order of the lexicon.
pub type Tags = Vec<Tag>;

/// Counts the matches of one unit into `tags`, which is cleared first. Only counted
/// matches are taken.
pub fn tag(scheme: &Scheme, matches: &[Match], tags: &mut Tags) {
    tags.clear();
    tags.resize(scheme.categories.len(), Tag::default());
    for found in matches.iter().filter(|m| m.status == Status::Counted) {
        let tag = &mut tags[found.category.0 as usize];
        match found.polarity {
            Polarity::Present => tag.present += 1,
            Polarity::Lacking => tag.lacking += 1,
        }
    }
}

/// Counts of one category over the scored sentences of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CategoryTally {
    /// Sentences tagged present.
    pub present: u64,
    /// Sentences tagged lacking.
    pub lacking: u64,
    /// Matches that are present.
    pub present_matches: u64,
    /// Matches that are lacking.
    pub lacking_matches: u64,
}

/// Counts of one pole over the scored sentences of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PoleTally {
    /// Sentences that some category of the pole tags present.
    pub present: u64,
    /// Matches of its categories that are present.
    pub present_matches: u64,
}

/// Counts of one document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Words in scored sentences.
    pub words: u64,
    /// Scored sentences: neither headings nor boilerplate.
    pub sentences: u64,
    /// Sentences with any tag, present or lacking.
    pub tagged: u64,
    /// One per category, in the order of the lexicon.
    pub categories: Vec<CategoryTally>,
    /// One per pole, in the order of the lexicon.
    pub poles: Vec<PoleTally>,
}

impl Tally {
    /// A tally of nothing, with room for the categories and poles of `lexicon`.
    pub fn new(scheme: &Scheme) -> Self {
        Self {
            categories: vec![CategoryTally::default(); scheme.categories.len()],
            poles: vec![PoleTally::default(); scheme.poles.len()],
            ..Self::default()
        }
    }

    /// Sets every count to zero and keeps the room.
    pub fn clear(&mut self) {
        (self.words, self.sentences, self.tagged) = (0, 0, 0);
        self.categories.fill(CategoryTally::default());
        self.poles.fill(PoleTally::default());
    }

    /// Adds a scored sentence without any tag.
    pub fn add_untagged(&mut self, words: u32) {
        self.sentences += 1;
        self.words += u64::from(words);
    }

    /// Adds a scored sentence with its tags.
    pub fn add(&mut self, scheme: &Scheme, words: u32, tags: &[Tag]) {
        self.add_untagged(words);
        self.tagged += u64::from(tags.iter().any(|tag| tag.matches() > 0));
        for (sum, tag) in self.categories.iter_mut().zip(tags) {
            sum.present += u64::from(tag.polarity() == Some(Polarity::Present));
            sum.lacking += u64::from(tag.polarity() == Some(Polarity::Lacking));
            sum.present_matches += u64::from(tag.present);
            sum.lacking_matches += u64::from(tag.lacking);
        }
        for (pole, sum) in (0..).zip(&mut self.poles) {
            let of_pole = scheme
                .categories
                .iter()
                .zip(tags)
                .filter(|(c, _)| c.pole.0 == pole);
            let (mut any, mut matches) = (false, 0);
            for (_, tag) in of_pole {
                any |= tag.polarity() == Some(Polarity::Present);
                matches += u64::from(tag.present);
            }
            sum.present += u64::from(any);
            sum.present_matches += matches;
        }
    }
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        self.words += other.words;
        self.sentences += other.sentences;
        self.tagged += other.tagged;
        for (sum, part) in self.categories.iter_mut().zip(&other.categories) {
            sum.present += part.present;
            sum.lacking += part.lacking;
            sum.present_matches += part.present_matches;
            sum.lacking_matches += part.lacking_matches;
        }
        for (sum, part) in self.poles.iter_mut().zip(&other.poles) {
            sum.present += part.present;
            sum.present_matches += part.present_matches;
        }
    }
}
