//! What is known about each provider's key and address. Never the key.

use rusqlite::{Connection, OptionalExtension, params};

use super::{StoreError, Tx};
use crate::view::KeyTest;

/// One provider's record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyRecord {
    /// Provider id.
    pub provider: String,
    /// `keychain` or `session`, when a key was saved.
    pub place: Option<String>,
    /// ms UTC.
    pub saved_at: Option<i64>,
    /// What the last test said.
    pub test: Option<KeyTest>,
    /// The address the user set, when it is not the provider's own.
    pub base_url: Option<String>,
}

impl Tx<'_> {
    /// A provider's record, inside the transaction.
    pub fn key_record(&self, provider: &str) -> Result<KeyRecord, StoreError> {
        record(&self.sql, provider)
    }

    /// Replaces a provider's record.
    pub fn keep_key_record(&mut self, record: &KeyRecord) -> Result<(), StoreError> {
        let test = record.test.as_ref();
        self.sql.execute(
            "INSERT INTO key_record (provider, place, saved_at, test_works, test_message, test_at, base_url)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (provider) DO UPDATE SET place = excluded.place, saved_at = excluded.saved_at,
               test_works = excluded.test_works, test_message = excluded.test_message,
               test_at = excluded.test_at, base_url = excluded.base_url",
            params![
                record.provider,
                record.place,
                record.saved_at,
                test.map(|t| t.works),
                test.map(|t| t.message.as_str()),
                test.map(|t| t.at),
                record.base_url
            ],
        )?;
        self.touch_catalog(&record.provider);
        Ok(())
    }
}

/// A provider's record; an empty one when nothing is known.
pub(crate) fn record(sql: &Connection, provider: &str) -> Result<KeyRecord, StoreError> {
    let found = sql
        .query_row(
            "SELECT place, saved_at, test_works, test_message, test_at, base_url
             FROM key_record WHERE provider = ?1",
            [provider],
            |row| {
                let test = match (row.get(2)?, row.get(3)?, row.get(4)?) {
                    (Some(works), Some(message), Some(at)) => Some(KeyTest { works, message, at }),
                    _ => None,
                };
                Ok(KeyRecord {
                    provider: provider.to_owned(),
                    place: row.get(0)?,
                    saved_at: row.get(1)?,
                    test,
                    base_url: row.get(5)?,
                })
            },
        )
        .optional()?;
    Ok(found.unwrap_or_else(|| KeyRecord { provider: provider.to_owned(), ..KeyRecord::default() }))
}
