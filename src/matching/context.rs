//! Whether the words around a match are of a certain kind: guards and cues.
//!
//! **In:** a sentence, the words that a match takes, and compiled [`model::Context`]s.
//! **Out:** whether they hold. Decisions: a context right before or after a match reaches over commas and
//! asides but not over a stop; where a clause ends; what counts as part of a name.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::lexicon::model;
use crate::matching::bits::{Signature, WordSet};
use crate::matching::pattern_set::{End, PatternSet};
use crate::matching::sentence::{Parting, Sentence};
use crate::matching::sequence::Taken;
use crate::matching::sequence_builder::Words;
use crate::text::vocabulary::WordId;

/// A compiled context.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Context {
    before: PatternSet,
    after: PatternSet,
    near: PatternSet,
    within: usize,
    anywhere: PatternSet,
    regex: Option<model::Expression>,
    capitalised: bool,
    /// Without any pattern only the capitals count.
    bare: bool,
    /// Words without which it cannot hold; `None` where none are needed.
    needed: Option<Signature>,
}

/// Words of which one must stand beside a place, so many words away or nearer, on one of its sides.
#[derive(Debug)]
pub(crate) struct Beside {
    pub(crate) left: Vec<(usize, Vec<WordId>)>,
    pub(crate) right: Vec<(usize, Vec<WordId>)>,
}

/// The words of a match, from the first to the last, in a sentence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) first: usize,
    pub(crate) last: usize,
}

impl Context {
    pub(crate) fn compile(context: &model::Context, words: &Words<'_>) -> Self {
        let set = |sequences: &[model::Sequence]| PatternSet::compile(sequences, End::First, words);
        let mut compiled = Self {
            before: PatternSet::compile(&context.before, End::Last, words),
            after: set(&context.after),
            near: set(&context.near),
            within: context.within as usize,
            anywhere: set(&context.anywhere),
            regex: context.regex.clone(),
            capitalised: context.capitalised,
            bare: false,
            needed: None,
        };
        compiled.bare = compiled.is_bare();
        compiled.needed = compiled.needed();
        compiled
    }

    /// What must stand beside a place for it to hold there; `None` where that may be far away, or no words.
    pub(crate) fn beside(&self) -> Option<Beside> {
        if self.regex.is_some() || self.bare || !self.anywhere.is_empty() {
            return None;
        }
        let near = self.near.end_words();
        let around = || (!near.is_empty()).then(|| (self.within, near.clone()));
        let before =
            (!self.before.is_empty()).then(|| (self.before.reach + 1, self.before.end_words()));
        let after =
            (!self.after.is_empty()).then(|| (self.after.reach + 1, self.after.end_words()));
        Some(Beside {
            left: before.into_iter().chain(around()).collect(),
            right: after.into_iter().chain(around()).collect(),
        })
    }

    /// False where it holds around no place of `sentence`.
    #[inline]
    pub(crate) fn may_hold(&self, sentence: &Sentence<'_>) -> bool {
        (self.needed.as_ref()).is_none_or(|words| sentence.may_have(words))
    }

    /// True where the context holds around `place`, looking at the words `within` only and passing over
    /// what `void` says of the words taken.
    pub(crate) fn holds(
        &self,
        sentence: &Sentence<'_>,
        place: Place,
        within: Range<usize>,
        void: &dyn Fn(&Taken) -> bool,
    ) -> bool {
        if self.capitalised && !in_name(sentence, place) {
            return false;
        }
        self.bare
            || self.holds_before(sentence, place, &within, void)
            || self.holds_after(sentence, place, &within, void)
            || self.holds_around(sentence, place, &within, void)
            || self
                .regex
                .as_ref()
                .is_some_and(|regex| regex.is_match(sentence.text()))
    }

    fn is_bare(&self) -> bool {
        self.regex.is_none()
            && [&self.before, &self.after, &self.near, &self.anywhere]
                .iter()
                .all(|set| set.is_empty())
    }

