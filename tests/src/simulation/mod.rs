//! The whole studio against a simulated provider: real job book, real library, real dialect; the
//! line, the clock, the dice and the user are drawn from one seed, so that a run can be repeated.

mod clock;
mod judge;
mod weather;
mod world;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rushes_studio::api::types::{Job, Submission};
use rushes_studio::clock::Clock;
use rushes_studio::http::DoorConfig;
use rushes_studio::job::JobState;
use rushes_studio::keys::Memory;
use rushes_studio::{Address, Config, Embedded, Language, Studio, chance};
use serde_json::json;

use clock::Simulated;
use weather::Act;
use world::{BEGAN, World};

/// After the weather cleared, everything is settled within this.
const PATIENCE_MS: i64 = 3_600_000;
/// How often it is looked whether it is.
const GLANCE: Duration = Duration::from_secs(20);

/// What a run came to.
#[derive(Debug)]
pub struct Run {
    /// What broke the promise, one sentence each.
    pub faults: Vec<String>,
    /// Every event of the job book, for comparing two runs.
    pub story: String,
    /// Tasks made at the provider.
    pub tasks: usize,
    /// How often the process was killed.
    pub kills: usize,
    /// Attempts that were in doubt at some time.
    pub doubts: usize,
}

/// How one life of the process ended.
enum Ended {
    Killed,
    Settled,
    Stuck(String),
}

struct Here;

#[async_trait]
impl Embedded for Here {
    async fn start(&self, _: &Path) -> Result<Address, String> {
        Ok(Address { base_url: "http://127.0.0.1:9".into(), key: "simulated".into() })
    }
}

/// Plays a seed to its end. On a thread of its own: the thread's dice belong to the seed from here on.
///
/// # Panics
/// When the studio does not open or a runtime does not start.
pub fn play(seed: u64) -> Run {
    chance::replay(seed);
    let folder = tempfile::Builder::new()
        .tempdir_in(if Path::new("/dev/shm").is_dir() { "/dev/shm" } else { "." })
        .expect("a folder for the run");
    let world = World::of(seed);
    let mut acts = world.weather.acts.clone().into_iter().peekable();
    let mut kills = world.weather.kills.clone().into_iter().peekable();
    // How many submits the user asked for, by job.
    let mut asked = BTreeMap::<String, u32>::new();
    let (mut now, mut lives, mut faults) = (BEGAN, 0, Vec::new());
    loop {
        lives += 1;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let ended = runtime.block_on(async {
            let clock = Simulated::starting_at(now);
            world.turn_to(clock);
            let studio = open(folder.path(), &world, clock).await;
            let ended = tokio::select! {
                biased;
                () = world.killed.notified() => Ended::Killed,
                () = until_killed(clock, kills.peek().copied()) => {
                    kills.next();
                    Ended::Killed
                }
                ended = live(&studio, &world, clock, &mut acts, &mut asked) => ended,
            };
            now = clock.now_ms();
            ended
        });
        // Whatever ran is gone now, at whatever it was waiting for.
        drop(runtime);
        match ended {
            Ended::Killed => {
                now += i64::try_from(world.pick(20 * 60_000)).expect("minutes");
                // One that was planned for meanwhile hits nothing.
                while kills.next_if(|(at, _)| BEGAN + at < now).is_some() {}
            }
            Ended::Settled => break,
            Ended::Stuck(what) => {
                faults.push(what);
                break;
            }
        }
    }
    judge::judge(folder.path(), &world, &asked, faults, lives - 1)
}

async fn open(folder: &Path, world: &Arc<World>, clock: Simulated) -> Arc<Studio> {
    let studio = Studio::open(Config {
        data: folder.join("data"),
        library: folder.join("library"),
        vault: Arc::new(Memory::default()),
        embedded: Some(Arc::new(Here)),
        door: DoorConfig::default(),
        clock: Arc::new(clock),
        net: world.clone(),
        language: Language::English,
    })
    .await
    .expect("the studio opens");
    studio.resume().await.expect("the engine starts");
    studio
}

