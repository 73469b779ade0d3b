//! Jobs: the row, its conditional updates, and how it looks to a person.

use rushes_providers::types::{Licence, Modality, Price, WORKFLOW};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Map, Value};

use super::{Step, StoreError, Told, Tx, attempts, grids, holds, prompts, terms};
use crate::job::{AttemptState, JobState};
use crate::view::{Charge, Job, Reference};

/// A job as the engine needs it.
#[derive(Debug, Clone)]
pub struct JobRow {
    /// `job_…`.
    pub id: String,
    /// `shot_…`.
    pub shot: String,
    /// Where it stands.
    pub state: JobState,
    /// Endpoint id.
    pub endpoint: String,
    /// The provider's name for the model.
    pub remote_model: String,
    /// Readable name.
    pub model_name: String,
    /// Provider id.
    pub provider: String,
    /// Provider's name.
    pub provider_name: String,
    /// What it makes.
    pub modality: Modality,
    /// True for the sandbox.
    pub sandbox: bool,
    /// The words.
    pub prompt: String,
    /// Inputs by field, without references.
    pub inputs: Map<String, Value>,
    /// The seed the user wants kept; None for a fresh one per attempt.
    pub seed: Option<i64>,
    /// The field a seed goes into, when the endpoint takes one.
    pub seed_field: Option<String>,
    /// Quote.
    pub price: Option<Price>,
    /// Frozen licence.
    pub licence: Licence,
    /// Frozen terms of the provider about outputs.
    pub output_terms: Licence,
    /// How often it has waited in a row.
    pub waits: u32,
    /// The user wants it gone.
    pub cancel_wished: bool,
    /// ms UTC.
    pub created_at: i64,
}

/// A job to be written down.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// The row; `state` is ignored, a new job is queued.
    pub row: JobRow,
    /// Take in its shot.
    pub take: u32,
    /// Place in the take, from 1.
    pub place: u32,
    /// References by field, in order, and whether the field's wire form is a list.
    pub references: Vec<(Reference, bool)>,
    /// The route it was asked for by.
    pub route: Option<String>,
    /// What it may fall back to, in order.
    pub steps: Vec<Step>,
    /// What is said of the route's steps that were left out.
    pub left_out: Vec<String>,
}

/// A change of a job's state.
#[derive(Debug, Clone)]
pub struct JobUpdate<'a> {
    /// The job.
    pub id: &'a str,
    /// The states it may leave.
    pub from: &'a [JobState],
    /// The state it enters.
    pub to: JobState,
    /// The attempt this is about, for the log.
    pub attempt: Option<&'a str>,
    /// What became of the money; None keeps what stands.
    pub charge: Option<Charge>,
    /// When it may run again; None keeps what stands.
    pub run_at: Option<i64>,
    /// A word for what happened; empty for nothing.
    pub cause: &'a str,
    /// What happened, for a person.
    pub message: &'a str,
    /// What to do next.
    pub hint: &'a str,
    /// The line in the log.
    pub log: &'a str,
    /// ms UTC.
    pub at: i64,
}

pub(super) fn modality_word(modality: Modality) -> &'static str {
    match modality {
        Modality::Image => "image",
        Modality::Video => "video",
    }
}

