//! The zip file that an office document is.
//!
//! **In:** the bytes of the file. **Out:** its parts, by name. **Unit:** bytes.
//!
//! The decisions that live here:
//!
//! 1. *Size*: all parts that are read share [`Limits::unpacked`], counted while they are
//!    unpacked, for what the archive says of sizes may be a lie.
//! 2. *Names* are found in any case and with either slash, as word processors find them.
//! 3. *Which zip files are documents*: by the names that stand before the members, which
//!    an archive that holds a document as a member does not begin with.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::extract::decode;
use crate::extract::limits::Limits;

/// An open document.
pub(super) struct Package {
    archive: ZipArchive<Cursor<Vec<u8>>>,
    parts: HashMap<String, usize>,
    /// Bytes that may still be unpacked.
    left: u64,
}

impl Package {
    /// Opens a document.
    ///
    /// # Errors
    ///
    /// The reason, in words, if it is no zip file or is cut off.
    pub(super) fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err(decode::EMPTY.to_owned());
        }
        if !bytes.starts_with(b"PK") {
            return Err("damaged, or of another format: it is no zip file inside".to_owned());
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| reason(&error))?;
        let name = |index| Some((plain_name(&archive.name_for_index(index)?.ok()?), index));
        Ok(Self {
            parts: (0..archive.len()).filter_map(name).collect(),
            archive,
            left: limits.unpacked,
        })
    }

    /// The text of a part; `None` where there is no such part.
    ///
    /// # Errors
    ///
    /// The reason, in words, if it is encrypted, damaged or not text, or if it is larger
    /// than what is left of the limit.
    pub(super) fn part(&mut self, name: &str, limits: &Limits) -> Result<Option<String>, String> {
        let Some(&index) = self.parts.get(&plain_name(name)) else {
            return Ok(None);
        };
        let member = self.archive.by_index(index).map_err(|e| reason(&e))?;
        let mut bytes = Vec::new();
        let read = member.take(self.left + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > self.left {
            return Err(limits.too_much());
        }
        read.map_err(|_| format!("damaged: {name} cannot be unpacked"))?;
        self.left -= bytes.len() as u64;
        let decoded = decode::decode(bytes).map_err(|why| format!("damaged: {name}: {why}"))?;
        Ok(Some(decoded.text))
    }

    /// How many members have a name that begins so.
    pub(super) fn count(&self, prefix: &str) -> usize {
        let prefix = plain_name(prefix);
        (self.parts.keys())
            .filter(|name| name.starts_with(&prefix))
            .count()
    }
}

fn plain_name(name: &str) -> String {
    name.trim_start_matches('/')
        .replace('\\', "/")
        .to_ascii_lowercase()
}

fn reason(error: &ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED => ENCRYPTED,
        ZipError::CompressionMethodNotSupported(_) => "compressed in a way that is not supported",
        _ => "truncated or damaged: the zip file has no end that fits",
    }
    .to_owned()
}

/// Why a document with a password is not read.
pub(super) const ENCRYPTED: &str = "encrypted: save it without a password";

/// True for the first bytes of a word-processing document in Office Open XML.
pub(crate) fn is_docx(head: &[u8]) -> bool {
    let mut names = member_names(head);
    let opens = |name: &[u8]| {
        let starts: [&[u8]; 5] = [
            b"[Content_Types].xml",
            b"_rels/",
            b"docProps/",
            b"word/",
            b"customXml/",
        ];
        starts.iter().any(|start| name.starts_with(start))
    };
    // An archive of documents begins with the name of one.
    let Some(first) = names.next().filter(|name| opens(name)) else {
        return false;
    };
    let (mut typed, mut word) = (false, false);
    for name in std::iter::once(first).chain(names) {
        typed |= name == b"[Content_Types].xml" || name.starts_with(b"_rels/");
        word |= name.starts_with(b"word/");
    }
    typed && word
}

/// True for the first bytes of a text document of OpenDocument, a template among them.
pub(super) fn is_zipped_odt(head: &[u8]) -> bool {
    const KIND: &[u8] = b"application/vnd.oasis.opendocument.text";
    let Some(b"mimetype") = member_names(head).next() else {
        return false;
    };
    // The name is followed by what the extra field holds, mostly nothing.
    let extra = usize::from(u16::from_le_bytes([head[28], head[29]]));
    (head.get(38 + extra..)).is_some_and(|content| content.starts_with(KIND))
}

