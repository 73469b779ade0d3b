//! What was spent, from the money book.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use rushes_providers::types::Price;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{StoreError, Tx, jobs, settings, trash};
use crate::job::budget::{self, Spent};
use crate::job::calendar::{Begins, Month};
use crate::job::spend::{SpendKind, SpendLine};
use crate::view::{ApiError, Job};

/// What jobs that wait may come to, and by how much a step ahead of one that runs is dearer: a row
/// for each step and currency.
macro_rules! ahead {
    () => {
        "WITH ahead (job, provider, provider_name, model_name, currency, micros) AS (
           SELECT id, provider, provider_name, model_name, price_currency, price_micros
             FROM job WHERE state = 'queued' AND sandbox = 0
           UNION ALL
           SELECT job.id, plan ->> '$.provider', plan ->> '$.provider_name', plan ->> '$.model_name',
               plan ->> '$.price.currency', (plan ->> '$.price.micros')
               - iif(job.state = 'running' AND job.sandbox = 0
                     AND price_currency = plan ->> '$.price.currency', price_micros, 0)
             FROM job JOIN job_step ON job_step.job = job.id AND job_step.place > job.step
             WHERE NOT plan ->> '$.sandbox'
               AND (job.state = 'queued' OR job.state = 'running' AND job.charge = 'reserved')
         )"
    };
}

/// The newest word of the money book about each attempt that was sent in a span of time.
macro_rules! sent {
    () => {
        " FROM attempt
           JOIN job ON job.id = attempt.job AND job.sandbox = 0
           JOIN ledger AS line ON line.id = (SELECT max(id) FROM ledger WHERE attempt = attempt.id)
           WHERE attempt.submit_started_at >= ?1 AND attempt.submit_started_at < ?2"
    };
}

