//! Sending a job: the intent is on the disk before a byte leaves, the remote id before the first
//! poll. A submit is made at most once per attempt.

use std::time::Duration;

use rushes_providers::types::{Request, Submitted, Task};
use rushes_providers::{Error, Kind, Wire};
use serde_json::{Map, Value};

use super::lines::{Line, LineError};
use super::outcome::Accepted;
use super::references::Ready;
use super::tray::JobTray;
use super::{Engine, StepError, ms};
use crate::chance;
use crate::job::words::{self, Said};
use crate::job::{
    Again, AttemptState, Disposition, JobState, Next, Outcome, backoff, disposition, next,
};
use crate::library::LibraryError;
use crate::store::{self, Begin, FallBack, JobRow, JobUpdate, LedgerKind, StoreError, Tx};
use crate::view::Charge;

/// Longest wait between two tries of a submit that cost nothing.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Wait after a rate limit that came without a time (WaveSpeed: limits reset every minute).
const UNTOLD_LIMIT: Duration = Duration::from_secs(60);
/// Wait of a job whose exact twin is on the wire.
const TWIN_MS: i64 = 3_000;
/// Wait of a job while the library folder is not there.
const AWAY_MS: i64 = 15_000;
/// Pause between two tries to write down what became of a submit.
const RECORD_AGAIN: Duration = Duration::from_secs(1);

impl Engine {
    pub(super) async fn submit(&self, id: &str) -> Result<(), StepError> {
        let wanted = id.to_owned();
        let job = self.store.read(move |sql| store::jobs::get(sql, &wanted)).await?;
        if job.state != JobState::Queued {
            return Ok(());
        }
        if let Err(away) = self.library.here() {
            return self.library_away(&job, &away).await;
        }
        let line = match self.lines.open(&job.provider).await {
            Ok(line) => line,
            Err(error) => return self.no_line(&job, &error).await,
        };
        let Ready { mut inputs, attached } = match self.inputs_with_references(&job, &line).await? {
            Ok(ready) => ready,
            Err(error) => return self.not_begun(&job, &line, &error).await,
        };
        let seed = job.seed_field.as_ref().map(|field| {
            let seed = job.seed.unwrap_or_else(chance::seed);
            inputs.insert(field.clone(), Value::from(seed));
            seed
        });
        let Some((attempt, client_ref)) = self.begin(&job, &line, seed, &inputs).await? else {
            return Ok(());
        };
        let webhook = self.lines.webhook(&job.provider, &client_ref);
        let remote_model = job.remote_model.clone();
        let request = Request { remote_model, inputs, client_ref, attached, webhook };
        let tray = self.tray(&job.id);
        let call = line.call.clone().with_tray(tray.clone());
        // From here on the answer decides; nothing may drop this future but the end of the process.
        let answer = line.provider.submit(&call, &request).await;
        // What was heard may fail to be written; what became of the submit must be all the same.
        let heard = self.heard(&job.provider, answer.as_ref().err()).await;
        self.live.forget(&job.id);
        match answer {
            Ok(submitted) => self.accepted(&job, &attempt, &line, &tray, submitted).await?,
            Err(error) => self.not_accepted(&job, &attempt, &line, &error).await?,
        }
        heard
    }

    /// Nothing is sent while there is no place for what comes of it.
    async fn library_away(&self, job: &JobRow, away: &LibraryError) -> Result<(), StepError> {
        let (id, at) = (job.id.clone(), self.clock.now_ms());
        let message = t!("{away} Nothing was sent yet.", away = away.message());
        let hint = away.hint();
        self.store
            .write(move |tx| {
                tx.postpone_job(&id, at + AWAY_MS)?;
                tx.say(&id, "library", &message, hint)
            })
            .await?;
        Ok(())
    }

