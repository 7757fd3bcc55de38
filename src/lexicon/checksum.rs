//! The checksum of a lexicon.
//!
//! **In:** its files. **Out:** SHA-256, in hexadecimal. Two decisions live here: what it is taken over
//! (name, length and content of each file, in the order of their names; line ends count as `\n` and
//! folders do not count, so a copy elsewhere is the same lexicon), and that it is worked out when
//! somebody asks, for most commands do not.

use std::fmt;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::lexicon::source::SourceFile;

/// The checksum of some files.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) struct Checksum {
    files: Vec<SourceFile>,
    known: OnceLock<String>,
}

impl Checksum {
    /// That of `files`, which are sorted by name.
    pub(crate) fn of(files: &[&SourceFile]) -> Self {
        Self {
            files: files.iter().copied().cloned().collect(),
            known: OnceLock::new(),
        }
    }

    /// The checksum, 64 digits.
    pub(crate) fn hexadecimal(&self) -> &str {
        self.known.get_or_init(|| {
            let mut hash = Sha256::new();
            for file in &self.files {
                let content = file.normalised();
                hash.update(file.name());
                hash.update([0]);
                hash.update((content.len() as u64).to_le_bytes());
                hash.update(content.as_bytes());
            }
            format!("{:x}", hash.finalize())
        })
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hexadecimal())
    }
}

impl From<String> for Checksum {
    fn from(known: String) -> Self {
        Self {
            files: Vec::new(),
            known: known.into(),
        }
    }
}

impl From<Checksum> for String {
    fn from(checksum: Checksum) -> Self {
        checksum.hexadecimal().to_owned()
    }
}
