//! Pictures that callers uploaded: first a ticket, then the bytes.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::keep;
use crate::tasks::KEPT_MS;

pub(crate) struct Uploads {
    folder: Option<PathBuf>,
    shelf: Mutex<HashMap<String, Upload>>,
}

/// One upload. Its bytes lie in a file beside, or here when there is no state folder.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Upload {
    pub(crate) token: String,
    pub(crate) name: String,
    /// None where the ticket names no size.
    pub(crate) size: Option<u64>,
    pub(crate) content_type: String,
    pub(crate) at: Timestamp,
    #[serde(skip)]
    bytes: Option<Bytes>,
}

impl Upload {
    pub(crate) fn new(name: &str, size: u64, content_type: Option<&str>, at: Timestamp) -> Self {
        Self { size: Some(size), ..Self::of_any_size(name, content_type, at) }
    }

    /// One whose ticket names no size.
    pub(crate) fn of_any_size(name: &str, content_type: Option<&str>, at: Timestamp) -> Self {
        let name = plain_name(name);
        let content_type =
            content_type.map_or_else(|| crate::order::media_type(&name).to_owned(), str::to_owned);
        Self {
            token: uuid::Uuid::new_v4().simple().to_string(),
            name,
            size: None,
            content_type,
            at,
            bytes: None,
        }
    }
}

/// A file name that is safe in a path: letters, digits, dot, dash and underscore.
fn plain_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' })
        .collect();
    let plain = plain.trim_start_matches('.');
    if plain.is_empty() { "upload".to_owned() } else { plain.chars().take(120).collect() }
}

impl Uploads {
    pub(crate) fn open(state_dir: Option<&Path>) -> Result<Self, Error> {
        let mut shelf = HashMap::new();
        let folder = state_dir.map(|dir| dir.join("uploads"));
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder).map_err(Error::file(folder))?;
            for file in std::fs::read_dir(folder).map_err(Error::file(folder))? {
                let path = file.map_err(Error::file(folder))?.path();
                if path.extension().is_some_and(|e| e == "json") {
                    let text = std::fs::read(&path).map_err(Error::file(&path))?;
                    if let Ok(upload) = serde_json::from_slice::<Upload>(&text) {
                        shelf.insert(upload.token.clone(), upload);
                    }
                }
            }
        }
        Ok(Self { folder, shelf: Mutex::new(shelf) })
    }

    pub(crate) fn add(&self, upload: Upload) -> io::Result<()> {
        if let Some(folder) = &self.folder {
            keep::write_whole(
                &folder.join(format!("{}.json", upload.token)),
                &serde_json::to_vec(&upload)?,
            )?;
        }
        self.lock().insert(upload.token.clone(), upload);
        Ok(())
    }

    pub(crate) fn find(&self, token: &str) -> Option<Upload> {
        self.lock().get(token).cloned()
    }

    /// The newest of this name.
    pub(crate) fn named(&self, name: &str) -> Option<Upload> {
        self.lock().values().filter(|upload| upload.name == name).max_by_key(|u| u.at).cloned()
    }

    pub(crate) fn put(&self, token: &str, bytes: Bytes) -> io::Result<()> {
        if let Some(folder) = &self.folder {
            return keep::write_whole(&folder.join(format!("{token}.bytes")), &bytes);
        }
        if let Some(upload) = self.lock().get_mut(token) {
            upload.bytes = Some(bytes);
        }
        Ok(())
    }

    /// The bytes, once they were put.
    pub(crate) fn bytes(&self, token: &str) -> Option<Bytes> {
        let upload = self.find(token)?;
        match &self.folder {
            Some(folder) => {
                std::fs::read(folder.join(format!("{token}.bytes"))).ok().map(Bytes::from)
            }
            None => upload.bytes,
        }
    }

    /// Deletes what is older than seven days.
    pub(crate) fn prune(&self, now: Timestamp) {
        self.lock().retain(|token, upload| {
            let kept = now < crate::task::later(upload.at, KEPT_MS);
            if let (false, Some(folder)) = (kept, &self.folder) {
                keep::remove(&folder.join(format!("{token}.json")));
                keep::remove(&folder.join(format!("{token}.bytes")));
            }
            kept
        });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Upload>> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
