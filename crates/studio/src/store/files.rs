//! Files beside the job book: for the user alone, and whole or not there at all.

use std::fs::{DirBuilder, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// Temporary files begin with this, so that what a crash left can be told apart.
pub(super) const FRESH: &str = "new-";

/// The folder a file stands in.
pub(super) fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new("."))
}

/// Makes a folder that only the user may enter.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), allow(unused_mut))] // there is no mode to set elsewhere
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// An empty file of a name of its own that only the user may read; gone again unless it is kept.
pub(super) fn fresh(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(FRESH).tempfile_in(folder)
}

/// Gives a fresh file its name, in place of any before, so that it lasts through a power cut.
pub(super) fn keep(fresh: NamedTempFile, to: &Path) -> io::Result<()> {
    // Opened anew: SQLite may have written it, and a sync belongs to the file and not to a handle.
    File::options().write(true).open(fresh.path())?.sync_all()?;
    fresh.persist(to).map_err(|error| error.error)?;
    sync_folder(folder_of(to))
}

/// Writes a small file as a whole.
pub(super) fn write(to: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fresh(folder_of(to))?;
    file.write_all(bytes)?;
    keep(file, to)
}

/// Removes a file; none is fine too.
pub(super) fn remove(path: &Path) -> io::Result<bool> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes names in this folder last through a power cut.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows has no such call and orders its own metadata.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
