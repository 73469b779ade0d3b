use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Script;

/// How a sandbox is set up. Build it with `..Config::default()`: fields may be added.
#[derive(Clone, Debug)]
pub struct Config {
    /// The TCP port on 127.0.0.1; 0 lets the system choose one.
    pub port: u16,
    /// The API key that callers must send; `None` accepts any non-empty bearer.
    pub token: Option<String>,
    /// The least time a task takes, by what it makes. Painting happens within it.
    pub render_time: RenderTime,
    /// How long a result URL answers after the task was completed.
    pub url_life: Duration,
    /// Where the append-only ledger is written (JSON lines); `None` keeps it in memory.
    pub ledger: Option<PathBuf>,
    /// Faults to play, and prices.
    pub script: Script,
    /// Whether pictures and clips carry the strip SANDBOX at their bottom left.
    pub label: bool,
    /// Where tasks, uploads and outputs are kept, so that they outlive a restart.
    pub state_dir: Option<PathBuf>,
    /// How long a submit with `enable_sync_mode` waits before it answers code 5004.
    pub sync_wait: Duration,
    /// The largest upload, in bytes; above it the answer is 413.
    pub upload_limit: u64,
    /// The base price of every model in millionths of a US dollar. A script's `base_price` wins.
    pub base_price_micros: i64,
    /// The balance before the first charge, in millionths of a US dollar. A script's `balance` wins.
    pub balance_micros: i64,
}

/// The least time from submit to completion.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RenderTime {
    /// For pictures.
    pub image: Duration,
    /// For clips.
    pub video: Duration,
}

impl Config {
    /// For a sandbox inside another program: what it remembers lies in `state_dir`. How long renders
    /// take (`RUSHES_SANDBOX_IMAGE_MS`, `RUSHES_SANDBOX_VIDEO_MS`) and where the ledger is kept
    /// (`RUSHES_SANDBOX_LEDGER`) may be set from outside, for tests and demonstrations.
    pub fn embedded(state_dir: &Path) -> Self {
        let usual = Self::default();
        let ms = |name: &str, usual: Duration| {
            let given = std::env::var(name).ok().and_then(|ms| ms.parse().ok());
            given.map_or(usual, Duration::from_millis)
        };
        Self {
            render_time: RenderTime {
                image: ms("RUSHES_SANDBOX_IMAGE_MS", usual.render_time.image),
                video: ms("RUSHES_SANDBOX_VIDEO_MS", usual.render_time.video),
            },
            ledger: std::env::var_os("RUSHES_SANDBOX_LEDGER").map(Into::into),
            state_dir: Some(state_dir.to_owned()),
            ..usual
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            port: 0,
            token: None,
            render_time: RenderTime {
                image: Duration::from_millis(800),
                video: Duration::from_secs(6),
            },
            url_life: Duration::from_hours(1),
            ledger: None,
            script: Script::default(),
            label: true,
            state_dir: None,
            sync_wait: Duration::from_mins(1),
            upload_limit: 200 * 1024 * 1024,
            base_price_micros: 0,
            balance_micros: 0,
        }
    }
}
