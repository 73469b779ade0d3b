//! One engine per data folder: the first process opens the studio, a second one speaks to it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use crate::api::types::ApiError;
use crate::http::Remote;
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

    /// Leaves a true record and lets go of the data folder. A remote studio goes on.
    pub async fn shutdown(&self) {
        if let Self::Local(studio) = self {
            studio.shutdown().await;
        }
    }
}
