//! What was spent, from the money book.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use super::{StoreError, Tx, settings};
use crate::job::budget;
use crate::view::ApiError;
use rushes_providers::types::Price;

/// Sums by currency, in micros, of what attempts since `since` took or may take, and of what waits
/// to be sent. The sandbox is left out; so is what was released.
pub(crate) fn since(sql: &Connection, since: i64) -> Result<BTreeMap<String, i64>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT currency, sum(micros) FROM (
           SELECT line.currency, line.micros FROM attempt
             JOIN job ON job.id = attempt.job AND job.sandbox = 0
             JOIN ledger AS line ON line.id = (SELECT max(id) FROM ledger WHERE attempt = attempt.id)
             WHERE attempt.submit_started_at >= ?1 AND line.kind <> 'released'
           UNION ALL
           SELECT price_currency, price_micros FROM job WHERE state = 'queued' AND sandbox = 0
         ) WHERE micros IS NOT NULL GROUP BY currency",
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
