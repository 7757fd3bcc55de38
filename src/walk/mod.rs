//! Paths to files.
//!
//! **In:** the paths that the user gave. **Out:** [`Inputs`], the files to read in a fixed
//! order. **Unit:** files.
//!
//! The decisions that live here:
//!
//! 1. *Order*: the paths as given; within a folder, by the bytes of the names, level by
//!    level, so that it is the same on every machine.
//! 2. *Which files*: those that [`known`] takes for inputs, by their name or their first
//!    bytes. Others are counted and not read; hidden ones and lock files of office programs
//!    (`~$`) are not even counted. `.gitignore` is not obeyed: these are data, not code. A
//!    file that is named is read whatever its name.
//! 3. *Links*: one to a file is read, one to a folder is not followed, so nothing loops.
//!    A link that the user names is followed.
//! 4. *Memory*: little more than the name of a file, since there may be millions ([`list`]).

use std::ffi::OsStr;
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use crate::error::{Error, Result};
use crate::extract::{Failure, io_reason};
use crate::walk::known::{LOOK, Verdict, by_name, is_input};
pub use crate::walk::list::FileList;

pub mod known;
pub mod list;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Where it is; `-` is the standard input.
    pub path: PathBuf,
    /// Its name in the output: the path as given, with `/`.
    pub id: String,
    /// Bytes when it was found; 0 for a pipe.
    pub size: u64,
}

impl InputFile {
    /// Opens it.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match self.path == Path::new(STDIN) {
            true => Ok(Box::new(io::stdin())),
            false => Ok(Box::new(File::open(&self.path)?)),
        }
    }
}

/// The path that stands for the standard input.
pub const STDIN: &str = "-";

/// What was found.
#[derive(Debug, Default)]
pub struct Inputs {
    /// The files to read, in order.
    pub files: FileList,
    /// Files in folders that are no inputs.
    pub skipped: FileList,
    /// Folders and files that could not be looked at.
    pub failures: Vec<Failure>,
}

/// The name of a file in the output: its path with `/`. A name that is not Unicode shows
/// U+FFFD in its place, which changes no content.
fn id(path: &Path) -> String {
    let id = path.to_string_lossy();
    match MAIN_SEPARATOR {
        '/' => id.into_owned(),
        separator => id.replace(separator, "/"),
    }
}

/// Finds the files to read.
///
/// # Errors
///
/// If a path does not exist or cannot be looked at. What cannot be looked at inside a
/// folder is a failure instead.
pub fn walk(paths: &[PathBuf]) -> Result<Inputs> {
    let mut inputs = Inputs::default();
    for path in paths {
        if path == Path::new(STDIN) {
            inputs.files.push(None, path.as_os_str(), 0);
            continue;
        }
        let metadata = fs::metadata(path).map_err(|error| {
            let reason = io_reason(&error);
            let reason = reason.replace("no such file", "no such file or folder");
            Error::usage(format!("{}: {reason}", path.display()))
        })?;
        match metadata.is_dir() {
            true => walk_folder(path, &mut inputs),
            false => inputs.files.push(None, path.as_os_str(), metadata.len()),
        }
    }
    Ok(inputs)
}

/// A name in a folder.
type Name = (Box<OsStr>, FileType);

/// Walks a folder, depth first. Levels are on the heap, so depth costs no stack.
fn walk_folder(root: &Path, inputs: &mut Inputs) {
    let mut levels = vec![(root.to_owned(), names(root, inputs).into_iter())];
    while let Some((folder, rest)) = levels.last_mut() {
        let Some((name, kind)) = rest.next() else {
            levels.pop();
            continue;
        };
        if kind.is_dir() {
            let inner = folder.join(&*name);
            let names = names(&inner, inputs);
            levels.push((inner, names.into_iter()));
        } else {
            add(folder, &name, kind, inputs);
        }
    }
}

/// The names in a folder that are not hidden, in order.
fn names(folder: &Path, inputs: &mut Inputs) -> Vec<Name> {
    let mut names = Vec::new();
    let read = fs::read_dir(folder).and_then(|entries| {
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let bytes = name.as_encoded_bytes();
            if !bytes.starts_with(b".") && !bytes.starts_with(b"~$") {
                names.push((name.into_boxed_os_str(), entry.file_type()?));
            }
        }
        Ok(())
    });
    if let Err(error) = read {
        inputs.failures.push(failure(folder, &error));
    }
    names.sort_unstable_by(|(a, _), (b, _)| a.as_encoded_bytes().cmp(b.as_encoded_bytes()));
    names
}

/// Adds what is no folder: a file, a link to one, or something that is neither.
fn add(folder: &Path, name: &OsStr, kind: FileType, inputs: &mut Inputs) {
    let path = folder.join(name);
    let verdict = by_name(&path);
    let metadata = match fs::metadata(&path) {
        Ok(metadata) => metadata,
        Err(_) if kind.is_symlink() && verdict != Verdict::Input => {
            return inputs.skipped.push(Some(folder), name, 0);
        }
        Err(error) => return inputs.failures.push(failure(&path, &error)),
    };
    if metadata.is_dir() {
        return;
    }
    let is_input = match verdict {
        _ if !metadata.is_file() => Ok(false),
        Verdict::Input => Ok(true),
        Verdict::Other => Ok(false),
        Verdict::Unclear => look(&path),
    };
    match is_input {
        Ok(true) => inputs.files.push(Some(folder), name, metadata.len()),
        Ok(false) => inputs.skipped.push(Some(folder), name, metadata.len()),
        Err(error) => inputs.failures.push(failure(&path, &error)),
    }
}

