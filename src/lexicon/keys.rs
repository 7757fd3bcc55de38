//! What each table of a lexicon file may hold, in the order in which it is written.
//!
//! **In:** nothing. **Out:** lists of keys, for whoever refuses the others and for whoever sorts them.

/// Of a category, but for [`CATEGORY_TABLES`].
pub(crate) const CATEGORY: [&str; 11] = [
    "category",
    "pole",
    "definition",
    "includes",
    "excludes",
    "note",
    "threshold",
    "examples",
    "lacking",
    "near_misses",
    "terms",
];

/// Tables of a category, which stand behind all else in the order of the file.
pub(crate) const CATEGORY_TABLES: [&str; 2] = ["facets", "guards"];

/// Of a facet.
pub(crate) const FACET: [&str; 5] = ["definition", "examples", "lacking", "near_misses", "terms"];

/// Of a term.
pub(crate) const TERM: [&str; 13] = [
    "term",
    "regex",
    "genre",
    "polarity",
    "weight",
    "also",
    "also_lacking",
    "requires",
    "guards",
    "examples",
    "lacking",
    "near_misses",
    "note",
];

/// Of a cue. A guard has the same but for [`CUE_ONLY`].
pub(crate) const CUE: [&str; 12] = [
    "why",
    "denies",
    "before",
    "after",
    "near",
    "within",
    "anywhere",
    "regex",
    "capitalised",
    "except",
    "genre",
    "examples",
];

/// What a guard has not.
pub(crate) const CUE_ONLY: [&str; 2] = ["denies", "except"];

/// Of the file of cues, but for its table `cues`.
pub(crate) const CUES: [&str; 2] = ["clause_breaks", "comma_breaks"];

/// Of `lexicon.toml`, but for its table `norms`.
pub(crate) const SETTINGS: [&str; 6] = [
    "name",
    "version",
    "description",
    "note",
    "poles",
    "categories",
];

/// Of a norm.
pub(crate) const NORM: [&str; 4] = ["pole_shares", "prior", "source", "note"];
