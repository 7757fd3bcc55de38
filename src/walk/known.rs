//! Which files that nobody named are inputs.
//!
//! **In:** the name of a file in a folder or an archive, and its first bytes where the name
//! does not tell. **Out:** whether it is read. **Unit:** files.
//!
//! The decisions that live here: a name that tells a format or an archive is believed, so
//! that a broken document is a failure and not passed over; programs, their settings and
//! data, pictures, sound and the like are no documents though some are text; whatever else
//! is read where its first bytes tell a format or are text.

use std::path::Path;

use crate::archive::{Container, Holds};
use crate::extract::Format;
use crate::extract::decode::is_text;

/// How much of a file is looked at.
pub const LOOK: usize = 4096;

/// What a name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is read.
    Input,
    /// It is passed over.
    Other,
    /// Its first bytes decide: see [`is_input`].
    Unclear,
}

/// Extensions of what is no document.
const OTHER: &[&str] = &[
    // Pictures and drawings.
    "avif",
    "bmp",
    "dwg",
    "dxf",
    "eps",
    "gif",
    "heic",
    "ico",
    "jpeg",
    "jpg",
    "png",
    "ps",
    "psd",
    "svg",
    "tif",
    "tiff",
    "webp", // Sound and film.
    "aac",
    "avi",
    "flac",
    "m4a",
    "m4v",
    "mid",
    "mkv",
    "mov",
    "mp3",
    "mp4",
    "mpeg",
    "mpg",
    "ogg",
    "srt",
    "vtt",
    "wav",
    "webm",
    "wma",
    "wmv", // Fonts.
    "eot",
    "otf",
    "ttf",
    "woff",
    "woff2", // Programs and what they are made of.
    "a",
    "bat",
    "bin",
    "c",
    "cc",
    "class",
    "cmd",
    "com",
    "cpp",
    "cs",
    "css",
    "dll",
    "dylib",
    "exe",
    "go",
    "h",
    "hpp",
    "ipynb",
    "java",
    "js",
    "jsx",
    "kt",
    "less",
    "lib",
    "lua",
    "m",
    "map",
    "mjs",
    "msi",
    "o",
    "obj",
    "php",
    "pl",
    "ps1",
    "py",
    "pyc",
    "pyd",
    "r",
    "rb",
    "rs",
    "scala",
    "scss",
    "sh",
    "so",
    "sql",
    "swift",
    "ts",
    "tsx",
    "vb",
    "vbs",
    "wasm",
    // Settings, data and what programs write for themselves.
    "bak",
    "bib",
    "cfg",
    "conf",
    "crt",
    "db",
    "dtd",
    "env",
    "ics",
    "ini",
    "key",
    "lnk",
    "lock",
    "log",
    "mdb",
    "part",
    "pem",
    "plist",
    "properties",
    "reg",
    "sqlite",
    "swp",
    "tmp",
    "toml",
    "url",
    "vcf",
    "xml",
    "xsd",
    "xsl",
    "xslt",
    "yaml",
    "yml",
];

/// Names of files without an extension that tell of a folder and are no document of it.
const ABOUT_THE_FOLDER: &[&str] = &[
    "authors",
    "changelog",
    "copying",
    "dockerfile",
    "licence",
    "license",
    "makefile",
    "notice",
    "readme",
];

/// What the name of a file tells.
pub fn by_name(path: &Path) -> Verdict {
    if Format::of_path(path).is_some() {
        return Verdict::Input;
    }
    if let Some(container) = Container::of_path(path) {
        let packed = matches!(container.holds, Holds::One(_));
        return match packed && is_other(&container.inner_path(path)) {
            true => Verdict::Other,
            false => Verdict::Input,
        };
    }
    match is_other(path) {
        true => Verdict::Other,
        false => Verdict::Unclear,
    }
}

fn is_other(path: &Path) -> bool {
    let (name, list) = match path.extension() {
        Some(extension) => (Some(extension), OTHER),
        None => (path.file_name(), ABOUT_THE_FOLDER),
    };
    let name = name.and_then(|name| name.to_str()).unwrap_or("");
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// True where a file is read whose name tells nothing and that begins with `head`, which is
/// all of it or at least [`LOOK`] bytes.
pub fn is_input(path: &Path, head: &[u8]) -> bool {
    let known = Format::of_magic(head).is_some() || Container::of(path, head).is_some();
    known || is_text(head, head.len() < LOOK) && !is_program_text(head)
}

/// True for text that plainly is for machines.
fn is_program_text(head: &[u8]) -> bool {
    let begins: [&[u8]; 4] = [b"#!", b"<?xml", b"%!PS", b"-----BEGIN "];
    begins.iter().any(|begin| head.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(path: &str) -> Verdict {
        by_name(Path::new(path))
    }

    #[test]
    fn a_name_that_tells_a_format_is_believed() {
        assert_eq!(name_of("a/job.TXT"), Verdict::Input);
    }

    #[test]
    fn pictures_and_programs_are_passed_over() {
        for path in ["a.JPG", "a.py", "a/style.css", "README", "Licence"] {
            assert_eq!(name_of(path), Verdict::Other, "{path}");
        }
    }

    #[test]
    fn other_names_leave_it_to_the_content() {
        for path in ["notes", "job.2024", "README.old"] {
            assert_eq!(name_of(path), Verdict::Unclear, "{path}");
        }
    }

    #[test]
    fn text_is_read_and_other_bytes_are_not() {
        for (head, read) in [
            (&b"We plan the budget."[..], true),
            (b"caf\xE9 and th\xE9 are planned", true),
            (b"\xFF\xFEW\0e\0 \0p\0l\0a\0n\0", true),
            (b"\x00\x01\x02\x03", false),
            (b"#!/bin/sh\nplan", false),
            (b"<?xml version=\"1.0\"?><plan/>", false),
            (b"", false),
        ] {
            assert_eq!(is_input(Path::new("a"), head), read, "{head:?}");
        }
    }

    #[test]
    fn a_character_torn_by_the_end_of_the_look_is_text() {
        let mut head = vec![b'a'; LOOK - 1];
        head.extend("é".as_bytes());
        assert!(is_input(Path::new("a"), &head[..LOOK]));
    }

    #[test]
    fn no_extension_is_both_of_a_format_and_of_no_document() {
        for extension in OTHER {
            let path = format!("a.{extension}");
            assert_eq!(name_of(&path), Verdict::Other, "{path}");
        }
    }

    #[cfg(feature = "archives")]
    mod packed {
        use super::*;

        #[test]
        fn archives_are_read() {
            for path in ["a.zip", "a.tar.gz", "a.csv.gz", "a.zst", "a.tgz"] {
                assert_eq!(name_of(path), Verdict::Input, "{path}");
            }
        }

        #[test]
        fn a_packed_picture_is_a_picture() {
            assert_eq!(name_of("a.svg.gz"), Verdict::Other);
        }

        #[test]
        fn an_archive_without_a_name_is_known_by_its_first_bytes() {
            assert!(is_input(Path::new("a"), b"PK\x03\x04\x14\0\0\0"));
        }
    }
}
