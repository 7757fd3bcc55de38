//! The files of `lexicons/`, taken into the program, so that it works anywhere.
//!
//! **In:** nothing. **Out:** one table of names and contents.

/// The built-in lexicon: name of each file and its content.
pub(crate) const FILES: [(&str, &str); 10] = [
    ("change.toml", include_str!("../../lexicons/change.toml")),
    ("control.toml", include_str!("../../lexicons/control.toml")),
    ("cues.toml", include_str!("../../lexicons/cues.toml")),
    (
        "guards-leadership.toml",
        include_str!("../../lexicons/guards-leadership.toml"),
    ),
    (
        "guards-management.toml",
        include_str!("../../lexicons/guards-management.toml"),
    ),
    (
        "inspiration.toml",
        include_str!("../../lexicons/inspiration.toml"),
    ),
    ("lexicon.toml", include_str!("../../lexicons/lexicon.toml")),
    (
        "planning.toml",
        include_str!("../../lexicons/planning.toml"),
    ),
    (
        "stability.toml",
        include_str!("../../lexicons/stability.toml"),
    ),
    ("vision.toml", include_str!("../../lexicons/vision.toml")),
];

/// The file of cues that a lexicon without one uses.
pub(crate) const CUES: &str = "cues.toml";
