//! Looking for a lost submit: in what a proved webhook called it, then in the provider's own list. What is
//! not found waits for the user.

use std::time::Duration;

use jiff::Timestamp;
use rushes_providers::types::{Found, Lookup};

use super::{Engine, StepError, ms};
use crate::chance;
use crate::job::{Again, AttemptState, JobState, Outcome, backoff, next, words};
use crate::store::{self, AttemptRow, JobUpdate, LedgerKind, StoreError};
use crate::view::{Charge, DoubtChoice};

/// The provider's clock may differ from ours by this much.
const CLOCK_SKEW_MS: i64 = 60_000;
/// A submit is answered within this, so work made later is not this attempt's.
const SUBMIT_WINDOW_MS: i64 = 180_000;
/// Longest wait between two looks that get no answer.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

impl Engine {
    pub(super) async fn look_up(&self, attempt: &AttemptRow) -> Result<(), StepError> {
        let id = attempt.job.clone();
        let job = self.store.read(move |sql| store::jobs::get(sql, &id)).await?;
        let at = self.clock.now_ms();
        if let Some(echoed) = self.echoed(attempt).await? {
            return self.found(attempt, &job.provider_name, &echoed, "webhook", at).await;
        }
        let lookup = Lookup {
            remote_model: attempt.remote_model.clone(),
            client_ref: attempt.client_ref.clone(),
            inputs: attempt.inputs_sent.clone(),
            since: instant(attempt.submit_started_at - CLOCK_SKEW_MS),
            until: instant(attempt.submit_started_at + SUBMIT_WINDOW_MS),
        };
        let answer = match self.lines.open(&attempt.provider).await {
            // Another key sees another list: that the work is not there would prove nothing.
            Ok(line) if line.account != attempt.account => Ok(None),
            Ok(line) => {
                let found = line.provider.find(&line.call, &lookup).await;
                self.heard(&attempt.provider, found.as_ref().err()).await?;
                if let Err(error) = &found
                    && Self::is_for_key(error)
                {
                    self.hold_for(&job.provider, &job.provider_name, &line.account, error).await?;
                }
                found.map_err(Some)
            }
            Err(_) => Err(None),
        };
        let look = attempt.tries as usize;
        match answer {
            Ok(None) => {
                self.still_in_doubt(attempt, Again::Never, attempt.tries, |job| {
                    words::in_doubt(&job.provider_name, job.price.as_ref(), false)
                })
                .await
            }
            Ok(Some(found)) => {
                let ours = self.unclaimed(attempt, found).await?;
                if let [one] = ours.as_slice() {
                    return self
                        .found(attempt, &job.provider_name, &one.remote_id, "history", at)
                        .await;
                }
                let ended_only = rushes_providers::find(&attempt.provider)
                    .is_some_and(|provider| provider.manifest().lists_ended_only);
                let outcome = Outcome::NotFound { look, ended_only };
                let Some(step) = next(AttemptState::InDoubt, &outcome) else {
                    return Ok(());
                };
                let last = step.again == Again::Never;
                self.still_in_doubt(attempt, step.again, attempt.tries + 1, move |job| {
                    words::not_listed(&job.provider_name, job.price.as_ref(), last)
                })
                .await
            }
            // No answer is no evidence: the same look is made again.
            Err(_) => {
                let wait = backoff::after_failure(6, LONGEST_WAIT, chance::fraction());
                self.still_in_doubt(attempt, Again::After(wait), attempt.tries, |job| {
                    words::in_doubt(&job.provider_name, job.price.as_ref(), false)
                })
                .await
            }
        }
    }

    /// What a webhook called this attempt's work, unless another attempt has that.
    async fn echoed(&self, attempt: &AttemptRow) -> Result<Option<String>, StepError> {
        let Some(echoed) = attempt.echoed_id.clone() else { return Ok(None) };
        let (provider, account) = (attempt.provider.clone(), attempt.account.clone());
        Ok(self
            .store
            .read(move |sql| {
                let claimed = store::attempts::claimed(sql, &provider, &account, &echoed)?;
                Ok((!claimed).then_some(echoed))
            })
            .await?)
    }

    /// Those with exactly our inputs that no other attempt has.
    async fn unclaimed(
        &self,
        attempt: &AttemptRow,
        found: Vec<Found>,
    ) -> Result<Vec<Found>, StepError> {
        let (provider, account) = (attempt.provider.clone(), attempt.account.clone());
        Ok(self
            .store
            .read(move |sql| {
                let mut ours = Vec::new();
                for one in found.into_iter().filter(|one| one.same_inputs) {
                    if !store::attempts::claimed(sql, &provider, &account, &one.remote_id)? {
                        ours.push(one);
                    }
                }
                Ok(ours)
            })
            .await?)
    }

