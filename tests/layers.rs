//! The architecture as a test: which module may use which, where printing is allowed, and that
//! every file says what it is. `docs/design.md` gives the reasons.

use std::fs;
use std::path::Path;

/// From the ground up: a module may use those before it, and no other.
const FLOORS: &[&str] = &[
    "span",
    "error",
    "text",
    "lexicon",
    "extract",
    "archive",
    "walk",
    "matching",
    "scoring",
    "pipeline",
    "builtin",
    "record",
    "sink",
    "batch",
    "evaluation",
    "examples",
    "cli",
];

/// Names that say nothing and that everything ends up in.
const NAMES_THAT_SAY_NOTHING: &[&str] = &["util", "utils", "common", "helpers", "types"];

const PRINTING: &[&str] = &["print!", "println!", "eprint!", "eprintln!", "dbg!"];

#[test]
fn a_module_uses_only_the_floors_below_it() {
    assert_none(&each_file(upward_uses));
}

#[test]
fn every_module_stands_on_a_floor() {
    let homeless = each_file(|path, _| {
        let module = floor_of(path);
        let known = matches!(module, "lib" | "main") || FLOORS.contains(&module);
        if known {
            vec![]
        } else {
            vec![format!("{path} has no floor: add `{module}` to FLOORS")]
        }
    });
    assert_none(&homeless);
}

#[test]
fn no_module_has_a_name_that_says_nothing() {
    let nameless = each_file(|path, code| {
        let parts = path.trim_end_matches(".rs").split('/');
        let inline = words_after(code, "mod ");
        parts
            .chain(inline)
            .filter(|name| NAMES_THAT_SAY_NOTHING.contains(name))
            .map(|name| format!("{path}: `{name}` says nothing; name what is in it"))
            .collect()
    });
    assert_none(&nameless);
}

#[test]
fn only_the_command_prints() {
    let printing = each_file(|path, code| {
        if matches!(floor_of(path), "cli" | "main") {
            return vec![];
        }
        PRINTING
            .iter()
            .filter(|name| uses_macro(code, name))
            .map(|name| format!("{path} uses {name}"))
            .collect()
    });
    assert_none(&printing);
}

#[test]
fn every_file_begins_with_a_header() {
    let bare: Vec<String> = (sources().into_iter())
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| format!("{path} does not begin with a `//!` header"))
        .collect();
    assert_none(&bare);
}

// The test is itself under test: a check that finds nothing must be one that could.

#[test]
fn an_upward_use_is_found() {
    let code = code_of("use crate::span::Span;\nfn f() { crate::batch::run() }");
    assert_eq!(
        upward_uses("text/segment.rs", &code),
        ["text/segment.rs uses batch"]
    );
}

#[test]
fn an_upward_use_in_nested_braces_is_found() {
    let code = code_of("use crate::{\n    span::{Position, Span},\n    sink::{self, batch},\n};");
    assert_eq!(upward_uses("text/mod.rs", &code), ["text/mod.rs uses sink"]);
}

#[test]
fn a_name_taken_from_the_crate_root_is_found() {
    let code = code_of("use crate::{Lexicon, error::Error};");
    assert_eq!(
        upward_uses("batch.rs", &code),
        ["batch.rs uses Lexicon, which is no floor"]
    );
}

#[test]
fn a_use_by_the_name_of_the_package_or_by_climbing_is_found() {
    let code = code_of("use leadager::batch;\nuse super::super::cli;");
    let expected = [
        "walk.rs uses `leadager::`: say `crate::`",
        "walk.rs uses `super::super::`: say `crate::`",
    ];
    assert_eq!(upward_uses("walk.rs", &code), expected);
}