async fn until_killed(clock: Simulated, kill: Option<(i64, i64)>) {
    match kill {
        Some((at, _)) => clock.sleep_until(BEGAN + at).await,
        None => std::future::pending().await,
    }
}

/// The user's doings, then waiting until all is settled.
async fn live(
    studio: &Studio,
    world: &World,
    clock: Simulated,
    acts: &mut std::iter::Peekable<std::vec::IntoIter<(i64, Act)>>,
    asked: &mut BTreeMap<String, u32>,
) -> Ended {
    while let Some((at, act)) = acts.peek().copied() {
        clock.sleep_until(BEGAN + at).await;
        acts.next();
        do_act(studio, world, act, asked).await;
    }
    clock.sleep_until(BEGAN + world.weather.clears_at).await;
    // A process that was down when the sky cleared has its hour from its start on.
    let until = clock.now_ms() + PATIENCE_MS;
    loop {
        let open = jobs(studio, |job| !job.state.over()).await;
        for job in open.iter().filter(|job| job.cause == "quarantined") {
            let _ = studio.call("retry_job", json!({"id": job.id})).await;
        }
        let waiting: Vec<&Job> =
            open.iter().filter(|job| !(job.needs_you && job.cause == "in_doubt")).collect();
        if waiting.is_empty() {
            return Ended::Settled;
        }
        if clock.now_ms() > until {
            let which: Vec<String> = waiting
                .iter()
                .map(|job| format!("{} {:?} {:?} {}", job.id, job.state, job.phase, job.message))
                .collect();
            return Ended::Stuck(format!("not settled in an hour: {}", which.join("; ")));
        }
        tokio::time::sleep(GLANCE).await;
    }
}

async fn jobs(studio: &Studio, which: impl Fn(&Job) -> bool) -> Vec<Job> {
    let all = studio.call("list_jobs", json!({})).await.expect("jobs are listed");
    let mut all: Vec<Job> = serde_json::from_value(all).expect("jobs");
    all.retain(which);
    all
}

async fn do_act(studio: &Studio, world: &World, act: Act, asked: &mut BTreeMap<String, u32>) {
    match act {
        Act::Submit => {
            // Few different prompts, so that some requests are exact twins but for the seed.
            let prompt = ["boats", "hills at dawn"][world.pick(2)];
            let wanted = json!({
                "endpoint": "sandbox:sandbox/stills",
                "inputs": {"prompt": prompt, "size": "256*256"},
                "count": world.pick(2) + 1,
            });
            let made = studio.call("submit_job", wanted).await.expect("jobs are written down");
            let made: Submission = serde_json::from_value(made).expect("a submission");
            for job in made.jobs {
                asked.insert(job.id, 1);
            }
        }
        Act::Cancel => {
            if let Some(job) = one(world, jobs(studio, |job| !job.state.over()).await) {
                let _ = studio.call("cancel_job", json!({"id": job})).await;
            }
        }
        Act::Retry => {
            let over = |job: &Job| matches!(job.state, JobState::Failed | JobState::Cancelled);
            if let Some(job) = one(world, jobs(studio, over).await)
                && studio.call("retry_job", json!({"id": job})).await.is_ok()
            {
                *asked.entry(job).or_default() += 1;
            }
        }
        Act::Decide => {
            let choice = ["look", "dismiss", "again"][world.pick(3)];
            if let Some(job) = one(world, jobs(studio, |job| job.cause == "in_doubt").await)
                && studio.call("resolve_doubt", json!({"id": job, "choice": choice})).await.is_ok()
                && choice == "again"
            {
                *asked.entry(job).or_default() += 1;
            }
        }
    }
}

fn one(world: &World, jobs: Vec<Job>) -> Option<String> {
    let pick = world.pick(jobs.len());
    jobs.into_iter().nth(pick).map(|job| job.id)
}
