//! Files that are complete or absent.
//!
//! **In:** bytes in order. **Out:** a file under its final name once [`Output::finish`] succeeds, or nothing.
//! The decision that lives here: bytes go to a temporary file in the same folder, which is
//! renamed at the end and removed if the program stops before; or, for a folder that appears as a whole, to its
//! file, which can be gone on with.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Stdout, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// Where a table goes.
#[derive(Debug)]
pub struct Output {
    name: String,
    target: Target,
}

#[derive(Debug)]
enum Target {
    Stdout(Stdout),
    File(PathBuf, BufWriter<NamedTempFile>),
    /// A device or pipe: it cannot be replaced, so it is written to directly.
    Device(File),
    /// A file of a folder that is complete or absent as a whole.
    Member(BufWriter<File>, u64),
}

impl Output {
    /// The standard output.
    pub fn stdout() -> Self {
        Self {
            name: "stdout".to_owned(),
            target: Target::Stdout(io::stdout()),
        }
    }

    /// The file `path`, which appears only when all is written.
    ///
    /// # Errors
    ///
    /// If its folder does not exist or cannot be written to, or `path` is a folder.
    pub fn file(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let fail = |source| Error::output(&name, source);
        if path.is_dir() {
            return Err(fail(io::Error::other("it is a folder")));
        }
        if path.exists() && !path.is_file() {
            let target = Target::Device(File::options().write(true).open(path).map_err(fail)?);
            return Ok(Self { name, target });
        }
        // A link is kept and the file that it leads to is replaced.
        let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = match path.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".leadager-").suffix(".partial");
        #[cfg(unix)]
        {
            // The usual rights of a new file, less the user's mask: not only for the owner.
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(fail)?;
        let target = Target::File(path.to_owned(), BufWriter::with_capacity(1 << 16, file));
        Ok(Self { name, target })
    }

    /// The file `path` of a folder that nobody else sees yet, from byte `from` on; what
    /// stood there behind it is dropped.
    ///
    /// # Errors
    ///
    /// If it cannot be made, or is shorter than that.
    pub fn member(path: &Path, from: u64) -> Result<Self> {
        let name = path.display().to_string();
        let open = || {
            let mut options = File::options();
            let mut file = options
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?;
            if file.metadata()?.len() < from {
                return Err(io::Error::other("it is shorter than what was settled"));
            }
            file.set_len(from)?;
            file.seek(SeekFrom::End(0))?;
            Ok(file)
        };
        let file = open().map_err(|source| Error::output(&name, source))?;
        let target = Target::Member(BufWriter::with_capacity(1 << 16, file), from);
        Ok(Self { name, target })
    }

    /// How many bytes the file of a folder has, all of them given to the system; 0 for other outputs.
    ///
    /// # Errors
    ///
    /// As [`Output::write`].
    pub fn settle(&mut self) -> Result<u64> {
        match &mut self.target {
            Target::Member(file, length) => {
                let length = *length;
                let flushed = file.flush().map(|()| length);
                flushed.map_err(|source| Error::output(&self.name, source))
            }
            Target::Stdout(_) | Target::File(..) | Target::Device(_) => Ok(0),
        }
    }

    /// Writes `bytes` after those written before.
    ///
    /// # Errors
    ///
    /// If the system refuses: no space left, a closed pipe.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = match &mut self.target {
            Target::Stdout(stdout) => stdout.lock().write_all(bytes),
            Target::File(_, file) => file.write_all(bytes),
            Target::Device(file) => file.write_all(bytes),
            Target::Member(file, length) => {
                *length += bytes.len() as u64;
                file.write_all(bytes)
            }
        };
        written.map_err(|source| Error::output(&self.name, source))
    }

    /// Ends the output: a file gets its final name.
    ///
    /// # Errors
    ///
    /// If what is left cannot be written or the file cannot be renamed; it is removed then.
    pub fn finish(self) -> Result<()> {
        let finished = match self.target {
            Target::Stdout(mut stdout) => stdout.flush(),
            Target::Device(mut file) => file.flush(),
            Target::Member(file, _) => {
                (file.into_inner().map_err(io::Error::from)).and_then(|file| file.sync_all())
            }
            Target::File(path, file) => (file.into_inner().map_err(io::Error::from))
                .and_then(|file| file.as_file().sync_all().map(|()| file))
                .and_then(|file| file.persist(path).map(drop).map_err(io::Error::from)),
        };
        finished.map_err(|source| Error::output(&self.name, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_that_is_not_finished_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut output = Output::file(&folder.path().join("a.csv")).unwrap();
        output.write(b"half").unwrap();
        drop(output);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[test]
    fn a_member_goes_on_behind_what_was_settled() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mut output = Output::member(&path, 0).unwrap();
        output.write(b"settled").unwrap();
        let settled = output.settle().unwrap();
        output.write(b" and lost").unwrap();
        drop(output);
        let mut output = Output::member(&path, settled).unwrap();
        output.write(b"!").unwrap();
        output.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"settled!");
    }

    #[test]
    fn a_finished_output_replaces_an_older_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "old").unwrap();
        let mut output = Output::file(&path).unwrap();
        output.write(b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        output.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }
}
