//! Bad lexicons are refused at the right place, in words that help; good ones are not.
//!
//! The mistakes and what is shown for them are data: `tests/cases/lexicon_mistakes.txt`.

use std::fs;
use std::path::Path;

use leadager::error::{Error, ErrorKind};
use leadager::lexicon::model::{Expect, Lexicon, Pattern, Subject};
use leadager::lexicon::show::surface_forms;
use leadager::lexicon::{self, SourceFile};
use leadager::text::document::Genre;

const CASES: &str = "tests/cases/lexicon_mistakes.txt";

/// A mistake: the files, and what is shown.
struct Case {
    title: String,
    files: Vec<SourceFile>,
    shown: String,
}

fn cases() -> (String, Vec<Case>) {
    let text = fs::read_to_string(CASES).unwrap().replace("\r\n", "\n");
    let mut parts = text.split("=== ");
    let lead = parts.next().unwrap_or_default().to_owned();
    (lead, parts.map(case).collect())
}

fn case(text: &str) -> Case {
    let (title, rest) = text.split_once('\n').unwrap();
    let mut sections: Vec<_> = rest
        .split("--- ")
        .skip(1)
        .map(|section| section.split_once('\n').unwrap())
        .collect();
    let shown = sections
        .pop()
        .map(|(_, shown)| shown.trim().to_owned())
        .unwrap();
    let files = sections
        .iter()
        .map(|(name, content)| SourceFile::new(*name, *content))
        .collect();
    Case {
        title: title.to_owned(),
        files,
        shown,
    }
}

