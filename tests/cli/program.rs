//! Runs the program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A temporary folder with files in it, in which the program is run.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A table: its header, and its rows by column name.
pub(crate) struct Rows {
    pub(crate) header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file and gives its place back.
    pub(crate) fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("a file");
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).expect(name)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = self.path().read_dir().expect("a folder");
        let mut names: Vec<String> = entries
            .map(|e| {
                e.expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadager"));
        command
            .args(args)
            .current_dir(self.path())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.command(args)
            .output()
            .expect("the program runs")
            .into()
    }

    /// Runs with `input` on the standard input.
    pub(crate) fn pipe(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut child = (self.command(args).stdin(Stdio::piped()))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        let feeding = std::thread::spawn(move || std::io::Write::write_all(&mut stdin, &input));
        let output = child.wait_with_output().expect("the program ends");
        // The program may stop reading early.
        let _ = feeding.join();
        output.into()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

impl Ran {
    /// The table on the standard output of a run that went well.
    #[track_caller]
    pub(crate) fn rows(&self) -> Rows {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        Rows::parse(&self.stdout)
    }
}

impl Rows {
    pub(crate) fn parse(text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader
            .headers()
            .expect("a header")
            .iter()
            .map(str::to_owned)
            .collect();
        let record = |r: csv::Result<csv::StringRecord>| {
            r.expect("a record").iter().map(str::to_owned).collect()
        };
        Self {
            header,
            rows: reader.records().map(record).collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The cell of a row.
    #[track_caller]
    pub(crate) fn cell(&self, row: usize, column: &str) -> &str {
        let at = self.header.iter().position(|name| name == column);
        &self.rows[row][at.unwrap_or_else(|| panic!("no column {column} in {:?}", self.header))]
    }

    /// The cells of a column.
    #[track_caller]
    pub(crate) fn column(&self, column: &str) -> Vec<&str> {
        (0..self.len()).map(|row| self.cell(row, column)).collect()
    }

    /// A cell as a number; an empty one is 0.
    #[track_caller]
    pub(crate) fn number(&self, row: usize, column: &str) -> f64 {
        let cell = self.cell(row, column);
        if cell.is_empty() {
            0.0
        } else {
            cell.parse().expect("a number")
        }
    }
}

/// A file or folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The same, as an argument.
pub(crate) fn arg(path: &str) -> String {
    repository(path).to_str().expect("UTF-8").to_owned()
}
