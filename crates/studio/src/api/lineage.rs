//! Where prints come from and what came of them, and frames that are kept of a clip.

use base64::Engine as _;
use jiff::tz::TimeZone;
use rushes_providers::schema::MediaKind;
use serde::Deserialize;
use ts_rs::TS;

use super::commands::ById;
use super::library;
use crate::Studio;
use crate::store;
use crate::view::{ApiError, Asset, PrintOrigins};

/// How a PNG begins.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A frame of a clip to be kept as a picture.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct KeepFrame {
    /// The clip's print id.
    pub id: String,
    /// Where in the clip it was taken, ms from its start.
    #[ts(type = "number")]
    pub at_ms: i64,
    /// The frame as a PNG, base64.
    pub base64: String,
}

pub(super) async fn print_origins(studio: &Studio, wanted: ById) -> Result<PrintOrigins, ApiError> {
    let root = studio.library.root();
    Ok(studio.store.read(move |sql| store::lineage::origins(sql, &root, &wanted.id)).await?)
}

pub(super) async fn keep_frame(studio: &Studio, wanted: KeepFrame) -> Result<Asset, ApiError> {
    let root = studio.library.root();
    let id = wanted.id;
    let clip = studio.store.read(move |sql| store::assets::print(sql, &root, &id)).await?;
    if clip.media != MediaKind::Video {
        return Err(ApiError::new(
            "invalid",
            t!("Frames are kept of clips, and this print is none."),
            t!("Use the print itself as a reference."),
        ));
    }
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(wanted.base64.trim())
        .ok()
        .filter(|bytes| bytes.starts_with(PNG))
        .ok_or_else(|| {
            ApiError::new(
                "invalid",
                t!("The frame did not arrive as a whole PNG."),
                t!("Move to the frame and keep it again."),
            )
        })?;
    let (files, at) = (studio.library.clone(), studio.clock.now_ms());
    let stored =
        tokio::task::spawn_blocking(move || files.import_bytes(&bytes, at, &TimeZone::system()))
            .await
            .map_err(|error| ApiError::internal(&error))??;
    let at_ms = wanted.at_ms.clamp(0, clip.duration_ms.unwrap_or(i64::MAX));
    let id = studio
        .store
        .write(move |tx| {
            let id = library::keep_reference(tx, stored, at)?;
            tx.note_frame(&id, &clip.id, &clip.code, at_ms)?;
            Ok(id)
        })
        .await?;
    studio.gallery.marked.notify_one();
    library::get_asset(studio, ById { id }).await
}
