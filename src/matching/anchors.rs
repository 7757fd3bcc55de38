//! By which word of a sentence a sequence is found, and whether what stands beside the word fits.
//!
//! **In:** compiled sequences, each with the step that it is found by; the words of a sentence. **Out:**
//! for each word the [`Anchor`]s that may be laid there. **Unit:** words. Most anchors fall for want of
//! a neighbour, and which ones is as good as random; so the decision that lives here: the neighbours of a
//! word are gathered once ([`Neighbours`]), and its anchors are asked without a branch.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::lexicon::model::{Genres, TermId};
use crate::matching::bits::{Kind, Kinds, KindsBuilder, ROW};
use crate::matching::context::Context;
use crate::matching::sequence::{Sequences, Steps};
use crate::text::document::Genre;
use crate::text::tokenize::Token;
use crate::text::vocabulary::WordId;

/// Where a word leads: a sequence and the step that the word takes, with what must stand beside it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Anchor {
    pub(crate) term: TermId,
    sequence: u32,
    pub(crate) step: u8,
    /// True where the sequence has no other step.
    pub(crate) alone: bool,
    /// Which of [`Anchors::supports`] must be met where only what counts is wanted; the first always is.
    support: u32,
    /// Words that must all stand near: those of its rarest other steps.
    wanted: [Near; 3],
}

impl Anchor {
    fn new<'w>(term: TermId, sequence: u32, all: &Steps<'w>, kinds: &mut SideKinds<'w>) -> Self {
        let (step, steps) = (all.rarest(), all.steps);
        let mut others: Vec<usize> = (0..steps.len()).filter(|other| *other != step).collect();
        others.sort_by_key(|other| Reverse(steps[*other].common()));
        let mut wanted = [Near::ALWAYS; 3];
        for near in &mut wanted {
            if let Some(other) = others.pop() {
                let side = if other < step { LEFT } else { RIGHT };
                let between = &steps[other.min(step) + 1..=other.max(step)];
                let reach = between.iter().map(|step| usize::from(step.gap()) + 1).sum();
                *near = kinds.near(side, reach, all.words(other));
            }
        }
        Self {
            term,
            sequence,
            step: step as u8,
            alone: steps.len() == 1,
            support: 0,
            wanted,
        }
    }
}

/// Beside the word, on its left or on its right.
type Side = usize;
const LEFT: Side = 0;
const RIGHT: Side = 1;

/// How many neighbours on one side are gathered in each row; what stands in the first row always fits.
const REACHES: [usize; 5] = [0, 1, 2, 4, 10];
/// Bits of a row.
const ROW_BITS: usize = 64 * ROW;
/// Bits of a side.
const SIDE_BITS: usize = ROW_BITS * REACHES.len();

/// A word of some kind within some reach on one side: a bit of [`Neighbours`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Near(u16);

impl Near {
    /// Nothing is asked.
    const ALWAYS: Self = Self(0);

    fn new(side: Side, row: usize, kind: Kind) -> Self {
        Self((side * SIDE_BITS + row * ROW_BITS) as u16 + kind.bit())
    }

    /// The last row of each side that must be gathered for it.
    fn rows(self) -> [u8; 2] {
        let mut rows = [0; 2];
        let bit = usize::from(self.0);
        rows[bit / SIDE_BITS] = (bit % SIDE_BITS / ROW_BITS) as u8;
        rows
    }
}

/// The kinds of words that are asked for on each side.
struct SideKinds<'w>([KindsBuilder<'w>; 2]);

impl<'w> SideKinds<'w> {
    /// One of `words` within `reach` on `side`; always where that is too far.
    fn near(&mut self, side: Side, reach: usize, words: impl Into<Cow<'w, [WordId]>>) -> Near {
        match REACHES.iter().position(|row| *row >= reach) {
            Some(row) => Near::new(side, row, self.0[side].number(words)),
            None => Near::ALWAYS,
        }
    }
}

