//! One engine per data folder: a file lock that ends with the process.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

const NAME: &str = "engine.lock";

/// Held while a studio is open.
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// None when another process has it.
    pub(crate) fn take(data: &Path) -> io::Result<Option<Self>> {
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(data.join(NAME))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}
