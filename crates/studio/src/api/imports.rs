//! Files taken in as prints: of this computer, or sent over the door.

use std::path::PathBuf;

use futures_util::TryStreamExt;
use rusqlite::Connection;
use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use ts_rs::TS;

use super::commands::{Nothing, Saved};
use crate::Studio;
use crate::gallery::imports;
use crate::http::Upload;
use crate::library::intake::Source;
use crate::library::recipe::Recipe;
use crate::library::{LibraryError, VIDEO_LIMIT};
use crate::store::{self, StoreError};
use crate::view::{ApiError, ImportRecord, Imported, Print, PrintBook};

/// Most paths of one import; folders may hold more.
const MOST_PATHS: usize = 10_000;

/// Files and folders to take in.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ImportFiles {
    /// Absolute paths. Folders are walked; what is hidden in them, and links, are passed over.
    pub paths: Vec<String>,
}

pub(super) async fn import_files(
    studio: &Studio,
    wanted: ImportFiles,
) -> Result<Imported, ApiError> {
    let paths: Vec<PathBuf> = wanted.paths.into_iter().map(PathBuf::from).collect();
    if paths.is_empty() || paths.len() > MOST_PATHS {
        return Err(ApiError::new(
            "invalid",
            t!("{n} files and folders are to be imported at once.", n = paths.len()),
            t!("Give from one to {most}, or a folder that holds them.", most = MOST_PATHS),
        ));
    }
    if let Some(path) = paths.iter().find(|path| !path.is_absolute()) {
        return Err(ApiError::new(
            "invalid",
            t!("{path} is no absolute path.", path = path.display()),
            t!("Give the whole path."),
        ));
    }
    imports::take_in(studio, imports::From::Paths(paths)).await
}

#[allow(clippy::unused_async, reason = "a command is async")]
pub(super) async fn stop_import(studio: &Studio, _: Nothing) -> Result<Saved, ApiError> {
    studio.gallery.importing.stop();
    Ok(Saved { saved: true })
}

/// Takes one file in whose bytes come over the door.
pub(crate) async fn take_upload(
    studio: &Studio,
    name: String,
    made_at: Option<i64>,
    mut bytes: Upload,
) -> Result<Imported, ApiError> {
    let library = studio.library.clone();
    let staged = tokio::task::spawn_blocking(move || library.staging());
    let staged = staged.await.map_err(|error| ApiError::internal(&error))??;
    let saving = |error| ApiError::from(LibraryError::saving(staged.path(), error));
    let mut file = tokio::fs::File::from_std(staged.reopen().map_err(saving)?);
    let mut length = 0_u64;
    while let Some(chunk) = bytes.try_next().await.map_err(|error| cut_off(&error))? {
        length += chunk.len() as u64;
        if length > VIDEO_LIMIT {
            return Err(LibraryError::TooLarge { limit: VIDEO_LIMIT }.into());
        }
        file.write_all(&chunk).await.map_err(saving)?;
    }
    file.flush().await.map_err(saving)?;
    drop(file);
    let source = Source { path: staged.path().to_owned(), name, made_at };
    imports::take_in(studio, imports::From::Sent(source)).await
}

fn cut_off(error: &std::io::Error) -> ApiError {
    ApiError {
        detail: error.to_string(),
        ..ApiError::new("lost", t!("The file did not arrive whole."), t!("Send it again."))
    }
}

/// Everything about an import.
pub(super) fn book(sql: &Connection, print: Print) -> Result<PrintBook, StoreError> {
    let row = store::imports::record(sql, &print.id)?.unwrap_or_default();
    let recipe: Recipe = match row.recipe.as_str() {
        "" => Recipe::default(),
        json => serde_json::from_str(json)?,
    };
    Ok(PrintBook {
        print,
        job: None,
        import: Some(ImportRecord {
            name: row.name,
            made_at: row.made_at,
            program: row.program,
            negative: recipe.negative,
            seed: recipe.seed.map(|seed| seed.to_string()),
            steps: recipe.steps,
            sampler: recipe.sampler,
            guidance: recipe.guidance,
            inputs: recipe.inputs,
        }),
        references: Vec::new(),
        waited_ms: 0,
        rendered_ms: 0,
        saved_ms: 0,
    })
}
