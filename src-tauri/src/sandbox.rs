//! The built-in provider: the sandbox, started when it is first needed.

use std::path::Path;
use std::time::Duration;

use rushes_sandbox::{Config, Sandbox};
use rushes_studio::{Address, Embedded};
use tokio::sync::OnceCell;

/// The sandbox of this window, which lives as long as the window.
#[derive(Default)]
pub(crate) struct Builtin(OnceCell<Sandbox>);

#[async_trait::async_trait]
impl Embedded for Builtin {
    async fn start(&self, state_dir: &Path) -> Result<Address, String> {
        let start = || Sandbox::start(config(state_dir));
        let sandbox = self.0.get_or_try_init(start).await.map_err(|e| e.to_string())?;
        Ok(Address { base_url: sandbox.base_url(), key: sandbox.token().to_owned().into() })
    }
}

/// How long renders take, and where the ledger is kept, may be set from outside for tests and demonstrations.
fn config(state_dir: &Path) -> Config {
    let mut config = Config { state_dir: Some(state_dir.to_owned()), ..Config::default() };
    config.ledger = std::env::var_os("RUSHES_SANDBOX_LEDGER").map(Into::into);
    for (name, time) in [
        ("RUSHES_SANDBOX_IMAGE_MS", &mut config.render_time.image),
        ("RUSHES_SANDBOX_VIDEO_MS", &mut config.render_time.video),
    ] {
        if let Some(ms) = std::env::var(name).ok().and_then(|ms| ms.parse().ok()) {
            *time = Duration::from_millis(ms);
        }
    }
    config
}
