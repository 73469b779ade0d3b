//! Everything one running sandbox is made of.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{Semaphore, watch};
use tokio_util::task::TaskTracker;

use crate::catalog::Catalog;
use crate::dialects::openai_compatible::Subscription;
use crate::faults::Faults;
use crate::ledger::Ledger;
use crate::task::Task;
use crate::tasks::{Running, Tasks};
use crate::uploads::Uploads;
use crate::{Config, Error, keep};

pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) base_url: String,
    /// What `Sandbox::token` answers: the configured key, or any word when any is accepted.
    pub(crate) token: String,
    pub(crate) webhook_secret: String,
    /// Where callers of the Videos protocol want to be told of their videos.
    pub(crate) subscription: Subscription,
    pub(crate) catalog: Catalog,
    pub(crate) tasks: Tasks,
    pub(crate) uploads: Uploads,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    pub(crate) client: reqwest::Client,
    /// How many paintings go on at once.
    pub(crate) easels: Semaphore,
    pub(crate) tracker: TaskTracker,
    pub(crate) stop: watch::Sender<bool>,
    /// The same for painters, who do not await.
    pub(crate) stopped: Arc<AtomicBool>,
    /// Millionths of a US dollar before the first charge.
    pub(crate) starting_balance_micros: i64,
}

impl World {
    pub(crate) fn open(
        config: Config,
        base_url: String,
        stop: watch::Sender<bool>,
    ) -> Result<Self, Error> {
        let state_dir = config.state_dir.clone();
        let state_dir = state_dir.as_deref();
        let micros = |usd: f64| (usd * 1e6).round() as i64;
        let base_price = config.script.base_price.map_or(config.base_price_micros, micros);
        // Another part of the process may have chosen a TLS provider already; theirs serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::limited(3))
            .build()?;
        Ok(Self {
            token: config.token.clone().unwrap_or_else(|| "sandbox".to_owned()),
            webhook_secret: webhook_secret(state_dir)?,
            subscription: Subscription::default(),
            catalog: Catalog::new(base_price)?,
            tasks: Tasks::open(state_dir)?,
            uploads: Uploads::open(state_dir)?,
            ledger: Ledger::open(config.ledger.as_deref())?,
            faults: Faults::new(config.script.rules.clone()),
            client,
            easels: Semaphore::new(
                std::thread::available_parallelism().map_or(2, |n| n.get().clamp(1, 4)),
            ),
            tracker: TaskTracker::new(),
            stop,
            stopped: Arc::new(AtomicBool::new(false)),
            starting_balance_micros: config.script.balance.map_or(config.balance_micros, micros),
            base_url,
            config,
        })
    }

    pub(crate) fn balance_micros(&self) -> i64 {
        self.starting_balance_micros - self.ledger.spent_micros()
    }

    /// The task as the wire shows it now.
    pub(crate) fn prediction(&self, running: &Running) -> Value {
        let task = running.task();
        let output = if task.inputs["enable_base64_output"] == true {
            self.tasks
                .output(running)
                .map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes))
        } else {
            task.output_path().map(|path| format!("{}{path}", self.base_url))
        };
        let outputs: Vec<Value> = match task.end {
            Some(_) => output.into_iter().map(Value::from).collect(),
            None => Vec::new(),
        };
        task.prediction(&self.base_url, &outputs, Timestamp::now())
    }

    pub(crate) fn is_url_alive(&self, task: &Task) -> bool {
        task.is_url_alive(Timestamp::now(), self.config.url_life)
    }

    /// Lets go of what is too old.
    pub(crate) fn prune(&self) {
        let now = Timestamp::now();
        self.tasks.prune(now);
        self.uploads.prune(now);
        for running in self.tasks.all() {
            let task = running.task();
            if task.end.is_some()
                && task.inputs["enable_base64_output"] != true
                && !self.is_url_alive(&task)
            {
                self.tasks.forget_output(&running);
            }
        }
    }

    /// Tells everything to end.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.stop.send_replace(true);
        self.tracker.close();
    }
}

/// The secret that webhooks are signed with; with a state folder it stays the same across restarts.
fn webhook_secret(state_dir: Option<&Path>) -> Result<String, Error> {
    let fresh =
        || format!("whsec_{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    let Some(dir) = state_dir else { return Ok(fresh()) };
    let path = dir.join("webhook-secret");
    match std::fs::read_to_string(&path) {
        Ok(secret) if secret.starts_with("whsec_") => Ok(secret),
        _ => {
            let secret = fresh();
            keep::write_whole(&path, secret.as_bytes()).map_err(Error::file(&path))?;
            Ok(secret)
        }
    }
}
