//! The entries of all files put together.
//!
//! **In:** categories, guards, cues and settings as written. **Out:** a [`Lexicon`] in which every
//! name is an index, or the refusal of a name that nothing bears. Three decisions live here: the order
//! of columns (as `lexicon.toml` lists them, the rest alphabetical); that ids follow names and
//! texts, never the order of files; what a lexicon without a name is called.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::error::Result;
use crate::lexicon::check::{self, Draft};
use crate::lexicon::entries::{
    CategoryEntry, CueFile, Examples, FacetEntry, GuardEntry, GuardUse, TermEntry,
};
use crate::lexicon::model::*;
use crate::lexicon::nearest::suggest;
use crate::lexicon::settings::{NormEntry, Settings};
use crate::lexicon::source::{Place, Text};
use crate::text::document::Genre;

/// All entries of a lexicon.
pub(crate) struct Entries<'a> {
    pub(crate) categories: Vec<CategoryEntry<'a>>,
    pub(crate) guards: Vec<GuardEntry<'a>>,
    pub(crate) cues: CueFile<'a>,
    pub(crate) settings: Settings<'a>,
}

/// Puts them together. `name` and `sha256` are those of a lexicon that states none, and of its files.
pub(crate) fn build(mut entries: Entries<'_>, name: &str, sha256: String) -> Result<Lexicon> {
    let poles = order_columns(&mut entries)?;
    let own_guards: Vec<GuardEntry<'_>> = entries
        .categories
        .iter_mut()
        .flat_map(|category| std::mem::take(&mut category.guards))
        .collect();
    entries.guards.extend(own_guards);
    let mut builder = Builder::new(&entries, poles)?;
    builder.add_terms(&entries.categories)?;
    builder.add_facet_examples(&entries.categories);
    builder.add_cues(&entries.cues);
    builder.add_norms(&entries.settings.norms)?;
    let mut lexicon = builder.finish();
    lexicon.name = entries.settings.name.unwrap_or(name).to_owned();
    lexicon.version = entries.settings.version.to_owned();
    lexicon.sha256 = sha256;
    Ok(lexicon)
}

/// Sorts the categories into column order, facets and all, and gives the poles in theirs.
fn order_columns(entries: &mut Entries<'_>) -> Result<Vec<String>> {
    let Entries {
        categories,
        settings,
        ..
    } = entries;
    categories.sort_by_key(|category| category.name.value);
    check_categories(categories)?;
    let known: Vec<&str> = categories
        .iter()
        .map(|category| category.name.value)
        .collect();
    for text in &settings.categories {
        refuse_unknown(*text, &known, "category", "the categories are")?;
    }
    let alphabetical: BTreeSet<&str> = categories
        .iter()
        .map(|category| category.pole.value)
        .collect();
    let known: Vec<&str> = alphabetical.into_iter().collect();
    for text in &settings.poles {
        refuse_unknown(*text, &known, "pole", "the poles are")?;
    }
    let rank = |listed: &[Text<'_>], name: &str| {
        listed
            .iter()
            .position(|text| text.value == name)
            .unwrap_or(listed.len())
    };
    categories.sort_by_key(|category| rank(&settings.categories, category.name.value));
    for category in categories {
        category.facets.sort_by_key(|facet| facet.name);
    }
    let mut poles = known;
    poles.sort_by_key(|pole| rank(&settings.poles, pole));
    Ok(poles.into_iter().map(str::to_owned).collect())
}