    async fn found(
        &self,
        attempt: &AttemptRow,
        provider: &str,
        remote_id: &str,
        resolved_by: &'static str,
        at: i64,
    ) -> Result<(), StepError> {
        let Some(step) = next(AttemptState::InDoubt, &Outcome::Found) else {
            return Ok(());
        };
        let (id, job, remote_id) = (attempt.id.clone(), attempt.job.clone(), remote_id.to_owned());
        let message = t!("Found at {provider}. Not paid twice.", provider);
        let submit_started_at = attempt.submit_started_at;
        self.store
            .write(move |tx| {
                tx.move_attempt(&id, AttemptState::InDoubt, step.attempt, Some(at), &message, at)?;
                // It was accepted when it was sent, as far as its age goes.
                tx.record_accepted(
                    &id,
                    &remote_id,
                    None,
                    "",
                    Some(resolved_by),
                    submit_started_at,
                )?;
                tx.settle_job(&job, step.charge.unwrap_or(Charge::Reserved))?;
                tx.say(&job, "recovered", &message, "")
            })
            .await?;
        self.wake();
        Ok(())
    }

    async fn still_in_doubt(
        &self,
        attempt: &AttemptRow,
        again: Again,
        tries: u32,
        say: impl FnOnce(&store::JobRow) -> words::Said + Send + 'static,
    ) -> Result<(), StepError> {
        let at = self.clock.now_ms();
        let due_at = match again {
            Again::After(wait) => Some(at + ms(wait)),
            _ => None,
        };
        let (id, job_id, status) = (attempt.id.clone(), attempt.job.clone(), attempt.http_status);
        let echoed_id = attempt.echoed_id.clone();
        let written = self
            .store
            .write(move |tx| {
                let job = tx.job(&job_id)?;
                let said = say(&job).or_moved(&job.provider_name, status);
                // A webhook may have come while we looked.
                let echoed =
                    tx.newest_attempt(&job_id)?.is_some_and(|now| now.echoed_id != echoed_id);
                let due_at = if echoed { Some(at) } else { due_at };
                tx.plan_attempt(&id, AttemptState::InDoubt, due_at, tries, "")?;
                // Whether it needs the user follows from the plan, even where the words stay.
                tx.touch_job(&job_id);
                tx.say(&job_id, said.cause, &said.message, &said.hint)
            })
            .await;
        match written {
            // The user decided in the meantime.
            Ok(()) | Err(StoreError::Moved { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Acts on the user's choice about a job in doubt.
    pub async fn resolve_doubt(&self, job: &str, choice: DoubtChoice) -> Result<(), StoreError> {
        let at = self.clock.now_ms();
        let id = job.to_owned();
        self.store
            .write(move |tx| {
                let attempt = tx
                    .newest_attempt(&id)?
                    .filter(|attempt| attempt.state == AttemptState::InDoubt)
                    .ok_or(StoreError::Moved { row: id.clone(), expected: t!("in doubt") })?;
                let row = tx.job(&id)?;
                if choice == DoubtChoice::Look {
                    tx.plan_attempt(&attempt.id, AttemptState::InDoubt, Some(at), 0, "")?;
                    return tx.say(
                        &id,
                        "in_doubt",
                        &t!(
                            "Looking for it at {provider_name}.",
                            provider_name = row.provider_name
                        ),
                        "",
                    );
                }
                let Some(step) = next(AttemptState::InDoubt, &Outcome::Dismissed) else {
                    return Ok(());
                };
                let message = t!(
                    "Closed in doubt. {provider_name} may have run and charged it.",
                    provider_name = row.provider_name
                );
                tx.move_attempt(
                    &attempt.id,
                    AttemptState::InDoubt,
                    step.attempt,
                    None,
                    &message,
                    at,
                )?;
                tx.enter(&attempt.id, LedgerKind::Unknown, row.price.as_ref(), "user", at)?;
                if choice == DoubtChoice::Again {
                    return tx.requeue_job(
                        &id,
                        at,
                        t!("Sent again at the user's word. It may be paid twice."),
                    );
                }
                tx.move_job(&JobUpdate {
                    id: &id,
                    from: &[JobState::Running],
                    to: step.job,
                    attempt: Some(&attempt.id),
                    charge: step.charge,
                    run_at: None,
                    cause: "dismissed",
                    message: &message,
                    hint: "",
                    log: &message,
                    at,
                })
            })
            .await?;
        self.wake();
        Ok(())
    }
}

fn instant(at_ms: i64) -> Timestamp {
    Timestamp::from_millisecond(at_ms).unwrap_or_default()
}
