//! The camera roll: what is offered of it, and taking one of its pictures as a reference.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde::Deserialize;
use ts_rs::TS;

use super::commands::ById;
use super::library::import;
use crate::chance;
use crate::library::LibraryError;
use crate::view::{ApiError, Asset, CameraPicture, CameraRoll, Settings};
use crate::{Studio, paths, store};

/// How many are offered when nothing is said.
const OFFERED: u32 = 60;
/// How many are offered at most.
const MOST: u32 = 200;

/// How much of the camera roll to list.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct ListCameraRoll {
    /// At most this many; 60 when left out, 200 at most.
    #[serde(default)]
    #[ts(optional)]
    pub most: Option<u32>,
}

pub(super) async fn list_camera_roll(
    studio: &Studio,
    wanted: ListCameraRoll,
) -> Result<CameraRoll, ApiError> {
    let settings = studio.store.read(store::settings::settings).await?;
    let suggested = paths::default_pictures_dir().map(|folder| folder.display().to_string());
    if settings.camera_roll.is_empty() {
        let (folder, pictures) = (None, Vec::new());
        return Ok(CameraRoll { folder, suggested, pictures, cut_short: false });
    }
    let folder = PathBuf::from(&settings.camera_roll);
    let (camera, library) = (studio.camera.clone(), studio.library.root());
    let most = wanted.most.unwrap_or(OFFERED).clamp(1, MOST) as usize;
    let looked = chance::off_thread(move || {
        camera.look(&folder, &library, most).map_err(|error| unseen(&folder, &error))
    });
    let roll = looked.await.map_err(|error| ApiError::internal(&error))??;
    let pictures = roll.pictures.into_iter().map(|picture| CameraPicture {
        id: picture.id,
        name: picture.name,
        made_at: picture.made_at,
        bytes: picture.bytes as i64,
    });
    Ok(CameraRoll {
        folder: Some(settings.camera_roll),
        suggested,
        pictures: pictures.collect(),
        cut_short: roll.cut_short,
    })
}

pub(super) async fn take_camera_picture(studio: &Studio, wanted: ById) -> Result<Asset, ApiError> {
    let picture = studio.camera.seen(&wanted.id).ok_or_else(|| {
        ApiError::new(
            "not_found",
            t!("That picture is not in the camera roll."),
            t!("It may have been moved or removed. Look again."),
        )
    })?;
    let (library, at) = (studio.library.clone(), studio.clock.now_ms());
    import(studio, at, move || library.import_file(picture.path()?, at, &TimeZone::system())).await
}

/// The folder of the camera roll as it is kept: a full path, or nothing.
pub(super) fn folder_of(settings: &Settings) -> Result<String, ApiError> {
    let typed = settings.camera_roll.trim();
    if typed.is_empty() || Path::new(typed).is_absolute() {
        return Ok(typed.to_owned());
    }
    Err(ApiError::new(
        "invalid",
        t!("That is no full path to a folder."),
        t!("Give the whole path, from the root of the disk, or leave it empty."),
    ))
}

fn unseen(folder: &Path, error: &LibraryError) -> ApiError {
    let shown = folder.display();
    let said = if folder.is_dir() {
        ApiError::new(
            "library",
            t!("The camera roll folder {folder} can't be read.", folder = shown),
            t!("Check that you may read it, or choose another folder in Settings, under Library."),
        )
    } else {
        ApiError::new(
            "not_found",
            t!("The camera roll folder {folder} is not there.", folder = shown),
            t!("Connect its drive, or choose another folder in Settings, under Library."),
        )
    };
    ApiError { detail: error.to_string(), ..said }
}
