//! The same term twice: what a good lexicon may not hold, though each entry is good by itself.
//!
//! **In:** drafts of terms with their places. **Out:** nothing, or the refusal of the first
//! pair in the order of the files, at the later of the two. One decision lives here, *when two
//! terms are the same*, in a genre in which both hold:
//!
//! - within a category, where they stand for the same phrases, or where one stands for nothing
//!   that the other does not and says nothing else about it;
//! - across categories, as soon as they share one phrase, unless `also` declares it or each
//!   requires a context of its own.
//!
//! What only a text can tell to overlap (gaps at different places, expressions) is left to
//! matching.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::rc::Rc;

use crate::error::{Error, Result};
use crate::lexicon::contexts::GuardUse;
use crate::lexicon::entries::TermEntry;
use crate::lexicon::model::{CategoryId, Element, Form, Pattern, Sequence};

/// What a term counts toward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) category: CategoryId,
    pub(crate) facet: u16,
    /// True where it says that the category is lacking.
    pub(crate) lacking: bool,
}

/// A term on its way into the lexicon, once for each category that it counts toward.
pub(crate) struct Draft<'a> {
    /// Which entry it is.
    pub(crate) number: usize,
    pub(crate) entry: &'a TermEntry<'a>,
    pub(crate) target: Target,
    /// The categories that `entry` counts toward, this one included.
    pub(crate) shared: Rc<[CategoryId]>,
    /// True where `also` or `also_lacking` brought it here.
    pub(crate) declared: bool,
}

/// Refuses the same term twice. `drafts` are in the order of the files; `names` are those of the categories.
pub(crate) fn duplicates(drafts: &[Draft<'_>], names: &[&str]) -> Result<()> {
    let mut index = Index::default();
    for (at, draft) in drafts.iter().enumerate() {
        for earlier in index.overlapping(&draft.entry.pattern) {
            compare(&drafts[earlier], draft, names)?;
        }
        index.insert(at, &draft.entry.pattern);
    }
    Ok(())
}

/// Two drafts that share a phrase.
fn compare(earlier: &Draft<'_>, later: &Draft<'_>, names: &[&str]) -> Result<()> {
    if earlier.number == later.number {
        return Ok(());
    }
    if earlier.target.category != later.target.category {
        let declared = earlier.shared.contains(&later.target.category)
            || later.shared.contains(&earlier.target.category);
        // A term that needs a context of its own says itself where it means its category.
        let apart = !earlier.entry.genres.overlaps(later.entry.genres)
            || !earlier.entry.requires.is_empty()
            || !later.entry.requires.is_empty();
        return if declared || apart {
            Ok(())
        } else {
            Err(in_two(earlier, later, names))
        };
    }
    if !earlier.entry.genres.overlaps(later.entry.genres) {
        return Ok(());
    }
    if same(&earlier.entry.pattern, &later.entry.pattern) {
        return Err(twice(
            earlier,
            later,
            names[later.target.category.0 as usize],
        ));
    }
    if earlier.declared || later.declared || !same_attributes(earlier.entry, later.entry) {
        return Ok(());
    }
    let within = |a: &Draft<'_>, b: &Draft<'_>| contained(&a.entry.pattern, &b.entry.pattern);
    if within(later, earlier) {
        return Err(swallowed(later, earlier, later));
    }
    if within(earlier, later) {
        return Err(swallowed(earlier, later, later));
    }
    Ok(())
}

fn twice(earlier: &Draft<'_>, later: &Draft<'_>, category: &str) -> Error {
    let (first, again) = (earlier.entry.text, later.entry.text);
    let as_what = if first.value == again.value {
        String::new()
    } else {
        format!(" as `{}`", first.value)
    };
    again.refuse(
        format!(
            "`{}` is in `{category}` already{as_what}, at {}",
            again.value,
            first.place()
        ),
        "a term stands once in a category: take one of them out",
    )
}

/// One of the two is a part of the other; the later one is shown.
fn swallowed(small: &Draft<'_>, large: &Draft<'_>, later: &Draft<'_>) -> Error {
    let other = if later.number == small.number {
        large
    } else {
        small
    };
    let (small, large) = (small.entry.text.value, large.entry.text.value);
    let place = other.entry.text.place();
    later.entry.text.refuse(
        format!("`{small}` is a part of `{large}`; the other one is at {place}"),
        "take the smaller one out, or give it something of its own (weight, guards, genre)",
    )
}

fn in_two(earlier: &Draft<'_>, later: &Draft<'_>, names: &[&str]) -> Error {
    let name = |draft: &Draft<'_>| names[draft.target.category.0 as usize];
    let (first, again) = (earlier.entry.text, later.entry.text);
    let phrase = common_phrase(earlier, later).unwrap_or_else(|| again.value.to_owned());
    again.refuse(
        format!("`{phrase}` is in `{}` and, as `{}` at {}, in `{}`", name(later), first.value, first.place(), name(earlier)),
        format!(
            "keep it in one of them; where it means both, write it once: {{ term = \"{}\", also = [\"{}.FACET\"] }}",
            again.value,
            name(earlier)
        ),
    )
}

fn same(a: &Pattern, b: &Pattern) -> bool {
    match (a, b) {
        (Pattern::Words(a), Pattern::Words(b)) => a == b,
        (Pattern::Regex(a), Pattern::Regex(b)) => a.as_str() == b.as_str(),
        _ => false,
    }
}

fn same_attributes(a: &TermEntry<'_>, b: &TermEntry<'_>) -> bool {
    a.weight == b.weight
        && a.genres == b.genres
        && a.polarity == b.polarity
        && same_guards(&a.guards, &b.guards)
        && same_guards(&a.requires, &b.requires)
}

/// True where both name the same shared guards. Guards beside a term are taken for different ones.
fn same_guards(a: &[GuardUse<'_>], b: &[GuardUse<'_>]) -> bool {
    let names = |uses: &[GuardUse<'_>]| -> Option<Vec<String>> {
        let name = |one: &GuardUse<'_>| match one {
            GuardUse::Shared(name) => Some(name.value.to_owned()),
            GuardUse::Own(_) => None,
        };
        let mut names = uses.iter().map(name).collect::<Option<Vec<_>>>()?;
        names.sort();
        Some(names)
    };
    names(a).is_some_and(|a| names(b) == Some(a))
}

