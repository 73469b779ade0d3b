//! The sandbox inside this process, started by the studio when it is first needed.

use std::path::Path;

use async_trait::async_trait;
use rushes_sandbox::{Config, Sandbox};
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
            let sandbox =
                Sandbox::start(Config::embedded(state_dir)).await.map_err(|e| e.to_string())?;
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
