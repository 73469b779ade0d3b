//! Asking how accepted work stands. A poll that fails ends nothing: the work goes on elsewhere.

use std::time::Duration;

use rushes_providers::types::{Poll, PollState, Task};
use rushes_providers::{Error, Kind};

use super::outcome::End;
use super::tray::JobTray;
use super::{Asking, Engine, StepError, ms};
use crate::chance;
use crate::job::words::{self, Said};
use crate::job::{Again, AttemptState, Outcome, backoff, next};
use crate::store::{self, AttemptRow, JobRow, StoreError};

/// Longest wait between two polls that fail.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Least wait after a rate limit that came without a time.
const UNTOLD_LIMIT: Duration = Duration::from_secs(10);

impl Engine {
    pub(super) async fn poll(&self, attempt: &AttemptRow, asking: Asking) -> Result<(), StepError> {
        let Some(remote_id) = attempt.remote_id.clone() else {
            return Ok(());
        };
        let tray = self.tray(&attempt.job);
        let answer = match self.lines.at_hand(&attempt.provider).await {
            Ok(line) => {
                let call = line.call.clone().with_tray(tray.clone());
                let task = Task {
                    remote_id,
                    remote_model: attempt.remote_model.clone(),
                    poll_url: attempt.poll_url.clone(),
                };
                let floor = Duration::from_millis(line.provider.manifest().poll_floor_ms);
                line.provider
                    .poll(&call, &task)
                    .await
                    .map(|poll| (poll, floor, line.provider.manifest().output_life_s))
            }
            // The work goes on elsewhere; we ask again when there is a key.
            Err(error) => {
                let said =
                    Said { cause: error.code(), message: error.to_string(), hint: error.hint() };
                return Ok(self.hold(&attempt.provider, &attempt.account, said).await?);
            }
        };
        // Before the gate takes note: what was told to this one is over when its gate opens again, so
        // that no other that goes then is told to wait in its place.
        let at = self.clock.now_ms();
        self.heard(&attempt.provider, answer.as_ref().err()).await?;
        drop(asking);
        match answer {
            Ok((poll, floor, life)) => self.polled(attempt, poll, &tray, floor, life).await,
            Err(error) => self.poll_failed(attempt, &self.job_of(attempt).await?, &error, at).await,
        }
    }

    async fn job_of(&self, attempt: &AttemptRow) -> Result<JobRow, StoreError> {
        let id = attempt.job.clone();
        self.store.read(move |sql| store::jobs::get(sql, &id)).await
    }

    /// It is still being made: all that changes is when it is asked about next.
    async fn goes_on(
        &self,
        attempt: &AttemptRow,
        word: &str,
        floor: Duration,
        at: i64,
    ) -> Result<(), StepError> {
        let age = at - attempt.accepted_at.unwrap_or(at);
        let wait =
            backoff::next_poll(Duration::from_millis(age.max(0) as u64), floor, chance::fraction());
        let (id, job_id, word) = (attempt.id.clone(), attempt.job.clone(), word.to_owned());
        let line_was_broken = attempt.tries > 0;
        let patience = self.patience(&attempt.provider);
        self.store
            .write_within(patience, move |tx| {
                tx.count_poll(&id)?;
                tx.plan_attempt(&id, AttemptState::Accepted, Some(at + ms(wait)), 0, &word)?;
                if line_was_broken {
                    tx.say(&job_id, "", "", "")?;
                }
                Ok(())
            })
            .await?;
        Ok(())
    }

    async fn polled(
        &self,
        attempt: &AttemptRow,
        poll: Poll,
        tray: &JobTray,
        floor: Duration,
        life: Option<u64>,
    ) -> Result<(), StepError> {
        let at = self.clock.now_ms();
        match &poll.state {
            PollState::Queued | PollState::Running { .. } => {
                let part = match poll.state {
                    PollState::Running { progress } => progress,
                    _ => None,
                };
                if part.is_some() || poll.note.is_some() {
                    self.live.tell(&attempt.job, part, poll.note.as_deref().unwrap_or_default());
                }
                self.goes_on(attempt, &poll.status_word, floor, at).await
            }
            PollState::Done { .. } | PollState::Failed { .. } | PollState::Cancelled => {
                let id = attempt.id.clone();
                let known =
                    self.store.read(move |sql| store::outputs::of_attempt(sql, &id)).await?;
                let job = self.job_of(attempt).await?;
                let end = self.end_of(&job, &poll, &known, tray, life).await?;
                let Some(end) = end else { return Ok(()) };
                self.ended(attempt, &job, end, at).await
            }
        }
    }

    async fn ended(
        &self,
        attempt: &AttemptRow,
        job: &JobRow,
        end: End,
        at: i64,
    ) -> Result<(), StepError> {
        let (id, job) = (attempt.id.clone(), job.clone());
        self.live.forget(&job.id);
        self.store
            .write(move |tx| {
                tx.count_poll(&id)?;
                end.write(tx, &id, &job, "poll", at)
            })
            .await?;
        Ok(())
    }

    async fn poll_failed(
        &self,
        attempt: &AttemptRow,
        job: &JobRow,
        error: &Error,
        at: i64,
    ) -> Result<(), StepError> {
        if Self::is_for_key(error) {
            self.hold_for(&attempt.provider, &job.provider_name, &attempt.account, error).await?;
        }
        let missing = attempt.missing + u32::from(error.kind == Kind::NotFound);
        let since =
            |then: Option<i64>| Duration::from_millis((at - then.unwrap_or(at)).max(0) as u64);
        let outcome = Outcome::PollFailed {
            error,
            age: since(attempt.accepted_at),
            missing,
            missing_for: since(attempt.missing_since),
        };
        let Some(step) = next(AttemptState::Accepted, &outcome) else {
            return Ok(());
        };
        if step.attempt == AttemptState::Lost {
            let said = Said {
                cause: "lost",
                message: t!(
                    "{provider_name} no longer knows this render. It may have been charged.",
                    provider_name = job.provider_name
                ),
                hint: t!("Copy the task id and ask them about it, or try again.").into(),
            };
            let raw = error.raw.clone().unwrap_or_default();
            return self.ended(attempt, job, End::here(step, said, &raw), at).await;
        }
        let wait = match step.again {
            Again::Backoff(Some(wait)) => wait,
            // A limit that came without a time is not met by asking again at once.
            _ if error.kind == Kind::RateLimited => {
                backoff::after_failure(attempt.tries, LONGEST_WAIT, chance::fraction())
                    .max(UNTOLD_LIMIT)
            }
            // The hold decides when; nothing is asked before.
            _ if Self::is_for_key(error) => Duration::ZERO,
            _ => backoff::after_failure(attempt.tries, LONGEST_WAIT, chance::fraction()),
        };
        let (id, job_id, tries) = (attempt.id.clone(), job.id.clone(), attempt.tries + 1);
        let counts = error.kind == Kind::NotFound;
        // One slow answer is not worth a word; a line that stays broken is.
        let said = (attempt.tries >= 1 || matches!(error.kind, Kind::Auth | Kind::RateLimited))
            .then(|| words::out_of_touch(&job.provider_name, error));
        let written = self
            .store
            .write(move |tx| {
                tx.count_poll(&id)?;
                tx.plan_attempt(&id, AttemptState::Accepted, Some(at + ms(wait)), tries, "")?;
                if counts {
                    tx.count_missing(&id, at)?;
                }
                match said {
                    Some(said) => tx.say(&job_id, said.cause, &said.message, &said.hint),
                    None => Ok(()),
                }
            })
            .await;
        match written {
            Ok(()) | Err(StoreError::Moved { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
