//! Putting bytes under a name so that a crash leaves either nothing or all of it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::error::{LibraryError, Result};

/// Makes a folder and those above it, for the user alone. Folders that exist stay as they are.
pub(super) fn make_dirs(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Options for a file that only the user may read.
pub(super) fn private() -> OpenOptions {
    #[cfg_attr(not(unix), allow(unused_mut))] // there is no mode to set elsewhere
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Makes a rename in this folder last through a power cut.
pub(super) fn sync_dir(folder: &Path) -> io::Result<()> {
    // Windows has no such call and orders its own metadata.
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Moves a finished file to its name; answers false when the name is taken. Both must be on one
/// file system.
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<bool> {
    let mut path = tempfile::TempPath::try_from_path(from)?;
    path.disable_cleanup(true);
    match path.persist_noclobber(to) {
        Ok(()) => Ok(true),
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        // Neither an exclusive rename nor hard links on this file system (FAT): nobody else
        // writes here while we hold the studio's lock, so looking first is good enough.
        Err(failed) if refuses_links(&failed.error) => {
            if to.try_exists()? {
                return Ok(false);
            }
            fs::rename(from, to).map(|()| true)
        }
        Err(failed) => Err(failed.error),
    }
}

fn refuses_links(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
}

/// Writes a small file in one piece: to a temporary file in `workshop` (same file system), then
/// renamed over `to`.
pub(super) fn write_whole(workshop: &Path, to: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error| LibraryError::io(key!("save the file"), to, error);
    let mut file = tempfile::Builder::new().prefix("new-").tempfile_in(workshop).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(to).map_err(|error| failed(error.error))?;
    match to.parent() {
        Some(folder) => sync_dir(folder).map_err(failed),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test stops at the first surprise
    use super::*;

    #[test]
    fn a_taken_name_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("a"), folder.path().join("b"));
        write_whole(folder.path(), &from, b"new").unwrap();
        write_whole(folder.path(), &to, b"old").unwrap();
        assert!(!rename_new(&from, &to).unwrap());
        assert_eq!(
            (fs::read(&from).unwrap(), fs::read(&to).unwrap()),
            (b"new".to_vec(), b"old".to_vec())
        );
        fs::remove_file(&to).unwrap();
        assert!(rename_new(&from, &to).unwrap());
        assert_eq!((from.exists(), fs::read(&to).unwrap()), (false, b"new".to_vec()));
    }

    #[cfg(unix)]
    #[test]
    fn files_and_folders_are_the_users_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("2026/2026-11-22");
        make_dirs(&deep).unwrap();
        write_whole(&deep, &deep.join("a.json"), b"{}").unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(
            [mode(&folder.path().join("2026")), mode(&deep), mode(&deep.join("a.json"))],
            [0o700, 0o700, 0o600]
        );
    }
}
