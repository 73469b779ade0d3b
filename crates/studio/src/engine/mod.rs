//! The engine: takes up whatever the job book says is due, one small step at a time.
//!
//! There is one scheduler. It asks the book what is due, starts a step for each (submit, poll,
//! fetch, look up), and sleeps until the next time in the book. A step reads its record, does its
//! I/O, lets `job::next` decide and commits the outcome; a crash between two steps loses nothing.

mod cancel;
mod crashes;
mod doubt;
mod download;
mod gate;
mod holds;
mod lines;
mod outcome;
mod poll;
mod references;
mod rescue;
mod save;
mod submit;
mod transfer;
mod tray;

use std::collections::{HashMap, HashSet};
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use rushes_providers::{Error, Kind};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::chance;
use crate::clock::Clock;
use crate::job::AttemptState;
use crate::library::{Library, LibraryError};
use crate::live::Live;
use crate::store::{self, AttemptRow, Hold, Store, StoreError};
use gate::{Gate, Shut};

pub use lines::{Address, Embedded, Line, LineError, Lines};
pub(crate) use save::day;

/// How many due rows of a provider one round takes.
const ROUND: u32 = 64;
/// Fetches at once, in all and from one provider.
const FETCHES: (u32, u32) = (4, 2);
/// The scheduler looks up at least this often.
const LOOK_UP_MS: i64 = 300_000;
/// Pause after a step that could not write its outcome down.
const STUMBLE_MS: i64 = 2_000;
/// Wall clock and timer part by more than this when the computer slept or its clock was set.
const JUMP_MS: i64 = 10_000;
/// What fell due while the computer slept is spread over this long.
const SPREAD_MS: i64 = 5_000;

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
    live: Arc<Live>,
    wake: Notify,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Steps that are on the wire with a submit; quitting waits for them.
    submits: TaskTracker,
    hands: Mutex<Hands>,
}

