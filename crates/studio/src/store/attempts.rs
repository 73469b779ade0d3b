//! Attempts: one try of a job on one endpoint, from the intent to its end.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::{Map, Value};

use super::{StoreError, Told, Tx};
use crate::chance;
use crate::job::AttemptState;
use crate::view::{Attempt, Estimate};

/// An attempt as the engine needs it.
#[derive(Debug, Clone)]
pub struct AttemptRow {
    /// `att_…`.
    pub id: String,
    /// Its job.
    pub job: String,
    /// From 1.
    pub n: u32,
    /// Endpoint id.
    pub endpoint: String,
    /// Provider id.
    pub provider: String,
    /// Which account and address it was sent to.
    pub account: String,
    /// The provider's name for the model.
    pub remote_model: String,
    /// Model's readable name.
    pub model_name: String,
    /// Provider's name.
    pub provider_name: String,
    /// Where it stands.
    pub state: AttemptState,
    /// Our own id on the wire.
    pub client_ref: String,
    /// Seed it was sent with.
    pub seed: Option<i64>,
    /// Inputs as sent, references as the provider's URLs.
    pub inputs_sent: Map<String, Value>,
    /// ms UTC.
    pub submit_started_at: i64,
    /// ms UTC.
    pub accepted_at: Option<i64>,
    /// When the provider said that it is done, ms UTC.
    pub done_at: Option<i64>,
    /// ms UTC.
    pub finished_at: Option<i64>,
    /// The provider's handle.
    pub remote_id: Option<String>,
    /// Where the submit's answer said to ask.
    pub poll_url: Option<String>,
    /// The status that its submit was answered with, where it was.
    pub http_status: Option<u16>,
    /// Polls, fetches or lookups that failed in a row, by state.
    pub tries: u32,
    /// When the provider first said that it does not know it, ms UTC.
    pub missing_since: Option<i64>,
    /// How often it said so since.
    pub missing: u32,
    /// How often the provider was asked how it stands.
    pub polls: u32,
    /// Who found it after its answer was lost.
    pub resolved_by: Option<String>,
    /// What a proved webhook called this work before an answer did.
    pub echoed_id: Option<String>,
    /// What happened.
    pub message: String,
}

/// The intent of a submit, committed before a byte leaves.
#[derive(Debug, Clone)]
pub struct Begin {
    /// `att_…` of a new row.
    pub id: String,
    /// The job.
    pub job: String,
    /// Endpoint id.
    pub endpoint: String,
    /// Provider id.
    pub provider: String,
    /// Which account and address.
    pub account: String,
    /// The provider's name for the model.
    pub remote_model: String,
    /// Model's readable name.
    pub model_name: String,
    /// Provider's name.
    pub provider_name: String,
    /// Our own id on the wire.
    pub client_ref: String,
    /// Seed.
    pub seed: Option<i64>,
    /// Inputs as sent.
    pub inputs_sent: Map<String, Value>,
    /// blake3 of model and inputs.
    pub request_hash: String,
    /// ms UTC.
    pub at: i64,
}

