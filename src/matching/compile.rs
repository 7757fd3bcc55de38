//! A lexicon made ready for matching: everything as word ids, found through one word of each term.
//!
//! **In:** a [`Lexicon`] and the [`Vocabulary`], in which every word of the lexicon is listed.
//! **Out:** [`Compiled`]. The decision that lives here is *by which word a term is found*: its
//! rarest one, by counts from texts of this kind, so that `the` starts nothing.

use std::collections::HashSet;
use std::ops::Range;

use foldhash::fast::FixedState;

use crate::lexicon::model::{
    CategoryId, Element, Expression, Form, Genres, Guard, GuardId, Lexicon, Pattern, Sequence,
    TermId, TermPolarity,
};
use crate::matching::bits::{Kind, Kinds, KindsBuilder};
use crate::matching::context::{ClauseBreaks, Context, Place, Triggers};
use crate::matching::sentence::Sentence;
use crate::matching::sequence::{PatternSet, Step, Steps, Words};
use crate::text::document::Genre;
use crate::text::tokenize::Token;
use crate::text::vocabulary::{Vocabulary, WordId};

/// What the matcher needs of one term.
#[derive(Debug, Clone)]
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

/// Where a word leads: a sequence and the step that the word takes, with what must stand beside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anchor {
    pub(crate) sequence: u32,
    pub(crate) step: u8,
    /// Words from the anchor to the farthest one that the step before may take; 0 without such a step.
    left: u8,
    /// The same for the step after.
    right: u8,
    /// The words that fit the step before.
    left_words: Kind,
    /// The words that fit the step after.
    right_words: Kind,
    /// The genres of its term.
    pub(crate) genres: Genres,
}

impl Anchor {
    fn new<'w>(
        sequence: u32,
        step: usize,
        steps: &'w [Step],
        genres: Genres,
        kinds: &mut KindsBuilder<'w>,
    ) -> Self {
        let before = step.checked_sub(1).map(|before| &steps[before]);
        let after = steps.get(step + 1);
        let mut kind = |beside: Option<&'w Step>| {
            beside.map_or(Kind::default(), |beside| kinds.number(beside.words()))
        };
        Self {
            sequence,
            step: step as u8,
            left: before.map_or(0, |_| steps[step].gap() + 1),
            right: after.map_or(0, |after| after.gap() + 1),
            left_words: kind(before),
            right_words: kind(after),
            genres,
        }
    }
}

/// A compiled guard, or a context that terms require.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
pub(crate) struct CompiledCue {
    pub(crate) genres: Genres,
    /// True where it also turns what is lacking by itself.
    pub(crate) denies: bool,
    pub(crate) context: Context,
    pub(crate) except: PatternSet,
}

/// A compiled lexicon.
#[derive(Debug, Clone)]
pub(crate) struct Compiled {
    pub(crate) terms: Vec<CompiledTerm>,
    pub(crate) sequences: Vec<(TermId, Steps)>,
    pub(crate) regexes: Vec<(TermId, Expression)>,
    /// For each word id, the range of its anchors.
    ranges: Vec<(u32, u32)>,
    anchors: Vec<Anchor>,
    kinds: Kinds,
    pub(crate) guards: Vec<CompiledGuard>,
    pub(crate) cues: Vec<CompiledCue>,
    /// Words without which no cue of a genre holds.
    cue_triggers: Vec<(Genre, Triggers)>,
    pub(crate) breaks: ClauseBreaks,
    pub(crate) thresholds: Vec<f64>,
}

/// Lists every word of `lexicon` in `vocabulary`.
pub(crate) fn intern(lexicon: &Lexicon, vocabulary: &mut Vocabulary) {
    // Most words stand in many sequences, which share the list of their forms.
    let mut seen = HashSet::with_hasher(FixedState::default());
    for_each_sequence(lexicon, &mut |sequence| {
        let words = sequence.iter().map(forms);
        for form in words.filter(|forms| seen.insert(forms.as_ptr())).flatten() {
            if form.prefix {
                vocabulary.intern_prefix(&form.text);
            } else {
                vocabulary.intern(&form.text);
            }
        }
    });
}

fn forms(element: &Element) -> &[Form] {
    match element {
        Element::Word(forms) => forms,
        Element::Gap(_) => &[],
    }
}

