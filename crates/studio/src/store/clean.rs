//! The mark of a clean exit, a small file beside the job book. Where it does not stand, or speaks of
//! another file, the last run ended in the middle and the book is looked over before it is used.

use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::files;

fn mark(database: &Path) -> PathBuf {
    database.with_extension("clean")
}

/// What the mark says: the book's size and the time of its last change.
fn words(database: &Path) -> io::Result<String> {
    let about = database.metadata()?;
    let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(format!("{} {}\n", about.len(), changed.as_nanos()))
}

/// Whether the book stands as a clean exit left it.
pub(super) fn stands(database: &Path) -> bool {
    let found = std::fs::read_to_string(mark(database));
    matches!((found, words(database)), (Ok(found), Ok(words)) if found == words)
}

/// Sets the mark. Nothing may be written to the book after this.
pub(super) fn set(database: &Path) -> io::Result<()> {
    files::write(&mark(database), words(database)?.as_bytes())
}

/// Takes the mark away, before the first write.
pub(super) fn forget(database: &Path) -> io::Result<()> {
    if files::remove(&mark(database))? {
        files::sync_folder(files::folder_of(database))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_mark_speaks_of_the_file_it_was_set_for() {
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("studio.db");
        files::write(&book, b"one").unwrap();
        assert!(!stands(&book));
        set(&book).unwrap();
        assert!(stands(&book));
        // Another file under the same name, such as one put back by hand.
        files::write(&book, b"other").unwrap();
        assert!(!stands(&book));
        set(&book).unwrap();
        forget(&book).unwrap();
        assert!(!stands(&book));
        forget(&book).unwrap();
    }
}
