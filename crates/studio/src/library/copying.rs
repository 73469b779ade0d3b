//! Copying a file to another disk so that it is there whole or not at all.

use std::fs::{File, Metadata};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::error::{LibraryError, Result};
use super::part::hash_file;
use super::place;

/// How often a file is begun anew that changes while it is read.
const TRIES: u32 = 3;

/// What a file was when it was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copied {
    /// Length in bytes.
    pub(super) bytes: u64,
    /// When it was last changed, ns UTC.
    pub(super) changed_ns: u64,
    /// Hex.
    pub(super) blake3: String,
}

/// Copies a file with its time, in place of any that is there. It is written in `workshop`, on the file system of
/// `to`, read again and compared by its hash before it gets its name.
pub(super) fn copy_whole(from: &Path, workshop: &Path, to: &Path) -> Result<Copied> {
    let read = |error| LibraryError::read(from, error);
    let written = |error| LibraryError::io(key!("copy the file"), to, error);
    if let Some(folder) = to.parent() {
        place::make_dirs(folder).map_err(written)?;
    }
    for _ in 0..TRIES {
        let before = from.metadata().map_err(read)?;
        let mut copy =
            tempfile::Builder::new().prefix("new-").tempfile_in(workshop).map_err(written)?;
        let (blake3, bytes) =
            pour(&mut File::open(from).map_err(read)?, copy.as_file_mut(), from, to)?;
        let after = from.metadata().map_err(read)?;
        if stamp(&before) != stamp(&after) || bytes != after.len() {
            continue;
        }
        if let Ok(changed) = after.modified() {
            copy.as_file().set_modified(changed).map_err(written)?;
        }
        copy.as_file().sync_all().map_err(written)?;
        if hash_file(copy.path())?.0 != blake3 {
            return Err(LibraryError::Io {
                what: key!("copy the file so that it stays the same"),
                source: io::ErrorKind::InvalidData.into(),
            });
        }
        copy.persist(to).map_err(|error| written(error.error))?;
        let (bytes, changed_ns) = stamp(&after);
        return Ok(Copied { bytes, changed_ns, blake3 });
    }
    Err(LibraryError::Io {
        what: key!("copy a file that another program goes on writing to"),
        source: io::ErrorKind::ResourceBusy.into(),
    })
}

/// Length and time of the last change, by which an untouched file is known.
pub(super) fn stamp(about: &Metadata) -> (u64, u64) {
    let since = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    (about.len(), since.map_or(0, |since| since.as_nanos() as u64))
}

fn pour(source: &mut File, copy: &mut File, from: &Path, to: &Path) -> Result<(String, u64)> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok((hasher.finalize().to_hex().to_string(), hasher.count())),
            Ok(got) => {
                hasher.update(&buffer[..got]);
                copy.write_all(&buffer[..got])
                    .map_err(|error| LibraryError::io(key!("copy the file"), to, error))?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(LibraryError::read(from, error)),
        }
    }
}
