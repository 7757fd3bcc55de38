//! Runs the examples that a lexicon carries.
//!
//! **In:** a [`Lexicon`] and a [`Pipeline`] over it. **Out:** the examples that do not hold, each with what came out instead. The decision that
//! lives here: what an example of a term, a facet, a guard or a cue demands. A weak term is right where it is found, for
//! alone it tags nothing. An example is one sentence: it is not asked whether it would be taken for a heading or for
//! boilerplate.

use crate::lexicon::model::{Example, Expect, Lexicon, Subject, TermPolarity};
use crate::matching::matcher::{Match, Polarity, Status};
use crate::pipeline::{Pipeline, Scored};

/// An example that does not hold.
#[derive(Debug, Clone)]
pub struct Failed {
    /// Which.
    pub example: Example,
    /// What came out instead, in words.
    pub found: String,
}

/// Runs every example of `lexicon`, over which `pipeline` is; returns those that do not hold, in the order of
/// their places.
pub fn failing(lexicon: &Lexicon, pipeline: &Pipeline) -> Vec<Failed> {
    let mut scored = Scored::default();
    let mut failed = Vec::new();
    for example in &lexicon.examples {
        pipeline.run_sentence(&example.text, example.genre, true, &mut scored);
        if !holds(lexicon, example, &scored.matches) {
            failed.push(Failed {
                example: example.clone(),
                found: describe(lexicon, &example.text, &scored.matches),
            });
        }
    }
    failed
}

fn holds(lexicon: &Lexicon, example: &Example, matches: &[Match]) -> bool {
    let counted =
        |m: &&Match| is_of(lexicon, example.subject, m) && counts(lexicon, example.subject, m);
    let turned = |m: &Match| {
        let by_itself = lexicon.terms[m.term.0 as usize].polarity == TermPolarity::Lacking;
        (m.polarity == Polarity::Lacking) != by_itself
    };
    match (example.expect, example.subject) {
        (Expect::Present, _) => matches
            .iter()
            .filter(counted)
            .any(|m| m.polarity == Polarity::Present),
        (Expect::Lacking, _) => matches
            .iter()
            .filter(counted)
            .any(|m| m.polarity == Polarity::Lacking),
        (Expect::Nothing, _) => !matches.iter().any(|m| counted(&m)),
        (Expect::Guarded, Subject::Guard(guard)) => matches.iter().any(|m| {
            m.status == Status::Guarded(guard)
                || m.status == Status::Counted
                    && lexicon.terms[m.term.0 as usize].requires.contains(&guard)
        }),
        _ => matches
            .iter()
            .any(|m| m.status == Status::Counted && turned(m)),
    }
}

fn is_of(lexicon: &Lexicon, subject: Subject, found: &Match) -> bool {
    match subject {
        Subject::Term(term) => found.term == term,
        Subject::Facet(category, facet) => {
            found.category == category && lexicon.terms[found.term.0 as usize].facet == facet
        }
        Subject::Guard(_) | Subject::Cue(_) => true,
    }
}

fn counts(lexicon: &Lexicon, subject: Subject, found: &Match) -> bool {
    let weak =
        matches!(subject, Subject::Term(_)) && lexicon.terms[found.term.0 as usize].weight < 1.0;
    found.status == Status::Counted || weak && found.status == Status::Weak
}

fn describe(lexicon: &Lexicon, text: &str, matches: &[Match]) -> String {
    let found = |m: &Match| {
        let category = &lexicon.categories[usize::from(m.category.0)].name;
        let status = match m.status {
            Status::Guarded(guard) => {
                format!("guarded by {}", lexicon.guards[guard.0 as usize].name)
            }
            status => format!("{status:?}").to_lowercase(),
        };
        format!(
            "{category}:{} ({}, {status})",
            m.span.of(text),
            m.polarity.name()
        )
    };
    match matches {
        [] => "no match".to_owned(),
        _ => matches.iter().map(found).collect::<Vec<_>>().join(", "),
    }
}
