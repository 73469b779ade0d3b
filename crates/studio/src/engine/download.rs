//! Fetching outputs: begins at once, goes on where it was cut, and never leads to a new render.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use rushes_providers::Kind;
use rushes_providers::types::{Poll, PollState, RemoteOutput, Task};
use url::Url;

use super::transfer::Fetch;
use super::{Engine, StepError, ms};
use crate::chance;
use crate::job::{AttemptState, Outcome, backoff, next, words};
use crate::library::LibraryError;
use crate::store::{self, AttemptRow, JobRow, JobUpdate, OutputRow};

/// Longest wait between two tries to fetch.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// How long a page in place of the file is waited out where nobody told how long the link lives.
const PAGE_PATIENCE_MS: i64 = 24 * 3_600_000;
/// What is said of a render that cannot be fetched right now.
fn safe() -> &'static str {
    t!("The render is safe at the provider. We fetch it again by ourselves.")
}

/// Whether a dead link has a fresh one in its place.
enum Fresh {
    /// It may have; the plan to fetch it is written.
    Planned,
    /// The provider has none.
    None,
    /// The provider could not be asked.
    Unknown(String),
}

impl Engine {
    pub(super) async fn download(&self, attempt: &AttemptRow) -> Result<(), StepError> {
        let (id, job_id) = (attempt.id.clone(), attempt.job.clone());
        let (job, outputs) = self
            .store
            .read(move |sql| {
                Ok((store::jobs::get(sql, &job_id)?, store::outputs::of_attempt(sql, &id)?))
            })
            .await?;
        let id = attempt.id.clone();
        self.store.write(move |tx| tx.take_in_hand(&id)).await?;
        for output in outputs.iter().filter(|o| o.state == "waiting") {
            if !self.fetch_one(attempt, &job, output).await? {
                // It goes on later from where it stopped; the plan is written.
                return Ok(());
            }
        }
        self.fetched(attempt, &job).await
    }

    /// Answers whether this output has ended, one way or the other.
    async fn fetch_one(
        &self,
        attempt: &AttemptRow,
        job: &JobRow,
        output: &OutputRow,
    ) -> Result<bool, StepError> {
        if let Some(stored) = self.placed(&output.id).await? {
            self.enter_print(attempt, job, output, stored).await?;
            return Ok(true);
        }
        // What arrives damaged although its length is right is fetched once more from the start: a
        // crash may have lost bytes that were not on the disk yet.
        let mut once_more = output.source_url.is_some();
        loop {
            let fetched = match &output.source_url {
                Some(link) => self.transfer(job, output, link).await,
                // It came with the answer: there is no link under which something else may lie.
                None => self
                    .open_part(&output.id)
                    .await
                    .map(|part| Fetch::Whole(Box::new(part.taking_pages()))),
            };
            let why = match fetched {
                Ok(Fetch::Whole(part)) => match self.keep(job, *part).await? {
                    Ok(stored) => {
                        self.enter_print(attempt, job, output, stored).await?;
                        return Ok(true);
                    }
                    Err(error) => error,
                },
                Ok(Fetch::Gone(why)) => return self.link_is_dead(attempt, output, &why).await,
                Ok(Fetch::Unfit(why)) => {
                    self.end_output(output, "gone", &why).await?;
                    return Ok(true);
                }
                Ok(Fetch::Later(why)) => {
                    self.postpone(attempt, &why, safe()).await?;
                    return Ok(false);
                }
                Err(error) => error,
            };
            // A sign-in page stands before everything, the file too: the line is not there yet.
            if why.is_page() && output.source_url.is_some() {
                self.open_part(&output.id).await?.truncate()?;
                let now = self.clock.now_ms();
                let dies = output
                    .url_expires_at
                    .or_else(|| attempt.done_at.map(|done| done + PAGE_PATIENCE_MS));
                if dies.is_none_or(|dies| now < dies) {
                    self.postpone(attempt, t!("A web page came in place of the file."), safe())
                        .await?;
                    return Ok(false);
                }
                return self.link_is_dead(attempt, output, &why.message()).await;
            }
            let is_endless = matches!(why, LibraryError::TooLarge { .. });
            if why.is_local() || matches!(why, LibraryError::Gone { .. }) {
                let message = format!("{} {}", why.message(), whereabouts(output));
                self.postpone(attempt, message.trim_end(), why.hint()).await?;
                return Ok(false);
            }
            if is_endless || !once_more {
                let message = t!("{why} It was not saved as a print.", why = why.message());
                self.end_output(output, "damaged", &message).await?;
                if is_endless {
                    let (library, id) = (self.library.clone(), output.id.clone());
                    chance::off_thread(move || library.settle(&id)).await??;
                }
                return Ok(true);
            }
            once_more = false;
            self.open_part(&output.id).await?.truncate()?;
        }
    }

