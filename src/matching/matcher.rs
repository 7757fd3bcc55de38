//! Finds the terms of one [`Lexicon`] in sentences.
//!
//! **In:** a [`Sentence`] and its genre. **Out:** [`Match`]es in order of place, each with what
//! became of it. **Unit:** spans are bytes of the document's text, never of a folded copy.
//!
//! The order of decisions stands here and nowhere else: candidates are whole words; a term of another genre is none;
//! guards and requirements are asked of each candidate by itself; overlaps are settled among those that are left; cues turn the polarity;
//! a category whose weights stay under its threshold counts nothing.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::lexicon::model::{CategoryId, Genres, GuardId, Lexicon, TermId, TermPolarity};
use crate::matching::anchors::Neighbours;
use crate::matching::compile::{self, Compiled, CompiledCue, CompiledTerm};
use crate::matching::context::Place;
use crate::matching::overlap::{self, Candidate, Words};
use crate::matching::sentence::Sentence;
use crate::matching::sequence::Taken;
use crate::span::Span;
use crate::text::bits::places;
use crate::text::document::Genre;
use crate::text::tokenize::Token;
use crate::text::vocabulary::Vocabulary;

/// Whether what a match names is there or missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Polarity {
    /// Done, required, praised, offered.
    Present,
    /// Absent, insufficient, failed, wished for.
    Lacking,
}

impl Polarity {
    fn turned(self) -> Self {
        match self {
            Self::Present => Self::Lacking,
            Self::Lacking => Self::Present,
        }
    }

    /// The word in the `polarity` column.
    pub fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Lacking => "lacking",
        }
    }
}

/// What became of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It counts.
    Counted,
    /// The weights of its category stayed under the threshold.
    Weak,
    /// A guard says that the term does not mean its category here.
    Guarded(GuardId),
    /// Nothing that the term requires stands here.
    Unsupported,
    /// A longer match took its words.
    Shadowed,
}

/// A term found in a sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Which term.
    pub term: TermId,
    /// The category it counts toward.
    pub category: CategoryId,
    /// Where, in the document's text.
    pub span: Span,
    /// There or missing.
    pub polarity: Polarity,
    /// What became of it.
    pub status: Status,
}

/// Finds the terms of one lexicon. Built once, shared by all threads.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Matcher {
    compiled: Compiled,
}

/// Room that a [`Matcher`] works in; one per thread, reused.
#[derive(Debug, Default)]
pub struct Workspace {
    candidates: Vec<Candidate>,
    owners: Vec<u32>,
    order: Vec<u32>,
    weights: Vec<f64>,
    neighbours: Neighbours,
}

impl Matcher {
    /// Lists the words of `lexicon` in `vocabulary`.
    pub fn list(lexicon: &Lexicon, vocabulary: &mut Vocabulary) {
        compile::intern(lexicon, vocabulary);
    }

    /// A matcher for `lexicon`. Its words, and those of everything else that is looked for in the same texts,
    /// must be listed in `vocabulary`: a wildcard stands for them too.
    pub fn new(lexicon: &Lexicon, vocabulary: &Vocabulary) -> Self {
        Self {
            compiled: Compiled::new(lexicon, vocabulary),
        }
    }

    /// For each word of the vocabulary the genres in whose texts some term is found through it.
    pub fn anchors(&self) -> Vec<Genres> {
        self.compiled.anchors.heard()
    }

    /// Appends the matches of `sentence` to `matches`, in order of place. `anchors` says
    /// which of its words terms are found through ([`Matcher::anchors`]). With `all` those that do
    /// not count are among them, else only the counted ones.
    pub fn matches(
        &self,
        sentence: &Sentence<'_>,
        anchors: &[u64],
        genre: Genre,
        all: bool,
        workspace: &mut Workspace,
        matches: &mut Vec<Match>,
    ) {
        let search = Search {
            compiled: &self.compiled,
            sentence,
            genre,
            all,
        };
        workspace.candidates.clear();
        search.find_words(anchors, workspace);
        search.find_regexes(&mut workspace.candidates);
        if workspace.candidates.is_empty() {
            return;
        }
        let first = matches.len();
        search.judge(workspace, matches);
        search.weigh(&mut matches[first..], &mut workspace.weights);
        if !all {
            let mut at = 0;
            matches.retain(|m| {
                at += 1;
                at <= first || m.status == Status::Counted
            });
        }
        matches[first..].sort_by_key(|m| (m.span.start, m.span.end, m.category, m.term));
    }
}