#[test]
fn links_in_comments_and_words_in_strings_are_no_uses() {
    let text = r####"
        /// See [`crate::batch`]. /* crate::cli */
        fn f<'a>(x: &'a str) -> char { let _ = ("// \" crate::cli", r#"" crate::sink"#); '"' }
        const RAW: &[u8] = br"\"; const B: char = b'"'; fn result() {}
        /* crate::sink /* nested */ crate::record */
        fn g() { crate::batch::run() } // crate::cli
    "####;
    assert_eq!(
        upward_uses("text/fold.rs", &code_of(text)),
        ["text/fold.rs uses batch"]
    );
}

#[test]
fn print_is_not_found_inside_eprint_and_write_is_not_printing() {
    let code = code_of("eprintln!(); writeln!(out); my_dbg!()");
    let found: Vec<_> = PRINTING
        .iter()
        .filter(|name| uses_macro(&code, name))
        .collect();
    assert_eq!(found, [&"eprintln!"]);
}

/// What `check(path, code)` finds in the files of `src/`.
fn each_file(check: impl Fn(&str, &str) -> Vec<String>) -> Vec<String> {
    (sources().iter())
        .flat_map(|(path, text)| check(path, &code_of(text)))
        .collect()
}

#[track_caller]
fn assert_none(found: &[String]) {
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// The files of `src/`, sorted: path below `src/` with `/`, and text.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        "",
        &mut files,
    );
    files.sort();
    assert!(!files.is_empty(), "no source file was found");
    files
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files);
        } else if name.ends_with(".rs") {
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The top-level module of a file: `text` for `text/segment.rs`, `walk` for `walk.rs`.
fn floor_of(path: &str) -> &str {
    path.split('/')
        .next()
        .unwrap_or(path)
        .trim_end_matches(".rs")
}

/// Uses of the code of one file that do not lead down. `lib.rs` (the map) and `main.rs`
/// stand above all floors.
fn upward_uses(path: &str, code: &str) -> Vec<String> {
    let own = floor_of(path);
    if matches!(own, "lib" | "main") {
        return vec![];
    }
    let height = |module: &str| FLOORS.iter().position(|floor| *floor == module);
    let mut found = Vec::new();
    for used in names_below_the_root(code) {
        match height(&used) {
            None => found.push(format!("{path} uses {used}, which is no floor")),
            Some(floor) if Some(floor) > height(own) => found.push(format!("{path} uses {used}")),
            Some(_) => {}
        }
    }
    for climb in ["leadager::", "super::super::"] {
        if !places(code, climb).is_empty() {
            found.push(format!("{path} uses `{climb}`: say `crate::`"));
        }
    }
    found
}

/// Every name that follows `crate::`, and for `crate::{…}` the first name of each branch;
/// sorted, each once.
fn names_below_the_root(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for place in places(code, "crate::") {
        let rest = &code[place + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => names.extend(branches(group).into_iter().map(first_word)),
            None => names.push(first_word(rest)),
        }
    }
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

/// The branches of `a::{b, c}, d};…`: the text after an opened brace, cut at its own commas.
fn branches(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                found.push(group[start..at].trim());
                start = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    found.retain(|branch| !branch.is_empty());
    found
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(|c: char| !is_word(c)).unwrap_or(text.len());
    &text[..end]
}

fn words_after<'a>(code: &'a str, keyword: &'a str) -> impl Iterator<Item = &'a str> {
    places(code, keyword)
        .into_iter()
        .map(move |place| first_word(&code[place + keyword.len()..]))
}

fn uses_macro(code: &str, name: &str) -> bool {
    !places(code, name).is_empty()
}

/// Where `needle` stands in `code` as a word of its own, not as the end of a longer one.
fn places(code: &str, needle: &str) -> Vec<usize> {
    (code.match_indices(needle).map(|(place, _)| place))
        .filter(|&place| !code[..place].ends_with(is_word))
        .collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Source text without comments and without what stands in quotes.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = skipped(rest, code.ends_with(is_word));
        if skipped == 0 {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.push(' ');
            rest = &rest[skipped..];
        }
    }
    code
}

/// Length of the comment or literal that `rest` begins with; 0 where it begins with code.
fn skipped(rest: &str, inside_a_word: bool) -> usize {
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    if rest.starts_with('"') {
        return quoted(rest, '"');
    }
    // A character, told from a lifetime by its closing quote.
    let mut after = rest.chars().skip(1);
    if rest.starts_with('\'') && (after.next() == Some('\\') || after.next() == Some('\'')) {
        return quoted(rest, '\'');
    }
    // Raw strings: r"…", r#"…"#, and the same of bytes.
    let bytes = usize::from(rest.starts_with('b'));
    if !inside_a_word && rest[bytes..].starts_with('r') {
        return raw_string(rest, bytes);
    }
    0
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

/// A raw string whose `r` stands at `start`; 0 where it is a word that begins with r.
fn raw_string(rest: &str, start: usize) -> usize {
    let after = &rest[start + 1..];
    let hashes = after.chars().take_while(|&c| c == '#').count();
    let Some(content) = after[hashes..].strip_prefix('"') else {
        return 0;
    };
    let closing = format!("\"{}", "#".repeat(hashes));
    let end = content
        .find(&closing)
        .map_or(content.len(), |at| at + closing.len());
    rest.len() - content.len() + end
}
