//! References that a provider already holds, so that they are not sent twice.

use rusqlite::{Connection, OptionalExtension, params};

use super::{StoreError, Tx};

impl Tx<'_> {
    /// Remembers where a provider keeps a copy of an asset.
    pub fn remember_upload(
        &mut self,
        asset: &str,
        provider: &str,
        account: &str,
        url: &str,
        expires_at: i64,
    ) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO upload (asset, provider, account, url, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (asset, provider, account)
             DO UPDATE SET url = excluded.url, expires_at = excluded.expires_at",
            params![asset, provider, account, url, expires_at],
        )?;
        Ok(())
    }
}

/// The copy a provider holds, while it surely does.
pub(crate) fn known(
    sql: &Connection,
    asset: &str,
    provider: &str,
    account: &str,
    now: i64,
) -> Result<Option<String>, StoreError> {
    Ok(sql
        .query_row(
            "SELECT url FROM upload
             WHERE asset = ?1 AND provider = ?2 AND account = ?3 AND expires_at > ?4",
            params![asset, provider, account, now],
            |row| row.get(0),
        )
        .optional()?)
}
