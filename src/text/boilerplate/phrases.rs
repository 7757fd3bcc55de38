//! The phrases of boilerplate as people write them in `src/text/data/boilerplate.txt`.
//!
//! **In:** the text of that file. **Out:** [`Phrase`]s, their words as numbers of a
//! vocabulary. **Unit:** words.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::text::fold;
use crate::text::vocabulary::{Vocabulary, WordId};

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Sense {
    /// In a heading: boilerplate follows.
    Section,
    /// In a heading: something else follows.
    Content,
    /// Before a colon at the head of a unit.
    Label,
    /// The whole unit.
    Whole,
    /// A weight, anywhere.
    Cue(i8),
    /// A weight, at the head of a unit.
    Begin(i8),
}

/// A phrase without its first word.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Phrase {
    pub(super) rest: Box<[WordId]>,
    pub(super) sense: Sense,
}

/// Every phrase of the file with its first word.
pub(super) fn read(data: &str, vocabulary: &mut Vocabulary) -> Vec<(WordId, Phrase)> {
    let mut sense = Sense::Section;
    let mut found = Vec::new();
    for line in data
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            sense = parse_sense(name).unwrap_or(sense);
            continue;
        }
        for phrase in line.split(',') {
            for words in alternatives(phrase) {
                let mut ids = words.iter().map(|word| vocabulary.intern(word));
                if let Some(first) = ids.next() {
                    found.push((
                        first,
                        Phrase {
                            rest: ids.collect(),
                            sense,
                        },
                    ));
                }
            }
        }
    }
    found
}

fn parse_sense(name: &str) -> Option<Sense> {
    let mut parts = name.split_whitespace();
    let (kind, weight) = (parts.next()?, parts.next().and_then(|n| n.parse().ok()));
    match (kind, weight) {
        ("sections", None) => Some(Sense::Section),
        ("content", None) => Some(Sense::Content),
        ("labels", None) => Some(Sense::Label),
        ("whole", None) => Some(Sense::Whole),
        ("cue", Some(weight)) => Some(Sense::Cue(weight)),
        ("begin", Some(weight)) => Some(Sense::Begin(weight)),
        _ => None,
    }
}

/// The phrases that `a/b c` stands for, each as folded words; `-` is no word.
fn alternatives(phrase: &str) -> Vec<Vec<Cow<'_, str>>> {
    let mut all = vec![Vec::new()];
    for part in phrase.split_whitespace() {
        if !part.contains('/') {
            let words = folded(part);
            all.iter_mut()
                .for_each(|start| start.extend_from_slice(&words));
            continue;
        }
        let choices: Vec<_> = part.split('/').map(folded).collect();
        all = (all.iter())
            .flat_map(|start| choices.iter().map(|choice| [&start[..], choice].concat()))
            .collect();
    }
    all
}

/// The folded words of `part`. Most are written folded, and are only looked at.
fn folded(part: &str) -> Vec<Cow<'_, str>> {
    let mut words = Vec::with_capacity(1);
    fold::for_each_word(part, &mut |start, end, word| {
        words.push(match &part[start..end] {
            same if same == word => Cow::Borrowed(same),
            _ => Cow::Owned(word.to_owned()),
        });
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_spelled_out() {
        let phrases = alternatives("other duties/tasks as/- assigned").into_iter();
        let phrases: Vec<String> = phrases.map(|words| words.join(" ")).collect();
        let expected = [
            "other duties as assigned",
            "other duties assigned",
            "other tasks as assigned",
            "other tasks assigned",
        ];
        assert_eq!(phrases, expected);
    }

    #[test]
    fn every_heading_of_the_file_is_understood() {
        let data = include_str!("../data/boilerplate.txt");
        let names = data
            .lines()
            .filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
        assert!(names.map(parse_sense).all(|sense| sense.is_some()));
    }

    #[test]
    fn no_phrase_stands_twice_in_one_sense() {
        let mut vocabulary = Vocabulary::default();
        let mut seen = Vec::new();
        for (first, phrase) in read(include_str!("../data/boilerplate.txt"), &mut vocabulary) {
            let kind = std::mem::discriminant(&phrase.sense);
            let words: Vec<&str> = std::iter::once(&first)
                .chain(&phrase.rest)
                .map(|id| vocabulary.text(*id))
                .collect();
            let entry = (words.join(" "), kind);
            assert!(!seen.contains(&entry), "`{}` stands twice", entry.0);
            seen.push(entry);
        }
    }
}
