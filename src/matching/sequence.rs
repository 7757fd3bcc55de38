//! Sequences of words with gaps, compiled to word ids, and how they are laid over a sentence.
//!
//! **In:** [`crate::lexicon::model::Sequence`]s and a [`Vocabulary`]. **Out:** [`Sequences`], and
//! the words of a sentence that the [`Steps`] of each take. Decisions: words that follow
//! each other in a pattern may be parted by [`Parting::None`] only, a gap reaches over commas and
//! asides, and of several ways to fill a gap the nearest is taken.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use crate::lexicon::model::{Element, Form, Forms, Sequence};
use crate::matching::sentence::{Parting, Sentence};
use crate::text::vocabulary::{Vocabulary, WordId};

/// The most words that one sequence may have, gaps left out.
pub(crate) const MAX_WORDS: usize = 16;

/// The words that sequences are compiled to.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    /// Their numbers.
    vocabulary: &'a Vocabulary,
    /// How common each is, by number.
    common: &'a [u32],
    /// What was compiled before, by the place of its forms in memory.
    known: RefCell<HashMap<*const Form, Word, FixedState>>,
    /// The same for two words that are written as one.
    joined: RefCell<HashMap<[*const Form; 2], Option<Word>, FixedState>>,
}

/// One word of a pattern: the words of the vocabulary that fit, sorted, and how common they are together.
#[derive(Debug, Clone)]
struct Word {
    fitting: Rc<[WordId]>,
    common: u32,
}

impl<'a> Words<'a> {
    pub(crate) fn new(vocabulary: &'a Vocabulary, common: &'a [u32]) -> Self {
        Self {
            vocabulary,
            common,
            known: RefCell::default(),
            joined: RefCell::default(),
        }
    }

    fn word(&self, fitting: Vec<WordId>) -> Word {
        Word {
            common: (fitting.iter()).map(|id| self.common[id.0 as usize]).sum(),
            fitting: fitting.into(),
        }
    }

    /// The word of these forms. A lexicon keeps equal words in one place, and they become one list of numbers
    /// here.
    fn of(&self, forms: &Forms) -> Word {
        let mut known = self.known.borrow_mut();
        (known.entry(forms.as_ptr()))
            .or_insert_with(|| self.word(ids(forms, self.vocabulary)))
            .clone()
    }

    /// The word that one of `first` and one of `second` make together, where any is listed.
    fn joined(&self, first: &Forms, second: &Forms) -> Option<Word> {
        let mut known = self.joined.borrow_mut();
        (known.entry([first.as_ptr(), second.as_ptr()]))
            .or_insert_with(|| {
                let ids = joined_ids(first, second, self.vocabulary);
                (!ids.is_empty()).then(|| self.word(ids))
            })
            .clone()
    }
}

/// Up to so many words are looked through one by one, eight at once.
pub(super) const FEW: usize = 64;

/// One word of a compiled sequence.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Step {
    /// The first of the words that fit; most often the only one.
    first: WordId,
    /// Where they are listed, and how many there are.
    from: u32,
    len: u32,
    /// How common they are together.
    common: u32,
    /// Up to so many words may stand between the last step and this one.
    gap: u8,
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
    words: Vec<WordId>,
    steps: Vec<Step>,
    all: Vec<Bounds>,
}

/// Where the steps of a sequence are, and the gaps at its ends that contexts may have.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Bounds {
    from: u32,
    len: u8,
    lead: u8,
    tail: u8,
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

/// Gathers compiled sequences.
#[derive(Debug)]
pub(crate) struct Builder<'w> {
    words: &'w Words<'w>,
    done: Sequences,
    /// Where each list of words begins, by its place in memory.
    listed: HashMap<*const WordId, u32, FixedState>,
}

impl<'w> Builder<'w> {
    /// No sequences yet.
    pub(crate) fn new(words: &'w Words<'w>) -> Self {
        Self {
            words,
            done: Sequences::default(),
            listed: HashMap::default(),
        }
    }

