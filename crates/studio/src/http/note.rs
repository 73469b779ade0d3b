//! The note in the data folder by which a second process finds the open door.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const NAME: &str = "door.json";

/// What the note says. Only the user may read it: the token opens everything.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorNote {
    /// TCP port on 127.0.0.1.
    pub port: u16,
    /// The secret in the door's path.
    pub token: String,
    /// The process behind the door.
    pub pid: u32,
}

impl DoorNote {
    /// Writes the note as a whole or not at all; answers where it is.
    pub(super) fn write(&self, data: &Path) -> io::Result<PathBuf> {
        let path = data.join(NAME);
        let fresh = data.join(format!("{NAME}.{}.new", self.pid));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&fresh)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        drop(file);
        std::fs::rename(&fresh, &path)?;
        Ok(path)
    }

    /// Reads the note; None when there is none or it makes no sense.
    pub fn read(data: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(data.join(NAME)).ok()?).ok()
    }
}
