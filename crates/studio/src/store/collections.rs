//! Collections, and searches that were kept.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{StoreError, Tx};
use crate::find::fold;
use crate::view::{Collection, SavedSearch, Sort};

/// Why a name was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It was.
    Yes,
    /// Another one has the name.
    Taken,
}

impl Tx<'_> {
    /// Makes a collection, or gives the one of this id another name.
    pub fn keep_collection(&mut self, id: &str, name: &str, at: i64) -> Result<Kept, StoreError> {
        let key = fold::key(name);
        let other: Option<String> = self
            .sql
            .query_row(
                "SELECT id FROM collection WHERE key = ?1 AND id <> ?2",
                params![key, id],
                |row| row.get(0),
            )
            .optional()?;
        if other.is_some() {
            return Ok(Kept::Taken);
        }
        self.sidecars_due_in(id)?;
        self.sql.execute(
            "INSERT INTO collection (id, key, name, created_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET key = excluded.key, name = excluded.name",
            params![id, key, name, at],
        )?;
        self.touch_view();
        Ok(Kept::Yes)
    }

    /// Forgets a collection; its prints stay.
    pub fn forget_collection(&mut self, id: &str) -> Result<(), StoreError> {
        self.sidecars_due_in(id)?;
        if self.sql.execute("DELETE FROM collection WHERE id = ?1", [id])? == 0 {
            return Err(StoreError::NotFound(t!("such collection any more").into()));
        }
        self.touch_view();
        Ok(())
    }

    /// Keeps a search, in the place of one of the same name.
    pub fn keep_search(&mut self, search: &SavedSearch) -> Result<(), StoreError> {
        self.sql.execute(
            "INSERT OR REPLACE INTO saved_search (key, name, query, sort) VALUES (?1, ?2, ?3, ?4)",
            params![fold::key(&search.name), search.name, search.query, search.sort.word()],
        )?;
        Ok(())
    }

    /// Forgets a search.
    pub fn forget_search(&mut self, name: &str) -> Result<(), StoreError> {
        let gone =
            self.sql.execute("DELETE FROM saved_search WHERE key = ?1", [fold::key(name)])?;
        if gone == 0 {
            return Err(StoreError::NotFound(t!("such search any more").into()));
        }
        Ok(())
    }
}

const COLLECTION: &str = "SELECT id, name, created_at,
    (SELECT count(*) FROM collection_asset AS c JOIN print_fact AS f ON f.seq = c.asset_seq
     WHERE c.collection = collection.id AND f.trashed = 0)
  FROM collection";

fn from_row(row: &Row<'_>) -> rusqlite::Result<Collection> {
    Ok(Collection {
        id: row.get(0)?,
        name: row.get(1)?,
        created_at: row.get(2)?,
        count: row.get(3)?,
    })
}

/// All collections, by name.
pub(crate) fn all(sql: &Connection) -> Result<Vec<Collection>, StoreError> {
    let mut query = sql.prepare_cached(&format!("{COLLECTION} ORDER BY key"))?;
    let rows = query.query_map([], from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One collection.
pub(crate) fn get(sql: &Connection, id: &str) -> Result<Option<Collection>, StoreError> {
    let mut query = sql.prepare_cached(&format!("{COLLECTION} WHERE id = ?1"))?;
    Ok(query.query_row([id], from_row).optional()?)
}

/// All searches, by name.
pub(crate) fn searches(sql: &Connection) -> Result<Vec<SavedSearch>, StoreError> {
    let mut query =
        sql.prepare_cached("SELECT name, query, sort FROM saved_search ORDER BY key")?;
    let rows = query.query_map([], |row| {
        let sort: String = row.get(2)?;
        Ok(SavedSearch {
            name: row.get(0)?,
            query: row.get(1)?,
            sort: Sort::of(&sort).unwrap_or_default(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