    /// Compiles `sequences` with their variants: where two words that follow each other are also listed as one
    /// (`man hours` and `manhours`), a hyphenated pair is read as that one, and must be found all the same. Returns
    /// how many were added; a sequence without words or with more than [`MAX_WORDS`] is left out.
    pub(crate) fn add(&mut self, sequences: &[Sequence]) -> usize {
        let before = self.done.len();
        for sequence in sequences {
            let Some(draft) = Draft::compile(sequence, self.words) else {
                continue;
            };
            self.push(&draft);
            let mut step = 0;
            for pair in sequence.windows(2) {
                if let [Element::Word(first), Element::Word(second)] = pair
                    && let Some(joined) = self.words.joined(first, second)
                {
                    self.push(&draft.with_joined(step, joined));
                }
                step += usize::from(matches!(pair[0], Element::Word(_)));
            }
        }
        self.done.len() - before
    }

    fn push(&mut self, draft: &Draft) {
        let done = &mut self.done;
        done.all.push(Bounds {
            from: done.steps.len() as u32,
            len: draft.steps.len() as u8,
            lead: draft.lead,
            tail: draft.tail,
        });
        for (gap, Word { fitting, common }) in &draft.steps {
            let from = *self.listed.entry(fitting.as_ptr()).or_insert_with(|| {
                done.words.extend_from_slice(fitting);
                (done.words.len() - fitting.len()) as u32
            });
            done.steps.push(Step {
                first: fitting.first().copied().unwrap_or_default(),
                from,
                len: fitting.len() as u32,
                common: *common,
                gap: *gap,
            });
        }
    }

    /// All that were added.
    pub(crate) fn finish(self) -> Sequences {
        self.done
    }
}

/// A sequence before it has its place: each word with the gap before it.
#[derive(Debug, Clone)]
struct Draft {
    steps: Vec<(u8, Word)>,
    lead: u8,
    tail: u8,
}

impl Draft {
    /// Compiles `sequence`; `None` where it has no words or more than [`MAX_WORDS`].
    fn compile(sequence: &Sequence, words: &Words<'_>) -> Option<Self> {
        let (mut steps, mut gap, mut lead) = (Vec::with_capacity(sequence.len()), 0, 0);
        for element in sequence {
            match element {
                Element::Gap(words) => gap += words,
                Element::Word(forms) => {
                    if steps.is_empty() {
                        lead = std::mem::take(&mut gap);
                    }
                    steps.push((std::mem::take(&mut gap), words.of(forms)));
                }
            }
        }
        let tail = gap;
        (1..=MAX_WORDS)
            .contains(&steps.len())
            .then_some(Self { steps, lead, tail })
    }

    /// The same with one word in the place of steps `at` and `at + 1`.
    fn with_joined(&self, at: usize, joined: Word) -> Self {
        let gap = self.steps[at].0;
        let mut variant = self.clone();
        variant.steps.splice(at..at + 2, [(gap, joined)]);
        variant
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

/// What a word of `first` and one of `second` make together, where it is listed; sorted.
fn joined_ids(first: &[Form], second: &[Form], vocabulary: &Vocabulary) -> Vec<WordId> {
    let mut ids = Vec::new();
    for a in first.iter().filter(|form| !form.prefix) {
        for b in second.iter().filter(|form| !form.prefix) {
            match vocabulary.listed_joined(&a.text, &b.text) {
                WordId::UNKNOWN => {}
                id => ids.push(id),
            }
        }
    }
    sorted(ids)
}

/// Without the unknown, each once.
pub(super) fn sorted(mut ids: Vec<WordId>) -> Vec<WordId> {
    ids.retain(|id| *id != WordId::UNKNOWN);
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn allowed(gap: usize) -> Parting {
    if gap == 0 {
        Parting::None
    } else {
        Parting::Aside
    }
}

/// Every id that one of `forms` can have, sorted.
fn ids(forms: &[Form], vocabulary: &Vocabulary) -> Vec<WordId> {
    let mut ids = Vec::with_capacity(forms.len());
    for form in forms {
        match form.prefix {
            true => ids.extend(vocabulary.ids_with_prefix(&form.text)),
            false => ids.push(vocabulary.listed(&form.text)),
        }
    }
    sorted(ids)
}
