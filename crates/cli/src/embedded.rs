//! The sandbox inside this process, started by the studio when it is first needed.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use rushes_sandbox::{Config, RenderTime, Sandbox};
use rushes_studio::{Address, Embedded};
use secrecy::SecretString;
use tokio::sync::Mutex;

/// Holds the running sandbox; it stops with this process.
#[derive(Default)]
pub(crate) struct EmbeddedSandbox(Mutex<Option<Sandbox>>);

#[async_trait]
impl Embedded for EmbeddedSandbox {
    async fn start(&self, state_dir: &Path) -> Result<Address, String> {
        let mut running = self.0.lock().await;
        if running.is_none() {
            let sandbox = Sandbox::start(config(state_dir)).await.map_err(|e| e.to_string())?;
            *running = Some(sandbox);
        }
        running
            .as_ref()
            .map(|sandbox| Address {
                base_url: sandbox.base_url(),
                key: SecretString::from(sandbox.token()),
            })
            .ok_or_else(|| "the sandbox did not start".into())
    }
}

/// The usual times, unless a test sets its own.
fn config(state_dir: &Path) -> Config {
    let usual = Config::default();
    let ms = |name: &str, usual: Duration| {
        let given = std::env::var(name).ok().and_then(|ms| ms.parse().ok());
        given.map_or(usual, Duration::from_millis)
    };
    Config {
        render_time: RenderTime {
            image: ms("RUSHES_SANDBOX_IMAGE_MS", usual.render_time.image),
            video: ms("RUSHES_SANDBOX_VIDEO_MS", usual.render_time.video),
        },
        ledger: std::env::var_os("RUSHES_SANDBOX_LEDGER").map(Into::into),
        state_dir: Some(state_dir.to_owned()),
        ..usual
    }
}
