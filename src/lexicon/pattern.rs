//! What the pattern of a term, a guard or a cue stands for.
//!
//! **In:** a pattern as a person writes it (`bring:v ~4 (vision|purpose) to life`), and the words
//! that were read before. **Out:** its [`Sequence`]s, folded, with inflected forms and both
//! spellings, sorted; or a [`Fault`] at a byte of the pattern. The syntax is described in
//! `docs/lexicon-format.md`.
//!
//! Three decisions live here: that alternatives of one word each stay one step of a
//! sequence while longer ones are multiplied out; how many sequences one pattern may stand for;
//! and that equal patterns give equal values, however they are written.

use crate::lexicon::model::{Element, Form, Forms, Sequence};
use crate::lexicon::wordbook::{self, Fault, Parts, Wordbook, fault};

/// Sequences that one pattern may stand for; more are a slip of the pen.
const MOST_SEQUENCES: usize = 500;
/// Brackets inside brackets; a limit, so that no input can exhaust the stack.
const DEEPEST: usize = 8;
/// Words that a sequence may have.
const MOST_WORDS: usize = 16;
/// Gaps that a sequence may have; each multiplies the ways in which it can match.
const MOST_GAPS: usize = 4;

/// Characters of ASCII that neither part words nor may be blank, by byte.
const GOES_ON: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte < 0x7F {
        table[byte as usize] = !matches!(byte, b'(' | b')' | b'|');
        byte += 1;
    }
    table
};

/// At which end of a pattern a gap may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenEnd {
    /// At neither: a term.
    None,
    /// At the end: what comes before a match.
    Last,
    /// At the beginning: what comes after a match.
    First,
}

/// The sequences that `text` stands for.
pub(crate) fn parse(text: &str, open: OpenEnd, book: &Wordbook) -> Result<Vec<Sequence>, Fault> {
    let mut parser = Parser {
        text,
        at: 0,
        book,
        words: Vec::with_capacity(8),
        room: Vec::new(),
    };
    let found = parser.sequences(0)?;
    if let Some(c) = parser.peek() {
        return Err(fault(
            parser.at,
            format!("`{c}` without a bracket that it belongs to"),
            "alternatives stand in brackets: `(vision|mission)`",
        ));
    }
    let mut sequences = Vec::with_capacity(found.len());
    for steps in found {
        check_gaps(&steps, open)?;
        sequences.push(steps.iter().map(|step| parser.element(step)).collect());
    }
    sequences.sort();
    sequences.dedup();
    Ok(sequences)
}

/// A word or a gap and the byte at which it stands. Small, because sequences are multiplied out.
#[derive(Debug, Clone, Copy)]
struct Step {
    what: What,
    at: usize,
}

#[derive(Debug, Clone, Copy)]
enum What {
    /// Index into [`Parser::words`].
    Word(u32),
    /// Up to so many words.
    Gap(u8),
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    book: &'a Wordbook,
    /// The words of the pattern.
    words: Vec<Forms>,
    /// Room for the alternatives of a bracket, empty and used again.
    room: Vec<Form>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip_blanks(&mut self) {
        let next = self.text.as_bytes().get(self.at);
        if next.is_some_and(|b| !(b'!'..0x7F).contains(b)) {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start().len();
        }
    }

    fn element(&self, step: &Step) -> Element {
        match step.what {
            What::Word(number) => Element::Word(self.words[number as usize].clone()),
            What::Gap(most) => Element::Gap(most),
        }
    }

    fn step(&mut self, forms: Forms, at: usize) -> Step {
        self.words.push(forms);
        let what = What::Word(self.words.len() as u32 - 1);
        Step { what, at }
    }

