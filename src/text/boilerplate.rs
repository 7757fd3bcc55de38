//! Recognises units that are the same in any posting of an employer: equal-opportunity
//! notes, benefits, pay, hours, how to apply, debris of web pages.
//!
//! **In:** a text, its [`Token`]s, its [`Unit`]s. **Out:** the kinds of the units, some of
//! them now [`UnitKind::Boilerplate`]. **Unit:** weights of cues, whole numbers.
//!
//! The phrases are in `src/text/data/boilerplate.txt`, for people to extend. Decisions
//! that live here:
//!
//! 1. *A unit is boilerplate by its own words*: the weights of its cues add up to
//!    [`ENOUGH`]; words of duties and opinions count against it, down to [`MOST_AGAINST`].
//! 2. *Or by its section*: under a heading such as "Benefits", up to the next
//!    heading, unless its words speak against it.
//! 3. *Precision first*: a duty taken for boilerplate is lost to the scores, a
//!    benefit taken for a duty is one more sentence that matches nothing.

mod phrases;

use serde::{Deserialize, Serialize};
use wide::u8x16;

use crate::text::bits;
use crate::text::document::{Genre, Unit, UnitKind};
use crate::text::tokenize::Token;
use crate::text::vocabulary::{Vocabulary, WordId};
use crate::text::words::{Roles, UnitWords, Words};

use phrases::{Phrase, Sense, read};

/// Weight that makes a unit boilerplate.
const ENOUGH: i32 = 3;
/// The same right behind another unit of boilerplate.
const ENOUGH_BEHIND: i32 = 2;
/// What words of duties take away at most.
const MOST_AGAINST: i32 = -6;
/// A unit of a section with this weight or less is none of it.
const AGAINST_SECTION: i32 = -3;
/// A unit of a section with more words than this needs some weight of its own.
const LONGEST_IN_SECTION: usize = 15;
/// So many units in a row that speak against a section end it.
const MOST_STRIKES: u8 = 2;
/// A label in front of more words than this says nothing of them.
const LONGEST_LABELLED: usize = 25;
/// Headings of more words name no section.
const LONGEST_HEADING: usize = 8;

/// Where a unit stands: under which heading, behind what.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Under a heading of boilerplate.
    section: bool,
    /// Units in a row that did not belong to the section.
    strikes: u8,
    /// Right behind a unit of boilerplate.
    behind: bool,
}

impl Place {
    /// True where a unit of `weight` and so many words here is boilerplate; notes it.
    fn takes(&mut self, weight: i32, words: usize) -> bool {
        let enough = if self.behind { ENOUGH_BEHIND } else { ENOUGH };
        let short = words <= LONGEST_IN_SECTION || weight > 0;
        let of_section = self.section && weight > AGAINST_SECTION && short;
        self.behind = weight >= enough || of_section;
        self.strikes = if self.behind {
            0
        } else {
            self.strikes + u8::from(self.section)
        };
        self.section &= self.strikes < MOST_STRIKES;
        self.behind
    }
}

/// The phrases of boilerplate, as numbers of words.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Boilerplate {
    /// For each word its part in phrases. Small, and asked of every word.
    roles: Box<[Role]>,
    /// For each word where the phrases are that begin with it.
    first: Vec<Begun>,
    /// Sorted by first word, those of several words first, longest first.
    phrases: Vec<Phrase>,
    /// A bit for each pair of words with which a phrase begins.
    pairs: Box<[u64]>,
}

const PAIRS: usize = 1024;

/// The part of a word in phrases.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Role {
    /// [`FIRST`], [`ALONE`].
    places: u8,
    /// Its weight by itself.
    cue: i8,
}

/// The first word of a phrase of several.
const FIRST: u8 = 1;
/// A phrase by itself.
const ALONE: u8 = 2;

/// Ranges of `phrases` that begin with one word.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Begun {
    start: u32,
    /// First of the phrases of this word alone.
    single: u32,
    end: u32,
}