/// The names before the members that begin in `head`.
fn member_names(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts = memmem::find_iter(head, b"PK\x03\x04");
    let name = |start: usize| {
        let header = head.get(start..start + 30)?;
        let length = usize::from(u16::from_le_bytes([header[26], header[27]]));
        head.get(start + 30..start + 30 + length)
    };
    let zip = head.starts_with(b"PK\x03\x04");
    starts.filter(move |_| zip).map_while(name)
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A zip file of these members.
    pub(in crate::extract::office) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in members {
            let stored = matches!(*name, "mimetype" | "inner.docx");
            let method = match stored {
                true => zip::CompressionMethod::Stored,
                false => zip::CompressionMethod::Deflated,
            };
            let options = SimpleFileOptions::default().compression_method(method);
            writer.start_file(*name, options).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn open(bytes: Vec<u8>) -> Package {
        Package::open(bytes, &Limits::default()).unwrap()
    }

    fn failed(bytes: Vec<u8>) -> String {
        Package::open(bytes, &Limits::default()).err().unwrap()
    }

    #[test]
    fn a_part_is_found_in_any_case_and_with_either_slash() {
        let mut package = open(zipped(&[("Word\\Document.xml", b"<a/>")]));
        let part = package.part("/word/document.xml", &Limits::default());
        assert_eq!(part.unwrap().unwrap(), "<a/>");
    }

    #[test]
    fn a_part_that_is_not_there_is_none() {
        let mut package = open(zipped(&[("a", b"b")]));
        assert_eq!(package.part("c", &Limits::default()).unwrap(), None);
    }

    #[test]
    fn all_parts_share_the_limit() {
        let limits = Limits {
            unpacked: 5,
            ..Limits::default()
        };
        let bytes = zipped(&[("a", b"1234"), ("b", b"12")]);
        let mut package = Package::open(bytes, &limits).unwrap();
        assert!(package.part("a", &limits).is_ok());
        let reason = "holds more than 5 bytes when unpacked, the limit";
        assert_eq!(package.part("b", &limits).unwrap_err(), reason);
    }

    #[test]
    fn a_wrong_checksum_is_damage() {
        let mut bytes = zipped(&[("mimetype", b"all the words")]);
        let at = memmem::find(&bytes, b"words").unwrap();
        bytes[at] = b'W';
        let reason = open(bytes)
            .part("mimetype", &Limits::default())
            .unwrap_err();
        assert_eq!(reason, "damaged: mimetype cannot be unpacked");
    }

    #[test]
    fn a_file_that_is_cut_off_is_told_so() {
        let mut bytes = zipped(&[("a", b"b")]);
        bytes.truncate(bytes.len() - 30);
        assert!(failed(bytes).starts_with("truncated"));
    }

    #[test]
    fn what_is_no_zip_file_is_told_so() {
        assert!(failed(b"Dear all".to_vec()).contains("no zip file"));
    }

    #[test]
    fn a_document_is_told_by_its_members() {
        let docx = zipped(&[("[Content_Types].xml", b"x"), ("word/document.xml", b"y")]);
        let odt = zipped(&[("mimetype", b"application/vnd.oasis.opendocument.text")]);
        assert!(is_docx(&docx) && !is_zipped_odt(&docx));
        assert!(is_zipped_odt(&odt) && !is_docx(&odt));
    }

    #[test]
    fn other_zip_files_are_not_claimed() {
        let docx = zipped(&[("[Content_Types].xml", b"x"), ("word/document.xml", b"y")]);
        let others = [
            zipped(&[("job.txt", b"We plan.")]),
            zipped(&[("word/notes.txt", b"We plan.")]),
            zipped(&[("inner.docx", &docx)]),
            zipped(&[("[Content_Types].xml", b"x"), ("xl/workbook.xml", b"y")]),
            zipped(&[(
                "mimetype",
                b"application/vnd.oasis.opendocument.spreadsheet",
            )]),
        ];
        assert!(
            others
                .iter()
                .all(|zip| !is_docx(zip) && !is_zipped_odt(zip))
        );
    }
}