    /// What stands until the end, a `|` or a `)`.
    fn sequences(&mut self, depth: usize) -> Result<Vec<Vec<Step>>, Fault> {
        let start = self.at;
        let mut sequences = vec![Vec::new()];
        loop {
            self.skip_blanks();
            match self.peek() {
                None | Some('|' | ')') => break,
                Some('(') => {
                    let group = self.group(depth + 1)?;
                    sequences = multiply(sequences, group, start)?;
                }
                Some('~') => {
                    let gap = self.gap()?;
                    append(&mut sequences, &[gap]);
                }
                Some(_) => self.word(&mut sequences)?,
            }
            // At once, so that no input can make a long pattern longer.
            sequences.iter().try_for_each(|steps| check_length(steps))?;
        }
        match sequences.iter().any(Vec::is_empty) {
            false => Ok(sequences),
            true if depth == 0 => Err(fault(
                start,
                "the pattern is blank",
                "write at least one word",
            )),
            true => Err(fault(
                start,
                "an alternative is empty",
                "write a word on either side of `|`; for words that may be missing write a second term",
            )),
        }
    }

    /// `(one|two words|three:n)`: the alternatives of one word each are one step.
    fn group(&mut self, depth: usize) -> Result<Vec<Vec<Step>>, Fault> {
        let open = self.at;
        if depth > DEEPEST {
            return Err(fault(
                open,
                "brackets are nested too deeply",
                "write several terms",
            ));
        }
        let mut words = std::mem::take(&mut self.room);
        let mut phrases = Vec::new();
        loop {
            self.at += 1; // the bracket or bar
            if !self.single_word(&mut words)? {
                for alternative in self.sequences(depth)? {
                    self.sort_out(alternative, &mut words, &mut phrases);
                }
            }
            match self.peek() {
                Some('|') => {}
                Some(_) => break,
                None => {
                    return Err(fault(
                        open,
                        "this bracket is not closed",
                        "close it with `)`",
                    ));
                }
            }
        }
        self.at += 1;
        self.check_close()?;
        if !words.is_empty() {
            phrases.push(vec![self.step(wordbook::tidy(&mut words), open)]);
        }
        self.room = words;
        Ok(phrases)
    }

    /// Reads an alternative of one word, which most are, into `words`; false where something else stands here.
    fn single_word(&mut self, words: &mut Vec<Form>) -> Result<bool, Fault> {
        let start = self.at;
        self.skip_blanks();
        let at = self.at;
        let run = self.run();
        self.skip_blanks();
        if matches!(self.peek(), Some('|' | ')')) && !run.is_empty() && !run.starts_with('~') {
            let parts = self.book.parts(run, at)?;
            if let Parts::One(forms) = parts {
                words.extend_from_slice(&forms);
                return Ok(true);
            }
        }
        self.at = start;
        Ok(false)
    }

    /// Puts an alternative with the words or with the phrases.
    fn sort_out(
        &self,
        alternative: Vec<Step>,
        words: &mut Vec<Form>,
        phrases: &mut Vec<Vec<Step>>,
    ) {
        match alternative[..] {
            [
                Step {
                    what: What::Word(number),
                    ..
                },
            ] => {
                words.extend_from_slice(&self.words[number as usize]);
            }
            _ => phrases.push(alternative),
        }
    }

    /// Refuses what stands against a closing bracket.
    fn check_close(&self) -> Result<(), Fault> {
        match self.peek() {
            Some(':') => Err(fault(
                self.at,
                "a mark stands behind a bracket",
                "mark each word inside: `(set:v|lay:v)`",
            )),
            Some(c) if !c.is_whitespace() && !matches!(c, '|' | ')') => Err(self.torn()),
            _ => Ok(()),
        }
    }

    /// `~3`
    fn gap(&mut self) -> Result<Step, Fault> {
        let at = self.at;
        let run = self.run();
        match run.as_bytes() {
            [_, digit @ b'1'..=b'9'] => Ok(Step {
                what: What::Gap(digit - b'0'),
                at,
            }),
            _ => Err(fault(
                at,
                format!("`{run}` is no gap"),
                "a gap reaches from `~1` (up to one word) to `~9`, with a blank before the next word",
            )),
        }
    }

    /// Appends a word with its marks; hyphens part it into several.
    fn word(&mut self, sequences: &mut [Vec<Step>]) -> Result<(), Fault> {
        let at = self.at;
        let run = self.run();
        if self.peek() == Some('(') {
            return Err(self.torn());
        }
        for forms in self.book.parts(run, at)?.as_slice() {
            let step = self.step(forms.clone(), at);
            append(sequences, &[step]);
        }
        Ok(())
    }

