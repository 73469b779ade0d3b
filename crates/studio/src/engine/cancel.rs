//! Cancelling: at once where nothing was sent, at the provider where it can, and honest where not.

use rushes_providers::types::{Cancelled, Task};

use super::Engine;
use crate::job::{AttemptState, JobState, Outcome, next, words};
use crate::store::{self, AttemptRow, JobRow, JobUpdate, LedgerKind, StoreError};
use crate::view::{Charge, DoubtChoice};

impl Engine {
    /// Cancels a job. One that is over stays as it is.
    pub async fn cancel(&self, job: &str) -> Result<(), StoreError> {
        let id = job.to_owned();
        let (row, attempt) = self
            .store
            .read(move |sql| Ok((store::jobs::get(sql, &id)?, store::attempts::newest(sql, &id)?)))
            .await?;
        match row.state {
            JobState::Queued => self.cancel_queued(&row).await,
            JobState::Running => match attempt {
                Some(attempt) if attempt.state == AttemptState::InDoubt => {
                    self.resolve_doubt(job, DoubtChoice::Dismiss).await
                }
                Some(attempt) if attempt.state == AttemptState::Accepted => {
                    self.cancel_remote(&row, &attempt).await
                }
                _ => {
                    self.only_say(
                        &row,
                        t!("It is on the wire or already being saved, so it can't be stopped now. We keep what it makes."),
                    )
                    .await
                }
            },
            _ => Ok(()),
        }
    }

    async fn cancel_queued(&self, job: &JobRow) -> Result<(), StoreError> {
        let at = self.clock.now_ms();
        let id = job.id.clone();
        let written = self
            .store
            .write(move |tx| {
                tx.move_job(&JobUpdate {
                    id: &id,
                    from: &[JobState::Queued],
                    to: JobState::Cancelled,
                    attempt: None,
                    charge: Some(Charge::None),
                    run_at: None,
                    cause: "cancelled",
                    message: t!("Cancelled before it was sent. Not charged."),
                    hint: "",
                    log: t!("Cancelled before it was sent."),
                    at,
                })
            })
            .await;
        match written {
            // It was sent in this very moment: the wish is noted and the print kept.
            Err(StoreError::Moved { .. }) => {
                self.only_say(
                    job,
                    t!("It was just sent, so it can't be stopped now. We keep what it makes."),
                )
                .await
            }
            other => other,
        }
    }

    async fn cancel_remote(&self, job: &JobRow, attempt: &AttemptRow) -> Result<(), StoreError> {
        let Some(remote_id) = attempt.remote_id.clone() else {
            return Ok(());
        };
        let task = Task {
            remote_id,
            remote_model: attempt.remote_model.clone(),
            poll_url: attempt.poll_url.clone(),
        };
        let stopped = match self.lines.open(&attempt.provider).await {
            Ok(line) => line.provider.cancel(&line.call, &task).await.ok(),
            Err(_) => None,
        };
        if stopped != Some(Cancelled::Stopped) {
            let provider_name = &job.provider_name;
            let is_free = job.price.as_ref().is_some_and(|price| price.micros == 0);
            let message = match stopped {
                Some(_) if is_free => t!(
                    "{provider_name} can't stop a render once it began. We keep what it makes.",
                    provider_name = provider_name
                ),
                Some(_) => t!(
                    "{provider_name} can't stop a render once it began: it is charged as usual. We keep what it makes.",
                    provider_name = provider_name
                ),
                None if is_free => t!(
                    "{provider_name} could not be reached to stop it. We keep what it makes.",
                    provider_name = provider_name
                ),
                None => t!(
                    "{provider_name} could not be reached to stop it, so it is charged if it runs. We keep what it makes.",
                    provider_name = provider_name
                ),
            };
            return self.only_say(job, &message).await;
        }
        let Some(step) = next(AttemptState::Accepted, &Outcome::Stopped) else {
            return Ok(());
        };
        let at = self.clock.now_ms();
        let (id, job_id, price) = (attempt.id.clone(), job.id.clone(), job.price.clone());
        let message =
            t!("Cancelled at {provider_name}, not charged.", provider_name = job.provider_name);
        self.store
            .write(move |tx| {
                tx.move_attempt(&id, AttemptState::Accepted, step.attempt, None, &message, at)?;
                tx.enter(&id, LedgerKind::Released, price.as_ref(), "cancel", at)?;
                tx.move_job(&JobUpdate {
                    id: &job_id,
                    from: &[JobState::Running],
                    to: step.job,
                    attempt: Some(&id),
                    charge: step.charge,
                    run_at: None,
                    cause: "cancelled",
                    message: &message,
                    hint: "",
                    log: &message,
                    at,
                })
            })
            .await
    }

    async fn only_say(&self, job: &JobRow, message: &str) -> Result<(), StoreError> {
        let (id, message) = (job.id.clone(), message.to_owned());
        self.store
            .write(move |tx| {
                tx.wish_cancel(&id)?;
                // What is set aside must go on saying so: by that it is found and taken up again.
                if tx.cause(&id)? == words::SET_ASIDE {
                    return Ok(());
                }
                tx.say(&id, "cancel_wished", &message, "")
            })
            .await
    }
}
