//! What was copied by a move, in a file beside the job book: a line for each file. What a crash cuts off is
//! copied again.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::library::copying::Copied;
use crate::library::error::{LibraryError, Result};
use crate::library::place;

const FILE: &str = "library-move.jsonl";

#[derive(Serialize, Deserialize)]
struct Head {
    from: PathBuf,
    to: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Line {
    path: String,
    bytes: u64,
    changed_ns: u64,
    blake3: String,
}

#[derive(Debug)]
pub(super) struct Journal {
    pub(super) from: PathBuf,
    pub(super) to: PathBuf,
    /// What each file was when it was copied.
    pub(super) copied: BTreeMap<String, Copied>,
    path: PathBuf,
    log: File,
}

impl Copied {
    /// Whether a file of this length and time is the one that was copied.
    pub(super) fn is(&self, (bytes, changed_ns): (u64, u64)) -> bool {
        self.bytes == bytes && self.changed_ns == changed_ns
    }
}

impl Journal {
    pub(super) fn begin(data: &Path, from: &Path, to: &Path) -> Result<Self> {
        let path = data.join(FILE);
        let head = Head { from: from.to_path_buf(), to: to.to_path_buf() };
        let mut line = serde_json::to_vec(&head).map_err(|error| failed(&path, error.into()))?;
        line.push(b'\n');
        place::write_whole(data, &path, &line)?;
        Self::open(path, head, BTreeMap::new())
    }

    /// None where no move is under way.
    pub(super) fn read(data: &Path) -> Result<Option<Self>> {
        let path = data.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(LibraryError::read(&path, error)),
        };
        let mut lines = text.lines();
        let head: Head = serde_json::from_str(lines.next().unwrap_or_default())
            .map_err(|error| failed(&path, error.into()))?;
        let copied = lines
            .filter_map(|line| serde_json::from_str::<Line>(line).ok())
            .map(|Line { path, bytes, changed_ns, blake3 }| {
                (path, Copied { bytes, changed_ns, blake3 })
            })
            .collect();
        let mut journal = Self::open(path, head, copied)?;
        if !text.ends_with('\n') {
            journal.log.write_all(b"\n").map_err(|error| failed(&journal.path, error))?;
        }
        Ok(Some(journal))
    }

    fn open(path: PathBuf, head: Head, copied: BTreeMap<String, Copied>) -> Result<Self> {
        let log =
            place::private().append(true).open(&path).map_err(|error| failed(&path, error))?;
        Ok(Self { from: head.from, to: head.to, copied, path, log })
    }

    pub(super) fn note(&mut self, path: &str, copied: Copied) -> Result<()> {
        let line = Line {
            path: path.to_owned(),
            bytes: copied.bytes,
            changed_ns: copied.changed_ns,
            blake3: copied.blake3.clone(),
        };
        let mut line =
            serde_json::to_vec(&line).map_err(|error| failed(&self.path, error.into()))?;
        line.push(b'\n');
        self.log.write_all(&line).map_err(|error| failed(&self.path, error))?;
        self.copied.insert(path.to_owned(), copied);
        Ok(())
    }

    pub(super) fn sync(&mut self) -> Result<()> {
        self.log.sync_data().map_err(|error| failed(&self.path, error))
    }

    /// The move is over, or given up.
    pub(super) fn end(self) -> Result<()> {
        std::fs::remove_file(&self.path).map_err(|error| failed(&self.path, error))
    }
}

fn failed(path: &Path, error: io::Error) -> LibraryError {
    LibraryError::io(key!("keep the journal of the move"), path, error)
}
