//! A lexicon made ready for matching: everything as word ids, found through one word of each term.
//!
//! **In:** a [`Lexicon`] and the [`Vocabulary`], in which every word of the lexicon is listed.
//! **Out:** [`Compiled`]. The decision that lives here is *by which word a term is found*: its
//! rarest one, by counts from texts of this kind, so that `the` starts nothing.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use crate::lexicon::model::{
    CategoryId, Element, Expression, Form, Genres, Guard, GuardId, Lexicon, Pattern, Sequence,
    TermId, TermPolarity,
};
use crate::matching::anchors::Anchors;
use crate::matching::context::{ClauseBreaks, Context, Place, Triggers};
use crate::matching::pattern_set::{End, PatternSet};
use crate::matching::sentence::Sentence;
use crate::matching::sequence_builder::{Builder, Words};
use crate::text::document::Genre;
use crate::text::vocabulary::{Vocabulary, WordId};

/// What the matcher needs of one term.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CompiledTerm {
    pub(crate) category: CategoryId,
    pub(crate) weight: f64,
    pub(crate) genres: Genres,
    pub(crate) guards: Box<[GuardId]>,
    pub(crate) requires: Box<[GuardId]>,
    pub(crate) polarity: TermPolarity,
    /// True where some word is a wildcard.
    pub(crate) wildcard: bool,
    /// Terms with the same text have the same number: a declared overlap.
    pub(crate) text: u32,
}

/// A compiled guard, or a context that terms require.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CompiledGuard {
    genres: Genres,
    pub(crate) context: Context,
}

impl CompiledGuard {
    /// False where it says nothing of `sentence` in a text of `genre`.
    #[inline]
    pub(crate) fn may_hold(&self, sentence: &Sentence<'_>, genre: Genre) -> bool {
        self.genres.contains(genre) && self.context.may_hold(sentence)
    }
}

/// A compiled cue of lacking.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CompiledCue {
    pub(crate) genres: Genres,
    /// True where it also turns what is lacking by itself.
    pub(crate) denies: bool,
    pub(crate) context: Context,
    pub(crate) except: PatternSet,
}

/// A compiled lexicon.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Compiled {
    pub(crate) terms: Vec<CompiledTerm>,
    pub(crate) regexes: Vec<(TermId, Expression)>,
    pub(crate) anchors: Anchors,
    pub(crate) guards: Vec<CompiledGuard>,
    pub(crate) cues: Vec<CompiledCue>,
    /// Words without which no cue of a genre holds.
    cue_triggers: Vec<(Genre, Triggers)>,
    pub(crate) breaks: ClauseBreaks,
    pub(crate) thresholds: Vec<f64>,
}

/// Lists every word of `lexicon` in `vocabulary`, the commonest first: what is known of them then stands close
/// together in memory.
pub(crate) fn intern(lexicon: &Lexicon, vocabulary: &mut Vocabulary) {
    // Most words stand in many sequences, which share the list of their forms.
    let mut seen = HashSet::with_hasher(FixedState::default());
    let mut listed: Vec<(Reverse<u32>, &Form)> = Vec::new();
    let common: HashMap<&str, u32, FixedState> = common_words().collect();
    for_each_sequence(lexicon, &mut |sequence| {
        let words = sequence.iter().map(forms);
        let new = words.filter(|forms| seen.insert(forms.as_ptr())).flatten();
        listed.extend(new.map(|form| {
            let count = common.get(&*form.text).copied();
            (Reverse(count.unwrap_or(0)), form)
        }));
    });
    listed.sort_by_key(|(count, _)| *count);
    for (_, form) in listed {
        match form.prefix {
            true => vocabulary.intern_prefix(&form.text),
            false => vocabulary.intern(&form.text),
        };
    }
}

fn forms(element: &Element) -> &[Form] {
    match element {
        Element::Word(forms) => forms,
        Element::Gap(_) => &[],
    }
}

fn for_each_sequence<'a>(lexicon: &'a Lexicon, visit: &mut dyn FnMut(&'a Sequence)) {
    for term in &lexicon.terms {
        if let Pattern::Words(sequences) = &term.pattern {
            sequences.iter().for_each(&mut *visit);
        }
    }
    let guards = lexicon.guards.iter().map(|guard| &guard.context);
    for context in guards.chain(lexicon.cues.iter().map(|cue| &cue.context)) {
        for sequences in [
            &context.before,
            &context.after,
            &context.near,
            &context.anywhere,
        ] {
            sequences.iter().for_each(&mut *visit);
        }
    }
    let exceptions = lexicon.cues.iter().flat_map(|cue| &cue.except);
    let breaks = lexicon.clause_breaks.iter().chain(&lexicon.comma_breaks);
    exceptions.chain(breaks).for_each(visit);
}

