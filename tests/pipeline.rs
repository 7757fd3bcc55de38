//! The laws of the pipeline, on texts that nobody thought of.

use std::sync::LazyLock;

use leadager::builtin;
use leadager::lexicon::{SourceFile, parse};
use leadager::matching::matcher::Status;
use leadager::pipeline::{Document, Pipeline, Scored};
use leadager::text::document::Genre;
use proptest::prelude::*;

static BUILTIN: LazyLock<Pipeline> =
    LazyLock::new(|| builtin::pipeline().expect("the built-in lexicon is good"));

const WARM: &str = r#"
category = "warm"
pole = "heart"
definition = "Warmth."
terms = ["kind:a", "kind word:n", "open:v ~2 door:n", { term = "heart", guards = [{ after = ["attack"] }] }]
"#;
const COOL: &str = r#"
category = "cool"
pole = "head"
definition = "Coolness."
terms = ["word:n", "door:n", "calm*", { term = "plan:n", weight = 0.5 }, { term = "step:n", weight = 0.5 }]
"#;

fn file(name: &str, content: &str) -> SourceFile {
    SourceFile::new(name, content)
}

fn pipeline(files: &[SourceFile]) -> Pipeline {
    Pipeline::new(&parse(files).expect("a good lexicon"))
}

fn run(pipeline: &Pipeline, text: &str, all: bool) -> Scored {
    let mut scored = Scored::default();
    let document = Document {
        text,
        blocks: &[],
        genre: Genre::Any,
    };
    pipeline.run(&document, all, &mut scored);
    scored
}

/// Counted matches as (category, text), in order.
fn counted<'t>(pipeline: &Pipeline, text: &'t str) -> Vec<(String, &'t str)> {
    let scored = run(pipeline, text, false);
    let name = |n: u16| pipeline.scheme().categories[usize::from(n)].name.clone();
    scored
        .matches
        .iter()
        .map(|m| (name(m.category.0), m.span.of(text)))
        .collect()
}

#[test]
fn of_two_readings_of_one_term_over_the_same_bytes_the_one_with_more_words_stays() {
    for ends in ["omega|zeta omega", "zeta omega|omega"] {
        let terms = format!(
            "category = \"c\"\npole = \"p\"\ndefinition = \"d\"\nterms = [\"alpha ~3 ({ends})\", \"zeta omega\"]"
        );
        // With the fewer words it would be as long as "zeta omega", which reaches over fewer bytes.
        let found = counted(&pipeline(&[file("c.toml", &terms)]), "alpha x zeta omega");
        assert_eq!(found, [("c".to_owned(), "alpha x zeta omega")], "{ends}");
    }
}

#[test]
fn a_term_can_be_present_in_its_category_and_lacking_in_another() {
    let new = r#"category = "new"
pole = "p"
definition = "d"
terms = [{ term = "always moving", also_lacking = ["same"] }]"#;
    let same = "category = \"same\"\npole = \"p\"\ndefinition = \"d\"\nterms = [\"steady\"]";
    let pipeline = pipeline(&[file("new.toml", new), file("same.toml", same)]);
    let polarities: Vec<_> = (run(&pipeline, "They are always moving.", false)
        .matches
        .iter())
    .map(|m| m.polarity.name())
    .collect();
    assert_eq!(polarities, ["present", "lacking"]);
}

/// Texts of a few words that meet the terms above in many ways.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "kind", "kinder", "word", "words", "open", "opened", "the", "door", "heart", "attack",
        "calmly", "plan", "steps", "no", "never", "and", "but", ",", ".", "-",
    ]);
    prop::collection::vec(word, 0..25).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_is_scored_without_a_panic(text in "\\PC{0,300}|[ -~\n\t•–’“”é]{0,300}") {
        let scored = run(&BUILTIN, &text, true);
        for found in &scored.matches {
            prop_assert!(text.get(found.span.range()).is_some_and(|t| !t.is_empty()));
        }
    }

    #[test]
    fn matches_lie_in_their_unit_and_units_are_in_order(text in words()) {
        let pipeline = pipeline(&[file("warm.toml", WARM), file("cool.toml", COOL)]);
        let scored = run(&pipeline, &text, true);
        let mut end = 0;
        for unit in &scored.units {
            prop_assert!(unit.unit.span.start >= end);
            end = unit.unit.span.end;
            for found in scored.matches_of(unit) {
                prop_assert!(found.span.start >= unit.unit.span.start && found.span.end <= end);
            }
        }
    }

    #[test]
    fn the_counted_matches_are_those_of_all_that_count(text in words()) {
        let pipeline = pipeline(&[file("warm.toml", WARM), file("cool.toml", COOL)]);
        let mut all = run(&pipeline, &text, true).matches;
        all.retain(|m| m.status == Status::Counted);
        prop_assert_eq!(all, run(&pipeline, &text, false).matches);
    }

    #[test]
    fn the_order_of_files_changes_nothing(text in words()) {
        let one = pipeline(&[file("warm.toml", WARM), file("cool.toml", COOL)]);
        let other = pipeline(&[file("cool.toml", COOL), file("warm.toml", WARM)]);
        prop_assert_eq!(counted(&one, &text), counted(&other, &text));
    }

    #[test]
    fn a_new_term_changes_another_category_only_by_taking_its_words(text in words()) {
        let before = pipeline(&[file("warm.toml", WARM), file("cool.toml", COOL)]);
        let more = WARM.replace("\"kind:a\",", "\"kind:a\", \"attack:n\", \"never\",");
        let after = pipeline(&[file("warm.toml", &more), file("cool.toml", COOL)]);
        let cool = |found: Vec<(String, &str)>| {
            found.into_iter().filter(|(c, _)| c == "cool").map(|(_, t)| t.to_owned()).collect::<Vec<_>>()
        };
        prop_assert_eq!(cool(counted(&before, &text)), cool(counted(&after, &text)));
    }

    #[test]
    fn case_changes_no_match_of_a_sentence(text in words()) {
        let pipeline = pipeline(&[file("warm.toml", WARM), file("cool.toml", COOL)]);
        let spans = |text: &str| {
            let mut scored = Scored::default();
            pipeline.run_sentence(text, Genre::Any, false, &mut scored);
            scored.matches.iter().map(|m| (m.span, m.polarity)).collect::<Vec<_>>()
        };
        prop_assert_eq!(spans(&text), spans(&text.to_uppercase()));
    }
}
