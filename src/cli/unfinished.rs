//! The folder of a run that is not finished, and how far the run has come.
//!
//! A run writes into `.NAME.partial` beside its place, under `tables`; that folder is renamed when all is
//! written, so the destination is complete or absent. Beside `tables` stands `checkpoint.json`: how many bytes of
//! each table are settled, and where the inputs go on. It is replaced as a whole now and then, so that
//! a run that was killed at any moment can be continued by `--resume`.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How often the state is written down.
const OFTEN: Duration = Duration::from_millis(500);

/// How far a run has come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    /// What the run is over: it can be continued with the same only.
    pub(crate) key: String,
    /// Inputs that are done.
    pub(crate) files: u64,
    /// Pieces that are done of the input after those.
    pub(crate) pieces: u64,
    /// Documents, units and failures so far.
    pub(crate) counts: [u64; 3],
    /// Settled bytes of each table, the manifest last.
    pub(crate) lengths: Vec<u64>,
    /// Seconds that the run has taken.
    pub(crate) seconds: f64,
}

/// The folder of a run.
#[derive(Debug)]
pub(crate) struct Unfinished {
    target: PathBuf,
    place: PathBuf,
    key: String,
    /// Locked as long as the run goes on.
    _lock: File,
    noted: Option<Instant>,
}

/// What stands at the destination.
#[derive(Debug)]
pub(crate) enum Found {
    /// A folder to write into, and where the last run stopped.
    Open(Unfinished, Option<Checkpoint>),
    /// The run was finished already.
    Complete,
}

impl Unfinished {
    /// Opens the folder that becomes `target`, for a run over `key`. With `resume`, an
    /// interrupted run is continued; else it is thrown away.
    ///
    /// # Errors
    ///
    /// If something else stands there, another run is writing it, the interrupted one was over something
    /// else, or the folder cannot be made.
    pub(crate) fn open(target: &Path, key: String, resume: bool) -> Result<Found> {
        let fail = |error| Error::output(target.display().to_string(), error);
        let place = place_of(target)?;
        if !is_free(target) {
            if resume && target.join("manifest.json").is_file() {
                let _ = fs::remove_dir_all(&place);
                return Ok(Found::Complete);
            }
            let help = "give the name of a new folder, or remove it first";
            let shown = target.display();
            return Err(Error::usage(format!("{shown} exists already: {help}")));
        }
        fs::create_dir_all(&place).map_err(fail)?;
        let lock = File::create(place.join("lock")).map_err(fail)?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => {
                let shown = target.display();
                return Err(Error::usage(format!("another run is writing {shown}")));
            }
            // Where the system knows no locks there is none to heed.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let unfinished = Self {
            target: target.to_owned(),
            place,
            key,
            _lock: lock,
            noted: None,
        };
        let last = match resume {
            true => unfinished.last()?,
            false => None,
        };
        if last.is_none() {
            let _ = fs::remove_file(unfinished.checkpoint());
            let _ = fs::remove_dir_all(unfinished.tables());
            fs::create_dir(unfinished.tables()).map_err(fail)?;
        }
        Ok(Found::Open(unfinished, last))
    }

    /// The folder of the tables.
    pub(crate) fn tables(&self) -> PathBuf {
        self.place.join("tables")
    }

    fn checkpoint(&self) -> PathBuf {
        self.place.join("checkpoint.json")
    }

    /// Where the interrupted run stopped.
    fn last(&self) -> Result<Option<Checkpoint>> {
        let Ok(text) = fs::read(self.checkpoint()) else {
            return Ok(None);
        };
        match serde_json::from_slice::<Checkpoint>(&text) {
            Ok(last) if last.key == self.key => Ok(Some(last)),
            Ok(_) => Err(Error::usage(format!(
                "{}: the interrupted run had other inputs, options or another lexicon; run again without --resume",
                self.target.display()
            ))),
            Err(_) => Ok(None),
        }
    }

    /// True where it is time to write the state down.
    pub(crate) fn is_due(&self) -> bool {
        self.noted.is_none_or(|noted| noted.elapsed() >= OFTEN)
    }

    /// Writes the state down.
    pub(crate) fn note(&mut self, state: &Checkpoint) -> Result<()> {
        let fail = |error| Error::output(self.target.display().to_string(), error);
        let state = Checkpoint {
            key: self.key.clone(),
            ..state.clone()
        };
        let text = serde_json::to_vec(&state).map_err(|error| fail(error.into()))?;
        let fresh = self.place.join("checkpoint.new");
        fs::write(&fresh, text).map_err(fail)?;
        fs::rename(fresh, self.checkpoint()).map_err(fail)?;
        self.noted = Some(Instant::now());
        Ok(())
    }

    /// Puts the folder at its place.
    pub(crate) fn finish(self) -> Result<()> {
        let fail = |error| Error::output(self.target.display().to_string(), error);
        fs::rename(self.tables(), &self.target).map_err(fail)
        // What is left is removed when this is dropped.
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let interrupted = self.checkpoint().exists() && self.tables().exists();
        if !interrupted {
            let _ = fs::remove_dir_all(&self.place);
        }
    }
}

