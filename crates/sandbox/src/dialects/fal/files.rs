//! The store for files: a pass and the bytes, or the older way with a place to put them.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::answer::Refusal;
use crate::dialects::header_text;
use crate::routes::{Here, JsonBody};
use crate::uploads::Upload;

/// `POST /storage/auth/token`: a pass for the store. Here the key itself is one.
pub(super) async fn pass(State(world): Here) -> Json<Value> {
    let expires = Timestamp::now() + SignedDuration::from_hours(1);
    Json(json!({
        "token": world.token,
        "token_type": "Bearer",
        "base_url": format!("{}/fal", world.base_url),
        "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string(),
    }))
}

/// `POST /files/upload`: the bytes, with the pass.
pub(super) async fn upload(
    State(world): Here,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    if bytes.len() as u64 > world.config.upload_limit {
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "The file is too large."));
    }
    let name = header_text(&headers, "x-fal-file-name").unwrap_or_else(|| "upload".to_owned());
    let media_type = header_text(&headers, header::CONTENT_TYPE.as_str());
    let url = world.shelve(&name, media_type.as_deref(), bytes)?;
    Ok(Json(json!({"access_url": url})))
}

/// `POST /storage/upload/initiate`: a place for the bytes, and the address that they will have.
pub(super) async fn initiate(
    State(world): Here,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, Refusal> {
    let name = body["file_name"].as_str().unwrap_or("upload");
    // The size is not told beforehand; the place takes what comes.
    let upload = Upload::of_any_size(name, body["content_type"].as_str(), Timestamp::now());
    let (base, token, name) = (&world.base_url, &upload.token, &upload.name);
    let place = json!({
        "upload_url": format!("{base}/put/{token}/{name}?sig=1"),
        "file_url": format!("{base}/in/{token}/{name}"),
    });
    world.uploads.add(upload).map_err(|error| Refusal::internal(&error))?;
    Ok(Json(place))
}
