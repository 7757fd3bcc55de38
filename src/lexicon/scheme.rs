//! What results refer to: the names behind the numbers of matches, tags and tallies.
//!
//! **In:** a [`Lexicon`]. **Out:** its [`Scheme`]. The decision that lives here: what is needed after
//! matching (names, facets, weights, norms, the checksum) and what is not (patterns, contexts, examples). A
//! scheme is small, and can be stored with what was compiled of its lexicon.

use serde::{Deserialize, Serialize};

use crate::lexicon::checksum::Checksum;
use crate::lexicon::model::{Category, CategoryId, Lexicon, Norm};

/// The coding scheme of a lexicon: its poles, categories and terms without what the terms match.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Scheme {
    /// Name of the lexicon, for the manifest.
    pub name: String,
    /// Its version, for the manifest; empty where it states none.
    pub version: String,
    /// Names of the poles, in column order.
    pub poles: Vec<String>,
    /// The categories, in column order.
    pub categories: Vec<Category>,
    /// The terms, by number.
    pub terms: Vec<NamedTerm>,
    /// Names of the guards, by number.
    pub guards: Vec<String>,
    /// What is usual for texts of a genre; a genre without a norm is not listed.
    pub norms: Vec<Norm>,
    checksum: Checksum,
}

/// A term as it is told of in results.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NamedTerm {
    /// As written in the file.
    pub text: String,
    /// The category it counts toward.
    pub category: CategoryId,
    /// Index into [`Category::facets`].
    pub facet: u16,
    /// Evidence that one match gives; a plain term has 1.
    pub weight: f64,
}

impl Scheme {
    /// SHA-256 over the files of the lexicon (see [`Lexicon::sha256`]).
    pub fn sha256(&self) -> &str {
        self.checksum.hexadecimal()
    }
}

impl From<&Lexicon> for Scheme {
    fn from(lexicon: &Lexicon) -> Self {
        let terms = lexicon.terms.iter().map(|term| NamedTerm {
            text: term.text.clone(),
            category: term.category,
            facet: term.facet,
            weight: term.weight,
        });
        Self {
            name: lexicon.name.clone(),
            version: lexicon.version.clone(),
            poles: lexicon.poles.clone(),
            categories: lexicon.categories.clone(),
            terms: terms.collect(),
            guards: lexicon
                .guards
                .iter()
                .map(|guard| guard.name.clone())
                .collect(),
            norms: lexicon.norms.clone(),
            checksum: lexicon.checksum.clone(),
        }
    }
}
