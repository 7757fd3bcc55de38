//! Files that Office wrote until 2003, and encrypted ones: a folder in a file (OLE).
//!
//! **In:** the bytes of a file. **Out:** why it is not read. **Unit:** sectors, as the file
//! counts them.
//!
//! The decisions that live here: that these formats are not read, for no library that can
//! is kept and safe; and that a person is told what to do. A text file that somebody named
//! `.doc` is read as text.

use crate::extract::extracted::Extracted;
use crate::extract::limits::Limits;
use crate::extract::office::package::ENCRYPTED;
use crate::extract::plain;

const MAGIC: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// What stands in the folder, by the beginning of the name of an entry, and why such a
/// file is not read. The first that is found tells.
const KINDS: &[(&str, &str)] = &[
    ("EncryptedPackage", ENCRYPTED),
    ("WordDocument", "Word 97-2003 document: save it as .docx"),
    (
        "PowerPoint Document",
        "PowerPoint 97-2003 presentation: save it as .docx or .pdf",
    ),
    ("__substg1.0_", "Outlook message: save it as .eml"),
    (WORKBOOK, "Excel 97-2003 workbook: save it as .xlsx"),
    ("Book", "Excel 95 workbook: save it as .xlsx"),
];

const WORKBOOK: &str = "Workbook";

/// Why a file is not read; the text of one that only has the extension.
///
/// # Errors
///
/// The reason, in words, unless the file is plain text.
pub(crate) fn extract(bytes: Vec<u8>, _: &Limits) -> Result<Extracted, String> {
    match reason(&bytes) {
        Some(reason) => Err(reason),
        None => plain::extract(bytes),
    }
}

/// True for the first bytes of a file of Office that is no workbook, where they hold the
/// list of what is in it.
pub(crate) fn is_ole(head: &[u8]) -> bool {
    let kind = kind(head);
    kind.is_some_and(|(name, _)| !matches!(*name, WORKBOOK | "Book"))
}

/// Why a file of this kind is not read; `None` for other files.
pub(super) fn reason(bytes: &[u8]) -> Option<String> {
    if !bytes.starts_with(MAGIC) {
        return None;
    }
    let reason = kind(bytes).map_or("Office 97-2003 file: save it in a newer format", |k| k.1);
    Some(reason.to_owned())
}

fn kind(bytes: &[u8]) -> Option<&'static (&'static str, &'static str)> {
    let sectors = Sectors::of(bytes)?;
    let first = number(bytes, 48)?;
    let folder = std::iter::successors(Some(first), |&sector| sectors.next(sector));
    let entries: Vec<&[u8]> = (folder.take(MOST).map_while(|sector| sectors.get(sector)))
        .flat_map(|sector| sector.chunks_exact(128))
        .collect();
    KINDS.iter().find(|(name, _)| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entries.iter().any(|entry| entry.starts_with(&name))
    })
}

/// Sectors of the folder that are looked at; a hostile file may have it run in a circle.
const MOST: usize = 64;

/// The sectors of a file.
struct Sectors<'b> {
    bytes: &'b [u8],
    /// The size of one is 2 to the power of this.
    shift: u32,
}

impl<'b> Sectors<'b> {
    fn of(bytes: &'b [u8]) -> Option<Self> {
        let shift = u32::from(*bytes.get(30)?);
        (bytes.starts_with(MAGIC) && matches!(shift, 9 | 12)).then_some(Self { bytes, shift })
    }

    fn start(&self, sector: u32) -> Option<usize> {
        usize::try_from((u64::from(sector) + 1) << self.shift).ok()
    }

    fn get(&self, sector: u32) -> Option<&'b [u8]> {
        let start = self.start(sector)?;
        self.bytes.get(start..start.checked_add(1 << self.shift)?)
    }

    /// The sector that follows in the same stream, by the table whose first sectors the
    /// header lists.
    fn next(&self, sector: u32) -> Option<u32> {
        let numbers = 1 << (self.shift - 2);
        let listed = usize::try_from(sector / numbers)
            .ok()
            .filter(|&at| at < 109)?;
        let table = self.start(number(self.bytes, 76 + 4 * listed)?)?;
        number(
            self.bytes,
            table.checked_add(4 * (sector % numbers) as usize)?,
        )
    }
}

/// The number of four bytes at that place.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with one entry in its folder.
    fn file(entry: &str) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.resize(512 + 4096, 0);
        bytes[30] = 9;
        let name: Vec<u8> = entry.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes[512 + 128..][..name.len()].copy_from_slice(&name);
        bytes
    }

    #[test]
    fn an_old_word_file_is_told_with_a_way_out() {
        let reason = extract(file("WordDocument"), &Limits::default()).unwrap_err();
        assert_eq!(reason, "Word 97-2003 document: save it as .docx");
    }

    #[test]
    fn an_encrypted_file_is_told_as_such() {
        let reason = reason(&file("EncryptedPackage")).unwrap();
        assert_eq!(reason, "encrypted: save it without a password");
    }

    #[test]
    fn a_workbook_is_left_to_those_who_read_workbooks() {
        assert!(!is_ole(&file("Workbook")) && is_ole(&file("WordDocument")));
    }

    #[test]
    fn text_in_a_file_of_that_name_is_read() {
        let extracted = extract(b"We plan.".to_vec(), &Limits::default()).unwrap();
        assert_eq!(extracted.text, "We plan.");
    }

    #[test]
    fn a_folder_that_is_not_in_the_file_is_nowhere() {
        let mut bytes = file("WordDocument");
        bytes[48..52].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(reason(&bytes).unwrap().starts_with("Office 97-2003"));
    }
}
