//! Regular expressions in lexicons.
//!
//! **In:** the string of a file. **Out:** an [`Expression`] that ignores case; or a
//! refusal with the reason that the parser gives, at the byte that it names. An expression that can
//! only match nothing at all is refused too. The decision that lives here: an expression that is
//! surely small, or tested, is built when it is first looked for, because few of them ever are.

use std::fmt;
use std::sync::OnceLock;

use regex::{Matches, Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::lexicon::source::Text;

/// A regular expression that ignores case. It was found good when the lexicon was read.
#[derive(Clone, Serialize, Deserialize)]
pub struct Expression {
    text: Box<str>,
    #[serde(skip)]
    built: OnceLock<Option<Regex>>,
}

impl Expression {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True where it matches somewhere in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// Its matches in `text`, which do not overlap, in order.
    pub fn find_iter<'r, 't>(&'r self, text: &'t str) -> impl Iterator<Item = regex::Match<'t>> {
        let matches = self.regex().map(|regex| regex.find_iter(text));
        matches.into_iter().flat_map(|found: Matches<'r, 't>| found)
    }

    /// Always there: what is built here was parsed before and is small.
    fn regex(&self) -> Option<&Regex> {
        let build = || builder(&self.text).size_limit(usize::MAX).build().ok();
        self.built.get_or_init(build).as_ref()
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expression({:?})", self.text)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn builder(text: &str) -> RegexBuilder {
    let mut builder = RegexBuilder::new(text);
    builder.case_insensitive(true);
    builder
}

/// Reads the expression.
pub(crate) fn read(text: Text<'_>) -> Result<Expression> {
    let expression = Expression {
        text: text.value.into(),
        built: OnceLock::new(),
    };
    if text.source.tested {
        return Ok(expression);
    }
    let hir = regex_syntax::ParserBuilder::new()
        .case_insensitive(true)
        .build()
        .parse(text.value);
    let hir = hir.map_err(|error| broken(text, &error))?;
    refuse_idle(text, &hir)?;
    if most_bytes(&hir) > SURELY_BUILT {
        let built = builder(text.value).build().map_err(|_| {
            text.refuse(
                "the expression is too large",
                "ask for fewer repetitions, or write several terms",
            )
        })?;
        expression.built.get_or_init(|| Some(built));
    }
    Ok(expression)
}

/// Half of what an expression may take when it is built, in bytes.
const SURELY_BUILT: usize = 5 << 20;
/// More than one state of the automaton takes, with its transitions.
const STATE: usize = 64;

/// What the automaton of `hir` takes at most, in bytes.
fn most_bytes(hir: &Hir) -> usize {
    let all = |parts: &[Hir]| {
        let bytes = parts.iter().map(most_bytes);
        bytes.fold(STATE, usize::saturating_add)
    };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE,
        HirKind::Literal(literal) => STATE * literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.iter().map(|r| range_states(r.start(), r.end()));
            STATE * ranges.sum::<usize>()
        }
        HirKind::Class(Class::Bytes(class)) => STATE * (class.ranges().len() + 1),
        HirKind::Capture(capture) => most_bytes(&capture.sub).saturating_add(4 * STATE),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => all(parts),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            most_bytes(&repetition.sub)
                .saturating_add(2 * STATE)
                .saturating_mul(times as usize)
        }
    }
}

/// The most states that a range of characters takes. It is cut into pieces of as many states as they have
/// bytes: one where only the last byte differs, three where only the last two do, and
/// 2n - 1 for each number n of bytes at most.
fn range_states(first: char, last: char) -> usize {
    let (from, to, bytes) = (first as u32, last as u32, last.len_utf8());
    match first.len_utf8() == bytes {
        true if from >> 6 == to >> 6 => bytes,
        true if from >> 12 == to >> 12 => 3 * bytes,
        _ => (1..=bytes).map(|n| n * (2 * n - 1)).sum(),
    }
}

fn broken(text: Text<'_>, error: &regex_syntax::Error) -> Error {
    let (reason, at) = match error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.offset),
        regex_syntax::Error::Translate(error) => {
            (error.kind().to_string(), error.span().start.offset)
        }
        _ => (error.to_string(), 0),
    };
    text.refuse_at(
        at,
        format!("a broken regular expression: {reason}"),
        "the syntax is that of docs.rs/regex; in '...' a backslash needs no second one",
    )
}

/// Refuses what matches nothing or only the empty text.
fn refuse_idle(text: Text<'_>, hir: &Hir) -> Result<()> {
    let problem = match (
        hir.properties().minimum_len(),
        hir.properties().maximum_len(),
    ) {
        (None, _) => "the expression can never match",
        (_, Some(0)) => "the expression matches only the empty text",
        _ => return Ok(()),
    };
    Err(text.refuse(problem, "name at least one letter, or take it out"))
}
