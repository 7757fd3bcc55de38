//! What a lexicon is, once read and found good.
//!
//! **In:** nothing; [`crate::lexicon::read`] and [`crate::lexicon::parse`] make these
//! values and refuse bad ones. **Out:** [`Lexicon`] with its categories, terms, guards
//! and cues. No category name is known to the code: columns follow the lexicon.
//!
//! All words in here are folded (see [`crate::text::fold`]) and already expanded: inflected
//! forms and British/American spellings stand as alternatives beside one another.

use std::cmp::Ordering;
use std::ops::{AddAssign, Deref};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::Mistake;
use crate::lexicon::checksum::Checksum;
pub use crate::lexicon::expression::Expression;
use crate::text::document::Genre;

/// Index of a pole in [`Lexicon::poles`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PoleId(pub u16);

/// Index of a category in [`Lexicon::categories`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CategoryId(pub u16);

/// Index of a term in [`Lexicon::terms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TermId(pub u32);

/// Index of a guard in [`Lexicon::guards`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GuardId(pub u32);

/// Categories and their terms. Never empty; no term twice.
#[derive(Debug, Clone)]
pub struct Lexicon {
    /// Name, for the manifest.
    pub name: String,
    /// Version, for the manifest; empty where the lexicon states none.
    pub version: String,
    /// Names of the poles, in column order.
    pub poles: Vec<String>,
    /// The categories, in column order.
    pub categories: Vec<Category>,
    /// The terms, sorted by category and then by their text.
    pub terms: Vec<Term>,
    /// Guards: shared ones by name, then those that stand beside one term.
    pub guards: Vec<Guard>,
    /// Cues of lacking.
    pub cues: Vec<Cue>,
    /// Words and phrases at which a clause ends, beside punctuation ("but", "although").
    pub clause_breaks: Vec<Sequence>,
    /// Words that begin a new clause after a comma ("we", "they"); other commas part the items of
    /// a list and a cue reaches over them.
    pub comma_breaks: Vec<Sequence>,
    /// What is usual for texts of a genre; a genre without a norm is not listed.
    pub norms: Vec<Norm>,
    /// Sentences that say what the lexicon means, in the order of their places.
    pub examples: Vec<Example>,
    /// What is no mistake but may be one: a shared guard that nothing uses.
    pub warnings: Vec<Mistake>,
    /// Of its files.
    pub(crate) checksum: Checksum,
}

impl Lexicon {
    /// SHA-256 over its files, in hexadecimal: the sorted names and contents. Worked out when it is
    /// first asked for.
    pub fn sha256(&self) -> &str {
        self.checksum.hexadecimal()
    }
}

/// One category, a column of the tables.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Category {
    /// Its name, the name of its column.
    pub name: String,
    /// The pole it belongs to.
    pub pole: PoleId,
    /// What it means, for people.
    pub definition: String,
    /// Sum of weights from which a sentence is tagged; 1 unless the file says otherwise.
    pub threshold: f64,
    /// Names of its facets.
    pub facets: Vec<String>,
}

/// A pattern that counts toward one category.
#[derive(Debug, Clone)]
pub struct Term {
    /// As written in the file.
    pub text: String,
    /// The category it counts toward.
    pub category: CategoryId,
    /// Index into [`Category::facets`].
    pub facet: u16,
    /// What it matches.
    pub pattern: Pattern,
    /// Evidence that one match gives; a plain term has 1.
    pub weight: f64,
    /// Where it counts at all.
    pub genres: Genres,
    /// Contexts in which it does not mean its category.
    pub guards: Vec<GuardId>,
    /// Contexts of which one must hold for the term to count; empty: none needed.
    pub requires: Vec<GuardId>,
    /// What cues do to it.
    pub polarity: TermPolarity,
    /// Where it stands: `path:line:column`.
    pub place: String,
}

/// What a term matches.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// Words in order; any one of the sequences.
    Words(Vec<Sequence>),
    /// A regular expression over the text of one sentence; case is ignored.
    Regex(Expression),
}

/// Words in order with gaps between. Never empty. A term's sequence neither begins nor ends
/// with a gap; a guard's may end (before) or begin (after) with one.
pub type Sequence = Vec<Element>;

/// One step of a [`Sequence`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// One word: any of these forms.
    Word(Forms),
    /// Up to so many words, whatever they are.
    Gap(u8),
}

/// The forms of one word, sorted, each once. A copy is the same list again: a lexicon writes the same
/// words thousands of times.
#[derive(Debug, Clone, Eq)]
pub struct Forms(Arc<[Form]>);

impl<const N: usize> From<[Form; N]> for Forms {
    fn from(forms: [Form; N]) -> Self {
        Self(forms.into())
    }
}

impl FromIterator<Form> for Forms {
    fn from_iter<I: IntoIterator<Item = Form>>(forms: I) -> Self {
        Self(forms.into_iter().collect())
    }
}