impl Boilerplate {
    /// Read the built-in phrases; their words are added to `vocabulary`. Texts must be
    /// tokenised with that vocabulary or one that grew from it.
    pub fn new(vocabulary: &mut Vocabulary) -> Self {
        let mut found = read(include_str!("data/boilerplate.txt"), vocabulary);
        found.sort_by_key(|(first, phrase)| (*first, std::cmp::Reverse(phrase.rest.len())));
        let mut first = vec![Begun::default(); vocabulary.len()];
        let mut pairs: Box<[u64]> = [0; PAIRS].into();
        for (at, (word, phrase)) in (0..).zip(&found) {
            let begun = &mut first[word.0 as usize];
            if begun.end == 0 {
                begun.start = at;
            }
            begun.end = at + 1;
            if let Some(second) = phrase.rest.first() {
                begun.single = at + 1;
                let (place, bit) = pair_bit(*word, *second);
                pairs[place] |= bit;
            }
            begun.single = begun.single.max(begun.start);
        }
        let mut roles = vec![Role::default(); vocabulary.len()];
        for (word, phrase) in &found {
            let role = &mut roles[word.0 as usize];
            if !phrase.rest.is_empty() {
                role.places |= FIRST;
                continue;
            }
            role.places |= ALONE;
            if let Sense::Cue(weight) = phrase.sense {
                role.cue = weight;
            }
        }
        let phrases = found.into_iter().map(|(_, phrase)| phrase).collect();
        Self {
            roles: roles.into(),
            first,
            phrases,
            pairs,
        }
    }

    #[inline]
    fn role(&self, token: &Token) -> Role {
        self.roles
            .get(token.word.0 as usize)
            .copied()
            .unwrap_or_default()
    }

    /// True where phrases begin with the word.
    pub fn begins(&self, word: WordId) -> bool {
        let role = self.roles.get(word.0 as usize);
        role.is_some_and(|role| role.places & (FIRST | ALONE) != 0)
    }

    /// True where a phrase of several words may begin at word `at` of `words`, which has this role.
    #[inline]
    fn is_paired(&self, role: Role, words: &[Token], at: usize) -> bool {
        role.places & FIRST != 0
            && words.get(at + 1).is_some_and(|next| {
                let (place, bit) = pair_bit(words[at].word, next.word);
                self.pairs[place] & bit != 0
            })
    }

    /// The phrases that may stand at word `at` of `words`.
    fn phrases_at(&self, words: &[Token], at: usize) -> &[Phrase] {
        let Some(token) = words.get(at) else {
            return &[];
        };
        let role = self.role(token);
        let paired = self.is_paired(role, words, at);
        if !paired && role.places & ALONE == 0 {
            return &[];
        }
        let Some(begun) = self.first.get(token.word.0 as usize) else {
            return &[];
        };
        let start = if paired { begun.start } else { begun.single };
        &self.phrases[start as usize..begun.end as usize]
    }

    /// Mark the units that are boilerplate; headings stay headings. `words` has those of each
    /// unit.
    pub fn mark(&self, text: &str, words: &Words, units: &mut [Unit]) {
        let mut place = Place::default();
        for (at, unit) in units.iter_mut().enumerate() {
            let UnitWords { tokens, begun, .. } = words.of_unit(at);
            if unit.kind == UnitKind::Heading && !self.is_no_heading(text, *unit, tokens) {
                place = self.under_heading(tokens, place);
            } else if place.takes(self.weight(text, *unit, tokens, begun), tokens.len()) {
                place.section |= announces(unit.span.of(text));
                unit.kind = UnitKind::Boilerplate;
            } else if unit.kind == UnitKind::Heading {
                unit.kind = UnitKind::Boilerplate;
            }
        }
    }

