//! Picking up what an earlier run left.

use super::crashes::note_crash;
use super::{Engine, StepError};
use crate::chance;
use crate::job::words;
use crate::store::{self, StoreError};
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
                tx.tell_taken_up(at)?;
                for job in tx.left_in_hand()? {
                    note_crash(tx, &job, at)?;
                }
                tx.look_at_holds(at)
            })
            .await?;
        if let Err(error) = self.sweep_notes().await {
            // They only take room; the next start tries again.
            tracing::warn!(%error, "notes of a crash could not be swept");
        }
        Ok(())
    }

    /// A crash between the index and the end of a save leaves the note of where the file went.
    async fn sweep_notes(&self) -> Result<(), StepError> {
        let library = self.library.clone();
        let noted = chance::off_thread(move || library.noted()).await??;
        if noted.is_empty() {
            return Ok(());
        }
        let ended = self
            .store
            .read(move |sql| {
                let mut ended = Vec::new();
                for id in noted {
                    if store::outputs::has_ended(sql, &id)? {
                        ended.push(id);
                    }
                }
                Ok(ended)
            })
            .await?;
        let library = self.library.clone();
        chance::off_thread(move || ended.iter().try_for_each(|id| library.settle(id))).await??;
        Ok(())
    }
}
