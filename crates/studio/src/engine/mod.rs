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
mod hint;
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

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
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
pub(crate) use save::{day, new_asset};

/// How many due rows of a provider one round takes.
const ROUND: u32 = 64;
/// So many questions left over at a gate are a crowd.
const CROWD: usize = 5;
/// How long plans for the next polls of a crowd wait for each other.
const SHARED_COMMIT: Duration = Duration::from_secs(1);
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
        let (doors, busy) = self.doors(now);
        let due = self.store.read(move |sql| Due::read(sql, now, &doors, busy)).await?;
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
        for with in due.providers {
            let provider = with.provider.clone();
            match self.take_turns(with, now) {
                Ok(()) => {}
                Err((Shut::Later(at), _)) => earlier(at),
                Err((Shut::Away(at), jobs)) => {
                    earlier(at);
                    if !jobs.is_empty() {
                        self.wait_until(&provider, jobs, at).await?;
                    }
                }
            }
        }
        Ok(next)
    }

    /// How many requests each gate lets through now, and how many steps are under way.
    fn doors(&self, now: i64) -> (Doors, u32) {
        let hands = self.hands();
        let door = |(provider, gate): (&String, &Gate)| {
            (provider.clone(), gate.room(now, self.lines.interval_ms(provider)))
        };
        (hands.gates.iter().map(door).collect(), hands.busy.len() as u32)
    }

    /// Starts what is due with one provider, for as long as its gate lets something through. An
    /// error tells when to come again, and which jobs could have been sent.
    fn take_turns(self: &Arc<Self>, with: With, now: i64) -> Result<(), (Shut, Vec<String>)> {
        let With { provider, attempts, jobs, mut under_way, shut } = with;
        let (mut asks, mut sends) = (VecDeque::from(attempts), VecDeque::from(jobs));
        {
            let hands = self.hands();
            asks.retain(|attempt| !hands.busy.contains(&attempt.job));
            sends.retain(|job| !hands.busy.contains(job));
        }
        let (limit, rate) = (self.lines.limit(&provider), self.lines.submit_interval_ms(&provider));
        let mut shut = shut;
        let shut = loop {
            if under_way >= limit {
                sends.clear();
            }
            if let Some(rate) = rate
                && !sends.is_empty()
                && let Err(later) = self.may_submit(&provider, now, rate)
            {
                // Only submits wait for the account's own rate.
                sends.clear();
                shut = Some(shut.map_or(later, |shut| shut.sooner(later)));
            }
            if asks.is_empty() && sends.is_empty() {
                break shut;
            }
            let (asking, to_send) = match self.pass(&provider, now, !sends.is_empty()) {
                Ok(passed) => passed,
                Err(shut) => break Some(shut),
            };
            if (to_send || asks.is_empty())
                && let Some(job) = sends.pop_front()
            {
                under_way += 1;
                if let Some(rate) = rate {
                    self.hands().gates.entry(provider.clone()).or_default().submits(now, rate);
                }
                let engine = Arc::clone(self);
                self.step(&self.submits, Claim::of(self, job.clone()), async move {
                    let _asking = asking;
                    engine.submit(&job).await
                });
            } else if let Some(attempt) = asks.pop_front() {
                self.ask(asking, attempt);
            }
        };
        let mut hands = self.hands();
        let gate = hands.gates.entry(provider).or_default();
        match shut {
            // Not looked at this time: it is as crowded as it was.
            Some(Shut::Later(_)) if asks.is_empty() && sends.is_empty() => {}
            _ => gate.crowded = asks.len() >= CROWD,
        }
        let Some(shut) = shut else { return Ok(()) };
        Err((shut, sends.into()))
    }

    fn may_submit(&self, provider: &str, now: i64, interval_ms: i64) -> Result<(), Shut> {
        let mut hands = self.hands();
        hands.gates.entry(provider.to_owned()).or_default().may_submit(now, interval_ms)
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
                        &t!("{name} is busy. Nothing charged yet.", name),
                        t!("It goes by itself. You can cancel it while it waits."),
                    )?;
                }
                Ok(())
            })
            .await
    }

    /// Lets one request through the provider's gate, or says when to come again. Answers with it
    /// whether it is a submit's turn: questions and submits, where there are both, keep neither out.
    fn pass(
        self: &Arc<Self>,
        provider: &str,
        now: i64,
        sends: bool,
    ) -> Result<(Asking, bool), Shut> {
        let interval = self.lines.interval_ms(provider);
        let mut hands = self.hands();
        let gate = hands.gates.entry(provider.to_owned()).or_default();
        gate.pass(now, interval)?;
        gate.asking += 1;
        gate.sent = sends && !gate.sent;
        let asking = Asking { engine: Arc::clone(self), provider: provider.to_owned() };
        Ok((asking, gate.sent))
    }

    /// How long the plan for the next poll may wait to be written down. With a crowd at the gate a
    /// second more is nothing, and one commit carries many plans. A plan that a crash takes costs
    /// a poll.
    fn patience(&self, provider: &str) -> Duration {
        let crowded = self.hands().gates.get(provider).is_some_and(|gate| gate.crowded);
        if crowded { SHARED_COMMIT } else { Duration::ZERO }
    }

    fn ask(self: &Arc<Self>, asking: Asking, attempt: AttemptRow) {
        let engine = Arc::clone(self);
        self.step(&self.tasks, Claim::of(self, attempt.job.clone()), async move {
            let work = async {
                match attempt.state {
                    AttemptState::InDoubt => {
                        let _asking = asking;
                        engine.look_up(&attempt).await
                    }
                    _ => engine.poll(&attempt, asking).await,
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
                if matches!(error, StepError::Store(StoreError::Moved { .. })) {
                    // What was due was read while the step before was still at it.
                    tracing::info!(key = claim.key, %error, "a step was overtaken by another");
                } else {
                    tracing::error!(key = claim.key, %error, "a step could not be written down");
                }
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

/// What each gate lets through right now.
type Doors = HashMap<String, Result<u32, Shut>>;

/// What the book says is due.
struct Due {
    fetches: Vec<AttemptRow>,
    holds: Vec<Hold>,
    providers: Vec<With>,
    next: Option<i64>,
}

/// What is due with one provider, as far as its gate lets anything through.
struct With {
    provider: String,
    attempts: Vec<AttemptRow>,
    jobs: Vec<String>,
    /// Submits and renders that it has.
    under_way: u32,
    /// Why nothing was looked for.
    shut: Option<Shut>,
}

impl Due {
    fn read(
        sql: &rusqlite::Connection,
        now: i64,
        doors: &Doors,
        busy: u32,
    ) -> Result<Self, StoreError> {
        let holds = store::holds::all(sql)?;
        let mut next = vec![store::attempts::next_due(sql, now)?, store::jobs::next_due(sql, now)?];
        next.extend(holds.iter().map(|hold| Some(hold.look_at)).filter(|at| *at > Some(now)));
        let flights: BTreeMap<String, u32> = store::attempts::in_flight(sql)?.into_iter().collect();
        let mut names: BTreeSet<String> = flights.keys().cloned().collect();
        names.extend(store::jobs::due_providers(sql, now)?);
        let mut providers = Vec::new();
        for provider in names {
            if holds.iter().any(|hold| hold.provider == provider) {
                continue;
            }
            let door = doors.get(&provider).copied().unwrap_or(Ok(ROUND));
            // What is under way is still due in the book; a few more tell whether there is a crowd.
            let limit = |room: u32| (room + busy + CROWD as u32).min(ROUND + busy);
            let attempts = match door {
                Ok(room) => store::attempts::due(sql, &provider, now, limit(room))?,
                Err(_) => Vec::new(),
            };
            let jobs = match door {
                Ok(room) => store::jobs::due(sql, &provider, now, limit(room))?,
                Err(Shut::Away(_)) => store::jobs::due(sql, &provider, now, ROUND)?,
                Err(Shut::Later(_)) => Vec::new(),
            };
            let under_way = flights.get(&provider).copied().unwrap_or(0);
            providers.push(With { provider, attempts, jobs, under_way, shut: door.err() });
        }
        Ok(Self {
            fetches: store::attempts::to_fetch(sql, now, ROUND)?,
            providers,
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
    fetching: Option<String>,
}

impl Claim {
    fn of(engine: &Arc<Engine>, key: String) -> Self {
        Self { engine: Arc::clone(engine), key, taken: false, fetching: None }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut hands = self.engine.hands();
        if self.taken {
            hands.busy.remove(&self.key);
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

/// A request's place on the wire, given back when it is dropped.
struct Asking {
    engine: Arc<Engine>,
    provider: String,
}

impl Drop for Asking {
    fn drop(&mut self) {
        if let Some(gate) = self.engine.hands().gates.get_mut(&self.provider) {
            gate.asking = gate.asking.saturating_sub(1);
        }
    }
}

/// Milliseconds of a wait, at least one.
fn ms(wait: Duration) -> i64 {
    i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 4).max(1)
}
