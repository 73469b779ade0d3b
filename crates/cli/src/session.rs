//! The studio as this run sees it: opened here, or lent by the process that had it first.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rushes_studio::api::types::ApiError;
use rushes_studio::clock::System;
use rushes_studio::http::DoorConfig;
use rushes_studio::keys::Keychain;
use rushes_studio::library::{Library, LibraryError, whereabouts};
use rushes_studio::net::Wired;
use rushes_studio::{Config, Host, Language, default_data_dir, default_library_dir};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::RwLock;

use crate::args::Place;
use crate::embedded::EmbeddedSandbox;
use crate::exit::Failure;

/// Commands that may be asked twice without harm, when the process that had the studio closes
/// before it answers.
const REPEATABLE: [&str; 22] = [
    "app_state",
    "list_endpoints",
    "sync_models",
    "quote",
    "check_inputs",
    "list_jobs",
    "get_job",
    "wait_job",
    "cancel_job",
    "list_prints",
    "get_print",
    "get_asset",
    "verify_library",
    "move_library",
    "import_files",
    "look_over",
    "export_routes",
    "spend_report",
    "export_spend",
    "list_keys",
    "test_key",
    "get_settings",
];

/// Times that another process may close on us within one command.
const TAKEOVERS: usize = 5;

/// Whether jobs go on while this session is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// Sends, polls and fetches.
    Runs,
    /// Reads and writes down only.
    Rests,
}

/// One run's way to the studio.
pub(crate) struct Session {
    config: Config,
    engine: Engine,
    host: RwLock<Host>,
}

impl Session {
    pub(crate) async fn open(place: &Place, engine: Engine) -> Result<Self, Failure> {
        Self::with_door(place, engine, DoorConfig::default()).await
    }

    pub(crate) async fn with_door(
        place: &Place,
        engine: Engine,
        door: DoorConfig,
    ) -> Result<Self, Failure> {
        let config = Config {
            data: data_dir(place)?,
            library: library_dir(place)?,
            vault: Arc::new(Keychain::new()),
            embedded: Some(Arc::new(EmbeddedSandbox::default())),
            door,
            clock: Arc::new(System),
            net: Arc::new(Wired),
            language: Language::of_the_system(),
        };
        let host = RwLock::new(open(&config, engine).await?);
        Ok(Self { config, engine, host })
    }

    /// Runs one command. When the process that lent us the studio has closed, this one takes over.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        name: &str,
        payload: Value,
    ) -> Result<T, Failure> {
        let mut left = TAKEOVERS;
        loop {
            let error = match self.host.read().await.call(name, payload.clone()).await {
                Ok(value) => return read(name, value),
                Err(error) => error,
            };
            let again =
                error.code == "away" || (error.code == "lost" && REPEATABLE.contains(&name));
            if !again || left == 0 {
                return Err(error.into());
            }
            left -= 1;
            tracing::info!(command = name, "the other process closed, taking over");
            let mut host = self.host.write().await;
            *host = open(&self.config, self.engine).await?;
        }
    }

    /// The door, when the studio is open in this process.
    pub(crate) async fn door(&self) -> Option<rushes_studio::http::Door> {
        match &*self.host.read().await {
            Host::Local(studio) => studio.door(),
            Host::Remote(_) => None,
        }
    }

    /// A word for a person where the library folder is not there.
    pub(crate) fn library_away(&self) -> Option<String> {
        let folder = whereabouts(&self.config.data, &self.config.library);
        (!Library::stands_at(&folder)).then(|| {
            let away = LibraryError::Away { folder: folder.display().to_string() };
            format!("{} {}", away.message(), away.hint())
        })
    }

    /// Whether the engine runs in another process.
    pub(crate) async fn is_lent(&self) -> bool {
        matches!(&*self.host.read().await, Host::Remote(_))
    }

    /// Leaves a true record of what is under way.
    pub(crate) async fn close(&self) {
        self.host.read().await.shutdown().await;
    }
}

async fn open(config: &Config, engine: Engine) -> Result<Host, ApiError> {
    match engine {
        Engine::Runs => Host::open(config.clone()).await,
        Engine::Rests => Host::look(config.clone()).await,
    }
}

/// The data folder that is meant.
pub(crate) fn data_dir(place: &Place) -> Result<PathBuf, Failure> {
    place.data.as_deref().map_or_else(|| Ok(default_data_dir()), absolute)
}

/// The media folder that is meant.
pub(crate) fn library_dir(place: &Place) -> Result<PathBuf, Failure> {
    place.library.as_deref().map_or_else(|| Ok(default_library_dir()), absolute)
}

pub(crate) fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|e| {
        Failure::usage(format!("{} is no folder name.", path.display()), "Give a folder.")
            .because(e)
    })
}

fn read<T: DeserializeOwned>(name: &str, value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|e| {
        Failure::failed(
            format!("The answer to {name} cannot be read."),
            "The process that has the data folder open may be another version of Rushes. Close it and try again.",
        )
        .because(e)
    })
}
