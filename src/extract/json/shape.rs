//! Which arrays of objects an object holds.
//!
//! **In:** an object of any size. **Out:** its [`Shape`]. **Unit:** bytes from the beginning of the
//! source. The decision that lives here: how much is remembered of names and arrays.

use std::io::{self, SeekFrom};

use crate::extract::Source;
use crate::extract::json::nesting::Nesting;
use crate::extract::stream::CHUNK;

/// The members of an object that are arrays of objects.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Name, and the place of the bracket.
    arrays: Vec<(Vec<u8>, u64)>,
    /// True where something follows the object.
    followed: bool,
}

/// The longest name of a member that is remembered, in bytes.
const LONGEST_NAME: usize = 1000;

/// How many arrays are remembered: more than one is as good as many.
const ARRAYS: usize = 1000;

impl Shape {
    /// Looks through the object that begins at `at`.
    pub(super) fn of(source: &mut dyn Source, at: u64) -> io::Result<Self> {
        source.seek(SeekFrom::Start(at))?;
        let mut search = Search::default();
        let (mut chunk, mut place) = (vec![0; CHUNK], at);
        loop {
            let count = source.read(&mut chunk)?;
            for &byte in &chunk[..count] {
                if search.ends(byte, place) {
                    return Ok(search.shape);
                }
                place += 1;
            }
            if count == 0 {
                return Ok(search.shape);
            }
        }
    }

    /// Where the array begins whose elements are the rows.
    pub(super) fn array(&self, wanted: Option<&str>) -> Option<u64> {
        if self.followed {
            return None;
        }
        let named = |(name, _): &&(Vec<u8>, u64)| wanted.is_some_and(|w| w.as_bytes() == name);
        match (self.arrays.iter().find(named), &self.arrays[..]) {
            (Some(&(_, place)), _) | (None, &[(_, place)]) => Some(place),
            _ => None,
        }
    }
}

/// The search for arrays of objects in an object.
#[derive(Debug, Default)]
struct Search {
    shape: Shape,
    nesting: Nesting,
    /// True behind the first bracket.
    begun: bool,
    /// The string of the outermost level that was read last: before an array, its name.
    name: Vec<u8>,
    /// The bracket of an array whose first element is not yet seen.
    bracket: Option<u64>,
}

impl Search {
    /// Takes the next byte, which stands at `place`; true where the search is over.
    fn ends(&mut self, byte: u8, place: u64) -> bool {
        let was_in_string = self.nesting.in_string;
        if self.nesting.passes_string(byte) {
            self.bracket = None;
            if self.nesting.depth == 1 {
                match was_in_string && self.nesting.in_string {
                    true if self.name.len() < LONGEST_NAME => self.name.push(byte),
                    false if !was_in_string => self.name.clear(),
                    _ => {}
                }
            }
            return false;
        }
        if byte.is_ascii_whitespace() {
            return false;
        }
        if self.begun && self.nesting.depth == 0 {
            self.shape.followed = true;
            return true;
        }
        let bracket = self.bracket.take().filter(|_| byte == b'{');
        if let Some(bracket) = bracket
            && self.shape.arrays.len() < ARRAYS
        {
            self.shape.arrays.push((self.name.clone(), bracket));
        }
        self.bracket = (byte == b'[' && self.nesting.depth == 1).then_some(place);
        self.nesting.turn(byte);
        self.begun = true;
        false
    }
}
