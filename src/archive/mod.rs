//! Archives and packed files: inputs that hold inputs.
//!
//! **In:** a reader over such a file. **Out:** what it holds: one stream, or [`Members`] one
//! after the other, each with a reader of its own. **Unit:** bytes. Nothing is unpacked to
//! the disk.
//!
//! The decisions that live here:
//!
//! 1. *The table of containers.* A new one is a file of its own and a row of [`CONTAINERS`].
//! 2. *What is one*: what its first bytes tell, since names lie; only a zip or tar by its name
//!    whose first bytes tell nothing is taken for a broken one. A document that is a zip
//!    inside (an office file) is never opened as an archive.
//! 3. *Order*: members of a zip as those of a folder, members of a tar as they come.
//! 4. *Bombs*: see [`Allowance`].

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::extract::limits::Limits;
use crate::extract::{Format, Source};

mod allowance;
#[cfg(feature = "archives")]
mod gzip;
mod names;
#[cfg(feature = "archives")]
mod reason;
#[cfg(feature = "archives")]
mod tar;
pub mod traits;
#[cfg(feature = "archives")]
mod zip;
#[cfg(feature = "archives")]
mod zstd;

pub use crate::archive::allowance::Allowance;
pub use crate::archive::names::is_hidden;
pub use crate::archive::traits::{Member, Members, Opened};

/// A kind of file that holds other files.
#[derive(Debug)]
pub struct Container {
    /// Its name, for messages.
    pub name: &'static str,
    /// The extensions of its files, in lower case and without the dot.
    pub extensions: &'static [&'static str],
    /// True where the first bytes of a file can be of this container only.
    pub magic: fn(&[u8]) -> bool,
    /// What is in it, and how to get at it.
    pub holds: Holds,
}

/// What a container holds.
#[derive(Debug, Clone, Copy)]
pub enum Holds {
    /// One stream: the input itself, packed. Its reader fails where the packed data is
    /// damaged.
    One(fn(Box<dyn Read + Send>, &Allowance) -> Box<dyn Read + Send>),
    /// Members that come one after the other.
    Stream(fn(Box<dyn Read + Send>) -> Box<dyn Members>),
    /// Members that are found through a list, so that it must be read anywhere. Fails with a
    /// reason where there is no list.
    Listed(fn(Box<dyn Source>, &Limits, &Allowance) -> Opened),
}

/// Every container.
pub static CONTAINERS: &[Container] = &[
    #[cfg(feature = "archives")]
    Container {
        name: "gzip",
        extensions: &["gz", "tgz"],
        magic: gzip::magic,
        holds: Holds::One(gzip::open),
    },
    #[cfg(feature = "archives")]
    Container {
        name: "Zstandard",
        extensions: &["zst", "tzst"],
        magic: zstd::magic,
        holds: Holds::One(zstd::open),
    },
    #[cfg(feature = "archives")]
    Container {
        name: "zip",
        extensions: &["zip"],
        magic: zip::magic,
        holds: Holds::Listed(zip::open),
    },
    #[cfg(feature = "archives")]
    Container {
        name: "tar",
        extensions: &["tar"],
        magic: tar::magic,
        holds: Holds::Stream(tar::open),
    },
];

/// Extensions of documents and programs that are zips inside. Those that are documents have a
/// format of their own; none is an archive of documents.
const PACKAGES: &[&str] = &[
    "docx", "docm", "dotx", "dotm", "xlsx", "xlsm", "xltx", "xlsb", "pptx", "pptm", "ppsx", "odt",
    "ott", "ods", "ots", "odp", "odg", "epub", "pages", "numbers", "key", "jar", "war", "apk",
    "whl", "xpi", "crx",
];

impl Container {
    /// The container that the extension of `path` tells, in any case.
    pub fn of_path(path: &Path) -> Option<&'static Self> {
        let extension = path.extension()?.to_str()?;
        CONTAINERS
            .iter()
            .find(|container| one_of(extension, container.extensions))
    }

    /// The container that a file named `path` that begins with `head` is; `None` where it is
    /// a document or nothing known.
    pub fn of(path: &Path, head: &[u8]) -> Option<&'static Self> {
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        if Format::of_magic(head).is_some() || one_of(extension, PACKAGES) {
            return None;
        }
        Self::of_magic(head).or_else(|| {
            // What is named like a packed file and is not packed is read as it is: some
            // programs unpack on the way and keep the name.
            let broken = |c: &&Self| !head.is_empty() && !matches!(c.holds, Holds::One(_));
            Self::of_path(path).filter(broken)
        })
    }

    /// The container that the first bytes of a file must be of.
    pub fn of_magic(head: &[u8]) -> Option<&'static Self> {
        CONTAINERS.iter().find(|container| (container.magic)(head))
    }

    /// The name of the file that was packed as `path`: without the extension of the packing,
    /// where it has it.
    pub fn inner_path(&self, path: &Path) -> PathBuf {
        match path.extension().and_then(|e| e.to_str()) {
            Some(tar) if tar.eq_ignore_ascii_case("tgz") || tar.eq_ignore_ascii_case("tzst") => {
                path.with_extension("tar")
            }
            Some(own) if one_of(own, self.extensions) => path.with_extension(""),
            _ => path.to_owned(),
        }
    }
}

fn one_of(extension: &str, list: &[&str]) -> bool {
    list.iter().any(|e| e.eq_ignore_ascii_case(extension))
}

#[cfg(all(test, feature = "archives"))]
mod tests {
    use super::*;

    fn name_of(path: &str, head: &[u8]) -> Option<&'static str> {
        Container::of(Path::new(path), head).map(|container| container.name)
    }

    #[test]
    fn first_bytes_tell_a_container_whatever_its_name() {
        assert_eq!(name_of("a.txt", b"\x1F\x8B\x08\0"), Some("gzip"));
        assert_eq!(name_of("a", b"PK\x05\x06\0\0"), Some("zip"));
    }

    #[test]
    fn an_office_file_is_no_archive() {
        assert_eq!(name_of("a.DOCX", b"PK\x03\x04\x14\0"), None);
    }

    #[test]
    fn a_zip_by_its_name_alone_is_a_broken_zip() {
        assert_eq!(name_of("a.ZIP", b"not a zip"), Some("zip"));
    }

    #[test]
    fn what_is_not_packed_is_read_as_it_is() {
        assert_eq!(name_of("jobs.csv.gz", b"id,text\n"), None);
    }

    #[test]
    fn an_empty_file_is_no_container() {
        assert_eq!(name_of("a.zip", b""), None);
    }

    #[test]
    fn a_packed_file_loses_the_extension_of_its_packing() {
        for (path, inner) in [
            ("a/jobs.csv.gz", "a/jobs.csv"),
            ("a.TGZ", "a.tar"),
            ("really-packed.txt", "really-packed.txt"),
            ("a.gz", "a"),
        ] {
            assert_eq!(CONTAINERS[0].inner_path(Path::new(path)), Path::new(inner));
        }
    }

    #[test]
    fn no_container_shares_an_extension_with_a_format() {
        for container in CONTAINERS {
            for extension in container.extensions {
                let path = PathBuf::from(format!("a.{extension}"));
                assert!(Format::of_path(&path).is_none(), "{extension}");
            }
        }
    }
}