impl Tx<'_> {
    /// Writes a job down as queued.
    pub fn insert_job(&mut self, job: &NewJob) -> Result<(), StoreError> {
        let row = &job.row;
        self.sql.execute(
            "INSERT INTO job (id, shot, take, place, state, endpoint, remote_model, model_name, provider,
               provider_name, modality, sandbox, prompt, inputs, seed, seed_field, price_micros,
               price_currency, price_exact, licence, charge, run_at, created_at, route)
             VALUES (?1, ?2, ?3, ?4, 'queued', ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
               ?17, ?18, ?19, 'none', ?20, ?20, ?21)",
            params![
                row.id,
                row.shot,
                job.take,
                job.place,
                row.endpoint,
                row.remote_model,
                row.model_name,
                row.provider,
                row.provider_name,
                modality_word(row.modality),
                row.sandbox,
                row.prompt,
                serde_json::to_string(&row.inputs)?,
                row.seed,
                row.seed_field,
                row.price.as_ref().map(|p| p.micros),
                row.price.as_ref().map(|p| p.currency.as_str()),
                row.price.as_ref().map(|p| p.exact),
                terms::frozen(&row.licence, &row.output_terms)?,
                row.created_at,
                job.route
            ],
        )?;
        prompts::enter(&self.sql, row, job.take)?;
        self.put_references(&row.id, &job.references)?;
        self.lay_steps(&row.id, &job.steps)?;
        let told = |left, entered, cause| Told {
            job: &row.id,
            attempt: None,
            at: row.created_at,
            left,
            entered,
            cause,
        };
        self.tell(told("", "queued", t!("Saved to the job book.")))?;
        for why in &job.left_out {
            self.tell(told("queued", "left_out", why))?;
        }
        Ok(())
    }

    /// Writes a job's references down.
    pub(super) fn put_references(
        &mut self,
        job: &str,
        references: &[(Reference, bool)],
    ) -> Result<(), StoreError> {
        for (place, (reference, list)) in references.iter().enumerate() {
            self.sql.execute(
                "INSERT INTO job_reference (job, place, field, asset, list) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![job, place as i64, reference.field, reference.asset, list],
            )?;
        }
        Ok(())
    }

    /// Moves a job from one of the named states. Zero rows is an error, never ignored.
    pub fn move_job(&mut self, update: &JobUpdate<'_>) -> Result<(), StoreError> {
        let left = job_state(&self.sql, update.id)?;
        if !update.from.contains(&left) {
            return Err(StoreError::Moved {
                row: update.id.to_owned(),
                expected: update.from.first().map_or("alive", |state| state.word()),
            });
        }
        self.sql.execute(
            "UPDATE job SET state = ?2, charge = coalesce(?3, charge), run_at = coalesce(?4, run_at),
               cause = ?5, message = ?6, hint = ?7,
               started_at = CASE WHEN ?2 = 'running' THEN coalesce(started_at, ?8) ELSE started_at END,
               finished_at = CASE WHEN ?2 IN ('completed', 'failed', 'cancelled') THEN ?8 END,
               waits = CASE WHEN ?2 = 'queued' THEN waits + 1 ELSE 0 END
             WHERE id = ?1",
            params![
                update.id,
                update.to,
                update.charge,
                update.run_at,
                update.cause,
                update.message,
                update.hint,
                update.at
            ],
        )?;
        if update.to.over() {
            self.sidecars_due_of_job(update.id)?;
        }
        self.tell(Told {
            job: update.id,
            attempt: update.attempt,
            at: update.at,
            left: left.word(),
            entered: update.to.word(),
            cause: update.log,
        })
    }

    /// Changes only what is said about a job; its state and log stay.
    pub fn say(
        &mut self,
        id: &str,
        cause: &str,
        message: &str,
        hint: &str,
    ) -> Result<(), StoreError> {
        let changed = self.sql.execute(
            "UPDATE job SET cause = ?2, message = ?3, hint = ?4
             WHERE id = ?1 AND (cause <> ?2 OR message <> ?3 OR hint <> ?4)",
            params![id, cause, message, hint],
        )?;
        if changed > 0 {
            self.touch_job(id);
        }
        Ok(())
    }

    /// Why a job stands where it stands, in the word that [`Tx::say`] gave it; empty for none.
    pub fn cause(&mut self, id: &str) -> Result<String, StoreError> {
        Ok(self.sql.query_row("SELECT cause FROM job WHERE id = ?1", [id], |row| row.get(0))?)
    }

    /// What became of a job's money, when its state does not move.
    pub fn settle_job(&mut self, id: &str, charge: Charge) -> Result<(), StoreError> {
        self.sql.execute("UPDATE job SET charge = ?2 WHERE id = ?1", params![id, charge])?;
        self.sidecars_due_of_job(id)?;
        self.touch_job(id);
        Ok(())
    }

    /// Remembers that the user wants a job gone.
    pub fn wish_cancel(&mut self, id: &str) -> Result<(), StoreError> {
        self.sql.execute("UPDATE job SET cancel_wished = 1 WHERE id = ?1", [id])?;
        self.touch_job(id);
        Ok(())
    }

    /// Puts a job that is over back in the queue, for a new attempt.
    pub fn requeue_job(&mut self, id: &str, at: i64, why: &str) -> Result<(), StoreError> {
        self.move_job(&JobUpdate {
            id,
            from: &[JobState::Failed, JobState::Cancelled, JobState::Running],
            to: JobState::Queued,
            attempt: None,
            charge: None,
            run_at: Some(at),
            cause: "",
            message: "",
            hint: "",
            log: why,
            at,
        })?;
        self.sql.execute("UPDATE job SET cancel_wished = 0, waits = 0 WHERE id = ?1", [id])?;
        Ok(())
    }

    /// A job's row, inside the transaction.
    pub fn job(&self, id: &str) -> Result<JobRow, StoreError> {
        get(&self.sql, id)
    }
}

fn job_state(sql: &Connection, id: &str) -> Result<JobState, StoreError> {
    sql.query_row("SELECT state FROM job WHERE id = ?1", [id], |row| row.get(0))
        .optional()?
        .ok_or_else(|| StoreError::NotFound(t!("job {id}", id)))
}