    /// The same for a text whose words are not at hand.
    pub fn mark_text(&self, text: &str, vocabulary: &Vocabulary, units: &mut [Unit]) {
        let roles = Roles::new(vocabulary, |_, _| false, |word| self.begins(word));
        let mut words = Words::default();
        for unit in units.iter() {
            words.add(text, unit.span, Genre::Any, vocabulary, &roles);
        }
        self.mark(text, &words, units);
    }

    /// What stood alone like a heading is a field of a form or a page number.
    fn is_no_heading(&self, text: &str, unit: Unit, words: &[Token]) -> bool {
        let whole = |sense| sense == Sense::Whole;
        let field = !words.is_empty()
            && (self.longest(words, 0, whole))
                .is_some_and(|phrase| phrase.rest.len() + 1 == words.len());
        field && !unit.span.of(text).ends_with(':') || is_debris(unit.span.of(text))
    }

    /// Where the units below the heading `words` stand.
    fn under_heading(&self, words: &[Token], above: Place) -> Place {
        let section = self.opens_section(words, above.section);
        Place {
            section,
            strikes: 0,
            behind: section,
        }
    }

    /// True where the heading `words` rules boilerplate below it.
    fn opens_section(&self, words: &[Token], open: bool) -> bool {
        let mut section = false;
        let mut weight = 0;
        let mut at = 0;
        while at < words.len() {
            let mut step = 1;
            if let Some(phrase) = self.longest(words, at, |sense| {
                matches!(sense, Sense::Section | Sense::Content)
            }) {
                if phrase.sense == Sense::Content {
                    return false;
                }
                section = true;
                step += phrase.rest.len();
            } else if open {
                weight += self.weight_at(words, at);
            }
            at += step;
        }
        (section && words.len() <= LONGEST_HEADING) || (open && weight >= ENOUGH_BEHIND)
    }

    fn weight_at(&self, words: &[Token], at: usize) -> i32 {
        match self.longest(words, at, |sense| matches!(sense, Sense::Cue(_))) {
            Some(Phrase {
                sense: Sense::Cue(weight),
                ..
            }) => i32::from(*weight),
            _ => 0,
        }
    }

    /// The weight of a unit whose words are `words`; phrases may begin at those in `begun`.
    fn weight(&self, text: &str, unit: Unit, words: &[Token], begun: &[u64]) -> i32 {
        if is_debris(unit.span.of(text)) {
            return ENOUGH;
        }
        let mut sum = Sum::default();
        // Words before it are used up.
        let mut free = 0;
        for at in bits::places(begun) {
            if at < free {
                continue;
            }
            let role = self.role(&words[at]);
            if at > 0 && !self.is_paired(role, words, at) {
                sum.add(role.cue);
                continue;
            }
            let phrases = self.phrases_at(words, at);
            if at == 0 && self.names_field(text, unit, words, phrases) {
                return ENOUGH;
            }
            free = at + self.add_cues(words, at, phrases, &mut sum);
        }
        sum.for_it + sum.against.max(MOST_AGAINST)
    }

    /// True where a unit is one of the phrases that are boilerplate alone, or begins with a label.
    fn names_field(&self, text: &str, unit: Unit, words: &[Token], phrases: &[Phrase]) -> bool {
        (phrases.iter()).any(|phrase| match phrase.sense {
            Sense::Whole => phrase.rest.len() + 1 == words.len() && continues(phrase, words, 0),
            Sense::Label if words.len() <= LONGEST_LABELLED => {
                continues(phrase, words, 0) && is_label(text, unit, words[phrase.rest.len()])
            }
            _ => false,
        })
    }

    /// Add the weights of the cues at word `at`; gives the number of words that they use up. A
    /// phrase for the head of a unit leaves its words to the others.
    fn add_cues(&self, words: &[Token], at: usize, phrases: &[Phrase], sum: &mut Sum) -> usize {
        for phrase in phrases {
            match phrase.sense {
                Sense::Begin(weight) if at == 0 && continues(phrase, words, at) => sum.add(weight),
                Sense::Cue(weight) if continues(phrase, words, at) => {
                    sum.add(weight);
                    return 1 + phrase.rest.len();
                }
                _ => {}
            }
        }
        1
    }