/// Sums by currency, in micros, of what attempts since `since` took or may take, and of what waits
/// to be sent. Of a job with steps left the dearest counts: while its attempt may yet be returned,
/// by as much as a step would cost more. The sandbox is left out; so is what was released.
pub(crate) fn since(sql: &Connection, since: i64) -> Result<BTreeMap<String, i64>, StoreError> {
    let mut query = sql.prepare_cached(concat!(
        ahead!(),
        "SELECT currency, sum(micros) FROM (
           SELECT line.currency, line.micros",
        sent!(),
        " AND line.kind <> 'released'
           UNION ALL
           SELECT currency, max(0, max(micros)) FROM ahead GROUP BY job, currency
         ) WHERE micros IS NOT NULL AND currency IS NOT NULL GROUP BY currency",
    ))?;
    let rows = query.query_map(params![since, i64::MAX], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The same of what was sent in a span of time that is over, `to` not included.
pub(crate) fn between(
    sql: &Connection,
    from: i64,
    to: i64,
) -> Result<BTreeMap<String, i64>, StoreError> {
    let mut query = sql.prepare_cached(concat!(
        "SELECT line.currency, sum(line.micros)",
        sent!(),
        " AND line.kind <> 'released' AND line.micros IS NOT NULL AND line.currency IS NOT NULL
         GROUP BY line.currency",
    ))?;
    let rows = query.query_map(params![from, to], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What was sent in a span of time, oldest first, each try a line. `to`: None for all that came
/// since, and then what waits to be sent stands at the end.
///
/// A try counts as recovered where the book shows that it was charged, made prints, and was not sent
/// again although its answer was lost (it was found), its links had died (all of its outputs came by fresh
/// ones) or Rushes ended in its midst (it was taken up again, and no other try of its job can have cost): while
/// the provider had it, as the log says, or by a crash.
pub(crate) fn lines(
    sql: &Connection,
    from: i64,
    to: Option<i64>,
) -> Result<Vec<SpendLine>, StoreError> {
    let mut query = sql.prepare_cached(concat!(
        "WITH told AS (SELECT attempt.rowid AS nth, attempt.id, attempt.job, attempt.submit_started_at AS at,
             attempt.provider, attempt.provider_name, attempt.model_name, job.route, job.shot, job.take,
             job.place, attempt.state, line.kind, line.micros, line.currency, attempt.remote_id,
             attempt.resolved_by, job.crash_count,
             (SELECT count(*) FROM output WHERE attempt = attempt.id
                AND (output.state = 'saved' OR output.message = ?3)) AS prints,
             (SELECT count(*) FROM output WHERE attempt = attempt.id) AS outputs,
             (SELECT max(reasked) FROM output WHERE attempt = attempt.id) AS reasked",
        sent!(),
        ")
         SELECT told.*, shot.number, coalesce(kind = 'confirmed' AND prints > 0 AND (
             resolved_by IS NOT NULL
             OR reasked = 1 AND prints = outputs
             OR (EXISTS (SELECT 1 FROM event WHERE event.job = told.job AND event.attempt = told.id
                   AND event.\"left\" = 'running' AND event.entered = 'running')
                 OR crash_count > 0
                   AND crash_count > (SELECT count(*) FROM event
                     WHERE event.job = told.job AND event.\"left\" = 'queued' AND event.entered = 'queued'))
               AND NOT EXISTS (SELECT 1 FROM attempt AS other
                 JOIN ledger AS line ON line.id = (SELECT max(id) FROM ledger WHERE attempt = other.id)
                 WHERE other.job = told.job AND other.id <> told.id AND line.kind <> 'released')
           ), 0) AS recovered
         FROM told JOIN shot ON shot.id = told.shot ORDER BY told.at, told.nth",
    ))?;
    let rows = query.query_map(params![from, to.unwrap_or(i64::MAX), trash::REMOVED], tried)?;
    let mut lines: Vec<SpendLine> = rows.collect::<Result<_, _>>()?;
    if to.is_none() {
        // Of the rows of a group SQLite gives the one with the highest price
        // (sqlite.org/lang_select.html, "Bare columns in an aggregate query").
        let mut query = sql.prepare_cached(concat!(
            ahead!(),
            "SELECT dearest.provider, dearest.provider_name, dearest.model_name, currency, micros,
               job.route, shot.number, job.take, job.place
             FROM (SELECT job, provider, provider_name, model_name, currency, max(micros) AS micros
               FROM ahead GROUP BY job, currency) AS dearest
             JOIN job ON job.id = dearest.job JOIN shot ON shot.id = job.shot
             WHERE micros > 0 OR job.state = 'queued' ORDER BY job.created_at, job.rowid",
        ))?;
        let rows = query.query_map([], waiting)?;
        for row in rows {
            lines.push(row?);
        }
    }
    Ok(lines)
}

fn tried(row: &Row<'_>) -> rusqlite::Result<SpendLine> {
    let (state, word): (_, String) = (row.get("state")?, row.get("kind")?);
    let kind = SpendKind::of(&word, state);
    Ok(SpendLine {
        at: row.get("at")?,
        state: Some(state),
        prints: row.get("prints")?,
        recovered: row.get("recovered")?,
        remote_id: row.get("remote_id")?,
        ..line(row, kind)?
    })
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<SpendLine> {
    line(row, SpendKind::Reserved)
}

fn line(row: &Row<'_>, kind: SpendKind) -> rusqlite::Result<SpendLine> {
    let (shot, take, place): (u32, u32, u32) =
        (row.get("number")?, row.get("take")?, row.get("place")?);
    let price: (Option<i64>, Option<String>) = (row.get("micros")?, row.get("currency")?);
    Ok(SpendLine {
        at: None,
        code: format!("{shot}-{take}\u{b7}{place}"),
        provider: row.get("provider")?,
        provider_name: row.get("provider_name")?,
        model: row.get("model_name")?,
        route: row.get("route")?,
        state: None,
        kind,
        price: match price {
            (Some(micros), Some(currency)) => Some(Price { micros, currency, exact: true }),
            _ => None,
        },
        prints: 0,
        recovered: false,
        remote_id: None,
    })
}

/// Months in which anything was sent, oldest first.
pub(crate) fn months(sql: &Connection, zone: &TimeZone) -> Result<Vec<Month>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT submit_started_at FROM attempt JOIN job ON job.id = attempt.job AND job.sandbox = 0
         WHERE submit_started_at >= ?1 ORDER BY submit_started_at LIMIT 1",
    )?;
    let (mut months, mut from) = (Vec::new(), i64::MIN);
    while let Some(first) = query.query_row([from], |row| row.get(0)).optional()? {
        let month = Month::of(first, zone);
        months.push(month);
        match month.days(zone) {
            Some(days) if days.end > from => from = days.end,
            _ => break,
        }
    }
    Ok(months)
}

/// Jobs that were written down or sent in a span of time, newest first.
pub(crate) fn jobs_of(
    sql: &Connection,
    (from, to): (i64, i64),
    limit: u32,
) -> Result<Vec<Job>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT id FROM job WHERE created_at >= ?1 AND created_at < ?2
           OR id IN (SELECT job FROM attempt WHERE submit_started_at >= ?1 AND submit_started_at < ?2)
         ORDER BY created_at DESC, id DESC LIMIT ?3",
    )?;
    let ids = query
        .query_map(params![from, to, limit], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    ids.iter().map(|id| jobs::view(sql, id)).collect()
}

impl Tx<'_> {
    /// Whether these may be sent under the user's caps, counted from where day and month begin.
    pub fn within_caps(
        &self,
        batch: &[Option<Price>],
        accept_unpriced: bool,
        begins: Begins,
    ) -> Result<Result<(), ApiError>, StoreError> {
        let caps = settings::settings(&self.sql)?.caps;
        if caps.is_empty() {
            return Ok(Ok(()));
        }
        // What no cap watches is not added up.
        let spent = |is_capped: bool, from| {
            if is_capped { since(&self.sql, from) } else { Ok(BTreeMap::new()) }
        };
        let spent = Spent {
            day: spent(!caps.day.is_empty(), begins.day)?,
            month: spent(!caps.month.is_empty(), begins.month)?,
        };
        Ok(budget::allows(&caps, &spent, batch, accept_unpriced))
    }
}

#[cfg(test)]
mod tests;