/// What must stand beside a word for something to support it: any of these.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Support(Box<[Near]>);

impl Support {
    /// What supports a word of a term that requires any of `contexts`; `None` where that cannot be told from
    /// its neighbours.
    fn of<'a>(
        contexts: impl Iterator<Item = &'a Context>,
        kinds: &mut SideKinds<'_>,
    ) -> Option<Self> {
        let mut any = Vec::new();
        for context in contexts {
            let beside = context.beside()?;
            for (side, sets) in [(LEFT, beside.left), (RIGHT, beside.right)] {
                any.extend((sets.into_iter()).map(|(reach, words)| kinds.near(side, reach, words)));
            }
        }
        let told = !any.is_empty() && !any.contains(&Near::ALWAYS);
        told.then(|| Self(any.into()))
    }
}

/// The anchors of one word.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    from: u32,
    to: u32,
    /// The last rows that they ask, on the left and on the right.
    rows: [u8; 2],
}

impl Place {
    fn ask(&mut self, near: Near) {
        for (rows, more) in self.rows.iter_mut().zip(near.rows()) {
            *rows = (*rows).max(more);
        }
    }
}

/// The anchors of all words that are heard in one genre.
#[derive(Debug, Clone)]
struct Index {
    places: Vec<Place>,
    anchors: Vec<Anchor>,
}

/// The anchors of a lexicon.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Anchors {
    /// What is laid where an anchor leads.
    sequences: Sequences,
    /// The anchor of each sequence, and the genres that it is heard in.
    all: Vec<(Genres, Anchor)>,
    /// How many words there are.
    words: usize,
    /// What supports the words of terms that require something.
    supports: Vec<Support>,
    /// For each genre those heard in it; made when a text of the genre comes.
    #[serde(skip)]
    by_genre: [OnceLock<Index>; Genre::NAMES.len()],
    /// The kinds of words that are asked for on each side.
    kinds: [Kinds; 2],
}

impl Anchors {
    /// Those of `sequences`, over so many words; `terms` has the term of each and the genres that it is heard in,
    /// `requires` gives for a term what it requires any of.
    pub(crate) fn new<'a, C: Iterator<Item = &'a Context>>(
        sequences: Sequences,
        terms: &[(TermId, Genres)],
        words: usize,
        requires: impl Fn(TermId) -> C,
    ) -> Self {
        let mut all = Vec::new();
        let mut supports = vec![Support([Near::ALWAYS].into())];
        let mut kinds = SideKinds([(); 2].map(|()| KindsBuilder::new(words)));
        for (sequence, (steps, (term, genres))) in (0u32..).zip(sequences.iter().zip(terms)) {
            let mut anchor = Anchor::new(*term, sequence, &steps, &mut kinds);
            if anchor.alone
                && let Some(support) = Support::of(requires(*term), &mut kinds)
            {
                anchor.support = supports.len() as u32;
                supports.push(support);
            }
            all.push((*genres, anchor));
        }
        Self {
            all,
            words,
            supports,
            by_genre: [const { OnceLock::new() }; Genre::NAMES.len()],
            kinds: kinds.0.map(KindsBuilder::finish),
            sequences,
        }
    }

