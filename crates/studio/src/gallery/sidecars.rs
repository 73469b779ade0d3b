//! Sidecars: the story of a print as the job book has it, written again when its marks change.

use std::path::Path;
use std::time::Duration;

use rushes_providers::types::Licence;
use rusqlite::Connection;
use serde_json::Map;

use crate::Studio;
use crate::chance;
use crate::library::recipe::Recipe;
use crate::library::{Library, Sidecar};
use crate::store::due::Due;
use crate::store::{StoreError, assets, check, due, imports, jobs};
use crate::view::{ApiError, Print};

/// How many are read at a time.
const AT_ONCE: u32 = 32;
/// How long the note that they were written may wait: one more writing does no harm.
const NO_HURRY: Duration = Duration::from_secs(1);

/// The story of a print, as the job book has it.
pub(crate) fn story(sql: &Connection, id: &str) -> Result<Sidecar, StoreError> {
    // The folder does not matter here: only names below it are taken.
    let print = assets::print(sql, Path::new(""), id)?;
    let Some(own) = &print.job else { return of_import(sql, print) };
    let job = jobs::view(sql, own)?;
    let inputs = jobs::get(sql, own)?.inputs;
    let (seed, remote_id) = check::maker(sql, id)?;
    let references = job
        .references
        .iter()
        .map(|reference| Ok(assets::row(sql, &reference.asset)?.path))
        .collect::<Result<_, StoreError>>()?;
    Ok(Sidecar {
        rushes: Sidecar::VERSION,
        id: print.id,
        code: print.code,
        prompt: job.prompt,
        model: job.model_name,
        provider: job.provider_name,
        endpoint: job.endpoint,
        inputs,
        seed,
        references,
        price: job.price,
        licence: job.licence,
        output_terms: job.output_terms,
        remote_id,
        created_at: print.created_at,
        blake3: assets::row(sql, id)?.blake3,
        bytes: print.bytes,
        width: print.width,
        height: print.height,
        duration_ms: print.duration_ms,
        rating: print.rating,
        circled: print.circled,
        tags: print.tags,
        note: print.note,
        origin: String::new(),
        recipe: None,
        file_name: None,
        file_at: None,
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
        rushes: Sidecar::VERSION,
        blake3: assets::row(sql, &print.id)?.blake3,
        id: print.id,
        code: print.code,
        prompt: print.prompt,
        model: print.model_name,
        provider: String::new(),
        endpoint: String::new(),
        inputs: Map::new(),
        seed: record.seed,
        references: Vec::new(),
        price: None,
        licence: Licence::default(),
        output_terms: Licence::default(),
        remote_id: None,
        created_at: print.created_at,
        bytes: print.bytes,
        width: print.width,
        height: print.height,
        duration_ms: print.duration_ms,
        rating: print.rating,
        circled: print.circled,
        tags: print.tags,
        note: print.note,
        origin: "import".into(),
        recipe,
        file_name: Some(record.name),
        file_at: record.made_at,
    })
}

/// Writes every sidecar that is due, one file at a time. What cannot be written stays due.
pub(crate) async fn write_due(studio: &Studio) -> Result<(), ApiError> {
    let mut after = 0;
    loop {
        let stories = studio
            .store
            .read(move |sql| {
                let due = due::some(sql, after, AT_ONCE)?;
                due.into_iter()
                    .map(|due| {
                        let path = assets::row(sql, &due.asset)?.path;
                        Ok((story(sql, &due.asset)?, path, due))
                    })
                    .collect::<Result<Vec<_>, StoreError>>()
            })
            .await?;
        let Some((_, _, last)) = stories.last() else { return Ok(()) };
        after = last.seq;
        let library = studio.library.clone();
        let written = chance::off_thread(move || write(&library, stories))
            .await
            .map_err(|error| ApiError::internal(&error))?;
        if !written.is_empty() {
            let noted =
                studio.store.write_within(NO_HURRY, move |tx| tx.sidecars_written(&written));
            noted.await?;
        }
    }
}

/// Writes these; answers which of them stand.
fn write(library: &Library, stories: Vec<(Sidecar, String, Due)>) -> Vec<Due> {
    let mut written = Vec::new();
    for (sidecar, path, due) in stories {
        // No sidecar beside nothing: the drive may only be away.
        if !library.path(&path).is_ok_and(|path| path.is_file()) {
            continue;
        }
        match library.write_sidecar(&path, &sidecar) {
            Ok(()) => written.push(due),
            Err(error) => tracing::warn!(%error, "a sidecar could not be written"),
        }
    }
    written
}
