//! Following jobs to their ends.

use rushes_studio::api::types::{Job, JobBook};
use rushes_studio::job::AttemptState;
use serde_json::json;
use tokio::time::Instant;

use crate::exit::{Exit, Failure};
use crate::interrupt::asked_to_stop;
use crate::job_line::{self, JobLine};
use crate::out::Out;
use crate::session::Session;
use crate::words;

/// How long one question about a job may stay open: short when a person watches the clock.
const SOON_MS: u64 = 100;
const WATCHED_MS: u64 = 500;
const UNWATCHED_MS: u64 = 20_000;

/// Waits for all jobs and prints each as it ends. Ctrl+C leaves them to go on next time.
pub(crate) async fn to_the_end(
    session: &Session,
    ids: &[String],
    out: Out,
) -> Result<Exit, Failure> {
    let all = async {
        let mut worst = Exit::Done;
        for (index, id) in ids.iter().enumerate() {
            let of = if ids.len() > 1 {
                format!("{} of {}  ", index + 1, ids.len())
            } else {
                String::new()
            };
            let job = until(session, id, out, &of, job_line::rests).await?;
            print(session, &job, out).await?;
            worst = worst.max(job_line::exit(&job));
        }
        Ok(worst)
    };
    tokio::select! {
        done = all => done,
        () = asked_to_stop() => {
            out.progress("");
            out.say(if session.is_lent().await {
                "The jobs go on in the Rushes that is open. See `rushes jobs`."
            } else {
                "Stopped. What is under way goes on the next time Rushes runs, with `rushes jobs wait` for one."
            });
            Ok(Exit::Interrupted)
        }
    }
}

/// Waits until the provider has each job, or it ended, and prints it as it is then.
pub(crate) async fn until_handed_over(
    session: &Session,
    ids: &[String],
    out: Out,
) -> Result<Exit, Failure> {
    // The process that lent us the studio goes on by itself.
    let lent = session.is_lent().await;
    let mut worst = Exit::Done;
    for id in ids {
        let handed = |job: &Job| {
            let on_its_way =
                matches!(job.phase, Some(AttemptState::Accepted | AttemptState::Downloading));
            lent || on_its_way || job_line::rests(job) || job.wait_until.is_some()
        };
        let job = until(session, id, out, "", handed).await?;
        print(session, &job, out).await?;
        worst = worst.max(job_line::exit(&job));
    }
    Ok(worst)
}

/// Prints a job with what it made.
pub(crate) async fn print(session: &Session, job: &Job, out: Out) -> Result<(), Failure> {
    let book: JobBook = session.call("get_job", json!({ "id": job.id })).await?;
    out.result(&JobLine::from(&book), JobLine::words);
    Ok(())
}

async fn until(
    session: &Session,
    id: &str,
    out: Out,
    of: &str,
    enough: impl Fn(&Job) -> bool,
) -> Result<Job, Failure> {
    let began = Instant::now();
    // The first answer is wanted at once: it may be enough.
    let mut timeout_ms = 0;
    loop {
        let asked = Instant::now();
        let job: Job =
            session.call("wait_job", json!({ "id": id, "timeout_ms": timeout_ms })).await?;
        // A job in doubt rests only when the studio has no look at the provider ahead; it says so
        // by answering before the time is up.
        let early = asked.elapsed().as_millis() < u128::from(timeout_ms);
        if enough(&job) && (early || job.phase != Some(AttemptState::InDoubt)) {
            out.progress("");
            return Ok(job);
        }
        out.progress(&format!("{of}{}", progress(&job, began.elapsed().as_millis() as i64)));
        timeout_ms = match job.phase {
            // The engine commits these within moments.
            Some(AttemptState::Submitting) | None => SOON_MS,
            _ if out.is_watched() => WATCHED_MS,
            _ => UNWATCHED_MS,
        };
    }
}

fn progress(job: &Job, waited_ms: i64) -> String {
    let doing = match job.phase {
        Some(AttemptState::Submitting) => "Sending",
        Some(AttemptState::Accepted) => "Rendering",
        Some(AttemptState::Downloading) => "Saving",
        _ => "Waiting",
    };
    let usual = match job.estimate {
        Some(estimate) if estimate.runs > 0 => {
            format!(", usually {}", words::clock(estimate.median_ms))
        }
        _ => String::new(),
    };
    let why = if job.message.is_empty() { String::new() } else { format!("  {}", job.message) };
    format!("{doing}  {}  {}{usual}{why}", job.model_name, words::clock(waited_ms))
}
