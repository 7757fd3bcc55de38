//! Names of members.
//!
//! **In:** the name that an archive gives. **Out:** the name that people see. The decisions
//! that live here: names are never places on the disk, so one that climbs (`../`), is
//! absolute or holds control characters costs no text: it is only made harmless to look at
//! and to copy; what is hidden in a folder is hidden in an archive too.

/// The name as it is shown: parts joined by `/`; without `.` and a leading `/`; `_` for `..`;
/// U+FFFD for control characters. Empty where nothing is left.
#[cfg_attr(not(feature = "archives"), allow(dead_code))]
pub(super) fn shown(raw: &str) -> String {
    let mut name = String::with_capacity(raw.len());
    let parts = raw.split('/').filter(|part| !matches!(*part, "" | "."));
    for part in parts {
        if !name.is_empty() {
            name.push('/');
        }
        match part {
            ".." => name.push('_'),
            part => name.extend(part.chars().map(|c| match c.is_control() {
                true => char::REPLACEMENT_CHARACTER,
                false => c,
            })),
        }
    }
    name
}

/// True for members that nobody meant to be read: hidden files, lock files of office programs
/// (`~$`), and what macOS adds (`__MACOSX/`).
pub fn is_hidden(name: &str) -> bool {
    let hidden = |part: &str| part.starts_with('.') || part.starts_with("~$") || part == "__MACOSX";
    name.split('/').any(hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_is_kept() {
        assert_eq!(shown("jobs/Zoë's ad.txt"), "jobs/Zoë's ad.txt");
    }

    #[test]
    fn a_name_does_not_climb_and_is_not_absolute() {
        assert_eq!(shown("../../etc/passwd"), "_/_/etc/passwd");
        assert_eq!(shown("/etc//passwd"), "etc/passwd");
        assert_eq!(shown("./a/./b.txt"), "a/b.txt");
    }

    #[test]
    fn control_characters_are_shown_as_unknown() {
        assert_eq!(
            shown("a\0b\nc\u{1b}[1m.txt"),
            "a\u{FFFD}b\u{FFFD}c\u{FFFD}[1m.txt"
        );
    }

    #[test]
    fn hidden_is_what_is_hidden_in_a_folder() {
        for name in ["a/.b.txt", ".git/a.txt", "~$a.docx", "__MACOSX/a/._b.txt"] {
            assert!(is_hidden(name), "{name}");
        }
        assert!(!is_hidden("a.b/c~$.txt"));
    }
}
