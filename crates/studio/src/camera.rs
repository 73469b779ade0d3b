//! The camera roll: a folder of the user's whose newest pictures are offered as references. It is looked into
//! when somebody asks, and nothing of it is kept but small pictures in memory.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::library::{LibraryError, Roll, RollPicture, newest};

/// Small pictures that are kept in memory at most.
const MOST_SMALL: usize = 400;

/// What the last look found. Hosts name a picture by an id of that look, never by a path.
#[derive(Default)]
pub(crate) struct Camera {
    seen: Mutex<HashMap<String, Arc<RollPicture>>>,
    small: Mutex<HashMap<String, Bytes>>,
}

impl Camera {
    /// Looks into the folder. Blocks.
    pub(crate) fn look(
        &self,
        folder: &Path,
        library: &Path,
        most: usize,
    ) -> Result<Roll, LibraryError> {
        let roll = newest(folder, library, most);
        let found = roll.as_ref().map(|roll| roll.pictures.as_slice()).unwrap_or_default();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) =
            found.iter().map(|picture| (picture.id.clone(), Arc::new(picture.clone()))).collect();
        roll
    }

    /// The folder is another one, or none: nothing of it can be asked for any more.
    pub(crate) fn forget(&self) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.small.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// A picture of the last look.
    pub(crate) fn seen(&self, id: &str) -> Option<Arc<RollPicture>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// A small picture of it. Blocks.
    pub(crate) fn small(&self, id: &str) -> Option<Bytes> {
        let picture = self.seen(id)?;
        if let Some(made) = self.small.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Some(made.clone());
        }
        let made = picture.small().map(Bytes::from);
        let made = made.inspect_err(|error| tracing::debug!(%error, "no small picture")).ok()?;
        let mut small = self.small.lock().unwrap_or_else(PoisonError::into_inner);
        if small.len() >= MOST_SMALL {
            small.clear();
        }
        small.insert(id.to_owned(), made.clone());
        Some(made)
    }
}
