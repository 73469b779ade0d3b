//! `rushes jobs`.

use rushes_studio::api::types::{Event, Job, JobBook};
use serde_json::json;

use crate::args::{Choice, Jobs};
use crate::exit::{Exit, Failure};
use crate::job_line::JobLine;
use crate::out::Out;
use crate::session::{Engine, Session};
use crate::{follow, words};

/// Whether a command needs jobs to go on while it runs.
pub(crate) fn engine(command: &Jobs) -> Engine {
    match command {
        // Cancelling must not race with an engine that is about to send.
        Jobs::List
        | Jobs::Show { .. }
        | Jobs::Cancel { .. }
        | Jobs::Resolve { choice: Choice::Dismiss, .. } => Engine::Rests,
        _ => Engine::Runs,
    }
}

pub(crate) async fn run(session: &Session, command: Jobs, out: Out) -> Result<Exit, Failure> {
    match command {
        Jobs::List => {
            let jobs: Vec<Job> = session.call("list_jobs", json!({})).await?;
            let mut lines = Vec::new();
            for job in &jobs {
                let book: JobBook = session.call("get_job", json!({ "id": job.id })).await?;
                lines.push(JobLine::from(&book));
            }
            out.results(&lines, "No jobs yet. Each one leaves a full record here.", JobLine::row);
            Ok(Exit::Done)
        }
        Jobs::Show { id } => {
            let book: JobBook = session.call("get_job", json!({ "id": id })).await?;
            out.result(&book, record);
            Ok(Exit::Done)
        }
        Jobs::Wait { ids } => {
            let ids = if ids.is_empty() { open(session).await? } else { ids };
            if ids.is_empty() {
                out.say("Nothing is under way.");
            }
            follow::to_the_end(session, &ids, out).await
        }
        Jobs::Cancel { id } => {
            let job: Job = session.call("cancel_job", json!({ "id": id })).await?;
            follow::print(session, &job, out).await?;
            Ok(Exit::Done)
        }
        Jobs::Retry { id } => {
            let job: Job = session.call("retry_job", json!({ "id": id })).await?;
            follow::to_the_end(session, &[job.id], out).await
        }
        Jobs::Resolve { id, choice } => {
            let choice = match choice {
                Choice::Look => "look",
                Choice::Dismiss => "dismiss",
                Choice::Again => "again",
            };
            let job: Job =
                session.call("resolve_doubt", json!({ "id": id, "choice": choice })).await?;
            if choice == "dismiss" {
                follow::print(session, &job, out).await?;
                return Ok(Exit::Done);
            }
            follow::to_the_end(session, &[job.id], out).await
        }
    }
}

/// Jobs that are not over, oldest first.
async fn open(session: &Session) -> Result<Vec<String>, Failure> {
    let jobs: Vec<Job> = session.call("list_jobs", json!({ "open": true, "limit": 1000 })).await?;
    Ok(jobs.into_iter().rev().map(|job| job.id).collect())
}

/// The whole record for a person.
fn record(book: &JobBook) -> String {
    let event = |event: &Event| {
        let at = words::time(event.at);
        let from =
            if event.from.is_empty() { String::new() } else { format!("{} to ", event.from) };
        format!("  {at}  {from}{}  {}", event.to, event.cause)
    };
    let lines: Vec<String> = book.events.iter().map(|e| event(e).trim_end().to_owned()).collect();
    format!(
        "{}\n  {}\n{}",
        JobLine::from(book).words(),
        words::short(&book.job.prompt, 400),
        lines.join("\n")
    )
}
