//! The folded form of a word: the one form under which text and lexicon meet.
//!
//! **In:** a run of characters without white space. **Out:** folded words with their
//! spans. Decisions that live here:
//!
//! 1. *Folding*: compatibility composition (NFKC, so ligatures become letters), then lower
//!    case. Accents stay.
//! 2. *Apostrophes*: curly and straight are one. They are kept inside a word (`don't`),
//!    dropped at its ends, and a possessive `'s` is no part of a word.
//! 3. *Invisible characters* (soft hyphen, zero-width marks) are dropped inside a word.
//! 4. *What parts words*: everything that is neither letter, digit, mark nor apostrophe:
//!    hyphens and dashes too, so `decision-making` is two words.

use unicode_normalization::UnicodeNormalization;

/// What a character does to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Letter,
    Apostrophe,
    Invisible,
    Parting,
}

fn role(c: char) -> Role {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Role::Letter,
        '\'' | '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2032}' | '\u{02BC}' => Role::Apostrophe,
        '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => Role::Invisible,
        // General punctuation and the signs of Latin-1, which are common, without a look at the tables.
        '\u{2000}'..='\u{206F}' | '\u{A0}'..='\u{A9}' | '\u{AB}'..='\u{B1}' => Role::Parting,
        _ if c.is_ascii() => Role::Parting,
        _ if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => {
            Role::Letter
        }
        _ => Role::Parting,
    }
}

/// Calls `visit(start, end, folded)` for every word of `run`, in order. Offsets are bytes
/// of `run`; the span leaves out outer apostrophes and a possessive `'s`.
pub fn for_each_word(run: &str, visit: &mut dyn FnMut(usize, usize, &str)) {
    // Lexicons are written folded, most of them.
    let folded = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if !run.is_empty() && run.bytes().all(folded) {
        return visit(0, run.len(), run);
    }
    let mut folded = String::new();
    let mut chars = run.char_indices().peekable();
    while let Some(&(start, c)) = chars.peek() {
        if role(c) == Role::Parting {
            chars.next();
            continue;
        }
        let mut end = start;
        while let Some(&(at, c)) = chars.peek().filter(|(_, c)| role(*c) != Role::Parting) {
            end = at + c.len_utf8();
            chars.next();
        }
        if let Some((start, end)) = trim(run, start, end) {
            fold(&run[start..end], &mut folded);
            visit(start, end, &folded);
        }
    }
}

/// The folded words of `text`, without their places.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for_each_word(text, &mut |_, _, word| words.push(word.to_owned()));
    words
}

/// Cuts outer apostrophes, invisible characters and a possessive `'s`; `None` where no
/// letter is left.
fn trim(run: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let outer = |c: char| matches!(role(c), Role::Apostrophe | Role::Invisible);
    let mut chars = run[start..end].chars();
    if let (Some(first), Some('s' | 'S'), None) = (chars.next(), chars.next(), chars.next())
        && role(first) == Role::Apostrophe
    {
        // A possessive whose word stands before a quote or bracket.
        return None;
    }
    let word = run[start..end].trim_start_matches(outer);
    let start = end - word.len();
    let mut word = word.trim_end_matches(outer);
    let stem = word.strip_suffix(['s', 'S']).unwrap_or(word);
    if stem.len() < word.len() && stem.ends_with(|c| role(c) == Role::Apostrophe) {
        word = stem.trim_end_matches(outer);
    }
    (!word.is_empty()).then_some((start, start + word.len()))
}

/// Writes the folded form of one word into `folded`.
fn fold(word: &str, folded: &mut String) {
    folded.clear();
    let plain = |c: char| c.is_ascii() || role(c) == Role::Apostrophe;
    if word.chars().all(plain) {
        folded.extend(word.chars().map(|c| {
            if c.is_ascii() {
                c.to_ascii_lowercase()
            } else {
                '\''
            }
        }));
        return;
    }
    let visible = word.chars().filter_map(|c| match role(c) {
        Role::Apostrophe => Some('\''),
        Role::Invisible => None,
        _ => Some(c),
    });
    folded.extend(visible.nfkc().flat_map(char::to_lowercase));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_curly_apostrophes_are_folded() {
        assert_eq!(words("DON’T don't"), ["don't", "don't"]);
    }

    #[test]
    fn a_possessive_s_is_no_part_of_a_word() {
        assert_eq!(
            words("company's managers’ it’s"),
            ["company", "managers", "it"]
        );
    }

    #[test]
    fn hyphens_and_dashes_part_words() {
        assert_eq!(
            words("decision-making long‑term a—b"),
            ["decision", "making", "long", "term", "a", "b"]
        );
    }

    #[test]
    fn soft_hyphens_and_ligatures_vanish() {
        assert_eq!(
            words("plan\u{AD}ning e\u{FB03}cient"),
            ["planning", "efficient"]
        );
    }

    #[test]
    fn accents_stay_and_are_composed() {
        assert_eq!(words("Re\u{301}sume\u{301}"), ["résumé"]);
    }

    #[test]
    fn apostrophes_alone_are_no_word() {
        assert_eq!(words("'' ’ 's ’s"), [""; 0]);
    }
}
