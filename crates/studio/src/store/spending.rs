//! What was spent, from the money book.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::{StoreError, Tx, settings};
use crate::job::budget;
use crate::view::ApiError;
use rushes_providers::types::Price;

/// Sums by currency, in micros, of what attempts since `since` took or may take, and of what waits
/// to be sent. Of a job with steps left the dearest counts: while its attempt may yet be returned,
/// by as much as a step would cost more. The sandbox is left out; so is what was released.
pub(crate) fn since(sql: &Connection, since: i64) -> Result<BTreeMap<String, i64>, StoreError> {
    let mut query = sql.prepare_cached(
        "WITH ahead (job, currency, micros) AS (
           SELECT id, price_currency, price_micros FROM job WHERE state = 'queued' AND sandbox = 0
           UNION ALL
           SELECT job.id, plan ->> '$.price.currency', (plan ->> '$.price.micros')
               - iif(job.state = 'running' AND job.sandbox = 0
                     AND price_currency = plan ->> '$.price.currency', price_micros, 0)
             FROM job JOIN job_step ON job_step.job = job.id AND job_step.place > job.step
             WHERE NOT plan ->> '$.sandbox'
               AND (job.state = 'queued' OR job.state = 'running' AND job.charge = 'reserved')
         )
         SELECT currency, sum(micros) FROM (
           SELECT line.currency, line.micros FROM attempt
             JOIN job ON job.id = attempt.job AND job.sandbox = 0
             JOIN ledger AS line ON line.id = (SELECT max(id) FROM ledger WHERE attempt = attempt.id)
             WHERE attempt.submit_started_at >= ?1 AND line.kind <> 'released'
           UNION ALL
           SELECT currency, max(0, max(micros)) FROM ahead GROUP BY job, currency
         ) WHERE micros IS NOT NULL AND currency IS NOT NULL GROUP BY currency",
    )?;
    let rows = query.query_map(params![since], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Tx<'_> {
    /// Whether these may be sent under the user's caps, counted from `midnight`.
    pub fn within_caps(
        &self,
        batch: &[Option<Price>],
        accept_unpriced: bool,
        midnight: i64,
    ) -> Result<Result<(), ApiError>, StoreError> {
        let caps = settings::settings(&self.sql)?.caps;
        if caps.is_empty() {
            return Ok(Ok(()));
        }
        let spent = since(&self.sql, midnight)?;
        Ok(budget::allows(&caps, &spent, batch, accept_unpriced))
    }
}