    /// The longest phrase of a sense that is asked for and that stands at word `at`.
    fn longest(
        &self,
        words: &[Token],
        at: usize,
        wanted: impl Fn(Sense) -> bool,
    ) -> Option<&Phrase> {
        (self.phrases_at(words, at).iter())
            .find(|phrase| wanted(phrase.sense) && continues(phrase, words, at))
    }
}

/// Weights for and against.
#[derive(Debug, Default)]
struct Sum {
    for_it: i32,
    against: i32,
}

impl Sum {
    fn add(&mut self, weight: i8) {
        self.for_it += i32::from(weight.max(0));
        self.against += i32::from(weight.min(0));
    }
}

/// True where the words behind word `at` are the rest of `phrase`.
fn continues(phrase: &Phrase, words: &[Token], at: usize) -> bool {
    let behind = &words[at + 1..];
    behind.len() >= phrase.rest.len()
        && (phrase.rest.iter().zip(behind)).all(|(word, token)| *word == token.word)
}

fn pair_bit(first: WordId, second: WordId) -> (usize, u64) {
    let hash = (first.0.wrapping_mul(0x9E37_79B1) ^ second.0.wrapping_mul(0x85EB_CA77)) >> 16;
    ((hash >> 6) as usize % PAIRS, 1 << (hash & 63))
}

/// `Location: Leeds`, `Pay - 12 an hour`, `Type (full or part time): full`: a colon or a loose dash
/// follows the word.
fn is_label(text: &str, unit: Unit, last: Token) -> bool {
    let behind = text
        .get(last.end as usize..unit.span.end as usize)
        .unwrap_or_default();
    let mut behind = behind.trim_start_matches([' ', '*', '_', '.', '\u{a0}']);
    if let Some((bracket, rest)) = behind
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
    {
        behind = if bracket.len() <= 40 {
            rest.trim_start()
        } else {
            behind
        };
    }
    behind.starts_with(':')
        || behind.starts_with("- ")
        || behind.starts_with("– ")
        || behind.starts_with('：')
}

/// The unit announces a list: `You get benefits including`, `We offer:`.
fn announces(unit: &str) -> bool {
    [":", "including", "include"]
        .iter()
        .any(|end| unit.ends_with(end))
}

/// A letter at its head and a blank soon behind it: what nearly all units are.
#[inline]
fn holds_words(unit: &[u8]) -> bool {
    let blank = match unit.first_chunk() {
        Some(head) => u8x16::new(*head).simd_eq(u8x16::splat(b' ')).to_bitmask() != 0,
        None => unit.contains(&b' '),
    };
    blank && unit[0].is_ascii_alphabetic()
}

/// No letters at all (`11/07/22`), a page number, one web or mail address.
#[inline]
fn is_debris(unit: &str) -> bool {
    let bytes = unit.as_bytes();
    if holds_words(bytes) && !bytes.ends_with(b">") && !bytes.starts_with(b"Page ") {
        return false;
    }
    has_no_words(unit)
}

fn has_no_words(unit: &str) -> bool {
    if unit.len() > 60 && unit.as_bytes()[..60].contains(&b' ') {
        return false;
    }
    let page = unit.len() <= 12
        && unit.contains(" of ")
        && unit
            .bytes()
            .all(|b| b.is_ascii_digit() || b" ofPage".contains(&b));
    let mail = unit.contains('@') && unit.ends_with('>');
    let letters = unit.bytes().any(|b| b.is_ascii_alphabetic() || b >= 0xc3);
    let address = !unit.contains(' ')
        && (unit.contains("://") || unit.contains('@') || unit.starts_with("www."));
    !letters || address || page || mail
}
