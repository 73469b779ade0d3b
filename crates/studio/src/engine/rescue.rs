//! Picking up what an earlier run left.

use super::Engine;
use super::crashes::note_crash;
use crate::job::words;
use crate::store::StoreError;
use crate::view::Charge;

/// Polls that fell due while Rushes was closed are spread over this long.
const SPREAD_MS: i64 = 5_000;

impl Engine {
    /// What was being sent when Rushes stopped is in doubt; what was accepted is polled soon; what
    /// was being fetched goes on at once; what waits keeps its time.
    pub(super) async fn rescue(&self) -> Result<(), StoreError> {
        let at = self.clock.now_ms();
        self.store
            .write(move |tx| {
                for attempt in tx.doubt_the_interrupted(at)? {
                    let job = tx.job(&attempt.job)?;
                    let said = words::in_doubt(&job.provider_name, job.price.as_ref(), true);
                    tx.settle_job(&job.id, Charge::Unknown)?;
                    tx.say(&job.id, said.cause, &said.message, &said.hint)?;
                }
                tx.wake_attempts(at, SPREAD_MS)?;
                for job in tx.left_in_hand()? {
                    note_crash(tx, &job, at)?;
                }
                tx.look_at_holds(at)
            })
            .await
    }
}
