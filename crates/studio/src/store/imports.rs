//! Imports: prints that no job made, and what their files said about themselves.

use rusqlite::{Connection, OptionalExtension, params};

use super::assets::Origin;
use super::{NewAsset, StoreError, Tx};

/// A file that was taken in.
#[derive(Debug, Clone)]
pub struct NewImport {
    /// Its row; `number` is given by the book.
    pub asset: NewAsset,
    /// What its file says.
    pub record: ImportRow,
    /// ThumbHash, where a thumbnail could be made.
    pub glance: Option<Vec<u8>>,
}

/// What is known of an import beside its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportRow {
    /// The file's name where it came from.
    pub name: String,
    /// When the file was last changed there, ms UTC.
    pub made_at: Option<i64>,
    /// The program that wrote it, as it spells itself; may be empty.
    pub program: String,
    /// The words it was made from; may be empty.
    pub prompt: String,
    /// The model, as the program names it; may be empty.
    pub model: String,
    /// The seed, where it fits.
    pub seed: Option<i64>,
    /// All that was read, JSON; empty where the file says nothing.
    pub recipe: String,
}

/// A name in the library that is being given to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Relative path.
    pub path: String,
    /// Of the file that gets it, hex.
    pub blake3: String,
}

/// Where a print with the same bytes is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// In the gallery.
    Shown,
    /// In the trash.
    Trashed,
}

/// Whether there is a print with these very bytes. One whose file is gone does not count.
pub(crate) fn known(sql: &Connection, blake3: &str) -> Result<Option<Known>, StoreError> {
    let trashed: Option<bool> = sql
        .prepare_cached(
            "SELECT min(trashed_at IS NOT NULL) FROM asset
             WHERE blake3 = ?1 AND origin <> 'reference' AND present = 1",
        )?
        .query_row([blake3], |row| row.get(0))?;
    Ok(trashed.map(|trashed| if trashed { Known::Trashed } else { Known::Shown }))
}

/// Names that were being given to files.
pub(crate) fn claims(sql: &Connection) -> Result<Vec<Claim>, StoreError> {
    let mut query = sql.prepare_cached("SELECT path, blake3 FROM import_claim ORDER BY path")?;
    let rows = query.query_map([], |row| Ok(Claim { path: row.get(0)?, blake3: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is known of an import; None for a print that a job made.
pub(crate) fn record(sql: &Connection, asset: &str) -> Result<Option<ImportRow>, StoreError> {
    Ok(sql
        .prepare_cached(
            "SELECT name, made_at, program, prompt, model, seed, recipe FROM import
             JOIN asset ON asset.seq = import.asset_seq WHERE asset.id = ?1",
        )?
        .query_row([asset], |row| {
            Ok(ImportRow {
                name: row.get(0)?,
                made_at: row.get(1)?,
                program: row.get(2)?,
                prompt: row.get(3)?,
                model: row.get(4)?,
                seed: row.get(5)?,
                recipe: row.get(6)?,
            })
        })
        .optional()?)
}

/// Writes down what is known of an import beside its file.
pub(super) fn enter(sql: &Connection, seq: i64, record: &ImportRow) -> Result<(), StoreError> {
    sql.prepare_cached(
        "INSERT INTO import (asset_seq, name, made_at, program, prompt, model, seed, recipe)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        seq,
        record.name,
        record.made_at,
        record.program,
        record.prompt,
        record.model,
        record.seed,
        record.recipe
    ])?;
    Ok(())
}

impl Tx<'_> {
    /// Writes down that files are about to get these names: what a crash leaves of them can then be told
    /// from files of the user's own.
    pub fn claim(&mut self, claims: &[Claim]) -> Result<(), StoreError> {
        for claim in claims {
            self.sql
                .prepare_cached(
                    "INSERT OR REPLACE INTO import_claim (path, blake3) VALUES (?1, ?2)",
                )?
                .execute([&claim.path, &claim.blake3])?;
        }
        Ok(())
    }

    /// Forgets them: the files are in the book, or gone.
    pub fn forget_claims(&mut self, claims: &[Claim]) -> Result<(), StoreError> {
        for claim in claims {
            self.sql
                .prepare_cached("DELETE FROM import_claim WHERE path = ?1")?
                .execute([&claim.path])?;
        }
        Ok(())
    }

    /// Takes imports into the index, as prints. Their sidecars are due. Each is published, or, where there
    /// are very many, only that views are to be looked at again.
    pub fn insert_imports(
        &mut self,
        imports: &[NewImport],
        tell_each: bool,
    ) -> Result<(), StoreError> {
        let first: u32 = self.sql.query_row(
            "SELECT coalesce(max(number), 0) + 1 FROM asset WHERE origin = 'import'",
            [],
            |row| row.get(0),
        )?;
        for (number, import) in (first..).zip(imports) {
            let asset = NewAsset { number, ..import.asset.clone() };
            let seq = self.insert(&asset, Origin::Import)?;
            enter(&self.sql, seq, &import.record)?;
            self.sql
                .prepare_cached("UPDATE asset SET thumb_hash = ?2 WHERE seq = ?1")?
                .execute(params![seq, import.glance])?;
            self.enter_facts(seq)?;
            self.sidecar_due(seq)?;
            if tell_each {
                self.touch_print(&asset.id);
            }
        }
        if !tell_each {
            self.touch_view();
        }
        Ok(())
    }

    /// Merges the parts of the index of words, which many new prints leave behind.
    pub fn optimize_words(&mut self) -> Result<(), StoreError> {
        self.sql.execute("INSERT INTO print_words (print_words) VALUES ('optimize')", [])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
