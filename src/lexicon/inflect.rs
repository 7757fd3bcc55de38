//! English inflection: the forms that `goal:n`, `lead:v` and `clear:a` stand for.
//!
//! **In:** a folded word and its marks. **Out:** its forms, the word itself first; or why there are
//! none, with what to write. Only real words come out: a mass noun has no plural, a long adjective
//! no comparative, and a word that is inflected already is refused.
//!
//! The rules stand here, the words that break them in `words/irregular.txt`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// Which kinds of form a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Marks {
    noun: bool,
    verb: bool,
    adjective: bool,
}

impl Marks {
    /// Reads `n`, `v`, `a` or several of them. The error is the first other letter and its
    /// place, or nothing where there is no letter.
    pub(crate) fn parse(text: &str) -> Result<Self, Option<(usize, char)>> {
        let mut marks = Self::default();
        for (at, c) in text.char_indices() {
            match c {
                'n' => marks.noun = true,
                'v' => marks.verb = true,
                'a' => marks.adjective = true,
                _ => return Err(Some((at, c))),
            }
        }
        if text.is_empty() {
            Err(None)
        } else {
            Ok(marks)
        }
    }
}

/// The forms of `word`; or the problem and what to do.
pub(crate) fn forms(word: &str, marks: Marks) -> Result<Vec<String>, (String, String)> {
    if word.chars().count() < 2 || !word.chars().all(char::is_alphabetic) {
        let problem = format!("`{word}` has no inflected forms");
        return Err((problem, "write the word without a mark".to_owned()));
    }
    refuse_inflected(word, marks)?;
    let mut forms = vec![word.to_owned()];
    if marks.noun {
        forms.extend(plurals(word));
    }
    if marks.verb {
        forms.extend(verb_forms(word));
    }
    if marks.adjective {
        forms.extend(degrees(word));
    }
    Ok(forms)
}

/// A word that carries an ending already would get a second one ("goalses").
fn refuse_inflected(word: &str, marks: Marks) -> Result<(), (String, String)> {
    let known = |list| WORDS.listed(list, word);
    let ends = |ending| word.ends_with(ending);
    let refused =
        |what: &str, help: &str| Err((format!("`{word}` looks like {what}"), help.to_owned()));
    let final_s = ends("s") && !["ss", "us", "is"].iter().any(|e| ends(e)) && !known("s");
    if (marks.noun || marks.verb) && final_s {
        return refused(
            "a form in -s already",
            "write the word without its ending, or without the mark",
        );
    }
    let ending = ends("ing") || (ends("ed") && !ends("eed"));
    if marks.verb && ending && syllables(word) > 1 && !known("base") {
        return refused(
            "a verb form already",
            "write the base form (`plan:v`), or the word without the mark",
        );
    }
    Ok(())
}

/// Plural forms; none for a mass noun.
fn plurals(noun: &str) -> Vec<String> {
    if WORDS.listed("uncountable", noun) {
        return Vec::new();
    }
    if let Some(forms) = WORDS.irregular('n', noun) {
        return forms;
    }
    let not_of_man = [
        "human", "german", "roman", "norman", "talisman", "shaman", "ottoman",
    ];
    let ends_in_man = noun.ends_with("man") && !not_of_man.contains(&noun);
    match noun {
        _ if ends_in_man => vec![replace_end(noun, "an", "en")],
        _ if noun.ends_with("sis") => vec![replace_end(noun, "is", "es")],
        _ => vec![with_s(noun)],
    }
}

/// The forms of a verb beside its base form.
fn verb_forms(verb: &str) -> Vec<String> {
    if let Some(forms) = WORDS.irregular('V', verb) {
        return forms;
    }
    let mut forms = vec![with_s(verb), with_ing(verb)];
    match past_forms(verb) {
        Some(past) => forms.extend(past),
        None => forms.push(with_ending(verb, "ed")),
    }
    forms
}

/// Irregular past forms, also of a verb with a prefix (rebuild, oversee).
fn past_forms(verb: &str) -> Option<Vec<String>> {
    const PREFIXES: [&str; 8] = ["re", "over", "under", "out", "mis", "un", "pre", "fore"];
    let prefixed = |prefix: &str| {
        let forms = WORDS.irregular('v', verb.strip_prefix(prefix)?)?;
        Some(
            forms
                .iter()
                .map(|form| [prefix, form.as_str()].concat())
                .collect(),
        )
    };
    (WORDS.irregular('v', verb)).or_else(|| PREFIXES.iter().find_map(|prefix| prefixed(prefix)))
}

/// Comparative and superlative, where the adjective has them.
fn degrees(adjective: &str) -> Vec<String> {
    if let Some(forms) = WORDS.irregular('a', adjective) {
        return forms;
    }
    let comparable = match syllables(adjective) {
        0 | 1 => true,
        2 => {
            adjective.ends_with('y') || adjective.ends_with("ow") || ends_in_syllabic_le(adjective)
        }
        _ => false,
    };
    if !comparable || WORDS.listed("plain", adjective) {
        return Vec::new();
    }
    vec![with_ending(adjective, "er"), with_ending(adjective, "est")]
}

