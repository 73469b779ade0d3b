//! A server on this computer that speaks WaveSpeed's API v3 and paints procedural pictures and clips. No AI in it,
//! no cost, no network: the default provider of Rushes, the peer of its tests, and a simulator for people who build
//! on such services.
//!
//! ```no_run
//! # async fn example() -> Result<(), rushes_sandbox::Error> {
//! use rushes_sandbox::{Config, Sandbox};
//! let sandbox = Sandbox::start(Config::default()).await?;
//! println!("{} with the key {}", sandbox.base_url(), sandbox.token());
//! sandbox.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! # Models
//! `sandbox/stills`, `sandbox/stills/edit`, `sandbox/clips` and `sandbox/clips/image-to-video`. `GET /api/v3/models`
//! gives their schemas. The same inputs and seed give the same bytes.
//!
//! # Words in a prompt that change what happens
//! | word | effect |
//! |---|---|
//! | `[blocked]` | the task fails with code 1200, as content moderation does |
//! | `[fails]` | the task fails with code 1405 |
//! | `[fails on sandbox/stills]` | the same, on this model only |
//! | `[slow]` | the task takes five times its time |
//!
//! # Faults
//! A [`Script`] plays faults on chosen requests: odd statuses, delays, answers cut short, connections reset.
//!
//! # The ledger
//! Every task that was created is written down before its creation is answered, so that a test can prove that nothing
//! was paid twice: [`Sandbox::ledger`], or `GET /sandbox/ledger`. A caller may name its request with the header
//! `X-Client-Reference`.

mod answer;
mod catalog;
mod commission;
mod config;
mod dialects;
mod door;
mod drive;
mod error;
mod faults;
mod fetch;
mod keep;
mod ledger;
mod order;
mod paint;
mod routes;
mod script;
mod task;
mod tasks;
mod uploads;
mod webhook;
mod world;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

pub use config::{Config, RenderTime};
pub use error::Error;
pub use ledger::{Entry, EntryKind, LedgerSnapshot};
pub use script::{Answer, DropAt, On, Rule, Script};

use door::{Door, Fuse};
use world::World;

/// A running sandbox. It stops when it is dropped; [`Sandbox::stop`] also waits for it.
pub struct Sandbox {
    world: Arc<World>,
}

impl Sandbox {
    /// Opens the port and goes on with the tasks of an earlier run, if there is a state folder.
    pub async fn start(config: Config) -> Result<Self, Error> {
        if let Some(dir) = &config.state_dir {
            std::fs::create_dir_all(dir).map_err(Error::file(dir))?;
        }
        let port = config.port;
        let bind = |source| Error::Bind { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(bind)?;
        let base_url = format!("http://{}", listener.local_addr().map_err(bind)?);
        let stop = watch::Sender::new(false);
        let door = Door::new(listener, stop.subscribe());
        let mut stopped = stop.subscribe();
        let world = Arc::new(World::open(config, base_url, stop)?);
        world.prune();
        for running in world.tasks.all() {
            if running.task().end.is_none() {
                drive::start(&world, running);
            }
        }
        keep_pruning(&world);
        let app = routes::router(Arc::clone(&world)).into_make_service_with_connect_info::<Fuse>();
        world.tracker.spawn(async move {
            let stop = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            if let Err(error) = axum::serve(door, app).with_graceful_shutdown(stop).await {
                tracing::error!(%error, "the sandbox's server ended");
            }
        });
        Ok(Self { world })
    }

    /// Where it listens, such as `http://127.0.0.1:34567`.
    pub fn base_url(&self) -> String {
        self.world.base_url.clone()
    }

    /// A key it accepts.
    pub fn token(&self) -> &str {
        &self.world.token
    }

    /// The ledger as it stands.
    pub fn ledger(&self) -> LedgerSnapshot {
        self.world.ledger.snapshot()
    }

    /// How many requests of a kind came in since the start, whatever became of them; of [`On::Any`], all but those to
    /// the sandbox's own `/sandbox` paths.
    pub fn requests(&self, on: On) -> u64 {
        self.world.faults.came(on)
    }

    /// Plays these rules from now on, with their counts at zero. Prices and balance stay as they were at the start.
    pub fn set_rules(&self, rules: Vec<Rule>) {
        self.world.faults.replace(rules);
    }

    /// Ends all connections and paintings. Tasks that were under way go on at the next start, if there is a state folder.
    pub async fn stop(self) {
        self.world.stop();
        // Connections end at once; the bound is for a request whose own code hangs.
        let bound = Duration::from_secs(10);
        if tokio::time::timeout(bound, self.world.tracker.wait()).await.is_err() {
            tracing::warn!("the sandbox was left before all of it had ended");
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.world.stop();
    }
}

fn keep_pruning(world: &Arc<World>) {
    let (weak, mut stop) = (Arc::downgrade(world), world.stop.subscribe());
    world.tracker.spawn(async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_mins(1)) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let Some(world) = weak.upgrade() else { return };
            world.prune();
        }
    });
}
