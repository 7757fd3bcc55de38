//! What a term stands for, written out.
//!
//! **In:** a [`Term`]. **Out:** its surface forms, for people. A gap of up to n words is shown as
//! `~n`, a wildcard as `*`, an expression between slashes.

use crate::lexicon::model::{Element, Form, Pattern, Sequence, Term};

/// Phrases that are written out for one term; the rest is counted.
const MOST: usize = 500;

/// Every surface form of a term, sorted. A term that stands for more than 500 shows 500 and, as a last
/// entry, how many more there are.
pub fn surface_forms(term: &Term) -> Vec<String> {
    let sequences = match &term.pattern {
        Pattern::Regex(regex) => return vec![format!("/{regex}/")],
        Pattern::Words(sequences) => sequences,
    };
    let mut phrases: Vec<String> = sequences.iter().flat_map(phrases).take(MOST).collect();
    let all: usize = sequences.iter().map(count).fold(0, usize::saturating_add);
    phrases.sort();
    phrases.dedup();
    if all > MOST {
        phrases.push(format!("... and {} more", all - MOST));
    }
    phrases
}

fn forms(element: &Element) -> Vec<String> {
    let shown = |form: &Form| format!("{}{}", form.text, if form.prefix { "*" } else { "" });
    match element {
        Element::Gap(most) => vec![format!("~{most}")],
        Element::Word(forms) => forms.iter().map(shown).collect(),
    }
}

/// How many phrases a sequence stands for.
fn count(sequence: &Sequence) -> usize {
    sequence
        .iter()
        .map(|element| forms(element).len())
        .fold(1, usize::saturating_mul)
}

/// The phrases of a sequence one by one: the last word turns fastest.
fn phrases(sequence: &Sequence) -> impl Iterator<Item = String> {
    let words: Vec<Vec<String>> = sequence.iter().map(forms).collect();
    (0..count(sequence)).map(move |mut number| {
        let mut phrase: Vec<&str> = Vec::with_capacity(words.len());
        for forms in words.iter().rev() {
            phrase.push(&forms[number % forms.len()]);
            number /= forms.len();
        }
        phrase.reverse();
        phrase.join(" ")
    })
}