fn price(row: &Row<'_>, first: &str) -> rusqlite::Result<Option<Price>> {
    let micros: Option<i64> = row.get(format!("{first}_micros").as_str())?;
    let currency: Option<String> = row.get(format!("{first}_currency").as_str())?;
    let exact: Option<bool> = row.get(format!("{first}_exact").as_str())?;
    Ok(match (micros, currency) {
        (Some(micros), Some(currency)) => {
            Some(Price { micros, currency, exact: exact.unwrap_or(false) })
        }
        _ => None,
    })
}

pub(super) fn json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}

pub(super) fn modality(row: &Row<'_>) -> rusqlite::Result<Modality> {
    let word: String = row.get("modality")?;
    Ok(if word == "video" { Modality::Video } else { Modality::Image })
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<JobRow> {
    let (licence, output_terms) = terms::of(row)?;
    Ok(JobRow {
        id: row.get("id")?,
        shot: row.get("shot")?,
        state: row.get("state")?,
        endpoint: row.get("endpoint")?,
        remote_model: row.get("remote_model")?,
        model_name: row.get("model_name")?,
        provider: row.get("provider")?,
        provider_name: row.get("provider_name")?,
        modality: modality(row)?,
        sandbox: row.get("sandbox")?,
        prompt: row.get("prompt")?,
        inputs: json(row, "inputs")?,
        seed: row.get("seed")?,
        seed_field: row.get("seed_field")?,
        price: price(row, "price")?,
        licence,
        output_terms,
        waits: row.get("waits")?,
        cancel_wished: row.get("cancel_wished")?,
        created_at: row.get("created_at")?,
    })
}

/// A job's row.
pub(crate) fn get(sql: &Connection, id: &str) -> Result<JobRow, StoreError> {
    sql.prepare_cached("SELECT * FROM job WHERE id = ?1")?
        .query_row([id], from_row)
        .optional()?
        .ok_or_else(|| StoreError::NotFound(t!("job {id}", id)))
}

/// A job's references, in order, and whether the field's wire form is a list.
pub(crate) fn references(sql: &Connection, id: &str) -> Result<Vec<(Reference, bool)>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT field, asset, list FROM job_reference WHERE job = ?1 ORDER BY place",
    )?;
    let rows = query.query_map([id], |row| {
        let reference = Reference { field: row.get(0)?, asset: row.get(1)? };
        Ok((reference, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A job as a person sees it.
pub(crate) fn view(sql: &Connection, id: &str) -> Result<Job, StoreError> {
    let mut job = sql
        .prepare_cached(
            "SELECT job.*, shot.number AS shot_number FROM job JOIN shot ON shot.id = job.shot WHERE job.id = ?1",
        )?
        .query_row([id], |row| {
            let state: JobState = row.get("state")?;
            let run_at: i64 = row.get("run_at")?;
            let waits: u32 = row.get("waits")?;
            let (licence, output_terms) = terms::of(row)?;
            Ok(Job {
                id: row.get("id")?,
                shot: row.get("shot")?,
                shot_number: row.get("shot_number")?,
                take: row.get("take")?,
                index: row.get("place")?,
                state,
                phase: None,
                endpoint: row.get("endpoint")?,
                model_name: row.get("model_name")?,
                provider: row.get("provider")?,
                provider_name: row.get("provider_name")?,
                modality: modality(row)?,
                sandbox: row.get("sandbox")?,
                prompt: row.get("prompt")?,
                inputs: json(row, "inputs")?,
                references: Vec::new(),
                seed: row.get("seed")?,
                price: price(row, "price")?,
                charge: row.get("charge")?,
                licence,
                output_terms,
                remote_id: None,
                created_at: row.get("created_at")?,
                started_at: row.get("started_at")?,
                accepted_at: None,
                finished_at: row.get("finished_at")?,
                wait_until: (state == JobState::Queued && waits > 0).then_some(run_at),
                message: row.get("message")?,
                hint: row.get("hint")?,
                cause: row.get("cause")?,
                prints: Vec::new(),
                estimate: None,
                route: row.get("route")?,
                step: row.get("step")?,
                tries: 0,
                resolved_by: None,
                needs_you: false,
                grid: None,
            })
        })
        .optional()?
        .ok_or_else(|| StoreError::NotFound(t!("job {id}", id)))?;
    // A workflow is its job's own and too large to go wherever the job is shown.
    if rushes_providers::find(&job.provider).is_some_and(|known| known.manifest().workflows) {
        job.inputs.shift_remove(WORKFLOW);
    }
    job.references = references(sql, id)?.into_iter().map(|(reference, _)| reference).collect();
    if let Some(attempt) = attempts::newest(sql, id)? {
        job.phase = Some(attempt.state);
        job.seed = attempt.seed.or(job.seed);
        job.remote_id = attempt.remote_id;
        job.accepted_at = attempt.accepted_at;
        job.tries = attempt.n;
        job.resolved_by = attempt.resolved_by;
        job.needs_you = attempt.state.live()
            && attempt.state != AttemptState::Submitting
            && attempts::due_of_newest(sql, id)?.is_none();
    }
    // What its provider waits for is what the job waits for.
    let asks = matches!(
        job.phase,
        None | Some(
            AttemptState::Accepted
                | AttemptState::InDoubt
                | AttemptState::NotSent
                | AttemptState::Refused
        )
    );
    if !job.state.over()
        && asks
        && let Some(hold) = holds::of(sql, &job.provider)?
    {
        job.needs_you = true;
        job.wait_until = Some(hold.look_at);
        (job.cause, job.message, job.hint) = (hold.cause, hold.message, hold.hint);
    }
    job.prints = sql
        .prepare_cached(
            "SELECT id FROM asset WHERE job = ?1 AND origin = 'output' ORDER BY number",
        )?
        .query_map([id], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    job.estimate = attempts::estimate(sql, &job.endpoint)?;
    job.grid = grids::of_job(sql, id)?;
    Ok(job)
}

/// Which jobs to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All there are.
    All,
    /// Those that are not over.
    Open,
    /// Those that wait for the user: open ones that stopped, and ends that nobody wished for.
    Needing,
}

/// Jobs as a person sees them, newest first.
pub(crate) fn list(
    sql: &Connection,
    which: Which,
    before: i64,
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let query = match which {
        Which::All => "SELECT id FROM job WHERE created_at < ?1 ORDER BY created_at DESC, id DESC",
        Which::Open => {
            "SELECT id FROM job WHERE created_at < ?1 AND state IN ('queued', 'running')
             ORDER BY created_at DESC, id DESC"
        }
        Which::Needing => {
            "SELECT id FROM job WHERE created_at < ?1
               AND (state IN ('queued', 'running') OR (state = 'failed' AND cause <> 'dismissed'))
             ORDER BY created_at DESC, id DESC"
        }
    };
    let mut query = sql.prepare_cached(query)?;
    let mut rows = query.query([before])?;
    let mut jobs = Vec::new();
    while jobs.len() < limit as usize
        && let Some(row) = rows.next()?
    {
        let id: String = row.get(0)?;
        let job = view(sql, &id)?;
        if which != Which::Needing || job.needs_someone() {
            jobs.push(job);
        }
    }
    Ok(jobs)
}

/// Queued jobs of a provider whose time has come, oldest first.
pub(crate) fn due(
    sql: &Connection,
    provider: &str,
    now: i64,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT id FROM job WHERE state = 'queued' AND run_at <= ?2 AND provider = ?1
         ORDER BY run_at, created_at, place, rowid LIMIT ?3",
    )?;
    let rows = query.query_map(params![provider, now, limit], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the next queued job's time comes, held ones left out.
pub(crate) fn next_due(sql: &Connection, after: i64) -> Result<Option<i64>, StoreError> {
    Ok(sql
        .prepare_cached(
            "SELECT min(run_at) FROM job WHERE state = 'queued' AND run_at > ?1
               AND provider NOT IN (SELECT provider FROM hold)",
        )?
        .query_row([after], |row| row.get(0))?)
}

/// Providers of queued jobs whose time has come.
pub(crate) fn due_providers(sql: &Connection, now: i64) -> Result<Vec<String>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT DISTINCT provider FROM job WHERE state = 'queued' AND run_at <= ?1",
    )?;
    let rows = query.query_map([now], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Tx<'_> {
    /// The clock was set by this much: times to come move with it.
    pub fn shift_times(&mut self, now: i64, by: i64) -> Result<(), StoreError> {
        for statement in [
            "UPDATE job SET run_at = run_at + ?2 WHERE state = 'queued' AND run_at > ?1",
            "UPDATE attempt SET due_at = due_at + ?2 WHERE due_at > ?1",
            "UPDATE hold SET look_at = look_at + ?2 WHERE look_at > ?1",
        ] {
            self.sql.execute(statement, params![now, by])?;
        }
        Ok(())
    }

    /// A queued job waits until then.
    pub fn postpone_job(&mut self, id: &str, until: i64) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE job SET run_at = ?2, waits = max(waits, 1) WHERE id = ?1 AND state = 'queued'",
            params![id, until],
        )?;
        Ok(())
    }

    /// Counts a crash of a job's step; answers how many there were.
    pub fn count_crash(&mut self, id: &str) -> Result<u32, StoreError> {
        Ok(self.sql.query_row(
            "UPDATE job SET crash_count = crash_count + 1 WHERE id = ?1 RETURNING crash_count",
            [id],
            |row| row.get(0),
        )?)
    }

    /// Forgets a job's crashes.
    pub fn forget_crashes(&mut self, id: &str) -> Result<(), StoreError> {
        self.sql.execute("UPDATE job SET crash_count = 0 WHERE id = ?1", [id])?;
        Ok(())
    }
}