fn for_each_sequence(lexicon: &Lexicon, visit: &mut dyn FnMut(&Sequence)) {
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
        let mut sequences = Vec::new();
        let mut regexes = Vec::new();
        for (id, term) in (0..).map(TermId).zip(&lexicon.terms) {
            match &term.pattern {
                Pattern::Regex(regex) => regexes.push((id, regex.clone())),
                Pattern::Words(all) => {
                    let all = Steps::compile_all(all, words).into_iter();
                    sequences.extend(all.map(|steps| (id, steps)));
                }
            }
        }
        let (ranges, anchors, kinds) = index(&sequences, lexicon, vocabulary);
        let guard = |guard: &Guard| CompiledGuard {
            genres: guard.genres,
            context: Context::compile(&guard.context, words),
        };
        let set = |sequences: &[Sequence]| PatternSet::compile(sequences, words);
        let cues: Vec<CompiledCue> = (lexicon.cues.iter())
            .map(|cue| CompiledCue {
                genres: cue.genres,
                denies: cue.denies,
                context: Context::compile(&cue.context, words),
                except: set(&cue.except),
            })
            .collect();
        Self {
            cue_triggers: (Genre::NAMES.iter())
                .map(|(_, genre)| {
                    let heard = cues.iter().filter(|cue| cue.genres.contains(*genre));
                    (*genre, Triggers::of(heard.map(|cue| &cue.context)))
                })
                .collect(),
            terms: compile_terms(lexicon),
            guards: lexicon.guards.iter().map(guard).collect(),
            sequences,
            regexes,
            ranges,
            anchors,
            kinds,
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

    /// False where no word beside word `at` fits: then the sequence of `anchor` cannot be laid
    /// there. Looks at neither the sequence nor its words, which are far away in memory.
    #[inline]
    pub(crate) fn may_be_at(&self, anchor: &Anchor, tokens: &[Token], at: usize) -> bool {
        let any = |tokens: &[Token], words: Kind| {
            (tokens.iter()).any(|token| self.kinds.has(token.word, words))
        };
        let (left, right) = (usize::from(anchor.left), usize::from(anchor.right));
        let end = tokens.len().min(at + 1 + right);
        (left == 0 || any(&tokens[at.saturating_sub(left)..at], anchor.left_words))
            && (right == 0 || any(&tokens[at + 1..end], anchor.right_words))
    }

    /// The sequences that are found through `word`.
    #[inline]
    pub(crate) fn anchors(&self, word: WordId) -> &[Anchor] {
        let (from, to) = self.ranges[word.0 as usize];
        &self.anchors[from as usize..to as usize]
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

fn index(
    sequences: &[(TermId, Steps)],
    lexicon: &Lexicon,
    vocabulary: &Vocabulary,
) -> (Vec<(u32, u32)>, Vec<Anchor>, Kinds) {
    let mut found: Vec<(WordId, Anchor)> = Vec::new();
    let mut kinds = KindsBuilder::new(vocabulary.len());
    for (sequence, (term, steps)) in (0u32..).zip(sequences) {
        let step = steps.rarest();
        let genres = lexicon.terms[term.0 as usize].genres;
        let anchor = Anchor::new(sequence, step, &steps.steps, genres, &mut kinds);
        let words = steps.steps[step].words().iter();
        found.extend(words.map(|word| (*word, anchor)));
    }
    let (ranges, anchors) = by_word(&found, vocabulary.len());
    (ranges, anchors, kinds.finish())
}

/// The anchors sorted by word, and for each of so many words the range of its own.
fn by_word(found: &[(WordId, Anchor)], words: usize) -> (Vec<(u32, u32)>, Vec<Anchor>) {
    let mut ranges = vec![(0, 0); words];
    for (word, _) in found {
        ranges[word.0 as usize].1 += 1;
    }
    let mut from = 0;
    for range in &mut ranges {
        let count = range.1;
        *range = (from, from);
        from += count;
    }
    let Some((_, first)) = found.first() else {
        return (ranges, Vec::new());
    };
    let mut anchors = vec![*first; found.len()];
    for (word, anchor) in found {
        let (_, end) = &mut ranges[word.0 as usize];
        anchors[*end as usize] = *anchor;
        *end += 1;
    }
    (ranges, anchors)
}

/// Occurrences per million words of the commonest words in 12 million words of job descriptions
/// and reviews, sorted by word. Only the speed of matching depends on it.
const COMMON: &str = include_str!("commonness.txt");

/// How common each word of the vocabulary is, in occurrences per million; at least 1, so that of rare words
/// fewer are better.
fn commonness(vocabulary: &Vocabulary) -> Vec<u32> {
    let mut common = vec![20; vocabulary.len()];
    for line in COMMON.lines() {
        if let Some((word, count)) = line.split_once(' ') {
            let id = vocabulary.get(word);
            if id != WordId::UNKNOWN {
                common[id.0 as usize] = count.parse().unwrap_or(20);
            }
        }
    }
    common
}
