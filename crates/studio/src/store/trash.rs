//! What lies in the trash, and its end.

use rusqlite::{Connection, params};

use super::{StoreError, Tx};

/// What is said of the output that a print was made of, once that is removed for good.
/// Not translated: the money book looks for it, in what other days wrote too.
pub(super) const REMOVED: &str = "Removed with the trash.";

/// A print in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trashed {
    /// Its number.
    pub(crate) seq: i64,
    /// `ast_…`.
    pub(crate) id: String,
    /// Relative path.
    pub(crate) path: String,
}

/// Whether any print was put into the trash before this time, ms UTC.
pub(crate) fn any(sql: &Connection, before: i64) -> Result<bool, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT 1 FROM asset WHERE trashed_at IS NOT NULL AND trashed_at < ?1 LIMIT 1",
    )?;
    Ok(query.exists([before])?)
}

impl Tx<'_> {
    /// Prints that were put into the trash before this time, ms UTC, after this number; at most so many.
    pub(crate) fn trashed(
        &self,
        before: i64,
        after: i64,
        most: u32,
    ) -> Result<Vec<Trashed>, StoreError> {
        let mut query = self.sql.prepare_cached(
            "SELECT seq, id, path FROM asset
             WHERE trashed_at IS NOT NULL AND trashed_at < ?1 AND origin <> 'reference' AND seq > ?2 ORDER BY seq LIMIT ?3",
        )?;
        let rows = query.query_map(params![before, after, most], |row| {
            Ok(Trashed { seq: row.get(0)?, id: row.get(1)?, path: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Removes prints from the book for good; their files are gone already. Jobs keep their history: the
    /// output is marked gone, and a print that was a reference of a job keeps a row that says so. Answers
    /// how many were removed.
    pub(crate) fn remove_prints(&mut self, prints: &[Trashed]) -> Result<u32, StoreError> {
        for print in prints {
            self.sql
                .prepare_cached(
                    "UPDATE output SET state = 'gone', asset = NULL, message = ?2
                     WHERE asset = ?1 AND state = 'saved'",
                )?
                .execute([print.id.as_str(), REMOVED])?;
            self.sql.prepare_cached("DELETE FROM upload WHERE asset = ?1")?.execute([&print.id])?;
            for statement in [
                "DELETE FROM print_words WHERE rowid = ?1",
                "DELETE FROM print_fact WHERE seq = ?1",
                "DELETE FROM sidecar_due WHERE asset_seq = ?1",
                "DELETE FROM asset_tag WHERE asset_seq = ?1",
                "DELETE FROM collection_asset WHERE asset_seq = ?1",
                "DELETE FROM import WHERE asset_seq = ?1",
            ] {
                self.sql.prepare_cached(statement)?.execute([print.seq])?;
            }
            let is_reference = self
                .sql
                .prepare_cached("SELECT 1 FROM job_reference WHERE asset = ?1")?
                .exists([&print.id])?;
            if is_reference {
                self.sidecars_due_from(&print.id)?;
            }
            let last = if is_reference {
                // The path is given up: another file may get the name.
                "UPDATE asset SET origin = 'reference', job = NULL, present = 0, note = '', rating = 0,
                   thumb_hash = NULL, trashed_at = NULL, path = 'removed/' || id WHERE seq = ?1"
            } else {
                "DELETE FROM asset WHERE seq = ?1"
            };
            self.sql.prepare_cached(last)?.execute([print.seq])?;
        }
        if !prints.is_empty() {
            self.sql.execute("DELETE FROM tag WHERE id NOT IN (SELECT tag FROM asset_tag)", [])?;
            self.touch_view();
        }
        Ok(prints.len() as u32)
    }
}