    /// The sequence of an anchor.
    #[inline]
    pub(crate) fn steps(&self, anchor: &Anchor) -> Steps<'_> {
        self.sequences.get(anchor.sequence as usize)
    }

    /// The words that lead to an anchor.
    fn words_of(&self, anchor: &Anchor) -> &[WordId] {
        self.steps(anchor).words(usize::from(anchor.step))
    }

    /// For each word the genres in which something is found through it.
    pub(crate) fn heard(&self) -> Vec<Genres> {
        let mut heard = vec![Genres::NONE; self.words];
        for (genres, anchor) in &self.all {
            for word in self.words_of(anchor) {
                heard[word.0 as usize].unite(*genres);
            }
        }
        heard
    }

    /// Calls `visit` with each anchor of word `at` that may be laid there, in a text of `genre`; with
    /// `supported` only where something may support it.
    /// Perhaps: what stands near may be parted from the word by a stop, or not be of that kind after all.
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
        let place = &index.places[tokens[at].word.0 as usize];
        let anchors = &index.anchors[place.from as usize..place.to as usize];
        neighbours.gather(&self.kinds, tokens, at, place.rows);
        for some in anchors.chunks(64) {
            let mut fit = (some.iter().enumerate())
                .fold(0, |fit, (n, anchor)| fit | neighbours.fit(anchor) << n);
            while fit != 0 {
                let anchor = &some[fit.trailing_zeros() as usize % 64];
                let support = &self.supports[anchor.support as usize];
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
            let heard = self.all.iter().filter(|(genres, _)| genres.contains(genre));
            heard.flat_map(|(_, anchor)| {
                self.words_of(anchor).iter().map(move |word| (word, anchor))
            })
        };
        let mut places = vec![Place::default(); self.words];
        for (word, anchor) in heard() {
            let place = &mut places[word.0 as usize];
            place.to += 1;
            let support = &self.supports[anchor.support as usize];
            let asked = anchor.wanted.iter().chain(&support.0);
            asked.for_each(|near| place.ask(*near));
        }
        let mut from = 0;
        for place in &mut places {
            let count = place.to;
            (place.from, place.to) = (from, from);
            from += count;
        }
        let mut anchors = Vec::new();
        if let Some((_, first)) = heard().next() {
            anchors.resize(from as usize, *first);
        }
        for (word, anchor) in heard() {
            let end = &mut places[word.0 as usize].to;
            anchors[*end as usize] = *anchor;
            *end += 1;
        }
        Index { places, anchors }
    }
}

/// Of what kinds the words beside a word are: for each side and each of [`REACHES`] a row of bits.
#[derive(Debug)]
pub(crate) struct Neighbours([u64; 2 * SIDE_BITS / 64]);

impl Default for Neighbours {
    fn default() -> Self {
        let mut bits = [0; 2 * SIDE_BITS / 64];
        bits[..ROW].fill(u64::MAX);
        Self(bits)
    }
}

impl Neighbours {
    /// Gathers the neighbours of word `at`, up to the row that is the last to be asked on each side.
    #[inline]
    fn gather(&mut self, kinds: &[Kinds; 2], tokens: &[Token], at: usize, rows: [u8; 2]) {
        let (left, right) = self.0.split_at_mut(SIDE_BITS / 64);
        let (before, after) = (&tokens[..at], &tokens[at + 1..]);
        gather(left, &kinds[LEFT], rows[LEFT], before.iter().rev());
        gather(right, &kinds[RIGHT], rows[RIGHT], after.iter());
    }

    /// The bit, and others before it.
    #[inline]
    fn ask(&self, near: Near) -> u64 {
        self.0[usize::from(near.0 / 64) % self.0.len()] >> (near.0 % 64)
    }

    /// 1 where all that must stand near `anchor` may stand there, else 0.
    #[inline]
    fn fit(&self, anchor: &Anchor) -> u64 {
        let [first, second, third] = anchor.wanted;
        self.ask(first) & self.ask(second) & self.ask(third) & 1
    }

    /// True where something that `support` asks for may stand there.
    #[inline]
    fn have(&self, support: &Support) -> bool {
        (support.0.iter()).fold(0, |any, near| any | self.ask(*near)) & 1 != 0
    }
}

/// Fills the rows of a side up to row `last` from the words beside a word, the nearest first.
#[inline]
fn gather<'a>(
    rows: &mut [u64],
    kinds: &Kinds,
    last: u8,
    mut beside: impl Iterator<Item = &'a Token>,
) {
    let mut row = [0; ROW];
    for n in 1..=usize::from(last).min(REACHES.len() - 1) {
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

#[cfg(test)]
mod tests;