impl Tx<'_> {
    /// Writes the intent down. An attempt that provably never left is taken up again under its
    /// number, on the same endpoint; otherwise a new one begins. Answers the attempt's id.
    pub fn begin_attempt(&mut self, begin: &Begin) -> Result<String, StoreError> {
        let previous = newest(&self.sql, &begin.job)?;
        let inputs = serde_json::to_string(&begin.inputs_sent)?;
        let id = match previous {
            Some(row) if row.state == AttemptState::NotSent && row.endpoint == begin.endpoint => {
                self.sql.execute(
                    "UPDATE attempt SET state = 'submitting', client_ref = ?2, seed = ?3, inputs_sent = ?4,
                       request_hash = ?5, submit_started_at = ?6, account = ?7, remote_model = ?8,
                       model_name = ?9, provider_name = ?10, finished_at = NULL, message = ''
                     WHERE id = ?1 AND state = 'not_sent'",
                    params![
                        row.id,
                        begin.client_ref,
                        begin.seed,
                        inputs,
                        begin.request_hash,
                        begin.at,
                        begin.account,
                        begin.remote_model,
                        begin.model_name,
                        begin.provider_name
                    ],
                )?;
                row.id
            }
            other => {
                let n = other.map_or(1, |row| row.n + 1);
                self.sql.execute(
                    "INSERT INTO attempt (id, job, n, endpoint, provider, account, remote_model, state,
                       client_ref, seed, inputs_sent, request_hash, submit_started_at, model_name,
                       provider_name)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'submitting', ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                    params![
                        begin.id,
                        begin.job,
                        n,
                        begin.endpoint,
                        begin.provider,
                        begin.account,
                        begin.remote_model,
                        begin.client_ref,
                        begin.seed,
                        inputs,
                        begin.request_hash,
                        begin.at,
                        begin.model_name,
                        begin.provider_name
                    ],
                )?;
                begin.id.clone()
            }
        };
        Ok(id)
    }

    /// Whether another job's attempt with exactly this request is being sent or in doubt. Without a
    /// seed the two could not be told apart in the provider's list.
    pub fn has_live_twin(&self, begin: &Begin) -> Result<bool, StoreError> {
        Ok(self.sql.query_row(
            "SELECT EXISTS (SELECT 1 FROM attempt WHERE account = ?1 AND request_hash = ?2
               AND state IN ('submitting', 'in_doubt') AND job <> ?3)",
            params![begin.account, begin.request_hash, begin.job],
            |row| row.get(0),
        )?)
    }

    /// Moves an attempt out of `from`. Zero rows is an error, never ignored.
    pub fn move_attempt(
        &mut self,
        id: &str,
        from: AttemptState,
        to: AttemptState,
        due_at: Option<i64>,
        message: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let moved = self.sql.execute(
            "UPDATE attempt SET state = ?3, due_at = ?4, message = ?5, tries = 0, in_hand = 0,
               finished_at = CASE WHEN ?3 IN ('submitting', 'accepted', 'downloading', 'in_doubt') THEN NULL ELSE ?6 END
             WHERE id = ?1 AND state = ?2",
            params![id, from, to, due_at, message, at],
        )?;
        self.expect_one(moved, id, from)?;
        let job = get(&self.sql, id)?.job;
        self.tell(Told {
            job: &job,
            attempt: Some(id),
            at,
            left: from.word(),
            entered: to.word(),
            cause: message,
        })
    }

    /// Records what the provider's acceptance said.
    pub fn record_accepted(
        &mut self,
        id: &str,
        remote_id: &str,
        poll_url: Option<&str>,
        raw: &str,
        resolved_by: Option<&str>,
        at: i64,
    ) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE attempt SET remote_id = ?2, poll_url = ?3, raw_response = ?4, accepted_at = ?5,
               resolved_by = ?6, http_status = 200 WHERE id = ?1",
            params![id, remote_id, poll_url, raw, at, resolved_by],
        )?;
        Ok(())
    }

    /// Records an answer that was no acceptance.
    pub fn record_answer(
        &mut self,
        id: &str,
        status: Option<u16>,
        raw: &str,
    ) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE attempt SET http_status = ?2, raw_response = ?3 WHERE id = ?1",
            params![id, status, raw],
        )?;
        Ok(())
    }

    /// Records that the provider is done, with its own time where told.
    pub fn record_done(&mut self, id: &str, raw: &str, at: i64) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE attempt SET done_at = ?2, raw_response = ?3, rendered_ms = ?2 - accepted_at WHERE id = ?1",
            params![id, at, raw],
        )?;
        Ok(())
    }

    /// Plans the next poll, fetch or lookup of an attempt that stays where it is.
    pub fn plan_attempt(
        &mut self,
        id: &str,
        state: AttemptState,
        due_at: Option<i64>,
        tries: u32,
        word: &str,
    ) -> Result<(), StoreError> {
        let moved = self.sql.execute(
            "UPDATE attempt SET due_at = ?3, tries = ?4, in_hand = 0, status_word = CASE WHEN ?5 = '' THEN status_word ELSE ?5 END,
               missing = CASE WHEN ?5 = '' THEN missing ELSE 0 END,
               missing_since = CASE WHEN ?5 = '' THEN missing_since END
             WHERE id = ?1 AND state = ?2",
            params![id, state, due_at, tries, word],
        )?;
        self.expect_one(moved, id, state)
    }

    /// Makes the next poll of accepted work due now. False where there is no such work, or it is due
    /// already.
    pub fn poll_now(
        &mut self,
        provider: &str,
        remote_id: &str,
        at: i64,
    ) -> Result<bool, StoreError> {
        let moved = self.sql.execute(
            "UPDATE attempt SET due_at = ?3
             WHERE provider = ?1 AND remote_id = ?2 AND state = 'accepted' AND due_at > ?3",
            params![provider, remote_id, at],
        )?;
        Ok(moved > 0)
    }

    /// Keeps what a proved webhook called the work of an attempt whose answer has not come, and
    /// makes the next look at a doubt due now. False where no such attempt waits for its answer.
    pub fn record_echo(
        &mut self,
        provider: &str,
        client_ref: &str,
        remote_id: &str,
        at: i64,
    ) -> Result<bool, StoreError> {
        let kept = self.sql.execute(
            "UPDATE attempt SET echoed_id = ?3, due_at = CASE state WHEN 'in_doubt' THEN ?4 ELSE due_at END
             WHERE client_ref = ?2 AND provider = ?1 AND state IN ('submitting', 'in_doubt')",
            params![provider, client_ref, remote_id, at],
        )?;
        Ok(kept > 0)
    }

    /// Marks that its outputs are being fetched and decoded now. The mark is gone as soon as it
    /// rests; one that still stands at start means that Rushes ended in the middle.
    pub fn take_in_hand(&mut self, id: &str) -> Result<(), StoreError> {
        self.sql.execute("UPDATE attempt SET in_hand = 1 WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Puts down whatever is in hand, at an orderly end.
    pub fn put_down(&mut self) -> Result<(), StoreError> {
        self.sql.execute("UPDATE attempt SET in_hand = 0 WHERE in_hand = 1", [])?;
        Ok(())
    }

    /// Jobs whose outputs were in hand when Rushes ended.
    pub fn left_in_hand(&mut self) -> Result<Vec<String>, StoreError> {
        let jobs = self
            .sql
            .prepare("SELECT job FROM attempt WHERE in_hand = 1")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        self.put_down()?;
        Ok(jobs)
    }

    /// Counts a poll, answered or not.
    pub fn count_poll(&mut self, id: &str) -> Result<(), StoreError> {
        self.sql.execute("UPDATE attempt SET polls = polls + 1 WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Counts an answer that the provider does not know the work.
    pub fn count_missing(&mut self, id: &str, at: i64) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE attempt SET missing = missing + 1, missing_since = coalesce(missing_since, ?2) WHERE id = ?1",
            params![id, at],
        )?;
        Ok(())
    }

    /// Attempts that were being sent when Rushes stopped: nobody knows what became of them.
    pub fn doubt_the_interrupted(&mut self, at: i64) -> Result<Vec<AttemptRow>, StoreError> {
        let rows: Vec<AttemptRow> = self
            .sql
            .prepare(
                "SELECT * FROM attempt WHERE state = 'submitting'
                 AND state IN ('submitting', 'accepted', 'downloading', 'in_doubt')",
            )?
            .query_map([], from_row)?
            .collect::<Result<_, _>>()?;
        for row in &rows {
            self.move_attempt(
                &row.id,
                AttemptState::Submitting,
                AttemptState::InDoubt,
                Some(at),
                t!("Rushes closed after sending this and before hearing back."),
                at,
            )?;
        }
        Ok(rows)
    }

    /// After a start every accepted attempt is polled soon, spread out so that they do not all go at
    /// once, and every fetch goes on at once.
    pub fn wake_attempts(&mut self, at: i64, spread_ms: i64) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE attempt SET due_at = ?1 + (?3 + rowid * 7919) % (?2 + 1)
             WHERE state = 'accepted' AND due_at IS NOT NULL",
            params![at, spread_ms, chance::seed()],
        )?;
        self.sql.execute(
            "UPDATE attempt SET due_at = ?1 WHERE state = 'downloading' AND due_at IS NOT NULL",
            params![at],
        )?;
        Ok(())
    }

    /// The newest attempt of a job, inside the transaction.
    pub fn newest_attempt(&self, job: &str) -> Result<Option<AttemptRow>, StoreError> {
        newest(&self.sql, job)
    }

    fn expect_one(&self, moved: usize, id: &str, expected: AttemptState) -> Result<(), StoreError> {
        if moved == 1 {
            return Ok(());
        }
        get(&self.sql, id)?;
        Err(StoreError::Moved { row: id.to_owned(), expected: expected.word() })
    }
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<AttemptRow> {
    let inputs: String = row.get("inputs_sent")?;
    Ok(AttemptRow {
        id: row.get("id")?,
        job: row.get("job")?,
        n: row.get("n")?,
        endpoint: row.get("endpoint")?,
        provider: row.get("provider")?,
        account: row.get("account")?,
        remote_model: row.get("remote_model")?,
        model_name: row.get("model_name")?,
        provider_name: row.get("provider_name")?,
        state: row.get("state")?,
        client_ref: row.get("client_ref")?,
        seed: row.get("seed")?,
        inputs_sent: serde_json::from_str(&inputs).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(
                0,
                rusqlite::types::Type::Text,
                Box::new(error),
            )
        })?,
        submit_started_at: row.get("submit_started_at")?,
        accepted_at: row.get("accepted_at")?,
        done_at: row.get("done_at")?,
        finished_at: row.get("finished_at")?,
        remote_id: row.get("remote_id")?,
        poll_url: row.get("poll_url")?,
        http_status: row.get("http_status")?,
        tries: row.get("tries")?,
        missing_since: row.get("missing_since")?,
        missing: row.get("missing")?,
        polls: row.get("polls")?,
        resolved_by: row.get("resolved_by")?,
        echoed_id: row.get("echoed_id")?,
        message: row.get("message")?,
    })
}

