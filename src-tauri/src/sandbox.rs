//! The built-in provider: the sandbox, started when it is first needed.

use std::path::Path;

use rushes_sandbox::{Config, Sandbox};
use rushes_studio::{Address, Embedded};
use tokio::sync::OnceCell;

/// The sandbox of this window, which lives as long as the window.
#[derive(Default)]
pub(crate) struct Builtin(OnceCell<Sandbox>);

#[async_trait::async_trait]
impl Embedded for Builtin {
    async fn start(&self, state_dir: &Path) -> Result<Address, String> {
        let start = || Sandbox::start(Config::embedded(state_dir));
        let sandbox = self.0.get_or_try_init(start).await.map_err(|e| e.to_string())?;
        Ok(Address { base_url: sandbox.base_url(), key: sandbox.token().to_owned().into() })
    }
}