    /// The characters up to the next blank, bracket or bar.
    fn run(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = match rest.bytes().position(|b| !GOES_ON[usize::from(b)]) {
            Some(at) if !matches!(rest.as_bytes()[at], b' ' | b'(' | b')' | b'|') => {
                rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '|'))
            }
            end => end,
        };
        let run = &rest[..end.unwrap_or(rest.len())];
        self.at += run.len();
        run
    }

    /// Word and bracket without a blank between.
    fn torn(&self) -> Fault {
        fault(
            self.at,
            "a bracket stands against a word",
            "brackets hold whole words: put a blank between, or write the words out",
        )
    }
}

/// Refuses what is too long to be a phrase.
fn check_length(steps: &[Step]) -> Result<(), Fault> {
    if steps.len() <= MOST_GAPS {
        return Ok(());
    }
    let help = "a shorter phrase says as much: write less, or several terms";
    let gap = steps.iter().filter(|step| is_gap(step)).nth(MOST_GAPS);
    let word = steps.iter().filter(|step| !is_gap(step)).nth(MOST_WORDS);
    match (gap, word) {
        (Some(gap), _) => Err(fault(gap.at, format!("more than {MOST_GAPS} gaps"), help)),
        (_, Some(word)) => Err(fault(
            word.at,
            format!("more than {MOST_WORDS} words"),
            help,
        )),
        _ => Ok(()),
    }
}

fn is_gap(step: &Step) -> bool {
    matches!(step.what, What::Gap(_))
}

fn append(sequences: &mut [Vec<Step>], steps: &[Step]) {
    for sequence in sequences {
        sequence.extend_from_slice(steps);
    }
}

/// Every sequence so far, followed by every alternative.
fn multiply(
    mut heads: Vec<Vec<Step>>,
    tails: Vec<Vec<Step>>,
    at: usize,
) -> Result<Vec<Vec<Step>>, Fault> {
    if heads.len() * tails.len() > MOST_SEQUENCES {
        return Err(fault(
            at,
            format!("the pattern stands for more than {MOST_SEQUENCES} phrases"),
            "write several terms with fewer alternatives each",
        ));
    }
    if let [only] = &tails[..] {
        append(&mut heads, only);
        return Ok(heads);
    }
    if let [empty] = &heads[..]
        && empty.is_empty()
    {
        return Ok(tails);
    }
    let joined = |head: &Vec<Step>| {
        let head = head.clone();
        tails.iter().map(move |tail| [&head[..], tail].concat())
    };
    Ok(heads.iter().flat_map(joined).collect())
}

