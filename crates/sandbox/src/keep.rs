//! Files that are whole or absent: written beside, flushed, then renamed.

use std::fs::{File, rename};
use std::io::{self, Write};
use std::path::Path;

pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("part");
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    // Prompts stand in them, and the sandbox's key.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    rename(&beside, path)?;
    match path.parent() {
        // A folder cannot be opened for syncing on every system; the rename itself has happened.
        Some(folder) => File::open(folder).and_then(|f| f.sync_all()).or(Ok(())),
        None => Ok(()),
    }
}

/// Removes a file that may be gone already.
pub(crate) fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, "a file of the sandbox could not be removed");
    }
}