    /// Asks once for a fresh link. Answers whether this output has ended.
    async fn link_is_dead(
        &self,
        attempt: &AttemptRow,
        output: &OutputRow,
        why: &str,
    ) -> Result<bool, StepError> {
        let fresh =
            if output.reasked { Fresh::None } else { self.ask_for_fresh_links(attempt).await? };
        match fresh {
            Fresh::Planned => Ok(false),
            Fresh::None => {
                self.end_output(output, "gone", why).await?;
                Ok(true)
            }
            Fresh::Unknown(problem) => {
                let message = t!("The link to the file has ended. {problem}", problem);
                self.postpone(attempt, &message, t!("We ask for a fresh one by ourselves."))
                    .await?;
                Ok(false)
            }
        }
    }

    /// One poll for fresh links. That it is not answered proves nothing about them.
    async fn ask_for_fresh_links(&self, attempt: &AttemptRow) -> Result<Fresh, StepError> {
        let Some(remote_id) = attempt.remote_id.clone() else {
            return Ok(Fresh::None);
        };
        let line = match self.lines.open(&attempt.provider).await {
            Ok(line) => line,
            Err(error) => return Ok(Fresh::Unknown(error.to_string())),
        };
        let task = Task {
            remote_id,
            remote_model: attempt.remote_model.clone(),
            poll_url: attempt.poll_url.clone(),
        };
        let links: Vec<Option<String>> = match line.provider.poll(&line.call, &task).await {
            Ok(Poll { state: PollState::Done { outputs }, .. }) => outputs
                .into_iter()
                .map(|output| match output {
                    RemoteOutput::Link { url } => Some(url),
                    _ => None,
                })
                .collect(),
            Ok(_) => Vec::new(),
            Err(error) if error.kind == Kind::NotFound => Vec::new(),
            Err(error) => return Ok(Fresh::Unknown(error.message)),
        };
        let life = line.provider.manifest().output_life_s;
        let at = self.clock.now_ms();
        let id = attempt.id.clone();
        let fresh = self
            .store
            .write(move |tx| {
                tx.note_reasked(&id)?;
                let known = tx.outputs(&id)?;
                let renewed: Vec<store::NewOutput> = known
                    .iter()
                    .filter_map(|row| {
                        let link = links.get(row.place as usize - 1)?.clone()?;
                        Some(store::NewOutput {
                            id: row.id.clone(),
                            place: row.place,
                            source_url: Some(link),
                            url_expires_at: life.map(|s| at + s as i64 * 1000),
                        })
                    })
                    .collect();
                tx.expect_outputs(&id, &renewed, at)?;
                tx.plan_attempt(&id, AttemptState::Downloading, Some(at), 0, "")?;
                Ok(if renewed.is_empty() { Fresh::None } else { Fresh::Planned })
            })
            .await?;
        Ok(fresh)
    }

    async fn end_output(
        &self,
        output: &OutputRow,
        state: &'static str,
        message: &str,
    ) -> Result<(), StepError> {
        let (id, message) = (output.id.clone(), message.to_owned());
        self.store.write(move |tx| tx.end_output(&id, state, None, &message)).await?;
        Ok(())
    }

