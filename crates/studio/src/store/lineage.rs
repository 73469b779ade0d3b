//! What prints were made from and what came of them. A file that was taken in from outside and has the very
//! bytes of a print counts as that print.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{StoreError, Tx, assets};
use crate::view::{FrameOf, Origin, PrintOrigins};

/// Most neighbours that are answered.
const MOST: usize = 60;

/// What a job was made from, and the print with the same bytes where the reference is none itself.
const MADE_FROM: &str = "SELECT job_reference.field, job.endpoint, asset.id, asset.path = 'removed/' || asset.id AS gone,
    asset.origin <> 'reference' AS is_print, asset.media, asset.width, asset.height,
    (SELECT same.id FROM asset AS same WHERE same.blake3 = asset.blake3 AND same.origin <> 'reference'
     ORDER BY same.seq LIMIT 1) AS twin
  FROM asset AS made JOIN job ON job.id = made.job JOIN job_reference ON job_reference.job = job.id
  JOIN asset ON asset.id = job_reference.asset
  WHERE made.id = ?1 ORDER BY job_reference.place";

/// Prints whose job was sent this print, a copy of it, or a frame of it.
const LED_TO: &str = "SELECT made.id, job_reference.field, job.endpoint, kept_frame.at_ms
  FROM job_reference JOIN job ON job.id = job_reference.job
  JOIN asset AS made ON made.job = job.id AND made.origin = 'output'
  LEFT JOIN kept_frame ON kept_frame.asset = job_reference.asset AND kept_frame.clip = ?1
  WHERE job_reference.asset IN (
    SELECT ?1 UNION SELECT kept_frame.asset FROM kept_frame WHERE kept_frame.clip = ?1
    UNION SELECT copy.id FROM asset AS own JOIN asset AS copy ON copy.blake3 = own.blake3
      WHERE own.id = ?1 AND copy.origin = 'reference' AND copy.path <> 'removed/' || copy.id)
  GROUP BY made.id ORDER BY made.seq DESC";

/// Frames that were kept of a clip, in its order.
const FRAMES: &str =
    "SELECT kept_frame.asset, kept_frame.at_ms, kept_frame.clip_code FROM kept_frame
  WHERE kept_frame.clip = ?1 ORDER BY kept_frame.at_ms, kept_frame.asset";

/// A print's lineage, one step each way.
pub(crate) fn origins(
    sql: &Connection,
    library: &Path,
    id: &str,
) -> Result<PrintOrigins, StoreError> {
    let own = assets::print(sql, library, id)?;
    let mut origins =
        PrintOrigins { made_from: made_from(sql, library, id)?, ..PrintOrigins::default() };
    let mut query = sql.prepare_cached(LED_TO)?;
    let led: Vec<(String, String, String, Option<i64>)> = query
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<Result<_, _>>()?;
    let mut query = sql.prepare_cached(FRAMES)?;
    let frames: Vec<(String, i64, String)> = query
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    origins.led_to_count = (led.len() + frames.len()) as u32;
    for (made, field, endpoint, at_ms) in led.into_iter().take(MOST) {
        let frame =
            at_ms.map(|at_ms| FrameOf { clip: Some(id.to_owned()), code: own.code.clone(), at_ms });
        origins.led_to.push(Origin { frame, ..of_print(sql, library, &made, field, endpoint)? });
    }
    let room = MOST.saturating_sub(origins.led_to.len());
    for (asset, at_ms, code) in frames.into_iter().take(room) {
        let asset = assets::asset(sql, library, &asset)?;
        origins.led_to.push(Origin {
            field: String::new(),
            endpoint: String::new(),
            id: Some(asset.id),
            code: String::new(),
            media: asset.media,
            width: asset.width,
            height: asset.height,
            trashed: false,
            frame: Some(FrameOf { clip: Some(id.to_owned()), code, at_ms }),
        });
    }
    Ok(origins)
}

fn made_from(sql: &Connection, library: &Path, id: &str) -> Result<Vec<Origin>, StoreError> {
    let mut query = sql.prepare_cached(MADE_FROM)?;
    let mut rows = query.query([id])?;
    let mut origins = Vec::new();
    while let Some(row) = rows.next()? {
        let (field, endpoint): (String, String) = (row.get("field")?, row.get("endpoint")?);
        let asset: String = row.get("id")?;
        let print = if row.get("is_print")? { Some(asset.clone()) } else { row.get("twin")? };
        let gone: bool = row.get("gone")?;
        origins.push(match print {
            Some(print) if !gone => of_print(sql, library, &print, field, endpoint)?,
            _ => Origin {
                field,
                endpoint,
                frame: frame(sql, &asset)?,
                id: (!gone).then_some(asset),
                code: String::new(),
                media: assets::media(row)?,
                width: row.get("width")?,
                height: row.get("height")?,
                trashed: false,
            },
        });
    }
    Ok(origins)
}

fn of_print(
    sql: &Connection,
    library: &Path,
    id: &str,
    field: String,
    endpoint: String,
) -> Result<Origin, StoreError> {
    let print = assets::print(sql, library, id)?;
    Ok(Origin {
        field,
        endpoint,
        id: Some(print.id),
        code: print.code,
        media: print.media,
        width: print.width,
        height: print.height,
        trashed: print.trashed_at.is_some(),
        frame: None,
    })
}

/// Where a picture was taken, if it is a kept frame.
fn frame(sql: &Connection, asset: &str) -> Result<Option<FrameOf>, StoreError> {
    let told = |row: &Row<'_>| {
        Ok(FrameOf {
            clip: row.get("clip")?,
            code: row.get("clip_code")?,
            at_ms: row.get("at_ms")?,
        })
    };
    Ok(sql
        .prepare_cached("SELECT clip, clip_code, at_ms FROM kept_frame WHERE asset = ?1")?
        .query_row([asset], told)
        .optional()?)
}

impl Tx<'_> {
    /// Writes down where a picture was taken. The same picture keeps the place it was first taken at.
    pub(crate) fn note_frame(
        &mut self,
        asset: &str,
        clip: &str,
        clip_code: &str,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        let noted = self.sql.execute(
            "INSERT OR IGNORE INTO kept_frame (asset, clip, clip_code, at_ms) VALUES (?1, ?2, ?3, ?4)",
            params![asset, clip, clip_code, at_ms],
        )?;
        if noted > 0 { self.sidecar_due_of(asset) } else { Ok(()) }
    }
}
