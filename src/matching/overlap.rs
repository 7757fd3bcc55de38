//! Who wins where matches overlap.
//!
//! **In:** the candidates of one sentence. **Out:** which of them are shadowed. The decision
//! that lives here: the match with the most words wins (gap words are not its own); then the one
//! without a wildcard; then the one whose required context is there; then the one that reaches over fewer bytes; then the one that begins
//! first; then category and term in the order of the lexicon, which does not depend on the order
//! of its files. Matches of one term that is declared for several categories do not shadow
//! each other.

use std::cmp::Reverse;

use crate::lexicon::model::TermId;
use crate::matching::compile::CompiledTerm;
use crate::matching::matcher::Status;
use crate::matching::sequence::Taken;
use crate::span::Span;

/// The words that a candidate takes for itself.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Words {
    /// Those of a sequence.
    Taken(Taken),
    /// All from the first to the last: a regular expression.
    Range(u32, u32),
}

impl Words {
    pub(crate) fn first(&self) -> usize {
        match self {
            Self::Taken(taken) => taken.first(),
            Self::Range(first, _) => *first as usize,
        }
    }

    pub(crate) fn last(&self) -> usize {
        match self {
            Self::Taken(taken) => taken.last(),
            Self::Range(_, last) => *last as usize,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Taken(taken) => taken.words().len(),
            Self::Range(first, last) => (last - first) as usize + 1,
        }
    }

    fn all(&self, holds: &mut dyn FnMut(usize) -> bool) -> bool {
        match self {
            Self::Taken(taken) => taken.words().iter().all(|at| holds(*at as usize)),
            Self::Range(first, last) => (*first..=*last).all(|at| holds(at as usize)),
        }
    }
}

/// A match before overlaps are settled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate {
    pub(crate) term: TermId,
    pub(crate) words: Words,
    pub(crate) span: Span,
    /// What became of it; one that a guard took out shadows nothing.
    pub(crate) status: Status,
}

/// Marks the candidates that lose to others. `owners` is room for one number per word of the
/// sentence; its content does not matter.
pub(crate) fn settle(
    candidates: &mut [Candidate],
    terms: &[CompiledTerm],
    owners: &mut Vec<u32>,
    order: &mut Vec<u32>,
    words: usize,
) {
    let live = |c: &&Candidate| c.status == Status::Counted;
    if candidates.iter().filter(live).count() < 2 {
        return;
    }
    owners.clear();
    owners.resize(words, 0);
    order.clear();
    order.extend(
        (0u32..)
            .zip(candidates.iter())
            .filter(|(_, c)| live(c))
            .map(|(n, _)| n),
    );
    order.sort_by_key(|n| {
        let candidate = &candidates[*n as usize];
        let term = &terms[candidate.term.0 as usize];
        (
            Reverse(candidate.words.len()),
            term.wildcard,
            term.requires.is_empty(),
            candidate.span.len(),
            candidate.span.start,
            term.text,
            term.category,
            candidate.term,
        )
    });
    for &n in order.iter() {
        let candidate = candidates[n as usize];
        let free = candidate.words.all(&mut |at| {
            owners[at] == 0 || shares(&candidate, &candidates[owners[at] as usize - 1], terms)
        });
        if free {
            candidate.words.all(&mut |at| {
                owners[at] = n + 1;
                true
            });
        }
        if !free {
            candidates[n as usize].status = Status::Shadowed;
        }
    }
}

/// True where both are matches of one declared term at the same place for two categories.
fn shares(a: &Candidate, b: &Candidate, terms: &[CompiledTerm]) -> bool {
    let (one, other) = (&terms[a.term.0 as usize], &terms[b.term.0 as usize]);
    one.text == other.text && one.category != other.category && a.span == b.span
}
