//! Sequences of words with gaps as word ids, and how they are laid over a sentence.
//!
//! **In:** a sentence, and [`Sequences`] from their builder. **Out:** the words of the sentence that the
//! [`Steps`] of a sequence take. Decisions: words that follow
//! each other in a pattern may be parted by [`Parting::None`] only, a gap reaches over commas and
//! asides, and of several ways to fill a gap the nearest is taken.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::matching::sentence::{Parting, Sentence};
use crate::text::vocabulary::WordId;

/// The most words that one sequence may have, gaps left out.
pub(crate) const MAX_WORDS: usize = 16;

/// Up to so many words are looked through one by one, eight at once.
pub(super) const FEW: usize = 64;

/// One word of a compiled sequence.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Step {
    /// The first of the words that fit; most often the only one.
    pub(super) first: WordId,
    /// Where they are listed, and how many there are.
    pub(super) from: u32,
    pub(super) len: u32,
    /// How common they are together.
    pub(super) common: u32,
    /// Up to so many words may stand between the last step and this one.
    pub(super) gap: u8,
}

impl Step {
    pub(crate) fn common(&self) -> u32 {
        self.common
    }

    pub(crate) fn gap(&self) -> u8 {
        self.gap
    }
}

/// Sequences in one place: three lists that nothing points into, so that they are read and laid without a
/// detour through memory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Sequences {
    /// The words that fit steps, list behind list; equal lists stand there once.
    pub(super) words: Vec<WordId>,
    pub(super) steps: Vec<Step>,
    pub(super) all: Vec<Bounds>,
}

/// Where the steps of a sequence are, and the gaps at its ends that contexts may have.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Bounds {
    pub(super) from: u32,
    pub(super) len: u8,
    pub(super) lead: u8,
    pub(super) tail: u8,
}

impl Sequences {
    /// How many there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Number `n`.
    #[inline]
    pub(crate) fn get(&self, n: usize) -> Steps<'_> {
        let Bounds {
            from,
            len,
            lead,
            tail,
        } = self.all[n];
        Steps {
            words: &self.words,
            steps: &self.steps[from as usize..][..usize::from(len)],
            lead,
            tail,
        }
    }

    /// All in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Steps<'_>> + Clone {
        (0..self.len()).map(|n| self.get(n))
    }
}

/// The words of a sentence that a sequence took, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    at: [u32; MAX_WORDS],
    len: u8,
}

impl Default for Taken {
    fn default() -> Self {
        Self {
            at: [0; MAX_WORDS],
            len: 1,
        }
    }
}

impl Taken {
    /// Word `at` alone.
    pub(crate) fn one(at: usize) -> Self {
        let mut taken = Self::default();
        taken.at[0] = at as u32;
        taken
    }

    pub(crate) fn words(&self) -> &[u32] {
        &self.at[..self.len as usize]
    }

    pub(crate) fn first(&self) -> usize {
        self.at[0] as usize
    }

    pub(crate) fn last(&self) -> usize {
        self.at[self.len as usize - 1] as usize
    }
}

/// A compiled sequence: one to [`MAX_WORDS`] steps, with the gaps at its ends that contexts may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps<'a> {
    /// Lists of words that fit steps.
    words: &'a [WordId],
    pub(crate) steps: &'a [Step],
    /// Words that may stand before the first step.
    pub(crate) lead: u8,
    /// Words that may stand after the last step.
    pub(crate) tail: u8,
}

impl<'a> Steps<'a> {
    /// The words that fit step `step`, sorted.
    pub(crate) fn words(&self, step: usize) -> &'a [WordId] {
        self.fitting(&self.steps[step])
    }

    #[inline]
    fn fitting(&self, step: &Step) -> &'a [WordId] {
        &self.words[step.from as usize..][..step.len as usize]
    }

    /// True where `word` fits `step`.
    #[inline]
    fn fits(&self, step: &Step, word: WordId) -> bool {
        if step.len == 1 {
            return step.first == word;
        }
        match self.fitting(step) {
            // All of them, without a branch: sooner done than guessing where to stop.
            few if few.len() <= FEW => few.iter().fold(false, |any, known| any | (*known == word)),
            many => many.binary_search(&word).is_ok(),
        }
    }

    /// The step whose words are the rarest together.
    pub(crate) fn rarest(&self) -> usize {
        let cost = |step: &usize| self.steps[*step].common;
        (0..self.steps.len()).min_by_key(cost).unwrap_or(0)
    }

    /// The most words that it reaches over, its outer gaps included.
    pub(super) fn extent(&self) -> usize {
        let inner: usize = self
            .steps
            .iter()
            .map(|step| usize::from(step.gap) + 1)
            .sum();
        inner + usize::from(self.lead) + usize::from(self.tail)
    }

    /// Lays the sequence over `sentence` so that step `anchor` takes word `at`, which must fit, and no word
    /// outside `within` is taken. Where that goes, `taken` holds the words.
    #[inline]
    pub(crate) fn lay(
        &self,
        sentence: &Sentence<'_>,
        anchor: usize,
        at: usize,
        within: &Range<usize>,
        taken: &mut Taken,
    ) -> bool {
        taken.len = self.steps.len() as u8;
        if let [_] = self.steps[..] {
            taken.at[0] = at as u32;
            return true;
        }
        if !self.lay_left(sentence, anchor, at, within.start, taken)
            || !self.lay_right(sentence, anchor, at, within.end, taken)
        {
            return false;
        }
        // From its first word on, so that the words taken do not depend on the anchor.
        anchor == 0 || self.lay_right(sentence, 0, taken.first(), within.end, taken)
    }

    /// Fills the steps before `step`, which took word `at`.
    fn lay_left(
        &self,
        sentence: &Sentence<'_>,
        step: usize,
        at: usize,
        from: usize,
        taken: &mut Taken,
    ) -> bool {
        taken.at[step] = at as u32;
        if step == 0 {
            return true;
        }
        let (wanted, gap) = (&self.steps[step - 1], self.steps[step].gap as usize);
        for word in (from.max(at.saturating_sub(gap + 1))..at).rev() {
            if self.fits(wanted, sentence.tokens[word].word) {
                if sentence.parting_between(word, at) > allowed(gap) {
                    return false;
                }
                if self.lay_left(sentence, step - 1, word, from, taken) {
                    return true;
                }
            }
        }
        false
    }

    /// Fills the steps after `step`, which took word `at`.
    fn lay_right(
        &self,
        sentence: &Sentence<'_>,
        step: usize,
        at: usize,
        to: usize,
        taken: &mut Taken,
    ) -> bool {
        taken.at[step] = at as u32;
        let Some(wanted) = self.steps.get(step + 1) else {
            return true;
        };
        let gap = wanted.gap as usize;
        for word in at + 1..to.min(at + gap + 2) {
            if self.fits(wanted, sentence.tokens[word].word) {
                if sentence.parting_between(at, word) > allowed(gap) {
                    return false;
                }
                if self.lay_right(sentence, step + 1, word, to, taken) {
                    return true;
                }
            }
        }
        false
    }
}

fn allowed(gap: usize) -> Parting {
    if gap == 0 {
        Parting::None
    } else {
        Parting::Aside
    }
}