/// An attempt's row.
pub(crate) fn get(sql: &Connection, id: &str) -> Result<AttemptRow, StoreError> {
    sql.prepare_cached("SELECT * FROM attempt WHERE id = ?1")?
        .query_row([id], from_row)
        .optional()?
        .ok_or_else(|| StoreError::NotFound(t!("attempt {id}", id)))
}

/// The newest attempt of a job.
pub(crate) fn newest(sql: &Connection, job: &str) -> Result<Option<AttemptRow>, StoreError> {
    Ok(sql
        .prepare_cached("SELECT * FROM attempt WHERE job = ?1 ORDER BY n DESC LIMIT 1")?
        .query_row([job], from_row)
        .optional()?)
}

/// A job's attempts as a person sees them, oldest first.
pub(crate) fn of_job(sql: &Connection, job: &str) -> Result<Vec<Attempt>, StoreError> {
    let mut query = sql.prepare_cached("SELECT * FROM attempt WHERE job = ?1 ORDER BY n")?;
    let rows = query.query_map([job], from_row)?;
    rows.map(|row| {
        let row = row?;
        Ok(Attempt {
            id: row.id,
            n: row.n,
            model_name: row.model_name,
            provider_name: row.provider_name,
            state: row.state,
            polls: row.polls,
            seed: row.seed,
            remote_id: row.remote_id,
            started_at: row.submit_started_at,
            accepted_at: row.accepted_at,
            done_at: row.done_at,
            finished_at: row.finished_at,
            resolved_by: row.resolved_by,
            message: row.message,
        })
    })
    .collect()
}

