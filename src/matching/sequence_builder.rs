//! Patterns on their way into [`Sequences`]: words become numbers, gaps are counted, pairs get their joined form.
//!
//! **In:** [`crate::lexicon::model::Sequence`]s and a [`Vocabulary`]. **Out:** [`Sequences`]. The decisions that
//! live here: equal lists of words are stored once, and two words that are also listed as one are looked
//! for in both ways.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::FixedState;

use crate::lexicon::model::{Element, Form, Forms, Sequence};
use crate::matching::sequence::{Bounds, MAX_WORDS, Sequences, Step};
use crate::text::vocabulary::{Vocabulary, WordId};

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
