//! What anchors may pass over, and what not.

use crate::lexicon::{self, SourceFile};
use crate::matching::matcher::{Matcher, Workspace};
use crate::matching::sentence::Sentence;
use crate::span::Span;
use crate::text::document::Genre;
use crate::text::tokenize::tokenize;
use crate::text::vocabulary::Vocabulary;

/// How often the terms count in the text.
fn counted(terms: &str, text: &str) -> usize {
    let file = format!("category = \"c\"\npole = \"p\"\ndefinition = \"d\"\nterms = [{terms}]");
    let lexicon = lexicon::parse(&[SourceFile::new("c.toml", file)]).expect("a lexicon");
    let mut vocabulary = Vocabulary::default();
    Matcher::list(&lexicon, &mut vocabulary);
    let matcher = Matcher::new(&lexicon, &vocabulary);
    let mut tokens = Vec::new();
    tokenize(text, &vocabulary, &mut tokens);
    let sentence = Sentence::new(text, Span::new(0, text.len()), &tokens);
    let heard = matcher.anchors();
    let mut anchors = vec![0; tokens.len().div_ceil(64)];
    for (at, token) in tokens.iter().enumerate() {
        let anchor = heard[token.word.0 as usize].contains(Genre::Any);
        anchors[at / 64] |= u64::from(anchor) << (at % 64);
    }
    let (mut room, mut found) = (Workspace::default(), Vec::new());
    matcher.matches(
        &sentence,
        &anchors,
        Genre::Any,
        false,
        &mut room,
        &mut found,
    );
    found.len()
}

#[test]
fn words_as_far_away_as_gaps_may_reach_are_found_on_both_sides() {
    let terms = "\"alpha ~9 zeal ~9 omega\"";
    let far = "x ".repeat(9);
    assert_eq!(counted(terms, &format!("alpha {far}zeal {far}omega")), 1);
    assert_eq!(counted(terms, &format!("alpha {far}x zeal {far}omega")), 0);
}

#[test]
fn a_word_farther_away_than_is_gathered_is_still_found() {
    let far = "x ".repeat(9);
    let text = format!("zeal {far}alpha {far}beta {far}gamma {far}omega");
    assert_eq!(
        counted("\"zeal ~9 alpha ~9 beta ~9 gamma ~9 omega\"", &text),
        1
    );
}

#[test]
fn more_terms_than_are_asked_at_once_are_all_found_through_one_word() {
    let terms: Vec<String> = (0..200).map(|n| format!("\"zeal w{n}\"")).collect();
    let text: Vec<String> = (0..200).map(|n| format!("zeal w{n}")).collect();
    assert_eq!(counted(&terms.join(","), &text.join(" ")), 200);
}

#[test]
fn what_a_lone_word_requires_may_stand_at_the_end_of_its_reach() {
    let terms = "{ term = \"zeal\", requires = [{ before = [\"alpha ~9\"] }, { near = [\"omega\"], within = 10 }] }";
    let far = "x ".repeat(9);
    for text in [
        format!("alpha {far}zeal"),
        format!("zeal {far}omega"),
        format!("omega {far}zeal"),
    ] {
        assert_eq!(counted(terms, &text), 1, "{text}");
    }
    assert_eq!(
        counted(terms, &format!("alpha {far}x zeal x {far}omega")),
        0
    );
}