/// Names, and two files for one category.
fn check_categories(categories: &[CategoryEntry<'_>]) -> Result<()> {
    for category in categories {
        check::column_name(category.name, "a category")?;
        check::column_name(category.pole, "a pole")?;
        if let Some(other) = categories
            .iter()
            .find(|other| other.pole.value == category.name.value)
        {
            let problem = format!(
                "`{}` is a category and, at {}, a pole",
                category.name.value,
                other.pole.place()
            );
            return Err(category
                .name
                .refuse(problem, "both are columns: give one of them another name"));
        }
    }
    for pair in categories
        .windows(2)
        .filter(|pair| pair[0].name.value == pair[1].name.value)
    {
        let problem = format!(
            "`{}` has a file already: {}",
            pair[1].name.value,
            pair[0].name.place()
        );
        return Err(pair[1].name.refuse(
            problem,
            "a category is one file: join them or give one another name",
        ));
    }
    Ok(())
}

fn refuse_unknown(name: Text<'_>, known: &[&str], what: &str, lead: &str) -> Result<()> {
    match known.contains(&name.value) {
        true => Ok(()),
        false => Err(name.refuse(
            format!("there is no {what} `{}`", name.value),
            suggest(name.value, known, lead),
        )),
    }
}

struct Builder<'a> {
    lexicon: Lexicon,
    /// Shared guards by name, with their places.
    shared: BTreeMap<&'a str, (GuardId, Place<'a>)>,
    used: BTreeSet<GuardId>,
    /// `category.facet`, or `category` where it has none.
    facets: BTreeMap<String, (CategoryId, u16)>,
}

impl<'a> Builder<'a> {
    fn new(entries: &Entries<'a>, poles: Vec<String>) -> Result<Self> {
        let mut builder = Self {
            lexicon: Lexicon {
                name: String::new(),
                version: String::new(),
                sha256: String::new(),
                categories: entries
                    .categories
                    .iter()
                    .map(|entry| category(entry, &poles))
                    .collect(),
                poles,
                terms: Vec::new(),
                guards: Vec::new(),
                cues: Vec::new(),
                clause_breaks: entries.cues.clause_breaks.clone(),
                comma_breaks: entries.cues.comma_breaks.clone(),
                norms: Vec::new(),
                examples: Vec::new(),
                warnings: Vec::new(),
            },
            shared: BTreeMap::new(),
            used: BTreeSet::new(),
            facets: facet_names(&entries.categories),
        };
        builder.add_shared_guards(&entries.guards)?;
        Ok(builder)
    }

    fn add_shared_guards(&mut self, guards: &[GuardEntry<'a>]) -> Result<()> {
        let mut guards: Vec<_> = guards.iter().collect();
        guards.sort_by_key(|guard| guard.name);
        for guard in guards {
            let id = self.add_guard(guard, guard.name);
            if let Some((_, first)) = self.shared.insert(guard.name, (id, guard.place)) {
                let problem = format!("a guard `{}` is at {first} already", guard.name);
                return Err(guard.place.refuse(problem, "give one of them another name"));
            }
        }
        Ok(())
    }

    fn add_guard(&mut self, entry: &GuardEntry<'a>, name: &str) -> GuardId {
        let id = GuardId(self.lexicon.guards.len() as u32);
        let (name, genres, context) = (name.to_owned(), entry.genres, entry.context.clone());
        self.lexicon.guards.push(Guard {
            name,
            genres,
            context,
        });
        self.add_examples(&entry.examples, Subject::Guard(id), Expect::Guarded);
        id
    }

    fn add_terms(&mut self, categories: &'a [CategoryEntry<'a>]) -> Result<()> {
        let mut drafts = Vec::new();
        for (category, facet, entry) in terms(categories) {
            let targets = self.targets(category, facet, entry)?;
            let shared: Rc<[CategoryId]> = targets.iter().map(|target| target.0).collect();
            drafts.extend(
                targets
                    .iter()
                    .enumerate()
                    .map(|(index, &(category, facet))| Draft {
                        entry,
                        category,
                        facet,
                        shared: Rc::clone(&shared),
                        declared: index > 0,
                    }),
            );
        }
        drafts.sort_by_key(|draft| {
            (
                draft.entry.text.source.path.as_str(),
                draft.entry.text.start,
            )
        });
        let names: Vec<String> = self
            .lexicon
            .categories
            .iter()
            .map(|category| category.name.clone())
            .collect();
        check::duplicates(&drafts, &names)?;
        // The place comes last: it parts a word from an expression of the same letters.
        drafts.sort_by_key(|d| {
            (
                d.category,
                d.entry.text.value,
                matches!(d.entry.pattern, Pattern::Regex(_)),
            )
        });
        let mut guards = BTreeMap::new();
        for draft in drafts {
            let key = std::ptr::from_ref(draft.entry);
            if !guards.contains_key(&key) {
                guards.insert(
                    key,
                    (
                        self.guard_ids(draft.entry, &draft.entry.guards)?,
                        self.guard_ids(draft.entry, &draft.entry.requires)?,
                    ),
                );
            }
            let (guards, requires) = guards.get(&key).cloned().unwrap_or_default();
            self.add_term(&draft, guards, requires);
        }
        Ok(())
    }