/// The form in -s of a noun or a verb.
fn with_s(word: &str) -> String {
    const HARD_CH: [&str; 7] = [
        "stomach",
        "monarch",
        "patriarch",
        "matriarch",
        "epoch",
        "tech",
        "hierarch",
    ];
    const ES_AFTER_O: [&str; 13] = [
        "go", "do", "undergo", "forgo", "forego", "echo", "veto", "hero", "potato", "tomato",
        "embargo", "torpedo", "cargo",
    ];
    let redone = ["redo", "undo", "outdo", "overdo"].contains(&word);
    if consonant_y(word) {
        return replace_end(word, "y", "ies");
    }
    if word.ends_with('z') && doubles(word) {
        return [word, "zes"].concat();
    }
    let hissing = ["s", "x", "z", "sh"].iter().any(|end| word.ends_with(end))
        || (word.ends_with("ch") && !HARD_CH.contains(&word));
    if hissing || redone || ES_AFTER_O.contains(&word) {
        return [word, "es"].concat();
    }
    [word, "s"].concat()
}

fn with_ing(verb: &str) -> String {
    const KEEP_E: [&str; 5] = ["singe", "tinge", "binge", "whinge", "swinge"];
    if let Some(stem) = verb.strip_suffix("ie") {
        return [stem, "ying"].concat();
    }
    let keeps = ["ee", "oe", "ye"].iter().any(|end| verb.ends_with(end)) || KEEP_E.contains(&verb);
    match verb.strip_suffix('e') {
        Some(stem) if !keeps && !stem.is_empty() => [stem, "ing"].concat(),
        _ => doubled(verb) + "ing",
    }
}

/// `word` with an ending that begins with e: -ed, -er, -est.
fn with_ending(word: &str, ending: &str) -> String {
    match word.strip_suffix('e') {
        Some(stem) => [stem, ending].concat(),
        None if consonant_y(word) => replace_end(word, "y", &format!("i{ending}")),
        None => doubled(word) + ending,
    }
}

/// `word` as it stands before an ending that begins with a vowel.
fn doubled(word: &str) -> String {
    match word.chars().last() {
        Some('c') if word.ends_with("ic") => [word, "k"].concat(),
        Some(last) if doubles(word) => format!("{word}{last}"),
        _ => word.to_owned(),
    }
}

/// True for plan and commit, not for develop: one vowel before one consonant, in a stressed
/// last syllable. The stress of longer words is a matter of lists.
fn doubles(word: &str) -> bool {
    if WORDS.listed("double", word) {
        return true;
    }
    // overlap and outwit keep the stress of lap and wit.
    let stressed = ["over", "under", "out"]
        .iter()
        .find_map(|prefix| word.strip_prefix(prefix));
    let word = stressed.unwrap_or(word);
    let mut letters = word.chars().rev();
    let (Some(last), Some(vowel), Some(before)) = (letters.next(), letters.next(), letters.next())
    else {
        return false;
    };
    let after_q = before == 'u' && letters.next() == Some('q');
    let short = is_vowel(vowel) && (!is_vowel(before) || after_q);
    let closes = last.is_ascii_alphabetic() && !is_vowel(last) && !matches!(last, 'w' | 'x' | 'y');
    short && closes && syllables(word) == 1 && !WORDS.listed("single", word)
}

fn consonant_y(word: &str) -> bool {
    let mut last = word.chars().rev();
    last.next() == Some('y')
        && last
            .next()
            .is_some_and(|c| !matches!(c, 'a' | 'e' | 'i' | 'o' | 'u'))
}

