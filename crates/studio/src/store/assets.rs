//! Assets: every media file the library owns, as output or as reference.

use std::path::Path;

use base64::Engine as _;
use rushes_providers::schema::MediaKind;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{StoreError, Tx, facts, jobs};
use crate::view::{Asset, Print};

/// A file that was saved.
#[derive(Debug, Clone)]
pub struct NewAsset {
    /// `ast_…`.
    pub id: String,
    /// The job that made it; None for a reference or an import.
    pub job: Option<String>,
    /// Place among the outputs of its take, from 1.
    pub number: u32,
    /// Relative to the library, with forward slashes.
    pub path: String,
    /// Picture or clip.
    pub media: MediaKind,
    /// Sniffed type.
    pub media_type: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// ms.
    pub duration_ms: Option<i64>,
    /// File size.
    pub bytes: i64,
    /// Hex.
    pub blake3: String,
    /// Day in the user's zone, `2026-11-22`.
    pub day: String,
    /// ms UTC.
    pub created_at: i64,
}

/// An asset's row as the core needs it.
#[derive(Debug, Clone)]
pub struct AssetRow {
    /// `ast_…`.
    pub id: String,
    /// Relative path.
    pub path: String,
    /// Picture or clip.
    pub media: MediaKind,
    /// Sniffed type.
    pub media_type: String,
    /// Hex.
    pub blake3: String,
    /// Whether its file was there when it was last looked for.
    pub present: bool,
}

/// Where an asset comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A job made it.
    Output,
    /// It was handed over to be sent along with jobs.
    Reference,
    /// The user took it in as a print.
    Import,
}

pub(super) fn media_word(media: MediaKind) -> &'static str {
    match media {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
    }
}

pub(super) fn media(row: &Row<'_>) -> rusqlite::Result<MediaKind> {
    let word: String = row.get("media")?;
    Ok(match word.as_str() {
        "video" => MediaKind::Video,
        "audio" => MediaKind::Audio,
        _ => MediaKind::Image,
    })
}

impl Tx<'_> {
    /// Takes a saved file into the index; an output is published as a print and can be searched.
    pub fn insert_asset(&mut self, asset: &NewAsset) -> Result<(), StoreError> {
        let origin = if asset.job.is_some() { Origin::Output } else { Origin::Reference };
        let seq = self.insert(asset, origin)?;
        if origin == Origin::Output {
            facts::enter(&self.sql, seq)?;
            self.touch_print(&asset.id);
        }
        Ok(())
    }

    /// Writes the row alone; answers its number.
    pub(super) fn insert(&mut self, asset: &NewAsset, origin: Origin) -> Result<i64, StoreError> {
        self.sql.execute(
            "INSERT INTO asset (id, origin, job, number, path, media, media_type, width, height,
               duration_ms, bytes, blake3, day, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            params![
                asset.id,
                match origin {
                    Origin::Output => "output",
                    Origin::Reference => "reference",
                    Origin::Import => "import",
                },
                asset.job,
                asset.number,
                asset.path,
                media_word(asset.media),
                asset.media_type,
                asset.width,
                asset.height,
                asset.duration_ms,
                asset.bytes,
                asset.blake3,
                asset.day,
                asset.created_at
            ],
        )?;
        Ok(self.sql.last_insert_rowid())
    }

    /// Notes whether a file is where it was saved.
    pub fn note_present(&mut self, id: &str, present: bool) -> Result<(), StoreError> {
        let moved = self.sql.execute(
            "UPDATE asset SET present = ?2 WHERE id = ?1 AND present <> ?2",
            params![id, present],
        )?;
        if moved > 0 && is_print(&self.sql, id)? {
            self.touch_print(id);
        }
        Ok(())
    }

    /// A reference with these very bytes, if there is one.
    pub fn reference_by_hash(&self, blake3: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .sql
            .query_row(
                "SELECT id FROM asset WHERE blake3 = ?1 AND origin = 'reference'
                   AND path <> 'removed/' || id LIMIT 1",
                [blake3],
                |row| row.get(0),
            )
            .optional()?)
    }

    /// How many prints the earlier jobs of the same take have, plus this job's own so far.
    pub fn next_print_number(&self, job: &str) -> Result<u32, StoreError> {
        Ok(self.sql.query_row(
            "SELECT coalesce(max(asset.number), 0) + 1 FROM asset JOIN job ON job.id = asset.job
             JOIN job AS mine ON mine.shot = job.shot AND mine.take = job.take WHERE mine.id = ?1",
            [job],
            |row| row.get(0),
        )?)
    }
}

