//! By which word of a sentence a sequence is found, and whether its neighbours fit.
//!
//! **In:** compiled sequences, each with the step that it is found by; the words of a sentence. **Out:**
//! for each word the [`Anchor`]s that may be laid there. **Unit:** words. Most anchors fall for want of
//! a neighbour, and which ones is as good as random; so the decision that lives here: the neighbours of a
//! word are gathered once ([`Neighbours`]), and its anchors are asked without a branch.

use std::sync::OnceLock;

use crate::lexicon::model::{Genres, TermId};
use crate::matching::bits::{Kind, Kinds, KindsBuilder, ROW};
use crate::matching::context::Context;
use crate::matching::sequence::Steps;
use crate::text::document::Genre;
use crate::text::tokenize::Token;
use crate::text::vocabulary::WordId;

/// Where a word leads: a sequence and the step that the word takes, with what must stand beside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anchor {
    pub(crate) term: TermId,
    pub(crate) sequence: u32,
    pub(crate) step: u8,
    /// True where the sequence has no other step.
    pub(crate) alone: bool,
    /// Which of [`Anchors::supports`] must be met where only what counts is wanted; the first always is.
    support: u16,
    /// Bit of [`Neighbours::left`] that must be set: within the gap stands a word of the step before.
    left: u16,
    /// The same for the step after.
    right: u16,
}

/// How many neighbours on one side are gathered in each row; what stands in the first row always fits.
const REACHES: [usize; 8] = [0, 1, 2, 3, 4, 6, 8, 10];
/// Rows before this one are always gathered.
const FAR: usize = 5;
/// Bits of a row.
const BITS: u16 = 64 * ROW as u16;

/// The bit that is set where one of up to `gap + 1` neighbours is of that kind.
fn bit(gap: usize, kind: Kind) -> u16 {
    let wanted = gap + 1;
    match REACHES.iter().position(|reach| *reach >= wanted) {
        Some(row) => row as u16 * BITS + kind.bit(),
        None => 0,
    }
}

impl Anchor {
    fn new<'w>(
        term: TermId,
        sequence: u32,
        steps: &'w Steps,
        [left_kinds, right_kinds]: &mut [KindsBuilder<'w>; 2],
    ) -> Self {
        let (step, steps) = (steps.rarest(), &steps.steps);
        let left = (step > 0).then(|| {
            bit(
                usize::from(steps[step].gap()),
                left_kinds.number(steps[step - 1].words()),
            )
        });
        let right = (steps.get(step + 1))
            .map(|after| bit(usize::from(after.gap()), right_kinds.number(after.words())));
        Self {
            term,
            sequence,
            step: step as u8,
            alone: steps.len() == 1,
            support: 0,
            left: left.unwrap_or(0),
            right: right.unwrap_or(0),
        }
    }

    fn is_far(&self) -> bool {
        self.left.max(self.right) >= FAR as u16 * BITS
    }
}

/// What must stand beside a word for something to support it: any of these bits of [`Neighbours::left`], or
/// of [`Neighbours::right`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Support {
    left: Box<[u16]>,
    right: Box<[u16]>,
}

impl Support {
    /// What supports a word of a term that requires any of `contexts`; `None` where that cannot be told from
    /// its neighbours.
    fn of<'a>(
        contexts: impl Iterator<Item = &'a Context>,
        [left_kinds, right_kinds]: &mut [KindsBuilder<'_>; 2],
    ) -> Option<Self> {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for context in contexts {
            let beside = context.beside()?;
            for (gap, words) in beside.left {
                left.push(bit(gap, left_kinds.number(words)));
            }
            for (gap, words) in beside.right {
                right.push(bit(gap, right_kinds.number(words)));
            }
        }
        let told = !left.is_empty() || !right.is_empty();
        let told = told && left.iter().chain(&right).all(|bit| *bit != 0);
        told.then(|| Self {
            left: left.into(),
            right: right.into(),
        })
    }

    /// Nothing is needed.
    fn none() -> Self {
        Self {
            left: [0].into(),
            right: [].into(),
        }
    }

    fn is_far(&self) -> bool {
        self.left
            .iter()
            .chain(&self.right)
            .any(|bit| *bit >= FAR as u16 * BITS)
    }
}

/// The anchors of one word.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    from: u32,
    to: u32,
    /// True where some look at neighbours that are far away.
    far: bool,
}

/// The anchors of all words that are heard in one genre.
#[derive(Debug, Clone)]
struct Index {
    places: Vec<Place>,
    anchors: Vec<Anchor>,
}

/// The anchors of a lexicon.
#[derive(Debug, Clone)]
pub(crate) struct Anchors {
    /// All, in the order of their sequences.
    all: Vec<(WordId, Genres, Anchor)>,
    /// How many words there are.
    words: usize,
    /// What supports the words of terms that require something.
    supports: Vec<Support>,
    /// For each genre those heard in it; made when a text of the genre comes.
    by_genre: [OnceLock<Index>; Genre::NAMES.len()],
    /// The kinds of words that are asked for on the left, and those on the right.
    kinds: [Kinds; 2],
}

impl Anchors {
    /// Those of `sequences`, each with its term and the genres that it is heard in, over so many words; `requires`
    /// gives for a term what it requires any of.
    pub(crate) fn new<'a, C: Iterator<Item = &'a Context>>(
        sequences: &[(TermId, Genres, Steps)],
        words: usize,
        requires: impl Fn(TermId) -> C,
    ) -> Self {
        let mut all = Vec::new();
        let mut supports = vec![Support::none()];
        let mut kinds = [(); 2].map(|()| KindsBuilder::new(words));
        for (sequence, (term, genres, steps)) in (0u32..).zip(sequences) {
            let mut anchor = Anchor::new(*term, sequence, steps, &mut kinds);
            if anchor.alone
                && let Some(support) = Support::of(requires(*term), &mut kinds)
            {
                anchor.support = supports.len() as u16;
                supports.push(support);
            }
            let forms = steps.steps[usize::from(anchor.step)].words().iter();
            all.extend(forms.map(|word| (*word, *genres, anchor)));
        }
        Self {
            all,
            words,
            supports,
            by_genre: [const { OnceLock::new() }; Genre::NAMES.len()],
            kinds: kinds.map(KindsBuilder::finish),
        }
    }

