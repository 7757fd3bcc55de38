//! Words that are divided at the end of a line.
//!
//! **In:** the end of one line, the beginning of the next, and the other words of the
//! document. **Out:** how the two are joined. **Unit:** characters.
//!
//! The decision that lives here: *is the hyphen a part of the word?* In this order:
//!
//! 1. A soft hyphen never is. A dash with a blank before it is no hyphen at all.
//! 2. `short-` before `and`, `or`, `to` is a word of its own.
//! 3. A hyphen before a capital letter or beside a digit is (`COVID-19`).
//! 4. Where the document writes the word in full somewhere, that is how it is written.
//! 5. A first part that is hardly ever a syllable (`self-`, `non-`) and a second part that
//!    is a word of compounds (`-term`, `-based`) keep it; so do two parts that are both
//!    words of the document.
//! 6. Else a program divided the word, and it is joined.

use std::collections::HashSet;

/// Words of a document, in small letters, as they stand inside of lines.
#[derive(Debug, Default)]
pub(super) struct Words(HashSet<Box<str>>);

/// First parts that compounds have and divided words hardly ever do.
const FIRST: &[&str] = &[
    "all", "best", "cross", "customer", "data", "decision", "detail", "employee", "evidence",
    "ever", "fast", "first", "follow", "front", "full", "goal", "half", "hands", "high", "highly",
    "large", "long", "low", "mid", "multi", "non", "outcome", "people", "policy", "problem",
    "result", "results", "risk", "second", "self", "semi", "short", "small", "solution", "team",
    "third", "top", "user", "value", "well", "world", "year",
];

/// Second parts that are words of compounds and no tails of divided words.
const SECOND: &[&str] = &[
    "based",
    "building",
    "centered",
    "centred",
    "centric",
    "changing",
    "class",
    "driven",
    "edge",
    "effective",
    "efficient",
    "facing",
    "focused",
    "focussed",
    "friendly",
    "functional",
    "hand",
    "heavy",
    "informed",
    "intensive",
    "known",
    "led",
    "level",
    "making",
    "managed",
    "minded",
    "motivated",
    "oriented",
    "paced",
    "performing",
    "person",
    "profit",
    "quality",
    "related",
    "rounded",
    "scale",
    "setting",
    "skilled",
    "solving",
    "specific",
    "standing",
    "starter",
    "starters",
    "structured",
    "term",
    "thinking",
    "wide",
    "year",
];

impl Words {
    /// Learns the words of a line, its last one apart where that is divided.
    pub(super) fn learn(&mut self, line: &str) {
        let mut words: Vec<&str> = line.split(' ').map(bare).collect();
        if line.ends_with(['-', '\u{ad}']) {
            words.pop();
        }
        for word in words.into_iter().filter(|word| word.len() > 2) {
            let word = word.to_lowercase();
            if !self.0.contains(word.as_str()) {
                self.0.insert(word.into());
            }
        }
    }

    /// Appends a line to the text that goes on in it.
    pub(super) fn join(&self, text: &mut String, line: &str) {
        if text.ends_with('\u{ad}') {
            text.pop();
            return text.push_str(line);
        }
        let Some(body) = text
            .strip_suffix('-')
            .filter(|body| body.ends_with(char::is_alphanumeric))
        else {
            text.push(' ');
            return text.push_str(line);
        };
        let first = bare(body.rsplit(' ').next().unwrap_or_default());
        let second = bare(line.split(' ').next().unwrap_or_default());
        if ["and", "or", "to"].contains(&second) {
            text.push(' ');
        } else if !self.keeps_hyphen(&first.to_lowercase(), second) {
            text.pop();
        }
        text.push_str(line);
    }

    /// `first` in small letters, `second` as it stands.
    fn keeps_hyphen(&self, first: &str, second: &str) -> bool {
        if !second.starts_with(char::is_lowercase) || first.ends_with(|c: char| c.is_numeric()) {
            return true;
        }
        let known = |word: &str| self.0.contains(word);
        if known(&format!("{first}-{second}")) {
            return true;
        }
        if known(&format!("{first}{second}")) {
            return false;
        }
        // `long-er`, `well-ness`: the tail of one word.
        let tail = second.len() <= 3
            || ["ness", "light", "ment", "ship", "wise", "fare"].contains(&second);
        let part = first.rsplit('-').next().unwrap_or(first);
        SECOND.contains(&second)
            || !tail && FIRST.contains(&part)
            || part.len() > 2 && known(part) && second.len() > 2 && known(second)
    }
}

/// A word without the marks around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(document: &str, first: &str, second: &str) -> String {
        let mut words = Words::default();
        words.learn(document);
        let mut text = first.to_owned();
        words.join(&mut text, second);
        text
    }

    #[test]
    fn a_divided_word_is_joined() {
        assert_eq!(
            joined("", "The manage-", "ment of water"),
            "The management of water"
        );
    }

    #[test]
    fn a_known_compound_keeps_its_hyphen() {
        for (first, second) in [
            ("long-", "term"),
            ("self-", "starter"),
            ("team-", "based"),
            ("non-", "profit"),
        ] {
            assert_eq!(joined("", first, second), format!("{first}{second}"));
        }
    }

    #[test]
    fn a_word_is_written_as_elsewhere_in_the_document() {
        assert_eq!(joined("Our by-laws say", "the by-", "laws"), "the by-laws");
        assert_eq!(
            joined("Our teamwork", "good team-", "work"),
            "good teamwork"
        );
    }

    #[test]
    fn two_words_of_the_document_stay_two() {
        assert_eq!(
            joined("grant and writer", "a grant-", "writer"),
            "a grant-writer"
        );
    }

    #[test]
    fn a_hyphen_beside_a_number_or_a_capital_stays() {
        assert_eq!(joined("", "COVID-", "19"), "COVID-19");
        assert_eq!(joined("", "North-", "West"), "North-West");
        assert_eq!(joined("", "a 24-", "hour shift"), "a 24-hour shift");
    }

    #[test]
    fn a_first_part_that_shares_a_second_stands_alone() {
        assert_eq!(
            joined("", "short-", "and long-term"),
            "short- and long-term"
        );
    }

    #[test]
    fn a_dash_is_no_hyphen() {
        assert_eq!(joined("", "we plan -", "and act"), "we plan - and act");
    }

    #[test]
    fn a_soft_hyphen_goes() {
        assert_eq!(joined("", "vi\u{ad}", "sion"), "vision");
    }

    #[test]
    fn the_tail_of_a_word_is_joined_to_any_first_part() {
        assert_eq!(joined("", "well-", "ness"), "wellness");
    }
}
