//! British and American spelling: a word written one way stands for the other way too.
//!
//! **In:** a folded word, or the beginning of one. **Out:** its other spellings, never the word
//! itself. Words of one spelling (advise, size) have none, and no rule makes a word that
//! does not exist.
//!
//! Two rules stand here (-ise/-ize and -yse/-yze with what is formed from them); every other pair,
//! and the exceptions, in `words/spelling.txt`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::lexicon::model::Form;

/// What follows `is` or `iz` in the words of the rule.
const ISE_ENDINGS: [&str; 11] = [
    "e",
    "es",
    "ed",
    "ing",
    "er",
    "ers",
    "ation",
    "ations",
    "ational",
    "ationally",
    "able",
];
/// What follows `ys` or `yz`.
const YSE_ENDINGS: [&str; 6] = ["e", "es", "ed", "ing", "er", "ers"];
/// Prefixes that leave the rest of the word as it is.
const PREFIXES: [&str; 8] = ["un", "re", "dis", "de", "over", "under", "mis", "non"];

/// The other spellings of `word`.
pub(crate) fn variants(word: &str) -> Vec<String> {
    let mut variants: Vec<String> = PAIRS.of(word).map(str::to_owned).collect();
    let middle = |pair: &[u8]| matches!(pair, [b'i' | b'y', b's' | b'z']);
    if word.as_bytes().windows(2).any(middle) {
        variants.extend(swap_ise(word).or_else(|| swap_yse(word)));
    }
    variants
}

/// What a wildcard stands for in the other spelling: another wildcard where a rule holds for
/// all that may follow (`organis*`, `organiz*`), else the single words that it would miss
/// (`labour*`: labor, labors, ..., but not laboratory).
pub(crate) fn of_prefix(prefix: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = (PAIRS.beginning_with(prefix))
        .filter(|other| !other.starts_with(prefix))
        .map(|other| Form {
            text: other.into(),
            prefix: false,
        })
        .collect();
    forms.extend(swap_prefix(prefix).map(|text| Form {
        text: text.into(),
        prefix: true,
    }));
    forms
}

/// organise to organize, and back.
fn swap_ise(word: &str) -> Option<String> {
    let (stem, swapped, ending) = split(word, ["is", "iz"], &ISE_ENDINGS)?;
    let last = stem.chars().last()?;
    // raise, cruise, seize, likewise: a vowel or a w before it belongs to another family.
    let fits = !matches!(last, 'a' | 'e' | 'i' | 'o' | 'u' | 'w') && stem.contains(is_vowel);
    let single =
        PAIRS.single.contains(stem) || stripped(stem).any(|rest| PAIRS.single.contains(rest));
    (fits && !single).then(|| format!("{stem}{swapped}{ending}"))
}

/// analyse to analyze, and back.
fn swap_yse(word: &str) -> Option<String> {
    let (stem, swapped, ending) = split(word, ["ys", "yz"], &YSE_ENDINGS)?;
    PAIRS
        .yse
        .contains(stem)
        .then(|| format!("{stem}{swapped}{ending}"))
}

/// Cuts `word` into stem, one of the two middles, and ending; gives back the other middle.
fn split<'a>(
    word: &'a str,
    [first, second]: [&'static str; 2],
    endings: &[&'static str],
) -> Option<(&'a str, &'static str, &'static str)> {
    let cut = |ending: &&'static str| {
        let rest = word.strip_suffix(ending)?;
        let swapped = |middle, other| Some((rest.strip_suffix(middle)?, other, *ending));
        swapped(first, second).or_else(|| swapped(second, first))
    };
    endings.iter().find_map(cut)
}

/// The rules on the beginning of a word. Only for stems of the list: `decis*` begins no word
/// in -ise.
fn swap_prefix(prefix: &str) -> Option<String> {
    let swap = |at: usize, middle: &str, endings: &[&str]| {
        let rest = &prefix[at + 2..];
        let begun = endings.iter().any(|ending| ending.starts_with(rest));
        begun.then(|| format!("{}{middle}{rest}", &prefix[..at]))
    };
    for (middle, other) in [("is", "iz"), ("iz", "is")] {
        let Some(at) = prefix.rfind(middle) else {
            continue;
        };
        let stem = &prefix[..at];
        if PAIRS.ise.contains(stem) || stripped(stem).any(|rest| PAIRS.ise.contains(rest)) {
            return swap(at, other, &ISE_ENDINGS);
        }
    }
    for (middle, other) in [("ys", "yz"), ("yz", "ys")] {
        let Some(at) = prefix.rfind(middle) else {
            continue;
        };
        if PAIRS.yse.contains(&prefix[..at]) {
            return swap(at, other, &YSE_ENDINGS);
        }
    }
    None
}

