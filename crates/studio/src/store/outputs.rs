//! Outputs: what a finished attempt has to fetch, and what became of each.

use rusqlite::{Connection, params};

use super::{StoreError, Tx};

/// An output to be fetched.
#[derive(Debug, Clone)]
pub struct NewOutput {
    /// `out_…`.
    pub id: String,
    /// From 1.
    pub place: u32,
    /// Where it is; None when its bytes came with the answer and lie in its part file.
    pub source_url: Option<String>,
    /// When the link is expected to die, ms UTC.
    pub url_expires_at: Option<i64>,
}

/// An output's row.
#[derive(Debug, Clone)]
pub struct OutputRow {
    /// `out_…`.
    pub id: String,
    /// From 1.
    pub place: u32,
    /// Where it is.
    pub source_url: Option<String>,
    /// When the link is expected to die, ms UTC.
    pub url_expires_at: Option<i64>,
    /// Strong ETag of the bytes already in the part file.
    pub etag: Option<String>,
    /// Whether the provider was asked for a fresh link.
    pub reasked: bool,
    /// `waiting`, `saved`, `gone` or `damaged`.
    pub state: String,
    /// What happened.
    pub message: String,
}

impl Tx<'_> {
    /// Writes down what is to be fetched. Links of outputs that are known and not saved are renewed.
    pub fn expect_outputs(
        &mut self,
        attempt: &str,
        outputs: &[NewOutput],
        at: i64,
    ) -> Result<(), StoreError> {
        for output in outputs {
            self.sql.execute(
                "INSERT INTO output (id, attempt, place, source_url, url_seen_at, url_expires_at, state)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting')
                 ON CONFLICT (attempt, place) DO UPDATE SET source_url = excluded.source_url,
                   url_seen_at = excluded.url_seen_at, url_expires_at = excluded.url_expires_at
                 WHERE state = 'waiting'",
                params![
                    output.id,
                    attempt,
                    output.place,
                    output.source_url,
                    at,
                    output.url_expires_at
                ],
            )?;
        }
        Ok(())
    }

    /// Remembers which version of the file the part holds.
    pub fn note_download(
        &mut self,
        id: &str,
        etag: Option<&str>,
        total: Option<u64>,
    ) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE output SET etag = ?2, total = ?3 WHERE id = ?1",
            params![id, etag, total.map(|n| n as i64)],
        )?;
        Ok(())
    }

    /// The provider will be asked for fresh links, once.
    pub fn note_reasked(&mut self, attempt: &str) -> Result<(), StoreError> {
        self.sql.execute("UPDATE output SET reasked = 1 WHERE attempt = ?1", [attempt])?;
        Ok(())
    }

    /// Ends an output: `saved` with its asset, or `gone` or `damaged` with the reason.
    pub fn end_output(
        &mut self,
        id: &str,
        state: &str,
        asset: Option<&str>,
        message: &str,
    ) -> Result<(), StoreError> {
        let moved = self.sql.execute(
            "UPDATE output SET state = ?2, asset = ?3, message = ?4 WHERE id = ?1 AND state = 'waiting'",
            params![id, state, asset, message],
        )?;
        if moved == 1 {
            Ok(())
        } else {
            Err(StoreError::Moved { row: id.to_owned(), expected: t!("waiting") })
        }
    }

    /// An attempt's outputs, inside the transaction.
    pub fn outputs(&self, attempt: &str) -> Result<Vec<OutputRow>, StoreError> {
        of_attempt(&self.sql, attempt)
    }
}

/// Whether an output has ended, one way or the other. One that this book does not know has not: the
/// library may serve another book too.
pub(crate) fn has_ended(sql: &Connection, id: &str) -> Result<bool, StoreError> {
    Ok(sql.query_row(
        "SELECT EXISTS (SELECT 1 FROM output WHERE id = ?1 AND state <> 'waiting')",
        [id],
        |row| row.get(0),
    )?)
}

/// An attempt's outputs, in order.
pub(crate) fn of_attempt(sql: &Connection, attempt: &str) -> Result<Vec<OutputRow>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT id, place, source_url, url_expires_at, etag, reasked, state, message
         FROM output WHERE attempt = ?1 ORDER BY place",
    )?;
    let rows = query.query_map([attempt], |row| {
        Ok(OutputRow {
            id: row.get(0)?,
            place: row.get(1)?,
            source_url: row.get(2)?,
            url_expires_at: row.get(3)?,
            etag: row.get(4)?,
            reasked: row.get(5)?,
            state: row.get(6)?,
            message: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
