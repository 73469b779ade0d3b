//! Holds: providers whose key or credit must be mended before anything is sent to them.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{StoreError, Tx};
use crate::chance;

/// A hold on a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Provider id.
    pub provider: String,
    /// A word for hosts: `auth`, `credit`, `no_key`, `vault`.
    pub cause: String,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: String,
    /// When it is looked at again by itself, ms UTC.
    pub look_at: i64,
    /// How often it was looked at in vain.
    pub looks: u32,
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<Hold> {
    Ok(Hold {
        provider: row.get("provider")?,
        cause: row.get("cause")?,
        message: row.get("message")?,
        hint: row.get("hint")?,
        look_at: row.get("look_at")?,
        looks: row.get("looks")?,
    })
}

/// Every hold.
pub(crate) fn all(sql: &Connection) -> Result<Vec<Hold>, StoreError> {
    let mut query = sql.prepare_cached("SELECT * FROM hold")?;
    let rows = query.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The hold on a provider, if there is one.
pub(crate) fn of(sql: &Connection, provider: &str) -> Result<Option<Hold>, StoreError> {
    Ok(sql
        .prepare_cached("SELECT * FROM hold WHERE provider = ?1")?
        .query_row([provider], from_row)
        .optional()?)
}

impl Tx<'_> {
    /// Holds a provider. One that is held already keeps its time of beginning.
    pub fn hold(&mut self, hold: &Hold, account: &str, at: i64) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO hold (provider, account, cause, message, hint, since, look_at, looks)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (provider) DO UPDATE SET account = excluded.account, cause = excluded.cause,
               message = excluded.message, hint = excluded.hint, look_at = excluded.look_at,
               looks = excluded.looks",
            params![
                hold.provider,
                account,
                hold.cause,
                hold.message,
                hold.hint,
                at,
                hold.look_at,
                hold.looks
            ],
        )?;
        self.touch_waiting(&hold.provider)
    }

    /// The hold on a provider, inside the transaction.
    pub fn hold_of(&self, provider: &str) -> Result<Option<Hold>, StoreError> {
        of(&self.sql, provider)
    }

    /// Plans the next look.
    pub fn plan_hold(&mut self, hold: &Hold) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE hold SET look_at = ?2, looks = ?3 WHERE provider = ?1",
            params![hold.provider, hold.look_at, hold.looks],
        )?;
        self.touch_waiting(&hold.provider)
    }

    /// The hold will be looked at now.
    pub fn look_at_hold(&mut self, provider: &str, at: i64) -> Result<(), StoreError> {
        self.sql
            .execute("UPDATE hold SET look_at = ?2 WHERE provider = ?1", params![provider, at])?;
        Ok(())
    }

    /// Every hold will be looked at now.
    pub fn look_at_holds(&mut self, at: i64) -> Result<(), StoreError> {
        self.sql.execute("UPDATE hold SET look_at = ?1, looks = 0", [at])?;
        Ok(())
    }

    /// Ends a hold; what waited for it goes on within `spread_ms`. Answers whether there was one.
    pub fn lift(&mut self, provider: &str, at: i64, spread_ms: i64) -> Result<bool, StoreError> {
        self.touch_waiting(provider)?;
        let lifted = self.sql.execute("DELETE FROM hold WHERE provider = ?1", [provider])?;
        if lifted == 0 {
            return Ok(false);
        }
        self.hurry(provider, at, spread_ms)?;
        Ok(true)
    }

    /// Whatever waits for this provider after a failure goes on within `spread_ms`. Times that the
    /// provider itself asked for stand.
    pub fn hurry(&mut self, provider: &str, at: i64, spread_ms: i64) -> Result<(), StoreError> {
        self.sql.execute(
            "UPDATE attempt SET due_at = ?2 + (?4 + rowid * 7919) % (?3 + 1)
             WHERE provider = ?1 AND state IN ('accepted', 'in_doubt') AND due_at > ?2 + ?3 AND tries > 0",
            params![provider, at, spread_ms, chance::seed()],
        )?;
        self.sql.execute(
            "UPDATE job SET run_at = ?2 + (?4 + rowid * 7919) % (?3 + 1)
             WHERE provider = ?1 AND state = 'queued' AND run_at > ?2 + ?3 AND cause <> 'rate_limited'",
            params![provider, at, spread_ms, chance::seed()],
        )?;
        Ok(())
    }

    /// Jobs that look different because their provider does.
    fn touch_waiting(&mut self, provider: &str) -> Result<(), StoreError> {
        let ids: Vec<String> = self
            .sql
            .prepare_cached(
                "SELECT id FROM job WHERE provider = ?1 AND state IN ('queued', 'running')
                 ORDER BY created_at DESC LIMIT 200",
            )?
            .query_map([provider], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for id in ids {
            self.touch_job(&id);
        }
        self.touch_catalog(provider);
        Ok(())
    }
}