/// One sentence and how it is looked at.
struct Search<'a> {
    compiled: &'a Compiled,
    sentence: &'a Sentence<'a>,
    genre: Genre,
    all: bool,
}

impl Search<'_> {
    fn term(&self, id: TermId) -> &CompiledTerm {
        &self.compiled.terms[id.0 as usize]
    }

    fn find_words(&self, anchors: &[u64], workspace: &mut Workspace) {
        let tokens = self.sentence.tokens;
        let mut taken = Taken::default();
        let within = 0..tokens.len();
        let (found, neighbours) = (&mut workspace.candidates, &mut workspace.neighbours);
        for at in places(anchors) {
            let all = &self.compiled.anchors;
            all.each_at(self.genre, tokens, at, !self.all, neighbours, |anchor| {
                if anchor.alone {
                    taken = Taken::one(at);
                } else {
                    let steps = all.steps(anchor);
                    let step = usize::from(anchor.step);
                    if !steps.lay(self.sentence, step, at, &within, &mut taken) {
                        return;
                    }
                }
                let span = self.sentence.span_of(taken.first(), taken.last());
                self.add(found, anchor.term, Words::Taken(taken), span);
            });
        }
    }

    fn find_regexes(&self, found: &mut Vec<Candidate>) {
        let sentence = self.sentence;
        for (term, regex) in &self.compiled.regexes {
            if !self.term(*term).genres.contains(self.genre) {
                continue;
            }
            for hit in regex.find_iter(sentence.text()) {
                let from = sentence.span.start;
                let (start, end) = (from + hit.start() as u32, from + hit.end() as u32);
                let touched = |token: &Token| token.start < end && start < token.end;
                let first = sentence.tokens.iter().position(touched);
                let last = sentence.tokens.iter().rposition(touched);
                if let (Some(first), Some(last)) = (first, last) {
                    let words = Words::Range(first as u32, last as u32);
                    self.add(found, *term, words, Span { start, end });
                }
            }
        }
    }

    /// Adds a candidate. Where the same term reaches over the same bytes already, the one with more words stays. One
    /// that a guard takes out is added only where all are wanted.
    fn add(&self, found: &mut Vec<Candidate>, term: TermId, words: Words, span: Span) {
        let again = |c: &&mut Candidate| c.term == term && c.span == span;
        if let Some(known) = found.iter_mut().rev().take(8).find(again) {
            if words.len() > known.words.len() {
                known.words = words;
            }
            return;
        }
        let place = Place {
            first: words.first(),
            last: words.last(),
        };
        let status = self.guarded(term, place);
        if self.all || status == Status::Counted {
            found.push(Candidate {
                term,
                words,
                span,
                status,
            });
        }
    }

    /// Overlaps and polarity: makes matches of the candidates.
    fn judge(&self, workspace: &mut Workspace, matches: &mut Vec<Match>) {
        let Workspace {
            candidates,
            owners,
            order,
            ..
        } = workspace;
        overlap::settle(
            candidates,
            &self.compiled.terms,
            owners,
            order,
            self.sentence.tokens.len(),
        );
        for candidate in candidates.iter() {
            let polarity = match candidate.status {
                Status::Counted => self.polarity(candidate),
                _ => Polarity::Present,
            };
            matches.push(Match {
                term: candidate.term,
                category: self.term(candidate.term).category,
                span: candidate.span,
                polarity,
                status: candidate.status,
            });
        }
    }

    fn guarded(&self, term: TermId, place: Place) -> Status {
        let term = self.term(term);
        let holds = |id: &&GuardId| self.holds(**id, place);
        let supported = || term.requires.is_empty() || term.requires.iter().any(|id| holds(&id));
        // Most candidates that fall do so for want of support, but a guard is the better reason.
        if !self.all && !supported() {
            return Status::Unsupported;
        }
        match term.guards.iter().find(holds) {
            Some(guard) => Status::Guarded(*guard),
            None if self.all && !supported() => Status::Unsupported,
            None => Status::Counted,
        }
    }

    /// True where the context of a guard holds around `place`.
    fn holds(&self, guard: GuardId, place: Place) -> bool {
        let guard = &self.compiled.guards[guard.0 as usize];
        guard.may_hold(self.sentence, self.genre) && {
            let words = place.surroundings(self.sentence);
            guard.context.holds(self.sentence, place, words, &|_| false)
        }
    }

    fn polarity(&self, candidate: &Candidate) -> Polarity {
        let (sentence, genre) = (self.sentence, self.genre);
        let polarity = self.term(candidate.term).polarity;
        if polarity == TermPolarity::Present || self.compiled.cues.is_empty() {
            return by_itself(polarity);
        }
        let place = Place::of(candidate);
        let words = place.surroundings(sentence);
        let Some(around) = self.compiled.cues_around(sentence, genre, place, &words) else {
            return by_itself(polarity);
        };
        let cued = |within: Range<usize>| {
            self.compiled.cues.iter().any(|cue| {
                cue.genres.contains(genre)
                    && (cue.denies || polarity == TermPolarity::Normal)
                    && cue.context.may_hold(sentence)
                    && cue
                        .context
                        .holds(sentence, place, within.clone(), &|taken| {
                            is_excepted(cue, sentence, taken.first(), taken.last())
                        })
            })
        };
        // Most often there is no cue at all, and where the clause ends need not be found out.
        let cued =
            cued(around.clone()) && cued(self.compiled.breaks.clause(sentence, place, around));
        match cued {
            true => by_itself(polarity).turned(),
            false => by_itself(polarity),
        }
    }

    /// Takes out the matches of categories that stay under their threshold.
    fn weigh(&self, matches: &mut [Match], weights: &mut Vec<f64>) {
        weights.clear();
        weights.resize(self.compiled.thresholds.len(), 0.0);
        for found in matches.iter().filter(|m| m.status == Status::Counted) {
            weights[found.category.0 as usize] += self.term(found.term).weight;
        }
        for found in matches.iter_mut().filter(|m| m.status == Status::Counted) {
            let category = found.category.0 as usize;
            // Sums of weights such as 0.1 may fall short by a rounding error.
            if weights[category] + 1e-9 < self.compiled.thresholds[category] {
                found.status = Status::Weak;
            }
        }
    }
}

