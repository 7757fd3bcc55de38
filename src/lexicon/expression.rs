//! Regular expressions in lexicons.
//!
//! **In:** the string of a file. **Out:** a compiled expression that ignores case; or a
//! refusal with the reason that the parser gives, at the byte that it names. An expression that can
//! only match nothing at all is refused too.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::Hir;

use crate::error::{Error, Result};
use crate::lexicon::source::Text;

/// Compiles the expression.
pub(crate) fn compile(text: Text<'_>) -> Result<Regex> {
    let hir = regex_syntax::ParserBuilder::new()
        .case_insensitive(true)
        .build()
        .parse(text.value);
    refuse_idle(text, &hir.map_err(|error| broken(text, &error))?)?;
    RegexBuilder::new(text.value)
        .case_insensitive(true)
        .build()
        .map_err(|_| {
            text.refuse(
                "the expression is too large",
                "ask for fewer repetitions, or write several terms",
            )
        })
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