    fn holds_before(
        &self,
        sentence: &Sentence<'_>,
        place: Place,
        within: &Range<usize>,
        void: &dyn Fn(&Taken) -> bool,
    ) -> bool {
        if self.before.is_empty() || !sentence.may_have(&self.before.needed) {
            return false;
        }
        let from = within
            .start
            .max(place.first.saturating_sub(self.before.reach + 1));
        (from..place.first).rev().any(|last| {
            let gap = place.first - 1 - last;
            self.before.ends.may_have(sentence.tokens[last].word)
                && sentence.parting_between(last, place.first) < Parting::Stop
                && self.before.found_at(
                    sentence,
                    last,
                    &(within.start..place.first),
                    &|steps, taken| gap <= steps.tail as usize && !void(taken),
                )
        })
    }

    fn holds_after(
        &self,
        sentence: &Sentence<'_>,
        place: Place,
        within: &Range<usize>,
        void: &dyn Fn(&Taken) -> bool,
    ) -> bool {
        if self.after.is_empty() || !sentence.may_have(&self.after.needed) {
            return false;
        }
        let to = within.end.min(place.last + 2 + self.after.reach);
        (place.last + 1..to).any(|first| {
            let gap = first - place.last - 1;
            self.after.ends.may_have(sentence.tokens[first].word)
                && sentence.parting_between(place.last, first) < Parting::Stop
                && self.after.found_at(
                    sentence,
                    first,
                    &(place.last + 1..within.end),
                    &|steps, taken| gap <= steps.lead as usize && !void(taken),
                )
        })
    }

    fn holds_around(
        &self,
        sentence: &Sentence<'_>,
        place: Place,
        within: &Range<usize>,
        void: &dyn Fn(&Taken) -> bool,
    ) -> bool {
        let found = |set: &PatternSet, range: Range<usize>| {
            !set.is_empty()
                && sentence.may_have(&set.needed)
                && range
                    .clone()
                    .any(|at| set.found_at(sentence, at, &range, &|_, taken| !void(taken)))
        };
        let near_from = within.start.max(place.first.saturating_sub(self.within));
        let near_to = within.end.min(place.last + 1 + self.within);
        found(&self.near, near_from..place.first)
            || found(&self.near, place.last + 1..near_to)
            || found(&self.anywhere, within.start..place.first)
            || found(&self.anywhere, place.last + 1..within.end)
    }

    /// What one of the words of a sentence must be for it to hold; `None` where no words are needed.
    fn needed(&self) -> Option<Signature> {
        if self.regex.is_some() || self.bare {
            return None;
        }
        let mut words = Signature::default();
        for set in [&self.before, &self.after, &self.near, &self.anywhere] {
            words.unite(&set.needed);
        }
        Some(words)
    }

    /// Every word without which it cannot hold, and how far from a match they are looked for, in words;
    /// `None` where no words are needed.
    fn triggers(&self) -> Option<(WordSet, usize)> {
        if self.regex.is_some() || self.is_bare() {
            return None;
        }
        let mut words = WordSet::default();
        let sets = [&self.before, &self.after, &self.near, &self.anywhere];
        (sets.iter()).for_each(|set| words.unite(&WordSet::from_words(set.needed_words())));
        let reach = match self.anywhere.is_empty() {
            true => sets
                .iter()
                .map(|set| set.extent)
                .max()
                .unwrap_or(0)
                .max(self.within),
            false => EVERYWHERE,
        };
        Some((words, reach))
    }
}