/// Whether an asset is a print: whatever is no reference.
pub(super) fn is_print(sql: &Connection, id: &str) -> Result<bool, StoreError> {
    Ok(sql.query_row("SELECT origin <> 'reference' FROM asset WHERE id = ?1", [id], |row| {
        row.get(0)
    })?)
}

/// An asset's row.
pub(crate) fn row(sql: &Connection, id: &str) -> Result<AssetRow, StoreError> {
    sql.prepare_cached(
        "SELECT id, path, media, media_type, blake3, present FROM asset WHERE id = ?1",
    )?
    .query_row([id], |row| {
        Ok(AssetRow {
            id: row.get("id")?,
            path: row.get("path")?,
            media: media(row)?,
            media_type: row.get("media_type")?,
            blake3: row.get("blake3")?,
            present: row.get("present")?,
        })
    })
    .optional()?
    .ok_or_else(|| StoreError::NotFound(t!("picture or clip {id}", id)))
}

/// Every asset's id, path and hash.
pub(crate) fn hashes(sql: &Connection) -> Result<Vec<(String, String, String)>, StoreError> {
    // A print that was removed while a job still names it as its reference has no file any more.
    let mut query = sql.prepare(
        "SELECT id, path, blake3 FROM asset WHERE path <> 'removed/' || id ORDER BY seq",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A file with what was written down of it.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    /// Its number.
    pub(crate) seq: i64,
    /// `ast_…`.
    pub(crate) id: String,
    /// Relative path.
    pub(crate) path: String,
    /// Hex.
    pub(crate) blake3: String,
    /// Edge print; None of a reference.
    pub(crate) code: Option<String>,
    /// Whether it was there when it was last looked for.
    pub(crate) present: bool,
}

/// Files after this number, at most so many, and how many there are in all.
pub(crate) fn written(
    sql: &Connection,
    after: i64,
    most: u32,
) -> Result<(Vec<Written>, u32), StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT asset.seq, asset.id, asset.path, asset.blake3,
           CASE asset.origin WHEN 'import' THEN 'i-' || asset.number
             ELSE shot.number || '-' || job.take || '\u{b7}' || asset.number END, asset.present
         FROM asset LEFT JOIN job ON job.id = asset.job LEFT JOIN shot ON shot.id = job.shot
         WHERE asset.path <> 'removed/' || asset.id AND asset.seq > ?1 ORDER BY asset.seq LIMIT ?2",
    )?;
    let rows = query.query_map([after, i64::from(most)], |row| {
        Ok(Written {
            seq: row.get(0)?,
            id: row.get(1)?,
            path: row.get(2)?,
            blake3: row.get(3)?,
            code: row.get(4)?,
            present: row.get(5)?,
        })
    })?;
    let total =
        sql.query_row("SELECT count(*) FROM asset WHERE path <> 'removed/' || id", [], |row| {
            row.get(0)
        })?;
    Ok((rows.collect::<Result<_, _>>()?, total))
}

