//! How accepted work ends, and how that is written down: after a poll, or at once with its submit.

use rushes_providers::Wire;
use rushes_providers::types::{Poll, PollState, Price, RemoteOutput, Submitted};

use super::tray::JobTray;
use super::{Engine, StepError};
use crate::chance;
use crate::job::words::{self, Said};
use crate::job::{AttemptState, Disposition, JobState, Next, Outcome, disposition, next};
use crate::store::{FallBack, JobRow, JobUpdate, LedgerKind, NewOutput, OutputRow, StoreError, Tx};
use crate::view::Charge;

/// How it ended.
#[derive(Clone)]
pub(super) enum End {
    /// With outputs, which are to be fetched or lie in their parts already.
    Done {
        outputs: Vec<NewOutput>,
        raw: String,
        /// What it cost, where the provider told.
        cost: Option<Price>,
    },
    /// Without.
    Without {
        step: Next,
        said: Said,
        /// Whether another step may do what this endpoint could not.
        elsewhere: bool,
        raw: String,
    },
}

impl End {
    /// Without outputs, and no other step can help.
    pub(super) fn here(step: Next, said: Said, raw: &str) -> Self {
        Self::Without { step, said, elsewhere: false, raw: raw.to_owned() }
    }

    /// Writes it down; the attempt is accepted until now. `source` says where it was learnt.
    pub(super) fn write(
        &self,
        tx: &mut Tx<'_>,
        attempt: &str,
        job: &JobRow,
        source: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        match self {
            Self::Done { outputs, raw, cost } => {
                tx.move_attempt(
                    attempt,
                    AttemptState::Accepted,
                    AttemptState::Downloading,
                    Some(at),
                    &t!("{provider_name} has finished it.", provider_name = job.provider_name),
                    at,
                )?;
                tx.record_done(attempt, raw, at)?;
                tx.expect_outputs(attempt, outputs, at)?;
                let price = cost.as_ref().or(job.price.as_ref());
                tx.enter(attempt, LedgerKind::Confirmed, price, "done", at)?;
                tx.settle_job(&job.id, Charge::Charged)?;
                tx.say(&job.id, "", "", "")
            }
            Self::Without { step, said, elsewhere, raw } => {
                tx.record_answer(attempt, Some(200), raw)?;
                tx.move_attempt(
                    attempt,
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
                tx.enter(attempt, kind, job.price.as_ref(), source, at)?;
                let fall =
                    FallBack { job: &job.id, from: JobState::Running, reason: &said.message, at };
                if *elsewhere && tx.fall_back(fall)? {
                    return Ok(());
                }
                tx.move_job(&JobUpdate {
                    id: &job.id,
                    from: &[JobState::Running],
                    to: step.job,
                    attempt: Some(attempt),
                    charge: step.charge,
                    run_at: None,
                    cause: said.cause,
                    message: &said.message,
                    hint: &said.hint,
                    log: &said.message,
                    at,
                })
            }
        }
    }
}

/// A submit that was accepted, and how it ended where that came with the answer.
#[derive(Clone)]
pub(super) struct Accepted {
    job: JobRow,
    attempt: String,
    submitted: Submitted,
    end: Option<End>,
}

impl Accepted {
    /// `submitted` without its end, which is `end`.
    pub(super) fn new(job: &JobRow, attempt: &str, submitted: Submitted, end: Option<End>) -> Self {
        Self { job: job.clone(), attempt: attempt.to_owned(), submitted, end }
    }

    /// Writes down both in one go. The first poll, where there is one, is at `poll_at`.
    pub(super) fn write(&self, tx: &mut Tx<'_>, poll_at: i64, at: i64) -> Result<(), StoreError> {
        let provider = &self.job.provider_name;
        tx.move_attempt(
            &self.attempt,
            AttemptState::Submitting,
            AttemptState::Accepted,
            Some(poll_at),
            &t!("{provider} accepted it.", provider),
            at,
        )?;
        let submitted = &self.submitted;
        tx.record_accepted(
            &self.attempt,
            &submitted.remote_id,
            submitted.poll_url.as_deref(),
            &submitted.raw,
            None,
            at,
        )?;
        tx.settle_job(&self.job.id, Charge::Reserved)?;
        match &self.end {
            Some(end) => end.write(tx, &self.attempt, &self.job, "submit", at),
            None => Ok(()),
        }
    }
}

impl Engine {
    /// What a poll's answer ends in; None while the work goes on. Bytes that came with the answer
    /// are on the disk when this returns. `known` are the outputs that are expected already.
    pub(super) async fn end_of(
        &self,
        job: &JobRow,
        poll: &Poll,
        known: &[OutputRow],
        tray: &JobTray,
        life: Option<u64>,
    ) -> Result<Option<End>, StepError> {
        let Some(step) = next(AttemptState::Accepted, &Outcome::Polled(&poll.state)) else {
            return Ok(None);
        };
        let end = match &poll.state {
            PollState::Queued | PollState::Running { .. } => return Ok(None),
            PollState::Done { outputs } if step.attempt == AttemptState::Downloading => End::Done {
                outputs: self.expected(outputs, known, tray, life).await?,
                raw: poll.raw.clone(),
                cost: poll.cost.clone(),
            },
            PollState::Done { .. } => {
                let said = Said {
                    cause: "empty",
                    message: t!(
                        "{provider_name} says it is done but sent no picture. It may have been charged.",
                        provider_name = job.provider_name
                    ),
                    hint: t!("Copy the task id for a refund request, or try again.").into(),
                };
                End::here(step, said, &poll.raw)
            }
            PollState::Failed { kind, message, refunded } => End::Without {
                step,
                said: words::failed(&job.provider_name, kind, message, *refunded),
                elsewhere: step.charge.is_some_and(|charge| {
                    disposition(kind, Wire::Answered(200), charge) == Disposition::NextStep
                }),
                raw: poll.raw.clone(),
            },
            PollState::Cancelled => {
                let said = Said {
                    cause: "cancelled",
                    message: t!("Cancelled at {provider_name}.", provider_name = job.provider_name),
                    hint: String::new(),
                };
                End::here(step, said, &poll.raw)
            }
        };
        Ok(Some(end))
    }

    /// What is to be fetched, and under which id what came already lies.
    async fn expected(
        &self,
        outputs: &[RemoteOutput],
        known: &[OutputRow],
        tray: &JobTray,
        life: Option<u64>,
    ) -> Result<Vec<NewOutput>, StepError> {
        let at = self.clock.now_ms();
        let mut expected = Vec::with_capacity(outputs.len());
        for (n, output) in outputs.iter().enumerate() {
            let place = n as u32 + 1;
            let known = known.iter().find(|row| row.place == place).map(|row| row.id.clone());
            let mut id = known.unwrap_or_else(|| chance::id("out"));
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
                RemoteOutput::Kept { id: kept } => {
                    // Only what this very answer put there, whatever the answer says.
                    if tray.holds(kept) {
                        id.clone_from(kept);
                    }
                    None
                }
            };
            expected.push(NewOutput {
                id,
                place,
                url_expires_at: source_url.as_ref().and(life).map(|s| at + s as i64 * 1000),
                source_url,
            });
        }
        Ok(expected)
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
}