// The scheduler asks these each round, so each must find its rows by an index: it repeats the index's
// own list of states, from which SQLite sees that the index holds them all.
const DUE: &str = "SELECT * FROM attempt
    WHERE state IN ('accepted', 'downloading', 'in_doubt') AND state <> 'downloading'
      AND due_at <= ?2 AND provider = ?1
    ORDER BY due_at, rowid LIMIT ?3";
const TO_FETCH: &str = "SELECT * FROM attempt
    WHERE state IN ('accepted', 'downloading', 'in_doubt') AND state = 'downloading' AND due_at <= ?1
    ORDER BY (SELECT coalesce(min(url_expires_at), 9e18) FROM output
              WHERE output.attempt = attempt.id AND output.state = 'waiting'), due_at, rowid
    LIMIT ?2";
const NEXT_DUE: &str = "SELECT min(due_at) FROM attempt
    WHERE state IN ('accepted', 'downloading', 'in_doubt') AND due_at > ?1
      AND (state = 'downloading' OR provider NOT IN (SELECT provider FROM hold))";
const IN_FLIGHT: &str = "SELECT provider, sum(state IN ('submitting', 'accepted')) FROM attempt
    WHERE state IN ('submitting', 'accepted', 'downloading', 'in_doubt') GROUP BY provider";