/// True where the match is written with capitals inside a sentence that is not, and a neighbour too.
fn in_name(sentence: &Sentence<'_>, place: Place) -> bool {
    let capital = |index: usize| sentence.word(index).starts_with(char::is_uppercase);
    let last_word = sentence.tokens.len() - 1;
    let inside = place.first > 0 || place.last > place.first;
    let neighbour = (place.first > 1
        && capital(place.first - 1)
        && sentence.parting(place.first - 1) == Parting::None)
        || (place.last < last_word
            && capital(place.last + 1)
            && sentence.parting(place.last) == Parting::None);
    inside
        && (place.first..=place.last).all(|i| capital(i) || sentence.word(i).len() <= 3)
        && capital(place.first)
        && neighbour
        && sentence.tokens.iter().any(|t| {
            let word = &sentence.document[t.start as usize..t.end as usize];
            word.len() > 3 && word.starts_with(char::is_lowercase)
        })
}

/// A reach that no sentence exceeds. It is stored with the built-in lexicon and read on machines of any width.
const EVERYWHERE: usize = u32::MAX as usize;

/// Words without which none of several contexts holds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Triggers {
    words: WordSet,
    signature: Signature,
    /// How far from a match they are looked for, in words.
    reach: usize,
    /// True where some context may hold without any of them.
    none_needed: bool,
}

impl Triggers {
    /// Those of `contexts`.
    pub(crate) fn of<'a>(contexts: impl Iterator<Item = &'a Context>) -> Self {
        let mut all = Self::default();
        for context in contexts {
            match context.triggers() {
                Some((words, reach)) => {
                    all.words.unite(&words);
                    all.reach = all.reach.max(reach);
                }
                None => all.none_needed = true,
            }
        }
        all.signature = all.words.signature();
        all
    }

    /// False where none of the contexts can hold around `place`.
    #[inline]
    pub(crate) fn may_hold(&self, sentence: &Sentence<'_>, place: Place) -> bool {
        self.none_needed || sentence.may_have(&self.signature) && self.stand_near(sentence, place)
    }

    /// True where one of the words stands near `place`.
    fn stand_near(&self, sentence: &Sentence<'_>, place: Place) -> bool {
        let tokens = sentence.tokens;
        let from = place.first.saturating_sub(self.reach);
        let to = tokens
            .len()
            .min(place.last.saturating_add(self.reach).saturating_add(1));
        tokens[from..place.first]
            .iter()
            .any(|token| self.words.contains(token.word))
            || tokens[place.last + 1..to]
                .iter()
                .any(|token| self.words.contains(token.word))
    }

    /// The words around `place` that matter.
    pub(crate) fn surroundings(&self, words: &Range<usize>, place: Place) -> Range<usize> {
        let reach = match self.none_needed {
            true => usize::MAX,
            false => self.reach,
        };
        words.start.max(place.first.saturating_sub(reach))
            ..words
                .end
                .min(place.last.saturating_add(reach).saturating_add(1))
    }
}

/// What ends a clause.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ClauseBreaks {
    /// Words and phrases at which a clause ends wherever they stand.
    pub(crate) always: PatternSet,
    /// Those that begin a new clause after a comma; other commas part items of a list.
    pub(crate) after_comma: PatternSet,
}

impl ClauseBreaks {
    /// The words of the clause around `place`, among `words`.
    pub(crate) fn clause(
        &self,
        sentence: &Sentence<'_>,
        place: Place,
        words: Range<usize>,
    ) -> Range<usize> {
        let mut from = place.first;
        while from > words.start && !self.parts(sentence, from - 1, &words) {
            from -= 1;
        }
        let mut to = place.last + 1;
        while to < words.end && !self.parts(sentence, to - 1, &words) {
            to += 1;
        }
        from..to
    }

    /// True where a clause ends between word `left` and the next one.
    fn parts(&self, sentence: &Sentence<'_>, left: usize, words: &Range<usize>) -> bool {
        let first = sentence.tokens[left + 1].word;
        let begins = |set: &PatternSet| {
            set.ends.may_have(first) && set.found_at(sentence, left + 1, words, &|_, _| true)
        };
        match sentence.parting(left) {
            Parting::Stop | Parting::Aside => true,
            Parting::Comma => begins(&self.after_comma) || begins(&self.always),
            Parting::None => begins(&self.always),
        }
    }
}