/// How far from a match, in words, contexts are looked for. No sentence that people write is
/// longer; it bounds the work on text that is none.
const REACH: usize = 200;

impl Place {
    fn surroundings(self, sentence: &Sentence<'_>) -> Range<usize> {
        self.first.saturating_sub(REACH)..sentence.tokens.len().min(self.last + 1 + REACH)
    }

    fn of(candidate: &Candidate) -> Self {
        Self {
            first: candidate.words.first(),
            last: candidate.words.last(),
        }
    }
}

/// The polarity of a term that no cue touches.
fn by_itself(polarity: TermPolarity) -> Polarity {
    match polarity {
        TermPolarity::Lacking => Polarity::Lacking,
        TermPolarity::Normal | TermPolarity::Present => Polarity::Present,
    }
}

/// Words that an exception may begin before its cue.
const MAX_EXCEPTION: usize = 20;

/// True where the words `first..=last` of a cue stand in a phrase that means something else.
fn is_excepted(cue: &CompiledCue, sentence: &Sentence<'_>, first: usize, last: usize) -> bool {
    let words = 0..sentence.tokens.len();
    !cue.except.is_empty()
        && (first.saturating_sub(MAX_EXCEPTION)..=last).any(|at| {
            cue.except.found_at(sentence, at, &words, &|_, taken| {
                taken.first() <= last && taken.last() >= first
            })
        })
}