/// Refuses gaps in a row and gaps at an end that may not have one.
fn check_gaps(steps: &[Step], open: OpenEnd) -> Result<(), Fault> {
    if let Some(pair) = steps.windows(2).find(|pair| pair.iter().all(is_gap)) {
        return Err(fault(
            pair[1].at,
            "two gaps in a row",
            "write one gap that reaches as far as both",
        ));
    }
    let alone = steps.len() == 1;
    let first = steps
        .first()
        .filter(|step| is_gap(step) && (open != OpenEnd::First || alone));
    let last = steps
        .last()
        .filter(|step| is_gap(step) && (open != OpenEnd::Last || alone));
    let help = match open {
        _ if alone => "write a word beside the gap",
        OpenEnd::None => "a gap stands between words",
        OpenEnd::Last => "before a match a gap may stand between words or at the end",
        OpenEnd::First => "after a match a gap may stand at the beginning or between words",
    };
    match first.or(last) {
        Some(step) => Err(fault(step.at, "a gap at an end of the pattern", help)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, open: OpenEnd) -> Result<Vec<Sequence>, Fault> {
        super::parse(text, open, &Wordbook::default())
    }

    /// Words with `/` between alternatives, one sequence a string.
    fn read(text: &str) -> Vec<String> {
        let shown = |element: &Element| match element {
            Element::Gap(n) => format!("~{n}"),
            Element::Word(forms) => {
                let forms: Vec<_> = forms
                    .iter()
                    .map(|f| format!("{}{}", f.text, if f.prefix { "*" } else { "" }))
                    .collect();
                forms.join("/")
            }
        };
        let sequences = parse(text, OpenEnd::None).unwrap();
        sequences
            .iter()
            .map(|s| s.iter().map(shown).collect::<Vec<_>>().join(" "))
            .collect()
    }

    fn fault_of(text: &str) -> (usize, String) {
        let fault = parse(text, OpenEnd::None).unwrap_err();
        (fault.at, fault.problem)
    }

    #[test]
    fn case_hyphens_and_quotes_are_folded() {
        assert_eq!(read("Long-Term Don’t"), ["long term don't"]);
    }

    #[test]
    fn alternatives_of_one_word_are_one_step() {
        assert_eq!(read("our (vision|mission) now"), ["our mission/vision now"]);
    }

    #[test]
    fn alternatives_of_several_words_are_multiplied_out() {
        assert_eq!(
            read("(set|lay out) (a|b c)"),
            ["lay out a", "lay out b c", "set a", "set b c"]
        );
    }

    #[test]
    fn equal_patterns_are_equal_however_they_are_written() {
        assert_eq!(read("(b|a)  c"), read("(a|b|a) C"));
    }

    #[test]
    fn a_mark_asks_for_the_forms_of_the_last_part_of_a_hyphenated_word() {
        assert_eq!(read("team-goal:n"), ["team goal/goals"]);
    }

    #[test]
    fn a_wildcard_swallows_the_forms_that_it_covers() {
        assert_eq!(read("(innovat*|innovation)"), ["innovat*"]);
    }

    #[test]
    fn a_word_stands_for_both_spellings() {
        assert_eq!(read("organise"), ["organise/organize"]);
    }

    #[test]
    fn an_open_bracket_is_shown_where_it_opens() {
        assert_eq!(
            fault_of("our (vision|aim"),
            (4, "this bracket is not closed".into())
        );
    }

    #[test]
    fn a_closing_bracket_alone_is_refused() {
        assert_eq!(fault_of("vision)").0, 6);
    }

    #[test]
    fn an_empty_alternative_is_refused_where_it_is_missing() {
        assert_eq!(
            fault_of("(vision|) x"),
            (8, "an alternative is empty".into())
        );
    }

    #[test]
    fn bad_gaps_are_refused_where_they_stand() {
        for (text, at) in [
            ("a ~0 b", 2),
            ("a ~12 b", 2),
            ("~2 b", 0),
            ("a ~2", 2),
            ("a ~1 ~2 b", 5),
            ("a ~ b", 2),
            ("~3", 0),
        ] {
            assert_eq!(fault_of(text).0, at, "{text}");
        }
    }

    #[test]
    fn a_gap_may_end_what_comes_before_a_match() {
        assert!(parse("under ~3", OpenEnd::Last).is_ok());
        assert!(parse("~3 under", OpenEnd::Last).is_err());
    }

    #[test]
    fn a_gap_made_double_by_an_alternative_is_refused() {
        assert_eq!(fault_of("(a ~1|b) ~2 c").1, "two gaps in a row");
    }

    #[test]
    fn wildcards_inside_or_alone_are_refused() {
        for (text, at) in [("a*b", 1), ("x *", 2), ("long-*", 0), ("**", 0)] {
            assert_eq!(fault_of(text).0, at, "{text}");
        }
    }

    #[test]
    fn a_sign_that_no_word_holds_is_refused() {
        assert_eq!(fault_of("r&d").0, 1);
        assert_eq!(fault_of("plan/budget").0, 4);
    }

    #[test]
    fn a_pattern_that_explodes_is_refused() {
        let text = "(a b|c d|e f|g h) ".repeat(8);
        assert!(fault_of(&text).1.contains("500"));
    }

    #[test]
    fn deep_brackets_are_refused_and_do_not_exhaust_the_stack() {
        assert!(parse(&"(".repeat(100_000), OpenEnd::None).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused_inside_itself(text in "[a-c(|)~1* :nv\u{e9}-]{0,30}") {
            if let Err(fault) = parse(&text, OpenEnd::None) {
                proptest::prop_assert!(fault.at <= text.len() && text.is_char_boundary(fault.at));
            }
        }
    }
}