fn ends_in_syllabic_le(word: &str) -> bool {
    word.strip_suffix("le")
        .and_then(|stem| stem.chars().last())
        .is_some_and(|c| !is_vowel(c))
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// Spoken syllables, roughly: groups of vowels, two for pairs such as the `ia` of "giant", none for a
/// silent e.
fn syllables(word: &str) -> usize {
    const HIATUS: [&str; 8] = ["ia", "io", "iu", "ua", "uo", "eo", "oya", "uen"];
    let sounded = match word.contains('q') {
        true => Cow::Owned(word.replace("qu", "q")),
        false => Cow::Borrowed(word),
    };
    let groups = sounded
        .split(|c| !is_vowel(c))
        .filter(|group| !group.is_empty())
        .count();
    let pairs = HIATUS.iter().filter(|pair| sounded.contains(*pair)).count();
    let silent = sounded
        .strip_suffix('e')
        .and_then(|stem| stem.chars().last())
        .is_some_and(|c| !is_vowel(c))
        && !ends_in_syllabic_le(&sounded);
    groups + pairs - usize::from(silent && groups + pairs > 1)
}

fn replace_end(word: &str, end: &str, by: &str) -> String {
    [word.strip_suffix(end).unwrap_or(word), by].concat()
}

/// The words that break the rules, by kind.
struct Irregular {
    forms: HashMap<(char, &'static str), Vec<&'static str>, FixedState>,
    lists: HashMap<&'static str, HashSet<&'static str, FixedState>, FixedState>,
}

static WORDS: LazyLock<Irregular> = LazyLock::new(|| {
    let (mut forms, mut lists) = (
        HashMap::default(),
        HashMap::<_, HashSet<_, _>, _>::default(),
    );
    for line in include_str!("words/irregular.txt").lines() {
        let Some((head, words)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let words = words.split_whitespace();
        match head.split_once(' ') {
            Some((kind, word)) => {
                let kind = kind.chars().next().unwrap_or(' ');
                forms.insert((kind, word), words.collect());
            }
            None => lists.entry(head).or_default().extend(words),
        }
    }
    Irregular { forms, lists }
});

impl Irregular {
    fn irregular(&self, kind: char, word: &str) -> Option<Vec<String>> {
        // A &'static key is not at hand for a borrowed word, so the pair is looked up by value.
        let forms = self.forms.get(&(kind, word))?;
        Some(forms.iter().map(|form| (*form).to_owned()).collect())
    }

    fn listed(&self, list: &str, word: &str) -> bool {
        self.lists
            .get(list)
            .is_some_and(|words| words.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(word: &str, marks: &str) -> String {
        forms(word, Marks::parse(marks).unwrap()).unwrap().join(" ")
    }

    #[test]
    fn nouns_have_their_plural() {
        for (noun, forms) in [
            ("goal", "goal goals"),
            ("strategy", "strategy strategies"),
            ("process", "process processes"),
            ("analysis", "analysis analyses"),
            ("hypothesis", "hypothesis hypotheses"),
            ("criterion", "criterion criteria"),
            ("chairman", "chairman chairmen"),
            ("human", "human humans"),
            ("leaf", "leaf leaves"),
            ("belief", "belief beliefs"),
            ("stomach", "stomach stomachs"),
            ("quiz", "quiz quizzes"),
            ("day", "day days"),
            ("status", "status statuses"),
        ] {
            assert_eq!(read(noun, "n"), forms);
        }
    }

    #[test]
    fn a_mass_noun_has_no_plural() {
        assert_eq!(read("information", "n"), "information");
    }

    #[test]
    fn verbs_have_all_their_forms() {
        for (verb, forms) in [
            ("lead", "lead leads leading led"),
            ("plan", "plan plans planning planned"),
            ("develop", "develop develops developing developed"),
            ("commit", "commit commits committing committed"),
            ("manage", "manage manages managing managed"),
            ("carry", "carry carries carrying carried"),
            ("rebuild", "rebuild rebuilds rebuilding rebuilt"),
            ("oversee", "oversee oversees overseeing oversaw overseen"),
            ("visit", "visit visits visiting visited"),
            ("equip", "equip equips equipping equipped"),
            ("overstep", "overstep oversteps overstepping overstepped"),
            ("outnumber", "outnumber outnumbers outnumbering outnumbered"),
            ("proofread", "proofread proofreads proofreading proofread"),
            ("fix", "fix fixes fixing fixed"),
            ("die", "die dies dying died"),
            ("agree", "agree agrees agreeing agreed"),
            ("panic", "panic panics panicking panicked"),
            (
                "undergo",
                "undergo undergoes undergoing underwent undergone",
            ),
            ("be", "be am is are was were been being"),
            ("have", "have has had having"),
            ("learn", "learn learns learning learned learnt"),
            ("travel", "travel travels travelling travelled"),
        ] {
            assert_eq!(read(verb, "v"), forms);
        }
    }

    #[test]
    fn short_adjectives_have_degrees_and_long_ones_none() {
        for (adjective, forms) in [
            ("clear", "clear clearer clearest"),
            ("big", "big bigger biggest"),
            ("steady", "steady steadier steadiest"),
            ("stable", "stable stabler stablest"),
            ("safe", "safe safer safest"),
            ("good", "good better best"),
            ("effective", "effective"),
            ("agile", "agile"),
            ("fluent", "fluent"),
            ("viable", "viable"),
        ] {
            assert_eq!(read(adjective, "a"), forms);
        }
    }

    #[test]
    fn two_marks_give_the_forms_of_both() {
        assert_eq!(read("plan", "nv"), "plan plans plans planning planned");
    }

    #[test]
    fn a_word_that_is_inflected_already_is_refused() {
        for (word, marks) in [
            ("goals", "n"),
            ("leads", "v"),
            ("planned", "v"),
            ("planning", "v"),
        ] {
            assert!(forms(word, Marks::parse(marks).unwrap()).is_err(), "{word}");
        }
    }

    #[test]
    fn base_forms_that_look_inflected_are_not_refused() {
        for (word, marks) in [
            ("proceed", "v"),
            ("bring", "v"),
            ("process", "nv"),
            ("focus", "v"),
            ("bias", "n"),
            ("speed", "v"),
        ] {
            assert!(forms(word, Marks::parse(marks).unwrap()).is_ok(), "{word}");
        }
    }
}