fn stripped(stem: &str) -> impl Iterator<Item = &str> {
    PREFIXES
        .iter()
        .filter_map(move |prefix| stem.strip_prefix(prefix))
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// The table of `words/spelling.txt`.
#[derive(Default)]
struct Pairs {
    /// A word and another spelling of it, both ways round.
    words: HashMap<String, Vec<String>, FixedState>,
    /// The same words in order, for wildcards.
    sorted: Vec<String>,
    /// Stems before -ise that are known.
    ise: HashSet<&'static str, FixedState>,
    /// Stems before -ise or -ize in words of one spelling.
    single: HashSet<&'static str, FixedState>,
    /// Stems before -yse.
    yse: HashSet<&'static str, FixedState>,
}

static PAIRS: LazyLock<Pairs> = LazyLock::new(|| {
    let mut pairs = Pairs::default();
    for line in include_str!("words/spelling.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let (head, rest) = line.split_once(" =").unwrap_or((line, ""));
        let rest = rest.split_whitespace();
        match head.split_once(' ') {
            Some((british, american)) => pairs.add_family(british, american, rest),
            None if head == "ise" => pairs.ise.extend(rest),
            None if head == "not-ise" => pairs.single.extend(rest),
            None if head == "yse" => pairs.yse.extend(rest),
            None if head == "double-l" => rest.for_each(|stem| {
                for ending in ["ed", "ing"] {
                    pairs.add(format!("{stem}l{ending}"), format!("{stem}{ending}"));
                }
            }),
            None => {}
        }
    }
    pairs.sorted = pairs.words.keys().cloned().collect();
    pairs.sorted.sort();
    pairs
});

impl Pairs {
    fn of(&self, word: &str) -> impl Iterator<Item = &str> {
        self.words
            .get(word)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// The other spellings of all words that begin so.
    fn beginning_with<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        let first = self.sorted.partition_point(|word| word.as_str() < prefix);
        (self.sorted[first..].iter())
            .take_while(move |word| word.starts_with(prefix))
            .flat_map(|word| self.of(word))
    }

    fn add_family<'a>(
        &mut self,
        british: &str,
        american: &str,
        endings: impl Iterator<Item = &'a str>,
    ) {
        let stems = match (british.strip_suffix('-'), american.strip_suffix('-')) {
            (Some(british), Some(american)) => (british, american),
            _ => {
                self.add(british.to_owned(), american.to_owned());
                (british, american)
            }
        };
        for ending in endings {
            let (first, second) = ending.split_once('/').unwrap_or((ending, ending));
            self.add(
                format!("{}{first}", stems.0),
                format!("{}{second}", stems.1),
            );
        }
    }

    fn add(&mut self, british: String, american: String) {
        self.words
            .entry(american.clone())
            .or_default()
            .push(british.clone());
        self.words.entry(british).or_default().push(american);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(prefix: &str) -> Vec<String> {
        let mut forms: Vec<_> = of_prefix(prefix)
            .iter()
            .map(|f| format!("{}{}", f.text, if f.prefix { "*" } else { "" }))
            .collect();
        forms.sort();
        forms
    }

    #[test]
    fn the_pairs_hold_both_ways() {
        for (british, american) in [
            ("organise", "organize"),
            ("reorganisations", "reorganizations"),
            ("prioritising", "prioritizing"),
            ("emphasised", "emphasized"),
            ("analysed", "analyzed"),
            ("favourable", "favorable"),
            ("centred", "centered"),
            ("labelled", "labeled"),
            ("fulfil", "fulfill"),
            ("fulfilment", "fulfillment"),
            ("enrolment", "enrollment"),
            ("cataloguing", "cataloging"),
            ("defence", "defense"),
            ("programmes", "programs"),
            ("judgement", "judgment"),
            ("ageing", "aging"),
            ("artefacts", "artifacts"),
            ("sceptical", "skeptical"),
            ("grey", "gray"),
            ("learnt", "learned"),
            ("paediatric", "pediatric"),
            ("unrecognised", "unrecognized"),
        ] {
            assert_eq!(variants(british), [american], "{british}");
            assert_eq!(variants(american), [british], "{american}");
        }
    }

    #[test]
    fn words_of_one_spelling_stay_alone() {
        for word in [
            "advise",
            "supervised",
            "unsupervised",
            "exercise",
            "promising",
            "uncompromising",
            "premises",
            "revised",
            "size",
            "downsizing",
            "resized",
            "prize",
            "seize",
            "raise",
            "noise",
            "likewise",
            "otherwise",
            "comprised",
            "enterprises",
            "rise",
            "wise",
            "crises",
            "franchise",
            "merchandise",
            "expertise",
            "precise",
            "improvisation",
            "analysis",
            "disable",
            "hour",
            "doctor",
            "laboratory",
            "elaborate",
            "honorary",
            "humorous",
            "controlled",
            "developing",
            "expelled",
        ] {
            assert_eq!(variants(word), [""; 0], "{word}");
        }
    }

    #[test]
    fn a_wildcard_behind_a_known_stem_is_a_wildcard_in_the_other_spelling() {
        assert_eq!(shown("organis"), ["organiz*"]);
        assert_eq!(shown("reorganizat"), ["reorganisat*"]);
        assert_eq!(shown("analys"), ["analyz*"]);
    }

    #[test]
    fn a_wildcard_that_covers_both_spellings_adds_nothing() {
        assert_eq!(shown("organi"), [""; 0]);
        assert_eq!(shown("colo"), [""; 0]);
    }

    #[test]
    fn a_wildcard_adds_the_words_it_would_miss_and_no_broader_wildcard() {
        assert_eq!(
            shown("labour"),
            [
                "labor", "labored", "laborer", "laborers", "laboring", "labors"
            ]
        );
    }

    #[test]
    fn a_wildcard_on_words_of_one_spelling_adds_nothing() {
        for prefix in ["decis", "supervis", "comparis", "realist", "promis"] {
            assert_eq!(shown(prefix), [""; 0], "{prefix}");
        }
    }
}
