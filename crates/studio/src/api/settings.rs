//! The frame's first state, the user's choices and the composer's drafts.

use std::collections::HashSet;
use std::time::Duration;

use super::camera;
use super::commands::{MoveLibrary, Nothing, Saved};
use crate::Studio;
use crate::gallery::{moving, presence};
use crate::job::calendar::Begins;
use crate::store;
use crate::view::{ApiError, AppState, Moved, Settings, Spending};
use jiff::tz::TimeZone;
use rushes_providers::types::{Modality, Price};
use rushes_words::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// The first frame does not wait longer than this for a keychain that asks its user something.
const KEYCHAIN_GLANCE: Duration = Duration::from_millis(400);

/// Names the composer's draft for a modality.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ByModality {
    /// Image or video.
    pub modality: Modality,
}

/// A draft as the composer left it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StoredDraft {
    /// Image or video.
    pub modality: Modality,
    /// The composer's own shape.
    #[ts(type = "unknown")]
    pub draft: Value,
}

pub(super) async fn app_state(studio: &Studio, _: Nothing) -> Result<AppState, ApiError> {
    let settings = studio.store.read(store::settings::settings).await?;
    let media_base = studio.door().map(|door| format!("{}media/", door.base)).unwrap_or_default();
    Ok(AppState {
        version: env!("CARGO_PKG_VERSION").into(),
        library: studio.library.root().display().to_string(),
        data: studio.config.data.display().to_string(),
        media_base,
        vault: studio.vault_state(KEYCHAIN_GLANCE).await,
        first_run: !settings.welcomed,
        system_language: studio.config.language.code().into(),
        notices: presence::notices(studio),
    })
}

pub(super) async fn move_library(studio: &Studio, wanted: MoveLibrary) -> Result<Moved, ApiError> {
    moving::part(studio, wanted.to.into()).await
}

pub(super) async fn get_settings(studio: &Studio, _: Nothing) -> Result<Settings, ApiError> {
    Ok(studio.store.read(store::settings::settings).await?)
}

pub(super) async fn set_settings(studio: &Studio, wanted: Settings) -> Result<Settings, ApiError> {
    let camera_roll = camera::folder_of(&wanted)?;
    let row_height = wanted.row_height.clamp(96, 420);
    let mut settings = Settings { row_height, camera_roll, ..wanted };
    settings.appearance.text_size = settings.appearance.text_size.clamp(90, 130);
    let mut seen = HashSet::new();
    settings.favourites.retain(|id| !id.is_empty() && seen.insert(id.clone()));
    if !["system", "dark", "light"].contains(&settings.theme.as_str()) {
        return Err(ApiError::new(
            "invalid",
            t!("There is no theme “{theme}”.", theme = settings.theme),
            t!("Choose system, dark or light."),
        ));
    }
    if settings.language != "system" && Language::of(&settings.language).is_none() {
        return Err(ApiError::new(
            "invalid",
            t!("Rushes doesn't speak “{language}”.", language = settings.language),
            t!("Choose system, en or ja."),
        ));
    }
    let caps = [&settings.caps.day, &settings.caps.month, &settings.caps.batch];
    if caps.iter().any(|caps| caps.values().any(|cap| *cap < 0)) {
        return Err(ApiError::new(
            "invalid",
            t!("A cap can't be below zero."),
            t!("Give a sum, or remove the cap."),
        ));
    }
    studio.receive_webhooks(&settings).await?;
    let kept = settings.clone();
    studio.store.write(move |tx| tx.keep_settings(&kept)).await?;
    let before = rushes_words::now();
    rushes_words::choose(&settings.language);
    if rushes_words::now() != before {
        // What hosts were handed of models and keys has words in it.
        for provider in rushes_providers::all() {
            super::catalogue::tell(studio, &provider.manifest().id);
        }
    }
    if settings.camera_roll.is_empty() {
        studio.camera.forget();
    }
    studio.lines.set_in_flight(settings.in_flight.clone());
    studio.lines.set_per_minute(settings.per_minute.clone());
    studio.engine.wake();
    Ok(settings)
}

/// When day and month began where the user is.
pub(super) fn begins(at_ms: i64) -> Begins {
    Begins::of(at_ms, &TimeZone::system())
}

pub(super) async fn spending(studio: &Studio, _: Nothing) -> Result<Spending, ApiError> {
    let since = begins(studio.clock.now_ms()).day;
    Ok(studio
        .store
        .read(move |sql| {
            let today = store::spending::since(sql, since)?
                .into_iter()
                .map(|(currency, micros)| Price { micros, currency, exact: true })
                .collect();
            Ok(Spending { today, caps: store::settings::settings(sql)?.caps })
        })
        .await?)
}

fn draft_name(modality: Modality) -> &'static str {
    match modality {
        Modality::Image => "draft.image",
        Modality::Video => "draft.video",
    }
}

pub(super) async fn get_draft(
    studio: &Studio,
    wanted: ByModality,
) -> Result<StoredDraft, ApiError> {
    let name = draft_name(wanted.modality);
    let draft = studio.store.read(move |sql| store::settings::kept(sql, name)).await?;
    Ok(StoredDraft { modality: wanted.modality, draft: draft.unwrap_or(Value::Null) })
}

pub(super) async fn set_draft(studio: &Studio, draft: StoredDraft) -> Result<Saved, ApiError> {
    let name = draft_name(draft.modality);
    studio.store.write(move |tx| tx.keep(name, &draft.draft)).await?;
    Ok(Saved { saved: true })
}