/// Paths of some files, the newest first.
pub(crate) fn some_paths(sql: &Connection) -> Result<Vec<String>, StoreError> {
    let mut query = sql.prepare(
        "SELECT path FROM asset WHERE path <> 'removed/' || id AND present = 1 ORDER BY seq DESC LIMIT 64",
    )?;
    let rows = query.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn absolute(library: &Path, relative: &str) -> String {
    library.join(relative).to_string_lossy().into_owned()
}

/// An asset as a person sees it.
pub(crate) fn asset(sql: &Connection, library: &Path, id: &str) -> Result<Asset, StoreError> {
    sql.prepare_cached("SELECT * FROM asset WHERE id = ?1")?
        .query_row([id], |row| {
            let path: String = row.get("path")?;
            Ok(Asset {
                id: row.get("id")?,
                media: media(row)?,
                media_type: row.get("media_type")?,
                width: row.get("width")?,
                height: row.get("height")?,
                duration_ms: row.get("duration_ms")?,
                bytes: row.get("bytes")?,
                path: absolute(library, &path),
            })
        })
        .optional()?
        .ok_or_else(|| StoreError::NotFound(t!("picture or clip {id}", id)))
}

/// A print with what its job, or its own file, and its tags add to it.
pub(super) const PRINT: &str = "SELECT asset.*, coalesce(job.take, 0) AS take,
  coalesce(job.prompt, import.prompt, '') AS prompt, coalesce(job.model_name, import.model, '') AS model_name,
  coalesce(job.provider_name, '') AS provider_name, coalesce(job.sandbox, 0) AS sandbox,
  coalesce(shot.number, 0) AS shot_number,
  (SELECT json_group_array(tag.name ORDER BY tag.key) FROM asset_tag JOIN tag ON tag.id = asset_tag.tag
   WHERE asset_tag.asset_seq = asset.seq) AS tags
  FROM asset LEFT JOIN job ON job.id = asset.job LEFT JOIN shot ON shot.id = job.shot
  LEFT JOIN import ON import.asset_seq = asset.seq";

pub(super) fn print_from_row(row: &Row<'_>, library: &Path) -> rusqlite::Result<Print> {
    let path: String = row.get("path")?;
    let (shot, take, number): (u32, u32, u32) =
        (row.get("shot_number")?, row.get("take")?, row.get("number")?);
    let job: Option<String> = row.get("job")?;
    Ok(Print {
        id: row.get("id")?,
        seq: row.get("seq")?,
        code: match job {
            Some(_) => format!("{shot}-{take}\u{b7}{number}"),
            None => format!("i-{number}"),
        },
        job,
        shot_number: shot,
        take,
        number,
        media: media(row)?,
        media_type: row.get("media_type")?,
        width: row.get("width")?,
        height: row.get("height")?,
        duration_ms: row.get("duration_ms")?,
        bytes: row.get("bytes")?,
        created_at: row.get("created_at")?,
        day: row.get("day")?,
        path: absolute(library, &path),
        prompt: row.get("prompt")?,
        model_name: row.get("model_name")?,
        provider_name: row.get("provider_name")?,
        sandbox: row.get("sandbox")?,
        circled: row.get("circled")?,
        present: row.get("present")?,
        rating: row.get("rating")?,
        tags: jobs::json(row, "tags")?,
        note: row.get("note")?,
        trashed_at: row.get("trashed_at")?,
        thumb_hash: row
            .get::<_, Option<Vec<u8>>>("thumb_hash")?
            .map(|hash| base64::engine::general_purpose::STANDARD.encode(hash)),
    })
}

/// A print as a person sees it.
pub(crate) fn print(sql: &Connection, library: &Path, id: &str) -> Result<Print, StoreError> {
    sql.prepare_cached(&format!("{PRINT} WHERE asset.id = ?1 AND asset.origin <> 'reference'"))?
        .query_row([id], |row| print_from_row(row, library))
        .optional()?
        .ok_or_else(|| StoreError::NotFound(t!("print {id}", id)))
}

/// A job's prints, in order.
pub(crate) fn of_job(
    sql: &Connection,
    library: &Path,
    job: &str,
) -> Result<Vec<Print>, StoreError> {
    let mut query =
        sql.prepare_cached(&format!("{PRINT} WHERE asset.job = ?1 ORDER BY asset.number"))?;
    let rows = query.query_map([job], |row| print_from_row(row, library))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
