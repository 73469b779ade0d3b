//! Files: one part of a form.

use axum::Json;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::answer::Refusal;
use crate::routes::Here;
use crate::task::wire_time;
use crate::webhook::hex;

/// `POST /v1/files`: the file in `content`.
pub(super) async fn create(
    State(world): Here,
    mut form: Multipart,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let unreadable = |error: axum::extract::multipart::MultipartError| {
        Refusal::new(error.status(), error.body_text())
    };
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        if field.name() != Some("content") {
            continue;
        }
        let name = field.file_name().unwrap_or("file").to_owned();
        let media_type = field.content_type().map(str::to_owned);
        let bytes = field.bytes().await.map_err(unreadable)?;
        if bytes.len() as u64 > world.config.upload_limit {
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The file is too large."));
        }
        let sum = hex(&Sha256::digest(&bytes));
        let size = bytes.len();
        let url = world.shelve(&name, media_type.as_deref(), bytes)?;
        let id = url.rsplit('/').nth(1).unwrap_or_default().to_owned();
        let now = Timestamp::now();
        let file = json!({
            "id": id,
            "name": name,
            "content_type": media_type,
            "size": size,
            "etag": sum,
            "checksums": {"sha256": sum},
            "metadata": {},
            "created_at": wire_time(now),
            "expires_at": wire_time(now + SignedDuration::from_hours(24)),
            "urls": {"get": url},
        });
        return Ok((StatusCode::CREATED, Json(file)));
    }
    Err(Refusal::invalid("content is required"))
}