    /// The category and facet where the term stands, then those that `also` names.
    fn targets(
        &self,
        category: CategoryId,
        facet: u16,
        entry: &TermEntry<'_>,
    ) -> Result<Vec<(CategoryId, u16)>> {
        let mut targets = vec![(category, facet)];
        for text in &entry.also {
            let Some(&target) = self.facets.get(text.value) else {
                let known: Vec<_> = self.facets.keys().collect();
                let help = suggest(text.value, &known, "there are");
                return Err(text.refuse(format!("there is no facet `{}`", text.value), help));
            };
            if targets.iter().any(|known| known.0 == target.0) {
                let problem = format!("the term counts toward `{}` already", text.value);
                return Err(text.refuse(problem, "`also` names other categories, each once"));
            }
            targets.push(target);
        }
        Ok(targets)
    }

    fn guard_ids(
        &mut self,
        entry: &'a TermEntry<'a>,
        uses: &'a [GuardUse<'a>],
    ) -> Result<Vec<GuardId>> {
        let mut ids = Vec::new();
        for one in uses {
            let id = match one {
                GuardUse::Own(guard) => self.add_guard(guard, entry.text.value),
                GuardUse::Shared(name) => self.shared_guard(*name)?,
            };
            ids.push(id);
        }
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    fn shared_guard(&mut self, name: Text<'_>) -> Result<GuardId> {
        let Some(&(id, _)) = self.shared.get(name.value) else {
            let known: Vec<_> = self.shared.keys().collect();
            let help = suggest(name.value, &known, "shared guards are");
            return Err(name.refuse(format!("there is no guard `{}`", name.value), help));
        };
        self.used.insert(id);
        Ok(id)
    }

    fn add_term(&mut self, draft: &Draft<'_>, guards: Vec<GuardId>, requires: Vec<GuardId>) {
        let id = TermId(self.lexicon.terms.len() as u32);
        let entry = draft.entry;
        self.lexicon.terms.push(Term {
            text: entry.text.value.to_owned(),
            category: draft.category,
            facet: draft.facet,
            pattern: entry.pattern.clone(),
            weight: entry.weight,
            genres: entry.genres,
            guards,
            requires,
            polarity: entry.polarity,
            place: entry.text.place().to_string(),
        });
        self.add_all_examples(&entry.examples, Subject::Term(id));
    }

    fn add_facet_examples(&mut self, categories: &[CategoryEntry<'_>]) {
        for (at, category) in categories.iter().enumerate() {
            for (facet, entry) in category.facets.iter().enumerate() {
                self.add_all_examples(
                    &entry.examples,
                    Subject::Facet(CategoryId(at as u16), facet as u16),
                );
            }
        }
    }

    fn add_all_examples(&mut self, examples: &Examples<'_>, subject: Subject) {
        self.add_examples(&examples.present, subject, Expect::Present);
        self.add_examples(&examples.lacking, subject, Expect::Lacking);
        self.add_examples(&examples.near_misses, subject, Expect::Nothing);
    }

    fn add_examples(&mut self, texts: &[Text<'_>], subject: Subject, expect: Expect) {
        for text in texts {
            let (genre, sentence) = split_genre(text.value);
            let (text, place) = (sentence.to_owned(), text.place().to_string());
            self.lexicon.examples.push(Example {
                text,
                genre,
                subject,
                expect,
                place,
            });
        }
    }

    fn add_cues(&mut self, file: &CueFile<'_>) {
        let mut cues: Vec<_> = file.cues.iter().collect();
        cues.sort_by_key(|cue| cue.name);
        for cue in cues {
            let (name, genres) = (cue.name.to_owned(), cue.genres);
            let (context, except) = (cue.context.clone(), cue.except.clone());
            self.add_examples(
                &cue.examples,
                Subject::Cue(self.lexicon.cues.len()),
                Expect::Turned,
            );
            self.lexicon.cues.push(Cue {
                name,
                genres,
                context,
                except,
            });
        }
    }

    fn add_norms(&mut self, norms: &[NormEntry<'_>]) -> Result<()> {
        for norm in norms {
            let mut pole_shares = vec![0.0; self.lexicon.poles.len()];
            let known: Vec<&str> = self.lexicon.poles.iter().map(String::as_str).collect();
            for (name, share) in &norm.pole_shares {
                refuse_unknown(*name, &known, "pole", "the poles are")?;
                let at = known.iter().position(|pole| *pole == name.value);
                at.map(|at| pole_shares[at] = *share);
            }
            if let Some(at) = pole_shares.iter().position(|share| *share == 0.0) {
                let problem = format!("the share of `{}` is missing", known[at]);
                return Err(norm
                    .place
                    .refuse(problem, "give every pole a share above 0"));
            }
            self.lexicon.norms.push(Norm {
                genre: norm.genre,
                pole_shares,
                prior: norm.prior,
            });
        }
        self.lexicon.norms.sort_by_key(|norm| norm.genre);
        Ok(())
    }

    fn finish(self) -> Lexicon {
        let mut lexicon = self.lexicon;
        let unused = self
            .shared
            .iter()
            .filter(|(_, (id, _))| !self.used.contains(id));
        let warning = |(name, (_, place)): (&&str, &(GuardId, Place<'_>))| {
            place.mistake(
                format!("no term uses the guard `{name}`"),
                "name it in the `guards` of a term, or take it out",
            )
        };
        lexicon.warnings = unused.map(warning).collect();
        lexicon
    }
}

fn category(entry: &CategoryEntry<'_>, poles: &[String]) -> Category {
    let pole = poles
        .iter()
        .position(|pole| pole == entry.pole.value)
        .unwrap_or(0);
    Category {
        name: entry.name.value.to_owned(),
        pole: PoleId(pole as u16),
        definition: entry.definition.value.to_owned(),
        threshold: entry.threshold,
        facets: entry
            .facets
            .iter()
            .map(|facet| facet.name.to_owned())
            .collect(),
    }
}

/// Every term with its category and facet.
fn terms<'a>(
    categories: &'a [CategoryEntry<'a>],
) -> impl Iterator<Item = (CategoryId, u16, &'a TermEntry<'a>)> {
    categories.iter().enumerate().flat_map(|(category, entry)| {
        entry
            .facets
            .iter()
            .enumerate()
            .flat_map(move |(facet, FacetEntry { terms, .. })| {
                terms
                    .iter()
                    .map(move |term| (CategoryId(category as u16), facet as u16, term))
            })
    })
}

fn facet_names(categories: &[CategoryEntry<'_>]) -> BTreeMap<String, (CategoryId, u16)> {
    let mut names = BTreeMap::new();
    for (at, category) in categories.iter().enumerate() {
        for (facet, entry) in category.facets.iter().enumerate() {
            let name = match entry.name {
                "" => category.name.value.to_owned(),
                facet => format!("{}.{facet}", category.name.value),
            };
            names.insert(name, (CategoryId(at as u16), facet as u16));
        }
    }
    names
}

/// `[job] Works alone.` is read as a job description.
fn split_genre(text: &str) -> (Genre, &str) {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    match bracketed.and_then(|(name, rest)| Some((Genre::parse(name)?, rest))) {
        Some((genre, rest)) => (genre, rest.trim_start()),
        None => (Genre::Any, text),
    }
}
