//! Copies of the job book: what is kept, a copy at the user's word, and going back to one.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use ts_rs::TS;

use super::commands::Nothing;
use crate::Studio;
use crate::chance;
use crate::copies::{self, HandOutError};
use crate::library::size_words;
use crate::store::staged::{self, Source};
use crate::store::{BackupError, Copy, StageError, backup, check};
use crate::view::{ApiError, BookCopies, RestorePreview, SavedFile};

/// A copy to write into a folder.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct SaveCopy {
    /// Its name.
    pub name: String,
    /// The folder, absolute. It is there already.
    pub folder: String,
}

/// A copy to go back to: one of those that are kept, or a file of the user's.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct RestoreFrom {
    /// Name of one that is kept.
    #[serde(default)]
    #[ts(optional)]
    pub name: Option<String>,
    /// Absolute path of a file, in its place.
    #[serde(default)]
    #[ts(optional)]
    pub path: Option<String>,
}

pub(super) async fn list_copies(studio: &Studio, _: Nothing) -> Result<BookCopies, ApiError> {
    let restored = studio.store.read(staged::told).await?;
    let copies = studio.copies.clone();
    let listed = blocking(studio, move |database| copies.list(database)).await?;
    Ok(BookCopies { restored, ..listed })
}

pub(super) async fn make_copy(studio: &Studio, _: Nothing) -> Result<BookCopies, ApiError> {
    let stamp = backup::stamp(studio.clock.now_ms());
    let store = studio.store.clone();
    let made = blocking(studio, move |_| store.back_up_asked(&stamp)).await?;
    if made.map_err(|error| not_written(&error))?.is_none() {
        return Err(ApiError::new(
            "invalid",
            t!("There is nothing in the job book yet."),
            t!("Make something first, then keep a copy."),
        ));
    }
    list_copies(studio, Nothing {}).await
}

pub(super) async fn save_copy(studio: &Studio, wanted: SaveCopy) -> Result<SavedFile, ApiError> {
    let copy = kept(studio, &wanted.name)?;
    let folder = absolute(&wanted.folder)?;
    if !folder.is_dir() {
        return Err(ApiError::new(
            "not_found",
            t!("There is no folder {folder}.", folder = folder.display()),
            t!("Make it first, or connect its drive. Then save again."),
        ));
    }
    let to = folder.clone();
    let written = blocking(studio, move |_| copies::hand_out(&copy, &to)).await?;
    let path = written.map_err(|error| match error {
        HandOutError::Damaged(detail) => damaged(detail),
        HandOutError::Io(error) => ApiError {
            detail: error.to_string(),
            ..ApiError::new(
                "library",
                t!("The copy could not be written to {folder}.", folder = folder.display()),
                t!("Check that there is room, and that you may write there. Then save again."),
            )
        },
    })?;
    Ok(SavedFile { path: path.display().to_string() })
}

pub(super) async fn preview_restore(
    studio: &Studio,
    wanted: RestoreFrom,
) -> Result<RestorePreview, ApiError> {
    let (source, at) = (source(studio, wanted)?, studio.clock.now_ms());
    let now = studio.store.read(|sql| Ok(check::weight(sql)?)).await?;
    let (name, made_at) = (source.name.clone(), source.made_at);
    let ready = blocking(studio, move |database| staged::ready(database, &source, at)).await?;
    let weight = ready.map_err(refused)?.weight;
    Ok(RestorePreview {
        name,
        made_at,
        jobs: weight.jobs,
        prints: weight.prints,
        waiting: weight.waiting,
        jobs_now: now.jobs,
        prints_now: now.prints,
        under_way_now: now.under_way,
    })
}

pub(super) async fn restore_book(
    studio: &Studio,
    wanted: RestoreFrom,
) -> Result<BookCopies, ApiError> {
    let (source, at) = (source(studio, wanted)?, studio.clock.now_ms());
    let waits = blocking(studio, move |database| {
        staged::ready(database, &source, at)?.wait(database).map_err(StageError::from)
    });
    waits.await?.map_err(refused)?;
    studio.copies.settle();
    list_copies(studio, Nothing {}).await
}