/// What is under way right now.
#[derive(Default)]
struct Hands {
    /// Jobs, and holds, with a step under way.
    busy: HashSet<String>,
    /// Fetches under way, by provider.
    fetching: HashMap<String, u32>,
    /// The gates to providers.
    gates: HashMap<String, Gate>,
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
            live: Arc::new(Live::new(store.clone())),
            store,
            library,
            lines,
            clock,
            wake: Notify::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            submits: TaskTracker::new(),
            hands: Mutex::default(),
        })
    }

    /// Picks up what an earlier run left, then works until [`Engine::shutdown`].
    pub async fn start(self: &Arc<Self>) -> Result<(), StoreError> {
        self.rescue().await?;
        let engine = Arc::clone(self);
        self.tasks.spawn(async move { engine.run().await });
        Ok(())
    }

    /// Asks after this piece of work at once, if it is one of ours under way.
    pub async fn ask_now(&self, provider: &str, remote_id: &str) -> Result<(), StoreError> {
        let (provider, remote_id) = (provider.to_owned(), remote_id.to_owned());
        let at = self.clock.now_ms();
        let ours = self.store.write(move |tx| tx.poll_now(&provider, &remote_id, at)).await?;
        if ours {
            self.wake();
        }
        Ok(())
    }

    /// What is seen of jobs while they run.
    pub fn live(&self) -> &Live {
        &self.live
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
        if let Err(error) = self.store.write(|tx| tx.put_down().map(drop)).await {
            tracing::warn!(%error, "the last record could not be written");
        }
    }

    async fn run(self: Arc<Self>) {
        let (mut wall, mut steady) = (self.clock.now_ms(), self.clock.steady_ms());
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
                biased;
                () = self.stop.cancelled() => return,
                () = self.wake.notified() => {}
                () = self.clock.sleep_until(next) => {}
            }
            let (wall_now, steady_now) = (self.clock.now_ms(), self.clock.steady_ms());
            let jump = (wall_now - wall) - (steady_now - steady);
            (wall, steady) = (wall_now, steady_now);
            if jump.abs() > JUMP_MS
                && let Err(error) = self.jumped(wall, jump).await
            {
                tracing::error!(%error, "times could not be set right after a jump of the clock");
            }
        }
    }

    /// The computer slept, or its clock was set. Times to come keep their distance when the clock
    /// went back; what is under way elsewhere is asked after once, spread out.
    async fn jumped(&self, now: i64, by: i64) -> Result<(), StoreError> {
        tracing::info!(by, "the clock jumped");
        if by < 0 {
            for gate in self.hands().gates.values_mut() {
                gate.shift(by);
            }
        }
        self.store
            .write(move |tx| {
                if by < 0 {
                    tx.shift_times(now, by)?;
                }
                tx.wake_attempts(now, SPREAD_MS)
            })
            .await
    }

    /// Starts a step for everything that is due; answers when the next thing will be.
    async fn round(self: &Arc<Self>, now: i64) -> Result<Option<i64>, StoreError> {
        let due = self.store.read(move |sql| Due::read(sql, now)).await?;
        let mut next = due.next;
        let mut earlier = |at: i64| next = Some(next.map_or(at, |next| next.min(at)));
        for attempt in due.fetches {
            self.fetch(attempt);
        }
        for hold in due.holds {
            let (engine, key) = (Arc::clone(self), format!("hold {}", hold.provider));
            if self.is_busy(&key) {
                continue;
            }
            self.step(&self.tasks, Claim::of(self, key), async move {
                engine.look_at_hold(&hold).await
            });
        }
        let mut flights: HashMap<String, u32> = due.flights.into_iter().collect();
        for with in due.providers {
            for attempt in with.attempts {
                if self.is_busy(&attempt.job) {
                    continue;
                }
                match self.pass(&with.provider, now) {
                    Ok(claim) => self.ask(claim.holding(&attempt.job), attempt),
                    Err(Shut::Away(at) | Shut::Later(at)) => {
                        earlier(at);
                        break;
                    }
                }
            }
            for (n, job) in with.jobs.iter().enumerate() {
                let under_way = flights.entry(with.provider.clone()).or_default();
                if *under_way >= self.lines.limit(&with.provider) {
                    break;
                }
                if self.is_busy(job) {
                    continue;
                }
                match self.pass_submit(&with.provider, now) {
                    Ok(claim) => {
                        *under_way += 1;
                        let engine = Arc::clone(self);
                        let (claim, job) = (claim.holding(job), job.clone());
                        self.step(&self.submits, claim, async move { engine.submit(&job).await });
                    }
                    Err(Shut::Later(at)) => {
                        earlier(at);
                        break;
                    }
                    Err(Shut::Away(at)) => {
                        earlier(at);
                        self.wait_until(&with.provider, with.jobs[n..].to_vec(), at).await?;
                        break;
                    }
                }
            }
        }
        Ok(next)
    }

    /// Jobs that wait because another of the same key was told to: said of each, with the time.
    async fn wait_until(
        &self,
        provider: &str,
        jobs: Vec<String>,
        at: i64,
    ) -> Result<(), StoreError> {
        let name = rushes_providers::find(provider)
            .map_or_else(|| provider.to_owned(), |p| p.manifest().name.clone());
        self.store
            .write(move |tx| {
                for job in jobs {
                    tx.postpone_job(&job, at)?;
                    tx.say(
                        &job,
                        "rate_limited",
                        &format!("{name} is busy. Nothing charged yet."),
                        "It goes by itself. You can cancel it while it waits.",
                    )?;
                }
                Ok(())
            })
            .await
    }

    /// Lets one request through the provider's gate, or says when to come again.
    fn pass(self: &Arc<Self>, provider: &str, now: i64) -> Result<Claim, Shut> {
        let interval = self.lines.interval_ms(provider);
        let mut hands = self.hands();
        let gate = hands.gates.entry(provider.to_owned()).or_default();
        gate.pass(now, interval)?;
        gate.asking += 1;
        drop(hands);
        let mut claim = Claim::of(self, String::new());
        claim.asking = Some(provider.to_owned());
        Ok(claim)
    }

    /// The same for a submit, which also has to keep the account's own rate.
    fn pass_submit(self: &Arc<Self>, provider: &str, now: i64) -> Result<Claim, Shut> {
        let Some(interval) = self.lines.submit_interval_ms(provider) else {
            return self.pass(provider, now);
        };
        self.hands().gates.entry(provider.to_owned()).or_default().may_submit(now, interval)?;
        let claim = self.pass(provider, now)?;
        self.hands().gates.entry(provider.to_owned()).or_default().submits(now, interval);
        Ok(claim)
    }

    fn ask(self: &Arc<Self>, claim: Claim, attempt: AttemptRow) {
        let engine = Arc::clone(self);
        self.step(&self.tasks, claim, async move {
            let work = async {
                match attempt.state {
                    AttemptState::InDoubt => engine.look_up(&attempt).await,
                    _ => engine.poll(&attempt).await,
                }
            };
            engine.unless_stopped(work).await
        });
    }

    fn fetch(self: &Arc<Self>, attempt: AttemptRow) {
        let claim = {
            let mut hands = self.hands();
            let all: u32 = hands.fetching.values().sum();
            let here = hands.fetching.get(&attempt.provider).copied().unwrap_or(0);
            if all >= FETCHES.0 || here >= FETCHES.1 || hands.busy.contains(&attempt.job) {
                return;
            }
            *hands.fetching.entry(attempt.provider.clone()).or_default() += 1;
            let mut claim = Claim::of(self, attempt.job.clone());
            claim.fetching = Some(attempt.provider.clone());
            claim
        };
        let engine = Arc::clone(self);
        self.step(&self.tasks, claim, async move {
            engine.unless_stopped(engine.download(&attempt)).await
        });
    }

    /// Questions and fetches can be dropped at any point: the book says where to go on.
    async fn unless_stopped(
        &self,
        work: impl Future<Output = Result<(), StepError>>,
    ) -> Result<(), StepError> {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => Ok(()),
            done = work => done,
        }
    }

    /// Runs one step unless its job already has one under way.
    fn step(
        self: &Arc<Self>,
        tracker: &TaskTracker,
        mut claim: Claim,
        work: impl Future<Output = Result<(), StepError>> + Send + 'static,
    ) {
        if !self.hands().busy.insert(claim.key.clone()) {
            return;
        }
        claim.taken = true;
        let engine = Arc::clone(self);
        tracker.spawn(async move {
            let ended = AssertUnwindSafe(work).catch_unwind().await;
            let recorded = match ended {
                Ok(done) => done,
                Err(_) => engine.crashed(&claim.key).await,
            };
            if let Err(error) = recorded {
                tracing::error!(key = claim.key, %error, "a step could not be written down");
                let again = engine.clock.now_ms() + STUMBLE_MS;
                tokio::select! {
                    biased;
                    () = engine.stop.cancelled() => {}
                    () = engine.clock.sleep_until(again) => {}
                }
            }
            // The claim is given back here, also after a panic.
            drop(claim);
        });
    }

    /// Takes note of how a provider answered, or did not: its gate opens or shuts accordingly.
    async fn heard(&self, provider: &str, error: Option<&Error>) -> Result<(), StepError> {
        let at = self.clock.now_ms();
        let is_back = {
            let mut hands = self.hands();
            let gate = hands.gates.entry(provider.to_owned()).or_default();
            match error {
                Some(error) if error.kind == Kind::Network => {
                    gate.broke(at, chance::fraction());
                    false
                }
                Some(Error { kind: Kind::RateLimited, retry_after, .. }) => {
                    if let Some(wait) = retry_after {
                        gate.stay_away(at + ms(*wait));
                    }
                    gate.answered()
                }
                // A page of someone else's says nothing about the provider.
                Some(error) if error.kind == Kind::Protocol => false,
                _ => gate.answered(),
            }
        };
        if is_back {
            let provider = provider.to_owned();
            self.store.write(move |tx| tx.hurry(&provider, at, SPREAD_MS)).await?;
        }
        Ok(())
    }

    fn is_busy(&self, key: &str) -> bool {
        self.hands().busy.contains(key)
    }

    fn hands(&self) -> std::sync::MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the book says is due.
