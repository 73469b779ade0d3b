//! One engine per data folder: the first process opens the studio, a second one speaks to it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::api::types::{ApiError, AppState, Job, Settings};
use crate::batches::{Batches, Source};
use crate::http::{Remote, Variant};
use crate::library::ThumbSize;
use crate::news::Watch;
use crate::{Config, OpenError, Studio};

/// How long we wait for a process that has the lock and whose door is not open (it starts or ends).
const PATIENCE: Duration = Duration::from_secs(10);

/// Pause between two looks at the lock and the door.
const PAUSE: Duration = Duration::from_millis(50);

/// A studio, wherever its engine runs.
pub enum Host {
    /// In this process.
    Local(Arc<Studio>),
    /// In the process that had the data folder first.
    Remote(Remote),
}

impl Host {
    /// Opens the studio and starts its engine, or finds the process that has it.
    pub async fn open(config: Config) -> Result<Self, ApiError> {
        let host = Self::look(config).await?;
        if let Self::Local(studio) = &host {
            studio.start().await?;
        }
        Ok(host)
    }

    /// Opens the studio to read and to write down, without an engine: nothing is sent or resumed.
    pub async fn look(config: Config) -> Result<Self, ApiError> {
        let until = Instant::now() + PATIENCE;
        loop {
            // The lock and the door are looked at by turns: either process may come or go between.
            match Studio::open(config.clone()).await {
                Ok(studio) => return Ok(Self::Local(studio)),
                Err(OpenError::Locked) => {}
                Err(other) => return Err(other.into()),
            }
            if let Ok(remote) = Remote::find(&config.data).await {
                return Ok(Self::Remote(remote));
            }
            if Instant::now() >= until {
                return Err(OpenError::Locked.into());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Runs one command. From a remote studio the error may also be `away` or `lost`, see
    /// [`Remote::call`]; after either the data folder can be opened anew.
    pub async fn call(&self, name: &str, payload: Value) -> Result<Value, ApiError> {
        match self {
            Self::Local(studio) => studio.call(name, payload).await,
            Self::Remote(remote) => remote.call(name, payload).await,
        }
    }

    /// Committed changes from now on. Of a remote studio that does not answer they are over at once.
    pub async fn changes(&self) -> Batches {
        Batches::of(match self {
            Self::Local(studio) => Source::Local(studio.changes()),
            Self::Remote(remote) => Source::Remote(remote.changes().await.ok().map(Box::new)),
        })
    }

    /// What a command answers; None, with a line in the log, when it does not.
    pub async fn read<T: DeserializeOwned>(&self, name: &str, payload: Value) -> Option<T> {
        let answer = self.call(name, payload).await;
        let read = answer.map(|answer| serde_json::from_value(answer).map_err(|e| e.to_string()));
        read.unwrap_or_else(|e| Err(e.to_string()))
            .inspect_err(|error| tracing::warn!(name, error, "not read"))
            .ok()
    }

    /// Where media are served; None when the studio does not answer.
    pub async fn media_base(&self) -> Option<String> {
        let state: Option<AppState> = self.read("app_state", json!({})).await;
        state.map(|state| state.media_base)
    }

    /// What is under way, to tell of its end.
    pub async fn watch(&self) -> Watch {
        let open: Option<Vec<Job>> = self.read("list_jobs", json!({ "open": true })).await;
        let settings: Option<Settings> = self.read("get_settings", json!({})).await;
        Watch::new(&open.unwrap_or_default(), &settings.unwrap_or_default())
    }

    /// The file of a print's small picture. A studio in another process keeps its own.
    pub async fn small_picture(&self, print: &str) -> Option<PathBuf> {
        let Self::Local(studio) = self else { return None };
        let file = studio.media_file(print, Variant::Thumb(ThumbSize::Small)).await;
        file.inspect_err(|error| tracing::info!(?error, "no small picture"))
            .ok()
            .map(|file| file.path)
    }

    /// Where a print's file truly lies, if that is in the library. A host names a print, never a path.
    pub async fn print_file(&self, print: &str) -> Result<PathBuf, ApiError> {
        let state = self.call("app_state", json!({})).await?;
        let book = self.call("get_print", json!({ "id": print })).await?;
        let path = |value: &Value| PathBuf::from(value.as_str().unwrap_or_default());
        let (library, file) = (path(&state["library"]), path(&book["print"]["path"]));
        inside(&library, &file).ok_or_else(|| ApiError {
            detail: file.display().to_string(),
            ..ApiError::new(
                "invalid",
                t!("That file is not in the library."),
                t!("Nothing was opened. The address is in the details."),
            )
        })
    }

    /// Leaves a true record and lets go of the data folder. A remote studio goes on.
    pub async fn shutdown(&self) {
        if let Self::Local(studio) = self {
            studio.shutdown().await;
        }
    }
}

/// The file's true place, if that is in the library.
fn inside(library: &Path, file: &Path) -> Option<PathBuf> {
    let (library, file) = (library.canonicalize().ok()?, file.canonicalize().ok()?);
    file.starts_with(&library).then_some(file)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_files_of_the_library_are_shown() {
        let desk = tempfile::tempdir().unwrap();
        let library = desk.path().join("library");
        std::fs::create_dir_all(library.join("2026")).unwrap();
        let (print, secret) = (library.join("2026/boat.png"), desk.path().join("secret.txt"));
        for file in [&print, &secret] {
            std::fs::File::create(file).unwrap();
        }
        assert_eq!(inside(&library, &print), Some(print.canonicalize().unwrap()));
        assert_eq!(inside(&library, &secret), None);
        assert_eq!(inside(&library, &library.join("../secret.txt")), None);
        assert_eq!(inside(&library, &library.join("gone.png")), None);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&secret, library.join("link.txt")).unwrap();
            assert_eq!(inside(&library, &library.join("link.txt")), None);
        }
    }
}
