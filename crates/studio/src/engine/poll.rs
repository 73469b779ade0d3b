//! Asking how accepted work stands. A poll that fails ends nothing: the work goes on elsewhere.

use std::time::Duration;

use rushes_providers::types::{Poll, PollState, RemoteOutput, Task};
use rushes_providers::{Error, Kind, Wire};

use super::{Asking, Engine, StepError, ms};
use crate::chance;
use crate::job::words::{self, Said};
use crate::job::{
    Again, AttemptState, Disposition, JobState, Next, Outcome, backoff, disposition, next,
};
use crate::store::{
    self, AttemptRow, FallBack, JobRow, JobUpdate, LedgerKind, NewOutput, StoreError,
};
use crate::view::Charge;

/// Longest wait between two polls that fail.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Least wait after a rate limit that came without a time.
const UNTOLD_LIMIT: Duration = Duration::from_secs(10);

/// How accepted work ended without outputs.
struct End {
    step: Next,
    said: Said,
    /// Whether another step may do what this endpoint could not.
    elsewhere: bool,
}

impl End {
    fn here(step: Next, said: Said) -> Self {
        Self { step, said, elsewhere: false }
    }
}

impl Engine {
    pub(super) async fn poll(&self, attempt: &AttemptRow, asking: Asking) -> Result<(), StepError> {
        let Some(remote_id) = attempt.remote_id.clone() else {
            return Ok(());
        };
        let answer = match self.lines.at_hand(&attempt.provider).await {
            Ok(line) => {
                let task = Task {
                    remote_id,
                    remote_model: attempt.remote_model.clone(),
                    poll_url: attempt.poll_url.clone(),
                };
                let floor = Duration::from_millis(line.provider.manifest().poll_floor_ms);
                line.provider
                    .poll(&line.call, &task)
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
            Ok((poll, floor, life)) => self.polled(attempt, poll, floor, life).await,
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
        floor: Duration,
        life: Option<u64>,
    ) -> Result<(), StepError> {
        let Some(step) = next(AttemptState::Accepted, &Outcome::Polled(&poll.state)) else {
            return Ok(());
        };
        let at = self.clock.now_ms();
        match &poll.state {
            PollState::Queued | PollState::Running { .. } => {
                self.goes_on(attempt, &poll.status_word, floor, at).await
            }
            PollState::Done { outputs } if step.attempt == AttemptState::Downloading => {
                let job = self.job_of(attempt).await?;
                self.done(attempt, &job, outputs, &poll.raw, life, at).await
            }
            PollState::Done { .. } => {
                let said = Said {
                    cause: "empty",
                    message: format!(
                        "{} says it is done but sent no picture. It may have been charged.",
                        attempt.provider_name
                    ),
                    hint: "Copy the task id for a refund request, or try again.".into(),
                };
                self.ended(attempt, End::here(step, said), &poll.raw, at).await
            }
            PollState::Failed { kind, message, refunded } => {
                let said = words::failed(&attempt.provider_name, kind, message, *refunded);
                let elsewhere = step.charge.is_some_and(|charge| {
                    disposition(kind, Wire::Answered(200), charge) == Disposition::NextStep
                });
                self.ended(attempt, End { step, said, elsewhere }, &poll.raw, at).await
            }
            PollState::Cancelled => {
                let said = Said {
                    cause: "cancelled",
                    message: format!("Cancelled at {}.", attempt.provider_name),
                    hint: String::new(),
                };
                self.ended(attempt, End::here(step, said), &poll.raw, at).await
            }
        }
    }

    /// The provider is done: what is to be fetched is written down before a byte is.
    async fn done(
        &self,
        attempt: &AttemptRow,
        job: &JobRow,
        outputs: &[RemoteOutput],
        raw: &str,
        life: Option<u64>,
        at: i64,
    ) -> Result<(), StepError> {
        let id = attempt.id.clone();
        let known = self.store.read(move |sql| store::outputs::of_attempt(sql, &id)).await?;
        let mut expected = Vec::with_capacity(outputs.len());
        for (n, output) in outputs.iter().enumerate() {
            let place = n as u32 + 1;
            let id = known
                .iter()
                .find(|row| row.place == place)
                .map_or_else(|| chance::id("out"), |row| row.id.clone());
            let source_url = match output {
                RemoteOutput::Link { url } => Some(url.clone()),
                RemoteOutput::Inline { bytes } => {
                    self.keep_inline(&id, bytes.clone()).await?;
                    None
                }
                RemoteOutput::Text { text } => {
                    self.keep_inline(&id, text.clone().into()).await?;
                    None
                }
            };
            expected.push(NewOutput {
                id,
                place,
                source_url,
                url_expires_at: life.map(|s| at + s as i64 * 1000),
            });
        }
        let (attempt, raw, price) = (attempt.id.clone(), raw.to_owned(), job.price.clone());
        let (provider, job_id) = (job.provider_name.clone(), job.id.clone());
        self.store
            .write(move |tx| {
                tx.count_poll(&attempt)?;
                tx.move_attempt(
                    &attempt,
                    AttemptState::Accepted,
                    AttemptState::Downloading,
                    Some(at),
                    &format!("{provider} has finished it."),
                    at,
                )?;
                tx.record_done(&attempt, &raw, at)?;
                tx.expect_outputs(&attempt, &expected, at)?;
                tx.enter(&attempt, LedgerKind::Confirmed, price.as_ref(), "done", at)?;
                tx.settle_job(&job_id, Charge::Charged)?;
                tx.say(&job_id, "", "", "")
            })
            .await?;
        Ok(())
    }

    /// Bytes that came with the answer go to the disk before anything else happens.
    async fn keep_inline(&self, output: &str, bytes: bytes::Bytes) -> Result<(), StepError> {
        let (library, output) = (self.library.clone(), output.to_owned());
        chance::off_thread(move || {
            let mut part = library.part(&output)?;
            part.truncate()?;
            part.write(&bytes)?;
            // The answer that carried them is not kept: they must outlive a power cut.
            part.sync()
        })
        .await??;
        Ok(())
    }

    async fn ended(
        &self,
        attempt: &AttemptRow,
        End { step, said, elsewhere }: End,
        raw: &str,
        at: i64,
    ) -> Result<(), StepError> {
        let (id, job_id, raw) = (attempt.id.clone(), attempt.job.clone(), raw.to_owned());
        self.store
            .write(move |tx| {
                tx.count_poll(&id)?;
                tx.record_answer(&id, Some(200), &raw)?;
                tx.move_attempt(
                    &id,
                    AttemptState::Accepted,
                    step.attempt,
                    None,
                    &said.message,
                    at,
                )?;
                let kind = match step.charge {
                    Some(Charge::Released | Charge::None) => LedgerKind::Released,
                    Some(Charge::Charged) => LedgerKind::Confirmed,
                    _ => LedgerKind::Unknown,
                };
                let price = tx.job(&job_id)?.price;
                tx.enter(&id, kind, price.as_ref(), "poll", at)?;
                let fall =
                    FallBack { job: &job_id, from: JobState::Running, reason: &said.message, at };
                if elsewhere && tx.fall_back(fall)? {
                    return Ok(());
                }
                tx.move_job(&JobUpdate {
                    id: &job_id,
                    from: &[JobState::Running],
                    to: step.job,
                    attempt: Some(&id),
                    charge: step.charge,
                    run_at: None,
                    cause: said.cause,
                    message: &said.message,
                    hint: &said.hint,
                    log: &said.message,
                    at,
                })
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
                message: format!(
                    "{} no longer knows this render. It may have been charged.",
                    job.provider_name
                ),
                hint: "Copy the task id and ask them about it, or try again.".into(),
            };
            let raw = error.raw.clone().unwrap_or_default();
            return self.ended(attempt, End::here(step, said), &raw, at).await;
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