struct Due {
    fetches: Vec<AttemptRow>,
    holds: Vec<Hold>,
    providers: Vec<With>,
    flights: Vec<(String, u32)>,
    next: Option<i64>,
}

/// What is due with one provider.
struct With {
    provider: String,
    attempts: Vec<AttemptRow>,
    jobs: Vec<String>,
}

impl Due {
    fn read(sql: &rusqlite::Connection, now: i64) -> Result<Self, StoreError> {
        let holds = store::holds::all(sql)?;
        let mut next = vec![store::attempts::next_due(sql, now)?, store::jobs::next_due(sql, now)?];
        next.extend(holds.iter().map(|hold| Some(hold.look_at)).filter(|at| *at > Some(now)));
        let mut providers = Vec::new();
        for provider in store::jobs::open_providers(sql)? {
            if holds.iter().any(|hold| hold.provider == provider) {
                continue;
            }
            providers.push(With {
                attempts: store::attempts::due(sql, &provider, now, ROUND)?,
                jobs: store::jobs::due(sql, &provider, now, ROUND)?,
                provider,
            });
        }
        Ok(Self {
            fetches: store::attempts::to_fetch(sql, now, ROUND)?,
            providers,
            flights: store::attempts::in_flight(sql)?,
            next: next.into_iter().flatten().min(),
            holds: holds.into_iter().filter(|hold| hold.look_at <= now).collect(),
        })
    }
}

/// What a step has taken and gives back when it is dropped.
struct Claim {
    engine: Arc<Engine>,
    key: String,
    /// Whether the key is in the list of busy ones because of this claim.
    taken: bool,
    asking: Option<String>,
    fetching: Option<String>,
}

impl Claim {
    fn of(engine: &Arc<Engine>, key: String) -> Self {
        Self { engine: Arc::clone(engine), key, taken: false, asking: None, fetching: None }
    }

    fn holding(mut self, key: &str) -> Self {
        key.clone_into(&mut self.key);
        self
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut hands = self.engine.hands();
        if self.taken {
            hands.busy.remove(&self.key);
        }
        if let Some(gate) = self.asking.as_ref().and_then(|provider| hands.gates.get_mut(provider))
        {
            gate.asking = gate.asking.saturating_sub(1);
        }
        if let Some(count) =
            self.fetching.as_ref().and_then(|provider| hands.fetching.get_mut(provider))
        {
            *count = count.saturating_sub(1);
        }
        drop(hands);
        // One that took nothing leaves nothing to look at: waking for it would spin.
        if self.taken {
            self.engine.wake();
        }
    }
}

/// Milliseconds of a wait, at least one.
fn ms(wait: Duration) -> i64 {
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 4).max(1)
}
