//! What is told beside a print, so that the book can be made again from the library alone.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{StoreError, grids, jobs};
use crate::view::{
    AttemptStory, FrameOf, JobStory, LedgerStory, Membership, OriginStory, ShotStory,
};

/// The job of a print with the try that gave this output; the newest try where the output is not known.
pub(crate) fn job(
    sql: &Connection,
    id: &str,
    output: Option<&str>,
) -> Result<JobStory, StoreError> {
    let mut story = sql
        .prepare_cached(
            "SELECT job.*, shot.number AS shot_number, shot.created_at AS shot_at
             FROM job JOIN shot ON shot.id = job.shot WHERE job.id = ?1",
        )?
        .query_row([id], |row| {
            Ok(JobStory {
                id: row.get("id")?,
                shot: ShotStory {
                    id: row.get("shot")?,
                    number: row.get("shot_number")?,
                    created_at: row.get("shot_at")?,
                },
                take: row.get("take")?,
                place: row.get("place")?,
                state: row.get("state")?,
                provider: row.get("provider")?,
                remote_model: row.get("remote_model")?,
                modality: jobs::modality(row)?,
                sandbox: row.get("sandbox")?,
                seed: row.get("seed")?,
                seed_field: row.get("seed_field")?,
                charge: row.get("charge")?,
                route: row.get("route")?,
                step: row.get("step")?,
                cause: row.get("cause")?,
                message: row.get("message")?,
                hint: row.get("hint")?,
                created_at: row.get("created_at")?,
                started_at: row.get("started_at")?,
                finished_at: row.get("finished_at")?,
                attempt: None,
                grid: None,
            })
        })
        .optional()?
        .ok_or_else(|| StoreError::NotFound(t!("job {id}", id)))?;
    story.attempt = attempt(sql, id, output)?;
    story.grid = grids::of_job(sql, id)?;
    Ok(story)
}

fn attempt(
    sql: &Connection,
    job: &str,
    output: Option<&str>,
) -> Result<Option<AttemptStory>, StoreError> {
    let found = sql
        .prepare_cached(
            "SELECT attempt.*, output.id AS output, output.place AS place FROM attempt
             LEFT JOIN output ON output.attempt = attempt.id AND output.id = ?2
             WHERE attempt.job = ?1 ORDER BY output.id IS NULL, attempt.n DESC LIMIT 1",
        )?
        .query_row((job, output), |row| {
            Ok(AttemptStory {
                id: row.get("id")?,
                n: row.get("n")?,
                state: row.get("state")?,
                submit_started_at: row.get("submit_started_at")?,
                accepted_at: row.get("accepted_at")?,
                done_at: row.get("done_at")?,
                finished_at: row.get("finished_at")?,
                rendered_ms: row.get("rendered_ms")?,
                polls: row.get("polls")?,
                resolved_by: row.get("resolved_by")?,
                message: row.get("message")?,
                output: row.get("output")?,
                place: row.get("place")?,
                ledger: Vec::new(),
            })
        })
        .optional()?;
    let Some(mut story) = found else { return Ok(None) };
    story.ledger = sql
        .prepare_cached(
            "SELECT kind, micros, currency, source, at FROM ledger WHERE attempt = ?1 ORDER BY id",
        )?
        .query_map([&story.id], |row| {
            Ok(LedgerStory {
                kind: row.get(0)?,
                micros: row.get(1)?,
                currency: row.get(2)?,
                source: row.get(3)?,
                at: row.get(4)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Some(story))
}

/// What a job was made from, in order.
pub(crate) fn origins(sql: &Connection, job: &str) -> Result<Vec<OriginStory>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT job_reference.field, job_reference.list, asset.* FROM job_reference
         JOIN asset ON asset.id = job_reference.asset WHERE job_reference.job = ?1
         ORDER BY job_reference.place",
    )?;
    let rows = query.query_map([job], |row| {
        Ok(OriginStory { field: row.get("field")?, list: row.get("list")?, ..picture(row)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A reference that is a frame of a clip; None for everything else.
pub(crate) fn frame(
    sql: &Connection,
    id: &str,
) -> Result<Option<(OriginStory, FrameOf)>, StoreError> {
    let told = |row: &Row<'_>| {
        let of = FrameOf {
            clip: row.get("clip")?,
            code: row.get("clip_code")?,
            at_ms: row.get("at_ms")?,
        };
        Ok((picture(row)?, of))
    };
    Ok(sql
        .prepare_cached(
            "SELECT kept_frame.clip, kept_frame.clip_code, kept_frame.at_ms, asset.* FROM kept_frame
             JOIN asset ON asset.id = kept_frame.asset WHERE kept_frame.asset = ?1",
        )?
        .query_row([id], told)
        .optional()?)
}

fn picture(row: &Row<'_>) -> rusqlite::Result<OriginStory> {
    Ok(OriginStory {
        field: String::new(),
        list: false,
        asset: row.get("id")?,
        path: row.get("path")?,
        blake3: row.get("blake3")?,
        media: row.get("media")?,
        media_type: row.get("media_type")?,
        width: row.get("width")?,
        height: row.get("height")?,
        duration_ms: row.get("duration_ms")?,
        bytes: row.get("bytes")?,
        day: row.get("day")?,
        created_at: row.get("created_at")?,
    })
}

/// The output that a print came as.
pub(crate) fn output_of(sql: &Connection, asset: &str) -> Result<Option<String>, StoreError> {
    Ok(sql
        .prepare_cached("SELECT id FROM output WHERE asset = ?1 LIMIT 1")?
        .query_row([asset], |row| row.get(0))
        .optional()?)
}

/// The collections that a print is in, by name.
pub(crate) fn memberships(sql: &Connection, seq: i64) -> Result<Vec<Membership>, StoreError> {
    let mut query = sql.prepare_cached(
        "SELECT collection.id, collection.name, collection.created_at, collection_asset.added_at
         FROM collection_asset JOIN collection ON collection.id = collection_asset.collection
         WHERE collection_asset.asset_seq = ?1 ORDER BY collection.key",
    )?;
    let rows = query.query_map([seq], |row| {
        Ok(Membership {
            id: row.get(0)?,
            name: row.get(1)?,
            created_at: row.get(2)?,
            added_at: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
