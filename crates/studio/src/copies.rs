//! Copies of the job book as hosts see them: listed, made at the user's word, handed out, and gone back to.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use crate::store::check::{self, Weight};
use crate::store::staged::{self, Source};
use crate::store::{Copy, StageError, backup};
use crate::view::{BookCopies, BookCopy};

/// A copy by name, time and size: what was found of it holds as long as these stay.
type Stamp = (String, i64, u64);

/// What was found of a copy: what is wrong with it, or how much is in it.
type Found = Result<Weight, String>;

/// What this process knows of the copies.
pub(crate) struct Copies {
    /// Reading a copy through takes a while, so each is read once.
    found: Mutex<HashMap<Stamp, Found>>,
    /// Why the copy that waited did not take the book's place at this start.
    trouble: Mutex<Option<String>>,
}

impl Copies {
    pub(crate) fn new(trouble: Option<String>) -> Self {
        Self { found: Mutex::default(), trouble: Mutex::new(trouble) }
    }

    /// What was said at the start is no longer of interest.
    pub(crate) fn settle(&self) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// All copies, read through where they were not yet. Blocks.
    pub(crate) fn list(&self, database: &Path) -> BookCopies {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone();
        BookCopies {
            folder: backup::folder(database).display().to_string(),
            copies: backup::all(database).into_iter().map(|copy| self.read(copy)).collect(),
            waiting: staged::waiting(database),
            trouble: trouble.unwrap_or_default(),
            restored: None,
        }
    }

    fn read(&self, copy: Copy) -> BookCopy {
        let Copy { path, name, kind, made_at, bytes } = copy;
        let stamp = (name.clone(), made_at, bytes);
        let known = self.found.lock().unwrap_or_else(PoisonError::into_inner).get(&stamp).cloned();
        let found = known.unwrap_or_else(|| {
            let found = weigh(&path);
            let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(stamp, found.clone());
            found
        });
        let weight = *found.as_ref().unwrap_or(&Weight::default());
        BookCopy {
            name,
            kind,
            made_at,
            bytes: bytes as i64,
            fault: found.err(),
            jobs: weight.jobs,
            prints: weight.prints,
        }
    }
}

fn weigh(path: &Path) -> Found {
    if let Some(fault) = check::copy_fault(path) {
        return Err(fault);
    }
    let weigh = || check::weight(&check::open_read_only(path)?);
    weigh().map_err(|error| error.to_string())
}

/// One of the copies that are kept, by its name. The name is looked for among them and never made part of a path.
pub(crate) fn kept(database: &Path, name: &str) -> Option<Copy> {
    backup::all(database).into_iter().find(|copy| copy.name == name)
}

/// The copy as something to go back to.
pub(crate) fn source_of(copy: Copy) -> Source {
    Source { path: copy.path, name: copy.name, made_at: copy.made_at, is_foreign: false }
}

/// A file of the user's as something to go back to.
pub(crate) fn source_at(path: PathBuf) -> Result<Source, StageError> {
    let about = path.metadata().map_err(StageError::Unread)?;
    let changed = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let made_at = changed.map_or(0, |since| since.as_millis() as i64);
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Source { path, name, made_at, is_foreign: true })
}

/// Why a copy was not written into a folder.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandOutError {
    /// The copy is damaged.
    #[error("the copy is damaged: {0}")]
    Damaged(String),
    /// It could not be written, or did not arrive as it was.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes a copy into a folder, under a name that no other file there has, and compares it. Blocks.
pub(crate) fn hand_out(copy: &Copy, folder: &Path) -> Result<PathBuf, HandOutError> {
    if let Some(fault) = check::copy_fault(&copy.path) {
        return Err(HandOutError::Damaged(fault));
    }
    let fresh = tempfile::Builder::new().prefix("new-").tempfile_in(folder)?;
    io::copy(&mut File::open(&copy.path)?, &mut fresh.as_file())?;
    fresh.as_file().sync_all()?;
    if hash(&copy.path)? != hash(fresh.path())? {
        return Err(io::Error::other("what was written is not what was read").into());
    }
    Ok(crate::handout::keep(fresh, folder, &copy.name)?)
}

fn hash(path: &Path) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize())
}
