//! What a Parquet file says of itself, looked at before the library believes it.
//!
//! **In:** bytes in the compact protocol of Thrift. **Out:** whether they are sound, and the
//! sizes that a page claims. **Unit:** bytes.
//!
//! One decision lives here: what the library must be kept from. It descends into a schema as
//! deep as it goes and makes room for as many children, and as many entries of a dictionary,
//! as are claimed.

/// Reads values of the compact protocol. Each gives `None` where the bytes end or lie.
struct Compact<'b> {
    bytes: &'b [u8],
}

/// Kinds of values.
const I32: u8 = 5;
const LIST: u8 = 9;
const STRUCTURE: u8 = 12;

/// How deep values of other kinds than the schema may be nested; Parquet needs five.
const DEPTH: u32 = 32;

/// How deep a schema may be nested.
const SCHEMA_DEPTH: usize = 100;

impl Compact<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A number that may be negative.
    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn pass(&mut self, count: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    /// The next field of a structure: its number and kind, which is 0 at the end. `last` is the
    /// number of the field before it.
    fn field(&mut self, last: &mut i64) -> Option<(i64, u8)> {
        let head = self.byte()?;
        let kind = head & 0x0F;
        if kind > 0 {
            *last = match head >> 4 {
                0 => self.signed()?,
                step => *last + i64::from(step),
            };
        }
        Some((*last, kind))
    }

    /// How many items a list has, and of which kind. Each takes a byte at least.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.number()?,
            count => u64::from(count),
        };
        (count <= self.bytes.len() as u64).then_some((count, head & 0x0F))
    }

    /// Passes over a value.
    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        match kind {
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.number().map(drop),
            7 => self.pass(8),
            8 => {
                let length = self.number()?;
                self.pass(length)
            }
            LIST | 10 => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.skip_item(kind, depth))
            }
            11 => self.skip_map(depth),
            STRUCTURE => {
                let mut last = 0;
                loop {
                    match self.field(&mut last)? {
                        (_, 0) => return Some(()),
                        (_, kind) => self.skip(kind, depth + 1)?,
                    }
                }
            }
            13 => self.pass(16),
            _ => None,
        }
    }

    /// An item of a list: a truth takes a byte there.
    fn skip_item(&mut self, kind: u8, depth: u32) -> Option<()> {
        match kind {
            1 | 2 => self.pass(1),
            kind => self.skip(kind, depth + 1),
        }
    }

    fn skip_map(&mut self, depth: u32) -> Option<()> {
        let count = self.number()?;
        if count == 0 {
            return Some(());
        }
        if count > self.bytes.len() as u64 {
            return None;
        }
        let kinds = self.byte()?;
        (0..count).try_for_each(|_| {
            self.skip_item(kinds >> 4, depth)?;
            self.skip_item(kinds & 0x0F, depth)
        })
    }

    /// How many entries a dictionary claims to have; `last` is the field of its page that was read
    /// last.
    fn entries(&mut self, mut last: i64) -> Option<u64> {
        loop {
            match self.field(&mut last)? {
                (_, 0) => return Some(0),
                (7, STRUCTURE) => break,
                (_, kind) => self.skip(kind, 0)?,
            }
        }
        match self.field(&mut 0)? {
            (1, I32) => u64::try_from(self.signed()?).ok(),
            _ => None,
        }
    }

    /// A list of the elements of a schema, each before its children.
    fn schema(&mut self) -> Option<()> {
        let (count, kind) = self.list()?;
        if kind != STRUCTURE {
            return None;
        }
        let mut open: Vec<u64> = Vec::new();
        for _ in 0..count {
            let children = self.children()?;
            if children > count {
                return None;
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            if children > 0 {
                open.push(children);
            }
            while open.last() == Some(&0) {
                open.pop();
            }
            if open.len() > SCHEMA_DEPTH {
                return None;
            }
        }
        Some(())
    }

    /// Passes over an element of a schema; gives how many children it has.
    fn children(&mut self) -> Option<u64> {
        let (mut last, mut children) = (0, 0);
        loop {
            match self.field(&mut last)? {
                (_, 0) => return Some(children),
                (5, I32) => children = u64::try_from(self.signed()?).ok()?,
                (_, kind) => self.skip(kind, 0)?,
            }
        }
    }
}

/// True where the description of a file holds together and its schema is no deeper than any
/// that is honest.
pub(super) fn is_sound_description(bytes: &[u8]) -> bool {
    let mut compact = Compact { bytes };
    let mut last = 0;
    loop {
        let passed = match compact.field(&mut last) {
            None => return false,
            Some((_, 0)) => return true,
            Some((2, LIST)) => compact.schema(),
            Some((_, kind)) => compact.skip(kind, 0),
        };
        if passed.is_none() {
            return false;
        }
    }
}

/// What a page claims.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// Bytes when unpacked.
    pub(super) unpacked: u64,
    /// Entries, where it is a dictionary.
    pub(super) entries: u64,
}

/// The kind of a page that is a dictionary.
const DICTIONARY: i64 = 2;

/// What the page claims whose head begins `bytes`; `None` where it is not sound.
pub(super) fn page(bytes: &[u8]) -> Option<Page> {
    let mut compact = Compact { bytes };
    let mut last = 0;
    let mut first = [0; 3];
    for (n, value) in first.iter_mut().enumerate() {
        if compact.field(&mut last)? != (n as i64 + 1, I32) {
            return None;
        }
        *value = compact.signed()?;
    }
    let unpacked = u64::try_from(first[1]).ok()?;
    let entries = match first[0] {
        DICTIONARY => compact.entries(last)?,
        _ => 0,
    };
    Some(Page { unpacked, entries })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A description with a schema of so many groups inside each other.
    fn nested(depth: usize) -> Vec<u8> {
        let mut bytes = vec![0x15, 2, 0x19, 0xFC];
        let mut count = depth;
        while count > 0x7F {
            bytes.push(count as u8 | 0x80);
            count >>= 7;
        }
        bytes.push(count as u8);
        (0..depth).for_each(|_| bytes.extend_from_slice(&[0x55, 2, 0]));
        bytes.push(0);
        bytes
    }

    #[test]
    fn a_schema_of_honest_depth_is_sound() {
        assert!(is_sound_description(&nested(20)));
    }

    #[test]
    fn a_schema_of_endless_depth_is_not() {
        assert!(!is_sound_description(&nested(100_000)));
    }

    #[test]
    fn a_schema_that_claims_more_children_than_elements_is_not_sound() {
        assert!(!is_sound_description(&[
            0x29, 0x1C, 0x55, 0xFE, 0xFF, 0x7F, 0, 0
        ]));
    }

    #[test]
    fn a_page_tells_its_sizes() {
        let page = page(&[0x15, 4, 0x15, 40, 0x15, 20, 0x4C, 0x15, 10, 0]);
        assert_eq!(
            page,
            Some(Page {
                unpacked: 20,
                entries: 5
            })
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            is_sound_description(&bytes);
            page(&bytes);
        }
    }
}