    async fn postpone(
        &self,
        attempt: &AttemptRow,
        message: &str,
        hint: &str,
    ) -> Result<(), StepError> {
        let at = self.clock.now_ms();
        let wait = backoff::after_failure(attempt.tries, LONGEST_WAIT, chance::fraction());
        let (id, job, tries) = (attempt.id.clone(), attempt.job.clone(), attempt.tries + 1);
        let (message, hint) = (message.to_owned(), hint.to_owned());
        self.store
            .write(move |tx| {
                tx.plan_attempt(&id, AttemptState::Downloading, Some(at + ms(wait)), tries, "")?;
                tx.say(&job, "download", &message, &hint)
            })
            .await?;
        Ok(())
    }

    /// Every output has ended: so has the attempt, and the job with it.
    async fn fetched(&self, attempt: &AttemptRow, job: &JobRow) -> Result<(), StepError> {
        let at = self.clock.now_ms();
        let (id, job_id) = (attempt.id.clone(), job.id.clone());
        let provider = job.provider_name.clone();
        self.store
            .write(move |tx| {
                let outputs = tx.outputs(&id)?;
                let count =
                    |state: &str| outputs.iter().filter(|o| o.state == state).count() as u32;
                let (saved, total) = (count("saved"), outputs.len() as u32);
                let damaged = count("damaged");
                let outcome = Outcome::Fetched { saved, total, damaged };
                let Some(step) = next(AttemptState::Downloading, &outcome) else {
                    return Ok(());
                };
                let why = outputs
                    .iter()
                    .find(|o| !o.message.is_empty())
                    .map_or("", |o| o.message.as_str());
                let (message, hint) = match step.attempt {
                    AttemptState::Succeeded => (String::new(), ""),
                    AttemptState::Partial => {
                        (t!("{saved} of {total} prints. {why}", saved, total, why), "")
                    }
                    AttemptState::Expired => (
                        t!(
                            "{why} It was rendered and charged, and is gone at {provider}.",
                            why,
                            provider
                        ),
                        t!("Copy the task id for a refund request, or try again."),
                    ),
                    _ => (
                        t!("What {provider} sent is no picture or clip. {why}", provider, why),
                        t!("Copy the task id for a refund request, or try again."),
                    ),
                };
                let log = if saved == total {
                    t!("Saved to the library and checked.").to_owned()
                } else {
                    message.clone()
                };
                tx.move_attempt(&id, AttemptState::Downloading, step.attempt, None, &log, at)?;
                tx.move_job(&JobUpdate {
                    id: &job_id,
                    from: &[crate::job::JobState::Running],
                    to: step.job,
                    attempt: Some(&id),
                    charge: step.charge,
                    run_at: None,
                    cause: if saved == total { "" } else { "output" },
                    message: &message,
                    hint,
                    log: &log,
                    at,
                })
            })
            .await?;
        Ok(())
    }
}

/// Where an output waits while it cannot be saved, in a sentence; empty when it is here already.
fn whereabouts(output: &OutputRow) -> String {
    let link = output.source_url.as_deref().and_then(|link| Url::parse(link).ok());
    let Some(host) = link.as_ref().and_then(Url::host_str) else {
        return String::new();
    };
    let until = output
        .url_expires_at
        .and_then(|at| Timestamp::from_millisecond(at).ok())
        .map(|at| at.to_zoned(TimeZone::system()));
    words::kept_at(host, until.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_without_what_opens_it() {
        let output = |link: Option<&str>| OutputRow {
            id: "out_1".into(),
            place: 1,
            source_url: link.map(str::to_owned),
            url_expires_at: Some(1_795_000_000_000),
            etag: None,
            reasked: false,
            state: "waiting".into(),
            message: String::new(),
        };
        let told = whereabouts(&output(Some("https://cdn.example.com/a/b.png?sig=SECRET#x")));
        assert!(told.starts_with("The finished file is at cdn.example.com until "), "{told}");
        assert!(!told.contains("SECRET") && !told.contains("b.png"), "{told}");
        assert_eq!(whereabouts(&output(None)), "", "its bytes are here already");
    }
}