/// Attempts of a provider whose poll or lookup is due, oldest first.
pub(crate) fn due(
    sql: &Connection,
    provider: &str,
    now: i64,
    limit: u32,
) -> Result<Vec<AttemptRow>, StoreError> {
    let mut query = sql.prepare_cached(DUE)?;
    let rows = query.query_map(params![provider, now, limit], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Attempts whose outputs are to be fetched now, those first whose links die first.
pub(crate) fn to_fetch(
    sql: &Connection,
    now: i64,
    limit: u32,
) -> Result<Vec<AttemptRow>, StoreError> {
    let mut query = sql.prepare_cached(TO_FETCH)?;
    let rows = query.query_map(params![now, limit], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the next attempt is due that is not held.
pub(crate) fn next_due(sql: &Connection, after: i64) -> Result<Option<i64>, StoreError> {
    Ok(sql.prepare_cached(NEXT_DUE)?.query_row([after], |row| row.get(0))?)
}

/// The providers of live attempts, and how many of those each has under way right now.
pub(crate) fn in_flight(sql: &Connection) -> Result<Vec<(String, u32)>, StoreError> {
    let mut query = sql.prepare_cached(IN_FLIGHT)?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether another attempt has claimed this remote id.
pub(crate) fn claimed(
    sql: &Connection,
    provider: &str,
    account: &str,
    remote_id: &str,
) -> Result<bool, StoreError> {
    Ok(sql.query_row(
        "SELECT EXISTS (SELECT 1 FROM attempt WHERE provider = ?1 AND account = ?2 AND remote_id = ?3)",
        params![provider, account, remote_id],
        |row| row.get(0),
    )?)
}

/// How long this endpoint took of late: the last fifty runs.
pub(crate) fn estimate(sql: &Connection, endpoint: &str) -> Result<Option<Estimate>, StoreError> {
    let mut times: Vec<i64> = sql
        .prepare_cached(
            "SELECT rendered_ms FROM attempt WHERE endpoint = ?1 AND rendered_ms IS NOT NULL
             ORDER BY done_at DESC LIMIT 50",
        )?
        .query_map([endpoint], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    if times.is_empty() {
        return Ok(None);
    }
    times.sort_unstable();
    let at = |part: usize| times[(times.len() * part / 100).min(times.len() - 1)];
    Ok(Some(Estimate { median_ms: at(50), slow_ms: at(90), runs: times.len() as u32 }))
}

/// When a job's newest attempt is taken up again by itself; None when it is not.
pub(crate) fn due_of_newest(sql: &Connection, job: &str) -> Result<Option<i64>, StoreError> {
    Ok(sql
        .prepare_cached("SELECT due_at FROM attempt WHERE job = ?1 ORDER BY n DESC LIMIT 1")?
        .query_row([job], |row| row.get(0))
        .optional()?
        .flatten())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn no_round_reads_through_what_is_over() {
        let book = crate::store::open::blank().unwrap();
        for query in [DUE, TO_FETCH, NEXT_DUE, IN_FLIGHT] {
            let mut plan = book.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
            let empty = vec![rusqlite::types::Null; plan.parameter_count()];
            let steps: Vec<String> = plan
                .query_map(rusqlite::params_from_iter(empty), |row| row.get(3))
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            let on_attempts = steps.iter().find(|step| step.contains(" attempt")).unwrap();
            assert!(on_attempts.contains("USING INDEX attempt_"), "{query}\n{steps:?}");
        }
    }
}