pub(super) async fn call_off_restore(studio: &Studio, _: Nothing) -> Result<BookCopies, ApiError> {
    let done = blocking(studio, staged::call_off).await?;
    done.map_err(|error| not_written(&error.into()))?;
    studio.copies.settle();
    list_copies(studio, Nothing {}).await
}

/// Reads and writes whole files off the async threads.
async fn blocking<T: Send + 'static>(
    studio: &Studio,
    work: impl FnOnce(&Path) -> T + Send + 'static,
) -> Result<T, ApiError> {
    let database = studio.store.path().to_owned();
    let done = chance::off_thread(move || work(&database)).await;
    done.map_err(|error| ApiError::internal(&error))
}

fn source(studio: &Studio, wanted: RestoreFrom) -> Result<Source, ApiError> {
    match (wanted.name, wanted.path) {
        (Some(name), None) => Ok(copies::source_of(kept(studio, &name)?)),
        (None, Some(path)) => {
            let path = absolute(&path)?;
            if path == studio.store.path() {
                return Err(ApiError::new(
                    "invalid",
                    t!("That is the job book that is open."),
                    t!("Choose one of its copies."),
                ));
            }
            copies::source_at(path).map_err(refused)
        }
        _ => Err(ApiError::new(
            "invalid",
            t!("Nothing was named to go back to, or two things were."),
            t!("Name one copy, or one file."),
        )),
    }
}

fn kept(studio: &Studio, name: &str) -> Result<Copy, ApiError> {
    copies::kept(studio.store.path(), name)
        .ok_or_else(|| ApiError::not_found(&t!("copy “{name}”", name)))
}

fn absolute(typed: &str) -> Result<PathBuf, ApiError> {
    let path = Path::new(typed.trim());
    if path.is_absolute() {
        return Ok(path.to_owned());
    }
    Err(ApiError::new(
        "invalid",
        t!("That is no full path."),
        t!("Give the whole path, from the root of the disk."),
    ))
}

fn damaged(detail: String) -> ApiError {
    ApiError {
        detail,
        ..ApiError::new(
            "damaged",
            t!("This copy is damaged and can't be used. The job book is as it was."),
            t!("Choose another copy."),
        )
    }
}

fn not_written(error: &BackupError) -> ApiError {
    let (detail, what) = (error.to_string(), t!("The job book could not be copied."));
    let said = match *error {
        BackupError::Full { free, needed } => ApiError::new(
            "library",
            t!(
                "The disk has {free} free, and this needs {needed}.",
                free = size_words(free),
                needed = size_words(needed)
            ),
            t!("Free some space, then try again."),
        ),
        BackupError::Io(_) => ApiError::new(
            "library",
            what,
            t!(
                "Check that there is room, and that the data folder can be written. Then try again."
            ),
        ),
        BackupError::Sqlite(_) | BackupError::Unsound(_) => {
            ApiError::new("library", what, t!("Try again; if it stays, run `rushes doctor`."))
        }
    };
    ApiError { detail, ..said }
}

fn refused(error: StageError) -> ApiError {
    let detail = error.to_string();
    let said = match error {
        StageError::Unwritten(error) => return not_written(&error),
        StageError::Damaged(detail) => return damaged(detail),
        StageError::Unread(_) => ApiError::new(
            "not_found",
            t!("That file is not there, or can't be read. The job book is as it was."),
            t!("Check its path, and that you may read it."),
        ),
        StageError::NotABook(_) => ApiError::new(
            "invalid",
            t!("That file is not a copy of a job book. The job book is as it was."),
            t!("Choose a file that Rushes has saved as a copy."),
        ),
        StageError::Newer(_) => ApiError::new(
            "newer",
            t!("That copy was written by a newer Rushes. The job book is as it was."),
            t!("Update Rushes first, then go back to it."),
        ),
    };
    ApiError { detail, ..said }
}
