//! Work that crashes Rushes: tried again with pauses, and set aside after the third time.

use super::{Engine, StepError};
use crate::job::{AttemptState, JobState, Outcome, next, words};
use crate::store::StoreError;
use crate::store::{JobUpdate, Tx};
use crate::view::Charge;

/// After so many crashes a job is only taken up again at the user's word.
const MOST: u32 = 3;
/// Pause for each crash after the first.
const PAUSE_MS: i64 = 30_000;

impl Engine {
    /// A step panicked. What it was sending is in doubt; what it was fetching is tried again later.
    pub(super) async fn crashed(&self, job: &str) -> Result<(), StepError> {
        let (job, at) = (job.to_owned(), self.clock.now_ms());
        self.store.write(move |tx| note_crash(tx, &job, at)).await?;
        Ok(())
    }

    /// Takes up a job again that was set aside.
    pub async fn take_up_again(&self, job: &str) -> Result<(), StoreError> {
        let (job, at) = (job.to_owned(), self.clock.now_ms());
        self.store
            .write(move |tx| {
                let attempt = tx
                    .newest_attempt(&job)?
                    .filter(|attempt| attempt.state.live())
                    .ok_or(StoreError::Moved { row: job.clone(), expected: t!("set aside") })?;
                tx.forget_crashes(&job)?;
                tx.plan_attempt(&attempt.id, attempt.state, Some(at), 0, "")?;
                tx.say(&job, "", "", "")
            })
            .await?;
        self.wake();
        Ok(())
    }
}

/// Counts a crash of a job's newest step and decides what becomes of it.
pub(super) fn note_crash(tx: &mut Tx<'_>, id: &str, at: i64) -> Result<(), StoreError> {
    let count = tx.count_crash(id)?;
    let job = tx.job(id)?;
    let attempt = tx.newest_attempt(id)?.filter(|attempt| attempt.state.live());
    // After the first one at once: links to finished files do not wait.
    let pause = PAUSE_MS * i64::from(count.saturating_sub(1));
    match attempt {
        Some(attempt) if attempt.state == AttemptState::Submitting => {
            let said = words::in_doubt(&job.provider_name, job.price.as_ref(), true);
            if let Some(step) = next(AttemptState::Submitting, &Outcome::Interrupted) {
                tx.move_attempt(
                    &attempt.id,
                    attempt.state,
                    step.attempt,
                    Some(at),
                    &said.message,
                    at,
                )?;
            }
            tx.settle_job(id, Charge::Unknown)?;
            tx.say(id, said.cause, &said.message, &said.hint)
        }
        Some(attempt) if count >= MOST => {
            tx.plan_attempt(&attempt.id, attempt.state, None, attempt.tries, "")?;
            let said = words::set_aside(&job.provider_name, count);
            tx.say(id, said.cause, &said.message, &said.hint)
        }
        Some(attempt) => {
            tx.plan_attempt(&attempt.id, attempt.state, Some(at + pause), attempt.tries, "")
        }
        None if job.state == JobState::Queued => {
            let over = count >= MOST;
            tx.move_job(&JobUpdate {
                id,
                from: &[JobState::Queued],
                to: if over { JobState::Failed } else { JobState::Queued },
                attempt: None,
                charge: Some(Charge::None),
                run_at: Some(at + pause),
                cause: "internal",
                message: t!("Rushes stumbled over this before it was sent. Nothing charged."),
                hint: if over {
                    t!("Edit the inputs and run it again.")
                } else {
                    t!("It is tried again by itself.")
                },
                log: t!("Rushes stumbled over it before it was sent."),
                at,
            })
        }
        None => Ok(()),
    }
}