/// True where `large` stands for all that `small` stands for.
fn contained(small: &Pattern, large: &Pattern) -> bool {
    let (Pattern::Words(small), Pattern::Words(large)) = (small, large) else {
        return false;
    };
    small.iter().all(|s| large.iter().any(|l| covers(l, s)))
}

fn covers(large: &Sequence, small: &Sequence) -> bool {
    large.len() == small.len()
        && large.iter().zip(small).all(|pair| match pair {
            (Element::Gap(large), Element::Gap(small)) => small <= large,
            (Element::Word(large), Element::Word(small)) => small
                .iter()
                .all(|s| large.iter().any(|l| form_covers(l, s))),
            _ => false,
        })
}

fn form_covers(large: &Form, small: &Form) -> bool {
    if large.prefix {
        small.text.starts_with(&*large.text)
    } else {
        large == small
    }
}

/// A phrase that two drafts share, for the message.
fn common_phrase(a: &Draft<'_>, b: &Draft<'_>) -> Option<String> {
    let (Pattern::Words(a), Pattern::Words(b)) = (&a.entry.pattern, &b.entry.pattern) else {
        return None;
    };
    a.iter()
        .flat_map(|a| b.iter().map(move |b| (a, b)))
        .find_map(|(a, b)| shared_words(a, b))
        .map(|words| words.join(" "))
}

/// True where both sequences match some phrase.
fn overlap(a: &Sequence, b: &Sequence) -> bool {
    let meet = |a: &Form, b: &Form| form_covers(a, b) || form_covers(b, a);
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (Element::Gap(_), Element::Gap(_)) => true,
            (Element::Word(a), Element::Word(b)) => a.iter().any(|a| b.iter().any(|b| meet(a, b))),
            _ => false,
        })
}

