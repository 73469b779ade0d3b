//! The engine: takes up whatever the job book says is due, one small step at a time.
//!
//! There is one scheduler. It asks the book what is due, starts a step for each (submit, poll,
//! fetch, look up), and sleeps until the next time in the book. A step reads its record, does its
//! I/O, lets `job::next` decide and commits the outcome; a crash between two steps loses nothing.

mod cancel;
mod doubt;
mod download;
mod lines;
mod poll;
mod references;
mod rescue;
mod save;
mod submit;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::clock::Clock;
use crate::job::AttemptState;
use crate::library::{Library, LibraryError};
use crate::store::{self, AttemptRow, Store, StoreError};

pub use lines::{Address, Embedded, Line, LineError, Lines};
pub(crate) use save::day;

/// How many due rows one round takes.
const ROUND: u32 = 64;
/// The scheduler looks up at least this often.
const LOOK_UP_MS: i64 = 60_000;
/// Pause after a step that could not write its outcome down.
const STUMBLE_MS: i64 = 2_000;

/// A step that could not record what it saw. The row stays due and is taken up again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[error("a background task ended early")]
    Ended(#[from] tokio::task::JoinError),
}

/// Everything the steps work with.
pub struct Engine {
    store: Store,
    library: Library,
    lines: Arc<Lines>,
    clock: Arc<dyn Clock>,
    wake: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Steps that are on the wire with a submit; quitting waits for them.
    submits: TaskTracker,
    busy: Mutex<HashSet<String>>,
}

impl Engine {
    /// An engine that has not begun.
    pub fn new(
        store: Store,
        library: Library,
        lines: Arc<Lines>,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        Arc::new(Self {
            store,
            library,
            lines,
            clock,
            wake: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            submits: TaskTracker::new(),
            busy: Mutex::new(HashSet::new()),
        })
    }

    /// Picks up what an earlier run left, then works until [`Engine::shutdown`].
    pub async fn start(self: &Arc<Self>) -> Result<(), StoreError> {
        self.rescue().await?;
        let engine = Arc::clone(self);
        self.tasks.spawn(async move { engine.run().await });
        Ok(())
    }

    /// Looks at the book now: something was written that may be due.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Ends the rounds. Waits up to `grace` for answers to submits; an answer that comes later is
    /// a doubt at the next start.
    pub async fn shutdown(&self, grace: Duration) {
        self.stop.cancel();
        self.tasks.close();
        self.submits.close();
        let _ = tokio::time::timeout(grace, self.submits.wait()).await;
        let _ = tokio::time::timeout(grace, self.tasks.wait()).await;
    }

    async fn run(self: Arc<Self>) {
        loop {
            let now = self.clock.now_ms();
            let next = match self.round(now).await {
                Ok(next) => next.unwrap_or(i64::MAX).min(now + LOOK_UP_MS),
                Err(error) => {
                    tracing::error!(%error, "the job book could not be read");
                    now + STUMBLE_MS
                }
            };
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.wake.notified() => {}
                () = self.clock.sleep_until(next) => {}
            }
        }
    }

    /// Starts a step for everything that is due; answers when the next thing will be.
    async fn round(self: &Arc<Self>, now: i64) -> Result<Option<i64>, StoreError> {
        let (attempts, jobs, flights, next) = self
            .store
            .read(move |sql| {
                let next = [store::attempts::next_due(sql, now)?, store::jobs::next_due(sql, now)?];
                Ok((
                    store::attempts::due(sql, now, ROUND)?,
                    store::jobs::due(sql, now, ROUND)?,
                    store::attempts::in_flight(sql)?,
                    next.into_iter().flatten().min(),
                ))
            })
            .await?;
        for attempt in attempts {
            self.take_up(attempt);
        }
        let mut flights: HashMap<String, u32> = flights.into_iter().collect();
        for (job, provider) in jobs {
            let under_way = flights.entry(provider.clone()).or_default();
            if *under_way >= self.lines.limit(&provider) {
                continue;
            }
            *under_way += 1;
            let engine = Arc::clone(self);
            let id = job.clone();
            self.step(&self.submits, job, async move { engine.submit(&id).await });
        }
        Ok(next)
    }

    fn take_up(self: &Arc<Self>, attempt: AttemptRow) {
        let engine = Arc::clone(self);
        let job = attempt.job.clone();
        self.step(&self.tasks, job, async move {
            let work = async {
                match attempt.state {
                    AttemptState::Accepted => engine.poll(&attempt).await,
                    AttemptState::Downloading => engine.download(&attempt).await,
                    AttemptState::InDoubt => engine.look_up(&attempt).await,
                    _ => Ok(()),
                }
            };
            // Polls and fetches can be dropped at any point: the book says where to go on.
            tokio::select! {
                () = engine.stop.cancelled() => Ok(()),
                done = work => done,
            }
        });
    }

    /// Runs one step unless this job already has one under way.
    fn step(
        self: &Arc<Self>,
        tracker: &TaskTracker,
        job: String,
        work: impl Future<Output = Result<(), StepError>> + Send + 'static,
    ) {
        if !self.busy().insert(job.clone()) {
            return;
        }
        let engine = Arc::clone(self);
        tracker.spawn(async move {
            // The claim is given back even when the step panics.
            let _claim = Claim { engine: Arc::clone(&engine), job: job.clone() };
            if let Err(error) = work.await {
                tracing::error!(job, %error, "a step could not be written down");
                let again = engine.clock.now_ms() + STUMBLE_MS;
                tokio::select! {
                    () = engine.stop.cancelled() => {}
                    () = engine.clock.sleep_until(again) => {}
                }
            }
        });
    }

    fn busy(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Claim {
    engine: Arc<Engine>,
    job: String,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.engine.busy().remove(&self.job);
        self.engine.wake();
    }
}

/// A new id: a prefix and a UUID v7, so that ids sort by time.
pub(crate) fn new_id(prefix: &str) -> String {
    format!("{prefix}_{}", uuid::Uuid::now_v7().simple())
}

/// A fresh seed: 31 bits, which every provider's field takes.
fn fresh_seed() -> i64 {
    i64::from(rand::random::<u32>() >> 1)
}

/// A number from 0 to 1, for jitter.
fn chance() -> f64 {
    rand::random()
}

/// Milliseconds of a wait, at least one.
fn ms(wait: Duration) -> i64 {
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 4).max(1)
}
