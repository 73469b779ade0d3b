//! Live model lists as they were last fetched.

use rushes_providers::types::LiveModel;
use rusqlite::{Connection, params};

use super::{StoreError, Tx};

/// A provider's live list with its date.
#[derive(Debug, Clone)]
pub struct Cached {
    /// Provider id.
    pub provider: String,
    /// ms UTC.
    pub fetched_at: i64,
    /// As the provider described them.
    pub models: Vec<LiveModel>,
}

impl Tx<'_> {
    /// A provider's kept list; None where there is none that can be read.
    pub fn catalogue(&mut self, provider: &str) -> Result<Option<Cached>, StoreError> {
        Ok(all(&self.sql)?.into_iter().find(|list| list.provider == provider))
    }

    /// Replaces a provider's list. Told once the catalogue was built anew.
    pub fn keep_catalogue(&mut self, list: &Cached) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO catalogue (provider, fetched_at, models) VALUES (?1, ?2, ?3)
             ON CONFLICT (provider) DO UPDATE SET fetched_at = excluded.fetched_at, models = excluded.models",
            params![list.provider, list.fetched_at, serde_json::to_string(&list.models)?],
        )?;
        Ok(())
    }
}

/// A kept list without its models.
#[derive(Debug, Clone)]
pub(crate) struct Age {
    /// Provider id.
    pub(crate) provider: String,
    /// ms UTC.
    pub(crate) fetched_at: i64,
    /// How many models are in it.
    pub(crate) models: u32,
}

/// How old each kept list is, and how long.
pub(crate) fn ages(sql: &Connection) -> Result<Vec<Age>, StoreError> {
    let mut query = sql.prepare(
        "SELECT provider, fetched_at, iif(json_valid(models), json_array_length(models), 0) FROM catalogue",
    )?;
    let rows = query.query_map([], |row| {
        Ok(Age { provider: row.get(0)?, fetched_at: row.get(1)?, models: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every kept list. One that this version cannot read is skipped: it can be fetched again.
pub(crate) fn all(sql: &Connection) -> Result<Vec<Cached>, StoreError> {
    let mut query = sql.prepare("SELECT provider, fetched_at, models FROM catalogue")?;
    let rows = query.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, String>(2)?))
    })?;
    let mut lists = Vec::new();
    for row in rows {
        let (provider, fetched_at, text) = row?;
        match serde_json::from_str(&text) {
            Ok(models) => lists.push(Cached { provider, fetched_at, models }),
            Err(error) => {
                tracing::warn!(provider, %error, "a kept model list is unreadable and left out");
            }
        }
    }
    Ok(lists)
}
