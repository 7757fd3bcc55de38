//! The entries of all files put together.
//!
//! **In:** categories, guards, cues and settings as written. **Out:** a [`Lexicon`] in which every
//! name is an index, or the refusal of a name that nothing bears. One decision lives here: that ids
//! follow names and texts, never the order of files.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::error::Result;
use crate::lexicon::check::{self, Draft, Target};
use crate::lexicon::checksum::Checksum;
use crate::lexicon::contexts::{CueFile, GuardEntry, GuardUse};
use crate::lexicon::entries::{CategoryEntry, Examples, FacetEntry, TermEntry};
use crate::lexicon::model::*;
use crate::lexicon::names;
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
    /// True where a test has looked for terms that stand twice.
    pub(crate) tested: bool,
}

/// Puts them together. `name` is that of a lexicon that states none.
pub(crate) fn build(entries: Entries<'_>, name: &str, checksum: Checksum) -> Result<Lexicon> {
    let Entries {
        mut categories,
        mut guards,
        cues,
        settings,
        tested,
    } = entries;
    let poles = names::order_columns(&mut categories, &settings)?;
    for category in &mut categories {
        guards.append(&mut category.guards);
    }
    let mut builder = Builder::new(&categories, poles);
    builder.lexicon.name = settings.name.unwrap_or(name).to_owned();
    builder.lexicon.version = settings.version.to_owned();
    builder.lexicon.checksum = checksum;
    builder.add_norms(&settings.norms)?;
    builder.add_shared_guards(guards)?;
    builder.add_facet_examples(&categories);
    builder.add_terms(categories, tested)?;
    builder.add_cues(cues);
    Ok(builder.finish())
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
    fn new(categories: &[CategoryEntry<'a>], poles: Vec<String>) -> Self {
        Self {
            lexicon: Lexicon {
                name: String::new(),
                version: String::new(),
                categories: categories
                    .iter()
                    .map(|entry| category(entry, &poles))
                    .collect(),
                poles,
                terms: Vec::new(),
                guards: Vec::new(),
                cues: Vec::new(),
                clause_breaks: Vec::new(),
                comma_breaks: Vec::new(),
                norms: Vec::new(),
                examples: Vec::new(),
                warnings: Vec::new(),
                checksum: Checksum::of(&[]),
            },
            shared: BTreeMap::new(),
            used: BTreeSet::new(),
            facets: facet_names(categories),
        }
    }

    fn add_shared_guards(&mut self, mut guards: Vec<GuardEntry<'a>>) -> Result<()> {
        guards.sort_by_key(|guard| (guard.name, guard.place.source.path.as_str()));
        for guard in guards {
            let (name, place) = (guard.name, guard.place);
            let id = self.add_guard(guard, name);
            if let Some((_, first)) = self.shared.insert(name, (id, place)) {
                let problem = format!("a guard `{name}` is at {first} already");
                return Err(place.refuse(problem, "give one of them another name"));
            }
        }
        Ok(())
    }

    fn add_guard(&mut self, entry: GuardEntry<'a>, name: &str) -> GuardId {
        let id = GuardId(self.lexicon.guards.len() as u32);
        self.add_examples(&entry.examples, Subject::Guard(id), Expect::Guarded);
        let (name, genres, context) = (name.to_owned(), entry.genres, entry.context);
        self.lexicon.guards.push(Guard {
            name,
            genres,
            context,
        });
        id
    }

    /// Adds the terms by category and text. Terms of one text (in different genres) stay in
    /// the order of their places.
    fn add_terms(&mut self, categories: Vec<CategoryEntry<'a>>, tested: bool) -> Result<()> {
        let mut entries = terms(categories);
        entries.sort_by(
            |(_, _, a), (_, _, b)| match std::ptr::eq(a.text.source, b.text.source) {
                true => a.text.start.cmp(&b.text.start),
                false => {
                    (&a.text.source.path, a.text.start).cmp(&(&b.text.source.path, b.text.start))
                }
            },
        );
        let drafts = self.drafts(&entries)?;
        if !tested {
            let categories = self.lexicon.categories.iter();
            let names: Vec<&str> = categories.map(|category| category.name.as_str()).collect();
            check::duplicates(&drafts, &names)?;
        }
        let is_regex = |entry: &TermEntry<'_>| matches!(entry.pattern, Pattern::Regex(_));
        let mut order: Vec<_> = drafts.iter().map(|d| (d.number, d.target)).collect();
        order.sort_by_key(|(number, target)| {
            let entry = &entries[*number].2;
            (target.category, entry.text.value, is_regex(entry))
        });
        let mut copies = vec![0; entries.len()];
        order.iter().for_each(|&(number, _)| copies[number] += 1);
        let mut guards = vec![None; entries.len()];
        for (number, target) in order {
            let entry = &mut entries[number].2;
            if guards[number].is_none() {
                guards[number] = Some(self.guards_of(entry)?);
            }
            copies[number] -= 1;
            let pattern = match copies[number] {
                // Patterns are large, and most terms count toward one category.
                0 => std::mem::replace(&mut entry.pattern, Pattern::Words(Vec::new())),
                _ => entry.pattern.clone(),
            };
            let (guards, requires) = guards[number].clone().unwrap_or_default();
            let polarity = if target.lacking {
                TermPolarity::Lacking
            } else {
                entry.polarity
            };
            self.add_term(
                entry,
                target,
                Term {
                    text: entry.text.value.to_owned(),
                    category: target.category,
                    facet: target.facet,
                    pattern,
                    weight: entry.weight,
                    genres: entry.genres,
                    guards,
                    requires,
                    polarity,
                    place: entry.text.place().shown(),
                },
            );
        }
        Ok(())
    }

    /// Each entry once for each category that it counts toward.
    fn drafts<'d>(&self, entries: &'d [Placed<'a>]) -> Result<Vec<Draft<'d>>>
    where
        'a: 'd,
    {
        let mut drafts = Vec::new();
        for (number, (category, facet, entry)) in entries.iter().enumerate() {
            let targets = self.targets(*category, *facet, entry)?;
            let shared: Rc<[CategoryId]> = targets.iter().map(|target| target.category).collect();
            drafts.extend(targets.into_iter().map(|target| Draft {
                number,
                entry,
                target,
                shared: Rc::clone(&shared),
                declared: target.category != *category,
            }));
        }
        Ok(drafts)
    }

    /// The category and facet where the term stands, then those that `also` and `also_lacking` name.
    fn targets(
        &self,
        category: CategoryId,
        facet: u16,
        entry: &TermEntry<'_>,
    ) -> Result<Vec<Target>> {
        let target = |(category, facet), lacking| Target {
            category,
            facet,
            lacking,
        };
        let mut targets = vec![target((category, facet), false)];
        let also = entry.also.iter().map(|text| (text, false));
        for (text, lacking) in also.chain(entry.also_lacking.iter().map(|text| (text, true))) {
            let Some(&named) = self.facets.get(text.value) else {
                let known: Vec<_> = self.facets.keys().collect();
                let help = suggest(text.value, &known, "there are");
                return Err(text.refuse(format!("there is no facet `{}`", text.value), help));
            };
            if targets.iter().any(|known| known.category == named.0) {
                let problem = format!("the term counts toward `{}` already", text.value);
                return Err(text.refuse(
                    problem,
                    "`also` and `also_lacking` name other categories, each once",
                ));
            }
            targets.push(target(named, lacking));
        }
        Ok(targets)
    }

    /// The guards of a term, and those that it requires.
    fn guards_of(&mut self, entry: &mut TermEntry<'a>) -> Result<(Vec<GuardId>, Vec<GuardId>)> {
        let name = entry.text.value;
        let guards = self.guard_ids(std::mem::take(&mut entry.guards), name)?;
        Ok((
            guards,
            self.guard_ids(std::mem::take(&mut entry.requires), name)?,
        ))
    }

    fn guard_ids(&mut self, uses: Vec<GuardUse<'a>>, name: &str) -> Result<Vec<GuardId>> {
        let mut ids = Vec::new();
        for one in uses {
            ids.push(match one {
                GuardUse::Own(guard) => self.add_guard(*guard, name),
                GuardUse::Shared(name) => self.shared_guard(name)?,
            });
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

    fn add_term(&mut self, entry: &TermEntry<'_>, target: Target, term: Term) {
        let id = TermId(self.lexicon.terms.len() as u32);
        self.lexicon.terms.push(term);
        let (examples, subject) = (&entry.examples, Subject::Term(id));
        if target.lacking {
            self.add_examples(&examples.present, subject, Expect::Lacking);
            self.add_examples(&examples.near_misses, subject, Expect::Nothing);
        } else {
            self.add_all_examples(examples, subject);
        }
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
            let (text, place) = (sentence.to_owned(), text.place().shown());
            self.lexicon.examples.push(Example {
                text,
                genre,
                subject,
                expect,
                place,
            });
        }
    }

    fn add_cues(&mut self, file: CueFile<'_>) {
        self.lexicon.clause_breaks = file.clause_breaks;
        self.lexicon.comma_breaks = file.comma_breaks;
        let mut cues = file.cues;
        cues.sort_by_key(|cue| cue.name);
        for cue in cues {
            let at = self.lexicon.cues.len();
            self.add_examples(&cue.examples, Subject::Cue(at), Expect::Turned);
            let (name, genres) = (cue.name.to_owned(), cue.genres);
            let (context, except, denies) = (cue.context, cue.except, cue.denies);
            self.lexicon.cues.push(Cue {
                name,
                genres,
                context,
                except,
                denies,
            });
        }
    }

    fn add_norms(&mut self, norms: &[NormEntry<'_>]) -> Result<()> {
        for norm in norms {
            let mut pole_shares = vec![0.0; self.lexicon.poles.len()];
            let known: Vec<&str> = self.lexicon.poles.iter().map(String::as_str).collect();
            for (name, share) in &norm.pole_shares {
                names::refuse_unknown(*name, &known, "pole", "the poles are")?;
                let at = known.iter().position(|pole| *pole == name.value);
                if let Some(at) = at {
                    pole_shares[at] = *share;
                }
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

/// A term with its category and facet.
type Placed<'a> = (CategoryId, u16, TermEntry<'a>);

/// Every term of all categories.
fn terms<'a>(categories: Vec<CategoryEntry<'a>>) -> Vec<Placed<'a>> {
    let mut placed = Vec::new();
    for (category, entry) in categories.into_iter().enumerate() {
        for (facet, FacetEntry { terms, .. }) in entry.facets.into_iter().enumerate() {
            let place = |term| (CategoryId(category as u16), facet as u16, term);
            placed.extend(terms.into_iter().map(place));
        }
    }
    placed
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
