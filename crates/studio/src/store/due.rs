//! Prints whose sidecar does not say yet how they are marked.

use rusqlite::Connection;

use super::{StoreError, Tx, settings};

/// Kept once all sidecars tell of their jobs, or are due to.
const TOLD: &str = "sidecars_tell_jobs";

/// Whether sidecars may be from before they told of their jobs.
pub(crate) fn may_be_older(sql: &Connection) -> Result<bool, StoreError> {
    Ok(settings::kept(sql, TOLD)?.is_none())
}

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
    /// What stands beside this print is no longer all there is to tell of it.
    pub(super) fn sidecar_due(&self, seq: i64) -> Result<(), StoreError> {
        self.sidecars_due("SELECT seq, 1 FROM asset WHERE seq = ?1", seq)
    }

    /// The same by its id.
    pub(super) fn sidecar_due_of(&self, id: &str) -> Result<(), StoreError> {
        self.sidecars_due("SELECT seq, 1 FROM asset WHERE id = ?1", id)
    }

    /// The same for the prints of a job.
    pub(super) fn sidecars_due_of_job(&self, job: &str) -> Result<(), StoreError> {
        self.sidecars_due("SELECT seq, 1 FROM asset WHERE job = ?1 AND origin = 'output'", job)
    }

    /// The same for the prints of a collection.
    pub(super) fn sidecars_due_in(&self, collection: &str) -> Result<(), StoreError> {
        self.sidecars_due(
            "SELECT asset_seq, 1 FROM collection_asset WHERE collection = ?1",
            collection,
        )
    }

    /// The same for the prints that were made from an asset.
    pub(super) fn sidecars_due_from(&self, asset: &str) -> Result<(), StoreError> {
        self.sidecars_due(
            "SELECT DISTINCT asset.seq, 1 FROM job_reference JOIN asset ON asset.job = job_reference.job
             WHERE job_reference.asset = ?1 AND asset.origin = 'output'",
            asset,
        )
    }

    fn sidecars_due(&self, which: &str, of: impl rusqlite::ToSql) -> Result<(), StoreError> {
        self.sql
            .prepare_cached(&format!(
                "INSERT INTO sidecar_due (asset_seq, n) {which}
                 ON CONFLICT (asset_seq) DO UPDATE SET n = n + 1"
            ))?
            .execute([of])?;
        Ok(())
    }

    /// Sidecars from before they told of the job are due, once in the life of a book.
    pub(crate) fn older_sidecars_due(&mut self) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT INTO sidecar_due (asset_seq, n) SELECT seq, 1 FROM asset
             WHERE origin <> 'reference' OR id IN (SELECT asset FROM kept_frame)
             ON CONFLICT (asset_seq) DO UPDATE SET n = n + 1",
            [],
        )?;
        self.keep(TOLD, &true.into())
    }

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
