//! One document, end to end: text to units, words, matches.
//!
//! **In:** a [`Document`]: a text and what is known of its layout and genre. **Out:** [`Scored`]: its units with
//! their words and matches. Pure: no file, no thread, no printing. The decision that lives here: only scored
//! units (sentences and bullets) are looked at; headings and boilerplate have no matches.

use std::ops::Range;

use crate::lexicon::model::Lexicon;
use crate::matching::matcher::{Match, Matcher, Workspace};
use crate::matching::sentence::Sentence;
use crate::span::Span;
use crate::text::boilerplate::{Boilerplate, UnitWords};
use crate::text::document::{Block, Genre, Unit, UnitKind};
use crate::text::segment::segment;
use crate::text::tokenize::{Token, tokenize_span};
use crate::text::vocabulary::{Vocabulary, WordId};

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

/// The words of all units.
#[derive(Debug, Default)]
struct Words {
    tokens: Vec<Token>,
    /// Places, within its unit, of each word through which terms are found. What stands behind
    /// those of the last unit means nothing; so with `begun`.
    anchors: Vec<u32>,
    /// Places, within its unit, of each word that phrases of boilerplate begin with.
    begun: Vec<u32>,
    units: Vec<WordsOfUnit>,
}

/// Where the words of a unit are among those of all.
#[derive(Debug, Clone, Default)]
struct WordsOfUnit {
    tokens: Range<usize>,
    anchors: Range<usize>,
    begun: Range<usize>,
    /// How many words they count as.
    count: u32,
}

impl Words {
    fn clear(&mut self) {
        self.tokens.clear();
        self.units.clear();
    }

    /// Adds the words of a unit. What each of them is asked for by is as good as random, so they
    /// are gathered without a branch.
    fn add(&mut self, text: &str, span: Span, vocabulary: &Vocabulary, roles: &[u8]) {
        let last = self.units.last();
        let (mut anchors, mut begun) =
            last.map_or((0, 0), |unit| (unit.anchors.end, unit.begun.end));
        let (first, first_anchor, first_begun) = (self.tokens.len(), anchors, begun);
        let count = tokenize_span(text, span, vocabulary, &mut self.tokens);
        let tokens = &self.tokens[first..];
        for (list, from) in [(&mut self.anchors, anchors), (&mut self.begun, begun)] {
            if list.len() < from + tokens.len() {
                list.resize((from + tokens.len()) * 2, 0);
            }
        }
        for (at, token) in (0..).zip(tokens) {
            let role = roles[token.word.0 as usize];
            self.anchors[anchors] = at;
            self.begun[begun] = at;
            anchors += usize::from(role & ANCHOR);
            begun += usize::from(role / BEGINS);
        }
        self.units.push(WordsOfUnit {
            tokens: first..self.tokens.len(),
            anchors: first_anchor..anchors,
            begun: first_begun..begun,
            count,
        });
    }
}

/// What a word of the vocabulary is asked for by: terms are found through it.
const ANCHOR: u8 = 1;
/// Phrases of boilerplate begin with it.
const BEGINS: u8 = 2;

impl Scored {
    /// The matches of one unit.
    pub fn matches_of(&self, unit: &ScoredUnit) -> &[Match] {
        &self.matches[unit.matches.start as usize..unit.matches.end as usize]
    }
}

/// Everything that is built once: a lexicon made ready for matching, and the boilerplate cues.
#[derive(Debug)]
pub struct Pipeline {
    lexicon: Lexicon,
    vocabulary: Vocabulary,
    matcher: Matcher,
    boilerplate: Boilerplate,
    /// For each word of the vocabulary what it is asked for by.
    roles: Box<[u8]>,
}

impl Pipeline {
    /// A pipeline over `lexicon`.
    pub fn new(lexicon: Lexicon) -> Self {
        let mut vocabulary = Vocabulary::default();
        // Wildcards of the lexicon stand for listed words too, so the cues are listed first.
        let boilerplate = Boilerplate::new(&mut vocabulary);
        let matcher = Matcher::new(&lexicon, &mut vocabulary);
        let role = |word| {
            u8::from(matcher.is_anchor(word)) * ANCHOR + u8::from(boilerplate.begins(word)) * BEGINS
        };
        let roles = (0..vocabulary.len() as u32).map(WordId).map(role).collect();
        Self {
            lexicon,
            vocabulary,
            matcher,
            boilerplate,
            roles,
        }
    }

    /// The lexicon that it was built of.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
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
            words.add(text, unit.span, &self.vocabulary, &self.roles);
        }
        // What is boilerplate in a posting ("flexible hours", "free parking") is an opinion in a review.
        if matches!(document.genre, Genre::Job | Genre::Any) {
            let words = words.units.iter().map(|unit| UnitWords {
                tokens: &words.tokens[unit.tokens.clone()],
                begun: &words.begun[unit.begun.clone()],
            });
            self.boilerplate.mark(text, words, &mut scored.spans);
        }
        for at in 0..scored.spans.len() {
            self.score(text, at, document.genre, all, scored);
        }
    }

    /// Adds unit `at` with its matches.
    fn score(&self, text: &str, at: usize, genre: Genre, all: bool, scored: &mut Scored) {
        let (unit, words) = (scored.spans[at], &scored.words.units[at]);
        let first = scored.matches.len() as u32;
        let anchors = &scored.words.anchors[words.anchors.clone()];
        if unit.kind.is_scored() {
            let tokens = &scored.words.tokens[words.tokens.clone()];
            let sentence = Sentence::new(text, unit.span, tokens);
            let (workspace, matches) = (&mut scored.workspace, &mut scored.matches);
            self.matcher
                .matches(&sentence, anchors, genre, all, workspace, matches);
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
        scored.words.add(text, span, &self.vocabulary, &self.roles);
        self.score(text, 0, genre, all, scored);
    }
}
