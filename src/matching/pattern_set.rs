//! Patterns that are looked for together: those of a guard, of a cue, of what ends a clause.
//!
//! **In:** sequences and the words they are compiled to. **Out:** [`PatternSet`], which says whether one of
//! them stands at a word. The decision that lives here: the sequences of a set are found by the words at
//! one of their ends, for contexts are looked for from a match outwards.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::lexicon::model::Sequence;
use crate::matching::bits::Signature;
use crate::matching::sentence::Sentence;
use crate::matching::sequence::{FEW, Sequences, Steps, Taken};
use crate::matching::sequence_builder::{Builder, Words, sorted};
use crate::text::vocabulary::WordId;

/// By which of its words a sequence of a set is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum End {
    /// The first.
    #[default]
    First,
    /// The last.
    Last,
}

impl End {
    fn step(self, steps: &Steps<'_>) -> usize {
        match self {
            Self::First => 0,
            Self::Last => steps.steps.len() - 1,
        }
    }
}

/// Sequences that are looked for together, found by the words at one of their ends.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct PatternSet {
    sequences: Sequences,
    end: End,
    /// The words that a sequence has at that end, sorted, and for each the sequence.
    words: Vec<WordId>,
    sequence_of: Vec<u32>,
    /// To ask quickly whether a word may be among them.
    pub(crate) ends: Signature,
    /// The words of the rarest step of each sequence: without one of them none can be laid.
    pub(crate) needed: Signature,
    /// The widest gap that a sequence has at its outer end.
    pub(crate) reach: usize,
    /// The most words that a sequence reaches over, its outer gaps included.
    pub(crate) extent: usize,
}

impl PatternSet {
    pub(crate) fn compile(sequences: &[Sequence], end: End, words: &Words<'_>) -> Self {
        if sequences.is_empty() {
            return Self::default();
        }
        let mut builder = Builder::new(words);
        builder.add(sequences);
        let sequences = builder.finish();
        let mut index = Vec::new();
        for (n, steps) in (0u32..).zip(sequences.iter()) {
            let words = steps.words(end.step(&steps)).iter();
            index.extend(words.map(|word| (*word, n)));
        }
        index.sort_unstable();
        let (words, sequence_of): (Vec<_>, Vec<_>) = index.into_iter().unzip();
        let needed = Signature::of_words(rarest_words(&sequences));
        Self {
            end,
            ends: Signature::of_words(words.iter().copied()),
            words,
            sequence_of,
            needed,
            reach: sequences
                .iter()
                .map(|s| s.lead.max(s.tail))
                .max()
                .unwrap_or(0) as usize,
            extent: sequences.iter().map(|s| s.extent()).max().unwrap_or(0),
            sequences,
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.sequences.len() == 0
    }

    /// The words of the rarest step of each sequence.
    pub(crate) fn needed_words(&self) -> impl Iterator<Item = WordId> + Clone {
        rarest_words(&self.sequences)
    }

    /// The words by which its sequences are found, each once, sorted.
    pub(crate) fn end_words(&self) -> Vec<WordId> {
        sorted(self.words.clone())
    }

    /// True where some sequence has word `at` at the end by which it is found, lies within `within`, and `holds` of it
    /// and of the words it takes.
    #[inline]
    pub(crate) fn found_at(
        &self,
        sentence: &Sentence<'_>,
        at: usize,
        within: &Range<usize>,
        holds: &dyn Fn(&Steps<'_>, &Taken) -> bool,
    ) -> bool {
        self.ends.may_have(sentence.tokens[at].word) && self.laid_at(sentence, at, within, holds)
    }

    fn laid_at(
        &self,
        sentence: &Sentence<'_>,
        at: usize,
        within: &Range<usize>,
        holds: &dyn Fn(&Steps<'_>, &Taken) -> bool,
    ) -> bool {
        let mut taken = Taken::default();
        self.listed(sentence.tokens[at].word).any(|n| {
            let steps = self.sequences.get(n);
            let step = self.end.step(&steps);
            steps.lay(sentence, step, at, within, &mut taken) && holds(&steps, &taken)
        })
    }

    /// The sequences that are found by `word`.
    fn listed(&self, word: WordId) -> impl Iterator<Item = usize> + '_ {
        let from = match self.words.len() <= FEW {
            true => self
                .words
                .iter()
                .map(|known| u32::from(*known < word))
                .sum::<u32>() as usize,
            false => self.words.partition_point(|known| *known < word),
        };
        let same = self.words[from..]
            .iter()
            .take_while(move |known| **known == word);
        (same.zip(&self.sequence_of[from..])).map(|(_, n)| *n as usize)
    }
}

/// The words of the rarest step of each sequence.
fn rarest_words(sequences: &Sequences) -> impl Iterator<Item = WordId> + Clone {
    let rarest = sequences.iter().map(|steps| steps.words(steps.rarest()));
    rarest.flatten().copied()
}
