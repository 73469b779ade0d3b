//! A studio in a temporary folder with a scripted sandbox behind it.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

pub mod line;
pub mod media;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rushes_sandbox::{RenderTime, Sandbox, Script};
use rushes_studio::api::types::{Job, JobBook, Submission};
use rushes_studio::http::DoorConfig;
use rushes_studio::keys::Memory;
use rushes_studio::net::{Net, Wired};
use rushes_studio::{Address, Config, Embedded, Language, Studio, clock};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A sandbox that outlives the studio, as a provider does.
pub struct Peer(pub Arc<Sandbox>);

struct At(Arc<Sandbox>);

#[async_trait]
impl Embedded for At {
    async fn start(&self, _: &Path) -> Result<Address, String> {
        Ok(Address { base_url: self.0.base_url(), key: self.0.token().into() })
    }
}

impl Peer {
    /// Renders take 150 ms for a picture and 600 ms for a clip.
    pub async fn start(script: Value) -> Self {
        Self::with_url_life(script, Duration::from_secs(600)).await
    }

    pub async fn with_url_life(script: Value, url_life: Duration) -> Self {
        let script: Script = serde_json::from_value(script).unwrap();
        let sandbox = Sandbox::start(rushes_sandbox::Config {
            render_time: RenderTime {
                image: Duration::from_millis(150),
                video: Duration::from_millis(600),
            },
            url_life,
            script,
            ..rushes_sandbox::Config::default()
        })
        .await
        .unwrap();
        Self(Arc::new(sandbox))
    }

    pub fn creates(&self) -> usize {
        self.0.ledger().creates
    }
}

pub struct Room {
    pub folder: TempDir,
}

impl Room {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub async fn open(&self, peer: &Peer) -> Arc<Studio> {
        self.open_over(peer, Arc::new(Wired)).await
    }

    /// The same, over a line of the test's own.
    pub async fn open_over(&self, peer: &Peer, net: Arc<dyn Net>) -> Arc<Studio> {
        let studio = Studio::open(Config {
            data: self.folder.path().join("data"),
            library: self.folder.path().join("library"),
            vault: Arc::new(Memory::default()),
            embedded: Some(Arc::new(At(peer.0.clone()))),
            door: DoorConfig::default(),
            clock: Arc::new(clock::System),
            net,
            language: Language::English,
        })
        .await
        .unwrap();
        studio.start().await.unwrap();
        studio
    }
}

pub async fn call<T: serde::de::DeserializeOwned>(
    studio: &Studio,
    name: &str,
    payload: Value,
) -> T {
    serde_json::from_value(studio.call(name, payload).await.unwrap()).unwrap()
}

/// Writes one job down.
pub async fn submit(studio: &Studio, endpoint: &str, inputs: Value) -> Job {
    let made: Submission =
        call(studio, "submit_job", json!({"endpoint": endpoint, "inputs": inputs})).await;
    assert_eq!(made.problems, vec![]);
    made.jobs.into_iter().next().unwrap()
}

pub async fn still(studio: &Studio) -> Job {
    let inputs = json!({"prompt": "hills at dawn", "size": "256*256"});
    submit(studio, "sandbox:sandbox/stills", inputs).await
}

/// Waits until the job rests and answers its record.
pub async fn rested(studio: &Studio, job: &Job) -> JobBook {
    let waited: Job = call(studio, "wait_job", json!({"id": job.id, "timeout_ms": 30_000})).await;
    call(studio, "get_job", json!({"id": waited.id})).await
}