    /// For each word the genres in which something is found through it.
    pub(crate) fn heard(&self) -> Vec<Genres> {
        let mut heard = vec![Genres::NONE; self.words];
        for (word, genres, _) in &self.all {
            heard[word.0 as usize].unite(*genres);
        }
        heard
    }

    /// Calls `visit` with each anchor of word `at` whose nearest neighbours on both sides fit, in a text of `genre`; with
    /// `supported` only where something may support it.
    /// Perhaps: a neighbour that fits may be parted from the word by a stop, or not be of that kind after all.
    #[inline]
    pub(crate) fn each_at(
        &self,
        genre: Genre,
        tokens: &[Token],
        at: usize,
        supported: bool,
        neighbours: &mut Neighbours,
        mut visit: impl FnMut(&Anchor),
    ) {
        let index = self.by_genre[genre as usize].get_or_init(|| self.index(genre));
        let place = index.places[tokens[at].word.0 as usize];
        let anchors = &index.anchors[place.from as usize..place.to as usize];
        neighbours.gather(&self.kinds, tokens, at, place.far);
        for some in anchors.chunks(64) {
            let mut fit = (some.iter().enumerate())
                .fold(0, |fit, (n, anchor)| fit | neighbours.fit(anchor) << n);
            while fit != 0 {
                let anchor = &some[fit.trailing_zeros() as usize % 64];
                let support = &self.supports[usize::from(anchor.support)];
                if !supported || neighbours.have(support) {
                    visit(anchor);
                }
                fit &= fit - 1;
            }
        }
    }

    /// The anchors that are heard in `genre`, sorted by word.
    fn index(&self, genre: Genre) -> Index {
        let heard = || {
            self.all
                .iter()
                .filter(|(_, genres, _)| genres.contains(genre))
        };
        let mut places = vec![Place::default(); self.words];
        for (word, _, anchor) in heard() {
            let place = &mut places[word.0 as usize];
            place.to += 1;
            place.far |= anchor.is_far() || self.supports[usize::from(anchor.support)].is_far();
        }
        let mut from = 0;
        for place in &mut places {
            let count = place.to;
            (place.from, place.to) = (from, from);
            from += count;
        }
        let mut anchors = Vec::new();
        if let Some((_, _, first)) = heard().next() {
            anchors.resize(from as usize, *first);
        }
        for (word, _, anchor) in heard() {
            let end = &mut places[word.0 as usize].to;
            anchors[*end as usize] = *anchor;
            *end += 1;
        }
        Index { places, anchors }
    }
}

/// The rows of all [`REACHES`].
type Rows = [u64; ROW * REACHES.len()];

/// Of what kinds the words beside a word are: for each side and each of [`REACHES`] a row of bits.
#[derive(Debug)]
pub(crate) struct Neighbours {
    left: Rows,
    right: Rows,
}

impl Default for Neighbours {
    fn default() -> Self {
        let mut rows = [0; ROW * REACHES.len()];
        rows[..ROW].fill(u64::MAX);
        Self {
            left: rows,
            right: rows,
        }
    }
}

impl Neighbours {
    /// Gathers the neighbours of word `at`, `far` ones too where they are asked for.
    #[inline]
    fn gather(
        &mut self,
        [left_kinds, right_kinds]: &[Kinds; 2],
        tokens: &[Token],
        at: usize,
        far: bool,
    ) {
        let (left, right) = (tokens[..at].iter().rev(), tokens[at + 1..].iter());
        if far {
            gather::<{ REACHES.len() }>(&mut self.left, left_kinds, left);
            gather::<{ REACHES.len() }>(&mut self.right, right_kinds, right);
        } else {
            gather::<FAR>(&mut self.left, left_kinds, left);
            gather::<FAR>(&mut self.right, right_kinds, right);
        }
    }

    /// 1 where what must stand beside `anchor` stands there, else 0.
    #[inline]
    fn fit(&self, anchor: &Anchor) -> u64 {
        ask(&self.left, anchor.left) & ask(&self.right, anchor.right) & 1
    }

    /// True where something that `support` asks for stands there.
    #[inline]
    fn have(&self, support: &Support) -> bool {
        let any = |rows: &Rows, bits: &[u16]| bits.iter().fold(0, |any, bit| any | ask(rows, *bit));
        (any(&self.left, &support.left) | any(&self.right, &support.right)) & 1 != 0
    }
}

/// The bit, and others before it.
#[inline]
fn ask(rows: &Rows, bit: u16) -> u64 {
    rows[usize::from(bit / 64) % rows.len()] >> (bit % 64)
}

/// Fills the rows before row `N` from the words beside a word, the nearest first.
#[inline]
fn gather<'a, const N: usize>(
    rows: &mut Rows,
    kinds: &Kinds,
    mut beside: impl Iterator<Item = &'a Token>,
) {
    let mut row = [0; ROW];
    for n in 1..N {
        for _ in REACHES[n - 1]..REACHES[n] {
            let word = beside.next().map_or(WordId::UNKNOWN, |token| token.word);
            let more = kinds.of(word);
            for (bits, more) in row.iter_mut().zip(more) {
                *bits |= more;
            }
        }
        rows[n * ROW..(n + 1) * ROW].copy_from_slice(&row);
    }
}
