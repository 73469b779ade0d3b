//! Room kept back on the disk: a file that is given up when the disk is full, so that what is known
//! of a paid render can still be committed.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fs4::FileExt;
use rusqlite::ffi;

use super::{StoreError, files};

/// Size of the reserve.
const SIZE: u64 = 16 << 20;
/// With less than this free nothing is kept back: what is left is needed more elsewhere.
const LEAVE: u64 = 64 << 20;

/// The file beside the job book.
#[derive(Debug, Clone)]
pub(super) struct Reserve {
    path: PathBuf,
}

impl Reserve {
    pub(super) fn beside(database: &Path) -> Self {
        Self { path: database.with_extension("reserve") }
    }

    /// Takes the room, where there is enough; answers whether it is kept back now.
    pub(super) fn take(&self) -> io::Result<bool> {
        self.take_leaving(LEAVE)
    }

    fn take_leaving(&self, leave: u64) -> io::Result<bool> {
        if self.is_taken() {
            return Ok(true);
        }
        let folder = files::folder_of(&self.path);
        if fs4::available_space(folder)? < leave {
            return Ok(false);
        }
        let fresh = files::fresh(folder)?;
        fill(fresh.as_file())?;
        files::keep(fresh, &self.path)?;
        Ok(true)
    }

    /// Whether the room is kept back.
    pub(super) fn is_taken(&self) -> bool {
        self.path.metadata().is_ok_and(|about| about.len() >= SIZE)
    }

    /// Gives the room up when this error says that the disk is full.
    pub(super) fn help(&self, error: &StoreError) {
        if !error.is_full() {
            return;
        }
        match files::remove(&self.path) {
            Ok(true) => tracing::warn!("the disk is full: the job book's reserve was given up"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "the job book's reserve could not be given up"),
        }
    }
}

/// Takes blocks on the disk, not only a length.
fn fill(mut file: &File) -> io::Result<()> {
    if file.allocate(SIZE).is_ok() && file.allocated_size().is_ok_and(|size| size >= SIZE) {
        return Ok(());
    }
    // A file system that cannot allocate: bytes then, and such as do not compress to nothing.
    let mut random = blake3::Hasher::new().update(b"reserve").finalize_xof();
    let mut piece = vec![0; 1 << 20];
    file.set_len(0)?;
    for _ in 0..SIZE / piece.len() as u64 {
        random.fill(&mut piece);
        file.write_all(&piece)?;
    }
    Ok(())
}

impl StoreError {
    /// Whether the disk is full. A quota, and shared memory that cannot grow, come as errors of their
    /// own.
    pub(crate) fn is_full(&self) -> bool {
        let Self::Sqlite(rusqlite::Error::SqliteFailure(error, _)) = self else {
            return false;
        };
        error.code == rusqlite::ErrorCode::DiskFull
            || [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_SHMSIZE].contains(&error.extended_code)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn failure(code: i32) -> StoreError {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None).into()
    }

    #[test]
    fn the_room_is_taken_on_the_disk_and_given_up_when_it_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let reserve = Reserve::beside(&folder.path().join("studio.db"));
        assert!(reserve.take_leaving(0).unwrap());
        let file = File::open(&reserve.path).unwrap();
        assert!(file.allocated_size().unwrap() >= SIZE);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        reserve.help(&failure(ffi::SQLITE_BUSY));
        reserve.help(&StoreError::Closed);
        assert!(reserve.is_taken());
        reserve.help(&failure(ffi::SQLITE_FULL));
        assert!(!reserve.path.exists());
        reserve.help(&failure(ffi::SQLITE_FULL));
    }

    #[test]
    fn nothing_is_kept_back_on_a_disk_that_is_nearly_full() {
        let folder = tempfile::tempdir().unwrap();
        let reserve = Reserve::beside(&folder.path().join("studio.db"));
        assert!(!reserve.take_leaving(u64::MAX).unwrap());
        assert!(!reserve.path.exists());
    }
}
