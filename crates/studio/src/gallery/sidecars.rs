//! Sidecars: the story of a print as the job book has it, written again when its marks change.

use std::path::Path;
use std::time::Duration;

use rushes_providers::types::Licence;
use rusqlite::Connection;
use serde_json::Map;

use crate::Studio;
use crate::chance;
use crate::library::recipe::Recipe;
use crate::library::{FrameSidecar, Library, Sidecar};
use crate::store::due::Due;
use crate::store::{StoreError, assets, check, due, imports, jobs, story};
use crate::view::{ApiError, Print};

/// How many are read at a time.
const AT_ONCE: u32 = 32;
/// How long the note that they were written may wait: one more writing does no harm.
const NO_HURRY: Duration = Duration::from_secs(1);

/// What is to be written beside a file.
enum Told {
    Print(Box<Sidecar>),
    Frame(Box<FrameSidecar>),
}

/// The story of a print, as the job book has it.
pub(crate) fn of_print(sql: &Connection, id: &str) -> Result<Sidecar, StoreError> {
    // The folder does not matter here: only names below it are taken.
    let print = assets::print(sql, Path::new(""), id)?;
    let Some(own) = &print.job else { return of_import(sql, print) };
    let job = jobs::view(sql, own)?;
    let inputs = jobs::get(sql, own)?.inputs;
    let (seed, remote_id) = check::maker(sql, id)?;
    let output = story::output_of(sql, id)?;
    let told = story::job(sql, own, output.as_deref())?;
    let made_from = story::origins(sql, own)?;
    Ok(Sidecar {
        prompt: job.prompt,
        model: job.model_name,
        provider: job.provider_name,
        endpoint: job.endpoint,
        inputs,
        seed,
        references: made_from.iter().map(|origin| origin.path.clone()).collect(),
        price: job.price,
        licence: job.licence,
        output_terms: job.output_terms,
        remote_id,
        made_from,
        job: Some(told),
        ..of_any(sql, print)?
    })
}

/// The story of a file that was taken in: nobody here sent it, so there is no provider, price or licence.
fn of_import(sql: &Connection, print: Print) -> Result<Sidecar, StoreError> {
    let record = imports::record(sql, &print.id)?.unwrap_or_default();
    let recipe: Option<Recipe> = match record.recipe.as_str() {
        "" => None,
        json => Some(serde_json::from_str(json)?),
    };
    Ok(Sidecar {
        seed: record.seed,
        origin: "import".into(),
        recipe,
        file_name: Some(record.name),
        file_at: record.made_at,
        ..of_any(sql, print)?
    })
}

/// What is told of every print: its file, its words and its marks.
fn of_any(sql: &Connection, print: Print) -> Result<Sidecar, StoreError> {
    Ok(Sidecar {
        rushes: Sidecar::VERSION,
        blake3: assets::row(sql, &print.id)?.blake3,
        collections: story::memberships(sql, print.seq)?,
        id: print.id,
        code: print.code,
        prompt: print.prompt,
        model: print.model_name,
        created_at: print.created_at,
        bytes: print.bytes,
        width: print.width,
        height: print.height,
        duration_ms: print.duration_ms,
        rating: print.rating,
        circled: print.circled,
        tags: print.tags,
        note: print.note,
        media_type: print.media_type,
        number: print.number,
        day: print.day,
        trashed_at: print.trashed_at,
        thumb_hash: print.thumb_hash,
        provider: String::new(),
        endpoint: String::new(),
        inputs: Map::new(),
        seed: None,
        references: Vec::new(),
        price: None,
        licence: Licence::default(),
        output_terms: Licence::default(),
        remote_id: None,
        made_from: Vec::new(),
        job: None,
        origin: String::new(),
        recipe: None,
        file_name: None,
        file_at: None,
    })
}

/// Sees to it, once in the life of a book, that every sidecar tells of its job.
#[allow(
    clippy::redundant_closure_for_method_calls,
    reason = "a method's path is bound to one lifetime"
)]
pub(crate) async fn tell_jobs(studio: &Studio) -> Result<(), ApiError> {
    if studio.store.read(due::may_be_older).await? {
        studio.store.write(|tx| tx.older_sidecars_due()).await?;
    }
    Ok(())
}

/// Writes every sidecar that is due, one file at a time. What cannot be written stays due.
pub(crate) async fn write_due(studio: &Studio) -> Result<(), ApiError> {
    let mut after = 0;
    while let Some(last) = write_some(studio, after, NO_HURRY).await? {
        after = last;
    }
    Ok(())
}

/// Writes a few that are due, for a studio that closes. The others stay due.
pub(crate) async fn write_last(studio: &Studio) -> Result<(), ApiError> {
    write_some(studio, 0, Duration::ZERO).await.map(drop)
}

/// Writes some that are due, after this number; answers the last of them.
async fn write_some(
    studio: &Studio,
    after: i64,
    within: Duration,
) -> Result<Option<i64>, ApiError> {
    let stories = studio
        .store
        .read(move |sql| {
            let due = due::some(sql, after, AT_ONCE)?;
            due.into_iter()
                .map(|due| {
                    let path = assets::row(sql, &due.asset)?.path;
                    Ok((of_asset(sql, &due.asset)?, path, due))
                })
                .collect::<Result<Vec<_>, StoreError>>()
        })
        .await?;
    let Some(last) = stories.last().map(|(_, _, last)| last.seq) else { return Ok(None) };
    let library = studio.library.clone();
    let written = chance::off_thread(move || write(&library, stories))
        .await
        .map_err(|error| ApiError::internal(&error))?;
    if !written.is_empty() {
        studio.store.write_within(within, move |tx| tx.sidecars_written(&written)).await?;
    }
    Ok(Some(last))
}

/// The story of a print, or of a frame that was kept of a clip.
fn of_asset(sql: &Connection, id: &str) -> Result<Told, StoreError> {
    Ok(match story::frame(sql, id)? {
        Some((picture, frame_of)) => {
            Told::Frame(Box::new(FrameSidecar { rushes: Sidecar::VERSION, picture, frame_of }))
        }
        None => Told::Print(Box::new(of_print(sql, id)?)),
    })
}

/// Writes these; answers which of them stand.
fn write(library: &Library, stories: Vec<(Told, String, Due)>) -> Vec<Due> {
    let mut written = Vec::new();
    for (told, path, due) in stories {
        // No sidecar beside nothing: the drive may only be away.
        if !library.path(&path).is_ok_and(|path| path.is_file()) {
            continue;
        }
        let stands = match told {
            Told::Print(sidecar) => library.write_sidecar(&path, &sidecar),
            Told::Frame(frame) => library.write_frame_sidecar(&path, &frame),
        };
        match stands {
            Ok(()) => written.push(due),
            Err(error) => tracing::warn!(%error, "a sidecar could not be written"),
        }
    }
    written
}