/// True where the first bytes of a file tell that it is an input.
fn look(path: &Path) -> io::Result<bool> {
    let mut head = Vec::with_capacity(LOOK);
    File::open(path)?.take(LOOK as u64).read_to_end(&mut head)?;
    Ok(is_input(path, &head))
}

fn failure(path: &Path, error: &io::Error) -> Failure {
    Failure {
        path: id(path),
        row: None,
        stage: "open",
        reason: io_reason(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, each holding its own name.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        folder
    }

    fn found(folder: &tempfile::TempDir) -> Inputs {
        walk(&[folder.path().to_owned()]).unwrap()
    }

    /// The ids, from the folder on.
    fn ids(list: &FileList, folder: &tempfile::TempDir) -> Vec<String> {
        let root = format!("{}/", id(folder.path()));
        list.iter().map(|file| file.id.replace(&root, "")).collect()
    }

    #[test]
    fn files_come_in_the_order_of_their_names_level_by_level() {
        let folder = folder(&["b.txt", "a/z.txt", "a/b/c.txt", "a-b.txt", "B.md", "ä.txt"]);
        let expected = ["B.md", "a/b/c.txt", "a/z.txt", "a-b.txt", "b.txt", "ä.txt"];
        assert_eq!(ids(&found(&folder).files, &folder), expected);
    }

    #[test]
    fn hidden_files_and_lock_files_are_ignored() {
        let folder = folder(&[".a.txt", ".git/b.txt", "~$c.txt", "d.txt"]);
        let inputs = found(&folder);
        assert_eq!((inputs.files.len(), inputs.skipped.len()), (1, 0));
    }

    #[test]
    fn files_that_are_no_documents_are_skipped_and_counted() {
        let folder = folder(&["a.TXT", "b.exe", "README"]);
        fs::write(folder.path().join("c"), [0, 1, 2, 3]).unwrap();
        let inputs = found(&folder);
        assert_eq!(ids(&inputs.files, &folder), ["a.TXT"]);
        assert_eq!(ids(&inputs.skipped, &folder), ["README", "b.exe", "c"]);
    }

    #[test]
    fn text_of_an_unknown_extension_is_read() {
        let folder = folder(&["a.job", "b"]);
        assert_eq!(ids(&found(&folder).files, &folder), ["a.job", "b"]);
    }

    #[test]
    fn a_file_that_is_named_is_read_whatever_its_name() {
        let folder = folder(&[".notes"]);
        let path = folder.path().join(".notes");
        assert_eq!(
            walk(std::slice::from_ref(&path))
                .unwrap()
                .files
                .get(0)
                .unwrap()
                .path,
            path
        );
    }

    #[test]
    fn sizes_are_summed() {
        assert_eq!(found(&folder(&["a.txt", "bc.txt"])).files.bytes(), 11);
    }

    #[test]
    fn paths_keep_the_order_in_which_they_are_given() {
        let folder = folder(&["a.txt", "b.txt"]);
        let paths = ["b.txt", "a.txt"].map(|name| folder.path().join(name));
        assert_eq!(
            ids(&walk(&paths).unwrap().files, &folder),
            ["b.txt", "a.txt"]
        );
    }

    #[test]
    fn a_path_that_is_not_there_is_an_error() {
        let error = walk(&[PathBuf::from("no/such/folder")]).unwrap_err();
        assert_eq!(error.to_string(), "no/such/folder: no such file or folder");
    }

    #[test]
    fn a_dash_is_the_standard_input() {
        let file = walk(&[PathBuf::from("-")]).unwrap().files.get(0).unwrap();
        assert_eq!((file.id.as_str(), file.size), ("-", 0));
    }

    #[test]
    fn an_empty_folder_has_no_files() {
        assert!(found(&folder(&[])).files.is_empty());
    }

    #[cfg(unix)]
    mod links {
        use std::os::unix::fs::symlink;

        use super::*;

        #[test]
        fn a_link_to_a_file_is_read() {
            let folder = folder(&["a.txt"]);
            symlink("a.txt", folder.path().join("b.txt")).unwrap();
            assert_eq!(ids(&found(&folder).files, &folder), ["a.txt", "b.txt"]);
        }

        #[test]
        fn a_link_to_a_folder_is_not_followed() {
            let folder = folder(&["a/b.txt"]);
            symlink("..", folder.path().join("a/up")).unwrap();
            assert_eq!(ids(&found(&folder).files, &folder), ["a/b.txt"]);
        }

        #[test]
        fn a_link_that_is_named_is_followed() {
            let folder = folder(&["a/b.txt"]);
            let link = folder.path().join("c");
            symlink("a", &link).unwrap();
            assert_eq!(ids(&walk(&[link]).unwrap().files, &folder), ["c/b.txt"]);
        }

        #[test]
        fn a_link_to_nothing_is_a_failure() {
            let folder = folder(&["a.txt"]);
            symlink("nothing", folder.path().join("b.txt")).unwrap();
            let inputs = found(&folder);
            assert_eq!(inputs.files.len(), 1);
            assert_eq!(inputs.failures[0].reason, "no such file");
        }
    }
}
