//! Words as a pattern writes them, and the forms that they stand for.
//!
//! **In:** a word with its mark or wildcard (`bring:v`, `team-goal:n`, `innovat*`). **Out:** the
//! [`Forms`] of each of its parts, folded, inflected and in both spellings, sorted; or a [`Fault`].
//! The decision that lives here: each word is worked out once for all files of a lexicon, because
//! folding, inflecting and spelling are the dearest parts of reading one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::lexicon::inflect::{self, Marks};
use crate::lexicon::model::{Form, Forms};
use crate::lexicon::spelling;
use crate::text::fold;

/// What is wrong with a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Byte of the pattern.
    pub(crate) at: usize,
    pub(crate) problem: String,
    pub(crate) help: String,
}

pub(crate) fn fault(at: usize, problem: impl Into<String>, help: impl Into<String>) -> Fault {
    Fault {
        at,
        problem: problem.into(),
        help: help.into(),
    }
}

/// The words of one lexicon that were read so far.
#[derive(Debug)]
pub(crate) struct Wordbook {
    known: RefCell<HashMap<Box<str>, Forms, FixedState>>,
}

impl Default for Wordbook {
    fn default() -> Self {
        let known = HashMap::with_capacity_and_hasher(ROOM, FixedState::default());
        Self {
            known: RefCell::new(known),
        }
    }
}

/// Words that a lexicon of some thousand terms has; with more the table grows.
const ROOM: usize = 7000;

/// What a word with its mark stands for.
pub(crate) enum Parts {
    One(Forms),
    /// Parted by hyphens.
    Several(Vec<Forms>),
}

impl Parts {
    pub(crate) fn as_slice(&self) -> &[Forms] {
        match self {
            Self::One(forms) => std::slice::from_ref(forms),
            Self::Several(all) => all,
        }
    }
}

impl Wordbook {
    /// The forms of each part of `written`, which stands at byte `at` of a pattern; hyphens part it.
    pub(crate) fn parts(&self, written: &str, at: usize) -> Result<Parts, Fault> {
        if let Some(known) = self.known.borrow().get(written) {
            return Ok(Parts::One(known.clone()));
        }
        let mut parts = match is_plain(written) {
            true => vec![plain(written)],
            false => parts(written, at)?,
        };
        match parts.pop() {
            Some(only) if parts.is_empty() => {
                (self.known.borrow_mut()).insert(written.into(), only.clone());
                Ok(Parts::One(only))
            }
            last => {
                parts.extend(last);
                Ok(Parts::Several(parts))
            }
        }
    }
}

/// True for a folded word without a mark, as most are.
fn is_plain(written: &str) -> bool {
    let folded = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    written.bytes().all(folded)
}

/// The forms of a folded word without a mark.
fn plain(word: &str) -> Forms {
    let form = |text: &str| Form {
        text: text.into(),
        prefix: false,
    };
    match &spelling::variants(word)[..] {
        [] => [form(word)].into(),
        others => {
            let mut forms = Vec::with_capacity(others.len() + 1);
            forms.extend(others.iter().map(|other| form(other)));
            forms.push(form(word));
            tidy(&mut forms)
        }
    }
}

fn parts(written: &str, at: usize) -> Result<Vec<Forms>, Fault> {
    let (word, marks) = match written.split_once(':') {
        Some((word, marks)) => (word, Some(marks)),
        None => (written, None),
    };
    let (word, wildcard) = match word.strip_suffix('*') {
        Some(stem) => (stem, true),
        None => (word, false),
    };
    check_characters(word, at)?;
    let mut words = fold::words(word);
    let last = match words.pop() {
        Some(last) if !(wildcard && word.ends_with(is_hyphen)) => last,
        _ if wildcard => {
            return Err(fault(
                at,
                "a wildcard has no beginning",
                "write the first letters before `*`",
            ));
        }
        _ => {
            return Err(fault(
                at,
                format!("`{written}` holds no word"),
                "write letters or digits",
            ));
        }
    };
    let forms = match marks {
        None => vec![last],
        Some(marks) => inflected(&last, marks, wildcard, at + written.len() - marks.len())?,
    };
    let first = words.into_iter().map(|word| spelled(vec![word], false));
    Ok(first.chain([spelled(forms, wildcard)]).collect())
}

/// The forms that the marks behind a word ask for.
fn inflected(word: &str, marks: &str, wildcard: bool, at: usize) -> Result<Vec<String>, Fault> {
    const HELP: &str = "marks are `:n` (noun), `:v` (verb), `:a` (adjective), or several: `:nv`";
    if wildcard {
        return Err(fault(
            at - 1,
            "a wildcard and a mark on one word",
            "use one of the two; marks are safer",
        ));
    }
    let marks = Marks::parse(marks).map_err(|bad| match bad {
        Some((index, c)) => fault(at + index, format!("`{c}` is no mark"), HELP),
        None => fault(at, "no mark stands behind the colon", HELP),
    })?;
    inflect::forms(word, marks).map_err(|(problem, help)| fault(at, problem, help))
}

/// `words` and their other spellings as forms.
fn spelled(words: Vec<String>, prefix: bool) -> Forms {
    let mut forms = Vec::with_capacity(words.len());
    for word in words {
        if prefix {
            forms.extend(spelling::of_prefix(&word));
        } else {
            let others = spelling::variants(&word).into_iter();
            forms.extend(others.map(|text| Form {
                text: text.into(),
                prefix,
            }));
        }
        let text = word.into();
        forms.push(Form { text, prefix });
    }
    tidy(&mut forms)
}

/// `forms` sorted, each once, and without those that a wildcard among them covers. Leaves an empty list behind.
pub(crate) fn tidy(forms: &mut Vec<Form>) -> Forms {
    if forms.iter().any(|form| form.prefix) {
        let prefixes = forms.iter().filter(|form| form.prefix);
        let wildcards: Vec<Arc<str>> = prefixes.map(|form| Arc::clone(&form.text)).collect();
        let covers = |form: &Form, wildcard: &str| {
            form.text.starts_with(wildcard) && !(form.prefix && *form.text == *wildcard)
        };
        forms.retain(|form| !wildcards.iter().any(|wildcard| covers(form, wildcard)));
    }
    forms.sort_unstable();
    forms.dedup();
    forms.drain(..).collect()
}

/// Refuses characters that no word of a text holds.
fn check_characters(word: &str, at: usize) -> Result<(), Fault> {
    for (index, c) in word.char_indices() {
        let (problem, help) = match c {
            _ if c.is_ascii_alphanumeric() || is_hyphen(c) => continue,
            '*' if word.len() == 1 => (
                "`*` stands alone".to_owned(),
                "for any word write a gap: `~1`",
            ),
            '*' => (
                "`*` stands inside a word".to_owned(),
                "a wildcard stands at the end of a word: `innovat*`",
            ),
            _ if joins_a_word(c) => continue,
            _ => (
                format!("`{c}` is never part of a word, so this cannot match"),
                "leave it out: signs part words as blanks do; for signs use `regex`",
            ),
        };
        return Err(fault(at + index, problem, help));
    }
    Ok(())
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}')
}

/// True where `c` does not part the letters around it.
fn joins_a_word(c: char) -> bool {
    fold::words(&format!("a{c}a")).len() == 1
}