impl Compiled {
    /// Compiles `lexicon`. Its words must be listed in `vocabulary` (see [`intern`]).
    pub(crate) fn new(lexicon: &Lexicon, vocabulary: &Vocabulary) -> Self {
        let common = commonness(vocabulary);
        let words = &Words::new(vocabulary, &common);
        let (mut sequences, mut owners) = (Builder::new(words), Vec::new());
        let mut regexes = Vec::new();
        for (id, term) in (0..).map(TermId).zip(&lexicon.terms) {
            match &term.pattern {
                Pattern::Regex(regex) => regexes.push((id, regex.clone())),
                Pattern::Words(all) => {
                    let count = sequences.add(all);
                    owners.extend((0..count).map(|_| (id, term.genres)));
                }
            }
        }
        let guard = |guard: &Guard| CompiledGuard {
            genres: guard.genres,
            context: Context::compile(&guard.context, words),
        };
        let set = |sequences: &[Sequence]| PatternSet::compile(sequences, End::First, words);
        let cues: Vec<CompiledCue> = (lexicon.cues.iter())
            .map(|cue| CompiledCue {
                genres: cue.genres,
                denies: cue.denies,
                context: Context::compile(&cue.context, words),
                except: set(&cue.except),
            })
            .collect();
        let guards: Vec<CompiledGuard> = lexicon.guards.iter().map(guard).collect();
        let anchors = Anchors::new(sequences.finish(), &owners, vocabulary.len(), |term| {
            let requires = lexicon.terms[term.0 as usize].requires.iter();
            requires.map(|id| &guards[id.0 as usize].context)
        });
        Self {
            cue_triggers: (Genre::NAMES.iter())
                .map(|(_, genre)| {
                    let heard = cues.iter().filter(|cue| cue.genres.contains(*genre));
                    (*genre, Triggers::of(heard.map(|cue| &cue.context)))
                })
                .collect(),
            terms: compile_terms(lexicon),
            guards,
            regexes,
            anchors,
            cues,
            breaks: ClauseBreaks {
                always: set(&lexicon.clause_breaks),
                after_comma: set(&lexicon.comma_breaks),
            },
            thresholds: lexicon.categories.iter().map(|c| c.threshold).collect(),
        }
    }

    /// The words among `words` around `place` that cues heard in texts of `genre` look at; `None` where no
    /// such cue can hold.
    pub(crate) fn cues_around(
        &self,
        sentence: &Sentence<'_>,
        genre: Genre,
        place: Place,
        words: &Range<usize>,
    ) -> Option<Range<usize>> {
        let (_, triggers) = self
            .cue_triggers
            .iter()
            .find(|(known, _)| *known == genre)?;
        (triggers.may_hold(sentence, place)).then(|| triggers.surroundings(words, place))
    }
}

fn compile_terms(lexicon: &Lexicon) -> Vec<CompiledTerm> {
    let mut texts: Vec<&str> = lexicon
        .terms
        .iter()
        .map(|term| term.text.as_str())
        .collect();
    texts.sort_unstable();
    texts.dedup();
    let number = |text: &str| texts.partition_point(|known| *known < text) as u32;
    let compile = |term: &crate::lexicon::model::Term| CompiledTerm {
        category: term.category,
        weight: term.weight,
        genres: term.genres,
        guards: term.guards.clone().into(),
        requires: term.requires.clone().into(),
        polarity: term.polarity,
        wildcard: match &term.pattern {
            Pattern::Regex(_) => true,
            Pattern::Words(all) => all.iter().flatten().flat_map(forms).any(|form| form.prefix),
        },
        text: number(&term.text),
    };
    lexicon.terms.iter().map(compile).collect()
}

/// Occurrences per million words of the commonest words in 12 million words of job descriptions
/// and reviews, sorted by word. Only the speed of matching depends on it.
const COMMON: &str = include_str!("commonness.txt");

/// How common each word of the vocabulary is, in occurrences per million; at least 1, so that of rare words
/// fewer are better.
fn commonness(vocabulary: &Vocabulary) -> Vec<u32> {
    let mut common = vec![20; vocabulary.len()];
    for (word, count) in common_words() {
        let id = vocabulary.get(word);
        if id != WordId::UNKNOWN {
            common[id.0 as usize] = count;
        }
    }
    common
}

/// The words of [`COMMON`] with their counts.
fn common_words() -> impl Iterator<Item = (&'static str, u32)> {
    let lines = COMMON.lines().filter_map(|line| line.split_once(' '));
    lines.filter_map(|(word, count)| Some((word, count.parse().ok()?)))
}
