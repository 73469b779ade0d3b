//! Prints whose sidecar does not say yet how they are marked.

use rusqlite::Connection;

use super::{StoreError, Tx};

/// A sidecar to be written again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    /// The print's number.
    pub(crate) seq: i64,
    /// The print's id.
    pub(crate) asset: String,
    /// Marks since it was last written; one that comes meanwhile makes it due again.
    n: i64,
}

/// Some of them, after this number.
pub(crate) fn some(sql: &Connection, after: i64, most: u32) -> Result<Vec<Due>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT sidecar_due.asset_seq, asset.id, sidecar_due.n FROM sidecar_due
         JOIN asset ON asset.seq = sidecar_due.asset_seq
         WHERE sidecar_due.asset_seq > ?1 ORDER BY sidecar_due.asset_seq LIMIT ?2",
    )?;
    let rows = query.query_map([after, i64::from(most)], |row| {
        Ok(Due { seq: row.get(0)?, asset: row.get(1)?, n: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Tx<'_> {
    /// These were written, as they stood then.
    pub(crate) fn sidecars_written(&mut self, written: &[Due]) -> Result<(), StoreError> {
        for due in written {
            self.sql
                .prepare_cached("DELETE FROM sidecar_due WHERE asset_seq = ?1 AND n = ?2")?
                .execute([due.seq, due.n])?;
        }
        Ok(())
    }
}