impl Deref for Forms {
    type Target = [Form];

    fn deref(&self) -> &[Form] {
        &self.0
    }
}

// What is the same list is equal, without a look at its words.
impl PartialEq for Forms {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Ord for Forms {
    fn cmp(&self, other: &Self) -> Ordering {
        match Arc::ptr_eq(&self.0, &other.0) {
            true => Ordering::Equal,
            false => self.0.cmp(&other.0),
        }
    }
}

impl PartialOrd for Forms {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A word form, folded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Form {
    /// The folded word, or its beginning.
    pub text: Arc<str>,
    /// True where any word that begins so matches (`lead*`).
    pub prefix: bool,
}

/// What cues of lacking do to a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TermPolarity {
    /// Present; a cue turns it to lacking.
    Normal,
    /// Lacking by itself ("directionless"); a cue turns it to present.
    Lacking,
    /// Present whatever stands around it.
    Present,
}

/// A set of genres.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Genres(u8);

impl Genres {
    /// Every genre, and texts of no known genre.
    pub const ALL: Self = Self(0b1111);
    /// No genre.
    pub const NONE: Self = Self(0);

    /// True where the set holds `genre`.
    pub fn contains(self, genre: Genre) -> bool {
        self.0 & Self::bit(genre) != 0
    }

    /// True where some genre is in both.
    pub fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Adds every genre of `other`.
    pub fn unite(&mut self, other: Self) {
        self.0 |= other.0;
    }

    fn bit(genre: Genre) -> u8 {
        1 << genre as u8
    }
}

// A set grows by union, which is no other arithmetic in disguise.
#[allow(clippy::suspicious_op_assign_impl)]
impl AddAssign<Genre> for Genres {
    fn add_assign(&mut self, genre: Genre) {
        self.0 |= Self::bit(genre);
    }
}

/// A context in which a term does not mean its category.
#[derive(Debug, Clone)]
pub struct Guard {
    /// Its name; for a guard beside one term, the term's text.
    pub name: String,
    /// Where it applies.
    pub genres: Genres,
    /// The context.
    pub context: Context,
}

/// Conditions on the words around a match, in the same sentence. It holds where
/// any one of the lists holds (or all are empty), and `capitalised` with it.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// Ends right before the match.
    pub before: Vec<Sequence>,
    /// Begins right after the match.
    pub after: Vec<Sequence>,
    /// Anywhere within so many words of the match, on either side.
    pub near: Vec<Sequence>,
    /// How many words `near` reaches.
    pub within: u8,
    /// Anywhere in the sentence outside the match.
    pub anywhere: Vec<Sequence>,
    /// A regular expression found in the sentence; case is ignored.
    pub regex: Option<Expression>,
    /// The match is written with a capital inside a sentence that is not all capitals,
    /// and the word before or after it too: part of a name or title.
    pub capitalised: bool,
}

/// A cue that what a match names is missing ("no", "lack of").
#[derive(Debug, Clone)]
pub struct Cue {
    /// Its name.
    pub name: String,
    /// Where it applies.
    pub genres: Genres,
    /// Where it stands; looked for within the clause of the match.
    pub context: Context,
    /// Phrases in which the words of the cue mean something else ("no doubt", "not only").
    pub except: Vec<Sequence>,
    /// True where it also turns what is lacking by itself: "not understaffed" is present, "badly
    /// understaffed" is not.
    pub denies: bool,
}

/// What is usual for a genre: the shares that `balance` shrinks to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Norm {
    /// The genre.
    pub genre: Genre,
    /// Share of each pole in the tags of the norm texts, in the order of
    /// [`Lexicon::poles`]; sums to 1.
    pub pole_shares: Vec<f64>,
    /// Strength of the prior, in sentences.
    pub prior: f64,
}

/// A sentence beside a term, facet, guard or cue, and what must come out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The sentence, without the genre in brackets that may stand before it.
    pub text: String,
    /// The genre in which it is read.
    pub genre: Genre,
    /// What it is an example of.
    pub subject: Subject,
    /// What must come out.
    pub expect: Expect,
    /// Where it stands: `path:line:column`.
    pub place: String,
}

/// What an [`Example`] is an example of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// This term.
    Term(TermId),
    /// Any term of this facet (index into [`Category::facets`]).
    Facet(CategoryId, u16),
    /// This guard.
    Guard(GuardId),
    /// The cue at this index of [`Lexicon::cues`].
    Cue(usize),
}

/// What must come out of an [`Example`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expect {
    /// The subject (a term or a facet) counts, as present.
    Present,
    /// The subject counts, as lacking.
    Lacking,
    /// The subject does not count.
    Nothing,
    /// The subject (a guard) keeps some term from counting, or, where terms require it, lets one count.
    Guarded,
    /// The subject (a cue) turns the polarity of some term.
    Turned,
}