    /// Commits the intent. None when the job was cancelled in the meantime.
    async fn begin(
        &self,
        job: &JobRow,
        line: &Line,
        seed: Option<i64>,
        inputs: &Map<String, Value>,
    ) -> Result<Option<(String, String)>, StepError> {
        let at = self.clock.now_ms();
        let mut hash = blake3::Hasher::new();
        hash.update(job.remote_model.as_bytes());
        hash.update(serde_json::to_string(inputs).map_err(StoreError::from)?.as_bytes());
        let client_ref = chance::id("ref");
        let begin = Begin {
            id: chance::id("att"),
            job: job.id.clone(),
            endpoint: job.endpoint.clone(),
            provider: job.provider.clone(),
            account: line.account.clone(),
            remote_model: job.remote_model.clone(),
            model_name: job.model_name.clone(),
            provider_name: job.provider_name.clone(),
            client_ref: client_ref.clone(),
            seed,
            inputs_sent: inputs.clone(),
            request_hash: hash.finalize().to_hex().to_string(),
            at,
        };
        let provider = job.provider_name.clone();
        let begun = self
            .store
            .write(move |tx| {
                let now = tx.job(&begin.job)?;
                if begin.seed.is_none() && tx.has_live_twin(&begin)? {
                    tx.postpone_job(&begin.job, at + TWIN_MS)?;
                    tx.say(
                        &begin.job,
                        "twin",
                        t!("Waits until its twin is answered, so that the two can be told apart."),
                        "",
                    )?;
                    return Ok(None);
                }
                let attempt = tx.begin_attempt(&begin)?;
                tx.move_job(&JobUpdate {
                    id: &begin.job,
                    from: &[JobState::Queued],
                    to: JobState::Running,
                    attempt: Some(&attempt),
                    charge: Some(Charge::Reserved),
                    run_at: None,
                    cause: "",
                    message: "",
                    hint: "",
                    log: &t!("Sending to {provider}.", provider),
                    at,
                })?;
                tx.enter(&attempt, LedgerKind::Reserved, now.price.as_ref(), "quote", at)?;
                Ok(Some(attempt))
            })
            .await;
        match begun {
            Ok(attempt) => Ok(attempt.map(|attempt| (attempt, client_ref))),
            Err(StoreError::Moved { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn accepted(
        &self,
        job: &JobRow,
        attempt: &str,
        line: &Line,
        tray: &JobTray,
        mut submitted: Submitted,
    ) -> Result<(), StepError> {
        let manifest = line.provider.manifest();
        let at_once = submitted.at_once.take();
        // The bytes first: nobody could ask for them again.
        let end = match &at_once {
            Some(poll) => self.end_of(job, poll, &[], tray, manifest.output_life_s).await?,
            None => None,
        };
        let usual = {
            let endpoint = job.endpoint.clone();
            self.store
                .read(move |sql| store::attempts::estimate(sql, &endpoint))
                .await
                .ok()
                .flatten()
                .map(|e| Duration::from_millis(e.median_ms.max(0) as u64))
        };
        let floor = Duration::from_millis(manifest.poll_floor_ms);
        let wait = ms(backoff::first_poll(usual, floor));
        if at_once.is_none() && manifest.watches {
            self.watch(job, line, &submitted);
        }
        let accepted = Accepted::new(job, attempt, submitted, end);
        self.record(|| {
            let (accepted, at) = (accepted.clone(), self.clock.now_ms());
            self.store.write(move |tx| accepted.write(tx, at + wait, at))
        })
        .await
    }

    /// Stays with the work between polls, for what the user may see of it. Nothing depends on it.
    fn watch(&self, job: &JobRow, line: &Line, submitted: &Submitted) {
        let task = Task {
            remote_id: submitted.remote_id.clone(),
            remote_model: job.remote_model.clone(),
            poll_url: submitted.poll_url.clone(),
        };
        let (provider, call) = (line.provider, line.call.clone().with_tray(self.tray(&job.id)));
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                seen = provider.watch(&call, &task) => if let Err(error) = seen {
                    tracing::debug!(%error, "the work is not seen between polls");
                }
            }
        });
    }

    /// Writes down what became of a submit. A full or failing disk: what was answered is all that
    /// stands between us and a lost render, or a doubt where there is none, so it is held and
    /// written again until it stands or Rushes is told to stop.
    async fn record<F>(&self, write: impl Fn() -> F) -> Result<(), StepError>
    where
        F: Future<Output = Result<(), StoreError>>,
    {
        loop {
            match write().await {
                Ok(()) => return Ok(()),
                // The record itself says otherwise; no second try changes that.
                Err(error @ StoreError::Moved { .. }) => return Err(error.into()),
                Err(error) => {
                    tracing::error!(%error, "an answer could not be written down; trying again");
                    tokio::select! {
                        () = self.stop.cancelled() => return Err(error.into()),
                        () = tokio::time::sleep(RECORD_AGAIN) => {}
                    }
                }
            }
        }
    }

    async fn not_accepted(
        &self,
        job: &JobRow,
        attempt: &str,
        line: &Line,
        error: &Error,
    ) -> Result<(), StepError> {
        // First of all, so that nothing else of this key is sent meanwhile.
        if Self::is_for_key(error) && matches!(error.wire, Wire::Answered(_) | Wire::NotSent) {
            let (provider, name) = (&job.provider, &job.provider_name);
            self.record(|| self.hold_for(provider, name, &line.account, error)).await?;
        }
        let Some(step) = next(AttemptState::Submitting, &Outcome::SubmitFailed(error)) else {
            return Ok(());
        };
        let status = match error.wire {
            Wire::Answered(status) => Some(status),
            _ => None,
        };
        let said = match step.attempt {
            AttemptState::NotSent => words::waiting(error),
            AttemptState::InDoubt => words::in_doubt(&job.provider_name, job.price.as_ref(), false)
                .or_moved(&job.provider_name, status),
            _ => words::refused(error),
        };
        let at = self.clock.now_ms();
        let due_at = Self::due_after(&step, job.waits, error, at);
        let elsewhere = step.job == JobState::Failed
            && step.charge.is_some_and(|charge| {
                disposition(&error.kind, error.wire, charge) == Disposition::NextStep
            });
        self.record(|| {
            let (id, attempt, price) = (job.id.clone(), attempt.to_owned(), job.price.clone());
            let (raw, reason) = (error.raw.clone().unwrap_or_default(), error.message.clone());
            let said = said.clone();
            self.store.write(move |tx| {
                tx.record_answer(&attempt, status, &raw)?;
                let due = step.attempt.live().then_some(due_at).flatten();
                tx.move_attempt(
                    &attempt,
                    AttemptState::Submitting,
                    step.attempt,
                    due,
                    &reason,
                    at,
                )?;
                let kind = match step.charge {
                    Some(Charge::Unknown) => LedgerKind::Unknown,
                    _ => LedgerKind::Released,
                };
                tx.enter(&attempt, kind, price.as_ref(), "submit", at)?;
                let fall =
                    FallBack { job: &id, from: JobState::Running, reason: &said.message, at };
                if elsewhere && tx.fall_back(fall)? {
                    return Ok(());
                }
                tx.move_job(&JobUpdate {
                    id: &id,
                    from: &[JobState::Running],
                    to: step.job,
                    attempt: Some(&attempt),
                    charge: step.charge,
                    run_at: due_at.filter(|_| step.job == JobState::Queued),
                    cause: said.cause,
                    message: &said.message,
                    hint: &said.hint,
                    log: &said.message,
                    at,
                })
            })
        })
        .await
    }

    fn due_after(step: &Next, waits: u32, error: &Error, at: i64) -> Option<i64> {
        match step.again {
            Again::Never => None,
            Again::InTurn => Some(at),
            Again::After(wait) => Some(at + ms(wait).max(1)),
            Again::Backoff(Some(wait)) => Some(at + ms(wait)),
            Again::Backoff(None) if error.kind == Kind::RateLimited => Some(at + ms(UNTOLD_LIMIT)),
            Again::Backoff(None) => {
                Some(at + ms(backoff::after_failure(waits, LONGEST_WAIT, chance::fraction())))
            }
        }
    }

    /// References could not be handed over: nothing was asked for, nothing charged.
    async fn not_begun(&self, job: &JobRow, line: &Line, error: &Error) -> Result<(), StepError> {
        self.heard(&job.provider, Some(error)).await?;
        if Self::is_for_key(error) {
            self.hold_for(&job.provider, &job.provider_name, &line.account, error).await?;
            return Ok(());
        }
        let waits = matches!(
            error.kind,
            Kind::Network | Kind::Unavailable | Kind::RateLimited | Kind::Protocol
        );
        let at = self.clock.now_ms();
        if !waits {
            let after = disposition(&error.kind, error.wire, Charge::None);
            return self.unsendable(job, after, words::refused(error), at).await;
        }
        let wait = error.retry_after.unwrap_or_else(|| match error.kind {
            Kind::RateLimited => UNTOLD_LIMIT,
            _ => backoff::after_failure(job.waits, LONGEST_WAIT, chance::fraction()),
        });
        let id = job.id.clone();
        let said = words::waiting(error);
        self.unsent(move |tx| {
            tx.move_job(&Self::not_sent(&id, JobState::Queued, Some(at + ms(wait)), &said, at))
        })
        .await
    }

    async fn no_line(&self, job: &JobRow, error: &LineError) -> Result<(), StepError> {
        let said = Said { cause: error.code(), message: error.to_string(), hint: error.hint() };
        if matches!(error, LineError::Unknown(_)) {
            let at = self.clock.now_ms();
            let message = t!("{error} Not sent, nothing charged.", error);
            let said = Said { message, ..said };
            let after = disposition(&Kind::NotFound, Wire::NotSent, Charge::None);
            return self.unsendable(job, after, said, at).await;
        }
        // A key can be added and an address mended: until then the job waits.
        Ok(self.hold(&job.provider, "", said).await?)
    }

    /// This endpoint cannot even be asked: the next step, or the end.
    async fn unsendable(
        &self,
        job: &JobRow,
        after: Disposition,
        said: Said,
        at: i64,
    ) -> Result<(), StepError> {
        let id = job.id.clone();
        self.unsent(move |tx| {
            let fall = FallBack { job: &id, from: JobState::Queued, reason: &said.message, at };
            if after == Disposition::NextStep && tx.fall_back(fall)? {
                return Ok(());
            }
            tx.move_job(&Self::not_sent(&id, JobState::Failed, None, &said, at))
        })
        .await
    }

    fn not_sent<'a>(
        id: &'a str,
        to: JobState,
        run_at: Option<i64>,
        said: &'a Said,
        at: i64,
    ) -> JobUpdate<'a> {
        JobUpdate {
            id,
            from: &[JobState::Queued],
            to,
            attempt: None,
            charge: Some(Charge::None),
            run_at,
            cause: said.cause,
            message: &said.message,
            hint: &said.hint,
            log: &said.message,
            at,
        }
    }

    async fn unsent(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StepError> {
        match self.store.write(work).await {
            // Cancelled in the meantime: that stands.
            Ok(()) | Err(StoreError::Moved { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
