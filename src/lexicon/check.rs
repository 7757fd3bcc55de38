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

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use crate::error::{Error, Result};
use crate::lexicon::entries::{GuardUse, TermEntry};
use crate::lexicon::model::{CategoryId, Element, Form, Pattern, Sequence};

/// A term on its way into the lexicon, once for each category that it counts toward.
pub(crate) struct Draft<'a> {
    /// Which entry it is.
    pub(crate) number: usize,
    pub(crate) entry: &'a TermEntry<'a>,
    pub(crate) category: CategoryId,
    pub(crate) facet: u16,
    /// The categories that `entry` counts toward, this one included.
    pub(crate) shared: Rc<[CategoryId]>,
    /// True where `also` brought it here.
    pub(crate) declared: bool,
}

/// Refuses the same term twice. `drafts` are in the order of the files; `names` are those of the categories.
pub(crate) fn duplicates(drafts: &[Draft<'_>], names: &[&str]) -> Result<()> {
    let mut index = Index::default();
    for (at, draft) in drafts.iter().enumerate() {
        let mut seen = HashSet::new();
        for earlier in index.overlapping(draft) {
            if seen.insert(earlier) {
                compare(&drafts[earlier], draft, names)?;
            }
        }
        index.insert(at, draft);
    }
    Ok(())
}

/// Two drafts that share a phrase.
fn compare(earlier: &Draft<'_>, later: &Draft<'_>, names: &[&str]) -> Result<()> {
    if earlier.number == later.number {
        return Ok(());
    }
    if earlier.category != later.category {
        let declared =
            earlier.shared.contains(&later.category) || later.shared.contains(&earlier.category);
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
        return Err(twice(earlier, later, names[later.category.0 as usize]));
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
    let name = |draft: &Draft<'_>| names[draft.category.0 as usize];
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
        small.text.starts_with(&large.text)
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
    by_first: BTreeMap<&'a str, Vec<(usize, &'a Sequence, bool)>>,
    expressions: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Index<'a> {
    fn insert(&mut self, at: usize, draft: &Draft<'a>) {
        match &draft.entry.pattern {
            Pattern::Regex(regex) => self.expressions.entry(regex.as_str()).or_default().push(at),
            Pattern::Words(sequences) => {
                for (sequence, form) in first_forms(sequences) {
                    self.by_first
                        .entry(&form.text)
                        .or_default()
                        .push((at, sequence, form.prefix));
                }
            }
        }
    }

    /// The drafts in here that share a phrase with `draft`.
    fn overlapping(&self, draft: &Draft<'a>) -> Vec<usize> {
        match &draft.entry.pattern {
            Pattern::Regex(regex) => self
                .expressions
                .get(regex.as_str())
                .cloned()
                .unwrap_or_default(),
            Pattern::Words(sequences) => {
                let mut found: Vec<_> = first_forms(sequences)
                    .flat_map(|(sequence, form)| self.candidates(sequence, form))
                    .collect();
                found.sort_unstable();
                found
            }
        }
    }

    fn candidates(&self, sequence: &'a Sequence, form: &'a Form) -> Vec<usize> {
        let text = form.text.as_str();
        let shorter =
            (text.char_indices().skip(1)).filter_map(|(end, _)| self.by_first.get(&text[..end]));
        let covering = shorter.flatten().filter(|(_, _, prefix)| *prefix);
        let equal = self.by_first.get(text).into_iter().flatten();
        let longer = (self
            .by_first
            .range::<str, _>((std::ops::Bound::Excluded(text), std::ops::Bound::Unbounded)))
        .take_while(|(first, _)| form.prefix && first.starts_with(text))
        .flat_map(|(_, found)| found);
        (covering.chain(equal).chain(longer))
            .filter(|(_, other, _)| shared_words(other, sequence).is_some())
            .map(|(at, _, _)| *at)
            .collect()
    }
}

/// Every form of the first word of every sequence.
fn first_forms(sequences: &[Sequence]) -> impl Iterator<Item = (&Sequence, &Form)> {
    sequences.iter().flat_map(|sequence| {
        let forms = match sequence.first() {
            Some(Element::Word(forms)) => forms.as_slice(),
            _ => &[],
        };
        forms.iter().map(move |form| (sequence, form))
    })
}
