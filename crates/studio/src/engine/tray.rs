//! A job's tray: media that come inside an answer go straight into part files of the library, and
//! what is told meanwhile into the job's glimpse.

use std::collections::HashSet;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use rushes_providers::types::RemoteOutput;
use rushes_providers::{Bin, Tray};

use super::Engine;
use crate::chance;
use crate::library::{Library, LibraryError, Part};
use crate::live::Live;

/// The tray of one call.
pub(super) struct JobTray {
    library: Library,
    live: Arc<Live>,
    job: String,
    /// What this call has put there.
    held: Arc<Mutex<HashSet<String>>>,
}

impl Engine {
    /// A tray for one call of a job.
    pub(super) fn tray(&self, job: &str) -> Arc<JobTray> {
        Arc::new(JobTray {
            library: self.library.clone(),
            live: self.live.clone(),
            job: job.to_owned(),
            held: Arc::default(),
        })
    }
}

impl JobTray {
    /// Whether this call has put it there.
    pub(super) fn holds(&self, id: &str) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }

    /// Takes a file out again, into memory.
    fn take(&self, id: &str) -> Result<Vec<u8>, LibraryError> {
        let bytes = self.library.part_bytes(id)?;
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        self.library.settle(id)?;
        Ok(bytes)
    }
}

impl Tray for JobTray {
    fn open(&self) -> io::Result<Box<dyn Bin>> {
        let id = chance::id("out");
        let part = self.library.part(&id).map_err(io::Error::other)?;
        Ok(Box::new(Drawer {
            library: self.library.clone(),
            part: Some(part),
            id,
            held: self.held.clone(),
        }))
    }

    fn preview(&self, picture: RemoteOutput) {
        let bytes = match picture {
            RemoteOutput::Inline { bytes } => bytes,
            RemoteOutput::Kept { id } if self.holds(&id) => match self.take(&id) {
                Ok(bytes) => bytes.into(),
                Err(error) => {
                    tracing::debug!(%error, "a preview could not be shown");
                    return;
                }
            },
            _ => return,
        };
        self.live.show(&self.job, bytes);
    }

    fn progress(&self, part: Option<f32>, note: &str) {
        self.live.tell(&self.job, part, note);
    }
}

/// One file on its way in. Gone again unless it was finished.
struct Drawer {
    library: Library,
    part: Option<Part>,
    id: String,
    held: Arc<Mutex<HashSet<String>>>,
}

impl Bin for Drawer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.part {
            Some(part) => part.write(bytes).map_err(io::Error::other),
            None => Ok(()),
        }
    }

    fn finish(mut self: Box<Self>) -> io::Result<String> {
        if let Some(mut part) = self.part.take() {
            // The answer that carried them is not kept: they must outlive a power cut.
            part.sync().map_err(io::Error::other)?;
        }
        self.held.lock().unwrap_or_else(PoisonError::into_inner).insert(self.id.clone());
        Ok(self.id.clone())
    }
}

impl Drop for Drawer {
    fn drop(&mut self) {
        if self.part.take().is_some()
            && let Err(error) = self.library.settle(&self.id)
        {
            tracing::debug!(%error, "half a file stays until the next start");
        }
    }
}