/// True where nothing is, or an empty folder.
fn is_free(target: &Path) -> bool {
    let mut entries = match target.read_dir() {
        Ok(entries) => entries,
        Err(_) => return !target.exists(),
    };
    entries.next().is_none()
}

/// The folder beside `target` in which it is made.
fn place_of(target: &Path) -> Result<PathBuf> {
    let Some(name) = target.file_name() else {
        let shown = target.display();
        return Err(Error::usage(format!("{shown} is no name for a new folder")));
    };
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(".partial");
    Ok(target.with_file_name(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(target: &Path, key: &str, resume: bool) -> (Unfinished, Option<Checkpoint>) {
        match Unfinished::open(target, key.to_owned(), resume).unwrap() {
            Found::Open(unfinished, last) => (unfinished, last),
            Found::Complete => panic!("complete"),
        }
    }

    fn state(files: u64) -> Checkpoint {
        Checkpoint {
            files,
            ..Checkpoint::default()
        }
    }

    #[test]
    fn an_interrupted_run_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let (mut unfinished, _) = open(&target, "k", false);
        unfinished.note(&state(3)).unwrap();
        drop(unfinished);
        assert_eq!(open(&target, "k", true).1.unwrap().files, 3);
    }

    #[test]
    fn without_resume_it_is_thrown_away() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let (mut unfinished, _) = open(&target, "k", false);
        unfinished.note(&state(3)).unwrap();
        drop(unfinished);
        drop(open(&target, "k", false));
        assert_eq!(open(&target, "k", true).1, None);
    }

    #[test]
    fn a_run_over_something_else_is_not_continued() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let (mut unfinished, _) = open(&target, "k", false);
        unfinished.note(&state(3)).unwrap();
        drop(unfinished);
        let error = Unfinished::open(&target, "other".to_owned(), true).unwrap_err();
        assert!(error.to_string().contains("other inputs"), "{error}");
    }

    #[test]
    fn two_runs_do_not_write_one_folder() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let first = open(&target, "k", false);
        let error = Unfinished::open(&target, "k".to_owned(), false).unwrap_err();
        assert!(error.to_string().contains("another run"), "{error}");
        drop(first);
    }

    #[test]
    fn a_finished_run_leaves_its_tables_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out");
        let (mut unfinished, _) = open(&target, "k", false);
        fs::write(unfinished.tables().join("manifest.json"), "{}").unwrap();
        unfinished.note(&state(1)).unwrap();
        unfinished.finish().unwrap();
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
        let again = Unfinished::open(&target, "k".to_owned(), true).unwrap();
        assert!(matches!(again, Found::Complete));
    }
}
