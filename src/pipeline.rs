//! One document, end to end: text to units, words, matches.
//!
//! **In:** a [`Document`]: a text and what is known of its layout and genre. **Out:** [`Scored`]: its units with
//! their words and matches. Pure: no file, no thread, no printing. The decision that lives here: only scored
//! units (sentences and bullets) are looked at; headings and boilerplate have no matches.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::lexicon::model::Lexicon;
use crate::lexicon::scheme::Scheme;
use crate::matching::matcher::{Match, Matcher, Workspace};
use crate::matching::sentence::Sentence;
use crate::span::Span;
use crate::text::boilerplate::Boilerplate;
use crate::text::document::{Block, Genre, Unit, UnitKind};
use crate::text::segment::segment;
use crate::text::vocabulary::{Vocabulary, WordId};
use crate::text::words::{Roles, Words};

/// A text and what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The extracted text; spans refer to it.
    pub text: &'a str,
    /// Its layout; empty where only the text is known.
    pub blocks: &'a [Block],
    /// What kind of text it is.
    pub genre: Genre,
}

/// A unit with what was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoredUnit {
    /// Where it is and what it is.
    pub unit: Unit,
    /// Its words.
    pub words: u32,
    /// Indices of its matches in [`Scored::matches`].
    pub matches: Range<u32>,
}

/// A document with what was found in it; its memory may be used again.
#[derive(Debug, Default)]
pub struct Scored {
    /// Its units, in order.
    pub units: Vec<ScoredUnit>,
    /// Its matches, in order of units and places.
    pub matches: Vec<Match>,
    spans: Vec<Unit>,
    words: Words,
    workspace: Workspace,
}

impl Scored {
    /// The matches of one unit.
    pub fn matches_of(&self, unit: &ScoredUnit) -> &[Match] {
        &self.matches[unit.matches.start as usize..unit.matches.end as usize]
    }
}

/// Everything that is built once: a lexicon made ready for matching, and the boilerplate cues.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pipeline {
    scheme: Scheme,
    vocabulary: Vocabulary,
    matcher: Matcher,
    boilerplate: Boilerplate,
    roles: Roles,
}

impl Pipeline {
    /// A pipeline over `lexicon`.
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut vocabulary = Vocabulary::default();
        Matcher::list(lexicon, &mut vocabulary);
        let boilerplate = Boilerplate::new(&mut vocabulary);
        let matcher = Matcher::new(lexicon, &vocabulary);
        let heard = matcher.anchors();
        let anchors = |word: WordId, genre| heard[word.0 as usize].contains(genre);
        let roles = Roles::new(&vocabulary, anchors, |word| boilerplate.begins(word));
        Self {
            scheme: lexicon.into(),
            vocabulary,
            matcher,
            boilerplate,
            roles,
        }
    }

    /// The coding scheme of the lexicon that it was built of.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// Finds the units of `document` and their matches; `scored` is overwritten. With `all`, matches that
    /// do not count are among them (see [`crate::matching::matcher::Status`]).
    pub fn run(&self, document: &Document<'_>, all: bool, scored: &mut Scored) {
        let text = document.text;
        scored.units.clear();
        scored.matches.clear();
        segment(text, document.blocks, &mut scored.spans);
        let words = &mut scored.words;
        words.clear();
        // A glued line has units that part within a run of letters, so each has its own words.
        for unit in &scored.spans {
            words.add(
                text,
                unit.span,
                document.genre,
                &self.vocabulary,
                &self.roles,
            );
        }
        // What is boilerplate in a posting ("flexible hours", "free parking") is an opinion in a review.
        if matches!(document.genre, Genre::Job | Genre::Any) {
            self.boilerplate.mark(text, words, &mut scored.spans);
        }
        for at in 0..scored.spans.len() {
            self.score(text, at, document.genre, all, scored);
        }
    }

    /// Adds unit `at` with its matches.
    fn score(&self, text: &str, at: usize, genre: Genre, all: bool, scored: &mut Scored) {
        let (unit, words) = (scored.spans[at], scored.words.of_unit(at));
        let first = scored.matches.len() as u32;
        if unit.kind.is_scored() {
            let sentence = Sentence::new(text, unit.span, words.tokens);
            let (workspace, matches) = (&mut scored.workspace, &mut scored.matches);
            self.matcher
                .matches(&sentence, words.anchors, genre, all, workspace, matches);
        }
        scored.units.push(ScoredUnit {
            unit,
            words: words.count,
            matches: first..scored.matches.len() as u32,
        });
    }

    /// As [`Pipeline::run`], but takes the whole text for one sentence, whatever it looks like.
    pub fn run_sentence(&self, text: &str, genre: Genre, all: bool, scored: &mut Scored) {
        let span = Span::new(0, text.len());
        let kind = UnitKind::Sentence;
        scored.units.clear();
        scored.matches.clear();
        scored.spans.clear();
        scored.spans.push(Unit { span, kind });
        scored.words.clear();
        (scored.words).add(text, span, genre, &self.vocabulary, &self.roles);
        self.score(text, 0, genre, all, scored);
    }
}
