//! Many files in little memory.
//!
//! **In:** files, folder by folder. **Out:** [`FileList`], which gives them back in that order. **Unit:** files. The
//! decision that lives here: of a file only its name and two numbers are kept, the names in one string, for
//! there may be millions.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::walk::{InputFile, id};

/// Files in the order in which they were found.
#[derive(Debug, Default)]
pub struct FileList {
    /// Each folder with the number of its first file; `None` where names are whole paths.
    folders: Vec<(usize, Option<PathBuf>)>,
    /// All names, one behind the other.
    names: String,
    /// Where each name ends.
    ends: Vec<u64>,
    /// Names that are not Unicode, and are empty among the others.
    odd: HashMap<usize, Box<OsStr>>,
    sizes: Vec<u64>,
    bytes: u64,
}

impl FileList {
    /// How many files.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.sizes.is_empty()
    }

    /// The sum of their sizes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The file at `index`.
    pub fn get(&self, index: usize) -> Option<InputFile> {
        let size = *self.sizes.get(index)?;
        let after = self.folders.partition_point(|(first, _)| *first <= index);
        let (_, folder) = self.folders.get(after.checked_sub(1)?)?;
        let path = match folder {
            Some(folder) => folder.join(self.name(index)),
            None => PathBuf::from(self.name(index)),
        };
        Some(InputFile {
            id: id(&path),
            path,
            size,
        })
    }

    fn name(&self, index: usize) -> &OsStr {
        if let Some(odd) = self.odd.get(&index) {
            return odd;
        }
        let from = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        OsStr::new(&self.names[from as usize..self.ends[index] as usize])
    }

    /// The files in order.
    pub fn iter(&self) -> impl Iterator<Item = InputFile> {
        self.iter_from(0)
    }

    /// The files in order, from `index` on.
    pub fn iter_from(&self, index: usize) -> impl Iterator<Item = InputFile> {
        (index..self.len()).filter_map(|index| self.get(index))
    }

    /// Adds a file of `folder`; without one, `name` is its whole path.
    pub(super) fn push(&mut self, folder: Option<&Path>, name: &OsStr, size: u64) {
        let index = self.len();
        let last = self.folders.last().map(|(_, folder)| folder.as_deref());
        if last != Some(folder) {
            self.folders.push((index, folder.map(Path::to_owned)));
        }
        match name.to_str() {
            Some(name) => self.names.push_str(name),
            None => {
                self.odd.insert(index, name.into());
            }
        }
        self.ends.push(self.names.len() as u64);
        self.sizes.push(size);
        self.bytes += size;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_back_as_they_were_put_in() {
        let mut list = FileList::default();
        let files = [
            (None, "a/b.txt", 1),
            (Some("x"), "c.txt", 2),
            (Some("x"), "d é.txt", 3),
            (Some("x/y"), "e.txt", 4),
            (Some("x"), "f.txt", 5),
            (None, "-", 0),
        ];
        for (folder, name, size) in files {
            list.push(folder.map(Path::new), OsStr::new(name), size);
        }
        let back: Vec<_> = list.iter().map(|file| (file.id, file.size)).collect();
        let expected = [
            "a/b.txt",
            "x/c.txt",
            "x/d é.txt",
            "x/y/e.txt",
            "x/f.txt",
            "-",
        ];
        assert_eq!(
            back,
            expected
                .map(String::from)
                .into_iter()
                .zip([1, 2, 3, 4, 5, 0])
                .collect::<Vec<_>>()
        );
        assert_eq!((list.len(), list.bytes()), (6, 15));
        assert_eq!(list.get(6), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_unicode_is_kept() {
        use std::os::unix::ffi::OsStrExt;
        let odd = OsStr::from_bytes(b"caf\xE9.txt");
        let mut list = FileList::default();
        for name in [OsStr::new("a.txt"), odd, OsStr::new("b.txt")] {
            list.push(Some(Path::new("x")), name, 1);
        }
        let paths: Vec<_> = list.iter().map(|file| file.path).collect();
        assert_eq!(
            paths,
            [
                Path::new("x").join("a.txt"),
                Path::new("x").join(odd),
                Path::new("x").join("b.txt")
            ]
        );
    }
}