fn shown(files: &[SourceFile]) -> String {
    match lexicon::parse(files) {
        Ok(_) => "nothing: the lexicon is good".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_mistake_is_shown_as_the_case_says() {
    let (lead, cases) = cases();
    if std::env::var_os("UPDATE_CASES").is_some() {
        return update(&lead, &cases);
    }
    let wrong: Vec<String> = (cases.iter())
        .map(|case| (case, shown(&case.files)))
        .filter(|(case, shown)| case.shown != *shown)
        .map(|(case, shown)| {
            format!(
                "=== {}\nexpected:\n{}\nshown:\n{shown}\n",
                case.title, case.shown
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn update(lead: &str, cases: &[Case]) {
    let mut text = lead.to_owned();
    for case in cases {
        text += &format!("=== {}\n", case.title);
        for file in &case.files {
            text += &format!("--- {}\n{}", file.path, file.content);
        }
        text += &format!("--- shown\n{}\n\n", shown(&case.files));
    }
    fs::write(CASES, text).unwrap();
}

#[test]
fn every_mistake_in_a_file_has_a_place_and_a_way_out() {
    for case in cases().1 {
        match lexicon::parse(&case.files).unwrap_err().kind() {
            ErrorKind::Lexicon(mistake) => {
                assert!(
                    !mistake.help.is_empty() && !mistake.problem.is_empty(),
                    "{}",
                    case.title
                )
            }
            _ => assert_eq!(case.title, "files without a category"),
        }
    }
}

/// A category with these entries in its list of terms.
fn category(name: &str, terms: &str) -> SourceFile {
    let content =
        format!("category = '{name}'\npole = 'leadership'\ndefinition = 'x'\nterms = [{terms}]\n");
    SourceFile::new(format!("lex/{name}.toml"), content)
}

fn read(files: &[SourceFile]) -> Lexicon {
    lexicon::parse(files).unwrap_or_else(|error| panic!("{error}"))
}

fn texts(lexicon: &Lexicon) -> Vec<&str> {
    lexicon
        .terms
        .iter()
        .map(|term| term.text.as_str())
        .collect()
}

#[test]
fn the_built_in_lexicon_is_good() {
    // `parse` also looks for terms that stand twice, which `builtin` leaves to this test.
    assert!(!read(&lexicon::builtin_files()).terms.is_empty());
}

#[test]
fn the_built_in_lexicon_is_the_same_through_either_door() {
    let read = read(&lexicon::builtin_files());
    assert_eq!(
        format!("{read:?}"),
        format!("{:?}", lexicon::builtin().unwrap())
    );
}

#[test]
fn every_file_of_the_lexicon_folder_is_built_in() {
    let mut built_in: Vec<_> = lexicon::builtin_files()
        .iter()
        .map(|file| file.name().to_owned())
        .collect();
    built_in.sort();
    let folder = lexicon::read_files(Path::new("lexicons")).unwrap();
    let folder: Vec<_> = folder.iter().map(|file| file.name().to_owned()).collect();
    assert_eq!(built_in, folder);
}

#[test]
fn the_order_of_files_changes_nothing() {
    let mut files = lexicon::builtin_files();
    let first = format!("{:?}", read(&files));
    files.reverse();
    assert_eq!(format!("{:?}", read(&files)), first);
}

#[test]
fn line_ends_of_another_system_change_nothing() {
    let files = [category("vision", "'a',\n'b'")];
    let mut windows = files.clone();
    windows[0].content = format!("\u{feff}{}", files[0].content.replace('\n', "\r\n"));
    assert_eq!(
        format!("{:?}", read(&files)),
        format!("{:?}", read(&windows))
    );
}

#[test]
fn a_changed_letter_changes_the_checksum() {
    let one = read(&[category("vision", "'a'")]);
    assert_eq!(one.sha256().len(), 64);
    assert_ne!(one.sha256(), read(&[category("vision", "'b'")]).sha256());
}

#[test]
fn a_declared_term_counts_toward_both_categories() {
    let lexicon = read(&[
        category("change", "'new way:n'"),
        category(
            "vision",
            "{ term = 'bold plan:n', also = ['change'], examples = ['A bold plan.'] }",
        ),
    ]);
    assert_eq!(texts(&lexicon), ["bold plan:n", "new way:n", "bold plan:n"]);
    assert_eq!(lexicon.examples.len(), 2);
}

#[test]
fn one_term_may_say_different_things_in_different_genres() {
    let terms = "{ term = 'plan:n', genre = ['job'] }, { term = 'plan:n', genre = ['review'], weight = 0.5 }";
    assert_eq!(texts(&read(&[category("vision", terms)])).len(), 2);
}

#[test]
fn terms_of_two_categories_may_share_a_phrase_in_different_genres() {
    read(&[
        category("vision", "{ term = 'plan:n', genre = ['job'] }"),
        category("change", "{ term = 'plan:n', genre = ['review'] }"),
    ]);
}

#[test]
fn a_smaller_term_with_a_weight_of_its_own_is_no_double() {
    read(&[category(
        "vision",
        "'dream:nv', { term = 'dreams', weight = 0.5 }",
    )]);
}

#[test]
fn terms_that_share_some_forms_are_no_doubles() {
    read(&[category("vision", "'(plan|aim)', '(plan|goal)'")]);
}

#[test]
fn a_longer_phrase_is_no_double_of_its_part() {
    read(&[
        category("vision", "'plan'"),
        category("change", "'action plan'"),
    ]);
}

#[test]
fn the_categories_stand_as_lexicon_toml_lists_them_and_then_by_the_alphabet() {
    let order = SourceFile::new("lex/lexicon.toml", "categories = ['c']\n");
    let files = [
        category("b", "'x'"),
        category("a", "'y'"),
        category("c", "'z'"),
        order,
    ];
    let names: Vec<_> = read(&files)
        .categories
        .into_iter()
        .map(|category| category.name)
        .collect();
    assert_eq!(names, ["c", "a", "b"]);
}

#[test]
fn a_lexicon_may_have_any_number_of_poles() {
    let pole = |name: &str| {
        let mut file = category(name, &format!("'{name}'"));
        file.content = file.content.replace("leadership", &format!("pole_{name}"));
        file
    };
    assert_eq!(
        read(&[pole("b"), pole("a"), pole("c")]).poles,
        ["pole_a", "pole_b", "pole_c"]
    );
}

#[test]
fn without_a_name_a_lexicon_is_called_by_its_folder_or_its_only_file() {
    assert_eq!(
        read(&[category("a", "'x'"), category("b", "'y'")]).name,
        "lex"
    );
    assert_eq!(read(&[category("a", "'x'")]).name, "a");
}

#[test]
fn the_built_in_cues_apply_without_a_file_of_cues_and_an_empty_file_means_none() {
    let vision = category("vision", "'vision'");
    let empty = SourceFile::new("lex/cues.toml", "");
    assert_eq!(
        read(std::slice::from_ref(&vision)).cues.len(),
        lexicon::builtin().unwrap().cues.len()
    );
    assert_eq!(read(&[vision, empty]).cues.len(), 0);
}

#[test]
fn a_shared_guard_that_no_term_uses_is_a_warning() {
    let guards = SourceFile::new("lex/guards.toml", "[eyes]\nbefore = ['close']\n");
    let lexicon = read(&[category("vision", "'vision'"), guards]);
    let warnings: Vec<_> = lexicon
        .warnings
        .iter()
        .map(|w| w.problem.as_str())
        .collect();
    assert_eq!(warnings, ["no term uses the guard `eyes`"]);
}

#[test]
fn a_category_file_may_bring_its_own_guards() {
    let mut vision = category("vision", "{ term = 'vision', guards = ['eyes'] }");
    vision.content += "[guards.eyes]\nbefore = ['close']\n";
    let lexicon = read(&[vision]);
    assert_eq!(
        lexicon.guards[lexicon.terms[0].guards[0].0 as usize].name,
        "eyes"
    );
}

#[test]
fn an_example_may_name_its_genre() {
    let terms = "{ term = 'vision', near_misses = ['[job] Good vision.', '[1] Vision.'] }";
    let lexicon = read(&[category("vision", terms)]);
    let read: Vec<_> = lexicon
        .examples
        .iter()
        .map(|e| (e.genre, e.text.as_str(), e.expect))
        .collect();
    let expected = [(Genre::Job, "Good vision."), (Genre::Any, "[1] Vision.")];
    assert_eq!(
        read,
        expected.map(|(genre, text)| (genre, text, Expect::Nothing))
    );
    assert!(matches!(lexicon.examples[0].subject, Subject::Term(_)));
}

#[test]
fn a_term_knows_its_place() {
    let lexicon = read(&[category("vision", "'x',\n  'vision'")]);
    assert_eq!(lexicon.terms[0].place, "lex/vision.toml:5:3");
}

#[test]
fn surface_forms_are_written_out() {
    let terms = "'(organise:v|set:v out) ~2 goal:n'";
    assert_eq!(
        surface_forms(&read(&[category("vision", terms)]).terms[0]),
        [
            "organise ~2 goal",
            "organise ~2 goals",
            "organised ~2 goal",
            "organised ~2 goals",
            "organises ~2 goal",
            "organises ~2 goals",
            "organising ~2 goal",
            "organising ~2 goals",
            "organize ~2 goal",
            "organize ~2 goals",
            "organized ~2 goal",
            "organized ~2 goals",
            "organizes ~2 goal",
            "organizes ~2 goals",
            "organizing ~2 goal",
            "organizing ~2 goals",
            "set out ~2 goal",
            "set out ~2 goals",
            "sets out ~2 goal",
            "sets out ~2 goals",
            "setting out ~2 goal",
            "setting out ~2 goals",
        ]
    );
}

#[test]
fn too_many_surface_forms_are_counted() {
    let words: Vec<String> = (0..30).map(|n| format!("w{n}")).collect();
    let group = format!("({})", words.join("|"));
    let forms = surface_forms(&read(&[category("vision", &format!("'{group} {group}'"))]).terms[0]);
    assert_eq!(forms.last().map(String::as_str), Some("... and 400 more"));
}

#[test]
fn an_expression_ignores_case() {
    let lexicon = read(&[category("vision", r"{ regex = 'visi[o0]n\b' }")]);
    assert!(matches!(&lexicon.terms[0].pattern, Pattern::Regex(regex) if regex.is_match("VISI0N")));
}

#[test]
fn deep_nesting_is_refused_and_does_not_exhaust_the_stack() {
    let deep = |open: &str| SourceFile::new("x.toml", format!("terms = {}", open.repeat(100_000)));
    for open in ["[", "{ a = ", "[{ a = "] {
        assert!(lexicon::parse(&[deep(open)]).is_err());
    }
    let dotted = format!("a{} = 1\n", ".a".repeat(100_000));
    assert!(lexicon::parse(&[SourceFile::new("x.toml", dotted)]).is_err());
}

fn refused(path: &Path) -> Error {
    lexicon::read(path).unwrap_err()
}

#[test]
fn a_path_that_does_not_exist_is_named() {
    let error = refused(Path::new("no/such/lexicon")).to_string();
    assert!(
        error.starts_with("no/such/lexicon: there is no such lexicon"),
        "{error}"
    );
}

#[test]
fn a_folder_without_a_lexicon_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("README.md"), "x").unwrap();
    assert!(
        refused(folder.path())
            .to_string()
            .contains("there is no file `*.toml`")
    );
}

#[test]
fn a_file_that_is_not_utf_8_is_shown_at_its_bad_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vision.toml");
    fs::write(&path, b"# first\n# caf\xE9\n").unwrap();
    let error = refused(&path);
    let ErrorKind::Lexicon(mistake) = error.kind() else {
        panic!("{error}")
    };
    assert_eq!((mistake.position.line, mistake.position.column), (2, 6));
    assert_eq!(mistake.problem, "byte 13 (0xE9) is not UTF-8");
}

#[test]
fn a_folder_and_its_files_give_the_same_lexicon() {
    let folder = tempfile::tempdir().unwrap();
    for file in lexicon::builtin_files() {
        fs::write(folder.path().join(file.name()), &file.content).unwrap();
    }
    let read = lexicon::read(folder.path()).unwrap();
    assert_eq!(read.sha256(), lexicon::builtin().unwrap().sha256());
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(content in "[a-z=\\[\\]{}\"'\n .~*:|()\u{e9}]{0,80}") {
        let head = "category = 'c'\npole = 'p'\ndefinition = 'd'\n";
        for name in ["x.toml", "guards.toml", "cues.toml", "lexicon.toml"] {
            let _ = lexicon::parse(&[SourceFile::new(name, format!("{head}{content}"))]);
            let _ = lexicon::parse(&[SourceFile::new(name, content.clone())]);
        }
    }
}
