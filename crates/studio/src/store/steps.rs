//! Steps: what a job needs to run on one endpoint, and what it may fall back to.

use rushes_providers::types::{Licence, Price};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{StoreError, Told, Tx, jobs, terms};
use crate::job::{JobState, budget};
use crate::view::Reference;

/// A job on one endpoint, as it was laid out when the job was written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Endpoint id.
    pub endpoint: String,
    /// The provider's name for the model.
    pub remote_model: String,
    /// Model's readable name.
    pub model_name: String,
    /// Provider id.
    pub provider: String,
    /// Provider's name.
    pub provider_name: String,
    /// True for the sandbox.
    pub sandbox: bool,
    /// Inputs by field, without references.
    pub inputs: Map<String, Value>,
    /// The seed the user wants kept; None for a fresh one per attempt.
    pub seed: Option<i64>,
    /// The field a seed goes into, when the endpoint takes one.
    pub seed_field: Option<String>,
    /// Quote.
    pub price: Option<Price>,
    /// Licence of the model's outputs.
    pub licence: Licence,
    /// What the provider's own terms say about outputs.
    #[serde(default)]
    pub output_terms: Licence,
    /// References by field, in order, and whether the field's wire form is a list.
    pub references: Vec<(Reference, bool)>,
}

/// A job whose endpoint cannot do it.
#[derive(Debug, Clone, Copy)]
pub struct FallBack<'a> {
    /// The job.
    pub job: &'a str,
    /// The state it leaves.
    pub from: JobState,
    /// Why, in a person's words.
    pub reason: &'a str,
    /// ms UTC.
    pub at: i64,
}

impl Tx<'_> {
    /// Writes down what a new job may fall back to.
    pub fn lay_steps(&mut self, job: &str, steps: &[Step]) -> Result<(), StoreError> {
        for (place, step) in steps.iter().enumerate() {
            self.sql.execute(
                "INSERT INTO job_step (job, place, plan) VALUES (?1, ?2, ?3)",
                params![job, place as i64 + 1, serde_json::to_string(step)?],
            )?;
        }
        Ok(())
    }

    /// Takes a job to the next step that is left for it, to be sent at once. Answers whether it
    /// went: not when no step is left, the user wants the job gone, or any attempt of it may have
    /// been charged.
    pub fn fall_back(&mut self, fall: FallBack<'_>) -> Result<bool, StoreError> {
        if self.may_have_cost(fall.job)? {
            return Ok(false);
        }
        let next: Option<(i64, String)> = self
            .sql
            .query_row(
                "SELECT job_step.place, plan FROM job_step JOIN job ON job.id = job_step.job
                 WHERE job.id = ?1 AND job.state = ?2 AND job.cancel_wished = 0
                   AND job_step.place > job.step ORDER BY job_step.place LIMIT 1",
                params![fall.job, fall.from],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((place, plan)) = next else {
            return Ok(false);
        };
        let step: Step = serde_json::from_str(&plan)?;
        self.take_step(fall, place, &step)?;
        self.tell(Told {
            job: fall.job,
            attempt: None,
            at: fall.at,
            left: fall.from.word(),
            entered: "fell_back",
            cause: &t!(
                "Fell back to {model} at {provider}: {reason}",
                model = step.model_name,
                provider = step.provider_name,
                reason = fall.reason
            ),
        })?;
        Ok(true)
    }

    fn take_step(&mut self, fall: FallBack<'_>, place: i64, step: &Step) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE job SET state = 'queued', step = ?2, run_at = ?3, waits = 0, charge = 'none',
               cause = '', message = '', hint = '', endpoint = ?4, remote_model = ?5,
               model_name = ?6, provider = ?7, provider_name = ?8, sandbox = ?9, inputs = ?10,
               seed = ?11, seed_field = ?12, price_micros = ?13, price_currency = ?14,
               price_exact = ?15, licence = ?16
             WHERE id = ?1",
            params![
                fall.job,
                place,
                fall.at,
                step.endpoint,
                step.remote_model,
                step.model_name,
                step.provider,
                step.provider_name,
                step.sandbox,
                serde_json::to_string(&step.inputs)?,
                step.seed,
                step.seed_field,
                step.price.as_ref().map(|p| p.micros),
                step.price.as_ref().map(|p| p.currency.as_str()),
                step.price.as_ref().map(|p| p.exact),
                terms::frozen(&step.licence, &step.output_terms)?,
            ],
        )?;
        self.sql.execute("DELETE FROM job_reference WHERE job = ?1", [fall.job])?;
        self.put_references(fall.job, &step.references)
    }

    /// Whether the money book leaves it open that some attempt of this job cost something.
    fn may_have_cost(&self, job: &str) -> Result<bool, StoreError> {
        Ok(self.sql.query_row(
            "SELECT EXISTS (SELECT 1 FROM attempt
               JOIN ledger AS line ON line.id = (SELECT max(id) FROM ledger WHERE attempt = attempt.id)
               WHERE attempt.job = ?1 AND line.kind <> 'released')",
            [job],
            |row| row.get(0),
        )?)
    }

    /// What a cap must count for a job that is sent again: the dearest of where it may run yet.
    pub fn at_stake(&self, job: &str) -> Result<Option<Price>, StoreError> {
        let mut prices = vec![jobs::get(&self.sql, job)?.price];
        prices.extend(left(&self.sql, job)?.into_iter().map(|step| step.price));
        Ok(budget::dearest(&prices))
    }
}

/// The steps that a job has not taken yet, in order.
fn left(sql: &Connection, job: &str) -> Result<Vec<Step>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT plan FROM job_step JOIN job ON job.id = job_step.job
         WHERE job.id = ?1 AND job_step.place > job.step ORDER BY job_step.place",
    )?;
    let rows = query.query_map([job], |row| jobs::json(row, "plan"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests;