/// What both sequences match, word by word; `None` where they share nothing.
fn shared_words(a: &Sequence, b: &Sequence) -> Option<Vec<String>> {
    if a.len() != b.len() {
        return None;
    }
    let shared = |pair: (&Element, &Element)| match pair {
        (Element::Gap(a), Element::Gap(b)) => Some(format!("~{}", a.min(b))),
        (Element::Word(a), Element::Word(b)) => a
            .iter()
            .find_map(|a| b.iter().find_map(|b| shared_form(a, b))),
        _ => None,
    };
    a.iter().zip(b).map(shared).collect()
}

fn shared_form(a: &Form, b: &Form) -> Option<String> {
    let narrow = if form_covers(a, b) {
        b
    } else if form_covers(b, a) {
        a
    } else {
        return None;
    };
    Some(format!(
        "{}{}",
        narrow.text,
        if narrow.prefix { "*" } else { "" }
    ))
}

/// Drafts by the first word of their sequences, so that not every pair is compared.
#[derive(Default)]
struct Index<'a> {
    by_first: BTreeMap<&'a str, Vec<Entry<'a>>>,
    expressions: BTreeMap<&'a str, Vec<usize>>,
    /// Bit n: some wildcard has n bytes, up to 63.
    wildcard_lengths: u64,
}

/// A sequence of a draft, under one form of its first word.
#[derive(Clone, Copy)]
struct Entry<'a> {
    draft: usize,
    sequence: &'a Sequence,
    prefix: bool,
}

impl<'a> Index<'a> {
    fn insert(&mut self, draft: usize, pattern: &'a Pattern) {
        let sequences = match pattern {
            Pattern::Regex(regex) => {
                return self
                    .expressions
                    .entry(regex.as_str())
                    .or_default()
                    .push(draft);
            }
            Pattern::Words(sequences) => sequences,
        };
        for sequence in sequences {
            for Form { text, prefix } in first_forms(sequence) {
                let entry = Entry {
                    draft,
                    sequence,
                    prefix: *prefix,
                };
                self.by_first.entry(text).or_default().push(entry);
                self.wildcard_lengths |= u64::from(*prefix) << text.len().min(63);
            }
        }
    }

    /// The drafts in here that share a phrase with `pattern`, each once.
    fn overlapping(&self, pattern: &Pattern) -> BTreeSet<usize> {
        match pattern {
            Pattern::Regex(regex) => self
                .expressions
                .get(regex.as_str())
                .into_iter()
                .flatten()
                .copied()
                .collect(),
            Pattern::Words(sequences) => sequences.iter().flat_map(|s| self.sharing(s)).collect(),
        }
    }

    fn sharing(&self, sequence: &Sequence) -> Vec<usize> {
        let mut found: Vec<Entry<'a>> = Vec::new();
        for form in first_forms(sequence) {
            self.collect(form, &mut found);
        }
        // A verb meets another under each of its forms.
        found.sort_unstable_by_key(|entry| (entry.draft, std::ptr::from_ref(entry.sequence)));
        found.dedup_by_key(|entry| std::ptr::from_ref(entry.sequence));
        found.retain(|entry| overlap(entry.sequence, sequence));
        found.into_iter().map(|entry| entry.draft).collect()
    }

    /// The sequences whose first word may be a word that `form` matches.
    fn collect(&self, form: &Form, found: &mut Vec<Entry<'a>>) {
        let text = &*form.text;
        found.extend(self.by_first.get(text).into_iter().flatten());
        for end in (1..text.len()).filter(|&end| self.wildcard_lengths >> end.min(63) & 1 == 1) {
            let shorter = text.get(..end).and_then(|start| self.by_first.get(start));
            found.extend(shorter.into_iter().flatten().filter(|entry| entry.prefix));
        }
        if form.prefix {
            let longer = self
                .by_first
                .range::<str, _>((Bound::Excluded(text), Bound::Unbounded));
            let longer = longer.take_while(|(first, _)| first.starts_with(text));
            found.extend(longer.flat_map(|(_, entries)| entries));
        }
    }
}

/// The forms of the first word.
fn first_forms(sequence: &Sequence) -> &[Form] {
    match sequence.first() {
        Some(Element::Word(forms)) => forms,
        _ => &[],
    }
}
